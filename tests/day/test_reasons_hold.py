"""No task is left out for a reason that does not hold: what fits beside the day is done."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.day import Budget, HaulBudget
from models.district import Driver
from models.edits import TakeOut
from solver.day import settle
from solver.day.layout import ready_day
from solver.day.plan import Request, plan_day
from solver.document.read import replay
from solver.hand.story import HandDay
from solver.haul.stuck import stuck
from solver.judge.haul import check_haul
from solver.stop import Pace
from tests.day.reasons import false_reasons
from tests.day.test_balanced_day import WIDE, little_bureau
from tests.tasks.town import DAY, grid, point, standard, vehicle

if TYPE_CHECKING:
    from models.district import District
    from models.network import RoadNetwork
    from models.plan import Plan
    from solver.day.layout import ReadyDay

REQUEST = Request(
    day=DAY,
    budget=Budget(iterations=30),
    workers=1,
    only=frozenset({"collect_residual"}),
    haul=HaulBudget(iterations=100, trials=1, slot_s=0),
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    return grid(tmp_path_factory.mktemp("town"), all=WIDE)


def tight_bureau(seed: int) -> District:
    """A little bureau by lot, with more waste than its stations, trucks or plant may take."""
    lot = random.Random(seed)
    near = {
        "design_kg": lot.choice((3_000, 8_000, 20_000)),
        "storage_kg": lot.choice((4_000, 9_000, 30_000)),
        "bays": lot.choice((1, 2)),
    }
    district = little_bureau(near)
    quota, bays = lot.choice((7_000, 15_000, 40_000)), lot.choice((1, 2))
    return replace(
        district,
        sites=tuple(
            replace(s, daily_quota_kg=quota) if s.id == "P"
            else replace(s, bays=bays, design_kg=lot.choice((3_000, 12_000))) if s.id == "FAR"
            else s
            for s in district.sites
        ),
        vehicles=(
            *district.vehicles[: 2 + lot.randrange(2)],
            vehicle("c2", "cp_3", "mid"),
        ),
        points=tuple(
            point(f"p{n}", 10 + 8 * n, 205, demand_kg=lot.choice((300, 700, 1_100, 2_600)))
            for n in range(12)
        ),
        drivers=tuple(Driver(id=f"d{n}", name=f"d{n}", licence="A2") for n in range(9)),
    )  # fmt: skip


def planned(seed: int, town: RoadNetwork) -> tuple[Plan, ReadyDay]:
    district = tight_bureau(seed)
    plan = plan_day(district, town, standard(), REQUEST).plan
    return plan, ready_day(district, town, standard(), REQUEST)


@pytest.mark.parametrize("seed", [1, 6, 8, 9, 10, 29])
def test_no_vehicle_could_lawfully_do_what_is_left_out(town, seed):
    plan, ready = planned(seed, town)
    assert plan.violations == []
    assert list(false_reasons(plan, ready)) == []


def test_a_reason_that_does_not_hold_is_told(town):
    """Task p0 is taken out of a day that does it: its vehicle could do it."""
    roomy = little_bureau({"design_kg": 40_000})
    plan = plan_day(roomy, town, standard(), REQUEST).plan
    ready = ready_day(roomy, town, standard(), REQUEST)
    assert plan.unserved == []
    day = HandDay.begin(plan, ready).change(TakeOut(tasks=("collect_residual-p0-1",)))
    false = [one.model_copy(update={"reason": "no_capacity"}) for one in day.plan.unserved]
    told = list(false_reasons(day.plan.model_copy(update={"unserved": false}), ready))
    assert len(told) == 1
    assert told[0].startswith("collect_residual-p0-1 (no_capacity): ")


def test_a_draft_of_the_haul_cut_short_by_the_clock_proves_nothing(town):
    """A truck home within the hour takes nothing away: known without a clock, not at its end."""
    plan, ready = planned(4, town)
    day = replay(plan, ready.day).day
    trucks = tuple(replace(one, end=one.begin + 3_600) for one in ready.hauler.trucks)
    hauler = replace(ready.hauler, trucks=trucks)
    assert hauler.stuck(day).staying_kg > 0
    assert replace(hauler, pace=Pace(1e-6)).stuck(day).staying_kg == 0


@pytest.mark.parametrize("sheds", [0, 4])
@pytest.mark.parametrize("hours", [1, 3, 5])
def test_a_day_cut_short_leaves_nothing_at_its_stations(town, hours, sheds, monkeypatch):
    """Without a second left, and without one new timetable: the tours that are there must do."""
    monkeypatch.setattr(settle, "SHEDS", sheds)
    plan, ready = planned(4, town)
    day = replay(plan, ready.day).day
    trucks = tuple(replace(one, end=one.begin + 3_600 * hours) for one in ready.hauler.trucks)
    hauler = replace(ready.hauler, trucks=trucks, pace=Pace(1e-6))
    settled, haul = settle.settle(hauler, day)
    assert haul is None or not stuck(*haul).peaks
    assert haul is not None or hauler.problem(settled) is None
    assert all(not check_haul(*each) for each in [haul] if each)
