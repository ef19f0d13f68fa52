"""The two sizes every page is looked at, and when a page is ready to be used."""

from playwright.sync_api import Page

PHONE, DESK = (360, 740), (1280, 800)


def ready(page: Page) -> None:
    """Wait until the script of a page has begun: before that, keys and presses go to the bare page."""
    page.locator("html[data-ready=yes]").wait_for(state="attached")
