"""A vehicle as the planner knows it: its effective numbers, made once at birth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.district import ShiftPattern
    from models.network import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """One vehicle with the numbers that hold for it: its row's own, else its type's.

    `operations` are all it may do, `haul` among them; `shifts` the patterns it may work, of which
    two that overlap are alternatives. Units end the names; the crew counts the driver.
    """

    id: str
    type: str
    """Vehicle type of the rule profile."""
    depot: str
    shifts: tuple[ShiftPattern, ...]
    operations: tuple[str, ...]
    profile: Profile
    waste_kg: int
    chambers: tuple[tuple[str, int], ...]
    """Streams and the kilograms of each; empty: one hopper for one stream."""
    water_l: int
    work_speed_kmh: float | None
    """None: the operation's."""
    l_per_min: float | None
    """None: the operation's."""
    crew: int
    licence: str
    fixed_cny_day: float
    maintenance_cny_km: float
    fuel_l_100km: float
    fuel_l_work_h: float
    kwh_km: float
    kwh_work_h: float

    @property
    def numbers(self) -> tuple[object, ...]:
        """What makes two vehicles of one depot alike, whatever their shifts and work."""
        return (
            self.type, self.depot, self.profile.name, self.waste_kg, self.chambers,
            self.water_l, self.work_speed_kmh, self.l_per_min, self.crew, self.fixed_cny_day,
        )  # fmt: skip
