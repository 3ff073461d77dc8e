"""Streams: who collects which, who takes which, and one meaning of "no stream named"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.district import Stream
from models.solution import Violation
from solver.haul.problem import haul_problem
from solver.judge.day import check_streams
from solver.location.build import plants_of, stations_of
from solver.trade.streams import collects, takes, takes_stream
from tests.tasks.town import bureau, rules_of, site, standard

KITCHEN, RESIDUAL, SWEEPINGS = Stream.KITCHEN, Stream.RESIDUAL, Stream.SWEEPINGS


@pytest.mark.parametrize(
    ("kind", "named", "taken"),
    [
        ("tip", (), {SWEEPINGS}),
        ("station", (), {RESIDUAL}),
        ("plant", (), {RESIDUAL}),
        ("station", (KITCHEN, RESIDUAL), {KITCHEN, RESIDUAL}),
        ("plant", (SWEEPINGS,), {SWEEPINGS}),
        ("depot", (), set()),
        ("water", (), set()),
    ],
)
def test_a_site_takes_what_it_names_or_the_usual_of_its_kind(kind, named, taken):
    one = site("X", kind, 0, 0, streams=frozenset(named))
    assert one.accepts == taken
    assert {stream for stream in standard().streams if takes_stream(one, stream)} == taken
    assert not any(
        takes_stream(replace(one, status="closed"), stream) for stream in standard().streams
    )


@pytest.mark.parametrize("kind", ["station", "plant"])
@pytest.mark.parametrize("named", [(), (KITCHEN,), (RESIDUAL, KITCHEN), (SWEEPINGS,)])
def test_routes_haul_relocation_and_judge_mean_the_same(kind, named):
    """Whoever asks whether a site takes residual waste hears one answer."""
    one = site("X", kind, 0, 0, streams=frozenset(named))
    town = bureau(sites=(one,))
    answers = {takes(one, standard().operations["collect_residual"])}
    answers.add(bool(stations_of(town) or plants_of(town)))
    answers.add(list(check_streams(town, [("X", frozenset({RESIDUAL}), 5, 0, "r")])) == [])
    if kind == "plant":
        (plant,) = haul_problem(town, standard(), (), []).plants
        answers.add(RESIDUAL in plant.streams)
    assert answers == {not named or RESIDUAL in named}


def test_a_station_without_a_stream_takes_no_sweepings_in_the_judges_eyes():
    """It did before: "no stream named" meant every stream there, and residual waste elsewhere."""
    town = bureau(sites=(site("S", "station", 0, 0),))
    (found,) = check_streams(town, [("S", frozenset({SWEEPINGS}), 5, 0, "r")])
    assert isinstance(found, Violation)
    assert (found.code, found.excess) == ("STREAM_MIXED", 5)


def test_an_operation_collects_its_streams_and_kinds():
    work = standard().operations["collect_residual"].points
    assert collects(work, RESIDUAL, "room")
    assert not collects(work, KITCHEN, "room")
    assert not collects(None, RESIDUAL, "room")
    picky = rules_of(collect_residual={"points": {"kinds": ["room"]}})
    assert collects(picky.operations["collect_residual"].points, RESIDUAL, "room")
    assert not collects(picky.operations["collect_residual"].points, RESIDUAL, "bins")
