"""Reports of the planner as one HTML file each: opens from disk, prints on A4."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.exports.planner.figures import Mark, front_chart, site_map
from api.words.i18n import LANGUAGES
from scenarios.desk.compare import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.network import RoadNetwork

SHOWN = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary", "residential"})
BANDS = ("100", "200", "300", "500")
REAL_KEYS = (
    "deadhead_km", "haul_km", "duty_h", "cost_cny", "haul_cny", "co2_kg", "max_load_percent",
    "max_wait_min", "night_homes_km", "school_km",
)  # fmt: skip
"""Figures of the real plans that the report of a relocation shows."""


@cache
def words(language: str) -> dict[str, str]:
    """All words of the reports in one language."""
    path = Path(__file__).with_name("words.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {key: pair[LANGUAGES.index(language)] for key, pair in table.items()}


GROUPS: dict[str, tuple[str, ...]] = {
    "g_work": ("service_km", "deadhead_km", "duty_h", "overtime_h", "waiting_h", "routes",
               "collected_t", "unserved"),
    "g_money": ("cost_cny", "haul_cny", "total_cny", "cny_per_t", "co2_kg"),
    "g_stations": ("haul_km", "haul_trips", "stuck_t", "overload_t", "max_load_percent",
                   "max_wait_min"),
    "g_near": ("people_100m", "people_200m", "people_300m", "people_500m", "people_weighted",
               "sensitive_300m", "complaint_stations", "night_homes_trips", "night_homes_km",
               "school_trips", "school_km"),
}  # fmt: skip
"""Figures of a comparison as its page groups them."""
MAIN = (
    "total_cny", "deadhead_km", "haul_km", "duty_h", "co2_kg", "overload_t", "max_load_percent",
    "unserved", "people_weighted", "sensitive_300m", "complaint_stations", "school_trips",
    "night_homes_trips",
)  # fmt: skip
"""Figures that the summary of a comparison names."""


def relocation_page(document: dict[str, Any], network: RoadNetwork, language: str) -> str:
    """The relocation study as a page; `document` as `relocation.json` holds it."""
    ui = words(language)
    return (
        environment()
        .get_template("relocation.html.j2")
        .render(
            ui=ui,
            language=language,
            d=document,
            title=ui["title_relocation"],
            other=_other("relocation", language),
            kind=lambda one: kind_word(one, ui),
            reason=lambda text: ui.get(text.replace(" ", "_"), text),
            map=site_map(list(_marks(document)), list(streets(network)), ui["map"]),
            chart=front_chart(
                document, (f"{ui['cost']} {ui['cny_day']}", ui["exposure_mean"]), ui["front"]
            ),
            sentences=list(_sentences(document, ui)),
            broken=lambda one: broken_laws(one, ui),
            bands=BANDS,
            real_keys=REAL_KEYS,
            unit=lambda key: unit_word(key, ui),
        )
    )


def compare_page(document: dict[str, Any], network: RoadNetwork, language: str) -> str:
    """A comparison as a page; `document` as `compare.json` holds it."""
    ui = words(language)
    roads = list(streets(network))
    maps = [
        site_map([*_station_marks(one, document)], roads, one["name"])
        for one in document["scenarios"]
    ]
    return (
        environment()
        .get_template("compare.html.j2")
        .render(
            ui=ui,
            language=language,
            d=document,
            title=ui["title_compare"],
            other=_other("compare", language),
            maps=maps,
            groups=GROUPS,
            unit=lambda key: unit_word(key, ui),
            number=number,
            signed=signed,
            sentences=[certain(one, ui) for one in document["scenarios"][1:]],
            edit=lambda one: edit_words(one, ui),
        )
    )


def certain(one: dict[str, Any], ui: dict[str, str]) -> str:
    """The main differences of a scenario that seeds alone do not make, as a sentence."""
    found = [
        f"{ui['f_' + key]} {signed(one['figures'][key]['delta'])} {unit_word(key, ui)}".strip()
        for key in MAIN
        if one["figures"][key]["noise"] is False and one["figures"][key]["delta"]
    ]
    if not found:
        return ui["sure_nothing"].format(name=one["name"])
    return ui["sure"].format(name=one["name"], found=ui["comma"].join(found))


def edit_words(edit: dict[str, Any], ui: dict[str, str]) -> str:
    """One edit of a scenario file in words: what it does, then its keys."""
    parts = [
        f"{ui['k_' + key]} {_plain(value)}" for key, value in edit.items() if key != "do" and value
    ]
    return f"{ui['do_' + edit['do']]}{ui['colon']}" + ui["comma"].join(parts)


def _plain(value: object) -> str:
    """A value of an edit; lists with spaces."""
    if isinstance(value, list):
        return " ".join(_plain(one) for one in value)
    return str(value)


def unit_word(key: str, ui: dict[str, str]) -> str:
    """The unit of a figure, empty for counts."""
    return ui[f"u_{UNITS[key]}"] if UNITS[key] else ""


def number(value: float) -> str:
    """A figure for people: one decimal below a thousand, none where it is whole."""
    text = f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.1f}"
    return text.removesuffix(".0")


def signed(value: float) -> str:
    """A difference with its sign."""
    text = number(abs(value))
    return text if text == "0" else ("+" if value > 0 else "−") + text


def change(one: dict[str, Any] | None, ui: dict[str, str]) -> str:
    """A figure's difference, marked where seeds alone may make it; a dash where there is none."""
    if one is None:
        return "–"
    return signed(one["delta"]) + (f" {ui['noise']}" if one["noise"] and one["delta"] else "")


