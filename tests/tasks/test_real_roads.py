"""The shipped rules on a real town: every job accounted for, every service drive legal."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from models.district import Stream
from models.units import UNREACHABLE
from solver.judge.streets import RoadJudge
from solver.roads.osm import read_osm
from solver.tasks.ground import Ground
from solver.tasks.overrides import classify
from solver.tasks.streets import pieces, wanted
from solver.trade.vehicles import fleet
from tests.tasks.town import SHIFTS, bureau, plan_day, standard, vehicle
from tests.tasks.town import point as point_at
from tests.tasks.town import site as site_at

FLEET = [
    vehicle(f"{kind}-{n}", kind, *shifts)
    for kind, shifts in (
        ("sw_s", ("early", "mid")),
        ("sw_l", ("early", "mid")),
        ("ws_l", ("early", "mid")),
        ("fl_10", ("night",)),
        ("fog", ("early", "mid")),
        ("lp", ("night",)),
        ("cp_8", ("early", "mid")),
        ("kw_5", ("mid",)),
    )
    for n in range(2)
]


def district_on(network):
    """Sites and 40 points beside random streets, the same each time."""
    rng = np.random.default_rng(7)
    arcs = rng.choice(np.flatnonzero(network.access == 0), 50)
    spots = [network.points(arc).mean(axis=0).tolist() for arc in arcs.tolist()]

    def moved(thing, spot):
        return replace(thing, lon=spot[0], lat=spot[1])

    kinds = ["depot", "water", "tip", "station", "plant"]
    names = ["D", "W", "T", "S", "P"]
    sites = [moved(site_at(n, k, 0, 0), s) for n, k, s in zip(names, kinds, spots, strict=False)]
    sites[4] = replace(sites[4], streams=frozenset({Stream.KITCHEN, Stream.RESIDUAL}))
    points = [
        moved(point_at(f"p{n}", 0, 0, own_side=bool(n % 2),
                       stream=Stream.KITCHEN if n % 3 == 0 else Stream.RESIDUAL), spot)
        for n, spot in enumerate(spots[5:45])
    ]  # fmt: skip
    return bureau(*FLEET, sites=tuple(sites), points=tuple(points), shifts=SHIFTS)


@pytest.fixture(scope="module")
def haimen(shared):
    network = read_osm(shared / "osm" / "haimen_sanxing_roads.osm")
    district = district_on(network)
    return district, *plan_day(network, district)


def test_all_operations_of_the_fleet_have_work(haimen):
    district, _, day = haimen
    able = {name for truck in fleet(district, standard()) for name in truck.operations}
    assert {part.operation for part in day.parts} == able
    assert len(able) == 6


def test_every_point_is_a_task_or_left_with_a_reason(haimen):
    district, _, day = haimen
    seen = [ref.object_id for part in day.parts for ref in part.refs if ref.kind == "point"]
    seen += [one.ref.object_id for one in day.left if one.ref.kind == "point"]
    assert sorted(seen) == sorted(point.id for point in district.points)


def test_swept_streets_are_the_wanted_ones_each_pass_once(haimen):
    _, ground, day = haimen
    work = standard().operations["sweep"].street
    chosen = np.flatnonzero(wanted(work, ground, "sweep"))
    refs = [ref for part in day.parts if part.operation == "sweep" for ref in part.refs]
    refs += [one.ref for one in day.left if one.operation == "sweep"]
    for number in (1, 2):
        arcs = [arc for ref in refs if ref.pass_number == number for arc in ref.allowed_arcs]
        assert len(arcs) == len(set(arcs))
        assert set(arcs) <= set(chosen.tolist())
    first = {arc for ref in refs if ref.pass_number == 1 for arc in ref.allowed_arcs}
    assert first == set(chosen.tolist())


def test_service_drives_and_places_are_legal_for_their_vehicles(haimen):
    _, ground, day = haimen
    judge = RoadJudge(ground.network)
    for part in day.parts:
        for task, ref in zip(part.problem.tasks, part.refs, strict=True):
            for mode, arcs in zip(task.modes, ref.mode_arcs, strict=True):
                driven = arcs or (int(part.col_arcs[mode.enter]),)
                assert int(part.row_arcs[mode.leave]) == driven[-1]
                assert int(part.col_arcs[mode.enter]) == driven[0]
                for kind in mode.vehicle_types or range(len(part.crews)):
                    profile = part.profiles[part.problem.vehicle_types[kind].profile]
                    assert list(judge.check_drive(profile, driven, task.id)) == []


def test_every_place_reaches_every_other_for_who_may_go_there(haimen):
    """The road graphs are strongly connected: no vehicle is sent where it cannot come back."""
    _, _, day = haimen
    for part in day.parts:
        types = part.problem.vehicle_types
        for task in part.problem.tasks:
            for mode in task.modes:
                for kind in mode.vehicle_types or range(len(types)):
                    matrix = part.problem.matrices[types[kind].profile]
                    rows = np.array([types[kind].start, mode.leave])
                    cols = np.array([mode.enter, types[kind].end])
                    assert matrix.pairs(rows, cols)[0].max() < UNREACHABLE


def test_the_same_day_is_built_twice(haimen, shared):
    district, _, day = haimen
    network = read_osm(shared / "osm" / "haimen_sanxing_roads.osm")
    again = plan_day(network, district)[1]
    assert [part.refs for part in again.parts] == [part.refs for part in day.parts]
    assert [part.problem.tasks for part in again.parts] == [
        part.problem.tasks for part in day.parts
    ]
    assert again.left == day.left


@pytest.mark.parametrize("name", ["nanjing_xuanwu.osm.pbf", "taipei_arterials.osm.pbf"])
def test_joined_stretches_keep_turn_restrictions(shared, name):
    """Streets joined over junctions never hold a banned turn, in neither direction."""
    network = read_osm(shared / "osm" / name)
    streets, _ = classify(network, standard(), ())
    ground = Ground(network=network, nodes_before_stops=network.num_nodes, streets=streets,
                    sites={}, points={}, orders={}, order_arcs={}, closures={},
                    notes=())  # fmt: skip
    chosen = wanted(standard().operations["sweep"].street, ground, "sweep")
    alike = np.zeros(network.num_arcs, np.int64)
    banned = {(frm, to) for frm, to, _ in network.banned_turns.tolist()}
    found = list(pieces(ground, chosen, alike, join_m=400, crumb_m=40))
    arcs = [arc for piece in found for arc in {*piece.there, *piece.back}]
    assert sorted(arcs) == np.flatnonzero(chosen).tolist()
    assert len(found) < 0.8 * len(list(pieces(ground, chosen, alike)))
    for piece in found:
        for way in (piece.there, piece.back):
            for frm, to in pairwise(way):
                assert network.head[frm] == network.tail[to]
                assert (frm, to) not in banned
