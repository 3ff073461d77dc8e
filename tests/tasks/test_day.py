"""Points, facilities and fleet of a day in the 3 x 3 town."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.district import Closure, Stream
from models.solution import Reason
from solver.stations.balance import balance, with_capacities
from solver.tasks.points import service_s
from tests.tasks.town import (
    DAY,
    HOUR,
    SHORT,
    SITES,
    bureau,
    grid,
    passes,
    plan_day,
    point,
    replace,
    rules_of,
    site,
    standard,
    vehicle,
)

TRUCKS = [vehicle("t1", "cp_8", "early", "mid"), vehicle("t2", "cp_8", "early")]


def by_shift(part):
    return {crew.shift: crew.vehicles for crew in part.crews}


# ------------------------------------------------------------------ points


def test_a_bin_is_served_from_its_own_kerb_or_from_any(tmp_path):
    """North of way 1, 100 m east: its own kerb belongs to the arc that drives west."""
    points = (point("own", 100, 10, own_side=True), point("any", 100, 10))
    ground, day = plan_day(grid(tmp_path), bureau(*TRUCKS, points=points))
    (part,) = day.parts
    own, anyside = part.refs
    assert len(own.allowed_arcs) == 1
    assert len(anyside.allowed_arcs) == 2
    (arc,) = own.allowed_arcs
    line = ground.network.points(arc)
    assert line[0, 0] > line[-1, 0]  # westward
    for task, ref in zip(part.problem.tasks, part.refs, strict=True):
        for mode in task.modes:
            assert part.col_to_end[mode.enter]
            assert part.col_arcs[mode.enter] == part.row_arcs[mode.leave]
            assert part.col_arcs[mode.enter] in ref.allowed_arcs
        assert ref.mode_arcs == ((),) * len(task.modes)


@pytest.mark.parametrize(("width", "kerbs"), [("13", 2), ("14", 1)])
def test_shops_of_a_wide_street_are_served_along_both_kerbs(tmp_path, width, kerbs):
    """North of way 1; the bell truck's streets from 14 m on are not crossed."""
    shop = replace(point("shop", 100, 10), kind="shop")
    town = bureau(vehicle("b", "bl_2", "night"), points=(shop,))
    ground, day = plan_day(
        grid(tmp_path, w1={"highway": "secondary", "width": width}), town, only=["collect_bell"]
    )
    (ref,) = day.parts[0].refs
    assert len(ref.allowed_arcs) == kerbs
    lines = [ground.network.points(arc) for arc in sorted(ref.allowed_arcs)]
    assert any(line[0, 0] > line[-1, 0] for line in lines)  # westward: the shop's own kerb


def test_time_at_a_point_goes_by_the_bin():
    """300 kg are four bins of 75 kg: 60 s + 4 x 54 s."""
    work = standard().operations["collect_residual"].points
    assert service_s(work, 300) == 276
    assert service_s(work, 301) == 330
    assert service_s(work, 0) == 114


def test_a_point_keeps_its_own_hours_and_time(tmp_path):
    room = point("room", 50, 0, windows=((6 * HOUR, 8 * HOUR),), service_s=600)
    _, day = plan_day(grid(tmp_path), bureau(*TRUCKS, points=(room, point("bin", 150, 0))))
    room_task, bin_task = day.parts[0].problem.tasks
    assert {(m.tw_early, m.tw_late) for m in room_task.modes} == {(6 * HOUR, 8 * HOUR - 600)}
    assert {(m.tw_early, m.tw_late + 276) for m in bin_task.modes} == {
        (4 * HOUR, 7 * HOUR),
        (9 * HOUR, 16 * HOUR),
        (19 * HOUR, 22 * HOUR),
    }


def test_streams_are_never_mixed(tmp_path):
    points = (point("r", 50, 0), point("k", 150, 0, stream=Stream.KITCHEN))
    kitchen = site("K", "plant", 390, 390, streams=frozenset({Stream.KITCHEN}))
    fleet = [*TRUCKS, vehicle("k1", "kw_5", "mid")]
    _, day = plan_day(grid(tmp_path), bureau(*fleet, points=points, sites=(*SITES, kitchen)))
    parts = {part.operation: part for part in day.parts}
    assert [ref.object_id for ref in parts["collect_residual"].refs] == ["r"]
    assert parts["collect_residual"].sites == ("S",)
    assert [ref.object_id for ref in parts["collect_kitchen"].refs] == ["k"]
    assert parts["collect_kitchen"].sites == ("K",)


