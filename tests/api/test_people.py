"""People at the desk: the first account, logins that end, forms that cannot be forged, guessing."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from typer.testing import CliRunner

from api.commands.app import app as command_line
from models.account import Account, Role
from models.errors import HuanweiError
from scenarios.ledger.store import open_ledger
from scenarios.office import accounts as accounts_module
from scenarios.office.accounts import Accounts, TooManyTriesError
from scenarios.office.acts import Acts
from scenarios.office.sessions import SESSION_S, Sessions
from tests.api.offices import PASSWORD, bearer, people, serving

HTML = {"Accept": "text/html"}
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def office(tmp_path):
    with open_ledger(tmp_path) as ledger:
        yield ledger


def form_word(page):
    return re.search(r'name="form" value="([^"]+)"', page.text)[1]


def log_in(client, name, password=PASSWORD, **more):
    return client.post("/login", data={"name": name, "password": password, **more})


def test_the_first_day_needs_no_login_and_the_first_account_ends_that(tmp_path):
    with serving(tmp_path) as url, httpx.Client(base_url=url) as owner, httpx.Client() as other:
        assert "/welcome" in owner.get("/", headers=HTML).text
        assert owner.get("/login").headers["location"] == "/welcome"
        poor = owner.post("/welcome", data={"name": "wang", "password": "1234567890 wang"})
        assert (poor.status_code, 'role="alert"' in poor.text) == (409, True)
        made = owner.post("/welcome", data={"name": "wang", "title": EVIL, "password": PASSWORD})
        assert (made.status_code, made.headers["location"]) == (303, "/")
        page = owner.get("/", headers=HTML).text
        assert ("/accounts" in page, "/welcome" in page, EVIL in page) == (True, False, False)
        assert other.get(f"{url}/", headers=HTML).headers["location"] == "/login?next=/"
        assert other.get(f"{url}/api/v1/plans").status_code == 401
        late = other.post(f"{url}/welcome", data={"name": "eve", "password": PASSWORD})
        assert late.headers["location"] == "/login"


def test_a_login_lasts_until_it_ends(tmp_path):
    people(tmp_path, Role.DISTRICT, Role.TOWN)
    with serving(tmp_path, accounts=True) as url, httpx.Client(base_url=url) as client:
        assert log_in(client, "the-town", "wrong").status_code == 401
        answer = log_in(client, "the-town", next="/plans/x/map.html")
        assert (answer.status_code, answer.headers["location"]) == (303, "/plans/x/map.html")
        cookie = answer.headers["set-cookie"].lower()
        assert ("httponly" in cookie, "samesite=strict" in cookie) == (True, True)
        page = client.get("/", headers=HTML)
        assert page.status_code == 200
        kept = {"Cookie": f"huanwei={client.cookies['huanwei']}"}
        assert client.post("/logout", data={"form": form_word(page)}).status_code == 303
        again = client.get("/api/v1/plans", headers=kept)
        assert again.status_code == 401


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil", "/\n/x", "x"]
)
def test_a_login_leads_nowhere_else(tmp_path, target):
    people(tmp_path, Role.DISTRICT, Role.READER)
    with serving(tmp_path, accounts=True) as url, httpx.Client(base_url=url) as client:
        assert log_in(client, "the-reader", next=target).headers["location"] == "/"


def test_a_form_of_elsewhere_changes_nothing(tmp_path):
    """The cookie alone is not enough: what a foreign page could make a browser send."""
    people(tmp_path, Role.DISTRICT)
    with serving(tmp_path, accounts=True) as url, httpx.Client(base_url=url) as client:
        log_in(client, "the-district")
        word = form_word(client.get("/accounts", headers=HTML))
        new = {"name": "eve", "role": "district", "password": PASSWORD}
        for forged in ({}, {"form": ""}, {"form": word[:-1]}, {"form": "x"}):
            assert client.post("/accounts", data=new | forged).status_code == 403
        body = new | {"title": "", "scope": ""}
        assert client.post("/api/v1/accounts", json=body).json()["error"] == "foreign_form"
        assert client.post("/logout").status_code == 403
        assert "eve" not in client.get("/accounts", headers=HTML).text
        headers = {"X-Form-Word": word}
        assert client.post("/api/v1/accounts", json=body, headers=headers).status_code == 201
        assert "eve" in client.get("/accounts", headers=HTML).text


def test_names_with_marks_of_pages_stay_text(tmp_path):
    words = people(tmp_path, Role.DISTRICT)
    with serving(tmp_path, accounts=True) as url, bearer(url, words[Role.DISTRICT]) as chief:
        person = {"name": "x", "role": "reader", "title": EVIL, "scope": EVIL,
                  "password": PASSWORD}  # fmt: skip
        assert chief.post("/api/v1/accounts", json=person).status_code == 201
        page = chief.get("/accounts", headers=HTML)
        assert EVIL not in page.text
        assert "&lt;img" in page.text


def test_pages_may_do_nothing_of_others_and_stand_in_no_frame_of_others(tmp_path):
    with serving(tmp_path) as url, httpx.Client(base_url=url) as client:
        for path in ("/", "/login", "/welcome", "/nothing", "/api/v1/plans"):
            headers = client.get(path, headers=HTML).headers
            assert headers["x-frame-options"] == "SAMEORIGIN"
            assert headers["x-content-type-options"] == "nosniff"
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'self'" in policy
            assert "unsafe" not in policy
        page = client.get("/", headers=HTML).text
        assert not re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", page)
        assert not re.findall(r"<script(?![^>]*(?:src=|application/json))|\son\w+=|style=", page)


@pytest.mark.parametrize("value", ["", "x", "x.y", "9999999999.abc", "٣.x", "a.b.c", "\x7f"])
def test_made_up_cookies_open_nothing(tmp_path, value):
    people(tmp_path, Role.DISTRICT)
    with serving(tmp_path, accounts=True) as url, httpx.Client(base_url=url) as client:
        headers = {"Cookie": f"huanwei={value}".encode()}
        assert client.get("/api/v1/plans", headers=headers).status_code == 401


def test_a_session_ends_by_itself_and_with_its_account(office, monkeypatch):
    accounts, sessions = Accounts(office), Sessions(office)
    accounts.add(Account(name="chief", role=Role.DISTRICT), PASSWORD)
    wang = Account(name="wang", role=Role.TOWN)
    accounts.add(wang, PASSWORD)
    word = sessions.begin(wang)
    assert sessions.find(word).account == wang
    assert sessions.find(word + "x") is None
    accounts.close("wang")
    assert sessions.find(word) is None
    other = sessions.begin(Account(name="chief", role=Role.DISTRICT))
    now = accounts_module.time.time()
    monkeypatch.setattr("scenarios.office.sessions.time.time", lambda: now + SESSION_S + 5)
    assert sessions.find(other) is None


def test_the_store_holds_no_word_that_opens_a_door(office, tmp_path):
    accounts = Accounts(office)
    accounts.add(Account(name="chief", role=Role.DISTRICT), PASSWORD)
    word = Sessions(office).begin(Account(name="chief", role=Role.DISTRICT))
    office.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert PASSWORD.encode() not in held
    assert word.split(".")[0].encode() not in held
    assert b"$argon2id$" in held


def test_whoever_guesses_waits_and_nobody_else_does(office, monkeypatch):
    accounts = Accounts(office)
    accounts.add(Account(name="wang", role=Role.DISTRICT), PASSWORD)
    for _ in range(accounts_module.MOST_OF_ONE):
        assert accounts.proven("wang", "wrong", "10.0.0.9") is None
    with pytest.raises(TooManyTriesError) as caught:
        accounts.proven("wang", PASSWORD, "10.0.0.9")
    assert 0 < caught.value.wait_s <= accounts_module.WINDOW_S
    assert accounts.proven("wang", PASSWORD, "10.0.0.5").name == "wang"
    now = accounts_module.time.time()
    later = now + accounts_module.WINDOW_S + 1
    monkeypatch.setattr("scenarios.office.accounts.time.time", lambda: later)
    assert accounts.proven("wang", PASSWORD, "10.0.0.9").name == "wang"


def test_too_many_wrong_passwords_are_told_how_long_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr("scenarios.office.accounts.MOST_OF_ONE", 1)
    people(tmp_path, Role.DISTRICT, Role.TOWN)
    with serving(tmp_path, accounts=True) as url, httpx.Client(base_url=url) as client:
        who = {"name": "the-town", "password": "wrong"}
        assert client.post("/api/v1/logins", json=who).status_code == 401
        answer = client.post("/api/v1/logins", json=who | {"password": PASSWORD})
        assert (answer.status_code, answer.json()["error"]) == (429, "too_many_tries")
        assert int(answer.headers["retry-after"]) > 0
        assert log_in(client, "the-town").status_code == 429


@pytest.mark.parametrize("poor", ["short", "aaaaaaaaaaaa", "x" * 201, "wang wang wang"])
def test_a_poor_password_is_refused(office, poor):
    with pytest.raises(HuanweiError, match="A password has"):
        Accounts(office).add(Account(name="wang", role=Role.READER), poor)


def test_the_last_account_of_the_district_stays_open(office):
    accounts = Accounts(office)
    accounts.add(Account(name="chief", role=Role.DISTRICT), PASSWORD)
    with pytest.raises(HuanweiError, match="must stay open"):
        accounts.close("chief")
    assert not accounts.get("chief").closed
    with pytest.raises(HuanweiError, match="account chief already"):
        accounts.add(Account(name="chief", role=Role.READER), PASSWORD)
    with pytest.raises(HuanweiError, match="There is an account already"):
        accounts.add(Account(name="late", role=Role.DISTRICT), PASSWORD, first=True)


def test_a_program_of_a_person_logs_in_and_has_their_role(tmp_path):
    people(tmp_path, Role.DISTRICT, Role.READER)
    with serving(tmp_path, accounts=True) as url, httpx.Client(base_url=url) as client:
        who = {"name": "the-reader", "password": PASSWORD}
        login = client.post("/api/v1/logins", json=who).json()
        assert (login["name"], login["role"]) == ("the-reader", "reader")
        headers = {"Authorization": f"Bearer {login['token']}"}
        assert client.get("/api/v1/plans", headers=headers).status_code == 200
        assert client.get("/api/v1/accounts", headers=headers).status_code == 403


def test_accounts_change_by_the_interface_and_the_book_tells_who_did_it(tmp_path):
    words = people(tmp_path, Role.DISTRICT, Role.TOWN)
    with serving(tmp_path, accounts=True) as url, bearer(url, words[Role.DISTRICT]) as chief:
        town = bearer(url, words[Role.TOWN])
        assert town.get("/api/v1/plans").status_code == 200
        change = {"role": "reader", "title": "王芳"}
        assert chief.patch("/api/v1/accounts/the-town", json=change).json()["role"] == "reader"
        assert town.get("/api/v1/plans").status_code == 401  # logins end with a change
        town.close()
        assert chief.patch("/api/v1/accounts/nobody", json={}).status_code == 404
        lost = chief.patch("/api/v1/accounts/the-district", json={"closed": True})
        assert (lost.status_code, lost.json()["error"]) == (409, "not_possible")
        (act, *_) = chief.get("/api/v1/acts", params={"about": "the-town"}).json()
        assert (act["who"], act["what"], act["detail"]) == (
            "the-district", "account_changed", {"fields": ["role", "title"]})  # fmt: skip


def test_the_command_line_opens_lists_and_closes_accounts(tmp_path):
    run = CliRunner()
    (tmp_path / "password").write_text(PASSWORD + "\n", "utf-8")
    data = ["--data", str(tmp_path)]
    secret = ["--password-file", str(tmp_path / "password")]
    assert run.invoke(command_line, ["user", "add", "chief", *data, *secret]).exit_code == 0
    more = ["--role", "driver", "--scope", "D7", "--title", "张师傅"]
    assert run.invoke(command_line, ["user", "add", "zhang", *data, *secret, *more]).exit_code == 0
    shown = run.invoke(command_line, ["user", "list", *data]).output
    assert "chief" in shown
    assert "张师傅" in shown
    assert run.invoke(command_line, ["user", "close", "zhang", *data]).exit_code == 0
    assert run.invoke(command_line, ["user", "password", "chief", *data, *secret]).exit_code == 0
    with open_ledger(tmp_path) as ledger:
        assert Accounts(ledger).get("zhang").closed
        assert [act.what for act in Acts(ledger).latest()] == [
            "account_changed", "account_changed", "account_opened", "account_opened"]  # fmt: skip
    missing = run.invoke(command_line, ["user", "close", "nobody", "--json", *data])
    assert missing.exit_code == 2
    assert "huanwei user list" in json.loads(missing.stdout)["errors"][0]["message_en"]
