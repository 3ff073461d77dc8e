"""Answers that are errors: one shape for all, what it looks like in the contract, what it says.

{"ok": false, "error": code, "errors": [...], "status": n}
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from models.errors import HuanweiError, expected

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WHEN = {
    400: "The body is no JSON that can be read.",
    401: "Nobody is logged in, or the token or password is wrong.",
    403: "The role does not allow it, or the request came through a page from elsewhere.",
    404: "There is nothing of that id.",
    409: "The name is taken, or it cannot be done as things stand.",
    413: "The body is larger than an order can be.",
    422: "Fields that do not fit; one entry for each.",
    429: "Too many orders wait, or too many passwords were wrong.",
    503: "Orders cannot be kept now.",
}
IN_CHINESE = {
    400: "请求内容不是可读的 JSON。",
    404: "没有这个地址。",
    405: "此地址不接受该方法。",
}
"""What the router's own refusals say to a reader of Chinese."""


class Problem(BaseModel):
    """One entry of `errors`."""

    code: str
    message_en: str
    message_zh: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    hint_en: str | None = None
    hint_zh: str | None = None


class Refusal(BaseModel):
    """An answer that is an error; `error` is the code of the first entry."""

    ok: Literal[False]
    error: str
    errors: list[Problem]
    status: int


class ApiError(HTTPException):
    """An answer that is an error, with its code."""

    def __init__(self, status: int, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(status_code=status, detail=message_en)
        self.errors = [{"code": code, "message_en": message_en, "message_zh": message_zh}]


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the contract says of an address that may answer with these statuses."""
    return {status: {"model": Refusal, "description": WHEN[status]} for status in statuses}


@contextmanager
def refusing() -> Iterator[None]:
    """Turns an error that a person can mend into the answer 409."""
    try:
        yield
    except HuanweiError as error:
        raise ApiError(409, "not_possible", error.text("en"), error.text("zh")) from None


def or_known(request: Request, answer: Response) -> Response:
    """The answer, or 304 where the browser holds the same content already."""
    if (tag := answer.headers.get("etag")) and request.headers.get("if-none-match") == tag:
        kept = {"ETag": tag, "Cache-Control": answer.headers.get("cache-control", "no-cache")}
        return Response(status_code=304, headers=kept)
    return answer


def plain_error(code: str, message: str, message_zh: str = "") -> dict[str, Any]:
    """One entry of `errors` that has no place in a file."""
    return {"code": code, "message_en": message, "message_zh": message_zh or message}


def error_response(
    status: int, errors: list[dict[str, Any]], headers: Mapping[str, str] | None = None
) -> Response:
    """The one error shape. Halves of signs a client sent come back as ?, as nothing holds them."""
    body = {"ok": False, "error": errors[0]["code"], "errors": errors, "status": status}
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, headers, media_type="application/json")


async def http_error(request: Request, error: Exception) -> Response:
    """Errors of look-ups and of the router."""
    if isinstance(error, ApiError):
        return error_response(error.status_code, error.errors, error.headers)
    if not isinstance(error, HTTPException):
        return await internal_error(request, error)
    status = error.status_code
    code = HTTPStatus(status).name.lower()
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return error_response(
        status, [plain_error(code, str(error.detail), IN_CHINESE.get(status, ""))], headers
    )


async def request_error(request: Request, error: Exception) -> Response:
    """Fields that do not fit, each with its place."""
    del request
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {"code": "invalid_request", "column": ".".join(str(part) for part in each["loc"][1:]),
         "value": str(each.get("input"))[:80], "message_en": expected(each)[1],
         "message_zh": f"请求内容不合要求：{expected(each)[0]}"}
        for each in found
    ]  # fmt: skip
    return error_response(422, errors or [plain_error("invalid_request", str(error))])


async def internal_error(request: Request, error: Exception) -> Response:
    """A fault of ours."""
    del request
    name = type(error).__name__
    return error_response(500, [plain_error("internal", name, f"服务器内部错误：{name}")])


async def ledger_error(request: Request, error: Exception) -> Response:
    """The ledger of the office does not answer, or another fault that a person can mend."""
    del request
    zh = error.text("zh") if isinstance(error, HuanweiError) else ""
    return error_response(503, [plain_error("unavailable", str(error), zh)])


def _methods(request: Request) -> set[str]:
    """All methods of an address, over all routes that know it."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] != Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return found | {"HEAD"} if "GET" in found else found
