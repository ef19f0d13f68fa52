"""How large the editors of process owners are, and how long one takes to open in a browser."""

import gzip
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from bench.figures import Figure
from bench.installation import Store, person
from bench.serving import served
from gridflow.config import DEMO_PASSWORD, ROOT
from gridflow.db import db, writing
from gridflow.web.assets import Entry, read_manifest
from gridflow.workbench.revising.revisions import begin

BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
OWNER, SLUG = "nb-process_owner", "event"
STATIC = ROOT / "gridflow/web/static"
EDITORS: Mapping[str, tuple[str, str]] = {
    "diagram": ("processes/event/event.bpmn", "[data-editor][data-ready]"),
    "table": ("processes/_shared/limit.dmn", "[data-shown]"),
    "form": ("forms/event/register.json", "[data-ready] iframe, [data-editor] [data-ready]"),
    "template": ("templates/documents/event/closing_record.html", "[data-template]"),
}
"""The file opened in each, and what stands once it can be used."""


def measure(store: Store, times: int) -> Iterator[Figure]:
    """Open each editor several times in a browser that has its files, a page without an editor in between."""
    entries = read_manifest(STATIC)
    with store.copy("editors") as settings:
        with writing() as session:
            revision = begin(session, person(OWNER), SLUG, "测量").id
        db.session.remove()
        with served("gridflow", settings, "/sign-in") as ours, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            page = browser.new_page(base_url=f"http://127.0.0.1:{ours.port}")
            _sign_in(page)
            for name, (path, stands) in EDITORS.items():
                address = f"/workbench/revisions/{revision}/edit?path={path}"
                took: list[float] = []
                plain: list[float] = []
                for _ in range(times):
                    plain.append(_opened(page, "/procedures", "main h1"))
                    took.append(_opened(page, address, stands))
                mine, other = median(took) * 1000, median(plain) * 1000
                yield Figure(
                    f"editor: {name}", f"{_sizes(entries[name])}; stands after {mine:.0f} ms (a list {other:.0f})",
                    mine / other,
                )  # fmt: skip
            browser.close()


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("[name=login]", OWNER)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


def _opened(page: Page, address: str, stands: str) -> float:
    begun = perf_counter()
    page.goto(address)
    page.locator(stands).first.wait_for(state="attached")
    return perf_counter() - begun


def _sizes(entry: Entry) -> str:
    """Say what an editor brings along, as it lies there and as it is sent."""
    scripts, styles = (entry.script, *entry.modules), entry.styles
    return ", ".join(
        f"{kind} {sum(map(len, files)) / 1000:.0f} kB ({sum(map(_sent, files)) / 1000:.0f} kB gzip)"
        for kind, files in (("JS", _read(scripts)), ("CSS", _read(styles)))
    )


def _read(paths: tuple[str, ...]) -> list[bytes]:
    return [Path(STATIC, path).read_bytes() for path in paths]


def _sent(content: bytes) -> int:
    return len(gzip.compress(content, 9))
