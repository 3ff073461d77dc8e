"""Rosters of a district: who works when, and duties handed over with the judge's verdict."""

import re
import threading
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.exports.roster import write_roster
from api.serve.answers import ApiError, refusals, refusing
from api.serve.rules import V1, Door, needs
from api.serve.v1.data import DISTRICT, changes, look_up, note
from api.serve.v1.found import district_folder
from api.serve.v1.shapes import example
from models.account import Need
from models.plan import PlanViolation
from models.roster import RosterDocument
from scenarios.desk.roster_swap import (
    FILE,
    ROSTERS,
    Swap,
    desk_of,
    may_do,
    read_roster,
    rosters_of,
    swapped,
)

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["people"])
Name = Annotated[str, Field(max_length=200)]
_CHANGING = threading.Lock()
"""Held while a roster is changed: it is judged as it stands."""


class RosterOut(BaseModel):
    """A roster of a district: the name of its folder, its first day and how many follow."""

    model_config = example(
        id="2026-05-12", begin="2026-05-12", days=28, empty_seats=0, violations=0
    )

    id: str
    begin: str
    days: int
    empty_seats: int
    violations: int


class SwapIn(BaseModel):
    """One seat handed over: `out` leaves ("": it was empty), `into` takes it ("": left empty).

    With `back` the one who leaves takes that duty of the other; `seen` is when the roster that the
    person looks at was made.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{
            "duty": "2026-05-12/sweep-1", "out": "P01", "into": "P02", "back": "",
            "seen": "2026-05-11T20:03:05+08:00",
        }]},
    )  # fmt: skip

    duty: Name
    out: Name = ""
    into: Name = ""
    back: Name = ""
    seen: str = Field(max_length=40)


class SwapOut(BaseModel):
    """The roster now; laws broken now that were not, and those no longer broken."""

    roster: RosterDocument
    appeared: list[PlanViolation]
    solved: list[PlanViolation]


class FitOut(BaseModel):
    """People whom nothing of their own (licence, skill, leave, shift) keeps from a duty."""

    model_config = example(duty="2026-05-12/sweep-1", people=["P01", "P07"])

    duty: str
    people: list[str]


@router.get(f"{DISTRICT}/rosters", responses=look_up, response_model=list[RosterOut])
@needs(Need.LOOK)
def list_rosters(request: Request, district: str) -> list[dict[str, Any]]:
    """The rosters of a district, the latest first."""
    folder = district_folder(request, district)
    place = folder / ROSTERS
    found = [(name, read_roster(place / name / FILE)) for name in rosters_of(folder)]
    return [
        {"id": name, "begin": one.begin.isoformat(), "days": len(one.days),
         "empty_seats": one.empty_seats, "violations": len(one.violations)}
        for name, one in reversed(found)
        if one is not None
    ]  # fmt: skip


@router.get(
    f"{DISTRICT}/rosters/{{roster}}", responses=look_up, response_model=RosterDocument
)  # fmt: skip
@needs(Need.LOOK)
def get_roster(request: Request, district: str, roster: str) -> RosterDocument:
    """Who works when, with hours, rest and what the judge finds."""
    return _found(request, district, roster)[1]


@router.get(
    f"{DISTRICT}/rosters/{{roster}}/fit", responses=look_up | refusals(409), response_model=FitOut
)
@needs(Need.LOOK)
def who_may(
    request: Request, district: str, roster: str, duty: Annotated[str, Query(max_length=200)]
) -> dict[str, Any]:
    """Who may do a duty, other duties aside."""
    _, document = _found(request, district, roster)
    with refusing():
        desk = desk_of(district_folder(request, district), document)
        return {"duty": duty, "people": list(may_do(desk, duty))}


@router.post(f"{DISTRICT}/rosters/{{roster}}/swaps", responses=changes, response_model=SwapOut)
@needs(Need.PLAN)
def swap(request: Request, district: str, roster: str, wish: SwapIn) -> dict[str, Any]:
    """Hand a seat over, or exchange two duties; nothing is refused for a law, all is told."""
    folder = district_folder(request, district)
    with _CHANGING:
        path, document = _found(request, district, roster)
        if document.created.isoformat() != wish.seen:
            raise ApiError(409, "changed_meanwhile",
                           "Somebody else has changed this roster; look at it again.",
                           "排班已被他人修改，请刷新后重试。")  # fmt: skip
        asked = Swap(duty=wish.duty, out=wish.out, into=wish.into, back=wish.back)
        with refusing():
            desk = desk_of(folder, document)
            made = swapped(desk, document, asked)
            write_roster(made.document, desk.district, path.parent, desk.district.language)
    note(request, "roster_changed", district, roster=roster, **wish.model_dump(exclude={"seen"}))
    return {"roster": made.document, "appeared": made.appeared, "solved": made.solved}


def _found(request: Request, district: str, roster: str) -> tuple[Path, RosterDocument]:
    path = district_folder(request, district) / ROSTERS / roster / FILE
    known = re.fullmatch(r"\w[\w.-]{0,79}", roster) is not None
    document = read_roster(path) if known else None
    if document is None:
        raise ApiError(404, "no_roster", f"No roster {roster}.", f"没有排班 {roster}。")
    return path, document
