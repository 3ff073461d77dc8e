"""A plan that was driven, as rows of the ledger: for a bureau that has no other record."""

from __future__ import annotations

import getpass
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from models.errors import HuanweiError, file_error
from models.history.events import TripDone
from models.plan import Plan
from models.units import seconds
from scenarios.ledger.append import Batch, Entry, append
from scenarios.ledger.supersede import of_replanned, reported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from scenarios.ledger.append import Written
    from scenarios.ledger.store import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of the trips of a plan of `day`.

    `reported` were left out, for somebody has told what that vehicle did; `replaced` came from an
    earlier plan of the day and hold no more.
    """

    day: date
    trips: int
    written: Written
    reported: int
    replaced: int


def record_plan(ledger: Ledger, plan_folder: Path, *, person: str = "") -> Recorded:
    """Count the trips of the plan in `plan_folder` as driven, one row a trip.

    A second time changes nothing. Raises `HuanweiError` if there is no plan that can be read.
    """
    path = plan_folder / "plan.json"
    try:
        raw = path.read_bytes()
        plan = Plan.model_validate_json(raw)
    except OSError as error:
        raise HuanweiError(
            f"there is no plan to record: {file_error(error)}; plan the day first",
            zh=f"没有可登记的计划：{file_error(error).zh}；请先制定当日计划",
        ) from None
    except ValidationError as error:
        worst = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise HuanweiError(
            f"{path}: does not follow the schema of a plan ({worst})",
            zh=f"{path}：不符合计划文件的格式（{worst}）",
        ) from None
    trips = list(trips_of(plan, plan_folder.name))
    batch = Batch(
        kind="plan", source=plan_folder.name, digest=hashlib.sha256(raw).hexdigest(),
        person=person or getpass.getuser(),
    )  # fmt: skip
    with ledger.writing() as connection:
        told = reported(connection, {plan.date})
        free = [trip for trip in trips if (trip.day, trip.vehicle, trip.operation) not in told]
        old = of_replanned(connection, free)
        written = append(connection, [*(Entry(trip) for trip in free), *old], batch, correct=True)
    return Recorded(
        day=plan.date, trips=len(trips), written=written, reported=len(trips) - len(free),
        replaced=len(old),
    )  # fmt: skip


def trips_of(plan: Plan, name: str) -> Iterator[TripDone]:
    """The trips on which something is served."""
    for route in plan.routes:
        for trip in route.trips:
            served = [step for step in trip.steps if step.kind == "serve"]
            if not served:
                continue
            yield TripDone(
                day=plan.date, operation=route.operation, vehicle=route.vehicle,
                vehicle_type=route.vehicle_type,
                begin_s=seconds(plan.date, trip.steps[0].arrive),
                end_s=seconds(plan.date, trip.steps[-1].depart),
                work_m=sum(step.distance_m for step in served), load_kg=trip.load_kg,
                water_l=trip.water_l, route=route.id, plan=name,
            )  # fmt: skip
