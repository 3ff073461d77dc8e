"""Logins, accounts, and who did what."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Query, Request, Response

from api.serve.answers import ApiError, refusals, refusing
from api.serve.office import office_of
from api.serve.rules import V1, Door, needs
from api.serve.scope import Scope, scope_in
from api.serve.v1.jobs import EVENTS, HEARTBEAT_S, event_stream, next_event
from api.serve.v1.shapes import (
    ActOut,
    Change,
    Credentials,
    LoginOut,
    NewPerson,
    Person,
)
from api.serve.visitors import visitor_in
from models.account import Account, Need
from scenarios.office.accounts import TooManyTriesError
from scenarios.office.acts import Act, Acts
from scenarios.office.sessions import SESSION_S

router = APIRouter(prefix=V1, route_class=Door, responses=refusals(403, 422), tags=["people"])
LOOK_S = 0.5
"""Seconds between two looks for changes of the office."""


@router.post(
    "/logins",
    status_code=201,
    responses=refusals(400, 401, 413, 422, 429),
    response_model=LoginOut,
)
@needs(Need.OPEN)
def log_in(request: Request, who: Credentials) -> LoginOut:
    """Log a program of a person in; too many wrong passwords must wait."""
    account, word = begin_login(request, who.name, who.password)
    return LoginOut(token=word, name=account.name, role=account.role, seconds=SESSION_S)


def begin_login(request: Request, name: str, password: str) -> tuple[Account, str]:
    """The account of this password and the word of a new login; raises `ApiError`."""
    office = office_of(request)
    try:
        address = request.client.host if request.client else ""
        account = office.accounts.proven(name, password, address)
    except TooManyTriesError as error:
        told = ApiError(429, "too_many_tries", str(error), error.zh)
        told.headers = {"Retry-After": str(error.wait_s)}
        raise told from None
    if account is None:
        raise ApiError(401, "wrong_password", "The name or the password is wrong.",
                       "账号或密码不正确。")  # fmt: skip
    return account, office.sessions.begin(account)


@router.get("/accounts", responses=refusals(401), response_model=list[Person])
@needs(Need.ADMIT)
def list_accounts(request: Request) -> list[dict[str, Any]]:
    """All accounts."""
    return [asdict(account) for account in office_of(request).accounts.all()]


@router.post(
    "/accounts",
    status_code=201,
    responses=refusals(400, 401, 409, 413, 422),
    response_model=Person,
)
@needs(Need.ADMIT)
def open_account(request: Request, person: NewPerson) -> dict[str, Any]:
    """Open an account."""
    office = office_of(request)
    with refusing():
        account = Account(
            name=person.name, role=person.role, title=person.title, scope=person.scope
        )
        office.accounts.add(account, person.password)
    office.acts.note(visitor_in(request).name, "account_opened", account.name, role=account.role)
    return asdict(account)


@router.patch(
    "/accounts/{name}", responses=refusals(400, 401, 404, 409, 413, 422), response_model=Person
)
@needs(Need.ADMIT)
def change_account(request: Request, name: str, change: Change) -> dict[str, Any]:
    """Change or close an account, or give it another password; its logins end."""
    office = office_of(request)
    account = office.accounts.get(name)
    if account is None:
        raise ApiError(404, "no_account", f"No account {name}.", f"没有账号 {name}。")
    wanted = change.model_dump(exclude_none=True, exclude={"password"})
    with refusing():
        account = replace(account, **wanted)
        office.accounts.change(account)
        if change.password is not None:
            office.accounts.set_password(name, change.password)
    told = sorted(change.model_dump(exclude_none=True))
    office.acts.note(visitor_in(request).name, "account_changed", name, fields=told)
    return asdict(account)


@router.get("/acts", responses=refusals(401, 422), response_model=list[ActOut])
@needs(Need.ADMIT)
def list_acts(
    request: Request,
    about: str = Query(default="", max_length=400),
    before: int = Query(default=0, ge=0, lt=2**53),
) -> list[dict[str, Any]]:
    """The newest changes first, of one thing if `about` is given; older ones by `before`."""
    return [_told(act) for act in office_of(request).acts.latest(about=about, before=before)]


@router.get("/events", response_class=Response, responses=refusals(401) | EVENTS)
@needs(Need.LOOK)
def office_events(request: Request) -> Response:
    """Server-sent events of the whole office: every change, from now or Last-Event-ID on."""
    acts, scope = office_of(request).acts, scope_in(request)
    begin = next_event(request)
    return event_stream(request, _stream(acts, scope, acts.last() + 1 if begin is None else begin))


async def _stream(acts: Acts, scope: Scope, number: int) -> AsyncIterator[str]:
    quiet = 0.0
    yield ": here\n\n"
    while True:
        for act in await asyncio.to_thread(acts.since, number):
            number = act.id + 1
            if scope.sees_about(act.about):
                text = json.dumps(_told(act), ensure_ascii=False)
                yield f"id: {act.id}\nevent: {act.what}\ndata: {text}\n\n"
                quiet = 0.0
        await asyncio.sleep(LOOK_S)
        quiet += LOOK_S
        if quiet >= HEARTBEAT_S:
            yield ": still here\n\n"
            quiet = 0.0


def _told(act: Act) -> dict[str, Any]:
    return asdict(act) | {"at": act.at.isoformat(timespec="seconds")}
