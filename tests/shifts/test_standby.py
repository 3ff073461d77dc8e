"""Whom to call: people free that day who could lawfully work the whole shift."""

import pytest

from models.district import ShiftPattern
from models.shift import Roster
from solver.shifts.standby import standby_crews
from tests.shifts.people import HOUR, driver, duty, roster_problem

EARLY = ShiftPattern(id="early", begin=4 * HOUR, end=12 * HOUR)
LATE = ShiftPattern(id="late", begin=12 * HOUR, end=20 * HOUR)


def called(people, *, crews=(), days=1, each=1, shifts=(EARLY,)):
    """Standby for duties given as (person, begin, end)."""
    work = [duty(f"x{number}", *span) for number, (_, *span) in enumerate(crews)]
    roster = Roster(crews={f"x{number}": (who,) for number, (who, *_) in enumerate(crews)})
    problem = roster_problem(work, people)
    return dict(standby_crews(problem, roster, shifts, days=days, each=each))


def test_whoever_works_today_is_not_called_today():
    assert called([driver("a"), driver("b")], crews=[("a", 13, 17)]) == {(0, "early"): ("b",)}


def test_whoever_worked_less_goes_first_and_turns_are_taken():
    """Day 0: b has no hours. Day 1: b stood by once, so a although it has hours. Day 2: b."""
    found = called([driver("a"), driver("b")], crews=[("a", 78, 82)], days=3)
    assert found == {(0, "early"): ("b",), (1, "early"): ("a",), (2, "early"): ("b",)}


def test_nobody_stands_by_for_two_shifts_of_a_day():
    found = called([driver("a"), driver("b")], each=2, shifts=(EARLY, LATE))
    assert found == {(0, "early"): ("a", "b")}
    one_each = called([driver("a"), driver("b")], shifts=(EARLY, LATE))
    assert one_each == {(0, "early"): ("a",), (0, "late"): ("b",)}


@pytest.mark.parametrize(
    "person",
    [
        driver("a", ""),
        driver("a", available=False),
        driver("a", shifts=("late",)),
        driver("a", days_run=6),
        driver("a", last_end=-6 * HOUR),
    ],
    ids=["helper", "away", "other shift", "day off due", "late last night"],
)
def test_who_cannot_lawfully_come_is_not_called(person):
    """From 18:00 to 4:00 are ten hours of rest, an hour too few."""
    assert called([person]) == {}


def test_tomorrows_duty_keeps_its_rest():
    """Late until 20:00 and at work at 6:00 are ten hours; early until 12:00 leaves eighteen."""
    tomorrow = [("a", 30, 36)]
    assert called([driver("a")], crews=tomorrow, shifts=(LATE,)) == {}
    assert called([driver("a")], crews=tomorrow) == {(0, "early"): ("a",)}
