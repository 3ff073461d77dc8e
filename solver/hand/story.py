"""A plan that is changed by hand: each change makes a new one, timed, written and judged at once.

Only the routes touched get new times and words; the judge hears the whole day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from models.day import DrivenDay, DrivenPart, DrivenRoute
from models.edits import Lock, Unlock
from models.errors import HuanweiError
from models.ids import RouteId, TruckShift
from models.solution import Solution
from models.units import cny
from solver.document.describe import Pen, left_out
from solver.document.haul import haul_document, haul_of_document, known_tours
from solver.document.located import located
from solver.document.paid import day_payers, route_costs
from solver.document.read import Replay, Seen, replay
from solver.document.remake import asked, least, staff_as_written
from solver.document.routes import route_name
from solver.document.verdict import Hearing
from solver.hand.book import Book
from solver.hand.locks import locked, renewed, unlocked
from solver.hand.orders import Orders, changed
from solver.haul.follow import followed
from solver.stations.among import Others, times_among

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from models.edits import HandEdit
    from models.ids import DutyId
    from models.plan import Plan, PlanRoute, PlanUnserved, PlanViolation
    from models.solution import Route, Schedule
    from solver.day.layout import ReadyDay


PROVEN = frozenset({"haul_bound_cny", "haul_gap_share", "shortfall_kg"})
"""Figures proven of the haul of what the routes tip: of other tippings they prove nothing."""


@dataclass(frozen=True, eq=False)
class HandDay:
    """A plan in the middle of being changed, on the day it was made for.

    The document of `story` says routes, roster, tasks left out and locks as they are now; its key
    figures are those of the plan before the first change, until `document` makes them anew.
    """

    ready: ReadyDay
    book: Book
    story: Replay
    seen: Seen = field(default_factory=Seen)
    hearing: Hearing | None = None
    """Of `story`, where it is known already."""

    @classmethod
    def begin(cls, plan: Plan, ready: ReadyDay) -> HandDay:
        """The plan as it is written; raises `HuanweiError` where it does not fit its own day."""
        story = replay(plan, ready.day)
        trucks = [TruckShift(one.vehicle, one.shift) for one in story.written.values()]
        if story.strange or len(set(trucks)) < len(trucks):
            raise HuanweiError(
                "the plan names things that its day does not have, or a vehicle twice in a shift. "
                "Judge it first: huanwei judge",
                zh="计划中有当日不存在的内容，或同一车辆在同一班次出现两次。"
                "请先核查：huanwei judge",
            )
        return cls(ready, Book(ready.day.parts, ready.district), story)

    @property
    def plan(self) -> Plan:
        """The document as far as a change by hand keeps it up to date."""
        return self.story.plan

    @cached_property
    def orders(self) -> Orders:
        """Who serves what, in the order of the document."""
        routes = {}
        for one in self.story.day:
            written = self.story.written[one.id]
            routes[TruckShift(written.vehicle, written.shift)] = one.id.part, one.route
        return Orders(routes, tuple(own.solution.unserved for own in self.story.day.driven))

    def change(self, edit: HandEdit) -> HandDay:
        """The day after a change; raises `InputErrors` for one that means nothing on it."""
        match edit:
            case Lock():
                plan = self.plan.model_copy(update={"locks": locked(self.plan, self.book, edit)})
                return self._with_plan(plan)
            case Unlock():
                plan = self.plan.model_copy(update={"locks": unlocked(self.plan, self.book, edit)})
                return self._with_plan(plan)
            case _:
                before = Others.of(self.ready.district, ()).with_swaps(self._swaps())
                lawful = _Lawful(self, before)
                return self._written(changed(self.orders, self.book, edit, lawful))

    def _with_plan(self, plan: Plan) -> HandDay:
        """The same day with other words about it."""
        heard = replace(self._heard, story=replace(self.story, plan=plan))
        return replace(self, story=heard.story, hearing=heard)

    @cached_property
    def _heard(self) -> Hearing:
        return self.hearing or Hearing.of(self.story, self.ready.hauler)

    def _written(self, orders: Orders) -> HandDay:
        """The day of other orders: touched routes get new times, then new words."""
        staying = [one for one in self.story.day if self._truck(one.id) not in orders.touched]
        times = {self._truck(one.id): one.schedule for one in staying}
        others = Others.of(self.ready.district, staying).with_swaps(self._swaps())
        for truck in sorted(orders.touched & orders.routes.keys()):
            number, route = orders.routes[truck]
            part = self.book.parts[number]
            times[truck], _ = times_among(self.ready.district, number, part, route, others)
            done = DrivenRoute(part, RouteId(number, -1), route, times[truck])
            others = others.with_routes(self.ready.district, [done])
        day = self._day(orders, times)
        payers = day_payers(day, self._vehicles(orders), haul_of_document(self.plan).tours)
        written = self._words(orders, day, payers)
        plan = self.plan.model_copy(
            update={
                "routes": list(written.values()),
                "unserved": self._left_out(day),
            }
        )
        plan = plan.model_copy(update={"locks": renewed(plan), **self._hauled(plan, day, payers)})
        heard = self._staffed(Replay(plan, day, written, ()))
        return replace(self, story=heard.story, hearing=heard)

    def _swaps(self) -> list[tuple[str, int, int]]:
        """Haul trucks at the bays of stations, where the rules say that they take one."""
        if not self.ready.hauler.rules.stations.swap_takes_bay:
            return []
        tours = haul_of_document(self.plan).tours
        return [(run.station, run.swap_begin, run.swap_end) for tour in tours for run in tour.runs]

    @staticmethod
    def _vehicles(orders: Orders) -> dict[RouteId, str]:
        """The vehicle of each route, in the order of the parts."""
        dealt: Counter[int] = Counter()
        found = {}
        for truck, (number, _) in orders.routes.items():
            found[RouteId(number, dealt[number])] = truck.vehicle
            dealt[number] += 1
        return found

    def _hauled(self, plan: Plan, day: DrivenDay, payers: Collection[DutyId]) -> dict[str, Any]:
        """Tours and runs of the haul for what the routes tip now, their times as they were."""
        hauler = self.ready.hauler
        problem, before = hauler.problem(day), haul_of_document(plan)
        if problem is None:  # nothing is tipped where a truck would come for it
            figures = {k: v for k, v in plan.kpis.items() if k not in PROVEN}
            return {"tours": [], "haul": [], "kpis": figures}
        if known_tours(problem, before) != before.tours:
            return {}
        after = replace(before, tours=followed(problem, before.tours))
        crews = {tour.id: tuple(tour.crew) for tour in plan.tours}
        tours, runs = haul_document(
            hauler.rules, plan.date, problem, after, crews=crews, payers=payers
        )
        same = hauler.problem(self.story.day)
        proven = same is not None and same.yards == problem.yards
        figures = {k: v for k, v in plan.kpis.items() if proven or k not in PROVEN}
        return {"tours": tours, "haul": runs, "kpis": figures}

    def _truck(self, which: RouteId) -> TruckShift:
        written = self.story.written[which]
        return TruckShift(written.vehicle, written.shift)

    def _day(self, orders: Orders, times: Mapping[TruckShift, Schedule]) -> DrivenDay:
        own: dict[int, list[tuple[Route, Schedule]]] = defaultdict(list)
        for truck, (number, route) in orders.routes.items():
            own[number].append((route, times[truck]))
        found = []
        for before in self.story.day.driven:
            mine, left = own[before.number], orders.left_out[before.number]
            solution = Solution(tuple(route for route, _ in mine), left)
            schedules = tuple(schedule for _, schedule in mine)
            same = schedules == before.schedules and solution == before.solution
            found.append(
                before if same else DrivenPart(before.number, before.part, solution, schedules)
            )
        return DrivenDay(tuple(found))

    def _words(
        self, orders: Orders, day: DrivenDay, payers: Collection[DutyId]
    ) -> dict[RouteId, PlanRoute]:
        """Words of every route, in the order of the parts; those not touched keep theirs.

        But for the price of their vehicle's day, which may pass to another route.
        """
        paid = route_costs(day, payers)
        district, rules = self.ready.district, self.ready.hauler.rules
        pen = Pen(district, rules, asked(self.plan), self.ready.day)
        before = {TruckShift(one.vehicle, one.shift): one for one in self.story.written.values()}
        trucks: dict[int, list[TruckShift]] = defaultdict(list)
        for truck, (number, _) in orders.routes.items():
            trucks[number].append(truck)
        found = {}
        for one in day:
            truck = trucks[one.id.part][one.id.route]
            known, name = before.get(truck), route_name(one.part, *one.id)
            if known is None or truck in orders.touched:
                found[one.id] = pen.write(
                    one, truck.vehicle, known.crew if known else (), paid[one.id]
                )
            elif known.id != name or known.cost_cny != cny(paid[one.id]):
                changes = {"id": name, "cost_cny": cny(paid[one.id])}
                found[one.id] = known.model_copy(update=changes)
            else:
                found[one.id] = known
        return found

    def _left_out(self, day: DrivenDay) -> list[PlanUnserved]:
        """Tasks left out, with what would serve those that were left out before."""
        known = {task.id for part in self.book.parts for task in part.problem.tasks}
        rest = [one for one in self.plan.unserved if one.task not in known]
        return [*left_out(self.ready.district, day, least(self.plan, self.ready.day)), *rest]

    def _staffed(self, story: Replay) -> Hearing:
        """A hearing of the story, with everybody's row of the roster as their routes now are."""
        heard = Hearing.of(story, self.ready.hauler)
        staff = staff_as_written(story, heard.known, heard.duties, heard.roster)
        rows = staff.rows(self.ready.district, story.plan.date)
        plan = story.plan.model_copy(update={"roster": rows})
        return replace(heard, story=replace(story, plan=plan))

    @cached_property
    def violations(self) -> tuple[PlanViolation, ...]:
        """Every law that the day breaks, as the judge of the written plan tells it."""
        ready = self.ready
        found = dict.fromkeys(self._heard.laws(ready.day, ready.hauler, ready.ground, self.seen))
        return tuple(located(list(found), self.story, ready.district, ready.ground.network))

    def document(self) -> Plan:
        """The whole plan document with new key figures and the verdict on it; takes seconds.

        The verdict is that on the document itself: tours that nobody knows any more are not in it.
        """
        ready = self.ready
        plan = self._heard.again(ready.day, ready.hauler, ready.ground)
        written = replace(self, story=replay(plan, ready.day, self.seen), hearing=None)
        figures = {**plan.kpis, "violations": len(written.violations)}
        return plan.model_copy(
            update={
                "kpis": figures,
                "violations": list(written.violations),
                "changes": self.plan.changes,
            }
        )


@dataclass(frozen=True, eq=False)
class _Lawful:
    """Whether a route keeps its laws, should it be driven alone."""

    day: HandDay
    others: Others

    def __call__(self, number: int, route: Route) -> bool:
        part = self.day.book.parts[number]
        return times_among(self.day.ready.district, number, part, route, self.others)[1]
