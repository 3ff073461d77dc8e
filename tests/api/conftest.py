"""Fixtures of all tests in Chromium."""

import pytest

from tests.api.chromium import open_page, started_chromium


@pytest.fixture(scope="module")
def browser():
    with started_chromium() as started:
        yield started


@pytest.fixture
def trouble():
    """What a page said on the console, and what it asked of strangers."""
    return []


@pytest.fixture
def page(browser, trouble):
    page = open_page(browser, trouble, viewport={"width": 1440, "height": 900})
    yield page
    page.context.close()
