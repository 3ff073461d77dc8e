"""The page of accounts and of who did what."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.serve.office import office_of
from api.serve.pages.entry import form_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.visitors import visitor_in
from models.account import Account, Need, Role
from models.errors import HuanweiError

router = APIRouter(route_class=Door, include_in_schema=False)
SHOWN = 60
"""Changes the page shows: some days of an office."""


@router.get("/accounts")
@needs(Need.ADMIT)
def show_accounts(request: Request) -> Response:
    """Everybody with an account, and the latest changes."""
    return _accounts(request)


@router.post("/accounts")
@needs(Need.ADMIT)
async def open_account(request: Request) -> Response:
    """Open an account by the page's form."""
    office, form = office_of(request), await form_of(request)
    try:
        account = Account(
            name=form.get("name", ""), role=Role(form.get("role", Role.READER)),
            title=form.get("title", "")[:64], scope=form.get("scope", "")[:64],
        )  # fmt: skip
        office.accounts.add(account, form.get("password", ""))
    except (HuanweiError, ValueError) as error:
        told = error.text(language_of(request)) if isinstance(error, HuanweiError) else str(error)
        return _accounts(request, 409, wrong=told, form=form)
    who = visitor_in(request).name
    office.acts.note(who, "account_opened", account.name, role=account.role)
    return RedirectResponse("/accounts", 303)


@router.post("/accounts/{name}/close")
@needs(Need.ADMIT)
def close_account(request: Request, name: str) -> Response:
    """Close an account."""
    return _changed(request, name, office_of(request).accounts.close)


@router.post("/accounts/{name}/reopen")
@needs(Need.ADMIT)
def reopen_account(request: Request, name: str) -> Response:
    """Open a closed account again."""
    return _changed(request, name, office_of(request).accounts.open_again)


def _changed(request: Request, name: str, change: Callable[[str], None]) -> Response:
    """The page after an account was closed or opened, or why it was not."""
    try:
        change(name)
    except HuanweiError as error:
        return _accounts(request, 409, wrong=error.text(language_of(request)))
    who = visitor_in(request).name
    office_of(request).acts.note(who, "account_changed", name, fields=["closed"])
    return RedirectResponse("/accounts", 303)


def _accounts(
    request: Request, status: int = 200, *, wrong: str = "", form: dict[str, str] | None = None
) -> Response:
    office = office_of(request)
    acts: list[dict[str, Any]] = [
        {"at": act.at.strftime("%m-%d %H:%M"), "who": act.who,
         "what": act.what, "about": act.about}
        for act in office.acts.latest(most=SHOWN)
    ]  # fmt: skip
    return page(request, "accounts", status, people=office.accounts.all(), acts=acts,
                roles=list(Role), wrong=wrong, form=form or {})  # fmt: skip
