"""The frame of every page: language, who is logged in, what they may open; and errors as pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from api.exports.sheets import templates
from api.serve.answers import ApiError, http_error
from api.serve.office import office_of
from api.serve.scope import scope_of
from api.serve.visitors import Visitor
from api.words.i18n import LANGUAGES, section
from models.account import Need, Role

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

TONGUE = "huanwei-language"
"""Names the cookie that keeps the language of the pages."""
YEAR_S = 365 * 86_400
"""Seconds the language is kept."""
ENTRIES = (
    ("today", "/", Need.LOOK),
    ("data", "/data", Need.LOOK),
    ("accounts", "/accounts", Need.ADMIT),
)
"""The menu: word, address, and the need of that address."""


def language_of(request: Request) -> str:
    """The language of the pages: as asked for in the address, as before, or Chinese."""
    for wish in (request.query_params.get("lang"), request.cookies.get(TONGUE)):
        if wish in LANGUAGES:
            return str(wish)
    return LANGUAGES[0]


@cache
def words_of(language: str) -> dict[str, Any]:
    """The words of the pages: those of plans, of the desk alone, and of a job's `stages`."""
    words = section("ui", language) | section("desk", language)
    return words | {"stages": section("stage", language)}


def page(request: Request, template: str, status: int = 200, /, **facts: Any) -> HTMLResponse:
    """A page of api/web/desk in the visitor's language."""
    language = language_of(request)
    visitor: Visitor = getattr(request.state, "visitor", Visitor())
    is_whole = scope_of(office_of(request), visitor).is_whole
    text = templates().get_template(f"desk/{template}.html.j2").render(
        t=words_of(language), language=language, other=other_language(language),
        path=request.url.path, visitor=visitor, needs=Need,
        entries=entries_of(visitor, whole=is_whole),
        **facts,
    )  # fmt: skip
    answer = HTMLResponse(text, status, {"Cache-Control": "no-store"})
    if request.query_params.get("lang") in LANGUAGES:
        secure = office_of(request).doors.is_secure(request.url.scheme, request.headers)
        answer.set_cookie(TONGUE, language, max_age=YEAR_S, samesite="strict", secure=secure)
    return answer


def entries_of(visitor: Visitor, *, whole: bool) -> list[tuple[str, str]]:
    """The menu of a visitor: words and addresses; tables are for whom `whole` districts are."""
    if visitor.account is not None and visitor.account.role == Role.DRIVER:
        return [("mine", "/mine")]
    return [(key, address) for key, address, need in ENTRIES
            if visitor.may(need) and (whole or key != "data")]  # fmt: skip


def other_language(language: str) -> str:
    """The language the pages are not in."""
    return next(tongue for tongue in LANGUAGES if tongue != language)


async def page_or_error(request: Request, error: Exception) -> Response:
    """An error: for a program as it is, for a person a page, or the way to the login."""
    path = request.url.path
    wants_page = "text/html" in request.headers.get("accept", "") and not path.startswith("/api/")
    if not wants_page or not isinstance(error, HTTPException):
        return await http_error(request, error)
    if error.status_code == 401 and request.method == "GET":
        return RedirectResponse(f"/login?next={quote(path)}", 303)
    if isinstance(error, ApiError):
        told = error.errors[0][f"message_{language_of(request)}"]
    else:
        told = words_of(language_of(request))["no_page"]
    return page(request, "error", error.status_code, told=told)
