"""Permits of muck trucks, their ways street by street, and disposal sites as a workbook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from api.exports.planner.pages import words
from api.exports.xlsx import add_table

if TYPE_CHECKING:
    from collections.abc import Iterator


def muck_workbook(document: dict[str, Any], language: str) -> bytes:
    """`muck.json` as three sheets: permits, ways, disposal sites with each material's limit."""
    ui = words(language)
    book = Workbook(write_only=True)
    book.properties.title = f"{document['district']} {document['date']}"
    book.properties.creator = "huanwei"
    book.properties.description = document["attribution"]
    permits = ("permit", "company", "plate", "site", "disposal", "material", "tonnes", "trips",
               "hours", "safety", "valid")  # fmt: skip
    ways = ("permit", "plate", "way", "hours", "km", "min", "past", "streets")
    sites = ("disposal", "material", "approved", "limit")
    for title, columns, rows, widths in (
        ("muck_permit", permits, _permits(document, ui), [14, 24, 14, 26, 12, 10, 10, 10, 26, 10,
                                                           26]),
        ("muck_way", ways, _ways(document, ui), [14, 14, 24, 12, 10, 10, 14, 90]),
        ("muck_disposal", sites, _sites(document), [26, 12, 14, 14]),
    ):  # fmt: skip
        heads = [ui[f"muck_{column}"] for column in columns]
        add_table(book, ui[title], heads, rows, widths=widths)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _permits(document: dict[str, Any], ui: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for one in document["permits"]:
        yield (
            one["id"], one["company"], one["plate"], one["site"], one["disposal"],
            one["material"], one["tonnes_day"], one["trips"], one["hours"],
            ui["muck_yes" if one["active_safety"] else "muck_no"],
            f"{one['begin'] or ''} – {one['end']}",
        )  # fmt: skip


def _ways(document: dict[str, Any], ui: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for one in document["permits"]:
        for way in one["ways"]:
            streets = (street["name"] or ui["muck_unnamed"] for street in way["streets"])
            yield (
                one["id"], one["plate"],
                ui["muck_loaded" if way["loaded"] else "muck_empty"],
                ui["muck_night" if way["night"] else "muck_day"],
                round(way["distance_m"] / 1_000, 2), round(way["duration_s"] / 60, 1),
                way["exposed_m"], " → ".join(streets),
            )  # fmt: skip


def _sites(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for one in document["disposals"]:
        yield (
            f"{one['id']} {one['name']}".strip(), one["material"], one["approved_t"],
            one["limit_t"],
        )  # fmt: skip