def test_two_visits_share_a_days_waste(tmp_path):
    rules = rules_of(collect_residual={"points": {"visits": passes("05:00-09:00", "14:00-18:00")}})
    _, day = plan_day(
        grid(tmp_path), bureau(*TRUCKS, points=(point("p", 50, 0, demand_kg=301),)), rules
    )
    tasks = [task for part in day.parts for task in part.problem.tasks]
    assert [task.demand for task in tasks] == [(150,), (151,)]


# ------------------------------------------------------------------ facilities


def test_the_way_to_a_plant_is_part_of_the_visit_and_holds_no_bay(tmp_path):
    plant = site("P", "plant", 390, 390, access_s=1800, access_m=9_000, service_s=1500, bays=2)
    _, day = plan_day(
        grid(tmp_path), bureau(*TRUCKS, points=(point("p", 50, 0),), sites=(*SITES, plant))
    )
    facility = day.parts[0].problem.facilities[day.parts[0].sites.index("P")]
    assert (facility.duration, facility.distance, facility.bays) == (5100, 18_000, 0)
    station = day.parts[0].problem.facilities[day.parts[0].sites.index("S")]
    assert (station.duration, station.distance, station.bays) == (600, 0, 1)
    assert station.windows == ((5 * HOUR, 22 * HOUR - 600),)


def designed(town, kg):
    """The town with this design tonnage of station S."""
    sites = (replace(one, design_kg=kg) if one.id == "S" else one for one in town.sites)
    return replace(town, sites=tuple(sites))


def test_far_plants_are_left_to_the_haul_while_stations_hold_the_waste(tmp_path):
    """20 km off, above the 10 km of two-stage transfer; full stations send trucks there after all.

    300 kg fill a station of 334 kg to the 90 % that whole loads can use, one of 333 kg not.
    """
    plant = site("P", "plant", 390, 390, access_s=1800, access_m=20_000, service_s=1500)
    town = bureau(*TRUCKS, points=(point("p", 50, 0),), sites=(*SITES, plant))
    found = [plan_day(grid(tmp_path), designed(town, kg))[1] for kg in (334, 333)]
    assert [day.parts[0].sites for day in found] == [("S",), ("S", "P")]
    assert [any("by way of" in note.en for note in day.notes) for day in found] == [True, False]


def test_closed_stations_take_nothing_and_the_balance_limits_the_others(tmp_path):
    shut = site("S2", "station", 10, 390, status="planned")
    town = bureau(*TRUCKS, points=(point("p", 50, 0),), sites=(*SITES, shut))
    town = designed(town, 5_000)
    _, day = plan_day(grid(tmp_path), town)
    assert day.parts[0].sites == ("S",)
    assert day.parts[0].problem.facilities[0].daily_capacity == ()
    (limited,) = with_capacities(day.parts, balance(town, day.parts))
    assert limited.problem.facilities[0].daily_capacity == (5_000,)


# ------------------------------------------------------------------ fleet


def test_equal_vehicles_are_one_type_per_shift(tmp_path):
    special = vehicle("t3", "cp_8", "early", overrides={"waste_kg": 6000.0})
    _, day = plan_day(grid(tmp_path), bureau(*TRUCKS, special, points=(point("p", 50, 0),)))
    (part,) = day.parts
    found = {
        kind.id: (kind.capacity, crew.vehicles)
        for kind, crew in zip(part.problem.vehicle_types, part.crews, strict=True)
    }
    assert sorted(found.values()) == [
        ((6000,), ("t3",)),
        ((8000,), ("t1",)),
        ((8000,), ("t1",)),
        ((8000,), ("t2",)),
    ]
    assert len(set(found)) == 4


def test_hours_costs_and_rest_of_a_vehicle_type(tmp_path):
    """Driver 45 CNY/h, helpers 25: a crew of 3 costs 95 CNY/h = 2,639 mfen/s."""
    _, day = plan_day(grid(tmp_path), bureau(TRUCKS[1], points=(point("p", 50, 0),)))
    (kind,) = day.parts[0].problem.vehicle_types
    assert (kind.tw_early, kind.tw_late) == (4 * HOUR + 900, 12 * HOUR - 900 + HOUR)
    assert (kind.max_duration, kind.max_overtime) == (8 * HOUR - 1800, HOUR)
    assert (kind.max_work, kind.rest_duration) == (4 * HOUR, 1200)
    assert (kind.meal.duration, kind.meal.tw_early, kind.meal.tw_late) == (1800, 7 * HOUR, 9 * HOUR)
    assert kind.cost_per_s == round(95 * 100_000 / 3600) == 2639
    assert kind.cost_per_overtime_s == round(2639 * 0.5)
    assert kind.cost_per_m == round((1.5 + 0.28 * 7.5) * 100)
    assert kind.fixed_cost == 220 * 100_000
    (crew,) = day.parts[0].crews
    assert (crew.people, crew.licence, crew.depot) == (3, "B2", "D")


