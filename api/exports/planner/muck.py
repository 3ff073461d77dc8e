"""The permits of muck trucks as a printable page, a table and GPX tracks for navigation devices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment, GPXWaypoint
from rich.table import Table

from api.exports.planner.pages import environment, words
from api.words.i18n import word
from api.words.violations import finding
from scenarios.tables.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import Console

    from models.network import RoadNetwork

IN_KG = frozenset({"MUCK_OVER", "MUCK_MATERIAL"})
IN_METRES = frozenset({"MUCK_FAR"})


def muck_page(document: dict[str, Any], language: str) -> str:
    """`muck.json` as a page that prints on A4, one block a permit."""
    ui = words(language)
    page = environment().get_template("muck.html.j2")
    return page.render(
        ui=ui,
        language=language,
        d=document,
        title=ui["title_muck"],
        other=f"muck.{'en' if language == 'zh' else 'zh'}.html",
        sentence=ui["muck_sentence"].format(**document["figures"]),
        findings=list(_findings(document, language)),
    )


def print_muck(document: dict[str, Any], language: str, console: Console) -> None:
    """The sums of the day, and the findings as a table."""
    ui = words(language)
    sentence = ui["muck_sentence"].format(**document["figures"])
    console.print(sentence, markup=False, highlight=False)
    table = Table(title=ui["muck_findings"], title_justify="left", show_header=False)
    for one in _findings(document, language):
        table.add_row(one["where"], one["law"], one["amount"], one["detail"])
    if table.row_count:
        console.print(table)


def _findings(document: dict[str, Any], language: str) -> Iterator[dict[str, str]]:
    """Findings of the judge in words, amounts with their unit."""
    for one in document["findings"]:
        excess, amount = one["excess"], ""
        if excess and one["code"] in IN_KG:
            amount = f"{excess / 1000:,.1f} t"
        elif excess:
            unit = "m" if one["code"] in IN_METRES else "min"
            amount = f"{excess if unit == 'm' else round(excess / 60):,} {unit}"
        yield {
            "where": one["where"],
            "law": word("violation", one["code"], language),
            "amount": amount,
            "detail": finding(one["detail"], language),
        }


def muck_gpx(
    folder: Path, document: dict[str, Any], network: RoadNetwork, language: str
) -> list[Path]:
    """One GPX file a valid permit: a track for each way, both sites as waypoints.

    Files of permits that are there no more go. Raises `OSError` where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.gpx"):
        old.unlink()
    ui = words(language)
    sites = {one["id"]: one for one in document["disposals"]}
    made = []
    for number, permit in enumerate(document["permits"], start=1):
        if not permit["ways"]:
            continue
        gpx = GPX()
        gpx.creator = "huanwei"
        gpx.name = f"{permit['id']} {permit['plate']} {document['date']}"
        gpx.description = document["attribution"]
        tip = sites[permit["disposal"]]
        for place, name in ((permit, permit["site"]), (tip, tip["name"] or tip["id"])):
            gpx.waypoints.append(GPXWaypoint(place["lat"], place["lon"], name=name))
        for way in permit["ways"]:
            told = (ui["muck_loaded" if way["loaded"] else "muck_empty"],
                    ui["muck_night" if way["night"] else "muck_day"])  # fmt: skip
            track = GPXTrack(name=", ".join(told))
            points = [
                GPXTrackPoint(float(lat), float(lon))
                for place, arc in enumerate(way["arcs"])
                for lon, lat in network.points(arc)[min(place, 1) :]
            ]
            track.segments.append(GPXTrackSegment(points))
            gpx.tracks.append(track)
        name = re.sub(r"[^\w-]+", "_", permit["id"])
        path = folder / f"{number:03d}-{name}.gpx"
        path.write_bytes(clean(gpx.to_xml(prettyprint=False)).encode())
        made.append(path)
    return made
