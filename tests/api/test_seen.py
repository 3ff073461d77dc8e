"""Every page as eyes and keys meet it: contrast, names of controls, nothing squeezed or cut."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.account import Role
from models.units import CHINA
from scenarios.desk.judge import read_plan
from scenarios.ledger.store import open_ledger
from scenarios.office.duties import Duties
from tests.api.chromium import needs_chromium, open_page
from tests.api.offices import PASSWORD, people, serving
from tests.api.test_hand import PLAN, planned, root  # noqa: F401 -- fixtures

pytestmark = needs_chromium
SHOTS = os.environ.get("HUANWEI_SHOTS", "")
"""A folder for pictures of every page."""
PAGES = ("", "data", "data/tiny", "data/tiny/map", "data/tiny/people", "data/tiny/stations",
         "data/tiny/month", "data/tiny/planner", "accounts", "mine", f"links/{PLAN}",
         f"desk/{PLAN}", f"desk/{PLAN}/compare", "nowhere")  # fmt: skip
TABS = ("overview", "routes", "stations", "haul", "roster", "unserved", "violations", "hand")
LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")


def faults_of(page, name):
    """What is wrong with a page as it stands, each with the place."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name.replace('/', '-')}.png")
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    found = [f"{name}: {one}" for one in page.evaluate(LOOK)]
    return [*found, *([f"{name} is {wide} px wide on {window}"] if wide > window else [])]


def a_link(folder):
    """The word of a driver's link that has not ended yet."""
    driver = read_plan(folder / "tiny" / "plans" / "day" / "plan.json").roster[0].driver
    with open_ledger(folder) as ledger:
        return Duties(ledger).word(PLAN, driver, datetime.now(CHINA))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1440, 3840])
def test_every_page_is_read_and_reached_by_everybody(browser, trouble, root, language, width):  # noqa: F811
    people(root, Role.DISTRICT)
    duty = a_link(root)
    faults = []
    with serving(root) as url:
        page = open_page(browser, trouble, viewport={"width": width, "height": 1000})
        page.goto(f"{url}/login?lang={language}")
        faults += faults_of(page, f"login-{width}-{language}")
        page.locator("[name=name]").fill("the-district")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("button.first").click()
        for name in PAGES:
            page.goto(f"{url}/{name}?lang={language}", wait_until="load")
            faults += faults_of(page, f"{name.replace(PLAN, 'day') or 'start'}-{width}-{language}")
        page.goto(f"{url}/duty/{duty}?lang={language}")
        page.locator(".item.now").wait_for()
        faults += faults_of(page, f"duty-{width}-{language}")
        page.goto(f"{url}/desk/{PLAN}?lang={language}")
        page.locator("#tabs button").first.wait_for()
        for tab in TABS:
            page.evaluate("tab => update({ tab, route: tab === 'routes' ? 0 : null })", tab)
            expect(page.locator("body:not(.busy)")).to_be_visible()
            faults += faults_of(page, f"desk-{tab}-{width}-{language}")
        page.context.close()
    assert not faults, "\n".join(faults)
    assert [one for one in trouble if "404" not in one] == []  # the page that is nowhere
