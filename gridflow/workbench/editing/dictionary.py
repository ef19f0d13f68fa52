"""The data dictionary of a procedure: every name an expression may use, what it is called, and where it comes from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from gridflow.bpmn import Knowledge, Node, Process
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.variables import ANY, CATCHING, PAYING, known_names
from gridflow.bpmn.linting.vocabulary import ACTIONS
from gridflow.catalogue import Bundle
from gridflow.checking.knowledge import everything
from gridflow.checking.opening import decisions
from gridflow.feel.functions import BUILT_IN
from gridflow.formats import gettext as _
from gridflow.forms import Form
from gridflow.forms.variables import type_of, writes
from gridflow.workbench.editing.knowing import diagrams, form_titles

Types = Mapping[str, str]
OWN: Mapping[str, str] = {
    "workday_add": "(date, days)",
    "workhour_add": "(date and time, hours)",
    "workdays_between": "(date, date)",
    "limit_share": "(start, due, fraction)",
}
"""What the functions of our own take."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name expressions may use."""

    name: str
    type: str
    """The FEEL type, `Any` where it is not certain."""
    label: str
    source: str
    """What writes it, in words."""


def names_at(bundle: Bundle, path: str, told: Knowledge) -> list[Known]:
    """Return the names an expression in a file may use: in a diagram those it has, elsewhere those of the bundle."""
    types = types_at(bundle, path, told) or everything(told)
    said = _said(bundle, told)
    found = [(said.get(name, Known(name, ANY, "", "")), type_) for name, type_ in types.items()]
    known = [one if type_ == ANY else replace(one, type=type_) for one, type_ in found]
    return sorted(known, key=lambda one: ("." in one.name, one.name))


def types_at(bundle: Bundle, path: str, told: Knowledge) -> Types | None:
    """Return the names and types an expression of a file may use; None where the procedure does not say."""
    suffix = PurePosixPath(path).suffix
    if suffix != ".bpmn" or path not in bundle.outlines:
        own = _own(bundle, path) if path in bundle.files else {}
        return {**everything(told), **own}
    found: dict[str, str] = {}
    for name in bundle.outlines[path].processes:
        drawn = (told.processes or {})[name]
        if name not in drawn.processes:
            return None  # it has no id yet
        known = known_names(Scope(name, drawn.processes[name], drawn, told))
        if known is None:
            return None
        found |= known
    return found


def _own(bundle: Bundle, path: str) -> Types:
    """Return the names only a file itself has: the fields of a form, the decisions and inputs of a table."""
    content, suffix = bundle.files[path], PurePosixPath(path).suffix
    if suffix == ".json":
        fields = Form.read(content).fields
        inside = (inner for field in fields for inner in field.components)
        return {one.key: type_of(one) for one in (*inside, *fields) if one.key}
    if suffix == ".dmn":
        read = decisions(content)
        named = [one.variable for one in read.decisions.values()] + [one.name for one in read.inputs.values()]
        return dict.fromkeys([*named, *(one.name for one in read.knowledge.values())], ANY)
    return {}


def _said(bundle: Bundle, told: Knowledge) -> dict[str, Known]:
    """Return every name with its words; who says it first, forms before anything else, is believed."""
    found: dict[str, Known] = {}
    for one in (*_of_contexts(bundle, told), *_of_forms(bundle), *_of_tables(bundle), *_of_diagrams(bundle)):
        found.setdefault(one.name, one)
    return found


def _of_forms(bundle: Bundle) -> Iterator[Known]:
    titles = form_titles(bundle)
    for name, content in bundle.forms.items():
        source = _("表单“%(title)s”", title=titles.get(name, name))
        for field in Form.read(content).fields:
            if writes(field):
                yield Known(field.key, type_of(field), field.label, source)


def _of_tables(bundle: Bundle) -> Iterator[Known]:
    for content in bundle.decision_files.values():
        for one in decisions(content).decisions.values():
            for name in one.outputs or (one.variable,):
                yield Known(name, ANY, one.name, _("决策表“%(title)s”", title=one.name))


