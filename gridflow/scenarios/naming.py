"""What is said of a scenario and its refusals in the words of its city."""

import re

from gridflow.cases.naming import Naming
from gridflow.errors import GridflowError
from gridflow.forms import Form, FormInvalid
from gridflow.scenarios.reading import ScenarioStep

_CELL = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


def step_words(naming: Naming, step: ScenarioStep) -> str:
    """Return who does what."""
    who = naming.person(step.who)
    if step.kind == "start":
        return f"{who} 发起“{naming.procedure(step.slug)}”"
    return " ".join(part for part in (who, naming.element(step.target)) if part)


def words(error: GridflowError, form: Form | None = None) -> str:
    """Return what a person would read: the message, and for a form the messages beside its fields."""
    if isinstance(error, FormInvalid):
        return "；".join(f"{labelled(form, field)}：{'、'.join(messages)}" for field, messages in error.errors.items())
    return error.message


def labelled(form: Form | None, name: str) -> str:
    """Return what a form calls a field by its posted name, cells of a repeated group by their row."""
    labels = {field.key: field.label for field in form.fields} if form else {}
    cell = _CELL.fullmatch(name)
    if form is None or cell is None:
        return labels.get(name) or name
    columns = {inner.key: inner.label for field in form.fields if field.key == cell[1] for inner in field.components}
    return f"{labels.get(cell[1]) or cell[1]}第 {int(cell[2]) + 1} 行的{columns.get(cell[3]) or cell[3]}"
