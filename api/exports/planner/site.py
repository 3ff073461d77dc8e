"""Where rooms, toilets, water points, depots and chargers go: a printable page, and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from api.exports.planner.figures import Mark, site_map
from api.exports.planner.pages import change, environment, number, streets, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from models.network import RoadNetwork


def site_page(document: dict[str, Any], network: RoadNetwork, language: str) -> str:
    """`site.json` as a page that prints on A4."""
    ui = words(language)
    best = document["alternatives"][0]
    return (
        environment()
        .get_template("site.html.j2")
        .render(
            ui=ui,
            language=language,
            d=document,
            best=best,
            title=ui["title_site"].format(kind=ui[f"site_{document['kind']}"]),
            other=f"site.{'en' if language == 'zh' else 'zh'}.html",
            sentences=list(_sentences(document, ui)),
            way=_way_word(document, ui),
            unit=ui[f"site_unit_{document['unit']}"],
            map=site_map(list(_marks(document)), list(streets(network)), ui["map"]),
            number=number,
            change=change,
            figures=figures,
        )
    )


def print_sites(document: dict[str, Any], language: str, console: Console) -> None:
    """The alternatives, one a row."""
    ui = words(language)
    for sentence in _sentences(document, ui):
        console.print(sentence, markup=False, highlight=False)
    kind = ui[f"site_{document['kind']}"]
    table = Table(title=f"{ui['title_site'].format(kind=kind)} {document['district']}")
    way = _way_word(document, ui)
    table.add_column(ui["alternative"])
    for head in (ui["site_open"], ui["site_new"], ui["site_covered"], f"{ui['site_mean']} {way}",
                 f"{ui['site_p95']} {way}", f"{ui['cost']} {ui['cny_day']}", ui["gap"],
                 ui["merge_hours"], ui["merge_money"], ui["site_people"],
                 ui["violations"]):  # fmt: skip
        table.add_column(head, justify="right")
    for one in document["alternatives"]:
        table.add_row(
            ui[f"site_kind_{one['kind']}"],
            str(one["open"]),
            str(one["new"]),
            f"{100 * one['covered_share']:.1f} %",
            number(one["way_mean"]),
            number(one["way_p95"]),
            number(one["cost_cny_day"]),
            f"{one['gap_percent']:g} %",
            *(change(figures(one).get(key), ui) for key in ("duty_h", "total_cny")),
            f"{one['people']:,}",
            str(len(one["violations"])),
        )
    console.print(table)


def figures(one: dict[str, Any]) -> dict[str, Any]:
    """Truck figures of an alternative's real plans; none where there are no plans."""
    return one["trucks"]["figures"] if one["trucks"] else {}


def _way_word(document: dict[str, Any], ui: dict[str, str]) -> str:
    return ui["site_metres"] if document["on_foot"] else ui["site_minutes"]


def _sentences(document: dict[str, Any], ui: dict[str, str]) -> Iterator[str]:
    """The need, what today's sites reach of it, and what the best alternative does."""
    best, today = document["alternatives"][0], document["today"]
    unit = ui[f"site_unit_{document['unit']}"]
    way = _way_word(document, ui)
    yield ui["site_today"].format(
        kind=ui[f"site_{document['kind']}"],
        needed=number(document["needed"]),
        unit=unit,
        sites=today["sites"],
        share=f"{100 * today['covered_share']:.1f}",
        limit=f"{document['limit']:g}",
        way=way,
    )
    yield ui["site_best"].format(
        open=best["open"],
        new=best["new"],
        closed=best["closed"],
        share=f"{100 * best['covered_share']:.1f}",
        mean=number(best["way_mean"]),
        p95=number(best["way_p95"]),
        way=way,
        cost=number(best["cost_cny_day"]),
        gap=f"{best['gap_percent']:g}",
    )
    if best["trucks"]:
        yield ui["site_trucks"].format(
            seeds=len(best["trucks"]["seeds"]),
            hours=change(figures(best)["duty_h"], ui),
            km=change(figures(best)["deadhead_km"], ui),
            money=change(figures(best)["total_cny"], ui),
            total=number(best["real_cny_day"]),
        )
    if document["out_of_reach"]:
        yield ui["site_outside"].format(
            amount=number(document["out_of_reach"]), unit=unit, zones=document["zones_out_of_reach"]
        )


def _marks(document: dict[str, Any]) -> Iterator[Mark]:
    """Needs, then the sites of the best alternative; names where there are few."""
    for need in document["needs"]:
        yield Mark(need["lon"], need["lat"], "home" if need["reached"] else "goes")
    rows = document["alternatives"][0]["sites"]
    style = {"new": "new", "existing": "existing", "closed": "troubled"}
    for row in rows:
        label = row["site"] if len(rows) <= 30 else ""
        yield Mark(row["lon"], row["lat"], style[row["state"]], label)
