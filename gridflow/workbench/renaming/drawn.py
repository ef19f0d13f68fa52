"""Rename a variable in a diagram and in a decision file."""

from collections.abc import Mapping

from lxml import etree

from gridflow.bpmn.linting.events import is_iso
from gridflow.bpmn.linting.people import is_reckoned
from gridflow.bpmn.linting.vocabulary import EXPRESSIONS
from gridflow.bpmn.names import BPMN, GRIDFLOW, SPIFF
from gridflow.feel.renaming import Renaming
from gridflow.workbench.renaming.places import Pen, Rewritten

Element = etree._Element
_IN_TEXT: Mapping[str, str] = {
    "conditionExpression": "条件", "condition": "条件", "timeDate": "定时", "timeDuration": "定时", "timeCycle": "定时",
    "loopCardinality": "份数", "completionCondition": "循环条件", "loopCondition": "循环条件",
}  # fmt: skip
_NAMES: Mapping[str, str] = {"loopDataInputRef": "逐项办理的列表", "loopDataOutputRef": "逐项办理的结果"}
_ITEMS: Mapping[str, str] = {"inputDataItem": "逐项办理的一项", "outputDataItem": "逐项办理的一项结果"}
_DATA: Mapping[str, str] = {"dataInput": "输入", "dataOutput": "输出"}
_CELLS: Mapping[str, tuple[str, bool]] = {
    "inputExpression": ("输入列", False), "inputValues": ("输入列的取值", True), "inputEntry": ("输入格", True),
    "outputValues": ("输出列的取值", True), "defaultOutputEntry": ("默认输出", False), "outputEntry": ("输出格", False),
    "literalExpression": ("表达式", False),
}  # fmt: skip

_SINGLE, _DOUBLE = b"<?xml version='1.0' encoding='UTF-8'?>", b'<?xml version="1.0" encoding="UTF-8"?>'


def in_diagram(content: bytes, renaming: Renaming) -> Rewritten:
    """Return a diagram with a variable renamed."""
    root, pen = _opened(content), Pen(renaming)
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace == BPMN:
            _standard(element, name.localname, pen)
        elif name.namespace == SPIFF:
            _spiff(element, name.localname, pen)
        elif name.namespace == GRIDFLOW and name.localname == "input":
            _input(element, pen)
        _attributes(element, pen)
    return _written(root, content, pen)


def in_table(content: bytes, renaming: Renaming) -> Rewritten:
    """Return a decision file with a variable renamed."""
    root, pen = _opened(content), Pen(renaming)
    for element in root.iter(etree.Element):
        tag = etree.QName(element).localname
        if tag in _CELLS:
            what, unary = _CELLS[tag]
            texts = [child for child in element if etree.QName(child).localname == "text"]
            for text in texts:
                text.text = pen.expression(text.text or "", f"{_cell(element)}的{what}", unary=unary)
        elif tag == "output" or tag == "variable" or tag == "inputData":
            _set(element, "name", pen.name(element.get("name", ""), f"{_cell(element)}的名称"))
    return _written(root, content, pen)


def _standard(element: Element, tag: str, pen: Pen) -> None:
    if tag in _IN_TEXT and element.text and not (tag.startswith("time") and is_iso(element.text.strip())):
        element.text = pen.expression(element.text, f"{_thing(element)}的{_IN_TEXT[tag]}")
    elif tag in _NAMES and element.text:
        element.text = pen.name(element.text, f"{_thing(element)}的{_NAMES[tag]}")
    elif tag in _ITEMS:
        known = element.get("name") or element.get("id") or ""
        _set(element, "name", pen.name(known, f"{_thing(element)}的{_ITEMS[tag]}"), known)
    elif tag in _DATA:
        _set(element, "name", pen.name(element.get("name", ""), f"{_thing(element)}的{_DATA[tag]}"))


def _spiff(element: Element, tag: str, pen: Pen) -> None:
    if tag == "messagePayload" and element.text:
        element.text = pen.expression(element.text, f"{_thing(element)}的消息内容")
    elif tag == "messageVariable" and element.text:
        element.text = pen.name(element.text, f"{_thing(element)}的消息变量")


def _input(element: Element, pen: Pen) -> None:
    owner, name = _owner(element), element.get("name", "")
    if value := element.get("value"):
        _set(element, "value", pen.expression(value, f"{_thing(element)}的参数 {name}"))
    if owner is not None and owner.get(f"{{{GRIDFLOW}}}action") == "set_values":
        _set(element, "name", pen.name(name, f"{_thing(element)}写入的变量"))


def _attributes(element: Element, pen: Pen) -> None:
    for name in (*EXPRESSIONS, "role"):
        key = f"{{{GRIDFLOW}}}{name}"
        value = element.get(key)
        if value and (name != "role" or is_reckoned(value)):
            _set(element, key, pen.expression(value, f"{_thing(element)}的属性 {name}"))


def _set(element: Element, name: str, value: str, known: str | None = None) -> None:
    if value != (element.get(name, "") if known is None else known):
        element.set(name, value)


def _owner(element: Element) -> Element | None:
    """Return the step, flow or lane an element belongs to."""
    extensions = element.getparent()
    return None if extensions is None else extensions.getparent()


def _thing(element: Element) -> str:
    """Say what an element belongs to, by the innermost thing with an id of its own that is drawn."""
    drawn = [one for one in (element, *element.iterancestors()) if one.get("id") and not _is_part(one)]
    named = drawn[0] if drawn else element
    name, ident = (named.get("name") or "").replace("\n", ""), named.get("id") or ""
    return f"“{name}”（{ident}）" if name else ident


def _is_part(element: Element) -> bool:
    tag = etree.QName(element).localname
    return tag in {*_IN_TEXT, *_NAMES, *_ITEMS, *_DATA} or tag.endswith(("EventDefinition", "LoopCharacteristics"))


def _cell(element: Element) -> str:
    """Say where a cell stands: the decision, and the row as people count it."""
    above = list(element.iterancestors())
    decision = next((one for one in (element, *above) if etree.QName(one).localname in ("decision", "inputData")), None)
    name = "" if decision is None else decision.get("name") or decision.get("id") or ""
    rule = next((one for one in above if etree.QName(one).localname == "rule"), None)
    siblings = [] if rule is None or (table := rule.getparent()) is None else list(table.iterchildren("{*}rule"))
    row = "" if rule is None else f"第 {siblings.index(rule) + 1} 行"
    return f"“{name}”{row}"


def _opened(content: bytes) -> Element:
    """Parse a file that was accepted before; comments stay."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _written(root: Element, content: bytes, pen: Pen) -> Rewritten:
    """Return the file as editors write it, or as it was where nothing is changed."""
    if not any(place.sure for place in pen.places):
        return content, pen.places
    written: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    return written.replace(_SINGLE, _DOUBLE, 1) + b"\n", pen.places
