"""Whoever reads the pages in English meets Chinese only where it is what people, laws and registers say."""

import csv
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from demo_installation import EVENT, Person
from flask import Flask
from lxml.html import HtmlElement, fromstring
from sqlalchemy import select

from gridflow.cases.models import Case
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.documents.models import Document
from gridflow.engine.models import Limit, MessageWait, WorkItem
from gridflow.people.models import Unit, User
from gridflow.registers.models import Category, Grid, Matter

Meet = Callable[[str], Person]
HAN = re.compile(r"[㐀-鿿]+")
CHINESE = re.compile(r"[㐀-鿿，。、；：？！（）]")
"""With the full-width marks that join words in Chinese."""
ARTICLE = re.compile(r"第[〇一二三四五六七八九十百]+条(第[一二三四五六七八九十]+[款项])*")
READ_OUT = ("aria-label", "alt", "placeholder", "title", "data-saved", "data-local", "data-restored", "data-more")
COLUMNS = (
    Unit.name, User.name, Case.title, Case.place, WorkItem.title, WorkItem.step, WorkItem.place, Matter.name,
    Category.name, Grid.name, Document.title, Document.number, MessageWait.label, Limit.basis,
)  # fmt: skip
SAID = {"这一栏必填"}
"""What the forms find wrong is said in Chinese: facts are worded once, below the pages."""
SHORT = {"经办人"}
"""What is left of a post whose unit says the rest."""
TYPED = {"试着改", "望京路 8 号东侧", "绿化带里堆了三天的装修垃圾，有异味。", "钱一鸣", "未对应清单的事项"}


def leaves(value: Any) -> Iterator[str]:
    """Yield every text in a tree."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from leaves(each)


def data(app: Flask) -> list[str]:
    """Return everything that is data by now: forms, diagrams, cities, laws and registers, the longest first."""
    found = TYPED | SAID | SHORT
    for path in ROOT.glob("forms/**/*.json"):
        found |= set(leaves(json.loads(path.read_text())))
    for path in (*ROOT.glob("processes/**/*.bpmn"), *ROOT.glob("processes/**/*.dmn")):
        found |= set(re.findall(r'\bname="([^"]+)"', path.read_text()))
        found |= set(re.findall(r"<text>\W*([^<]+?)\W*</text>", path.read_text()))
    for path in ROOT.glob("processes/**/*.toml"):
        found |= set(leaves(tomllib.loads(path.read_text())))
    for path in ROOT.glob("processes/**/*.csv"):
        with path.open(encoding="utf-8-sig") as lines:
            found |= {cell for row in csv.reader(lines) for cell in row}
    for path in ROOT.glob("templates/documents/**/*.html"):
        found |= set(re.findall(r"\A\{#\s*(.+?)\s*#\}", path.read_text()))
    for path in ROOT.glob("processes/**/*.md"):
        found |= {line.strip(" #") for line in path.read_text().splitlines()}
    with app.app_context():
        for column in COLUMNS:
            found |= {text for text in db.session.scalars(select(column).distinct()) if text}
        db.session.remove()
    found |= {part for text in found for part in text.split(" · ")}
    found |= {text.partition("：")[2] for text in found}  # a basis without the name of its limit
    return sorted((text for text in found if HAN.search(text)), key=len, reverse=True)


def words(page: str) -> Iterator[str]:
    """Yield what a page says, except what is marked as another language."""

    def inside(element: HtmlElement) -> Iterator[str]:
        if element.get("lang", "en") != "en" or element.tag in {"script", "style"}:
            return
        yield element.text or ""
        yield from (element.get(name, "") for name in READ_OUT)
        for child in element:
            if isinstance(child.tag, str):
                yield from inside(child)
            yield child.tail or ""

    yield from inside(fromstring(page))


def chinese(pages: Mapping[str, str], known: list[str]) -> dict[str, set[str]]:
    """Return the Chinese on each page that is not data."""
    whole = set(known)

    @cache
    def foreign(text: str) -> bool:
        if {text, text.replace(" ", "")} & whole or not CHINESE.search(text):  # a space parts a grid from its village
            return False
        left = ARTICLE.sub(" ", text)
        for each in known:
            if each in left:
                left = left.replace(each, " ")
        return bool(CHINESE.search(left))

    found = {place: {text for text in map(str.strip, words(page)) if foreign(text)} for place, page in pages.items()}
    return {place: texts for place, texts in found.items() if texts}


def in_english(person: Person) -> Person:
    person.get("/")
    person.post("/language", language="en", back="/")
    return person


def test_a_page_in_english_says_nothing_in_chinese_but_data(app: Flask, person: Meet) -> None:
    worker, village = in_english(person("nb-field_worker")), in_english(person("nb-village"))
    inspector, resident = in_english(person("nb-inspector")), in_english(person("nb-resident"))
    owner = in_english(person("nb-process_owner"))
    owner.get("/workbench")
    revision = owner.post("/workbench/begin", slug=EVENT, title="试着改").headers["Location"]
    empty = worker.report(description="")
    worker.report()
    resident.report(reporter_name="钱一鸣", reporter_phone="13800138000")
    task = f"/tasks/{village.tasks()[-1]}"
    case = re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]
    pages = {"report with errors": empty.text}
    walks = {
        worker: [
            "/",
            "/my-reports",
            f"/report/{EVENT}",
            "/inbox?box=unit",
            case,
            f"{case}?tab=data",
            "/inbox?box=mine",
        ],
        village: ["/", "/inbox?box=unit", "/inbox?search=zz", task, "/articles/N18-2", "/cases", "/inbox?box=mine"],
        inspector: ["/", "/operations", "/cases?search=zz", "/nowhere", "/inbox"],
        resident: ["/", "/my-reports", f"/report/{EVENT}"],
        owner: [
            "/",
            "/procedures",
            f"/procedures/{EVENT}?tab=versions",
            "/law",
            "/grids",
            "/registers/matters",
            "/workbench",
            f"/workbench/procedures/{EVENT}",
            f"/workbench/procedures/{EVENT}/comparison",
            *(f"{revision}?tab={tab}" for tab in ("files", "check", "trial", "changes", "history")),
        ],
    }
    walks[village] += [f"{case}?tab={tab}" for tab in ("diagram", "documents", "attachments", "related")]
    for who, places in walks.items():
        pages |= {f"{who.login} {place}": who.get(place).text for place in places}

    assert chinese(pages, data(app)) == {}
