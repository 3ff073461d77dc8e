import os
from pathlib import Path

import pytest
from hypothesis import settings

# In CI the property tests draw the same towns each time; elsewhere they explore.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "explore")

ROOT = Path(__file__).resolve().parent.parent


def shared_folder() -> Path:
    """Where public instances and road extracts lie; they are never part of the project."""
    return Path(os.environ.get("HUANWEI_SHARED", ROOT / ".." / "shared")).resolve()


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = shared_folder()
    if not folder.is_dir():
        pytest.skip(f"public data not found at {folder}; set HUANWEI_SHARED")
    return folder
