"""Inbox, task and offer pages of staff."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.cases import drafts
from gridflow.cases.filing import Handed, Opened
from gridflow.cases.office import Office
from gridflow.cases.service import TaskForm, check, complete_task, offer_form, take_offer, task_form
from gridflow.cases.showing import FormPage, Returned, Values, handed, hidden_names, shown, wrongs
from gridflow.db import db, new_id, writing
from gridflow.forms import FormInvalid
from gridflow.inbox import service
from gridflow.inbox.desk import around as case_around
from gridflow.inbox.desk import task_view, waiting
from gridflow.inbox.queries import BOXES, counts, inbox_page
from gridflow.inbox.searches import saved_searches
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("inbox", __name__)

Page = str | tuple[str, int] | Response
works = access(Permission.TASK_COMPLETE)


# ------------------------------------------------------------ the list


@blueprint.get("/inbox")
@works
def show() -> str:
    """Show a box, and beside it the task that was open."""
    place = _place()
    boxes = _boxes(place["box"])
    known = getattr(g.counts, place["box"])
    found = inbox_page(db.session(), g.viewer, place["box"], place["search"], int(place["page"]), known)
    open_id = request.args.get("task")
    task = task_form(db.session(), _office(), g.viewer, open_id) if open_id else None
    return render_template(
        "pages/inbox.html",
        **boxes,
        search=place["search"],
        found=found,
        arguments=_kept(place),
        open_id=open_id,
        **(_task_parts(task) if task else {"view": None}),
    )


@blueprint.get("/inbox/badge")
@works
def badge() -> str:
    """Answer the page's own question for the numbers of the inbox."""
    numbers = counts(db.session(), g.viewer)
    item = {"count": waiting(numbers), "overdue": numbers.overdue}
    return render_template("pages/badge.html", item=item, narrow=bool(request.args.get("narrow")))


# ------------------------------------------------------------ a task


@blueprint.get("/tasks/<work_item_id>")
@works
def task(work_item_id: str) -> str:
    """Show a task with its form."""
    return _task_page(task_form(db.session(), _office(), g.viewer, work_item_id))


@blueprint.get("/tasks/<work_item_id>/around")
@works
def around(work_item_id: str) -> str:
    """Show the case a task belongs to: a part of the task's page, or a page of its own for whoever follows the link."""
    layout = "layouts/part.html" if request.headers.get("HX-Request") else "layouts/page.html"
    found = case_around(db.session(), _office(), g.viewer, work_item_id)
    return render_template("pages/around.html", layout=layout, around=found, back=_kept(_place()))


@blueprint.post("/tasks/<work_item_id>")
@works
def complete(work_item_id: str) -> Page:
    """Complete a task, or show what has to be corrected."""
    given = handed(request.form, request.files)
    with service.keeping(lambda: _keep(work_item_id, given.values)):
        return _complete(work_item_id, given)


