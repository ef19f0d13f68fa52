"""The application object of the pages: it keeps the addresses and the signer that Flask makes anew for every page."""

from secrets import token_hex
from typing import Any

from flask import Flask, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

MOST = 4000
"""Addresses kept, about 1 MB; then it begins again."""
LENGTH = 20
"""Of an id. Addresses that differ in ids alone are put together from one: each task has ten of its own."""
_ID = token_hex(8)
"""Stands where an id goes; nobody can type it."""


class Pages(Flask):
    """A Flask application with a memory for addresses: a page names thirty, most of them on every page."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.session_interface = _OneSigner()
        self._addresses: dict[tuple[object, ...], str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return the address of an endpoint, which within a request depends on nothing else but where we are mounted.

        Flask's own options are values like the others. Endpoints are named in full: none begins with a dot.
        """
        if not has_request_context():
            return super().url_for(endpoint, **values)
        ids = [value for value in values.values() if _is_id(value)]
        asked = (
            request.root_path,
            endpoint,
            *((name, _ID if value in ids else value) for name, value in values.items()),
        )
        try:
            known = self._addresses.get(asked)
        except TypeError:  # of several values under one name, which nothing can be kept under
            return super().url_for(endpoint, **values)
        if known is None:
            if len(self._addresses) >= MOST:
                self._addresses.clear()
            marks: dict[str, Any] = {
                name: f"{_ID}{ids.index(value)}." if value in ids else value for name, value in values.items()
            }
            known = self._addresses[asked] = super().url_for(endpoint, **marks)
        for number, value in enumerate(ids):
            known = known.replace(f"{_ID}{number}.", value)
        return known


def _is_id(value: object) -> bool:
    """Tell whether a value is an id, or a word that an address holds as it stands like one."""
    return type(value) is str and len(value) == LENGTH and value.isascii() and value.isalnum()


class _OneSigner(SecureCookieSessionInterface):
    """Sessions in signed cookies; the signer is made once, for the key does not change while the process runs."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of the application."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer
