"""What workers do for cases: each handler works outside, then returns what to write in the finishing transaction."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.queries import exported
from gridflow.bpmn import Taken, draw, walked
from gridflow.cases import notices
from gridflow.cases.batches import open_each
from gridflow.cases.clean_up import lawfully_destroyed, still_named
from gridflow.cases.drawings import Drawn, drawn
from gridflow.cases.errors import DocumentsPending, ItemsOpen, PapersNamed
from gridflow.cases.grid_boards import set_board
from gridflow.cases.grid_moves import do_move_cases
from gridflow.cases.limits import standing
from gridflow.cases.models import Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.papers import RESIDENT, Papers, labelled_value
from gridflow.cases.queries import Step, instances_of, limits_of, open_items, steps_of, versions_of
from gridflow.cases.wording import action_words
from gridflow.db import db, table, writing
from gridflow.documents.dossier import Part, build_dossier
from gridflow.documents.errors import DocumentError
from gridflow.documents.fonts import install as install_fonts
from gridflow.documents.models import Document
from gridflow.documents.photos import reduced
from gridflow.documents.queries import document_of, documents_of_case
from gridflow.documents.rendering import render
from gridflow.documents.service import attach_rendering, note_failure
from gridflow.engine.jobs import add_job
from gridflow.engine.models import Job, Limit
from gridflow.formats import on_paper
from gridflow.people.models import User
from gridflow.people.service import calendar_version

Finish = Callable[[Session], Mapping[str, Any]]
"""Writes the result of a job and returns the variables for the service task that waits for it."""
Handler = Callable[[Office, Job], Finish]


def prepare_rendering(office: Office) -> None:
    """Make this process ready to set documents; call it before the first one."""
    install_fonts(office.fonts)
    from gridflow.documents.printing import tune_worker  # loads the typesetter: only in a process that prints

    tune_worker()


def told(tell: Callable[[Office, Job], None]) -> Handler:
    """Return the handler of a job that only tells somebody something."""

    def handler(office: Office, job: Job) -> Finish:
        tell(office, job)
        return lambda _: {}

    return handler


def push(office: Office, job: Job) -> Finish:
    """Push a result to the city's platform.

    Source: N17-1, N18-2.
    """
    case = db.session().get_one(Case, job.case_id)
    office.platform.push(case.number, job.payload)
    return lambda _: {}


def render_document(office: Office, job: Job) -> Finish:
    """Set the PDF of an issued document from its frozen inputs and the vault."""
    session = db.session()
    document = document_of(session, job.city, job.payload["document"])
    case = session.get_one(Case, document.case_id)
    bundle = _bundle(session, office, document)
    values = Papers(session, office, case).values(document, {})
    try:
        pdf = render(bundle.templates, document.template, values, office.press)
    except DocumentError as error:
        with writing() as noting:
            note_failure(noting, job.city, document.id, error.message)
        raise
    sha256 = office.blobs.put(pdf)

    def finish(session: Session) -> Mapping[str, Any]:
        attach_rendering(session, job.city, document.id, sha256)
        return {}

    return finish


def archive(office: Office, job: Job) -> Finish:
    """Build and seal the case file.

    Raises ItemsOpen while another task of the case is open, DocumentsPending while a document is not set yet.
    Source: domain 5.5, N18-1.
    """
    session = db.session()
    case = session.get_one(Case, job.case_id)
    refuse_while_open(session, case)
    documents = documents_of_case(session, case.city, case.id)
    if any(document.state in ("waiting", "failed") for document in documents):
        raise DocumentsPending(case.number)
    values = dossier_values(session, office, case)
    values["document"]["unit"] = documents[-1].inputs["document"]["unit"] if documents else values["document"]["unit"]
    parts = [
        Part(document.title, document.number, document.issued_at, office.blobs.get(document.sha256),
             document.inputs["document"]["unit"])
        for document in documents
        if document.sha256
    ]  # fmt: skip
    main = office.engine.versions.get(session, instances_of(session, case)[0].version_id)
    values["document"]["retention"] = main.bundle.manifest.retention
    sealed_file = build_dossier(main.bundle.templates, values, parts, office.sealing_key, office.press)
    sha256 = office.blobs.put(sealed_file)
    sealed = {"dossier": sha256, "sealed_at": clock.now(), "sealed_entries": len(values["entries"])}

    def finish(session: Session) -> Mapping[str, Any]:
        refuse_while_open(session, case)
        session.execute(update(table(Case)).where(table(Case).c.id == case.id).values(sealed))
        return {"dossier": sha256}

    return finish


def refuse_while_open(session: Session, case: Case) -> None:
    """Raise ItemsOpen while a task of the case is open: the file would lack what is still to be done."""
    waiting = open_items(session, case)
    if waiting:
        raise ItemsOpen(case.number, dict.fromkeys(item.step for item in waiting))


@on_paper()
def dossier_values(session: Session, office: Office, case: Case) -> dict[str, Any]:
    """Return everything the case file prints."""
    papers = Papers(session, office, case)
    filed = session.scalars(select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)).all()
    values = papers.latest(filed)
    limits = [
        {
            "name": row.name, "label": row.name, "start": row.started_at, "due": row.due, "first_due": row.first_due,
            "amount": row.amount, "unit": row.unit, "basis": row.basis, "state": standing(row),
        }
        for row in limits_of(session, case)
    ]  # fmt: skip
    shared = papers.common(values, filed)
    resident, names = _resident(session, case), _names(session, office, case)
    return {
        **shared,
        "document": {
            "kind": "dossier", "number": case.number, "title": "卷宗", "issued_at": clock.now(),
            "unit": papers.city.organ.name, "issued_by": "系统",
        },
        "values": values,
        "limits": limits,
        "entries": (entries := exported(session, case.city, case.id)),
        "destroyed": lawfully_destroyed(entries),
        "attachments": [{**file, "picture": _picture_of(office, file)} for file in shared["attachments"]],
        "timeline": [timeline_step(step, names, resident) for step in steps_of(session, office, case, masked=False)],
        "diagrams": pictures(session, office, case),
        "left_out": left_out(session, office, case),
    }  # fmt: skip


def _picture_of(office: Office, file: Mapping[str, Any]) -> str:
    shown = file["media_type"].startswith("image/") and not file["destroyed"]
    return reduced(office.blobs.get(file["sha256"])) if shown else ""


def _resident(session: Session, case: Case) -> str | None:
    """Return the name of the resident who reported, which a sealed file does not print."""
    if case.reporter_kind == "staff":
        return None
    return session.scalar(select(User.name).where(User.id == case.reporter_id))


def _names(session: Session, office: Office, case: Case) -> Mapping[str, str]:
    """Return what is drawn in the diagrams of a case by id: the record calls an opened procedure by its element."""
    versions = versions_of(session, case)
    return ChainMap(*(dict(office.engine.versions.get(session, version).names) for version in versions))


def timeline_step(step: Step, names: Mapping[str, str], resident: str | None) -> dict[str, Any]:
    """Return an entry of the record as the case file prints it, a resident by the word only."""
    return {
        "seq": step.seq, "at": step.at,
        "name": step.step or action_words(step.action) or names.get(step.action) or "系统处理",
        "actor": RESIDENT if step.actor == resident else step.actor, "role": step.role, "unit": step.unit,
        "articles": list(step.articles),
        "values": [labelled_value(value) for value in step.values],
    }  # fmt: skip


def pictures(session: Session, office: Office, case: Case) -> list[dict[str, Any]]:
    """Return the diagrams the case ran, with the path it took; the step not over yet is the archiving itself."""
    ran = [one for one in drawn(session, office, case) if one.elements]
    last = max((number for one in ran for numbers in one.elements.values() for number in numbers), default=0)
    return [_picture(one, Taken({**one.elements, **dict.fromkeys(one.active, (last + 1,))}, one.flows)) for one in ran]


def _picture(one: Drawn, taken: Taken) -> dict[str, Any]:
    room = walked(one.diagram, one.process_id, taken)
    svg = draw(one.diagram, one.process_id, taken)
    return {"title": one.title, "svg": svg, "room": (room.x, room.y, room.width, room.height)}


def left_out(session: Session, office: Office, case: Case) -> list[str]:
    """Return the titles of the diagrams the case might have run and did not."""
    ran = {one.process_id for one in drawn(session, office, case) if one.elements}
    found: dict[str, str] = {}
    for instance in instances_of(session, case):
        parsed = office.engine.versions.get(session, instance.version_id)
        others = [name for name in parsed.bundle.process_ids if name not in ran]
        found |= {name: parsed.diagrams[name].processes[name].name for name in others}
    return list(found.values())


def _bundle(session: Session, office: Office, document: Document) -> Any:
    instances = instances_of(session, session.get_one(Case, document.case_id))
    instance = next(one for one in instances if one.id == document.instance_id)
    return office.engine.versions.get(session, instance.version_id).bundle


def erase(office: Office, job: Job) -> Finish:
    """Remove destroyed files from the store, those excepted that something else still points to."""
    session = db.session()
    case = session.get_one(Case, job.case_id)
    if any(document.state in ("waiting", "failed") for document in documents_of_case(session, case.city, case.id)):
        raise PapersNamed(case.number)
    for sha256 in set(job.payload["files"]) - still_named(session, job.payload["files"]):
        office.blobs.erase(sha256)
    return lambda _: {}


def commanded(command: Callable[[Session, Office, Job], object]) -> Handler:
    """Return the handler of a job that only gives a command, with no work outside."""

    def handler(office: Office, job: Job) -> Finish:
        def finish(session: Session) -> Mapping[str, Any]:
            command(session, office, job)
            return {}

        return finish

    return handler


def follow_calendar(session: Session, city: str) -> int:
    """Have open limits follow a changed calendar, by one job for each instance; returns how many.

    Call it in the transaction that loads a notice or a closure. Source: domain 3.7.
    """
    stale = select(Limit.instance_id, Limit.case_id).where(
        Limit.city == city, Limit.ended_at.is_(None), Limit.calendar_version != calendar_version(session, city)
    )
    rows = session.execute(stale.distinct()).all()
    for row in rows:
        add_job(session, "recompute", city, {}, case_id=row.case_id, instance_id=row.instance_id)
    return len(rows)


HANDLERS: Mapping[str, Handler] = {
    "tell": told(notices.tell),
    "remind": told(notices.remind),
    "notify": told(notices.notify),
    "withdrawn": told(notices.tell_withdrawn),
    "push": push,
    "render": render_document,
    "archive": archive,
    "open_each": open_each,
    "move_cases": do_move_cases,
    "grid_board": set_board,
    "receive": commanded(lambda session, office, job: office.engine.receive(session, job.city, job.payload)),
    "send_kept": commanded(lambda session, office, job: office.engine.send_kept(session, job.city, job.payload)),
    "erase": erase,
    "recompute": commanded(lambda session, office, job: office.engine.recompute_limits(session, str(job.instance_id))),
    "recall": commanded(
        lambda session, office, job: office.engine.recall(session, job.payload["instance"], job.payload["matter"])
    ),
}
