"""What if: the district without a site, vehicle or driver, with more waste or less quota."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from models.district import SiteKind
from models.edits import Demand, Quota, Without
from models.errors import InputErrors, Issue
from solver.edits.apply import apply_edits, misfits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date as Date

    from models.district import District
    from models.edits import Edit

FILE = "what-if"
"""Stands in errors where an input has the name of its file."""
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


def changed_district(district: District, edits: Iterable[Edit], day: Date) -> District:
    """The district of a what-if on `day`; itself without one.

    Raises `InputErrors` with everything that does not fit: ids the district does not have, with the
    nearest that it has; depots left out; numbers out of range, also of edits made unvalidated.
    """
    changed, issues = _applied(district, edits, day)
    if issues:
        raise InputErrors(issues)
    return changed


def district_then(district: District, edits: Iterable[Edit], day: Date) -> District:
    """The district of an earlier plan of `day`: edits of what is gone since are passed over."""
    return _applied(district, edits, day)[0]


def all_places(district: District, changed: District) -> District:
    """The folder's district with the places and closures that edits add, for its roads.

    What edits take away stays: the roads are cut as they were, and nothing else moves.
    """
    both = (district, changed)
    return replace(
        district,
        sites=tuple({one.id: one for each in both for one in each.sites}.values()),
        vehicles=tuple({one.id: one for each in both for one in each.vehicles}.values()),
        points=tuple({one.id: one for each in both for one in each.points}.values()),
        closures=changed.closures,
    )


def _applied(district: District, edits: Iterable[Edit], day: Date) -> tuple[District, list[Issue]]:
    """The district with the edits that fit, in their order, and what is wrong with the others."""
    changed, issues = district, []
    for number, edit in enumerate(edits, start=1):
        match edit:
            case Without() | Quota() | Demand():
                wrong = list(_wrong(district, edit))
            case _:
                wrong = list(misfits(changed, edit, FILE, number))
        issues += wrong
        if not wrong:
            changed = apply_edits(changed, (edit,), day)
    return changed, issues


def _wrong(district: District, edit: Without | Quota | Demand) -> Iterator[Issue]:
    """What an option asks that does not fit the whole district, whatever other options close."""
    match edit:
        case Without():
            yield from _unknown(district, edit)
        case Quota():
            plants = [site.id for site in district.sites if site.kind == SiteKind.PLANT]
            if edit.site not in plants:
                yield _issue("E602", _Spot("quota", edit.site), _near(edit.site, plants))
            if not _in_range(edit):
                good = f"{edit.site}=120, {edit.site}=0"
                yield number_issue("quota", f"{edit.site}={edit.tonnes}", good)
        case Demand():
            if not _in_range(edit):
                yield number_issue("demand-factor", str(edit.factor), "1.3, 0.8")


def _unknown(district: District, edit: Without) -> Iterator[Issue]:
    """Ids that cannot be left out: those of depots, and those that nothing has."""
    depots = {site.id for site in district.sites if site.kind == SiteKind.DEPOT}
    known = [
        *(site.id for site in district.sites if site.id not in depots),
        *(vehicle.id for vehicle in district.vehicles),
        *(driver.id for driver in district.drivers),
    ]
    for name in edit.ids:
        spot = _Spot("without", name)
        if name in depots:
            own = [vehicle.id for vehicle in district.vehicles if vehicle.depot == name]
            yield _issue("E603", spot, ", ".join(own[:6]) + (" …" if len(own) > 6 else ""))
        elif name not in known:
            yield _issue("E602", spot, _near(name, known))


def _in_range(edit: Edit) -> bool:
    """Whether the numbers are within the limits that the language of change sets."""
    try:
        type(edit).model_validate(edit.model_dump())
    except ValidationError:
        return False
    return True


def number_issue(option: str, value: str, good: str) -> Issue:
    """An option whose number does not fit, with numbers that would."""
    return _issue("E604", _Spot(option, value), good)


def _near(name: str, known: Sequence[str]) -> str:
    return ", ".join(get_close_matches(name, known, n=3) or known[:3]) or "-"


def _issue(code: str, spot: _Spot, hint: str) -> Issue:
    en, zh, lead_en, lead_zh = _WORDS[code]
    return Issue(
        code=code,
        file=FILE,
        column=spot.option,
        value=spot.value[:60],
        message_en=en,
        message_zh=zh,
        hint_en=f"{lead_en}: {hint}",
        hint_zh=f"{lead_zh}：{hint}",
    )
