"""Whoever is in a hurry, in a real browser: presses twice, types on while it saves, leaves."""

import openpyxl
import pytest
from playwright.sync_api import expect

from models.account import Role
from scenarios.demo import write_demo
from scenarios.ledger.store import open_ledger
from scenarios.office.accounts import Accounts
from tests.api.chromium import needs_chromium
from tests.api.light_runners import make_quickly
from tests.api.offices import PASSWORD, people, serving
from tests.api.spoken import said

pytestmark = needs_chromium


@pytest.fixture
def root(tmp_path):
    write_demo(tmp_path / "d", size="tiny")
    return tmp_path


def held(page, pattern):
    """Requests to an address, kept on the line until they are let go."""
    waiting = []

    def hold(route):
        waiting.append(route)

    page.route(pattern, hold)
    return waiting


def test_a_plan_ordered_twice_at_once_is_one_plan(page, trouble, root):
    with serving(root, make_quickly) as url:
        page.goto(f"{url}/?lang=en")
        start = page.get_by_role("button", name=said(page, "ui.start_plan"))
        start.dblclick()
        expect(page.locator(".job")).to_have_count(1)
        waiting = held(page, "**/api/v1/jobs")
        with page.expect_request("**/api/v1/jobs"):
            start.click()
        start.click(force=True)  # a slow line: it is pressed again
        expect(start).to_be_disabled()
        with page.expect_response("**/api/v1/jobs"):
            waiting[0].continue_()
        expect(page.locator(".job")).to_have_count(2)
        assert len(waiting) == 1
        assert len(page.request.get(f"{url}/api/v1/jobs").json()) == 2
    assert trouble == []


def test_an_account_opened_twice_at_once_is_one_and_no_error(page, trouble, root):
    people(root, Role.DISTRICT)
    with serving(root, accounts=True) as url:
        page.goto(f"{url}/login?lang=en")
        page.locator("[name=name]").fill("the-district")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("button.first").dblclick()
        page.get_by_role("link", name=said(page, "desk.menu_accounts")).click()
        form = page.locator("form.card")
        form.locator("[name=name]").fill("li")
        form.locator("[name=password]").fill(PASSWORD)
        form.locator("button.first").dblclick()
        row = page.locator("table.stack tr", has=page.locator("b", has_text="li"))
        expect(row).to_be_visible()
        expect(page.locator("[role=alert]")).to_have_count(0)
        row.get_by_role("button", name=said(page, "desk.close_account")).click()  # the wrong one
        row.get_by_role("button", name=said(page, "desk.reopen_account")).click()
        expect(row.get_by_role("button", name=said(page, "desk.close_account"))).to_be_visible()
    with open_ledger(root) as ledger:
        assert [(one.name, one.closed) for one in Accounts(ledger).all()] == [
            ("li", False),
            ("the-district", False),
        ]
    assert trouble == []


def test_what_is_typed_while_a_table_is_saved_is_not_lost(page, trouble, root):
    table = root / "d" / "points.csv"
    with serving(root) as url:
        page.goto(f"{url}/data/d?lang=en")
        page.locator("[data-table=points]").click()
        name, kg = (page.locator(f"[data-row='2'][data-column='{at}']") for at in (1, 6))
        name.fill("东门")
        waiting = held(page, "**/tables/points")
        with page.expect_request("**/tables/points"):
            page.keyboard.press("Control+s")
        page.keyboard.type("口")  # before the answer: nothing takes it
        page.keyboard.press("Control+s")
        with page.expect_response("**/tables/points"):
            waiting[0].continue_()
        page.unroute("**/tables/points")
        expect(name).to_be_focused()
        expect(name).to_have_value("东门")
        kg.fill("77")
        page.keyboard.press("Control+s")
        expect(page.locator("#save")).to_be_disabled()
        expect(kg).to_have_value("77")
    row = table.read_text("utf-8-sig").splitlines()[1].split(",")
    assert (row[1], row[6]) == ("东门", "77")
    assert trouble == []


def test_whoever_saves_second_keeps_what_was_typed(page, trouble, root):
    """In two tabs: a row above goes, a cell is changed; the late ones save again and have both."""
    table = root / "d" / "points.csv"
    ids = [line.split(",")[0] for line in table.read_text("utf-8-sig").splitlines()]
    with serving(root) as url:
        other = page.context.new_page()
        for one in (page, other):
            one.goto(f"{url}/data/d?lang=en")
            one.locator("[data-table=points]").click()
            expect(one.locator(".cell").first).to_be_visible()
        page.locator("[data-row='3'] .cell, tr:has([data-row='3']) .drop-row").last.click()
        page.locator("[data-row='6'][data-column='1']").fill("北门")
        page.locator("#save").click()
        expect(page.locator("[data-row='5'][data-column='1']")).to_have_value("北门")
        other.locator("[data-row='9'][data-column='6']").fill("77")
        other.locator("[data-row='6'][data-column='1']").fill("西门")
        other.locator("#save").click()
        expect(other.locator("#problem")).to_contain_text(said(other, "desk.typed_stays"))
        expect(other.locator("#problem")).to_contain_text("#5 name = 北门")
        expect(other.locator("[data-row='8'][data-column='6']")).to_have_value("77")
        other.locator("#save").click()
        expect(other.locator("#problem")).to_be_hidden()
    rows = [line.split(",") for line in table.read_text("utf-8-sig").splitlines()]
    assert [row[0] for row in rows] == [*ids[:2], *ids[3:]]
    assert (rows[4][1], rows[7][0], rows[7][6]) == ("西门", ids[8], "77")
    assert [one for one in trouble if "409" not in one] == []


def test_whoever_leaves_while_a_file_goes_up_is_asked(page, trouble, root):
    book = root / "big.xlsx"
    openpyxl.Workbook().save(book)
    with serving(root) as url:
        page.goto(f"{url}/data/d?lang=en")
        expect(page.locator("#main:not([inert])")).to_be_visible()
        waiting = held(page, "**/files/big.xlsx")
        with page.expect_request("**/files/big.xlsx"):
            page.locator("#file").set_input_files(book)
        expect(page.locator("#going")).to_contain_text("big.xlsx")
        page.locator("#day").click()  # a browser asks only whoever has touched the page
        asked = []
        page.on("dialog", lambda one: (asked.append(one.type), one.dismiss()))
        page.evaluate("location.reload()")
        expect(page.locator("#going")).to_contain_text("big.xlsx")
        waiting[0].continue_()
        expect(page.locator("#files")).to_contain_text("big.xlsx")
        assert asked == ["beforeunload"]
    assert trouble == []
