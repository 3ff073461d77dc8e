"""Trouble at the map page: a login that ends, two people at one plan, a form half filled."""

from playwright.sync_api import expect

from models.account import Role
from scenarios.desk.judge import read_plan
from scenarios.ledger.store import open_ledger
from scenarios.office.sessions import Sessions
from tests.api.chromium import needs_chromium
from tests.api.hand_steps import drag, open_route, tab
from tests.api.offices import PASSWORD, people, serving
from tests.api.test_hand import PLAN, planned, root  # noqa: F401 -- fixtures

pytestmark = needs_chromium


def a_route(root, operation="collect_residual"):  # noqa: F811
    plan = read_plan(root / "tiny" / "plans" / "day" / "plan.json")
    return max(
        (one for one in plan.routes if one.operation == operation),
        key=lambda one: sum(step.kind == "serve" for trip in one.trips for step in trip.steps),
    )


def log_in(page, url):
    page.goto(f"{url}/login?lang=zh")
    page.locator("[name=name]").fill("the-district")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.first").click()
    expect(page.locator("#plans")).to_be_visible()


def ready(page, url, route):
    """The page of the plan, a route open, its services ready to be dragged."""
    page.goto(f"{url}/desk/{PLAN}?lang=zh")
    open_route(page, route)
    expect(page.locator(".target").first).to_be_visible()  # the draft is there


def drag_first(page, number=0):
    services = page.locator(".steps li.serve")
    drag(services.nth(number), services.nth(number + 2))


def test_a_login_that_ends_in_the_middle_of_a_drag_loses_nothing(page, trouble, root):  # noqa: F811
    people(root, Role.DISTRICT)
    route = a_route(root)
    with serving(root, accounts=True) as url:
        log_in(page, url)
        ready(page, url, route)
        cookie = next(one for one in page.context.cookies() if one["name"] == "huanwei")
        with open_ledger(root) as ledger:
            Sessions(ledger).end(cookie["value"])
        drag_first(page)
        link = page.locator("#problem a", has_text="登录")
        expect(link).to_be_visible()
        expect(page.locator(".steps li.serve").first).to_be_visible()  # the page is as it was
        with page.context.expect_page() as opened:
            link.click()
        log_in(opened.value, url)
        opened.value.close()
        drag_first(page)  # the same page, with the word of the new login
        expect(page.locator(".history li")).to_have_count(1)
        expect(page.locator("#problem")).to_be_hidden()
    refused = ("401", "403")  # what the browser itself says on the console
    assert [one for one in trouble if not any(status in one for status in refused)] == []


def test_two_people_drag_at_once_and_whoever_is_late_is_told(page, trouble, root):  # noqa: F811
    route = a_route(root)
    with serving(root) as url:
        other = page.context.new_page()
        ready(page, url, route)
        ready(other, url, route)
        drag_first(page)
        expect(page.locator(".history li")).to_have_count(1)
        drag_first(other, 1)
        expect(other.locator("#problem")).to_contain_text("草稿已被他人修改")
        tab(other, "hand.tab")
        expect(other.locator(".history li")).to_have_count(1)  # the other's change, and only that
        open_route(other, route)
        drag_first(other, 1)
        expect(other.locator(".history li")).to_have_count(2)
        other.reload()
        expect(other.locator("#tabs button", has_text="人工调整")).to_contain_text("2")
    assert [one for one in trouble if "409" not in one] == []


def test_what_is_typed_of_an_order_stays_while_the_plan_changes(page, trouble, root):  # noqa: F811
    with serving(root) as url:
        page.goto(f"{url}/desk/{PLAN}?lang=zh")
        tab(page, "hand.tab")
        page.locator(".order summary").click()
        street = page.locator(".order [name=street]")
        street.fill("绣井里")
        page.evaluate("update({ revision: state.revision + 1 })")  # news of somebody else
        expect(street).to_have_value("绣井里")
        expect(street).to_be_focused()
        tab(page, "ui.overview_tab")
        tab(page, "hand.tab")
        expect(street).to_have_value("绣井里")
    assert trouble == []
