"""What carries a duty out, in words and with the procedure it is found in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gridflow.cases.papers import document_title
from gridflow.catalogue import City
from gridflow.catalogue.ledgers import Ledger
from gridflow.catalogue.obligations import Carrier, Kind, Obligation
from gridflow.engine.definitions import Parsed
from gridflow.formats import gettext as _

PAGES: Mapping[str, Callable[[], str]] = {
    "api.receive": lambda: _("接收其他系统消息的接口"),
    "cases.places": lambda: _("各网格应答和任务"),
    "cases.reveal": lambda: _("查看个人信息并留下记录"),
    "figures.show": lambda: _("统计"),
    "grids.index": lambda: _("网格"),
    "grids.due": lambda: _("待调整的网格"),
    "grids.load": lambda: _("人员负荷"),
    "grids.show": lambda: _("网格人员和沿革"),
    "grids.vacancies": lambda: _("人员空缺"),
    "public_grids.show_public": lambda: _("公开页面"),
    "matters.index": lambda: _("事项清单"),
    "matters.show": lambda: _("清单事项"),
    "norms.show_norms": lambda: _("规范文件"),
    "operations.operations": lambda: _("操作日志"),
    "operations.record": lambda: _("审计核验"),
    "reports.mine": lambda: _("我的上报"),
    "reports.query": lambda: _("凭查询码查询"),
    "reports.start": lambda: _("上报"),
    "units.show": lambda: _("岗位和联系方式"),
}
"""What the pages that carry a duty are called."""
REGISTERS: Mapping[str, Callable[[], str]] = {
    "audit_entry": lambda: _("案件记录"),
    "duty_sheet": lambda: _("事项责任单"),
    "guidance_request": lambda: _("指导请求"),
    "matter_edition": lambda: _("清单公布记录"),
    "norm": lambda: _("规范文件库"),
    "off_list_demand": lambda: _("清单外要求登记"),
    "contact": lambda: _("单位联系方式登记"),
    "credential": lambda: _("工作证登记"),
    "grid": lambda: _("网格登记"),
    "grid_count": lambda: _("网格户数登记"),
    "grid_due": lambda: _("待调整网格名单"),
    "limit": lambda: _("时限登记"),
    "matter": lambda: _("事项清单"),
    "operation_entry": lambda: _("操作日志"),
    "post": lambda: _("岗位登记"),
    "unit": lambda: _("单位登记"),
    "vault_item": lambda: _("加密另存的个人信息"),
    "working_calendar": lambda: _("工作日历"),
}
"""What the registers that carry a duty are called."""
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
