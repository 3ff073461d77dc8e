"""The way in: the first account, logging in and out."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.serve.answers import ApiError
from api.serve.gate import own_page
from api.serve.office import office_of
from api.serve.pages.frame import language_of, page
from api.serve.rules import Door, needs
from api.serve.v1.people import begin_login
from api.serve.visitors import COOKIE
from models.account import Account, Need, Role
from models.errors import HuanweiError
from scenarios.office.sessions import SESSION_S

router = APIRouter(route_class=Door, include_in_schema=False)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once."""
    text = (await request.body()).decode("utf-8", "replace")
    return {name: values[0].strip() for name, values in parse_qs(text).items()}


def _own(request: Request) -> str:
    return own_page(request.query_params.get("next", "/"))


@router.get("/login")
@needs(Need.OPEN)
def show_login(request: Request) -> Response:
    """The page to log in at; before there are accounts the one to open the first."""
    if office_of(request).is_unguarded():
        return RedirectResponse("/welcome", 303)
    return page(request, "login", wrong="", name="", next=_own(request))


@router.post("/login")
@needs(Need.OPEN)
async def log_in(request: Request) -> Response:
    """Log in and go where one wanted to."""
    form = await form_of(request)
    name = form.get("name", "")
    try:
        account, word = begin_login(request, name, form.get("password", ""))
    except ApiError as error:
        told = error.errors[0][f"message_{language_of(request)}"]
        shown = page(request, "login", error.status_code, wrong=told, name=name,
                     next=own_page(form.get("next", "/")))  # fmt: skip
        shown.headers.update(error.headers or {})
        return shown
    target = own_page(form.get("next", "/"))
    is_driver = account.role == Role.DRIVER  # who has a page of their own, and no other
    return _let_in(request, word, "/mine" if is_driver else target)


@router.get("/welcome")
@needs(Need.OPEN)
def show_welcome(request: Request) -> Response:
    """The page of the first day: open the first account."""
    if not office_of(request).is_unguarded():
        return RedirectResponse("/login", 303)
    return page(request, "welcome", wrong="", name="", title="")


@router.post("/welcome")
@needs(Need.OPEN)
async def open_first_account(request: Request) -> Response:
    """Open the account of the first person, who can let in all others."""
    office, form = office_of(request), await form_of(request)
    if not office.is_unguarded():
        return RedirectResponse("/login", 303)
    name, title = form.get("name", ""), form.get("title", "")
    try:
        account = Account(name=name, role=Role.DISTRICT, title=title[:64])
        office.accounts.add(account, form.get("password", ""), first=True)
    except HuanweiError as error:
        wrong = error.text(language_of(request))
        return page(request, "welcome", 409, wrong=wrong, name=name, title=title)
    office.acts.note(name, "account_opened", name, role=Role.DISTRICT)
    return _let_in(request, office.sessions.begin(account), "/")


@router.post("/logout")
@needs(Need.OPEN)
def log_out(request: Request) -> Response:
    """End the login."""
    office_of(request).sessions.end(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _let_in(request: Request, word: str, target: str) -> Response:
    answer = RedirectResponse(target, 303)
    answer.set_cookie(
        COOKIE, word, max_age=SESSION_S, httponly=True, samesite="strict",
        secure=office_of(request).doors.is_secure(request.url.scheme, request.headers),
    )  # fmt: skip
    return answer
