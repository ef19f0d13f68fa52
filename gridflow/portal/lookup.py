"""What whoever holds the number and the query code of a case may read of it and do without signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from secrets import compare_digest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.models import OperationEntry
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.models import Case
from gridflow.cases.offering import Offered, offers_to
from gridflow.cases.office import Office
from gridflow.cases.queries import holder_name
from gridflow.cases.reported import Letter, PublicStep, letters_to_reporter, public_steps
from gridflow.cases.viewer import Viewer
from gridflow.engine.directory import Actor
from gridflow.forms.texts import half_width
from gridflow.people.models import User

UNKNOWN = "unknown"
"""The city of a number that no case has."""
MOST_TRIES = 5
REST = timedelta(minutes=15)
"""How long a number rests after too many wrong codes, whether a case has it or not."""


@dataclass(frozen=True)
class Holder(Viewer):
    """Whoever holds the query code of a case: no account, and what is offered to its reporter is offered to him."""

    reporter: str | None = None

    @cached_property
    def actor(self) -> Actor:
        """Nobody the engine knows, standing for the reporter: the record names no account."""
        stands_for = frozenset({self.reporter} if self.reporter else ())
        return Actor(None, holder_name(), self.city.code, stands_for=stands_for)


@dataclass(frozen=True, slots=True)
class Found:
    """A case as the query code shows it: how it stands and what was answered, nobody's name and nothing typed."""

    case: Case
    steps: Sequence[PublicStep]
    letters: Sequence[Letter]
    offers: Sequence[Offered]
    """What may still be done: withdraw, ask for the review, rate."""


def resting(session: Session, number: str) -> bool:
    """Tell whether a number takes no code now, because too many wrong ones were tried."""
    entry = OperationEntry
    wrong = select(func.count()).where(
        entry.city == UNKNOWN, entry.at > clock.now() - REST, entry.action == "look_up", entry.outcome == "refused",
        entry.subject == _bare(number),
    )  # fmt: skip
    return (session.scalar(wrong) or 0) >= MOST_TRIES


def look_up(session: Session, number: str, code: str) -> Case | None:
    """Return the case of a number and its code, None where they do not fit together.

    Source: B16-2, N16-2, domain 2.2 step S1.
    """
    case = session.scalar(select(Case).where(Case.number == _bare(number)))
    fits = case is not None and compare_digest(case.query_code.encode(), half_width(code).upper().encode())
    return case if fits else None


def found(session: Session, office: Office, case: Case) -> Found:
    """Return what the query code of a case shows and offers."""
    return Found(
        case,
        public_steps(session, office, case),
        letters_to_reporter(session, office, case),
        offers_to(session, holder(office, case), case.id),
    )


def holder(office: Office, case: Case) -> Holder:
    """Return whoever holds the query code of a case."""
    nobody = User(id="", city=case.city, name=holder_name())
    city = office.cities[case.city]
    return Holder(nobody, city, (), {}, drafts=False, in_force=(), calendar="", reporter=case.reporter_id)


def log_look_up(session: Session, number: str, case: Case | None) -> None:
    """Note that somebody asked, so that guessing shows."""
    log_operation(
        session,
        Operation(
            city=case.city if case else UNKNOWN, at=clock.now(), action="look_up",
            outcome="done" if case else "refused", subject=_bare(number), case_id=case.id if case else None,
        ),
    )  # fmt: skip


def _bare(number: str) -> str:
    return half_width(number).upper()[:40]
