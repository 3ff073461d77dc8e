"""Who asks: a program with the token, a person with a login, this machine's owner, or nobody."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.account import Account, Need, Role

if TYPE_CHECKING:
    from fastapi import Request

    from api.serve.office import Office

COOKIE = "huanwei"
OWNER = Account(name="owner", role=Role.DISTRICT, title="本机 · this machine")
"""Who works at this machine before there are accounts."""
PROGRAM = Account(name="program", role=Role.DISTRICT, title="程序 · program")
"""A program that brings the server's token."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks. `form` is the word of forms where a cookie let them in, else empty."""

    account: Account | None = None
    form: str = ""

    @property
    def known(self) -> bool:
        """Whether it is somebody."""
        return self.account is not None

    @property
    def name(self) -> str:
        """The name changes are noted under."""
        return self.account.name if self.account else ""

    def may(self, need: Need) -> bool:
        """Whether they may do what `need` says."""
        if self.account is None:
            return need in {Need.OPEN, Need.LINK}
        return self.account.may(need)

    def is_form(self, word: str) -> bool:
        """Whether a form with this word is of their login."""
        return hmac.compare_digest(word.encode("utf-8", "replace"), self.form.encode())


def visitor_of(request: Request) -> Visitor:
    """Who sent the request. Takes a look into the store."""
    office: Office = request.app.state.office
    scheme, _, word = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _bearer(office, word.strip())
    if cookie := request.cookies.get(COOKIE, ""):
        login = office.sessions.find(cookie)
        if login is not None:
            return Visitor(login.account, login.form)
    return Visitor(OWNER) if office.is_unguarded() else Visitor()


def _bearer(office: Office, word: str) -> Visitor:
    if office.doors.is_token(word):
        return Visitor(PROGRAM)
    login = office.sessions.find(word)
    return Visitor(login.account) if login is not None else Visitor()


def visitor_in(request: Request) -> Visitor:
    """Who sent a request, once its rule was examined."""
    found: Visitor = request.state.visitor
    return found
