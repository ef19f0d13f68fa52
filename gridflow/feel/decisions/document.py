"""Open a DMN file safely: no DTD, no entities, no network, bounded size, a known version."""

import re
from collections.abc import Iterator

from lxml import etree

from gridflow.feel.errors import DecisionFileError
from gridflow.markup import fault

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 50_000
MAX_WORDS = 100_000
_WORD = re.compile(r"\w+|[^\w\s]")
VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
Element = etree._Element


def open_document(xml: bytes) -> Element:
    """Parse a DMN file and give its root."""
    if len(xml) > MAX_BYTES:
        raise DecisionFileError(f"决策文件超过 {MAX_BYTES // 1_000_000} MB，请拆成几个文件。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        wrong = fault(error) if isinstance(error, etree.XMLSyntaxError) else str(error)
        raise DecisionFileError(f"决策文件不是完好的 XML：{wrong}。请用决策编辑器重新保存。") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs lack it
        raise DecisionFileError("决策文件不得含有 DOCTYPE，请删去后再用。")
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in VERSIONS:
        raise DecisionFileError(
            f"这不是 DMN 1.1 至 1.5 的决策文件，根元素是 {root.tag!s:.120}。请选择决策编辑器导出的文件。"
        )
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise DecisionFileError("决策文件的元素太多，请拆成几个文件。")
    if len(_WORD.findall(" ".join(map(str, root.itertext())))) > MAX_WORDS:
        raise DecisionFileError(f"决策文件里的表达式超过 {MAX_WORDS // 10_000} 万个词，请拆成几个文件。")
    return root


def local(element: Element) -> str:
    """Give the name of an element of DMN, an empty text for any other."""
    name = etree.QName(element)
    return name.localname if name.namespace in VERSIONS else ""


def parts(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children of these names, all of DMN if none is given."""
    for child in element:
        name = local(child)
        if name and (not names or name in names):
            yield child


def part(element: Element, *names: str) -> Element | None:
    """Give the first child of these names."""
    return next(parts(element, *names), None)


def text_of(element: Element | None) -> str:
    """Give the text of an element or of its `text` child."""
    if element is None:
        return ""
    inner = part(element, "text")
    found = (element if inner is None else inner).text
    return (found or "").strip()


def reference(element: Element) -> str:
    """Give the id an element points to, with `namespace#` before it if it lies in another file."""
    own = element.getroottree().getroot().get("namespace") or ""
    return (element.get("href") or "").removeprefix(own).removeprefix("#")


def line_of(element: Element) -> int:
    """Give the line in the file, 0 if unknown."""
    line: object = element.sourceline  # the stubs of lxml give it no type
    return line if isinstance(line, int) else 0
