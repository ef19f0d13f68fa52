"""Reading the fields of a form file, one function a kind."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from gridflow.forms.fields import SOME_OF, Field, Option, Plain
from gridflow.forms.files import TYPES, USUAL
from gridflow.forms.keys import Keys
from gridflow.forms.patterns import PATTERNS

SOURCES = (
    "handling_units",
    "matters",
    "own_matters",
    "list_items",
    "categories",
    "grids",
    "staff",
    "people",
    "places",
    "duplicates",
    "authorities",
    "village_grids",
    "grid_staff",
    "grid_posts",
    "staff_sources",
    "areas",
    "area_units",
    "near_grids",
)
"""Where a `valuesKey` may take its options from."""

Reader = Callable[[Keys, Field], Field]

_LENGTHS: Mapping[str, int] = {"textfield": 200, "textarea": 2000}
_LONGEST = 20_000
_MOST_FILES = 9
_MOST_CHOICES = 100
_MOST_DIGITS = 8


def _input(keys: Keys, field: Field) -> Field:
    """Read what every field with a value has."""
    key = keys.name("key")
    if not field.label:
        keys.refuse("缺少“label”，请写明这一栏叫什么。")
    if not field.basis:
        keys.refuse("缺少依据，请在 properties.basis 写明条款代码，例如 N18-2；没有依据的栏目请删去。")
    return replace(field, key=key, readonly=keys.flag("readonly"), disabled=keys.flag("disabled"))


def _with_default(keys: Keys, field: Field, read: Callable[[object], Plain]) -> Field:
    value = keys.take("defaultValue", object, ()) if keys.has("defaultValue") else ()
    if value == ():
        return field
    if isinstance(value, str) and value.lstrip().startswith("="):
        return replace(field, default=keys.compiled(value, "defaultValue"))
    default = read(value)
    if default is None:
        keys.refuse("“defaultValue”的类型与这一栏不符，请改正。")
    return replace(field, default=default)


def _typed(keys: Keys, field: Field) -> Field:
    field = _with_default(keys, _input(keys, field), _text)
    rules = keys.keys("validate")
    pattern = rules.text("pattern", "") or rules.text("validationType", "")
    if pattern and (pattern not in PATTERNS or field.kind != "textfield"):
        keys.refuse(f"单行文字的格式只能用 {'、'.join(PATTERNS)}，不能写正则表达式，请改用其中之一。")
    field = replace(
        field,
        required=rules.flag("required"),
        min_length=rules.count("minLength", 0),
        max_length=rules.count("maxLength", _LENGTHS[field.kind]),
        pattern=pattern,
    )
    rules.done()
    if not field.min_length <= field.max_length <= _LONGEST:
        keys.refuse(f"字数应满足 minLength ≤ maxLength ≤ {_LONGEST}。")
    return field


def _number(keys: Keys, field: Field) -> Field:
    field = _with_default(keys, _input(keys, field), _decimal)
    digits = keys.count("decimalDigits", _MOST_DIGITS + 1)
    rules = keys.keys("validate")
    field = replace(
        field,
        required=rules.flag("required"),
        min=rules.number("min"),
        max=rules.number("max"),
        decimals=digits if digits <= _MOST_DIGITS else None,
        step=keys.number("increment"),
    )
    rules.done()
    if field.min is not None and field.max is not None and field.min > field.max:
        keys.refuse("“min”大于“max”，请对调。")
    return field


def _datetime(keys: Keys, field: Field) -> Field:
    subtype = keys.text("subtype", "date")
    if subtype not in ("date", "time", "datetime"):
        keys.refuse("“subtype”应是 date、time 或 datetime。")
    label = keys.text("timeLabel" if subtype == "time" else "dateLabel", "")
    field = _with_default(keys, _input(keys, replace(field, label=field.label or label)), _text)
    rules = keys.keys("validate")
    required = rules.flag("required")
    rules.done()
    if keys.flag("disallowPassedDates") and subtype != "time":
        now = "today()" if subtype == "date" else "now()"
        field = replace(field, least=field.least or keys.compiled(now, "disallowPassedDates"))
    keys.skip("dateLabel", "timeLabel", "use24h", "timeInterval", "timeSerializingFormat")
    return replace(field, subtype=subtype, required=required)


def _choice(keys: Keys, field: Field) -> Field:
    several = field.kind in SOME_OF
    field = _with_default(keys, _input(keys, field), _texts if several else _text)
    keys.skip("searchable")
    source = keys.text("valuesKey", "")
    options = keys.objects("values", lambda table: _option(table, field.key))
    rules = keys.keys("validate")
    field = replace(field, required=rules.flag("required"), options=options, source=source)
    if several:
        field = replace(field, min_items=rules.count("minItems", 0), max_items=rules.count("maxItems", _MOST_CHOICES))
    rules.done()
    _check_options(keys, field)
    return field


def _check_options(keys: Keys, field: Field) -> None:
    if bool(field.options) == bool(field.source):
        keys.refuse("选项要么写在 values 里，要么用 valuesKey 指明来源，两者取一，请补上或删去一处。")
    if field.source and field.source not in SOURCES:
        keys.refuse(f"来源“{field.source}”不存在，可用的有 {'、'.join(SOURCES)}。")
    values = {option.value for option in field.options}
    if len(values) < len(field.options):
        keys.refuse("有两个选项的 value 相同，请改成不同的值。")
    default = field.default if isinstance(field.default, tuple) else (field.default,)
    if values and any(isinstance(value, str) and value not in values for value in default):
        keys.refuse("默认值不在选项里，请改成某个选项的 value。")


def _option(table: dict[str, object], place: str) -> Option:
    keys = Keys(table, place)
    option = Option(keys.text("value"), keys.text("label"))
    keys.done()
    return option


def _checkbox(keys: Keys, field: Field) -> Field:
    field = _with_default(keys, _input(keys, field), _truth)
    rules = keys.keys("validate")
    required = rules.flag("required")
    rules.done()
    return replace(field, required=required)


def _filepicker(keys: Keys, field: Field) -> Field:
    field = _input(keys, field)
    if field.class_ == "public":
        keys.refuse("文件只能是 text 或 personal 类，请改 properties.class。")
    multiple, accept = keys.flag("multiple"), keys.text("accept", "")
    wanted = [part.strip().lstrip(".").lower().replace("jpeg", "jpg") for part in accept.split(",") if part.strip()]
    if wrong := [part for part in wanted if part not in TYPES]:
        keys.refuse(f"文件类型“{wrong[0]}”不能上传，accept 可用 {'、'.join(f'.{name}' for name in TYPES)}。")
    rules = keys.keys("validate")
    field = replace(
        field,
        required=rules.flag("required"),
        min_items=rules.count("minItems", 0),
        max_items=rules.count("maxItems", _MOST_FILES) if multiple else 1,
        accept=tuple(dict.fromkeys(wanted)) or USUAL,
    )
    rules.done()
    return field


def _text(value: object) -> Plain:
    return value if isinstance(value, str) else None


def _texts(value: object) -> Plain:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _decimal(value: object) -> Plain:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _truth(value: object) -> Plain:
    return value if isinstance(value, bool) else None


INPUTS: Mapping[str, Reader] = {
    "textfield": _typed,
    "textarea": _typed,
    "number": _number,
    "datetime": _datetime,
    "select": _choice,
    "radio": _choice,
    "checklist": _choice,
    "taglist": _choice,
    "checkbox": _checkbox,
    "filepicker": _filepicker,
}
