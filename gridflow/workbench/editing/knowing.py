"""What a diagram, table or form may point to in a procedure, each with what people call it: for lists to pick from."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from gridflow.bpmn import Diagram, Node
from gridflow.bpmn.linting.vocabulary import ACTIONS, EVENT_KINDS
from gridflow.cases.papers import document_title
from gridflow.cases.states import LINKS, STATES
from gridflow.catalogue import Bundle
from gridflow.checking.knowledge import limits_of
from gridflow.checking.opening import decisions, diagram
from gridflow.feel import DecisionSet
from gridflow.formats import gettext as _
from gridflow.workbench.editing.verbs import OPTIONAL, verbs

Row = dict[str, object]
NAMED = frozenset({"message", "signal", "error", "escalation"})
"""Kinds of events known by a name."""


def knowledge(bundle: Bundle) -> dict[str, list[Row]]:
    """Return everything there is to pick from, by kind, in an order people can read."""
    city, drawn = bundle.city_file, diagrams(bundle)
    tables = DecisionSet.merge(map(decisions, bundle.decision_files.values()))
    steps = form_titles(bundle)
    limits = {**dict.fromkeys(sorted(limits_of(tables) or ()), ""), **bundle.manifest.limits}
    return {
        "roles": [{"code": one.code, "title": one.title} for one in city.roles.values()],
        "forms": [{"code": name, "title": steps.get(name, name)} for name in sorted(bundle.forms)],
        "articles": [
            {"code": one.code, "title": one.heading, "text": one.text} for one in city.ordinance.articles.values()
        ],
        "documents": [{"code": code, "title": title} for code, title in sorted(document_titles(bundle).items())],
        "actions": list(_actions()),
        "limits": [{"code": code, "title": title or code} for code, title in limits.items()],
        "decisions": [
            {"code": one.id, "title": one.name, "outputs": list(one.outputs) or [one.variable]}
            for one in tables.decisions.values()
        ],
        "processes": list(_processes(drawn)),
        "messages": list(_messages(drawn)),
        "states": [{"code": code, "title": title} for code, title in STATES.items()],
        "links": [{"code": code, "title": code} for code in LINKS],
    }


def diagrams(bundle: Bundle) -> Mapping[str, Diagram]:
    """Return the diagrams of a procedure by path, the main one first."""
    drawn = {path: outline for path, outline in bundle.outlines.items() if outline.processes}
    return {path: diagram(bundle.diagram(outline.processes[0])) for path, outline in drawn.items()}


def form_titles(bundle: Bundle) -> Mapping[str, str]:
    """Return what the forms are called: by the steps they belong to."""
    found = {bundle.manifest.start_form: bundle.manifest.title} if bundle.manifest.start_form else {}
    for node in _nodes(diagrams(bundle).values()):
        form = node.attributes.get("form", node.id)
        if form in bundle.forms and node.name:
            found.setdefault(form, node.name)
    return found


def document_titles(bundle: Bundle) -> Mapping[str, str]:
    """Return what the documents are called."""
    return {name: document_title(bundle.templates[path], name) for name, path in bundle.documents.items()}


def file_names(bundle: Bundle) -> dict[str, str]:
    """Return what people call the files: diagrams and tables by their names, forms by the steps they belong to."""
    found: dict[str, str] = {}
    steps: dict[str, list[str]] = {}
    for path in bundle.outlines:
        drawn = diagram(bundle.files[path])
        found[path] = _("、").join(each.name or each.id for each in drawn.processes.values())
        for node in drawn.nodes.values():
            if node.name:
                steps.setdefault(node.attributes.get("form", node.id), []).append(node.name)
    for path, content in bundle.decision_files.items():
        found[path] = _("、").join(each.name or each.id for each in decisions(content).decisions.values())
    for path in bundle.files:
        if path.startswith("forms/"):
            form = PurePosixPath(path).name.split(".")[0]
            found[path] = _("、").join(dict.fromkeys(steps.get(form, [form])))
    return found | {path: document_title(bundle.templates[path], name) for name, path in bundle.documents.items()}


def _actions() -> Iterator[Row]:
    titles = verbs()
    for code, action in ACTIONS.items():
        wanted = [{"name": name, "required": True} for name in sorted(action.needs)]
        one_of = [{"name": name, "required": False, "one_of": True} for name in sorted(action.one_of)]
        others = [name for name in OPTIONAL.get(code, ()) if name not in action.needs]
        yield {
            "code": code, "title": titles[code], "limit": action.limit, "free": action.some,
            "inputs": [*wanted, *one_of, *({"name": name, "required": False} for name in others)],
            "gives": sorted(action.gives),
        }  # fmt: skip


def _processes(drawn: Mapping[str, Diagram]) -> Iterator[Row]:
    for path, each in drawn.items():
        for process in each.processes.values():
            yield {
                "code": process.id, "title": process.name or process.id, "path": path,
                "inputs": [{"name": one, "required": one in process.required_inputs} for one in process.data_inputs],
                "outputs": list(process.data_outputs),
            }  # fmt: skip


def _messages(drawn: Mapping[str, Diagram]) -> Iterator[Row]:
    """Yield the names events are told by, each once with its kind."""
    events = (event for node in _nodes(drawn.values()) for event in node.events if event.kind in NAMED and event.name)
    named = {(event.kind, str(event.name)): event.ref for event in events}
    for (kind, name), ref in sorted(named.items()):
        yield {"code": name, "title": name, "kind": kind, "kind_title": EVENT_KINDS[kind], "id": ref}


def _nodes(drawn: Iterable[Diagram]) -> Iterator[Node]:
    return (node for each in drawn for node in each.nodes.values())
