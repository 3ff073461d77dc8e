"""Changes by hand on the tiny demo: the instant verdict is the whole judge's."""

import random
from datetime import datetime

import pytest

from models.edits import Lock, Reassign, SendLoad, SwapWork, TakeOut, Unlock
from models.errors import InputErrors
from models.units import CHINA
from scenarios.desk.change import Words, effect, trip_tasks
from scenarios.desk.day import unpack_inputs
from scenarios.desk.judge import Court, parse_plan
from scenarios.desk.session import Session
from solver.document.earlier import steps_of, task_homes

NOW = datetime(2026, 5, 12, 3, tzinfo=CHINA)


@pytest.fixture(scope="module")
def court(plan_folder, tmp_path_factory):
    scratch = tmp_path_factory.mktemp("court")
    unpack_inputs(plan_folder, scratch)
    return Court(scratch)


@pytest.fixture
def session(plan_folder, opened):
    """The plan without any change; what was loaded is shared."""
    return Session(opened.district, [opened.days[0]])


@pytest.fixture(scope="module")
def opened(plan_folder):
    return Session.open(plan_folder)


def served(plan, vehicle, shift):
    """Tasks of a vehicle in a shift, in their order."""
    return [
        step.task
        for route in plan.routes
        if (route.vehicle, route.shift) == (vehicle, shift)
        for step in steps_of(route)
        if step.kind == "serve"
    ]


def pair(plan, operation):
    """Two routes of one operation."""
    return [route for route in plan.routes if route.operation == operation][:2]


def random_edits(plan, rng, count):
    """Moves of one to three tasks, swaps and tasks taken out, all within one operation."""
    for _ in range(count):
        route = rng.choice(plan.routes)
        tasks = served(plan, route.vehicle, route.shift)
        others = [one for one in plan.routes if one.part == route.part]
        other = rng.choice(others)
        kind = rng.random()
        if kind < 0.1:
            yield TakeOut(tasks=(rng.choice(tasks),))
        elif kind < 0.2 and other is not route:
            yield SwapWork(
                vehicle=route.vehicle, shift=route.shift,
                with_vehicle=other.vehicle, with_shift=other.shift,
            )  # fmt: skip
        else:
            begin = rng.randrange(len(tasks))
            yield Reassign(
                tasks=tuple(tasks[begin : begin + rng.randint(1, 3)]),
                vehicle=other.vehicle, shift=other.shift, at=rng.choice([0, 0, 1, 5]),
            )  # fmt: skip


def test_the_verdict_of_a_change_is_the_whole_judges(session, court):
    """Twelve random changes one after the other; the written document is judged as a whole."""
    rng = random.Random(4)
    for number, edit in enumerate(random_edits(session.base, rng, 12)):
        session.apply(edit, "", NOW)
        if number % 4 == 3:
            plan = session.document()
            assert court.violations(plan) == session.now.violations == tuple(plan.violations)


def test_a_task_goes_where_it_was_sent_and_nobody_else_moves(session):
    one, other = pair(session.base, "collect_residual")
    task = served(session.base, one.vehicle, one.shift)[0]
    session.apply(Reassign(tasks=(task,), vehicle=other.vehicle, shift=other.shift), "li", NOW)
    plan = session.now.plan
    assert task_homes(plan)[task] == (other.vehicle, other.shift)
    touched = {one.vehicle, other.vehicle}
    kept = [route for route in plan.routes if route.vehicle not in touched]
    assert kept == [route for route in session.base.routes if route.vehicle not in touched]
    assert served(plan, one.vehicle, one.shift) == served(session.base, one.vehicle, one.shift)[1:]


@pytest.mark.parametrize("at", [1, 2, 999])
def test_a_task_stands_before_the_service_that_was_named(session, at):
    one, other = pair(session.base, "collect_residual")
    task = served(session.base, one.vehicle, one.shift)[0]
    before = served(session.base, other.vehicle, other.shift)
    session.apply(Reassign(tasks=(task,), vehicle=other.vehicle, shift=other.shift, at=at), "", NOW)
    after = served(session.now.plan, other.vehicle, other.shift)
    place = min(at, len(before) + 1) - 1
    assert after == [*before[:place], task, *before[place:]]


