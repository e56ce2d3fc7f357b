"""A browser on the demo shop of the running system.

The browser lives as long as one file's tests: while Playwright's loop runs, no asyncio test can.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.shop import Shop
from tests.system.running import System
from tests.system.shared import TIMEOUT_SECONDS, shared_system

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-quic",
)
# The machine may be busy with everything else that is tested.
PATIENCE_MS = 30_000
DESK = {"width": 1280, "height": 800}

OpenShop = Callable[..., Shop]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whichever test comes first waits for the start of the system."""
    item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> System:
    """The system of tests/system: started there, or here."""
    return shared_system(request.config, tmp_path_factory)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes visitors: each context has cookies and storage of its own."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(locale="en-GB", **options)
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_shop(system: System, new_context: Callable[..., BrowserContext]) -> Iterator[OpenShop]:
    """Opens a page of the shop; afterwards no page may have complained."""
    opened: list[Shop] = []

    def open_page(path: str = "/", context: BrowserContext | None = None, **options: Any) -> Shop:
        page = (context or new_context(**{"viewport": DESK, **options})).new_page()
        shop = Shop(page, system.url)
        opened.append(shop)
        shop.visit(path)
        return shop

    yield open_page
    for shop in opened:
        assert shop.complaints() == []


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The shop's first page, as a new visitor sees it."""
    return open_shop()
