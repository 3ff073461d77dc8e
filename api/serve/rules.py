"""Who may use which address: every address names its need, or it does not come into being.

    @router.get("/plans")
    @needs(Need.LOOK)
    def list_plans(...)

The need is examined before anything of the request is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.serve.answers import SAFE_METHODS, ApiError
from api.serve.visitors import visitor_of
from models.account import Need

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response

    from api.serve.visitors import Visitor

Endpoint = TypeVar("Endpoint", bound="Callable[..., Any]")
V1 = "/api/v1"
"""Begins the addresses of the interface."""
FORM = "application/x-www-form-urlencoded"
FORM_WORD = "x-form-word"
"""Names the header in which our pages' scripts prove that they are ours."""
SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer",
               "description": "The token of the server, or of a login (POST /api/v1/logins)."},
}  # fmt: skip


def needs(need: Need) -> Callable[[Endpoint], Endpoint]:
    """Say what an endpoint asks of whoever comes."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.need = need  # type: ignore[attr-defined]
        return endpoint

    return mark


class Door(APIRoute):
    """A route with a need; the contract tells it too."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        need = getattr(endpoint, "need", None)
        if not isinstance(need, Need):
            raise TypeError(f"{path}: no rule says who may come in; use @needs")
        self.need = need
        if need not in {Need.OPEN, Need.LINK}:
            told = {"security": [{name: []} for name in SCHEMES], "x-need": need.value}
            more["openapi_extra"] = told | (more.get("openapi_extra") or {})
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint behind its need."""
        inner, need = super().get_route_handler(), getattr(self.endpoint, "need", Need.ADMIT)
        known = {param.alias for param in self.dependant.query_params}
        strict = self.path.startswith(V1)

        async def guarded(request: Request) -> Response:
            visitor = await run_in_threadpool(visitor_of, request)
            request.state.visitor = visitor
            _examine(visitor, need)
            if strict:
                _refuse_unknown(request, known)
            if visitor.form and need != Need.LINK and request.method not in SAFE_METHODS:
                await _expect_own_page(request, visitor)
            return await inner(request)

        return guarded


def _examine(visitor: Visitor, need: Need) -> None:
    """Raise `ApiError` where a visitor may not do what the address needs."""
    if visitor.may(need):
        return
    if not visitor.known:
        raise ApiError(401, "unauthorized", "Log in, or bring a token.", "请登录，或提供令牌。")
    raise ApiError(403, "forbidden", f"Your role does not allow this ({need}).",
                   f"您的角色无此权限（{need}）。")  # fmt: skip


def _refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise `ApiError` for a parameter the address does not know: a slip is told, not passed by."""
    for name in request.query_params.keys() - known:
        raise ApiError(422, "invalid_request", f"There is no parameter {name[:80]!r} here.",
                       f"此地址没有参数 {name[:80]!r}。")  # fmt: skip


async def _expect_own_page(request: Request, visitor: Visitor) -> None:
    """Raise `ApiError` for a change asked for with a cookie, but not by one of our pages."""
    word = request.headers.get(FORM_WORD, "")
    if not word and request.headers.get("content-type", "").startswith(FORM):
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        word = fields.get("form", [""])[0]
    if not visitor.is_form(word):
        raise ApiError(403, "foreign_form", "This form is not of this login; load the page again.",
                       "表单不属于本次登录，请刷新页面后重试。")  # fmt: skip