def test_a_task_moves_within_its_own_route(session):
    route = pair(session.base, "collect_residual")[0]
    a, b, c, *rest = served(session.base, route.vehicle, route.shift)
    session.apply(Reassign(tasks=(a,), vehicle=route.vehicle, shift=route.shift, at=3), "", NOW)
    assert served(session.now.plan, route.vehicle, route.shift) == [b, a, c, *rest]


def test_undo_brings_the_very_plan_back_and_redo_the_change(session):
    route = session.base.routes[0]
    task = served(session.base, route.vehicle, route.shift)[0]
    session.apply(TakeOut(tasks=(task,)), "li", NOW)
    changed = session.now
    assert session.undo()
    assert session.now.plan is session.base
    assert session.redo()
    assert session.now is changed
    assert not session.redo()
    session.undo()
    assert not session.undo()


def test_a_change_after_an_undo_forgets_what_was_undone(session):
    route = session.base.routes[0]
    first, second = served(session.base, route.vehicle, route.shift)[:2]
    session.apply(TakeOut(tasks=(first,)), "li", NOW)
    session.undo()
    session.apply(TakeOut(tasks=(second,)), "wang", NOW)
    assert [one.who for one in session.changes] == ["wang"]
    assert not session.redo()


def test_a_task_taken_out_is_left_out_by_hand_and_can_come_back(session):
    route = session.base.routes[0]
    task = served(session.base, route.vehicle, route.shift)[0]
    session.apply(TakeOut(tasks=(task,)), "", NOW)
    left = {one.task: one.reason for one in session.now.plan.unserved}
    assert left[task] == "by_hand"
    session.apply(Reassign(tasks=(task,), vehicle=route.vehicle, shift=route.shift), "", NOW)
    assert task not in {one.task for one in session.now.plan.unserved}


def test_the_last_task_of_a_route_takes_the_route_away(session):
    route = pair(session.base, "collect_residual")[0]
    tasks = tuple(served(session.base, route.vehicle, route.shift))
    session.apply(TakeOut(tasks=tasks), "", NOW)
    assert not served(session.now.plan, route.vehicle, route.shift)
    assert len(session.now.plan.routes) == len(session.base.routes) - 1


def test_two_vehicles_exchange_their_work(session):
    one, other = pair(session.base, "collect_residual")
    session.apply(
        SwapWork(vehicle=one.vehicle, shift=one.shift,
                 with_vehicle=other.vehicle, with_shift=other.shift), "", NOW,
    )  # fmt: skip
    plan = session.now.plan
    for mine, theirs in ((one, other), (other, one)):
        assert served(plan, mine.vehicle, mine.shift) == served(
            session.base, theirs.vehicle, theirs.shift
        )


def test_a_load_goes_to_another_site(session):
    """Kitchen waste of the early truck goes to the plant P5 instead of the tip T2."""
    session.apply(SendLoad(vehicle="KW_8-01", shift="early", trip=1, site="P5"), "", NOW)
    now = next(one for one in session.now.plan.routes if one.vehicle == "KW_8-01")
    assert [step.facility for step in steps_of(now) if step.kind == "tip"] == ["P5"]


def test_a_lock_holds_what_the_hand_made_of_it(session):
    one, other = pair(session.base, "collect_residual")
    session.apply(Lock(what="route", vehicle=one.vehicle, shift=one.shift), "", NOW)
    (lock,) = session.now.plan.locks
    tasks = served(session.base, one.vehicle, one.shift)
    assert list(lock.tasks) == tasks
    session.apply(Reassign(tasks=(tasks[0],), vehicle=other.vehicle, shift=other.shift), "", NOW)
    (lock,) = session.now.plan.locks
    assert list(lock.tasks) == tasks[1:]
    assert "LOCK" not in {one.code for one in session.now.violations}
    session.apply(Unlock(what="route", vehicle=one.vehicle, shift=one.shift), "", NOW)
    assert session.now.plan.locks == ()


def test_the_effect_adds_up(session):
    one, other = pair(session.base, "collect_residual")
    before = session.now
    task = served(session.base, one.vehicle, one.shift)[0]
    session.apply(Reassign(tasks=(task,), vehicle=other.vehicle, shift=other.shift), "", NOW)
    told = effect(before, session.now)
    plan = session.now.plan
    assert told.distance_m == sum(r.distance_m for r in plan.routes) - sum(
        r.distance_m for r in session.base.routes
    )
    assert {each.truck.vehicle for each in told.changed} == {one.vehicle, other.vehicle}
    assert [x for x, _ in told.appeared] == [
        x for x in session.now.violations if x not in before.violations
    ]


