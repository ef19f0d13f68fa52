"""Expressions while somebody writes them: what is wrong with one, and what it gives for values or for a real case."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.keeping import open_to
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.engine.models import Instance
from gridflow.engine.runtime.waiting import Waiting
from gridflow.engine.scope import calendar_functions
from gridflow.feel import (
    FeelError,
    FeelLimit,
    Functions,
    Note,
    Problem,
    check_expression,
    check_tests,
    compile_expression,
    compile_unary_tests,
    to_plain,
)
from gridflow.feel.running import Run
from gridflow.feel.temporal import parse_temporal
from gridflow.feel.values import Failure, chinese_kind
from gridflow.workbench.editing.dictionary import Types
from gridflow.workbench.errors import WorkbenchError

KINDS = ("expression", "unary", "value")
"""A whole expression, the tests of a table cell, or a value that may be left out."""
MOST_SHOWN = 20_000
"""Parts of a value that is sent back."""
_NUMBER = re.compile(r"\s*-?\d{1,30}(\.\d{1,30})?\s*")
_INSTANTS = ("date", "time", "date and time")


class CaseUnfit(WorkbenchError):
    """A case cannot be tried with; the message says why."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What an expression is tried over."""

    names: Mapping[str, object]
    functions: Functions


@dataclass(frozen=True, slots=True)
class Tried:
    """What an expression gave; `failed` says why it gave nothing."""

    value: object
    type: str
    """In words."""
    failed: str
    notes: Sequence[Note]
    """Why parts of it are null."""


def problems(types: Types | None, text: str, kind: str) -> list[Problem]:
    """Return what is wrong with an expression among these names, in the order of its text."""
    if kind != "expression" and not text.strip():
        return []
    check = check_tests if kind == "unary" else check_expression
    return check(text, types)


def given(session: Session, office: Office, bundle: Bundle, types: Types, values: Mapping[str, Any]) -> Ground:
    """Return the ground of values somebody typed: dates by the type of their name, or written `@2026-11-22`."""
    city = bundle.city_file
    read = {name: typed(value, types.get(name, "")) for name, value in values.items()}
    names = {"city": {"code": city.code, "name": city.name, **city.switches}, **read}
    return Ground(names, calendar_functions(lambda: office.engine.directory.calendar(session, bundle.city)))


def typed(value: Any, type_: str = "") -> Any:
    """Return a value of JSON as FEEL has it; what cannot be read stays a text."""
    if isinstance(value, str) and (value.startswith("@") or type_ in _INSTANTS):
        try:
            return parse_temporal(value.removeprefix("@").strip('"'))
        except Failure:
            return value
    if type_ == "number" and isinstance(value, str):
        return compile_expression(value).evaluate({}) if _NUMBER.fullmatch(value) else value
    return value


@contextmanager
def of_case(
    session: Session, office: Office, viewer: Viewer, bundle: Bundle, path: str, number: str
) -> Iterator[Ground]:
    """Give what expressions of a file see in a case of the viewer's city, where it stands or how it ended; read only.

    What lies in the vault is never among it. Raises CaseUnfit.
    """
    found = select(Case).where(Case.number == number.strip(), Case.city == viewer.city.code, open_to(viewer))
    case = session.scalar(found)
    if case is None or case.reporter_hidden:
        raise CaseUnfit(f"没有案件 {number.strip()[:40]}，或者它不能用来试算。请核对编号，或换一件。")
    ran = select(Instance.id).where(Instance.case_id == case.id, Instance.slug == bundle.slug)
    instance = session.scalar(ran.order_by(Instance.opened_at.desc()).limit(1))
    if instance is None:
        raise CaseUnfit(f"案件 {case.number} 没有办过“{bundle.title}”，请换一件办过的。")
    turn = office.engine.look_back(session, instance, viewer.actor)
    processes = bundle.outlines[path].processes if path in bundle.outlines else ()
    task, data = _standing(turn.before, processes) or (None, turn.run.data)
    with turn.limits.seen_from(task):
        yield Ground(turn.scope.over(data), turn.scope.functions)


def _standing(waiting: Waiting, processes: Sequence[str]) -> tuple[str, Mapping[str, Any]] | None:
    """Return the newest step that waits in one of these processes, with what it sees."""
    steps = (*waiting.timers, *waiting.services, *waiting.incidents, *waiting.humans)
    inside = [waiter for waiter in steps if waiter.process_id in processes]
    return (inside[-1].task_id, inside[-1].data) if inside else None


def recent_cases(session: Session, viewer: Viewer, slug: str, most: int = 20) -> list[dict[str, str]]:
    """Return the newest cases of a procedure that can be tried with."""
    mine = select(Case.number, Case.title).where(
        Case.city == viewer.city.code, Case.slug == slug, Case.reporter_hidden.is_(False), open_to(viewer)
    )
    rows = session.execute(mine.order_by(Case.opened_at.desc()).limit(most))
    return [{"number": row.number, "title": row.title} for row in rows]


def tried(text: str, kind: str, ground: Ground, asked: object = None) -> Tried:
    """Return what an expression gives over a ground; the tests of a cell are asked about a value."""
    try:
        run = Run(ground.names, ground.functions)
        value: object
        if kind == "unary":
            value = compile_unary_tests(text).run(run, run.read(asked))
        else:
            value = compile_expression(text).run(run) if text.strip() else None
        return Tried(_plain(value), chinese_kind(value), "", run.notes)
    except FeelError as error:
        return Tried(None, "", error.message, ())


def _plain(value: object) -> object:
    plain = to_plain(value)
    if len(repr(plain)) > MOST_SHOWN:
        raise FeelLimit("结果太大，显示不下。")
    return plain
