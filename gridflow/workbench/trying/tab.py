"""What stands under 试办 on the page of a revision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.people.permissions import Permission
from gridflow.workbench.models import Revision
from gridflow.workbench.trying.examples import Example, changed_examples, examples_of
from gridflow.workbench.trying.proving import EXAMPLES, HISTORY, Progress, progress
from gridflow.workbench.trying.replays import MOST, Period, period_of
from gridflow.workbench.trying.trials import Trying, trial_of


@dataclass(frozen=True, slots=True)
class TrialTab:
    """One's own trial, and the last runs."""

    trying: Trying | None
    examples: Sequence[Example]
    removed: Sequence[str]
    """Paths of the examples the revision takes out."""
    run: Progress | None
    """Of the examples."""
    past: Progress | None
    """Of cases of the past."""
    period: Period
    most: int
    """Cases of the past one run takes."""
    morning: str
    """Of today: what a trial begins with unless said."""
    watches: bool
    """Whether the viewer may look at how a case runs."""

    @property
    def results(self) -> Mapping[str, Any]:
        """What became of each example in the last run, by path."""
        return {result["of"]: result for result in self.run.run.results} if self.run else {}


def trial_tab(session: Session, office: Office, viewer: Viewer, revision: Revision) -> TrialTab:
    """Return what the tab shows."""
    return TrialTab(
        trying=trial_of(session, office, viewer, revision),
        examples=examples_of(session, office, revision),
        removed=[path for path, gone in changed_examples(session, revision) if gone],
        run=progress(session, office, revision, EXAMPLES),
        past=progress(session, office, revision, HISTORY),
        period=period_of({}),
        most=MOST,
        morning=f"{clock.today().isoformat()}T09:00",
        watches=viewer.may(Permission.INCIDENT_RETRY),
    )
