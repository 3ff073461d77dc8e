"""Two folders of the good district, one of them without its points."""

import pytest

from tests.district.folders import write_good


@pytest.fixture
def good(tmp_path):
    return write_good(tmp_path / "grid")


@pytest.fixture
def other(tmp_path):
    """The good folder without its points."""
    folder = write_good(tmp_path / "other")
    (folder / "points.csv").unlink()
    return folder
