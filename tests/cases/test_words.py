"""Words that follow the language of whoever reads; data stay Chinese."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from demo_installation import Person
from flask import Flask, session

from gridflow.calendars import Calendar
from gridflow.cases.due import amount_words, due_words
from gridflow.cases.wording import action_words, empty, in_words
from gridflow.clock import SHANGHAI
from gridflow.formats import bare_basis
from gridflow.forms import Field

CALENDAR = Calendar(((time(8, 30), time(12)), (time(14), time(17, 30))), known_years=frozenset({2026}))
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)  # a Monday
SPANS = [
    (timedelta(minutes=20), "M", "剩 20 分钟", "20 minutes left"),
    (timedelta(minutes=1), "M", "剩 1 分钟", "1 minute left"),
    (timedelta(hours=19), "H", "剩 19 小时", "19 hours left"),
    (timedelta(hours=-1), "H", "超期 1 小时", "1 hour late"),
    (timedelta(hours=3), "WD", "剩 1 小时（工作时间）", "1 working hour left"),
    (timedelta(hours=2, minutes=30), "WH", "剩 30 分钟（工作时间）", "30 working minutes left"),
    (timedelta(days=2), "WH", "剩 14 小时（工作时间）", "14 working hours left"),
    (timedelta(hours=-68), "WH", "超期 5 小时（工作时间）", "5 working hours late"),
    (timedelta(hours=1), "WD", "剩 不足 1 小时（工作时间）", "less than a working hour left"),
    (timedelta(days=2), "WD", "剩 2 个工作日", "2 working days left"),
    (timedelta(days=-3), "WD", "超期 1 个工作日", "1 working day late"),
    (timedelta(hours=-2), "WD", "超期不足 1 个工作日", "less than 1 working day late"),
]
AMOUNTS = [("1", "WD", "1 个工作日", "1 working day"), ("0.5", "WD", "0.5 个工作日", "0.5 working days"),
           ("4", "WH", "4 个工作小时", "4 working hours"), ("2", "H", "2 小时", "2 hours"),
           ("30", "M", "30 分钟", "30 minutes")]  # fmt: skip


@pytest.mark.parametrize(("span", "unit", "chinese", "english"), SPANS)
def test_what_is_left_reads_in_the_language_of_the_reader(
    app: Flask, span: timedelta, unit: str, chinese: str, english: str
) -> None:
    assert due_words(CALENDAR, NOON, NOON + span, unit) == chinese
    with app.test_request_context():
        assert due_words(CALENDAR, NOON, NOON + span, unit) == chinese
        session["language"] = "en"
        assert due_words(CALENDAR, NOON, NOON + span, unit) == english


@pytest.mark.parametrize(("amount", "unit", "chinese", "english"), AMOUNTS)
def test_how_long_a_limit_is_reads_in_the_language_of_the_reader(
    app: Flask, amount: str, unit: str, chinese: str, english: str
) -> None:
    assert amount_words(Decimal(amount), unit) == chinese
    with app.test_request_context():
        session["language"] = "en"
        assert amount_words(Decimal(amount), unit) == english


def test_what_the_record_calls_its_actions_follows_the_language_and_a_worker_speaks_chinese(app: Flask) -> None:
    assert (action_words("claim"), empty(), action_words("unheard_of")) == ("认领", "（未填）", "")
    with app.test_request_context():
        session["language"] = "en"
        assert (action_words("fire_timer"), empty()) == ("Limit reached", "(not filled in)")


def test_an_inbox_in_english_counts_in_english_and_names_its_steps_in_chinese(
    person: Callable[[str], Person],
) -> None:
    person("nb-field_worker").report()
    village = person("nb-village")
    village.get("/")
    village.post("/language", language="en", back="/inbox")

    page = village.get("/inbox?box=unit").text

    assert " left" in page
    assert "剩 " not in page
    assert "村居协调" in page


def test_the_record_of_a_case_in_english_dates_and_names_its_opening_in_english(
    person: Callable[[str], Person],
) -> None:
    worker = person("nb-field_worker")
    worker.report()
    worker.get("/")
    worker.post("/language", language="en", back="/my-reports")
    case = re.findall(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[0]

    page = worker.get(f"{case}?tab=data").text

    assert "Reported" in page
    assert "登记上报" not in page
    assert not re.search(r"\d+月\d+日", page)


def test_a_basis_beside_the_name_of_its_limit_does_not_repeat_it() -> None:
    assert bare_basis("办理时限：条例未规定，按本市办理时限表第 20 行") == "条例未规定，按本市办理时限表第 20 行"
    assert bare_basis("督办反馈时限（按督办文书）") == "督办反馈时限（按督办文书）"
    assert bare_basis("领导批示：三日内办结") == "领导批示：三日内办结"


def test_a_day_somebody_chose_reads_in_words(app: Flask) -> None:
    field = Field(key="happened_at", kind="datetime", label="什么时候", subtype="date")

    assert in_words(field, "2026-11-18", {}) == "2026年11月18日（周三）"
    with app.test_request_context():
        session["language"] = "en"
        assert in_words(field, "2026-11-18", {}) == "Wed 18 Nov 2026"
