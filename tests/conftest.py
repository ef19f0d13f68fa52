"""What a machine may lack, and a PostgreSQL server of the tests' own.

GRIDFLOW_REQUIRE=browser,postgres makes a test fail that would otherwise be skipped for want of a browser or a server.
"""

import os
from collections.abc import Callable

import pytest
from headless_browser import BROWSER
from postgres_server import URL, Server, programs

REQUIRED = set(filter(None, os.environ.get("GRIDFLOW_REQUIRE", "").split(",")))
HAVE: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (lambda: BROWSER is not None, "缺少 Chromium，请安装软件包 chromium-headless-shell"),
    "postgres": (lambda: URL in os.environ, "缺少 PostgreSQL，请安装软件包 postgresql"),
}
SERVER = pytest.StashKey[Server]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start a server where a collected test needs one and none is named; each process of the run has its own."""
    wanted = any(item.get_closest_marker("postgres") for item in session.items)
    if wanted and URL not in os.environ and not session.config.option.collectonly and programs():
        session.config.stash[SERVER] = Server.start()
        os.environ[URL] = session.config.stash[SERVER].url


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server:
        server.stop()
        del os.environ[URL]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for need, (have, reason) in HAVE.items():
        if item.get_closest_marker(need) and not have():
            (pytest.fail if need in REQUIRED else pytest.skip)(reason)
