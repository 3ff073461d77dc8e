"""Whose work a person sees and changes: all of the office, some districts, or a unit's vehicles.

The scope of a town's or an operator's account names districts of the data folder, or units: whoever
the table of vehicles says a vehicle belongs to (`unit`). Whoever has a unit sees its routes alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.serve.answers import ApiError
from api.serve.library import ROOT_ID
from models.account import Role
from scenarios.desk.today.units import units_of
from solver.document.earlier import task_homes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import Request

    from api.serve.office import Office
    from api.serve.visitors import Visitor
    from models.edits import HandEdit
    from models.plan import Plan, PlanRoute

NARROWED = frozenset({Role.TOWN, Role.OPERATOR})
"""Roles whose scope narrows what they see; a driver's is its own id."""
_BETWEEN = re.compile(r"[,，、;；]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody sees: these districts (ids; empty: all) and units (empty: all vehicles)."""

    districts: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether all vehicles are theirs."""
        return not self.units

    def sees(self, district: str | None) -> bool:
        """Whether a district, by its id, is in it; None: what lies in no district."""
        return not self.districts or district in self.districts

    def sees_about(self, thing: str) -> bool:
        """Whether a thing that an act is about (a district, a plan) lies in a district of it."""
        return not self.districts or any(
            thing == one or thing.startswith(f"{one}{ROOT_ID}") for one in self.districts
        )

    def owns(self, folder: Path | None) -> Vehicles:
        """The vehicles of a district's folder that are theirs."""
        if self.is_whole:
            return Vehicles(None)
        units = units_of(folder) if folder is not None else {}
        return Vehicles(frozenset(one for one, unit in units.items() if unit in self.units))


@dataclass(frozen=True, slots=True)
class Vehicles:
    """Vehicles by their ids; None: all."""

    ids: frozenset[str] | None

    def __contains__(self, vehicle: object) -> bool:
        return self.ids is None or vehicle in self.ids

    def routes(self, plan: Plan) -> Iterator[PlanRoute]:
        """Their routes of a plan."""
        return (one for one in plan.routes if one.vehicle in self)

    def refuse(self, edit: HandEdit, plan: Plan) -> None:
        """Raise `ApiError` for a change that touches the work of another's vehicle."""
        if self.ids is None:
            return
        homes = task_homes(plan)
        tasks = getattr(edit, "tasks", ())
        touched = {homes[task].vehicle for task in tasks if task in homes}
        touched |= {getattr(edit, name, "") for name in ("vehicle", "with_vehicle")} - {""}
        if not touched <= self.ids:
            raise beyond()


def beyond() -> ApiError:
    """The refusal of what lies beyond somebody's scope."""
    return ApiError(403, "out_of_scope", "This is not within the scope of your account.",
                    "超出您的账号范围。")  # fmt: skip


def scope_of(office: Office, visitor: Visitor) -> Scope:
    """The scope of a visitor: names of districts (id or name) and of units."""
    account = visitor.account
    if account is None or account.role not in NARROWED:
        return Scope()
    names = [name for part in _BETWEEN.split(account.scope) if (name := part.strip())]
    known = {key: key for key in office.library.districts()}
    for key, folder in office.library.districts().items():
        known.setdefault(office.library.district_document(key, folder)["name"], key)
    return Scope(
        frozenset(known[name] for name in names if name in known),
        frozenset(name for name in names if name not in known),
    )


def scope_in(request: Request) -> Scope:
    """The scope of whoever sent a request; looked up once."""
    if not hasattr(request.state, "scope"):
        office: Office = request.app.state.office
        request.state.scope = scope_of(office, request.state.visitor)
    found: Scope = request.state.scope
    return found


def expect_whole(request: Request) -> None:
    """Raise `ApiError` for somebody whose scope is a unit."""
    if not scope_in(request).is_whole:
        raise beyond()
