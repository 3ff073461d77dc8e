"""The map page of the desk in a real browser: find, fit a phone, tell a what-if from the plan."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scenarios.desk.judge import read_plan
from solver.document.earlier import steps_of
from tests.api.chromium import needs_chromium
from tests.api.hand_steps import open_route, tab
from tests.api.offices import serving
from tests.api.spoken import said
from tests.api.test_hand import PLAN, planned, root  # noqa: F401 -- fixtures

pytestmark = needs_chromium
SHOTS = os.environ.get("HUANWEI_SHOTS", "")
"""A folder for pictures."""


def served(plan, route):
    return [
        step
        for one in plan.routes
        if (one.vehicle, one.shift) == (route.vehicle, route.shift)
        for step in steps_of(one)
        if step.kind == "serve"
    ]


@pytest.mark.parametrize(
    ("language", "size"), [("zh", (390, 844)), ("en", (390, 844)), ("zh", (720, 450))]
)
def test_the_page_fits_a_phone_and_a_zoom_of_two(page, trouble, root, language, size):  # noqa: F811
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    with serving(root) as url:
        page.goto(f"{url}/desk/{PLAN}?lang={language}")
        page.locator("#tabs button").nth(1).click()
        page.locator(".routes .open").first.click()
        page.locator(".steps .move").first.click()
        expect(page.locator("dialog")).to_be_visible()
        wide = page.evaluate("document.documentElement.scrollWidth")
        dialog = page.locator("dialog").bounding_box()
        page.keyboard.press("Escape")
        body, drawn = (page.locator(name).bounding_box() for name in ("#body", "#map"))
    assert wide <= width
    assert dialog["x"] >= 0
    assert dialog["x"] + dialog["width"] <= width
    assert min(body["height"], drawn["height"]) >= 250
    assert trouble == []


def test_plate_street_person_and_task_are_found(page, trouble, root):  # noqa: F811
    plan = read_plan(root / "tiny" / "plans" / "day" / "plan.json")
    truck = next(route for route in plan.routes if route.operation == "collect_residual")
    step = served(plan, truck)[0]
    with serving(root) as url:
        page.goto(f"{url}/desk/{PLAN}")
        tab(page, "ui.routes_tab")
        rows, hits = page.locator(".routes li"), page.locator(".tasks li")
        plate = page.evaluate("id => plan.routes.find((one) => one.id === id).plate", truck.id)
        person = page.evaluate("id => plan.routes.find((one) => one.id === id).crew[0]", truck.id)
        for text, found in ((plate, rows), (person, rows), (step.name, hits), (step.task, hits)):
            page.locator("#search").fill(text)
            expect(rows.filter(has_text=truck.id)).to_have_count(1)
            expect(found.first).to_be_visible()
        hits.first.locator("button").click()
        expect(page.locator(".steps .current")).to_contain_text(step.name)
    assert trouble == []


SPOTS = """([from, to]) => {
  map.fitBounds(wholeExtent(), { animate: false });
  const box = map.getContainer().getBoundingClientRect(), { part } = plan.routes[state.route];
  const kin = plan.routes.filter((one) => one.part === part);
  const spot = (key, found) => {
    const own = kin.find((one) => one.key === key).steps.filter((one) => one.kind === "serve");
    for (const step of own) {
      const [lon, lat] = lonLat(step.line.xs[0], step.line.ys[0]), at = L.latLng(lat, lon);
      const { x, y } = map.latLngToContainerPoint(at), seen = [x + box.x, y + box.y];
      const over = document.elementFromPoint(...seen)?.closest(".leaflet-marker-icon, button, a");
      if (!over && found(at)?.step === step) return [...seen, step.task];
    }
    return null;
  };
  const zoom = map.getZoom();
  const far = { routes: kin, wide: 2.5, services: true };
  const near = { services: true };
  return [spot(from, (at) => hit(at, zoom, near)), spot(to, (at) => hit(at, zoom, far))];
}"""
"""Pixels of a service of the open route and of one of another, nothing before them."""


def test_a_point_is_dragged_on_the_map_before_one_of_another_truck(page, trouble, root):  # noqa: F811
    plan = read_plan(root / "tiny" / "plans" / "day" / "plan.json")
    own, other = [one for one in plan.routes if one.operation == "collect_residual"][:2]
    with serving(root) as url:
        page.goto(f"{url}/desk/{PLAN}")
        expect(page.locator("#tabs button").first).to_be_visible()
        page.evaluate("() => { window.rest = new Promise((then) => map.once('moveend', then)); }")
        open_route(page, own)  # the map flies there
        page.evaluate("() => window.rest.then(() => null)")
        expect(page.locator(".target").first).to_be_visible()  # the draft is there
        keys = [f"{one.vehicle}/{one.shift}" for one in (own, other)]
        (x, y, task), (to_x, to_y, before) = page.evaluate(SPOTS, keys)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
        page.mouse.move(to_x, to_y)
        expect(page.locator(".held b")).to_contain_text(f"→ {other.vehicle}")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / "dragged.png")
        page.keyboard.press("Escape")  # not meant
        page.mouse.up()
        expect(page.locator(".held")).to_have_count(0)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
        page.mouse.move(to_x, to_y)
        page.mouse.up()
        expect(page.locator(".history li")).to_have_count(1)
        steps = "key => plan.routes.find((one) => one.key === key).steps.map((one) => one.task)"
        tasks = [one for one in page.evaluate(steps, keys[1]) if one]
        assert tasks.index(task) == tasks.index(before) - 1
    assert trouble == []


def test_a_street_is_found_by_an_input_method(page, trouble, root):  # noqa: F811
    plan = read_plan(root / "tiny" / "plans" / "day" / "plan.json")
    sweep = next(route for route in plan.routes if route.operation == "sweep")
    name = next(step.name for step in served(plan, sweep) if step.name)
    with serving(root) as url:
        page.goto(f"{url}/desk/{PLAN}")
        tab(page, "ui.routes_tab")
        page.locator("#search").click()
        keys = page.context.new_cdp_session(page)
        for letters in ("r", "re", "ren"):
            caret = {"selectionStart": len(letters), "selectionEnd": len(letters)}
            keys.send("Input.imeSetComposition", {"text": letters, **caret})
        page.evaluate("update({ revision: state.revision + 1 })")  # news of somebody else
        keys.send("Input.insertText", {"text": name})
        expect(page.locator("#search")).to_have_value(name)
        expect(page.locator(".tasks li").first).to_contain_text(name)
    assert trouble == []


def test_a_what_if_cannot_be_taken_for_the_plan(page, root):  # noqa: F811
    path = root / "tiny" / "plans" / "day" / "map.html"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"what_if":[[],[]]', '"what_if":[["去掉: S1"],["without: S1"]]'))
    with serving(root) as url:
        page.goto(f"{url}/desk/{PLAN}")
        expect(page.locator("header.what-if .asked")).to_contain_text("假设情景： 去掉: S1")
        assert page.title().startswith("假设情景：")


def test_the_arrow_back_goes_from_a_route_to_the_list(page, trouble, root):  # noqa: F811
    with serving(root) as url:
        page.goto(f"{url}/?lang=en")
        page.locator("#plans").get_by_role("link", name=said(page, "ui.map")).first.click()
        tab(page, "ui.routes_tab")
        page.locator(".routes .open").first.click()
        expect(page.locator(".steps li").first).to_be_visible()
        page.go_back()
        expect(page.locator(".routes .open").first).to_be_visible()
        page.go_forward()
        expect(page.locator(".steps li").first).to_be_visible()
        for _ in range(3):
            page.go_back()
        expect(page.locator("#plans")).to_be_visible()
    assert trouble == []
