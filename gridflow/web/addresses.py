"""The application object of the pages: it keeps the addresses and the signer that Flask makes anew for every page."""

from typing import Any

from flask import Flask, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

MOST = 4000
"""Addresses kept, about 1 MB; then it begins again."""


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
        asked = (request.root_path, endpoint, *values.items())
        try:
            known = self._addresses.get(asked)
        except TypeError:  # of several values under one name, which nothing can be kept under
            return super().url_for(endpoint, **values)
        if known is None:
            if len(self._addresses) >= MOST:
                self._addresses.clear()
            known = self._addresses[asked] = super().url_for(endpoint, **values)
        return known


class _OneSigner(SecureCookieSessionInterface):
    """Sessions in signed cookies; the signer is made once, for the key does not change while the process runs."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of the application."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer
