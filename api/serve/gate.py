"""What may come in: requests for this host, from our own pages, of a size that can be.

Who may do what is a matter of the rules of each address. A server that others can reach needs
accounts, or the token of programs; on the machine itself the first day needs neither.
"""

from __future__ import annotations

import hmac
import ipaddress
import platform
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from api.serve.answers import SAFE_METHODS, ApiError, error_response, plain_error
from models.errors import HuanweiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN = 16
"""Characters a token has at least: 64 bits where it is hexadecimal, beyond any guessing."""
MOST_BYTES = 1 << 20
"""Limits the body of a request; an order has some hundred bytes."""
MOST_BYTES_OF_FILE = 256 << 20
"""Limits a file that is uploaded; the roads of a large city take 60 MB as .osm.pbf."""
UPLOADS = re.compile(r"/api/v1/districts/[^/]+/files/[^/]+")
"""Matches the addresses that take files."""
HEAD = "huanwei.head"
"""Marks a request for headers alone in the scope, which the application answers like GET."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""What our pages may do: nothing of anybody else, nothing written into them."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Go with every answer that does not bring its own."""


@dataclass(frozen=True, slots=True)
class Doors:
    """How the server can be reached.

    `host` is the address it listens at, `public` are further names or NAME:PORT it goes by, of a
    proxy for example. `token` is that of programs, `accounts` tells that people must log in. With
    `proxied`, X-Forwarded-Host and X-Forwarded-Proto are believed, so nothing but the proxy may
    reach the port.
    """

    host: str = "127.0.0.1"
    public: tuple[str, ...] = ()
    token: str = ""
    proxied: bool = False
    accounts: bool = False

    def __post_init__(self) -> None:
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise HuanweiError(
                f"the token is shorter than {SHORTEST_TOKEN} characters. Make one: "
                'python3 -c "import secrets; print(secrets.token_urlsafe())"',
                zh=f"令牌少于 {SHORTEST_TOKEN} 个字符。可这样生成："
                'python3 -c "import secrets; print(secrets.token_urlsafe())"',
            )
        if self.is_open() and (self.public or self.proxied or not is_loopback(self.host)):
            raise HuanweiError(
                f"--host {self.host} opens the server to other machines, so it needs accounts: "
                "huanwei user add NAME (or for programs alone --token-file FILE).",
                zh=f"--host {self.host} 会让其他机器访问，因此须先开设账号："
                "huanwei user add 账号名（仅供程序访问时可用 --token-file 文件）。",
            )

    def is_open(self) -> bool:
        """Whether nobody has to say who they are."""
        return not self.token and not self.accounts

    def knows(self, host: str) -> bool:
        """Whether a Host header (NAME or NAME:PORT) is one of ours.

        Where people log in also any number: a foreign page can lead a name here, but no number.
        """
        name = _name(host)
        if host.lower() in self._public() or name in self._public():
            return True
        if name in LOOPBACK_NAMES or is_loopback(name):
            return True
        own = {self.host.lower(), platform.node().lower()}
        return not self.is_open() and (name in own or _is_number(name))

    def trusts(self, origin: str, host: str) -> bool:
        """Whether a page of `origin` is one of ours, in a request for `host`."""
        parts = urlsplit(origin)
        place = parts.netloc.lower()
        return parts.scheme in {"http", "https"} and (
            place == host.lower() or place in self._public()
        )

    def _public(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.public)

    def is_token(self, word: str) -> bool:
        """Whether it is the token; takes equally long however wrong it is."""
        mine = self.token.encode()
        return bool(mine) and hmac.compare_digest(word.encode("utf-8", "replace"), mine)

    def is_secure(self, scheme: str, headers: Headers) -> bool:
        """Whether the visitor came over https."""
        proto = headers.get("x-forwarded-proto", "") if self.proxied else ""
        return (proto or scheme).split(",")[0].strip() == "https"


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
            await refusal(scope, receive, _marked(send))
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", HEAD: True}
        most = _most_bytes(scope["path"])
        await self.app(scope, _counted(receive, most), _marked(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        path, method = scope["path"], scope["method"]
        if path == "/healthz":  # whoever looks after the server may call it what they like
            return None
        foreign = self._foreign(method, self._host(headers), headers.get("origin"))
        if foreign is not None:
            return error_response(403, [foreign])
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _most_bytes(path):
            return too_large(_most_bytes(path))
        return None

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

    def _host(self, headers: Headers) -> str:
        if self.doors.proxied and "x-forwarded-host" in headers:
            return headers["x-forwarded-host"].split(",")[0].strip()
        return headers.get("host", "")


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


def own_page(path: str) -> str:
    """A way on this server; anything else becomes the start page."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if own and path.isprintable() else "/"


def too_large(most: int) -> Response:
    """The answer to a body of more than `most` bytes."""
    return error_response(413, [_too_large(most)], {"Connection": "close"})


def _too_large(most: int) -> dict[str, Any]:
    text = f"A request may have {most} bytes."
    return plain_error("too_large", text, f"请求内容不得超过 {most} 字节。")


def _most_bytes(path: str) -> int:
    return MOST_BYTES_OF_FILE if UPLOADS.fullmatch(path) else MOST_BYTES


def _marked(send: Send) -> Send:
    """Tells browsers what an answer may do, where it does not say so itself."""

    async def speak(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return speak


def _counted(receive: Receive, most: int) -> Receive:
    """Passes a body on, and refuses what comes beyond `most` bytes."""
    left = most

    async def listen() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            told = _too_large(most)
            raise ApiError(413, "too_large", told["message_en"], told["message_zh"])
        return message

    return listen
