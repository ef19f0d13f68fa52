"""Carry a case of the past through a draft: the same people give the same answers at the same instants.

What was typed stays where it is: where a form asks for text, personal data or a file, something made up stands in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, inspect, select

from gridflow import clock
from gridflow.cases import service as cases
from gridflow.cases.errors import AccountClosed, CaseError
from gridflow.cases.filing import Handed, Opened, check
from gridflow.cases.limits import standing
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.queries import bare, instances_of, limits_of, open_items
from gridflow.cases.viewer import Viewer, viewer
from gridflow.catalogue import Bundle
from gridflow.config import Settings
from gridflow.db import Base, db, new_id, writing
from gridflow.documents.proofs import proof
from gridflow.engine.definitions import publish
from gridflow.engine.errors import NotYours
from gridflow.engine.models import Incident, MessageWait
from gridflow.errors import GridflowError
from gridflow.forms import Field, Upload
from gridflow.forms.posted import flattened, names_of
from gridflow.jobs.tick import run_until, tick
from gridflow.people.models import Post
from gridflow.scenarios.checking import minute
from gridflow.scenarios.naming import words
from gridflow.scenarios.playing import KINDS, Kind, made_up
from gridflow.scenarios.running import copied, opened
from gridflow.schema import upgrade
from gridflow.workbench.trying.replays import way_of

STAND_IN = "（此处原有文字，重放时不取用）"
_TYPES = {"jpg": ".jpg", "png": ".png", "pdf": ".pdf"}
_SAMPLES = {"phone": "13800000000", "id_number": "11010519491231002X", "plate": "浙B12345"}
"""Of the named formats: made up, and written as they ask for."""
Raw = dict[str, Any]


def install_registers(settings: Settings, registers: Path, bundles: Sequence[Bundle]) -> None:
    """Make an installation with the registers of a city, as a file of the same tables holds them."""
    tables = Base.metadata.sorted_tables
    source = create_engine(f"sqlite:///{registers}")
    with clock.set_to(clock.now()), opened(settings, clock.now(), proof), source.connect() as reading:
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            there = inspect(source).get_table_names()
            for table in (each for each in tables if each.name in there):
                rows = [dict(row._mapping) for row in reading.execute(select(table))]
                if rows:
                    session.execute(insert(table), rows)
            for bundle in bundles:
                publish(session, bundle)
    source.dispose()


def carried_through(base: Settings, folder: Path, draft: Bundle, case: Mapping[str, Any]) -> Raw:
    """Carry one case through and return how it went: `went`, and where it parted, what was late, why it is stuck."""
    begins = datetime.fromisoformat(case["acts"][0]["at"])
    with copied(base, folder, begins, proof, draft) as (office, hand):
        return Replay(office, hand, case).through()


class Replay:
    """One case of the past on its way through a draft."""

    def __init__(self, office: Office, hand: clock.Hand, case: Mapping[str, Any]) -> None:
        """Take the office, the hand of the stopped clock and the case as it was."""
        self.office = office
        self.hand = hand
        self.was = case
        self.case_id = ""
        self.missed: list[Raw] = []
        """Acts there was no place for, each with the reason."""

    def through(self) -> Raw:
        """Give every answer at its instant, let the time pass until the case was closed, and compare."""
        for act in self.was["acts"]:
            run_until(self.office, self.hand, datetime.fromisoformat(act["at"]))
            self._settle()
            try:
                self._give(act)
            except (GridflowError, LookupError) as error:
                self.missed.append({"step": act["step"], "at": act["at"], "why": _why(error)})
                if not self.case_id:
                    return {"went": "stuck", "why": _why(error), "at_step": act["step"]}
            self._settle()
        run_until(self.office, self.hand, datetime.fromisoformat(self.was["ended"]) + timedelta(minutes=1))
        self._settle()
        return self._compared()

    def _settle(self) -> None:
        while tick(self.office):
            pass

    def _give(self, act: Mapping[str, Any]) -> None:
        db.session.remove()
        who = viewer(db.session(), self.office.cities, act["actor"])
        if act["kind"] == "start":
            form = cases.start_form(db.session(), self.office, who, self.was["slug"])
            ready = check(self.office, form, self._handed(form, act))
            with writing() as session:
                self.case_id = cases.open_case(session, self.office, who, self.was["slug"], ready).id
        else:
            kind = KINDS[act["kind"]]
            form, who = self._first_that_may(who, kind, self._waiting(kind, act))
            ready = check(self.office, form.opened, self._handed(form.opened, act))
            with writing() as session:
                kind.hand_in(session, self.office, who, form, ready, new_id())

    def _waiting(self, kind: Kind, act: Mapping[str, Any]) -> Sequence[Any]:
        """Return what waits at the step of an act, that of the same diagram first; raises where nothing does."""
        here = kind.waiting(self.case_id, act["element"])
        found = db.session.scalars(here.order_by(kind.rows.process_id != act["process"], kind.rows.id)).all()
        if not found:
            raise CaseError(f"这时“{act['step']}”没有在等待办理。")
        return found

    def _first_that_may(self, who: Viewer, kind: Kind, waiting: Sequence[Any]) -> tuple[Any, Viewer]:
        """Return the form of the first thing somebody may do, and who; raises NotYours where nobody may."""
        refused: NotYours | None = None
        for one in self._able(who, waiting):
            for each in waiting:
                try:
                    return kind.open(db.session(), self.office, one, each.id), one
                except NotYours as error:
                    refused = refused or error
        raise refused or CaseError("没有人可以办理。")

    def _able(self, who: Viewer, waiting: Iterable[Any]) -> Iterator[Viewer]:
        """Yield whoever did it, then others who hold the post: the draft may have given the step to another one."""
        yield who
        for one in waiting:
            held = select(Post.user_id).where(Post.unit_id == one.unit_id, Post.role == one.role)
            for user_id in db.session.scalars(held.limit(3)):
                try:
                    yield viewer(db.session(), self.office.cities, user_id)
                except AccountClosed:
                    continue

    def _handed(self, form: Opened, act: Mapping[str, Any]) -> Handed:
        """Return an answer as the draft's form asks for it: what was chosen then, stand-ins for what was typed."""
        names, lists = names_of(form.form.components)
        public = {key: value for key, value in act["public"].items() if key in names or key in lists}
        values: dict[str, Any] = {}
        files: dict[str, list[Upload]] = {}
        for field in form.form.fields:
            if field.kind == "filepicker":
                if field.required or field.key in act["files"]:
                    files[field.key] = [_file(field)]
            elif field.kind == "dynamiclist":
                values[field.key] = _rows(field, public.get(field.key), act)
            elif public.get(field.key) is not None:
                values[field.key] = _as_typed(field, public[field.key])
            elif field.class_ != "public" and (field.required or field.key in act["secret"]):
                values[field.key] = _stand_in(field, form, act)
        return Handed({name: texts for name, texts in flattened(values).items() if texts}, files)

    # ------------------------------------------------------------ what became of it

    def _compared(self) -> Raw:
        db.session.remove()
        session = db.session()
        case = session.get_one(Case, self.case_id)
        parts = self._parting(case, way_of(session, self.office, case))
        late = self._late(case)
        if case.state == "open" and self.was["state"] != "open":
            return {"went": "stuck", "why": self._stuck(case), "parts": parts, "late": late, "missed": self.missed}
        went = "late" if late else "other" if parts else "same"
        return {"went": went, "parts": parts, "late": late, "missed": self.missed, "state": case.state}

    def _parting(self, case: Case, path: Sequence[str]) -> Raw | None:
        """Return the first step that only one of the two ways has, None for the same way; order tells nothing."""
        was = self.was["path"]
        gone, new = Counter(was) - Counter(path), Counter(path) - Counter(was)
        if not gone and not new:
            return None
        names = dict(self.was["names"])
        for instance in instances_of(db.session(), case):
            names |= self.office.engine.versions.get(db.session(), instance.version_id).names
        return {"was": _first(was, gone, names), "is": _first(path, new, names)}

    def _late(self, case: Case) -> list[str]:
        """Return the limits that were kept then and are not now, by the name and the turn of each."""
        titles = dict(self.was["limits_titles"])
        kept = Counter(name for name, how in self.was["limits"] if how == "met")
        now = [(row.name, standing(row)) for row in limits_of(db.session(), case)]
        still = Counter(name for name, how in now if how == "met")
        missed = Counter(name for name, how in now if how in ("late", "expired"))
        before = Counter(name for name, how in self.was["limits"] if how in ("late", "expired"))
        return [titles.get(name, name) for name in kept if still[name] < kept[name] and missed[name] > before[name]]

    def _stuck(self, case: Case) -> str:
        session = db.session()
        broken = session.scalars(select(Incident).where(Incident.case_id == case.id, Incident.ended_at.is_(None))).all()
        waits = session.scalars(
            select(MessageWait).where(MessageWait.case_id == case.id, MessageWait.form.is_(None))
        ).all()
        here = "、".join(dict.fromkeys(item.step for item in open_items(session, case)))
        reasons = [one.cause for one in broken[:2]]
        if here:
            reasons.append(f"停在“{here}”")
        reasons += [f"“{one['step']}”：{one['why']}" for one in self.missed[:2]]
        if waits and not here:
            reasons.append(f"等待消息“{waits[0].label}”，别的案件和外部发来的消息不重放。")
        said = "；".join(each.rstrip("。") for each in reasons)
        return f"{said or '案件没有结束，也没有待办'}。"


