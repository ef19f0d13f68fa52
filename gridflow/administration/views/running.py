"""The pages of operators: what is parked, where instances stand, what waits for a second person, messages."""

from typing import Any

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gridflow.administration import queries, requests
from gridflow.administration.instances import instance_of_case, instance_view, picture, seen_instance
from gridflow.cases.office import Office
from gridflow.db import db, writing
from gridflow.people.access import access
from gridflow.people.permissions import Permission

blueprint = Blueprint("running", __name__, url_prefix="/running")

WATCHING = frozenset({Permission.INSTANCE_OPERATE, Permission.INCIDENT_RETRY})
watches = access(*WATCHING)
operates = access(Permission.INSTANCE_OPERATE)
decides = access(Permission.INSTANCE_APPROVE, Permission.DATA_APPROVE)


# ------------------------------------------------------------ what is parked


@blueprint.get("")
@watches
def incidents() -> str:
    """List what is parked, the oldest first, with how much hangs on each procedure."""
    slug, page = request.args.get("procedure", "")[:64], request.args.get("page", "")
    number = max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1
    found = queries.incident_page(db.session(), office(), g.viewer, slug, number)
    return render_template("pages/administration/incidents.html", found=found, slug=slug, **words())


@blueprint.get("/incidents/<incident_id>")
@watches
def incident(incident_id: str) -> str:
    """Show one parked step and what can be done about it."""
    found = queries.incident(db.session(), office(), g.viewer, incident_id)
    return render_template("pages/administration/incident.html", found=found, **words())


@blueprint.post("/incidents/<incident_id>/retry")
@watches
def retry(incident_id: str) -> Response:
    """Try a parked step again."""
    queries.incident(db.session(), office(), g.viewer, incident_id)  # refuses what the viewer does not see
    with writing() as session:
        office().engine.retry(session, incident_id, g.viewer.actor)
    flash(_("已重试。如果原因还在，这一步会留在列表中，并记下次数。"), "done")
    return redirect(url_for("running.incidents"))


@blueprint.post("/incidents/<incident_id>/skip")
@watches
def skip(incident_id: str) -> Response:
    """Ask that the case goes on without the parked step."""
    return _asked("skip", incident_id, {"to": request.form.get("to") or None})


@blueprint.post("/incidents/<incident_id>/change")
@watches
def change(incident_id: str) -> Response:
    """Ask for other values of the variables the parked step goes by."""
    return _asked("change", incident_id, {"values": requests.values_from(request.form.get("values", ""))})


# ------------------------------------------------------------ instances


@blueprint.get("/find")
@watches
def find() -> Response:
    """Go to the instance of a case number."""
    number = request.args.get("number", "").strip()[:40]
    return redirect(url_for("running.instance", instance_id=instance_of_case(db.session(), g.viewer, number)))


@blueprint.get("/instances/<instance_id>")
@watches
def instance(instance_id: str) -> str:
    """Show where an instance stands; with a version, what stands against going over to it."""
    session = db.session()
    view = instance_view(session, office(), g.viewer, instance_id)
    chosen = next((each for each in view.versions if each.id == request.args.get("version")), None)
    reasons = office().engine.check_migration(session, view.id, chosen.id, g.viewer.actor) if chosen else []
    process = request.args.get("process", "")
    return render_template(
        "pages/administration/instance.html",
        view=view,
        chosen=chosen,
        reasons=reasons,
        process=process if process in view.diagrams else next(iter(view.diagrams)),
        operates=g.viewer.may(Permission.INSTANCE_OPERATE),
        **words(),
    )


@blueprint.get("/instances/<instance_id>/diagrams/<process_id>")
@watches
def diagram(instance_id: str, process_id: str) -> Response:
    """Answer the viewer in the browser with a diagram and what waits in it."""
    found = picture(db.session(), office(), g.viewer, instance_id, process_id)
    marks = {"taken": sorted(found.taken), "flows": [], "active": sorted(found.active)}
    return jsonify(xml=found.xml.decode(), **marks)


@blueprint.get("/instances/<instance_id>/diagrams/<process_id>.svg")
@watches
def drawing(instance_id: str, process_id: str) -> Response:
    """Answer with the picture of a diagram, for pages without a script."""
    return Response(picture(db.session(), office(), g.viewer, instance_id, process_id).svg, mimetype="image/svg+xml")


@blueprint.post("/instances/<instance_id>/<any(suspend, resume, undo_migration):command>")
@operates
def command(instance_id: str, command: str) -> Response:
    """Suspend or resume an instance, or undo its migration."""
    done = {
        "suspend": _("已暂停。任务已从收件箱收起，定时和后台任务等待恢复。"),
        "resume": _("已恢复。任务回到收件箱，到期的定时马上处理。"),
        "undo_migration": _("已撤销迁移，案件按原版本办理。"),
    }
    reason = {"reason": reason_given()}
    with writing() as session:
        seen_instance(session, g.viewer, instance_id)
        getattr(office().engine, command)(session, instance_id, g.viewer.actor, reason)
    flash(done[command], "done")
    return _to(instance_id)


