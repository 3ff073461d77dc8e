"""The relocation study of a district folder: settings, candidates, alternatives, real plans."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import HuanweiError, InputErrors, expected
from models.location import Period
from models.toml_text import TomlError, read_toml
from scenarios.desk.compare import roads_file
from scenarios.desk.day import load_folder
from scenarios.desk.siting.relocation_tables import read_census, read_lots
from solver.edits.issues import Spot, issue, unreadable
from solver.location.build import (
    CostRules,
    demand_zones,
    offered_sites,
    relocation_problem,
    road_tables,
    station_sites,
    stations_of,
)
from solver.location.candidates import lots_on_map, screen_lots
from solver.location.exposure import neighbourhood
from solver.location.study import study
from solver.roads.surroundings import read_surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from models.location import CandidateSite, RelocationProblem
    from scenarios.desk.day import Loaded
    from solver.location.candidates import Offer, Rejected
    from solver.location.exposure import Neighbourhood
    from solver.location.study import Study

FILE = "relocation.toml"
STEP_KG = 5_000


class Settings(BaseModel):
    """`relocation.toml` of a district folder; every key may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stations: tuple[str, ...] = ()
    """Troubled stations; empty: the two that stand nearest to people and schools."""
    candidates: str = ""
    """CSV of candidate sites below the folder; empty: industrial land of the map."""
    population: str = ""
    """CSV of lon, lat, persons, or GeoJSON with `persons`, below the folder; empty: estimated."""
    peak_percent: int = Field(default=130, ge=100, le=300)
    max_drive_min: float = Field(default=15, gt=0, le=240)
    build_months: int = Field(default=12, ge=1, le=120)
    close_months: int = Field(default=18, ge=2, le=180)
    horizon_years: int = Field(default=10, ge=2, le=50)
    growth_percent_year: float = Field(default=1.0, ge=-20, le=20)
    outages: bool = False
    running_cny: float = Field(default=500.0, ge=0)
    running_cny_t: float = Field(default=8.0, ge=0)
    capital_cny_t: float = Field(default=34.0, ge=0)
    closing_cny: float = Field(default=400_000.0, ge=0)
    calibration_percent: int = Field(default=150, ge=10, le=1_000)

    def costs(self) -> CostRules:
        """Money of sites."""
        return CostRules(
            running_cny=self.running_cny,
            running_cny_t=self.running_cny_t,
            capital_cny_t=self.capital_cny_t,
            closing_cny=self.closing_cny,
            calibration_percent=self.calibration_percent,
        )


class Prepared(NamedTuple):
    """Everything the study needs, before anything is solved."""

    loaded: Loaded
    settings: Settings
    near: Neighbourhood
    problem: RelocationProblem
    troubled: list[int]
    offers: list[Offer]
    rejected: list[Rejected]


def read_settings(folder: Path) -> Settings:
    """`relocation.toml`, or the defaults; raises `InputErrors`."""
    path = folder / FILE
    if not path.is_file():
        return Settings()
    try:
        return Settings.model_validate(read_toml(path))
    except TomlError as error:
        raise InputErrors([unreadable(FILE, str(error))]) from None
    except ValidationError as error:
        raise InputErrors(
            [
                issue("E702", Spot(FILE, 0, ".".join(map(str, one["loc"]))), str(one["input"]),
                      *reversed(expected(dict(one))))
                for one in error.errors(include_url=False)
            ]
        ) from None  # fmt: skip


