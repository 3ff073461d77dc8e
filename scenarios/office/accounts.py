"""Accounts: opened, changed, closed, and proven by a password; too many wrong ones must wait."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.account import Account, Role
from models.errors import HuanweiError
from scenarios.ledger.office import accounts, login_tries, logins

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from scenarios.ledger.store import Ledger

SHORTEST = 10
"""Characters a password has at least (NIST SP 800-63B-4: 8 beside other means, 15 alone)."""
LONGEST = 200
"""Characters a password has at most, so that hashing it costs nobody time."""
WINDOW_S = 900
"""Seconds in which failed logins are counted."""
MOST_OF_ONE = 5
"""Failed logins of one name from one address in the window, then that address waits."""
MOST_OF_ADDRESS = 40
"""Failed logins of an address in the window whatever the name: an office behind one router."""
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
"""Is verified where there is no such account, so that the answer takes as long."""


class TooManyTriesError(HuanweiError):
    """An address that tried too many wrong passwords; `wait_s` says how long it waits."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            f"Too many wrong passwords; try again in {wait_s} s.",
            zh=f"密码错误次数过多，请在 {wait_s} 秒后重试。",
        )
        self.wait_s = wait_s


class Accounts:
    """The accounts of an office. Safe for threads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def any(self) -> bool:
        """Whether there is an account that can let others in."""
        with self._ledger.reading() as base:
            return _chiefs(base) > 0

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._ledger.reading() as base:
            return [_account(row) for row in base.execute(select(accounts).order_by("name"))]

    def get(self, name: str) -> Account | None:
        """The account of this name."""
        with self._ledger.reading() as base:
            row = base.execute(select(accounts).where(accounts.c.name == name)).first()
        return None if row is None else _account(row)

    def add(self, account: Account, password: str, *, first: bool = False) -> None:
        """Open an account; `first` only where there is none yet.

        Raises `HuanweiError` for a name in use, a poor password, or where `first` came second.
        """
        hashed = _hash(password, account.name)
        try:
            with self._ledger.writing() as base:
                if first and _chiefs(base):
                    raise HuanweiError(
                        "There is an account already; log in.", zh="已有账号，请登录。"
                    )
                base.execute(insert(accounts).values(password=hashed, **_columns(account)))
        except IntegrityError:
            raise HuanweiError(
                f"There is an account {account.name} already; choose another name.",
                zh=f"账号 {account.name} 已存在，请换一个名称。",
            ) from None

    def change(self, account: Account) -> None:
        """Give an account another role, title or scope, or close it; its logins end.

        Raises `HuanweiError` where nobody would be left to let others in.
        """
        with self._ledger.writing() as base:
            base.execute(
                update(accounts).where(accounts.c.name == account.name).values(_columns(account))
            )
            if not _chiefs(base):
                raise HuanweiError(
                    "At least one account of the district must stay open.",
                    zh="至少保留一个可用的区级账号。",
                )
            base.execute(delete(logins).where(logins.c.account == account.name))

    def close(self, name: str) -> None:
        """Close an account; what it did stays told under its name."""
        found = self.get(name)
        if found is not None:
            self.change(replace(found, closed=True))

    def open_again(self, name: str) -> None:
        """Open a closed account; its password is the one it had."""
        found = self.get(name)
        if found is not None:
            self.change(replace(found, closed=False))

    def set_password(self, name: str, password: str) -> None:
        """Another password; logins with the old one end."""
        hashed = _hash(password, name)
        with self._ledger.writing() as base:
            base.execute(update(accounts).where(accounts.c.name == name).values(password=hashed))
            base.execute(delete(logins).where(logins.c.account == name))

    def proven(self, name: str, password: str, address: str) -> Account | None:
        """The account whose password this is, or None. Raises `TooManyTriesError`."""
        name, address = name[:64], address[:64]
        with self._ledger.writing() as base:
            _refuse_guessing(base, name, address)
            row = base.execute(select(accounts).where(accounts.c.name == name)).first()
        known = row is not None and not row.closed
        if _is_password(row.password if row is not None and known else _NOBODY, password) and known:
            with self._ledger.writing() as base:
                mine = (login_tries.c.name == name) & (login_tries.c.address == address)
                base.execute(delete(login_tries).where(mine))
            return None if row is None else _account(row)
        with self._ledger.writing() as base:
            now = time.time()
            base.execute(delete(login_tries).where(login_tries.c.at < now - WINDOW_S))
            base.execute(insert(login_tries).values(name=name, address=address, at=now))
        return None


def _chiefs(base: Connection) -> int:
    wanted = (accounts.c.role == Role.DISTRICT.value) & ~accounts.c.closed
    found = base.execute(select(func.count()).select_from(accounts).where(wanted)).scalar()
    return int(found or 0)


def _refuse_guessing(base: Connection, name: str, address: str) -> None:
    now = time.time()
    lately = (login_tries.c.address == address) & (login_tries.c.at > now - WINDOW_S)
    rows = base.execute(
        select(login_tries.c.name, login_tries.c.at).where(lately).order_by("at")
    ).all()
    for times, most in (
        ([row.at for row in rows if row.name == name], MOST_OF_ONE),
        ([row.at for row in rows], MOST_OF_ADDRESS),
    ):
        if len(times) >= most:
            raise TooManyTriesError(max(1, round(times[-most] + WINDOW_S - now)))


def _is_password(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password[:LONGEST])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def _hash(password: str, name: str) -> str:
    """The hash of a new password; raises `HuanweiError` for one that is easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 4 or name in password:
        raise HuanweiError(
            f"A password has {SHORTEST} to {LONGEST} characters, four different ones at least, and "
            "not the account's name in it.",
            zh=f"密码须有 {SHORTEST} 至 {LONGEST} 个字符，至少四种不同字符，且不得包含账号名。",
        )
    return _HASHER.hash(password)


def _columns(account: Account) -> dict[str, object]:
    return {
        "name": account.name, "role": account.role.value, "title": account.title,
        "scope": account.scope, "closed": account.closed,
    }  # fmt: skip


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        name=row.name, role=Role(row.role), title=row.title, scope=row.scope,
        closed=bool(row.closed),
    )  # fmt: skip
