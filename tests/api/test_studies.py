"""Studies of a planner: ordered, made as jobs, listed, read; and whoever orders carelessly."""

import shutil
import time

import pytest
from playwright.sync_api import expect

from api.exports.whole import StoppedEarlyError
from api.serve.pages.planner import is_report
from api.studies import order_runner, study_runner
from models.account import Role
from scenarios.demo import write_demo
from tests.api.chromium import needs_chromium
from tests.api.offices import bearer, people, serving
from tests.api.test_seen import faults_of

URL = "/api/v1/districts/d/studies"
PATIENCE_S = 120
ONE_MORE = '[[edits]]\ndo = "fleet"\nlike = "SW_L-01"\ncount = 1\n'


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_demo(folder / "d", size="tiny")
    (folder / "d" / "quotas.csv").write_text(
        "year,operation,trips,counts\n2026,sweep,900,route\n", "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def client(root, tmp_path_factory):
    data = tmp_path_factory.mktemp("quiet")
    shutil.copytree(root / "d", data / "d")
    token = "a token of sixteen"
    with serving(data, token=token) as url, bearer(url, token) as found:
        yield found


def ended(client, job):
    until = time.monotonic() + PATIENCE_S
    while (told := client.get(f"/api/v1/jobs/{job}").json())["state"] in {"queued", "running"}:
        assert time.monotonic() < until, told
        time.sleep(0.05)
    return told


def test_a_study_is_a_job_and_its_report_is_there(root):
    words = people(root, Role.TOWN, Role.READER)
    with (
        serving(root, order_runner, accounts=True) as url,
        bearer(url, words[Role.TOWN]) as planner,
        bearer(url, words[Role.READER]) as reader,
    ):
        order = {"study": "year", "date": "2026-05-12"}
        assert reader.post(URL, json=order).status_code == 403
        made = planner.post(URL, json=order)
        assert made.status_code == 202, made.text
        told = ended(planner, made.json()["id"])
        assert (told["state"], told["plan"], told["errors"]) == ("finished", "d~years~2026", [])
        (found,) = reader.get(URL).json()
        assert (found["id"], found["study"]) == ("d~years~2026", "year")
        page = reader.get("/studies/d~years~2026/year.en.html")
        assert page.status_code == 200
        assert page.headers["content-security-policy"].startswith("sandbox")
        same = reader.get("/api/v1/studies/d~years~2026/files/year.json")
        assert same.json()["year"] == 2026
        for address in ("d~years~1999/year.json", "d~years~2026/x", "d~years~2026/..%2Fx", "d/x"):
            assert reader.get(f"/studies/{address}").status_code == 404, address


@pytest.mark.parametrize(("wish", "code"), [
    ({"study": "compare", "scenarios": []}, "not_possible"),
    ({"study": "compare", "scenarios": [" "]}, "not_possible"),
    ({"study": "compare", "scenarios": ["name = "]}, "E700"),
    ({"study": "compare", "scenarios": ['[[edits]]\ndo = "fly"\n']}, "E702"),
    ({"study": "compare", "scenarios": [ONE_MORE, '[[edits]]\ndo = "move"\n']}, "E703"),
    ({"study": "dance"}, "invalid_request"), ({"study": "site", "kind": "bar"}, "invalid_request"),
    ({"study": "week", "days": 40}, "invalid_request"),
])  # fmt: skip
def test_what_makes_no_sense_is_told_before_it_waits(client, wish, code):
    answer = client.post(URL, json={"date": "2026-05-12", **wish})
    status = 422 if code == "invalid_request" else 409
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.text
    assert client.get("/api/v1/jobs").json() == []


def test_a_stopped_study_leaves_nothing(tmp_path):
    settings = {"study": "year", "date": "2026-05-12", "iterations": 1, "workers": 1,
                "check": False, "seeds": 1}  # fmt: skip
    with pytest.raises(StoppedEarlyError):
        study_runner(settings, tmp_path, tmp_path / "x", tell=print, stopped=lambda: True)
    assert not (tmp_path / "x").exists()


@needs_chromium
def test_a_planner_orders_a_study_in_the_browser(page, trouble, root):
    with serving(root, order_runner) as url:
        page.goto(f"{url}/data/d/planner?lang=zh")
        form = page.locator("#study")
        form.locator("[name=study]").select_option("site")
        expect(form.locator("[name=days]")).to_be_hidden()
        form.locator("[name=kind]").select_option("depot")
        form.locator("[name=check]").select_option("")
        form.locator("[name=date]").fill("2026-05-12")
        form.locator("button.first").click()
        expect(page.locator("#studies", has_text="site-depot-2026-05-12")).to_be_visible()
        report = page.locator("#studies tr", has_text="site-depot").locator("a", has_text="报告")
        address = report.get_attribute("href")
        assert address.endswith(".zh.html")
        faults = []
        for width, language in ((1440, "en"), (390, "zh")):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{url}{address.replace('.zh.', f'.{language}.')}")
            faults += faults_of(page, f"report-{width}-{language}")
    assert faults == []
    assert trouble == []


@pytest.mark.parametrize(
    ("name", "read"),
    [("site.zh.html", True), ("site.en.html", False), ("week.html", True), ("site.csv", False)],
)
def test_the_page_of_a_study_is_known_by_its_name(name, read):
    assert is_report(name, "zh") is read
