"""Where computed things are kept: road data, downloads and compiled loops, one folder for all."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """Folder of the setting `HUANWEI_CACHE`, else the user's cache folder as the system has it."""
    stated = os.environ.get("HUANWEI_CACHE")
    return Path(stated) if stated else user_cache_path("huanwei", appauthor=False)
