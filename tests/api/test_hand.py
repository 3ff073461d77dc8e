"""Plans changed by hand over HTTP: verdict, undo, restart, save, re-plan; the page of it."""

import os
import re
import shutil
from contextlib import ExitStack, contextmanager
from datetime import date

import pytest

from api.runner import write_day
from models.account import Role
from models.day import Budget, Request
from scenarios.demo import write_demo
from scenarios.desk.judge import judge_folder, read_plan
from solver.document.earlier import steps_of
from tests.api.offices import bearer, people, serving

DAY = date(2026, 5, 12)
PLAN = "tiny~plans~day"
HAND = f"/api/v1/plans/{PLAN}/hand"
TABLES = "/api/v1/districts/tiny"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A data folder with one planned day of the tiny demo."""
    root = tmp_path_factory.mktemp("planned")
    write_demo(root / "tiny", size="tiny")
    request = Request(
        day=DAY, budget=Budget(iterations=40), workers=1,
        only=frozenset({"collect_residual", "sweep"}),
    )  # fmt: skip
    write_day(root / "tiny", request, root / "tiny" / "plans" / "day", language="zh")
    return root


@pytest.fixture
def root(planned, tmp_path):
    """A copy that a test may change."""
    shutil.copytree(planned / "tiny", tmp_path / "data" / "tiny")
    return tmp_path / "data"


@pytest.fixture
def plan(root):
    return read_plan(root / "tiny" / "plans" / "day" / "plan.json")


def move(plan, count=1):
    """Some tasks of the first collection route to the second."""
    one, other = [route for route in plan.routes if route.operation == "collect_residual"][:2]
    tasks = [step.task for step in steps_of(one) if step.kind == "serve"][:count]
    return {
        "do": "reassign", "tasks": tasks, "vehicle": other.vehicle, "shift": other.shift,
    }  # fmt: skip


@contextmanager
def served(root, *roles):
    """Clients of people of these roles, of a server over the folder."""
    words = people(root, *roles)
    with serving(root) as url, ExitStack() as stack:
        yield [stack.enter_context(bearer(url, words[role])) for role in roles]


def test_a_change_an_undo_and_a_redo_are_kept_over_a_restart(root, plan):
    words = people(root, Role.DISTRICT, Role.TOWN)
    chief, town = words[Role.DISTRICT], words[Role.TOWN]
    with serving(root) as url, bearer(url, chief) as one, bearer(url, town) as other:
        begin = one.get(HAND).json()
        assert begin["done"] == 0
        assert {row["key"] for row in begin["routes"]} == {
            f"{route.vehicle}/{route.shift}" for route in plan.routes
        }
        told = one.post(HAND, json={"edit": move(plan), "seen": 0}).json()
        assert told["done"] == 1
        assert len(told["effect"]["routes"]) == 2
        assert sum("trips" in row for row in told["routes"]) == 2
        told = other.post(HAND, json={"edit": move(plan, 2), "seen": 1}).json()
        assert [change["who"] for change in told["changes"]] == ["the-district", "the-town"]
        assert other.post(f"{HAND}/undo", json={"seen": 2}).json()["done"] == 1
    with serving(root) as url, bearer(url, chief) as again:
        state = again.get(HAND).json()
        assert (state["done"], len(state["changes"])) == (1, 2)
        assert sum("trips" in row for row in state["routes"]) == 2
        assert again.post(f"{HAND}/redo", json={"seen": 1}).json()["done"] == 2
        assert again.post(f"{HAND}/drop", json={"seen": 2}).json()["changes"] == []
        assert again.get(HAND).json()["done"] == 0


def test_who_looked_before_another_changed_is_told_so(root, plan):
    with served(root, Role.DISTRICT) as (client,):
        assert client.post(HAND, json={"edit": move(plan), "seen": 0}).status_code == 200
        late = client.post(HAND, json={"edit": move(plan), "seen": 0})
        assert (late.status_code, late.json()["error"]) == (409, "changed_meanwhile")
        assert client.get(HAND).json()["done"] == 1


def test_a_change_that_means_nothing_is_told_with_a_way_out(root):
    with served(root, Role.DISTRICT) as (client,):
        edit = {"do": "take_out", "tasks": ["nothing"]}
        answer = client.post(HAND, json={"edit": edit, "seen": 0})
        assert (answer.status_code, answer.json()["error"]) == (422, "E651")
        assert answer.json()["errors"][0]["hint_zh"]
        assert client.post(HAND, json={"edit": {"do": "fly"}, "seen": 0}).status_code == 422
        assert client.get(HAND).json()["done"] == 0


def test_a_saved_draft_is_a_plan_of_its_own_that_the_judge_agrees_with(root, plan):
    with served(root, Role.OPERATOR) as (client,):
        told = client.post(HAND, json={"edit": move(plan), "seen": 0}).json()
        saved = client.post(f"{HAND}/save", json={"language": "zh"})
        assert (saved.status_code, saved.json()) == (201, {"plan": f"{PLAN}-hand"})
        assert client.post(f"{HAND}/save", json={}).json() == {"plan": f"{PLAN}-hand-2"}
        page = client.get(f"/desk/{PLAN}/compare", params={"with": f"{PLAN}-hand"})
        assert move(plan)["tasks"][0] in page.text
    folder = root / "tiny" / "plans" / "day-hand"
    made = read_plan(folder / "plan.json")
    assert [(one.who, one.edit.do) for one in made.changes] == [("the-operator", "reassign")]
    assert len(made.violations) == len(told["violations"])
    assert list(judge_folder(folder).as_written) == made.violations
    assert read_plan(root / "tiny" / "plans" / "day" / "plan.json") == plan


def test_the_page_draws_the_plan_and_runs_no_word_of_it(root):
    with served(root, Role.READER) as (client,):
        page = client.get(f"/desk/{PLAN}")
        assert page.status_code == 200
        assert "'unsafe-inline'" not in page.headers["content-security-policy"]
        assert not re.search(r"<script>|style=|onclick=", page.text)
        for name in re.findall(r'"/static/([^"]+)"', page.text):
            assert client.get(f"/static/{name}").status_code == 200
        assert client.get(HAND).status_code == 403


def test_a_map_of_an_older_version_is_drawn_anew(root):
    (root / "tiny" / "plans" / "day" / "map.html").write_text("<html></html>", "utf-8")
    with served(root, Role.DISTRICT) as (client,):
        assert "trips" in client.get(f"/desk/{PLAN}/drawn.js").text


def test_a_map_comes_small_and_once_while_its_plan_stays_as_it_is(root):
    with served(root, Role.READER) as (client,):
        path = f"/desk/{PLAN}/drawn.js"
        first = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert first.headers["content-encoding"] == "gzip"
        assert int(first.headers["content-length"]) < len(first.content) / 2
        known = {"If-None-Match": first.headers["etag"]}
        assert client.get(path, headers=known).status_code == 304
        plain = client.get(path, headers={"Accept-Encoding": "identity, gzip;q=0"})
        assert "content-encoding" not in plain.headers
        assert plain.content == first.content
        plan = root / "tiny" / "plans" / "day" / "plan.json"
        os.utime(plan, ns=(1, 1))
        assert client.get(path, headers=known).status_code == 304
        other = plan.with_name("map.html")
        other.write_text(other.read_text("utf-8").replace("CP_12-01", "CP_12-99"), "utf-8")
        os.utime(plan, ns=(2, 2))
        assert "CP_12-99" in client.get(path, headers=known).text


def test_who_is_out_and_what_is_ordered_stands_in_the_tables_and_beside_the_draft(root):
    with served(root, Role.OPERATOR, Role.DISTRICT) as (operator, chief):
        out = operator.post(f"{TABLES}/outages", json={"id": "苏DX0018", "note": "液压故障"})
        assert (out.status_code, out.json()["id"]) == (200, "SW_L-01")
        order = {
            "operation": "sweep",
            "window": "13:00-15:00",
            "street": "绣井里",
            "date": str(DAY),
        }
        added = chief.post(f"{TABLES}/orders", json=order)
        assert (added.status_code, added.json()["id"]) == (201, "O3")
        back = operator.post(f"{TABLES}/outages", json={"id": "SW_L-01", "available": True})
        assert back.json()["revision"] > added.json()["revision"]
        news = operator.get(HAND).json()["news"]
        assert [(one["what"], one["id"], one["who"]) for one in news] == [
            ("somebody_out", "SW_L-01", "the-operator"), ("order_added", "O3", "the-district"),
            ("somebody_back", "SW_L-01", "the-operator"),
        ]  # fmt: skip
        assert news[0]["note"] == "液压故障"


@pytest.mark.parametrize(("path", "wish", "status"), [
    ("outages", {"id": "nobody"}, 409), ("outages", {"id": ""}, 422),
    ("outages", {"id": "SW_L-01", "note": "a\nb"}, 422),
    ("orders", {"operation": "sweep", "window": "13:00-15:00"}, 409),
    ("orders", {"operation": "sweep", "window": "at noon", "street": "x"}, 422),
    ("orders", {"operation": "sweep", "window": "1:00-2:00", "lon": 120}, 422),
])  # fmt: skip
def test_news_that_make_no_sense_change_nothing(root, path, wish, status):
    with served(root, Role.TOWN) as (client,):
        before = {one.name: one.read_bytes() for one in (root / "tiny").glob("*.csv")}
        assert client.post(f"{TABLES}/{path}", json=wish).status_code == status
        assert {one.name: one.read_bytes() for one in (root / "tiny").glob("*.csv")} == before
