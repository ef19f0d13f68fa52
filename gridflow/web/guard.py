"""Before every request: who is asking, and may they. A page that declares no rule is refused."""

from datetime import timedelta

from flask import Flask, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.cases.errors import AccountClosed
from gridflow.cases.viewer import viewer
from gridflow.config import Settings
from gridflow.db import db
from gridflow.people.access import Rule, rule_of
from gridflow.people.models import User
from gridflow.web.problems import NotAllowed, RuleMissing, SessionOver

USER = "user"
SEEN = "seen"
NOTED_EVERY = 15
"""Seconds between two notes in the cookie that somebody was there; not every answer has to carry a new one."""
UNATTENDED = frozenset({"inbox.badge", "cases.making"})
"""Requests a page makes by itself; they do not count as being there."""


def install(app: Flask) -> None:
    """Guard every page of the application; static files are open."""
    app.before_request(_admit)


def remember(user: User) -> None:
    """Begin a fresh session for somebody who signed in; the language chosen before stays."""
    forget()
    session[USER], session[SEEN] = user.id, clock.now().timestamp()


def forget() -> None:
    """End the session; the language chosen stays."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _admit() -> Response | None:
    g.viewer = None
    if request.endpoint == "static":
        return None
    if request.endpoint is None:
        _recognise()  # the page that says so keeps its navigation
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        raise RuleMissing(request.endpoint)
    if rule.by_token:
        return None
    over = _recognise()
    return None if rule.public else _check(rule, over=over)


def _recognise() -> bool:
    """Set the viewer from the session and return whether a session has just run out."""
    user_id = session.get(USER)
    if user_id is None:
        return False
    settings: Settings = current_app.extensions["gridflow_settings"]
    now = clock.now().timestamp()
    if abs(now - session[SEEN]) > timedelta(minutes=settings.session_minutes).total_seconds():
        forget()
        return True
    try:
        g.viewer = viewer(db.session(), current_app.extensions["gridflow"].cities, user_id)
    except AccountClosed:
        forget()
        raise
    if request.endpoint not in UNATTENDED and now - session[SEEN] >= NOTED_EVERY:
        session[SEEN] = now
    return False


def _check(rule: Rule, *, over: bool) -> Response | None:
    if g.viewer is None:
        if over or request.method != "GET" or request.headers.get("HX-Request"):
            raise SessionOver
        return redirect(url_for("session.sign_in", next=request.full_path.rstrip("?")))
    if rule.permissions and not rule.permissions & g.viewer.permissions:
        raise NotAllowed
    return None
