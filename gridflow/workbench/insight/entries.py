"""The entries of the record that name elements and flows, read once and kept by what they name."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, select, type_coerce
from sqlalchemy.orm import Session

from gridflow.audit.models import AuditEntry
from gridflow.db import table
from gridflow.engine.models import Instance

_ENTRIES, _INSTANCES = table(AuditEntry).c, table(Instance).c


class Written(NamedTuple):
    """Where an entry stands in the record."""

    case_id: str
    instance_id: str
    seq: int
    at: datetime
    action: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Entries that name the same; each name with how often."""

    elements: Mapping[str, int]
    """By process/element."""
    flows: Mapping[str, int]
    entries: Sequence[Written]


def alike(session: Session, here: ColumnElement[bool]) -> tuple[Sequence[Alike], frozenset[str]]:
    """Return the entries that fulfil a condition, and the versions their instances run by.

    Most entries name the same few lists: they are gathered by the texts of these, and each is read once.
    """
    gathered: dict[tuple[str, str], list[Written]] = {}
    versions: set[str] = set()
    place = (_ENTRIES[name] for name in Written._fields)
    lists = (type_coerce(_ENTRIES[name], Text) for name in ("elements", "flows"))
    rows = select(_INSTANCES.version_id, *lists, *place)
    joined = rows.join_from(table(AuditEntry), table(Instance), _INSTANCES.id == _ENTRIES.instance_id).where(here)
    for version, elements, flows, *written in session.execute(joined):
        versions.add(version)
        gathered.setdefault((elements, flows), []).append(Written(*written))
    found = [Alike(_named(elements), _named(flows), each) for (elements, flows), each in gathered.items()]
    return found, frozenset(versions)


def _named(text: str) -> Mapping[str, int]:
    return Counter(json.loads(text))
