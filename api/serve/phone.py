"""A duty as a phone shows it: what comes next, the way there, and what can be reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from api.exports.sheets import ARROWS
from api.words.i18n import clock_text, title, word
from models.plan import PlanRoute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from models.plan import Piece, Plan, PlanDuty, PlanStep, PlanTour

REPORTED = frozenset({"serve", "tip", "refill", "charge", "swap"})
"""Kinds of steps a driver says something about."""


class Way(NamedTuple):
    """A street on the way to an item."""

    arrow: str
    street: str
    distance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to do. `steps` are the numbers of the plan's steps it stands for, with `tasks`."""

    kind: str
    action: str
    time: str
    until: str
    place: str
    way: Sequence[Way] = ()
    steps: Sequence[int] = ()
    tasks: Sequence[str] = ()
    load: str = ""

    @property
    def reported(self) -> bool:
        """Whether the driver says when it is done."""
        return self.kind in REPORTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A route or haul tour of a duty."""

    id: str
    title: str
    items: Sequence[Item] = field(default_factory=list)


def works_of(plan: Plan, duty: PlanDuty, language: str) -> list[Work]:
    """The routes and tours of a duty in the order they are driven."""
    scribe = _Scribe(plan, language)
    crewed: list[PlanRoute | PlanTour] = [*plan.routes, *plan.tours]
    mine = sorted((one for one in crewed if one.id in duty.work), key=lambda one: one.depart)
    return [scribe.work(one) for one in mine]


class _Scribe:
    """Writes the duties of one plan in one language."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan, self.language = plan, language
        self.sites = {station.id: station.name for station in plan.stations}

    def work(self, one: PlanRoute | PlanTour) -> Work:
        """A route or tour with all its items."""
        if isinstance(one, PlanRoute):
            what, items = one.operation, self.route_items(one)
        else:
            what, items = "haul", self.tour_items(one.id)
        name = title(self.plan.titles, "operation", what, self.language)
        kind = title(self.plan.titles, "vehicle_type", one.vehicle_type, self.language)
        return Work(id=one.id, title=f"{name} · {kind} {one.vehicle}", items=list(items))

    def route_items(self, route: PlanRoute) -> Iterator[Item]:
        """Stops, streets, facilities and breaks; driving is the way to the next of them."""
        steps = list(enumerate(step for trip in route.trips for step in trip.steps))
        way: list[Piece] = []
        for (kind, place), group in groupby(steps, lambda pair: self.what(pair[1])):
            members = list(group)
            if kind == "drive":
                way.extend(piece for _, step in members for piece in step.streets)
                continue
            if kind == "wait":
                continue
            yield self.item(kind, place, members, way)
            way = []

    def what(self, step: PlanStep) -> tuple[str, str]:
        """What steps have in common that are one item."""
        return step.kind, "" if step.kind == "drive" else self.place(step)

    def item(
        self, kind: str, place: str, members: list[tuple[int, PlanStep]], way: list[Piece]
    ) -> Item:
        """Steps of one kind at one place as one item."""
        first, last = members[0][1], members[-1][1]
        load = f"{last.load_kg:,} {word('unit', 'kg', self.language)}" if last.load_kg else ""
        return Item(
            kind=kind, action=word("kind", kind, self.language), place=place, load=load,
            time=self.clock(first.arrive), until=self.clock(last.depart), way=self.ways(way),
            steps=[number for number, _ in members],
            tasks=[step.task or step.facility or "" for _, step in members],
        )  # fmt: skip

    def tour_items(self, tour: str) -> Iterator[Item]:
        """Every run's swap at the station and tip at the plant."""
        runs = [run for run in self.plan.haul if run.tour == tour]
        for number, run in enumerate(runs):
            load = f"{run.tonnes:.1f} {word('unit', 't', self.language)}"
            stops = (("swap", run.depart, run.swap_end, run.station),
                     ("tip", run.arrive_plant, run.leave_plant, run.plant))  # fmt: skip
            for at, (kind, begin, end, site) in enumerate(stops):
                action = word("ui" if kind == "swap" else "kind", kind, self.language)
                yield Item(
                    kind=kind, action=action, place=self.sites.get(site, site), load=load,
                    time=self.clock(begin), until=self.clock(end), steps=[2 * number + at],
                    tasks=[f"{run.id}/{kind}"],
                )  # fmt: skip

    def place(self, step: PlanStep) -> str:
        """Where a step is: the name of the stop or facility, or the streets it serves."""
        if step.facility:
            return step.name or self.sites.get(step.facility, step.facility)
        if step.name or not step.streets:
            return step.name
        names = dict.fromkeys(self.street(piece) for piece in step.streets)
        return " → ".join(names)

    def ways(self, pieces: Iterable[Piece]) -> list[Way]:
        """Streets of a way, those that go straight on joined."""
        out: list[tuple[str, str, int]] = []
        for piece in pieces:
            name = self.street(piece)
            if out and out[-1][1] == name and piece.turn in {"", "straight"}:
                out[-1] = (*out[-1][:2], out[-1][2] + piece.distance_m)
            else:
                out.append((ARROWS.get(piece.turn, ""), name, piece.distance_m))
        return [Way(arrow, name, f"{metres:,} m") for arrow, name, metres in out]

    def street(self, piece: Piece) -> str:
        """The name of a street."""
        return piece.name or word("ui", "unnamed", self.language)

    def clock(self, moment: datetime) -> str:
        """HH:MM of the plan's day."""
        return clock_text(self.plan.date, moment, self.language)
