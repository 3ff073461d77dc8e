"""The client of docs/api.md as it stands there: it runs, and its types hold."""

import re
from pathlib import Path

from api.serve.v1.shapes import JobOut
from models.account import Role
from scenarios.demo import write_demo
from tests.api.offices import people, serving

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
CLIENT = re.search(r"## A client in ten lines.*?```python\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_client_of_the_page_orders_a_plan_as_it_stands_there(tmp_path):
    write_demo(tmp_path / "tianning", size="tiny")
    word = people(tmp_path, Role.OPERATOR)[Role.OPERATOR]
    with serving(tmp_path) as url:
        told = {"TOKEN": word}
        exec(CLIENT.replace("http://127.0.0.1:8765", url), told)
        job = JobOut(**told["job"])
        listed = told["call"](f"{url}/api/v1/jobs", word)
    assert (job.plan, job.settings["by"]) == ("tianning~plans~2026-03-02", "the-operator")
    assert [JobOut(**one).id for one in listed] == [job.id]


def test_the_client_has_ten_lines_and_types():
    body = CLIENT[CLIENT.index("def call") : CLIENT.index("\n\n\njob")]
    assert len(body.splitlines()) <= 10
    assert "-> Any:" in body
