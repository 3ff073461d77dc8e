"""Chromium as the tests use it: Debian's browser, pages whose console and requests are watched."""

import re
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to work in")
WAIT_MS = 120_000
"""A busy machine may take so long for what takes a second."""


@contextmanager
def started_chromium():
    """A browser, closed at the end."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser, trouble, **more):
    """A page with cookies of its own; errors, warnings and strangers' hosts go to `trouble`."""
    page = browser.new_context(**more).new_page()
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda one: one.type in {"error", "warning"} and trouble.append(one.text))
    page.on("request", lambda one: own_host(one.url) or trouble.append(one.url))
    return page


def own_host(url):
    """Whether an address is this machine's, or no address at all."""
    return re.match(r"http://127\.0\.0\.1:\d+/|data:|blob:", url)
