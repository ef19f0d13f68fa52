"""What can be wrong with a form, or with what was typed into it."""

from collections.abc import Mapping

from gridflow.errors import GridflowError


class FormError(GridflowError):
    """The base of every error of the forms."""


class FormRefused(FormError):
    """A form file uses something outside the subset, or contradicts itself.

    `field` is the key (or label) of the field, None for the form as a whole; `problem` leaves its name out.
    """

    def __init__(self, problem: str, field: str | None = None) -> None:
        super().__init__(f"表单栏“{field}”：{problem}" if field else f"表单：{problem}")
        self.field = field
        self.problem = problem


class FormBroken(FormError):
    """A form asks for something the running system cannot give: an unknown source, a bound of the wrong type."""


class FormInvalid(FormError):
    """What was submitted cannot be accepted.

    `errors` are messages by posted name; those under "" concern the form as a whole.
    """

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(f"有 {len(errors)} 处需要修改，请按提示改正后再提交，已填内容都还在。")
        self.errors = errors
