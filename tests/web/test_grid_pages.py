"""The register of grids on the page, and what anybody may see of it."""

import re
from collections.abc import Callable

import pytest
from demo_installation import Person
from flask import Flask
from sqlalchemy import select

from gridflow.db import db, writing
from gridflow.people.models import Credential, Post, User

NINGBO, BEIHAI = "330203001005C001", "450502001006C001"
Persons = Callable[[str], Person]


def phone_of(app: Flask, login: str, grid: str, phone: str) -> None:
    """Give somebody of the demo a work phone at a grid."""
    with app.app_context(), writing() as session:
        post = session.scalars(select(Post).join(User, User.id == Post.user_id).where(User.login == login)).first()
        assert post is not None
        post.grid_code, post.phone = grid, phone


def test_23_ningbo_publishes_no_phone_of_part_time_workers_and_beihai_does(app: Flask) -> None:
    for login, grid, phone in (
        ("nb-part_time_worker", NINGBO, "000-1111-0001"),
        ("nb-grid_head", NINGBO, "000-1111-0002"),
        ("bh-part_time_worker", BEIHAI, "000-1111-0003"),
    ):
        phone_of(app, login, grid, phone)
    client = app.test_client()
    ningbo = client.get(f"/public/grids/{NINGBO}").get_data(as_text=True)
    beihai = client.get(f"/public/grids/{BEIHAI}").get_data(as_text=True)
    assert "000-1111-0002" in ningbo
    assert "000-1111-0001" not in ningbo
    assert "兼职网格员" not in ningbo
    assert "网格指导员" in ningbo
    assert "000-1111-0003" in beihai
    assert "网格指导员" not in beihai
    assert "监督电话" in ningbo
    assert "周江岸社区" in ningbo


def test_the_public_page_of_no_grid_is_not_found(app: Flask) -> None:
    assert app.test_client().get("/public/grids/330203001005C999").status_code == 404
    assert app.test_client().get(f"/public/grids/{NINGBO}.pdf").status_code == 404  # no board has been set yet


def test_the_register_of_grids_is_a_tab_of_what_can_be_looked_up(person: Persons) -> None:
    office = person("nb-city_office")

    for address in ("/grids", "/grids/vacancies", f"/grids/{NINGBO}"):
        page = office.get(address).text
        bar, tabs = page[: page.index("<main")], page[page.index("gf-tabs") :].partition("</nav>")[0]
        assert 'href="/grids"' not in bar
        assert re.search(r'href="/grids"\s+aria-current="page">网格<', tabs)


def test_the_register_goes_from_the_city_down_to_a_grid(person: Persons) -> None:
    county = person("nb-county_office").client
    assert "南门街道" in county.get("/grids").get_data(as_text=True)
    village = county.get("/grids?unit=330203001005").get_data(as_text=True)
    assert f"/grids/{NINGBO}" in village
    assert "data:image/svg+xml" in village
    assert "沿革" in county.get(f"/grids/{NINGBO}").get_data(as_text=True)
    assert "人员空缺" in county.get("/grids/vacancies?unit=330203001005").get_data(as_text=True)


def test_another_city_and_whoever_may_not_look_find_nothing(person: Persons) -> None:
    assert person("nb-county_office").client.get(f"/grids/{BEIHAI}").status_code == 404
    assert person("nb-administrator").client.get("/grids").status_code == 403


def test_nobody_is_appointed_whose_source_the_ordinance_does_not_name(app: Flask, person: Persons) -> None:
    town = person("nb-town")
    assert town.get(f"/grids/{NINGBO}").status_code == 200
    asked = {"login": "nb-village", "post": "full_time_worker", "source": "志愿者", "phone": "", "document": ""}
    refused = town.post(f"/grids/{NINGBO}/staff", **asked)
    assert refused.status_code == 422
    assert "应来自：社区工作者" in refused.get_data(as_text=True)
    assert town.post(f"/grids/{NINGBO}/staff", **{**asked, "source": "社区工作者"}).status_code == 302
    with app.app_context():
        found = select(Post, User).join(User, User.id == Post.user_id).where(Post.grid_code == NINGBO)
        post, user = db.session.execute(found.where(Post.role == "full_time_worker", User.login == "nb-village")).one()
        assert post.source == "社区工作者"
        assert user.staff_code == "330203F000001"
        post_id = post.id
    assert town.post(f"/grids/{NINGBO}/staff/{post_id}/card").status_code == 302
    with app.app_context():
        number = db.session.scalars(select(Credential.number).where(Credential.post_id == post_id)).one()
    shown = app.test_client().get(f"/public/cards/{number}").get_data(as_text=True)
    assert "有效" in shown
    assert town.post(f"/grids/{NINGBO}/staff/{post_id}/end").status_code == 302
    assert "已失效" in app.test_client().get(f"/public/cards/{number}").get_data(as_text=True)


@pytest.mark.parametrize("login", ["nb-village", "nb-field_worker"])
def test_only_the_town_and_the_offices_appoint(person: Persons, login: str) -> None:
    someone = person(login)
    someone.get(f"/grids/{NINGBO}")
    assert someone.post(f"/grids/{NINGBO}/staff", login="nb-village").status_code == 403
