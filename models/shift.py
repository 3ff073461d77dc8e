"""People's work: labour rules, duties to be staffed, and the roster that staffs them.

Times are seconds after midnight of day 0 of the roster (a day plan is a roster of one day).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from models.errors import ProblemError
from models.units import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.district import Driver
    from models.ids import DutyId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatLimit:
    """From `from_c` degrees on, at most `max_s` of outdoor work a day per person.

    With `out_of_window`, none of it inside the heat window.
    """

    from_c: float
    max_s: int
    out_of_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourRules:
    """Labour law and good practice, as the rule profile gives them (sources stand there).

    All durations in s; `night` is the night window on the clock of one day, its end past 24 h.
    0 switches a limit off where the field says so.
    """

    normal_day_s: int
    """Paid hours a day before overtime begins."""
    max_overtime_day_s: int
    max_overtime_month_s: int
    normal_week_s: int
    """Hours a week (Monday to Sunday) before overtime begins; 0: no weekly account."""
    min_rest_s: int
    """Between the end of one day's work and the beginning of the next."""
    max_days_run: int
    """Days in a row with work; the weekly rest day."""
    max_nights_run: int
    night: tuple[int, int]
    night_min_s: int
    """A duty with this much inside the night window is a night."""
    max_span_s: int
    """From the first beginning to the last end of one day's duties."""
    pre_trip_s: int
    post_trip_s: int
    overtime_percent: int
    """Of the wage: an hour of overtime; likewise below."""
    rest_day_percent: int
    """On a rest day without another day off in its week."""
    holiday_percent: int
    """On a statutory holiday."""
    licence_covers: Mapping[str, frozenset[str]]
    """Licence -> vehicle licences it also covers; every licence covers itself."""
    guaranteed_s: int = 0
    """Paid for a duty at least."""
    heat: tuple[HeatLimit, ...] = ()
    heat_window: tuple[int, int] = (0, 0)
    outdoor_operations: frozenset[str] = frozenset()
    """Operations whose crews work on foot: the limits of heat bind them."""
    operation_skills: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vehicle_skills: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def skills(self, operation: str, vehicle_type: str) -> frozenset[str]:
        """What the driver of this vehicle at this operation must be able to do."""
        nothing = frozenset[str]()
        return self.operation_skills.get(operation, nothing) | self.vehicle_skills.get(
            vehicle_type, nothing
        )

    def heat_limit(self, temperature_c: float | None) -> HeatLimit | None:
        """The limit of a day with this forecast; None: no limit, or no forecast."""
        if temperature_c is None:
            return None
        reached = [limit for limit in self.heat if limit.from_c <= temperature_c]
        return max(reached, key=lambda limit: limit.from_c, default=None)

    def covers(self, held: str, needed: str) -> bool:
        """Whether the holder of licence `held` may drive a vehicle that needs `needed`."""
        return not needed or held == needed or needed in self.licence_covers.get(held, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Work for one crew in one go, [begin, end] in s: a route, or the haul runs of one truck.

    `work_s` is the paid time (0: end - begin); `crew` counts people, driver included; `heavy`
    marks work that is shared out evenly, `outdoor` work on foot.
    """

    id: DutyId
    begin: int
    end: int
    depot: str = ""
    shift: str = ""
    licence: str = ""
    crew: int = 1
    skills: frozenset[str] = frozenset()
    work_s: int = 0
    heavy: bool = False
    outdoor: bool = False

    def __post_init__(self) -> None:
        if self.end <= self.begin or self.crew < 1:
            raise ProblemError(
                f"duty {self.id}: from {self.begin} s to {self.end} s with {self.crew} people. "
                "Maybe it crosses midnight: add 86400 to the end.",
                zh=f"班 {self.id}：从第 {self.begin} 秒到第 {self.end} 秒，{self.crew} 人。"
                f"若跨零点，请把结束加 86400。",
            )

    @property
    def paid_s(self) -> int:
        """Paid seconds."""
        return self.work_s or self.end - self.begin

    @property
    def day(self) -> int:
        """Day it belongs to: the one it begins on."""
        return self.begin // DAY

    def is_night(self, rules: LabourRules) -> bool:
        """Whether enough of it lies in a night window."""
        early, late = rules.night
        inside = sum(
            max(0, min(self.end, late + shift) - max(self.begin, early + shift))
            for shift in ((self.day - 1) * DAY, self.day * DAY)
        )
        return inside >= rules.night_min_s


class Rule(StrEnum):
    """Labour rules by name; also the codes of their violations."""

    LICENCE = "LICENCE"
    SKILL = "SKILL"
    ABSENT = "ABSENT"
    WRONG_SHIFT = "WRONG_SHIFT"
    DOUBLE_BOOKED = "DOUBLE_BOOKED"
    REST_BETWEEN = "REST_BETWEEN"
    OVERTIME_DAY = "OVERTIME_DAY"
    OVERTIME_MONTH = "OVERTIME_MONTH"
    WEEKLY_REST = "WEEKLY_REST"
    NIGHTS = "NIGHTS"
    HEAT = "HEAT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstaffed:
    """A duty without its whole crew: `missing` people, and the rules that keep others out.

    `rules` counts, per rule, the people it excludes (a person may meet several); `relaxation`
    names the rule that alone keeps a person out, and that person.
    """

    duty: DutyId
    missing: int
    rules: Mapping[Rule, int] = field(default_factory=dict)
    relaxation: tuple[Rule, str] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Roster:
    """Who does which duty: `crews[duty id]`, driver first; duties short of people are listed.

    `bound` is the proven least number of empty seats, `proven` whether nothing better exists.
    """

    crews: Mapping[DutyId, tuple[str, ...]]
    unstaffed: tuple[Unstaffed, ...] = ()
    bound: int = 0
    proven: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class RosterProblem:
    """Duties of one or more days, the people, the rules and the leave already granted.

    `first_weekday` is 0 for a Monday; `month_ends` are the days (indices) on which a calendar
    month ends, for the monthly overtime account. With `helpers` the seats beside the driver are
    filled from people without a licence; without, a crew is its driver. `temperatures` are the
    forecast highs [degrees C] of the days that have one, `holidays` the days that are statutory
    holidays.
    """

    duties: tuple[Duty, ...]
    drivers: tuple[Driver, ...]
    rules: LabourRules
    first_weekday: int = 0
    month_ends: frozenset[int] = frozenset()
    leave: Mapping[str, frozenset[int]] = field(default_factory=dict)
    helpers: bool = False
    temperatures: Mapping[int, float] = field(default_factory=dict)
    holidays: frozenset[int] = frozenset()

    def seats(self, duty: Duty) -> int:
        """People the duty needs under this roster."""
        return duty.crew if self.helpers else 1

    def week(self, day: int) -> int:
        """Number of the week (Monday to Sunday) day `day` lies in."""
        return (day + self.first_weekday) // 7

    def month(self, day: int) -> int:
        """Number of the calendar month day `day` lies in, 0 for that of day 0."""
        return sum(end < day for end in self.month_ends)

    def account(self, week: int) -> int:
        """Month whose account a week's overtime counts in: of its first day inside the roster."""
        return self.month(max(0, week * 7 - self.first_weekday))


@dataclass(frozen=True, eq=False, kw_only=True)
class StaffingProblem:
    """Duties at fixed times and who can do them; wanted are as few people as can do all.

    `spans[d]` is (begin, end), half open; `able[p]` the duties (indices) person p can do. The
    shift minimisation personnel task scheduling problem (Krishnamoorthy, Ernst, Baatar 2012).
    """

    spans: tuple[tuple[int, int], ...]
    able: tuple[frozenset[int], ...]

    def __post_init__(self) -> None:
        doable = frozenset[int]().union(*self.able)
        for number, (begin, end) in enumerate(self.spans):
            if begin >= end or number not in doable:
                raise ProblemError(
                    f"duty {number} from {begin} to {end}: it ends before it begins, or nobody "
                    "can do it",
                    zh=f"班 {number}（{begin} 至 {end}）：结束早于开始，或没有人能上",
                )
