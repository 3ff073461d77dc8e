"""What documents of studies say they were asked for and what was decided: checked when read."""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import InputErrors
from models.trade.siting import Kind
from scenarios.desk.court.around import no_document

Index = Annotated[int, Field(ge=0)]
Flow = tuple[Index, Index, Index]
"""[zone, site, amount] or [site, plant, kg]."""


class Told(BaseModel):
    """A part of a document; unknown keys are no part of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlansAsked(Told):
    """How the plans of a study were made: iterations, one plan a seed, `only` these operations."""

    iterations: int = Field(ge=1)
    seeds: tuple[int, ...] = Field(default=(1,), min_length=1, max_length=50)
    only: tuple[str, ...] | None = None


class Phases(Told):
    """In how many phases, from which day, so many days apart."""

    count: int = Field(ge=1, le=50)
    begin: Date
    every_days: int = Field(ge=1, le=366)


class MergeAsked(Told):
    """What a merging of points was asked for."""

    operation: str
    walk_m: Index | None
    point_kg: Index | None
    phasing: Phases | None
    plans: PlansAsked | None


class SiteKind(Told):
    """What sites a choice is of."""

    kind: Kind


class SiteAsked(Told):
    """What a choice of sites was asked for."""

    may_close: bool
    plans: PlansAsked | None


class RelocationAsked(Told):
    """What a relocation was asked for: lots of its short list."""

    places: int = Field(ge=1, le=100)
    plans: PlansAsked | None


class Merged(Told):
    """Groups of points that merge, the one that stays first; the search's bound in mfen."""

    groups: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...]
    bound: int


class Sited(Told):
    """Sites open and who comes to them, from period to period; the search's bound in mfen."""

    open: tuple[frozenset[Index], ...]
    assigned: tuple[tuple[Flow, ...], ...]
    hauled: tuple[tuple[Flow, ...], ...]
    bound: int


Part = TypeVar("Part", bound=Told)


def read_told(name: str, place: str, model: type[Part], told: Any) -> Part:
    """A part of the document `name`; raises `InputErrors` naming what is wrong at its place."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        where = [place, *(str(part) for part in error.errors()[0]["loc"])]
        wrong = no_document(name, ".".join(where), "makes no sense · 内容不成立")
        raise InputErrors([wrong]) from None
