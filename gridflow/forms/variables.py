"""What a form writes into the workflow: each variable with its FEEL type, `Any` where that is not certain."""

from collections.abc import Mapping

from gridflow.forms.fields import Field
from gridflow.forms.form import Form

ANY = "Any"
_KINDS = {
    "number": "number",
    "checkbox": "boolean",
    "select": "string",
    "radio": "string",
    "textfield": "string",
    "textarea": "string",
    "checklist": "list",
    "taglist": "list",
    "dynamiclist": "list",
}
_DATES = {"date": "date", "time": "time", "datetime": "date and time"}


def variables(form: Form) -> Mapping[str, str]:
    """Return the variables a form writes, with their types; fields kept in the vault write none."""
    return {field.key: type_of(field) for field in form.fields if writes(field)}


def writes(field: Field) -> bool:
    """Tell whether a field writes a variable."""
    return field.class_ == "public" or field.kind == "dynamiclist"


def type_of(field: Field) -> str:
    """Return the FEEL type of what a field writes."""
    return _DATES.get(field.subtype, ANY) if field.kind == "datetime" else _KINDS.get(field.kind, ANY)
