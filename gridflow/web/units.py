"""The posts a unit itself has, and how it is reached."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.administration import appointing, contacts
from gridflow.administration.errors import NotOfThisCity
from gridflow.cases.organs import place_name
from gridflow.db import db, writing
from gridflow.people.access import access
from gridflow.people.errors import AppointmentRefused, ContactRefused
from gridflow.people.models import Unit
from gridflow.people.permissions import Permission
from gridflow.people.queries import line, unit_by_code

blueprint = Blueprint("units", __name__, url_prefix="/units")
sees = access(Permission.GRID_VIEW, Permission.UNIT_MANAGE)
appoints = access(Permission.POST_APPOINT)
Page = str | tuple[str, int] | Response


@blueprint.get("/<code>")
@sees
def show(code: str) -> str:
    """Show the posts and contacts of a unit."""
    return _show(code)


@blueprint.post("/<code>/posts")
@appoints
def appoint(code: str) -> Page:
    """Appoint somebody for a unit itself."""
    asked = {name: request.form.get(name, "").strip()[:120] for name in appointing.FIELDS}
    try:
        with writing() as session:
            appointing.appoint_at(session, g.viewer, code, asked)
    except AppointmentRefused as refused:
        return _show(code, asked, refused.message), 422
    flash(_("已任用。"), "done")
    return redirect(url_for("units.show", code=code))


@blueprint.post("/<code>/posts/<post_id>/end")
@appoints
def end_post(code: str, post_id: str) -> Response:
    """End a post of a unit today."""
    with writing() as session:
        appointing.end_at(session, g.viewer, code, post_id)
    flash(_("已结束岗位，今天为最后一天。"), "done")
    return redirect(url_for("units.show", code=code))


@blueprint.post("/<code>/contacts")
@sees
def set_contact(code: str) -> Page:
    """Set how a unit is reached."""
    asked = {name: request.form.get(name, "").strip()[:121] for name in contacts.FIELDS}
    try:
        with writing() as session:
            contacts.change(session, g.viewer, _unit(code), asked)
    except ContactRefused as refused:
        return _show(code, asked, refused.message), 422
    flash(_("已登记；公布的号码印在公示牌上，请重新制作公示牌。"), "done")
    return redirect(url_for("units.show", code=code))


@blueprint.post("/<code>/contacts/<contact_id>/end")
@sees
def end_contact(code: str, contact_id: str) -> Response:
    """End a contact today."""
    with writing() as session:
        contacts.end(session, g.viewer, _unit(code), contact_id)
    flash(_("已停用，今天为最后一天。"), "done")
    return redirect(url_for("units.show", code=code))


def contact_kinds() -> dict[str, str]:
    """Return what the kinds of contacts are called."""
    return {
        "oversight": _("监督电话"), "acceptance": _("受理电话"), "duty": _("值班电话"), "office": _("办公电话"),
        "address": _("地址"),
    }  # fmt: skip


def _show(code: str, asked: dict[str, str] | None = None, problem: str = "") -> str:
    session, city = db.session(), g.viewer.city
    unit = _unit(code)
    return render_template(
        "pages/grids/unit.html", unit=unit, name=place_name(city, unit),
        above=[(one.code, place_name(city, one)) for one in reversed(line(session, unit.id)[1:])],
        posts=appointing.posts_at(session, g.viewer, unit), ways=contacts.contacts_of(session, g.viewer, unit),
        kinds=contact_kinds(), may_appoint=g.viewer.may(Permission.POST_APPOINT), titles=city.appointments,
        asked=asked or {}, problem=problem,
    )  # fmt: skip


def _unit(code: str) -> Unit:
    unit = unit_by_code(db.session(), g.viewer.city.code, code[:64])
    if unit is None:
        raise NotOfThisCity("单位")
    return unit
