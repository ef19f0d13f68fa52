"""The data dictionary of a procedure: every name its diagrams may use, and of what type where that is certain."""

from collections.abc import Iterable, Iterator, Mapping

from gridflow.bpmn import Diagram, Knowledge, Node
from gridflow.bpmn.linting.vocabulary import ACTIONS
from gridflow.cases.states import LINKS, OF_CASE, OF_EACH, STATES
from gridflow.catalogue import Bundle, City
from gridflow.checking import opening
from gridflow.checking.articles import in_order
from gridflow.feel import DecisionSet, check_condition, check_expression
from gridflow.forms import Form
from gridflow.forms.variables import ANY, variables

Names = frozenset[str]
Types = Mapping[str, str]
REPORTER = {"reporter_kind": "string", "reporter_role": "string"}
CASE: Types = {
    **dict.fromkeys(("slug", "number", "title", "city", "county", "town", "village", "grid", "unit"), "string"),
    **dict.fromkeys(("channel", "reporter"), "string"),
    **REPORTER,
    "opened_at": "date and time",
    "duplicates": "list",
}
"""The entries of the context `case`; a test holds them to what a running case shows."""
LIMIT: Types = {
    **dict.fromkeys(("start", "due", "first_due", "last_request_at"), "date and time"),
    "amount": "number",
    "unit": "string",
    "extensions": "number",
    "overdue": "boolean",
}
"""The entries of each limit in the context `limit`; a test holds them to what a running case shows."""
OPENING: Mapping[str, Names] = {"open_procedure": frozenset({"slug"}), "open_case": OF_CASE, "open_each": OF_EACH}
"""The verbs that open something, with the inputs that are not handed over."""


def knowledge_of(bundle: Bundle, handed: Names | None = None, slugs: Names | None = None) -> Knowledge:
    """Return what the linter has to know about a bundle.

    `handed` names the values other procedures open this one with, `slugs` the procedures that may be opened; None
    where that is not known.
    """
    city = bundle.city_file
    decisions = DecisionSet.merge(map(opening.decisions, bundle.decision_files.values()))
    diagrams = {process: opening.diagram(bundle.diagram(process)) for process in bundle.process_ids}
    limits = limits_of(decisions)
    return Knowledge(
        roles=frozenset(city.roles),
        forms={name: variables(Form.read(content)) for name, content in bundle.forms.items()},
        article=lambda code: in_order(code, [city]),
        documents=frozenset(bundle.documents),
        processes=diagrams,
        decisions={name: frozenset(one.outputs) or frozenset({name}) for name, one in decisions.decisions.items()},
        reads={name: decisions.reads(name) for name in decisions.decisions},
        limits=limits,
        names=_beginning(bundle, handed),
        contexts=_contexts(city, limits),
        choices=choices(bundle, slugs),
        check_expression=check_expression,
        check_condition=check_condition,
        called=frozenset(node.called for node in _nodes(diagrams.values(), "callActivity") if node.called),
    )


def limits_of(decisions: DecisionSet) -> Names | None:
    """Return the limits the limit table has rows for; None if there is no such table or it takes any name."""
    table = decisions.decisions.get("limit")
    return table.listed.get("step") if table else None


def everything(knowledge: Knowledge) -> Types:
    """Return every name that may stand in some variable of the bundle, and the entries of the contexts."""
    found: set[str] = {"case", "city", "limit", "matters", *REPORTER, *(knowledge.names or ())}
    for types in (knowledge.forms or {}).values():
        found |= types.keys()
    found = found.union(*(knowledge.decisions or {}).values())
    for diagram in (knowledge.processes or {}).values():
        for process in diagram.processes.values():
            found |= {*process.data_inputs, *process.data_outputs, *process.nodes}
            found = found.union(*(node.inputs for node in process.nodes.values()))
            given = (ACTIONS.get(node.attributes.get("action", "")) for node in process.nodes.values())
            found = found.union(*(action.gives for action in given if action))
    return {**dict.fromkeys(found, ANY), **knowledge.contexts}


def handed_over(diagrams: Iterable[Diagram]) -> dict[str, Names]:
    """Return the names of the values with which diagrams open other procedures, by slug."""
    found: dict[str, Names] = {}
    for node in _nodes(diagrams, "serviceTask"):
        verb = node.attributes.get("action", "")
        if verb in OPENING:
            slug, item = (node.inputs.get(name, "").strip('"') for name in ("slug", "name"))
            given = (node.inputs.keys() - OPENING[verb]) | ({item} if verb == "open_each" else set())
            found[slug] = found.get(slug, frozenset()) | given
    return found


def choices(bundle: Bundle, slugs: Names | None) -> dict[tuple[str, str], Names]:
    """Return what the texts given to actions may be."""
    found = {
        ("close_case", "state"): frozenset(STATES),
        ("open_case", "link"): frozenset(LINKS),
        ("notify", "role"): frozenset(bundle.city_file.roles),
        ("issue_document", "document"): frozenset(bundle.documents),
    }
    return found if slugs is None else {**found, **dict.fromkeys(((verb, "slug") for verb in OPENING), slugs)}


def _beginning(bundle: Bundle, handed: Names | None) -> Types | None:
    manifest = bundle.manifest
    found: dict[str, str] = {}
    if manifest.opens_by != "people":
        if handed is None:
            return None
        found |= dict.fromkeys(handed, ANY)
    if manifest.people_may_start and manifest.start_form:
        form = bundle.form(manifest.start_form)
        found |= {**REPORTER, **(variables(Form.read(form)) if form else {})}
    return found


def _contexts(city: City, limits: Names | None) -> Types:
    found = {f"case.{name}": type_ for name, type_ in CASE.items()}
    found |= dict.fromkeys((f"city.{name}" for name in ("code", "name", *city.switches)), ANY)
    for limit in limits or ():
        found |= {f"limit.{limit}": ANY, **{f"limit.{limit}.{name}": type_ for name, type_ in LIMIT.items()}}
    return found


def _nodes(diagrams: Iterable[Diagram], kind: str) -> Iterator[Node]:
    return (node for diagram in diagrams for node in diagram.nodes.values() if node.kind == kind)
