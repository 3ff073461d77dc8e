"""Streams in data alone; two streams in two chambers of one truck, never mixed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from models.day import Budget
from models.district import Driver, Stream
from models.errors import InputErrors
from models.problem import DimensionKind
from models.solution import Route, Serve, Visit
from scenarios.desk.day import plan_folder
from scenarios.district import check_district
from solver.day.plan import Request
from solver.day.plan import plan_day as plan_whole
from solver.document.figures import tipped_kg
from solver.judge.day import check_streams
from solver.judge.routes import check_loads
from solver.stations.balance import balance
from solver.trade.profile import load_profile
from tests.district.folders import replace, write_good
from tests.tasks.town import DAY, SITES, bureau, grid, plan_day, point, site, vehicle

if TYPE_CHECKING:
    from pathlib import Path

    from models.trade.rules import RuleProfile

TEXTILES = """
name = "textiles"
extends = "standard"

[streams.textile]
title_zh = "旧织物"
title_en = "Textiles"
words = ["旧衣物"]
usual_at = ["tip"]

[operations.collect_textile]
title_zh = "旧织物收运"
title_en = "Textile collection"
vehicle_types = ["rc_2"]
tip_kinds = ["tip"]
tip_streams = ["textile"]
[operations.collect_textile.points]
source = "local contract 2026"
streams = ["textile"]
base_s = 120
per_bin_s = 60
bin_kg = 50
[operations.collect_textile.points.visits]
source = "local contract 2026"
passes = [{ windows = ["08:00-11:00"] }]
"""
PAIRED = """
name = "paired"
extends = "standard"

[operations.collect_residual.points]
except_kinds = ["village"]
[operations.collect_kitchen.points]
except_kinds = ["village"]

[operations.collect_pair]
title_zh = "双仓收运"
title_en = "Collection in two chambers"
vehicle_types = ["pair"]
tip_kinds = ["station", "tip"]
tip_streams = ["residual", "kitchen"]
[operations.collect_pair.points]
source = "local contract 2026"
streams = ["residual", "kitchen"]
kinds = ["village"]
base_s = 60
per_bin_s = 30
bin_kg = 100
[operations.collect_pair.points.visits]
source = "local contract 2026"
passes = [{ windows = ["05:00-11:00"] }]

