"""Stations as planned and as weighed: tickets of the ledger beside what the day's plan brings."""

import shutil

import pytest

from models.account import Role
from models.history.events import Weighing
from scenarios.desk.judge import read_plan
from scenarios.ledger.append import Batch, Entry, append
from scenarios.ledger.store import open_ledger
from tests.api.offices import bearer, people, serving
from tests.api.test_hand import DAY, planned  # noqa: F401 -- a fixture

URL = "/api/v1/districts/tiny/stations"


@pytest.fixture
def root(planned, tmp_path):  # noqa: F811
    shutil.copytree(planned / "tiny", tmp_path / "data" / "tiny")
    return tmp_path / "data"


def weigh(folder, *tickets):
    with open_ledger(folder) as ledger, ledger.writing() as base:
        entries = [
            Entry(Weighing(day=DAY, vehicle=f"V{number}", number=str(number), site=site,
                           net_kg=kg, at_s=at))
            for number, (site, kg, at) in enumerate(tickets)
        ]  # fmt: skip
        append(base, entries, Batch(kind="import", source="磅单.xlsx"), correct=False)


def asked(root, day=DAY):
    words = people(root, Role.READER)
    with serving(root, accounts=True) as url, bearer(url, words[Role.READER]) as client:
        told = client.get(URL, params={"date": day.isoformat()})
        query = {"date": day.isoformat(), "lang": "zh"}
        page = client.get("/data/tiny/stations", params=query, headers={"Accept": "text/html"})
        assert (told.status_code, page.status_code) == (200, 200), told.text
        return told.json(), page.text


@pytest.mark.parametrize("place", ["district", "office"])
def test_tickets_stand_beside_what_the_plan_brings(root, place):
    plan = read_plan(root / "tiny" / "plans" / "day" / "plan.json")
    station = next(one for one in plan.stations if one.taken_t)
    tickets = [(station.id, 4_200, 7 * 3_600), (station.name, 3_800, 7 * 3_600 + 60),
               (station.id, 1_000, None), ("老地磅", 500, 8 * 3_600)]  # fmt: skip
    weigh(root / "tiny" if place == "district" else root, *tickets)
    told, page = asked(root)
    assert told["plan"] == "tiny~plans~day"
    sites = {one["id"]: one for one in told["sites"]}
    own = sites[station.id]
    assert own["planned_t"] == pytest.approx(station.taken_t, abs=0.1)
    assert own["limit_t"] == station.design_t
    assert (own["weighed_t"], own["weighings"]) == (9.0, 3)
    assert own["hours"][-1][1] == own["planned_t"]
    assert own["hours"][-1][2] == 8.0  # a ticket without a time is in the sum alone
    assert (sites["老地磅"]["weighed_t"], sites["老地磅"]["planned_t"]) == (0.5, 0.0)
    assert station.name in page
    assert "设施表中没有" in page


def test_a_day_without_a_plan_shows_weighings_alone(root):
    told, page = asked(root, DAY.replace(day=13))
    assert told["plan"] == ""
    assert {one["planned_t"] for one in told["sites"]} == {None}
    assert "当天没有计划" in page
