"""Try a revision: one case, act by act."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for

from gridflow import clock
from gridflow.cases.showing import FormPage, Wrong
from gridflow.db import db, new_id, writing
from gridflow.formats import gettext as _
from gridflow.workbench.errors import RevisionUnknown, TrialRefused
from gridflow.workbench.models import Revision, Trial
from gridflow.workbench.trying import trials
from gridflow.workbench.views.place import (
    Page,
    blueprint,
    changing,
    draws,
    office,
    revision_called,
    revision_page,
    view_of,
)
from gridflow.workbench.views.refusals import again

TAB = "trial"
_ASKED = ("kind", "who", "target", "case", "slug")


def _trial_page(problem: str, revision_id: str) -> str:
    """Return where the trial stands, or where one is begun."""
    session, revision = db.session(), revision_called(revision_id)
    trying = trials.trial_of(session, office(), g.viewer, revision)
    if trying is None:
        return revision_page(revision, TAB, problem)
    view = view_of(revision)
    return render_template(
        "pages/workbench/trial.html",
        view=view,
        trying=trying,
        report=trying.report,
        typed_now=trying.report["now"].astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
        starters=trials.starters(session, office(), revision, view.bundle),
        problem=problem,
    )


@blueprint.get("/revisions/<revision_id>/trial")
@draws
def trial(revision_id: str) -> Page:
    """Show where the viewer's trial stands."""
    if trials.trial_of(db.session(), office(), g.viewer, revision_called(revision_id)) is None:
        return redirect(url_for("workbench.show", revision_id=revision_id, tab=TAB))
    return _trial_page("", revision_id)


@blueprint.post("/revisions/<revision_id>/trial")
@draws
@again(_trial_page)
def begin_trial(revision_id: str) -> Page:
    """Begin a trial; one there was before is over."""
    begins = request.form.get("begins", "")
    return _kept(trials.begun(db.session(), office(), revision_called(revision_id), g.viewer, begins))


@blueprint.get("/revisions/<revision_id>/trial/do")
@draws
@again(_trial_page)
def trial_form(revision_id: str) -> Page:
    """Show the form of a start, a task or an offer as the person asked would see it."""
    revision, asked = revision_called(revision_id), _asked()
    return _form_page(revision, asked, trials.form(db.session(), office(), _trial(revision), asked))


@blueprint.post("/revisions/<revision_id>/trial/do")
@draws
@again(_trial_page)
def trial_act(revision_id: str) -> Page:
    """Hand in a form in somebody's name."""
    revision, asked = revision_called(revision_id), _asked() | {"typed": _typed(), "files": _files()}
    if row := request.form.get("_add_row"):
        answer = trials.form(db.session(), office(), _trial(revision), {**asked, "rows": [row]})
        return _form_page(revision, asked, answer)
    return _act(revision, asked)


@blueprint.post("/revisions/<revision_id>/trial/do/visible")
@draws
def trial_visible(revision_id: str) -> Response:
    """Say which fields of a form are hidden and which options fit, given what is typed so far."""
    asked = _asked() | {"typed": _typed()}
    answer = trials.form(db.session(), office(), _trial(revision_called(revision_id)), asked)
    return jsonify(hidden=answer["hidden"], fitting=answer["fitting"])


@blueprint.post("/revisions/<revision_id>/trial/time")
@draws
@again(_trial_page)
def trial_time(revision_id: str) -> Page:
    """Let time pass."""
    to = request.form.get("to", "") or request.form.get("instant", "")
    return _act(revision_called(revision_id), {"kind": "time", "to": to})


@blueprint.post("/revisions/<revision_id>/trial/message")
@draws
@again(_trial_page)
def trial_message(revision_id: str) -> Page:
    """Send a message from outside."""
    asked = {name: request.form.get(name, "").strip()[:200] for name in ("target", "key")}
    values = _lines(request.form.get("values", ""))
    return _act(revision_called(revision_id), {"kind": "message", **asked, "values": values})


@blueprint.post("/revisions/<revision_id>/trial/back")
@draws
@again(_trial_page)
def trial_back(revision_id: str) -> Page:
    """Take the last step back."""
    there = _trial(revision_called(revision_id))
    if not there.steps:
        return redirect(url_for("workbench.trial", revision_id=revision_id))
    return _kept(trials.back(db.session(), office(), there), len(there.steps))


