"""Filled fields in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.area_options import area_words
from gridflow.cases.organs import authority_names, place_name
from gridflow.catalogue import City
from gridflow.engine.scope import Lazy
from gridflow.formats import gettext as _
from gridflow.formats import moment
from gridflow.forms import Field
from gridflow.people.queries import handling_units, unit_by_code, user_by_id, user_by_login
from gridflow.registers.queries import category_names, grid_name, matter_names

STOPS = "。．.；;，,、"


def empty() -> str:
    """Return what stands where nothing was filled in."""
    return _("（未填）")


OPERATED: Mapping[str, Callable[[], str]] = {
    "suspend": lambda: _("暂停办理"),
    "resume": lambda: _("恢复办理"),
    "cancel": lambda: _("终止流程"),
    "move_token": lambda: _("移动环节"),
    "skip_step": lambda: _("跳过环节"),
    "correct_data": lambda: _("更改数据后重试"),
    "migrate": lambda: _("迁移到其他流程版本"),
    "undo_migration": lambda: _("撤销迁移"),
    "ask_skip": lambda: _("申请跳过环节"),
    "ask_change": lambda: _("申请更改数据"),
    "ask_move": lambda: _("申请移动环节"),
    "ask_cancel": lambda: _("申请终止流程"),
    "decline_skip": lambda: _("驳回跳过申请"),
    "decline_change": lambda: _("驳回更改申请"),
    "decline_move": lambda: _("驳回移动申请"),
    "decline_cancel": lambda: _("驳回终止申请"),
    "job_failed": lambda: _("后台任务失败"),
    "expire_message": lambda: _("消息无人接收，已过期"),
}
"""What operators do to running instances."""


DONE: Mapping[str, Callable[[], str]] = {
    "open_case": lambda: _("登记上报"),
    "complete_task": lambda: _("办理"),
    "claim": lambda: _("认领"),
    "release": lambda: _("退回本单位"),
    "hand_over": lambda: _("移交"),
    "fire_timer": lambda: _("时限到期"),
    "park_timer": lambda: _("定时多次失败，转为故障"),
    "remind": lambda: _("催办"),
    "service_done": lambda: _("系统处理完成"),
    "service_failed": lambda: _("系统处理失败"),
    "receive_message": lambda: _("收到消息"),
    "recompute_limits": lambda: _("按新日历重算时限"),
    "recall_tasks": lambda: _("事项退出清单，收回任务"),
    "retry": lambda: _("重试"),
    **OPERATED,
}
"""What may stand in the record, in words."""


def action_words(action: str) -> str:
    """Return what the record calls an action; empty for offers and opened procedures, which have names of their own."""
    return DONE[action]() if action in DONE else ""


class Register(Protocol):
    """Knows the names of codes."""

    def get(self, code: str, default: Any, /) -> Any:
        """Return the name of a code."""


Names = Mapping[str, Register]
"""Registers by the name forms have for them."""


@dataclass(frozen=True, slots=True)
class Grids:
    """The grids of a city, each looked up when it is named: a county has a thousand, a case names one."""

    session: Session
    city: str

    def get(self, code: str, default: Any, /) -> Any:
        """Return what a grid is called."""
        return grid_name(self.session, self.city, code) or default


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a city by code, each looked up when it is named."""

    session: Session
    city: str

    def get(self, code: str, default: Any, /) -> Any:
        """Return what a unit is called."""
        unit = unit_by_code(self.session, self.city, code)
        return unit.name if unit else default


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a city by the code of their unit, each looked up when it is named."""

    session: Session
    city: City

    def get(self, code: str, default: Any, /) -> Any:
        """Return what a place is called: 海曙区 for that of its office."""
        unit = unit_by_code(self.session, self.city.code, code)
        return place_name(self.city, unit) if unit else default


@dataclass(frozen=True, slots=True)
class People:
    """The accounts of a city by id, each looked up when it is named."""

    session: Session
    city: str

    def get(self, code: str, default: Any, /) -> Any:
        """Return what a person is called."""
        user = user_by_id(self.session, self.city, code)
        return user.name if user else default


@dataclass(frozen=True, slots=True)
class Known:
    """A register of which some names have been read already."""

    names: Mapping[str, str | None]
    others: Register

    def get(self, code: str, default: Any, /) -> Any:
        """Return the name of a code."""
        return self.names.get(code) or self.others.get(code, default)


@dataclass(frozen=True, slots=True)
class Logins:
    """The people of a city by login, each looked up when named."""

    session: Session
    city: str

    def get(self, code: str, default: Any, /) -> Any:
        """Return what a person is called."""
        user = user_by_login(self.session, code)
        return user.name if user and user.city == self.city else default


def register_names(session: Session, place: City, county: str) -> Names:
    """Return what the codes of a case's registers mean; a register is read when somebody looks into it."""
    day, city = clock.today(), place.code
    return {
        "handling_units": Lazy(lambda: {unit.code: unit.name for unit in handling_units(session, city, county, day)}),
        **dict.fromkeys(("matters", "own_matters"), Lazy(lambda: matter_names(session, city, day))),
        "list_items": {code: article.text for code, article in place.ordinance.articles.items()},
        "categories": Lazy(lambda: category_names(session, city)),
        "grids": Grids(session, city),
        "village_grids": Grids(session, city),
        "near_grids": Grids(session, city),
        "areas": Lazy(area_words),
        "area_units": Places(session, place),
        "grid_staff": Logins(session, city),
        "places": Units(session, city),
        "authorities": Lazy(lambda: authority_names(session, place, county)),
        **dict.fromkeys(("staff", "people"), People(session, city)),
    }


def in_words(field: Field, value: Any, names: Names) -> str:
    """Return a stored value of a field as people read it: chosen options by label, instants in China time."""
    if value is None or value == "" or value == []:
        return empty()
    if field.kind == "dynamiclist":
        return _("；").join(_row(field, row, names) for row in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(_chosen(field, str(item), names) for item in value)
    if field.kind == "datetime" and field.subtype == "datetime":
        return moment(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if field.kind == "datetime" and field.subtype == "date":
        return moment(date.fromisoformat(value) if isinstance(value, str) else value)
    return _chosen(field, str(value), names) + field.unit


def merged_rows(parts: Sequence[Any]) -> list[dict[str, Any]]:
    """Join the columns of a list of rows that are kept apart because their classes differ."""
    lists = [part for part in parts if isinstance(part, list)]
    return [{key: item for row in rows for key, item in row.items()} for rows in zip(*lists, strict=False)]


def row_in_words(field: Field, row: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """Return the label and words of what is filled in a row, in the order of the form."""
    return [
        (column.label, in_words(column, row[column.key], names))
        for column in field.components
        if row.get(column.key) not in (None, "", [])
    ]


def _row(field: Field, row: Mapping[str, Any], names: Names) -> str:
    """Return a row on one line; the stop at the end of a sentence would stand beside a comma."""
    return _("，").join(f"{label} {words.rstrip(STOPS)}" for label, words in row_in_words(field, row, names))


def _chosen(field: Field, value: str, names: Names) -> str:
    if field.source:
        return str(names.get(field.source, {}).get(value, value))
    return next((option.label for option in field.options if option.value == value), value)
