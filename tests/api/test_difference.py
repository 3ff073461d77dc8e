"""What differs between two plans, said in rows and words."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from api.exports.difference import change, difference_sheets, difference_tables, what_if_words
from models.difference import PlanDifference, PlanFigure, PlanMove, PlanMoves, PlanSiteChange
from models.edits import Demand, Quota, Without
from models.units import timestamp
from tests.api.handmade import DAY, tiny_network, walk_plan


def figure(base: float | None, value: float | None, key: str = "service_km") -> PlanFigure:
    return PlanFigure(key=key, base=base, value=value)


@pytest.mark.parametrize(
    ("base", "value", "less"),
    [(3, 5, 2), (5, 3, -2), (0.1, 0.3, 0.2), (None, 3, None), (3, None, None), (0, 0, 0)],
)
def test_a_change_needs_the_figure_in_both_plans(base, value, less):
    assert change(figure(base, value)) == less


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Without(do="without", ids=("W", "v1")), "Without: W, v1"),
        (Demand(do="demand", factor=1.25), "Waste of the points, times: 1.25"),
        (Demand(do="demand", factor=2, stream="kitchen"),
         "Change: do demand, factor 2.0, stream kitchen"),
        (Quota(do="quota", site="P", tonnes=800), "Plant quota (t): P 800"),
    ],
)  # fmt: skip
def test_an_edit_is_said_in_words(edit, said):
    assert list(what_if_words([edit], "en")) == [said]


@pytest.fixture
def plan(tmp_path):
    told = PlanDifference(
        base_date=DAY, base_created=timestamp(DAY, 0), base_what_if=(), keep=False,
        figures=[figure(10.0, 12.5), figure(7, 7, "routes"), figure(None, 0.5, "mechanised_rate")],
        sites=[PlanSiteChange(id="S", name="South", kind="station", base_t=20, value_t=17.5,
                              base_ratio=0.4, value_ratio=None)],
        assignment=PlanMoves(kept=3, moved=1, new=0, gone=0, lost=["x", "y"], kept_share=0.75,
                             vehicles_before=2, vehicles_after=1,
                             moves=[PlanMove(task="t", before="v/early", after="w/early")]),
    )  # fmt: skip
    made = walk_plan(tiny_network(tmp_path), routes=1, serves=2)
    edits = (Without(do="without", ids=("W",)),)
    return made.model_copy(update={"difference": told, "what_if": edits})


def test_the_workbook_tells_figures_sites_and_moves(plan):
    """Tasks lost are counted, those kept are three of four."""
    sheets = {name: list(rows) for name, (_, rows) in difference_sheets(plan, "en").items()}
    assert [row[1:4] for row in sheets["difference"][:3]] == [
        (10.0, 12.5, 2.5), (7, 7, 0), (None, 0.5, None)
    ]  # fmt: skip
    counts = {row[0]: row[2] for row in sheets["difference"][3:]}
    assert (counts["Kept"], counts["Now unserved"], counts["Share kept"]) == (3, 2, 0.75)
    assert sheets["site_changes"] == [("S", "South", 20, 17.5, -2.5, 0.4, None)]
    assert sheets["moves"] == [("t", "v/early", "w/early")]


def test_every_row_of_the_workbook_is_as_wide_as_its_head(plan):
    for head, rows in difference_sheets(plan, "zh").values():
        assert {len(row) for row in rows} == {len(head)}


def test_the_terminal_shows_what_was_changed_and_only_figures_that_differ(plan):
    console = Console(file=io.StringIO(), width=200)
    console.print(*difference_tables(plan, "en"), sep="\n")
    said = console.file.getvalue()
    assert said.startswith("Without: W\n")
    assert "+2.5" in said
    assert "-2.5" in said
    assert "50.0 %" in said
    assert "Routes" not in said
    assert "Kept 3; Moved 1" in said


def test_a_plan_compared_with_none_has_no_tables(plan):
    alone = plan.model_copy(update={"difference": None, "what_if": ()})
    assert difference_sheets(alone, "en") == {}
    assert list(difference_tables(alone, "en")) == []
