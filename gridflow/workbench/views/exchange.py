"""Files of other products: taken in, shown as they came, with what of them has no meaning here."""

import io

from flask import flash, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from gridflow.bpmn import with_drawing
from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.workbench.foreign import exchange
from gridflow.workbench.library.procedures import library
from gridflow.workbench.revising import revisions
from gridflow.workbench.schemas import ASKED
from gridflow.workbench.views.place import Page, blueprint, changing, draws, office, reads, revision_called, view_of
from gridflow.workbench.views.refusals import Row, again, answers, loaded


def _start_page(problem: str) -> str:
    return render_template(
        "pages/workbench/exchange_start.html",
        procedures=[each for each in library(db.session(), office(), g.viewer) if each.may_change],
        asked=request.values.get("slug", ""),
        typed=request.form.get("title", ""),
        problem=problem,
    )


def _exchange_page(problem: str, revision_id: str) -> str:
    revision = revision_called(revision_id)
    view = view_of(revision)
    return render_template(
        "pages/workbench/exchange.html",
        view=view,
        files=exchange.foreign_files(db.session(), revision),
        replaceable=[path for path in sorted(view.bundle.files) if path.endswith((".bpmn", ".dmn"))],
        problem=problem,
    )


@blueprint.get("/exchange")
@draws
def exchange_start() -> str:
    """Ask for a file of another product to begin a revision with."""
    return _start_page("")


@blueprint.post("/exchange")
@draws
@again(_start_page)
def exchange_begin() -> Page:
    """Begin a revision of a procedure with a foreign file; where the file is refused, there is no revision."""
    name, content = _given()
    with writing() as session:
        revision = revisions.begin(session, g.viewer, request.form.get("slug", ""), request.form.get("title", ""))
        kept = exchange.take_in(session, office(), g.viewer, revision, name, content)
    return redirect(url_for("workbench.foreign", revision_id=revision.id, file_id=kept.id))


@blueprint.get("/revisions/<revision_id>/exchange")
@reads
def exchanged(revision_id: str) -> str:
    """List the foreign files of a revision."""
    return _exchange_page("", revision_id)


@blueprint.post("/revisions/<revision_id>/exchange")
@draws
@again(_exchange_page)
def take_in(revision_id: str) -> Page:
    """Take a foreign file into a revision."""
    name, content = _given()
    with changing(revision_id) as (session, revision):
        kept = exchange.take_in(session, office(), g.viewer, revision, name, content, request.form.get("instead", ""))
    return redirect(url_for("workbench.foreign", revision_id=revision_id, file_id=kept.id))


@blueprint.get("/revisions/<revision_id>/exchange/<file_id>")
@reads
def foreign(revision_id: str, file_id: str) -> str:
    """Show a foreign file as it came, and what becomes of its parts."""
    revision = revision_called(revision_id)
    file = exchange.foreign_file(db.session(), revision, file_id)
    return render_template(
        "pages/workbench/foreign.html",
        view=view_of(revision),
        foreign=exchange.foreign_view(db.session(), office(), revision, file),
    )


@blueprint.get("/revisions/<revision_id>/exchange/<file_id>/original")
@reads
def original(revision_id: str, file_id: str) -> Response:
    """Send a foreign file as it came, byte by byte."""
    file = exchange.foreign_file(db.session(), revision_called(revision_id), file_id)
    return send_file(
        io.BytesIO(file.content), mimetype="application/octet-stream", as_attachment=True, download_name=file.name
    )


@blueprint.post("/revisions/<revision_id>/exchange/<file_id>/conditions")
@draws
def adopt(revision_id: str, file_id: str) -> Page:
    """Write the suggested conditions that were ticked into the draft."""
    with changing(revision_id) as (session, revision):
        file = exchange.foreign_file(session, revision, file_id)
        done = exchange.adopt(session, office(), g.viewer, revision, file, request.form.getlist("flow"))
    flash(_("已写上 %(number)s 个条件，检查时会核对变量。", number=done), "done")
    return redirect(url_for("workbench.foreign", revision_id=revision_id, file_id=file_id))


@blueprint.post("/revisions/<revision_id>/layout")
@reads
@answers
def layout(revision_id: str) -> Row:
    """Return a diagram laid out anew: JSON with `text` in and out, or `problem` with 422. Nothing is saved."""
    revision_called(revision_id)
    return {"text": with_drawing(loaded(ASKED)["text"].encode(), anew=True).decode()}


def _given() -> tuple[str, bytes]:
    """Return name and content of the file that was handed in; both empty for none."""
    file = request.files.get("file")
    if file is None:
        return "", b""
    with file.stream:  # a large one lies in a file of its own
        return file.filename or "", file.read()
