"""What if: the district without a site, vehicle or driver, with more waste or less quota."""

from __future__ import annotations

from datetime import date as Date
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from models.district import SiteKind
from models.edits import Demand, Quota, Without
from models.errors import InputErrors, Issue
from solver.edits.apply import apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.district import District
    from models.edits import Edit
    from models.plan import PlanWhatIf

ANY_DAY = Date.min
"""Edits without dates hold on every day, so that any will do."""
MAX_FACTOR = 20.0
"""More waste than so many times today's is a slip of the finger (chosen)."""
_WORDS = {
    "E602": ("the district has none of this id", "辖区中没有此编号", "did you mean", "是否指"),
    "E603": (
        "vehicles begin and end there, so it cannot be left out",
        "车辆在此出车和收车，不能去掉",
        "leave out its vehicles",
        "请去掉它的车辆",
    ),
    "E604": ("this number does not fit", "数值不合要求", "give", "应为"),
}


class _Spot(NamedTuple):
    """An option and what was given for it."""

    option: str
    value: str


def what_if_district(district: District, change: PlanWhatIf | None) -> District:
    """The district of a what-if; itself without one."""
    return district if change is None else changed_district(district, change)


def changed_district(district: District, change: PlanWhatIf) -> District:
    """A copy with sites, vehicles and drivers left out, the points' waste scaled, quotas set.

    A quota of 0 closes the plant. Raises `InputErrors` with everything that does not fit: ids the
    district does not have, with the nearest that it has; depots; numbers out of range.
    """
    if issues := list(_wrong(district, change)):
        raise InputErrors(issues)
    return apply_edits(district, edits_of(change), ANY_DAY)


def edits_of(change: PlanWhatIf) -> tuple[Edit, ...]:
    """The what-if in the language of edits."""
    found: list[Edit] = []
    if change.without:
        found.append(Without(do="without", ids=tuple(change.without)))
    found += [Quota(do="quota", site=one, tonnes=t) for one, t in change.quota_t.items()]
    if change.demand_factor != 1:
        found.append(Demand(do="demand", factor=change.demand_factor))
    return tuple(found)


def _wrong(district: District, change: PlanWhatIf) -> Iterator[Issue]:
    """Everything that does not fit the district."""
    depots = [site.id for site in district.sites if site.kind == SiteKind.DEPOT]
    plants = [site.id for site in district.sites if site.kind == SiteKind.PLANT]
    known = [
        *(site.id for site in district.sites if site.kind != SiteKind.DEPOT),
        *(vehicle.id for vehicle in district.vehicles),
        *(driver.id for driver in district.drivers),
    ]
    for name in change.without:
        spot = _Spot("without", name)
        if name in depots:
            own = [vehicle.id for vehicle in district.vehicles if vehicle.depot == name]
            yield _issue("E603", spot, ", ".join(own[:6]) + (" …" if len(own) > 6 else ""))
        elif name not in known:
            yield _issue("E602", spot, _near(name, known))
    for name, tonnes in change.quota_t.items():
        if name not in plants:
            yield _issue("E602", _Spot("quota", name), _near(name, plants))
        if not 0 <= tonnes < 1e6:
            yield number_issue("quota", f"{name}={tonnes}", f"{name}=120, {name}=0")
    if not 0 < change.demand_factor <= MAX_FACTOR:
        yield number_issue("demand-factor", str(change.demand_factor), "1.3, 0.8")


def number_issue(option: str, value: str, good: str) -> Issue:
    """An option whose number does not fit, with numbers that would."""
    return _issue("E604", _Spot(option, value), good)


def _near(name: str, known: Sequence[str]) -> str:
    return ", ".join(get_close_matches(name, known, n=3) or known[:3]) or "-"


def _issue(code: str, spot: _Spot, hint: str) -> Issue:
    en, zh, lead_en, lead_zh = _WORDS[code]
    return Issue(
        code=code,
        file="what-if",
        column=spot.option,
        value=spot.value[:60],
        message_en=en,
        message_zh=zh,
        hint_en=f"{lead_en}: {hint}",
        hint_zh=f"{lead_zh}：{hint}",
    )