[vehicles.pair]
title_zh = "双仓车"
title_en = "Truck of two chambers"
source = "local fleet list"
profile = "small"
waste_kg = 4000
chambers = { residual = 3000, kitchen = 1000 }
licence = "C1"
"""
KITCHEN_TIP = site("K", "tip", 300, 405, streams=frozenset({Stream.KITCHEN}), service_s=300)


def test_a_stream_with_its_sinks_and_its_work_needs_only_data(tmp_path):
    """A profile and a row: the point is read by its Chinese word, collected, tipped, judged."""
    folder = write_good(tmp_path / "grid")
    (folder / "ours.toml").write_text(TEXTILES, encoding="utf-8")
    replace(folder, "district.toml", 'profile = "standard"', 'profile = "ours.toml"')
    replace(folder, "points.csv", "room,residual", "room,旧衣物")
    replace(folder, "facilities.csv", "00:00-24:00,sweepings,10", "00:00-24:00,,10")
    text = (folder / "vehicles.csv").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith("V1,"))
    more = row.replace("V1,", "V9,", 1).replace("sw_l", "rc_2").replace(",sweep,", ",,")
    fields = more.split(",")
    fields[1] = "苏F99999"
    (folder / "vehicles.csv").write_text(text.rstrip() + "\n" + ",".join(fields) + "\n", "utf-8")
    report = check_district(folder, DAY)
    assert report.issues == ()
    assert report.figures["demand_textile_t"] > 0
    request = Request(
        day=DAY, budget=Budget(iterations=10), workers=1, only=frozenset({"collect_textile"})
    )
    plan = plan_folder(folder, request)[1].plan
    assert plan.violations == []
    assert plan.titles.stream["textile"] == ("旧织物", "Textiles")
    assert plan.kpis["served"] == 1
    tips = {step.facility for trip in plan.routes[0].trips for step in trip.steps}
    assert {one for one in tips if one} <= {s.id for s in report.district.sites if s.kind == "tip"}


@pytest.fixture
def paired(tmp_path: Path) -> RuleProfile:
    (tmp_path / "paired.toml").write_text(PAIRED, encoding="utf-8")
    return load_profile("paired.toml", tmp_path)


def town(*, residual: int = 900, kitchen: int = 300):
    """Two villages with a residual and a kitchen point each; one truck of two chambers."""
    stops = [
        point(f"{stream[0]}{n}", 100 + 150 * n, 200, stream=stream, kind="village", demand_kg=kg)
        for n in (0, 1)
        for stream, kg in ((Stream.RESIDUAL, residual), (Stream.KITCHEN, kitchen))
    ]
    sites = (*SITES, KITCHEN_TIP)
    people = (Driver(id="d", name="d", licence="C1"),)
    return bureau(vehicle("a", "pair", "early"), drivers=people, points=tuple(stops), sites=sites)


def test_each_stream_has_a_chamber_and_each_chamber_its_sink(tmp_path, paired):
    _, day = plan_day(grid(tmp_path), town(), paired, only=["collect_pair"])
    (part,) = day.parts
    dims = part.problem.dimensions
    assert [(dim.kind, dim.stream) for dim in dims] == [
        (DimensionKind.WASTE, "residual"), (DimensionKind.WASTE, "kitchen"),
    ]  # fmt: skip
    assert part.problem.vehicle_types[0].capacity == (3000, 1000)
    demands = {ref.object_id: task.demand
               for ref, task in zip(part.refs, part.problem.tasks, strict=True)}  # fmt: skip
    assert demands == {"r0": (900, 0), "k0": (0, 300), "r1": (900, 0), "k1": (0, 300)}
    resets = dict(zip(part.sites, (one.resets for one in part.problem.facilities), strict=True))
    assert resets == {"S": {0}, "K": {1}}


def test_one_truck_takes_both_streams_on_one_round_and_the_judge_agrees(tmp_path, paired):
    request = Request(
        day=DAY, budget=Budget(iterations=60), workers=1, only=frozenset({"collect_pair"})
    )
    plan = plan_whole(town(), grid(tmp_path), paired, request).plan
    assert plan.violations == []
    assert plan.unserved == []
    (route,) = plan.routes
    tips = [step.facility for trip in route.trips for step in trip.steps if step.kind == "tip"]
    assert sorted(tips) == ["K", "S"]
    assert tipped_kg(plan) == {"S": 1800, "K": 600}


def visits(part, *ids: str) -> tuple[Visit, ...]:
    numbers = {ref.object_id: n for n, ref in enumerate(part.refs)}
    return tuple(Serve(numbers[one], 0) for one in ids)


def test_room_in_the_other_chamber_is_none(tmp_path, paired):
    """1,200 kg of kitchen waste are too much for 1,000, though 4,000 would hold both streams."""
    _, day = plan_day(grid(tmp_path), town(kitchen=600), paired, only=["collect_pair"])
    (part,) = day.parts
    route = Route(0, visits(part, "k0", "k1"))
    found = {(one.code, one.excess) for one in check_loads(part.problem, route, "r")}
    assert ("LOAD", 200) in found


def test_two_streams_in_one_chamber_are_mixed():
    (found,) = check_streams(
        town(), [("S", frozenset({Stream.RESIDUAL, Stream.KITCHEN}), 5, 0, "r")]
    )
    assert found.code == "STREAM_MIXED"


def test_the_balance_sends_each_stream_to_its_own_sinks(tmp_path, paired):
    """The station has room for 1,000 of 1,800 kg; the tip next to it takes no residual waste."""
    _, day = plan_day(grid(tmp_path), town(), paired, only=["collect_pair"])
    assert balance(town(), day.parts, {"S": 1_000, "K": 9_000}).shortfall_kg == 800
    assert balance(town(), day.parts, {"S": 9_000, "K": 500}).shortfall_kg == 100


def planned(tmp_path, bureau_of_day, profile):
    request = Request(
        day=DAY, budget=Budget(iterations=60), workers=1, only=frozenset({"collect_pair"})
    )
    return plan_whole(bureau_of_day, grid(tmp_path), profile, request).plan


def test_a_bin_larger_than_its_chamber_is_left_with_its_reason_and_the_rest_is_served(
    tmp_path, paired
):
    """1,200 kg of kitchen waste fit no chamber of 1,000, however empty the other one is."""
    plan = planned(tmp_path, town(kitchen=1_200), paired)
    assert plan.violations == []
    assert {(one.task, one.reason) for one in plan.unserved} == {
        ("collect_pair-k0-1", "too_large"), ("collect_pair-k1-1", "too_large"),
    }  # fmt: skip
    assert tipped_kg(plan) == {"S": 1800}


def test_a_stream_without_sink_is_left_with_a_reason_and_the_other_is_served(tmp_path, paired):
    day = town()
    plan = planned(tmp_path, dataclasses.replace(day, sites=SITES), paired)
    assert plan.violations == []
    assert {one.task for one in plan.unserved} == {"collect_pair-k0-1", "collect_pair-k1-1"}
    assert all(one.reason for one in plan.unserved)
    assert tipped_kg(plan) == {"S": 1800}


def test_three_streams_ride_in_three_chambers(tmp_path):
    """Recyclables have a chamber of their own beside the two, and their own sink."""
    streams = PAIRED.replace('["residual", "kitchen"]', '["residual", "kitchen", "recyclable"]')
    three = streams.replace("residual = 3000,", "residual = 2500, recyclable = 500,")
    (tmp_path / "three.toml").write_text(three, encoding="utf-8")
    day = town()
    more = point("p0", 100, 200, stream=Stream.RECYCLABLE, kind="village", demand_kg=400)
    sink = site("R", "tip", 300, 405, streams=frozenset({Stream.RECYCLABLE}), service_s=300)
    whole = dataclasses.replace(day, points=(*day.points, more), sites=(*day.sites, sink))
    plan = planned(tmp_path, whole, load_profile("three.toml", tmp_path))
    assert plan.violations == []
    assert plan.unserved == []
    assert tipped_kg(plan) == {"S": 1800, "K": 600, "R": 400}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('vehicle_types = ["pair"]', 'vehicle_types = ["pair", "cp_3"]',
         "vehicle type cp_3 has no chamber for residual, kitchen"),
        ("kitchen = 1000 }", "hazardous = 1000 }", "vehicle type pair has no chamber for kitchen"),
        ("residual = 3000,", "residual = 2000,", "chambers hold 3000 kg in all"),
        ('streams = ["residual", "kitchen"]\nkinds', 'streams = ["residual", "swill"]\nkinds',
         '"swill" is not in [streams]'),
    ],
)  # fmt: skip
def test_a_profile_that_would_mix_streams_is_refused(tmp_path, old, new, told):
    assert old in PAIRED
    (tmp_path / "bad.toml").write_text(PAIRED.replace(old, new), encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        load_profile("bad.toml", tmp_path)
    assert told in "\n".join(one.message_en for one in caught.value.issues)
