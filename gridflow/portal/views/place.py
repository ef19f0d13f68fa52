"""What the pages of the portal share."""

from flask import Blueprint, current_app, jsonify, request
from werkzeug.wrappers import Response

from gridflow.cases.filing import Opened
from gridflow.cases.office import Office
from gridflow.cases.showing import Values, fitting, hidden_names, shown

blueprint = Blueprint("reports", __name__)

Page = str | tuple[str, int] | Response


def the_office() -> Office:
    """Return the office of the application."""
    office: Office = current_app.extensions["gridflow"]
    return office


def typed() -> Values:
    """Return what was typed into the form of the request."""
    return {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}


def seen(opened: Opened) -> Response:
    """Say which fields of a form are hidden and which options fit, given what is typed so far."""
    fields = shown(opened, typed())
    return jsonify(hidden=sorted(set(hidden_names(fields))), fitting=fitting(fields))
