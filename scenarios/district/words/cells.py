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

from models.toml_text import read_toml
from models.units import CHINA, DAY, clock
from scenarios.district.words.messages import suggest
from solver.trade.profile import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationInfo

    from models.district import Window

PROFILE_TABLES = {"operation": "operations", "vehicle_type": "vehicles", "stream": "streams"}
"""Kinds of words that the rule profile has titles for, and its table of each."""
HEADERS_FILE = Path(__file__).with_name("headers.toml")
_NUMBER = re.compile(r"[+-]?\s?(\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?")
_CLOCK = re.compile(
    r"(次日|翌日|第二[天日]|隔[天日]|明[天日])?(?:凌晨|清晨|早晨|早上)?"
    r"(\d{1,2})(?:[:点时](?:(\d{2})分?)?|[点时](半))(?::\d{2})?(?:\+(\d))?"
)
_DATE = re.compile(
    r"(?:(\d{4})\s?[-./年]\s?)?(\d{1,2})\s?[-./月]\s?(\d{1,2})[日号]?(?:[ T]0?0:00(?::00)?)?"
)
_CUT_OFF = re.compile(r"\d{1,2}\.[123]")
"""A date that may have lost a zero: a workbook keeps 3.10, the tenth of March, as a number: 3.1."""
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
SIMPLE = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
"""Numbers as most cells have them."""
_ALL_DAY = {
    "24h", "24小时", "全天", "全天候", "24/7", "allday", "全日", "全天开放", "24小时开放",
    "24小时营业", "昼夜", "不限",
}  # fmt: skip
_DASHES = str.maketrans({"~": "-", "—": "-", "–": "-", "至": "-", "到": "-", "−": "-"})
_SEPARATORS = re.compile(r"[;、|\n]")
_WINDOWS = re.compile(r"[;,、|/\n和及]")


@cache
def names() -> Mapping[str, Any]:
    """Aliases as read from `headers.toml`."""
    return tomllib.loads(HEADERS_FILE.read_text(encoding="utf-8"))


@cache
def word_aliases(kind: str) -> Mapping[str, str]:
    """Every accepted spelling of the words of `kind`, folded, to the word.

    Titles of the standard rule profile are words too: what is shown is understood.
    """
    spellings = dict(names()["words"].get(kind, {}))
    if kind in PROFILE_TABLES:
        for word, one in read_toml(SHIPPED / "standard.toml")[PROFILE_TABLES[kind]].items():
            titles = (one["title_zh"], one["title_en"], *one.get("words", ()))
            spellings[word] = [*titles, *spellings.get(word, ())]
    return {
        folded(alias): word for word, aliases in spellings.items() for alias in (word, *aliases)
    }


def narrow(text: str) -> str:
    """The text with full-width letters and digits as half-width, without blanks around."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def folded(text: str) -> str:
    """The text as names are compared: narrow, lower case, without blanks inside."""
    return "".join(narrow(text).split()).lower()


def number(text: object) -> object:
    """A decimal number; thousands may be parted by commas or blanks."""
    if not isinstance(text, str):
        return text
    if SIMPLE.fullmatch(text):
        return float(text)
    plain = narrow(text)
    if not _NUMBER.fullmatch(plain) or not any(char.isdigit() for char in plain):
        raise PydanticCustomError("E302", "not a number")
    return float(plain.replace(",", "").replace(" ", ""))


def percent(text: object) -> object:
    """A number of percent, with or without its sign."""
    return number(narrow(text).removesuffix("%")) if isinstance(text, str) else text


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
    """An operation: the product's words become its id, others stay (the profile decides)."""
    return code(text, "operation")


def stream(text: object, info: ValidationInfo) -> object:
    """A stream of the rule profile, in any of its spellings; `streams` of the context knows them.

    Without a profile at hand (it could not be read) the words of the standard one count.
    """
    if not isinstance(text, str):
        return text
    titles: Mapping[str, str] = (info.context or {}).get("stream_titles", {})
    known = (info.context or {}).get("streams") or word_aliases("stream")
    found = known.get(text) or known.get(folded(text))
    if found is None:
        listed = titles or dict.fromkeys(known.values(), "")
        raise PydanticCustomError("E305", "unknown word", suggest(text, listed, titles))
    return found


def streams(text: object, info: ValidationInfo) -> object:
    """A list of streams."""
    listed = entries(text)
    return tuple(stream(part, info) for part in listed) if isinstance(listed, tuple) else listed


