"""What is on board, added up by hand, and held against the judge's own walk."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.solution import Route, Serve, Use
from solver.judge.routes import check_loads
from solver.loads import keeps_loads, left_behind, needed_visits, on_arrival
from tests.line_town import TIP, WATER, line_town, sweeper

OUT = (Serve(0, 0), Serve(1, 0), Use(TIP), Use(TIP), Serve(2, 0), Use(WATER), Use(TIP))


def test_waste_and_water_grow_task_by_task_and_each_facility_resets_its_own():
    """4 kg and 100 l a task: 8 kg at the tip, 300 l at the water point, home with nothing."""
    found = on_arrival(line_town(), 0, OUT)
    assert found == [(0, 0), (4, 100), (8, 200), (0, 200), (0, 200), (4, 300), (4, 0), (0, 0)]


def test_what_is_on_board_before_the_first_task_counts():
    town = line_town(vehicle_types=(sweeper(initial_load=(3, 50)),))
    assert on_arrival(town, 0, ()) == [(3, 50)]
    assert on_arrival(town, 0, (Use(TIP),)) == [(3, 50), (0, 50)]
    assert list(left_behind(town, Route(0, (Use(TIP),)))) == [(0, TIP, 0, 3)]


def test_facilities_get_what_is_on_board_and_nothing_is_no_delivery():
    assert list(left_behind(line_town(), Route(0, OUT))) == [
        (2, TIP, 0, 8),
        (5, WATER, 1, 300),
        (6, TIP, 0, 4),
    ]


def test_a_visit_that_resets_nothing_is_not_needed():
    assert needed_visits(line_town(), 0, OUT) == [0, 1, 2, 4, 5, 6]
    assert needed_visits(line_town(), 0, (Use(TIP), Use(WATER))) == []


visits = st.lists(
    st.one_of(st.integers(0, 3).map(lambda task: Serve(task, 0)), st.integers(0, 1).map(Use)),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(route=visits.map(lambda own: Route(0, tuple(own))), held=st.integers(0, 8),
       kg=st.integers(4, 20))  # fmt: skip
def test_a_route_keeps_its_loads_exactly_where_the_judge_finds_nothing(route, held, kg):
    town = line_town(vehicle_types=(sweeper(capacity=(kg, 400), initial_load=(held, 0)),))
    assert keeps_loads(town, route) == (list(check_loads(town, route, "")) == [])


@settings(max_examples=100, deadline=None)
@given(own=visits)
def test_without_the_idle_visits_as_much_is_left_and_no_visit_is_idle(own):
    town = line_town()
    fewer = [own[number] for number in needed_visits(town, 0, own)]
    amounts = [[row[1:] for row in left_behind(town, Route(0, tuple(one)))] for one in (own, fewer)]
    assert amounts[0] == amounts[1]
    assert needed_visits(town, 0, fewer) == list(range(len(fewer)))


@pytest.mark.parametrize(("demand", "kg"), [((4, 100), 4), ((0, 7), 0)])
def test_waste_of_a_task_is_kilograms_only(demand, kg):
    town = line_town()
    town = replace(town, tasks=(replace(town.tasks[0], demand=demand), *town.tasks[1:]))
    assert town.waste == {0}
    assert town.waste_kg(0) == kg
