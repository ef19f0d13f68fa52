"""A case tried on a revision, act by act. The sandbox carries it out; what was done and where it stands is kept here.

Each person has one trial of a revision. Nothing of it is a case: it leaves no trace but its own row.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.clock import SHANGHAI
from gridflow.db import table
from gridflow.engine.models import Definition
from gridflow.forms import FieldView, Option
from gridflow.workbench.errors import TrialRefused
from gridflow.workbench.models import Revision, Trial
from gridflow.workbench.revising.revisions import bundle_of
from gridflow.workbench.trying.examples import examples_of, new_path, save_example
from gridflow.workbench.trying.sandbox import bundle_called, carried_out, tidy

MOST_STEPS = 100
BEGINNING = 90
"""Seconds to begin: the first trial of a city makes an installation, and all steps may have to be done anew."""
_PICTURE = re.compile(r"\d{1,3}\.svg")
_INSTANTS = frozenset({"now", "at", "due"})
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Starter:
    """Somebody who may begin a case."""

    who: str
    """As a scenario calls the role."""
    form: str
    title: str
    slug: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Trying:
    """A trial with what its page shows."""

    trial: Trial
    current: bool
    """Whether the revision still is what it runs on."""

    @property
    def steps(self) -> Sequence[Raw]:
        """What was done."""
        return [with_instants(step) for step in self.trial.steps]

    @property
    def report(self) -> Raw:
        """Where it stands."""
        found: Raw = with_instants(self.trial.report)
        return found


def trial_of(session: Session, office: Office, viewer: Viewer, revision: Revision) -> Trying | None:
    """Return the viewer's trial of a revision, None where there is none."""
    trial = session.get(Trial, (revision.id, viewer.user.id))
    return None if trial is None else Trying(trial, trial.digest == bundle_of(session, office, revision).digest)


def begun(session: Session, office: Office, revision: Revision, viewer: Viewer, begins: str) -> Trial:
    """Return a new trial of a revision as it is now, not yet stored; raises TrialRefused for no instant."""
    try:
        instant = datetime.fromisoformat(begins).replace(tzinfo=SHANGHAI) if begins else clock.now()
    except ValueError:
        raise TrialRefused("请按 2026-11-24T10:00 的样子填写开始的时刻。") from None
    instant = instant.replace(second=0, microsecond=0)
    return again(session, office, revision, Trial(revision_id=revision.id, by=viewer.user.id, city=revision.city,
        begins=instant, digest="", steps=[], report={}, changed_at=clock.now()))[0]  # fmt: skip


def again(session: Session, office: Office, revision: Revision, trial: Trial) -> tuple[Trial, str]:
    """Carry the steps of a trial out anew on the revision as it is now.

    Returns the trial as it is then, not yet stored, and why it went no further, where it did not.
    """
    tidy(office)
    bundle = bundle_of(session, office, revision)
    answer = _asked(session, office, trial, bundle, {"do": "again", "seconds": BEGINNING})
    if "refused" in answer:
        raise TrialRefused(answer["refused"])
    done = trial.steps[: len(answer["steps"])]
    found = Trial(
        revision_id=trial.revision_id, by=trial.by, city=trial.city, begins=trial.begins, digest=bundle.digest,
        steps=done, report=answer["report"], changed_at=clock.now(),
    )  # fmt: skip
    return found, answer["problem"]


def keep(session: Session, trial: Trial, seen: int | None = None) -> None:
    """Store a trial in place of the one there was; `seen` is how many steps that had when this one was made of it.

    Raises TrialRefused where somebody went on in another window meanwhile.
    """
    there = session.get(Trial, (trial.revision_id, trial.by))
    if there and seen is not None and len(there.steps) != seen:
        raise TrialRefused("另一个窗口已经往下办了，这一步没有办。请刷新页面。")
    session.execute(delete(table(Trial)).where(Trial.revision_id == trial.revision_id, Trial.by == trial.by))
    session.expunge_all()
    session.add(trial)
    session.flush()


def form(session: Session, office: Office, trial: Trial, asked: Mapping[str, Any]) -> Raw:
    """Return the form of a start, a task or an offer: `called`, `fields`, `hidden` and `fitting`."""
    answer = _on_its_bundle(session, office, trial, {"do": "form", "asked": dict(asked)})
    if "refused" in answer:
        raise TrialRefused(answer["refused"])
    return answer


def act(session: Session, office: Office, trial: Trial, asked: Mapping[str, Any]) -> tuple[Trial | None, Raw]:
    """Do one thing; returns the trial as it is then, not yet stored, or None with a form that has to be corrected.

    Raises TrialRefused for what the procedure refuses.
    """
    if len(trial.steps) >= MOST_STEPS:
        raise TrialRefused(f"一次试办最多 {MOST_STEPS} 步。请存成案例，或者重新开始。")
    answer = _on_its_bundle(session, office, trial, {"do": "act", "asked": dict(asked)})
    if "fields" in answer:
        return None, answer
    if "refused" in answer:
        raise TrialRefused(answer["refused"])
    step = {"step": answer["step"], "said": answer["said"]}
    return _with(trial, [*trial.steps, step], answer["report"]), answer


