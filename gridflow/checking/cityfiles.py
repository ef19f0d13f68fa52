"""Check a city's own file and its list of matters: what they name must exist, in the city or in its ordinance."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath

from gridflow.bpmn import Finding
from gridflow.catalogue import Catalogue, City, FileInvalid
from gridflow.catalogue.bases import CODE
from gridflow.catalogue.cityfile import FOLDER, city_path, limits_path
from gridflow.catalogue.tables import rows
from gridflow.checking.articles import in_order
from gridflow.checking.findings import Found

CATEGORIES = "processes/_shared/categories.csv"
LEVELS = ("L1", "L2", "L3", "L4", "L5")
MATTER = "_matter"
"""Ends the names of switches that say a matter's code."""
COLUMNS = {"code", "name", "base", "category", "level", "on_site", "lead", "grid_action", "basis", "since", "until"}
"""Of a list of matters, in any order."""
PARTS = {"mark": "甲", "area": "330000", "year": 2026, "case": "甲-1"}
"""What a number may be made of, beside its serial."""
_TRUTHS = ("true", "false")
_LIMIT = re.compile(rb'gridflow:limit="(\w+)"')

Row = Mapping[str, str]


def bad_cities(catalogue: Catalogue) -> Iterator[Found]:
    """Find what is wrong with the files that are a city's alone."""
    categories = {row["code"]: row for _, row in _table(catalogue, CATEGORIES, {"code"})}
    drawn = (content for path, content in catalogue.files.items() if path.endswith(".bpmn"))
    named = {name.decode() for content in drawn for name in _LIMIT.findall(content)}
    for city in catalogue.cities.values():
        path = matters_path(city.code)
        matters = list(_table(catalogue, path, COLUMNS))
        for finding in (
            *_without(city, catalogue.slugs),
            *_posts(city),
            *_numbers(city),
            *_switches(city, catalogue.cities.values(), {row["code"] for _, row in matters}),
        ):
            yield Found(city_path(city.code), finding)
        yield from (Found(path, finding) for finding in _matters(city, matters, categories))
        yield from (Found(limits_path(city.code), finding) for finding in _limits(city, named))
        yield from _foreign(catalogue, city)


def matters_path(city: str) -> str:
    """Return where a city's list of matters lies."""
    return f"{FOLDER}/{city}.matters.csv"


def _without(city: City, slugs: tuple[str, ...]) -> Iterator[Finding]:
    for slug in sorted(city.without - set(slugs)):
        message = f"without 写的 {slug} 不是流程。"
        yield _error("procedure-unknown", slug, message, f"可用的有 {'、'.join(slugs)}。")


def _posts(city: City) -> Iterator[Finding]:
    """Grid staff hold a post that can be filled; each post has its own letter and rests on the ordinance."""
    letters: dict[str, str] = {}
    for post in city.appointments.values():
        if (other := letters.setdefault(post.letter, post.title)) != post.title:
            message = f"岗位“{post.title}”和“{other}”的编码字母都是 {post.letter}。"
            yield _error("letter-repeated", post.code, message, "请给其中一个换一个字母。")
        for code in post.basis:
            if not in_order(code, [city]):
                message = f"岗位“{post.title}”的依据 {code} 在条例中不存在。"
                yield _error("article-unknown", post.code, message, "请改成本市的条款代码。")
    for role in city.roles.values():
        if role.grid_staff and city.appointments and role.post not in city.appointments:
            message = (
                f"角色 {role.code}（{role.title}）的岗位 {role.post} 没有 [appointments.{role.post}] 一节，配不上人。"
            )
            known = "、".join(city.appointments)
            yield _error("post-unknown", role.code, message, f"请补上这一节，或把 post 改成已有的岗位（{known}）。")


def _numbers(city: City) -> Iterator[Finding]:
    """A pattern that cannot be filled would stop the first document of its kind."""
    for number in city.numbers.values():
        try:
            first, second = (number.pattern.format(**PARTS, serial=serial) for serial in (1, 2))
        except (KeyError, ValueError, IndexError):
            message = f"文号 {number.code} 的写法“{number.pattern}”填不出来。"
            remedy = f"可用的有 {'、'.join(f'{{{name}}}' for name in (*PARTS, 'serial'))}。"
            yield _error("number-invalid", number.code, message, remedy)
            continue
        if first == second and "{case}" not in number.pattern:
            message = f"文号 {number.code} 的写法“{number.pattern}”里没有序号，各件会重号。"
            yield _error("number-invalid", number.code, message, "请加上 {serial}。")


