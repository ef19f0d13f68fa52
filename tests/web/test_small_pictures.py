"""Lists show small pictures; the whole one is a tap away, and each look at it is logged."""

import re
from collections.abc import Callable
from io import BytesIO

from demo_installation import Person
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from gridflow.audit.models import OperationEntry
from gridflow.cases.models import Attachment
from gridflow.db import db

Meet = Callable[[str], Person]
WIDTH, HEIGHT = 1000, 750


def handed_in(worker: Person, content: bytes, name: str) -> str:
    """Report with a file and return the address of its small picture, or of the file."""
    worker.report(attachments=(BytesIO(content), name))
    case = re.findall(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[0]
    page = worker.get(f"{case}?tab=attachments").text
    return re.findall(r'(?:src|href)="(/cases/\w+/attachments/\w+[^"]*)"', page)[-1].replace("&amp;", "&")


def photo() -> bytes:
    content = BytesIO()
    Image.effect_noise((WIDTH, HEIGHT), 80).convert("RGB").save(content, "JPEG", quality=60)
    return content.getvalue()


def looks(app: Flask) -> int:
    with app.app_context():
        entries = select(func.count()).select_from(OperationEntry).where(OperationEntry.action == "open_attachment")
        return db.session.scalar(entries) or 0


def test_a_list_is_sent_small_pictures_and_the_whole_one_on_a_tap(app: Flask, person: Meet) -> None:
    worker, whole = person("nb-field_worker"), photo()
    address = handed_in(worker, whole, "现场.jpg")
    before = looks(app)

    small = worker.get(address)
    again = worker.get(address)
    seen = looks(app)
    opened = worker.get(address.partition("?")[0])

    with Image.open(BytesIO(small.data)) as picture:
        assert picture.size == (240, 180)
    assert len(small.data) < len(whole) / 10
    assert small.data == again.data
    assert small.mimetype == "image/jpeg"
    assert opened.data == whole
    assert (seen, looks(app)) == (before, before + 1)


def test_a_small_picture_is_only_for_whoever_may_open_the_whole_one(person: Meet) -> None:
    address = handed_in(person("nb-field_worker"), photo(), "现场.jpg")

    assert person("bh-village").get(address).status_code == 404


def test_a_file_of_which_there_is_no_small_picture_is_logged_however_it_is_asked_for(app: Flask, person: Meet) -> None:
    worker, broken = person("nb-field_worker"), photo()[:600]
    address = handed_in(worker, broken, "残缺.jpg")
    before = looks(app)

    assert worker.get(address).data == broken
    assert looks(app) == before + 1


def test_an_erased_picture_is_gone_from_lists_too(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    address = handed_in(worker, photo(), "现场.jpg")
    assert worker.get(address).status_code == 200
    with app.app_context():
        file_id = address.rpartition("/")[2].partition("?")[0]
        sha256 = db.session.scalars(select(Attachment.sha256).where(Attachment.id == file_id)).one()
        app.extensions["gridflow"].blobs.erase(sha256)

    assert worker.get(address).status_code != 200
