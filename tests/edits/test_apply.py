"""One language of change: a what-if and a scenario file say the same in the same words."""

from __future__ import annotations

from datetime import date

import pytest

from models.edits import Demand, Quota, Scenario, Without
from models.errors import InputErrors
from models.plan import PlanWhatIf
from scenarios.edits.read import read_scenario
from solver.edits.apply import apply_edits, apply_scenario
from solver.edits.whatif import changed_district, edits_of
from tests.edits.test_whatif import bureau

DAY = date(2026, 5, 12)
WHAT_IF = PlanWhatIf(without=["tip", "V1", "C1"], quota_t={"P1": 4.5}, demand_factor=1.5)
FILE = """
name = "bad day"
[[edits]]
do = "without"
ids = ["tip", "V1", "C1"]
[[edits]]
do = "quota"
site = "P1"
tonnes = 4.5
[[edits]]
do = "demand"
factor = 1.5
"""


def test_a_what_if_is_a_list_of_edits():
    assert edits_of(WHAT_IF) == (
        Without(do="without", ids=("tip", "V1", "C1")),
        Quota(do="quota", site="P1", tonnes=4.5),
        Demand(do="demand", factor=1.5),
    )
    assert edits_of(PlanWhatIf()) == ()


def test_a_scenario_file_changes_the_district_as_the_what_if_does(tmp_path):
    (tmp_path / "bad.toml").write_text(FILE, encoding="utf-8")
    scenario = read_scenario(tmp_path / "bad.toml")
    assert scenario.edits == edits_of(WHAT_IF)
    one, other = (
        apply_scenario(bureau(), scenario, DAY), changed_district(bureau(), WHAT_IF)
    )  # fmt: skip
    for table in ("sites", "vehicles", "drivers", "points"):
        assert getattr(one, table) == getattr(other, table)
    assert [site.id for site in one.sites] == ["water", "P1", "D1"]
    assert one.site("P1").daily_quota_kg == 4_500


@pytest.mark.parametrize(("tonnes", "plants"), [(0, 0), (0.001, 1), (9, 1)])
def test_a_quota_of_nothing_closes_the_plant(tonnes, plants):
    edit = Quota(do="quota", site="P1", tonnes=tonnes)
    left = apply_edits(bureau(), [edit], DAY)
    assert sum(site.id == "P1" for site in left.sites) == plants


@pytest.mark.parametrize("begun", [True, False])
def test_edits_hold_from_their_day_on(begun):
    opens = date(2026, 5, 12) if begun else date(2026, 5, 13)
    edits = [
        Without(do="without", ids=("V1",), open_from=opens),
        Quota(do="quota", site="P1", tonnes=1, open_from=opens),
    ]
    left = apply_edits(bureau(), edits, DAY)
    assert [one.id for one in left.vehicles] == (["V2"] if begun else ["V1", "V2"])
    assert left.site("P1").daily_quota_kg == (1_000 if begun else 9_000)


@pytest.mark.parametrize(
    ("edit", "code", "column"),
    [
        (Without(do="without", ids=("V3",)), "E701", "ids"),
        (Without(do="without", ids=("D1",)), "E702", "ids"),
        (Quota(do="quota", site="tip", tonnes=3), "E701", "site"),
    ],
)
def test_what_does_not_fit_the_district_is_refused(edit, code, column):
    with pytest.raises(InputErrors) as caught:
        apply_scenario(bureau(), Scenario(name="x", edits=(edit,)), DAY)
    assert [(one.code, one.column) for one in caught.value.issues] == [(code, column)]
