"""Emergencies: orders are recorded and never invented, personal data are destroyed and the case file stays whole."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.bpmn import read
from gridflow.cases.area_options import MOST_UNITS, area_units
from gridflow.cases.jobs import prepare_rendering
from gridflow.cases.models import Attachment, Case, CaseLink
from gridflow.cases.office import Office
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.cases.queries import related_to
from gridflow.cases.service import task_form
from gridflow.cases.showing import shown
from gridflow.cases.story import told
from gridflow.cases.viewer import viewer
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT, Settings
from gridflow.db import db
from gridflow.documents import verify
from gridflow.documents.models import Document
from gridflow.engine.models import Instance, WorkItem
from gridflow.inbox.desk import limit_of, limits_around
from gridflow.inspection.places import counted
from gridflow.jobs.tick import run_until, tick
from gridflow.people.models import Post, User
from gridflow.registers.duty import beside
from gridflow.registers.models import Grid
from gridflow.registers.queries import grid_by_code, grids_within
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Scenario, read_scenario
from gridflow.scenarios.running import prepare, temporary
from gridflow.vault.models import VaultDigest, VaultItem
from gridflow.vault.service import PREFIX

SECRETS = ("钱小丰", "13800138000", "孙阿婆", "13700137000", "13900001111")
CATALOGUE = Catalogue.read(ROOT)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Settings]:
    made: dict[str, Settings] = {}

    def install(city: str) -> Settings:
        if city not in made:
            made[city] = prepare(ROOT, tmp_path_factory.mktemp(city), (city,))
        return made[city]

    return install


def scenario(name: str, city: str, slug: str = "emergency") -> Scenario:
    return next(
        read_scenario(found)
        for found in CATALOGUE.scenarios(city=city, slug=slug)
        if Path(found.path).name == f"{name}.{city}.toml"
    )


@contextmanager
def playing(base: Settings, folder: Path, story: Scenario) -> Iterator[Play]:
    """Open a copy of an installation and hand out the play, nothing of it carried out yet."""
    folder.mkdir(parents=True)
    (folder / "gridflow.db").write_bytes(Path(base.database_url.removeprefix("sqlite:///")).read_bytes())
    with make_app(temporary(base.home, folder)).app_context(), clock.set_to(story.begins) as hand:
        prepare_rendering(office())
        quiet: Office = replace(office(), mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True))
        try:
            yield Play(quiet, story, hand)
        finally:
            db.session.remove()
            db.engine.dispose()


def steps(story: Scenario, first: int, last: int | None = None, **more: object) -> Scenario:
    """Return some steps of a scenario, without what the whole would expect in the end."""
    empty = replace(story.expect, state=None, path=(), not_path=(), documents=(), due={}, audit=(), open=None)
    return replace(story, steps=story.steps[first:last], expect=empty, **more)


# ------------------------------------------------------------ scenario 22: the clean-up


@pytest.mark.parametrize("city", ["ningbo", "beihai"])
def test_after_the_end_values_are_destroyed_and_the_file_stays_whole(
    installed: Callable[[str], Settings], tmp_path: Path, city: str, capsys: pytest.CaptureFixture[str]
) -> None:
    story = scenario("personal-data-are-destroyed-and-the-file-stays-whole", city)
    with playing(installed(city), tmp_path / "run", story) as play:
        assert play.through() == []
        photo = db.session.scalar(select(Attachment).where(Attachment.field == "photos"))
        assert photo is not None
        run_until(play.office, play.hand, clock.now().replace(hour=23, minute=59))
        kept = db.session.scalars(select(VaultItem).where(VaultItem.case_id == play.case_id)).all()
        personal = [item for item in kept if item.kind != "text"]
        what = next(item for item in kept if item.field == "what")
        measures = next(item for item in kept if item.field == "measures")

        assert len(personal) >= 3
        assert all(item.box is None and item.destroyed_at and "第八十五条" in str(item.reason) for item in personal)
        assert what.box is None
        assert measures.box is not None
        left = select(func.count()).select_from(VaultDigest).where(VaultDigest.case_id == play.case_id)
        assert db.session.scalar(left) == 0
        assert photo.destroyed_at is not None
        assert not play.office.blobs.path(photo.sha256).exists()

        case = db.session.get_one(Case, play.case_id)
        titles = {step.title for step in told(db.session(), play.office, case, masked=True)}
        assert "布置到网格" in titles  # what began in each grid, and not a start of that name elsewhere
        assert "较大以上" not in titles
        dossier = tmp_path / "dossier.pdf"
        dossier.write_bytes(play.office.blobs.get(str(case.dossier)))
        papers = db.session.scalars(select(Document).where(Document.case_id == case.id)).all()
        printed = [play.office.blobs.get(str(paper.sha256)) for paper in papers]
        on_disk = b"".join(path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file())

    assert verify.main([str(dossier)]) == verify.INTACT
    said = capsys.readouterr().out
    number = re.search(r"依法销毁，第 (\d+) 条记录", said)
    manifest = verify.record(verify.read(dossier))
    assert number
    entry = manifest["entries"][int(number[1]) - 1]
    assert {PREFIX + item.id for item in personal} <= set(entry["changes"]["destroyed"][0]["tokens"])
    recorded = json.dumps(manifest["entries"])
    assert all(PREFIX + item.id in recorded for item in kept if not item.field.endswith(".name"))
    assert "不相符" not in said
    text = "".join(page_text(pdf) for pdf in [dossier.read_bytes(), *printed])
    assert "依法销毁" in text
    assert "2026年11月23日（周一）08:55" in text  # when it was found: paper says the year
    assert "30年" in text
    for secret in SECRETS:
        assert secret not in text
        if secret != "钱小丰":  # the demo's cast has an account of its own
            assert secret.encode() not in on_disk

    manifest["destroyed"][0]["values"] += 1  # what the record does not tell of is a fault
    bare = tmp_path / "audit.json"
    bare.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    assert verify.main([str(bare)]) == verify.ALTERED


def page_text(pdf: bytes) -> str:
    """Return the text of a PDF as its pages say it."""
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)  # noqa: S607  -- of the machine
    return said.stdout.decode()


# ------------------------------------------------------------ orders


def test_difference_19_ningbo_must_respond_and_beihai_may_only_report() -> None:
    cities = CATALOGUE.cities
    assert cities["ningbo"].switches["emergency_response"] == "required"
    assert cities["beihai"].switches["emergency_response"] == "optional"
    assert {found.city for found in CATALOGUE.scenarios(slug="emergency") if "reported-without" in found.path} == {
        "beihai"
    }


@pytest.mark.parametrize("city", ["ningbo", "beihai"])
def test_no_path_runs_a_response_without_a_recorded_order(city: str) -> None:
    bundle = CATALOGUE.bundle(city, "emergency")
    process = read(bundle.diagram("emergency_response")).processes["emergency_response"]
    after: dict[str, set[str]] = {}
    for flow in process.flows.values():
        after.setdefault(flow.source, set()).add(flow.target)
    begin = next(node.id for node in process.nodes.values() if node.kind == "startEvent")

    def reached(without: str) -> set[str]:
        found, waiting = set[str](), [begin]
        while waiting:
            one = waiting.pop()
            if one != without and one not in found:
                found.add(one)
                on_it = [node.id for node in process.nodes.values() if node.attached_to == one]
                waiting += [*after.get(one, ()), *on_it]
        return found

    assert "open_grids" in reached("")
    assert "open_grids" not in reached("record_start")
    assert "end_stopped" not in reached("stop_order")
    for order in ("record_start", "adjust_order", "stop_order"):
        form = json.loads(bundle.form(order) or b"{}")
        keys = {one.get("key"): one for one in form["components"]}
        assert keys["issuer"]["valuesKey"] == "authorities"
        assert keys["signed_file"]["validate"]["required"] is True
        assert keys["order_no"]["validate"]["required"] is True


def test_an_event_that_is_an_emergency_opens_a_case_of_its_own(
    installed: Callable[[str], Settings], tmp_path: Path
) -> None:
    story = scenario("sudden-danger-goes-to-emergency", "ningbo", "event")
    with playing(installed("ningbo"), tmp_path / "run", story) as play:
        assert play.through() == []
        event = db.session.get_one(Case, play.case_id)
        emergency = db.session.scalars(select(Case).where(Case.slug == "emergency")).one()
        assert emergency.number != event.number
        assert (emergency.grid_code, emergency.state, event.state) == (event.grid_code, "open", "to_emergency")
        assert {"verify", "first_response"} <= set(waiting(emergency.id))
        office_login = select(User.id).where(User.login == "nb-village")
        village = viewer(db.session(), play.office.cities, db.session.scalars(office_login).one())
        item = db.session.scalars(select(WorkItem).where(WorkItem.element_id == "first_response")).one()
        task = task_form(db.session(), play.office, village, item.id)
        while tick(play.office):
            pass
        paper = db.session.scalars(select(Document).where(Document.case_id == emergency.id)).one()
        said = page_text(play.office.blobs.get(str(paper.sha256)))
        assert "事故灾难" in said
        assert not re.search("accident|unknown", said)  # no form of the emergency says these in words
        own = limit_of(task)
        assert own is not None
        assert own.title == "先期处置反馈时限"
        assert limits_around(task) == []  # that of the verification is the town's
        assert [one.relation for one in related_to(db.session(), village, emergency)] == ["follows"]
        assert [one.relation for one in related_to(db.session(), village, event)] == ["followed_by"]
        assert db.session.scalars(select(CaseLink.other_id).where(CaseLink.case_id == emergency.id)).all() == [event.id]


# ------------------------------------------------------------ the grids of an area


def test_scenario_18_a_maritime_grid_asks_its_neighbour_for_a_vessel_out_of_reach(
    installed: Callable[[str], Settings], tmp_path: Path
) -> None:
    story = scenario("a-vessel-out-of-reach-goes-to-the-next-grid", "beihai")
    maritime = "450502001006H001"
    sea = [replace(step, values={**step.values, "listed_grids": [maritime]}) for step in story.steps]
    sea = [step if step.target == "record_start" else old for step, old in zip(sea, story.steps, strict=True)]
    with playing(installed("beihai"), tmp_path / "run", replace(story, steps=tuple(sea))) as play:
        ashore = grid_by_code(db.session(), "beihai", "450502001006C001")
        assert ashore is not None
        db.session.add(
            Grid(
                code=maritime, city="beihai", name="外沙港涉海专属网格", village_unit_id=ashore.village_unit_id,
                kind="maritime", geometry=ashore.geometry, households=22, since=date(2026, 1, 1),
            )
        )  # fmt: skip
        db.session.commit()
        for post in ("bh-field_worker", "bh-grid_head"):
            held = select(Post).join(User, User.id == Post.user_id).where(User.login == post)
            db.session.scalars(held).one().grid_code = maritime
        db.session.commit()
        assert play.through() == []
        asked = db.session.scalars(select(WorkItem).where(WorkItem.element_id == "search_missing")).one()
        near = db.session.scalar(select(User.id).where(User.login == "z-near"))
        assert asked.person_id == near


def test_neighbours_are_those_that_touch_first_and_then_by_distance(
    installed: Callable[[str], Settings], tmp_path: Path
) -> None:
    with playing(installed("ningbo"), tmp_path / "run", scenario("false-alarm-is-closed", "ningbo")):
        own = "330203001005C002"
        near = beside(db.session(), "ningbo", own)
        assert near[0] == "330203001005C001"
        assert own not in near
        assert 3 <= len(near) <= 6
        assert all(code.startswith("330203001") for code in near)


def test_an_order_names_its_area_by_units_on_a_small_page(installed: Callable[[str], Settings], tmp_path: Path) -> None:
    story = scenario("ordered-response-runs-until-the-stop-order", "ningbo")
    number = next(n for n, step in enumerate(story.steps) if step.target == "record_start")
    before = steps(story, 0, number)
    whole = replace(before, steps=tuple(replace(step, expect=None) for step in before.steps))
    with playing(installed("ningbo"), tmp_path / "run", whole) as play:
        assert play.through() == []
        item = db.session.scalars(select(WorkItem).where(WorkItem.element_id == "record_start")).one()
        login = select(User.id).where(User.login == "nb-county_office")
        officer = viewer(db.session(), play.office.cities, db.session.scalars(login).one())
        opened = task_form(db.session(), play.office, officer, item.id).opened
        views = {view.key: view for view in shown(opened, None)}
        grids = len(grids_within(db.session(), "ningbo", "330203"))
        assert [o.count for o in views["area_kind"].options if o.value == "county"] == [grids]
        towns = {o.value: o.count for o in views["area_units"].options if len(o.value) == 9}
        assert sum(towns.values()) == grids
        assert towns["330203001"] == len(grids_within(db.session(), "ningbo", "330203001"))
        assert all(o.value.startswith("330203001") for o in views["listed_grids"].options)
        largest = {"county": "330225", "town": None, "village": None}
        assert len(area_units(db.session(), officer, largest)) <= MOST_UNITS


def test_an_order_for_a_town_reaches_each_of_its_grids_which_the_page_counts_and_its_end_reaches_them_all(
    installed: Callable[[str], Settings], tmp_path: Path
) -> None:
    story = scenario("ordered-response-runs-until-the-stop-order", "ningbo")
    number = next(n for n, step in enumerate(story.steps) if step.target == "record_start")
    order = replace(story.steps[number], values={**story.steps[number].values, "area_kind": "town"}, expect=None)
    stop = replace(next(step for step in story.steps if step.target == "stop_order"), at="+1h", expect=None)
    whole_town = replace(steps(story, 0), steps=(*story.steps[:number], order))
    other = replace(steps(story, 0), steps=(*story.steps[:number], replace(story.steps[number], expect=None)))
    with playing(installed("ningbo"), tmp_path / "run", other) as elsewhere:
        assert elsewhere.through() == []
        phoned = {"phoned": True, "phoned_at": "2026-11-23T08:57", "phoned_to": "镇街值班室"}  # the form comes later
        first = replace(whole_town.steps[0], values={**whole_town.steps[0].values, **phoned})
        rest = [replace(step, expect=None) for step in whole_town.steps[1:]]
        play = Play(elsewhere.office, replace(whole_town, steps=(first, *rest)), elsewhere.hand)
        assert play.through() == []
        grids = grids_within(db.session(), "ningbo", "330203001")
        found = db.session.get_one(Case, play.case_id)
        town = counted(db.session(), play.office, found)
        silent = [found for found in waiting(play.case_id) if found in ("roll_call", "take_over")]
        assert (town.whole.total, town.whole.silent) == (len(grids), len(silent))
        assert town.whole.open == len(waiting(play.case_id)) - len(waiting(play.case_id, alone=True))
        assert sum(area.total for area in town.areas) == len(grids)
        titles = {step.title for step in told(db.session(), play.office, found, masked=True)}
        assert "续报" in titles
        assert not {"点名", "村（社区）接管"} & titles
        play.step(stop)
        assert counted(db.session(), play.office, found).whole.open == 0
        mine = db.session.scalars(
            select(Instance).where(Instance.case_id == play.case_id, Instance.slug == "emergency_grid")
        ).all()
        assert len(mine) == len(grids) >= 24
        assert {instance.status for instance in mine} == {"finished"}
        assert "take_over" not in waiting(play.case_id)
        assert {"roll_call", "take_over"} & set(waiting(elsewhere.case_id))


def waiting(case_id: str, *, alone: bool = False) -> Sequence[str]:
    """Return the elements at which a case waits for people; `alone` leaves out those of one grid each."""
    tasks = select(WorkItem.element_id).where(WorkItem.case_id == case_id, WorkItem.status == "open")
    if alone:
        tasks = tasks.join(Instance).where(Instance.item.is_(None))
    return db.session.scalars(tasks).all()