WRONG = [
    (Reassign(tasks=("nothing",), vehicle="SW_L-01"), "E651"),
    (TakeOut(tasks=("nothing", "nobody")), "E651"),
    (Lock(what="route", vehicle="nobody"), "E652"),
    (Lock(what="task", tasks=("nothing",)), "E651"),
    (Unlock(what="task", tasks=("nothing",)), "E655"),
    (SendLoad(vehicle="KW_8-01", shift="early", trip=9, site="P5"), "E656"),
    (SendLoad(vehicle="KW_8-01", shift="early", trip=1, site="W01"), "E656"),
]


@pytest.mark.parametrize(("edit", "code"), WRONG)
def test_what_means_nothing_is_an_error_with_a_way_out(session, edit, code):
    with pytest.raises(InputErrors) as caught:
        session.apply(edit, "", NOW)
    assert caught.value.issues[0].code == code
    assert caught.value.issues[0].hint_zh
    assert session.done == 0


@pytest.mark.parametrize("named", ["", "mid", "nobody"])
def test_a_vehicle_in_two_shifts_is_asked_for_the_one_that_is_meant(session, named):
    """SW_L-01 sweeps early, in the middle of the day and by night."""
    edit = Lock(what="route", vehicle="SW_L-01", shift=named)
    if named == "mid":
        session.apply(edit, "", NOW)
        return
    with pytest.raises(InputErrors) as caught:
        session.apply(edit, "", NOW)
    (told,) = caught.value.issues
    assert (told.code, told.value) == ("E654", named or "SW_L-01")
    assert told.hint_en == "name one of the shifts: early, mid, night"


def test_a_trip_of_a_vehicle_in_two_shifts_needs_the_shift(session):
    out = [one.vehicle for one in session.base.routes]
    twice = next(one for one in out if out.count(one) > 1)
    with pytest.raises(InputErrors, match="E654") as caught:
        trip_tasks(session.base, twice, "", 1)
    assert f"{twice}/" in caught.value.issues[0].hint_zh


def test_a_vehicle_of_another_operation_is_refused_by_name(session):
    route = pair(session.base, "collect_residual")[0]
    task = served(session.base, route.vehicle, route.shift)[0]
    with pytest.raises(InputErrors, match="E653"):
        session.apply(Reassign(tasks=(task,), vehicle="FOG-01"), "", NOW)


def test_a_street_goes_to_a_vehicle_with_the_passes_of_its_own_shift(session):
    """紫荆路 is swept by day and by night: the early vehicle takes what early shifts do of it."""
    words = Words(street="紫荆路", operation="sweep", to="SW_L-01/early")
    (edit,) = words.edits(session.base)
    before = task_homes(session.base)
    assert {before[task][1] for task in edit.tasks} == {"early"}
    others = {
        before[step.task][1]
        for route in session.base.routes
        for step in steps_of(route)
        if step.name == "紫荆路" and step.task in before and route.operation == "sweep"
    }
    assert others > {"early"}
    session.apply(edit, "", NOW)
    homes = task_homes(session.now.plan)
    assert {homes[task] for task in edit.tasks} == {("SW_L-01", "early")}


def test_a_street_without_a_vehicle_is_no_change(session):
    with pytest.raises(InputErrors, match="E650"):
        list(Words(street="紫荆路").edits(session.base))


def test_a_day_without_waste_has_no_haul_and_the_judge_of_its_file_agrees(session, court):
    """All that is tipped is taken out: trucks that hauled it stay at home, nobody drives them."""
    plan = session.base
    tipping = [one for one in plan.routes if any(s.kind == "tip" for s in steps_of(one))]
    assert plan.tours
    for route in tipping:
        tasks = tuple(step.task for step in steps_of(route) if step.task)
        session.apply(TakeOut(tasks=tasks), "", NOW)
    written = session.now.document()
    assert written.tours == written.haul == []
    again = court.violations(parse_plan(written.model_dump_json(by_alias=True).encode()))
    assert [one for one in again if one.code == "CLAIM"] == []
    assert list(again) == written.violations
