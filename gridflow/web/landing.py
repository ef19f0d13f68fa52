"""Where a form may lead: only to pages of ours."""

from urllib.parse import urlsplit

from flask import url_for


def local(address: str) -> str:
    """Return the address if it leads to a page of ours, else the home page."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address.startswith("/") or address.startswith(("//", "/\\")):
        return url_for("home.show")
    return address
