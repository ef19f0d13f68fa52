"""Signing in and out, and the language of the pages."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.config import DEMO_PASSWORD
from gridflow.db import db, writing
from gridflow.people import service
from gridflow.people.access import access, public
from gridflow.people.errors import AccountLocked, PasswordWeak, SignInRefused
from gridflow.people.models import User
from gridflow.people.queries import user_by_login
from gridflow.web import demo, guard
from gridflow.web.landing import local
from gridflow.web.languages import LANGUAGES

blueprint = Blueprint("session", __name__)

Page = str | tuple[str, int] | Response


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """Show the form, or check what was typed into it."""
    if request.method == "GET":
        return redirect(url_for("home.show")) if g.viewer else _page()
    login = request.form.get("demo_login") or request.form.get("login", "")
    password = request.form.get("password", "")
    if current_app.extensions["gridflow_settings"].demo and "demo_login" in request.form:
        password = DEMO_PASSWORD
    with writing() as transaction:
        outcome = service.sign_in(transaction, login, password)
    _log(login, outcome.user)
    try:
        guard.remember(outcome.accepted())
    except SignInRefused as refusal:
        return _page(login=login, problem=refusal.message), 401
    return redirect(local(request.form.get("next", "")))


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session."""
    guard.forget()
    flash(_("您已退出登录。"), "done")
    return redirect(url_for("session.sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@access()
def password() -> Page:
    """Show the form for a new password of one's own, or set it; the present one is asked for."""
    if request.method == "GET":
        return render_template("pages/password.html", wrong={})
    given = {name: request.form.get(name, "") for name in ("present", "new", "again")}
    if given["new"] != given["again"]:
        return _again("again", _("两次输入的新密码不一样，请重新输入。"))
    with writing() as transaction:
        outcome = service.sign_in(transaction, g.viewer.user.login, given["present"])
    try:
        with writing() as transaction:
            user = transaction.merge(outcome.accepted())
            service.change_password(transaction, user, given["new"])
            log_operation(transaction, _operation("change_password", user, user.city))
    except PasswordWeak as weak:
        return _again("new", weak.message)
    except AccountLocked as locked:
        return _again("present", locked.message)
    except SignInRefused:
        return _again("present", _("现在的密码不对，请重新输入。"))
    guard.remember(user)
    flash(_("密码已更改，下次登录用新密码。"), "done")
    return redirect(url_for("home.show"))


def _again(field: str, message: str) -> Page:
    """Show the form for a new password again, with what is wrong beside its field."""
    return render_template("pages/password.html", wrong={field: message}), 422


@blueprint.post("/language")
@public
def language() -> Response:
    """Change the language of this session."""
    code = request.form.get("language")
    if code in {each.code for each in LANGUAGES}:
        session["language"] = code
    return redirect(local(request.form.get("back", "")))


def _page(login: str = "", problem: str | None = None) -> str:
    settings = current_app.extensions["gridflow_settings"]
    return render_template(
        "pages/sign_in.html",
        login=login,
        problem=problem,
        next=local(request.values.get("next", "")),
        cities=demo.cities(db.session(), current_app.extensions["gridflow"].cities) if settings.demo else (),
    )


def _log(login: str, user: User | None) -> None:
    with writing() as transaction:
        known = user or user_by_login(transaction, login.strip())
        city = known.city if known else "unknown"
        log_operation(transaction, _operation("sign_in", known, city, "done" if user else "refused"))


def _operation(action: str, user: User | None, city: str, outcome: str = "done") -> Operation:
    return Operation(city=city, at=clock.now(), action=action, actor=user.id if user else None, outcome=outcome)
