"""Every address times every role: who may come in, written down by hand."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter

from api.serve.rules import Door
from api.server import every_route
from models.account import MAY, Account, Need, Role
from models.errors import HuanweiError
from tests.api.offices import bearer, people, serving

ALL = "district town operator driver reader"
LOOK = "district town operator reader"
PLAN = "district town operator"
EDIT = "district town"
CHIEF = "district"
NOBODY_TOO = ALL + " nobody"
TABLE = {
    "GET /api/v1/openapi.json": NOBODY_TOO,
    "GET /healthz": NOBODY_TOO,
    "GET /version": NOBODY_TOO,
    "GET /static/{name}": NOBODY_TOO,
    "GET /favicon.ico": NOBODY_TOO,
    "GET /login": NOBODY_TOO,
    "POST /login": NOBODY_TOO,
    "GET /welcome": NOBODY_TOO,
    "POST /welcome": NOBODY_TOO,
    "POST /logout": NOBODY_TOO,
    "POST /api/v1/logins": NOBODY_TOO,
    "GET /": LOOK,
    "GET /desk/{plan}": LOOK,
    "GET /desk/{plan}/drawn.js": LOOK,
    "GET /desk/{plan}/compare": LOOK,
    "GET /api/v1/plans/{plan}/hand": PLAN,
    "POST /api/v1/plans/{plan}/hand": PLAN,
    "POST /api/v1/plans/{plan}/hand/{step}": PLAN,
    "POST /api/v1/plans/{plan}/hand/save": PLAN,
    "POST /api/v1/plans/{plan}/hand/replan": PLAN,
    "GET /plans/{plan}/{name:path}": LOOK,
    "GET /api/v1/districts": LOOK,
    "GET /api/v1/plans": LOOK,
    "GET /api/v1/plans/{plan}": LOOK,
    "GET /api/v1/plans/{plan}/geojson": LOOK,
    "GET /api/v1/plans/{plan}/files": LOOK,
    "GET /api/v1/plans/{plan}/files/{name:path}": LOOK,
    "GET /api/v1/jobs": LOOK,
    "GET /api/v1/jobs/{job}": LOOK,
    "GET /api/v1/jobs/{job}/events": LOOK,
    "GET /api/v1/events": LOOK,
    "POST /api/v1/jobs": PLAN,
    "POST /api/v1/jobs/{job}/stop": PLAN,
    "POST /api/v1/districts/{district}/outages": PLAN,
    "POST /api/v1/districts/{district}/orders": PLAN,
    "POST /api/v1/districts": EDIT,
    "PUT /api/v1/districts/{district}/settings": EDIT,
    "PUT /api/v1/districts/{district}/files/{name}": EDIT,
    "DELETE /api/v1/districts/{district}/files/{name}": EDIT,
    "GET /api/v1/districts/{district}/check": LOOK,
    "GET /api/v1/districts/{district}/tables": LOOK,
    "GET /api/v1/districts/{district}/tables/{table}": LOOK,
    "PATCH /api/v1/districts/{district}/tables/{table}": EDIT,
    "PATCH /api/v1/districts/{district}/tables/{table}/rows": EDIT,
    "GET /api/v1/districts/{district}/roads": LOOK,
    "GET /api/v1/districts/{district}/map": LOOK,
    "GET /api/v1/districts/{district}/near": LOOK,
    "POST /api/v1/districts/{district}/undo": EDIT,
    "GET /api/v1/districts/{district}/revisions": LOOK,
    "POST /api/v1/districts/{district}/revisions/{revision}/restore": EDIT,
    "POST /api/v1/plans/{plan}/publish": CHIEF,
    "POST /api/v1/plans/{plan}/withdraw": CHIEF,
    "GET /api/v1/plans/{plan}/versions": LOOK,
    "GET /api/v1/plans/{plan}/duties": PLAN,
    "GET /api/v1/plans/{plan}/reports": LOOK,
    "GET /duty/worker.js": NOBODY_TOO,
    "GET /duty/{word}": NOBODY_TOO,
    "POST /duty/{word}/reports": NOBODY_TOO,
    "GET /links/{plan}": PLAN,
    "GET /mine": ALL,
    "GET /data": LOOK,
    "POST /data": EDIT,
    "GET /data/{district}": LOOK,
    "GET /data/{district}/map": LOOK,
    "GET /data/{district}/people": LOOK,
    "GET /data/{district}/stations": LOOK,
    "GET /data/{district}/month": LOOK,
    "GET /data/{district}/planner": LOOK,
    "GET /studies/{study}/{name:path}": LOOK,
    "GET /api/v1/districts/{district}/studies": LOOK,
    "POST /api/v1/districts/{district}/studies": PLAN,
    "GET /api/v1/studies/{study}/files/{name:path}": LOOK,
    "GET /api/v1/districts/{district}/month": LOOK,
    "GET /api/v1/districts/{district}/stations": LOOK,
    "GET /api/v1/districts/{district}/rosters": LOOK,
    "GET /api/v1/districts/{district}/rosters/{roster}": LOOK,
    "GET /api/v1/districts/{district}/rosters/{roster}/fit": LOOK,
    "POST /api/v1/districts/{district}/rosters/{roster}/swaps": PLAN,
    "GET /api/v1/accounts": CHIEF,
    "POST /api/v1/accounts": CHIEF,
    "PATCH /api/v1/accounts/{name}": CHIEF,
    "GET /api/v1/acts": CHIEF,
    "GET /accounts": CHIEF,
    "POST /accounts": CHIEF,
    "POST /accounts/{name}/close": CHIEF,
    "POST /accounts/{name}/reopen": CHIEF,
}
"""Who may come in at each address; a new address fails until it is written here."""
ROUTES = {
    f"{method} {route.path}": route for route in every_route() for method in sorted(route.methods)
}


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    words = people(root)
    with serving(root, accounts=True) as url:
        found = {role.value: bearer(url, word) for role, word in words.items()}
        found["nobody"] = bearer(url, "made up")
        yield found
        for client in found.values():
            client.close()


def test_the_table_names_every_address_and_no_other():
    assert TABLE.keys() == ROUTES.keys()


@pytest.mark.parametrize("address", TABLE)
def test_an_address_lets_in_those_of_the_table_and_nobody_else(clients, address):
    method, path = address.split()
    path = re.sub(r"{[^}]*}", "x", path)
    if address.endswith("/events") and "{" not in address:
        method = "HEAD"  # the stream itself never ends
    for who, client in clients.items():
        answer = client.request(method, path, headers={"Accept": "application/json"})
        refused = 401 if who == "nobody" else 403
        if who in TABLE[address].split():
            own = answer.status_code == 401 and address in {"POST /login", "POST /api/v1/logins"}
            assert own or answer.status_code not in {401, 403}, (who, answer.text)
            assert answer.status_code < 500, (who, answer.text)
        else:
            assert answer.status_code == refused, (who, answer.text)
            if method != "HEAD":
                known = {401: "unauthorized", 403: "forbidden"}
                assert answer.json()["error"] == known[refused]


def test_an_address_without_a_rule_does_not_come_into_being():
    router = APIRouter(route_class=Door)
    with pytest.raises(TypeError, match="no rule"):
        router.get("/secret")(lambda: None)


def test_a_closed_account_may_nothing_whatever_its_role():
    for role in Role:
        closed = Account(name="a", role=role, scope="d1", closed=True)
        assert {need for need in Need if closed.may(need)} == {Need.OPEN, Need.LINK}


def test_only_the_district_publishes_and_lets_others_in():
    for need in (Need.PUBLISH, Need.ADMIT):
        assert [role for role in Role if need in MAY[role]] == [Role.DISTRICT]


@pytest.mark.parametrize("name", ["", " ", "a b", "<b>", "../x", "x" * 65, "-x"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(HuanweiError, match="no name for an account"):
        Account(name=name, role=Role.READER)


def test_a_driver_without_an_id_is_refused():
    with pytest.raises(HuanweiError, match="crews table"):
        Account(name="a", role=Role.DRIVER)
