"""The first roster: who is asked first, and what keeps a seat empty."""

from dataclasses import replace

import pytest

from solver.shifts.fit import broken
from solver.shifts.greedy import greedy_roster
from tests.shifts.people import HOUR, RULES, driver, duty, roster_problem


def crews(duties, drivers, keep=None, **changes):
    return greedy_roster(roster_problem(duties, drivers, **changes), keep or {})


@pytest.mark.parametrize(
    ("drivers", "first"),
    [
        ([driver("b"), driver("a")], "a"),
        ([driver("a", hours_month_s=HOUR), driver("b")], "b"),
        ([driver("a", "A2"), driver("b")], "b"),
        ([driver("a", "A2"), driver("b", hours_month_s=17 * HOUR)], "a"),
        ([driver("a", home_depot="west"), driver("b", home_depot="east")], "b"),
        ([driver("a", home_depot="west"), driver("b", hours_month_s=9 * HOUR)], "a"),
        ([driver("a", "C1"), driver("b", hours_month_s=99 * HOUR)], "b"),
    ],
)
def test_a_seat_goes_to_whom_it_costs_least(drivers, first):
    """A rare licence weighs sixteen hours, another depot eight; no licence cannot be outweighed."""
    assert crews([duty("x", 6, 12, depot="east")], drivers) == {"x": (first,)}


@pytest.mark.parametrize(("nights", "first"), [(1, "b"), (0, "a")])
def test_a_night_behind_one_weighs_four_hours(nights, first):
    """Against three hours worked a night decides, without one the hours do."""
    people = [driver("a", nights_run=nights), driver("b", hours_month_s=3 * HOUR)]
    assert crews([duty("x", 22, 29)], people) == {"x": (first,)}


def test_whoever_had_the_duty_keeps_it_while_it_is_lawful():
    people = [driver("a"), driver("b", hours_month_s=99 * HOUR)]
    assert crews([duty("x", 6, 12)], people, {"x": ("b",)}) == {"x": ("b",)}
    away = [people[0], replace(people[1], available=False)]
    assert crews([duty("x", 6, 12)], away, {"x": ("b",)}) == {"x": ("a",)}


def test_work_goes_round():
    """Three duties a day, two people: the second day begins with whoever had less."""
    work = [duty("1", 6, 9), duty("2", 9, 14), duty("3", 30, 33)]
    assert crews(work, [driver("a"), driver("b")]) == {"1": ("a",), "2": ("b",), "3": ("a",)}


def test_helpers_sit_beside_a_driver_and_never_alone():
    """Three seats, one helper: a driver and the helper. Without a driver nobody goes."""
    work = [duty("x", 6, 12, crew=3)]
    assert crews(work, [driver("h", ""), driver("d")], helpers=True) == {"x": ("d", "h")}
    assert crews(work, [driver("h", "")], helpers=True) == {}
    assert crews(work, [driver("h", ""), driver("d")]) == {"x": ("d",)}


@pytest.mark.parametrize(
    ("person", "spans", "done"),
    [
        (driver("a"), [(6, 10), (9, 13)], 1),
        (driver("a"), [(6, 12), (12, 17), (17, 18)], 2),
        (driver("a"), [(24 * day + 7, 24 * day + 12) for day in range(8)], 7),
        (driver("a", days_run=6), [(7, 12), (31, 36)], 1),
        (driver("a"), [(24 * day + 22, 24 * day + 27) for day in range(6)], 5),
        (driver("a", overtime_month_s=34 * HOUR), [(6, 16), (30, 39)], 1),
        (driver("a", overtime_month_s=34 * HOUR), [(6, 16), (30, 38)], 2),
    ],
)
def test_one_person_takes_what_is_lawful_and_leaves_the_rest(person, spans, done):
    """Six days then one off, so of eight days seven; five nights; two hours of overtime left."""
    work = [duty(f"x{number}", *span) for number, span in enumerate(spans)]
    problem = roster_problem(work, [person])
    found = greedy_roster(problem, {})
    assert len(found) == done
    assert broken(problem, person, [one for one in work if one.id in found]) == set()


@pytest.mark.parametrize(("ends", "done"), [(frozenset({3}), 2), (frozenset(), 1)])
def test_a_new_month_opens_a_new_account(ends, done):
    """36 h are used up: an hour of overtime in the week after the month's end is lawful again."""
    person = driver("a", overtime_month_s=36 * HOUR)
    work = [duty("now", 6, 14), duty("next week", 174, 183)]
    rules = replace(RULES, normal_week_s=0)
    assert len(crews(work, [person], month_ends=ends, rules=rules)) == done
