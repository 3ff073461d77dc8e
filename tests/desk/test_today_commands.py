"""What the page can, the command line can: publish, withdraw, out, back, order."""

import json

import pytest
from typer.testing import CliRunner

from api.commands.app import app
from models.plan import PlanViolation
from scenarios.demo import write_demo
from scenarios.ledger.store import open_ledger
from scenarios.office.acts import Acts
from scenarios.office.publishing import PlanState, Publishing
from tests.api.handmade import tiny_network, walk_plan


def told(*words):
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def data(tmp_path):
    """Two plans of one day in a district, the second with a violation."""
    plan = walk_plan(tiny_network(tmp_path), routes=1, serves=2)
    broken = PlanViolation(code="WINDOW", where="x", excess=1, detail="")
    for name, violations in (("one", []), ("two", [broken])):
        folder = tmp_path / "d" / "plans" / name
        folder.mkdir(parents=True)
        made = plan.model_copy(update={"violations": violations})
        (folder / "plan.json").write_text(made.model_dump_json(by_alias=True), "utf-8")
    return tmp_path


def test_a_plan_is_published_and_withdrawn_and_the_book_tells_it(data):
    one = data / "d" / "plans" / "one"
    code, found = told("publish", one, "--data", data)
    assert (code, found["plan"], found["state"]) == (0, "d~plans~one", "published")
    assert told("publish", one, "--data", data)[0] == 2  # already
    code, found = told("withdraw", one, "--data", data)
    assert (code, found["state"]) == (0, "withdrawn")
    with open_ledger(data) as ledger:
        assert Publishing(ledger).states() == {"d~plans~one": PlanState.WITHDRAWN}
        book = [(one.who, one.what) for one in Acts(ledger).latest()]
    assert book == [("huanwei", "plan_withdrawn"), ("huanwei", "plan_published")]


def test_a_plan_elsewhere_is_refused(data, tmp_path_factory):
    code, found = told(
        "publish", data / "d" / "plans" / "one", "--data", data / "d" / "plans" / "two"
    )
    assert code == 2
    assert "--data" in found["errors"][0]["message_en"]


def test_out_back_and_order_write_the_tables(tmp_path):
    write_demo(tmp_path / "d", size="tiny")
    before = (tmp_path / "d" / "vehicles.csv").read_bytes()
    assert told("out", tmp_path / "d", "SW_L-01")[1] == {
        "huanwei": 1, "command": "out", "id": "SW_L-01", "file": "vehicles.csv",
    }  # fmt: skip
    assert b"sweep,no," in (tmp_path / "d" / "vehicles.csv").read_bytes()
    told("back", tmp_path / "d", "SW_L-01")
    assert (tmp_path / "d" / "vehicles.csv").read_bytes() == before
    words = ("--operation", "sweep", "--street", "绣井里", "--window", "13:00-15:00")
    assert told("order", tmp_path / "d", *words, "--date", "2026-05-12")[1]["id"] == "O3"
    assert told("order", tmp_path / "d", "--operation", "sweep", "--window", "9:00-9:30")[0] == 2
    assert told("out", tmp_path / "nowhere", "x")[0] == 2
    assert not list((tmp_path / "d").glob(".huanwei-*"))
