"""The server: what lies in the data folder, jobs from order to plan, and nothing else."""

import json
import re
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.exports.folder import write_plan
from api.server import create_app
from models.plan import SCHEMA_VERSION
from tests.api import light_runners, runners
from tests.api.handmade import make_district, tiny_network, walk_plan

PATIENCE_S = 90


def lay_data(root: Path) -> Path:
    (root / "天宁").mkdir()
    (root / "天宁" / "district.toml").write_text('name = "天宁示范区"\nlanguage = "zh"\n', "utf-8")
    (root / "secret.txt").write_text("secret", "utf-8")
    network = tiny_network(root)
    plan = walk_plan(network, routes=2, serves=3)
    write_plan(plan, network, make_district(network, root, 2), root / "天宁" / "plans" / "a")
    return root


@pytest.fixture
def data(tmp_path):
    return lay_data(tmp_path)


@pytest.fixture
def open_client(data):
    running = []

    def make(runner=runners.make_tiny_plan):
        config = uvicorn.Config(create_app(data, runner), port=0, log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S)
        running.append((client, server, thread))
        return client

    yield make
    for client, server, thread in running:
        client.close()
        server.should_exit = True
        thread.join()


def order(**more):
    return {"district": "天宁", "date": "2026-03-02", **more}


def wait_for(client, job, *states):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = client.get(f"/api/v1/jobs/{job}").json()
        if found["state"] in states:
            return found
        time.sleep(0.05)
    raise AssertionError(f"job {job} did not reach {states}: {found}")


def refused(response, status, code):
    body = response.json()
    assert (response.status_code, body["status"], body["ok"], body["error"]) == (
        status, status, False, code)  # fmt: skip
    assert body["errors"][0]["code"] == code
    return body["errors"]


def test_districts_and_plans_of_the_folder_are_listed(open_client):
    client = open_client()
    assert client.get("/api/v1/districts").json() == [
        {"id": "天宁", "name": "天宁示范区", "language": "zh", "problem": None}
    ]
    (plan,) = client.get("/api/v1/plans").json()
    assert (plan["id"], plan["date"], plan["violations"]) == ("天宁~plans~a", "2026-03-02", 1)


def test_a_plan_is_served_as_json_geojson_files_and_pages(open_client):
    client = open_client()
    assert client.get("/api/v1/plans/天宁~plans~a").json()["schema_version"] == SCHEMA_VERSION
    geojson = client.get("/api/v1/plans/天宁~plans~a/geojson")
    assert geojson.headers["content-type"] == "application/geo+json"
    names = [file["name"] for file in client.get("/api/v1/plans/天宁~plans~a/files").json()]
    assert {"plan.xlsx", "map.html", "sheets/all.html"} <= set(names)
    for name in names:
        assert client.get(f"/api/v1/plans/天宁~plans~a/files/{name}").status_code == 200
    page = client.get("/plans/天宁~plans~a/sheets/all.html")
    assert "sandbox" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/plans/天宁~plans~a/files/../../../secret.txt",
        "/api/v1/plans/天宁~plans~a/files/..%2f..%2f..%2fsecret.txt",
        "/api/v1/plans/天宁~plans~a/files/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "/api/v1/plans/天宁~plans~a/files//etc/passwd",
        "/api/v1/plans/..%2f..",
        "/api/v1/plans/天宁",
        "/plans/天宁~plans~a/..%2f..%2f..%2fsecret.txt",
        "/api/v1/nothing",
    ],
)
def test_no_path_leads_out_of_a_plan(open_client, path):
    response = open_client().get(path)
    assert response.status_code == 404
    assert response.json()["ok"] is False
    assert "secret" not in response.json()["error"]


def test_a_link_out_of_a_plan_is_not_followed(open_client, data):
    (data / "天宁" / "plans" / "a" / "leak.txt").symlink_to(data / "secret.txt")
    client = open_client()
    refused(client.get("/api/v1/plans/天宁~plans~a/files/leak.txt"), 404, "no_file")


