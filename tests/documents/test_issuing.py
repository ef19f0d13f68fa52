"""Who issues the papers of a real case, under which numbers, in which order they are filed."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from gridflow.application import make_app, office
from gridflow.cases.models import Case
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.documents.models import Document
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.running import prepare, run_one, temporary

NAMES = {"ningbo": "objection-upheld-gives", "beihai": "extension-granted-with"}


class Played:
    """What is left of a case that was carried out and archived."""

    def __init__(self, city: str) -> None:
        self.city = city
        case = db.session.scalars(select(Case)).one()
        self.number = case.number
        rows = db.session.scalars(select(Document).order_by(Document.seq)).all()
        self.kinds = [row.kind for row in rows]
        self.numbers = {row.kind: row.number for row in rows}
        self.units = {row.kind: row.inputs["document"]["unit"] for row in rows}
        self.texts = {row.kind: _text(office().blobs.get(row.sha256)) for row in rows}
        self.pages = [_flat(page.extract_text()) for page in _reader(office().blobs.get(case.dossier)).pages]
        self.text = "".join(self.pages)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, faces: Path) -> Path:
    folder = tmp_path_factory.mktemp("issuing")
    prepare(ROOT, folder, tuple(sorted(NAMES)))
    return folder


@pytest.fixture(scope="module", params=sorted(NAMES))
def played(request: pytest.FixtureRequest, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    found = (read_scenario(one) for one in Catalogue.read(ROOT).scenarios(city=request.param))
    scenario = next(one for one in found if one.name.startswith(NAMES[request.param]))
    folder = tmp_path_factory.mktemp("issued") / request.param
    assert run_one(temporary(ROOT, base), folder, scenario) == []
    with make_app(temporary(ROOT, folder)).app_context():
        yield Played(request.param)
        db.session.remove()
        db.engine.dispose()


def test_each_paper_names_the_unit_that_issues_it(played: Played) -> None:
    expected = {
        "ningbo": {"dispatch_order": "海曙区网格化主管单位", "verification_sheet": "海曙区南门街道"},
        "beihai": {
            "dispatch_order": "海城区网格化服务管理机构",
            "verification_sheet": "海城区中街街道网格化服务管理机构",
            "phased_report": "海城区综合行政执法局",
        },
    }[played.city]
    assert {kind: played.units[kind] for kind in expected} == expected
    for kind, unit in expected.items():
        assert played.texts[kind].startswith(unit)


def test_each_kind_has_a_number_of_its_own_from_the_unit_that_issues_it(played: Played) -> None:
    place = {"ningbo": ("海曙区", "南门街道"), "beihai": ("海城区", "中街街道")}[played.city]
    assert played.numbers["verification_sheet"] == f"{place[1]}网格核〔2026〕1号"
    assert played.numbers["feedback_sheet"] == f"{place[1]}网格反馈〔2026〕1号"
    last = 2 if played.city == "ningbo" else 1
    assert played.numbers["dispatch_order"] == f"{place[0]}网格交〔2026〕{last}号"


def test_papers_are_filed_by_time_and_the_closing_record_last(played: Played) -> None:
    assert played.kinds[-2:] == ["feedback_sheet", "closing_record"]
    contents = played.pages[1]
    assert contents.index("反馈单") < contents.index("办结单")


def test_an_upheld_objection_prints_no_limit_of_the_unit_it_leaves(played: Played) -> None:
    rulings = [text for kind, text in played.texts.items() if kind == "objection_ruling"]
    assert len(rulings) == (1 if played.city == "ningbo" else 0)
    assert all("异议成立" in ruling and "裁定人" in ruling for ruling in rulings)
    assert not any("11月" in ruling.split("裁定理由")[1].split("裁定人")[0] for ruling in rulings)


def test_the_contents_say_who_answers_for_each_paper(played: Played) -> None:
    assert all(unit.replace("　", "") in played.pages[1] for unit in played.units.values())


def test_the_place_of_a_case_names_no_office(played: Played) -> None:
    place = {"ningbo": "海曙区　南门街道　周江岸社区", "beihai": "海城区　中街街道"}[played.city]
    assert place.replace("　", "") in played.pages[0].replace("　", "")


def test_nothing_in_a_closed_file_is_cut_or_still_going_on(played: Played) -> None:
    assert "进行中" not in played.texts["closing_record"]
    assert "进行中" not in played.text
    assert "…" not in played.text


def test_every_article_a_paper_names_is_there_with_its_text(played: Played) -> None:
    from gridflow.documents.wording import article

    law = office().cities[played.city].ordinance.articles
    named = [(kind, code) for kind, text in played.texts.items() for code in law if f"》{article(code)}　" in text]

    assert named
    assert [(kind, code) for kind, code in named if _flat(law[code].text)[:12] not in _flat(played.texts[kind])] == []


def test_a_case_that_a_department_ends_is_closed_by_the_office(base: Path, tmp_path: Path) -> None:
    found = (read_scenario(one) for one in Catalogue.read(ROOT).scenarios(city="beihai"))
    scenario = next(one for one in found if one.name.startswith("off-list-need-goes-to-a-unit"))
    assert run_one(temporary(ROOT, base), tmp_path / "case", scenario) == []
    with make_app(temporary(ROOT, tmp_path / "case")).app_context():
        played = Played("beihai")
        db.session.remove()
        db.engine.dispose()
    assert played.units["closing_record"] == "海城区中街街道网格化服务管理机构"
    assert played.units["revisit_record"] == "海城区民政局"
    assert "open_revisit" not in played.text


def _reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def _text(pdf: bytes) -> str:
    return "".join(_flat(page.extract_text()) for page in _reader(pdf).pages)


def _flat(text: str) -> str:
    return text.replace("\n", "").replace(" ", "")
