"""A plan document as one short text, so that a journal of many plans can keep it, and back."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.plan import Plan


def packed(plan: Plan) -> str:
    """The document, deflated, in letters: a tenth of its JSON."""
    return base64.b64encode(zlib.compress(plan.model_dump_json(by_alias=True).encode(), 9)).decode()


def unpacked(text: str) -> bytes:
    """The JSON of a packed document; raises `ValueError` for what is none."""
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(str(error)) from None
