"""A form as it was read: frozen fields in document order."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from gridflow.feel import Expression

Class = Literal["public", "text", "personal"]
"""Where a value lives: in the workflow, or in the vault as typed text or as personal data."""

CLASSES: tuple[Class, ...] = get_args(Class)
TYPED = frozenset({"textfield", "textarea"})
ONE_OF = frozenset({"select", "radio"})
SOME_OF = frozenset({"checklist", "taglist"})
SHOWN_ONLY = frozenset({"text", "separator"})


GROUPED = " · "
"""Between the group of an option and its own name in a label: 市政设施 · 路灯损坏."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    label: str
    of: str = ""
    """What it belongs to, for fields that offer only some: the category of a matter, the tier of a unit."""
    count: int = 0
    """How many things it stands for, so that a page can say how many are chosen; 0 where nobody counts."""

    @property
    def name(self) -> str:
        """The label without its group."""
        return self.label.rpartition(GROUPED)[2]


@dataclass(frozen=True, slots=True)
class Formula:
    """A FEEL expression with its text, for the browser."""

    text: str
    expression: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One component of a form. What a kind has no use for is None or empty."""

    kind: str
    key: str = ""
    """Empty for text, separator and group."""
    label: str = ""
    text: str = ""
    """The words of a text component."""
    class_: Class = "public"
    basis: tuple[str, ...] = ()
    """Article codes, of every city."""
    unit: str = ""
    help: str = ""
    autocomplete: str = ""
    again: bool = False
    """Whether it begins with what was handed in under its key before; a list begins with all its rows."""
    picture: bool = False
    """Whether its value, which nobody may type, is an SVG drawing to be shown as such."""
    hide: Formula | None = None
    default: "Formula | Plain" = None
    readonly: bool = False
    disabled: bool = False
    required: bool = False
    min: Decimal | None = None
    max: Decimal | None = None
    decimals: int | None = None
    """Digits behind the point; 0 gives an int, None any number of them."""
    step: Decimal | None = None
    min_length: int = 0
    max_length: int = 0
    """In characters."""
    pattern: str = ""
    """Name of a pattern in `patterns`."""
    subtype: str = ""
    """Of a datetime: date, time or datetime."""
    least: Formula | None = None
    most: Formula | None = None
    """Bounds of a number or a datetime, worked out when it is filled; null sets none."""
    options: tuple[Option, ...] = ()
    source: str = ""
    """Where the options come from when they are not in the file."""
    only: Formula | None = None
    """What an option must belong to, one value or several; null offers every one."""
    but: Formula | None = None
    """Values that may not be chosen, one or several."""
    why_not: str = ""
    """Why they may not, in words."""
    accept: tuple[str, ...] = ()
    """Extensions a filepicker takes."""
    min_items: int = 0
    max_items: int = 0
    """Of choices, files or rows."""
    components: tuple["Field", ...] = ()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Everything this field works out."""
        found = (self.hide, self.default, self.least, self.most, self.only, self.but)
        return tuple(each for each in found if isinstance(each, Formula))


Plain = str | bool | Decimal | tuple[str, ...] | None