def code(text: object, kind: str) -> object:
    """The code of a word of `kind` in any of its spellings; other words stay, as an id."""
    if not isinstance(text, str):
        return text
    return word_aliases(kind).get(folded(text), identifier(text))


def codes(text: object, kind: str) -> object:
    """A list of codes of `kind`."""
    listed = entries(text)
    return tuple(code(part, kind) for part in listed) if isinstance(listed, tuple) else listed


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
    match = _CLOCK.fullmatch(narrow(text).replace(" ", ""))
    minutes = 30 if match and match[4] else int(match[3] or 0) if match else 60
    if match is None or int(match[2]) > 48 or minutes > 59:
        raise PydanticCustomError("E306", "not a time")
    days = int(match[5] or 0) + (match[1] is not None)
    return days * DAY + int(match[2]) * 3600 + minutes * 60


def windows(text: object) -> object:
    """Opening hours as windows [s], in order; "05:00-22:00", "06:30-09:00;18:00-20:30", "24h".

    They come round every day (`solver/trade/hours.py`): tomorrow's must not overlap today's.
    """
    if not isinstance(text, str):
        return text
    if folded(text) in _ALL_DAY:
        return ((0, DAY),)
    spans = sorted(
        _of_one_day(window(part)) for part in _WINDOWS.split(narrow(text)) if part.strip()
    )
    if not spans:
        raise PydanticCustomError("E306", "not a time window")
    again = [(early + DAY, late + DAY) for early, late in spans[:1]]
    if any(late > early for (_, late), (early, _) in itertools.pairwise(spans + again)):
        raise PydanticCustomError("E308", "windows overlap")
    return tuple(spans)


def _of_one_day(span: Window) -> Window:
    """The same daily hours, told from the day on which they open: "24:00-29:00" is 00:00-05:00."""
    days = span[0] // DAY * DAY
    return span[0] - days, span[1] - days


def window(text: str) -> Window:
    """One window [s] of "HH:MM-HH:MM"."""
    parts = narrow(text).translate(_DASHES).split("-")
    ends = [part for part in parts if part.strip()]
    if len(ends) != 2 or not parts[0].strip() or not parts[-1].strip():
        raise PydanticCustomError("E306", "not a time window")
    early, late = moment(ends[0]), moment(ends[1])
    if early >= late:
        raise PydanticCustomError("E307", "closes first", span_words(early, late))
    if late - early > DAY:
        words = {"begin": clock(early), "end": clock(late)}
        raise PydanticCustomError("E322", "longer than a day", words)
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
    plan_day = (info.context or {})["day"]
    return min(_dates(text, plan_day), key=lambda made: abs((made - plan_day).days))


def day_span(begin: object, end: object, plan_day: date) -> tuple[object, object]:
    """Two dates; years that are not written are chosen together, so that the end comes not first.

    Of several choices the span that is nearest to `plan_day` counts, then the one that begins
    nearest to it. Where no choice is good, both are taken alone.
    """
    if not isinstance(begin, str) or not isinstance(end, str):
        return begin, end
    try:
        begins, ends = _dates(begin, plan_day), _dates(end, plan_day)
    except PydanticCustomError:
        return begin, end
    spans = [(first, last) for first in begins if (last := _next(first, ends)) is not None]
    if not spans or (len(begins) == 1 and len(ends) == 1):
        return begin, end

    def away(span: tuple[date, date]) -> tuple[int, int]:
        first, last = span
        outside = max((first - plan_day).days, (plan_day - last).days, 0)
        return outside, abs((first - plan_day).days)

    return min(spans, key=away)


def _next(first: date, ends: list[date]) -> date | None:
    return min((last for last in ends if last >= first), default=None)


def _dates(text: str, plan_day: date) -> list[date]:
    """The date, or without a year those of the years around the plan's; at least one."""
    plain = narrow(text)
    match = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if match is None:
        raise PydanticCustomError("E309", "not a date")
    year, month, dom = match.groups()
    if not year and _CUT_OFF.fullmatch(plain):
        raise PydanticCustomError("E309", "not a date")
    years = [int(year)] if year else range(plan_day.year - 1, plan_day.year + 2)
    found = [made for y in years if (made := _date_of(y, int(month), int(dom))) is not None]
    if not found:
        raise PydanticCustomError("E309", "no such date")
    return found


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
