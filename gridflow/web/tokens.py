"""The token of a session's forms: signed once in a process, for it holds as long as the session."""

from flask import session
from flask_wtf.csrf import generate_csrf

MOST = 5000
"""Sessions whose token is kept; then it begins again."""
_signed: dict[str, str] = {}


def token() -> str:
    """Return the token of this session's forms, as the guard against forged requests checks it."""
    known = _signed.get(session.get("csrf_token", ""))
    if known is None:
        known = generate_csrf()
        if len(_signed) >= MOST:
            _signed.clear()
        _signed[session["csrf_token"]] = known
    return known
