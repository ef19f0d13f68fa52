"""Turn the boxed expressions of a DMN file into the tree of one expression."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from gridflow.feel import nodes
from gridflow.feel.cursor import Cursor
from gridflow.feel.decisions.document import Element, local, part, parts, text_of
from gridflow.feel.decisions.itemtypes import ItemTypes
from gridflow.feel.decisions.table import AGGREGATORS, POLICIES, InputNode, OutputNode, RuleNode, TableNode
from gridflow.feel.errors import DecisionFileError, FeelSyntaxError
from gridflow.feel.expression import parse
from gridflow.feel.nodes import Node
from gridflow.feel.phrases import parse_tests
from gridflow.feel.types import Type

EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "invocation", "functionDefinition", "list", "relation",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip
_NULL = nodes.Literal(0, None)


@dataclass(frozen=True, slots=True)
class Boxes:
    """Read boxed expressions with the names and types of their file; `place` says where, for messages."""

    names: Collection[str]
    types: ItemTypes
    place: str

    def inside(self, element: Element, *roles: str) -> Node:
        """Read the expression inside an element, or inside its child of this role."""
        holder = part(element, *roles) if roles else element
        found = part(holder, *EXPRESSIONS) if holder is not None else None
        if found is None:
            raise self.error(f"“{roles[0] if roles else local(element)}”里没有表达式")
        return self.read(found)

    def read(self, element: Element) -> Node:
        """Read one boxed expression."""
        node = _READERS[local(element)](self, element)
        wanted = self.types.declared(element.get("typeRef"))
        return node if wanted is None or isinstance(node, TableNode) else nodes.Fitted(node.position, node, wanted)

    def text(self, element: Element | None, what: str) -> Node:
        """Read the text of an element as an expression; no text is null."""
        text = text_of(element)
        if not text:
            return _NULL
        try:
            return parse(text, self.names, self.types)
        except FeelSyntaxError as error:
            raise self.error(f"{what}“{text[:60]}”写错了：{error.message}") from error

    def tests(self, element: Element | None, what: str) -> nodes.Tests:
        """Read the text of an element as unary tests."""
        text = text_of(element)
        try:
            return parse_tests(Cursor(text, self.names, self.types))
        except FeelSyntaxError as error:
            raise self.error(f"{what}“{text[:60]}”写错了：{error.message}") from error

    def error(self, reason: str) -> DecisionFileError:
        """Make an error that names the place."""
        return DecisionFileError(f"{self.place}：{reason}。")


def _literal(boxes: Boxes, element: Element) -> Node:
    language = element.get("expressionLanguage") or "feel"
    if "feel" not in language.lower():
        raise boxes.error(f"表达式语言“{language}”不能用，只支持 FEEL")
    if part(element, "importedValues") is not None:
        raise boxes.error("不支持引入外部的值（importedValues）")
    return boxes.text(element, "表达式")


def _context(boxes: Boxes, element: Element) -> Node:
    entries: list[tuple[str, Node]] = []
    result: Node | None = None
    for entry in parts(element, "contextEntry"):
        variable = part(entry, "variable")
        value = boxes.inside(entry)
        if variable is None:
            result = value
            continue
        wanted = boxes.types.declared(variable.get("typeRef"))
        name = " ".join((variable.get("name") or "").split())
        entries.append((name, nodes.Fitted(0, value, wanted) if wanted else value))
    return nodes.ContextOf(0, tuple(entries), result)


def _invocation(boxes: Boxes, element: Element) -> Node:
    function = boxes.inside(element)
    names: list[str] = []
    values: list[Node] = []
    for binding in parts(element, "binding"):
        parameter = part(binding, "parameter")
        if parameter is None:
            raise boxes.error("调用里有一个参数没有名称")
        value = boxes.inside(binding) if part(binding, *EXPRESSIONS) is not None else _NULL
        wanted = boxes.types.declared(parameter.get("typeRef"))
        names.append(" ".join((parameter.get("name") or "").split()))
        values.append(nodes.Fitted(0, value, wanted) if wanted else value)
    return nodes.Call(0, function, tuple(values), tuple(names))


def function_of(boxes: Boxes, element: Element, result: Type | None) -> nodes.FunctionOf:
    """Read a function definition."""
    if (element.get("kind") or "FEEL").upper() != "FEEL":
        raise boxes.error("不允许外部函数（Java、PMML），请用 FEEL 改写")
    parameters = list(parts(element, "formalParameter"))
    names = tuple(" ".join((p.get("name") or "").split()) for p in parameters)
    boxes = replace(boxes, names=frozenset((*boxes.names, *names)))
    return nodes.FunctionOf(
        0,
        names,
        tuple(boxes.types.declared(p.get("typeRef")) for p in parameters),
        boxes.inside(element),
        result,
    )


def _list(boxes: Boxes, element: Element) -> Node:
    return nodes.ListOf(0, tuple(boxes.read(item) for item in parts(element, *EXPRESSIONS)))


def _relation(boxes: Boxes, element: Element) -> Node:
    columns = [column.get("name") or "" for column in parts(element, "column")]
    rows = [[boxes.read(cell) for cell in parts(row, *EXPRESSIONS)] for row in parts(element, "row")]
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise boxes.error(f"第 {number} 行的格数与列数不符")
    return nodes.ListOf(0, tuple(nodes.ContextOf(0, tuple(zip(columns, row, strict=True))) for row in rows))


def _conditional(boxes: Boxes, element: Element) -> Node:
    return nodes.If(
        0, boxes.inside(element, "if"), boxes.inside(element, "then"), boxes.inside(element, "else"), strict=True
    )


def _filter(boxes: Boxes, element: Element) -> Node:
    return nodes.Filter(0, boxes.inside(element, "in"), boxes.inside(element, "match"), strict=True)


def _domain(boxes: Boxes, element: Element) -> nodes.Domain:
    return nodes.Domain(0, element.get("iteratorVariable") or "", boxes.inside(element, "in"), None)


def _for(boxes: Boxes, element: Element) -> Node:
    return nodes.For(0, (_domain(boxes, element),), boxes.inside(element, "return"))


def _quantified(boxes: Boxes, element: Element) -> Node:
    return nodes.Quantified(
        0, local(element) == "every", (_domain(boxes, element),), boxes.inside(element, "satisfies"), strict=True
    )


def _table(boxes: Boxes, element: Element) -> Node:
    policy = element.get("hitPolicy") or "UNIQUE"
    aggregator = element.get("aggregation") or ""
    outputs = tuple(_output(boxes, column) for column in parts(element, "output"))
    if policy not in POLICIES or (aggregator and aggregator not in AGGREGATORS):
        raise boxes.error(f"不认识的命中策略“{policy} {aggregator}”")
    if aggregator and (policy != "COLLECT" or len(outputs) != 1):
        raise boxes.error("汇总只能用于只有一列输出的 COLLECT 表")
    if not outputs:
        raise boxes.error("决策表没有输出列")
    tested = {
        at for rule in parts(element, "rule") for at, cell in enumerate(parts(rule, "inputEntry"), 1) if _asks(cell)
    }
    inputs = tuple(
        _input(boxes, column, number, asked=number in tested)
        for number, column in enumerate(parts(element, "input"), 1)
    )
    rules = tuple(
        _rule(boxes, rule, number, len(inputs), len(outputs)) for number, rule in enumerate(parts(element, "rule"), 1)
    )
    return TableNode(0, boxes.place, policy, aggregator, inputs, outputs, rules)


def _asks(cell: Element) -> bool:
    return text_of(cell) not in ("", "-")


def _input(boxes: Boxes, column: Element, number: int, *, asked: bool) -> InputNode:
    """Read a column; one the editor has just added, without variable and tests, says nothing."""
    expression, allowed = part(column, "inputExpression"), part(column, "inputValues")
    text = text_of(expression)
    if not text and asked:
        raise boxes.error(f"第 {number} 个输入列没有写明取哪个变量")
    return InputNode(
        0,
        column.get("label") or text,
        boxes.text(expression, f"第 {number} 个输入列"),
        boxes.types.declared(expression.get("typeRef") if expression is not None else None),
        boxes.tests(allowed, f"第 {number} 个输入列的取值") if text_of(allowed) else None,
    )


def _output(boxes: Boxes, column: Element) -> OutputNode:
    listed, default = part(column, "outputValues"), part(column, "defaultOutputEntry")
    ranks = boxes.tests(listed, "输出列的取值").tests if text_of(listed) else ()
    return OutputNode(
        0,
        column.get("name") or column.get("label") or "",
        ranks,
        boxes.text(default, "默认输出") if text_of(default) else None,
    )


def _rule(boxes: Boxes, rule: Element, number: int, inputs: int, outputs: int) -> RuleNode:
    cells, results = list(parts(rule, "inputEntry")), list(parts(rule, "outputEntry"))
    if len(cells) != inputs or len(results) != outputs:
        raise boxes.error(f"第 {number} 条规则的格数与列数不符")
    note = text_of(part(rule, "annotationEntry")) or text_of(part(rule, "description"))
    return RuleNode(
        0,
        rule.get("id") or "",
        note,
        tuple(boxes.tests(cell, f"第 {number} 条规则第 {at} 格") for at, cell in enumerate(cells, 1)),
        tuple(boxes.text(cell, f"第 {number} 条规则第 {at} 个输出") for at, cell in enumerate(results, 1)),
    )


_READERS: dict[str, Callable[[Boxes, Element], Node]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": lambda boxes, element: function_of(boxes, element, None),
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
