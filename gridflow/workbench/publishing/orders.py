"""The order by which a version is published, as a numbered document: made once, when a revision is approved."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gridflow.cases.jobs import Finish
from gridflow.cases.office import Office
from gridflow.cases.organs import issuer
from gridflow.catalogue import Bundle, City
from gridflow.checking.kept import checked
from gridflow.clock import SHANGHAI
from gridflow.db import db, table
from gridflow.documents.numbering import formatted, next_serial
from gridflow.documents.rendering import render
from gridflow.documents.sealing import fingerprint, public_key, sealed
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Definition, DefinitionVersion, Job
from gridflow.people.queries import names_of, unit_by_code
from gridflow.workbench.comparing import told
from gridflow.workbench.errors import RevisionUnknown
from gridflow.workbench.library.freezes import first_free_day, freezes
from gridflow.workbench.library.neighbours import others_of
from gridflow.workbench.models import Proving, Publication, Revision
from gridflow.workbench.revising.revisions import base_of, bundle_of, editions
from gridflow.workbench.words import kind_word, property_word, value_word

JOB = KIND = "publication_order"
TITLE = "流程发布令"
TEMPLATE = "templates/documents/_publication_order.html"
UNNUMBERED = "{mark}流〔{year}〕{serial}号"
"""How a city numbers its orders unless its file says otherwise."""
MOST_CHANGES = 400
"""More are counted: who wants them all compares the versions on the screen."""
ORDERS = table(Publication)


def issue_order(session: Session, office: Office, asked: Publication) -> None:
    """Number the order of an approved revision, and have a worker set it; the last act of its transaction."""
    city, decided = office.cities[asked.city], asked.decided_at
    if decided is None:
        raise RevisionUnknown
    session.execute(insert(table(Job)), [job_row(JOB, asked.city, {"publication": asked.id})])
    number = next_number(session, city, decided)
    session.execute(update(ORDERS).where(ORDERS.c.id == asked.id).values(order_number=number))
    session.expire(asked, ["order_number"])


def next_number(session: Session, city: City, at: datetime) -> str:
    """Take the next number of a city's orders of a year; they share one counter, whatever they order."""
    organ, _, mark = organ_of(session, city)
    pattern = city.numbers[KIND].pattern if KIND in city.numbers else UNNUMBERED
    year = at.astimezone(SHANGHAI).year
    serial = next_serial(session, city.code, organ, KIND, year)
    return formatted(pattern, area=city.division, year=year, serial=serial, case="", mark=mark)


def set_order(office: Office, job: Job) -> Finish:
    """Set the order with the templates that were in force before: the revision cannot change how it is told."""
    session = db.session()
    asked = session.get_one(Publication, job.payload["publication"])
    revision = session.get_one(Revision, asked.revision_id)
    base = base_of(session, office, revision)
    sha256 = kept(office, base, TEMPLATE, _values(session, office, asked, revision))

    def finish(session: Session) -> Mapping[str, Any]:
        session.execute(update(ORDERS).where(ORDERS.c.id == asked.id).values(order_file=sha256))
        return {}

    return finish


def kept(office: Office, bundle: Bundle, template: str, values: Mapping[str, Any]) -> str:
    """Set an order with the templates of a bundle, seal it by itself, and return the hash it is kept under."""
    said = {**values, "fingerprint": fingerprint(public_key(office.sealing_key))}
    return office.blobs.put(sealed(render(bundle.templates, template, said, office.press), office.sealing_key))


def order_pdf(session: Session, office: Office, revision: Revision) -> tuple[str, bytes]:
    """Return the name and content of a revision's order; raises RevisionUnknown where there is none yet."""
    made = select(ORDERS.c.order_number, ORDERS.c.order_file).where(
        ORDERS.c.revision_id == revision.id, ORDERS.c.order_file.is_not(None)
    )
    row = session.execute(made.order_by(ORDERS.c.decided_at.desc()).limit(1)).one_or_none()
    if row is None:
        raise RevisionUnknown
    return f"{TITLE} {row.order_number}.pdf", office.blobs.get(row.order_file)


def orders_of(session: Session, city: str, slug: str) -> dict[int, str]:
    """Return the revisions with an order, by the number of the version it put in force."""
    rows = session.execute(
        select(DefinitionVersion.number, ORDERS.c.revision_id)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .join(ORDERS, ORDERS.c.version_id == DefinitionVersion.id)
        .where(Definition.city == city, Definition.slug == slug, ORDERS.c.order_file.is_not(None))
    )
    return {row.number: row.revision_id for row in rows}


