"""Secrets of an office, made once, with which cookies and links are signed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from scenarios.ledger.office import office_keys

if TYPE_CHECKING:
    from scenarios.ledger.store import Ledger


def key(ledger: Ledger, name: str) -> bytes:
    """The secret of this name, made at its first use."""
    query = select(office_keys.c.value).where(office_keys.c.name == name)
    with ledger.reading() as base:
        found = base.execute(query).scalar()
    if found is not None:
        return bytes(found)
    with ledger.writing() as base:  # one writer at a time: whoever comes second finds it
        found = base.execute(query).scalar()
        if found is None:
            found = secrets.token_bytes(32)
            base.execute(insert(office_keys).values(name=name, value=found))
    return bytes(found)
