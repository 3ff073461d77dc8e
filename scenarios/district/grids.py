"""Which sheet of which file holds which table of a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.district.words.cells import folded, names
from scenarios.district.words.header import find_header
from scenarios.district.words.headings import TABLES, known_headings, required_columns
from scenarios.district.words.messages import Where, nearest, suggest
from scenarios.tables.files import COMPANIONS, MANY, READ, TEXTS, sheets_of
from scenarios.tables.sheet import SheetError
from scenarios.tables.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from scenarios.district.words.messages import Findings
    from scenarios.tables.sheet import Sheet

NOT_READ = (
    ".numbers", ".gpx", ".dxf", ".dwg", ".tab", ".mif", ".mdb", ".accdb", ".dbf", ".wps", ".doc",
    ".docx", ".pdf", ".htm", ".html", ".mht", ".xml", ".fgb", ".parquet", ".db", ".sqlite", ".zip",
    ".rar", ".7z", ".gz", ".bz2", ".xz", ".fods", ".uos", ".sxc", ".gml", ".gdb", ".topojson",
    ".jsonl", ".ndjson", ".wkt", ".rtf", ".pages", ".prn", ".dif", ".shx",
)  # fmt: skip
"""Suffixes a table may well come with, and that are not read."""
_UNNAMED = (".txt", ".json", ".xml", ".htm", ".html", ".doc", ".docx", ".pdf", ".db", ".sqlite",
            ".zip", ".rar", ".7z", ".dbf", ".wps", ".tab", ".parquet", ".mht", ".gz", ".bz2", ".xz",
            ".gml", ".gdb", ".wkt", ".rtf", ".pages", ".prn", ".dif", ".shx",
            ".jsonl", ".ndjson", ".topojson")  # fmt: skip
"""Suffixes of files that are tables only if they are called so."""
_ENDINGS = re.compile(r"(?<=..)(信息表|明细表|一览表|统计表|登记表|台账|名单|清单|信息|明细|表)$")


_ADDED = re.compile(
    r"^\d{4}[年.-]?(\d{1,2}月?)?[_.-]?|"
    r"[-_.]?(\(\d+\)|\[\d+\]|副本|复制|copy|最新版?|新版|终稿|定稿|修改版?|final|new|csv|xlsx?|v?\d+(\.\d+)*[年月日号版]?)$"
)
"""What people and programs add to a file's name: years, numbers of copies and versions."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table's place: a file, and the title of a sheet in it if that names the table."""

    path: Path
    title: str = ""

    @property
    def name(self) -> str:
        """The source as a message names it."""
        file = printable(self.path.name)
        return f"{file} / {self.title}" if self.title else file


@dataclass(slots=True)
class Files:
    """The files of a folder that hold tables; every workbook is opened once."""

    sources: dict[str, Source] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    """Tables whose files have findings already."""
    opened: dict[Path, list[Sheet] | SheetError] = field(default_factory=dict)

    def sheets(
        self, path: Path, encoding: str | None, known: Callable[[list[str]], int]
    ) -> list[Sheet]:
        """The sheets of a file; raises `SheetError`."""
        if path not in self.opened:
            try:
                self.opened[path] = sheets_of(path, encoding, known)
            except SheetError as error:
                self.opened[path] = error
        found = self.opened[path]
        if isinstance(found, SheetError):
            raise found
        return found


def table_named(text: str) -> str:
    """The table that a file or sheet of this name holds, or an empty text."""
    plain = folded(text)
    stems = _stems()
    return stems.get(plain) or stems.get(_ENDINGS.sub("", plain), "")


def table_meant(text: str) -> str:
    """The table of a name with a year, a copy's number or the like: 收集点 (1), 2026年收集点表."""
    plain = folded(text)
    while not (name := table_named(plain)) and (shorter := _ADDED.sub("", plain, count=1)) != plain:
        plain = shorter
    return name


def _packed(path: Path) -> str:
    """The table whose file was packed, or not loaded to its end: points.csv.gz; else empty."""
    stem = "" if path.suffix.lower() in READ else path.stem
    return next((table_named(stem[: -len(end)]) for end in READ if stem.lower().endswith(end)), "")


def _stems() -> Mapping[str, str]:
    return {
        folded(stem): name
        for name, facts in names()["tables"].items()
        for stem in (name, *facts["files"])
    }


