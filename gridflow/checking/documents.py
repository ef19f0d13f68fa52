"""Check document templates: what they name has to be there when the document is set."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import TemplateSyntaxError, meta, nodes

from gridflow.bpmn import Finding, Knowledge
from gridflow.cases.printed import PRINTED, ROWS
from gridflow.catalogue import Bundle
from gridflow.catalogue.bundle import TEMPLATES
from gridflow.checking.findings import Found, broken
from gridflow.checking.knowledge import everything
from gridflow.documents.errors import TemplateBroken
from gridflow.documents.templating import check, environment
from gridflow.forms import Field, Form

RULE = "document-unknown-name"
REMEDY = "请从可用名称里选；真的可能没有的，先用 is defined 判断，表单字段用 is filled 判断。"
ASKS = frozenset({"defined", "given"})
"""Tests that make a name one that need not be there."""
KEPT = 500


@dataclass(frozen=True, slots=True)
class Part:
    """What one file of the templates says by itself, whatever document it is a part of."""

    given: frozenset[str]
    """What it gives a name to."""
    asked: frozenset[str]
    """What it asks about before it is used."""
    names: tuple[tuple[str, int], ...]
    """What it uses and does not give itself, each with its line."""
    entries: tuple[tuple[str, int], ...]
    """What it uses of what is printed that has no such entry, each with its line."""


def unknown_names(bundle: Bundle, knowledge: Knowledge) -> Iterator[Found]:
    """Find what the documents of a procedure name and nothing gives, in every file they are made of."""
    keys, said = known_keys(bundle, knowledge), set[Found]()
    mentioned = _mentioned(bundle)
    for name, path in bundle.documents.items():
        own = path.startswith(f"{TEMPLATES}/{bundle.slug}/")
        if name in mentioned:
            for found in of_document(bundle.templates, path, keys if own else None):
                if found not in said:
                    said.add(found)
                    yield found


def in_file(bundle: Bundle, path: str, knowledge: Knowledge) -> Iterator[Finding]:
    """Find what one file of the templates names and nothing gives, read as a part of a document it belongs to."""
    document = document_with(bundle, path)
    own = path.startswith(f"{TEMPLATES}/{bundle.slug}/")
    if document:
        found = of_document(bundle.templates, document, known_keys(bundle, knowledge) if own else None)
        yield from (one.finding for one in found if one.file == path)


def document_with(bundle: Bundle, path: str) -> str | None:
    """Return the document a template file is, or the first of those that take it in; None where none does."""
    paths = list(bundle.documents.values())
    return path if path in paths else next((one for one in paths if path in made_of(bundle.templates, one)), None)


def known_keys(bundle: Bundle, knowledge: Knowledge) -> frozenset[str] | None:
    """Return every key a document of a procedure may ask for; None where other procedures hand it values unknown here.

    Fields count wherever they stand, even in a group that repeats.
    """
    if knowledge.names is None:
        return None
    fields = (field for content in bundle.forms.values() for field in Form.read(content).components)
    return frozenset(everything(knowledge)) | {field.key for one in fields for field in _every(one) if field.key}


def of_document(files: Mapping[str, str], path: str, keys: frozenset[str] | None) -> Iterator[Found]:
    """Find what one document names and nothing gives; `keys` are those of form fields, None for any."""
    made = made_of(files, path)
    wrong = [found for each in made or [path] for found in _broken(files, each)]
    if wrong:
        yield from wrong
        return
    parts = {each: _part(files[each]) for each in made}
    given = PRINTED.keys() | {name for part in parts.values() for name in part.given}
    asked = {name for part in parts.values() for name in part.asked}
    for each, part in parts.items():
        yield from (_found(each, name, line) for name, line in part.names if name not in given | asked)
        yield from (_found(each, name, line) for name, line in part.entries if name not in asked)
    if keys is not None:
        tree = _tree(files[path])
        filled = keys | _filled(tree)
        yield from (_found(path, key, line) for key, line in _fields(tree) if key not in filled)


def _broken(files: Mapping[str, str], path: str) -> Iterator[Found]:
    """Find what keeps one file from being a template at all."""
    try:
        check(files, path)
    except TemplateBroken as error:
        yield Found(path, broken(error.message, line=error.line))


def made_of(files: Mapping[str, str], path: str) -> list[str]:
    """Return a document's file and every file it takes in, so far as they are named in so many words."""
    found, waiting = dict[str, None](), [path]
    while waiting:
        one = waiting.pop()
        here = one if one in files else f"{TEMPLATES}/{one}"
        if here in found or here not in files:
            continue
        found[here] = None
        if here.endswith(".html"):
            waiting += [name for name in meta.find_referenced_templates(_tree(files[here])) if name]
    return list(found)


