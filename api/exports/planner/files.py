"""Files of a study: the document, its pages and tables, each whole or not there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_report(target: Path, name: str, document: dict[str, Any], pages: dict[str, str]) -> None:
    """The document and its pages; each file is whole or not there."""
    pages_by_file = {f"{name}.{language}.html": text for language, text in pages.items()}
    write_files(target, pages_by_file | {f"{name}.json": json_text(document)})


def write_files(target: Path, files: Mapping[str, str]) -> None:
    """Texts by their names below `target`; each file is whole or not there."""
    target.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        draft = target / f".{file}.part"
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(target / file)


def json_text(document: dict[str, Any]) -> str:
    """A document as its file has it."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
