"""The terminal shows every figure, in the reader's language, and where the files are."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from api.exports.report import print_kpis
from api.words.i18n import flat_kpis, kpi_label, kpi_text, kpi_unit, words
from models.solution import Reason
from solver.document import figures as kpi_room
from tests.api.handmade import tiny_network, walk_plan


def printed(plan, language):
    out = io.StringIO()
    print_kpis(plan, language, Path("plans/x"), console=Console(file=out, width=200))
    return out.getvalue()


def test_every_figure_is_printed_with_its_unit(tmp_path):
    plan = walk_plan(tiny_network(tmp_path))
    text = printed(plan, "zh")
    assert "作业里程" in text
    assert "98.5 %" in text
    assert "71.2 吨" in text  # a group's unit holds for its members
    assert "BAY_OVERLAP" in text
    assert "plans/x/map.html" in text
    english = printed(plan.model_copy(update={"violations": []}), "en")
    assert "No violations" in english
    assert "71.2 t" in english


@pytest.mark.parametrize(
    ("key", "unit"),
    [("service_km", "km"), ("deadhead_share", "%"), ("tasks", ""), ("water_m3", "m3"),
     ("cost_cny", "cny"), ("duty_h", "h"), ("collected_t", "t")],
)  # fmt: skip
def test_the_unit_stands_in_the_ending_of_the_name(key, unit):
    assert kpi_unit(key) == unit


def test_every_word_exists_in_both_languages():
    for section in words().values():
        for pair in section.values():
            assert len(pair) == 2
            assert all(text.strip() or text == "+1 " for text in pair)


def test_every_reason_and_every_figure_of_the_solver_has_words():
    source = Path(kpi_room.__file__).read_text(encoding="utf-8")
    figures = source.partition('    return {\n        "routes"')[2]
    keys = {line.split('"')[1] for line in figures.splitlines() if line.startswith('        "')}
    assert len(keys) > 10
    assert keys | {"routes"} <= words()["kpi"].keys()
    assert {reason.value for reason in Reason} <= words()["reason"].keys()


def test_unknown_figures_are_shown_readably():
    assert kpi_label("new_figure_km", "zh") == "new figure km"
    assert kpi_text(None, "km", "en") == "—"
    assert next(flat_kpis({"a": {"b": {"c_t": 1}}})) == (("a", "b"), "c_t", 1, "t")