@blueprint.post("/instances/<instance_id>/migrate")
@operates
def migrate(instance_id: str) -> Response:
    """Let an instance go over to another version."""
    version, why = request.form.get("version", ""), {"reason": reason_given()}
    with writing() as session:
        seen_instance(session, g.viewer, instance_id)
        office().engine.migrate(session, instance_id, version, g.viewer.actor, why)
    flash(_("已迁移。办理下一步之前可以撤销。"), "done")
    return _to(instance_id)


@blueprint.post("/instances/<instance_id>/cancel")
@operates
def cancel(instance_id: str) -> Response:
    """Ask that an instance is ended where it stands."""
    return _asked("cancel", instance_id, {})


@blueprint.post("/instances/<instance_id>/move")
@operates
def move(instance_id: str) -> Response:
    """Ask that a waiting step goes on elsewhere."""
    details = {name: request.form.get(name, "")[:64] for name in ("task", "element", "to")}
    return _asked("move", instance_id, details)


# ------------------------------------------------------------ the second person


@blueprint.get("/requests")
@access(*WATCHING, Permission.INSTANCE_APPROVE, Permission.DATA_APPROVE)
def asked() -> str:
    """List what waits for a second person."""
    lines = queries.request_lines(db.session(), office(), g.viewer)
    links = bool(WATCHING & g.viewer.permissions)
    asked_batches = [
        each
        for each in queries.batch_lines(db.session(), office(), g.viewer, state="asked")
        if each.decidable or each.asked_by == g.viewer.user.name
    ]
    return render_template(
        "pages/administration/requests.html", lines=lines, batches=asked_batches, links=links, **words()
    )


@blueprint.post("/requests/<request_id>/approve")
@decides
def approve(request_id: str) -> Response:
    """Approve a request and carry it out."""
    with writing() as session:
        requests.approve(session, office(), g.viewer, request_id)
    flash(_("已批准并执行，双方姓名和理由已记入案件记录。"), "done")
    return redirect(url_for("running.asked"))


@blueprint.post("/requests/<request_id>/decline")
@decides
def decline(request_id: str) -> Response:
    """Decide against a request."""
    with writing() as session:
        requests.decline(session, g.viewer, request_id)
    flash(_("已驳回，案件没有变化。"), "done")
    return redirect(url_for("running.asked"))


# ------------------------------------------------------------ messages


@blueprint.get("/messages")
@watches
def messages() -> str:
    """List the messages that nobody took yet."""
    return render_template(
        "pages/administration/messages.html", lines=queries.message_lines(db.session(), g.viewer), **words()
    )


def _asked(kind: str, subject: str, details: dict[str, Any]) -> Response:
    with writing() as session:
        requests.ask(session, office(), g.viewer, kind, subject, details, reason_given())
    flash(_("已提交申请，由另一位有权限的人员批准后执行。"), "done")
    return redirect(url_for("running.asked"))


def reason_given() -> str:
    """Return the reason of the form; raises ReasonMissing."""
    return requests.needed(request.form.get("reason", ""))


def _to(instance_id: str) -> Response:
    return redirect(url_for("running.instance", instance_id=instance_id))


def office() -> Office:
    """Return the office of the current application."""
    found: Office = current_app.extensions["gridflow"]
    return found


def words() -> dict[str, Any]:
    """Return what kinds and states are called, and the pages beside this one."""
    pages = [
        ("running.incidents", _("故障")),
        ("running.asked", _("待批申请")),
        ("batches.index", _("批次")),
        ("running.messages", _("未送达消息")),
    ]
    if not WATCHING & g.viewer.permissions:
        pages = pages[1:2]  # the office of a case only answers requests
    return {
        "beside": pages,
        "kinds": {
            "node": _("环节出错"), "routing": _("无人可派"), "off_list": _("清单外拦截"), "job": _("服务失败"),
            "document": _("文书未成"), "background": _("后台任务失败"), "timer": _("定时失败"),
            "human": _("待办任务"), "service": _("等待服务"), "message": _("等待消息"), "signal": _("等待信号"),
            "incident": _("故障停留"), "skip": _("跳过故障环节"), "change": _("更改数据"), "move": _("移动"),
            "cancel": _("终止流程"), "migrate": _("迁移版本"), "undo_migration": _("撤销迁移"),
            "retry": _("批量重试"), "suspend": _("批量暂停"), "resume": _("批量恢复"),
        },
        "states": {
            "running": _("办理中"), "suspended": _("已暂停"), "finished": _("已结束"), "cancelled": _("已终止"),
        },
    }  # fmt: skip
