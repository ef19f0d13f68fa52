"""Documents that are being made: the page says so and asks again until they are there."""

import re
from collections.abc import Callable

from demo_installation import Person
from flask import Flask
from sqlalchemy import update

from gridflow.db import db, writing
from gridflow.engine.models import Job

Meet = Callable[[str], Person]


def test_the_page_asks_again_until_nothing_is_being_made(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.report()
    case = re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]

    page = worker.get(f"{case}?tab=documents").text
    asked = worker.get(re.search(r'hx-get="([^"]+/making)"', page)[1]).text
    with app.app_context():
        with writing() as session:
            session.execute(update(Job).where(Job.case_id == case.removeprefix("/cases/")).values(state="done"))
        db.session.remove()

    assert "正在制作文书 1 份" in page
    assert "正在制作文书 1 份" in asked
    assert "hx-get" not in worker.get(f"{case}/making").text
    assert person("bh-inspector").get(f"{case}/making").status_code == 404


def test_what_could_not_be_made_is_said(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.report()
    case = re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]
    with app.app_context():
        with writing() as session:
            session.execute(update(Job).where(Job.case_id == case.removeprefix("/cases/")).values(state="failed"))
        db.session.remove()

    assert "几次都没有制成" in worker.get(f"{case}?tab=documents").text
