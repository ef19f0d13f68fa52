"""How values read on a page."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import g

from gridflow import clock
from gridflow.calendars import Calendar
from gridflow.cases.due import due_words as words
from gridflow.catalogue.errors import ArticleUnknown
from gridflow.catalogue.ordinance import Article
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.forms import Option
from gridflow.people.calendars import stored_calendar
from gridflow.web.languages import SOURCE, selected

WEEKDAYS = "一二三四五六日"
KILO = 1024
GROUP = " · "
"""Between the name of a group and that of an option."""


def instant(value: datetime) -> str:
    """Return 11月22日（周日）17:30 in China's time, with the year where it is not this one."""
    local = value.astimezone(clock.SHANGHAI)
    if selected() is not SOURCE:
        return f"{day(local)} {local:%H:%M}"
    return f"{day(local)}{local:%H:%M}"


def day(value: date) -> str:
    """Return 11月22日（周日）, with the year where it is not this one."""
    other_year = value.year != clock.today().year
    if selected() is not SOURCE:
        return f"{value:%a} {value.day} {value:%b}" + (f" {value.year}" if other_year else "")
    year = f"{value.year}年" if other_year else ""
    return f"{year}{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def due_words(due: datetime, unit: str = "WD") -> str:
    """Return 剩 3 小时（工作时间） or 超期 1 个工作日 by the calendar of the viewer's city, read once a request."""
    return words(g.get("calendar") or _calendar(), clock.now(), due, unit)


def _calendar() -> Calendar:
    calendar = g.calendar = stored_calendar(db.session(), g.viewer.city.code, version=g.viewer.calendar)
    return calendar


def clock_time(value: datetime) -> str:
    """Return 17:30 in China's time."""
    return f"{value.astimezone(clock.SHANGHAI):%H:%M}"


def file_size(size: int) -> str:
    """Return a size in the unit that keeps it short."""
    if size < KILO**2:
        return f"{-(-size // KILO)} KB"
    return f"{size / KILO**2:.1f} MB"


LEVELS: Mapping[str, Callable[[], str]] = {
    "L1": lambda: _("一级（即办）"),
    "L2": lambda: _("二级（一般）"),
    "L3": lambda: _("三级（较复杂）"),
    "L4": lambda: _("四级（复杂重点）"),
    "L5": lambda: _("五级（紧急突发）"),
}
URGENCIES: Mapping[str, Callable[[], str]] = {"urgent": lambda: _("紧急"), "critical": lambda: _("特急")}
"""Made once: an inbox has fifty rows."""


def level_words(code: str) -> str:
    """Return the name of a level; pages show no codes."""
    return LEVELS[code]() if code in LEVELS else code


def urgency_words(code: str) -> str:
    """Return what is more urgent than usual, empty for the rest."""
    return URGENCIES[code]() if code in URGENCIES else ""


def state_words(code: str) -> str:
    """Return how a case stands, in words."""
    names: dict[str, Callable[[], str]] = {
        "open": lambda: _("办理中"),
        "closed": lambda: _("已办结"),
        "refused_off_list": lambda: _("清单外拒办"),
        "not_accepted": lambda: _("不予受理"),
        "referred": lambda: _("已转法定途径"),
        "merged": lambda: _("并案"),
        "withdrawn": lambda: _("已撤回"),
        "suspended": lambda: _("挂账"),
        "to_emergency": lambda: _("转应急"),
        "to_complaint": lambda: _("转投诉举报"),
        "to_appeal": lambda: _("转诉求办理"),
        "ended": lambda: _("终止"),
    }
    return names[code]() if code in names else code


REFUSALS: Mapping[tuple[str, int], Callable[[], str]] = {
    ("sign_in", 0): lambda: _("登录没有成功"),
    ("look_up", 0): lambda: _("凭查询码查询，没有对上"),
    ("message", 0): lambda: _("外部消息没有收下"),
    ("page", 403): lambda: _("没有权限的操作"),
    ("page", 404): lambda: _("要看的内容没有找到"),
    ("page", 409): lambda: _("情况有变化，没有办成"),
    ("page", 422): lambda: _("填写有误，已请本人改正"),
}


