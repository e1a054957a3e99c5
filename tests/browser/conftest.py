"""A real Chromium, pages that complain about what a visitor would see go wrong, and apps to visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from recsys.settings import Settings

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = ["--no-sandbox", "--disable-dev-shm-usage"]
OURS = {"localhost", "127.0.0.1"}
WAIT_MS = 15_000

OpenPage = Callable[..., Page]
Serve = Callable[[Path], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's browser, or Playwright's own. Without one, tests are skipped, unless RECSYS_REQUIRE_BROWSER is set."""
    expect.set_options(timeout=WAIT_MS)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    # Not pytest-playwright's session fixture: its event loop would run on beside all later tests.
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=ARGS)
        except Error as error:
            words = f"No browser starts ({found or 'none on PATH'}). `apt install chromium` or `playwright install "
            words += f"chromium`. It said: {str(error).splitlines()[0]}"
            (pytest.fail if os.environ.get("RECSYS_REQUIRE_BROWSER") else pytest.skip)(words)
        with closing(browser):
            yield browser


@pytest.fixture
def allowed() -> set[str]:
    """Other hosts that a test lets its pages ask; a route of the test has to answer for them."""
    return set()


@pytest.fixture
def open_page(app_url: str, chromium: Browser, allowed: set[str]) -> Iterator[OpenPage]:
    """Opens a page of the app; the test fails on an error in its console and on a request to another host."""
    wrong: list[str] = []
    contexts = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        url = urlparse(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname not in OURS | allowed:
            wrong.append(f"request left this machine: {request.url}")

    def open_one(
        url: str = app_url, *, width: int = 1280, height: int = 900, dark: bool = False, locale: str = "en-US"
    ) -> Page:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale)
        contexts.append(context)
        context.on("console", on_console)
        context.on("weberror", lambda error: wrong.append(f"page: {error.error}"))
        context.on("request", on_request)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The app on a desktop screen, loaded."""
    opened = open_page()
    expect(opened.locator("#similar-results table")).to_be_visible()
    return opened


@pytest.fixture
def serve_bundle() -> Iterator[Serve]:
    """Serves another bundle than the demo world's, until the test ends."""
    from app import serve

    pages = []

    def start(path: Path) -> str:
        blocks, loader, url = serve(Settings(bundle=path), block=False)
        pages.append(blocks)
        loader._done.wait(60)
        return url

    yield start
    for blocks in pages:
        blocks.close()
