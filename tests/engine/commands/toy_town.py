"""Two toy cities in a real database, and commands given by name: the smallest world the engine works in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sketch import diagram, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.application import make_app
from gridflow.audit.models import AuditEntry
from gridflow.audit.verify import verify_database
from gridflow.cases.models import Case
from gridflow.cases.viewer import viewer
from gridflow.catalogue import Catalogue
from gridflow.catalogue.cities import ROLES
from gridflow.config import Settings
from gridflow.db import db, new_id, table, writing
from gridflow.engine.definitions import publish
from gridflow.engine.directory import CaseFacts
from gridflow.engine.models import Incident, Instance, Job, Limit, MessageWait, TimerDue, WorkItem
from gridflow.engine.runtime.run import Run
from gridflow.jobs.tick import run_until, tick
from gridflow.people.calendars import import_calendar
from gridflow.people.models import Post, Unit, User
from gridflow.registers.models import Matter
from gridflow.schema import upgrade

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine o'clock in China
TIERS = {"field_worker": "village", "grid_head": "village", "village": "village", "town": "town"}
TIERS |= {"county_office": "county", "city_office": "city", "handler": "unit", "unit_leader": "unit"}
CITIES = {"here": ("990100", "甲市", "T"), "there": ("880100", "乙市", "U")}
CITY = """
code = "{code}"
name = "{name}"
division = "{division}"
law = "{law}"
case_prefix = "{law}T"
[ordinance]
title = "{name}条例"
file = "{code}.ordinance.md"
[calendar]
regions = []
hours = ["09:00-12:00", "13:00-17:00"]
[switches]
share = 5
[organ]
name = "{name}网格办"
"""
ORDINANCE = "# 条例\n\n## 第一条\n\n一款。\n\n二款。\n"
MANIFEST = """
slug = "{slug}"
title = "玩具流程"
short = "玩具"
basis = ["T1-1"]
owner = "city_office"
opens_by = "both"
retention = "10年"
[start]
form = "ask"
roles = ["resident"]
"""
LIMITS = {"handling": ("5", "WD"), "ruling": ("2", "WD"), "quick": ("4", "WH"), "hour": ("1", "H")}
PEOPLE = {  # login: unit code, post
    "fay": ("990101001001", "field_worker"),
    "finn": ("990101001001", "field_worker"),
    "tom": ("990101001", "town"),
    "tess": ("990101001", "town"),
    "cora": ("990101", "county_office"),
    "han": ("990101-parks", "handler"),
    "hugo": ("990101-parks", "handler"),
    "thea": ("880101001", "town"),
    "idle": ("990101001", "town"),
}


def decision(id, inputs, outputs, rules):
    """Draw a table with the policy FIRST; a rule lists its input and output cells."""
    heads = "".join(f'<input id="i{n}"><inputExpression><text>{i}</text></inputExpression></input>' for n, i in inputs)
    heads += "".join(f'<output id="o_{name}" name="{name}"/>' for name in outputs)
    rows = ""
    for n, cells in enumerate(rules):
        row = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells[: len(inputs)])
        row += "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in cells[len(inputs) :])
        rows += f'<rule id="{id}_r{n}">{row}</rule>'
    return (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_defs" name="{id}" namespace="t">'
        f'<decision id="{id}" name="{id}"><decisionTable id="{id}_t" hitPolicy="FIRST">{heads}{rows}'
        "</decisionTable></decision></definitions>"
    )


LIMIT_TABLE = decision(
    "limit",
    [(0, "step")],
    ["amount", "unit", "basis"],
    [(f'"{name}"', amount, f'"{unit}"', '"T1-1"') for name, (amount, unit) in LIMITS.items()],
)


def write_home(home: Path) -> None:
    for code, (division, name, law) in CITIES.items():
        roles = "".join(
            f'[roles.{role}]\ntitle = "{role}"\npost = "{role}"\ngrid_staff = {str(role == "field_worker").lower()}\n'
            + (f'tier = "{TIERS[role]}"\n' if role in TIERS else "")
            for role in ROLES
        )
        city = CITY.format(code=code, name=name, division=division, law=law) + roles
        write(home, f"processes/_cities/{code}.toml", city)
        write(home, f"processes/_cities/{code}.ordinance.md", ORDINANCE)
    write(home, "processes/_shared/limit.dmn", LIMIT_TABLE)
    for folder in ("forms", "templates/documents"):
        (home / folder).mkdir(parents=True, exist_ok=True)


def write(home: Path, path: str, content: str | bytes) -> None:
    place = home / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.encode() if isinstance(content, str) else content)


def settings_for(home: Path, url: str) -> Settings:
    return Settings(
        database_url=url, secret_key="s", vault_key=bytes(range(32)), home=home, files=home / "files",
        fonts=home / "fonts", smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip


def settle(session: Session, home: Path) -> None:
    """Fill an empty database with units, people, a calendar and a matter list."""
    units = {}
    for city, county, name in (("here", "990101", "甲"), ("there", "880101", "乙")):
        division = CITIES[city][0]
        for code, kind, tier, parent in (
            (division, "city_office", "city", None),
            (county, "county_office", "county", division),
            (f"{county}001", "town", "town", county),
            (f"{county}001001", "village", "village", f"{county}001"),
            (f"{county}-parks", "handling", "county", county),
            (f"{county}-closed", "handling", "county", county),
        ):
            closed = date(2026, 1, 1) if code.endswith("closed") else None
            unit = Unit(
                city=city, code=code, name=f"{name}{code}", kind=kind, tier=tier, county_code=county,
                parent_id=units[parent].id if parent else None, department=None, closed_on=closed,
            )  # fmt: skip
            session.add(unit)
            session.flush()
            units[code] = unit
    for login, (code, post) in PEOPLE.items():
        city = units[code].city
        user = User(
            city=city, login=login, name=f"{login}先生", password_hash="x", email=f"{login}@example.org",
            active=login != "idle", failures=0,
        )  # fmt: skip
        session.add(user)
        session.flush()
        session.add(Post(city=city, user_id=user.id, unit_id=units[code].id, role=post, since=date(2026, 1, 1)))
    for code, until in (("T03001", None), ("T03002", date(2026, 1, 31))):
        session.add(
            Matter(
                city="here", code=code, name="清理垃圾", base="T1", category="1", level="II", on_site=True,
                since=date(2026, 1, 1), until=until,
            )
        )  # fmt: skip
    for city in Catalogue.read(home).cities.values():
        import_calendar(session, city, home)


def prepare(home: Path, url: str) -> None:
    """Migrate an empty database and fill it."""
    write_home(home)
    with clock.set_to(MONDAY), make_app(settings_for(home, url)).app_context():
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            settle(session, home)
        db.session.remove()
        db.engine.dispose()


class Town:
    """The city `here` at work."""

    def __init__(self, home: Path, url: str, hand: clock.Hand) -> None:
        self.settings = settings_for(home, url)
        self.home, self.hand = home, hand
        self.app = make_app(self.settings)
        self.office = self.app.extensions["gridflow"]
        self.engine = self.office.engine

    # ------------------------------------------------------------ procedures

    def draw(self, slug, flows, *, city="here", io="", tables=(), inner=(), **parts):
        """Publish a procedure whose main process is drawn from a line of text."""
        folder = self.home / f"processes/{slug}"
        shutil.rmtree(folder, ignore_errors=True)
        write(self.home, f"processes/{slug}/procedure.toml", MANIFEST.format(slug=slug))
        write(self.home, f"processes/{slug}/{slug}.bpmn", diagram(process(slug, flows, io, **parts), *inner))
        for name, content in tables:
            write(self.home, f"processes/{slug}/decisions/{name}.dmn", content)
        with writing() as session:
            publish(session, Catalogue.read(self.home).bundle(city, slug))

    # ------------------------------------------------------------ commands

    def user_id(self, login):
        with Session(db.engine) as session:
            return session.scalar(select(User.id).where(User.login == login))

    def who(self, login):
        with Session(db.engine) as session:
            return viewer(session, self.office.cities, self.user_id(login)).actor

    def open(self, slug, *, as_login="tom", **values):
        """Open a case and its main instance; returns the case's id."""
        case_id = new_id()
        with writing() as session:
            units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id).where(Unit.city == "here"))}
            tiers = {
                "village": units["990101001001"], "town": units["990101001"], "county": units["990101"],
                "city": units["990100"],
            }  # fmt: skip
            number = f"TT-{case_id[-12:]}"
            case = Case(
                id=case_id, city="here", county="990101", number=number, query_code="ABCD2345", slug=slug,
                title="一处", state="open", place_code="9901010010010001", place="一处", village_id=tiers["village"],
                town_id=tiers["town"], county_id=tiers["county"], city_id=tiers["city"], channel="网格巡查",
                reporter_kind="staff", opened_at=clock.now(),
            )  # fmt: skip
            session.add(case)
            seen = {"slug": slug, "number": number, "title": "一处", "opened_at": clock.now().isoformat()}
            facts = CaseFacts(case_id, "here", "990101", number, "一处", tiers, seen)
            self.engine.open(session, facts, slug, values, self.who(as_login))
        return case_id

    def do(self, case_id, element, login, request_id=None, **values):
        """Complete the oldest open task of that element."""
        return self.do_item(self.item(case_id, element).id, login, request_id, **values)

    def do_item(self, item_id, login, request_id=None, **values):
        return self.complete_as(self.who(login), item_id, request_id, **values)

    def complete_as(self, actor, item_id, request_id=None, **values):
        with writing() as session:
            return self.engine.complete(session, item_id, actor, values, request_id=request_id or new_id())

    def offer(self, case_id, element, login, request_id=None, **values):
        """Take the offer of that event."""
        return self.take(self.only(MessageWait, case_id=case_id, element_id=element).id, login, request_id, **values)

    def take(self, wait_id, login, request_id=None, **values):
        actor = self.who(login)
        with writing() as session:
            return self.engine.take_offer(session, wait_id, actor, values, request_id=request_id or new_id())

    def retry(self, incident, login="cora"):
        actor = self.who(login)
        with writing() as session:
            self.engine.retry(session, incident.id, actor)

    def later(self, **span):
        """Let time pass with everything that falls due on the way."""
        run_until(self.office, self.hand, self.hand.instant + timedelta(**span))

    def work(self):
        """Let a worker do what is due now."""
        while tick(self.office):
            pass

    # ------------------------------------------------------------ looking

    def all(self, model, **wanted):
        with Session(db.engine) as session:
            rows = select(table(model)).order_by(*table(model).primary_key)
            for name, value in wanted.items():
                rows = rows.where(table(model).c[name] == value)
            return [model(**row._mapping) for row in session.execute(rows)]

    def only(self, model, **wanted):
        (found,) = self.all(model, **wanted)
        return found

    def item(self, case_id, element):
        found = self.all(WorkItem, case_id=case_id, element_id=element, status="open")
        assert found, (element, self.open_steps(case_id), [row.cause for row in self.incidents(case_id)])
        return found[0]

    def open_steps(self, case_id):
        return sorted(row.element_id for row in self.all(WorkItem, case_id=case_id, status="open"))

    def entries(self, case_id, action=None):
        rows = sorted(self.all(AuditEntry, case_id=case_id), key=lambda row: row.seq)
        return [row for row in rows if action in (None, row.action)]

    def incidents(self, case_id):
        return [row for row in self.all(Incident, case_id=case_id) if row.ended_at is None]

    def limits(self, case_id, name):
        return self.all(Limit, case_id=case_id, name=name)

    def timers(self, case_id, kind="timer"):
        return sorted(self.all(TimerDue, case_id=case_id, kind=kind), key=lambda row: row.due_at)

    def jobs(self, **wanted):
        return self.all(Job, **wanted)

    def instance(self, case_id, slug=None):
        return self.only(Instance, **({"slug": slug} if slug else {}), case_id=case_id)

    def data(self, case_id):
        """Return the variables of the case's one instance."""
        with Session(db.engine) as session:
            instance = session.scalars(select(Instance).where(Instance.case_id == case_id)).one()
            return dict(self.engine.look(session, instance.id, self.who("tom")).run.data)

    def result(self, case_id, slug=None):
        """Return the result of a finished instance."""
        instance = self.instance(case_id, slug)
        with Session(db.engine) as session:
            parsed = self.engine.versions.get(session, instance.version_id)
        return dict(Run.restore(parsed.specs, instance.blob, None).data)

    def audit_is_sound(self):
        with db.engine.connect() as connection:
            report = verify_database(connection)
        assert report.sound, report.lines()
        return report

    @contextmanager
    def elsewhere(self) -> Iterator["Town"]:
        """Act as another process would: with an application, an engine and connections of its own."""
        other = Town(self.home, self.settings.database_url, self.hand)
        with other.app.app_context():
            yield other
            db.session.remove()
            db.engine.dispose()


def china(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
