"""The files of a revision: out and in, written by hand, in every edition."""

import io
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from flask import flash, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.bpmn import with_drawing
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.formats import moment
from gridflow.workbench.comparing import told
from gridflow.workbench.queries import as_of, editions_of, text_of
from gridflow.workbench.revising import revisions
from gridflow.workbench.revising.files import pack
from gridflow.workbench.schemas import EDITED
from gridflow.workbench.views.place import (
    Page,
    blueprint,
    changing,
    draws,
    office,
    reads,
    revision_called,
    view_of,
)
from gridflow.workbench.views.refusals import Row, again, answers, loaded, tab_again

_ZIP = "application/zip"
EDITORS: Mapping[str, str] = {".bpmn": "diagram", ".dmn": "table", ".json": "form", ".html": "template"}
"""The template of the editor for each kind of file; every other is edited as text."""


def _edit_page(problem: str, revision_id: str) -> str:
    session, revision, path = db.session(), revision_called(revision_id), request.values.get("path", "")
    view = view_of(revision)
    text, number = text_of(session, office(), revision, path)
    asked = request.args.get("number", "")
    other = int(asked) if asked.isdecimal() else None
    beside = told(session, as_of(session, office(), revision, path, other), view.bundle) if other is not None else ()
    editor = None if "plain" in request.args or problem else EDITORS.get(PurePosixPath(path).suffix)
    g.designer = editor is not None
    if editor == "diagram":
        text = with_drawing(text.encode()).decode()
    return render_template(
        f"pages/workbench/editors/{editor}.html" if editor else "pages/workbench/edit.html",
        view=view,
        line=next(line for lines in view.files.values() for line in lines if line.path == path),
        path=path,
        text=request.form.get("text", text),
        number=number,
        seen=revisions.mark(view.bundle.files.get(path)),
        editable=PurePosixPath(path).suffix in EDITORS,
        editions=editions_of(session, revision, path),
        other=other,
        beside=beside,
        problem=problem,
    )


@blueprint.get("/revisions/<revision_id>/files")
@reads
def file(revision_id: str) -> Response:
    """Send one file of a revision, or with no path all of them as a ZIP."""
    revision, path = revision_called(revision_id), request.args.get("path")
    if path is None:
        return _sent(pack(view_of(revision).bundle), f"{revision.slug}.zip", _ZIP)
    text, _number = text_of(db.session(), office(), revision, path)
    return _sent(text.encode(), path.rsplit("/", 1)[-1], "application/octet-stream")


@blueprint.post("/revisions/<revision_id>/files")
@draws
@tab_again("files")
def upload(revision_id: str) -> Page:
    """Take in files, or a whole ZIP of which only what differs is kept; all of them or none."""
    given = [(each.filename or "", each.read()) for each in request.files.getlist("files") if each.filename]
    taken = _take_in(revision_id, given)
    flash(_("已采用 %(number)s 个有改动的文件。", number=taken), "done")
    return redirect(url_for("workbench.show", revision_id=revision_id))


@blueprint.get("/revisions/<revision_id>/edit")
@reads
def edit(revision_id: str) -> str:
    """Show a file of a revision as text, with its editions."""
    return _edit_page("", revision_id)


@blueprint.post("/revisions/<revision_id>/edit")
@draws
@again(_edit_page)
def save(revision_id: str) -> Page:
    """Save a file; what was written at the same time as somebody else is kept beside theirs."""
    path, seen = request.form.get("path", ""), request.form.get("seen", "")
    content = request.form.get("text", "").replace("\r\n", "\n").encode()
    with changing(revision_id) as (session, revision):
        saved = revisions.save(session, office(), g.viewer, revision, path, content, seen)
    if saved.aside:
        said = _("别人刚保存过这个文件。您的内容另存为第 %(number)s 稿，没有丢：请比较后选用。", number=saved.number)
        flash(said, "late")
    else:
        flash(_("已保存为第 %(number)s 稿。", number=saved.number), "done")
    return redirect(url_for("workbench.edit", revision_id=revision_id, path=path))


@blueprint.put("/revisions/<revision_id>/files")
@draws
@answers
def keep(revision_id: str) -> Row:
    """Save what an editor holds: JSON with `path`, `text`, `seen`, and `draft` while its author goes on working.

    Answers `number`, `aside`, `seen` for the next time and `at`, or `problem` with 422.
    """
    given = loaded(EDITED)
    with changing(revision_id) as (session, revision):
        saved = revisions.save(
            session, office(), g.viewer, revision, given["path"], given["text"].encode(), given["seen"],
            draft=given["draft"],
        )  # fmt: skip
    return {"number": saved.number, "aside": saved.aside, "seen": saved.mark, "at": moment(clock.now())}


@blueprint.post("/revisions/<revision_id>/use")
@draws
def use(revision_id: str) -> Page:
    """Let another edition of a file count."""
    path, number = request.form.get("path", ""), request.form.get("number", "")
    with changing(revision_id) as (session, revision):
        revisions.use(session, g.viewer, revision, path, int(number) if number.isdecimal() else 0)
    flash(_("已换成选用的一稿，原来的保留。"), "done")
    return redirect(url_for("workbench.edit", revision_id=revision_id, path=path))


def _take_in(revision_id: str, given: Sequence[tuple[str, bytes]]) -> int:
    """Save files by name or by path; returns how many differ from what the revision had."""
    with changing(revision_id) as (session, revision):
        bundle, taken = revisions.bundle_of(session, office(), revision), 0
        for path, content in revisions.placed(bundle, given):
            if bundle.files.get(path) != content:
                seen = revisions.mark(bundle.files.get(path))
                revisions.save(session, office(), g.viewer, revision, path, content, seen)
                taken += 1
        return taken


def _sent(content: bytes, name: str, media_type: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
