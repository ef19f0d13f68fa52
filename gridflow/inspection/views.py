"""The page of a case, its diagram and its files."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.covering import PERSONAL, REASON, uncovered
from gridflow.cases.drawings import Drawn
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.office import Office
from gridflow.cases.reported import only_reports, reported
from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.inspection.checks import ask_for_check, check_lines
from gridflow.inspection.operations import operation_page
from gridflow.inspection.papers import papers_of
from gridflow.inspection.places import places_page
from gridflow.inspection.queries import (
    CaseView,
    attachment,
    case_list,
    case_view,
    diagrams,
    document_pdf,
    dossier_pdf,
    marks,
    picture,
)
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.vault.masking import mask

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

log = Blueprint("operations", __name__, url_prefix="/operations")

SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "application/pdf"})
opens = access()
"""Whoever is signed in may ask; the query answers only for cases the person may see."""


@blueprint.get("")
@access(Permission.CASE_VIEW, Permission.CASE_INSPECT, Permission.TASK_COMPLETE)
def index() -> str:
    """List the cases of the viewer's places, newest first."""
    search, page = request.args.get("search", "").strip()[:60], request.args.get("page", "")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1
    of_places = bool(g.viewer.permissions & {Permission.CASE_VIEW, Permission.CASE_INSPECT})
    found = case_list(db.session(), g.viewer, search, number)
    return render_template("pages/cases.html", found=found, search=search, of_places=of_places)


@log.get("")
@access(Permission.OPERATION_VIEW)
def operations() -> str:
    """Show who signed in, looked at what, and was refused, newest first."""
    case_id = request.args.get("case", "")[:32]
    found = operation_page(db.session(), g.viewer, _before(request.args.get("before", "")), case_id or None)
    return render_template("pages/operations.html", found=found, case_id=case_id)


@log.get("/record")
@access(Permission.AUDIT_VIEW)
def record() -> str:
    """Show what verifications of the record found."""
    return render_template("pages/record.html", lines=check_lines(db.session(), g.viewer))


@log.post("/record")
@access(Permission.AUDIT_VIEW)
def check_record() -> Response:
    """Have the record verified."""
    with writing() as session:
        ask_for_check(session, g.viewer)
    return redirect(url_for("operations.record"))


def _before(text: str) -> datetime:
    """Return the instant a page begins at: from the address, else now."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return clock.now()
    return given if given.tzinfo else clock.now()


@blueprint.get("/<case_id>")
@opens
def show(case_id: str) -> str:
    """Show a case, one tab at a time; to whoever only reported it, what is meant for reporters."""
    if only_reports(g.viewer):
        return render_template("pages/reported.html", view=reported(db.session(), _office(), g.viewer, case_id))
    view = case_view(db.session(), _office(), g.viewer, case_id)
    _log("open_case", case_id, None)
    tabs = _tabs(view)
    tab = request.args.get("tab", "")
    tab = tab if tab in {each["code"] for each in tabs} else "steps"
    drawings = diagrams(db.session(), _office(), g.viewer, case_id) if tab == "diagram" else []
    return render_template(
        "pages/case.html",
        may_open_documents=g.viewer.may(Permission.DOCUMENT_VIEW),
        may_see_operations=g.viewer.may(Permission.OPERATION_VIEW),
        view=view,
        tab=tab,
        tabs_shown=tabs,
        drawings=drawings,
        drawing_shown=_chosen(drawings),
    )


@blueprint.get("/<case_id>/places")
@opens
def places(case_id: str) -> str:
    """Show how far work in many places is, and the tasks that wait there."""
    if only_reports(g.viewer):
        raise CaseUnknown
    under, page = request.args.get("under", "")[:20], request.args.get("page", "")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1
    found = places_page(db.session(), _office(), g.viewer, case_id, under, number)
    _log("open_case", case_id, None)
    return render_template("pages/places.html", found=found, under=under)


@blueprint.get("/<case_id>/making")
@opens
def making(case_id: str) -> str:
    """Answer the page's own question for documents that are being made; nothing is seen that was not seen before."""
    return render_template(
        "pages/making.html",
        case_id=case_id,
        papers=papers_of(db.session(), g.viewer, case_id),
        may_open_documents=g.viewer.may(Permission.DOCUMENT_VIEW),
    )


