"""Violations that a person can read: laws and findings in both languages, amounts with units."""

import re
from pathlib import Path

import pytest

from api.exports.mapdata import violation_data
from api.words.i18n import words
from api.words.violations import amount, finding, law
from models.plan import PlanViolation

ROOT = Path(__file__).parents[2]


def violation(**changes):
    fields = {"code": "LOAD", "where": "sweep-1-02", "excess": 0, "detail": ""}
    return PlanViolation(**(fields | changes))


@pytest.mark.parametrize("path", sorted((ROOT / "solver" / "judge").glob("*.py")), ids=str)
def test_every_law_has_words(path):
    codes = set(re.findall(r'code="([A-Z_]{2,})"', path.read_text(encoding="utf-8")))
    assert codes <= words()["violation"].keys()


@pytest.mark.parametrize(
    ("excess", "unit", "text"),
    [
        (0, "kg", ""),
        (340, "kg", "340 kg"),
        (90, "s", "90 s"),
        (600, "s", "10 min"),
        (5_400, "s", "1.5 h"),
        (2, "", "2"),
    ],
)
def test_amounts_are_told_with_a_unit(excess, unit, text):
    assert amount(violation(excess=excess, unit=unit), "en") == text


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("takes 10 s, needs 12 s", "用时 10 秒，需要 12 秒"),
        ("begins 13:41", "开始于 13:41"),
        ("written 7, right 9, or so", "所写 7，应为 9, or so"),
        ("C1 holds none, needs A2", "C1 持 none，需要 A2"),
        ("人民路 [3, way 100]", "人民路 [3, way 100]"),
    ],
)
def test_findings_are_told_in_both_languages(english, chinese):
    assert finding(english, "en") == english
    assert finding(english, "zh") == chinese


def test_the_map_gets_law_route_and_place():
    one = violation(route="sweep-1-02", vehicle="V1", lon=121.0, lat=32.0, excess=60, unit="kg")
    row = violation_data(one)
    assert row["law"] == [law(one, "zh"), law(one, "en")] == ["超过载重", "overloaded"]
    assert (row["route"], row["vehicle"], row["place"]) == ("sweep-1-02", "V1", [32.0, 121.0])
    assert violation_data(violation())["place"] is None