def back(session: Session, office: Office, trial: Trial) -> Trial:
    """Return a trial as it was before its last step."""
    before = _with(trial, trial.steps[:-1], {})
    return _with(before, before.steps, _on_its_bundle(session, office, before, {"do": "state"})["report"])


def picture(session: Session, office: Office, trial: Trial, name: str) -> str | None:
    """Return a drawing of where a trial stands, drawn again where it is not kept any more; None for no drawing."""
    if not _PICTURE.fullmatch(name) or name not in {one["file"] for one in trial.report["drawings"]}:
        return None
    path = office.sandbox / "trials" / _folder(trial) / str(len(trial.steps)) / name
    if not path.is_file():
        _on_its_bundle(session, office, trial, {"do": "state"})
    return path.read_text() if path.is_file() else None


def recorded(session: Session, office: Office, trial: Trial, title: str) -> str:
    """Return a trial as the file of a worked example."""
    if not title.strip():
        raise TrialRefused("请用一句话写明这个案例说明什么，例如“逾期未签收转派下一级”。")
    answer = _on_its_bundle(session, office, trial, {"do": "record", "title": title.strip()[:100]})
    if "refused" in answer:
        raise TrialRefused(answer["refused"])
    return str(answer["text"])


def save_as_example(session: Session, office: Office, viewer: Viewer, revision: Revision, title: str, text: str) -> str:
    """Keep a recorded trial as an example of a revision and return its path."""
    path = new_path(revision, title, examples_of(session, office, revision))
    save_example(session, viewer, revision, path, text.encode())
    return path


def starters(session: Session, office: Office, revision: Revision, bundle: Bundle) -> list[Starter]:
    """Return who may begin a case, those of the revised procedure first: another one may lead to it."""
    others = select(Definition.in_force).where(
        Definition.city == revision.city, Definition.slug != revision.slug, Definition.in_force.is_not(None)
    )
    parsed = (office.engine.versions.get(session, str(each)) for each in session.scalars(others.order_by("slug")))
    found = []
    for each in (bundle, *(one.bundle for one in parsed)):
        manifest = each.manifest
        roles = bundle.city_file.roles
        for role in manifest.start_roles if manifest.start_form else ():
            if role in roles:
                found.append(Starter(role, str(manifest.start_form), roles[role].title, each.slug, each.title))
    return found


def with_instants(value: Any, name: str = "") -> Any:
    """Return what the sandbox told with its instants as such."""
    if isinstance(value, Mapping):
        return {key: with_instants(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [with_instants(each) for each in value]
    return datetime.fromisoformat(value) if value and name in _INSTANTS else value


def fields_of(rows: Sequence[Mapping[str, Any]]) -> tuple[FieldView, ...]:
    """Return the fields of a form as its template takes them."""
    return tuple(_field(row) for row in rows)


def _field(row: Mapping[str, Any]) -> FieldView:
    tuples = {name: tuple(row[name]) for name in ("values", "labels", "basis", "errors")}
    return FieldView(**{
        **row, **tuples,
        "options": tuple(Option(**option) for option in row["options"]),
        "offered": frozenset(row["offered"]),
        "children": fields_of(row["children"]), "template": fields_of(row["template"]),
        "rows": tuple(fields_of(cells) for cells in row["rows"]),
    })  # fmt: skip


# ------------------------------------------------------------ asking the sandbox


def _on_its_bundle(session: Session, office: Office, trial: Trial, asked: Raw) -> Raw:
    bundle = bundle_called(office, trial.digest)
    if bundle is None:
        bundle = bundle_of(session, office, session.get_one(Revision, trial.revision_id))
    if bundle.digest != trial.digest:
        raise TrialRefused("修改稿已经改过，试办用的那一稿不再保留。请按“在现在的稿上重走”。")
    return _asked(session, office, trial, bundle, asked)


def _asked(session: Session, office: Office, trial: Trial, bundle: Bundle, asked: Raw) -> Raw:
    steps = [each["step"] for each in trial.steps]
    where = {"trial": _folder(trial), "begins": trial.begins.isoformat(), "steps": steps}
    return carried_out(session, office, bundle, {**where, **asked})


def _folder(trial: Trial) -> str:
    return str(Path(f"{trial.revision_id}-{trial.by}").name)


def _with(trial: Trial, steps: list[Any], report: Raw) -> Trial:
    return Trial(
        revision_id=trial.revision_id, by=trial.by, city=trial.city, begins=trial.begins, digest=trial.digest,
        steps=steps, report=report, changed_at=clock.now(),
    )  # fmt: skip
