"""Every address times what an account's scope names: nothing, another district, one unit."""

from __future__ import annotations

import re
import shutil

import httpx
import pytest

from models.account import Account, Role
from scenarios.desk.judge import read_plan
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts
from scenarios.office.sessions import Sessions
from solver.document.earlier import steps_of
from tests.api.offices import PASSWORD, bearer, serving
from tests.api.test_hand import HAND, PLAN, planned  # noqa: F401 -- a fixture
from tests.api.test_roles import TABLE

UNIT = "保洁一队"
PART = {
    "GET /desk/{plan}", "GET /desk/{plan}/drawn.js", "GET /links/{plan}",
    "GET /plans/{plan}/{name:path}",
    "GET /api/v1/plans/{plan}/hand", "POST /api/v1/plans/{plan}/hand",
    "POST /api/v1/plans/{plan}/hand/{step}", "POST /api/v1/plans/{plan}/hand/save",
    "GET /api/v1/plans/{plan}/files", "GET /api/v1/plans/{plan}/files/{name:path}",
    "GET /api/v1/plans/{plan}/versions", "GET /api/v1/plans/{plan}/duties",
    "GET /api/v1/plans/{plan}/reports", "POST /api/v1/districts/{district}/outages",
    "GET /api/v1/jobs/{job}", "GET /api/v1/jobs/{job}/events",
}  # fmt: skip
"""Addresses that show or change a part of a thing to whom a part is; all others are 403 to them."""
OF_A_THING = [
    address
    for address, who in TABLE.items()
    if re.search(r"{(plan|district|job|study)}", address) and {"town", "operator"} & {*who.split()}
]
BODIES = {
    "hand": {"edit": {"do": "lock", "what": "route", "vehicle": "CP_12-01", "shift": "early"},
             "seen": 0},
    f"plans/{PLAN}/hand/undo": {"seen": 0}, "undo": {"latest": 1}, "rows": {},
    "save": {}, "replan": {"iterations": 1}, "outages": {"id": "CP_12-01"},
    "orders": {"operation": "sweep", "window": "9:00-10:00", "street": "绣井里"},
    "settings": {"key": "crs", "value": "wgs84"}, "swaps": {"duty": "x", "seen": ""},
    "points": {"base": "0" * 64, "cells": []},
    "studies": {"study": "year", "date": "2026-05-12"},
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(planned, tmp_path_factory):  # noqa: F811
    """Two districts with a plan each; the truck CP_12-01 of `tiny` is the unit's. An order."""
    root = tmp_path_factory.mktemp("two")
    for name in ("tiny", "other"):
        shutil.copytree(planned / "tiny", root / name)
    path = root / "tiny" / "vehicles.csv"
    head, *rows = path.read_text("utf-8-sig").splitlines()
    rows = [f"{row},{UNIT if row.startswith('CP_12-01,') else ''}" for row in rows]
    path.write_text("\n".join([f"{head},所属单位", *rows]) + "\n", "utf-8-sig")
    study = root / "tiny" / "plans" / "site-room"
    study.mkdir()
    (study / "site.json").write_text("{}", "utf-8")
    scopes = {"whole": "", "tiny": "tiny", "other": "other", "unit": f"tiny，{UNIT}"}
    clients = {}
    with open_ledger(root) as ledger:
        for name, scope in scopes.items():
            account = Account(name=name, role=Role.TOWN, scope=scope)
            Accounts(ledger).add(account, PASSWORD)
            clients[name] = Sessions(ledger).begin(account)
    with serving(root) as url:
        found = {name: bearer(url, word) for name, word in clients.items()}
        order = {"district": "tiny", "date": "2026-05-12", "iterations": 1}
        found["job"] = found["whole"].post("/api/v1/jobs", json=order).json()["id"]
        yield found
        for client in found.values():
            if isinstance(client, httpx.Client):
                client.close()


def asked(client, address, job, **more):
    """The answer to an address about the first district, its plan or its job."""
    method, path = address.split()
    named = {"plan": PLAN, "district": "tiny", "job": job, "name:path": "plan.json",
             "name": "x.csv", "table": "points", "revision": "1", "step": "undo",
             "roster": "2026-05-12", "study": "tiny~plans~site-room"}  # fmt: skip
    if "{study}" in path:
        named["name:path"] = "site.json"
    for name, value in named.items():
        path = path.replace(f"{{{name}}}", value)
    body = BODIES.get(path.removeprefix("/api/v1/").removeprefix("districts/tiny/"))
    body = body or BODIES.get(path.rpartition("/")[2])
    if method == "GET" and path.endswith("/events"):
        method = "HEAD"
    if path.endswith("/near"):
        more["params"] = {"lon": 119.98, "lat": 31.78}
    if path.endswith("/fit"):
        more["params"] = {"duty": "x"}
    return client.request(method, path, json=body, headers={"Accept": "application/json"}, **more)


@pytest.mark.parametrize("address", OF_A_THING)
def test_what_lies_in_another_district_is_not_there(desk, address):
    assert asked(desk["other"], address, desk["job"]).status_code == 404


@pytest.mark.parametrize("address", [one for one in OF_A_THING if one not in PART])
def test_what_is_about_a_whole_district_is_beyond_a_unit(desk, address):
    answer = asked(desk["unit"], address, desk["job"])
    assert answer.status_code == 403
    assert answer.json()["error"] == "out_of_scope"


def test_the_part_names_no_address_that_is_gone():
    assert set(OF_A_THING) >= PART


def test_lists_name_own_districts_alone(desk):
    for path in ("/api/v1/districts", "/api/v1/plans", "/api/v1/jobs"):
        seen = {name: desk[name].get(path).text for name in ("whole", "tiny", "other")}
        assert '"tiny' in seen["tiny"]
        assert '"tiny' not in seen["other"]
        assert '"tiny' in seen["whole"]
    assert "other~" not in desk["tiny"].get("/", headers={"Accept": "text/html"}).text
    order = {"district": "tiny", "date": "2026-05-12", "iterations": 1}
    assert desk["other"].post("/api/v1/jobs", json=order).status_code == 404
    assert desk["unit"].post("/api/v1/jobs", json=order).status_code == 403
    new = {"id": "third", "name": "x", "crs": "wgs84"}
    assert desk["tiny"].post("/api/v1/districts", json=new).status_code == 403


def test_a_unit_sees_and_changes_the_routes_of_its_vehicles_alone(desk, planned):  # noqa: F811
    plan = read_plan(planned / "tiny" / "plans" / "day" / "plan.json")
    mine = {route.id for route in plan.routes if route.vehicle == "CP_12-01"}
    client = desk["unit"]
    state = client.get(HAND).json()
    assert {row["id"] for row in state["routes"]} == mine
    assert {truck["vehicle"] for truck in state["trucks"]} == {"CP_12-01"}
    page = client.get(f"/desk/{PLAN}/drawn.js").text
    assert "CP_12-01" in page
    assert "SW_L-01" not in page
    files = {one["name"] for one in client.get(f"/api/v1/plans/{PLAN}/files").json()}
    assert any(re.search(f"{route}", name) for route in mine for name in files)
    assert "plan.json" not in files
    assert client.get(f"/plans/{PLAN}/plan.xlsx").status_code == 403
    assert client.get(f"/plans/{PLAN}/{sorted(files)[0]}").status_code == 200
    works = {one for duty in client.get(f"/api/v1/plans/{PLAN}/duties").json()
             for one in duty["work"]}  # fmt: skip
    assert works <= mine


def test_a_unit_touches_no_work_of_others(desk, planned):  # noqa: F811
    plan = read_plan(planned / "tiny" / "plans" / "day" / "plan.json")
    theirs, mine = (
        next(
            step.task
            for route in plan.routes
            if (route.vehicle == "CP_12-01") == own and route.operation == "collect_residual"
            for step in steps_of(route)
            if step.kind == "serve"
        )
        for own in (False, True)
    )
    client = desk["unit"]
    for edit in (
        {"do": "reassign", "tasks": [theirs], "vehicle": "CP_12-01", "shift": "early"},
        {"do": "take_out", "tasks": [mine, theirs]},
        {"do": "lock", "what": "route", "vehicle": "CP_18-01", "shift": "early"},
        {"do": "swap", "vehicle": "CP_12-01", "with_vehicle": "CP_18-01"},
    ):
        seen = client.get(HAND).json()["done"]
        answer = client.post(HAND, json={"edit": edit, "seen": seen})
        assert (answer.status_code, answer.json()["error"]) == (403, "out_of_scope"), edit
    told = client.post(HAND, json={"edit": {"do": "take_out", "tasks": [mine]}, "seen": seen})
    assert told.status_code == 200
    other = {"do": "take_out", "tasks": [theirs]}
    desk["whole"].post(HAND, json={"edit": other, "seen": seen + 1})
    for step in ("undo", "drop"):  # the last change is another's
        assert client.post(f"{HAND}/{step}", json={"seen": seen + 2}).status_code == 403
    desk["whole"].post(f"{HAND}/drop", json={"seen": seen + 2})
    out = client.post("/api/v1/districts/tiny/outages", json={"id": "SW_L-01"})
    assert out.status_code == 403
