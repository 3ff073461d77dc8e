"""One language of change: a what-if and a scenario file say the same in the same words."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from api.exports.difference import what_if_words
from models.difference import PlanWhatIf
from models.edits import Close, Demand, Garage, Move, Open, Quota, Scenario, Without
from models.errors import InputErrors
from scenarios.desk.whatif import plan_name, what_if
from scenarios.edits.read import read_scenario
from solver.edits.apply import apply_edits, apply_scenario
from solver.edits.whatif import all_places, changed_district, district_then
from tests.edits.test_whatif import bureau

DAY = date(2026, 5, 12)
DOCUMENT = TypeAdapter(PlanWhatIf)
WHAT_IF = what_if(["tip", "V1", "C1"], quota_t={"P1": 4.5}, demand_factor=1.5)
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
    assert (
        Without(do="without", ids=("tip", "V1", "C1")),
        Quota(do="quota", site="P1", tonnes=4.5),
        Demand(do="demand", factor=1.5),
    ) == WHAT_IF
    assert what_if() == ()


def test_a_scenario_file_changes_the_district_as_the_what_if_does(tmp_path):
    (tmp_path / "bad.toml").write_text(FILE, encoding="utf-8")
    scenario = read_scenario(tmp_path / "bad.toml")
    assert scenario.edits == WHAT_IF
    one, other = (
        apply_scenario(bureau(), scenario, DAY), changed_district(bureau(), WHAT_IF, DAY)
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


def test_a_plan_tells_its_what_if_in_the_words_of_a_scenario_file(tmp_path):
    """What the document holds, written as a row of a scenario file, is the same edit."""
    (tmp_path / "bad.toml").write_text(FILE, encoding="utf-8")
    written = DOCUMENT.dump_python(WHAT_IF, mode="json")
    assert [row["do"] for row in written] == ["without", "quota", "demand"]
    assert DOCUMENT.validate_python(written) == read_scenario(tmp_path / "bad.toml").edits


@pytest.mark.parametrize(
    ("older", "edits"),
    [
        (None, ()),
        ({"without": [], "demand_factor": 1.0, "quota_t": {}}, ()),
        ({}, ()),
        ({"without": ["tip", "V1"]}, what_if(["tip", "V1"])),
        ({"without": [], "demand_factor": 1.3, "quota_t": {}}, what_if(demand_factor=1.3)),
        (
            {"without": ["tip", "V1", "C1"], "demand_factor": 1.5, "quota_t": {"P1": 4.5}},
            WHAT_IF,
        ),
        ({"quota_t": {"P1": 0, "P2": 3}}, what_if(quota_t={"P1": 0, "P2": 3})),
    ],
)
def test_a_document_of_version_1_is_read_as_the_same_edits(older, edits):
    assert DOCUMENT.validate_python(older) == edits


@pytest.mark.parametrize(
    "odd",
    [
        "tip", 5, ["tip"], {"without": "tip"}, {"without": [4]}, {"demand_factor": 0},
        {"demand_factor": 21}, {"demand_factor": "much"}, {"demand_factor": float("nan")},
        {"quota_t": {"P1": -1}}, {"quota_t": ["P1"]}, {"without": ["tip"], "also": 1},
        [{"do": "demand", "factor": float("inf")}], [{"do": "nothing"}], [{}],
        [{"do": "without", "ids": []}], [{"do": "quota", "site": "P1", "tonnes": 1e6}],
    ],
)  # fmt: skip
def test_a_what_if_that_is_none_is_refused(odd):
    with pytest.raises(ValidationError):
        DOCUMENT.validate_python(odd)


def test_every_edit_of_a_plan_is_applied_in_order_and_all_misfits_are_told_at_once():
    edits = DOCUMENT.validate_python(
        [
            {"do": "open", "site": "P2", "like": "P1", "lon": 0.1, "lat": 0.2},
            {"do": "resize", "site": "P2", "capacity_t": 5},
            {"do": "close", "site": "S9"},
            {"do": "without", "ids": ["V9"]},
            {"do": "fleet", "like": "V9"},
        ]
    )
    changed = changed_district(bureau(), edits[:2], DAY)
    assert changed.site("P2").daily_quota_kg == 5_000
    with pytest.raises(InputErrors) as caught:
        changed_district(bureau(), edits, DAY)
    assert [(one.code, one.file, one.value) for one in caught.value.issues] == [
        ("E701", "what-if", "S9"), ("E602", "what-if", "V9"), ("E701", "what-if", "V9"),
    ]  # fmt: skip
    then = district_then(bureau(), edits, DAY)
    assert [site.id for site in then.sites] == [site.id for site in changed.sites]


def test_roads_are_cut_at_what_edits_take_away_and_at_what_they_add():
    edits = DOCUMENT.validate_python(
        [
            {"do": "without", "ids": ["tip", "V1"]},
            {"do": "quota", "site": "P1", "tonnes": 0},
            {"do": "open", "site": "P2", "like": "water", "lon": 0.1, "lat": 0.2},
            {"do": "split_point", "point": "R1", "places": [[0.1, 0], [0.2, 0]]},
            {"do": "close_street", "name": "long"},
        ]
    )
    whole = all_places(bureau(), changed_district(bureau(), edits, DAY))
    assert [site.id for site in whole.sites] == ["tip", "water", "P1", "D1", "P2"]
    assert [(one.id, one.lon) for one in whole.points if one.id != "R2"] == [
        ("R1", 0.1), ("R1-2", 0.2),
    ]  # fmt: skip
    assert [one.id for one in whole.vehicles] == ["V1", "V2"]
    assert [one.name for one in whole.closures] == ["long"]


def test_words_and_a_folder_name_for_every_edit():
    edits = DOCUMENT.validate_python(
        [
            {"do": "without", "ids": ["S1", "S2"]},
            {"do": "demand", "factor": 1.2},
            {"do": "demand", "factor": 2, "stream": "kitchen"},
            {"do": "close", "site": "S3"},
        ]
    )
    assert list(what_if_words(edits, "en")) == [
        "Without: S1, S2",
        "Waste of the points, times: 1.2",
        "Change: do demand, factor 2.0, stream kitchen",
        "Change: do close, site S3",
    ]
    assert plan_name(DAY, edits[1:]) == "2026-05-12-demand-1.2-demand-2-kitchen-close-S3"


def with_depots(*edits):
    return apply_scenario(bureau(), Scenario(name="x", edits=edits), DAY)


SECOND = Open(do="open", site="D2", like="D1", lon=120.0, lat=31.0)


def test_vehicles_are_garaged_at_another_depot_and_only_those_named():
    first, *others = bureau().vehicles
    found = with_depots(SECOND, Garage(do="garage", vehicles=(first.id,), depot="D2"))
    assert found.vehicles[0].depot == "D2"
    assert list(found.vehicles[1:]) == others


def test_vehicles_go_with_a_depot_that_moves_once_it_does():
    move = Move(do="move", site="D1", lon=120.0, lat=31.0)
    assert {one.depot for one in with_depots(move).vehicles} == {"D1-new"}
    later = move.model_copy(update={"open_from": date(2030, 1, 1)})
    assert {one.depot for one in with_depots(later).vehicles} == {"D1"}


@pytest.mark.parametrize(
    ("edits", "column", "value"),
    [
        ((Close(do="close", site="D1"),), "site", "D1"),
        ((Garage(do="garage", vehicles=("V1",), depot="tip"),), "depot", "tip"),
        ((Garage(do="garage", vehicles=("ghost",), depot="D1"),), "vehicles", "ghost"),
    ],
    ids=["a depot with vehicles closes", "a tip is no depot", "no such vehicle"],
)
def test_vehicles_without_a_depot_are_refused(edits, column, value):
    with pytest.raises(InputErrors) as caught:
        with_depots(*edits)
    (found,) = caught.value.issues
    assert (found.column, found.value) == (column, value)


def test_a_depot_closes_once_its_vehicles_are_garaged_elsewhere():
    every = tuple(one.id for one in bureau().vehicles)
    found = with_depots(
        SECOND, Garage(do="garage", vehicles=every, depot="D2"), Close(do="close", site="D1")
    )
    assert "D1" not in {site.id for site in found.sites}
    assert {one.depot for one in found.vehicles} == {"D2"}
