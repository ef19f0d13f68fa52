"""Keep, read and destroy what must be able to vanish without breaking the record."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.db import canonical, new_id, table
from gridflow.vault.errors import ValueDestroyed, ValueMissing
from gridflow.vault.masking import SEARCHABLE, Kind, kind_of, mask, normalised
from gridflow.vault.models import VaultDigest, VaultItem
from gridflow.vault.seal import Seal

PREFIX = "v:"
_ITEMS = table(VaultItem)
_DIGESTS = table(VaultDigest)
_KEEP, _FIND_BY = insert(_ITEMS), insert(_DIGESTS)
_SOME = select(_ITEMS).where(_ITEMS.c.id.in_(bindparam("ids", expanding=True)), _ITEMS.c.city == bindparam("of_city"))


@dataclass(frozen=True, slots=True)
class Secret:
    """A value to be kept: any JSON value of a field."""

    field: str
    value: object
    kind: str = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Kept:
    """What state and audit hold in the place of a value."""

    token: str
    commitment: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What is left of a destroyed value."""

    at: datetime
    reason: str

    def __str__(self) -> str:
        return f"（已于{self.at.astimezone(clock.SHANGHAI):%Y年%-m月%-d日}依法销毁）"


class Vault:
    """The vault of this installation; every call names the city, and another city's values do not exist."""

    def __init__(self, key: bytes) -> None:
        self._seal = Seal(key)

    def keep(self, session: Session, city: str, case_id: str, field: str, value: object, kind: str) -> str:
        """Keep one value and return its token, `v:<id>`."""
        return self.keep_many(session, city, case_id, [Secret(field, value, kind)])[0].token

    def keep_many(self, session: Session, city: str, case_id: str, secrets: Sequence[Secret]) -> list[Kept]:
        """Keep several values with one statement, two if names, phones or identity numbers are among them."""
        if not secrets:
            return []
        rows, commitments = zip(*(self._row(city, case_id, secret) for secret in secrets), strict=True)
        session.execute(_KEEP, rows)
        digests = [
            {"item_id": row["id"], "digest": digest, "city": city, "case_id": case_id}
            for row, secret in zip(rows, secrets, strict=True)
            for digest in self._digests(city, secret)
        ]
        if digests:
            session.execute(_FIND_BY, digests)
        return [Kept(PREFIX + row["id"], each) for row, each in zip(rows, commitments, strict=True)]

    def read(self, session: Session, city: str, token: str) -> Any:
        """Return a value, or raise ValueMissing or ValueDestroyed."""
        found = self.read_many(session, city, [token]).get(token, ValueMissing)
        if found is ValueMissing:
            raise ValueMissing("保险库中没有这项内容，或不属于本市。")
        if isinstance(found, Destroyed):
            raise ValueDestroyed(f"该内容已于 {found.at.astimezone(clock.SHANGHAI):%Y-%m-%d} 依法销毁：{found.reason}")
        return found

    def read_many(self, session: Session, city: str, tokens: Iterable[str]) -> dict[str, Any]:
        """Return values by token with one statement; a destroyed one is a Destroyed, unknown tokens are left out."""
        return {PREFIX + row.id: self._opened(row) for row in _rows(session, city, tokens)}

    def kept(self, session: Session, city: str, case_id: str) -> list[tuple[str, str, Any]]:
        """Return token, kind and value of everything a case keeps that is not destroyed, oldest first."""
        mine = _ITEMS.c.city == city, _ITEMS.c.case_id == case_id, _ITEMS.c.box.is_not(None)
        rows = session.execute(select(_ITEMS).where(*mine).order_by(_ITEMS.c.id))
        return [(PREFIX + row.id, row.kind, self._opened(row)) for row in rows]

    def masked_many(self, session: Session, city: str, tokens: Iterable[str]) -> dict[str, str]:
        """Return what may be shown of values to those who do not handle the case."""
        return {PREFIX + row.id: self._masked(row) for row in _rows(session, city, tokens)}

    def proof(self, session: Session, city: str, token: str) -> tuple[bytes, bytes]:
        """Return the commitment key and the canonical bytes of a value, for a file that must prove it outside."""
        for row in _rows(session, city, [token]):
            if row.box is not None:
                return self._seal.open(row.box, _bound_to(row))
        raise ValueMissing("保险库中没有这项内容，或已依法销毁。")

    def destroy(self, session: Session, city: str, tokens: Iterable[str], reason: str) -> int:
        """Destroy values with their keys and search digests, and return how many there were.

        Token, time and reason stay here and the commitment in the record, which can then say "destroyed lawfully".

        Source: design 13.
        """
        ids = [row.id for row in _rows(session, city, tokens) if row.box is not None]
        session.execute(delete(_DIGESTS).where(_DIGESTS.c.item_id.in_(ids)))
        session.execute(
            update(_ITEMS).where(_ITEMS.c.id.in_(ids)).values(box=None, destroyed_at=clock.now(), reason=reason)
        )
        return len(ids)

    def find(self, session: Session, city: str, kind: str, text: str) -> list[str]:
        """Return the ids of the cases in which a whole name, phone or identity number occurs, newest first."""
        digest = self._seal.digest(city, kind, normalised(kind, text))
        found = select(_DIGESTS.c.case_id).where(_DIGESTS.c.city == city, _DIGESTS.c.digest == digest).distinct()
        return list(session.scalars(found.order_by(_DIGESTS.c.case_id.desc())))

    def digest(self, city: str, kind: str, text: str) -> str:
        """Return a keyed digest by which equal texts of a city and kind are known without being kept."""
        return self._seal.digest(city, kind, text)

    def _row(self, city: str, case_id: str, secret: Secret) -> tuple[dict[str, Any], str]:
        """Return the row of a value and the commitment for the record."""
        item_id = new_id()
        box, commitment = self._seal.close(canonical(secret.value).encode(), f"{city}/{case_id}/{item_id}")
        row = {
            "id": item_id,
            "city": city,
            "case_id": case_id,
            "field": secret.field,
            "kind": secret.kind,
            "box": box,
            "created_at": clock.now(),
        }
        return row, commitment

    def _digests(self, city: str, secret: Secret) -> list[str]:
        """Return the digests of every searchable text in a value; groups of fields hold several."""
        found = [
            (kind_of(text) if secret.kind == Kind.PERSONAL else secret.kind, text) for text in _texts(secret.value)
        ]
        return sorted(
            {self._seal.digest(city, kind, normalised(kind, text)) for kind, text in found if kind in SEARCHABLE}
        )

    def _opened(self, row: Row[Any]) -> Any:
        if row.box is None:
            return Destroyed(row.destroyed_at, row.reason)
        return json.loads(self._seal.open(row.box, _bound_to(row))[1])

    def _masked(self, row: Row[Any]) -> str:
        return "已依法销毁" if row.box is None else mask(row.kind, self._opened(row))


def _rows(session: Session, city: str, tokens: Iterable[str]) -> Sequence[Row[Any]]:
    ids = [token.removeprefix(PREFIX) for token in tokens]
    return session.execute(_SOME, {"ids": ids, "of_city": city}).all()


def _bound_to(row: Row[Any]) -> str:
    return f"{row.city}/{row.case_id}/{row.id}"


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [text for item in value for text in _texts(item)] if isinstance(value, list | tuple) else []