OPERATIONS: Mapping[str, Callable[[], str]] = {
    "sign_in": lambda: _("登录"),
    "open_case": lambda: _("查看案件"),
    "open_attachment": lambda: _("打开附件"),
    "open_document": lambda: _("打开文书"),
    "open_dossier": lambda: _("下载卷宗"),
    "reveal": lambda: _("查看个人信息"),
    "look_up": lambda: _("凭查询码查询"),
    "page": lambda: _("打开页面或提交"),
    "add_account": lambda: _("添加账号"),
    "disable_account": lambda: _("停用账号"),
    "enable_account": lambda: _("启用账号"),
    "change_password": lambda: _("更改自己的密码"),
    "reset_password": lambda: _("重设密码"),
    "add_post": lambda: _("添加岗位"),
    "end_post": lambda: _("结束岗位"),
    "appoint": lambda: _("任用网格人员"),
    "issue_card": lambda: _("制发工作证"),
    "count_grid": lambda: _("登记网格户数"),
    "set_contact": lambda: _("登记单位联系方式"),
    "end_contact": lambda: _("停用单位联系方式"),
    "check_record": lambda: _("核验审计记录"),
    "message": lambda: _("接收外部消息"),
    "begin_batch": lambda: _("开始一批处理"),
    "pause_batch": lambda: _("停住一批处理"),
    "continue_batch": lambda: _("继续一批处理"),
    "add_to_ledger": lambda: _("记入台账"),
    "end_in_ledger": lambda: _("结束台账记录"),
    "begin_revision": lambda: _("起草流程修改稿"),
    "save_revision": lambda: _("修改流程文件"),
    "discard_revision": lambda: _("作废修改稿"),
    "ask_publication": lambda: _("送审修改稿"),
    "withdraw_publication": lambda: _("撤回送审"),
    "refuse_publication": lambda: _("退回修改稿"),
    "approve_publication": lambda: _("批准修改稿"),
    "restore_version": lambda: _("恢复旧版流程"),
    "name_owner": lambda: _("指定流程负责人或代理人"),
    "end_owner": lambda: _("结束流程负责人或代理人"),
    "set_freeze": lambda: _("设定冻结期"),
    "lift_freeze": lambda: _("提前结束冻结期"),
    "name_milestone": lambda: _("给修改稿设里程碑"),
    "restore_milestone": lambda: _("把修改稿恢复到里程碑"),
    "ask_batch": lambda: _("申请一批迁移"),
    "approve_batch": lambda: _("批准一批迁移"),
    "decline_batch": lambda: _("驳回一批迁移"),
}


def operation_words(code: str, status: int = 0, *, refused: bool = False) -> str:
    """Return what an entry of the operation log is about, in words: mistakes are not worded like intrusions."""
    if refused and (code, status) in REFUSALS:
        return REFUSALS[code, status]()
    return OPERATIONS[code]() if code in OPERATIONS else code


def article_words(codes: str | tuple[str, ...]) -> str:
    """Return 第十八条第二款 for the codes that belong to the viewer's city."""
    text = codes if isinstance(codes, str) else " ".join(codes)
    viewer = g.get("viewer")
    if viewer is None:
        return ""
    try:
        return _("、").join(article.heading for article in viewer.city.articles(text))
    except ArticleUnknown:
        return text


def articles_here(codes: tuple[str, ...]) -> Sequence[Article]:
    """Return the articles of the viewer's city that some codes name; none for whoever has no city."""
    viewer = g.get("viewer")
    try:
        return viewer.city.articles(" ".join(codes)) if viewer else ()
    except ArticleUnknown:
        return ()


def typed_date(value: str) -> str:
    """Return the value of a date field as people read it, empty for none; browsers show it in their own way."""
    try:
        given = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return f"{day(given)} {given:%H:%M}" if "T" in value else day(given)


def grouped(options: Sequence[Option]) -> list[tuple[str, list[Option]]]:
    """Return options as (group, options); labels such as 市政设施 · 路灯损坏 name their group."""
    parts = [(option.label.rpartition(GROUP)[0], option) for option in options]
    return [(group, [option for _, option in members]) for group, members in groupby(parts, key=itemgetter(0))]


def drawing(svg: str) -> str:
    """Return an SVG drawing as an address for a picture: in a picture nothing of it runs."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


FILTERS: Mapping[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        instant,
        day,
        due_words,
        clock_time,
        file_size,
        level_words,
        urgency_words,
        state_words,
        operation_words,
        article_words,
        articles_here,
        typed_date,
        grouped,
        drawing,
    )
}
