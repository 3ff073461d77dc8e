"""The office on both databases: accounts, logins, versions of plans and folders, reports, acts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from models.account import Account, Role
from models.errors import HuanweiError
from models.units import CHINA
from scenarios.ledger.office import folder_revisions
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts
from scenarios.office.acts import Acts
from scenarios.office.duties import Duties, DutyReport
from scenarios.office.keys import key
from scenarios.office.orders import JobState, Orders, Place
from scenarios.office.publishing import Publishing
from scenarios.office.revisions import Revisions
from scenarios.office.sessions import Sessions

PASSWORD = "one's own long sentence"
DAY = date(2026, 3, 2)


@pytest.fixture
def ledger(tmp_path, ledger_url):
    with open_ledger(tmp_path, ledger_url) as opened:
        yield opened


def test_people_log_in_and_out_and_wait_after_guessing(ledger):
    accounts, sessions = Accounts(ledger), Sessions(ledger)
    assert not accounts.any()
    wang = Account(name="王芳", role=Role.DISTRICT, title="王")
    accounts.add(wang, PASSWORD, first=True)
    assert accounts.any()
    assert accounts.proven("王芳", "wrong", "a") is None
    assert accounts.proven("王芳", PASSWORD, "a") == wang
    word = sessions.begin(wang)
    assert Sessions(ledger).find(word).account == wang
    sessions.end(word)
    assert sessions.find(word) is None
    assert key(ledger, "session") == key(ledger, "session") != key(ledger, "duty")


def test_one_plan_of_a_day_is_published(ledger):
    publishing = Publishing(ledger)

    def publish(plan, day=DAY, folder="d/plans"):
        return publishing.publish("wang", plan, day=day, folder=folder, digest="x")

    publish("a")
    publish("b")
    publish("next", DAY + timedelta(days=1))
    publish("other", folder="e/plans")
    assert publishing.states() == {
        "a": "superseded", "b": "published", "next": "published", "other": "published"}  # fmt: skip
    publishing.withdraw("wang", "b")
    assert publishing.states()["a"] == "published"
    with pytest.raises(HuanweiError, match="not published"):
        publishing.withdraw("wang", "b")
    assert publishing.published(DAY + timedelta(days=1)) == ["next"]
    assert [one.revision for one in publishing.history("a")] == [2, 1, 0]


def test_reports_come_once_and_the_book_keeps_its_order(ledger):
    duties, acts = Duties(ledger), Acts(ledger)
    now = datetime.now(CHINA)
    duty = duties.duty(duties.word("p", "D7", now))
    one = DutyReport(key="k" * 16, work="r", step=3, task="t", state="done", said_at=now)
    assert [duties.report(duty, [one, one]), duties.report(duty, [one])] == [1, 0]
    (kept,) = duties.reports("p")
    assert (kept["person"], kept["said_at"].utcoffset()) == ("D7", timedelta(hours=8))
    for number in range(3):
        acts.note("wang", "did", str(number), count=number)
    assert [act.about for act in acts.latest()] == ["2", "1", "0"]
    assert [act.detail for act in acts.since(acts.last())] == [{"count": 2}]


def test_folders_have_versions_and_the_database_keeps_them(ledger, tmp_path):
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "a.csv").write_text("1")
    kept = Revisions(ledger, "d", folder)
    (tmp_path / "new").write_text("2")
    put = kept.put("wang", "uploaded", "a.csv", tmp_path / "new")
    first = kept.all()[-1]
    kept.restore("wang", first.id)
    assert (folder / "a.csv").read_text() == "1"
    kept.restore("wang", put.id)
    assert (folder / "a.csv").read_text() == "2"
    with pytest.raises(Exception, match="append-only"), ledger.writing() as base:
        base.execute(sa.delete(folder_revisions))
    assert len(kept.all()) == 4


def test_orders_are_claimed_once_told_in_order_and_the_oldest_go(ledger, monkeypatch):
    """Three orders, one at work at a time; a server that is gone; of ended ones two are kept."""
    monkeypatch.setattr("scenarios.office.orders.KEPT", 2)
    monkeypatch.setattr("scenarios.office.orders.MOST_WAITING", 3)
    orders = Orders(ledger)
    taken = []

    def choose(is_ordered):
        taken.append([is_ordered(f"d/plans/{k}") for k in range(3)])
        return Place(out=f"d/plans/{len(taken) - 1}", plan=f"d~plans~{len(taken) - 1}")

    first, second, third = (orders.add({"seed": k}, "d", choose) for k in range(3))
    assert orders.add({}, "d", choose) is None  # three wait
    assert taken == [[False] * 3, [True, False, False], [True, True, False]]
    assert orders.claim("one").id == first.id
    assert orders.claim("two") is None
    orders.report(first.id, {"stage": "search", "share": 0.5})
    orders.ask_to_stop(first.id)
    orders.ask_to_stop(second.id)
    assert orders.get(second.id).state == JobState.CANCELLED
    assert orders.servers() == {"one": False}
    orders.interrupt("one", {"code": "interrupted"})
    ended = orders.get(first.id)
    assert (ended.state, ended.progress["share"]) == (JobState.INTERRUPTED, 0.5)
    assert ended.errors == [{"code": "interrupted"}]
    told = [event.get("state", event.get("stage")) for _, event in orders.events(first.id, 0)]
    assert told == ["queued", "running", "search", "stopping", "interrupted"]
    assert [number for number, _ in orders.events(first.id, 3)] == [3, 4]
    assert orders.claim("two").id == third.id
    orders.end(third.id, JobState.FINISHED, [], Place(out="d/plans/9", plan="d~plans~9"))
    assert [one.id for one in orders.latest()] == [third.id, second.id]
    assert orders.events(first.id, 0) == []
    assert orders.get(third.id).plan == "d~plans~9"
