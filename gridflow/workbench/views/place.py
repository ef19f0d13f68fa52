"""Where the pages of the workbench stand: the blueprint, who may open them, the page of a revision."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Blueprint, current_app, g, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.workbench.comparing import FileChange, told
from gridflow.workbench.library.freezes import first_free_day
from gridflow.workbench.models import Revision
from gridflow.workbench.publishing.publications import hindrances
from gridflow.workbench.queries import RevisionView, revision_view
from gridflow.workbench.revising import revisions
from gridflow.workbench.revising.history import Event, history
from gridflow.workbench.revising.new_files import steps_without_form
from gridflow.workbench.revising.updates import brought
from gridflow.workbench.trying.examples import examples_of
from gridflow.workbench.trying.tab import trial_tab
from gridflow.workbench.words import kind_word, property_word, value_word

blueprint = Blueprint("workbench", __name__, url_prefix="/workbench")

Page = str | tuple[str, int] | Response
reads = access(Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE)
draws = access(Permission.PROCEDURE_DRAW)
approves = access(Permission.PROCEDURE_APPROVE)


@blueprint.context_processor
def words_of_differences() -> dict[str, object]:
    """Give pages of the workbench what differences are called."""
    return {"kind_word": kind_word, "property_word": property_word, "value_word": value_word}


def revision_page(revision: Revision, tab: str, problem: str = "") -> str:
    """Return the page of a revision, with what stands in the way of what was tried."""
    view = view_of(revision)
    changes: Sequence[FileChange] = told(db.session(), view.base, view.bundle)
    tabs = [
        ("files", _("文件")),
        ("changes", _("改了什么")),
        ("check", _("检查结果")),
        ("trial", _("试办")),
        ("publication", _("送审和发布")),
        ("history", _("历史和里程碑")),
    ]
    shown = tab if tab in dict(tabs) else "files" if revision.author else "changes"
    return render_template(
        "pages/workbench/revision.html",
        view=view,
        tab=shown,
        tabs_shown=[
            {"code": code, "label": label, "count": len(changes) if code == "changes" else 0} for code, label in tabs
        ],
        changes=changes,
        brought=brought(db.session(), office(), revision) if shown == "changes" else (),
        proof=trial_tab(db.session(), office(), g.viewer, revision) if shown == "trial" else None,
        events=_events(revision) if shown == "history" else (),
        lacking=steps_without_form(view.bundle) if shown == "files" and view.may_write else (),
        hindrances=_hindrances(view, revision) if shown == "publication" and view.may_write else (),
        problem=problem,
        free=first_free_day(view.freezes, revision.slug, clock.today()).isoformat(),
        typed=request.form,
    )


def _hindrances(view: RevisionView, revision: Revision) -> list[str]:
    return hindrances(db.session(), office(), revision, view.bundle)


def _events(revision: Revision) -> list[Event]:
    session = db.session()
    return history(session, revision, {one.path for one in examples_of(session, office(), revision)})


def revision_called(revision_id: str) -> Revision:
    """Return a revision of the viewer's city; raises RevisionUnknown."""
    return revisions.revision_of(db.session(), g.viewer, revision_id)


@contextmanager
def changing(revision_id: str) -> Iterator[tuple[Session, Revision]]:
    """Open a revision of the viewer's city to be changed, in one transaction; raises RevisionUnknown."""
    with writing() as session:
        yield session, revisions.revision_of(session, g.viewer, revision_id)


def view_of(revision: Revision) -> RevisionView:
    """Return everything a page shows of a revision."""
    return revision_view(db.session(), office(), g.viewer, revision)


def office() -> Office:
    """Return the office of the installation."""
    found: Office = current_app.extensions["gridflow"]
    return found
