"""What stands first on a plan: green only where all work of the day is done."""

import pytest

from api.exports.banner import banner
from api.exports.report import verdict
from tests.api.handmade import tiny_network, walk_plan


@pytest.fixture
def plan(tmp_path):
    return walk_plan(tiny_network(tmp_path))


def test_all_served_and_lawful_is_green(plan):
    whole = plan.model_copy(update={"unserved": [], "violations": []})
    assert verdict(whole, "en").style == "green"
    assert banner(whole, "en") == "No violations: the plan can be driven"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "left out (12.5 t of waste stay): "),
        ("zh", "（12.5 吨垃圾未收运）"),
    ],
)
def test_work_left_out_is_never_green_and_says_why(plan, language, text):
    kpis = {"served": 7, "tasks": 9, "uncollected_kg": 12_500}
    lawful = plan.model_copy(update={"violations": [], "kpis": kpis})
    assert plan.unserved
    assert verdict(lawful, language).style == "yellow"
    said = banner(lawful, language)
    assert text in said
    assert "7" in said
    assert "9" in said


def test_broken_laws_come_first(plan):
    assert plan.violations
    assert banner(plan, "en").startswith(f"{len(plan.violations)} violations; ")
    assert verdict(plan, "en").style == "red"
