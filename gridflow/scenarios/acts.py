"""What is asked of a trial: as a step of a scenario, in words, and the form it takes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from gridflow import clock
from gridflow.cases.filing import Opened
from gridflow.cases.models import Case
from gridflow.cases.opening import start_form
from gridflow.cases.queries import versions_of
from gridflow.cases.showing import Returned, fitting, hidden_names, shown, wrongs
from gridflow.clock import SHANGHAI
from gridflow.db import db
from gridflow.jobs.tick import next_due
from gridflow.people.models import User
from gridflow.scenarios.checking import minute
from gridflow.scenarios.errors import ScenarioFailed
from gridflow.scenarios.playing import KINDS, Play, waiting_for

_CELL = re.compile(r"([a-z][a-z0-9_]*)\[(\d{1,3})\]\.([a-z][a-z0-9_]*)")
Raw = dict[str, Any]


def written_step(play: Play, asked: Mapping[str, Any]) -> Raw:
    """Return an act as a scenario file writes it."""
    kind = asked["kind"]
    if kind == "time":
        return {"at": _instant(play, str(asked["to"]))}
    if kind == "message":
        return {"message": asked["target"], "key": asked["key"], "values": asked.get("values") or {}}
    raw: Raw = {"as": asked["who"], kind: asked["target"]}
    if kind == "start":
        raw["case"] = _NUMBERED.format(len(play.called) + 1)
        if asked.get("slug") and asked["slug"] != play.scenario.slug:
            raw["procedure"] = asked["slug"]
    else:
        raw["case"] = _named(play, asked["case"])
    values = _values(play, asked.get("typed") or {})
    return raw | ({"values": values} if values else {}) | ({"files": asked["files"]} if asked.get("files") else {})


_NUMBERED = "案件{}"


def _named(play: Play, case_id: str) -> str:
    """Return what the scenario calls a case; one nobody acted upon yet gets the next name."""
    known = {case: name for name, case in play.called.items()}
    return known.get(case_id) or _NUMBERED.format(len(play.called) + 1)


def _instant(play: Play, to: str) -> str:
    """Return an instant in China to the minute: that of the next timer, the same time a working day on, or as given."""
    if to == "next":
        due = next_due()
        if due is None:
            raise ScenarioFailed("现在没有等待的定时或时限，时间不会引起任何变化。请办理待办，或跳到指定的时刻。")
        return minute(due + timedelta(seconds=59, microseconds=999_999))
    if to == "workday":
        city = play.scenario.city
        calendar = play.office.engine.directory.calendar(db.session(), city)
        here = clock.now().astimezone(SHANGHAI)
        return minute(datetime.combine(calendar.workday_add(here.date(), 1), here.time(), SHANGHAI))
    try:
        given = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise ScenarioFailed("请按 2026-11-24T10:00 的样子填写时刻。") from None
    if given < clock.now() or given > clock.now() + timedelta(days=800):
        raise ScenarioFailed("请填现在以后、两年以内的时刻；时间不能倒退，要倒退请用“撤回上一步”。")
    return minute(given)


def _values(play: Play, given: Mapping[str, Sequence[str]]) -> Raw:
    """Return what was posted as a scenario writes it: one text or a list, rows as tables, people by what they are."""
    people = {user.id: user for user in db.session.scalars(select(User))}

    def said(texts: Sequence[str]) -> Any:
        named = [f"@{play.called_as(people[text])}" if text in people else text for text in texts]
        return named[0] if len(named) == 1 else named

    values: Raw = {}
    rows: dict[str, dict[int, Raw]] = {}
    for name, texts in given.items():
        filled = [text for text in texts if text]
        if not filled or name.startswith("_") or name == "csrf_token":
            continue
        if cell := _CELL.fullmatch(name):
            rows.setdefault(cell[1], {}).setdefault(int(cell[2]), {})[cell[3]] = said(filled)
        else:
            values[name] = said(filled)
    return values | {name: [row for _, row in sorted(found.items())] for name, found in rows.items()}


def in_words(play: Play, asked: Mapping[str, Any]) -> Raw:
    """Say in words what was done, by whom and when."""
    kind, session = asked["kind"], db.session()
    said = {"kind": kind, "at": clock.now().isoformat(), "who": "", "what": str(asked.get("target", ""))}
    if kind in ("time", "message"):
        return said
    user = play.person(asked["who"]).user
    slug = asked.get("slug") or play.scenario.slug
    case = session.get_one(Case, play.case_id)
    names: dict[str, str] = {}
    for version_id in versions_of(session, case):
        parsed = play.office.engine.versions.get(session, version_id)
        names |= parsed.names
        if kind == "start" and parsed.bundle.slug == slug:
            return said | {"who": user.name, "what": parsed.bundle.title}
    return said | {"who": user.name, "what": names.get(asked["target"], asked["target"])}


# ------------------------------------------------------------ forms


def form_of_act(play: Play, asked: Mapping[str, Any]) -> tuple[Opened, str]:
    """Return the form of what is asked and what the step or offer is called; a start has no name of its own."""
    db.session.remove()
    session, who = db.session(), play.person(asked["who"])
    if asked["kind"] == "start":
        slug = asked.get("slug") or play.scenario.slug
        return start_form(session, play.office, who, slug), ""
    kind = KINDS[asked["kind"]]
    waiting = waiting_for(who, kind, asked["case"], asked["target"], play.naming.element)
    form = kind.open(session, play.office, who, waiting)
    return form.opened, form.item.step if asked["kind"] == "task" else form.wait.label


def page_of(form: Opened, returned: Returned) -> Raw:
    """Return a form as its page takes it, with what was typed and what is wrong."""
    fields = shown(form, returned.values or None, returned.errors, returned.more_rows)
    return {
        "fields": [asdict(field) for field in fields],
        "errors": [asdict(wrong) for wrong in wrongs(fields, returned.errors)],
        "hidden": sorted(set(hidden_names(fields))),
        "fitting": fitting(fields),
    }
