"""What people read of their day is what the crews of routes and tours say."""

from datetime import datetime, timedelta, timezone

import pytest

from models.plan import Plan, PlanDuty, PlanHaul, PlanRoute, PlanTour
from solver.judge.rows import check_rows

CHINA = timezone(timedelta(hours=8))


def at(hour, minute=0):
    return datetime(2026, 5, 12, hour, minute, tzinfo=CHINA)


ROUTE = PlanRoute.model_construct(id="sweep-1-01", crew=["D1", "H1"], depart=at(4), return_=at(8))
TOUR = PlanTour.model_construct(id="haul-01", crew=["D2"], depart=at(9), return_=at(12))
RUN = PlanHaul.model_construct(id="haul-01/1", tour="haul-01", driver="D2")


BEGIN, END = at(3, 45), at(12, 15)


def duty(driver, *work, begin=BEGIN, end=END):
    return PlanDuty.model_construct(
        driver=driver, name=driver, work=list(work), begin=begin, end=end
    )


ROWS = [duty("D1", "sweep-1-01"), duty("H1", "sweep-1-01"), duty("D2", "haul-01")]


def found(rows=ROWS, routes=(ROUTE,), tours=(TOUR,), haul=(RUN,)):
    plan = Plan.model_construct(
        roster=list(rows), routes=list(routes), tours=list(tours), haul=list(haul)
    )
    return [(one.code, one.where, one.excess) for one in check_rows(plan)]


def test_rows_that_agree_with_the_crews_pass():
    assert found() == []


def test_nobody_works_and_nobody_is_told():
    assert found([], [], [], []) == []


@pytest.mark.parametrize(
    ("number", "row", "who", "excess"),
    [
        (0, duty("D1"), "D1", 1),
        (0, duty("D1", "sweep-1-01", "haul-01"), "D1", 1),
        (0, duty("D1", "haul-01"), "D1", 2),
        (1, duty("H1", "sweep-1-01", begin=at(4, 1)), "H1", 60),
        (1, duty("H1", "sweep-1-01", end=at(7, 58)), "H1", 120),
        (2, duty("D2", "haul-01", begin=at(10), end=at(11)), "D2", 3_600),
    ],
)
def test_a_row_that_says_otherwise_is_noticed(number, row, who, excess):
    rows = [*ROWS[:number], row, *ROWS[number + 1 :]]
    assert found(rows) == [("ROSTER", who, excess)]


def test_a_person_without_a_row_and_a_row_without_work_are_noticed():
    assert found(ROWS[1:]) == [("ROSTER", "D1", 1)]
    assert found([*ROWS, duty("D9", "sweep-1-01")]) == [("ROSTER", "D9", 1)]


def test_a_run_names_the_driver_of_its_tour():
    wrong = RUN.model_copy(update={"driver": "D1"})
    assert found(haul=[wrong]) == [("ROSTER", "haul-01/1", 0)]
    unmanned = TOUR.model_copy(update={"crew": []})
    assert ("ROSTER", "haul-01/1", 0) in found(tours=[unmanned])


def test_one_person_on_a_route_and_a_tour_has_one_row_over_both():
    both = TOUR.model_copy(update={"crew": ["D1"]})
    run = RUN.model_copy(update={"driver": "D1"})
    rows = [duty("D1", "sweep-1-01", "haul-01"), ROWS[1]]
    assert found(rows, tours=[both], haul=[run]) == []
    short = [duty("D1", "sweep-1-01", "haul-01", end=at(11)), ROWS[1]]
    assert found(short, tours=[both], haul=[run]) == [("ROSTER", "D1", 3_600)]
