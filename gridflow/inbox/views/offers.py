"""What the holder of a task may do beside it."""

from flask import flash, g, redirect, render_template, request, url_for

from gridflow.cases import drafts
from gridflow.cases.filing import Handed
from gridflow.cases.service import OfferForm, TaskForm, check, offer_form, take_offer, task_form
from gridflow.cases.showing import Returned, handed
from gridflow.clock import now
from gridflow.db import db, writing
from gridflow.formats import gettext as _
from gridflow.forms import FormInvalid
from gridflow.inbox import service
from gridflow.inbox.desk import task_view, waits_for
from gridflow.inbox.errors import OfferPending
from gridflow.inbox.views.place import Page, blueprint, keep, kept, request_id, the_office, works
from gridflow.inbox.views.sent import sent
from gridflow.inbox.views.tasks import form_page


@blueprint.get("/tasks/<work_item_id>/offers/<offer_id>")
@works
def offer(work_item_id: str, offer_id: str) -> str:
    """Show the form of an offer."""
    return _page(*_opened(work_item_id, offer_id))


@blueprint.post("/tasks/<work_item_id>/offers/<offer_id>")
@works
def take(work_item_id: str, offer_id: str) -> Page:
    """Hand in the form of an offer."""
    given = handed(request.form, request.files)
    with service.keeping(lambda: keep(offer_id, given.values)):
        return _take(work_item_id, offer_id, given)


def _take(work_item_id: str, offer_id: str, given: Handed) -> Page:
    host, offered = _opened(work_item_id, offer_id)
    if row := request.form.get("_add_row"):
        return _page(host, offered, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(the_office(), offered.opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _page(host, offered, Returned(given.values, invalid.errors)), 422
    begun = now()
    with writing() as session:
        take_offer(session, the_office(), g.viewer, offered, ready, f"{g.viewer.user.id}:{request_id()}")
        drafts.drop_draft(session, g.viewer, offer_id)
    said = _("已送出“%(name)s”：%(title)s。", name=offered.wait.label, title=host.item.title)
    flash(sent(said, offered.wait.case_id, begun), "done")
    return redirect(url_for("inbox.show", **kept()))


def _opened(work_item_id: str, offer_id: str) -> tuple[TaskForm, OfferForm]:
    """Return the task and the offer; raises OfferPending while the last one of its kind is not answered."""
    offered = offer_form(db.session(), the_office(), g.viewer, offer_id)
    host = task_form(db.session(), the_office(), g.viewer, work_item_id)
    if step := waits_for(db.session(), g.viewer, host, offered.wait):
        raise OfferPending(offered.wait.label, step)
    return host, offered


def _page(host: TaskForm, offered: OfferForm, returned: Returned | None = None) -> str:
    name, here = offered.wait.label, {"work_item_id": host.item.id, **kept()}
    page = form_page(
        offered.opened, offered.wait.id, returned, {**here, "offer": offered.wait.id},
        action=url_for("inbox.take", offer_id=offered.wait.id, **here), button=_("提出“%(name)s”", name=name),
    )  # fmt: skip
    view = task_view(db.session(), the_office(), g.viewer, host)
    return render_template("pages/offer.html", view=view, page=page, name=name, back=kept())
