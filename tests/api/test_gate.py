"""Who may come in: this machine without a token, an office with one, and no page from elsewhere."""

from __future__ import annotations

import threading
import time

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from api.commands.app import app as command_line
from api.serve.gate import MOST_BYTES, Doors, public_hosts
from api.server import create_app
from models.errors import HuanweiError
from tests.api import light_runners

TOKEN = "a-token-of-the-district-office"
ORDER = {"district": "天宁", "date": "2026-03-02", "iterations": 1}


@pytest.fixture
def open_client(tmp_path):
    (tmp_path / "天宁").mkdir()
    (tmp_path / "天宁" / "district.toml").write_text('name = "天宁"\n', "utf-8")
    running = []

    def make(**doors):
        app = create_app(tmp_path, light_runners.make_a_folder, Doors(**doors))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        running.append((client, server, thread))
        return client

    yield make
    for client, server, thread in running:
        client.close()
        server.should_exit = True
        thread.join()


def code(response):
    body = response.json()
    assert (body["ok"], body["status"]) == (False, response.status_code)
    return response.status_code, body["error"]


@pytest.mark.parametrize(
    ("host", "known"),
    [("127.0.0.1:8765", True), ("LOCALHOST:8765", True), ("[::1]:8765", True), ("localhost", True),
     ("127.0.0.2", True), ("plans.example.cn", True), ("PLANS.example.cn:443", True),
     ("evil.example:8765", False), ("10.0.0.5:8765", True), ("localhost.evil.example", False),
     ("", False), ("[", False), ("127.0.0.1.evil.example", False), ("x@localhost", True)],
)  # fmt: skip
def test_hosts_of_a_server_behind_a_proxy(host, known):
    doors = Doors(public=("plans.example.cn",), accounts=True)
    assert doors.knows(host) is known


@pytest.mark.parametrize(
    ("host", "known"),
    [("10.0.0.5:8765", True), ("[fe80::1]:8765", True), ("evil.example", False)],
)
def test_hosts_of_a_server_with_a_token_may_be_numbers(host, known):
    assert Doors(host="0.0.0.0", token=TOKEN).knows(host) is known


@pytest.mark.parametrize(
    ("origin", "host", "trusted"),
    [("http://127.0.0.1:8765", "127.0.0.1:8765", True),
     ("http://localhost:1", "localhost:2", False),
     ("https://plans.example.cn", "127.0.0.1:8765", True), ("null", "127.0.0.1:8765", False),
     ("https://plans.example.cn:444", "127.0.0.1:8765", False),
     ("ftp://plans.example.cn", "plans.example.cn", False),
     ("http://evil.example", "127.0.0.1:8765", False)],
)  # fmt: skip
def test_pages_that_may_send_orders(origin, host, trusted):
    assert Doors(public=("plans.example.cn",), accounts=True).trusts(origin, host) is trusted


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "plans.example.cn", ""])
def test_others_reach_the_server_only_where_there_are_accounts_or_a_token(host):
    with pytest.raises(HuanweiError, match="huanwei user add"):
        Doors(host=host)
    assert Doors(host=host, token=TOKEN)
    assert Doors(host=host, accounts=True)


@pytest.mark.parametrize("more", [{"public": ("plans.example.cn",)}, {"proxied": True}])
def test_a_proxy_is_a_way_in_for_others_too(more):
    with pytest.raises(HuanweiError, match="huanwei user add"):
        Doors(**more)


def test_tokens_that_can_be_guessed_and_names_that_are_none_are_refused(tmp_path):
    with pytest.raises(HuanweiError, match="16 characters"):
        Doors(token="geheim")
    with pytest.raises(HuanweiError, match="name alone"):
        public_hosts(["https://plans.example.cn/"])
    result = CliRunner().invoke(command_line, ["serve", str(tmp_path), "--host", "0.0.0.0"])
    assert isinstance(result.exception, HuanweiError)
    (tmp_path / "token").write_text("\n")
    words = ["serve", str(tmp_path), "--token-file", str(tmp_path / "token")]
    assert "holds no token" in str(CliRunner().invoke(command_line, words).exception)


def test_programs_bring_the_token(open_client):
    client = open_client(token=TOKEN)
    assert code(client.get("/api/v1/plans")) == (401, "unauthorized")
    wrong = {"Authorization": "Bearer " + TOKEN[:-1]}
    assert code(client.get("/api/v1/plans", headers=wrong)) == (401, "unauthorized")
    right = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/v1/plans", headers=right).status_code == 200
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=/")


def test_behind_a_proxy_on_another_name(open_client):
    client = open_client(public=("plans.example.cn",), token=TOKEN, proxied=True)
    outside = {"Host": "127.0.0.1", "X-Forwarded-Host": "plans.example.cn",
               "X-Forwarded-Proto": "https", "Origin": "https://plans.example.cn"}  # fmt: skip
    bearer = outside | {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/api/v1/jobs", json=ORDER, headers=bearer).status_code == 202
    forged = bearer | {"X-Forwarded-Host": "evil.example"}
    assert code(client.post("/api/v1/jobs", json=ORDER, headers=forged)) == (403, "foreign_host")


def test_forwarded_names_are_believed_only_where_that_was_asked_for(open_client):
    client = open_client()
    answer = client.get("/api/v1/plans", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 200


def test_health_and_version_answer_without_a_token(open_client):
    client = open_client(token=TOKEN)
    assert client.get("/healthz", headers={"Host": "anything"}).json() == {"ok": True}
    assert client.get("/version").json().keys() == {"version", "plan_schema"}


def test_head_answers_like_get_without_a_body(open_client):
    client = open_client()
    job = client.post("/api/v1/jobs", json=ORDER).json()["id"]
    for path in ("/", "/api/v1/plans", "/healthz", f"/api/v1/jobs/{job}/events"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert client.head("/api/v1/plans/none").status_code == 404


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/api/v1/plans", "GET, HEAD"), ("/api/v1/jobs", "GET, HEAD, POST"),
     ("/api/v1/jobs/1/stop", "POST"),
     ("/login", "GET, HEAD, POST")],
)  # fmt: skip
def test_a_wrong_method_is_told_the_right_ones(open_client, path, allow):
    answer = open_client().request("DELETE", path)
    assert code(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == allow


def test_large_bodies_are_refused_at_once(open_client):
    client = open_client()
    begin = time.monotonic()
    announced = client.post("/api/v1/jobs", content=b"x" * (MOST_BYTES + 1))
    assert code(announced) == (413, "too_large")
    with_chunks = client.post("/api/v1/jobs", content=(b"x" * 65_536 for _ in range(17)))
    assert code(with_chunks) == (413, "too_large")
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    "body",
    [b'{"district": "\\ud800", "date": "2026-03-02"}', b'{"district": 3}', b"[", b"\xff", b"null",
     b"[" * 100_000, b'{"\\ud800": 1}', b'{"seconds": NaN}', b'{"seed": ' + b"9" * 5_000 + b"}"],
    ids=lambda body: str(body[:20]),
)  # fmt: skip
def test_odd_bodies_are_the_senders_fault(open_client, body):
    headers = {"Content-Type": "application/json"}
    answer = open_client().post("/api/v1/jobs", content=body, headers=headers)
    assert answer.status_code in {400, 404, 422}
    assert answer.json()["errors"]
