"""What renaming a field or variable changes in a whole procedure, and what keeps it from being renamed."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from gridflow.bpmn import Knowledge, Node
from gridflow.bpmn.linting.people import is_offer
from gridflow.bpmn.linting.vocabulary import ACTIONS
from gridflow.catalogue import Bundle
from gridflow.checking import check_bundle
from gridflow.checking.kept import checked
from gridflow.checking.knowledge import everything
from gridflow.feel.renaming import Renaming
from gridflow.forms import Form
from gridflow.forms.keys import RESERVED
from gridflow.workbench.editing.knowing import diagrams
from gridflow.workbench.errors import WorkbenchError
from gridflow.workbench.renaming.drawn import in_diagram, in_table
from gridflow.workbench.renaming.filled import in_form, in_rows, in_template, macros_of, rows_in_template
from gridflow.workbench.renaming.places import Place, Rewritten
from gridflow.workbench.renaming.played import Filling, in_example
from gridflow.workbench.revising.revisions import changed

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
KNOWN = frozenset(
    {
        "grid_code", "category", "matter_code", "matter_name", "urgency", "level", "final_level", "dup_of",
        "about_case", "place_unit", "source_channel", "description", "location_text", "geo_point", "step",
    }
)  # fmt: skip
"""Names the program itself asks for: under another one it would not find them."""
KNOWN_COLUMNS = frozenset(
    {
        "grid_name", "grid_type", "keeps_code", "share", "households", "population", "units_count", "extent",
        "managing_unit", "staff_grid", "staff_post", "staff_person", "staff_source", "case_number", "to_grid",
    }
)  # fmt: skip
"""The same of columns: what actions read in the rows they are handed."""
MANIFEST = "procedure.toml"
NO_EXAMPLES: Mapping[str, bytes] = MappingProxyType({})
Writers = Mapping[str, Callable[[bytes], Rewritten]]
"""What returns the content of a file as it is afterwards, by the kind of file; the others stay as they are."""


class NameRefused(WorkbenchError):
    """A name cannot be given or taken away; the message says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a renaming would change."""

    contents: Mapping[str, bytes]
    """The files that differ, by path."""
    places: Sequence[tuple[str, Place]]
    """With the path of their file."""
    problems: Sequence[str]
    """What the check finds that it did not find before."""


def plan(bundle: Bundle, told: Knowledge, old: str, new: str, examples: Mapping[str, bytes] = NO_EXAMPLES) -> Plan:
    """Return everything that changes when a field or variable is called otherwise; raises NameRefused.

    A column of a repeated group is `group.column`, its new name only that of the column. `examples` are the worked
    examples that count for the procedure, by path.
    """
    group, _, column = old.rpartition(".")
    writers = _for_column(bundle, told, group, column, new) if group else _for_name(bundle, told, old, new)
    contents: dict[str, bytes] = {}
    places: list[tuple[str, Place]] = []
    for path, content in bundle.files.items():
        file = PurePosixPath(path)
        write = writers.get(file.name if file.name == MANIFEST else file.suffix)
        if write is None:
            continue
        written, found = write(content)
        places += [(path, place) for place in found]
        if written != content:
            contents[path] = written
    if not places:
        raise NameRefused(f"流程里没有叫 {old} 的栏或变量。请核对名称。")
    problems, filling = _new_problems(bundle, contents), _filling(bundle, old)
    for path, content in examples.items():
        written, found = in_example(content, filling, old, new)
        places += [(path, place) for place in found]
        if written != content:
            contents[path] = written
    return Plan(contents, places, problems)


def _for_name(bundle: Bundle, told: Knowledge, old: str, new: str) -> Writers:
    """Return how files are written when a field or variable is called otherwise."""
    _refuse(_refusals(bundle, told, old, new))
    renaming, key = _meant(bundle, old, new)
    macros = macros_of(text for path, text in bundle.templates.items() if path.endswith(".html"))
    return {
        ".bpmn": lambda content: in_diagram(content, renaming),
        ".dmn": lambda content: in_table(content, renaming),
        ".json": lambda content: in_form(content, renaming, key),
        ".html": lambda content: in_template(content, renaming, macros),
        MANIFEST: lambda content: _in_manifest(content, renaming),
    }


def _for_column(bundle: Bundle, told: Knowledge, group: str, column: str, new: str) -> Writers:
    """Return how files are written when a column of a repeated group is called otherwise."""
    _refuse(_column_refusals(bundle, told, group, column, new))
    columns = Counter(key for _, key in set(_columns(bundle)))
    elsewhere = columns[column] > 1 or column in everything(told) or column in _keys(bundle)
    renaming = Renaming(column, new, variable=False, column=True, elsewhere=elsewhere)
    return {
        ".bpmn": lambda content: in_diagram(content, renaming),
        ".dmn": lambda content: in_table(content, renaming),
        ".json": lambda content: in_rows(content, group, renaming),
        ".html": lambda content: rows_in_template(content, group, renaming),
    }


def _filling(bundle: Bundle, old: str) -> Filling:
    """Tell by which steps a field or column is answered."""
    having = {name for name, content in bundle.forms.items() if old in set(_answered(Form.read(content)))}
    elements = frozenset(node.id for node in _nodes(bundle) if node.attributes.get("form", node.id) in having)
    return Filling(bundle.slug, bundle.manifest.start_form in having, elements)


def _answered(form: Form) -> Iterator[str]:
    """Yield what a form asks for: fields by key, columns as `group.column`."""
    for field in form.fields:
        yield field.key
        yield from (f"{field.key}.{inner.key}" for inner in field.components)


def _in_manifest(content: bytes, renaming: Renaming) -> Rewritten:
    """Rename the output that says why a register is looked at."""
    text = content.decode()
    found = re.sub(rf'(?m)^(why\s*=\s*"){re.escape(renaming.old)}"', rf'\g<1>{renaming.new}"', text)
    return found.encode(), [] if found == text else [Place("[watch]", "why")]


def _meant(bundle: Bundle, old: str, new: str) -> tuple[Renaming, Renaming]:
    """Tell what the name is: a variable, or an entry of what a button hands over; and what it is in its own form."""
    offers = {node.attributes.get("form", node.id): node for node in _nodes(bundle) if is_offer(node)}
    having = {name for name, content in bundle.forms.items() if any(f.key == old for f in Form.read(content).fields)}
    contexts = frozenset(
        event.variable or offers[name].id for name in having & offers.keys() for event in offers[name].events
    )
    columns = any(key == old for _, key in _columns(bundle))
    variable = bool(having - offers.keys()) or not having
    return Renaming(old, new, variable, contexts, columns), Renaming(old, new, contexts=contexts, columns=columns)


def _refuse(reasons: Iterator[str]) -> None:
    for why in reasons:
        raise NameRefused(why)


def _refusals(bundle: Bundle, told: Knowledge, old: str, new: str) -> Iterator[str]:
    yield from _unfit(old, new)
    if old in KNOWN:
        yield f"程序按 {old} 这个名称取值（例如案件列表），不能改名。"
    if any(old in action.gives for action in ACTIONS.values()):
        yield f"{old} 由动作写入，名称是固定的，不能改名。"
    if old in (told.names or ()) and not _starts(bundle, old):
        yield f"别的流程按 {old} 这个名称把值带到这里，不能只在这个流程改名。"
    nodes = {node.id for node in _nodes(bundle)}
    if old in nodes:
        yield f"{old} 也是图上一个环节或事件的编号，改名会分不清。请在图上逐处修改。"
    if new in everything(told) or new in _keys(bundle) or new in nodes:
        yield f"流程里已经有 {new}，请换一个名称。"


def _column_refusals(bundle: Bundle, told: Knowledge, group: str, column: str, new: str) -> Iterator[str]:
    yield from _unfit(column, new)
    columns = set(_columns(bundle))
    if (group, column) not in columns:
        yield f"没有重复组 {group}，或其中没有叫 {column} 的一列。请核对名称。"
    if column in KNOWN_COLUMNS:
        yield f"程序按 {column} 这个名称读重复组的每一行，不能改名。"
    if group in (told.names or ()) and not _starts(bundle, group):
        yield f"别的流程把重复组 {group} 带到这里，不能只在这个流程改它的列名。"
    if new in everything(told) or new in _keys(bundle) or new in {key for _, key in columns}:
        yield f"流程里已经有 {new}，请换一个名称。"


def _unfit(old: str, new: str) -> Iterator[str]:
    if not _NAME.fullmatch(new) or new in RESERVED:
        yield f"“{new[:60]}”不能用作名称：应以小写字母开头，由小写字母、数字和下划线组成，且不是保留字。"
    if new == old:
        yield "新名称与原来的相同，不用改。"


def _keys(bundle: Bundle) -> set[str]:
    return {field.key for content in bundle.forms.values() for field in Form.read(content).fields}


def _columns(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Yield the columns of repeated groups, each with the key of its group."""
    for content in bundle.forms.values():
        for field in Form.read(content).fields:
            yield from ((field.key, inner.key) for inner in field.components if inner.key)


def _starts(bundle: Bundle, name: str) -> bool:
    """Tell whether the start form writes a variable, so that no other procedure need hand it over."""
    form = bundle.form(bundle.manifest.start_form or "")
    return bundle.manifest.opens_by == "people" and form is not None and name in {f.key for f in Form.read(form).fields}


def _nodes(bundle: Bundle) -> Iterator[Node]:
    return (node for drawn in diagrams(bundle).values() for node in drawn.nodes.values())


def _new_problems(bundle: Bundle, contents: Mapping[str, bytes]) -> list[str]:
    """Return what the check finds after the renaming and not before: a sign that a place was missed."""
    before = {one.finding.message for one in checked(bundle)}
    after = (one.finding.message for one in check_bundle(changed(bundle, contents)))
    return list(dict.fromkeys(message for message in after if message not in before))
