"""Where computed things are kept: road data, downloads and compiled loops, one folder for all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """Folder of the setting `HUANWEI_CACHE`, else the user's cache folder as the system has it."""
    stated = os.environ.get("HUANWEI_CACHE")
    return Path(stated) if stated else user_cache_path("huanwei", appauthor=False)


def share(path: Path) -> None:
    """Give what was made in the folder of `HUANWEI_CACHE` the rights of that folder.

    So whoever may write the folder may use what others left there; files are not executable.
    """
    stated = os.environ.get("HUANWEI_CACHE")
    if not stated or os.name != "posix" or not path.is_relative_to(stated):
        return
    root = Path(stated)
    for each in (path, *path.parents):
        if each == root:
            return
        with suppress(OSError):  # made by somebody else, who gave it the rights already
            rights = root.stat().st_mode & 0o7777
            each.chmod(rights if each.is_dir() else rights & 0o666)
