"""Report something, and see what became of it."""

from datetime import timedelta

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.cases import drafts
from gridflow.cases.filing import Opened
from gridflow.cases.service import check, start_form
from gridflow.cases.showing import FormPage, Returned, Values, handed, shown, wrongs
from gridflow.db import db, new_id, writing
from gridflow.formats import gettext as _
from gridflow.forms import FormInvalid
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.portal import service
from gridflow.portal.queries import grouped, my_reports, startable
from gridflow.portal.views.place import Page, blueprint, seen, the_office, typed

OLD = timedelta(days=1)
"""A draft older than this is offered, not put into the form."""

reports = access(Permission.CASE_OPEN)


@blueprint.get("/report")
@reports
def choose() -> Page:
    """Offer what the viewer may report; with one choice only, go there at once."""
    found = startable(db.session(), the_office(), g.viewer)
    if len(found) == 1:
        return redirect(url_for("reports.start", slug=found[0].slug))
    return render_template("pages/report_choose.html", startable=grouped(found))


@blueprint.get("/report/<slug>")
@reports
def start(slug: str) -> str:
    """Show the form that opens a case."""
    return _start_page(slug, start_form(db.session(), the_office(), g.viewer, slug))


@blueprint.post("/report/<slug>")
@reports
def report(slug: str) -> Page:
    """Open a case."""
    office, opened = the_office(), start_form(db.session(), the_office(), g.viewer, slug)
    given = handed(request.form, request.files)
    if row := request.form.get("_add_row"):
        return _start_page(slug, opened, Returned(given.values, more_rows=(row,)))
    try:
        ready = check(office, opened, given)
    except FormInvalid as invalid:
        g.refused = invalid
        return _start_page(slug, opened, Returned(given.values, invalid.errors)), 422
    with writing() as session:
        case = service.report(session, office, g.viewer, slug, ready, _request_id())
        drafts.drop_draft(session, g.viewer, _key(slug))
    said = _(
        "已上报，编号 %(number)s，查询码 %(code)s。每走一步这里都会更新。", number=case.number, code=case.query_code
    )
    flash(said, "done")
    return redirect(url_for("reports.mine"))


@blueprint.post("/report/<slug>/draft")
@reports
def draft(slug: str) -> Response:
    """Save what was typed so far."""
    with writing() as session:
        drafts.save_draft(session, the_office(), g.viewer, _key(slug), typed())
    return jsonify(held=True)


@blueprint.post("/report/<slug>/visible")
@reports
def visible(slug: str) -> Response:
    """Say which fields are hidden and which options fit, given what is typed so far."""
    opened = start_form(db.session(), the_office(), g.viewer, slug)
    return seen(opened)


@blueprint.get("/my-reports")
@reports
def mine() -> str:
    """Show the viewer's reports and what became of them."""
    return render_template("pages/my_reports.html", reports=my_reports(db.session(), g.viewer))


def _start_page(slug: str, opened: Opened, returned: Returned | None = None) -> str:
    found = next(each for each in startable(db.session(), the_office(), g.viewer) if each.slug == slug)
    at = None if returned else drafts.saved_at(db.session(), g.viewer, _key(slug))
    offered = at is not None and clock.now() - at > OLD and request.args.get("draft") != "use"
    saved = _draft(slug, opened) if at and not offered else None
    again = returned or Returned(saved or _asked(opened))
    fields = shown(opened, again.values or None, again.errors, again.more_rows)
    page = FormPage(
        action=url_for("reports.report", slug=slug),
        button=_("上报") if found.group == "report" else _("提出“%(name)s”", name=found.title),
        fields=fields,
        errors=wrongs(fields, again.errors),
        draft=url_for("reports.draft", slug=slug),
        draft_key=f"{g.viewer.user.id}.{_key(slug)}",
        visible=url_for("reports.visible", slug=slug),
        restored=saved is not None,
        typed=again != Returned({}),
        saved_at=at,
        resume=url_for("reports.start", slug=slug, draft="use") if offered else "",
        request_id=request.form.get("_request") or new_id(),
    )
    return render_template("pages/report_start.html", start=found, page=page)


def _asked(opened: Opened) -> Values:
    """Return what the link to the form filled in: values of its fields, checked like typed ones when handed in."""
    return {field.key: request.args.getlist(field.key) for field in opened.form.fields if field.key in request.args}


def _draft(slug: str, opened: Opened) -> Values | None:
    """Return what was typed before, without its instants: when something was found is told anew."""
    saved = drafts.read_draft(db.session(), the_office(), g.viewer, _key(slug)) or {}
    told = {field.key for field in opened.form.fields if field.kind == "datetime"}
    now = {view.name: [view.value] for view in shown(opened, None) if view.name in told}
    return {name: values for name, values in saved.items() if name not in told} | now if saved else None


def _request_id() -> str:
    """Return the id the page was made with, bound to the person, so that nobody can use up another's."""
    return f"{g.viewer.user.id}:{request.form.get('_request', '')[:40] or new_id()}"


def _key(slug: str) -> str:
    return f"start:{slug}"
