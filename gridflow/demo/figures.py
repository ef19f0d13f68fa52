"""Count what the demo holds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.models import Case
from gridflow.cases.states import STATES
from gridflow.catalogue import City
from gridflow.documents.models import Document
from gridflow.engine.models import WorkItem

DUE = ("已超期", "今日到期", "未到期")


def lines(session: Session, cities: Mapping[str, City]) -> Iterator[str]:
    """Yield in words how many cases, documents and open tasks there are."""
    states = session.execute(select(Case.state, func.count()).group_by(Case.state).order_by(func.count().desc()))
    yield "案件：" + "，".join(f"{STATES[state]} {count}" for state, count in states)
    sealed = session.scalar(select(func.count()).where(Case.dossier.is_not(None)))
    papers = session.execute(select(Document.state, func.count()).group_by(Document.state))
    yield f"卷宗：{sealed}　文书：" + "，".join(f"{state} {count}" for state, count in papers)
    for city in cities.values():
        yield from _tasks(session, city)


def _tasks(session: Session, city: City) -> Iterator[str]:
    waiting = select(WorkItem.role, WorkItem.due_at).where(WorkItem.city == city.code, WorkItem.status == "open")
    rows = session.execute(waiting).all()
    due = Counter(_due(row.due_at) for row in rows)
    yield f"{city.name}待办 {len(rows)}：" + "，".join(f"{word} {due[word]}" for word in DUE)
    titles = {role.post: role.title for role in city.roles.values()}
    by_role = Counter(titles.get(row.role or "", "本人") for row in rows)
    yield "　" + "，".join(f"{title} {count}" for title, count in by_role.most_common())


def _due(instant: datetime | None) -> str:
    if instant is not None and instant < clock.now():
        return DUE[0]
    return DUE[1] if instant is not None and instant.astimezone(clock.SHANGHAI).date() == clock.today() else DUE[2]
