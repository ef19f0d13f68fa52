"""What is to be done today stands before what is late, on the home and in the inbox."""

import re
from collections.abc import Callable
from datetime import timedelta

from demo_installation import Person
from flask import Flask
from sqlalchemy import update
from web_fixtures import ON_BOTH

from gridflow import clock
from gridflow.db import writing
from gridflow.engine.models import WorkItem

pytestmark = ON_BOTH
Meet = Callable[[str], Person]


def test_what_is_due_today_stands_before_what_is_late(app: Flask, person: Meet) -> None:
    noon = clock.now().astimezone(clock.SHANGHAI).replace(hour=12, minute=0)
    with clock.set_to(noon):
        for _case in range(3):
            person("nb-field_worker").report()
        village = person("nb-village")
        late, today, later = village.tasks()
        due = {late: timedelta(hours=-4), today: timedelta(hours=4), later: timedelta(days=2)}
        with app.app_context(), writing() as session:
            for item, after in due.items():
                session.execute(update(WorkItem).where(WorkItem.id == item).values(due_at=noon + after))

        home = village.get("/").text

        assert re.findall(r'id="row-(\w+)"', home) == [today, late, later]
        assert re.findall(r'gf-cards-title">(\S+)<', home)[:3] == ["今天到期", "已超期", "接着办"]
        assert village.tasks("today") == [today]
        assert village.tasks("late") == [late]
        assert village.tasks() == [late, today, later]
