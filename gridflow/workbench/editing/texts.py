"""Which texts a variable may be, where all that write it have a list: the choices of a form, the rows of a table."""

from collections.abc import Iterator, Mapping

from gridflow.bpmn import Knowledge
from gridflow.catalogue import Bundle
from gridflow.catalogue.limits import ID as LIMIT
from gridflow.checking.opening import decisions
from gridflow.feel import FeelError, compile_expression, nodes
from gridflow.feel.decisions.table import TableNode, table_of
from gridflow.forms import Field, Form
from gridflow.forms.fields import ONE_OF
from gridflow.forms.variables import writes
from gridflow.workbench.editing.dictionary import given_by
from gridflow.workbench.editing.knowing import diagrams
from gridflow.workbench.editing.tables import Sheet

Texts = frozenset[str] | None
"""None where it may be anything."""


def lawful_in(one: Sheet, bundle: Bundle, told: Knowledge) -> Mapping[str, frozenset[str]]:
    """Return the texts the inputs of a decision may be; the limit table is asked for the limits steps carry."""
    found = lawful_texts(bundle, told)
    if one.id != LIMIT:
        return found
    carried = (node.attributes.get("limit") for drawn in diagrams(bundle).values() for node in drawn.nodes.values())
    return {**found, "step": frozenset(name for name in carried if name)}


def lawful_texts(bundle: Bundle, told: Knowledge) -> Mapping[str, frozenset[str]]:
    """Return the texts of each variable that can be nothing else."""
    found: dict[str, Texts] = dict.fromkeys(_unknown(bundle, told))
    for name, texts in (*_of_forms(bundle), *_of_tables(bundle), *_of_steps(bundle)):
        known = found.get(name, frozenset())
        found[name] = None if known is None or texts is None else known | texts
    return {name: texts for name, texts in found.items() if texts}


def _unknown(bundle: Bundle, told: Knowledge) -> Iterator[str]:
    """Yield what other procedures hand over, and what actions and events bring."""
    if bundle.manifest.opens_by != "people":
        yield from told.names or ()
    for drawn in diagrams(bundle).values():
        for node in drawn.nodes.values():
            if node.attributes.get("action") != "set_values":
                yield from given_by(node)
            elif node.loop:
                yield from (name for name in (node.loop.item, node.loop.output_collection) if name)


def _of_forms(bundle: Bundle) -> Iterator[tuple[str, Texts]]:
    for content in bundle.forms.values():
        for field in Form.read(content).fields:
            if writes(field):
                yield field.key, _choices(field)


def _choices(field: Field) -> Texts:
    if field.kind not in ONE_OF or field.source or not field.options:
        return None
    return frozenset(option.value for option in field.options)


def _of_tables(bundle: Bundle) -> Iterator[tuple[str, Texts]]:
    for content in bundle.decision_files.values():
        for one in decisions(content).decisions.values():
            table = table_of(one.closure)
            if table is None:
                yield one.variable, None
                continue
            for place, column in enumerate(table.outputs):
                yield column.name or one.variable, _column(table, place)


def _column(table: TableNode, place: int) -> Texts:
    cells = [rule.outputs[place] for rule in table.rules]
    texts = [cell.value for cell in cells if isinstance(cell, nodes.Literal) and isinstance(cell.value, str)]
    return frozenset(texts) if len(texts) == len(cells) and table.outputs[place].default is None else None


def _of_steps(bundle: Bundle) -> Iterator[tuple[str, Texts]]:
    for drawn in diagrams(bundle).values():
        for node in drawn.nodes.values():
            if node.attributes.get("action") == "set_values":
                yield from ((name, _literal(text)) for name, text in node.inputs.items())


def _literal(text: str) -> Texts:
    try:
        tree = compile_expression(text).tree
    except FeelError:
        return None
    return frozenset({tree.value}) if isinstance(tree, nodes.Literal) and isinstance(tree.value, str) else None
