"""The preview of a form in the workbench: the page of a task without a task, for nobody else's eyes or frames."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from demo_installation import EVENT, Person

from gridflow.forms import FormRefused
from gridflow.forms.inputs import SOURCES
from gridflow.forms.keys import RESERVED
from gridflow.forms.reading import read_component

Meet = Callable[[str], Person]
REPORT = f"forms/{EVENT}/report.json"
CHOICE = {
    "type": "radio", "key": "how", "label": "怎样", "validate": {"required": True}, "properties": {"basis": "N18-2"},
    "values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}],
}  # fmt: skip
NOTE = {
    "type": "textarea", "key": "note", "label": "说明", "conditional": {"hide": '=how != "b"'},
    "validate": {"required": True}, "properties": {"basis": "N18-2"},
}  # fmt: skip


def written(*components: dict[str, Any]) -> str:
    """Return a form of some components."""
    return json.dumps({"type": "default", "components": components})


def begun(owner: Person) -> str:
    """Begin a revision and return the address of its preview."""
    owner.get("/workbench")
    revision = owner.post("/workbench/begin", slug=EVENT, title="预览").headers["Location"]
    address = f"{revision}/form?path={REPORT}"
    owner.get(address)
    return address


def faults(page: str) -> dict[str, str]:
    """Return what the page says is refused, by place."""
    found: dict[str, str] = json.loads(unescape(re.search(r'data-faults="([^"]*)"', page)[1]))
    return found


def test_it_shows_the_saved_form_with_the_registers_of_the_city(person: Meet) -> None:
    owner = person("nb-process_owner")
    begun(owner)
    page = owner.page.text

    assert "暴露垃圾" in page
    assert faults(page) == {}
    assert "第一网格" in page


def test_it_is_tried_like_a_task_and_keeps_nothing(person: Meet) -> None:
    owner = person("nb-process_owner")
    address, text = begun(owner), written(CHOICE, NOTE)

    assert "这一栏必填" not in owner.post(address, _text=text).text
    assert owner.post(address, _text=text, _try="yes").text.count("这一栏必填") == 2  # in the summary, and at the field
    assert "说明：这一栏必填" in owner.post(address, _text=text, _try="yes", how="b").text
    assert "可以送出" in owner.post(address, _text=text, _try="yes", how="a").text
    where = address.replace("/form?", "/form/visible?")
    assert owner.post(where, _text=text, how="a").json == {"hidden": ["note"], "fitting": {}}
    assert owner.post(where, _text=text, how="b").json == {"hidden": [], "fitting": {}}
    assert "还没有改动" in owner.get(f"{address.split('/form')[0]}?tab=changes").text


def test_everything_that_is_refused_is_said_at_its_place(person: Meet) -> None:
    owner = person("nb-process_owner")
    address = begun(owner)
    group = {
        "type": "group",
        "label": "组",
        "components": [CHOICE, {**NOTE, "label": ""}],
        "properties": {"basis": "N18-2"},
    }

    def refused(*components: dict[str, Any]) -> dict[str, str]:
        return faults(owner.post(address, _text=written(*components)).text)

    assert refused(group, {"type": "html", "content": "<script>"}).keys() == {"0.1", "1"}
    assert "相同" in refused(CHOICE, NOTE, CHOICE)["2"]
    assert "移到前面" in refused(NOTE, CHOICE)["0"]
    assert faults(owner.post(address, _text="{").text).keys() == {""}
    assert owner.post(address.replace("/form?", "/form/visible?"), _text="{").status_code == 422


def test_only_the_designer_may_frame_it(person: Meet) -> None:
    owner = person("nb-process_owner")
    address = begun(owner)
    policies = [
        owner.get(each).headers["Content-Security-Policy"]
        for each in (address, f"{address.split('/form')[0]}/edit?path={REPORT}", "/workbench")
    ]

    assert ["frame-ancestors 'self'" in each for each in policies] == [True, False, False]
    assert ["frame-src 'self'" in each for each in policies] == [False, True, False]


def test_it_is_closed_to_other_cities_and_to_staff(person: Meet) -> None:
    address = begun(person("nb-process_owner"))

    assert person("bh-process_owner").get(address).status_code == 404
    assert person("nb-field_worker").get(address).status_code == 403


def test_the_designer_knows_every_kind_source_and_reserved_name(person: Meet) -> None:
    owner = person("nb-process_owner")
    page = owner.get(f"{begun(owner).split('/form')[0]}/edit?path={REPORT}").text
    words = json.loads(re.search(r"data-words>(.*?)</script>", page, re.DOTALL)[1])

    assert {value for value, _ in words["options"]["sources"]} == set(SOURCES)
    assert set(words["reserved"]) == RESERVED
    with pytest.raises(FormRefused) as refused:
        read_component({"type": "none"}, ())
    assert set(words["kinds"]) == set(refused.value.problem.split("可用的有 ")[1].rstrip("。").split("、"))
