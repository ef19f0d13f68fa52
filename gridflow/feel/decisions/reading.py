"""Read a DMN file into a set of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from gridflow.feel.checking import OWN_FUNCTIONS, check_tree
from gridflow.feel.compiling import Scope, compile_node
from gridflow.feel.decisions.boxed import EXPRESSIONS, Boxes, function_of
from gridflow.feel.decisions.document import Element, line_of, local, open_document, part, parts, reference
from gridflow.feel.decisions.itemtypes import ItemTypes
from gridflow.feel.decisions.model import Decision, DecisionSet, Input, Knowledge, Requirements, Service
from gridflow.feel.decisions.table import TableNode
from gridflow.feel.errors import DecisionFault, DecisionFileError, FeelSyntaxError
from gridflow.feel.expression import checked
from gridflow.feel.naming import free_names
from gridflow.feel.nodes import Literal, Name, Node
from gridflow.feel.types import Type

T = TypeVar("T", Decision, Input, Knowledge, Service)
_NAMED = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


def read_decisions(xml: bytes, *, strict: bool = True) -> DecisionSet:
    """Read a DMN file, version 1.1 to 1.5; a decision with a fault is refused, or without `strict` when evaluated."""
    root = open_document(xml)
    if part(root, "import") is not None:
        raise DecisionFileError("决策文件引用了别的文件（import），请把用到的决策放进同一个文件。")
    found = _File(root, strict=strict).read()
    _refuse_circles(found)
    faults = tuple(_faults(root, {**found.knowledge, **found.decisions}))
    if strict and faults:
        raise DecisionFileError("\n".join(fault.message for fault in faults), faults)
    return found


def _faults(root: Element, found: Mapping[str, Decision | Knowledge]) -> Iterator[DecisionFault]:
    for element in parts(root, "decision", "businessKnowledgeModel"):
        one = found[_id(element)]
        if one.broken:
            yield DecisionFault(one.id, one.name, line_of(element), one.broken.message)


class _File:
    """One DMN file."""

    def __init__(self, root: Element, *, strict: bool) -> None:
        self.root = root
        self.strict = strict
        self.types = ItemTypes(root)
        declared = set(_names(root))
        self.names = frozenset(name for name in declared if not name.isidentifier())
        self.functions = declared | set(OWN_FUNCTIONS)

    def read(self) -> DecisionSet:
        """Read everything of the file."""
        return DecisionSet(
            _by_id("决策", (self.decision(one) for one in parts(self.root, "decision"))),
            _by_id("输入", (self.input(one) for one in parts(self.root, "inputData"))),
            _by_id("知识模型", (self.knowledge(one) for one in parts(self.root, "businessKnowledgeModel"))),
            _by_id("决策服务", (self.service(one) for one in parts(self.root, "decisionService"))),
        )

    def input(self, element: Element) -> Input:
        """Read an input."""
        return Input(_id(element), _variable(element), self.type(element))

    def type(self, element: Element) -> Type | None:
        """Give the type of an element's variable."""
        variable = part(element, "variable")
        return None if variable is None else self.types.declared(variable.get("typeRef"))

    def decision(self, element: Element) -> Decision:
        """Read a decision; a fault in its logic is kept with it."""
        logic = part(element, *EXPRESSIONS)
        basic = (_id(element), element.get("name") or _id(element), _variable(element), self.type(element))
        requires = _requirements(element)
        if logic is None:
            return Decision(*basic, requires, None, frozenset(), ())
        try:
            tree = self.checked(Boxes(self.names, self.types, f"决策“{basic[1]}”").read(logic), f"决策“{basic[1]}”")
        except (DecisionFileError, FeelSyntaxError) as error:
            return Decision(*basic, requires, None, frozenset(), (), _fault(error))
        outputs = tuple(column.name for column in tree.outputs) if isinstance(tree, TableNode) else ()
        names, listed = free_names(tree), _listed(tree) if isinstance(tree, TableNode) else {}
        return Decision(*basic, requires, compile_node(tree, Scope()), names, outputs, listed=listed)

    def checked(self, tree: Node, place: str) -> Node:
        """Refuse a tree too deep, and when strict one with unknown functions or parts that can never work."""
        checked(tree)
        if self.strict:
            for problem in check_tree(tree, {}, self.functions):
                raise DecisionFileError(f"{place}：{problem.message}")
        return tree

    def knowledge(self, element: Element) -> Knowledge:
        """Read a business knowledge model."""
        logic = part(element, "encapsulatedLogic")
        name, requires = _variable(element), _requirements(element)
        if logic is None:
            return Knowledge(_id(element), name, requires, None)
        try:
            boxes = Boxes(self.names, self.types, f"知识模型“{name}”")
            tree = self.checked(function_of(boxes, logic, self._result(element)), boxes.place)
        except (DecisionFileError, FeelSyntaxError) as error:
            return Knowledge(_id(element), name, requires, None, _fault(error))
        return Knowledge(_id(element), name, requires, compile_node(tree, Scope()))

    def _result(self, element: Element) -> Type | None:
        found = self.type(element)
        return found.of if found is not None and found.name == "function" else found

    def service(self, element: Element) -> Service:
        """Read a decision service."""
        inputs = tuple(reference(one) for one in parts(element, "inputData"))
        decisions = tuple(reference(one) for one in parts(element, "inputDecision"))
        outputs = tuple(reference(one) for one in parts(element, "outputDecision"))
        return Service(_id(element), _variable(element), self._result(element), inputs, decisions, outputs)


