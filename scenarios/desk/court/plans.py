"""Plans that a study compares, as its journal keeps them: judged anew, and their figures told anew.

The journal is the evidence of a study: whoever changes a figure of `compare.json` would have to
change a plan, and a plan that breaks a law, or claims what is not true, is counted as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from models.day import Budget
from models.errors import InputErrors
from scenarios.desk.compare import Series, document, job_name, named, request_of, told
from scenarios.desk.court.around import no_document, text_of
from scenarios.desk.court.told import PlansAsked, read_told
from scenarios.desk.day import Loaded, load_folder
from scenarios.desk.judge import parse_plan
from scenarios.desk.siting.onwards import onwards_names
from scenarios.desk.sweep import JOURNAL, read_journal
from scenarios.edits.read import scenario_told
from solver.day.layout import ready_day
from solver.document.packed import unpacked
from solver.document.verdict import judge_document
from solver.edits.apply import apply_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.edits import Scenario
    from models.plan import Plan
    from scenarios.desk.court.around import Around


@dataclass(frozen=True, eq=False)
class PlanCourt:
    """The district of a study on its day, and the journal of its plans."""

    around: Around
    name: str
    day: date

    @classmethod
    def of(cls, name: str, told: Any, around: Around) -> PlanCourt:
        """Of the document `name`; raises `InputErrors` where it has no day."""
        try:
            return cls(around, name, date.fromisoformat(text_of(told, name, "date")))
        except ValueError:
            raise InputErrors([no_document(name, "date", "no date · 没有日期")]) from None

    @property
    def loaded(self) -> Loaded:
        """The district as its folder tells it; raises `InputErrors` for one with mistakes."""
        load = self.around.once
        folder = self.around.district
        loaded: Loaded = load(("loaded", self.day), lambda: load_folder(folder, self.day))
        return loaded

    def series(self, told: PlansAsked) -> Series:
        """The plans of the study, as the document says they were made."""
        return Series(
            folder=self.around.district,
            day=self.day,
            budget=Budget(iterations=told.iterations),
            journal=self.around.folder / JOURNAL,
            seeds=told.seeds,
            only=None if told.only is None else frozenset(told.only),
        )

    def compared(self, scenarios: Sequence[Scenario], series: Series) -> dict[str, Any]:
        """The document of a comparison, by the plans of the journal."""
        grouped = {}
        for name, one in named(scenarios).items():
            jobs = [job_name(name, seed, self._mark(one, series)) for seed in series.seeds]
            grouped[name] = [self.heard(self._entry(job), one, series) for job in jobs]
        return document(self.loaded.district, series, scenarios, grouped)

    def onwards(self, scenarios: Sequence[Scenario], series: Series) -> dict[str, Any]:
        """The document of a comparison whose plans all go on from one."""
        names = named(scenarios)
        marks = [self._mark(one, series) for one in names.values()]
        entries = [self._entry(job) for job in onwards_names(marks, series.seeds)]
        grouped = {}
        for number, (name, one) in enumerate(names.items()):
            rows = [entry["scenarios"][number] for entry in entries]
            grouped[name] = [self.heard(row, one, series) for row in rows]
        return document(self.loaded.district, series, scenarios, grouped)

    def single(self, name: str, one: Scenario, series: Series) -> dict[str, Any]:
        """What the one plan of a scenario is worth."""
        entry = self._entry(job_name(name, series.seeds[0], self._mark(one, series)))
        return self.heard(entry, one if one.edits else None, series)

    def heard(self, entry: Any, scenario: Scenario | None, series: Series) -> dict[str, Any]:
        """What a plan of the journal is worth: judged on its district, its figures told anew."""
        text = entry.get("plan") if isinstance(entry, dict) else None
        if not isinstance(text, str):
            raise self._lost("plan")
        heard: dict[str, Any] = self._once(
            series, scenario, lambda: self._heard(text, scenario, series), text
        )
        return heard

    def _heard(self, text: str, scenario: Scenario | None, series: Series) -> dict[str, Any]:
        loaded = self.loaded
        district = loaded.district
        if scenario is not None:
            district = apply_scenario(district, scenario, self.day)
        try:
            plan: Plan = parse_plan(unpacked(text))
        except ValueError:
            raise self._lost("plan") from None
        request = request_of(series.job(scenario, plan.seed))
        ready = ready_day(district, loaded.network, loaded.rules, request)
        found = judge_document(plan, ready.day, ready.hauler, ready.ground)
        network = ready.ground.network
        return told(loaded, district, plan, network) | {"violations": len(found)}

    def _mark(self, scenario: Scenario | None, series: Series) -> str:
        """The mark that the plans of a scenario have in the journal."""
        marked: str = self._once(series, scenario, lambda: series.mark(scenario))
        return marked

    def _once(
        self,
        series: Series,
        scenario: Scenario | None,
        make: Callable[[], Any],
        more: str = "",
    ) -> Any:
        edits = "" if scenario is None else repr(scenario.edits)
        key = self.day, repr(series.budget), series.only, edits, more
        return self.around.once(key, make)

    def _entry(self, job: str) -> Any:
        journal = self.around.once(JOURNAL, lambda: read_journal(self.around.folder / JOURNAL))
        if job not in journal:
            raise self._lost(job)
        return journal[job]

    def _lost(self, what: str) -> InputErrors:
        """The plans that were compared cannot be had: nothing can be said of their figures."""
        message = (
            f"{what} stands not in {JOURNAL}, or the district is another by now · "
            f"{JOURNAL} 中没有 {what}，或辖区已改动"
        )
        return InputErrors([no_document(self.name, "asked", message)])


def compare_again(told: Any, around: Around) -> Any:
    """`compare.json` by the plans of its journal."""
    name = "compare.json"
    court = PlanCourt.of(name, told, around)
    if not isinstance(order := told.get("asked"), dict):
        raise InputErrors([no_document(name, "asked", "no order · 没有任务要求")])
    order = order | {"seeds": told.get("seeds")}
    series = court.series(read_told(name, "asked", PlansAsked, order))
    edits = told.get("edits")
    scenarios = [
        scenario_told(key.partition(". ")[2], rows if isinstance(rows, list) else [], name)
        for key, rows in (edits.items() if isinstance(edits, dict) else ())
    ]
    return court.compared(scenarios, series)