def _values(session: Session, office: Office, asked: Publication, revision: Revision) -> dict[str, Any]:
    """Return what the template prints."""
    city, base = office.cities[revision.city], base_of(session, office, revision)
    bundle = bundle_of(session, office, revision)
    before = session.get_one(DefinitionVersion, revision.base_id)
    wrote = [revision.author, *(one.by for one in reversed(editions(session, revision)))]
    people = names_of(session, [*wrote, asked.asked_by, asked.decided_by])
    return {
        **headed(session, city, TITLE, asked.order_number, asked.decided_at, people[asked.decided_by]),
        "order": {
            **differing(session, base, bundle),
            "procedure": bundle.title, "slug": bundle.slug, "revision": revision.title,
            "before": before.number, "version": before.number + 1 if asked.version_id is None
            else session.get_one(DefinitionVersion, asked.version_id).number,
            "reason": asked.reason, "basis": asked.basis, "effective_on": _begins(session, asked, revision),
            "authors": list(dict.fromkeys(people[one] for one in wrote if one)),
            "asked_by": people[asked.asked_by], "asked_at": asked.asked_at,
            "decided_by": people[asked.decided_by], "decided_at": asked.decided_at, "comment": asked.comment,
            "digest": asked.digest, "digest_before": before.digest,
            "warnings": len(checked(bundle, others_of(session, office, bundle))),
            "examples": _examples(session, revision, asked),
        },
    }  # fmt: skip


def headed(
    session: Session, city: City, title: str, number: str | None, at: datetime | None, by: str
) -> dict[str, Any]:
    """Return the values of an order that every document has."""
    unit = organ_of(session, city)[1]
    return {
        "city": {"code": city.code, "name": city.name},
        "document": {
            "kind": KIND, "number": number, "title": title, "unit": unit, "seal_text": unit, "issued_at": at,
            "issued_by": by,
        },
        "case": {},
    }  # fmt: skip


def differing(session: Session, base: Bundle, bundle: Bundle) -> dict[str, Any]:
    """Return what changes from one bundle to another, in words, as the annex of an order lists it."""
    rows = list(_rows(session, base, bundle))
    return {
        "changes": rows[:MOST_CHANGES], "more": max(0, len(rows) - MOST_CHANGES),
        "files": len({row["path"] for row in rows}), "count": len(rows),
    }  # fmt: skip


def _rows(session: Session, base: Bundle, bundle: Bundle) -> Iterator[dict[str, str]]:
    """Yield the changes in words, file by file."""
    for file in told(session, base, bundle):
        of = {"file": file.title, "path": file.path}
        for each in file.changes:
            yield {
                **of, "kind": kind_word(each.kind), "subject": each.subject, "what": property_word(each.what),
                "old": value_word(each.what, each.old), "new": value_word(each.what, each.new),
            }  # fmt: skip
        if not file.changes:
            lines = [line.kind for line in file.lines]
            words = f"增 {lines.count('added')} 行，删 {lines.count('removed')} 行"
            yield {**of, "kind": kind_word(file.kind), "subject": "文字", "what": "", "old": "", "new": words}


def _begins(session: Session, asked: Publication, revision: Revision) -> date:
    """Return the day the version counts from: the one asked for, or the first that no freeze holds."""
    found = freezes(session, revision.city, revision.slug)
    return first_free_day(found, revision.slug, asked.effective_on)


def _examples(session: Session, revision: Revision, asked: Publication) -> Mapping[str, int] | None:
    """Return how many worked examples went as they say on what is published, None where none was run on it."""
    runs = select(Proving).where(Proving.revision_id == revision.id, Proving.digest == asked.digest)
    last = session.scalars(runs.where(Proving.kind == "examples").order_by(Proving.begun_at.desc()).limit(1)).first()
    if last is None or last.state != "done":
        return None
    return {"passed": sum(bool(one.get("passed")) for one in last.results), "total": len(last.wanted)}


def organ_of(session: Session, city: City) -> tuple[str, str, str]:
    """Return the code, name and number letters of the city's office."""
    unit = unit_by_code(session, city.code, city.division)
    if unit is None:
        return city.division, city.organ.name, str(city.organ.details.get("mark", ""))
    found = issuer(session, city, {}, unit.id)
    return found.code, found.name, found.mark
