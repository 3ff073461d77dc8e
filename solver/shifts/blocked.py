"""Why a duty stays without its crew: the rules that keep each person out."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from models.shift import Rule, Unstaffed
from solver.shifts.fit import broken, is_helper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.ids import DutyId
    from models.shift import Duty, RosterProblem

RULE_TEXT = {
    Rule.LICENCE: ("准驾车型不符", "licence does not cover the vehicle"),
    Rule.SKILL: ("缺少所需技能", "skill missing"),
    Rule.ABSENT: ("请假或不在岗", "on leave or not available"),
    Rule.WRONG_SHIFT: ("不上该班次", "does not work this shift"),
    Rule.DOUBLE_BOOKED: ("时间冲突", "already on another duty"),
    Rule.REST_BETWEEN: ("两班之间休息不足", "too little rest between two days"),
    Rule.OVERTIME_DAY: ("超过日工时上限", "daily hours exceeded"),
    Rule.OVERTIME_MONTH: ("超过月加班上限", "monthly overtime used up"),
    Rule.WEEKLY_REST: ("每周至少休息一日", "weekly rest day due"),
    Rule.HEAT: ("高温时段或超过高温露天作业时限", "too hot for this outdoor work"),
    Rule.NIGHTS: ("连续夜班已达上限", "too many nights in a row"),
}
"""Each rule for a person, in Chinese and English."""


def explain(
    problem: RosterProblem, crews: Mapping[DutyId, tuple[str, ...]]
) -> tuple[Unstaffed, ...]:
    """Every duty short of people, with the rules that keep each person with a fitting role out."""
    duties = {duty.id: duty for duty in problem.duties}
    work: dict[str, list[Duty]] = defaultdict(list)
    for duty_id, crew in crews.items():
        for person in crew:
            work[person].append(duties[duty_id])
    return tuple(_unstaffed(problem, crews, work))


def _unstaffed(
    problem: RosterProblem, crews: Mapping[DutyId, tuple[str, ...]], work: Mapping[str, list[Duty]]
) -> Iterator[Unstaffed]:
    roles = {driver.id: is_helper(driver) for driver in problem.drivers}
    for duty in problem.duties:
        crew = crews.get(duty.id, ())
        missing = problem.seats(duty) - len(crew)
        if missing <= 0:
            continue
        no_driver = all(roles[person] for person in crew)
        counts: Counter[Rule] = Counter()
        alone: list[tuple[Rule, str]] = []
        for driver in problem.drivers:
            if driver.id in crew or roles[driver.id] == no_driver:
                continue
            rules = broken(problem, driver, [*work.get(driver.id, []), duty])
            counts.update(rules)
            if len(rules) == 1:
                alone.append((next(iter(rules)), driver.id))
        order = list(Rule)
        yield Unstaffed(
            duty=duty.id,
            missing=missing,
            rules=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
            relaxation=min(alone, key=lambda pair: (-order.index(pair[0]), pair[1]), default=None),
        )
