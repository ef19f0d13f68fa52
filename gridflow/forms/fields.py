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


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    label: str


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
    earliest: Formula | None = None
    latest: Formula | None = None
    options: tuple[Option, ...] = ()
    source: str = ""
    """Where the options come from when they are not in the file."""
    accept: tuple[str, ...] = ()
    """Extensions a filepicker takes."""
    min_items: int = 0
    max_items: int = 0
    """Of choices, files or rows."""
    components: tuple["Field", ...] = ()


Plain = str | bool | Decimal | tuple[str, ...] | None
