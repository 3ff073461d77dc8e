"""Random little bureaus - stations, plants, fleets, crews - planned as a whole and judged.

The plan may leave waste and seats empty where it must, and then says so; it breaks no other law.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.day import Budget
from models.district import District, Driver, ShiftPattern, Stream
from solver.day.plan import Request, plan_day
from tests.tasks.town import DAY, HOUR, SHIFTS, bureau, grid, point, site, standard, vehicle

if TYPE_CHECKING:
    from models.network import RoadNetwork

STOCK = {"STOCK_OVER": "overflow_kg", "NOT_CLEARED": "staying_kg"}
"""What a plan breaks that cannot take waste away in time, and the figure that tells."""
PLACES = st.tuples(st.integers(0, 8), st.integers(0, 2))
"""Along street 1, 2 or 3: 50 m steps, which street."""
PATTERNS = (
    *SHIFTS,
    ShiftPattern(id="day", begin=8 * HOUR, end=16 * HOUR),
    ShiftPattern(id="late", begin=22 * HOUR, end=30 * HOUR),
)
"""Early, mid and night follow each other; day and late overlap with them."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("town"))


def at(place: tuple[int, int]) -> tuple[float, float]:
    return 20 + 45 * place[0], 200 * place[1] + 5


@st.composite
def stations(draw: st.DrawFn, number: int):
    design, storage = draw(st.integers(0, 8)), draw(st.integers(0, 10))
    return site(
        f"S{number}",
        "station",
        *at(draw(PLACES)),
        windows=((4 * HOUR, draw(st.integers(21, 27)) * HOUR),),
        streams=frozenset({Stream.RESIDUAL}),
        bays=draw(st.integers(0, 2)),
        design_kg=1_000 * design,
        press_kg_h=1_000 * draw(st.sampled_from((0, 4, 9))),
        storage_kg=1_000 * storage,
        clear_daily=draw(st.booleans()),
    )


@st.composite
def plants(draw: st.DrawFn, number: int):
    return site(
        f"P{number}",
        "plant",
        *at(draw(PLACES)),
        windows=(
            draw(
                st.sampled_from(
                    ((0, 24 * HOUR), (0, 5 * HOUR), (6 * HOUR, 20 * HOUR), (22 * HOUR, 30 * HOUR))
                )
            ),
        ),
        streams=frozenset({Stream.RESIDUAL}),
        access_s=60 * draw(st.integers(10, 60)),
        access_m=1_000 * draw(st.integers(5, 40)),
        daily_quota_kg=1_000 * draw(st.integers(0, 9)),
        gate_fee=100_000 * draw(st.integers(0, 60)),
        bays=draw(st.integers(0, 1)),
    )


@st.composite
def districts(draw: st.DrawFn) -> District:
    turns = st.sets(st.sampled_from([one.id for one in PATTERNS]), min_size=1).map(sorted)
    both = st.sampled_from(((), (), ("haul", "collect_residual")))
    fleet = [
        vehicle(
            f"c{n}", draw(st.sampled_from(("cp_3", "cp_8"))), *draw(turns), operations=draw(both)
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    fleet += [
        vehicle(
            f"h{n}",
            "hl_15",
            *draw(turns),
            overrides={
                "waste_kg": draw(st.integers(2, 9)) * 1e3,
                "crew": draw(st.integers(1, 2)),
            },
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    people = [
        Driver(
            id=f"d{n}",
            name=f"d{n}",
            licence=draw(st.sampled_from(("B2", "A2", "C1"))),
            days_run=draw(st.integers(0, 6)),
            overtime_month_s=HOUR * draw(st.sampled_from((0, 36))),
        )
        for n in range(draw(st.integers(1, 9)))
    ]
    return bureau(
        *fleet,
        sites=(
            site("D", "depot", 100, 5),
            *(draw(stations(n)) for n in range(draw(st.integers(1, 3)))),
            *(draw(plants(n)) for n in range(draw(st.integers(1, 2)))),
        ),
        points=tuple(
            point(f"p{n}", *at(draw(PLACES)), demand_kg=draw(st.integers(1, 25)) * 100)
            for n in range(draw(st.integers(1, 8)))
        ),
        drivers=tuple(people),
        shifts=PATTERNS,
    )


def keeps_the_law(district: District, town: RoadNetwork) -> None:
    request = Request(
        day=DAY, budget=Budget(iterations=6), workers=1, only=frozenset({"collect_residual"})
    )
    made = plan_day(district, town, standard(), request)
    plan, figures = made.plan, made.plan.kpis
    codes = {one.code for one in plan.violations}
    assert codes <= {*STOCK, "CREW_SHORT"}, plan.violations
    for code, figure in STOCK.items():
        assert (code in codes) == (figures[figure] > 0)
    assert ("CREW_SHORT" in codes) == (figures["unstaffed_routes"] > 0)
    assert figures["served"] + figures["unserved"] == figures["tasks"] == len(district.points)
    stuck = figures["uncollected_kg"] + figures["overflow_kg"] + figures["staying_kg"]
    assert figures["shortfall_kg"] <= stuck, "proven is never more than what is found"
    tipped = sum(one.taken_t for one in plan.stations)
    assert sum(run.tonnes for run in plan.haul) <= tipped + 1e-6


@settings(max_examples=60, deadline=None)
@given(district=districts())
def test_any_day_is_lawful_and_says_what_it_cannot(district, town):
    keeps_the_law(district, town)


@pytest.mark.slow
@settings(max_examples=3_000, deadline=None)
@given(district=districts())
def test_many_days_are_lawful_and_say_what_they_cannot(district, town):
    keeps_the_law(district, town)
