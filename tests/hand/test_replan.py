"""Re-plan the rest: what is locked is a law of the search, whatever it costs."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from models.day import Budget, Request
from models.edits import Lock, Reassign, SendLoad, TakeOut
from models.units import CHINA
from scenarios.desk.day import load_folder, plan_loaded
from scenarios.desk.session import Session
from scenarios.desk.whatif import locks_of
from solver.document.earlier import steps_of, task_homes
from solver.judge.locks import check_locks

DAY = date(2026, 5, 12)
NOW = datetime(2026, 5, 12, 3, tzinfo=CHINA)


@pytest.fixture(scope="module")
def district(plan_folder):
    return load_folder(plan_folder.parent.parent, DAY)


@pytest.fixture(scope="module")
def opened(plan_folder):
    return Session.open(plan_folder)


def replanned(district, plan, **more):
    """The rest searched again from a plan, with its locks."""
    request = Request(
        day=DAY, budget=Budget(iterations=40), seed=7, workers=1, before=plan,
        locks=locks_of(plan, DAY), **more,
    )  # fmt: skip
    return plan_loaded(district, request)[1].plan


def visits(plan, vehicle, shift):
    """What a vehicle does in a shift, in its order: tasks and sites."""
    return [
        step.task or step.facility
        for route in plan.routes
        if (route.vehicle, route.shift) == (vehicle, shift)
        for step in steps_of(route)
        if step.task or step.facility
    ]


def test_a_spoiled_route_stays_if_it_is_locked_and_is_mended_if_not(district, opened):
    """Six tasks of the early truck are swept in a silly order; one search may touch it, one not."""
    session = Session(opened.district, [opened.days[0]])
    truck = ("CP_12-01", "early")
    tasks = [one for one in visits(session.base, *truck) if one != "S01"]
    for at, task in enumerate((tasks[5], tasks[0], tasks[4], tasks[1], tasks[3]), start=1):
        session.apply(Reassign(tasks=(task,), vehicle=truck[0], shift=truck[1], at=at), "", NOW)
    silly = visits(session.now.plan, *truck)
    free = replanned(district, session.now.document())
    assert visits(free, *truck) != silly
    session.apply(Lock(what="route", vehicle=truck[0], shift=truck[1]), "", NOW)
    kept = replanned(district, session.now.document())
    assert visits(kept, *truck) == silly
    assert kept.locks
    assert list(check_locks(kept)) == []
    assert not {one.code for one in kept.violations} & {"LOCK", "CLAIM", "REASON", "UNKNOWN"}


def test_a_task_and_a_vehicle_keep_what_is_locked(district, opened):
    """A task of one truck stays there, another truck keeps all its work; the rest is free."""
    session = Session(opened.district, [opened.days[0]])
    mine = next(one for one in visits(session.base, "CP_18-01", "early") if one != "S01")
    session.apply(Reassign(tasks=(mine,), vehicle="CP_12-01", shift="mid"), "", NOW)
    session.apply(Lock(what="task", tasks=(mine,)), "", NOW)
    session.apply(Lock(what="vehicle", vehicle="SW_L-01", shift="mid"), "", NOW)
    plan = replanned(district, session.now.document(), keep=True)
    homes = task_homes(plan)
    assert homes[mine] == ("CP_12-01", "mid")
    swept = set(visits(session.base, "SW_L-01", "mid")) - {"W01", "W02", "W03", "T1"}
    assert {homes[task] for task in swept} == {("SW_L-01", "mid")}
    assert "LOCK" not in {one.code for one in plan.violations}


def test_a_locked_station_takes_the_waste_after_the_search_too(district, opened):
    """Kitchen waste sent to the far plant by hand stays there."""
    session = Session(opened.district, [opened.days[0]])
    session.apply(SendLoad(vehicle="KW_8-01", shift="early", trip=1, site="P5"), "", NOW)
    session.apply(Lock(what="station", vehicle="KW_8-01", shift="early"), "", NOW)
    first = visits(session.base, "KW_8-01", "early")[0]
    session.apply(Lock(what="task", tasks=(first,)), "", NOW)  # so that it goes out
    plan = replanned(district, session.now.document())
    tipped = [one for one in visits(plan, "KW_8-01", "early") if one in {"T2", "P5"}]
    assert tipped
    assert set(tipped) == {"P5"}


def test_a_locked_route_takes_no_task_that_lost_its_own(district, opened):
    """A task only one vehicle may do is left out with a lawful reason, where that one is locked."""
    session = Session(opened.district, [opened.days[0]])
    truck = ("FL_16-01", "night")
    task = visits(session.base, *truck)[0]
    session.apply(TakeOut(tasks=(task,)), "", NOW)
    session.apply(Lock(what="route", vehicle=truck[0], shift=truck[1]), "", NOW)
    plan = replanned(district, session.now.document())
    left = {one.task: one.reason for one in plan.unserved}
    assert left[task] == "no_time"
    assert not {one.code for one in plan.violations} & {"LOCK", "REASON"}


def test_locks_of_another_day_hold_nothing(opened):
    session = Session(opened.district, [opened.days[0]])
    session.apply(Lock(what="route", vehicle="FL_16-01", shift="night"), "", NOW)
    assert locks_of(session.now.plan, DAY)
    assert locks_of(session.now.plan, date(2026, 5, 13)) == ()


def test_a_lock_of_a_truck_that_broke_down_holds_nothing(district, opened):
    """The truck is out by the tables: others do its work, and no lock speaks of it any more."""
    session = Session(opened.district, [opened.days[0]])
    truck = ("CP_18-01", "early")
    other = ("SW_L-01", "mid")
    tasks = set(visits(session.base, *truck)) - {"S01"}
    for vehicle, shift in (truck, other):
        session.apply(Lock(what="route", vehicle=vehicle, shift=shift), "", NOW)
    vehicles = tuple(
        replace(one, available=one.id != truck[0]) for one in district.district.vehicles
    )
    broken = replace(district, district=replace(district.district, vehicles=vehicles))
    plan = replanned(broken, session.now.document(), keep=True)
    assert [(lock.vehicle, lock.shift) for lock in plan.locks] == [other]
    assert truck[0] not in {route.vehicle for route in plan.routes}
    assert tasks & task_homes(plan).keys()
    assert not {one.code for one in plan.violations} & {"LOCK", "CLAIM", "REASON", "UNKNOWN"}
