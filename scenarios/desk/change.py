"""What a dispatcher changes by hand: words for edits, and what a change does to the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from models.edits import HandEdit, Lock, Reassign, SendLoad, SwapWork, TakeOut, Unlock
from models.errors import InputErrors, expected
from models.ids import TruckShift
from models.solution import Reason
from solver.advice.amends import amends
from solver.document.earlier import steps_of
from solver.hand.book import issue, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from models.errors import Issue
    from models.plan import Plan, PlanRoute, PlanViolation, Relaxation
    from solver.hand.story import HandDay

LOCKABLE = ("route", "vehicle", "task", "station")
"""What can be locked."""
PLACEABLE = frozenset(
    {Reason.WINDOW, Reason.NO_TIME, Reason.NO_CAPACITY, Reason.NOT_WORTH, Reason.QUEUE,
     Reason.BY_HAND, Reason.STOPPED}
)  # fmt: skip
"""Reasons of tasks that some vehicle could still be given; the others can be given to nobody."""
MOST_TRIPS = 1_000
"""A vehicle makes at most so many trips a day (chosen: beyond any day)."""


class Target(NamedTuple):
    """VEHICLE[/SHIFT][@POSITION] taken apart; position 0: where it is best."""

    vehicle: str
    shift: str
    at: int


def target(text: str) -> Target:
    """A vehicle, its shift and a position from "V1", "V1/early", "V1@3"; raises `InputErrors`."""
    who, _, place = text.partition("@")
    vehicle, _, shift = who.partition("/")
    if not vehicle or (place and not place.isdecimal()):
        raise refuse("E652", "to", text, "V1, V1/early, V1@3")
    return Target(vehicle.strip(), shift.strip(), int(place or 0))


_EDITS: TypeAdapter[list[HandEdit]] = TypeAdapter(list[HandEdit])
MOST_BYTES = 1 << 24
"""A file of edits has at most so many bytes (chosen: a thousand times the longest seen)."""


def read_edits(path: Path) -> list[HandEdit]:
    """A list of changes by hand from a JSON file; raises `InputErrors` with all that is wrong."""
    try:
        with path.open("rb") as file:
            return _EDITS.validate_json(file.read(MOST_BYTES))
    except OSError as error:
        raise refuse("E650", path.name, str(error.strerror), '[{"do": "reassign", ...}]') from None
    except ValidationError as error:
        raise InputErrors([_wrong(path, one) for one in error.errors()]) from None


def _wrong(path: Path, one: Any) -> Issue:
    place = ".".join(str(part) for part in (path.name, *one["loc"]))
    zh, en = expected(one)
    return issue("E650", place, str(one["input"]), en, zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Changes as they are typed: tasks, a street or a trip `to` a vehicle, and the rest."""

    move: Sequence[str] = ()
    street: str = ""
    trip: str = ""
    operation: str = ""
    to: str = ""
    take_out: Sequence[str] = ()
    swap: Sequence[str] = ()
    send: Sequence[str] = ()
    lock: Sequence[str] = ()
    unlock: Sequence[str] = ()

    def edits(self, plan: Plan) -> Iterator[HandEdit]:
        """The edits they mean on a plan, in the order of the fields; raises `InputErrors`."""
        tasks = [*self.move]
        if self.street and self.to:
            tasks += street_tasks(plan, self.street, self.operation, target(self.to))
        if self.trip:
            trip = numbered(self.trip, "trip")
            tasks += trip_tasks(plan, trip.vehicle, trip.shift, trip.at)
        if bool(tasks or self.street) != bool(self.to):
            raise refuse("E650", "to" if tasks else "move", self.to, "--move TASK --to V1")
        if tasks:
            who = target(self.to)
            yield Reassign(tasks=tuple(tasks), vehicle=who.vehicle, shift=who.shift, at=who.at)
        if self.take_out:
            yield TakeOut(tasks=tuple(self.take_out))
        for text in self.swap:
            one, _, other = text.partition("=")
            first, second = target(one), target(other)
            yield SwapWork(
                vehicle=first.vehicle,
                shift=first.shift,
                with_vehicle=second.vehicle,
                with_shift=second.shift,
            )
        for text in self.send:
            load, _, site = text.partition("=")
            trip = numbered(load, "send")
            if not site:
                raise refuse("E650", "send", text, "V1/early#1=S2")
            yield SendLoad(vehicle=trip.vehicle, shift=trip.shift, trip=trip.at, site=site)
        for text in self.lock:
            yield Lock.model_validate({"do": "lock", **_locked(text)})
        for text in self.unlock:
            yield Unlock.model_validate({"do": "unlock", **_locked(text)})


def numbered(text: str, option: str) -> Target:
    """A vehicle, its shift and a trip from "V1/early#2"; raises `InputErrors`."""
    who, _, number = text.partition("#")
    if not number.isdecimal() or not 1 <= int(number) <= MOST_TRIPS:
        raise refuse("E650", option, text, "V1#1, V1/early#2")
    return target(who)._replace(at=int(number))


