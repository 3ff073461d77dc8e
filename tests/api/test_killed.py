"""A server killed at any moment leaves everything whole: accounts, versions, plans, orders.

HUANWEI_KILLS=20 makes the long run.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from models.account import Account, Role
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts
from scenarios.office.revisions import BLOBS
from tests.api.offices import PASSWORD
from tests.ledger.conftest import ledger_url, postgres_url  # noqa: F401 -- fixtures

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HUANWEI_KILLS", "3"))
TOKEN = "a-token-of-the-killer"
KINDS = {"version", "account", "job"}
SERVE = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
import uvicorn
from api.serve.gate import Doors
from api.server import create_app
from tests.api import light_runners

if __name__ == "__main__":
    doors = Doors(token={token!r})
    app = create_app(Path({data!r}), light_runners.make_a_folder, doors, ledger={ledger!r})
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    import threading, time
    def tell():
        while not server.started:
            time.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=tell, daemon=True).start()
    server.run()
"""


@pytest.fixture
def data(tmp_path, ledger_url):  # noqa: F811 -- a fixture
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "district.toml").write_text('name = "天宁"\n', "utf-8")
    with open_ledger(tmp_path, ledger_url) as ledger:
        Accounts(ledger).add(Account(name="chief", role=Role.DISTRICT), PASSWORD)
    return tmp_path


def work(url, answered, stop, number):
    """What people do all day, each thing noted once the server has said yes."""
    rng = random.Random(number)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=url, headers=headers, timeout=20) as client:
        at = 0
        while not stop.is_set():
            at += 1
            mark = f"{number}-{at}"
            try:
                match (number + at) % 3:
                    case 0:
                        name, text = f"t{number}.csv", f"id\n{mark}\n" * rng.randrange(1, 2000)
                        put = client.put(f"/api/v1/districts/d/files/{name}", content=text.encode())
                        if put.status_code == 200:
                            answered.append(("version", put.json()["id"], name, text))
                    case 1:
                        person = {"name": f"p{mark}", "role": "reader", "password": PASSWORD}
                        if client.post("/api/v1/accounts", json=person).status_code == 201:
                            answered.append(("account", f"p{mark}"))
                    case _:
                        order = {"district": "d", "date": "2026-03-02", "iterations": 1}
                        made = client.post("/api/v1/jobs", json=order)
                        if made.status_code == 202:
                            answered.append(("job", made.json()["id"]))
            except httpx.HTTPError:
                return  # the server is gone


def wait_for(answered, count, people):
    """Until so many things were answered, at first one of each kind, or nobody works any more."""
    while any(one.is_alive() for one in people):
        if len(answered) >= count and {kind for kind, *_ in answered} == KINDS:
            return
        time.sleep(0.005)


def examine(url, data, answered):
    """All that was answered is there, whole, and nothing else is broken."""
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        accounts = {one["name"] for one in client.get("/api/v1/accounts").json()}
        revisions = {one["id"]: one for one in client.get("/api/v1/districts/d/revisions").json()}
        jobs = {one["id"]: one for one in client.get("/api/v1/jobs").json()}
        assert all(plan["problem"] is None for plan in client.get("/api/v1/plans").json())
    for kind, what, *more in answered:
        match kind:
            case "account":
                assert what in accounts
            case "job":
                assert what in jobs
            case "version":
                name, text = more
                digest = hashlib.sha256(text.encode()).hexdigest()
                assert revisions[what]["files"][name] == digest
                assert data.joinpath("d", *BLOBS, digest).read_text("utf-8") == text
    for plan in (data / "d").glob("plans/*/plan.json"):
        assert json.loads(plan.read_text("utf-8"))
    for path in (data / "d").glob("t*.csv"):  # whole files only, each of a known content
        assert data.joinpath("d", *BLOBS, hashlib.sha256(path.read_bytes()).hexdigest()).exists()


def test_what_was_answered_survives_a_kill_at_any_moment(data, tmp_path, ledger_url):  # noqa: F811
    script = tmp_path / ".server.py"
    script.write_text(SERVE.format(root=str(ROOT), data=str(data), token=TOKEN, ledger=ledger_url))
    answered, rng = [], random.Random(1)
    for number in range(KILLS + 1):
        with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as run:  # fmt: skip
            url = f"http://127.0.0.1:{int(run.stdout.readline())}"
            examine(url, data, answered)
            if number < KILLS:
                stop = threading.Event()
                people = [threading.Thread(target=work, args=(url, answered, stop, 10 * number + k))
                          for k in range(3)]  # fmt: skip
                for one in people:
                    one.start()
                wait_for(answered, len(answered) + rng.randrange(1, 12), people)
            run.send_signal(signal.SIGKILL)
            run.wait()
            if number < KILLS:
                stop.set()
                for one in people:
                    one.join()
    assert {kind for kind, *_ in answered} == KINDS
