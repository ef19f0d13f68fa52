"""What happened in a case, told in steps that people recognise."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.queries import FieldValue, Step, crowded, open_items, steps_of, versions_of
from gridflow.cases.wording import action_words
from gridflow.catalogue.ordinance import Article
from gridflow.engine.models import WorkItem
from gridflow.formats import gettext as _
from gridflow.people.queries import units_by_id


@dataclass(frozen=True, slots=True)
class Told:
    """One step of the story."""

    title: str
    at: datetime | None
    """None for what has not happened yet."""
    by: str
    note: str = ""
    values: Sequence[FieldValue] = ()
    articles: Sequence[Article] = ()
    late: bool = False
    waiting: bool = False


def told(session: Session, office: Office, case: Case, *, masked: bool) -> list[Told]:
    """Return the steps of a case, oldest first, and at the end whatever waits now."""
    few = not crowded(session, case)
    return _so_far(session, office, case, masked=masked, parts=few) + _waiting(session, office, case, parts=few)


def past(session: Session, office: Office, case: Case, *, masked: bool) -> list[Told]:
    """Return the steps of a case so far, oldest first; of many instances for one place each, none."""
    return _so_far(session, office, case, masked=masked, parts=not crowded(session, case))


def _so_far(session: Session, office: Office, case: Case, *, masked: bool, parts: bool) -> list[Told]:
    names = _element_names(session, office, case)
    return [_past(office, case, step, names) for step in steps_of(session, office, case, masked=masked, parts=parts)]


def _past(office: Office, case: Case, step: Step, names: Mapping[str, str]) -> Told:
    city = office.cities[case.city]
    return Told(
        title=_title(step, names),
        at=step.at,
        by=" ".join(filter(None, (step.actor, step.unit, step.role))),
        note=_note(step, names),
        values=step.values,
        articles=city.articles(" ".join(step.articles)),
        late=any(change.get("what") == "late" for change in step.changes.get("limits", ())),
    )


def _title(step: Step, names: Mapping[str, str]) -> str:
    word = action_words(step.action)
    if step.action == "open_case":
        return word
    if step.step or step.action in names:  # the record calls the opening of a procedure by its element
        return step.step or names[step.action]
    passed = [names[element] for element in step.elements if names.get(element)]
    if step.action in {"claim", "release", "hand_over"}:
        return f"{word}“{names.get(str(step.changes.get('element')), '')}”"
    if step.action == "remind":
        return _("：").join((word, _("时限已用 %(percent)s%%", percent=_percent(step))))
    return _("：").join(filter(None, (word, passed[0] if passed else ""))) or _("系统处理")


def _percent(step: Step) -> object:
    notes = step.changes.get("reminder")
    first = notes[0] if isinstance(notes, list) and notes else notes
    return first.get("percent", "") if isinstance(first, Mapping) else ""


def _note(step: Step, names: Mapping[str, str]) -> str:
    if reason := step.changes.get("reason"):
        return _("理由：%(reason)s", reason=reason)
    back = [names.get(str(element), "") for notes in step.changes.get("withdrawn", ()) for element in notes]
    opened = [names.get(str(note.get("element")), "") for note in step.changes.get("opened", ())]
    steps = _("、").join(dict.fromkeys(filter(None, opened)))
    taken_back = _("、").join(dict.fromkeys(filter(None, back)))
    return _("；").join(
        filter(
            None,
            (
                _("转入：%(steps)s", steps=steps) if steps else "",
                _("收回，不用再办：%(steps)s", steps=taken_back) if taken_back else "",
            ),
        )
    )


def _waiting(session: Session, office: Office, case: Case, *, parts: bool) -> list[Told]:
    items = open_items(session, case, parts=parts)
    units = units_by_id(session, case.city, [item.unit_id for item in items if item.unit_id])
    titles = {role.post: role.title for role in office.cities[case.city].roles.values()}

    def by(item: WorkItem) -> str:
        unit = units.get(item.unit_id or "")
        return " ".join(filter(None, (_("等待"), unit.name if unit else "", titles.get(item.role or "", ""))))

    return [Told(item.step, None, by(item), waiting=True) for item in items]


def _element_names(session: Session, office: Office, case: Case) -> Mapping[str, str]:
    """Return the names of everything drawn in the diagrams the case runs."""
    versions = versions_of(session, case)
    return ChainMap(*(office.engine.versions.get(session, version).names for version in versions))
