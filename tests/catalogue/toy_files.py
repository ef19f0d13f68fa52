"""The files of one toy city and one toy procedure."""

from collections.abc import Callable

from gridflow.catalogue.cities import ROLES

Write = Callable[[str, str], None]

CITY = """
code = "{code}"
name = "{name}"
division = "990100"
law = "{law}"
case_prefix = "TT"
[ordinance]
title = "{name}条例"
file = "{code}.ordinance.md"
[calendar]
regions = []
hours = ["09:00-12:00", "13:00-17:00"]
[switches]
sample_percent = 5
sea_grids = true
[organ]
name = "{name}网格办"
phone = "0000"
[numbers.order]
pattern = "JB-{{area}}-{{year}}-{{serial:06d}}"
[departments.parks]
name = "园林局"
tiers = ["city", "county"]
[demo]
login_prefix = "{code}"
county = "990101"
town = "990101001"
village = "990101001001"
people = ["甲一", "乙二"]
"""

ORDINANCE = """# 条例

（某年某月某日通过）

## 第一条
一款：
（一）甲项；
（二）乙项。
二款。

## 第十二条

一款独有。
"""

MANIFEST = """
slug = "tree"
title = "砍树许可"
short = "砍树"
basis = ["T1-1"]
owner = "city_office"
retention = "10年"
[start]
form = "ask"
roles = ["resident"]
"""

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gridflow="urn:gridflow:bpmn">
<process id="{process}"><userTask id="{task}" gridflow:form="{form}"/>{calls}</process></definitions>"""

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">
<decision id="{id}" name="{name}"/></definitions>"""


def city_file(code: str, name: str, law: str) -> str:
    roles = "".join(
        f'[roles.{role}]\ntitle = "职务{n}"\npost = "{role}"\ngrid_staff = {str(role == "field_worker").lower()}\n'
        for n, role in enumerate(ROLES)
    )
    return CITY.format(code=code, name=name, law=law) + roles


def bpmn(process: str, *, task: str = "look", form: str = "look", calls: tuple[str, ...] = ()) -> str:
    called = "".join(f'<callActivity id="call_{call}" calledElement="{call}"/>' for call in calls)
    return BPMN.format(process=process, task=task, form=form, calls=called)


def dmn(decision: str, name: str = "表") -> str:
    return DMN.format(id=decision, name=name)
