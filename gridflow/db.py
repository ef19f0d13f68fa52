"""The database: engine, session, base class, column types and the one transaction of an edge."""

import gc
import itertools
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Table,
    TableValuedAlias,
    Text,
    TypeDecorator,
    UpdateBase,
    event,
    func,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

from gridflow import clock

gc.freeze()  # SQLAlchemy stays: looking through it for garbage while the rest is loaded is a tenth of the start
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=15000")
"""Of every SQLite connection; secure_delete overwrites what is destroyed, so that vault boxes really vanish."""
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def table(model: type[Base]) -> Table:
    """Return the table of a model, for statements that go round the ORM."""
    return cast(Table, model.__table__)


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return an index over some rows of a table, on either database; a query names the condition as it stands here."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


_sequence = itertools.count()
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
"""Of base 32, in the order in which text sorts everywhere."""


def new_id() -> str:
    """Return 20 digits of base 32: 42 bits of milliseconds, 18 bits of a counter, 40 random bits.

    Ids of one process sort in the order they were made, even while the clock is stopped; they cannot be guessed. They
    stand in every table, index and record, so each character counts.
    """
    return _digits(_milliseconds(clock.now()) << 58 | next(_sequence) % 2**18 << 40 | secrets.randbits(40))


def first_id(instant: datetime) -> str:
    """Return what every id made from an instant on is not less than: rows are found by age without another index."""
    return _digits(_milliseconds(instant) << 58)


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _digits(number: int) -> str:
    return "".join([_DIGITS[number >> shift & 31] for shift in range(95, -1, -5)])


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Return the microseconds from 1970 to an aware instant, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(number: int) -> datetime:
    """Return an instant in UTC by its microseconds."""
    return _EPOCH + timedelta(microseconds=number)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant, aware UTC on both sides; SQLite, which has no type for it, keeps its microseconds."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of a database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """Refuse an instant without a zone and shift the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone before it is stored")
        return microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the stored instant in UTC."""
        if value is None:
            return None
        return from_microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Microseconds(TypeDecorator[datetime]):
    """An instant of the record: its microseconds in every database, so that a verifier reads one exact number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> int | None:
        """Return the number of an aware instant."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, _: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        return None if value is None else from_microseconds(value)


class Digest(TypeDecorator[str]):
    """A hash: 64 hexadecimal digits to us, 32 bytes in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> bytes | None:
        """Return the bytes."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, _: Dialect) -> str | None:
        """Return the digits."""
        return None if value is None else value.hex()


class JSONText(TypeDecorator[Any]):
    """A JSON value kept as canonical text: keys sorted, no spaces, never reordered by the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _: Dialect) -> str | None:
        """Return the canonical text of a value."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, _: Dialect) -> Any:
        """Return the value the text stands for."""
        return None if value is None else json.loads(value)


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, Chinese as itself."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def members(session: Session, texts: ColumnElement[Any]) -> TableValuedAlias:
    """Return the members of a list of texts kept as JSON, to be joined beside its row: one column, `value`."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_each(texts).table_valued("value")
    return func.json_array_elements_text(texts.cast(JSON)).table_valued("value")


_WRITES: dict[str, dict[str, Any]] = {
    "sqlite": {"gridflow_writes": True},
    "postgresql": {"gridflow_writes": True, "isolation_level": "READ COMMITTED"},  # reading may do without transactions
}


@contextmanager
def writing() -> Iterator[Session]:
    """Open the one transaction of a request, job or command, and commit it at the end.

    Has its own session, so that what a page read before does not hold an old snapshot. SQLite takes its write
    lock at once (BEGIN IMMEDIATE), so no reader is ever asked to become a writer half-way. Needs an application
    context. Everything is rolled back on any exception.
    """
    db.session.commit()  # ends the read snapshot of this request: what it reads later includes what is written here
    with Session(db.engine, expire_on_commit=False) as session, session.begin():
        session.connection(execution_options=_WRITES[db.engine.dialect.name])
        yield session


def touched(session: Session, statement: UpdateBase, values: Mapping[str, Any] | None = None) -> int:
    """Execute an update or a delete, and return how many rows it met."""
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Send the statements within one after the other and wait once for all of them, at the end.

    PostgreSQL is spared a journey for each; SQLite knows none. Only for statements whose answer nobody reads, not even
    how many rows they met. What one of them is refused for comes at the end.
    """
    connection = session.connection()
    refused = connection.dialect.loaded_dbapi.Error
    pipeline = getattr(connection.connection.driver_connection, "pipeline", nullcontext)
    try:
        with pipeline():
            yield
    except refused as error:
        raise DBAPIError.instance(None, None, error, refused, hide_parameters=True) from error


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _: Any) -> None:
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, see below
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("gridflow_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
