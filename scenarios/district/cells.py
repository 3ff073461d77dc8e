"""From the text of a cell to a value in the unit of its column.

Every reader takes the text as typed and raises `PydanticCustomError` whose type is a code of
`messages.toml`. Full-width digits, brackets and separators count as half-width (Unicode NFKC).
"""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from models.units import CHINA, DAY, clock
from scenarios.district.messages import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationInfo

    from models.district import Window

HEADERS_FILE = Path(__file__).with_name("headers.toml")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?")
_CLOCK = re.compile(r"(次日|翌日|第二天)?(\d{1,2}):(\d{2})(?::\d{2})?(?:\+(\d))?")
_DATE = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ALL_DAY = {"24h", "24小时", "全天", "全天候", "24/7", "allday"}
_DASHES = str.maketrans({"~": "-", "—": "-", "–": "-", "至": "-", "到": "-", "−": "-"})
_SEPARATORS = re.compile(r"[;、|\n]")


@cache
def names() -> Mapping[str, Any]:
    """Aliases as read from `headers.toml`."""
    return tomllib.loads(HEADERS_FILE.read_text(encoding="utf-8"))


@cache
def word_aliases(kind: str) -> Mapping[str, str]:
    """Every accepted spelling of the words of `kind`, folded, to the word."""
    return {
        folded(alias): word
        for word, aliases in names()["words"][kind].items()
        for alias in (word, *aliases)
    }


def narrow(text: str) -> str:
    """The text with full-width letters and digits as half-width, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def folded(text: str) -> str:
    """The text as names are compared: narrow, lower case, without blanks inside."""
    return re.sub(r"\s+", "", narrow(text)).lower()


def number(text: object) -> object:
    """A decimal number; thousands may be parted by commas."""
    if not isinstance(text, str):
        return text
    plain = narrow(text).replace(" ", "")
    if not _NUMBER.fullmatch(plain) or not any(char.isdigit() for char in plain):
        raise PydanticCustomError("E302", "not a number")
    return float(plain.replace(",", ""))


def whole(text: object) -> object:
    """A whole number; 3.0 counts as 3."""
    value = number(text)
    if isinstance(value, float):
        if value != value // 1:
            raise PydanticCustomError("E304", "not a whole number")
        return int(value)
    return value


def way_id(text: object) -> object:
    """An OSM way id, with or without "way/" before it."""
    if not isinstance(text, str):
        return text
    return whole(folded(text).removeprefix("way/").removeprefix("w"))


def identifier(text: object) -> object:
    """An id: narrow, blanks inside kept as one."""
    return " ".join(narrow(text).split()) if isinstance(text, str) else text


def plate(text: object) -> object:
    """A number plate without blanks and dots, in capitals."""
    return re.sub(r"[\s·.•・-]", "", narrow(text)).upper() if isinstance(text, str) else text


def entries(text: object) -> object:
    """A list parted by semicolons."""
    if not isinstance(text, str):
        return text
    parts = (identifier(part) for part in _SEPARATORS.split(narrow(text)))
    return tuple(part for part in parts if part)


def words(text: object, kind: str) -> object:
    """A list of words of `kind`."""
    listed = entries(text)
    return tuple(word(part, kind) for part in listed) if isinstance(listed, tuple) else listed


def word(text: object, kind: str) -> object:
    """One of the words of `kind` in `headers.toml`, in any of its spellings."""
    if not isinstance(text, str):
        return text
    known = word_aliases(kind)
    if folded(text) not in known:
        spellings = names()["words"][kind]
        chinese = {name: aliases[0] for name, aliases in spellings.items() if aliases}
        raise PydanticCustomError("E305", "unknown word", suggest(text, spellings, chinese))
    return known[folded(text)]


def operation(text: object) -> object:
    """An operation's id; the usual Chinese words are known, others stay (the profile decides)."""
    if not isinstance(text, str):
        return text
    return word_aliases("operation").get(folded(text), identifier(text))


def operations(text: object) -> object:
    """A list of operations."""
    listed = entries(text)
    return tuple(operation(part) for part in listed) if isinstance(listed, tuple) else listed


