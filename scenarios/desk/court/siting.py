"""Studies of sites judged: all they tell follows from the district and the search's few decisions.

`decided` in a document says which sites are open, who brings what where, or which points merge; its
problem is made anew, the judges look at the decisions, and the document is written again. Plans
of alternatives are those of the journal (`plans`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from models.errors import InputErrors
from models.location import RelocationSolution
from scenarios.desk.court.around import no_document
from scenarios.desk.court.plans import PlanCourt
from scenarios.desk.court.told import (
    MergeAsked,
    Merged,
    Part,
    RelocationAsked,
    SiteAsked,
    Sited,
    SiteKind,
    read_told,
)
from scenarios.desk.siting import merge, merge_document, relocate, site, site_document
from scenarios.desk.siting import relocation_document as relocation
from solver.location.build import narrowed
from solver.location.cost import location_cost
from solver.location.merging import merging_solution
from solver.location.model import Wishes
from solver.location.study import (
    do_nothing,
    ranked_study,
    screen,
    short_list,
    weigh,
    wishes_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.location import MergingSolution, RelocationProblem
    from scenarios.desk.court.around import Around
    from solver.location.study import Alternative

DO_NOTHING = "do_nothing"
"""Names the alternative that leaves today's stations: all of it follows from the problem."""


def merge_again(told: Any, around: Around) -> Any:
    """`merge.json` by who takes whose waste."""
    name = "merge.json"
    court = PlanCourt.of(name, told, around)
    asked = read_told(name, "asked", MergeAsked, told.get("asked"))
    order = merge.MergeOrder(
        operation=asked.operation,
        walk_m=asked.walk_m,
        point_kg=asked.point_kg,
        phasing=None if asked.phasing is None else merge.Phasing(**asked.phasing.model_dump()),
    )
    study: merge.Study = around.once(
        ("merge", court.day, order),
        lambda: merge.merging_study(around.district, court.day, order),
    )
    told_groups = _decisions(name, told, Merged)
    found = {
        kind: merge.answered(study, kind, _merged(study, kind, told_groups[kind]))
        for kind in study.asked
        if kind in told_groups
    }
    if merge.ASKED not in found:
        raise _nonsense(name, "alternatives")
    whole = merge.with_alternatives(study, found.values())
    scenarios = [merge.at_once(merge.scenario_of(whole, one)) for one in whole.alternatives]
    real = None if asked.plans is None else court.onwards(scenarios, court.series(asked.plans))
    return merge_document.document(whole, court.day, real)


def _merged(study: merge.Study, kind: str, decided: Merged) -> MergingSolution:
    """The solution of an alternative's own problem that sends each group to its first point."""
    numbers = {point.id: number for number, point in enumerate(study.points)}
    target = list(range(len(study.points)))
    try:
        for stays, *gone in decided.groups:
            for one in gone:
                target[numbers[one]] = numbers[stays]
        return merging_solution(study.asked[kind](study.problem), target, decided.bound)
    except KeyError:  # a point, or a way on foot, that the problem does not have
        raise _nonsense("merge.json", f"alternatives {kind} decided") from None


def site_again(told: Any, around: Around) -> Any:
    """`site.json` by the sites that are open and who comes to them."""
    name = "site.json"
    court = PlanCourt.of(name, told, around)
    kind = read_told(name, "kind", SiteKind, {"kind": told.get("kind")}).kind
    order = read_told(name, "asked", SiteAsked, told.get("asked"))
    study: site.SiteStudy = around.once(
        ("site", court.day, kind, order.may_close),
        lambda: site.siting_study(around.district, court.day, kind, may_close=order.may_close),
    )
    decided = _decisions(name, told, Sited)
    choices = []
    for asked, (held, wishes) in site.questions(study.problem).items():
        if asked not in decided:
            continue
        solution = _solved(name, asked, held, decided[asked])
        if wishes.met(held, solution.open_sites[-1]):
            choices.append(site.judged(asked, held, solution))
    if not choices:
        raise _nonsense(name, "alternatives")
    whole = site.with_choices(study, choices, _unanswered(told))
    scenarios = [site_document.scenario_of(whole, one) for one in whole.choices]
    real = None if order.plans is None else court.onwards(scenarios, court.series(order.plans))
    return site_document.document(whole, court.day, real)