def _first(path: Sequence[str], only: Counter[str], names: Mapping[str, str]) -> str:
    found = next((each for each in path if each in only), "")
    return names.get(found) or names.get(bare(found)) or bare(found)


def _why(error: Exception) -> str:
    return words(error) if isinstance(error, GridflowError) else f"没有这一步（{error}）。"


# ------------------------------------------------------------ what stands in for what was typed


def _rows(field: Field, given: Sequence[Mapping[str, Any]] | None, act: Mapping[str, Any]) -> list[Raw]:
    """Return the rows of a list, as many as there were, with stand-ins in the columns for text."""
    least = act["rows"].get(field.key, field.min_items)
    columns = {column.key: column for column in field.components if column.key}
    rows: list[Raw] = [{} for _ in range(least)]
    if given:
        rows = [{key: _as_typed(columns[key], row[key]) for key in row if key in columns} for row in given]
    for row in rows:
        for key, column in columns.items():
            if column.class_ != "public" and column.kind != "filepicker" and column.required:
                row.setdefault(key, _sample(column, act))
    return rows


def _as_typed(field: Field, value: Any) -> Any:
    """Return a kept value as a browser would post it: instants in China to the minute."""
    if field.kind != "datetime" or not isinstance(value, str):
        return value
    if field.subtype == "datetime":
        return minute(datetime.fromisoformat(value))
    return value[:5] if field.subtype == "time" else value


def _stand_in(field: Field, form: Opened, act: Mapping[str, Any]) -> Any:
    options = [*field.options, *form.options.get(field.source, ())]
    return options[0].value if options else _sample(field, act)


def _sample(field: Field, act: Mapping[str, Any]) -> str:
    if field.kind == "number":
        return str(field.min or 1)
    if field.kind == "datetime":
        at: str = act["at"]
        return {"date": at[:10], "time": "09:00"}.get(field.subtype, at[:16])
    if field.pattern:
        return _SAMPLES[field.pattern]
    text = STAND_IN.ljust(field.min_length, "。")
    return text[: field.max_length] if field.max_length else text


def _file(field: Field) -> Upload:
    suffix = next((_TYPES[kind] for kind in field.accept if kind in _TYPES), ".pdf")
    return Upload(f"附件{suffix}", made_up(f"附件{suffix}"))
