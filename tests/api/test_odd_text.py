"""Exports never raise on text: names of a map may hold what no workbook and no XML can."""

import io
import xml.etree.ElementTree as ET

import openpyxl
import pytest

from api.exports.geometry import Ground
from api.exports.gpx import route_gpx
from api.exports.xlsx import plan_workbook
from tests.api.handmade import make_district, tiny_network, walk_plan

ODD = ["\x0b", "\x07", "\x1f", "\x00", "\ufffe", "\uffff", "\ud800", "\x85", "\u200b", "=1+1", "<&"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    network = tiny_network(folder)
    return walk_plan(network), network, make_district(network, folder, 3)


def spoiled(plan, char):
    """The plan with the character in the names of its steps and of one street left out."""
    routes = [
        route.model_copy(update={"trips": [
            trip.model_copy(update={"steps": [
                step.model_copy(update={"name": f"甲{char}乙"}) for step in trip.steps
            ]}) for trip in route.trips
        ]}) for route in plan.routes
    ]  # fmt: skip
    unserved = [task.model_copy(update={"name": f"甲{char}乙"}) for task in plan.unserved]
    return plan.model_copy(update={"routes": routes, "unserved": unserved})


@pytest.mark.parametrize("char", ODD, ids=ascii)
def test_a_workbook_and_a_gpx_hold_any_text(town, char):
    plan, network, district = town
    odd = spoiled(plan, char)
    seen = "" if char not in {"=1+1", "<&"} else char
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(odd, network, district, "zh")))
    assert f"甲{seen}乙" in {str(cell.value) for cell in book["步骤"]["J"]}
    raw = route_gpx(odd, odd.routes[0], Ground(network), "zh")
    names = {node.text for node in ET.fromstring(raw).iter() if node.tag.endswith("}name")}
    assert f"甲{seen}乙" in names
