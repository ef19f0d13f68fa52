"""Small procedures put in force beside the shipped ones, drawn from a line of text."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from demo_installation import Person, preset
from flask import Flask
from sketch import diagram, element, inputs, process
from sqlalchemy import select

from gridflow.application import office
from gridflow.audit.models import AuditEntry
from gridflow.cases.models import Case
from gridflow.catalogue import Catalogue
from gridflow.catalogue.bundle import frozen
from gridflow.config import ROOT
from gridflow.db import db, writing
from gridflow.engine.definitions import publish
from gridflow.engine.models import Incident, WorkItem
from gridflow.jobs.tick import tick

CITIES = {"ningbo": "nb", "beihai": "bh"}
MANIFEST = """
slug = "{slug}"
title = "{title}"
short = "{title}"
basis = ["N1", "B1"]
owner = "process_owner"
opens_by = "both"
retention = "10年"
[start]
form = "{slug}_start"
roles = {roles}
"""
STAFF = ["town", "county_office", "city_office", "handler", "resident", "field_worker", "grid_head"]
NOTE = """{# 便函 #}
{% extends "_base.html" %}
{% block content %}{% call rows() %}{{ case_rows() }}{% endcall %}{% endblock %}
{% block ending %}{{ ending(["N1", "B1"]) }}{% endblock %}
"""
PLACE_FIELD = {
    "type": "select", "key": "place_unit", "label": "所在单位", "valuesKey": "places", "properties": {"basis": "N1 B1"}
}  # fmt: skip


@lru_cache
def shipped() -> Mapping[str, bytes]:
    return Catalogue.read(ROOT).files


def form(id: str, *fields: Mapping[str, Any]) -> bytes:
    body = {"type": "default", "id": id, "schemaVersion": 16, "components": list(fields)}
    return json.dumps(body, ensure_ascii=False).encode()


def put_in_force(
    app: Flask,
    slug: str,
    flows: str,
    *,
    title: str = "走访",
    tasks: Sequence[str] = (),
    asks: Sequence[Any] = (),
    **parts: str,
) -> None:
    """Publish a procedure in both cities; its start form asks for where the case lies, its tasks for nothing."""
    files = {
        f"processes/{slug}/procedure.toml": MANIFEST.format(slug=slug, title=title, roles=json.dumps(STAFF)).encode(),
        f"processes/{slug}/{slug}.bpmn": diagram(process(slug, flows, **parts)),
        f"forms/{slug}/{slug}_start.json": form(f"{slug}_start", PLACE_FIELD, *asks),
        f"templates/documents/{slug}/note.html": NOTE.encode(),
        **{f"forms/{slug}/{task}.json": form(task) for task in tasks},
    }
    catalogue = Catalogue(frozen({**shipped(), **files}))
    with app.app_context(), writing() as session:
        for city in CITIES:
            publish(session, catalogue.bundle(city, slug))


def task(id: str, role: str, **gridflow: str) -> str:
    """Draw a task of a role."""
    attributes = {f"gridflow__{name}": value for name, value in {"role": role, **gridflow}.items()}
    return element("userTask", id, name=f"环节{id}", **attributes)


def verb(id: str, action: str, /, **given: str) -> str:
    """Draw a service task."""
    return element("serviceTask", id, inputs(**given), name=f"系统{id}", gridflow__action=action)


def begin(person: Person, slug: str, **values: str) -> str:
    """Open a case through its page and return its id."""
    page = person.get(f"/report/{slug}").text
    answer = person.post(f"/report/{slug}", **{**preset(page), **values})
    assert answer.status_code == 302, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))[:800]
    return re.findall(r'href="/cases/(\w+)"', person.get("/my-reports").text)[0]


def case_in(app: Flask, case_id: str) -> Case:
    with app.app_context():
        found = db.session.get_one(Case, case_id)
        db.session.expunge(found)
    return found


def open_tasks(app: Flask, case_id: str) -> list[WorkItem]:
    with app.app_context():
        rows = db.session.scalars(select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.status == "open")).all()
        db.session.expunge_all()
    return list(rows)


def entries(app: Flask, case_id: str) -> list[AuditEntry]:
    with app.app_context():
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.case_id == case_id).order_by(AuditEntry.seq)
        ).all()
        db.session.expunge_all()
    return list(rows)


def causes(app: Flask, case_id: str) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Incident.cause).where(Incident.case_id == case_id)))


def work(app: Flask) -> None:
    """Do every job that waits."""
    with app.app_context():
        while tick(office()):
            pass
