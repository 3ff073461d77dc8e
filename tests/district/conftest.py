import pytest

from solver.folders import cache_folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    """Road data of these tests stays out of the user's cache; compiled loops are shared with it."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    compiled = cache_folder() / "compiled"
    compiled.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    if not (folder / "compiled").exists():
        (folder / "compiled").symlink_to(compiled, target_is_directory=True)
    monkeypatch.setenv("HUANWEI_CACHE", str(folder))
