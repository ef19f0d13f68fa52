"""The page of a task, and what its holder does with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow.cases import drafts
from gridflow.cases.filing import Handed, Opened
from gridflow.cases.service import TaskForm, check, complete_task, offer_form, task_form
from gridflow.cases.showing import FormPage, Returned, fitting, handed, hidden_names, shown, wrongs
from gridflow.clock import now
from gridflow.db import db, new_id, writing
from gridflow.engine.models import WorkItem
from gridflow.formats import gettext as _
from gridflow.formats import moment
from gridflow.forms import FormInvalid
from gridflow.inbox import service
from gridflow.inbox.desk import around as case_around
from gridflow.inbox.desk import task_view
from gridflow.inbox.errors import DoneByYou
from gridflow.inbox.views.place import Page, back_to, blueprint, keep, kept, request_id, the_office, typed, works
from gridflow.inbox.views.sent import sent
from gridflow.people.access import access
from gridflow.people.permissions import Permission


@blueprint.get("/tasks/<work_item_id>")
@works
def task(work_item_id: str) -> Page:
    """Show a task with its form, or for one that the viewer has done the case it belonged to."""
    opened = task_form(db.session(), the_office(), g.viewer, work_item_id)
    if _done_by_viewer(opened.item):
        flash(_done(opened.item).message, "done")
        return redirect(url_for("cases.show", case_id=opened.item.case_id))
    _refuse_over(opened.item)
    return _task_page(opened)


@blueprint.get("/tasks/<work_item_id>/around")
@works
def around(work_item_id: str) -> str:
    """Show the case a task belongs to: a part of the task's page, or a page of its own for whoever follows the link."""
    layout = "layouts/part.html" if request.headers.get("HX-Request") else "layouts/page.html"
    found = case_around(db.session(), the_office(), g.viewer, work_item_id)
    return render_template("pages/around.html", layout=layout, around=found, back=kept())


@blueprint.post("/tasks/<work_item_id>")
@works
def complete(work_item_id: str) -> Page:
    """Complete a task, or show what has to be corrected."""
    given = handed(request.form, request.files)
    with service.keeping(lambda: keep(work_item_id, given.values)):
        return _complete(work_item_id, given)


def _complete(work_item_id: str, given: Handed) -> Page:
    office, opened = the_office(), task_form(db.session(), the_office(), g.viewer, work_item_id)
    if _done_by_viewer(opened.item):
        if opened.item.request == request_id():
            return _sent(opened.item, opened.item.done_at or now())
        raise _done(opened.item)
    _refuse_over(opened.item)
    if row := request.form.get("_add_row"):
        return _task_page(opened, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(office, opened.opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _task_page(opened, Returned(given.values, invalid.errors)), 422
    begun = now()
    with writing() as session:
        complete_task(session, office, g.viewer, opened, ready, request_id())
        drafts.drop_draft(session, g.viewer, work_item_id)
    return _sent(opened.item, begun)


@blueprint.post("/tasks/<work_item_id>/claim")
@works
def claim(work_item_id: str) -> Response:
    """Hold a task."""
    with writing() as session:
        service.claim(session, the_office(), g.viewer, work_item_id)
    return back_to(work_item_id)


@blueprint.post("/tasks/<work_item_id>/release")
@works
def release(work_item_id: str) -> Response:
    """Give a task back."""
    with writing() as session:
        service.release(session, the_office(), g.viewer, work_item_id)
    flash(_("已放回收件箱，同事可以办理。"), "done")
    return back_to(work_item_id)


@blueprint.post("/tasks/<work_item_id>/hand-over")
@access(Permission.TASK_HAND_OVER)
def hand_over(work_item_id: str) -> Response:
    """Give a task to a colleague with a reason."""
    person, reason = request.form.get("person", ""), request.form.get("reason", "").strip()[:200]
    if not person or not reason:
        flash(_("没有移交：请选择移交给谁，并写明理由。"), "late")
        return back_to(work_item_id)
    with writing() as session:
        service.hand_over(session, the_office(), g.viewer, work_item_id, person, reason)
    flash(_("已移交并通知对方。"), "done")
    return redirect(url_for("inbox.show", **kept()))


@blueprint.post("/tasks/<work_item_id>/draft")
@works
def draft(work_item_id: str) -> Response:
    """Save what was typed into a task or an offer."""
    return jsonify(held=keep(request.args.get("offer") or work_item_id, typed()))


@blueprint.post("/tasks/<work_item_id>/visible")
@works
def visible(work_item_id: str) -> Response:
    """Say which fields are hidden and which options fit, given what is typed so far."""
    offer_id = request.args.get("offer")
    form: Any = offer_form if offer_id else task_form
    opened: Opened = form(db.session(), the_office(), g.viewer, offer_id or work_item_id).opened
    fields = shown(opened, typed())
    return jsonify(hidden=sorted(set(hidden_names(fields))), fitting=fitting(fields))


# ------------------------------------------------------------ parts


def _task_page(task: TaskForm, returned: Returned | None = None) -> str:
    return render_template("pages/task.html", back=kept(), **task_parts(task, returned))


def task_parts(task: TaskForm, returned: Returned | None = None) -> dict[str, Any]:
    """Return what the template of a task shows: in the pane of the inbox and on a page of its own."""
    item = task.item
    view = task_view(db.session(), the_office(), g.viewer, task)
    words = _("办好“%(step)s”，编号印发文书") if view.documents else _("办好“%(step)s”，送出")
    here = {"work_item_id": item.id, **kept()}
    page = form_page(
        task.opened,
        item.id,
        returned,
        here,
        action=url_for("inbox.complete", **here),
        button=words % {"step": item.step},
    )
    return {"view": view, "page": page}


def form_page(
    opened: Opened, key: str, returned: Returned | None, here: Mapping[str, Any], *, action: str, button: str
) -> FormPage:
    """Return a form ready for the template, with what was typed into it before."""
    saved = None if returned else drafts.read_draft(db.session(), the_office(), g.viewer, key)
    again = returned or Returned(saved or {})
    fields = shown(opened, again.values or None, again.errors, again.more_rows)
    return FormPage(
        action=action,
        button=button,
        fields=fields,
        errors=wrongs(fields, again.errors),
        draft=url_for("inbox.draft", **here),
        draft_key=f"{g.viewer.user.id}.{key}",
        visible=url_for("inbox.visible", **here),
        restored=saved is not None,
        typed=again != Returned({}),
        request_id=request.form.get("_request") or new_id(),
    )


def _sent(item: WorkItem, begun: datetime) -> Response:
    said = _("已办“%(step)s”：%(title)s。", step=item.step, title=item.title)
    flash(sent(said, item.case_id, begun), "done")
    return redirect(url_for("inbox.show", **kept()))


def _done_by_viewer(item: WorkItem) -> bool:
    return item.status == "done" and item.done_by == g.viewer.user.id


def _done(item: WorkItem) -> DoneByYou:
    return DoneByYou(item.step, moment(item.done_at) if item.done_at else "")


def _refuse_over(item: WorkItem) -> None:
    """Raise what became of a task that waits no longer."""
    if item.status != "open":
        the_office().engine.explain_loss(db.session(), item.id)