@blueprint.post("/revisions/<revision_id>/trial/again")
@draws
@again(_trial_page)
def trial_again(revision_id: str) -> Page:
    """Carry every step out anew on the revision as it is now."""
    revision = revision_called(revision_id)
    found, problem = trials.again(db.session(), office(), revision, _trial(revision))
    if problem:
        flash(_("重走到这里为止：%(problem)s", problem=problem), "late")
    else:
        flash(_("已在现在的稿上重走全部步骤。"), "done")
    return _kept(found)


@blueprint.post("/revisions/<revision_id>/trial/example")
@draws
@again(_trial_page)
def trial_example(revision_id: str) -> Page:
    """Keep what was done as a worked example of the revision."""
    title = request.form.get("title", "")
    text = trials.recorded(db.session(), office(), _trial(revision_called(revision_id)), title)
    with changing(revision_id) as (session, revision):
        path = trials.save_as_example(session, office(), g.viewer, revision, title, text)
    flash(_("已存成案例“%(title)s”，送审前的案例检查也会跑它。", title=title.strip()), "done")
    return redirect(url_for("workbench.example", revision_id=revision_id, path=path))


@blueprint.get("/revisions/<revision_id>/trial/<name>")
@draws
def trial_picture(revision_id: str, name: str) -> Response:
    """Send a drawing of where the trial stands."""
    found = trials.picture(db.session(), office(), _trial(revision_called(revision_id)), name)
    if found is None:
        raise RevisionUnknown
    return Response(found, mimetype="image/svg+xml")


def _trial(revision: Revision) -> Trial:
    found = trials.trial_of(db.session(), office(), g.viewer, revision)
    if found is None:
        raise TrialRefused(_("还没有开始试办，或者试办已经清理。请从“试办”重新开始。"))
    return found.trial


def _asked() -> dict[str, Any]:
    return {name: request.args.get(name, "")[:100] for name in _ASKED}


def _typed() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form if name not in ("csrf_token", "_request")}


def _files() -> dict[str, str]:
    """Return the name of a file for each field; what is in them is not taken: an example makes its own up."""
    chosen = {name: request.files.getlist(name) for name in request.files}
    return {name: each[0].filename or "" for name, each in chosen.items() if each and each[0].filename}


def _lines(text: str) -> dict[str, str]:
    """Return values written as `name = value`, one a line; raises TrialRefused for a line that is none."""
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    if any(not name.strip().isidentifier() or not equals for name, equals, _value in pairs):
        raise TrialRefused(_("消息的内容请一行写一个“名称 = 值”，名称用字母、数字和下划线。"))
    return {name.strip(): value.strip()[:200] for name, _equals, value in pairs}


def _act(revision: Revision, asked: dict[str, Any]) -> Page:
    there = _trial(revision)
    found, answer = trials.act(db.session(), office(), there, asked)
    if found is None:
        return _form_page(revision, asked, answer), 422
    return _kept(found, len(there.steps))


def _kept(found: Trial, seen: int | None = None) -> Page:
    with writing() as session:
        trials.keep(session, found, seen)
    return redirect(url_for("workbench.trial", revision_id=found.revision_id))


def _button(kind: str, called: str) -> str:
    """Return what the button of a form says: what it does."""
    if kind == "start":
        return _("发起")
    return _("办好“%(step)s”", step=called) if kind == "task" else _("提出“%(name)s”", name=called)


def _form_page(revision: Revision, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    here = {"revision_id": revision.id, **{name: asked[name] for name in _ASKED if asked.get(name)}}
    page = FormPage(
        action=url_for("workbench.trial_act", **here), button=_button(asked["kind"], answer["called"]),
        fields=trials.fields_of(answer["fields"]), errors=[Wrong(**wrong) for wrong in answer["errors"]],
        draft="", draft_key="", visible=url_for("workbench.trial_visible", **here), restored=False, typed=True,
        request_id=new_id(),
    )  # fmt: skip
    return render_template("pages/workbench/trial_form.html", view=view_of(revision), page=page, asked=asked)
