"""Who may come in: requests for this host, from our own pages, with the token if there is one.

On the machine itself nobody needs a token; a server that others can reach asks for it. Programs
send it as `Authorization: Bearer TOKEN`, people once on a page that gives them a cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import platform
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.exports.sheets import templates
from api.serve.answers import SAFE_METHODS, error_response, plain_error
from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
COOKIE = "huanwei"
SESSION_S = 14 * 3600
"""Seconds a login lasts: a working day, from the night shift's evening to the next noon."""
SHORTEST_TOKEN = 16
"""Characters a token has at least: 64 bits where it is hexadecimal, beyond any guessing."""
MOST_BYTES = 1 << 20
"""Limits the body of a request; an order has some hundred bytes."""
OPEN_PATHS = frozenset({"/healthz", "/version", "/login"})
"""Addresses that answer without a token: for those who look whether the server lives."""
HEAD = "huanwei.head"
"""Marks a request for headers alone in the scope, which the application answers like GET."""
LOGIN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"


@dataclass(frozen=True, slots=True)
class Doors:
    """How the server can be reached.

    `host` is the address it listens at, `public` are further names or NAME:PORT it goes by, of a
    proxy for example; `token` is asked for where it is set. With `proxied`, X-Forwarded-Host and
    X-Forwarded-Proto are believed, so nothing but the proxy may reach the port.
    """

    host: str = "127.0.0.1"
    public: tuple[str, ...] = ()
    token: str = ""
    proxied: bool = False

    def __post_init__(self) -> None:
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise HuanweiError(
                f"the token is shorter than {SHORTEST_TOKEN} characters. Make one: "
                'python3 -c "import secrets; print(secrets.token_urlsafe())"',
                zh=f"令牌少于 {SHORTEST_TOKEN} 个字符。可这样生成："
                'python3 -c "import secrets; print(secrets.token_urlsafe())"',
            )
        if not self.token and not is_loopback(self.host):
            raise HuanweiError(
                f"--host {self.host} opens the server to other machines, so it needs a token: "
                "--token-file FILE or the setting HUANWEI_TOKEN.",
                zh=f"--host {self.host} 会让其他机器访问，因此需要令牌："
                "--token-file 文件，或设置 HUANWEI_TOKEN。",
            )

    def knows(self, host: str) -> bool:
        """Whether a Host header (NAME or NAME:PORT) is one of ours.

        With a token also any number: a foreign page can lead a name here, but no number.
        """
        name = _name(host)
        if host.lower() in self._public() or name in self._public():
            return True
        if name in LOOPBACK_NAMES or is_loopback(name):
            return True
        own = {self.host.lower(), platform.node().lower()}
        return bool(self.token) and (name in own or _is_number(name))

    def trusts(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` is one of ours, in a request for `host`."""
        parts = urlsplit(origin)
        place = parts.netloc.lower()
        return parts.scheme in {"http", "https"} and (
            place == host.lower() or place in self._public()
        )

    def _public(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.public)

    def admits(self, headers: Headers) -> bool:
        """Whether a request brings the token, or the cookie of a login."""
        if not self.token:
            return True
        scheme, _, word = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(word.strip()):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        until, _, sign = (cookie.value if cookie else "").partition(".")
        if not until.isdecimal() or len(until) > 12 or int(until) < time.time():
            return False
        return hmac.compare_digest(sign.encode(), self._sign(until).encode())

    def is_token(self, word: str) -> bool:
        """Whether it is the token; takes equally long however wrong it is."""
        return hmac.compare_digest(word.encode("utf-8", "replace"), self.token.encode())

    def session(self) -> str:
        """The cookie of a login: until when, and a sign only this token makes."""
        until = str(int(time.time()) + SESSION_S)
        return f"{until}.{self._sign(until)}"

    def _sign(self, until: str) -> str:
        return hmac.new(
            self.token.encode(), f"session {until}".encode(), hashlib.sha256
        ).hexdigest()


class Gate:
    """ASGI middleware before everything else; also answers HEAD as GET, and limits bodies."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app, self.doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        body = b"" if scope["method"] in SAFE_METHODS else await _body(receive)
        if len(body) > MOST_BYTES:
            await _too_large()(scope, receive, send)
        elif scope["path"] == "/login":
            answer = self._login(scope, headers, body)
            await answer(scope, receive, send)
        else:
            if scope["method"] == "HEAD":
                scope = {**scope, "method": "GET", HEAD: True}
            await self.app(scope, _again(body, receive), _marked(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        path, method = scope["path"], scope["method"]
        if path == "/healthz":  # whoever looks after the server may call it what they like
            return None
        foreign = self._foreign(method, self._host(headers), headers.get("origin"))
        if foreign is not None:
            return error_response(403, [foreign])
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return _too_large()
        if path in OPEN_PATHS or self.doors.admits(headers):
            return None
        return self._ask(path, headers, method)

    def _foreign(self, method: str, host: str, origin: str | None) -> dict[str, Any] | None:
        """What is wrong with the host asked for, or with the page that asks."""
        if not self.doors.knows(host):
            text = f"Host {host} is not this one. Name it with --public-host."
            zh = f"主机 {host} 不是本服务器，可用 --public-host 指定。"
            return plain_error("foreign_host", text, zh)
        if method not in SAFE_METHODS and origin and not self.doors.trusts(origin, host):
            text = f"{origin} is refused; name it with --public-host if it is this server's."
            zh = f"拒绝来自 {origin} 的请求；如属本服务器，请用 --public-host 指定。"
            return plain_error("foreign_origin", text, zh)
        return None

    @staticmethod
    def _ask(path: str, headers: Headers, method: str) -> Response:
        """Ask for the token: people with a page, programs with a header."""
        if "text/html" in headers.get("accept", "") and method in SAFE_METHODS:
            return _login_page(path, 401)
        text, zh = "The token is missing or wrong.", "缺少口令或口令不正确。"
        error = plain_error("unauthorized", text, zh)
        return error_response(401, [error], {"WWW-Authenticate": "Bearer"})

    def _host(self, headers: Headers) -> str:
        if self.doors.proxied and "x-forwarded-host" in headers:
            return headers["x-forwarded-host"].split(",")[0].strip()
        return headers.get("host", "")

    def _is_secure(self, scope: Scope, headers: Headers) -> bool:
        proto = headers.get("x-forwarded-proto", "") if self.doors.proxied else ""
        return (proto or scope["scheme"]).split(",")[0].strip() == "https"

    def _login(self, scope: Scope, headers: Headers, body: bytes) -> Response:
        """The login page, and what becomes of its form."""
        if scope["method"] in {"GET", "HEAD"}:
            return _login_page("/", 200)
        if scope["method"] != "POST":
            errors = [plain_error("method_not_allowed", "Method Not Allowed")]
            return error_response(405, errors, {"Allow": "GET, HEAD, POST"})
        form = parse_qs(body.decode("utf-8", "replace"))
        if not self.doors.token or not self.doors.is_token(form.get("token", [""])[0].strip()):
            return _login_page(form.get("next", ["/"])[0], 401, wrong=True)
        answer = RedirectResponse(_own_page(form.get("next", ["/"])[0]), 303)
        answer.set_cookie(
            COOKIE, self.doors.session(), max_age=SESSION_S, httponly=True, samesite="strict",
            secure=self._is_secure(scope, headers),
        )  # fmt: skip
        return answer


def is_loopback(name: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def public_hosts(names: Sequence[str]) -> tuple[str, ...]:
    """Names of --public-host; raises `HuanweiError` for what is no name, such as an address."""
    for name in names:
        if not name or any(sign in name for sign in "/@ ") or not _name(name):
            raise HuanweiError(
                f"--public-host {name}: give the name alone, such as plans.example.cn or "
                "10.0.0.5:8080.",
                zh=f"--public-host {name}：只写主机名，例如 plans.example.cn 或 10.0.0.5:8080。",
            )
    return tuple(names)


def _name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _own_page(path: str) -> str:
    """A way on this server; anything else becomes the start page."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if own and path.isprintable() else "/"


def _login_page(path: str, status: int, *, wrong: bool = False) -> HTMLResponse:
    page = templates().get_template("login.html.j2").render(next=_own_page(path), wrong=wrong)
    headers = {"Content-Security-Policy": LOGIN_POLICY, "Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return HTMLResponse(page, status, headers)


def _too_large() -> Response:
    errors = [
        plain_error("too_large", f"A request may have {MOST_BYTES} bytes.",
                    f"请求内容不得超过 {MOST_BYTES} 字节。")
    ]  # fmt: skip
    return error_response(413, errors, {"Connection": "close"})


def _marked(send: Send) -> Send:
    """Tells browsers not to guess what a file is."""

    async def speak(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
        await send(message)

    return speak


async def _body(receive: Receive) -> bytes:
    """A request's body; reading ends where it is too large."""
    body = b""
    while len(body) <= MOST_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read once more, then what comes after it."""
    left = [body]

    async def listen() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return listen