def test_overtime_never_runs_into_the_next_shift(tmp_path):
    _, day = plan_day(grid(tmp_path), bureau(TRUCKS[0], points=(point("p", 50, 0),)))
    over = {crew.shift: kind.max_overtime for crew, kind in
            zip(day.parts[0].crews, day.parts[0].problem.vehicle_types, strict=True)}  # fmt: skip
    assert over == {"early": 0, "mid": HOUR}


def test_shared_vehicles_are_split_by_the_work_nobody_has_yet(tmp_path):
    """Ten equal washers may sweep or wash; each takes the larger open share, one shift one job."""
    rules = rules_of(
        sweep=SHORT, flush={"vehicle_types": ["ws_l"], "street": {
            "classes": {"IV": passes("04:00-12:00")}, "join_m": 0,
            "roads": ["residential"], "side": "one_pass"}},
    )  # fmt: skip
    fleet = [vehicle(f"v{n}", "ws_l", "early") for n in range(10)]
    _, day = plan_day(grid(tmp_path), bureau(*fleet), rules)
    used = Counter(v for part in day.parts for crew in part.crews for v in crew.vehicles)
    assert set(used.values()) == {1}
    assert len(used) == 10
    size = Counter(
        {part.operation: sum(len(crew.vehicles) for crew in part.crews) for part in day.parts}
    )
    assert size["sweep"] >= 2
    assert size["flush"] >= 2


def test_a_vehicle_row_may_name_its_operations(tmp_path):
    rules = rules_of(sweep=SHORT)
    fleet = [vehicle("a", "sw_s", "early", operations=("fog",)), vehicle("b", "sw_s", "early")]
    _, day = plan_day(grid(tmp_path), bureau(*fleet), rules)
    assert [crew.vehicles for part in day.parts for crew in part.crews] == [("b",)]
    assert any("vehicle a" in note.en for note in day.notes)


def test_no_vehicle_on_duty_leaves_the_work_with_that_reason(tmp_path):
    _, day = plan_day(grid(tmp_path), bureau(*TRUCKS), rules_of(sweep=SHORT), only=["sweep"])
    assert not day.parts
    assert {one.reason for one in day.left} == {Reason.NO_VEHICLE_TYPE}
    assert len(day.left) == 12


def test_work_longer_than_its_hours_is_left_with_the_reason_window(tmp_path):
    """200 m at 5 km/h take 144 s; nobody can be done between 05:00 and 05:02."""
    rules = rules_of(sweep={"street": {"classes": {"IV": passes("05:00-05:02")}, "join_m": 0}})
    _, day = plan_day(grid(tmp_path), bureau(vehicle("a", "sw_s", "early")), rules, only=["sweep"])
    assert {one.reason for one in day.left} == {Reason.WINDOW}
    assert len(day.left) == 12


def test_narrow_streets_are_for_small_vehicles(tmp_path):
    """Way 2 is 2.6 m wide: a sweeper of 2.1 m drives it, one of 2.5 m does not."""
    fleet = [vehicle("small", "sw_s", "early"), vehicle("large", "sw_l", "early")]
    rules = rules_of(sweep=SHORT)
    _, day = plan_day(grid(tmp_path, w2={"width": "2.6"}), bureau(*fleet), rules, only=["sweep"])
    (part,) = day.parts
    small = [crew.catalogue for crew in part.crews].index("sw_s")
    assert len(part.profiles) == 2
    for task, ref in zip(part.problem.tasks, part.refs, strict=True):
        types = [mode.vehicle_types or {0, 1} for mode in task.modes]
        assert (frozenset().union(*types) == {small}) == (ref.object_id == "2")


