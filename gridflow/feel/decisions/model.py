"""Decisions, what they require, and how they are evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from gridflow.feel.compiling import Closure
from gridflow.feel.compiling.calls import fitted
from gridflow.feel.errors import DecisionError, DecisionFileError, FeelLimit
from gridflow.feel.running import Functions, Note, Run
from gridflow.feel.types import Type
from gridflow.feel.values import Failure, Function, Value

T = TypeVar("T")


class Hit(NamedTuple):
    """One rule that hit; `number` counts from 1."""

    decision: str
    number: int
    rule: str
    annotation: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The result of a decision: its value, the rules that hit, the inputs of its tables, why parts were null.

    `variables` is the value as variables: the columns of a table by name, else the name of the decision.
    """

    value: Value
    hits: tuple[Hit, ...]
    inputs: Mapping[str, Value]
    notes: tuple[Note, ...]
    variables: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Requirements:
    """The ids of what a decision or a piece of knowledge uses."""

    inputs: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """An input of the file."""

    id: str
    name: str
    type: Type | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `closure` is None where it has no logic, `outputs` names the columns of its table.

    `listed` gives the texts the rules of its table ask for, by the text of the input, where no rule asks for more.
    """

    id: str
    name: str
    variable: str
    type: Type | None
    requires: Requirements
    closure: Closure | None
    names: frozenset[str]
    outputs: tuple[str, ...]
    broken: DecisionFileError | None = None
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One business knowledge model; `closure` makes its function."""

    id: str
    name: str
    requires: Requirements
    closure: Closure | None
    broken: DecisionFileError | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One decision service; its parameters are its input data, then its input decisions."""

    id: str
    name: str
    type: Type | None
    inputs: tuple[str, ...]
    decisions: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionSet:
    """The decisions of one or several files by id."""

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)

    @classmethod
    def merge(cls, sets: Iterable[DecisionSet]) -> DecisionSet:
        """Join sets; an id that occurs twice is refused."""
        found = list(sets)
        inputs = {one: known for part in found for one, known in part.inputs.items()}
        return cls(
            _joined("决策", (part.decisions for part in found)),
            inputs,
            _joined("知识模型", (part.knowledge for part in found)),
            _joined("决策服务", (part.services for part in found)),
        )

    def decision(self, decision_id: str) -> Decision:
        """Find a decision by its id."""
        try:
            return self.decisions[decision_id]
        except KeyError:
            raise DecisionError(f"没有决策“{decision_id}”。") from None

    def reads(self, decision_id: str) -> frozenset[str]:
        """Name the variables a decision needs from outside, with those of the decisions it requires."""
        found: set[str] = set()
        for decision in self._required(decision_id):
            requires = decision.requires
            given = {self.decisions[one].variable for one in requires.decisions if one in self.decisions}
            given |= {self.knowledge[one].name for one in requires.knowledge if one in self.knowledge}
            given |= {self.services[one].name for one in requires.knowledge if one in self.services}
            found |= decision.names - given
        return frozenset(found)

    def _required(self, decision_id: str) -> Iterator[Decision]:
        waiting, seen = [decision_id], set[str]()
        while waiting:
            one = waiting.pop()
            if one in self.decisions and one not in seen:
                seen.add(one)
                yield self.decisions[one]
                waiting.extend(self.decisions[one].requires.decisions)

    def evaluate(
        self,
        decision_id: str,
        scope: Mapping[str, object],
        functions: Functions = Functions(),
    ) -> Decided:
        """Evaluate a decision and, before it, those it requires."""
        decision = self.decision(decision_id)
        evaluation = Evaluation(self, Run(scope, functions))
        try:
            value = evaluation.decide(decision_id)
        except RecursionError as error:
            raise FeelLimit("表达式套得太深，已停止。") from error
        return Decided(
            value,
            tuple(evaluation.hits),
            evaluation.inputs,
            tuple(evaluation.run.notes),
            value if len(decision.outputs) > 1 and isinstance(value, dict) else {_name(decision): value},
        )


def _joined(kind: str, maps: Iterable[Mapping[str, T]]) -> dict[str, T]:
    joined: dict[str, T] = {}
    for one in maps:
        for twice in joined.keys() & one.keys():
            raise DecisionFileError(f"{kind}的编号“{twice}”出现了两次，请改掉其中一个。")
        joined.update(one)
    return joined


def _name(decision: Decision) -> str:
    return decision.outputs[0] if len(decision.outputs) == 1 and decision.outputs[0] else decision.variable


class Evaluation:
    """One evaluation of a set: results by decision id."""

    def __init__(self, decisions: DecisionSet, run: Run) -> None:
        self.set = decisions
        self.run = run
        self.results: dict[str, Value] = {}
        self.hits: list[Hit] = []
        self.inputs: dict[str, Value] = {}
        self.functions: dict[str, Function] = {}

    def decide(self, decision_id: str) -> Value:
        """Give the value of a decision, evaluating it once."""
        if decision_id not in self.results:
            self.results[decision_id] = self.evaluate(self.set.decision(decision_id))
        return self.results[decision_id]

    def evaluate(self, decision: Decision) -> Value:
        """Evaluate one decision in the scope of what it requires."""
        if decision.broken:
            raise decision.broken
        if decision.closure is None:
            raise DecisionError(f"决策“{decision.name}”没有写明怎样决定。")
        run = self.run.nested(self.scope(decision.requires))
        run.trace = []
        value = decision.closure(run)
        self.run.left = run.left
        self.record(decision, run)
        if decision.type is None or value is None:
            return value
        found = decision.type.fit(self.run, value)
        return self.run.fail(0, f"决策“{decision.name}”的结果类型不对") if found is None else found

    def record(self, decision: Decision, run: Run) -> None:
        """Take over the trace of the tables, or the variables read by an expression."""
        for table in run.trace:
            self.inputs.update(table.inputs)
            self.hits.extend(Hit(decision.id, *rule) for rule in table.rules)
        if not run.trace:
            self.inputs.update({name: run.read(run.scope.get(name)) for name in decision.names if name in run.scope})

    def scope(self, requires: Requirements) -> Mapping[str, object]:
        """Lay what is required over the variables given."""
        if not (requires.inputs or requires.decisions or requires.knowledge):
            return self.run.scope
        scope: dict[str, object] = dict(self.run.scope)
        for input_id in requires.inputs:
            self.give_input(scope, input_id)
        for decision_id in requires.decisions:
            scope[self.set.decision(decision_id).variable] = self.decide(decision_id)
        for knowledge_id in requires.knowledge:
            function = self.function(knowledge_id)
            scope[function.name] = function
        return scope

    def give_input(self, scope: dict[str, object], input_id: str) -> None:
        """Make a typed input fit its type; one that does not is null."""
        known = self.set.inputs.get(input_id)
        if known is None or known.type is None or known.name not in scope:
            return
        value = self.run.read(scope[known.name])
        found = known.type.fit(self.run, value)
        if found is None and value is not None:
            self.run.fail(0, f"输入“{known.name}”的类型不对")
        scope[known.name] = found

    def function(self, knowledge_id: str) -> Function:
        """Give a knowledge model or decision service as a function, made once."""
        if knowledge_id not in self.functions:
            service = self.set.services.get(knowledge_id)
            self.functions[knowledge_id] = self.service(service) if service else self.model(knowledge_id)
        return self.functions[knowledge_id]

    def model(self, knowledge_id: str) -> Function:
        """Make the function of a knowledge model."""
        knowledge = self.set.knowledge.get(knowledge_id)
        if knowledge is None:
            raise DecisionError(f"没有知识模型“{knowledge_id}”。")
        if knowledge.broken:
            raise knowledge.broken
        if knowledge.closure is None:
            raise DecisionError(f"知识模型“{knowledge.name}”没有内容。")
        scope: dict[str, object] = {}
        for required in knowledge.requires.knowledge:
            if required != knowledge_id:
                function = self.function(required)
                scope[function.name] = function
        made: Function = knowledge.closure(self.run.nested(scope))
        named = Function(knowledge.name, made.parameters, made.call)
        scope[knowledge.name] = named
        return named

    def service(self, service: Service) -> Function:
        """Make the function of a decision service."""
        inputs = [self.set.inputs[input_id] for input_id in service.inputs if input_id in self.set.inputs]
        decisions = [self.set.decision(decision_id) for decision_id in service.decisions]
        parameters = tuple(one.name for one in inputs) + tuple(one.variable for one in decisions)
        types = [one.type for one in inputs] + [one.type for one in decisions]

        def call(run: Run, values: Sequence[Value]) -> Value:
            if len(values) != len(parameters):
                raise Failure("参数个数不对")
            given = [fitted(run, wanted, value) for wanted, value in zip(types, values, strict=True)]
            run.enter()
            inner = Evaluation(self.set, run.nested(dict(zip(parameters, given, strict=True))))
            inner.hits, inner.inputs = self.hits, self.inputs
            inner.results = dict(zip(service.decisions, given[len(inputs) :], strict=True))
            found = {self.set.decision(one).variable: inner.decide(one) for one in service.outputs}
            run.left = inner.run.left
            run.leave()
            return fitted(run, service.type, next(iter(found.values())) if len(found) == 1 else found)

        return Function(service.name, parameters, call)
