"""What needs two people: one asks with a reason, another one with the right to it decides; the record names both."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.dictionary import refuse_unfit
from gridflow.administration.errors import MayNotDecide, ReasonMissing, RequestOver, SecondPersonNeeded, ValueUnreadable
from gridflow.administration.models import OperatorRequest
from gridflow.audit.chain import lock
from gridflow.audit.service import Entry, append
from gridflow.cases.keeping import is_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import new_id, table, touched
from gridflow.engine.errors import IncidentOver, InstanceUnknown
from gridflow.engine.jobs import add_job
from gridflow.engine.models import Incident, Instance
from gridflow.engine.runtime.values import own, pack, unpack
from gridflow.errors import GridflowError
from gridflow.feel import Functions, compile_expression
from gridflow.people.permissions import Permission

REQUESTS, INSTANCES, INCIDENTS = table(OperatorRequest), table(Instance), table(Incident)
OF_INCIDENTS = frozenset({"skip", "change"})
TELL = "asked"
"""The job that tells those who may decide."""


def needed(reason: str) -> str:
    """Return a reason, or raise ReasonMissing for none."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()[:500]


def ask(
    session: Session, office: Office, viewer: Viewer, kind: str, subject: str, details: Mapping[str, Any], reason: str
) -> str:
    """File a request about an incident (skip, change) or an instance (cancel, move); returns its id.

    New values are held to the data dictionary first: whoever approves judges what they mean, not how they are written.
    """
    instance_id, incident_id = subject, None
    if kind in OF_INCIDENTS:
        incident_id, instance_id = subject, _instance_of(session, viewer, subject)
    mine = select(INSTANCES.c.case_id).where(INSTANCES.c.id == instance_id, INSTANCES.c.city == viewer.city.code)
    found = session.execute(mine).one_or_none()
    if found is None or is_kept(session, viewer, session.get_one(Case, found.case_id)):
        raise InstanceUnknown
    if kind == "change":
        _refuse_unfit(session, office, viewer, instance_id, details["values"])
    row = {
        "id": new_id(), "city": viewer.city.code, "case_id": found.case_id, "instance_id": instance_id,
        "incident_id": incident_id, "kind": kind, "details": pack(own(dict(details))), "reason": needed(reason),
        "asked_by": viewer.user.id, "asked_at": clock.now(), "state": "open",
    }  # fmt: skip
    session.execute(insert(REQUESTS), [row])
    _record(session, viewer, row, f"ask_{kind}")
    add_job(session, TELL, viewer.city.code, {"request": row["id"]}, case_id=found.case_id, instance_id=instance_id)
    return str(row["id"])


def _refuse_unfit(
    session: Session, office: Office, viewer: Viewer, instance_id: str, values: Mapping[str, Any]
) -> None:
    turn = office.engine.view(session, instance_id, viewer.actor)
    waiting = turn.run.waiting()
    present = {name for waiter in (*waiting.humans, *waiting.incidents, *waiting.messages) for name in waiter.data}
    refuse_unfit(turn.parsed, present, values)


def _instance_of(session: Session, viewer: Viewer, incident_id: str) -> str:
    mine = select(INCIDENTS.c.instance_id).where(INCIDENTS.c.id == incident_id, INCIDENTS.c.city == viewer.city.code)
    instance_id = session.scalar(mine.where(INCIDENTS.c.ended_at.is_(None)))
    if instance_id is None:
        raise IncidentOver
    return str(instance_id)


def decline(session: Session, viewer: Viewer, request_id: str) -> None:
    """Decide against a request."""
    request = _decide(session, viewer, request_id, "declined")
    _record(session, viewer, request, f"decline_{request['kind']}")


def approve(session: Session, office: Office, viewer: Viewer, request_id: str) -> None:
    """Decide for a request and carry it out, in one transaction: what is refused leaves the request open."""
    request = _decide(session, viewer, request_id, "approved")
    why = {"reason": request["reason"], "asked_by": request["asked_by"], "request": request["id"]}
    engine, actor, details = office.engine, viewer.actor, unpack(request["details"])
    match request["kind"]:
        case "skip":
            engine.skip(session, request["incident_id"], actor, details.get("to"), why)
        case "change":
            _refuse_unfit(session, office, viewer, request["instance_id"], details["values"])
            engine.correct(session, request["incident_id"], actor, details["values"], why)
        case "move":
            engine.move(session, request["instance_id"], actor, details["task"], details["to"], why)
        case "cancel":
            engine.cancel(session, request["instance_id"], actor, why)
            _end_case(session, request)


def _end_case(session: Session, request: Mapping[str, Any]) -> None:
    """End the case with its main instance; the others of the case go on until they are cancelled themselves."""
    slug = select(INSTANCES.c.slug).where(INSTANCES.c.id == request["instance_id"]).scalar_subquery()
    main = update(table(Case)).where(Case.id == request["case_id"], Case.slug == slug, Case.state == "open")
    session.execute(main.values(state="ended", closed_at=clock.now()))


def _decide(session: Session, viewer: Viewer, request_id: str, state: str) -> Mapping[str, Any]:
    mine = select(REQUESTS).where(REQUESTS.c.id == request_id, REQUESTS.c.city == viewer.city.code)
    found = session.execute(mine).one_or_none()
    case = session.get_one(Case, found.case_id) if found else None
    if found is None or case is None or is_kept(session, viewer, case):
        raise RequestOver
    if found.asked_by == viewer.user.id:
        raise SecondPersonNeeded
    if not may_decide(viewer, found.kind, case):
        raise MayNotDecide
    lock(session, found.case_id, found.city)
    decided = update(REQUESTS).where(REQUESTS.c.id == request_id, REQUESTS.c.state == "open")
    if touched(session, decided.values(state=state, decided_by=viewer.user.id, decided_at=clock.now())) != 1:
        raise RequestOver
    return dict(found._mapping)


def may_decide(viewer: Viewer, kind: str, case: Case) -> bool:
    """Tell whether a person's posts include deciding on such a request about a case."""
    if kind != "change":
        return viewer.may(Permission.INSTANCE_APPROVE)
    owner = viewer.may(Permission.PROCEDURE_APPROVE)
    return viewer.may(Permission.DATA_APPROVE) and (owner or viewer.scope.covers(case.place_code))


def values_from(text: str) -> dict[str, Any]:
    """Read new values, one `name = FEEL literal` a line; raises ValueUnreadable."""
    values: dict[str, Any] = {}
    for line in filter(str.strip, text.splitlines()[:20]):
        name, _, written = (part.strip() for part in line.partition("="))
        if not name.isidentifier() or not written:
            raise ValueUnreadable(name, "应写成“名称 = 新值”。")
        try:
            values[name] = own(compile_expression(written).evaluate({}, Functions(now=clock.now)))
        except GridflowError as error:
            raise ValueUnreadable(name, error.message) from error
    if not values:
        raise ValueUnreadable("", "没有填写。")
    return values


def _record(session: Session, viewer: Viewer, request: Mapping[str, Any], action: str) -> None:
    facts = session.scalars(select(INSTANCES.c.facts).where(INSTANCES.c.id == request["instance_id"])).one()
    changes = {"reason": request["reason"], "request": request["id"], **unpack(request["details"])}
    append(
        session,
        Entry(
            case_id=request["case_id"], city=viewer.city.code, county=facts["county"], at=clock.now(),
            actor=viewer.user.id, role=None, unit=None, action=action, instance_id=request["instance_id"],
            changes=changes,
        ),
    )  # fmt: skip
