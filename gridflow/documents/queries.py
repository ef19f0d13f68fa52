"""Read documents."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.documents.errors import DocumentNotFound
from gridflow.documents.models import Document


def documents_of_case(session: Session, city: str, case_id: str) -> Sequence[Document]:
    """Return every document of a case in the order of signing, void ones as well."""
    found = select(Document).where(Document.city == city, Document.case_id == case_id).order_by(Document.seq)
    return session.scalars(found).all()


def document_of(session: Session, city: str, document_id: str) -> Document:
    """Return a document of this city; DocumentNotFound for any other, so that an id says nothing."""
    document = session.scalar(select(Document).where(Document.city == city, Document.id == document_id))
    if document is None:
        raise DocumentNotFound("没有这份文书，请从案件的“文书”一栏打开。")
    return document
