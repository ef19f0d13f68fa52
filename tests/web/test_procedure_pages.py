"""What process owners see of the procedures of their city."""

import re
from collections.abc import Callable

import pytest
from demo_installation import EVENT, Person

Meet = Callable[[str], Person]
PAGE = f"/procedures/{EVENT}"


def test_the_home_of_a_process_owner_leads_to_procedures_and_what_is_parked(person: Meet) -> None:
    home = person("nb-process_owner").get("/").text

    assert 'href="/procedures"' in home
    assert 'href="/running"' in home


def test_procedures_are_listed_with_version_and_what_runs(person: Meet) -> None:
    person("nb-field_worker").report()

    page = person("nb-process_owner").get("/procedures").text

    assert "第 1 版" in page
    assert f'href="{PAGE}"' in page
    assert re.search(r"办理中 [1-9]", page)


def test_in_english_a_procedure_says_how_long_its_cases_are_kept(person: Meet) -> None:
    owner = person("nb-process_owner")
    chinese = owner.get(PAGE).text
    owner.post("/language", language="en", back="/")

    assert "保管期限：10年" in chinese
    assert "Kept for: 10 years" in owner.get(PAGE).text


def test_diagrams_are_drawn_and_follow_the_calls(person: Meet) -> None:
    owner = person("nb-process_owner")

    page = owner.get(PAGE).text
    called = re.search(rf'href="({PAGE}\?process=(\w+))"', page.replace("&amp;", "&"))

    assert owner.get(f"{PAGE}/diagrams/{EVENT}").json["taken"] == []
    assert "<svg" in owner.get(f"{PAGE}/diagrams/{called[2]}.svg").text
    assert owner.get(called[1]).status_code == 200
    assert owner.get(f"{PAGE}/diagrams/unheard_of").status_code == 404


def test_decision_tables_are_read_row_by_row(person: Meet) -> None:
    page = person("nb-process_owner").get(f"{PAGE}?tab=decisions").text

    assert "时限表" in page
    assert "核实登记时限" in page
    assert "环节" in page


@pytest.mark.parametrize("login", ["nb-process_owner", "bh-process_owner"])
def test_cells_of_decision_tables_hold_words_and_no_codes(person: Meet, login: str) -> None:
    owner = person(login)
    slugs = re.findall(r'href="/procedures/(\w+)"', owner.get("/procedures").text)
    pages = {slug: owner.get(f"/procedures/{slug}?tab=decisions").text for slug in slugs}
    cells = {slug: re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL) for slug, page in pages.items()}
    code = re.compile(r"(^|、)&#34;[A-Za-z]")

    assert len(slugs) >= 10
    assert {(slug, cell) for slug, found in cells.items() for cell in found if code.search(cell)} == set()
    assert "二级（一般）" in pages[EVENT]
    assert "办结单" in pages[EVENT]


def test_the_check_says_what_it_found(person: Meet) -> None:
    owner = person("nb-process_owner")

    assert f'hx-get="{PAGE}/check"' in owner.get(f"{PAGE}?tab=check").text
    assert re.search(r"没有发现问题|必须改正|建议改正", owner.get(f"{PAGE}/check").text)


def test_running_cases_of_a_procedure_lead_to_where_they_stand(person: Meet) -> None:
    person("nb-field_worker").report()
    owner = person("nb-process_owner")

    page = owner.get(f"{PAGE}?tab=running").text
    instance = re.search(r'href="(/running/instances/\w+)"', page)[1]

    assert owner.get(instance).status_code == 200
    assert "绿化带" not in page


@pytest.mark.parametrize("login", ["nb-resident", "nb-town", "nb-handler"])
def test_others_do_not_see_how_procedures_run(person: Meet, login: str) -> None:
    assert person(login).get(f"{PAGE}?tab=running").status_code == 403


def test_a_procedure_that_does_not_exist_is_not_found(person: Meet) -> None:
    assert person("nb-process_owner").get("/procedures/unheard_of").status_code == 404
