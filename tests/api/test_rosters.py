"""Duties of a roster handed over by hand: judged at once, taken back, and told to the second."""

import json
import shutil
from datetime import date

import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

from api.commands.app import app
from api.exports.roster import write_roster
from models.account import Role
from models.roster import RosterDocument
from models.shift import Roster
from scenarios.desk.roster import RosterOrder, roster_folder
from scenarios.desk.roster_swap import Swap, desk_of, swapped
from solver.judge.people import check_roster
from solver.shifts.roster import Budget
from tests.api.chromium import needs_chromium
from tests.api.offices import bearer, people, serving
from tests.api.test_hand import DAY, planned  # noqa: F401 -- a fixture

URL = "/api/v1/districts/tiny/rosters"
FIRST = DAY.isoformat()


@pytest.fixture(scope="module")
def rostered(planned):  # noqa: F811
    """The data folder with a roster of three days."""
    folder = planned / "tiny"
    order = RosterOrder(begin=DAY, days=3, budget=Budget(seconds=30, deterministic=1))
    district, made = roster_folder(folder, order)
    write_roster(made, district, folder / "rosters" / FIRST, "zh")
    return planned


@pytest.fixture
def root(rostered, tmp_path):
    shutil.copytree(rostered / "tiny", tmp_path / "data" / "tiny")
    return tmp_path / "data"


def document(root):
    text = (root / "tiny" / "rosters" / FIRST / "roster.json").read_bytes()
    return RosterDocument.model_validate_json(text)


def busiest(roster):
    """A duty, who does it, and somebody with a duty of the same time."""
    for duty in roster.duties:
        for other in roster.duties:
            if duty.crew and other.crew and duty.crew != other.crew and (
                duty.date == other.date and duty.begin < other.end and other.begin < duty.end
            ):  # fmt: skip
                return duty, other
    raise AssertionError("the demo has no two duties at a time")


def test_a_duty_given_to_somebody_busy_breaks_a_law_and_back_it_breaks_none(root):
    roster = document(root)
    desk = desk_of(root / "tiny", roster)
    duty, other = busiest(roster)
    out, into = duty.crew[0], other.crew[0]
    made = swapped(desk, roster, Swap(duty=duty.id, out=out, into=into))
    assert "DOUBLE_BOOKED" in {one.code for one in made.appeared}
    back = swapped(desk, made.document, Swap(duty=duty.id, out=into, into=out))
    assert {one.id: one.crew for one in back.document.duties} == {
        one.id: one.crew for one in roster.duties}  # fmt: skip
    assert [one.code for one in back.solved] == [one.code for one in made.appeared]
    assert back.document.pay_cny == roster.pay_cny


def test_two_duties_are_exchanged_and_the_verdict_is_the_judges(root):
    roster = document(root)
    desk = desk_of(root / "tiny", roster)
    duty, other = busiest(roster)
    wish = Swap(duty=duty.id, out=duty.crew[0], into=other.crew[0], back=other.id)
    made = swapped(desk, roster, wish).document
    crews = {one.id: one.crew for one in made.duties}
    assert crews[duty.id][0] == other.crew[0]
    assert crews[other.id][0] == duty.crew[0]
    told = {(one.code, one.where) for one in made.violations}
    again = check_roster(desk.problem, Roster(crews={k: tuple(crew) for k, crew in crews.items()}))
    assert told == {(one.code, one.where) for one in again}


def test_over_http_a_swap_is_kept_noted_and_refused_to_whoever_saw_the_roster_before(root):
    words = people(root, Role.DISTRICT, Role.OPERATOR, Role.READER)
    with serving(root, accounts=True) as url, bearer(url, words[Role.OPERATOR]) as client:
        (listed,) = client.get(URL).json()
        assert (listed["id"], listed["days"]) == (FIRST, 3)
        roster = client.get(f"{URL}/{FIRST}").json()
        duty = next(one for one in roster["duties"] if one["crew"])
        fit = client.get(f"{URL}/{FIRST}/fit", params={"duty": duty["id"]}).json()["people"]
        assert duty["crew"][0] in fit
        into = next(one for one in fit if one not in duty["crew"])
        wish = {"duty": duty["id"], "out": duty["crew"][0], "into": into}
        told = client.post(f"{URL}/{FIRST}/swaps", json={**wish, "seen": roster["created"]})
        assert told.status_code == 200, told.text
        kept = {one.id: one.crew for one in document(root).duties}
        assert kept[duty["id"]][0] == into
        old = {**wish, "seen": "2026-01-01T00:00:00+08:00"}
        late = client.post(f"{URL}/{FIRST}/swaps", json=old)
        assert late.json()["error"] == "changed_meanwhile"
        odd = {"duty": "nowhere", "seen": told.json()["roster"]["created"]}
        assert client.post(f"{URL}/{FIRST}/swaps", json=odd).status_code == 409
        assert client.get(f"{URL}/..%2F..").status_code == 404
    with serving(root, accounts=True) as url, bearer(url, words[Role.DISTRICT]) as chief:
        acts = chief.get("/api/v1/acts").json()
        (act,) = [one for one in acts if one["what"] == "roster_changed"]
        assert (act["who"], act["detail"]["into"]) == ("the-operator", into)


def test_at_the_command_line_a_duty_is_handed_over_with_the_same_verdict(root):
    roster = document(root)
    duty, other = busiest(roster)
    words = ["--out", duty.crew[0], "--into", other.crew[0], "--json"]
    done = CliRunner().invoke(app, ["swap", str(root / "tiny"), duty.id, *words])
    assert done.exit_code == 0
    told = {one["code"] for one in json.loads(done.stdout)["appeared"]}
    assert "DOUBLE_BOOKED" in told
    assert {one.id: one for one in document(root).duties}[duty.id].crew[0] == other.crew[0]
    assert CliRunner().invoke(app, ["swap", str(root / "tiny"), "nowhere"]).exit_code == 2


@needs_chromium
def test_a_duty_is_dragged_to_somebody_else_judged_and_taken_back(root, page, trouble):
    before = {one.id: one.crew for one in document(root).duties}
    with serving(root) as url:
        page.goto(f"{url}/data/tiny/people?lang=zh")
        cell = page.locator("td.rest-day[data-person]").nth(1)
        day = cell.get_attribute("data-date")
        duty = page.locator(f'td[data-date="{day}"] .duty').first
        duty.drag_to(page.locator(f'td.rest-day[data-date="{day}"]').first)
        expect(page.locator("#verdict")).to_contain_text("已移交")
        after = {one.id: one.crew for one in document(root).duties}
        assert sum(after[name] != crew for name, crew in before.items()) == 1
        page.locator("#undo").click()
        expect(page.locator("body.busy")).to_have_count(0)
        assert {one.id: one.crew for one in document(root).duties} == before
    assert trouble == []
    assert date.fromisoformat(day) >= DAY
