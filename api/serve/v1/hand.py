"""Plans changed by hand: a change and its verdict, undo, redo, save, re-plan the rest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from api.exports.folder import write_changed
from api.exports.handdata import state_data
from api.serve.answers import ApiError, refusals
from api.serve.drafts import Draft, Step, steps_touched
from api.serve.jobs import QueueFullError
from api.serve.library import id_of
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.scope import expect_whole
from api.serve.v1.found import own_vehicles, part_of_plan
from api.serve.v1.hand_shapes import (
    HandChange,
    HandReplan,
    HandSave,
    HandSaved,
    HandState,
    HandStep,
)
from api.serve.v1.shapes import JobOut, PlanOrder
from api.serve.visitors import visitor_in
from models.account import Need
from models.errors import HuanweiError, InputErrors
from scenarios.office.orders import MOST_WAITING
from solver.hand.story import HandDay

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(401, 403, 422), tags=["hand"])
NEWS = frozenset({"somebody_out", "somebody_back", "order_added"})
"""Acts about a district that a plan made before does not know of."""
CHANGING = refusals(400, 404, 409, 413, 422)


@contextmanager
def draft_of(request: Request, plan: str, seen: int | None = None) -> Iterator[Draft]:
    """The draft of a plan; raises `ApiError` where it cannot be opened, or has gone on since."""
    folder = part_of_plan(request, plan)
    try:
        with office_of(request).drafts.of(plan, folder) as draft:
            if seen is not None and seen != draft.session.done:
                raise ApiError(409, "changed_meanwhile",
                               "Somebody else has changed this draft; look at it again.",
                               "草稿已被他人修改，请刷新后重试。")  # fmt: skip
            yield draft
    except InputErrors as error:
        raise refusal(error) from None
    except (HuanweiError, OSError) as error:
        zh = error.text("zh") if isinstance(error, HuanweiError) else str(error)
        raise ApiError(409, "not_possible", str(error), zh) from None


def refusal(error: InputErrors) -> ApiError:
    """A change that means nothing on this day, with every place and way out."""
    told = ApiError(422, error.issues[0].code, str(error), error.text("zh"))
    told.errors = [
        {"code": one.code, "file": one.file, "column": one.column, "value": one.value,
         "message_en": one.message_en, "message_zh": one.message_zh,
         "hint_en": one.hint_en, "hint_zh": one.hint_zh}
        for one in error.issues
    ]  # fmt: skip
    return told


@router.get("/plans/{plan}/hand", responses=refusals(404, 409, 422), response_model=HandState)
@needs(Need.PLAN)
def get_draft(request: Request, plan: str) -> dict[str, Any]:
    """The draft of a plan: its changes, and all that differs from the plan."""
    with draft_of(request, plan) as draft:
        return _state(request, plan, draft, draft.session.days[0])


@router.post("/plans/{plan}/hand", responses=CHANGING, response_model=HandState)
@needs(Need.PLAN)
def change_draft(request: Request, plan: str, change: HandChange) -> dict[str, Any]:
    """Change a draft; the answer is the verdict on it."""
    with draft_of(request, plan, change.seen) as draft:
        before = draft.session.now
        own_vehicles(request, draft.folder).refuse(change.edit, before.plan)
        office_of(request).drafts.change(plan, draft, change.edit, visitor_in(request).name)
        return _state(request, plan, draft, before)


@router.post(
    "/plans/{plan}/hand/save", status_code=201, responses=CHANGING, response_model=HandSaved
)
@needs(Need.PLAN)
def save_draft(request: Request, plan: str, save: HandSave) -> dict[str, str]:
    """Write the draft as a plan of its own beside the plan; takes seconds."""
    with draft_of(request, plan) as draft:
        return {"plan": id_of(_root(request), _saved(request, plan, draft, save))}


@router.post(
    "/plans/{plan}/hand/replan",
    status_code=202,
    responses=refusals(400, 404, 409, 413, 422, 429),
    response_model=JobOut,
)
@needs(Need.PLAN)
def replan_rest(
    request: Request, response: Response, plan: str, order: HandReplan
) -> dict[str, Any]:
    """Save the draft and search the rest again from it; what is locked stays."""
    office, who = office_of(request), visitor_in(request).name
    expect_whole(request)
    with draft_of(request, plan) as draft:
        folder = draft.folder
        if draft.session.done:
            folder = _saved(request, plan, draft, order)
        made = draft.session.base
    district = _district_above(request, folder)
    library_id = id_of(_root(request), folder)
    settings = PlanOrder(
        district=id_of(_root(request), district), date=made.date, seconds=order.seconds,
        iterations=order.iterations, seed=order.seed, workers=order.workers,
        only=made.only, language=order.language,
        **{"keep" if order.keep else "against": library_id},
    ).model_dump(mode="json")  # fmt: skip
    settings |= {"by": who, "before": os.path.relpath(folder, district)}
    try:
        name = f"{folder.name.removesuffix('-hand')}-replan"
        job = office.jobs.submit(settings, folder=district, name=name, fixed=False)
    except QueueFullError:
        raise ApiError(429, "queue_full", f"{MOST_WAITING} orders wait already; try again later.",
                       f"已有 {MOST_WAITING} 个任务在排队，请稍后再试。") from None  # fmt: skip
    office.acts.note(who, "plan_ordered", job.plan, job=str(job.id))
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job.document()


@router.post("/plans/{plan}/hand/{step}", responses=CHANGING, response_model=HandState)
@needs(Need.PLAN)
def walk_draft(request: Request, plan: str, step: Step, told: HandStep) -> dict[str, Any]:
    """Take the last change back, make it again, or begin anew; nothing where there is none."""
    with draft_of(request, plan, told.seen) as draft:
        before, own = draft.session.now, own_vehicles(request, draft.folder)
        for edit, plan_then in steps_touched(draft.session, step):
            own.refuse(edit, plan_then)
        office_of(request).drafts.walk(plan, draft, step, visitor_in(request).name)
        return _state(request, plan, draft, before)


def _state(request: Request, plan: str, draft: Draft, since: HandDay) -> dict[str, Any]:
    """A draft as the interface tells it, with what happened in the district since the plan."""
    own = own_vehicles(request, draft.folder)
    told = state_data(plan, draft.session, draft.ground, since=since, own=own)
    district = _district_of(request, draft.folder)
    if district is None:
        return told | {"district": None, "news": []}
    name = id_of(_root(request), district)
    made = draft.session.base.created
    news = [
        {"what": act.what, "id": act.detail.get("id", ""), "note": act.detail.get("note", ""),
         "who": act.who, "at": act.at.isoformat(timespec="seconds")}
        for act in office_of(request).acts.latest(about=name)
        if act.what in NEWS and act.at > made
    ]  # fmt: skip
    return told | {"district": name, "news": news[::-1]}


def _saved(request: Request, plan: str, draft: Draft, save: HandSave) -> Path:
    """The folder the draft was written to; the draft goes on from where it is."""
    name = save.name or f"{draft.folder.name}-hand"
    made = write_changed(draft.session, draft.folder, draft.folder.with_name(name), save.language)
    saved = id_of(_root(request), made)
    office_of(request).acts.note(visitor_in(request).name, "hand_saved", saved, of=plan)
    return made


def _root(request: Request) -> Path:
    return office_of(request).library.root


def _district_of(request: Request, folder: Path) -> Path | None:
    """The district folder a plan lies in."""
    known = set(office_of(request).library.districts().values())
    return next((one for one in folder.parents if one in known), None)


def _district_above(request: Request, folder: Path) -> Path:
    """The district folder a plan lies in; raises `ApiError`."""
    found = _district_of(request, folder)
    if found is None:
        raise ApiError(409, "no_district", "The plan lies in no district of the data folder.",
                       "该计划不在数据文件夹的任何辖区内。")  # fmt: skip
    return found
