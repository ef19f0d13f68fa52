"""The pages one can go to from anywhere, by right."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, g, request, url_for

from gridflow.administration.attention import DECIDING, Asked, asked_of
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.inbox.desk import waiting
from gridflow.inbox.queries import Counts, counts
from gridflow.people.permissions import Permission
from gridflow.portal.queries import may_report
from gridflow.web.languages import Language, selected


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation."""

    address: str
    label: str
    icon: str
    current: bool
    count: int | str = 0
    overdue: int | str = 0
    badge: bool = False
    """Whether the page asks for the number again from time to time."""


@dataclass(frozen=True, slots=True)
class _Page:
    endpoint: str
    label: Callable[[], str]
    icon: str
    permissions: frozenset[Permission]
    """Any one of them; none means everybody."""
    family: tuple[str, ...] = ()
    """Beginnings of the endpoints that belong to this entry too."""
    of_reports: bool = False
    """Whether it is of use only to whoever may report something."""


_PAGES = (
    _Page("home.show", lambda: _("首页"), "home", frozenset()),
    _Page("inbox.show", lambda: _("待办"), "inbox", frozenset({Permission.TASK_COMPLETE}), ("inbox.",)),
    _Page(
        "cases.index",
        lambda: _("案件"),
        "case",
        frozenset({Permission.CASE_VIEW, Permission.CASE_INSPECT, Permission.TASK_COMPLETE}),
        ("cases.",),
    ),
    _Page(
        "reports.choose",
        lambda: _("上报"),
        "plus",
        frozenset({Permission.CASE_OPEN}),
        ("reports.start",),
        of_reports=True,
    ),
    _Page(
        "procedures.index",
        lambda: _("流程"),
        "flow",
        frozenset(
            {
                Permission.PROCEDURE_DRAW,
                Permission.PROCEDURE_APPROVE,
                Permission.INSTANCE_OPERATE,
                Permission.AUDIT_VIEW,
            }
        ),
        ("procedures.",),
    ),
    _Page(
        "workbench.index",
        lambda: _("流程修改"),
        "note",
        frozenset({Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE}),
        ("workbench.",),
    ),
    _Page(
        "running.incidents",
        lambda: _("运行"),
        "clock",
        frozenset({Permission.INSTANCE_OPERATE, Permission.INCIDENT_RETRY}),
        ("running.in", "running.messages", "batches."),
    ),
    _Page("running.asked", lambda: _("待批申请"), "done", DECIDING),
    _Page("accounts.index", lambda: _("账号"), "person", frozenset({Permission.USER_MANAGE}), ("accounts.show",)),
    _Page("accounts.all_units", lambda: _("单位"), "unit", frozenset({Permission.UNIT_MANAGE}), ("accounts.unit",)),
    _Page("operations.operations", lambda: _("操作日志"), "note", frozenset({Permission.OPERATION_VIEW})),
    _Page("operations.record", lambda: _("审计核验"), "shield", frozenset({Permission.AUDIT_VIEW})),
    _Page(
        "articles.law",
        lambda: _("资料"),
        "law",
        frozenset({Permission.PROCEDURE_VIEW}),
        ("articles.", "figures.", "grids.", "ledgers.", "matters.", "norms.", "units."),
    ),
    _Page("reports.mine", lambda: _("我的上报"), "mine", frozenset({Permission.CASE_OPEN}), of_reports=True),
)

_REFERENCE = (
    _Page("articles.law", lambda: _("条例"), "law", frozenset(), ("articles.",)),
    _Page("matters.index", lambda: _("事项清单"), "law", frozenset(), ("matters.",)),
    _Page("grids.index", lambda: _("网格"), "law", frozenset({Permission.GRID_VIEW}), ("grids.", "units.")),
    _Page("norms.show_norms", lambda: _("规范文件"), "law", frozenset(), ("norms.",)),
    _Page(
        "figures.show",
        lambda: _("统计"),
        "law",
        frozenset({Permission.CASE_VIEW, Permission.CASE_INSPECT}),
        ("figures.",),
    ),
    _Page("ledgers.index", lambda: _("台账"), "law", frozenset({Permission.GRID_VIEW}), ("ledgers.",)),
)
"""What can be looked up, as tabs behind one entry."""


def counts_of_viewer() -> Counts | None:
    """Return the numbers of the viewer's inboxes, asked for once a request; None for whoever has no inbox."""
    if not g.viewer.may(Permission.TASK_COMPLETE):
        return None
    if "counts" not in g:
        g.counts = counts(db.session(), g.viewer)
    found: Counts = g.counts
    return found


def first_box(numbers: Counts) -> str:
    """Return the box to open first: what is the viewer's own, else what waits for anybody of the unit."""
    return "mine" if numbers.mine else "unit"


def asked_of_viewer() -> Asked | None:
    """Return what waits for the viewer's decision, asked for once a request; None for whoever decides on nothing."""
    if "asked" not in g:
        g.asked = asked_of(db.session(), g.viewer)
    found: Asked | None = g.asked
    return found


def navigation() -> tuple[Item, ...]:
    """Return the entries the viewer may use."""
    asked, reports = asked_of_viewer(), reports_something()
    return _entries(_here(), g.viewer.permissions, counts_of_viewer(), asked.count if asked else 0, reports=reports)


def reference_pages() -> tuple[Item, ...]:
    """Return the pages behind the entry for looking up that the viewer may open."""
    here, held = _here(), g.viewer.permissions
    return tuple(_item(page, here, None, 0) for page in _REFERENCE if not page.permissions or page.permissions & held)


def reports_something() -> bool:
    """Tell whether some procedure in force lets the viewer report, asked for once a request."""
    if "reports_something" not in g:
        office = current_app.extensions["gridflow"]
        g.reports_something = g.viewer.may(Permission.CASE_OPEN) and may_report(db.session(), office, g.viewer)
    return bool(g.reports_something)


@dataclass(frozen=True, slots=True)
class _Here:
    """What addresses and words depend on."""

    endpoint: str
    root: str
    language: Language


def _here() -> _Here:
    return _Here(request.endpoint or "", request.root_path, selected())


@lru_cache(maxsize=1000)
def _entries(
    here: _Here, permissions: frozenset[Permission], numbers: Counts | None, asked: int, *, reports: bool
) -> tuple[Item, ...]:
    return tuple(
        _item(page, here, numbers if page.endpoint == "inbox.show" else None, asked)
        for page in _PAGES
        if (not page.permissions or page.permissions & permissions) and (reports or not page.of_reports)
    )


def _item(page: _Page, here: _Here, numbers: Counts | None, asked: int) -> Item:
    return Item(
        address=url_for(page.endpoint, box=first_box(numbers)) if numbers else url_for(page.endpoint),
        label=page.label(),
        icon=page.icon,
        current=here.endpoint == page.endpoint or bool(page.family and here.endpoint.startswith(page.family)),
        count=waiting(numbers) if numbers else asked if page.endpoint == "running.asked" else 0,
        overdue=numbers.overdue if numbers else 0,
        badge=numbers is not None,
    )
