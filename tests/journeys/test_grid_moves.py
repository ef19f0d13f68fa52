"""A change of grids takes the open cases along."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases.jobs import prepare_rendering
from gridflow.cases.models import Case, Submission
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.cases.queries import field_values
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT, Settings
from gridflow.db import db
from gridflow.engine.models import Instance, WorkItem
from gridflow.registers.grids.models import CaseMove
from gridflow.registers.grids.queries import successors
from gridflow.registers.models import Grid
from gridflow.registers.shaping import read
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Scenario, read_scenario

OLD = "330203001005C002"
EVENTS = 3


def scenario(slug: str, sentence: str) -> Scenario:
    found = Catalogue.read(ROOT).scenarios(city="ningbo")
    return next(read_scenario(one) for one in found if (one.slug, one.sentence) == (slug, sentence))


def test_15_open_cases_move_with_their_grid_by_point_or_as_the_town_says(
    database: str, tmp_path: Path, settings_for: Callable[[Path, str], Settings]
) -> None:
    event = scenario("event", "merged-while-handling")
    first = event.steps[0]
    change = scenario("grid_change", "split-rejected-redrawn-then-approved")
    with make_app(settings_for(tmp_path, database)).app_context(), clock.set_to(change.begins) as hand:
        prepare_rendering(office())
        quiet = replace(office(), mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True))
        grid = db.session.get_one(Grid, OLD)
        middle = read(str(grid.geometry)).representative_point()
        cases = []
        for number in range(EVENTS):
            values = {**first.values, "grid_code": OLD, "location_text": f"{number} 号楼前"}
            play = Play(quiet, replace(event, steps=(replace(first, values=values, expect=None, at=""),)), hand)
            play.step(play.scenario.steps[0])
            cases.append(play.case_id)
        placed = db.session.get_one(Case, cases[0])
        placed.longitude, placed.latitude = middle.x, middle.y
        db.session.commit()
        play = Play(quiet, change, hand)
        for step in change.steps[:-1]:
            assert play.step(replace(step, expect=None)) == []
        waiting = db.session.scalars(
            select(WorkItem.element_id).where(WorkItem.case_id == play.case_id, WorkItem.status == "open")
        ).all()
        assert set(waiting) == {"republish", "check_moves"}
        new = [one.code for one in successors(db.session(), "ningbo", [OLD])]
        moves = {one.case_id: one for one in db.session.scalars(select(CaseMove))}
        assert set(cases) <= moves.keys()
        assert moves[cases[0]].how == "point"
        assert moves[cases[1]].to_grid is None
        last = change.steps[-1]
        elsewhere = replace(
            last, who="town", at="", kind="task", target="check_moves", values={"rest_grid": "330203001005C001"},
            expect=None, refused="不是这次变更后的网格",
        )  # fmt: skip
        assert play.step(elsewhere) == []
        values = {"rest_grid": new[1]}
        told = replace(last, who="town", at="", kind="task", target="check_moves", values=values, expect=None)
        assert play.step(told) == []
        db.session.expire_all()
        for case_id in cases:
            case = db.session.get_one(Case, case_id)
            assert case.grid_code in new
            assert case.place_code == case.grid_code
            instances = db.session.scalars(select(Instance).where(Instance.case_id == case_id)).all()
            assert {one.facts["seen"]["grid"] for one in instances if one.status == "running"} <= {case.grid_code}
            places = set(
                db.session.scalars(select(WorkItem.place).where(WorkItem.case_id == case_id, WorkItem.status == "open"))
            )
            assert places == {case.place}
        assert db.session.get_one(Grid, OLD).until is not None
        case = db.session.get_one(Case, play.case_id)
        filed = db.session.scalars(select(Submission).where(Submission.case_id == case.id)).all()
        shown = {
            one.key: one
            for each in field_values(db.session(), office(), case, filed, masked=False).values()
            for one in each
        }
        assert shown["plan_map"].picture.startswith("<svg ")
        assert "<" not in shown["plan_map"].value
        assert [row[0] for row in shown["new_grids"].rows] == [
            ("网格名称", "江岸东苑网格"),
            ("网格名称", "江岸西苑网格"),
        ]
