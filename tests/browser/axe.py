"""What is wrong with how a page is made: what axe-core finds, what is cut off, what is stuck together."""

from collections.abc import Sequence

from browser_sizes import DESK, PHONE
from playwright.sync_api import Page

from gridflow.config import ROOT

AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8") + "; undefined"
RUN = """async (drawn) => (await axe.run(
    { exclude: drawn.map((each) => [each]) },
    { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] },
)).violations.map((found) => `${found.impact} ${found.id}: ${found.nodes.map((node) => node.target).join(" ")}`)"""
LOOKS = """() => {
    const found = [], width = document.documentElement.clientWidth, whole = document.documentElement.scrollWidth;
    if (whole > width) found.push(`wider than the screen: ${whole}`);
    for (const tab of document.querySelectorAll("main nav [aria-current=page]")) {
        const box = tab.getBoundingClientRect();
        if (box.left < -1 || box.right > width + 1) found.push(`out of sight: ${tab.textContent.trim()}`);
    }
    for (const head of document.querySelectorAll("main h2")) {
        const before = head.previousElementSibling?.getBoundingClientRect(), box = head.getBoundingClientRect();
        if (!before?.height || before.height < 2 || box.height < 2 || before.top > box.top - 2) continue;
        if (before.left < box.right && box.top - before.bottom < 8) found.push(`stuck: ${head.textContent.trim()}`);
    }
    return found;
}"""


def violations(page: Page, drawn: Sequence[str] = ()) -> list[str]:
    """Run axe in a page, but for what is drawn on a canvas; through the browser's own tools, past the page's policy.

    The page is read from its top: what happens to be scrolled halfway under the fixed head is not too small.
    """
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, list(drawn))
    return found


def flaws(page: Page, drawn: Sequence[str] = ()) -> list[str]:
    """Return what axe finds and what the eye would."""
    looks: list[str] = page.evaluate(LOOKS)
    return violations(page, drawn) + looks


def at_a_desk(page: Page) -> list[str]:
    """Return what the eye would find at a desk in a page that was opened on a phone."""
    narrow = page.viewport_size
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    looks: list[str] = page.evaluate(LOOKS)
    page.set_viewport_size(narrow or {"width": PHONE[0], "height": PHONE[1]})
    return looks
