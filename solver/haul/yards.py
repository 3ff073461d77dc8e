"""A yard's waste in time: what came, what the press has ready, which loads it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.units import MAX_TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.station import HaulRun, Yard

LEFT_PER_KG = 60_000
"""A kilogram that stays overnight although it may costs this much [mfen]: more than any haul of it,
so that waste leaves while it can (chosen)."""
SHORT_PER_KG = 400_000
"""A kilogram that overflows, or stays where nothing may, costs this much [mfen]: it goes before
any that may stay (chosen)."""


@dataclass(frozen=True, slots=True)
class Load:
    """Load number `number` of a yard (index): `windows` are (early, late, cost) for docking.

    The first window keeps the storage; docking later costs the overflow it lets happen.
    """

    yard: int
    number: int
    kg: int
    windows: tuple[tuple[int, int, int], ...]


def total_kg(yard: Yard) -> int:
    """All waste of the day, yesterday's rest included."""
    return yard.initial_kg + sum(kg for _, kg in yard.inflow)


def cut_loads(yard: Yard, number: int, boxes: Sequence[int]) -> list[Load]:
    """Loads of these kilograms in the order they become ready; what is left over makes more.

    Where a load is not pressed before the storage overflows, but enough of it is, a smaller one
    leaves in time, and the next ones take what they can.
    """
    total = total_kg(yard)
    loads: list[Load] = []
    hauled = 0
    while hauled < total:
        box = boxes[len(loads)] if len(loads) < len(boxes) else max(boxes)
        kg = min(box, total - hauled)
        due = overflow_at(yard, hauled)
        latest = MAX_TIME if due is None else due - yard.swap_s
        ready = ready_at(yard, hauled + kg)
        if due is not None and ready > latest:
            enough = overflow_kg_until(yard, due) - hauled
            pressed = pressed_kg(yard, latest) - hauled - 1
            if 0 < enough <= pressed:
                kg, ready = pressed, ready_at(yard, hauled + pressed)
        late = (max(ready, latest + 1), MAX_TIME, SHORT_PER_KG * kg)
        if latest == MAX_TIME:
            windows: tuple[tuple[int, int, int], ...] = ((ready, MAX_TIME, 0),)
        else:
            windows = ((ready, latest, 0), late) if ready <= latest else (late,)
        loads.append(Load(number, len(loads), kg, windows))
        hauled += kg
    return loads


def overflow_kg_until(yard: Yard, moment: int) -> int:
    """What must have left by `moment` for the storage to hold, tippings then included [kg]."""
    came = sum(kg for when, kg in yard.inflow if when <= moment)
    return yard.initial_kg + came - yard.storage_kg


def overflow_at(yard: Yard, hauled_kg: int) -> int | None:
    """When the storage overflows if only `hauled_kg` leave; None: never."""
    if not yard.storage_kg:
        return None
    stock = yard.initial_kg - hauled_kg
    for moment, kg in sorted(yard.inflow):
        stock += kg
        if stock > yard.storage_kg:
            return moment
    return None


def ready_at(yard: Yard, kg: int) -> int:
    """When the press has `kg` ready, yesterday's rest first [s]; all inflow must be enough."""
    needed = kg - yard.initial_kg
    if needed <= 0:
        return 0
    came = 0
    pressed_until = 0.0
    for moment, amount in sorted(yard.inflow):
        begin = max(pressed_until, moment)
        span = amount * 3_600 / yard.press_kg_h if yard.press_kg_h else 0
        if came + amount >= needed:
            share = (needed - came) * 3_600 / yard.press_kg_h if yard.press_kg_h else 0
            return int(begin + share) + 1 if yard.press_kg_h else moment
        came += amount
        pressed_until = begin + span
    return MAX_TIME


def pressed_kg(yard: Yard, until: int) -> int:
    """Kilograms ready to leave at `until`, rounded up; yesterday's rest is ready at once."""
    ready = 0.0
    pressed_until = 0.0
    for moment, amount in sorted(yard.inflow):
        if moment > until:
            break
        if not yard.press_kg_h:
            ready += amount
            continue
        begin = max(pressed_until, moment)
        pressed_until = begin + amount * 3_600 / yard.press_kg_h
        ready += amount * min(1.0, max(0.0, (until - begin) / (pressed_until - begin)))
    return yard.initial_kg + int(ready + 0.999_999)


def overflow_kg(yard: Yard, runs: Sequence[HaulRun]) -> int:
    """Most kilograms above the yard's storage at any moment."""
    if not yard.storage_kg:
        return 0
    changes = [(moment, 1, kg) for moment, kg in yard.inflow]
    changes += [(run.swap_end, 0, -run.kg) for run in runs]
    stock = most = yard.initial_kg
    for _, _, kg in sorted(changes):
        stock += kg
        most = max(most, stock)
    return max(0, most - yard.storage_kg)