def _of_diagrams(bundle: Bundle) -> Iterator[Known]:
    """Yield what is done for each of many, then what other steps write, then what processes only hand on."""
    asked = field_labels(bundle)
    processes = [process for drawn in diagrams(bundle).values() for process in drawn.processes.values()]
    nodes = [node for process in processes for node in process.nodes.values()]
    for node in nodes:
        yield from (Known(name, ANY, words, _step(node)) for name, words in loop_words(node, asked).items())
    for node in nodes:
        yield from (Known(name, ANY, node.name, _step(node)) for name in given_by(node))
    for process in processes:
        source = _("流程“%(title)s”", title=process.name or process.id)
        yield from (Known(name, ANY, "", source) for name in _declared(process))


def field_labels(bundle: Bundle) -> dict[str, str]:
    """Return what the fields of the forms ask for, by key."""
    every = (field for content in bundle.forms.values() for field in Form.read(content).fields)
    return {field.key: field.label for field in every if field.label}


def loop_words(node: Node, asked: Mapping[str, str]) -> dict[str, str]:
    """Return what the variables of a step done for each of many are called: after its list, else after the step."""
    if not node.loop:
        return {}
    each, loop = asked.get(node.loop.collection or "") or node.name or node.id, node.loop
    words = {
        loop.item: _("%(each)s（其中一项）", each=each),
        loop.output_item: _("%(each)s（一项的结果）", each=each),
        loop.output_collection: _("%(each)s（各项的结果）", each=each),
    }
    return {name: said for name, said in words.items() if name}


def given_by(node: Node) -> Iterator[str]:
    """Yield what a step writes beside its form and its table."""
    verb = node.attributes.get("action", "")
    yield from node.inputs if verb == "set_values" else sorted(ACTIONS[verb].gives) if verb in ACTIONS else ()
    if node.kind in CATCHING:
        yield from (event.variable or node.id for event in node.events if event.kind in PAYING)
    if node.loop:
        loop = node.loop
        yield from (name for name in (loop.item, loop.output_item, loop.output_collection) if name)


def _declared(process: Process) -> Iterable[str]:
    return dict.fromkeys((*process.data_inputs, *process.data_outputs))


def _step(node: Node) -> str:
    return _("环节“%(title)s”", title=node.name or node.id)


def _of_contexts(bundle: Bundle, told: Knowledge) -> Iterator[Known]:
    labels, city = _labels(), bundle.city_file
    sources = {
        "case": _("本案"),
        "city": city.name,
        "limit": _("时限"),
        "matters": _("事项清单"),
    }
    for name, source in sources.items():
        yield Known(name, "context", "", source)
    for name, type_ in told.contexts.items():
        context, _dot, entry = name.partition(".")
        label = labels.get(f"{context}.{entry.rpartition('.')[2]}", "")
        if context == "limit":
            limit = entry.partition(".")[0]
            title = bundle.manifest.limits.get(limit, limit)
            label = f"{title} · {label}" if label else title
        yield Known(name, type_, label, sources.get(context, ""))


def _labels() -> Mapping[str, str]:
    """Return what the entries of the contexts are called."""
    case = {
        "slug": _("流程代码"), "number": _("案件编号"), "title": _("案件标题"), "city": _("市的代码"),
        "county": _("区县代码"), "town": _("镇街代码"), "village": _("村居代码"), "grid": _("网格代码"),
        "unit": _("发起人所在单位的代码"), "channel": _("来源渠道"), "reporter": _("报送人的账号"),
        "reporter_kind": _("报送人是工作人员还是群众"), "reporter_role": _("报送人的角色"),
        "opened_at": _("立案时刻"), "duplicates": _("相近的案件"),
    }  # fmt: skip
    limit = {
        "start": _("起算时刻"), "due": _("到期时刻"), "first_due": _("最初的到期时刻"),
        "last_request_at": _("最近一次申请延期的时刻"), "amount": _("时限长短"), "unit": _("时限单位"),
        "extensions": _("延长次数"), "overdue": _("是否超期"),
    }  # fmt: skip
    return {
        **{f"case.{name}": words for name, words in case.items()},
        **{f"limit.{name}": words for name, words in limit.items()},
        "city.code": _("市的代码"),
        "city.name": _("市的名称"),
    }


def functions() -> list[dict[str, str]]:
    """Return the functions expressions may call, each with what it takes."""
    built_in = ((name, function.signatures) for name, function in sorted(BUILT_IN.items()))
    told = [{"name": name, "label": f"({' | '.join(map(', '.join, forms))})"} for name, forms in built_in]
    return [*({"name": name, "label": takes} for name, takes in OWN.items()), *told]
