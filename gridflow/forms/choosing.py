"""Which options of a field may be chosen as things stand, and why one may not."""

from collections.abc import Sequence

from gridflow.forms.fields import Field, Option

MOST_NAMED = 8
"""Options named in a message; more would not be read."""


def several(value: object) -> Sequence[object]:
    """Return the values of a list, or the one that stands alone; none for null."""
    if isinstance(value, list | tuple):
        return value
    return () if value is None else (value,)


def narrowed(options: Sequence[Option], only: object, but: object) -> Sequence[Option]:
    """Leave out what belongs elsewhere and what may not be chosen; null narrows nothing."""
    if only is None and but is None:
        return options
    belongs, unwanted = several(only), several(but)
    return [one for one in options if (only is None or one.of in belongs) and one.value not in unwanted]


def refusal(field: Field, choice: str, known: Sequence[Option], offered: Sequence[Option], but: object) -> str:
    """Say why a choice is refused; known are the options the page lists, offered those that fit what stands above."""
    labels = {option.value: option.name for option in known}
    if choice in several(but):
        return f"不能选“{labels.get(choice, choice)}”：{field.why_not}"
    if choice not in labels:
        return "所选的项不在可选范围内，请重新选择。"
    right = "、".join(option.name for option in offered[:MOST_NAMED])
    remedy = f"可以选：{right}{'等' if len(offered) > MOST_NAMED else ''}。" if right else "请留空，或改选前面的栏。"
    return f"“{labels[choice]}”与前面所选的不符，{remedy}"
