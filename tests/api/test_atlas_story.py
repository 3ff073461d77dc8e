"""A planner at the map of a district, in a real browser: drag, add, close, undo."""

from contextlib import contextmanager
from datetime import date

import pytest
from playwright.sync_api import expect

from scenarios.demo import write_demo
from scenarios.district import read_district
from tests.api.chromium import needs_chromium
from tests.api.offices import serving

pytestmark = needs_chromium
DAY = date(2026, 5, 12)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_demo(folder / "d", size="tiny")
    return folder


def drag_chosen(page, right, down):
    """Pull the chosen place by its handle."""
    expect(page.locator(".leaflet-zoom-anim")).to_have_count(0)
    pull(page, page.locator(".handle"), right, down)


def pull(page, what, right, down):
    """Pull something on the map by so many pixels."""
    what.hover()  # waits until it stands still
    box = what.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.evaluate("import('/static/atlas_state.js').then(({ view }) => view.paint())")  # news
    page.mouse.move(x + right, y + down)
    page.mouse.up()


@contextmanager
def written(page):
    """What is done within ends with an answer to a change, and a page at rest."""
    with page.expect_response(lambda one: one.request.method != "GET"):
        yield
    expect(page.locator("body.busy")).to_have_count(0)


def find(page, text):
    page.locator("input[type=search]").fill(text)
    page.locator(".found button").first.click()


def test_a_point_is_dragged_a_street_closed_and_both_undone(page, trouble, root):
    points, closures = root / "d" / "points.csv", root / "d" / "closures.csv"
    before = points.read_bytes(), closures.read_bytes()
    line = points.read_text("utf-8-sig").splitlines()[1]
    key = line.split(",")[0]
    with serving(root) as url:
        page.goto(f"{url}/data/d/map?lang=zh")
        find(page, key)
        expect(page.locator(".near")).to_contain_text("停靠在")
        drag_chosen(page, 60, 40)
        expect(page.locator("#tools .note")).to_contain_text("points.csv")
        expect(page.locator(".near")).to_be_visible()
        moved = points.read_text("utf-8-sig").splitlines()[1]
        assert moved != line
        assert moved.startswith(f"{key},")

        page.keyboard.press("Escape")
        page.locator("#tools button", has_text="封路").click()
        page.mouse.click(*on_a_street(page))
        expect(page.locator(".chips button")).to_have_count(1)
        page.locator("input[name=reason]").fill("管网施工")
        page.locator("button", has_text="确认封闭").click()
        expect(page.locator("#tools .note")).to_contain_text("closures.csv")
        assert "管网施工" in closures.read_text("utf-8-sig")
        page.screenshot(path=root / "atlas.png")

        page.locator("#undo").click()
        expect(page.locator("#tools .note")).to_contain_text("恢复")
        assert closures.read_bytes() == before[1]
        page.locator("#undo").click()
        expect(page.locator("#tools .note")).to_contain_text("恢复到版本 1 ")
        assert points.read_bytes() == before[0]
    assert trouble == []


def test_a_zone_is_drawn_a_corner_pulled_and_its_operator_named(page, trouble, root):
    with serving(root) as url:
        page.goto(f"{url}/data/d/map?lang=en")
        expect(page.locator(".layers label").first).to_be_visible()
        page.locator("#tools button", has_text="Draw a zone").click()
        box = page.locator("#map").bounding_box()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for right, down in ((-200, -150), (200, -150), (200, 150), (-200, 150)):
            page.mouse.click(middle[0] + right, middle[1] + down)
        expect(page.locator(".corner")).to_have_count(4)
        page.locator("input[name=id]").fill("Z1")
        page.locator("input[name=operator]").fill("East Co")
        with written(page):
            page.locator("button", has_text="Save").click()
        expect(page.locator("#tools .note")).to_contain_text("zones.csv")
        expect(page.locator(".corner")).to_have_count(4)
        drawn = read_district(root / "d", DAY).zones[0]
        assert (drawn.operator, len(drawn.rings[0])) == ("East Co", 4)
        with written(page):
            pull(page, page.locator(".corner").first, -60, -40)
        expect(page.locator("#tools .note")).to_contain_text("zones")
        page.screenshot(path=root / "zone.png")
        pulled = read_district(root / "d", DAY).zones[0]
        assert pulled.rings[0][1:] == drawn.rings[0][1:]
        assert pulled.rings[0][0][0] < drawn.rings[0][0][0]
    assert trouble == []


def on_a_street(page):
    """Pixels of the middle of a street that is in view and has nothing else on it."""
    return page.evaluate(
        """async () => {
          const { map, decode } = await import("/static/atlas_map.js");
          const { state } = await import("/static/atlas_state.js");
          const box = document.getElementById("map").getBoundingClientRect();
          const sees = (row, spot) => row.at
            && map.latLngToContainerPoint([row.at[1], row.at[0]]).distanceTo(spot) < 30;
          const inside = ({ x, y }) => Math.min(x, y, box.width - 30 - x, box.height - y) > 60;
          for (const piece of state.roads.pieces) {
            const [a, b] = decode(piece.line);
            const spot = map.latLngToContainerPoint([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
            const taken = state.atlas.tables.some((one) => one.rows.some((row) => sees(row, spot)));
            if (inside(spot) && !taken) return [spot.x + box.x, spot.y + box.y];
          }
          return null;
        }"""
    )


def test_what_somebody_else_changed_is_told_and_what_was_typed_stays(page, root):
    points = root / "d" / "points.csv"
    key = points.read_text("utf-8-sig").splitlines()[1].split(",")[0]
    with serving(root) as url:
        page.goto(f"{url}/data/d/map?lang=en")
        find(page, key)
        page.locator("input[name=demand_kg]").fill("321")
        lines = points.read_text("utf-8-sig").splitlines()
        at = lines[0].split(",").index("demand_kg")
        cells = lines[1].split(",")
        cells[at] = "654"
        points.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), "utf-8")
        page.locator("button", has_text="Save").click()
        expect(page.locator("#problem")).to_contain_text("demand_kg = 654")
        expect(page.locator("input[name=demand_kg]")).to_have_value("321")
        expect(page.locator("body.busy")).to_have_count(0)
        page.locator("button", has_text="Save").click()  # now knowing what it was
        expect(page.locator("#problem")).to_be_hidden()
    assert ",321," in points.read_text("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_fits_a_phone(page, trouble, root, language):
    page.set_viewport_size({"width": 390, "height": 844})
    with serving(root) as url:
        page.goto(f"{url}/data/d/map?lang={language}")
        expect(page.locator(".layers label").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert trouble == []
