"""Searches of the inbox kept under a name."""

import re
from collections.abc import Callable

from demo_installation import Person
from web_fixtures import ON_BOTH

pytestmark = ON_BOTH
Meet = Callable[[str], Person]


def kept(person: Person) -> list[str]:
    """Return the ids of somebody's searches."""
    return re.findall(r'action="/inbox/searches/(\w+)/delete"', person.get("/inbox?box=unit").text)


def test_a_search_is_kept_under_a_name_opened_and_forgotten(person: Meet) -> None:
    village = person("nb-village")
    village.get("/inbox?box=unit&search=第一网格")

    saved = village.post("/inbox/searches", box="unit", search="第一网格", name="我的网格")
    page = village.get("/inbox?box=unit").text
    village.post(f"/inbox/searches/{kept(village)[0]}/delete")

    assert saved.status_code == 302
    assert "我的网格" in page
    assert "/inbox?box=unit&amp;search=%E7%AC%AC%E4%B8%80%E7%BD%91%E6%A0%BC" in page
    assert kept(village) == []


def test_searches_are_ones_own(person: Meet) -> None:
    town, village = person("nb-town"), person("nb-village")
    town.get("/inbox")
    town.post("/inbox/searches", box="unit", search="路灯", name="路灯")
    mine = kept(town)

    village.get("/inbox")
    village.post(f"/inbox/searches/{mine[0]}/delete")

    assert kept(village) == []
    assert kept(town) == mine


def test_the_same_name_replaces_and_too_many_are_refused(person: Meet) -> None:
    handler = person("nb-handler")
    handler.get("/inbox")
    for number in range(20):
        handler.post("/inbox/searches", box="unit", search=f"词{number}", name=f"名{number}")

    again = handler.post("/inbox/searches", box="mine", search="别的词", name="名3")
    refused = handler.post("/inbox/searches", box="mine", search="多一个", name="多一个")

    assert again.status_code == 302
    assert refused.status_code == 409
    assert "最多存 20 个" in refused.text
    assert len(kept(handler)) == 20


def test_nothing_is_kept_without_words_or_of_another_box(person: Meet) -> None:
    leader = person("nb-unit_leader")
    leader.get("/inbox")

    leader.post("/inbox/searches", box="unit", search="  ", name="空")
    leader.post("/inbox/searches", box="everything", search="路灯", name="别处")

    assert kept(leader) == []