def test_types_work_at_their_own_speed_and_use_their_own_water(tmp_path):
    """A washer at 7 km/h and 110 l/min uses 4.71 times the water the rule counts per metre."""
    fleet = [vehicle("a", "sw_l", "early"), vehicle("b", "ws_l", "early")]
    _, day = plan_day(grid(tmp_path), bureau(*fleet), rules_of(sweep=SHORT), only=["sweep"])
    (part,) = day.parts
    kinds = {name: k for k, name in enumerate(crew.catalogue for crew in part.crews)}
    for task in part.problem.tasks:
        durations = {k: m.duration for m in task.modes for k in m.vehicle_types}
        assert durations == {kinds["sw_l"]: 120, kinds["ws_l"]: round(200 * 3.6 / 7)}
    factor = part.crews[kinds["ws_l"]].water_factor
    assert factor == pytest.approx((110 / 7) / (20 / 6))
    assert part.problem.vehicle_types[kinds["ws_l"]].capacity == (6000, int(8000 / factor))
    assert part.crews[kinds["sw_l"]].water_factor == 1


def test_night_and_day_work_are_problems_of_their_own(tmp_path):
    rules = rules_of(
        sweep={"street": {"classes": {"IV": passes("05:00-07:00", "22:00-26:00")}, "join_m": 0}}
    )
    fleet = [vehicle("a", "sw_s", "early"), vehicle("b", "sw_s", "night")]
    _, day = plan_day(grid(tmp_path), bureau(*fleet), rules, only=["sweep"])
    assert [by_shift(part) for part in day.parts] == [{"early": ("a",)}, {"night": ("b",)}]
    assert [len(part.problem.tasks) for part in day.parts] == [12, 12]


# ------------------------------------------------------------------ everything together


def test_a_stop_lies_on_a_road_that_its_vehicles_can_drive(tmp_path):
    """Only street 3 is wide enough for the large sweeper; the depot by street 1 is laid there."""
    narrow = {f"w{way}": {"width": "2.6"} for way in (1, 2, 4, 5, 6)}
    town = bureau(vehicle("big", "sw_l", "early"), vehicle("a", "sw_s", "early"))
    ground, day = plan_day(grid(tmp_path, **narrow), town, rules_of(sweep=SHORT), only=["sweep"])
    assert ground.network.way[ground.sites["D"].right] == 3
    assert any("D D" in note.en and "100 m" in note.en for note in day.notes)
    assert len(day.parts[0].problem.tasks) == 12


def test_a_depot_no_vehicle_can_leave_is_told(tmp_path):
    town = bureau(vehicle("a", "sw_s", "early"), closures=(Closure(way_id=1, begin=DAY, end=DAY),))
    _, day = plan_day(grid(tmp_path), town, rules_of(sweep=SHORT), only=["sweep"])
    assert any("vehicles a cannot leave depot D" in note.en for note in day.notes)
    assert {one.reason for one in day.left} == {Reason.NO_VEHICLE_TYPE}
    assert len(day.left) == 12


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_job_of_random_rules_is_a_task_or_left_with_a_reason(data, tmp_path_factory):
    side = data.draw(st.sampled_from(["each_kerb", "one_pass", "all_lanes"]))
    begin = data.draw(st.integers(0, 22))
    length = data.draw(st.integers(1, 8))
    number = data.draw(st.integers(1, 3))
    kinds = data.draw(st.lists(st.sampled_from(["sw_s", "sw_l", "ws_l", "cp_8"]), max_size=4))
    shifts = data.draw(
        st.lists(st.sampled_from(["early", "mid", "night"]), min_size=1, unique=True)
    )
    every = [f"{begin + 3 * n}:00-{begin + 3 * n + length}:00" for n in range(number)]
    classes = {"IV": passes(*every, min_gap_h=data.draw(st.integers(0, 4)))}
    rules = rules_of(sweep={"street": {"classes": classes, "side": side, "join_m": 0}})
    fleet = [vehicle(f"v{n}", kind, *shifts) for n, kind in enumerate(kinds)]
    network = grid(tmp_path_factory.mktemp("town"), w2={"oneway": "yes", "width": "9"})
    _, day = plan_day(network, bureau(*fleet), rules, only=["sweep"])
    tasks = [task for part in day.parts for task in part.problem.tasks]
    assert len({task.id for task in tasks} | {one.task for one in day.left}) == len(tasks) + len(
        day.left
    )
    expected = {"each_kerb": 12, "one_pass": 12, "all_lanes": 5 * 2 * 2 + 2 * 3}[side] * number
    assert len(tasks) + len(day.left) == expected
    for part in day.parts:
        hours = [(kind.tw_early, kind.tw_late) for kind in part.problem.vehicle_types]
        for task in part.problem.tasks:
            for mode in task.modes:
                for kind in mode.vehicle_types or range(len(hours)):
                    assert mode.tw_late >= hours[kind][0]