def relocation_again(told: Any, around: Around) -> Any:
    """`relocation.json` by the stations that are open from period to period, and who goes where."""
    name = "relocation.json"
    court = PlanCourt.of(name, told, around)
    ready: relocate.Prepared = around.once(
        ("relocation", court.day), lambda: relocate.prepare(around.district, court.day)
    )
    asked = read_told(name, "asked", RelocationAsked, told.get("asked"))
    screened = around.once("screened", lambda: screen(ready.problem, ready.troubled))
    shortlist = short_list(ready.problem, screened, asked.places)
    small = narrowed(ready.problem, shortlist)
    gone = [shortlist.index(k) for k in ready.troubled]
    result = ranked_study(
        small,
        [
            around.once((kind, repr(decided)), partial(_weighed, small, gone, kind, decided))
            for kind, decided in _decisions(name, told, Sited).items()
        ],
        impossible=_unanswered(told),
        screened=screened,
        shortlist=shortlist,
        places=asked.places,
    )
    real: dict[str, Any] = {}
    budget = None
    if asked.plans is not None:
        series = court.series(asked.plans.model_copy(update={"only": tuple(relocation.ONLY)}))
        budget = series.budget
        for number, one in enumerate(result.alternatives):
            id_ = relocation.alternative_id(number)
            scenario = relocation.scenario_of(ready, result, one)
            real[id_] = court.single(f"{id_} {one.kind}", scenario, series)
    return relocation.relocation_document(ready, result, real, court.day, budget)


def _weighed(
    problem: RelocationProblem, gone: Sequence[int], kind: str, decided: Sited
) -> Alternative:
    """An alternative of the short list's problem, if it is an answer to the question it names.

    `gone` are the troubled stations.
    """
    name, solution = "relocation.json", _solved("relocation.json", kind, problem, decided)
    asked = dict(wishes_of(problem, gone)) | {"front": Wishes()}
    if kind == DO_NOTHING:
        solution = do_nothing(problem)
    elif kind not in asked or not asked[kind].met(problem, solution.open_sites[-1]):
        raise _nonsense(name, f"alternatives {kind}")
    return weigh(problem, kind, solution)


def _solved(name: str, kind: str, problem: RelocationProblem, decided: Sited) -> RelocationSolution:
    """The solution that a document's numbers tell; raises `InputErrors` for unknown ones."""
    assigned, hauled = (
        tuple({(a, b): kg for a, b, kg in flows} for flows in each)
        for each in (decided.assigned, decided.hauled)
    )
    periods = {len(each) for each in (decided.open, assigned, hauled)}
    try:
        cost = location_cost(problem, decided.open, assigned, hauled).total
    except IndexError:
        periods = set()
    if periods != {len(problem.periods)}:
        raise _nonsense(name, f"alternatives {kind} decided")
    bound = min(cost, decided.bound)
    return RelocationSolution(
        open_sites=decided.open, assigned=assigned, hauled=hauled, cost=cost, bound=bound
    )


def _decisions(name: str, told: Any, model: type[Part]) -> dict[str, Part]:
    """What was decided in each alternative, by its kind, in the document's order."""
    try:
        pairs = [(str(one["kind"]), one["decided"]) for one in told["alternatives"]]
    except (KeyError, TypeError):
        raise _nonsense(name, "alternatives") from None
    return {
        kind: read_told(name, f"alternatives {kind} decided", model, one) for kind, one in pairs
    }


def _unanswered(told: Any) -> list[str]:
    """Questions without an answer: only the search could tell that there is none."""
    found = told.get("impossible")
    return [str(one) for one in found] if isinstance(found, list) else []


def _nonsense(name: str, place: str) -> InputErrors:
    return InputErrors([no_document(name, place, "makes no sense · 内容不成立")])
