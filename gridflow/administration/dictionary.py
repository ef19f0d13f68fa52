"""The data dictionary of a version: what may be written into a variable by hand, and what is wrong with a value."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from gridflow.administration.errors import ValueUnfit
from gridflow.engine.definitions import Parsed
from gridflow.feel.running import Functions, Run
from gridflow.feel.types import named
from gridflow.feel.values import CHINESE, kind, read
from gridflow.forms import Field, Form
from gridflow.forms.variables import ANY, type_of, writes

HOW = {
    "string": '文字请加英文双引号，如 "urgent"。',
    "number": "请直接写数字，如 3。",
    "boolean": "请写 true 或 false。",
    "date": '请写作 date("2026-03-01")。',
    "time": '请写作 time("09:00:00")。',
    "date and time": '请写作 date and time("2026-03-01T09:00:00")。',
    "list": '请写成列表，如 ["a", "b"]。',
}
"""How a value of each type is written."""


@dataclass
class Entry:
    """What is known of a variable from the forms that write it."""

    types: set[str] = field(default_factory=set)
    choices: set[str] | None = field(default_factory=set)
    """The texts it may hold; None where some field takes others too."""

    def add(self, one: Field) -> None:
        """Learn from a field that writes it."""
        self.types.add(type_of(one))
        if self.choices is None or one.source or not one.options:
            self.choices = None
        else:
            self.choices |= {option.value for option in one.options}


def refuse_unfit(parsed: Parsed, present: Collection[str], values: Mapping[str, Any]) -> None:
    """Raise ValueUnfit for a name no step of the procedure knows, or a value no form would have taken.

    `present` are the variables the case already has; null always fits, it empties a variable.
    """
    entries, kept_apart = _entries(parsed)
    known = {*entries, *_drawn(parsed), *present}
    for name, value in values.items():
        if name in kept_apart - known:
            raise ValueUnfit(name, "它是保密或叙述内容，不在流程数据中。请由办理人员在自己的环节更正。")
        if name not in known:
            raise ValueUnfit(name, f"本流程的数据字典里没有这个名称。{_nearest(name, known)}")
        if name in entries and value is not None:
            _refuse_other(name, entries[name], value)


def _refuse_other(name: str, entry: Entry, value: Any) -> None:
    types = entry.types - {ANY}
    run = Run({}, Functions())
    fitting = [each for each in types if (type_ := named(each)) is not None and type_.accepts(run, read(value))]
    if entry.types == types and not fitting:
        wanted = "或".join(sorted(CHINESE[each] for each in types))
        hint = "".join(HOW.get(each, "") for each in sorted(types))
        raise ValueUnfit(name, f"应为{wanted}，填写的是{CHINESE.get(kind(read(value)), '其他类型')}。{hint}")
    chosen = value if isinstance(value, list) else [value]
    if entry.choices and not all(isinstance(each, str) and each in entry.choices for each in chosen):
        raise ValueUnfit(name, f"只能是 {'、'.join(sorted(entry.choices)[:12])} 之一。请改填其中一个。")


def _entries(parsed: Parsed) -> tuple[dict[str, Entry], set[str]]:
    """Return what forms write, and the names of what they keep in the vault."""
    found: dict[str, Entry] = {}
    kept_apart: set[str] = set()
    for content in parsed.bundle.forms.values():
        for one in Form.read(content).fields:
            if writes(one):
                found.setdefault(one.key, Entry()).add(one)
            else:
                kept_apart.add(one.key)
    return found, kept_apart


def _drawn(parsed: Parsed) -> Iterator[str]:
    """Yield what diagrams and decisions write."""
    for decision in parsed.decisions.decisions.values():
        yield from decision.outputs or (decision.id,)
    for diagram in parsed.diagrams.values():
        for process in diagram.processes.values():
            yield from (*process.data_inputs, *process.data_outputs)
            for node in process.nodes.values():
                yield from node.inputs if node.attributes.get("action") == "set_values" else ()
                yield from (event.variable or node.id for event in node.events)
                if node.loop is not None:
                    loop = (node.loop.collection, node.loop.item, node.loop.output_collection, node.loop.output_item)
                    yield from (name for name in loop if name)


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"是不是“{near[0]}”？请核对名称。" if near else "请从流程图和表单中核对名称。"
