"""Issue a document, attach its PDF, void it. The edge commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.clock import SHANGHAI
from gridflow.documents import numbering, queries
from gridflow.documents.errors import DocumentError, DocumentNotFound
from gridflow.documents.models import Document

WAITING, RENDERED, FAILED, VOID = "waiting", "rendered", "failed", "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is signed: which document of which case, numbered by whom, saying what."""

    city: str
    county_code: str
    case_id: str
    case_number: str
    kind: str
    title: str
    template: str
    template_digest: str
    inputs: Mapping[str, object]
    """The values of the template; `document` is completed here with kind, number, title and issued_at."""
    issued_at: datetime
    issued_by: str | None = None
    organ: str
    """The unit code whose counter is used."""
    area: str
    """The division code printed in the number."""
    mark: str = ""
    """The letters of the organ (机关代字)."""
    pattern: str = numbering.FROM_THE_CASE
    instance_id: str | None = None
    element_id: str | None = None


def issue(session: Session, asked: Issue) -> Document:
    """Number a document and keep what it says, in the caller's transaction; the PDF is set later by a worker.

    Call it as late as the transaction allows: the counter stays locked until the commit. The case must be locked,
    as every command does. Costs three statements, two for a number taken from the case.
    """
    year = asked.issued_at.astimezone(SHANGHAI).year
    seq = 1 + (session.scalar(select(func.max(Document.seq)).where(Document.case_id == asked.case_id)) or 0)
    counted = numbering.counts(asked.pattern)
    serial = numbering.next_serial(session, asked.city, asked.organ, asked.kind, year) if counted else None
    number = numbering.formatted(
        asked.pattern, area=asked.area, year=year, serial=serial, case=asked.case_number, mark=asked.mark
    )
    document = Document(
        city=asked.city,
        county_code=asked.county_code,
        case_id=asked.case_id,
        seq=seq,
        kind=asked.kind,
        title=asked.title,
        number=number,
        organ=asked.organ,
        year=year,
        serial=serial,
        template=asked.template,
        template_digest=asked.template_digest,
        inputs=_inputs(asked, number),
        instance_id=asked.instance_id,
        element_id=asked.element_id,
        state=WAITING,
        issued_at=asked.issued_at,
        issued_by=asked.issued_by,
    )
    session.add(document)
    session.flush()
    return document


def attach_rendering(session: Session, city: str, document_id: str, sha256: str) -> Document:
    """Note the PDF of a document, whose bytes are in the blob store already. Doing it twice is harmless."""
    document = _live(session, city, document_id)
    if document.state == RENDERED and document.sha256 != sha256:
        raise DocumentError(f"文书 {document.number} 已生成过，内容不同，不能替换；如有错误请作废后重新印发。")
    document.state, document.sha256, document.fault = RENDERED, sha256, None
    return document


def note_failure(session: Session, city: str, document_id: str, fault: str) -> Document:
    """Note why a rendering failed; the number stays and the rendering may be tried again."""
    document = _live(session, city, document_id)
    if document.state != RENDERED:
        document.state, document.fault = FAILED, fault
    return document


def void(session: Session, city: str, document_id: str, *, reason: str, at: datetime, by: str | None) -> Document:
    """Declare a document void; it keeps its number, which is never given again."""
    if not reason.strip():
        raise DocumentError("作废文书要写明原因。")
    document = _live(session, city, document_id)
    document.state, document.fault, document.voided_at, document.voided_by = VOID, reason, at, by
    return document


def freeze(value: object) -> Any:
    """Return a value as JSON keeps it: instants and days as ISO text with their zone, exact numbers as text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): freeze(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [freeze(item) for item in value]
    raise DocumentError(f"文书内容不能包含 {type(value).__name__} 类型的值，请先转成文字、数字、日期或列表。")


def _inputs(asked: Issue, number: str) -> dict[str, Any]:
    facts = asked.inputs.get("document")
    known = dict(facts) if isinstance(facts, Mapping) else {}
    known |= {"kind": asked.kind, "number": number, "title": asked.title, "issued_at": asked.issued_at}
    frozen: dict[str, Any] = freeze({**asked.inputs, "document": known})
    return frozen


def _live(session: Session, city: str, document_id: str) -> Document:
    document = queries.document_of(session, city, document_id)
    if document.state == VOID:
        raise DocumentNotFound(f"文书 {document.number} 已作废，不能再改动。")
    return document
