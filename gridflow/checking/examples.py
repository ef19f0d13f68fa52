"""Check the articles that worked examples say they show."""

from collections.abc import Iterator

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
        codes = read_toml(content).get("articles", [])
    except ValueError as error:
        yield broken(f"不是能读的 TOML（{error}）。")
        return
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        yield broken("articles 应是条款代码的列表。", '请写成 articles = ["代码"] 的样子。', rule="article-unknown")
        return
    for code in codes:
        if not city.owns(code) or not in_order(code, [city]):
            line = text.count("\n", 0, max(text.find(code), 0)) + 1
            message = f"案例依据的条款 {code} 在{city.name}的条例中不存在。"
            yield Finding("article-unknown", "error", "", "", message, "请改正 articles 中的条款代码。", line)