@blueprint.get("/<case_id>/diagrams/<process_id>")
@opens
def diagram(case_id: str, process_id: str) -> Response:
    """Answer the viewer in the browser with a diagram and the path taken."""
    return jsonify(marks(_drawn(case_id, process_id)))


@blueprint.get("/<case_id>/diagrams/<process_id>.svg")
@opens
def drawing(case_id: str, process_id: str) -> Response:
    """Answer with the picture of a diagram, for pages without a script."""
    return Response(picture(_drawn(case_id, process_id)), mimetype="image/svg+xml")


@blueprint.get("/<case_id>/attachments/<file_id>")
@opens
def file(case_id: str, file_id: str) -> Response:
    """Hand out a file of the case; only pictures and PDFs open in the browser."""
    found = attachment(db.session(), _office(), g.viewer, case_id, file_id, small="small" in request.args)
    if not found.small:  # the page that shows it as a small picture was logged
        _log("open_attachment", case_id, file_id)
    shown = found.media_type in SHOWN_IN_PAGE
    response = send_file(
        BytesIO(found.content), mimetype=found.media_type, download_name=found.name, as_attachment=not shown
    )
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    )
    return response


@blueprint.get("/<case_id>/documents/<document_id>")
@access(Permission.DOCUMENT_VIEW, Permission.CASE_OPEN)
def document(case_id: str, document_id: str) -> Response:
    """Show a document as PDF; to whoever only reports, those sent to him."""
    name, content = document_pdf(db.session(), _office(), g.viewer, case_id, document_id)
    _log("open_document", case_id, document_id)
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=name)


@blueprint.get("/<case_id>/dossier")
@access(Permission.DOCUMENT_VIEW)
def dossier(case_id: str) -> Response:
    """Hand out the sealed case file."""
    name, content = dossier_pdf(db.session(), _office(), g.viewer, case_id)
    _log("open_dossier", case_id, None)
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=name, as_attachment=True)


@blueprint.post("/<case_id>/reveal")
@access(Permission.PERSONAL_REVEAL, Permission.CASE_INSPECT)
def reveal(case_id: str) -> str | tuple[str, int]:
    """Show one covered value to a handler or an inspector of the case, once the view is logged."""
    submission, key = request.form.get("submission", ""), request.form.get("field", "")
    field = uncovered(db.session(), _office(), g.viewer, case_id, submission, key)
    came = request.referrer or ""
    back = came if came.startswith(request.host_url) else url_for("cases.show", case_id=case_id, tab="data")
    reason = request.form.get("reason", "").strip()[:100]
    if field.covered == REASON and not reason:
        asked = replace(field, value=mask(PERSONAL, field.value))
        return render_template("pages/revealed.html", field=asked, case_id=case_id, back=back), 422
    _log("reveal", case_id, f"{submission}.{key}", {"reason": reason} if reason else {})
    return render_template("pages/revealed.html", field=replace(field, covered=""), case_id=case_id, back=back)


def _log(action: str, case_id: str, subject: str | None, detail: Mapping[str, object] | None = None) -> None:
    """Log that somebody saw content of a case, in a transaction of its own."""
    with writing() as session:
        log_operation(
            session,
            Operation(
                city=g.viewer.city.code, at=clock.now(), action=action, actor=g.viewer.user.id, subject=subject,
                case_id=case_id, detail=detail or {},
            ),
        )  # fmt: skip


def _drawn(case_id: str, process_id: str) -> Drawn:
    for found in diagrams(db.session(), _office(), g.viewer, case_id):
        if found.process_id == process_id:
            return found
    raise CaseUnknown


def _chosen(drawings: list[Drawn]) -> Drawn | None:
    wanted = request.args.get("process")
    active = next((each for each in drawings if each.active), None)
    return next((each for each in drawings if each.process_id == wanted), active or next(iter(drawings), None))


def _tabs(view: CaseView) -> list[dict[str, Any]]:
    return [
        {"code": "steps", "label": _("经过")},
        {"code": "diagram", "label": _("流程图")},
        {"code": "data", "label": _("数据")},
        {"code": "documents", "label": _("文书"), "count": len(view.papers.documents)},
        {"code": "attachments", "label": _("附件"), "count": len(view.attachments)},
        {"code": "related", "label": _("相关案件")},
    ]


def _office() -> Office:
    office: Office = current_app.extensions["gridflow"]
    return office
