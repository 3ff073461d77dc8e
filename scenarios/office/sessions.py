"""Logins: a signed word the browser keeps and a row here, without which the word opens nothing."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from itsdangerous import BadSignature, Signer
from sqlalchemy import delete, insert, select

from models.account import Account, Role
from scenarios.office.store import key, reading
from scenarios.office.tables import ACCOUNTS, SESSIONS

if TYPE_CHECKING:
    from sqlalchemy import Engine

SESSION_S = 14 * 3600
"""Seconds a login lasts: a working day, from the night shift's evening to the next noon."""


class Login(NamedTuple):
    """Who is logged in, and the word that a form of theirs brings along (against forged ones)."""

    account: Account
    form: str


class Sessions:
    """The logins of a store. Safe for threads."""

    def __init__(self, store: Engine) -> None:
        self._store = store
        secret = key(store, "session")
        self._words = Signer(secret, salt="login", digest_method=hashlib.sha256)
        self._forms = Signer(secret, salt="form", digest_method=hashlib.sha256)

    def begin(self, account: Account) -> str:
        """Log a person in; the word to keep."""
        word = secrets.token_urlsafe(24)
        now = time.time()
        with self._store.begin() as base:
            base.execute(delete(SESSIONS).where(SESSIONS.c.until < now))
            base.execute(
                insert(SESSIONS).values(id=_id(word), account=account.name, until=now + SESSION_S)
            )
        return self._words.sign(word).decode()

    def find(self, signed: str) -> Login | None:
        """Who this word was given to, while the login lasts and the account is open."""
        word = self._word(signed)
        if not word:
            return None
        wanted = (SESSIONS.c.id == _id(word)) & (SESSIONS.c.until > time.time())
        open_ones = select(ACCOUNTS).join(SESSIONS, SESSIONS.c.account == ACCOUNTS.c.name)
        with reading(self._store) as base:
            row = base.execute(open_ones.where(wanted, ~ACCOUNTS.c.closed)).first()
        if row is None:
            return None
        account = Account(name=row.name, role=Role(row.role), title=row.title, scope=row.scope)
        return Login(account, self._forms.get_signature(word).decode())

    def end(self, signed: str) -> None:
        """Log out."""
        with self._store.begin() as base:
            base.execute(delete(SESSIONS).where(SESSIONS.c.id == _id(self._word(signed))))

    def _word(self, signed: str) -> str:
        try:
            return self._words.unsign(signed).decode()
        except (BadSignature, UnicodeError):
            return ""


def _id(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
