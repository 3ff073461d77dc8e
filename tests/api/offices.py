"""A running server for tests: a data folder with people of every role, and clients for them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import httpx
import uvicorn

from api.serve.gate import Doors
from api.server import create_app
from models.account import Account, Role
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts
from scenarios.office.sessions import Sessions
from tests.api import light_runners

PASSWORD = "one's own long sentence"


@contextmanager
def serving(root, runner=light_runners.make_a_folder, **doors):
    """The address of a server over `root`."""
    app = create_app(root, runner, Doors(**doors))
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def people(root, *roles):
    """A login's word of a person of each role (all), in a data folder without any."""
    words = {}
    with open_ledger(root) as ledger:
        accounts, sessions = Accounts(ledger), Sessions(ledger)
        for role in roles or Role:
            scope = "d1" if role == Role.DRIVER else ""
            account = Account(name=f"the-{role}", role=role, scope=scope)
            accounts.add(account, PASSWORD)
            words[role] = sessions.begin(account)
    return words


def bearer(url, word):
    """A client that brings a word."""
    return httpx.Client(base_url=url, timeout=30, headers={"Authorization": f"Bearer {word}"})
