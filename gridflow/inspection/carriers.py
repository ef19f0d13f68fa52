"""What carries a duty out, in words and with the procedure it is found in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gridflow.cases.carriers import PAGES, REGISTERS
from gridflow.cases.papers import document_title
from gridflow.catalogue import City
from gridflow.catalogue.ledgers import Ledger
from gridflow.catalogue.obligations import Carrier, Kind, Obligation
from gridflow.engine.definitions import Parsed
from gridflow.formats import gettext as _

KINDS: Mapping[Kind, Callable[[], str]] = {
    "procedure": lambda: _("流程"),
    "form": lambda: _("表单"),
    "document": lambda: _("文书"),
    "decision": lambda: _("决策"),
    "role": lambda: _("角色"),
    "switch": lambda: _("设置"),
    "matter": lambda: _("清单"),
    "ledger": lambda: _("台账"),
    "page": lambda: _("页面"),
    "register": lambda: _("登记"),
}
"""What a kind of carrier is called; steps are shown apart."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that carries a duty out."""

    kind: Kind
    label: str
    """What things of the kind are called."""
    words: str
    slug: str = ""
    """The procedure or ledger to open for it; empty where it is in none."""


def things_of(one: Obligation, city: City, procedures: Sequence[Parsed], ledgers: Sequence[Ledger]) -> list[Thing]:
    """Return what carries a duty out, without the steps: they are shown with all the steps of the paragraph."""
    titles = {ledger.name: ledger.title for ledger in ledgers}
    found = (
        Thing("ledger", KINDS["ledger"](), titles[each.name], each.name)
        if each.kind == "ledger"
        else _thing(each, city, procedures)
        for each in one.carriers if each.kind != "step"
    )  # fmt: skip
    return list(dict.fromkeys(found))


def _thing(carrier: Carrier, city: City, procedures: Sequence[Parsed]) -> Thing:
    if find := _IN_PROCEDURES.get(carrier.kind):
        found = ((each.bundle.slug, find(each, carrier.name)) for each in procedures)
        slug, words = next((each for each in found if each[1]), ("", carrier.name))
    else:
        slug, words = "", _known(carrier, city)
    return Thing(carrier.kind, KINDS[carrier.kind](), words, slug)


def _known(carrier: Carrier, city: City) -> str:
    """Return what the city file or the application calls a carrier; a page or register without words, its bare name."""
    if carrier.kind == "role":
        return city.roles[carrier.name].title
    if carrier.kind == "matter":
        return _("依据%(article)s的事项", article=city.article(carrier.name).heading)
    if carrier.kind == "switch":
        return _("本市的设置")
    words = (PAGES if carrier.kind == "page" else REGISTERS).get(carrier.name)
    return words() if words else carrier.name


def _procedure(parsed: Parsed, name: str) -> str:
    return parsed.bundle.title if parsed.bundle.slug == name else ""


def _form(parsed: Parsed, name: str) -> str:
    """Return the step a form is filled in at; the form that opens a case has none."""
    if name not in parsed.bundle.forms:
        return ""
    nodes = (node for diagram in parsed.diagrams.values() for node in diagram.nodes.values())
    return next((node.name for node in nodes if node.attributes.get("form", node.id) == name), parsed.bundle.title)


def _document(parsed: Parsed, name: str) -> str:
    path = parsed.bundle.document(name)
    return document_title(parsed.bundle.templates[path], name) if path else ""


def _decision(parsed: Parsed, name: str) -> str:
    found = parsed.decisions.decisions.get(name)
    return (found.name or name) if found else ""


_IN_PROCEDURES: Mapping[Kind, Callable[[Parsed, str], str]] = {
    "procedure": _procedure, "form": _form, "document": _document, "decision": _decision,
}  # fmt: skip
