"""The static check of one expression."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from gridflow.feel import nodes
from gridflow.feel.checking.inference import UNKNOWN, mismatches, type_of
from gridflow.feel.cursor import Cursor
from gridflow.feel.errors import FeelError, FeelSyntaxError
from gridflow.feel.expression import checked, parse
from gridflow.feel.functions import BUILT_IN
from gridflow.feel.naming import variables
from gridflow.feel.nodes import Name, Node
from gridflow.feel.patterns import compile_pattern
from gridflow.feel.phrases import parse_tests
from gridflow.feel.temporal import parse_temporal
from gridflow.feel.values import CHINESE, Failure, Function

OWN_FUNCTIONS = ("workday_add", "workhour_add", "limit_share", "workdays_between")
_LETTERS_APART = 3
_MOST_COMPARED = 500  # names; comparing with more takes longer than the rest of the check
_PATTERNED = ("matches", "replace", "split")


class Problem(NamedTuple):
    """Something wrong with an expression; `position` counts characters from 0."""

    position: int
    message: str


def check_expression(
    text: str, names: Mapping[str, str] | None = None, functions: Collection[str] = OWN_FUNCTIONS
) -> list[Problem]:
    """Find what is wrong with an expression before it is used, in the order of the text.

    `names` gives the FEEL types of the variables by name, `Any` where unknown, `case.town` for entries; None means
    that the variables are not known and says nothing about them. `functions` names those handed in at run time.
    """
    try:
        tree = parse(text, _spelled(names))
    except FeelSyntaxError as error:
        return [Problem(error.position, error.reason + "。")]
    return sorted({*_names(tree, names, functions), *check_tree(tree, names or {}, functions)})


def check_condition(
    text: str, names: Mapping[str, str] | None = None, functions: Collection[str] = OWN_FUNCTIONS
) -> list[Problem]:
    """Find what is wrong with an expression, and whether it can only give something other than yes or no."""
    if problems := check_expression(text, names, functions):
        return problems
    tree = parse(text, _spelled(names))
    is_function = isinstance(tree, Name) and tree.name in {*BUILT_IN, *functions} - {*(names or ())}
    found = "function" if is_function else type_of(tree, names or {})
    if found in (UNKNOWN, "boolean"):
        return []
    return [Problem(tree.position, f"条件要得出是或否，这里得出的是{CHINESE[found]}。")]


def check_tests(
    text: str, names: Mapping[str, str] | None = None, functions: Collection[str] = OWN_FUNCTIONS
) -> list[Problem]:
    """Find what is wrong with the unary tests of a table cell, in the order of the text; `?` is what they test."""
    try:
        tree = checked(parse_tests(Cursor(text, _spelled(names))))
    except FeelSyntaxError as error:
        return [Problem(error.position, error.reason + "。")]
    return sorted({*_names(tree, names, functions, in_cell=True), *check_tree(tree, names or {}, functions)})


def _spelled(names: Collection[str] | None) -> list[str]:
    """Return the names the parser has to be told of, because they hold signs or spaces."""
    return [name for name in names or () if not name.isidentifier() and "." not in name]


def check_tree(tree: Node, names: Mapping[str, str], functions: Collection[str]) -> Iterator[Problem]:
    """Find wrong calls, literals and types in a tree already read; unknown variables are not looked for."""
    yield from _calls(tree, names, functions)
    yield from _literals(tree)
    for mismatch in mismatches(tree, names):
        yield Problem(*mismatch)


def _names(
    tree: Node, names: Mapping[str, str] | None, functions: Collection[str], *, in_cell: bool = False
) -> Iterator[Problem]:
    for node, in_filter in variables(tree):
        if node.name == "?":
            if not in_cell:
                yield Problem(node.position, "“?”只能用在决策表的格子里。")
        elif names is not None and not in_filter and node.name not in names and node.name not in functions:
            yield Problem(node.position, f"没有变量“{node.name}”{_instead(node.name, names)}。")


def _instead(name: str, known: Collection[str]) -> str:
    alike = [each for each in known if each[:1] == name[:1] and abs(len(each) - len(name)) <= _LETTERS_APART]
    close = get_close_matches(name, alike, 1, 0.7) if len(alike) <= _MOST_COMPARED else []
    return f"，是不是“{close[0]}”" if close else ""


def _calls(tree: Node, names: Mapping[str, str], functions: Collection[str]) -> Iterator[Problem]:
    bound = _bound(tree)
    for node, _depth in nodes.walk(tree):
        if not isinstance(node, nodes.Call) or not isinstance(node.function, nodes.Name):
            continue
        name = node.function.name
        if name in BUILT_IN:
            yield from _arguments(node, BUILT_IN[name])
        elif name not in bound and name not in functions and name not in names:
            yield Problem(node.position, f"没有函数“{name}”{_instead(name, [*BUILT_IN, *functions])}。")


def _bound(tree: Node) -> set[str]:
    """Collect every name an expression declares for itself; any of them may hold a function."""
    found: set[str] = set()
    for node, _depth in nodes.walk(tree):
        if isinstance(node, nodes.ContextOf):
            found.update(name for name, _ in node.entries)
        elif isinstance(node, nodes.FunctionOf):
            found.update(node.parameters)
        elif isinstance(node, nodes.Domain):
            found.add(node.name)
    return found


def _arguments(node: nodes.Call, function: Function) -> Iterator[Problem]:
    forms = [[part.partition(":")[0] for part in form] for form in function.signatures]
    if node.names:
        if not any(set(node.names) <= {part.rstrip("?") for part in form} for form in forms):
            expected = "或".join("、".join(part.rstrip("?") for part in form) for form in forms)
            yield Problem(node.position, f"{function.name} 没有这样的参数名，应当是 {expected}。")
        return
    least = min(sum(not part.endswith("?") for part in form) for form in forms)
    most = max(len(form) for form in forms)
    if len(node.arguments) < least or (len(node.arguments) > most and not function.open_ended):
        wanted = f"{least}" if least == most else f"{least} 到 {most}"
        yield Problem(node.position, f"{function.name} 要 {wanted} 个参数，却有 {len(node.arguments)} 个。")


def _literals(tree: Node) -> Iterator[Problem]:
    """Find at-literals and patterns that can never be read."""
    for node, _depth in nodes.walk(tree):
        try:
            if isinstance(node, nodes.Temporal):
                parse_temporal(node.text)
            elif isinstance(node, nodes.Call) and (pattern := _pattern(node)) is not None:
                compile_pattern(pattern, "")
        except Failure as failure:
            yield Problem(node.position, f"{failure}。")
        except FeelError as error:
            yield Problem(node.position, error.message)


def _pattern(node: nodes.Call) -> str | None:
    if isinstance(node.function, nodes.Name) and node.function.name in _PATTERNED and len(node.arguments) > 1:
        argument = node.arguments[1]
        if not node.names and isinstance(argument, nodes.Literal) and isinstance(argument.value, str):
            return argument.value
    return None
