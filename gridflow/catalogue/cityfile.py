"""Reading `processes/_cities/<city>.toml` and the ordinance it names."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from gridflow.catalogue.appointments import read_appointments
from gridflow.catalogue.bases import NO_BASES, Bases, read_bases
from gridflow.catalogue.cities import ROLES, TIERS, Authority, City, Demo, Department, Number, Organ, Role
from gridflow.catalogue.editions import Files, direct
from gridflow.catalogue.errors import ArticleUnknown, FileInvalid
from gridflow.catalogue.limits import OwnLimit, read_limits
from gridflow.catalogue.ordinance import Ordinance, read_ordinance
from gridflow.catalogue.sections import Section

FOLDER = "processes/_cities"

_OPENING = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


Coded = TypeVar("Coded", bound=_Coded)


def city_path(code: str) -> str:
    """Return where a city's file lies below the home folder."""
    return f"{FOLDER}/{code}.toml"


def bases_path(code: str) -> str:
    """Return where a city's table of bases lies, if it has one."""
    return f"{FOLDER}/{code}.bases.csv"


def limits_path(code: str) -> str:
    """Return where a city's own limits lie, if it has any."""
    return f"{FOLDER}/{code}.limits.csv"


def read_cities(files: Files) -> Mapping[str, City]:
    """Read every city file, by code."""
    return _by_code(read_city(path, files) for path in direct(files, FOLDER, ".toml"))


def read_city(path: str, files: Files) -> City:
    """Read one city file and the ordinance it names."""
    section = Section.read(path, files[path])
    code, law = section.text("code"), section.text("law")
    calendar = section.section("calendar")
    city = City(
        code=code,
        name=section.text("name"),
        division=section.text("division"),
        law=law,
        case_prefix=section.text("case_prefix"),
        ordinance=_ordinance(section.section("ordinance"), law, files),
        regions=calendar.texts("regions", ()),
        hours=calendar.texts("hours"),
        roles=_by_code(_role(*pair) for pair in section.sections("roles")),
        switches=section.section("switches", required=False).rest(),
        organ=_organ(section.section("organ")),
        numbers=_by_code(_number(*pair) for pair in section.sections("numbers", required=False)),
        departments=_by_code(_department(*pair) for pair in section.sections("departments", required=False)),
        authorities=_by_code(_authority(*pair) for pair in section.sections("authorities", required=False)),
        demo=_demo(section.section("demo", required=False)),
        bases=_bases(bases_path(code), files),
        appointments=read_appointments(section),
        without=frozenset(section.texts("without", ())),
        limits=_limits(limits_path(code), files),
    )
    calendar.done()
    section.done()
    _check(path, city)
    return city


def _check(path: str, city: City) -> None:
    if path != city_path(city.code):
        raise FileInvalid(path, f"城市代码“{city.code}”应与文件名相同。")
    if not re.fullmatch("[A-Z]+", city.law):
        raise FileInvalid(path, f"条款代码的字头（law）应是大写字母，现在是“{city.law}”。")
    if not re.fullmatch(r"\d{6}", city.division):
        raise FileInvalid(path, f"行政区划代码应是 6 位数字，现在是“{city.division}”。")
    if wrong := [text for text in city.hours if not _OPENING.fullmatch(text)]:
        raise FileInvalid(path, f"上班时间“{wrong[0]}”应写成 08:30-12:00 的样子。")
    if missing := [role for role in ROLES if role not in city.roles]:
        raise FileInvalid(path, f"缺少角色 {'、'.join(missing)}，请为每个角色写明职务（[roles.{missing[0]}]）。")
    _check_bases(city)


def _check_bases(city: City) -> None:
    """Refuse a table of bases that names an article the ordinance does not have, or translates the city's own."""
    path = bases_path(city.code)
    for rule, articles in city.bases.rows.items():
        if own := sorted(filter(city.owns, rule)):
            raise FileInvalid(path, f"“{own[0]}”本来就是本市的条款，不用对应，请删去这一行。")
        for code in articles:
            try:
                city.article(code)
            except ArticleUnknown as problem:
                raise FileInvalid(path, problem.message) from problem


def _ordinance(section: Section, law: str, files: Files) -> Ordinance:
    title, path = section.text("title"), f"{FOLDER}/{section.text('file')}"
    section.done()
    if path not in files:
        raise FileInvalid(path, "找不到条例文本，请核对城市文件 [ordinance] 中的文件名。")
    return read_ordinance(title, path, files[path], law)


def _bases(path: str, files: Files) -> Bases:
    return read_bases(path, files[path]) if path in files else NO_BASES


def _limits(path: str, files: Files) -> tuple[OwnLimit, ...]:
    return read_limits(path, files[path]) if path in files else ()


def _role(code: str, section: Section) -> Role:
    role = Role(
        code=code,
        title=section.text("title"),
        post=section.text("post"),
        tier=section.text("tier", "") or None,
        grid_staff=section.flag("grid_staff", default=False),
    )
    section.done()
    _check_tiers(section, (role.tier,) if role.tier else ())
    return role


def _department(code: str, section: Section) -> Department:
    department = Department(code, section.text("name"), section.texts("tiers"))
    section.done()
    _check_tiers(section, department.tiers)
    return department


def _authority(code: str, section: Section) -> Authority:
    authority = Authority(code, section.text("name"), section.text("tier"))
    section.done()
    if authority.tier not in ("county", "city"):
        raise section.invalid(f"发布机关的层级“{authority.tier}”应是 county 或 city。")
    return authority


def _check_tiers(section: Section, tiers: Iterable[str]) -> None:
    if wrong := [tier for tier in tiers if tier not in TIERS]:
        raise section.invalid(f"不认识层级“{wrong[0]}”，可用的有 {'、'.join(TIERS)}。")


def _number(code: str, section: Section) -> Number:
    number = Number(code, section.text("pattern"))
    section.done()
    return number


def _organ(section: Section) -> Organ:
    return Organ(section.text("name"), section.rest())


def _demo(section: Section) -> Demo | None:
    if not section:
        return None
    demo = Demo(
        login_prefix=section.text("login_prefix"),
        county=section.text("county"),
        town=section.text("town"),
        village=section.text("village"),
        people=section.texts("people"),
    )
    section.done()
    return demo


def _by_code(things: Iterable[Coded]) -> Mapping[str, Coded]:
    return MappingProxyType({thing.code: thing for thing in things})
