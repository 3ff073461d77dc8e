"""Work that comes by all day: laps of an operation, the vehicles on them, judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from models.day import Budget, Request
from models.district import Weather
from models.errors import HuanweiError
from models.solution import Serve, StepKind
from models.trade.sourced import Cadence, Pass
from scenarios.desk.day import load_folder
from solver.cost import lengths
from solver.day.layout import ready_day
from solver.horizon.rounds import rounds_on
from solver.judge.rounds import check_rounds
from solver.stop import at_most
from solver.trade.profile import refuse_strange_work
from solver.trade.season import rules_in_season

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from models.district import Window
    from models.horizon.rounds import Rounds
    from models.part import Part
    from models.solution import Violation
    from models.trade.rules import RuleProfile
    from models.trade.work import Operation, StreetWork


class Cyclic(NamedTuple):
    """Streets that are served by one lap: their classes and levels, and its hours [s]."""

    classes: tuple[str, ...]
    levels: tuple[str, ...]
    hours: Window
    headway_min: int
    late_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """A lap of an operation: its streets with the seconds after its beginning, and who drives it.

    `starts[v]` are the beginnings of vehicle v's laps [s after midnight]; vehicles of type `kind`,
    of which there are `held`, come by every `gap_s`.
    """

    operation: str
    title_zh: str
    title_en: str
    kind: str
    held: int
    service_m: int
    deadhead_m: int
    lap_s: int
    gap_s: int
    streets: tuple[tuple[str, int], ...]
    starts: tuple[tuple[int, ...], ...]
    violations: tuple[Violation, ...]


def plan_rounds(
    folder: Path, day: date, *, only: frozenset[str] | None, iterations: int, seed: int = 1
) -> list[Lap]:
    """Laps of the operations of a folder that come by all day, by the rule profile, on a dry day.

    Same input, seed and iterations: same laps. Raises `InputErrors` with everything wrong in the
    folder, `HuanweiError` where no operation has rounds or no lap is possible.
    """
    loaded = load_folder(folder, day)
    refuse_strange_work(loaded.rules, only)
    rules = rules_in_season(loaded.rules, day)
    named = [
        (name, found)
        for name, one in rules.operations.items()
        if one.street is not None and (only is None or name in only)
        for found in cyclic(one.street)
    ]
    if not named:
        raise HuanweiError(
            "no operation of the rule profile comes by all day; give one a table "
            "[operations.NAME.street.rounds], or a cadence of its streets `headway_min`.",
            zh="规则方案中没有全天循环的作业；请为作业添加表 [operations.NAME.street.rounds]，"
            "或在道路频次中填写 `headway_min`。",
        )
    district = replace(loaded.district, weather=Weather(), calendar=None, orders=())
    found: list[Lap] = []
    for name, rule in named:
        own = all_day(rules, name, rule)
        request = Request(day=day, budget=Budget(iterations=1), only=frozenset({name}))
        parts = ready_day(district, loaded.network, own, request).day.parts
        if not parts:
            classes = ", ".join((*rule.classes, *rule.levels))
            raise HuanweiError(
                f"{name}: no street of class {classes} that a vehicle of this operation can serve.",
                zh=f"{name}：没有可由该作业车辆作业的 {classes} 级道路。",
            )
        found += _laps(parts, rules.operations[name], rule, iterations, seed)
    return found


def cyclic(work: StreetWork) -> list[Cyclic]:
    """What comes by all day: the table `rounds`, and all cadences of one headway and its hours."""
    found: list[Cyclic] = []
    if (own := work.rounds) is not None:
        found.append(Cyclic(own.classes, (), own.hours, own.headway_min, own.late_min))
    alike: dict[tuple[Window, int, int], tuple[list[str], list[str]]] = {}
    classes = {str(name): one for name, one in work.classes.items()}
    for place, cadences in enumerate((classes, work.levels)):
        for name, one in cadences.items():
            if one.headway_min:
                hours = one.passes[0].windows
                span = hours[0][0], hours[-1][1]
                key = (span, one.headway_min, one.late_min)
                alike.setdefault(key, ([], []))[place].append(name)
    found += [Cyclic(tuple(names), tuple(levels), *key) for key, (names, levels) in alike.items()]
    return list(dict.fromkeys(found))


def all_day(rules: RuleProfile, operation: str, rule: Cyclic) -> RuleProfile:
    """The rules with an operation that serves the streets of its rounds all through their hours."""
    own = rules.operations[operation]
    if own.street is None:
        return rules
    one = Cadence(source="law of the rounds", passes=(Pass(windows=(rule.hours,)),))
    street = own.street.model_copy(
        update={
            "classes": dict.fromkeys(rule.classes, one),
            "levels": dict.fromkeys(rule.levels, one),
        }
    )
    changed = own.model_copy(update={"street": street, "points": None, "bans": ()})
    return rules.model_copy(update={"operations": {**rules.operations, operation: changed}})


def _laps(
    parts: tuple[Part, ...], work: Operation, rule: Cyclic, iterations: int, seed: int
) -> Iterator[Lap]:
    for part in parts:
        kinds = part.problem.vehicle_types
        largest = max(range(len(kinds)), key=lambda kind: sum(kinds[kind].capacity))
        made = rounds_on(
            part.problem,
            largest,
            hours=rule.hours,
            headway_s=60 * rule.headway_min,
            slack_s=60 * rule.late_min,
            stop=at_most(iterations),
            seed=seed,
        )
        alike = part.crews[largest].catalogue
        held = {one for crew in part.crews if crew.catalogue == alike for one in crew.vehicles}
        yield _told(part, work, made, alike, len(held))


def _told(part: Part, work: Operation, made: Rounds, kind: str, held: int) -> Lap:
    driven = lengths(made.problem, made.lap)
    streets: list[tuple[str, int]] = []
    for step in made.schedule.steps:
        if step.kind is not StepKind.SERVE:
            continue
        visit = made.lap.visits[step.visit]
        if not isinstance(visit, Serve):
            continue
        ref = part.refs[visit.task]
        name = ref.name or ref.object_id
        if not streets or streets[-1][0] != name:
            streets.append((name, step.begin))
    return Lap(
        operation=part.operation,
        title_zh=work.title_zh,
        title_en=work.title_en,
        kind=kind,
        held=held,
        service_m=driven.service_m,
        deadhead_m=driven.deadhead_m,
        lap_s=made.schedule.end,
        gap_s=(made.schedule.end + made.turn_s) // len(made.starts),
        streets=tuple(streets),
        starts=made.starts,
        violations=tuple(check_rounds(made)),
    )