def yes_no(text: object) -> object:
    """Yes or no in the usual spellings."""
    if not isinstance(text, str):
        return text
    known = word_aliases("yes_no")
    if folded(text) not in known:
        raise PydanticCustomError("E311", "neither yes nor no")
    return known[folded(text)] == "yes"


def moment(text: str) -> int:
    """Seconds after midnight of HH:MM; "04:00+1", "次日04:00" and "28:00" mean the next day."""
    match = _CLOCK.fullmatch(narrow(text).replace(" ", "").replace("点", ":00"))
    if match is None or int(match[2]) > 48 or int(match[3]) > 59:
        raise PydanticCustomError("E306", "not a time")
    days = int(match[4] or 0) + (match[1] is not None)
    return days * DAY + int(match[2]) * 3600 + int(match[3]) * 60


def windows(text: object) -> object:
    """Opening hours as windows [s], in order; "05:00-22:00", "06:30-09:00;18:00-20:30", "24h"."""
    if not isinstance(text, str):
        return text
    if folded(text) in _ALL_DAY:
        return ((0, DAY),)
    spans = sorted(window(part) for part in _SEPARATORS.split(narrow(text)) if part.strip())
    if any(late > early for (_, late), (early, _) in itertools.pairwise(spans)):
        raise PydanticCustomError("E308", "windows overlap")
    return tuple(spans)


def window(text: str) -> Window:
    """One window [s] of "HH:MM-HH:MM"."""
    ends = [part for part in narrow(text).translate(_DASHES).split("-") if part.strip()]
    if len(ends) != 2:
        raise PydanticCustomError("E306", "not a time window")
    early, late = moment(ends[0]), moment(ends[1])
    if early >= late:
        raise PydanticCustomError("E307", "closes first", span_words(early, late))
    return early, late


def one_window(text: object) -> object:
    """One window [s]; "24h" is the whole day."""
    if not isinstance(text, str):
        return text
    return (0, DAY) if folded(text) in _ALL_DAY else window(text)


def span_words(early: int, late: int) -> dict[str, Any]:
    """Words of a message about a span that ends before it begins."""
    begin, end = clock(early), clock(late)
    return {"begin": begin, "end": end, "suggestion": f"{begin}-{end.split('+')[0]}+1"}


def day(text: object, info: ValidationInfo) -> object:
    """A date; without a year, the year that lies nearest to the plan's date (context `day`)."""
    if not isinstance(text, str):
        return text
    plain = narrow(text)
    match = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if match is None:
        raise PydanticCustomError("E309", "not a date")
    year, month, dom = match.groups()
    plan_day = (info.context or {})["day"]
    years = [int(year)] if year else [plan_day.year - 1, plan_day.year, plan_day.year + 1]
    found = [made for y in years if (made := _date_of(y, int(month), int(dom))) is not None]
    if not found:
        raise PydanticCustomError("E309", "no such date")
    return min(found, key=lambda made: abs((made - plan_day).days))


def _date_of(year: int, month: int, dom: int) -> date | None:
    try:
        return date(year, month, dom)
    except ValueError:
        return None


def last_end(text: object, info: ValidationInfo) -> object:
    """End of the last shift, seconds relative to midnight of the plan's date.

    "HH:MM" means the day before; "04:00+1" the plan's date; a full ISO date and time also counts.
    """
    if not isinstance(text, str):
        return text
    plan_day = (info.context or {})["day"]
    plain = narrow(text)
    if _CLOCK.fullmatch(plain.replace(" ", "")):
        seconds = moment(plain) - DAY
    else:
        seconds = _seconds_since(plain, plan_day)
    if seconds > DAY:
        raise PydanticCustomError("E321", "later than the day", {"day": str(plan_day)})
    return seconds


def _seconds_since(plain: str, plan_day: date) -> int:
    """Seconds from midnight (+08:00) of `plan_day` to an ISO date and time."""
    try:
        end = datetime.fromisoformat(plain.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise PydanticCustomError("E306", "not a date and time") from None
    if end.tzinfo is None:
        end = end.replace(tzinfo=CHINA)
    midnight = datetime(plan_day.year, plan_day.month, plan_day.day, tzinfo=CHINA)
    return round((end - midnight) / timedelta(seconds=1))
