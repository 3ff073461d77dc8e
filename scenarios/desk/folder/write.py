"""Wishes about a table become a version of the folder; the latest change is taken back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.desk.folder.rows import Wishes, with_wishes
from scenarios.office.revisions import StaleError

if TYPE_CHECKING:
    from datetime import date

    from scenarios.office.revisions import Revision, Revisions

TRIES = 5
"""Times a change is made anew because somebody else was quicker (chosen: each takes milliseconds,
and nobody meets five others in a row)."""


def write_wishes(kept: Revisions, who: str, folder: Path, day: date, wishes: Wishes) -> Revision:
    """Change a table of `folder` as wished; raises `HuanweiError` where it cannot be.

    Whoever changed other cells meanwhile keeps them: the change is made on the file as it is.
    """
    for _ in range(TRIES - 1):
        try:
            return _write(kept, who, folder, day, wishes)
        except StaleError:
            continue
    return _write(kept, who, folder, day, wishes)


def _write(kept: Revisions, who: str, folder: Path, day: date, wishes: Wishes) -> Revision:
    before = kept.digests()
    name, content = with_wishes(folder, day, wishes)
    with tempfile.TemporaryDirectory(prefix=".huanwei-", dir=folder) as place:
        draft = Path(place) / "draft"
        draft.write_bytes(content)
        return kept.put(who, "corrected", name, draft, base=before.get(name, ""))
