"""Check what forms work out."""

from collections.abc import Iterable, Iterator, Mapping

from gridflow.bpmn import Finding
from gridflow.feel import check_expression
from gridflow.forms import Field, Form


def bad_formulas(form: Form, name: str, variables: Mapping[str, str]) -> Iterator[Finding]:
    """Find the wrong expressions of a form; `variables` are those of the bundle, any of which may be there."""
    fields = list(_every(form.components))
    known = {**variables, **dict.fromkeys((field.key for field in fields if field.key), "Any")}
    for field in fields:
        for formula in field.formulas:
            for problem in check_expression(formula.text, known):
                message = f"表达式“{formula.text[:60]}”第 {problem.position + 1} 个字符处：{problem.message}"
                yield Finding("form-expression", "error", field.key or name, name, message, "按提示改正表达式。")


def _every(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _every(field.components)