def prepare(folder: Path, day: Date, settings: Settings | None = None) -> Prepared:
    """Read the district, its surroundings and candidates; build the relocation problem."""
    settings = settings or read_settings(folder)
    loaded = load_folder(folder, day)
    district, network = loaded.district, loaded.network
    surroundings = read_surroundings(roads_file(district))
    census = read_census(folder / settings.population) if settings.population else None
    near = neighbourhood(
        surroundings, district.points, network.origin, loaded.rules.exposure, census
    )
    stations, zones = stations_of(district), demand_zones(district, network)
    if not stations or not zones:
        raise HuanweiError(
            f"{folder}: a relocation needs open stations and points of residual waste.",
            zh=f"{folder}：选址研究需要在用的中转站和其他垃圾收运点。",
        )
    troubled = _troubled(settings, station_sites(district, near, settings.costs(), frozenset()))
    names = frozenset(stations[k].id for k in troubled)
    today = station_sites(district, near, settings.costs(), names)
    periods = _periods(day, settings)
    sizes = _sizes(today, troubled, sum(z.demand_kg for z in zones), periods, settings)
    lots = (
        read_lots(folder / settings.candidates)
        if settings.candidates
        else lots_on_map(surroundings, near)
    )
    offers, rejected = screen_lots(lots, sizes, near=near, network=network, existing=stations)
    sites = [*today, *offered_sites(offers, settings.costs())]
    problem = relocation_problem(
        district,
        loaded.rules,
        zones=zones,
        sites=sites,
        roads=road_tables(district, network, loaded.rules, zones, sites),
        periods=periods,
        costs=settings.costs(),
        max_drive_s=round(60 * settings.max_drive_min),
        peak_percent=settings.peak_percent,
        outages=settings.outages,
    )
    return Prepared(loaded, settings, near, problem, troubled, offers, rejected)


def solve_study(
    ready: Prepared,
    *,
    seconds: float = 20.0,
    places: int = 8,
    news: Callable[[str, float], None] | None = None,
) -> Study:
    """Screen and solve; `seconds` bound each exact solve."""
    return study(ready.problem, ready.troubled, places=places, seconds=seconds, news=news)


def _troubled(settings: Settings, today: Sequence[CandidateSite]) -> list[int]:
    """The stations named, or the two next to schools and most people."""
    if settings.stations:
        known = [site.id for site in today]
        unknown = [name for name in settings.stations if name not in known]
        if unknown:
            raise InputErrors(
                [issue("E701", Spot(FILE, 0, "stations"), name, ", ".join(known))
                 for name in unknown]
            )  # fmt: skip
        return [known.index(name) for name in settings.stations]
    order = sorted(
        range(len(today)),
        key=lambda k: (-today[k].short_of_schools_m, -today[k].exposure, today[k].id),
    )
    return sorted(order[: min(2, len(today))])


def _sizes(
    today: Sequence[CandidateSite],
    troubled: Sequence[int],
    demand_kg: int,
    periods: Sequence[Period],
    settings: Settings,
) -> list[int]:
    """Design tonnages worth trying: a troubled station, or all of them, with the gap to come."""
    growth = max(period.growth_percent for period in periods)
    peak_kg = demand_kg * growth * settings.peak_percent // 10_000 + len(today) * 1_000
    gap = max(0, peak_kg - sum(site.capacity_kg for site in today))
    own = [today[k].capacity_kg for k in troubled]
    sizes = {max(own) + gap // 2, max(own) + gap, sum(own) + gap}
    return sorted(-(-kg // STEP_KG) * STEP_KG for kg in sizes)


def _periods(day: Date, settings: Settings) -> tuple[Period, ...]:
    """Today, when new stations can work, when old ones may close, to the horizon."""
    months = (0, settings.build_months, max(settings.close_months, settings.build_months + 1))
    begins = [day + timedelta(days=round(30.4375 * month)) for month in months]
    end = day + timedelta(days=round(365.25 * settings.horizon_years))
    ends = [*begins[1:], max(end, begins[-1] + timedelta(days=365))]
    middle = [
        (a - day).days / 365.25 + (b - a).days / 730.5 for a, b in zip(begins, ends, strict=True)
    ]
    return tuple(
        Period(
            begin=a,
            weight=(b - a).days,
            growth_percent=100
            if k == 0
            else max(1, round(100 + settings.growth_percent_year * middle[k])),
        )
        for k, (a, b) in enumerate(zip(begins, ends, strict=True))
    )
