"""Which kerbs, which lanes, how often, how much: on a town of 12 blocks of 200 m."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.district import StreetRule
from solver.roads.osm import read_osm
from solver.tasks.streets import Piece, _cut, kerbs
from tests.tasks.town import HOUR, bureau, grid, passes, plan_day, point, rules_of, vehicle

SWEEPERS = [vehicle("a", "sw_s", "early", "mid"), vehicle("b", "sw_s", "early", "mid")]


def sweep(street, cadence=None, **operation):
    """Rules where class IV is swept as `cadence` says."""
    classes = {"IV": cadence or passes("05:00-11:00")}
    return rules_of(sweep={"street": {"classes": classes, "join_m": 0, **street}, **operation})


def swept(tmp_path, rules, *, tags=None, **more):
    network = grid(tmp_path, **(tags or {}))
    ground, day = plan_day(network, bureau(*SWEEPERS, **more), rules, only=["sweep"])
    (part,) = day.parts
    return ground, part, day


def test_a_narrow_street_is_one_task_with_a_mode_per_direction(tmp_path):
    ground, part, _ = swept(tmp_path, sweep({"one_pass_below_m": 7}))
    assert len(part.problem.tasks) == 12
    for task, ref in zip(part.problem.tasks, part.refs, strict=True):
        assert len(task.modes) == 2
        there, back = ref.mode_arcs
        assert back == tuple(ground.network.reverse[list(reversed(there))])
        assert ref.allowed_arcs == frozenset(there + back)
        assert (ref.length_m, ref.area_m2) == (200, 1200)


def test_a_wide_street_is_one_task_per_kerb(tmp_path):
    _, part, _ = swept(tmp_path, sweep({"one_pass_below_m": 7}), tags={"all": {"width": "14"}})
    assert len(part.problem.tasks) == 24
    assert {len(task.modes) for task in part.problem.tasks} == {1}
    assert {ref.area_m2 for ref in part.refs} == {1400}


def test_all_lanes_are_passes_by_width(tmp_path):
    """At 3.5 m: 14 m both ways are two passes per direction, 11.5 m one way four, 3 m one."""
    tags = {
        "all": {"width": "3"},
        "w1": {"width": "14"},
        "w2": {"width": "11.5", "oneway": "yes"},
    }
    rules = sweep({"side": "all_lanes", "working_width_m": 3.5})
    network = grid(tmp_path, **tags)
    _, day = plan_day(network, bureau(vehicle("a", "yh", "early")), rules, only=["sweep"])
    assert not day.parts
    count = Counter(one.ref.object_id for one in day.left)
    assert count == {"1": 2 * 2 * 2, "2": 2 * 4, "3": 2, "4": 2, "5": 2, "6": 2}


def test_all_work_must_be_finished_by_seven(tmp_path):
    """200 m at 5 km/h take 144 s, so the last one begins at 06:57:36."""
    _, part, _ = swept(tmp_path, sweep({}, passes("04:00-07:00")))
    (window,) = {(m.tw_early, m.tw_late) for task in part.problem.tasks for m in task.modes}
    assert window == (4 * HOUR, 7 * HOUR - 144)
    assert {m.duration for task in part.problem.tasks for m in task.modes} == {144}


def test_begin_rule_lets_work_run_over(tmp_path):
    cadence = {"source": "memory", "passes": [{"windows": ["04:00-07:00"], "rule": "begin"}]}
    _, part, _ = swept(tmp_path, sweep({}, cadence))
    assert {m.tw_late for task in part.problem.tasks for m in task.modes} == {7 * HOUR}


def test_the_peak_cuts_the_hours_of_its_classes(tmp_path):
    """Way 2 is a main street (class II): nothing happens there from 7 to 9."""
    rules = rules_of(
        sweep={"street": {"classes": {c: passes("06:00-11:00") for c in ("II", "IV")}, "join_m": 0}}
    )
    _, part, _ = swept(tmp_path, rules, tags={"w2": {"highway": "primary"}})
    for task, ref in zip(part.problem.tasks, part.refs, strict=True):
        hours = {(m.tw_early, m.tw_late) for m in task.modes}
        if ref.cleaning_class == "II":
            assert hours == {(6 * HOUR, 7 * HOUR - 144), (9 * HOUR, 11 * HOUR - 144)}
        else:
            assert hours == {(6 * HOUR, 11 * HOUR - 144)}


def test_passes_keep_their_gap_by_windows_and_for_the_judge(tmp_path):
    cadence = passes("04:00-07:00", "11:00-16:00", min_gap_h=4)
    _, part, _ = swept(tmp_path, sweep({}, cadence))
    problem = part.problem
    assert len(problem.tasks) == 24
    assert len(problem.spacings) == 12
    for spacing in problem.spacings:
        first, second = problem.tasks[spacing.first], problem.tasks[spacing.second]
        latest = max(mode.tw_late for mode in first.modes)
        assert min(mode.tw_early for mode in second.modes) - latest >= spacing.min_gap == 4 * HOUR
        assert part.refs[spacing.first].pass_number == 1
        assert part.refs[spacing.second].pass_number == 2
        assert part.refs[spacing.first].allowed_arcs == part.refs[spacing.second].allowed_arcs


def test_litres_by_area_or_by_minute_and_kilograms(tmp_path):
    """200 m x 3 m x 0.5 l/m2 = 300 l; 75 kg/km x 0.2 km = 15 kg. 120 s at 20 l/min = 40 l."""
    by_area = {"l_per_m2": 0.5, "l_per_min": 0, "working_width_m": 3.0, "kg_per_km": 75}
    _, part, _ = swept(tmp_path, sweep(by_area))
    assert [one.name for one in part.problem.dimensions] == ["waste_kg", "water_l"]
    assert part.problem.dimensions[0].end_empty
    assert not part.problem.dimensions[1].end_empty
    assert {task.demand for task in part.problem.tasks} == {(15, 300)}
    _, part, _ = swept(tmp_path, sweep({"l_per_min": 20, "kg_per_km": 0}))
    assert {task.demand for task in part.problem.tasks} == {(0, 40)}


def test_stops_in_the_middle_do_not_cut_the_work(tmp_path):
    """Three bin groups along way 1 split its arcs; the street stays one task per block."""
    points = tuple(point(f"p{i}", 250 + 40 * i, 195) for i in range(3))
    ground, part, _ = swept(tmp_path, sweep({}), points=points)
    assert ground.network.num_arcs > 24
    assert len(part.problem.tasks) == 12
    assert max(len(arcs) for ref in part.refs for arcs in ref.mode_arcs) == 4
    for ref in part.refs:
        for arcs in ref.mode_arcs:
            heads, tails = ground.network.head[list(arcs)], ground.network.tail[list(arcs)]
            assert (heads[:-1] == tails[1:]).all()


def test_blocks_of_a_street_join_up_to_a_length(tmp_path):
    _, part, _ = swept(tmp_path, sweep({"join_m": 400}))
    assert len(part.problem.tasks) == 6
    assert {ref.length_m for ref in part.refs} == {400}
    _, part, _ = swept(tmp_path, sweep({"join_m": 250}))
    assert len(part.problem.tasks) == 12


@given(st.lists(st.integers(1, 900), min_size=1, max_size=30), st.integers(50, 1000))
def test_cutting_keeps_every_piece_in_order(lengths, limit):
    cut = _cut(lengths, limit)
    assert [length for part in cut for length in lengths[part]] == lengths
    assert all(lengths[part] for part in cut)


@given(
    st.sampled_from(["each_kerb", "one_pass", "all_lanes"]),
    st.floats(2, 40),
    st.floats(1, 12),
    st.booleans(),
)
def test_kerbs_together_are_the_street(side, width, working, two_way):
    work = rules_of(sweep={"street": {"side": side, "working_width_m": working}})
    found = kerbs(work.operations["sweep"].street, Piece((1,), (2,) if two_way else ()), width)
    assert sum(kerb.width_m for kerb in found) == pytest.approx(width)
    if side == "all_lanes":
        assert all(kerb.passes * working >= kerb.width_m - 1e-9 for kerb in found)
    assert {arc for kerb in found for way in kerb.options for arc in way} == (
        {1, 2} if two_way else {1}
    )


def test_overrides_by_way_id_beat_names_and_names_beat_buffers(tmp_path):
    rules = (
        StreetRule(way_id=2, cleaning_class="I"),
        StreetRule(name="street 2", cleaning_class="III"),
        StreetRule(name="street 1", cleaning_class="II"),
        StreetRule(name="street 1", buffer_m=120, cleaning_class="IV", core=True),
        StreetRule(name="nowhere", cleaning_class="I"),
    )
    network = grid(tmp_path, all={"highway": "tertiary"})
    ground, _ = plan_day(network, bureau(*SWEEPERS, streets=rules), only=[])
    level = {way: set() for way in range(1, 7)}
    for arc in range(ground.network.num_arcs):
        level[int(ground.network.way[arc])].add(ground.cleaning_class(arc))
    assert level[1] == {"II"}
    assert level[2] == {"I"}
    assert level[3] == {"III"}
    assert level[4] == {"IV", "III"}  # its southern block lies mostly within 120 m of street 1
    assert any("nowhere" in note.en for note in ground.notes)
    assert ground.streets.core.any()


def test_streets_are_taken_out_and_in(tmp_path):
    rules = (
        StreetRule(way_id=1, exclude=frozenset({"sweep"})),
        StreetRule(way_id=2, include=frozenset({"sweep"})),
    )
    tags = {"w2": {"highway": "service"}, "w3": {"highway": "service"}}
    _, part, _ = swept(tmp_path, sweep({}), tags=tags, streets=rules)
    assert {ref.object_id for ref in part.refs} == {"2", "4", "5", "6"}


def test_stated_widths_replace_guesses(tmp_path):
    rules = (StreetRule(way_id=1, width_m=14.0, lanes=4),)
    ground, part, _ = swept(tmp_path, sweep({"one_pass_below_m": 7}), streets=rules)
    own = np.flatnonzero(ground.network.way == 1)
    assert set(ground.network.width_dm[own].tolist()) == {140}
    assert len([ref for ref in part.refs if ref.object_id == "1"]) == 4


def test_one_bad_arc_does_not_lose_a_whole_joined_kerb(tmp_path):
    """Street 1 is two ways; the one from corner 2 to 3 has a limit, and only on its way back."""
    tags = {"all": {"width": "14"}}
    path = tmp_path / "town.osm"
    grid(tmp_path, **tags)
    limit = '<tag k="maxweight:backward" v="5"/>'
    way = path.read_text(encoding="utf-8").split('<way id="1">')[1].split("</way>")[0]
    words = way[way.index("<tag") :]
    first = f'<nd ref="1"/><nd ref="2"/>{words}</way>'
    second = f'<way id="11"><nd ref="2"/><nd ref="3"/>{words}{limit}'
    text = path.read_text(encoding="utf-8").replace(way, f"{first}{second}")
    path.write_text(text, encoding="utf-8")
    rules = sweep({"one_pass_below_m": 7, "join_m": 800})
    _, day = plan_day(read_osm(path), bureau(*SWEEPERS), rules, only=["sweep"])
    lost = [(one.ref.length_m, one.ref.object_id, one.reason.value) for one in day.left]
    assert lost == [(200, "11", "unreachable")]
    assert day.left[0].detail.en == "street 1: weight limit"
    assert sum(ref.length_m for part in day.parts for ref in part.refs) == 24 * 200 - 200


def test_tasks_of_a_street_and_lanes_of_a_section_belong_together(tmp_path):
    """Way 2 has two lanes each way on two blocks: four sections; every street is a bundle."""
    rules = sweep({"side": "all_lanes", "working_width_m": 3.5, "one_pass_below_m": 0})
    costs = {"street_vehicle_cny": 7, "street_begin_cny": 0.5, "section_vehicle_cny": 3}
    tags = {"all": {"width": "3"}, "w2": {"width": "14"}}
    _, part, _ = swept(tmp_path, rules.with_costs(costs), tags=tags)
    count = Counter(one for task in part.problem.tasks for one in task.bundles)
    named = {f"street {way}" for way in range(1, 7)}
    assert {one.id for one in count if one.id in named} == named
    assert {(one.per_route, one.per_run) for one in count if one.id in named} == {(700_000, 50_000)}
    lanes = {one: number for one, number in count.items() if one.id not in named}
    assert [one.per_route for one in lanes] == [300_000] * 4
    assert set(lanes.values()) == {2}
    for ref, task in zip(part.refs, part.problem.tasks, strict=True):
        assert task.bundles[0].id == ref.name
        assert len(task.bundles) == 1 + (ref.name == "street 2")


def test_without_prices_nothing_belongs_together(tmp_path):
    free = dict.fromkeys(("street_vehicle_cny", "street_begin_cny", "section_vehicle_cny"), 0)
    _, part, _ = swept(tmp_path, sweep({}).with_costs(free))
    assert {task.bundles for task in part.problem.tasks} == {()}
