"""A form as whoever does its step will see it: what the form designer frames."""

from flask import g, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.cases.filing import Opened
from gridflow.cases.showing import FormPage, Returned, Values, fitting, handed, hidden_names, shown, wrongs
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.formats import retold
from gridflow.forms import FormError, FormInvalid, FormRefused, faults
from gridflow.forms.keys import RESERVED
from gridflow.workbench.editing.form_preview import preview
from gridflow.workbench.models import Revision
from gridflow.workbench.queries import text_of
from gridflow.workbench.views.place import blueprint, office, reads, revision_called, view_of
from gridflow.workbench.words import field_classes, field_kinds, field_properties, field_subtypes

TEXT, TRIED, TOUCHED = "_text", "_try", "_touched"
"""What the page posts beside the fields: the form itself, that it was handed in, that anything was typed."""


@blueprint.context_processor
def designed() -> dict[str, object]:
    """Give pages of the workbench what fields are made of, and the names none may have."""
    return {
        "field_kinds": field_kinds,
        "field_properties": field_properties,
        "field_classes": field_classes,
        "field_subtypes": field_subtypes,
        "reserved_names": sorted(RESERVED),
    }


@blueprint.get("/revisions/<revision_id>/form")
@reads
def form(revision_id: str) -> str:
    """Show a form of a revision as it is saved."""
    revision, path = revision_called(revision_id), request.args.get("path", "")
    text, _number = text_of(db.session(), office(), revision, path)
    return _page(revision, path, text, Returned({}))


@blueprint.post("/revisions/<revision_id>/form")
@reads
def form_tried(revision_id: str) -> str:
    """Show a form as the designer holds it, with what was typed; handed in, say what a task would say of it."""
    revision, path, text = revision_called(revision_id), request.args.get("path", ""), request.form.get(TEXT, "")
    given = handed(request.form, request.files)
    if row := request.form.get("_add_row"):
        return _page(revision, path, text, Returned(given.values, more_rows=(row,)))
    if TRIED not in request.form:
        return _page(revision, path, text, Returned(given.values if request.form.get(TOUCHED) else {}))
    try:
        opened = _opened(revision, path, text)
        opened.form.load(given.values, given.files, opened.options, opened.scope, opened.functions)
    except FormInvalid as invalid:
        return _page(revision, path, text, Returned(given.values, invalid.errors))
    except FormError:
        return _page(revision, path, text, Returned({}))
    return _page(revision, path, text, Returned(given.values), passed=True)


@blueprint.post("/revisions/<revision_id>/form/visible")
@reads
def form_visible(revision_id: str) -> Response | tuple[Response, int]:
    """Say which fields are hidden and which options fit, given what is typed so far."""
    typed: Values = {name: request.form.getlist(name) for name in request.form}
    try:
        opened = _opened(revision_called(revision_id), request.args.get("path", ""), request.form.get(TEXT, ""))
        fields = shown(opened, typed)
    except FormError as error:
        return jsonify(problem=retold(error.message)), 422
    return jsonify(hidden=sorted(set(hidden_names(fields))), fitting=fitting(fields))


def _opened(revision: Revision, path: str, text: str) -> Opened:
    bundle = view_of(revision).bundle
    return preview(db.session(), office(), g.viewer, bundle, path, text.encode())


def _page(revision: Revision, path: str, text: str, again: Returned, *, passed: bool = False) -> str:
    g.framed = True
    wrong = {place: retold(refused.problem) for place, refused in faults(text.encode()).items()}
    page, problem = None, ""
    try:
        page = _form_page(revision, path, _opened(revision, path, text), again)
    except FormError as error:
        problem = "" if isinstance(error, FormRefused) else error.message
    return render_template(
        "pages/workbench/form.html",
        page=page,
        faults=wrong,
        problem=problem,
        passed=passed,
        touched=again != Returned({}),
        text=text,
    )


def _form_page(revision: Revision, path: str, opened: Opened, again: Returned) -> FormPage:
    fields = shown(opened, again.values or None, again.errors, again.more_rows)
    return FormPage(
        action=url_for("workbench.form_tried", revision_id=revision.id, path=path),
        button=_("试着送出（不会保存）"),
        fields=fields,
        errors=wrongs(fields, again.errors),
        draft="",
        draft_key="",
        visible=url_for("workbench.form_visible", revision_id=revision.id, path=path),
        restored=False,
        typed=again != Returned({}),
    )
