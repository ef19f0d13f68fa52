"""Reading form-js JSON: the subset of design 7, everything else refused with the field and the remedy."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from gridflow.forms.errors import FormRefused
from gridflow.forms.fields import CLASSES, ONE_OF, SOME_OF, TYPED, Class, Field
from gridflow.forms.inputs import INPUTS, Reader
from gridflow.forms.keys import Keys

_LARGEST = 256 * 1024
_DEEPEST = 60
_ARTICLE = re.compile(r"[A-Z]\d+(-\d+)?(\(\d+\))?[a-z]?")
_MOST_ROWS = 20
_HALVED = re.compile("[\ud800-\udfff]")
"""Half a character: two that belong together are one once a file is read."""


def read_components(content: bytes) -> tuple[Field, ...]:
    """Read the components of a form file and check them against each other."""
    form = Keys(read_json(content), None)
    form.skip("id", "schemaVersion", "exporter", "executionPlatform", "executionPlatformVersion")
    if form.text("type", "default") != "default":
        form.refuse("“type”应为 default。")
    components = form.objects("components", lambda table: read_component(table, ()))
    form.done()
    _check_keys(components, set(), _all_keys(components))
    return components


def read_component(table: Mapping[str, object], basis: tuple[str, ...], *, in_list: bool = False) -> Field:
    """Read one component; `basis` is what its group gives as basis."""
    kind = table.get("type")
    place = next((str(table[name]) for name in ("key", "path", "label", "id") if table.get(name)), "（未命名）")
    keys = Keys(table, place)
    if not isinstance(kind, str) or kind not in _READERS:
        keys.refuse(f"不支持“{kind}”类型，可用的有 {'、'.join(_READERS)}。")
    if in_list and kind in ("group", "dynamiclist"):
        keys.refuse("重复组里不能再放分组或重复组，请把字段直接放在重复组里。")
    field = _READERS[kind](keys, _common(keys, kind, basis))
    keys.done()
    return field


def _common(keys: Keys, kind: str, basis: tuple[str, ...]) -> Field:
    keys.skip("type", "id", "layout")
    conditional, properties = keys.keys("conditional"), keys.keys("properties")
    field = Field(
        kind=kind,
        label=keys.text("label", ""),
        class_=_class(properties, "text" if kind in TYPED or kind == "filepicker" else "public"),
        basis=tuple(properties.text("basis", "").split()) or basis,
        unit=properties.text("unit", ""),
        help=properties.text("help", "") or keys.text("description", ""),
        autocomplete=properties.text("autocomplete", ""),
        again=properties.flag("again"),
        picture=properties.flag("picture"),
        **_bounds(properties, kind),
        hide=conditional.formula("hide"),
    )
    conditional.done()
    properties.done()
    if wrong := [code for code in field.basis if not _ARTICLE.fullmatch(code)]:
        keys.refuse(f"依据“{wrong[0]}”不是条款代码，请写成 N18-2 的样子，多个用空格分开。")
    return field


def _bounds(properties: Keys, kind: str) -> Mapping[str, Any]:
    """Read what limits a value beyond fixed rules; elsewhere these properties are left over and so refused."""
    if kind == "datetime":
        return {"least": properties.formula("earliest"), "most": properties.formula("latest")}
    if kind == "number":
        return {"least": properties.formula("least"), "most": properties.formula("most")}
    if kind not in ONE_OF | SOME_OF:
        return {}
    but = properties.formula("except")
    why_not = properties.text("reason") if but else ""
    return {"only": properties.formula("only"), "but": but, "why_not": why_not}


def _class(properties: Keys, usual: Class) -> Class:
    text = properties.text("class", usual)
    found = next((known for known in CLASSES if text == known), None)
    if found is None:
        properties.refuse("“class”应是 public（公开）、text（叙述）或 personal（个人信息）。")
    return found


def _group(keys: Keys, field: Field) -> Field:
    keys.skip("showOutline", "verticalAlignment")
    return replace(field, components=keys.objects("components", lambda table: read_component(table, field.basis)))


def _dynamiclist(keys: Keys, field: Field) -> Field:
    keys.skip("showOutline", "verticalAlignment", "allowAddRemove", "disableCollapse", "nonCollapsedItems")
    path = keys.name("path")
    components = keys.objects("components", lambda table: read_component(table, field.basis, in_list=True))
    rules = keys.keys("validate")
    field = replace(
        field,
        key=path,
        required=rules.flag("required"),
        min_items=rules.count("minItems", 0),
        max_items=rules.count("maxItems", _MOST_ROWS),
        default=Decimal(keys.count("defaultRepetitions", 1)),
        components=components,
    )
    rules.done()
    if not any(component.key for component in components):
        keys.refuse("重复组里没有字段，请至少放一个。")
    return field


def _text(keys: Keys, field: Field) -> Field:
    text = keys.text("text")
    if text.startswith("=") or "{{" in text or re.search(r"<[a-zA-Z/!]", text):
        keys.refuse("说明文字只能是纯文字，不能含表达式或 HTML 标签，请改写。")
    return replace(field, text=text)


def _separator(_: Keys, field: Field) -> Field:
    return field


_READERS: Mapping[str, Reader] = {
    **INPUTS,
    "group": _group,
    "dynamiclist": _dynamiclist,
    "text": _text,
    "separator": _separator,
}


def read_json(content: bytes) -> dict[str, object]:
    """Read the JSON of a form file; raises FormRefused for what cannot be written down again."""
    if len(content) > _LARGEST:
        raise FormRefused("文件超过 256 KB，请拆成几个表单。")
    try:
        form = json.loads(content, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_repeats)
        halved = _HALVED.search(json.dumps(form, ensure_ascii=False, default=str))
    except (ValueError, RecursionError) as problem:
        raise FormRefused(f"不是有效的 JSON（{problem}），请用表单设计器重新保存。") from problem
    if halved:
        raise FormRefused("文字里有半个字符（以 \\ud8 至 \\udf 开头的转义），存不下也显示不出。请删去后重新保存。")
    if _depth(form) > _DEEPEST:
        raise FormRefused(f"分组套得太深，文件最多 {_DEEPEST} 层，请减少分组。")
    if not isinstance(form, dict):
        raise FormRefused("文件应是一个 JSON 对象，请用表单设计器重新保存。")
    return form


def _depth(value: object) -> int:
    """Count how deep lists and objects lie in one another, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        waiting += [(each, depth + 1) for each in inner]
        deepest = max(deepest, depth)
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} 不是数字")


def _no_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError(f"同一处有重复的键，见 {_HALVED.sub('�', '、'.join(name for name, _ in pairs))}")
    return table


def _all_keys(components: Iterable[Field]) -> set[str]:
    inner = (_all_keys(field.components) for field in components if not field.key)
    return {field.key for field in components if field.key}.union(*inner)


def _check_keys(components: Iterable[Field], seen: set[str], known: set[str]) -> None:
    """Refuse a key used twice, and an expression that asks for a field further down: it has no value yet."""
    for field in components:
        for formula in field.formulas:
            if later := formula.expression.names & known - seen:
                raise FormRefused(f"表达式用到了后面的栏“{min(later)}”，请把那一栏移到前面。", field.key or field.label)
        if field.key in seen:
            raise FormRefused("“key”与另一栏相同，请改名。", field.key)
        if field.key:
            seen.add(field.key)
            _check_keys(field.components, set(), _all_keys(field.components))
        else:
            _check_keys(field.components, seen, known)
