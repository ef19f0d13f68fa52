"""What whoever holds the number and the query code of a case may read of it without signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.reported import Letter, PublicStep, letters_to_reporter, public_steps

UNKNOWN = "unknown"
"""The city of a number that no case has."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case as the query code shows it: how it stands and what was answered, nobody's name and nothing typed."""

    case: Case
    steps: Sequence[PublicStep]
    letters: Sequence[Letter]


def look_up(session: Session, office: Office, number: str, code: str) -> Found | None:
    """Return the case of a number and its code, None where they do not fit together.

    Source: B16-2, N16-2, domain 2.2 step S1.
    """
    case = session.scalar(select(Case).where(Case.number == number.strip().upper()))
    if case is None or not compare_digest(case.query_code, code.strip().upper()):
        return None
    return Found(case, public_steps(session, office, case), letters_to_reporter(session, office, case))


def log_look_up(session: Session, number: str, found: Found | None) -> None:
    """Note that somebody asked, so that guessing shows."""
    log_operation(
        session,
        Operation(
            city=found.case.city if found else UNKNOWN, at=clock.now(), action="look_up",
            outcome="done" if found else "refused", subject=number[:40], case_id=found.case.id if found else None,
        ),
    )  # fmt: skip
