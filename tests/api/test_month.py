"""The page of a month: quotas done and owed, the plans of its days, what the ledger holds."""

import shutil
from datetime import date, datetime

import pytest

from models.account import Role
from models.history.events import Absence, TripDone, Weighing
from models.units import CHINA
from scenarios.ledger.append import Batch, Entry, append
from scenarios.ledger.store import open_ledger
from scenarios.office.duties import Duties, Duty, DutyReport
from tests.api.offices import bearer, people, serving
from tests.api.test_hand import DAY, PLAN, planned  # noqa: F401 -- a fixture

URL = "/api/v1/districts/tiny/month"
PAGE = "/data/tiny/month"
NOON = datetime(2026, 5, 12, 12, tzinfo=CHINA)


@pytest.fixture
def root(planned, tmp_path):  # noqa: F811
    shutil.copytree(planned / "tiny", tmp_path / "data" / "tiny")
    return tmp_path / "data"


def note(folder, *events):
    with open_ledger(folder) as ledger, ledger.writing() as base:
        batch = Batch(kind="import", source="五月.xlsx")
        for kind in (TripDone, Weighing, Absence):
            own = [Entry(one) for one in events if isinstance(one, kind)]
            append(base, own, batch, correct=False)


def asked(root, month="2026-05", language="zh"):
    words = people(root, Role.READER)
    with serving(root, accounts=True) as url, bearer(url, words[Role.READER]) as client:
        told = client.get(URL, params={"month": month})
        query = {"month": month, "lang": language}
        page = client.get(PAGE, params=query, headers={"Accept": "text/html"})
        assert (told.status_code, page.status_code) == (200, 200), told.text
        return told.json(), page.text


def quotas(root, *rows):
    text = "year,operation,trips,counts\n" + "".join(f"{row}\n" for row in rows)
    (root / "tiny" / "quotas.csv").write_text(text, "utf-8")


@pytest.mark.parametrize("place", ["district", "office"])
def test_a_day_has_its_plan_its_trips_and_what_is_ordered(root, place):
    quotas(root, "2026,sweep,1000,route")
    driven = [
        TripDone(day=DAY, operation="sweep", vehicle="SW_L-01", number=str(number), work_m=1500)
        for number in range(3)
    ]
    void = TripDone(day=DAY, operation="sweep", vehicle="SW_L-01", number="9", valid=False)
    note(
        root / "tiny" if place == "district" else root, *driven, void,
        Weighing(day=DAY, site="S1", vehicle="x", net_kg=4_200, number="1"),
        Absence(kind="driver", what="张", begin=DAY.replace(day=11), end=DAY.replace(day=13)),
    )  # fmt: skip
    told, page = asked(root)
    assert len(told["days"]) == 31
    day = told["days"][DAY.day - 1]
    assert (day["date"], day["trips"], day["work_km"]) == ("2026-05-12", 3, 4.5)
    assert (day["weighed_t"], day["away"]) == (4.2, 1)
    assert day["plan"]["id"] == PLAN
    assert day["plan"]["state"] == "draft"
    assert day["plan"]["served"] <= day["plan"]["tasks"]
    assert day["quotas"][0][1] == 3
    (quota,) = told["quotas"]
    assert (quota["done"], quota["owed"], quota["done_month"]) == (3, 997, 3)
    assert [one["plan"] for one in told["days"] if one["date"] != "2026-05-12"] == [None] * 30
    assert f"/desk/{PLAN}" in page
    assert "4.5" in page


def test_the_published_plan_is_the_days_and_what_drivers_said_is_counted(root):
    shutil.copytree(root / "tiny" / "plans" / "day", root / "tiny" / "plans" / "other")
    words = people(root, Role.DISTRICT)
    with serving(root, accounts=True) as url, bearer(url, words[Role.DISTRICT]) as client:
        path = f"/api/v1/plans/{PLAN}"
        assert client.post(f"{path}/publish", json={"even_so": True}).status_code == 200
        said = [
            DutyReport(key=key, work="w", step=step, task="", state=state, said_at=NOON)
            for key, step, state in (("a", 0, "done"), ("b", 1, "cannot"), ("c", 1, "done"))
        ]
        with open_ledger(root) as ledger:
            assert Duties(ledger).report(Duty(plan=PLAN, driver="D1", until=0), said) == 3
        plan = client.get(URL, params={"month": "2026-05"}).json()["days"][11]["plan"]
    assert (plan["id"], plan["state"]) == (PLAN, "published")
    assert (plan["done"], plan["cannot"]) == (2, 0)  # the latest word on each step


def test_a_month_without_quotas_or_with_mistakes_in_them_is_shown_as_that(root):
    quotas(root, "2026,sweep,many,route")
    told, page = asked(root, language="en")
    assert told["quotas"] == []
    assert "No quotas in this year, or tables with mistakes" in page


@pytest.mark.parametrize("month", ["2026-13", "2026-5", "", "x", "2026-05-01"])
def test_what_is_no_month_is_told(root, month):
    words = people(root, Role.READER)
    with serving(root, accounts=True) as url, bearer(url, words[Role.READER]) as client:
        assert client.get(URL, params={"month": month}).status_code == 422
        assert client.get(PAGE, params={"month": month}).status_code == 422


def test_a_february_has_its_days(root):
    told, _ = asked(root, "2028-02")
    assert [told["days"][at]["date"] for at in (0, -1)] == ["2028-02-01", str(date(2028, 2, 29))]


def test_a_month_that_is_known_learns_what_was_driven_since(root):
    quotas(root, "2026,sweep,1000,route")
    words = people(root, Role.READER)
    with serving(root, accounts=True) as url, bearer(url, words[Role.READER]) as client:

        def trips():
            told = client.get(URL, params={"month": "2026-05"}).json()
            return told["days"][11]["trips"], told["quotas"][0]["trips"]

        assert trips() == (0, 1000)
        note(root, TripDone(day=DAY, operation="sweep", vehicle="SW_L-01", number="1"))
        assert trips() == (1, 1000)
        quotas(root, "2026,sweep,20000,route")
        assert trips() == (1, 20000)
