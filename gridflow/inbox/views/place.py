"""Where one is in the inbox, and what every page of it needs."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from gridflow.cases.office import Office
from gridflow.cases.showing import Values
from gridflow.db import new_id, writing
from gridflow.inbox import service
from gridflow.inbox.boxes import BOXES
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("inbox", __name__)

Page = str | tuple[str, int] | Response
works = access(Permission.TASK_COMPLETE)


def the_office() -> Office:
    """Return what the application works with."""
    office: Office = current_app.extensions["gridflow"]
    return office


def place() -> dict[str, str]:
    """Return where in the inbox one is; it travels in the address, so that back leads to the same row."""
    box = request.args.get("box", "")
    page = request.args.get("page", "")
    return {
        "box": box if box in BOXES else "mine",
        "search": request.args.get("search", "").strip()[:60],
        "page": page if page.isdecimal() and len(page) < 5 else "1",
    }


def kept() -> dict[str, Any]:
    """Return the parts of the place that differ from the usual."""
    if not request.args:
        return {}
    usual = {"box": "mine", "search": "", "page": "1"}
    return {name: value for name, value in place().items() if value != usual[name]}


def typed() -> Values:
    """Return what was typed into a form, without the token that protects it."""
    return {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}


def keep(key: str, values: Mapping[str, Any]) -> bool:
    """Keep what was typed, in a transaction of its own; returns whether the task is still the viewer's."""
    with writing() as session:
        return service.save_draft(session, the_office(), g.viewer, key, values)


def request_id() -> str:
    """Return the id the page was made with, by which a second press is recognised as the same person's."""
    return request.form.get("_request", "")[:40] or new_id()


def back_to(work_item_id: str) -> Response:
    """Return to where the button was pressed: the pane of the inbox or the page of the task."""
    if "/inbox" in (request.referrer or ""):
        return redirect(url_for("inbox.show", task=work_item_id, **kept()))
    return redirect(url_for("inbox.task", work_item_id=work_item_id, **kept()))
