"""What stands first on a plan: what is served, what is not, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from api.words.i18n import word

if TYPE_CHECKING:
    from models.plan import Plan


def banner(plan: Plan, language: str) -> str:
    """How many laws are broken, and what work of the day is left out and why."""
    if plan.violations:
        law = word("ui", "num_violations", language).format(len(plan.violations))
    elif plan.unserved:
        law = word("ui", "lawful", language)
    else:
        return word("ui", "none_violations", language)
    if not plan.unserved:
        return law
    return f"{law}{'；' if language == 'zh' else '; '}{left_out(plan, language)}"


def left_out(plan: Plan, language: str) -> str:
    """Tasks served and left out, the waste that stays, and the reasons, most frequent first."""
    reasons = Counter(task.reason.value for task in plan.unserved)
    why = [f"{word('reason', name, language)} {number}" for name, number in reasons.most_common()]
    return word("ui", "left_out", language).format(
        served=plan.kpis.get("served", 0),
        tasks=plan.kpis.get("tasks", 0),
        unserved=len(plan.unserved),
        tonnes=f"{plan.kpis.get('uncollected_kg', 0) / 1_000:,.1f}",
        why=("、" if language == "zh" else ", ").join(why),
    )
