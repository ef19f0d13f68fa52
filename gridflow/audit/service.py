"""Add to the record. Nothing here changes or removes what is in it."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from gridflow.audit.chain import Head, link, lock, plain
from gridflow.audit.models import AuditEntry, OperationEntry
from gridflow.clock import SHANGHAI
from gridflow.db import table

_ENTRIES = insert(table(AuditEntry))
_OPERATIONS = insert(table(OperationEntry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one command did to one case; personal values appear only as vault tokens and commitments."""

    case_id: str
    city: str
    county: str
    at: datetime
    action: str
    actor: str | None = None
    role: str | None = None
    unit: str | None = None
    instance_id: str | None = None
    elements: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    changes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something a person did or was refused that changed no case."""

    city: str
    at: datetime
    action: str
    actor: str | None = None
    outcome: str = "done"
    subject: str | None = None
    case_id: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def append(session: Session, entry: Entry, head: Head | None = None) -> AuditEntry:
    """Add an entry to the chain of its case, in the caller's transaction: two statements, four for the first.

    The head of the chain stays locked until the transaction ends, so commands on one case queue here at the latest.
    A command that locked the chain itself before may hand in the head it got, which saves a statement.
    """
    row = link(
        session,
        _ENTRIES,
        head or lock(session, entry.case_id, entry.city),
        {
            "case_id": entry.case_id,
            "city": entry.city,
            "county": entry.county,
            "at": entry.at,
            "actor": entry.actor,
            "role": entry.role,
            "unit": entry.unit,
            "action": entry.action,
            "instance_id": entry.instance_id,
            "elements": list(entry.elements),
            "flows": list(entry.flows),
            "articles": list(entry.articles),
            "changes": plain(entry.changes),
        },
    )
    return AuditEntry(**row)


def log_operation(session: Session, operation: Operation) -> OperationEntry:
    """Add to the operation log, in a transaction of its own.

    Each process has its own chain for each city and day, so that signing in never waits for another process.
    """
    chain = operation_chain(operation.city, operation.at)
    row = link(
        session,
        _OPERATIONS,
        lock(session, chain, operation.city),
        {
            "chain": chain,
            "city": operation.city,
            "at": operation.at,
            "actor": operation.actor,
            "action": operation.action,
            "outcome": operation.outcome,
            "subject": operation.subject,
            "case_id": operation.case_id,
            "detail": plain(operation.detail),
        },
    )
    return OperationEntry(**row)


def operation_chain(city: str, at: datetime) -> str:
    """Name the chain this process writes on that day."""
    return f"operations:{city}:{at.astimezone(SHANGHAI).date()}:{socket.gethostname()}-{os.getpid()}"
