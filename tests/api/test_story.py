"""The desk in Chromium: from an empty folder to a driver's phone, as a newcomer does it."""

from __future__ import annotations

import csv
import io
import os
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from api.runner import plan_runner
from models.units import CHINA
from scenarios.demo import write_demo
from scenarios.desk.judge import read_plan
from solver.document.earlier import steps_of
from solver.judge.locks import check_locks
from tests.api.chromium import WAIT_MS, needs_chromium, open_page
from tests.api.hand_steps import break_and_order, change_by_hand, lock_and_replan, replan
from tests.api.offices import PASSWORD, serving
from tests.api.spoken import said

pytestmark = needs_chromium
TODAY = datetime.now(CHINA).date().isoformat()
SHOTS = os.environ.get("HUANWEI_SHOTS", "")
"""A folder for pictures of every station of the story."""
TITLES = {"vehicles": "车辆", "facilities": "设施", "points": "收运点", "crews": "人员",
          "streets": "道路", "closures": "封路", "orders": "工单"}  # fmt: skip
MISTAKES = {("points", 3, "demand_kg"): "很多", ("points", 5, "stream"): "residuel",
            ("vehicles", 2, "depot"): "D99"}  # fmt: skip
"""What is wrong in the workbook: table, row of the sheet, column."""


def picture(page, name):
    """Of a station of the story: kept where pictures are asked for; nothing may be too wide."""
    if SHOTS:
        look = f"{page.viewport_size['width']}-{page.locator('html').get_attribute('lang')[:2]}"
        page.screenshot(path=Path(SHOTS) / f"{name}-{look}.png", full_page=True)
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"{name} is {width[0]} px wide on {width[1]}"


def bureau(folder):
    """Files as a newcomer has them: one workbook with three mistakes, roads, settings."""
    write_demo(folder / "demo", size="tiny")
    book = openpyxl.Workbook()
    book.remove(book.active)
    right = {}
    for table, title in TITLES.items():
        text = (folder / "demo" / f"{table}.csv").read_text("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        for (where, row, column), wrong in MISTAKES.items():
            if where == table:
                at = rows[0].index(column)
                right[where, row, column] = rows[row - 1][at]
                rows[row - 1][at] = wrong
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / "台账.xlsx")
    files = [folder / "台账.xlsx", folder / "demo" / "roads.osm", folder / "demo" / "district.toml"]
    return files, right


def open_account(page):
    page.get_by_role("link", name=said(page, "desk.welcome")).click()
    page.locator("[name=name]").fill("wang")
    page.locator("[name=title]").fill("王芳")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=said(page, "desk.open_account")).click()
    expect(page.locator(".who")).to_contain_text("王芳")


def begin_district(page):
    page.get_by_role("link", name=said(page, "desk.menu_data"), exact=True).click()
    page.locator("[name=name]").fill("新区")
    page.locator("[name=id]").fill("xin")
    page.get_by_role("button", name=said(page, "desk.begin_district")).click()


def begin_and_upload(page, files):
    begin_district(page)
    expect(page.locator("#main:not([inert]) #drop")).to_be_visible()
    page.locator("#file").set_input_files(files)
    expect(page.locator(".problems .place")).to_have_count(3)
    expect(page.locator("#check .bad").first).to_contain_text(said(page, "desk.must_mend", 3))


def mend(page, right):
    """Click each problem, type the right value into the cell it leads to, save."""
    for number, value in enumerate(right.values()):
        left = len(right) - number - 1
        page.locator(".problems .place").first.click()
        cell = page.locator(".cell:focus")
        expect(cell).to_have_class(re.compile("wrong"))
        told = page.locator(".problems code").first.inner_text()
        assert cell.input_value() == told
        cell.fill(next(right[key] for key, wrong in MISTAKES.items() if wrong == told))
        del value
        page.locator("#save").click()
        done = said(page, "desk.must_mend", left) if left else said(page, "desk.all_fine")
        expect(page.locator("#check")).to_contain_text(done)


def plan_today(page):
    page.get_by_role("link", name=said(page, "desk.menu_today"), exact=True).click()
    page.locator("summary").click()
    page.locator("[name=seconds]").fill("1")
    page.get_by_role("button", name=said(page, "ui.start_plan")).click()
    done = page.locator(".job .state").first  # the first search on a machine compiles the loops
    expect(done).to_contain_text(said(page, "ui.finished"), timeout=4 * WAIT_MS)
    expect(page.locator("#plans .tag.draft")).to_have_count(1)


