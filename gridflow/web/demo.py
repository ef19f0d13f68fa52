"""The sign-in page of the demo: one account per role and city, with what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.catalogue import City
from gridflow.config import DEMO_PASSWORD
from gridflow.people.queries import accounts


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account."""

    login: str
    password: str
    name: str
    title: str
    unit: str
    can: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo accounts of a city."""

    name: str
    accounts: tuple[Account, ...]
    """One for each role."""
    others: tuple[Account, ...]
    """The same posts once more: in other handling units, or where one post stands for two roles."""


def cities(session: Session, known: Mapping[str, City]) -> tuple[Cast, ...]:
    """Return the cast of every city that has one, in the order of its roles."""
    casts = (_cast(session, city, city.demo.login_prefix) for city in known.values() if city.demo)
    return tuple(cast for cast in casts if cast.accounts)


def _cast(session: Session, city: City, prefix: str) -> Cast:
    """Sort the accounts of a city: a login is the prefix and the role, then perhaps the department."""
    first, others = list[Account](), list[Account]()
    seen = set[str]()
    found = {user.login: (user, unit) for user, _post, unit in accounts(session, city.code, clock.today())}
    for role in city.roles.values():
        login = f"{prefix}-{role.code}"
        for known in (each for each in found if each == login or each.startswith(f"{login}-")):
            user, unit = found[known]
            account = Account(known, DEMO_PASSWORD, user.name, role.title, unit.name, _can().get(role.code, ""))
            (first if known == login and role.post not in seen else others).append(account)
        seen.add(role.post)
    return Cast(city.name, tuple(first), tuple(others))


def _can() -> dict[str, str]:
    return {
        "resident": _("上报身边的事，查看办理结果"),
        "part_time_worker": _("发现问题，报给网格长或专职人员"),
        "field_worker": _("上报事件，现场处置，核查办理结果"),
        "grid_head": _("协调本网格的事，核查办理结果"),
        "village": _("村居协调调处，处理清单外要求"),
        "town": _("受理研判，交办，反馈"),
        "county_office": _("县级受理研判，交办，裁定异议，审批延期"),
        "city_office": _("市级受理研判，交办，裁定异议"),
        "county_head": _("审签县级的决定和文书"),
        "city_head": _("审签市级的决定和文书"),
        "handler": _("签收，处置，回填结果，提出异议或申请延期"),
        "unit_leader": _("审签办理结果"),
        "instructor": _("查看所联系网格的案件，给予指导"),
        "inspector": _("查看全市案件的全部经过；限制知悉的投诉举报除外"),
        "process_owner": _("修改流程，处理流程故障"),
        "administrator": _("管理账号和单位，不看案件内容"),
    }
