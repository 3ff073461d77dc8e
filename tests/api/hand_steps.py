"""Steps of a dispatcher on the map page of the desk, for stories in a real browser."""

from playwright.sync_api import expect

from tests.api.spoken import said


def tab(page, key):
    """Open a tab by the key of its words, such as "hand.tab"."""
    page.locator("#tabs button", has_text=said(page, key)).click()


def open_route(page, route):
    tab(page, "ui.routes_tab")
    back = page.locator("button.link", has_text=said(page, "ui.back"))
    if back.count():
        back.click()
    page.locator(".routes li", has_text=f"{route.id} ").locator(".open").click()


BOTH_IN_VIEW = """(one, other) => {
  let list = one.parentElement;
  while (!/auto|scroll/.test(getComputedStyle(list).overflowY)) list = list.parentElement;
  const [a, b, view] = [one, other, list].map((each) => each.getBoundingClientRect());
  const middle = (Math.min(a.top, b.top) + Math.max(a.bottom, b.bottom)) / 2;
  list.scrollTop += middle - (view.top + view.bottom) / 2;
}"""


def drag(source, target):
    """Drag within one view: a list that scrolls to its target ends the drag."""
    source.evaluate(BOTH_IN_VIEW, target.element_handle())
    source.drag_to(target)


def change_by_hand(page, sweep, truck):
    """Two streets of a sweeper go to another vehicle, a point of a truck to another place of it.

    Undone and done again; then another point goes to another truck by keyboard alone.
    """
    changes = page.locator(".history li")

    # two whole streets of a sweeper to another vehicle
    for number in (1, 2):
        open_route(page, sweep)
        page.locator("input[name=unit][value=street]").check()
        expect(page.locator(".target").first).to_be_visible()  # the draft is there
        street = page.locator(".steps li.serve").first
        drag(street, page.locator(".target").first)
        expect(changes).to_have_count(number)
        expect(page.locator(".effect")).to_be_visible()
        strong = "plan.routes.filter((one) => hooks.strength(one) === 1).map((one) => one.key)"
        assert len(page.evaluate(strong)) == 2  # the others are pale, what was is grey

    # one point to the third place of its own route
    open_route(page, truck)
    page.locator("input[name=unit][value=task]").check()
    points = page.locator(".steps li.serve")
    drag(points.nth(0), points.nth(2))
    expect(changes).to_have_count(3)

    # take it back, and back again
    page.keyboard.press("Control+z")
    expect(page.locator(".history .undone")).to_have_count(1)
    page.keyboard.press("Control+y")
    expect(page.locator(".history .undone")).to_have_count(0)

    # by keyboard alone: the dialog moves a point to the best place of another truck
    open_route(page, truck)
    points.nth(3).press("m")
    page.locator("dialog select[name=vehicle]").select_option(index=1)
    page.keyboard.press("Enter")
    page.locator("dialog button.first").click()
    expect(changes).to_have_count(4)


def lock_and_replan(page, truck, seconds=1):
    """Lock a truck's route as it is now, and search the rest again."""
    open_route(page, truck)
    page.locator(".locks button").first.click()
    expect(page.locator(".locks [aria-pressed=true]")).to_have_count(1)
    replan(page, seconds)


def replan(page, seconds=1):
    """Search the rest again, with progress, until the new plan is there."""
    tab(page, "hand.tab")
    page.locator(".replan [name=seconds]").fill(str(seconds))
    page.locator(".replan button.first").click()
    expect(page.locator("a", has_text=said(page, "hand.open_plan"))).to_be_visible()


def break_and_order(page, route, street):
    """A vehicle breaks down, and somebody calls for a street: both stand in the tables."""
    open_route(page, route)
    page.locator("button", has_text=said(page, "hand.out")).click()
    page.locator("dialog [name=why]").fill("液压故障")
    page.locator("dialog button.first").click()
    expect(page.locator(".news li")).to_have_count(1)
    page.locator(".order summary").click()
    page.locator(".order [name=operation]").select_option("sweep")
    page.locator(".order [name=street]").fill(street)
    page.locator(".order [name=begin]").fill("09:00")
    page.locator(".order button.first").click()
    expect(page.locator(".news li")).to_have_count(2)
