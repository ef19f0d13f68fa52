"""Check the articles that worked examples say they show."""

from collections.abc import Iterator, Mapping
from typing import Any

from gridflow.bpmn import Finding
from gridflow.catalogue import Catalogue, City
from gridflow.catalogue.toml import read_toml
from gridflow.checking.articles import in_order
from gridflow.checking.findings import Found, broken


def bad_examples(catalogue: Catalogue) -> Iterator[Found]:
    """Find what is wrong with the shipped worked examples without carrying them out."""
    for one in catalogue.scenarios():
        yield from (Found(one.path, finding) for finding in bad_example(one.content, catalogue.city(one.city)))


def bad_example(content: bytes, city: City) -> Iterator[Finding]:
    """Find what is wrong with a worked example of a city without carrying it out."""
    try:
        text = content.decode()
        raw = read_toml(content)
    except ValueError as error:
        yield broken(f"不是能读的 TOML（{error}）。")
        return
    yield from _bad_articles(text, raw, city)
    yield from _strangers(text, raw, city)


def _bad_articles(text: str, raw: Mapping[str, Any], city: City) -> Iterator[Finding]:
    codes = raw.get("articles", [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        yield broken("articles 应是条款代码的列表。", '请写成 articles = ["代码"] 的样子。', rule="article-unknown")
        return
    for code in codes:
        if not city.owns(code) or not in_order(code, [city]):
            message = f"案例依据的条款 {code} 在{city.name}的条例中不存在。"
            remedy = "请改正 articles 中的条款代码。"
            yield Finding("article-unknown", "error", "", "", message, remedy, _line(text, code))


def _strangers(text: str, raw: Mapping[str, Any], city: City) -> Iterator[Finding]:
    """Find who acts and is no role of the city; an account of somebody named is known only when the example runs."""
    people = [(person, "role") for person in raw.get("staff", ())] + [(step, "as") for step in raw.get("step", ())]
    named = {entry[key] for entry, key in people if isinstance(entry, Mapping) and isinstance(entry.get(key), str)}
    for who in sorted(named):
        if who.partition(":")[0] not in {*city.roles, "staff"}:
            message = f"案例中的人员“{who}”不是{city.name}的角色。"
            remedy = f"请改成其中一个：{'、'.join(sorted(city.roles))}。"
            yield Finding("role-unknown", "error", "", "", message, remedy, _line(text, f'"{who}"'))


def _line(text: str, part: str) -> int:
    return text.count("\n", 0, max(text.find(part), 0)) + 1
