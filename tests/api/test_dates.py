"""A day in a request is written as people write it; a number is no day."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from api.serve.v1.dates import IsoDate

DAY = TypeAdapter(IsoDate | None)


@pytest.mark.parametrize("odd", [0, "0", 1764547200, "1764547200", 1.5, True, "2026-03-02T00:00",
                                 "2026-3-2", "２０２６-03-02", "2026-02-30", ""])  # fmt: skip
def test_what_is_no_day_is_refused(odd):
    with pytest.raises(ValidationError):
        DAY.validate_python(odd)


def test_a_day_and_none_are_taken():
    assert DAY.validate_python("2026-03-02") == date(2026, 3, 2)
    assert DAY.validate_python(None) is None
    assert DAY.json_schema()["anyOf"][0]["format"] == "date"