def kind_word(one: dict[str, Any], ui: dict[str, str]) -> str:
    """The question an alternative answers, in words."""
    kind = str(one["kind"]) if isinstance(one, dict) else str(one)
    if f"kind_{kind}" in ui:
        return ui[f"kind_{kind}"]
    return ui["kind_move"].format(site=kind.removeprefix("move_"))


def broken_laws(one: dict[str, Any], ui: dict[str, str]) -> list[str]:
    """The laws an alternative breaks, each once, in words."""
    return [ui[f"v_{code}"] for code in dict.fromkeys(v["code"] for v in one["violations"])]


def streets(network: RoadNetwork) -> Iterator[list[tuple[float, float]]]:
    """Lines of the larger streets, each once."""
    for arc in range(network.num_arcs):
        if network.reverse[arc] >= 0 and network.reverse[arc] < arc:
            continue
        if network.road_class(arc) in SHOWN:
            yield [(float(x), float(y)) for x, y in network.points(arc).tolist()]


@cache
def environment() -> Environment:
    """The templates of the reports."""
    return Environment(
        loader=PackageLoader("api", "exports/planner"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _other(name: str, language: str) -> str:
    other = "en" if language == "zh" else "zh"
    return f"{name}.{other}.html"


def _marks(document: dict[str, Any]) -> Iterator[Mark]:
    """Rejected lots, stations, troubled ones, the new sites of all alternatives."""
    for lot in document["candidates"]["rejected_lots"]:
        yield Mark(lot["lon"], lot["lat"], "rejected")
    troubled = {site["id"] for site in document["troubled"]}
    for site in document["stations"]:
        style = "troubled" if site["id"] in troubled else "existing"
        yield Mark(site["lon"], site["lat"], style, site["id"])
    users: dict[tuple[float, float], list[str]] = {}
    for one in document["alternatives"]:
        for site in one["sites"]:
            users.setdefault((site["lon"], site["lat"]), []).append(one["id"])
    for (lon, lat), names in users.items():
        yield Mark(lon, lat, "new", " ".join(names))


def _station_marks(scenario: dict[str, Any], document: dict[str, Any]) -> Iterator[Mark]:
    """Stations of a scenario; those the base does not have stand out."""
    known = {site[0] for site in document["scenarios"][0]["sites"]}
    for name, _, kind, lon, lat in scenario["sites"]:
        if kind == "station":
            yield Mark(lon, lat, "existing" if name in known else "new", name)


def _sentences(document: dict[str, Any], ui: dict[str, str]) -> Iterator[str]:
    """The study in two sentences."""
    peak = document["settings"]["peak_percent"] / 100
    yield ui["sentence_today"].format(
        capacity=f"{document['capacity_t']:,.0f}",
        demand=f"{document['demand_t']:,.0f}",
        peak=f"{peak:g}",
        needed=f"{peak * document['demand_t']:,.0f}",
    )
    rows: Sequence[dict[str, Any]] = document["alternatives"]
    today = next((one for one in rows if one["kind"] == "do_nothing"), None)
    best = rows[0]
    for phase in today["phases"] if today is not None else ():
        if (missing := phase["peak_t"] - phase["capacity_t"]) > 0:
            yield ui["sentence_nothing"].format(date=phase["begin"], t=f"{missing:,.0f}")
            break
    if today is not None and best is not today:
        delta = best["cost_cny_day"]["total"] - today["cost_cny_day"]["total"]
        yield ui["sentence_best"].format(
            id=best["id"],
            kind=kind_word(best, ui),
            cost=f"{best['cost_cny_day']['total']:,.0f}",
            more=ui["more"] if delta >= 0 else ui["less"],
            delta=f"{abs(delta):,.0f}",
            was=f"{today['exposure_final']:,}",
            now=f"{best['exposure_final']:,}",
        )
    errors = [abs(one["real"]["error_percent"]) for one in rows if one["real"]]
    if errors:
        mean = sum(errors) / len(errors)
        yield ui["sentence_error"].format(mean=f"{mean:.1f}", most=f"{max(errors):.1f}")
