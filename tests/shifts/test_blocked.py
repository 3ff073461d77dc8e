"""Why a duty has no crew: each person's own laws, counted, and the one that could be eased."""

from models.shift import Rule
from solver.shifts.blocked import RULE_TEXT, explain
from tests.shifts.people import driver, duty, roster_problem


def test_every_law_has_words():
    assert set(RULE_TEXT) == set(Rule)
    assert all(zh and en for zh, en in RULE_TEXT.values())


def test_a_full_crew_needs_no_words():
    assert explain(roster_problem([duty("x", 6, 12)], [driver("a")]), {"x": ("a",)}) == ()


def test_reasons_are_counted_by_person_and_the_commonest_comes_first():
    """a and b lack the licence, b is away too, c is at work: two licences, one each of the rest."""
    people = [driver("a", "C1"), driver("b", "C1", available=False), driver("c")]
    work = [duty("x", 6, 12), duty("y", 8, 10)]
    (left,) = explain(roster_problem(work, people), {"y": ("c",)})
    assert (left.duty, left.missing) == ("x", 1)
    assert list(left.rules.items()) == [
        (Rule.LICENCE, 2), (Rule.ABSENT, 1), (Rule.DOUBLE_BOOKED, 1)
    ]  # fmt: skip


def test_the_way_out_is_the_last_law_that_alone_keeps_somebody_out():
    """a alone lacks the licence, c alone is due a rest; a month's rest is easier than a licence."""
    people = [driver("a", "C1"), driver("b", "C1", available=False), driver("c", days_run=6)]
    (left,) = explain(roster_problem([duty("x", 6, 12)], people), {})
    assert left.relaxation == (Rule.WEEKLY_REST, "c")


def test_without_one_that_a_single_law_keeps_out_there_is_no_way_out():
    person = driver("b", "C1", available=False)
    (left,) = explain(roster_problem([duty("x", 6, 12)], [person]), {})
    assert left.relaxation is None


def test_an_empty_seat_beside_a_driver_asks_helpers_only():
    """Three seats, driver and helper found: driver b is not asked, helper i is away."""
    people = [driver("a"), driver("b"), driver("h", ""), driver("i", "", available=False)]
    problem = roster_problem([duty("x", 6, 12, crew=3)], people, helpers=True)
    (left,) = explain(problem, {"x": ("a", "h")})
    assert (left.missing, dict(left.rules)) == (1, {Rule.ABSENT: 1})
    (none,) = explain(problem, {})
    assert (none.missing, dict(none.rules)) == (3, {})