def _listed(table: TableNode) -> dict[str, frozenset[str]]:
    """Collect the texts of each input column whose every cell lists texts and nothing else."""
    found = {}
    for index, column in enumerate(table.inputs):
        cells = [rule.tests[index] for rule in table.rules]
        tests = [test for cell in cells for test in cell.tests]
        texts = [test.value for test in tests if isinstance(test, Literal) and isinstance(test.value, str)]
        if (
            isinstance(column.value, Name)
            and len(texts) == len(tests)
            and all(c.tests and not c.negated for c in cells)
        ):
            found[column.value.name] = frozenset(texts)
    return found


def _fault(error: DecisionFileError | FeelSyntaxError) -> DecisionFileError:
    return error if isinstance(error, DecisionFileError) else DecisionFileError(error.message)


def _id(element: Element) -> str:
    found = element.get("id") or element.get("name")
    if not found:
        raise DecisionFileError("决策文件里有一个元素既没有编号也没有名称。")
    return found


def _variable(element: Element) -> str:
    variable = part(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or _id(element)
    return " ".join(name.split())


def _names(root: Element) -> Iterable[str]:
    """Give every name declared in the file, so that names with spaces and signs are read whole."""
    for element in root.iter("{*}variable", "{*}itemComponent", "{*}column"):
        yield " ".join((element.get("name") or "").split())
    for element in parts(root, *_NAMED):
        yield " ".join((element.get("name") or "").split())


def _requirements(element: Element) -> Requirements:
    inputs: list[str] = []
    decisions: list[str] = []
    knowledge: list[str] = []
    lists = {"requiredInput": inputs, "requiredDecision": decisions, "requiredKnowledge": knowledge}
    for requirement in parts(element, "informationRequirement", "knowledgeRequirement"):
        for target in parts(requirement, *lists):
            lists[local(target)].append(reference(target))
    return Requirements(tuple(inputs), tuple(decisions), tuple(knowledge))


def _by_id(kind: str, found: Iterable[T]) -> dict[str, T]:
    by_id: dict[str, T] = {}
    for one in found:
        if one.id in by_id:
            raise DecisionFileError(f"{kind}的编号“{one.id}”出现了两次，请改掉其中一个。")
        by_id[one.id] = one
    return by_id


def _refuse_circles(found: DecisionSet) -> None:
    """Refuse decisions that require one another in a circle."""
    required = {one.id: set(one.requires.decisions) & found.decisions.keys() for one in found.decisions.values()}
    try:
        TopologicalSorter(required).prepare()
    except CycleError as error:
        circle = "、".join(found.decisions[one].name for one in dict.fromkeys(error.args[1]))
        raise DecisionFileError(f"决策{circle}相互要求，绕成了圈，请断开。") from error