def _switches(city: City, cities: Iterable[City], matters: set[str]) -> Iterator[Finding]:
    """A switch is of the same kind in every city, and one that names a matter names one of the list."""
    kinds: dict[str, tuple[object, str]] = {}
    for other in cities:
        if other.code != city.code:
            kinds |= {name: (value, other.name) for name, value in other.switches.items()}
    for name, (value, owner) in kinds.items():
        if name not in city.switches:
            yield _error("switch-missing", name, f"[switches] 缺少 {name}。", f"请补上（{owner}为{_said(value)}）。")
        elif type(city.switches[name]) is not type(value):
            message = f"开关 {name} 写的是{_said(city.switches[name])}。"
            yield _error("switch-kind", name, message, f"应是同一种值，如{owner}的{_said(value)}。")
    for name, value in city.switches.items():
        if name.endswith(MATTER) and matters and value not in matters:
            message = f"开关 {name} 写的事项 {value} 不在本市的清单里。"
            yield _error("matter-unknown", name, message, f"请改成 {matters_path(city.code)} 中的代码。")


def _limits(city: City, named: set[str]) -> Iterator[Finding]:
    """A row nobody asks for, or that rests on nothing, is a slip of the pen."""
    for limit in city.limits:
        if limit.name not in named:
            message = f"没有环节使用时限 {limit.name}。"
            yield _error("limit-unknown", limit.name, message, "请核对名称；各环节的时限名写在图上的 gridflow:limit。")
        if CODE.fullmatch(limit.basis) and limit.basis not in city.ordinance.articles:
            message = f"时限 {limit.name} 的依据 {limit.basis} 在条例中不存在。"
            yield _error("article-unknown", limit.name, message, "请改成本市的条款代码，或写一句理由。")


def _matters(city: City, matters: list[tuple[int, Row]], categories: Mapping[str, Row]) -> Iterator[Finding]:
    if not matters:
        yield Finding(
            "matters-none", "warning", "", "", f"{city.name}的事项清单是空的，网格人员什么也派不到。",
            "请每件事写一行，写法见 docs/new-city.md。",
        )  # fmt: skip
    seen: set[str] = set()
    for line, row in matters:
        for message, remedy in _wrong(city, row, categories):
            yield _error("matter-invalid", row["code"], f"第 {line} 行 {row['code']}：{message}", remedy)
        if row["code"] in seen:
            yield _error("matter-invalid", row["code"], f"第 {line} 行 {row['code']} 前面已有。", "请换一个代码。")
        seen.add(row["code"])


def _wrong(city: City, row: Row, categories: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    if not row["code"] or not row["name"]:
        yield "没有代码或名称。", "请补上。"
    if row["lead"] and row["lead"] not in city.departments:
        yield f"主办单位 {row['lead']} 不是本市的单位。", f"可用的有 {'、'.join(city.departments)}。"
    if row["category"] not in categories:
        yield f"没有分类 {row['category']}。", f"请用 {CATEGORIES} 中的代码。"
    if row["level"] not in LEVELS:
        yield f"等级 {row['level']} 无法识别。", f"应是 {'、'.join(LEVELS)} 之一。"
    if row["on_site"] not in _TRUTHS:
        yield f"on_site 写的是“{row['on_site']}”。", "能当场处置的写 true，其余写 false。"
    yield from _articles_and_days(city, row)


def _articles_and_days(city: City, row: Row) -> Iterator[tuple[str, str]]:
    for column in ("base", "basis"):
        if unknown := [code for code in row[column].split() if not in_order(code, [city])]:
            yield f"{column} 的 {unknown[0]} 在条例中不存在。", "请改成本市条例列出这件事的条款项。"
    for column in ("since", "until"):
        if (row[column] or column == "since") and not _is_day(row[column]):
            yield f"{column} 写的是“{row[column]}”。", "日期写成 2026-01-31 的样子。"


def _foreign(catalogue: Catalogue, city: City) -> Iterator[Found]:
    """What was copied from another city may still speak of it, where people read it."""
    others = [other for other in catalogue.cities.values() if other.code != city.code]
    for path, content in catalogue.files.items():
        suffixes = PurePosixPath(path).suffixes
        if suffixes[:-1] == [f".{city.code}"] and "/scenarios/" not in path and not path.endswith(".csv"):
            text = content.decode(errors="replace").replace(city.name, "")
            for other in others:
                if (word := other.name.removesuffix("市")) in text:
                    message = f"{city.name}自己的这个文件里还写着“{word}”。"
                    finding = Finding("other-city", "warning", "", "", message, "请改成本市的说法。")
                    yield Found(path, finding)


def _table(catalogue: Catalogue, path: str, columns: set[str]) -> Iterator[tuple[int, Row]]:
    if content := catalogue.files.get(path):
        head = content.decode("utf-8-sig", errors="replace").partition("\n")[0].strip().split(",")
        if missing := columns - set(head):
            raise FileInvalid(path, f"首行缺少 {'、'.join(sorted(missing))}，请补上这些栏。")
        yield from rows(path, content, tuple(head))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _said(value: object) -> str:
    return (
        f" {str(value).lower()}" if isinstance(value, bool) else f"“{value}”" if isinstance(value, str) else str(value)
    )


def _error(rule: str, element: str, message: str, remedy: str) -> Finding:
    return Finding(rule, "error", element, "", message, remedy)