def work_by_hand(page, folder):
    """Drag two streets and a point, lock a route and re-plan; a truck breaks, an order comes.

    Returns the truck, and the street of the order.
    """
    page.locator("#plans").get_by_role("link", name=said(page, "ui.map")).first.click()
    expect(page.locator("#tabs button").first).to_be_visible()
    (path,) = folder.glob("plans/*/plan.json")
    plan = read_plan(path)
    sweep = next(route for route in plan.routes if route.operation == "sweep")
    first, *others = [one for one in plan.routes if one.operation == "collect_residual"]
    truck = next(one for one in others if one.vehicle != first.vehicle)  # `first` is locked
    change_by_hand(page, sweep, first)
    picture(page, "4-changed")
    lock_and_replan(page, first)
    page.locator("a", has_text=said(page, "hand.open_plan")).click()
    broken = next(one for one in read_plan(*folder.glob("plans/*-replan/plan.json")).routes
                  if one.vehicle == truck.vehicle)  # fmt: skip
    street = next(step.name for step in steps_of(sweep) if step.kind == "serve" and step.name)
    break_and_order(page, broken, street)
    picture(page, "5-news")
    replan(page)
    compare(page, truck.vehicle)
    return first, truck.vehicle


def compare(page, broken):
    """Side by side with what it was made of: whose work went to whom, or to nobody in its hours."""
    page.locator("a", has_text=said(page, "hand.compare")).last.click()
    expect(page.locator("iframe")).to_have_count(2)
    moved = page.locator("h2", has_text=said(page, "hand.moved_tasks"))
    expect(
        moved.or_(page.locator("h2", has_text=said(page, "hand.new_left"))).first
    ).to_be_visible()
    if moved.is_visible():  # a day that is full leaves all of the truck's work out
        expect(page.locator("main")).to_contain_text(broken)
    page.locator(".show").first.click()
    for number in (0, 1):
        frame = page.frame_locator("iframe").nth(number)
        expect(frame.locator(".steps .current, .tasks").first).to_be_visible()
    picture(page, "6-compared")


def examine(folder, locked, broken):
    """The last plan keeps the lock, does the order, and leaves the broken truck at home."""
    hand, new = (read_plan(folder / "plans" / name / "plan.json")
                 for name in (f"{TODAY}-hand", f"{TODAY}-replan-replan"))  # fmt: skip
    assert len(hand.changes) == 5
    assert hand.locks == new.locks != ()
    assert list(check_locks(new)) == []
    assert served(new, locked) == served(hand, locked)
    assert broken not in {route.vehicle for route in new.routes}
    told = {step.task for route in new.routes for step in steps_of(route)}
    told |= {one.task for one in new.unserved}
    assert any("-O3-" in task for task in told if task), "the order is no task"
    assert not new.what_if
    assert "CLAIM" not in {one.code for one in (*hand.violations, *new.violations)}


def served(plan, route):
    """Tasks of a vehicle in a shift, in their order."""
    return [
        step.task
        for one in plan.routes
        if (one.vehicle, one.shift) == (route.vehicle, route.shift)
        for step in steps_of(one)
        if step.kind == "serve"
    ]


