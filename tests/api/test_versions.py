"""Which plan is driven: draft, published, superseded, withdrawn; and the phones of its drivers."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import httpx
import pytest

from api.exports.folder import write_plan
from api.serve.phone import works_of
from models.account import Account, Role
from models.plan import Plan
from models.units import CHINA
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts
from scenarios.office.duties import Duties
from scenarios.office.sessions import Sessions
from tests.api.handmade import make_district, tiny_network, walk_plan
from tests.api.offices import PASSWORD, bearer, people, serving

EVIL = "<img src=x onerror=alert(1)>"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A data folder with three plans of one day, without violations, and people of two roles."""
    root = tmp_path_factory.mktemp("data")
    network = tiny_network(root)
    plan = walk_plan(network, routes=6, serves=3)
    duties = [duty.model_copy(update={"name": EVIL}) if n == 0 else duty
              for n, duty in enumerate(plan.roster)]  # fmt: skip
    plan = plan.model_copy(update={"violations": [], "roster": duties})
    (root / "d").mkdir()
    (root / "d" / "district.toml").write_text('name = "天宁"\n', "utf-8")
    for name in "abc":
        write_plan(plan, network, make_district(network, root, 6), root / "d" / "plans" / name)
    words = people(root, Role.DISTRICT, Role.TOWN)
    with open_ledger(root) as ledger:
        driver = Account(name="wang", role=Role.DRIVER, scope=plan.roster[0].driver)
        Accounts(ledger).add(driver, PASSWORD)
        words[Role.DRIVER] = Sessions(ledger).begin(driver)
    return root, words


@pytest.fixture(scope="module")
def office(written):
    """Clients of the roles; links of past days stay open."""
    root, words = written
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenarios.office.duties.LASTS_S", 10**9)
        with serving(root, accounts=True) as url:
            found = {role: bearer(url, word) for role, word in words.items()}
            found["phone"] = httpx.Client(base_url=url, timeout=30)
            yield found
            for client in found.values():
                client.close()


def publish(client, name, **wish):
    return client.post(f"/api/v1/plans/d~plans~{name}/publish", json=wish)


def states(client):
    plans = client.get("/api/v1/plans").json()
    return {plan["id"][-1]: plan["state"] for plan in plans}


def test_a_day_has_one_published_plan_and_publishing_can_be_undone(office):
    chief = office[Role.DISTRICT]
    assert states(chief) == {"a": "draft", "b": "draft", "c": "draft"}
    assert publish(chief, "a", note="早班").json()["note"] == "早班"
    assert publish(chief, "a").status_code == 409
    assert publish(chief, "b").json()["state"] == "published"
    assert states(chief) == {"a": "superseded", "b": "published", "c": "draft"}
    assert chief.post("/api/v1/plans/d~plans~b/withdraw").json()["state"] == "withdrawn"
    assert states(chief) == {"a": "published", "b": "withdrawn", "c": "draft"}
    assert chief.post("/api/v1/plans/d~plans~b/withdraw").status_code == 409
    history = chief.get("/api/v1/plans/d~plans~a/versions").json()
    assert [one["state"] for one in history] == ["published", "superseded", "published"]
    assert {one["who"] for one in history} == {"the-district"}
    assert publish(office[Role.TOWN], "c").status_code == 403


def test_a_plan_with_violations_is_published_only_by_whoever_says_so(office, written):
    path = written[0] / "d" / "plans" / "c" / "plan.json"
    plan = json.loads(path.read_text("utf-8"))
    plan["violations"] = [{"code": "BAY_OVERLAP", "where": "x", "excess": 1, "detail": ""}]
    path.write_text(json.dumps(plan), "utf-8")
    chief = office[Role.DISTRICT]
    refused = publish(chief, "c")
    assert (refused.status_code, refused.json()["error"]) == (409, "has_violations")
    assert publish(chief, "c", even_so=True).status_code == 200
    chief.post("/api/v1/plans/d~plans~c/withdraw")


def duty(office):
    (first, *_) = office[Role.TOWN].get("/api/v1/plans/d~plans~a/duties").json()
    return first, re.sub(r"^https?://[^/]+", "", first["link"])


def said(one, key, state="done", **more):
    return {"key": key, "work": one["work"][0], "step": 2, "task": "t", "state": state,
            "said_at": "2026-03-02T05:12:00+08:00", **more}  # fmt: skip


