import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from browser_sizes import DESK, ready
from flask import Flask
from headless_browser import BROWSER
from playwright.sync_api import Browser, Page, expect, sync_playwright
from waitress import create_server
from waitress.wasyncore import close_all

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))  # the installation that page tests share

from web_fixtures import app, installed, person  # noqa: F401  -- fixtures

Visit = Callable[..., Page]
PATIENCE = 30_000
"""Milliseconds a page may take while the machine has other work."""


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:  # noqa: F811  -- the fixture
    """Serve the application on a free port, by the server that serves it in earnest."""
    sockets: dict[int, object] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: close_all(sockets))  # its loop ends with the last of them
    thread.join()
    server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Return how somebody signs in: `visit("nb-village", PHONE)`; errors on the console fail the test."""
    opened, complaints = [], []

    def visit(login: str | None, size: tuple[int, int] = DESK, **options: object) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", **options)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(2 * PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
        )
        page.goto(f"{address}/sign-in")
        if login:
            page.locator(f"[data-login={login}]").click()
            page.wait_for_url(f"{address}/")
            if options.get("java_script_enabled", True):
                ready(page)
        return page

    yield visit
    for context in opened:
        context.close()
    assert complaints == []
