"""The interface against its own contract: requests of every kind, real ids among them.

HUANWEI_STORM=40 (examples an address and mode) makes the long run: some 3,000 requests.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections import Counter
from unittest import SkipTest

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from api.exports.folder import write_plan
from models.account import Role
from scenarios.demo import write_demo
from tests.api import light_runners
from tests.api.handmade import make_district, tiny_network, walk_plan
from tests.api.offices import bearer, people, serving

EXAMPLES = int(os.environ.get("HUANWEI_STORM", "2"))
REAL = {
    "plan": ["d~plans~a", "d~plans~b"], "district": ["d"], "job": ["1", "2"],
    "table": ["points", "vehicles", "orders"], "step": ["undo", "redo", "drop"],
    "revision": ["1", "2"], "roster": ["2026-03-02", "x"],
    "study": ["d~plans~site-room-2026-03-02", "x"],
    "name": ["points.csv", "new.csv", "plan.json", "the-town", "the-reader", "map.html"],
}  # fmt: skip
"""Ids that are there, so that requests reach what lies behind them."""
TOKEN = "a-token-of-the-storm"
ENDLESS = "/api/v1/events"
"""Answers for ever; its own tests read it."""
SEEN: Counter[int] = Counter()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    write_demo(root / "d", size="tiny")
    network = tiny_network(root)
    plan = walk_plan(network, routes=2, serves=2).model_copy(update={"violations": []})
    district = make_district(network, root, 2)
    write_plan(plan, network, district, root / "d" / "plans" / "a")
    shutil.copytree(root / "d" / "plans" / "a", root / "d" / "plans" / "b")
    people(root, Role.DISTRICT, Role.TOWN, Role.READER)
    with serving(root, light_runners.make_quickly, accounts=True, token=TOKEN) as url:
        with bearer(url, TOKEN) as chief:
            order = {"district": "d", "date": "2026-03-02", "iterations": 1}
            assert chief.post("/api/v1/jobs", json=order).status_code == 202
            contract = chief.get("/api/v1/openapi.json").json()
        yield url, contract


def operations(contract, url):
    schema = schemathesis.openapi.from_dict(contract)
    schema.config.update(base_url=url)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path != ENDLESS:
            yield operation


@st.composite
def cases(draw, operation, mode):
    """A request, most often with ids that are there."""
    case = draw(operation.as_strategy(generation_mode=mode))
    if mode == GenerationMode.POSITIVE and draw(st.integers(0, 4)):
        for name in re.findall(r"{(\w+)", operation.path):
            case.path_parameters[name] = draw(st.sampled_from(REAL[name]))
    return case


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
def test_every_answer_is_of_the_contract(office, mode):
    """All checks of schemathesis: statuses, shapes, bad input refused, logins asked for."""
    url, contract = office
    failures = []
    for operation in operations(contract, url):

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 10,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        def hold(case):
            answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
            SEEN[answer.status_code] += 1
            case.validate_response(answer)

        try:
            given(cases(operation, mode))(hold)()
        except (Unsatisfiable, SkipTest):
            continue  # nothing about this address can be wrong
        except (Exception, BaseExceptionGroup) as error:  # told below, all of them
            failures.append(f"{operation.label}: {error} {getattr(error, 'exceptions', '')}"[:1500])
    logging.getLogger(__name__).warning("%d requests: %s", SEEN.total(), sorted(SEEN.items()))
    assert not failures, "\n\n".join(failures)
