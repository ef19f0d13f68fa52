"""The pages of administrators: accounts and units of their city."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.administration import accounts, directory
from gridflow.administration.errors import AccountRefused, OwnAccount, ReasonMissing
from gridflow.db import db, writing
from gridflow.people.access import access
from gridflow.people.errors import PeopleError
from gridflow.people.permissions import Permission

blueprint = Blueprint("accounts", __name__, url_prefix="/administration")

Page = str | tuple[str, int] | Response
users = access(Permission.USER_MANAGE)
units = access(Permission.UNIT_MANAGE, Permission.USER_MANAGE)


@blueprint.get("/accounts")
@users
def index() -> str:
    """List the accounts of the city."""
    search, number = _asked()
    found = directory.account_page(db.session(), g.viewer, search, number)
    return render_template("pages/administration/accounts.html", found=found, search=search)


@blueprint.get("/accounts/<user_id>")
@users
def show(user_id: str) -> str:
    """Show an account with its posts."""
    found = directory.account_of(db.session(), g.viewer, user_id)
    return render_template("pages/administration/account.html", found=found)


@blueprint.post("/accounts/<user_id>/<any(disable, enable):change>")
@users
def set_active(user_id: str, change: str) -> Response:
    """Close an account or open it again."""
    with writing() as session:
        accounts.set_active(session, g.viewer, user_id, _reason(), active=change == "enable")
    flash(_("已启用账号。") if change == "enable" else _("已停用账号，对方马上不能再登录和操作。"), "done")
    return redirect(url_for("accounts.show", user_id=user_id))


@blueprint.post("/accounts/<user_id>/password")
@users
def reset_password(user_id: str) -> str:
    """Set a new first password and show it this once."""
    with writing() as session:
        user, password = accounts.reset_password(session, g.viewer, user_id, _reason())
        login, name = user.login, user.name
    return render_template(
        "pages/administration/password.html", user_id=user_id, login=login, name=name, password=password, new=False
    )


@blueprint.post("/posts/<post_id>/end")
@users
def end_post(post_id: str) -> Response:
    """End a post today."""
    with writing() as session:
        user_id = accounts.end_post(session, g.viewer, post_id, _reason())
    flash(_("已结束岗位：今天为最后一天，明天起不再有这个岗位的权限。"), "done")
    return redirect(url_for("accounts.show", user_id=user_id))


@blueprint.get("/units")
@units
def all_units() -> str:
    """List the units of the city."""
    search, number = _asked()
    found = directory.unit_page(db.session(), g.viewer, search, number)
    return render_template("pages/administration/units.html", found=found, search=search, kinds=_kinds())


@blueprint.get("/units/<unit_id>")
@units
def unit(unit_id: str) -> str:
    """Show a unit with its people."""
    return _unit_page(unit_id)


@blueprint.post("/units/<unit_id>/accounts")
@users
def add_account(unit_id: str) -> Page:
    """Add a person with a post at the unit, and show the first password this once."""
    try:
        with writing() as session:
            user, password = accounts.add_account(session, g.viewer, unit_id, request.form)
            known = {"user_id": user.id, "login": user.login, "name": user.name}
    except (AccountRefused, PeopleError, ReasonMissing) as refused:
        return _unit_page(unit_id, problem=refused.message, opened="add"), 422
    return render_template("pages/administration/password.html", **known, password=password, new=True)


@blueprint.post("/units/<unit_id>/posts")
@users
def add_post(unit_id: str) -> Page:
    """Give somebody a further post at the unit."""
    try:
        with writing() as session:
            user_id = accounts.add_post(session, g.viewer, unit_id, request.form).id
    except (AccountRefused, OwnAccount, ReasonMissing) as refused:
        return _unit_page(unit_id, problem=refused.message, opened="post"), 422
    flash(_("已添加岗位，今天起生效。"), "done")
    return redirect(url_for("accounts.show", user_id=user_id))


def _unit_page(unit_id: str, problem: str = "", opened: str = "") -> str:
    view = directory.unit_view(db.session(), g.viewer, unit_id)
    may_add = g.viewer.may(Permission.USER_MANAGE) and bool(view.roles) and not view.unit.closed
    return render_template(
        "pages/administration/unit.html", view=view, kinds=_kinds(), may_add=may_add, problem=problem,
        opened=opened, typed=request.form,
    )  # fmt: skip


def _asked() -> tuple[str, int]:
    page = request.args.get("page", "")
    return request.args.get("search", "").strip()[:60], max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1


def _reason() -> str:
    return request.form.get("reason", "")


def _kinds() -> dict[str, str]:
    """Return what the kinds of unit are called."""
    return {
        "city_office": _("市级主管单位"), "county_office": _("县级主管单位"), "town": _("镇（街道）"),
        "village": _("村（社区）"), "handling": _("承办单位"),
    }  # fmt: skip
