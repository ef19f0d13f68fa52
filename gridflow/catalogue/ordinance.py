"""A city's ordinance, cut into articles, paragraphs and items that can be cited.

Codes: N18 is the article, N18-2 its second paragraph (款), N10(3) its third item (项), N13-1(2) an item of a
paragraph. A letter after a paragraph (N18-2a) names part of its sentence and shows the whole paragraph.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gridflow.catalogue.errors import ArticleUnknown, FileInvalid

_HEADING = re.compile(r"#{1,6}\s*第([零〇一二三四五六七八九十百]+)条(?:之[一二三四五六七八九十]+)?[\s　]*(.*)")
_LOOSE = re.compile(
    r"#*\s*第\s*([零〇一二三四五六七八九十百]+)\s*条(?!第|规定|所|的|、|，|和|至)"
    r"(?:之[一二三四五六七八九十]+)?[\s　]*(.*)"
)
"""An article as plain texts begin it; a sentence about an article goes on with one of the words left out."""
_CHAPTER = re.compile(r"#*\s*(第[一二三四五六七八九十]+[章节编][\s　]*.*)")
_ITEM = re.compile(r"（([一二三四五六七八九十]+)）")
_PART = re.compile(r"(?<=\d)[a-z]$")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Article:
    """A citable piece of an ordinance."""

    code: str
    heading: str
    """第十八条第二款"""
    text: str
    """The words; items and paragraphs stand on lines of their own."""


@dataclass(frozen=True, slots=True)
class Ordinance:
    """The text a city's procedures carry out."""

    title: str
    file: str
    """Its path below the home folder."""
    articles: Mapping[str, Article]
    """By code, in the order of the text: each article before its paragraphs and items."""

    def article(self, code: str) -> Article:
        """Find a piece by its code."""
        found = self.articles.get(code) or self.articles.get(_PART.sub("", code))
        if not found:
            raise ArticleUnknown(f"《{self.title}》没有“{code}”这一条款，请核对条款代码。")
        return found


@dataclass(slots=True)
class _Paragraph:
    text: str
    items: list[str] = field(default_factory=list)

    @property
    def whole(self) -> str:
        return "\n".join([self.text, *self.items])


def read_ordinance(title: str, path: str, content: bytes, law: str) -> Ordinance:
    """Parse the Markdown of an ordinance; `law` is the letter its codes begin with."""
    articles = {}
    for number, paragraphs in _articles(content.decode()):
        for article in _cut(f"{law}{_value(number)}", f"第{number}条", paragraphs):
            if article.code in articles:
                raise FileInvalid(path, f"{article.heading}出现了两次，请删去一处。")
            articles[article.code] = article
    if not articles:
        raise FileInvalid(path, "没有找到条文，每条应以“## 第一条”这样的标题开头。")
    return Ordinance(title, path, MappingProxyType(articles))


def markdown(text: str) -> str:
    """Turn the plain text of an ordinance into the headings and paragraphs that are read here.

    The first line is the title; of what else stands before the first article only who passed it, in brackets, stays.
    Raises FileInvalid where no line begins an article.
    """
    lines = [line.strip(" \t　") for line in text.removeprefix("\ufeff").splitlines()]
    lines = [line for line in lines if line]
    first = next((place for place, line in enumerate(lines) if _LOOSE.fullmatch(line)), None)
    if first is None:
        raise FileInvalid("条例文本", "没有找到条文，每条应另起一行，以“第一条”这样的字样开头。")
    chapters = [place for place in range(first) if _CHAPTER.fullmatch(lines[place])]
    begun = chapters[-1] if chapters else first
    passed = [f"\n> {line.lstrip('> ')}" for line in lines[1:begun] if re.match(r"(?:>\s*)?[（(]", line)]
    body = [line for place in lines[begun:] for line in _headed(place)]
    return "\n".join([f"# {lines[0].lstrip('# ')}", *passed, *body]) + "\n"


def _headed(line: str) -> Iterator[str]:
    if article := _LOOSE.fullmatch(line):
        yield from ("", f"## 第{article[1]}条")
        line = article[2]
    elif chapter := _CHAPTER.fullmatch(line):
        yield ""
        line = f"# {chapter[1]}"
    if line:
        yield re.sub(r"^[(（]([一二三四五六七八九十]+)[)）]", r"（\1）", line)


def _articles(text: str) -> Iterator[tuple[str, list[_Paragraph]]]:
    number, paragraphs = None, list[_Paragraph]()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if heading := _HEADING.fullmatch(line):
            if number:
                yield number, paragraphs
            number, paragraphs = heading[1], []
            line = heading[2]
        if number and line and not line.startswith(("#", ">")):
            _add(paragraphs, line)
    if number:
        yield number, paragraphs


def _add(paragraphs: list[_Paragraph], line: str) -> None:
    if _ITEM.match(line) and paragraphs:
        paragraphs[-1].items.append(line)
    else:
        paragraphs.append(_Paragraph(line))


def _cut(code: str, heading: str, paragraphs: list[_Paragraph]) -> Iterator[Article]:
    yield Article(code, heading, "\n".join(paragraph.whole for paragraph in paragraphs))
    with_items = sum(bool(paragraph.items) for paragraph in paragraphs)
    for index, paragraph in enumerate(paragraphs, 1):
        place = heading if len(paragraphs) == 1 else f"{heading}第{_numeral(index)}款"
        yield Article(f"{code}-{index}", place, paragraph.whole)
        for number, item in enumerate(paragraph.items, 1):
            name = f"{place}第{_numeral(number)}项"
            yield Article(f"{code}-{index}({number})", name, item)
            if with_items == 1:
                yield Article(f"{code}({number})", name, item)


def _value(numeral: str) -> int:
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.lstrip("零〇").rpartition("十")
    return 100 * _digit(hundreds) + 10 * (_digit(tens) or (1 if ten else 0)) + _digit(ones)


def _digit(numeral: str) -> int:
    return _DIGITS.index(numeral) if numeral else 0


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