def test_a_phone_opens_its_duty_by_the_link_alone_and_names_stay_text(office):
    one, link = duty(office)
    page = office["phone"].get(link)
    assert page.status_code == 200
    assert EVIL not in page.text
    assert "data-say" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.findall(
        r"(?:src|href)=[\"'](?:https?:)?//|<script(?![^>]*(?:src|json))", page.text
    )
    assert one["work"][0] in page.text


def test_what_a_driver_reports_is_kept_once_however_often_it_is_sent(office):
    one, link = duty(office)
    batch = [said(one, "a" * 16), said(one, "b" * 16, "cannot", note="车辆占道", photo="1.jpg")]
    phone = office["phone"]
    assert phone.post(f"{link}/reports", json=batch).json() == {"new": 2}
    assert phone.post(f"{link}/reports", json=batch).json() == {"new": 0}
    kept = office[Role.TOWN].get("/api/v1/plans/d~plans~a/reports").json()
    assert [(each["state"], each["note"], each["photo"]) for each in kept] == [
        ("done", "", ""), ("cannot", "车辆占道", "1.jpg")]  # fmt: skip
    again, _ = duty(office)
    assert (again["done"], again["cannot"]) == (0, 1)  # the latest of a step holds
    assert '"cannot"' in phone.get(link).text


@pytest.mark.parametrize(
    "more",
    [{"work": "another-route"}, {"state": "stolen"}, {"key": "short"}, {"step": -1},
     {"said_at": "2999-01-01T00:00:00Z"}, {"said_at": "yesterday"}, {"note": "x" * 401},
     {"more": 1}],
    ids=str,
)  # fmt: skip
def test_reports_that_are_none_are_refused(office, more):
    one, link = duty(office)
    answer = office["phone"].post(f"{link}/reports", json=[said(one, "c" * 16) | more])
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid_request"


def test_forged_and_ended_links_open_nothing(office, written, monkeypatch):
    _, link = duty(office)
    phone = office["phone"]
    for forged in (link[:-2], link + "x", "/duty/x.y", "/duty/" + "a" * 60):
        assert phone.get(forged).status_code == 404
        assert phone.post(f"{forged}/reports", json=[]).status_code == 404
    assert phone.get("/api/v1/plans").status_code == 401  # the link opens one duty, nothing else
    monkeypatch.setattr("scenarios.office.duties.LASTS_S", 0)
    _, ended = duty(office)
    assert phone.get(ended).status_code == 404


def test_the_sheet_of_links_has_a_code_for_every_duty(office):
    page = office[Role.TOWN].get("/links/d~plans~a", headers=HTML)
    count = len(office[Role.TOWN].get("/api/v1/plans/d~plans~a/duties").json())
    assert page.text.count("<svg") == count
    assert EVIL not in page.text


def test_a_driver_who_logs_in_finds_their_published_duties(office, monkeypatch):
    driver = office[Role.DRIVER]
    assert driver.get("/", headers=HTML).status_code == 403
    monkeypatch.setattr("api.serve.pages.duty.BEHIND_DAYS", 10**5)
    publish(office[Role.DISTRICT], "a")  # a test before this one may have, where it ran here
    page = driver.get("/mine", headers=HTML).text
    (link,) = re.findall(r'href="(/duty/[^"]+)"', page)
    assert driver.get(link).status_code == 200


def test_every_step_of_a_duty_is_on_the_phone_once(written):
    plan = Plan.model_validate_json((written[0] / "d/plans/a/plan.json").read_bytes())
    for duty in plan.roster:
        for work in works_of(plan, duty, "zh"):
            (route,) = [one for one in plan.routes if one.id == work.id]
            steps = [step for trip in route.trips for step in trip.steps]
            shown = [number for item in work.items for number in item.steps]
            expected = [number for number, step in enumerate(steps)
                        if step.kind not in {"drive", "wait"}]  # fmt: skip
            assert shown == expected
            driven = sum(step.distance_m for step in steps if step.kind == "drive")
            told = sum(int(way.distance.rstrip(" m").replace(",", ""))
                       for item in work.items for way in item.way)  # fmt: skip
            assert told == driven


def test_a_link_of_another_office_opens_nothing(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    with open_ledger(tmp_path / "x") as one, open_ledger(tmp_path / "y") as other:
        end = datetime.now(CHINA) + timedelta(hours=1)
        word = Duties(one).word("p", "d1", end)
        assert Duties(one).duty(word).driver == "d1"
        assert Duties(other).duty(word) is None