def publish(page, url):
    """Publish the re-planned day, and find the link of a driver."""
    page.goto(url)
    row = page.locator("#plans tr", has_text="replan-replan")
    page.on("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name=said(page, "desk.publish")).click()
    expect(row.locator(".tag.published")).to_be_visible()
    picture(page, "7-published")
    row.get_by_role("link", name=said(page, "desk.links")).click()
    expect(page.locator("svg").first).to_be_visible()
    picture(page, "8-links")
    return page.locator(".code a").first.get_attribute("href")


def follow(page, url, plan):
    """What the driver said stands on the map page of the dispatcher."""
    duties = page.request.get(f"{url}/api/v1/plans/{plan}/duties").json()
    work = next(one["work"][0] for one in duties if one["done"])
    page.goto(f"{url}/desk/{plan}")
    page.evaluate("id => openRoute(plan.routes.find((one) => one.id === id))", work)
    expect(page.locator(".said-done").first).to_be_visible()
    expect(page.locator(".said-cannot").first).to_contain_text("车辆占道")
    picture(page, "11-followed")


def drive(phone, link, language):
    """Report one thing done; then without a network one that cannot be; then with it again.

    Returns how many steps were done and how many could not be: a street is several.
    """
    phone.goto(f"{link}?lang={language}")
    phone.wait_for_selector("html[data-kept]")
    done = steps_of_item(phone)
    phone.locator(".item.now [data-say=done]").click()
    expect(phone.locator(".item.done")).to_have_count(1)
    expect(phone.locator("#sent")).to_contain_text(said(phone, "desk.duty_sent"))
    phone.context.set_offline(True)
    cannot = steps_of_item(phone)
    phone.locator(".item.now [data-say=cannot]").click()
    phone.locator("#note").fill("车辆占道")
    phone.locator("dialog button.first").click()
    expect(phone.locator(".item.cannot")).to_have_count(1)
    expect(phone.locator("#sent")).to_contain_text(said(phone, "desk.duty_waiting", cannot))
    picture(phone, "9-phone")
    phone.reload()  # the page itself comes from the phone
    expect(phone.locator(".item.cannot")).to_have_count(1)
    phone.context.set_offline(False)
    expect(phone.locator("#sent")).to_contain_text(said(phone, "desk.duty_sent"))
    return done, cannot


def steps_of_item(phone):
    return len(phone.locator(".item.now").get_attribute("data-steps").split(","))


@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (390, "en")])
def test_from_an_empty_folder_to_the_phone_of_a_driver(browser, tmp_path, width, language):
    files, right = bureau(tmp_path)
    data, trouble, lost = tmp_path / "data", [], []
    data.mkdir()
    with serving(data, plan_runner) as url:
        page = open_page(browser, trouble, viewport={"width": width, "height": 900})
        page.goto(f"{url}/?lang={language}")
        open_account(page)
        begin_and_upload(page, files)
        picture(page, "1-problems")
        mend(page, right)
        picture(page, "2-mended")
        plan_today(page)
        picture(page, "3-planned")
        locked, broken = work_by_hand(page, data / "xin")
        examine(data / "xin", locked, broken)
        link = publish(page, url)
        phone = open_page(browser, lost, viewport={"width": 390, "height": 844})
        reported = drive(phone, link, language)
        page.reload()
        expect(page.locator(".code").first).to_contain_text(said(page, "desk.reported", *reported))
        follow(page, url, f"xin~plans~{TODAY}-replan-replan")
        page.goto(url)  # and all of it is undone: the plan, and the last change of a cell
        page.get_by_role("button", name=said(page, "desk.withdraw")).click()
        expect(page.locator("#plans .tag.published")).to_have_count(0)
        page.goto(f"{url}/data/xin")
        undo = page.get_by_role("button", name=said(page, "desk.undo_last"))
        for _ in range(3):  # the order, the broken truck, the last of the mistakes
            back_to = undo.get_attribute("data-restore")
            undo.click()
            expect(undo).not_to_have_attribute("data-restore", back_to)
        expect(page.locator("#check .bad").first).to_contain_text(said(page, "desk.must_mend", 1))
        page.goto(f"{url}/accounts")
        expect(page.locator("#main")).to_contain_text(said(page, "desk.act_plan_published"))
        picture(page, "10-acts")
    assert trouble == []
    assert [one for one in lost if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_nothing_is_pressed_in_vain_before_the_script_of_a_page_listens(browser, tmp_path):
    files, _ = bureau(tmp_path)
    trouble, held = [], []
    (tmp_path / "data").mkdir()
    with serving(tmp_path / "data", plan_runner) as url:
        page = open_page(browser, trouble)

        def hold(route):  # a slow line
            held.append(route)

        page.route("**/static/data.js", hold)
        page.goto(url)
        open_account(page)
        begin_district(page)
        page.locator("#file").set_input_files(files[1:])
        expect(page.locator("#main")).to_have_attribute("inert", "")
        held[0].continue_()
        expect(page.locator("#main")).not_to_have_attribute("inert", "")
        expect(page.locator("#files")).to_contain_text("roads.osm")
    assert trouble == []
