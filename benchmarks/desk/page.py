"""How fast the map of a plan is there: first loads, and changes of its tabs, in a real Chromium.

    huanwei serve DATA --token-file TOKEN &
    python -m benchmarks.desk.page http://127.0.0.1:8765 --token-file TOKEN --loads 5

Each load is a browser of its own with nothing kept. Prints seconds until all is drawn, seconds of
processor that the page's own thread worked, bytes, and for each tab the milliseconds from the click
to the picture; ends with 1 where the median of the loads or a tab is beyond its limit.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_S = 1.5
"""Limits the median of the first loads [s]: what was asked of the desk."""
MOST_BYTES = 1_500_000
"""Limits what a first load brings over the line."""
MOST_TAB_MS = 100
"""Limits a change of tab, the median of the loads [ms]."""
DRAWN = "() => new Promise((then) => requestAnimationFrame(() => setTimeout(then)))"
"""Waits until what was asked for before stands on the screen."""
TABS = """async () => {
  const drawn = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
  const names = [...document.querySelectorAll("#tabs button")].map((one) => one.textContent);
  const took = {};
  for (const name of [...names.slice(1), names[0]]) {
    const begin = performance.now();
    [...document.querySelectorAll("#tabs button")].find((one) => one.textContent === name).click();
    await drawn();
    took[name] = performance.now() - begin;
    for (let frame = 0; frame < 3; frame++) await drawn(); // the map beside it follows
  }
  return took;
}"""
"""Clicks each tab, the first one last, and times it."""


@dataclass(frozen=True)
class Load:
    """One first load: seconds of waiting, of the page's thread, bytes, tabs [ms]."""

    wall_s: float
    worked_s: float
    size: int
    tabs: dict[str, float]


def load(browser: Browser, address: str, token: str) -> Load:
    """Load an address with nothing kept, and click through its tabs."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        extra_http_headers={"Authorization": f"Bearer {token}"},
    )
    page = context.new_page()
    tools = context.new_cdp_session(page)
    sizes: list[float] = []
    tools.send("Performance.enable")
    tools.send("Network.enable")
    tools.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    begin = time.perf_counter()
    page.goto(address, wait_until="load")
    page.locator("#tabs button").first.wait_for()
    page.evaluate(DRAWN)
    wall = time.perf_counter() - begin
    metrics: list[dict[str, Any]] = tools.send("Performance.getMetrics")["metrics"]
    worked = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
    tabs: dict[str, float] = page.evaluate(TABS)
    context.close()
    return Load(wall, worked, int(sum(sizes)), tabs)


def latest_plan(url: str, token: str) -> str:
    """The address of the map of the first plan there is."""
    request = Request(f"{url}/api/v1/plans", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request) as answer:
        return f"{url}/desk/{quote(json.load(answer)[0]['id'])}"


def main() -> int:
    """Measure, print, and say whether it holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("url")
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--loads", type=int, default=5)
    wish = parser.parse_args()
    token = wish.token_file.read_text(encoding="utf-8").strip()
    address = latest_plan(wish.url.rstrip("/"), token)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        found = [load(browser, address, token) for _ in range(wish.loads)]
        browser.close()
    for one in found:
        print(  # noqa: T201
            f"there in {one.wall_s:.2f} s, {one.worked_s:.2f} s of work, {one.size / 1e6:.2f} MB"
        )
    wall = statistics.median(one.wall_s for one in found)
    tabs = {name: statistics.median(one.tabs[name] for one in found) for name in found[0].tabs}
    print(f"median {wall:.2f} s; tabs [ms]:", {k: round(v) for k, v in tabs.items()})  # noqa: T201
    fits = wall <= MOST_S and max(one.size for one in found) <= MOST_BYTES
    return int(not fits or max(tabs.values()) > MOST_TAB_MS)


if __name__ == "__main__":
    sys.exit(main())