def _complete(work_item_id: str, given: Handed) -> Page:
    office, opened = _office(), task_form(db.session(), _office(), g.viewer, work_item_id)
    if row := request.form.get("_add_row"):
        return _task_page(opened, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(office, opened.opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _task_page(opened, Returned(given.values, invalid.errors)), 422
    with writing() as session:
        complete_task(session, office, g.viewer, opened, ready, _request())
        drafts.drop_draft(session, g.viewer, work_item_id)
    flash(_("已办“%(step)s”：%(title)s", step=opened.item.step, title=opened.item.title), "done")
    return redirect(url_for("inbox.show", **_kept(_place())))


@blueprint.post("/tasks/<work_item_id>/claim")
@works
def claim(work_item_id: str) -> Response:
    """Hold a task."""
    with writing() as session:
        service.claim(session, _office(), g.viewer, work_item_id)
    return _back_to(work_item_id)


@blueprint.post("/tasks/<work_item_id>/release")
@works
def release(work_item_id: str) -> Response:
    """Give a task back."""
    with writing() as session:
        service.release(session, _office(), g.viewer, work_item_id)
    flash(_("已放回收件箱，同事可以办理。"), "done")
    return _back_to(work_item_id)


@blueprint.post("/tasks/<work_item_id>/hand-over")
@access(Permission.TASK_HAND_OVER)
def hand_over(work_item_id: str) -> Response:
    """Give a task to a colleague with a reason."""
    person, reason = request.form.get("person", ""), request.form.get("reason", "").strip()[:200]
    if not person or not reason:
        flash(_("没有移交：请选择移交给谁，并写明理由。"), "late")
        return _back_to(work_item_id)
    with writing() as session:
        service.hand_over(session, _office(), g.viewer, work_item_id, person, reason)
    flash(_("已移交并通知对方。"), "done")
    return redirect(url_for("inbox.show", **_kept(_place())))


@blueprint.post("/tasks/<work_item_id>/draft")
@works
def draft(work_item_id: str) -> Response:
    """Save what was typed into a task or an offer."""
    return jsonify(held=_keep(request.args.get("offer") or work_item_id, _typed()))


@blueprint.post("/tasks/<work_item_id>/visible")
@works
def visible(work_item_id: str) -> Response:
    """Say which fields are hidden, given what is typed so far."""
    offer_id = request.args.get("offer")
    form: Any = offer_form if offer_id else task_form
    opened: Opened = form(db.session(), _office(), g.viewer, offer_id or work_item_id).opened
    return jsonify(hidden=sorted(set(hidden_names(shown(opened, _typed())))))


# ------------------------------------------------------------ what else the holder may do


@blueprint.get("/tasks/<work_item_id>/offers/<offer_id>")
@works
def offer(work_item_id: str, offer_id: str) -> str:
    """Show the form of an offer."""
    return _offer_page(work_item_id, offer_id)


@blueprint.post("/tasks/<work_item_id>/offers/<offer_id>")
@works
def take(work_item_id: str, offer_id: str) -> Page:
    """Hand in the form of an offer."""
    given = handed(request.form, request.files)
    with service.keeping(lambda: _keep(offer_id, given.values)):
        return _take(work_item_id, offer_id, given)


def _take(work_item_id: str, offer_id: str, given: Handed) -> Page:
    office, offered = _office(), offer_form(db.session(), _office(), g.viewer, offer_id)
    if row := request.form.get("_add_row"):
        return _offer_page(work_item_id, offer_id, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(office, offered.opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _offer_page(work_item_id, offer_id, Returned(given.values, invalid.errors)), 422
    with writing() as session:
        take_offer(session, office, g.viewer, offered, ready, f"{g.viewer.user.id}:{_request()}")
        drafts.drop_draft(session, g.viewer, offer_id)
    flash(_("已送出“%(name)s”。", name=offered.wait.label), "done")
    return redirect(url_for("inbox.show", **_kept(_place())))


# ------------------------------------------------------------ parts


def _task_page(task: TaskForm, returned: Returned | None = None) -> str:
    return render_template("pages/task.html", back=_kept(_place()), **_task_parts(task, returned))


def _task_parts(task: TaskForm, returned: Returned | None = None) -> dict[str, Any]:
    item = task.item
    view = task_view(db.session(), g.viewer, task)
    words = _("办好“%(step)s”，编号印发文书") if view.documents else _("办好“%(step)s”，送出")
    here = {"work_item_id": item.id, **_kept(_place())}
    page = _form_page(
        task.opened,
        item.id,
        returned,
        here,
        action=url_for("inbox.complete", **here),
        button=words % {"step": item.step},
    )
    return {"view": view, "page": page}


def _offer_page(work_item_id: str, offer_id: str, returned: Returned | None = None) -> str:
    offered = offer_form(db.session(), _office(), g.viewer, offer_id)
    host = task_form(db.session(), _office(), g.viewer, work_item_id)
    name, here = offered.wait.label, {"work_item_id": work_item_id, **_kept(_place())}
    page = _form_page(
        offered.opened, offer_id, returned, {**here, "offer": offer_id},
        action=url_for("inbox.take", offer_id=offer_id, **here), button=_("提出“%(name)s”", name=name),
    )  # fmt: skip
    view = task_view(db.session(), g.viewer, host)
    return render_template("pages/offer.html", view=view, page=page, name=name, back=_kept(_place()))


def _form_page(
    opened: Opened, key: str, returned: Returned | None, here: Mapping[str, Any], *, action: str, button: str
) -> FormPage:
    saved = None if returned else drafts.read_draft(db.session(), _office(), g.viewer, key)
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
        request_id=request.form.get("_request") or new_id(),
    )


def _office() -> Office:
    office: Office = current_app.extensions["gridflow"]
    return office


def _place() -> dict[str, str]:
    """Return where in the inbox one is; it travels in the address, so that back leads to the same row."""
    box = request.args.get("box", "")
    page = request.args.get("page", "")
    return {
        "box": box if box in BOXES else "mine",
        "search": request.args.get("search", "").strip()[:60],
        "page": page if page.isdecimal() and len(page) < 5 else "1",
    }


def _kept(place: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts of a place that differ from the usual."""
    usual = {"box": "mine", "search": "", "page": "1"}
    return {name: value for name, value in place.items() if value != usual[name]}


def _boxes(box: str) -> dict[str, Any]:
    numbers = g.counts = counts(db.session(), g.viewer)  # the navigation shows them too
    labels = {"mine": _("我的"), "unit": _("本单位"), "claimed": _("我已认领")}
    boxes = [{"code": code, "label": labels[code], "count": getattr(numbers, code)} for code in BOXES]
    nothing = {
        "mine": (_("现在没有指定您办理的事"), _("指定给您或由您认领的任务显示在这里；本单位的任务见“本单位”。")),
        "unit": (_("本单位现在没有待办"), _("案件转到本单位时，会显示在这里，并发邮件提醒。")),
        "claimed": (_("您没有认领任务"), _("在“本单位”中认领后，任务在这里保留 30 分钟，填写时自动延长。")),
    }[box]
    saved = saved_searches(db.session(), g.viewer)
    return {"boxes": boxes, "saved": saved, "box": box, "box_label": labels[box], "nothing": nothing}


def _typed() -> Values:
    return {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}


def _keep(key: str, values: Values) -> bool:
    with writing() as session:
        return service.save_draft(session, _office(), g.viewer, key, values)


def _request() -> str:
    """Return the id the page was made with, by which a second press is recognised as the same person's."""
    return request.form.get("_request", "")[:40] or new_id()


def _back_to(work_item_id: str) -> Response:
    """Return to where the button was pressed: the pane of the inbox or the page of the task."""
    if "/inbox" in (request.referrer or ""):
        return redirect(url_for("inbox.show", task=work_item_id, **_kept(_place())))
    return redirect(url_for("inbox.task", work_item_id=work_item_id, **_kept(_place())))