def test_a_job_runs_to_a_plan_and_tells_its_progress(open_client):
    client = open_client()
    response = client.post("/api/v1/jobs", json=order(name="b", iterations=3))
    assert response.status_code == 202
    assert response.headers["location"] == f"/api/v1/jobs/{response.json()['id']}"
    job = wait_for(client, response.json()["id"], "finished", "failed")
    assert (job["state"], job["errors"]) == ("finished", [])
    assert client.get(f"/api/v1/plans/{job['plan']}").json()["date"] == "2026-03-02"
    assert {plan["id"] for plan in client.get("/api/v1/plans").json()} == {
        "天宁~plans~a", "天宁~plans~b"}  # fmt: skip


def test_events_are_a_stream_that_ends_and_can_be_taken_up_again(open_client):
    client = open_client()
    job = client.post("/api/v1/jobs", json=order(iterations=2)).json()["id"]
    with client.stream("GET", f"/api/v1/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = "".join(stream.iter_text())
    kinds = re.findall(r"^event: (\w+)$", text, re.MULTILINE)
    states = [json.loads(line)["state"] for line in re.findall(r"^data: (.*state.*)$", text, re.M)]
    assert states == ["queued", "running", "finished"]
    assert "progress" in kinds
    last = len(kinds) - 1
    again = client.get(f"/api/v1/jobs/{job}/events", headers={"Last-Event-ID": str(last - 1)})
    assert f"id: {last}\n" in again.text
    assert f"id: {last - 1}\n" not in again.text


def test_stop_keeps_the_best_plan_so_far(open_client):
    client = open_client()
    job = client.post("/api/v1/jobs", json=order(name="c")).json()["id"]
    wait_for(client, job, "running")
    assert client.post(f"/api/v1/jobs/{job}/stop").status_code == 202
    found = wait_for(client, job, "finished", "failed")
    assert found["state"] == "finished"
    assert client.get(f"/api/v1/plans/{found['plan']}").status_code == 200


def test_all_problems_of_the_input_come_back_with_their_places(open_client):
    client = open_client(runners.find_errors)
    job = client.post("/api/v1/jobs", json=order()).json()["id"]
    errors = wait_for(client, job, "failed")["errors"]
    assert [(e["file"], e["row"], e["column"]) for e in errors] == [
        ("points.csv", 2, "demand_kg"), ("points.csv", 5, "demand_kg")]  # fmt: skip


@pytest.mark.parametrize(
    ("runner", "code"), [(runners.die, "worker_died"), (runners.stumble, "internal")]
)
def test_a_job_that_falls_over_says_so_and_the_server_lives(open_client, runner, code):
    client = open_client(runner)
    job = client.post("/api/v1/jobs", json=order()).json()["id"]
    assert wait_for(client, job, "failed")["errors"][0]["code"] == code
    assert client.get("/api/v1/districts").status_code == 200


def test_bad_orders_are_refused_with_every_field(open_client):
    client = open_client()
    refused(client.post("/api/v1/jobs", json=order(district="nowhere")), 404, "no_district")
    errors = refused(
        client.post("/api/v1/jobs", json=order(seed="x", workers=0, name="../up")),
        422, "invalid_request",
    )  # fmt: skip
    assert {error["column"] for error in errors} == {"seed", "workers", "name"}
    refused(
        client.post("/api/v1/jobs", json=order(seconds=1, iterations=1)), 422, "invalid_request"
    )
    refused(client.get("/api/v1/jobs/99"), 404, "no_job")
    refused(client.delete("/api/v1/plans"), 405, "method_not_allowed")


def test_pages_from_elsewhere_are_refused(open_client):
    client = open_client()
    foreign = {"Origin": "http://evil.example"}
    refused(client.post("/api/v1/jobs", json=order(), headers=foreign), 403, "foreign_origin")
    rebound = {"Host": "evil.example:8765"}
    refused(client.get("/api/v1/plans", headers=rebound), 403, "foreign_host")


def test_the_start_page_needs_nothing_from_elsewhere(open_client):
    page = open_client().get("/")
    assert page.status_code == 200
    assert not re.findall(r"(?:src|href)=[\"']https?://", page.text)


def test_the_contract_names_every_address(open_client):
    contract = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    schema = open_client().get("/api/v1/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path.replace(':path', '')}`" in contract


def test_an_order_may_be_a_what_if_and_keep_to_a_plan(open_client):
    client = open_client()
    more = {"without": ["S1"], "demand_factor": 1.3, "quota_t": {"P1": 0}, "iterations": 1}
    job = client.post("/api/v1/jobs", json=order(keep="天宁~plans~a", **more)).json()
    assert job["plan"] == "天宁~plans~2026-03-02-without-S1-quota-P1-0-demand-1.3"
    assert job["settings"]["before"] == "plans/a"
    wait_for(client, job["id"], "finished")
    assert job["settings"] | more == job["settings"]


def test_a_plan_to_keep_that_is_not_there_is_refused(open_client):
    client = open_client()
    refused(client.post("/api/v1/jobs", json=order(keep="天宁~plans~b")), 404, "no_plan")
    both = order(keep="天宁~plans~a", against="天宁~plans~a")
    refused(client.post("/api/v1/jobs", json=both), 422, "invalid_request")
    refused(client.post("/api/v1/jobs", json=order(demand_factor=0)), 422, "invalid_request")


def test_a_taken_name_and_a_full_queue_are_refused_and_a_waiting_order_can_be_cancelled(
    open_client, monkeypatch
):
    monkeypatch.setattr("scenarios.office.orders.MOST_WAITING", 1)
    client = open_client(light_runners.make_a_folder)
    refused(client.post("/api/v1/jobs", json=order(name="a")), 409, "name_taken")
    first = client.post("/api/v1/jobs", json=order(seed=7)).json()
    wait_for(client, first["id"], "running")
    second = client.post("/api/v1/jobs", json=order()).json()
    assert (first["plan"], second["plan"]) == ("天宁~plans~2026-03-02", "天宁~plans~2026-03-02-2")
    refused(client.post("/api/v1/jobs", json=order()), 429, "queue_full")
    stopped = client.post(f"/api/v1/jobs/{second['id']}/stop")
    assert (stopped.status_code, stopped.json()["state"]) == (202, "cancelled")
    assert client.post("/api/v1/jobs", json=order()).status_code == 202


def test_the_contract_names_the_statuses_of_every_address(open_client):
    paths = open_client().get("/api/v1/openapi.json").json()["paths"]
    known = {(path, method): set(op["responses"]) for path, methods in paths.items()
             for method, op in methods.items()}  # fmt: skip
    assert known["/api/v1/jobs", "post"] == {
        "202", "400", "401", "403", "404", "409", "413", "422", "429", "503"}  # fmt: skip
    guarded = {(path, method) for path, methods in paths.items()
               for method, op in methods.items() if "x-need" in op}  # fmt: skip
    assert len(guarded) > 10
    assert all({"401", "403"} <= known[address] for address in guarded)
    assert all("404" in statuses for (path, _), statuses in known.items() if "{" in path)


def test_one_broken_plan_hides_nothing(open_client, data):
    (data / "bad").mkdir()
    (data / "bad" / "plan.json").write_text('{"schema_version": "1.0", "violations": null}')
    rows = {row["id"]: row["problem"] for row in open_client().get("/api/v1/plans").json()}
    assert rows["天宁~plans~a"] is None
    assert rows["bad"]["code"] == "unreadable"


def test_a_disk_that_keeps_no_orders_is_told(open_client, data):
    client = open_client(light_runners.make_a_folder)
    with closing(sqlite3.connect(data / "ledger.sqlite")) as base:
        base.execute("drop table plan_orders")
    refused(client.post("/api/v1/jobs", json=order()), 503, "unavailable")
    assert client.get("/healthz").status_code == 503
    assert client.get("/api/v1/plans").status_code == 200


def test_a_slip_in_the_name_of_a_parameter_is_told(open_client):
    client = open_client()
    refused(client.get("/api/v1/acts", params={"abuot": "x"}), 422, "invalid_request")
    assert client.get("/api/v1/acts", params={"about": "x"}).status_code == 200


def test_what_a_browser_holds_already_is_not_sent_again(open_client):
    client = open_client()
    for path in (
        "/static/leaflet.js",
        "/static/map.js",
        "/static/desk.css",
        "/plans/天宁~plans~a/",
    ):
        first = client.get(path)
        tag = {"If-None-Match": first.headers["etag"]}
        again = client.get(path, headers=tag)
        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path
        assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
