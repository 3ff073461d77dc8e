"""A new operation in data alone, and the indicators K1 and K2 added up by hand."""

from models.district import StreetRule
from models.solution import Route, Serve, Solution
from solver.tasks.rates import mechanised_rate, water_cadence_rate, water_sweep_rate
from solver.trade.profile import load_profile
from solver.trade.vehicles import energy
from tests.stations.town import untimed
from tests.tasks.town import bureau, grid, passes, plan_day, point, rules_of, standard, vehicle

DISINFECT = """
name = "spray"
extends = "standard"

[operations.spray]
title_zh = "消杀"
title_en = "Disinfection"
vehicle_types = ["fl_10", "mist"]
refill_kinds = ["water"]
weather = ["water"]
[operations.spray.street]
source = "local order 2026-11, A30"
roads = ["residential"]
side = "one_pass"
working_width_m = 8
work_speed_kmh = 5
max_work_speed_kmh = 5
l_per_m2 = 0.05
[operations.spray.street.classes.IV]
source = "local order 2026-11"
passes = [{ windows = ["05:00-06:30"], rule = "finish" }]
[operations.spray.points]
source = "local order 2026-11"
streams = ["residual"]
base_s = 90
per_bin_s = 10
bin_kg = 75
[operations.spray.points.visits]
source = "local order 2026-11"
weekdays = [7]
passes = [{ windows = ["09:00-11:00"] }]

[vehicles.mist]
title_zh = "消杀车"
title_en = "Mist truck"
source = "local fleet list"
profile = "small"
water_l = 2000
licence = "C1"
"""


def test_a_new_operation_needs_only_data(tmp_path):
    """6 streets of two blocks; 200 m x 6 m x 0.05 l/m2 = 60 l each. 2026-11-22 is a Sunday."""
    (tmp_path / "ours.toml").write_text(DISINFECT, encoding="utf-8")
    rules = load_profile("ours.toml", tmp_path)
    town = bureau(
        vehicle("m", "mist", "early"), vehicle("f", "fl_10", "early"), points=(point("p", 50, 0),)
    )
    _, day = plan_day(grid(tmp_path), town, rules, only=["spray"])
    (part,) = day.parts
    streets = [n for n, ref in enumerate(part.refs) if ref.kind == "street"]
    assert len(streets) == 12
    assert {part.problem.tasks[n].demand for n in streets} == {(60,)}
    assert {m.duration for n in streets for m in part.problem.tasks[n].modes} == {144}
    (stop,) = (task for n, task in enumerate(part.problem.tasks) if n not in streets)
    assert {mode.duration for mode in stop.modes} == {90 + 4 * 10}
    assert {crew.catalogue for crew in part.crews} == {"mist", "fl_10"}
    assert part.sites == ("W",)


def serve(part, wanted):
    """A day with one route that serves the tasks `wanted` accepts, in their first mode."""
    visits = tuple(Serve(n, 0) for n, ref in enumerate(part.refs) if wanted(ref))
    return untimed(part, Solution(routes=(Route(0, visits),)))


def test_k1_is_the_area_of_main_streets_with_a_machine_pass(tmp_path):
    """Ways 1 and 2 are main streets of 400 m x 6 m and 400 m x 14 m; only way 1 is swept."""
    tags = {"w1": {"highway": "primary"}, "w2": {"highway": "primary", "width": "14"}}
    rules = rules_of(
        sweep={"street": {"classes": {"II": passes("04:00-12:00")}, "join_m": 0}, "bans": []}
    )
    ground, day = plan_day(
        grid(tmp_path, **tags), bureau(vehicle("a", "sw_s", "early")), rules, only=["sweep"]
    )
    (part,) = day.parts
    rate = mechanised_rate(ground, rules, serve(part, lambda ref: ref.object_id == "1"))
    assert (rate.done_m2, rate.total_m2, rate.target) == (2400, 2400 + 5600, 0.98)
    assert rate.share == 0.3
    kerb = min(ref.allowed_arcs for ref in part.refs if ref.object_id == "2")
    one_kerb = serve(part, lambda ref: ref.allowed_arcs == kerb)
    assert mechanised_rate(ground, rules, one_kerb).done_m2 == 1400
    nothing = untimed(part, Solution(routes=()))
    assert mechanised_rate(ground, rules, nothing).share == 0


