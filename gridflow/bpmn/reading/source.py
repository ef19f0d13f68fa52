"""The door every file comes in by: size, encoding, no DTD, no entities, no network, bounded depth."""

from lxml import etree

from gridflow.bpmn.errors import BpmnUnreadable
from gridflow.bpmn.names import BPMN
from gridflow.bpmn.reading.elements import is_true
from gridflow.markup import fault

BOOLEANS = frozenset(
    {"isExecutable", "cancelActivity", "isInterrupting", "isSequential", "testBefore", "triggeredByEvent"}
)
MOST_BYTES = 2_000_000
MOST_ELEMENTS = 20_000
DEEPEST = 60


def parse(xml: bytes) -> etree._Element:
    """Return the root element `bpmn:definitions`, or raise BpmnUnreadable."""
    text = _text(xml)
    _refuse_doctype(text)
    root = _parsed(text)
    _measure(root)
    if root.tag != f"{{{BPMN}}}definitions":
        raise BpmnUnreadable(
            f"这不是 BPMN 流程图文件：根元素应为 bpmn:definitions，却是 {root.tag!s:.120}。请选择编辑器导出的文件。"
        )
    return root


def _text(xml: bytes) -> bytes:
    if len(xml) > MOST_BYTES:
        raise BpmnUnreadable(f"文件超过 {MOST_BYTES // 1_000_000} MB。请拆成几张流程图，用调用活动连接。")
    try:
        return xml.decode("utf-8-sig").encode()
    except UnicodeDecodeError as error:
        raise BpmnUnreadable("文件不是 UTF-8 编码。请用 UTF-8 编码另存后再试。") from error


def _refuse_doctype(text: bytes) -> None:
    """Look in the bytes, before any parser could act on a declaration."""
    for mark in (b"<!DOCTYPE", b"<!ENTITY"):
        at = text.find(mark)
        if at >= 0:
            raise BpmnUnreadable(
                f"文件含有 {mark.decode()[2:]} 声明，不予读取。请删去该声明。", text.count(b"\n", 0, at) + 1
            )


def _parsed(text: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise BpmnUnreadable(
            f"文件不是完整的 XML（{fault(error)}），无法读取。请用流程图编辑器重新导出。", line
        ) from error


def _measure(root: etree._Element) -> None:
    """Walk without recursion, so that depth and number are known before anything else looks."""
    depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > DEEPEST:
            raise BpmnUnreadable(f"元素嵌套超过 {DEEPEST} 层。请减少子流程的层数。")
        if count > MOST_ELEMENTS:
            raise BpmnUnreadable(f"文件中的元素超过 {MOST_ELEMENTS} 个。请拆成几张流程图，用调用活动连接。")


def normalise(xml: bytes) -> bytes:
    """Return the same diagram without comments and stray white space, as UTF-8.

    A line break round a lane's node reference makes the engine lose the lane, and it reads `1` as false: texts
    that are not mixed with elements and attribute values are trimmed, names get single blanks, booleans words.
    """
    root = parse(xml)
    for element in root.iter(etree.Element):
        if len(element) == 0 and element.text is not None:
            element.text = element.text.strip()
        for key, value in element.attrib.items():
            element.set(key, _tidy(str(key), str(value)))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _tidy(key: str, value: str) -> str:
    if key == "name":
        return " ".join(value.split())
    trimmed = value.strip()
    return str(is_true(trimmed, default=False)).lower() if key in BOOLEANS else trimmed
