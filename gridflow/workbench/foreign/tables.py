"""A foreign DMN file as a draft: settings of other products are taken out and said, tables stay as they are."""

from lxml import etree

from gridflow.feel.decisions.document import local, open_document
from gridflow.workbench.foreign.drafts import Draft, code_of
from gridflow.workbench.foreign.notes import Notes, words_of
from gridflow.workbench.foreign.remarks import ASKS
from gridflow.workbench.foreign.vendors import PRODUCTS

LANGUAGES = ("expressionLanguage", "typeLanguage")


def table_draft(content: bytes, code: str = "") -> Draft:
    """Return the draft of a foreign decision file; raises DecisionFileError for what cannot be read."""
    root = open_document(content)
    notes = Notes()
    for element in list(root.iter(etree.Element)):
        _clean(element, notes)
        for name in LANGUAGES:
            language = element.get(name) or ""
            if language and "feel" not in language.lower():
                said = f"{language} {words_of(element)}"
                why = "决策表只用 FEEL，别的语言不自动翻译。"
                notes.say(ASKS, element, "别的语言写的格子", said, why, "在决策表里按原意重写，再删去语言设置。")
    decisions = [each.get("id") or "" for each in root.iter(etree.Element) if local(each) == "decision"]
    etree.cleanup_namespaces(root)
    written = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Draft(written, code or code_of(decisions[0] if decisions else "") or "imported", tuple(notes.remarks))


def _clean(element: etree._Element, notes: Notes) -> None:
    """Take out what another product says, attribute or element."""
    for key, value in list(element.attrib.items()):
        space = etree.QName(key).namespace or ""
        if space in PRODUCTS:
            del element.attrib[key]
            notes.lost(element, space, etree.QName(key).localname, str(value))
    parent, space = element.getparent(), etree.QName(element).namespace or ""
    if parent is not None and space in PRODUCTS:
        parent.remove(element)
        notes.lost(parent, space, etree.QName(element).localname, words_of(element))
