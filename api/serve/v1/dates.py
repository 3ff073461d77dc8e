"""Days as clients write them: YYYY-MM-DD and nothing else."""

import datetime
import re
from typing import Annotated

from pydantic import BeforeValidator


def _written(value: object) -> object:
    """A day or its text; a number would be read as seconds since 1970, which nobody means."""
    is_text = isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII))
    if not is_text and not isinstance(value, datetime.date):
        raise ValueError("a day is written YYYY-MM-DD · 日期写作 YYYY-MM-DD")
    return value


IsoDate = Annotated[datetime.date, BeforeValidator(_written)]
"""A day in a request."""
