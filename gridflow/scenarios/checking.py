"""Compare a case with what a scenario expects."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from gridflow.cases.models import Case
from gridflow.cases.naming import Naming
from gridflow.cases.queries import bare, entries_of, limits_of, open_items
from gridflow.clock import SHANGHAI
from gridflow.documents.queries import documents_of_case
from gridflow.scenarios.reading import Expectation


def differences(session: Session, case: Case, expect: Expectation, naming: Naming) -> list[str]:
    """Return one Chinese sentence for each thing that is not as expected."""
    return [
        *_state(session, case, expect, naming),
        *_path(session, case, expect, naming),
        *_limits(session, case, expect, naming),
        *_documents(session, case, expect, naming),
        *_open(session, case, expect, naming),
    ]


def _state(session: Session, case: Case, expect: Expectation, naming: Naming) -> Iterable[str]:
    if expect.state is not None and case.state != expect.state:
        waiting = naming.elements(sorted(item.element_id for item in open_items(session, case)))
        wanted, real = naming.state(expect.state), naming.state(case.state)
        yield f"案件状态应为“{wanted}”，实际为“{real}”{f'，停在 {waiting}' if waiting else ''}"


def _path(session: Session, case: Case, expect: Expectation, naming: Naming) -> Iterable[str]:
    entries = entries_of(session, case)
    passed = [bare(element) for entry in entries for element in entry.elements]
    missing = first_missing(expect.path, passed)
    if missing is not None:
        real = naming.elements(passed, " → ")
        yield f"路径中缺少“{naming.element(missing)}”（或次序不对），实际经过：{real}"
    for element in expect.not_path:
        if element in passed:
            yield f"不应经过“{naming.element(element)}”"
    actions = [entry.action for entry in entries]
    missing = first_missing(expect.audit, actions)
    if missing is not None:
        real = "、".join(map(naming.action, actions))
        yield f"审计记录中缺少“{naming.action(missing)}”（或次序不对），实际为：{real}"


def _limits(session: Session, case: Case, expect: Expectation, naming: Naming) -> Iterable[str]:
    latest = {limit.name: limit for limit in limits_of(session, case)}
    for wanted, which, words in ((expect.due, "due", "到期"), (expect.first_due, "first_due", "首个到期")):
        for name, instant in wanted.items():
            if name not in latest:
                yield f"没有时限“{naming.limit(name)}”，实际有：{'、'.join(map(naming.limit, latest))}"
            elif (real := minute(getattr(latest[name], which))) != instant:
                yield f"时限“{naming.limit(name)}”的{words}应为 {instant}，实际为 {real}"


def _documents(session: Session, case: Case, expect: Expectation, naming: Naming) -> Iterable[str]:
    issued = [document.kind for document in documents_of_case(session, case.city, case.id)]
    for kind in expect.documents:
        if kind not in issued:
            yield f"没有制发文书“{naming.document(kind)}”，实际有：{'、'.join(map(naming.document, issued))}"


def _open(session: Session, case: Case, expect: Expectation, naming: Naming) -> Iterable[str]:
    if expect.open is None:
        return
    waiting = tuple(sorted(item.element_id for item in open_items(session, case)))
    if waiting != expect.open:
        wanted, real = naming.elements(expect.open) or "无", naming.elements(waiting) or "无"
        yield f"待办应为 {wanted}，实际为 {real}"


def first_missing(wanted: Sequence[str], real: Sequence[str]) -> str | None:
    """Return the first of the wanted that does not follow in order, None when all do."""
    rest = iter(real)
    return next((item for item in wanted if item not in rest), None)


def minute(instant: datetime) -> str:
    """Return an instant as scenarios write it: China time to the minute."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
