"""Decision tables: which rules hit, and what the hit policy makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.compiling.tests import Test, compile_tests
from gridflow.feel.errors import DecisionError
from gridflow.feel.functions.lists import maximum, minimum, total
from gridflow.feel.nodes import Node
from gridflow.feel.running import Run, Table
from gridflow.feel.types import Type
from gridflow.feel.values import CHINESE, Failure, Value, chinese_kind, equal

POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATORS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True, slots=True)
class InputNode(Node):
    """One input column; `allowed` is its list of lawful values."""

    label: str
    value: Node
    type: Type | None
    allowed: nodes.Tests | None


@dataclass(frozen=True, slots=True)
class OutputNode(Node):
    """One output column; `ranks` lists its values, the most important first."""

    name: str
    ranks: tuple[Node, ...]
    default: Node | None


@dataclass(frozen=True, slots=True)
class RuleNode(Node):
    """One rule."""

    id: str
    annotation: str
    tests: tuple[nodes.Tests, ...]
    outputs: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TableNode(Node):
    """A whole table."""

    name: str
    policy: str
    aggregator: str
    inputs: tuple[InputNode, ...]
    outputs: tuple[OutputNode, ...]
    rules: tuple[RuleNode, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    number: int
    id: str
    annotation: str
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Closure, ...]


@dataclass(frozen=True, slots=True)
class _Input:
    label: str
    value: Closure
    type: Type | None
    allowed: Test | None


class _Compiled:
    """A table ready to run."""

    def __init__(self, node: TableNode, scope: Scope) -> None:
        self.node = node
        inner = Scope(scope, ("?",))
        slot = inner.slots["?"]
        self.inputs = tuple(
            _Input(
                column.label,
                compile_node(column.value, scope),
                column.type,
                compile_tests(column.allowed, inner, slot) if column.allowed else None,
            )
            for column in node.inputs
        )
        self.rules = tuple(_rule(number, rule, inner, slot) for number, rule in enumerate(node.rules, 1))
        self.cells = len(self.inputs) + sum(1 + len(rule.tests) for rule in self.rules)
        self.ranks = tuple(tuple(compile_node(rank, scope) for rank in column.ranks) for column in node.outputs)
        self.defaults = tuple(compile_node(c.default, scope) if c.default else None for c in node.outputs)
        self.names = tuple(column.name for column in node.outputs)
        self.settle = _POLICY[node.policy]

    def __call__(self, run: Run) -> Value:
        values = [self.read(run, column) for column in self.inputs]
        hits = self.hits(run, values)
        run.trace.append(
            Table(
                {column.label: value for column, value in zip(self.inputs, values, strict=True)},
                tuple((rule.number, rule.id, rule.annotation) for rule in hits),
            )
        )
        if not hits:
            return self.nothing(run)
        return self.settle(self, run, hits)

    def read(self, run: Run, column: _Input) -> Value:
        """Evaluate one input and check it against its type and its lawful values."""
        value = column.value(run)
        if value is None:
            return None
        if column.type is not None and not column.type.accepts(run, value):
            fitted = column.type.fit(run, value)
            if fitted is None:
                wanted = CHINESE.get(column.type.name, column.type.name)
                raise self.error(f"输入“{column.label}”应当是{wanted}，却是{chinese_kind(value)}")
            value = fitted
        if column.allowed and column.allowed(run, value) is not True:
            raise self.error(f"输入“{column.label}”的值不在规定的取值之内")
        return value

    def hits(self, run: Run, values: list[Value]) -> list[_Rule]:
        """Find the rules that hit, only the first where no other matters."""
        run.charge(self.cells)
        found: list[_Rule] = []
        first = self.node.policy == "FIRST"
        for rule in self.rules:
            for index, test in rule.tests:
                if test(run, values[index]) is not True:
                    break
            else:
                found.append(rule)
                if first:
                    break
        return found

    @property
    def lists(self) -> bool:
        """Whether the table gives a list of results."""
        policy = self.node.policy
        return policy in ("RULE ORDER", "OUTPUT ORDER") or (policy == "COLLECT" and not self.node.aggregator)

    def nothing(self, run: Run) -> Value:
        """Give the default, or nothing, where no rule hits."""
        if any(self.defaults):
            values = [default(run) if default else None for default in self.defaults]
            found = self.shape(values)
            return [found] if self.lists else found
        if self.node.aggregator == "COUNT":
            return Decimal(0)
        return [] if self.lists else None

    def shape(self, values: list[Value]) -> Value:
        """Give one value for one column, a context for several."""
        return values[0] if len(values) == 1 else dict(zip(self.names, values, strict=True))

    def result(self, run: Run, rule: _Rule) -> Value:
        """Evaluate the outputs of a rule."""
        return self.shape([output(run) for output in rule.outputs])

    def by_rank(self, run: Run, hits: list[_Rule]) -> list[Value]:
        """Evaluate the outputs of rules and sort them by the order of the listed values."""
        rows = [[output(run) for output in rule.outputs] for rule in hits]
        ranks = [[rank(run) for rank in column] for column in self.ranks]
        run.pay_for(rows)
        run.charge(len(rows) * sum(map(len, ranks)))
        if not any(ranks):
            raise self.error("按优先级取值的表必须列出输出值的先后")
        rows.sort(key=lambda row: [self.rank(listed, value) for listed, value in zip(ranks, row, strict=True)])
        return [self.shape(row) for row in rows]

    def rank(self, listed: list[Value], value: Value) -> int:
        """Give the place of a value in the list of a column."""
        if not listed:
            return 0
        for place, known in enumerate(listed):
            if equal(known, value) is True:
                return place
        raise self.error("有一个输出值不在列出的取值之内")

    def error(self, reason: str) -> DecisionError:
        """Make an error that names the table."""
        return DecisionError(f"决策表“{self.node.name}”：{reason}。")


def _rule(number: int, rule: RuleNode, scope: Scope, slot: int) -> _Rule:
    tests = tuple((index, compile_tests(test, scope, slot)) for index, test in enumerate(rule.tests) if test.tests)
    outputs = tuple(compile_node(output, scope) for output in rule.outputs)
    return _Rule(number, rule.id, rule.annotation, tests, outputs)


def _numbers(hits: list[_Rule]) -> str:
    return "、".join(str(rule.number) for rule in hits)


def _unique(table: _Compiled, run: Run, hits: list[_Rule]) -> Value:
    if len(hits) > 1:
        raise table.error(f"只能有一条规则命中，第 {_numbers(hits)} 条同时命中了")
    return table.result(run, hits[0])


def _any(table: _Compiled, run: Run, hits: list[_Rule]) -> Value:
    first, *others = results = [table.result(run, rule) for rule in hits]
    run.pay_for(results)
    if any(equal(first, other) is not True for other in others):
        raise table.error(f"第 {_numbers(hits)} 条规则同时命中，结果却不相同")
    return first


def _first(table: _Compiled, run: Run, hits: list[_Rule]) -> Value:
    return table.result(run, hits[0])


def _priority(table: _Compiled, run: Run, hits: list[_Rule]) -> Value:
    return table.by_rank(run, hits)[0]


def _rule_order(table: _Compiled, run: Run, hits: list[_Rule]) -> Value:
    return [table.result(run, rule) for rule in hits]


def _collect(table: _Compiled, run: Run, hits: list[_Rule]) -> Value:
    values = _rule_order(table, run, hits)
    aggregator = table.node.aggregator
    if not aggregator:
        return values
    if aggregator == "COUNT":
        return Decimal(len(values))
    try:
        return {"SUM": total, "MIN": minimum, "MAX": maximum}[aggregator](run, values)
    except Failure as failure:
        raise table.error(f"结果不能汇总：{failure}") from failure


_POLICY: dict[str, Callable[[_Compiled, Run, list[_Rule]], Value]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": lambda table, run, hits: table.by_rank(run, hits),
    "COLLECT": _collect,
}


@compiles(TableNode)
def _table(node: TableNode, scope: Scope) -> Closure:
    return _Compiled(node, scope)


def table_of(closure: Closure | None) -> TableNode | None:
    """Return the table a closure runs; None where it runs something else."""
    return closure.node if isinstance(closure, _Compiled) else None
