"""Logins: a signed word the browser keeps and a row here, without which the word opens nothing."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from itsdangerous import BadSignature, Signer
from sqlalchemy import delete, insert, select

from models.account import Account, Role
from scenarios.ledger.office import accounts, logins
from scenarios.office.keys import key

if TYPE_CHECKING:
    from scenarios.ledger.store import Ledger

SESSION_S = 14 * 3600
"""Seconds a login lasts: a working day, from the night shift's evening to the next noon."""


class Login(NamedTuple):
    """Who is logged in, and the word that a form of theirs brings along (against forged ones)."""

    account: Account
    form: str


class Sessions:
    """The logins of an office. Safe for threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        secret = key(ledger, "session")
        self._words = Signer(secret, salt="login", digest_method=hashlib.sha256)
        self._forms = Signer(secret, salt="form", digest_method=hashlib.sha256)

    def begin(self, account: Account) -> str:
        """Log a person in; the word to keep."""
        word = secrets.token_urlsafe(24)
        now = time.time()
        with self._ledger.writing() as base:
            base.execute(delete(logins).where(logins.c.until < now))
            base.execute(
                insert(logins).values(id=_id(word), account=account.name, until=now + SESSION_S)
            )
        return self._words.sign(word).decode()

    def find(self, signed: str) -> Login | None:
        """Who this word was given to, while the login lasts and the account is open."""
        word = self._word(signed)
        if not word:
            return None
        wanted = (logins.c.id == _id(word)) & (logins.c.until > time.time())
        theirs = select(accounts).join(logins, logins.c.account == accounts.c.name)
        with self._ledger.reading() as base:
            row = base.execute(theirs.where(wanted, ~accounts.c.closed)).first()
        if row is None:
            return None
        account = Account(name=row.name, role=Role(row.role), title=row.title, scope=row.scope)
        return Login(account, self._forms.get_signature(word).decode())

    def end(self, signed: str) -> None:
        """Log out."""
        word = self._word(signed)
        if word:
            with self._ledger.writing() as base:
                base.execute(delete(logins).where(logins.c.id == _id(word)))

    def _word(self, signed: str) -> str:
        try:
            return self._words.unsign(signed).decode()
        except (BadSignature, UnicodeError):
            return ""


def _id(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