def test_k2_is_washed_sidewalk_and_alley_in_the_core(tmp_path):
    """Core: way 1, a tertiary street with two sidewalks of 3 m; way 2, an alley of 6 m."""
    tags = {"w1": {"highway": "tertiary"}}
    classes = {level: passes("20:00-28:00") for level in ("III", "IV")}
    work = {"classes": classes, "roads": ["tertiary"], "join_m": 0}
    rules = rules_of(sidewalk_wash={"street": work})
    core = tuple(StreetRule(way_id=way, core=True) for way in (1, 2))
    town = bureau(vehicle("a", "lp", "night"), streets=core)
    ground, day = plan_day(grid(tmp_path, **tags), town, rules, only=["sidewalk_wash"])
    (part,) = day.parts
    rate = water_sweep_rate(ground, rules, serve(part, lambda ref: True))
    assert (rate.done_m2, rate.total_m2) == (400 * 3 * 2, 400 * 3 * 2 + 400 * 6)


def k2(tmp_path, wanted, only=("slow_lane_wash", "alley_wash")):
    """A core of a main street with slow lanes and an alley of 6 m, an alley outside it."""
    tags = {"w1": {"highway": "secondary"}}
    daily = {"every_days": 1}
    classes = {
        "slow_lane_wash": {"I": passes("20:00-28:00"), "II": passes("20:00-28:00")},
        "alley_wash": {"IV": passes("04:00-12:00") | daily},
    }
    rules = rules_of(**{name: {"street": {"classes": classes[name], "join_m": 0}} for name in only})
    core = tuple(StreetRule(way_id=way, core=True) for way in (1, 2))
    cars = (
        vehicle("a", "hp", "night", operations=("slow_lane_wash",)),
        vehicle("b", "yh", "early", operations=("alley_wash",)),
    )
    town = bureau(*cars, streets=core)
    ground, day = plan_day(grid(tmp_path, **tags), town, rules, only=list(only))
    parts = {part.operation: part for part in day.parts}
    return ground, rules, parts, serve(parts["slow_lane_wash"], wanted)


def test_slow_lanes_are_strips_of_their_own_and_alleys_are_washed_in_the_core_alone(tmp_path):
    """Way 1: 2 x 400 m of slow lane, 3.5 m wide, and two sidewalks of 3 m; way 2: 400 m x 6 m."""
    ground, rules, parts, day = k2(tmp_path, lambda ref: True)
    slow = parts["slow_lane_wash"].refs
    assert {ref.object_id for ref in slow} == {"1"}
    assert sum(ref.area_m2 for ref in slow) == 2 * 400 * 3.5
    assert {ref.object_id for ref in parts["alley_wash"].refs} == {"2"}
    rate = water_sweep_rate(ground, rules, day)
    assert (rate.done_m2, rate.total_m2) == (2800, 2800 + 2400 + 2400)


def test_k2_within_the_cadence_counts_what_keeps_its_rhythm(tmp_path):
    """Both slow lanes due: one kerb washed, one not; the alley is due and nobody's today.

    With no vehicle for alleys its strip is on no cadence at all.
    """
    kerb = {}

    def first_kerb(ref):
        return kerb.setdefault("arcs", ref.allowed_arcs) == ref.allowed_arcs

    ground, rules, parts, day = k2(tmp_path, first_kerb)
    one = parts["slow_lane_wash"].refs[0]
    rate = water_cadence_rate(ground, rules, day, ["slow_lane_wash"], [])
    assert (rate.done_m2, rate.total_m2) == (one.area_m2, 7600)
    left = [("alley_wash", ref) for ref in parts["alley_wash"].refs]
    both = ["slow_lane_wash", "alley_wash"]
    assert water_cadence_rate(ground, rules, day, both, left).done_m2 == one.area_m2
    assert water_cadence_rate(ground, rules, day, both, []).done_m2 == one.area_m2 + 2400


def test_energy_of_a_diesel_and_an_electric_vehicle():
    """Washer-sweeper, 10 km and 1 h of work: 2.8 + 16 l; electric: 13 + 50 kWh."""
    diesel = energy(
        standard().costs, standard().vehicles["ws_l"], distance_m=10_000, service_s=3600
    )
    assert round(diesel.diesel_l, 6) == 18.8
    assert round(diesel.co2_kg, 3) == round(18.8 * 2.68, 3)
    power = energy(standard().costs, standard().vehicles["ws_e"], distance_m=10_000, service_s=3600)
    assert (power.diesel_l, round(power.electricity_kwh, 6)) == (0, 63)
    assert round(power.cny, 6) == round(63 * 0.8, 6)
