"""The town report as a printable page, a workbook and a table."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from rich.table import Table

from api.exports.planner.pages import environment, number, words
from api.exports.xlsx import add_table
from api.words.i18n import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

HEADS = ("name", "places", "due", "served", "coverage", "tonnes", "streams", "trips", "vehicles",
         "stations", "cleared_t")  # fmt: skip


def towns_page(document: dict[str, Any], language: str) -> str:
    """`towns.json` as a page that prints on A4."""
    ui = words(language)
    return (
        environment()
        .get_template("towns.html.j2")
        .render(
            ui=ui,
            language=language,
            d=document,
            title=ui["title_towns"],
            other=f"towns.{'en' if language == 'zh' else 'zh'}.html",
            sentence=_sentence(document, ui),
            heads=HEADS,
            rows=list(_rows(document, ui)),
            law=lambda code: word("violation", code, language),
        )
    )


def towns_workbook(document: dict[str, Any], language: str) -> bytes:
    """The same rows as a workbook."""
    ui = words(language)
    book = Workbook(write_only=True)
    book.properties.title = f"{document['district']} {document['date']}"
    book.properties.creator = "huanwei"
    add_table(
        book,
        ui["title_towns"],
        [ui[f"town_{key}"] for key in HEADS],
        _rows(document, ui),
        widths=[14, 10, 10, 10, 10, 10, 28, 8, 24, 34, 14],
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def print_towns(document: dict[str, Any], language: str, console: Console) -> None:
    """The towns, one a row, and findings below."""
    ui = words(language)
    console.print(_sentence(document, ui), markup=False, highlight=False)
    table = Table(title=f"{ui['title_towns']} {document['district']} {document['date']}")
    for key in HEADS:
        table.add_column(ui[f"town_{key}"])
    for row in _rows(document, ui):
        table.add_row(*(str(cell) for cell in row))
    console.print(table)
    for one in document["violations"]:
        text = f"{word('violation', one['code'], language)} {one['where']} {one['excess']}"
        console.print(text, style="red", markup=False, highlight=False)


def _rows(document: dict[str, Any], ui: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """A row a town, then their sum."""
    for one in document["towns"]:
        streams = ui["comma"].join(
            f"{ui.get(f'site_stream_{stream}', stream)} {tonnes:.2f}"
            for stream, tonnes in one["streams"].items()
        )
        yield (
            one["town"], one["places"], one["due"], one["served"],
            f"{100 * one['coverage']:.1f} %", round(one["tonnes"], 2), streams, one["trips"],
            ui["comma"].join(one["vehicles"]), ui["comma"].join(one["stations"]),
            round(one["cleared_t"], 2),
        )  # fmt: skip
    told = document["figures"]
    yield (
        ui["town_total"], told["places"], told["due"], told["served"],
        f"{100 * told['served'] / max(1, told['due']):.1f} %", round(told["tonnes"], 2), "",
        told["trips"], "", "", round(told["cleared_t"], 2),
    )  # fmt: skip


def _sentence(document: dict[str, Any], ui: dict[str, str]) -> str:
    told = document["figures"]
    return ui["town_sentence"].format(
        towns=told["towns"],
        due=told["due"],
        served=told["served"],
        tonnes=number(told["tonnes"]),
        cleared=number(told["cleared_t"]),
        trips=told["trips"],
        violations=len(document["violations"]),
    )
