"""What every part of a document is made of: a frozen record, moments, texts in two languages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, model_validator

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Plans are days of these years: any moment outside them is a slip of the pen."""


T = TypeVar("T", date, datetime)


def _in_our_time(moment: T) -> T:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year {moment.year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""ISO 8601 with an offset: without one it would be another moment on another computer."""


Day = Annotated[date, AfterValidator(_in_our_time)]


class Record(BaseModel):
    """Base of all parts of a plan: frozen, no unknown fields, no number that is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlanText(Record):
    """A text in both languages; a plain one, of plans before 2.0, stands for both."""

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return {"zh": value, "en": value} if isinstance(value, str) else value

    def text(self, language: str) -> str:
        """In Chinese where `language` is `zh`, else in English."""
        return self.zh if language == "zh" else self.en
