"""The judge of manifests: every load of the plan is on one sheet, told as the plan has it.

Loads are read from the plan's steps again, a tip's load being what is on board less; the sheets'
maker is not asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.solution import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from models.plan import Plan
    from models.trade.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tip:
    """A load that the plan tips: by whom, where, how much, when; `serves` by task."""

    vehicle: str
    crew: tuple[str, ...]
    to: str
    kg: int
    tipped: datetime
    serves: Mapping[str, tuple[int, datetime]]


def check_manifests(
    plan: Plan, manifests: Sequence[Manifest], streams: Mapping[str, Sequence[str]], stream: str
) -> list[Violation]:
    """Every broken law of the sheets of one stream; `streams` are those an operation carries."""
    tips = _tips(plan, streams, stream)
    listed: defaultdict[tuple[str, int], list[Manifest]] = defaultdict(list)
    for one in manifests:
        listed[one.work, one.trip].append(one)
    alone = {
        route.id for route in plan.routes if tuple(streams.get(route.operation, ())) == (stream,)
    } | {run.id for run in plan.haul}
    found = [
        Violation(code="MANIFEST", where=f"{work} {trip}", detail=f"{len(listed[work, trip])}")
        for (work, trip) in tips
        if len(listed[work, trip]) != 1 and (work in alone or len(listed[work, trip]) > 1)
    ]
    told = Counter([one.id for one in manifests])
    told.update(origin.task for one in manifests for origin in one.origins if origin.task)
    found += [
        Violation(code="MANIFEST", where=name, detail="twice")
        for name, count in told.items()
        if count > 1
    ]
    for one in manifests:
        tip = tips.get((one.work, one.trip))
        if tip is None:
            found.append(Violation(code="MANIFEST", where=one.id, detail=f"{one.work} {one.trip}"))
        else:
            found += _sheet(one, tip, stream, exact=one.work in alone)
    return [*found, *_balance(plan, manifests, stream)]


def _tips(
    plan: Plan, streams: Mapping[str, Sequence[str]], stream: str
) -> dict[tuple[str, int], _Tip]:
    """Loads of the plan that may be of the stream, by route or run and number of the trip."""
    found: dict[tuple[str, int], _Tip] = {}
    for route in plan.routes:
        if stream not in streams.get(route.operation, ()):
            continue
        load, serves = 0, {}
        for number, trip in enumerate(route.trips, start=1):
            for step in trip.steps:
                if step.kind == "serve" and step.task:
                    serves[step.task] = (step.load_kg - load, step.arrive)
                if step.kind == "tip" and load > step.load_kg:
                    found[route.id, number] = _Tip(
                        vehicle=route.vehicle, crew=tuple(route.crew), to=step.facility or "",
                        kg=load - step.load_kg, tipped=step.arrive, serves=dict(serves),
                    )  # fmt: skip
                if step.kind in {"serve", "tip"}:
                    load = step.load_kg
    for run in plan.haul:
        if run.stream == stream:
            found[run.id, 1] = _Tip(
                vehicle=run.vehicle, crew=(run.driver,) if run.driver else (), to=run.plant,
                kg=round(1_000 * run.tonnes), tipped=run.arrive_plant, serves={},
            )  # fmt: skip
    return found


def _sheet(one: Manifest, tip: _Tip, stream: str, *, exact: bool) -> Iterator[Violation]:
    """Who, what, how much, where to and when, against the plan's own."""
    told = (one.vehicle, one.crew, one.to, one.tipped, one.stream)
    right = (tip.vehicle, tip.crew, tip.to, tip.tipped, stream)
    for is_told, is_right in zip(told, right, strict=True):
        if is_told != is_right:
            yield Violation(code="CLAIM", where=one.id, detail=f"{is_told}, right {is_right}")
    total = sum(origin.kg for origin in one.origins)
    over = abs(one.kg - total) or (abs(one.kg - tip.kg) if exact else max(0, one.kg - tip.kg))
    if over:
        detail = f"{one.kg} kg, right {tip.kg}"
        yield Violation(code="MANIFEST_LOAD", where=one.id, excess=over, detail=detail)
    if one.leg == "haul":
        return
    if not one.origins or one.begin != one.origins[0].when:
        yield Violation(code="CLAIM", where=one.id, detail=f"{one.begin}")
    for origin in one.origins:
        if tip.serves.get(origin.task) != (origin.kg, origin.when):
            detail = f"{origin.task}: {origin.kg} kg"
            yield Violation(code="CLAIM", where=one.id, excess=origin.kg, detail=detail)


def _balance(plan: Plan, manifests: Sequence[Manifest], stream: str) -> Iterator[Violation]:
    """What the sheets bring to a station that hauls the stream, they take away, stock apart.

    A station may begin the day with stock of the day before: it sends no more than the plan's runs.
    """
    came: defaultdict[str, int] = defaultdict(int)
    left: defaultdict[str, int] = defaultdict(int)
    for one in manifests:
        if one.leg == "collect":
            came[one.to] += one.kg
        else:
            left[one.origins[0].thing if one.origins else ""] += one.kg
    hauled: defaultdict[str, int] = defaultdict(int)
    for run in plan.haul:
        if run.stream == stream:
            hauled[run.station] += round(1_000 * run.tonnes)
    for station in sorted({*left, *hauled}):
        if over := abs(left[station] - hauled[station]):
            yield Violation(code="MANIFEST_LOAD", where=station, excess=over, detail="out")
