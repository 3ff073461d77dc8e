"""Small districts after public bug reports of other routers: the right value, through the door.

Every folder is a town one can add up by hand; the neighbours change one tag of it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.python import check_district, plan_day

if TYPE_CHECKING:
    from models.errors import Issue
    from models.plan import Plan

HERE = Path(__file__).parent
DAY = "2026-03-18"
TRUCK, SWEEPER = "collect_residual", "sweep"
ROUND_THE_BLOCK_M, ROUND_TWICE_M, STRAIGHT_M = 3_168, 4_496, 2_080


def copied(case: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """The folder of a case, with pieces of its road file changed; each must be there."""
    (source,) = HERE.glob(f"{case}-*")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    path = folder / "roads.osm"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


def planned(folder: Path, operation: str = TRUCK) -> Plan:
    plan = plan_day(folder, DAY, iterations=200, workers=1, only=[operation])
    assert {one.code for one in plan.violations} <= {"CREW_SHORT"}  # these towns name no drivers
    return plan


def metres(plan: Plan) -> int:
    return sum(route.distance_m for route in plan.routes)


def tag(key: str, value: str) -> str:
    return f'<tag k="{key}" v="{value}"/>'


ONE = tag("motor_vehicle:backward", "no")


@pytest.mark.parametrize(
    ("tags", "driven"),
    [
        (ONE, ROUND_THE_BLOCK_M),
        (tag("oneway:hgv", "yes"), ROUND_THE_BLOCK_M),
        (tag("oneway", "reversible"), ROUND_TWICE_M),
        (tag("oneway", "yes") + tag("oneway:motor_vehicle", "no"), STRAIGHT_M),
    ],
)
def test_01_direction_by_access_tags(tmp_path: Path, tags: str, driven: int):
    assert metres(planned(copied("01", tmp_path, (ONE, tags)))) == driven


LIMIT = tag("maxweightrating", "7.5")


@pytest.mark.parametrize(
    ("tags", "driven"),
    [
        (LIMIT, ROUND_TWICE_M),
        (tag("maxweight", "限重"), ROUND_TWICE_M),
        (tag("maxweight", "20 t"), STRAIGHT_M),
    ],
)
def test_02_limits_by_rating_and_units(tmp_path: Path, tags: str, driven: int):
    assert metres(planned(copied("02", tmp_path, (LIMIT, tags)))) == driven


def test_04_barrier_on_junction_node(tmp_path: Path):
    plan = planned(copied("04", tmp_path))
    assert metres(plan) == STRAIGHT_M
    assert any("node 2" in note.en for note in plan.notes)


ACCESS = tag("access", "no")
STRAIGHT_ON_BY_DAY = (
    "<relation id='1'><member type='way' ref='1' role='from'/>"
    "<member type='node' ref='2' role='via'/><member type='way' ref='3' role='to'/>"
    + tag("type", "restriction")
    + tag("restriction:conditional", "no_straight_on @ (07:00-09:00)")
    + "</relation>"
)
FROM, TO = ("<nd ref='2'/><nd ref='3'/><nd ref='6'/>", "<nd ref='6'/><nd ref='3'/><nd ref='2'/>")


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ([], "access"),
        ([(ACCESS, tag("access", "private"))], "access"),
        ([(ACCESS, tag("motor_vehicle", "no"))], "access"),
        ([(ACCESS, tag("hgv", "no"))], "access"),
        ([(ACCESS, tag("width", "1.8"))], "width"),
        ([(ACCESS, tag("maxweight", "5"))], "限重"),
        ([(ACCESS, tag("oneway", "-1"))], "oneway"),
        ([(ACCESS, ""), ("<node id='2' version='1' lat='31.97' lon='121.0821178'>",
          "<node id='2' version='1' lat='31.97' lon='121.0821178'>" + tag("barrier", "bollard"))],
         "节点 2 有障碍物"),
        ([(ACCESS, tag("maxheight", "2.0"))], "限高"),
        ([(ACCESS, tag("access:conditional", "no @ (04:00-13:00)"))], "access"),
        ([(ACCESS, ""), ("</osm>", STRAIGHT_ON_BY_DAY + "</osm>")], "分时段禁止转弯"),
    ],
    ids=range(11),
)  # fmt: skip
def test_05_check_names_the_street_and_the_cause(
    tmp_path: Path, changes: list[tuple[str, str]], cause: str
):
    told = refused(copied("05", tmp_path, *changes))
    assert (told.file, told.row, told.value) == ("points.csv", 6, "B1")
    assert "小路" in told.message_zh
    assert cause in told.message_zh


def refused(folder: Path) -> Issue:
    """The one place that no vehicle can serve."""
    (told,) = [one for one in check_district(folder, DAY).warnings if one.code == "W504"]
    return told


@pytest.mark.parametrize("changes", [[], [(ACCESS, tag("oneway", "-1"))]], ids=["access", "oneway"])
def test_05_a_point_stands_on_its_own_street(tmp_path: Path, changes: list[tuple[str, str]]):
    folder = copied("05", tmp_path, *changes)
    plan = planned(folder)
    (lost,) = plan.unserved
    assert (lost.task, lost.reason) == ("collect_residual-B1-1", "unreachable")
    assert lost.relaxation.zh in refused(folder).message_zh
    assert not any("B1" in note.zh for note in plan.notes)


def test_05_a_closure_of_the_street_is_told_as_its_cause(tmp_path: Path):
    folder = copied("05", tmp_path, (ACCESS, ""))
    (folder / "closures.csv").write_text(
        "way_id,name,begin,end,reason\n3,,2026-03-01,2026-03-31,施工\n", encoding="utf-8"
    )
    plan = planned(folder)
    (lost,) = plan.unserved
    assert (lost.reason, lost.relaxation.zh) == ("unreachable", "封闭：施工")
    assert metres(plan) == 1_040


def test_05_a_point_beyond_reach_of_every_road_is_refused(tmp_path: Path):
    folder = copied("05", tmp_path, (ACCESS, ""))
    points = (folder / "points.csv").read_text(encoding="utf-8")
    (folder / "points.csv").write_text(
        points.replace("121.1228864,31.97,", "121.1228864,31.975,"), encoding="utf-8"
    )
    (lost,) = planned(folder).unserved
    assert lost.reason == "unreachable"
    assert "556 米" in lost.relaxation.zh
    assert "200 米" in lost.relaxation.zh
    assert [one.value for one in check_district(folder, DAY).warnings if one.code == "W504"] == [
        "B1"
    ]


WAY = "<way id='7' version='1' >"
NODES = "<nd ref='1'/><nd ref='2'/><nd ref='3'/>"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [(f"{WAY}{NODES}", f"<way id='8' version='1'>{NODES}")],
        [(NODES, "<nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='2'/><nd ref='1'/>")],
    ],
    ids=["twice", "another id", "there and back"],
)
def test_06_a_street_is_swept_once(tmp_path: Path, changes: list[tuple[str, str]]):
    plan = planned(copied("06", tmp_path, *changes), SWEEPER)
    assert sum(route.service_m for route in plan.routes) == pytest.approx(599, abs=3)
    assert plan.unserved == []


def way(tags: str = "", *, id: int = 7, version: int = 1, nodes: str = NODES) -> str:
    road = tag("highway", "residential") + tag("name", "甲路")
    return f"<way id='{id}' version='{version}' >{nodes}{road}{tags}</way>"


BACK = "<nd ref='3'/><nd ref='2'/><nd ref='1'/>"
ONEWAY = tag("oneway", "yes")


@pytest.mark.parametrize(
    ("ways", "swept"),
    [
        ([way(id=7), way(id=8, nodes=BACK)], 599),
        ([way(id=7), way(id=8, nodes="<nd ref='2'/><nd ref='3'/>")], 599),
        ([way(ONEWAY), way(version=2)], 599),
        ([way(version=2), way(ONEWAY)], 599),
        ([way(), way(ONEWAY, version=2)], 0),
        ([way(ONEWAY, version=2), way()], 0),
    ],
    ids=["reversed", "part", "newer both ways", "newer first", "newer one way", "one way first"],
)
def test_06_the_newest_of_two_versions_is_the_street(tmp_path: Path, ways: list[str], swept: int):
    """One way only the street has no way back to the depot: nobody can leave to sweep it."""
    folder = copied("06", tmp_path, (f"{way()}\n{way()}", "\n".join(ways)))
    plan = planned(folder, SWEEPER)
    assert sum(route.service_m for route in plan.routes) == pytest.approx(swept, abs=3)
    assert bool(plan.unserved) == (swept == 0)
    (told,) = [one for one in check_district(folder, DAY).warnings if one.code == "W505"]
    assert "way 7" in told.message_en


def test_09_an_hour_bound_ban_on_the_only_way_in_is_named(tmp_path: Path):
    plan = planned(copied("09", tmp_path))
    (lost,) = plan.unserved
    assert (lost.task, lost.reason) == ("collect_residual-B1-1", "unreachable")
    assert lost.relaxation.zh == "巷：节点 2 分时段禁止转弯,按全天有效处理"
    assert metres(plan) == STRAIGHT_M


LEFT, RIGHT = "no_left_turn @ (07:00-09:00)", "no_right_turn @ (07:00-09:00)"
LONG_WAY_M = 2_482
LOST = None
CONDITIONAL = "restriction:conditional"


@pytest.mark.parametrize(
    ("changes", "driven"),
    [
        ([(f'k="{CONDITIONAL}" v="{LEFT}"', 'k="restriction" v="no_left_turn"')], LOST),
        ([(LEFT, "no_entry @ (Mo-Fr 07:00-09:00)"), (RIGHT, "no_entry @ (Mo-Fr)")], LOST),
        ([(LEFT, "no_left_turn @ (weight>3.5)")], LOST),
        ([(f'k="{CONDITIONAL}" v="{RIGHT}"', f'k="restriction:bus:conditional" v="{RIGHT}"')],
         LONG_WAY_M),
        ([(LEFT, "none @ (07:00-09:00)")], LONG_WAY_M),
        ([("role='to'/><tag k=\"type\" v=\"restriction\"/>"
           f'<tag k="{CONDITIONAL}" v="{RIGHT}"/>',
           "role='to'/><tag k=\"type\" v=\"restriction\"/>"
           f'<tag k="{CONDITIONAL}" v="{RIGHT}"/><tag k="except" v="hgv"/>')], LONG_WAY_M),
        ([("<member type='way' ref='3' role='to'/>", "")], LOST),
    ],
    ids=["always", "no entry", "by weight", "for buses", "none", "but trucks", "no to"],
)  # fmt: skip
def test_09_bans_into_the_only_lane(
    tmp_path: Path, changes: list[tuple[str, str]], driven: int | None
):
    """With one of the two turns free the lane is reached, the long way round where it must be."""
    plan = planned(copied("09", tmp_path, *changes))
    assert [one.reason for one in plan.unserved] == ([] if driven else ["unreachable"])
    if driven:
        assert metres(plan) == pytest.approx(driven, abs=1_200)