def _mentioned(bundle: Bundle) -> set[str]:
    """Return every word of diagrams and tables: a document that is none of them is for another city's edition."""
    drawn = (content for path, content in bundle.files.items() if path.endswith((".bpmn", ".dmn")))
    return {word for content in drawn for word in _words(content)}


@lru_cache(maxsize=KEPT)
def _words(content: bytes) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z_]\w+", content.decode()))


@lru_cache(maxsize=KEPT)
def _tree(text: str) -> nodes.Template:
    try:
        return environment({}).parse(text)
    except (TemplateSyntaxError, RecursionError):  # told as what keeps it from being a template
        return nodes.Template([])


@lru_cache(maxsize=KEPT)
def _part(text: str) -> Part:
    tree = _tree(text)
    undeclared = meta.find_undeclared_variables(tree)
    loaded = (node for node in tree.find_all(nodes.Name) if node.ctx == "load" and node.name in undeclared)
    names = tuple((node.name, node.lineno) for node in loaded)
    return Part(frozenset(_set_in(tree)), frozenset(_asked(tree)), names, tuple(_entries(tree)))


def _set_in(tree: nodes.Template) -> Iterator[str]:
    """Yield what a file gives a name to: it may be one that another file reads."""
    yield from (node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param"))
    yield from (macro.name for macro in tree.find_all(nodes.Macro))
    for taken in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in taken.names)
    yield from (taken.target for taken in tree.find_all(nodes.Import))


def _asked(tree: nodes.Template) -> Iterator[str]:
    """Yield the names a file asks about before it uses them: `letter`, `case.village`."""
    for test in tree.find_all(nodes.Test):
        if test.name in ASKS and (name := _dotted(test.node)):
            yield name


def _entries(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Yield the entries that what is printed has not: of the case, the city, the document, and of rows of lists."""
    for node in tree.find_all(nodes.Getattr):
        root = node.node.name if isinstance(node.node, nodes.Name) else ""
        if PRINTED.get(root) and node.attr not in {*PRINTED[root], "get"}:
            yield f"{root}.{node.attr}", node.lineno
    for loop in tree.find_all(nodes.For):
        listed = loop.iter.name if isinstance(loop.iter, nodes.Name) else ""
        if listed in ROWS and isinstance(loop.target, nodes.Name):
            yield from _of_rows(loop, loop.target.name, ROWS[listed])


def _of_rows(loop: nodes.For, row: str, entries: frozenset[str]) -> Iterator[tuple[str, int]]:
    for part in loop.body:
        for node in part.find_all(nodes.Getattr):
            inside = isinstance(node.node, nodes.Name) and node.node.name == row
            if inside and node.attr not in {*entries, "get", "items", "keys"}:
                yield f"{row}.{node.attr}", node.lineno


def _fields(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Yield the keys a file prints: "key" | field, values.key, values.get("key")."""
    for one in tree.find_all(nodes.Filter):
        if one.name == "field" and isinstance(one.node, nodes.Const):
            yield str(one.node.value), one.lineno
    for entry in tree.find_all(nodes.Getattr):
        if _dotted(entry.node) == "values" and entry.attr != "get":
            yield entry.attr, entry.lineno
    for call in tree.find_all(nodes.Call):
        if _dotted(call.node) == "values.get" and call.args and isinstance(call.args[0], nodes.Const):
            yield str(call.args[0].value), call.lineno


def _filled(tree: nodes.Template) -> set[str]:
    """Return the keys a file asks about: "key" is filled, values.get("key") is given."""
    tests = [(test.name, test.node) for test in tree.find_all(nodes.Test)]
    asked = [node for name, node in tests if name == "filled"]
    asked += [node.args[0] for name, node in tests if name in ASKS and isinstance(node, nodes.Call) and node.args]
    return {str(node.value) for node in asked if isinstance(node, nodes.Const)}


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        above = _dotted(node.node)
        return f"{above}.{node.attr}" if above else ""
    return ""


def _every(field: Field) -> Iterator[Field]:
    yield field
    for one in field.components:
        yield from _every(one)


def _found(path: str, name: str, line: int) -> Found:
    message = f"第 {line} 行的名称 {name} 没有定义，这里印不出内容。"
    return Found(path, Finding(RULE, "error", name, "", message, REMEDY, line))