def _locked(text: str) -> dict[str, Any]:
    """What is locked from "route:V1/early", "task:ID"; raises `InputErrors`."""
    what, _, name = text.partition(":")
    if what not in LOCKABLE or not name:
        raise refuse("E650", "lock", text, "route:V1/early, vehicle:V1, station:V1, task:ID")
    if what == "task":
        return {"what": what, "tasks": (name,)}
    who = target(name)
    return {"what": what, "vehicle": who.vehicle, "shift": who.shift}


def street_tasks(
    plan: Plan, street: str, operation: str = "", to: Target | None = None
) -> tuple[str, ...]:
    """All services of a street by its name, of one operation; served first, then those left out.

    Of a vehicle they go `to` only those of its part and shift: a second pass of the afternoon is no
    work of the morning. Where several operations serve the street one must be named. Raises
    `InputErrors`.
    """
    found: dict[str, list[str]] = {}
    kin = {
        (route.part, route.shift)
        for route in plan.routes
        if to and route.vehicle == to.vehicle and to.shift in {"", route.shift}
    }
    for route in plan.routes:
        if kin and (route.part, route.shift) not in kin:
            continue
        for step in steps_of(route):
            if step.kind == "serve" and step.name == street and step.task is not None:
                found.setdefault(route.operation, []).append(step.task)
    for left in plan.unserved:
        if left.name == street and left.reason in PLACEABLE:
            found.setdefault(left.operation, []).append(left.task)
    if operation:
        found = {name: own for name, own in found.items() if name == operation}
    if not found:
        raise refuse("E651", "street", street, "-")
    if len(found) > 1:
        raise refuse("E653", "street", street, ", ".join(sorted(found)))
    return tuple(next(iter(found.values())))


def trip_tasks(plan: Plan, vehicle: str, shift: str, trip: int) -> tuple[str, ...]:
    """All services of a trip, counted from 1; raises `InputErrors`."""
    own = [
        one for one in plan.routes if one.vehicle == vehicle and (not shift or one.shift == shift)
    ]
    if len(own) != 1:
        told = ", ".join(f"{one.vehicle}/{one.shift}" for one in own or plan.routes[:3])
        raise refuse("E654" if own else "E652", "trip", vehicle, told)
    trips = own[0].trips
    if not 1 <= trip <= len(trips):
        raise refuse("E656", "trip", str(trip), f"1-{len(trips)}")
    steps = trips[trip - 1].steps
    return tuple(step.task for step in steps if step.kind == "serve" and step.task is not None)


class Rewritten(NamedTuple):
    """A vehicle's route with other words: before (None: new) and after (None: gone)."""

    truck: TruckShift
    before: PlanRoute | None
    after: PlanRoute | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What differs between two moments of a plan that is changed by hand.

    Money in CNY, metres, seconds. `appeared` are violations that were not there, each with the
    least change of the day that would make it lawful, if any; `solved` were there and are not.
    """

    cost_cny: float
    distance_m: int
    duration_s: int
    unserved: int
    changed: tuple[Rewritten, ...]
    violations: int
    appeared: tuple[tuple[PlanViolation, Relaxation | None], ...]
    solved: tuple[PlanViolation, ...]


def effect(before: HandDay, after: HandDay) -> Effect:
    """What the changes between two moments do."""
    old, new = _by_truck(before.plan), _by_truck(after.plan)
    trucks = [one for one in dict.fromkeys([*old, *new]) if _differ(old.get(one), new.get(one))]
    was = {_key(one): one for one in before.violations}
    now = {_key(one): one for one in after.violations}
    return Effect(
        cost_cny=round(_total(new, "cost_cny") - _total(old, "cost_cny"), 2),
        distance_m=round(_total(new, "distance_m") - _total(old, "distance_m")),
        duration_s=round(_total(new, "duration_s") - _total(old, "duration_s")),
        unserved=len(after.plan.unserved) - len(before.plan.unserved),
        changed=tuple(Rewritten(one, old.get(one), new.get(one)) for one in trucks),
        violations=len(after.violations),
        appeared=tuple(
            (one, amends(one, after.plan, after.ready.district))
            for key, one in now.items()
            if key not in was
        ),
        solved=tuple(one for key, one in was.items() if key not in now),
    )


def _by_truck(plan: Plan) -> dict[TruckShift, PlanRoute]:
    return {TruckShift(one.vehicle, one.shift): one for one in plan.routes}


def _differ(one: PlanRoute | None, other: PlanRoute | None) -> bool:
    """Whether a route has other words; another number alone is none."""
    if one is None or other is None or one is other:
        return one is not other
    return one.trips != other.trips or one.crew != other.crew


def _total(routes: dict[TruckShift, PlanRoute], figure: str) -> float:
    return float(sum(getattr(one, figure) for one in routes.values()))


def _key(one: PlanViolation) -> tuple[str, str, str, int, str]:
    """The same violation in two plans, whose routes may be numbered anew."""
    where = one.where.replace(one.route, "") if one.route else one.where
    return one.code, one.vehicle, where, one.excess, one.detail
