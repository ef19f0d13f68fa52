"""The pages of the workbench: revisions, their files, what they change, and publication."""

import io
from collections.abc import Sequence

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.bpmn import Taken, draw
from gridflow.cases.office import Office
from gridflow.checking.opening import diagram
from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.workbench import publishing, revisions
from gridflow.workbench.comparing import FileChange, compare, touched
from gridflow.workbench.errors import RevisionUnknown, WorkbenchError
from gridflow.workbench.files import pack
from gridflow.workbench.models import Revision
from gridflow.workbench.queries import (
    RevisionView,
    as_of,
    editions_of,
    procedures_to_change,
    revision_lines,
    revision_view,
    text_of,
)

blueprint = Blueprint("workbench", __name__, url_prefix="/workbench")

Page = str | tuple[str, int] | Response
reads = access(Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE)
draws = access(Permission.PROCEDURE_DRAW)
approves = access(Permission.PROCEDURE_APPROVE)
_ZIP = "application/zip"


@blueprint.get("")
@reads
def index() -> str:
    """List the revisions of the city."""
    return _index()


@blueprint.post("/begin")
@draws
def begin() -> Page:
    """Begin a revision."""
    try:
        with writing() as session:
            revision = revisions.begin(session, g.viewer, request.form.get("slug", ""), request.form.get("title", ""))
            revision_id = revision.id
    except WorkbenchError as error:
        g.refused = error
        return _index(error.message), 422
    return redirect(url_for("workbench.show", revision_id=revision_id))


@blueprint.get("/revisions/<revision_id>")
@reads
def show(revision_id: str) -> str:
    """Show a revision, one tab at a time."""
    return _revision_page(_revision(revision_id), request.args.get("tab", ""))


@blueprint.get("/revisions/<revision_id>/check")
@reads
def check(revision_id: str) -> str:
    """Say what the check finds in a revision: a part of the page, fetched once it stands."""
    view = _view(_revision(revision_id))
    found = publishing.findings(view.bundle)
    layout = "layouts/part.html" if request.headers.get("HX-Request") else "layouts/page.html"
    return render_template("pages/workbench/check.html", view=view, found=found, layout=layout)


@blueprint.get("/revisions/<revision_id>/files")
@reads
def file(revision_id: str) -> Response:
    """Send one file of a revision, or with no path all of them as a ZIP."""
    revision, path = _revision(revision_id), request.args.get("path")
    if path is None:
        return _sent(pack(_view(revision).bundle), f"{revision.slug}.zip", _ZIP)
    text, _number = text_of(db.session(), _office(), revision, path)
    return _sent(text.encode(), path.rsplit("/", 1)[-1], "application/octet-stream")


@blueprint.get("/revisions/<revision_id>/drawing")
@reads
def drawing(revision_id: str) -> Response:
    """Draw a diagram of the revision with what it changes marked."""
    view, path = _view(_revision(revision_id)), request.args.get("path", "")
    changed = touched(compare(view.base, view.bundle))
    if not path.endswith(".bpmn") or path not in view.bundle.files:
        raise RevisionUnknown
    picture = draw(diagram(view.bundle.files[path]), None, Taken({}, frozenset(), changed) if changed else None)
    return Response(picture, mimetype="image/svg+xml")


@blueprint.post("/revisions/<revision_id>/files")
@draws
def upload(revision_id: str) -> Page:
    """Take in files, or a whole ZIP of which only what differs is kept; all of them or none."""
    revision = _revision(revision_id)
    given = [(each.filename or "", each.read()) for each in request.files.getlist("files") if each.filename]
    try:
        taken = _take_in(revision, given)
    except WorkbenchError as error:
        g.refused = error
        return _revision_page(_revision(revision_id), "files", error.message), 422
    flash(_("已采用 %(number)s 个有改动的文件。", number=taken), "done")
    return redirect(url_for("workbench.show", revision_id=revision_id))


@blueprint.get("/revisions/<revision_id>/edit")
@reads
def edit(revision_id: str) -> str:
    """Show a file of a revision as text, with its editions."""
    return _edit_page(_revision(revision_id), request.args.get("path", ""))


@blueprint.post("/revisions/<revision_id>/edit")
@draws
def save(revision_id: str) -> Page:
    """Save a file; what was written at the same time as somebody else is kept beside theirs."""
    revision, path, text = _revision(revision_id), request.form.get("path", ""), request.form.get("text", "")
    seen = request.form.get("seen", "")
    try:
        with writing() as session:
            mine = revisions.revision_of(session, g.viewer, revision_id)
            content = text.replace("\r\n", "\n").encode()
            saved = revisions.save(
                session, _office(), g.viewer, mine, path, content, int(seen) if seen.isdecimal() else 0
            )
    except WorkbenchError as error:
        g.refused = error
        return _edit_page(revision, path, text, error.message), 422
    if saved.aside:
        said = _("别人刚保存过这个文件。您的内容另存为第 %(number)s 稿，没有丢：请比较后选用。", number=saved.number)
        flash(said, "late")
    else:
        flash(_("已保存为第 %(number)s 稿。", number=saved.number), "done")
    return redirect(url_for("workbench.edit", revision_id=revision_id, path=path))


@blueprint.post("/revisions/<revision_id>/use")
@draws
def use(revision_id: str) -> Page:
    """Let another edition of a file count."""
    path, number = request.form.get("path", ""), request.form.get("number", "")
    with writing() as session:
        revision = revisions.revision_of(session, g.viewer, revision_id)
        revisions.use(session, g.viewer, revision, path, int(number) if number.isdecimal() else 0)
    flash(_("已换成选用的一稿，原来的保留。"), "done")
    return redirect(url_for("workbench.edit", revision_id=revision_id, path=path))


