"""Manifests (联单) to print and sign, one sheet a load, and as a workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from rich.table import Table

from api.exports.planner.pages import environment, number, words
from api.exports.xlsx import add_table
from api.words.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

SHOWN = 3
"""A row of the list names so many places (chosen: one line); the load's own sheet has all."""
HEADS = ("id", "leg", "plate", "crew", "from", "kg", "to", "begin", "tipped")
"""Columns of the list, each a word of the page."""


def manifests_page(document: dict[str, Any], language: str) -> str:
    """`manifests.json` as a page: the list, then a sheet for each load with lines to sign."""
    ui = words(language)
    return (
        environment()
        .get_template("manifests.html.j2")
        .render(
            ui=ui,
            language=language,
            d=document,
            title=ui["title_manifests"].format(stream=_stream(document, language)),
            other=f"manifests.{'en' if language == 'zh' else 'zh'}.html",
            sentence=_sentence(document, language),
            stream=_stream(document, language),
            time=lambda text: text[11:16],
            number=number,
        )
    )


def manifests_workbook(document: dict[str, Any], language: str) -> bytes:
    """The list, and a sheet for each load with the places it came from."""
    ui = words(language)
    book = Workbook(write_only=True)
    book.properties.title = f"{document['district']} {document['date']}"
    book.properties.creator = "huanwei"
    heads = [ui[f"manifest_{key}"] for key in HEADS]
    add_table(book, ui["manifest_list"], heads, _list(document, ui), widths=[24, 8, 12, 18, 40, 10,
                                                                          24, 10, 10])  # fmt: skip
    for one in document["manifests"]:
        rows: list[tuple[Any, ...]] = [
            (origin["id"], origin["name"], origin["kg"], origin["time"][11:16])
            for origin in one["from"]
        ]
        rows.append(("", one["to_name"] or one["to"], one["kg"], one["tipped"][11:16]))
        add_table(
            book,
            one["id"][-31:],
            [ui["manifest_place"], f"{one['plate'] or one['vehicle']} {'、'.join(one['crew'])}",
             ui["manifest_kg"], ui["manifest_time"]],
            rows,
            widths=[18, 40, 10, 10],
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def print_manifests(document: dict[str, Any], language: str, console: Console) -> None:
    """The loads, one a row."""
    ui = words(language)
    console.print(_sentence(document, language), markup=False, highlight=False)
    table = Table(title=ui["title_manifests"].format(stream=_stream(document, language)))
    for key in HEADS:
        table.add_column(ui[f"manifest_{key}"], justify="right" if key == "kg" else "left")
    for row in _list(document, ui):
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


def _list(document: dict[str, Any], ui: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """A row a load."""
    for one in document["manifests"]:
        yield (
            one["id"],
            ui[f"manifest_leg_{one['leg']}"],
            one["plate"] or one["vehicle"],
            ui["comma"].join(one["crew"]),
            _places(one, ui),
            one["kg"],
            one["to_name"] or one["to"],
            one["begin"][11:16],
            one["tipped"][11:16],
        )


def _places(one: dict[str, Any], ui: dict[str, str]) -> str:
    """The first places a load came from, and how many there are."""
    names = [origin["name"] or origin["id"] for origin in one["from"]]
    if len(names) <= SHOWN:
        return ui["comma"].join(names)
    return ui["manifest_more"].format(names=ui["comma"].join(names[:SHOWN]), count=len(names))


def _stream(document: dict[str, Any], language: str) -> str:
    return str(document["title"][LANGUAGES.index(language)])


def _sentence(document: dict[str, Any], language: str) -> str:
    """Loads, tonnes and places of the day."""
    shown = {key: number(value) for key, value in document["figures"].items()}
    return words(language)["manifest_sentence"].format(
        **shown, violations=len(document["violations"])
    )
