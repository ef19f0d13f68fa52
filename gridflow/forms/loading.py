"""From outcomes to a submission, sorted by where each value will live."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridflow.forms.errors import FormInvalid
from gridflow.forms.fields import CLASSES, SHOWN_ONLY, TYPED, Class
from gridflow.forms.files import Upload
from gridflow.forms.notices import Notice, notices
from gridflow.forms.walk import Outcome


@dataclass(frozen=True, slots=True)
class Submission:
    """The accepted values of one form.

    A visible field left blank is None; a hidden one is absent. A list of rows stands under its key in every
    class that has a column in it, row by row.
    """

    public: Mapping[str, object]
    """For the workflow."""
    text: Mapping[str, object]
    """For the vault: narrative."""
    personal: Mapping[str, object]
    """For the vault: personal data."""
    files: Mapping[str, tuple[Upload, ...]]
    """By posted name (`photos`, `log[0].photos`), types judged, names safe; none for blank fields."""
    notices: Mapping[str, list[Notice]]
    """Numbers and words noticed in narrative, by posted name."""
    hidden: frozenset[str]
    """Names of fields that were hidden."""
    dropped: tuple[str, ...]
    """Names of hidden or read-only fields for which something was posted all the same."""


def submission(outcomes: Sequence[Outcome], unknown: Sequence[str]) -> Submission:
    """Sort accepted values, or raise FormInvalid with every message."""
    every = [inner for outcome in outcomes for inner in outcome.all()]
    errors = {outcome.name: outcome.errors for outcome in every if outcome.errors}
    if unknown:
        errors[""] = [f"表单中没有“{name}”这一栏，未予接收，请刷新页面后重新填写。" for name in unknown]
    if errors:
        raise FormInvalid(errors)
    values = {class_: dict(_values(outcomes, class_)) for class_ in CLASSES}
    return Submission(
        public=values["public"],
        text=values["text"],
        personal=values["personal"],
        files={outcome.name: tuple(outcome.files) for outcome in every if outcome.files},
        notices={outcome.name: found for outcome in every if (found := _notices(outcome))},
        hidden=frozenset(outcome.name for outcome in every if outcome.hidden and outcome.field.key),
        dropped=tuple(outcome.name for outcome in every if outcome.dropped),
    )


def _values(outcomes: Sequence[Outcome], class_: Class) -> Iterator[tuple[str, object]]:
    for outcome in outcomes:
        field = outcome.field
        if outcome.hidden or field.disabled or field.kind in SHOWN_ONLY or field.kind == "filepicker":
            continue
        if field.kind == "group":
            yield from _values(outcome.children, class_)
        elif field.kind == "dynamiclist":
            if any(
                column.class_ == class_ and column.kind != "filepicker" for column in field.components if column.key
            ):
                yield field.key, [dict(_values(row, class_)) for row in outcome.rows]
        elif field.class_ == class_:
            yield field.key, outcome.value


def _notices(outcome: Outcome) -> list[Notice]:
    narrative = outcome.field.kind in TYPED and outcome.field.class_ != "personal"
    return notices(outcome.value) if narrative and isinstance(outcome.value, str) else []