@blueprint.post("/revisions/<revision_id>/discard")
@draws
def discard(revision_id: str) -> Page:
    """Give a revision up."""
    with writing() as session:
        revisions.discard(session, g.viewer, revisions.revision_of(session, g.viewer, revision_id))
    flash(_("修改稿已作废，写过的内容仍可查看。"), "done")
    return redirect(url_for("workbench.index"))


@blueprint.post("/revisions/<revision_id>/ask")
@draws
def ask(revision_id: str) -> Page:
    """Send a revision for approval."""
    return _decided(revision_id, "ask")


@blueprint.post("/revisions/<revision_id>/withdraw")
@draws
def withdraw(revision_id: str) -> Page:
    """Take a request back."""
    return _decided(revision_id, "withdraw")


@blueprint.post("/revisions/<revision_id>/refuse")
@approves
def refuse(revision_id: str) -> Page:
    """Send a revision back."""
    return _decided(revision_id, "refuse")


@blueprint.post("/revisions/<revision_id>/approve")
@approves
def approve(revision_id: str) -> Page:
    """Approve a revision."""
    return _decided(revision_id, "approve")


@blueprint.post("/procedures/<slug>/restore")
@approves
def restore(slug: str) -> Page:
    """Put an earlier version in force at once."""
    number = request.form.get("number", "")
    with writing() as session:
        publishing.restore(
            session, _office(), g.viewer, slug, int(number) if number.isdecimal() else 0, request.form.get("reason", "")
        )
    flash(_("已恢复第 %(number)s 版，新发起的案件按它办理。", number=number), "done")
    return redirect(url_for("procedures.show", slug=slug, tab="versions"))


def _decided(revision_id: str, act: str) -> Page:
    """Carry out a step of publication, or show the page again with what stands in its way."""
    comment = request.form.get("comment", "")
    try:
        with writing() as session:
            revision = revisions.revision_of(session, g.viewer, revision_id)
            match act:
                case "ask":
                    publishing.ask(session, _office(), g.viewer, revision, request.form)
                case "withdraw":
                    publishing.withdraw(session, g.viewer, revision)
                case "refuse":
                    publishing.refuse(session, g.viewer, revision, comment)
                case "approve":
                    publishing.approve(session, _office(), g.viewer, revision, comment)
    except WorkbenchError as error:
        g.refused = error
        return _revision_page(_revision(revision_id), "publication", error.message), 422
    said = {
        "ask": _("已送审。由另一位有审批权限的人员审批。"),
        "withdraw": _("已撤回送审，可以继续修改。"),
        "refuse": _("已退回起草人。"),
        "approve": _("已批准。到生效日起，新发起的案件按新版办理，正在办理的案件仍按原版。"),
    }
    flash(said[act], "done")
    return redirect(url_for("workbench.show", revision_id=revision_id, tab="publication"))


def _take_in(revision: Revision, given: Sequence[tuple[str, bytes]]) -> int:
    """Save files by name or by path; returns how many differ from what the revision had."""
    with writing() as session:
        mine = revisions.revision_of(session, g.viewer, revision.id)
        bundle, taken = revisions.bundle_of(session, _office(), mine), 0
        counting = revisions.current(session, mine)
        for path, content in revisions.placed(bundle, given):
            if bundle.files.get(path) != content:
                seen = counting[path].number if path in counting else 0
                revisions.save(session, _office(), g.viewer, mine, path, content, seen)
                taken += 1
        return taken


def _index(problem: str = "") -> str:
    session = db.session()
    return render_template(
        "pages/workbench/index.html",
        lines=revision_lines(session, _office(), g.viewer),
        procedures=procedures_to_change(session, _office(), g.viewer),
        may_write=g.viewer.may(Permission.PROCEDURE_DRAW),
        asked=request.values.get("slug", ""),
        typed=request.form.get("title", ""),
        problem=problem,
    )


def _revision_page(revision: Revision, tab: str, problem: str = "") -> str:
    view = _view(revision)
    changes: Sequence[FileChange] = compare(view.base, view.bundle)
    tabs = [
        ("files", _("文件")),
        ("changes", _("改了什么")),
        ("check", _("检查结果")),
        ("publication", _("送审和发布")),
    ]
    shown = tab if tab in dict(tabs) else "files"
    return render_template(
        "pages/workbench/revision.html",
        view=view,
        tab=shown,
        tabs_shown=[
            {"code": code, "label": label, "count": len(changes) if code == "changes" else 0} for code, label in tabs
        ],
        changes=changes,
        problem=problem,
        today=clock.today().isoformat(),
        typed=request.form,
    )


def _edit_page(revision: Revision, path: str, typed: str | None = None, problem: str = "") -> str:
    session, view = db.session(), _view(revision)
    text, number = text_of(session, _office(), revision, path)
    asked = request.args.get("number", "")
    other = int(asked) if asked.isdecimal() else None
    beside = compare(view.bundle, as_of(session, _office(), revision, path, other)) if other is not None else ()
    return render_template(
        "pages/workbench/edit.html",
        view=view,
        line=next(line for lines in view.files.values() for line in lines if line.path == path),
        path=path,
        text=text if typed is None else typed,
        number=number,
        editions=editions_of(session, revision, path),
        other=other,
        beside=beside,
        problem=problem,
    )


def _sent(content: bytes, name: str, media_type: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)


def _revision(revision_id: str) -> Revision:
    return revisions.revision_of(db.session(), g.viewer, revision_id)


def _view(revision: Revision) -> RevisionView:
    return revision_view(db.session(), _office(), g.viewer, revision)


def _office() -> Office:
    office: Office = current_app.extensions["gridflow"]
    return office