def find_tables(folder: Path, findings: Findings) -> Files:
    """Where the tables of the folder are; findings about files that nobody reads."""
    files = Files()
    found: dict[str, list[Source]] = {}
    others: list[tuple[Path, str]] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~")):
            continue
        own = table_named(path.stem) or _packed(path)
        inner = list(_inner(files, path, own)) if path.suffix.lower() in MANY else []
        for name, title in inner:
            found.setdefault(name, []).append(Source(path, title))
        if own in TABLES and path.suffix.lower() in READ:
            if own not in {name for name, _ in inner}:
                found.setdefault(own, []).append(Source(path))
        elif not inner:
            others.append((path, own))
    meant = {path: name for path, own in others if (name := _meant(path, own)) not in {"", *found}}
    for path, name in meant.items():
        found.setdefault(name, []).append(Source(path))
    for path, own in others:
        if path not in meant:
            _stray(path, own, findings, files)
    for name, sources in found.items():
        files.sources[name] = sources[0]
        if len(sources) > 1:
            words = ", ".join(source.name for source in sources)
            findings.add("E202", Where(sources[0].path.name), others=words)
    for name in files.failed & files.sources.keys():
        files.failed.discard(name)
    return files


def _meant(path: Path, own: str) -> str:
    """The table that a file of another name is meant to be, if it can be read; else empty."""
    suffix = path.suffix.lower()
    readable = not own and suffix in {*READ} - {*_UNNAMED} and path.is_file()
    name = table_meant(path.stem) if readable else ""
    return name if name in TABLES else ""


def _inner(files: Files, path: Path, own: str) -> Iterator[tuple[str, str]]:
    """Tables that sheets of the file are named after, with the titles of the sheets."""
    try:
        sheets = files.sheets(path, None, lambda cells: len(known_headings(cells, own)))
    except SheetError:
        return  # told where the file is read as a table; else it is a stray
    for sheet in sheets:
        name = table_named(sheet.title)
        if name in TABLES and (own in {"", name} or _has_header(sheet, name)):
            yield name, sheet.title


def _has_header(sheet: Sheet, name: str) -> bool:
    header = find_header(sheet, name)
    return header is not None and set(required_columns(name)) <= header.columns


def _stray(path: Path, own: str, findings: Findings, files: Files) -> None:
    """A finding about a file that is called like a table, or nearly so, and is not read."""
    suffix = path.suffix.lower()
    shape = suffix in COMPANIONS and any(
        path.with_suffix(end).is_file() for end in (".shp", ".SHP")
    )
    if shape or path.name.endswith(".shp.xml"):
        return
    if own in TABLES and suffix in NOT_READ:
        others = [one for one in path.parent.glob("*") if table_named(one.stem) == own]
        if not any(one.suffix.lower() in READ for one in others):
            findings.add("E203", Where(printable(path.name)), suffix)
            files.failed.add(own)
            return
    elif own and own not in TABLES:
        return  # a table of a roster or a study, which other commands read
    elif not own and suffix not in {*READ, *NOT_READ} - {*_UNNAMED}:
        return
    close = own or _stems().get(nearest(folded(path.stem), _stems()), "")
    known = suffix if suffix in {*TEXTS, *MANY} else ".csv"
    guess = suggest(f"{close}{known}", [f"{close}{known}"] if close else [])
    findings.add("W203", Where(printable(path.name)), **guess | {"known": ", ".join(TABLES)})


def choose_sheet(
    sheets: list[Sheet], source: Source, name: str, findings: Findings
) -> Sheet | None:
    """The sheet that holds table `name`: named after it, or the only one with its headings.

    None, with a finding, if several may be it; one that is shown comes before hidden ones. Other
    sheets with cells are warned of.
    """
    file = printable(source.path.name)
    if source.title:
        return next(sheet for sheet in sheets if sheet.title == source.title)
    named = [sheet for sheet in sheets if table_named(sheet.title) == name]
    free = named or [sheet for sheet in sheets if not table_named(sheet.title)] or sheets
    fitting = [sheet for sheet in free if _has_header(sheet, name)]
    fitting = [sheet for sheet in fitting if not sheet.hidden] or fitting
    if len(fitting) > 1:
        titles = ", ".join(sheet.title for sheet in fitting)
        stem = names()["tables"][name]["files"][0]
        findings.add("E213", Where(file), titles, stem=name, alias=stem)
        return None
    chosen = (fitting or free)[0]
    for sheet in free:
        if sheet is not chosen and any(any(cells) for _, cells in sheet.rows()):
            findings.add("W204", Where(file), sheet.title, sheet=chosen.title, stem=name)
    return chosen
