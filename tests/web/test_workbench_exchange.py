"""Files of other products in a revision: kept as they came, made into a draft, and the rest said part by part."""

import io
import re
from collections.abc import Callable

import pytest
from demo_installation import EVENT, Person

from gridflow.bpmn import is_drawn, read
from gridflow.workbench.foreign.conditions import suggestion

Meet = Callable[[str], Person]
BPMN = 'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
CAMUNDA = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn elsewhere -->
<bpmn:definitions {BPMN} xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="x">
  <bpmn:process id="Process_Leave" name="请假" isExecutable="true" camunda:historyTimeToLive="180">
    <bpmn:startEvent id="begin" name="申请"/>
    <bpmn:userTask id="fill" name="填写" camunda:formKey="embedded:app:forms/leave-form.html"
      camunda:candidateGroups="village" camunda:assignee="${{initiator}}" camunda:dueDate="P2D">
      <bpmn:extensionElements><camunda:taskListener class="a.B" event="create"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="long" name="三天以上？"/>
    <bpmn:scriptTask id="count" name="计算" scriptFormat="groovy"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>
    <bpmn:userTask id="agree" name="审批" camunda:candidateGroups="accounting">
      <bpmn:multiInstanceLoopCharacteristics camunda:collection="${{people}}" camunda:elementVariable="one"/>
    </bpmn:userTask>
    <bpmn:endEvent id="done" name="结束"/>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="fill"/>
    <bpmn:sequenceFlow id="f2" sourceRef="fill" targetRef="long"/>
    <bpmn:sequenceFlow id="f3" name="是" sourceRef="long" targetRef="count">
      <bpmn:conditionExpression>${{days &gt; 3 &amp;&amp; kind == 'sick'}}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" name="否" sourceRef="long" targetRef="done">
      <bpmn:conditionExpression>${{service.check(days)}}</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f5" sourceRef="count" targetRef="agree"/>
    <bpmn:sequenceFlow id="f6" sourceRef="agree" targetRef="done"/>
  </bpmn:process>
</bpmn:definitions>
"""
ZEEBE = f"""<bpmn:definitions {BPMN} xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="x">
  <bpmn:process id="order" isExecutable="true">
    <bpmn:startEvent id="begin"/>
    <bpmn:userTask id="check" name="核对"><bpmn:extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="check_order"/>
      <zeebe:assignmentDefinition candidateGroups="=&#34;town&#34;" assignee="=owner"/></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:callActivity id="pay" name="付款"><bpmn:extensionElements>
      <zeebe:calledElement processId="paying" propagateAllChildVariables="false"/></bpmn:extensionElements>
    </bpmn:callActivity>
    <bpmn:serviceTask id="send" name="寄送"><bpmn:extensionElements><zeebe:taskDefinition type="send"/>
      </bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:endEvent id="done"/>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="check"/>
    <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="pay"/>
    <bpmn:sequenceFlow id="f3" sourceRef="pay" targetRef="send"/>
    <bpmn:sequenceFlow id="f4" sourceRef="send" targetRef="done"/>
  </bpmn:process></bpmn:definitions>
"""
FLOWABLE = f"""<bpmn:definitions {BPMN} xmlns:flowable="http://flowable.org/bpmn" id="d" targetNamespace="x">
  <bpmn:process id="holiday"><bpmn:startEvent id="begin" flowable:initiator="who"/>
    <bpmn:userTask id="approve" name="批准" flowable:candidateGroups="town,village" flowable:formKey="approve"/>
    <bpmn:adHocSubProcess id="loose" name="随意"><bpmn:userTask id="in_it" name="甲"/></bpmn:adHocSubProcess>
    <bpmn:endEvent id="done"/><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="approve"/>
    <bpmn:sequenceFlow id="f2" sourceRef="approve" targetRef="loose"/>
    <bpmn:sequenceFlow id="f3" sourceRef="loose" targetRef="done"/></bpmn:process></bpmn:definitions>
"""
SPIFF = f"""<bpmn:definitions {BPMN} xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="x">
  <bpmn:process id="buy" isExecutable="true"><bpmn:startEvent id="begin"/>
    <bpmn:userTask id="fill_in" name="填写"><bpmn:extensionElements><s:properties>
      <s:property name="formJsonSchemaFilename" value="buy-schema.json"/>
      <s:property name="formUiSchemaFilename" value="buy-uischema.json"/></s:properties>
      <s:postScript>del x</s:postScript></bpmn:extensionElements></bpmn:userTask>
    <bpmn:subProcess id="watch" triggeredByEvent="true"/><bpmn:endEvent id="done"/>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="fill_in"/>
    <bpmn:sequenceFlow id="f2" sourceRef="fill_in" targetRef="done"/></bpmn:process></bpmn:definitions>
"""
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
  id="dish" name="菜" namespace="x"><decision id="Dish_1" name="菜" camunda:historyTimeToLive="7"><decisionTable id="t">
  <input id="i" camunda:inputVariable="season"><inputExpression id="ie" typeRef="string" expressionLanguage="juel">
  <text>season</text></inputExpression></input><output id="o" name="dish" typeRef="string"/>
  <rule id="r"><inputEntry id="ie1"><text>"Winter"</text></inputEntry>
  <outputEntry id="oe1"><text>"Stew"</text></outputEntry></rule></decisionTable></decision></definitions>
"""


def begun(owner: Person, title: str) -> str:
    """Begin a revision and return its address."""
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=EVENT, title=title).headers["Location"])


def handed(owner: Person, revision: str, name: str, text: str, **more: str) -> tuple[int, str]:
    """Hand a foreign file in; return the status and the address of its page."""
    owner.get(f"{revision}/exchange")
    answer = owner.post(f"{revision}/exchange", file=(io.BytesIO(text.encode()), name), **more)
    return answer.status_code, str(answer.headers.get("Location", ""))


def draft(owner: Person, revision: str, path: str) -> bytes:
    """Return a file of a revision as it now is."""
    return owner.get(f"{revision}/files?path={path}").data


def rows(page: str, state: str) -> str:
    """Return the part of a page that lists what becomes of parts in one way."""
    found = re.search(rf'aria-labelledby="remarks-{state}">(.*?)</table>', page, re.DOTALL)
    return found[1] if found else ""


def test_a_file_of_another_product_is_kept_drawn_and_every_part_of_it_told(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "请假流程")
    status, address = handed(owner, revision, "leave.bpmn", CAMUNDA)
    page = owner.get(address).text

    assert status == 302
    assert owner.get(f"{address}/original").data == CAMUNDA.encode()
    assert "<svg" in page
    assert "按流程自动排出" in page
    assert 'id="at-count"' in page
    assert 'href="#at-count"' in page
    lost, asks, taken = (rows(page, state) for state in ("lost", "asks", "taken"))
    for words in ("监听器", "到期时间", "指定的人", "保存期限", "脚本任务", "本市没有这个角色"):
        assert words in lost
    assert "days &gt; 3 and kind = &#34;sick&#34;" in asks
    assert "service.check(days)" in asks
    for words in ("表单 = leave_form", "（village）", "保存名单的变量 = people"):
        assert words in taken

    made = read(draft(owner, revision, f"processes/{EVENT}/process_leave.bpmn"))
    assert is_drawn(made)
    assert made.nodes["fill"].attributes == {"form": "leave_form", "role": "village"}
    assert made.nodes["agree"].attributes == {}
    assert {flow.condition for flow in made.flows.values()} == {None}  # never translated in silence
    assert made.foreign == ()


def test_a_suggested_condition_is_written_where_somebody_takes_it(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "采用建议")
    _, address = handed(owner, revision, "leave.bpmn", CAMUNDA)

    owner.get(address)
    assert owner.post(f"{address}/conditions", flow=["f3", "f4"]).status_code == 302
    made = read(draft(owner, revision, f"processes/{EVENT}/process_leave.bpmn"))
    assert {key: flow.condition for key, flow in made.flows.items() if flow.condition} == {
        "f3": 'days > 3 and kind = "sick"'
    }
    assert "草稿里已写上条件" in owner.get(address).text


@pytest.mark.parametrize(
    ("name", "text", "taken", "lost"),
    [
        (
            "order.bpmn", ZEEBE,
            ["表单 = check_order", "（town）", "调用的流程图 = paying"],
            ["外部服务或程序类", "Camunda 8 taskDefinition", "Camunda 8 assignmentDefinition"],
        ),
        ("holiday.bpmn20.xml", FLOWABLE, ["表单"], ["一个环节只由一个角色办理", "谁能发起", "随机子流程"]),
        ("buy.bpmn", SPIFF, ["表单 = buy"], ["SpiffArena postScript", "不支持事件子流程"]),
    ],
)  # fmt: skip
def test_what_each_product_says_is_taken_or_told(
    person: Meet, name: str, text: str, taken: list[str], lost: list[str]
) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, name)
    _, address = handed(owner, revision, name, text)
    page = owner.get(address).text

    assert [words for words in taken if words not in rows(page, "taken")] == []
    assert [words for words in lost if words not in rows(page, "lost")] == []


def test_a_foreign_table_is_kept_and_other_languages_in_it_are_told(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "菜")
    status, address = handed(owner, revision, "dish.dmn", TABLE)
    page = owner.get(address).text

    assert status == 302
    assert "juel" in rows(page, "asks")
    assert "Camunda 7 inputVariable" in rows(page, "lost")
    assert b"camunda" not in draft(owner, revision, f"processes/{EVENT}/decisions/dish_1.dmn")


def test_a_foreign_diagram_takes_the_place_of_one_under_its_process_id(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "换图")
    path = "processes/event/conclude.bpmn"
    status, _ = handed(owner, revision, "leave.bpmn", CAMUNDA, instead=path)

    assert status == 302
    assert list(read(draft(owner, revision, path)).processes) == ["conclude"]


HOSTILE = {
    "an entity": ("a.bpmn", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions>&e;</definitions>'),
    "no diagram": ("a.bpmn", "<html/>"),
    "a broken file": ("a.bpmn", CAMUNDA[:-40]),
    "a program": ("a.py", "print()"),
    "an entity in a table": ("a.dmn", '<!DOCTYPE x [<!ENTITY e "x">]>' + TABLE),
    "no name": ("", ""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_is_kept_of(person: Meet, what: str) -> None:
    owner = person("bh-process_owner")
    revision, (name, text) = begun(owner, what), HOSTILE[what]
    status, _ = handed(owner, revision, name, text)

    assert status == 422
    assert "还没有导入过文件" in owner.get(f"{revision}/exchange").text
    assert "还没有改动" in owner.get(f"{revision}?tab=changes").text


def test_a_revision_begins_with_a_foreign_file_or_not_at_all(person: Meet) -> None:
    owner = person("bh-process_owner")
    owner.get("/workbench/exchange")
    bad = owner.post("/workbench/exchange", slug=EVENT, title="坏文件", file=(io.BytesIO(b"<a/>"), "a.bpmn"))
    assert bad.status_code == 422
    assert "坏文件" not in owner.get("/workbench").text

    owner.get("/workbench/exchange")
    good = owner.post(
        "/workbench/exchange", slug=EVENT, title="好文件", file=(io.BytesIO(CAMUNDA.encode()), "leave.bpmn")
    )
    assert good.status_code == 302
    assert "原件的图" in owner.get(str(good.headers["Location"])).text


def test_a_diagram_is_laid_out_for_an_editor_and_not_kept(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "排版")
    body = {"path": "a.bpmn", "text": CAMUNDA}
    found = owner.client.post(f"{revision}/layout", json=body, headers={"X-CSRFToken": token(owner, revision)})

    assert is_drawn(read(found.json["text"].encode()))
    assert "还没有改动" in owner.get(f"{revision}?tab=changes").text


def token(owner: Person, address: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', owner.get(address).text)
    return found[1] if found else ""


def test_foreign_files_are_only_for_the_city_and_those_who_answer_for_procedures(person: Meet) -> None:
    owner = person("bh-process_owner")
    _, address = handed(owner, begun(owner, "看不到"), "leave.bpmn", CAMUNDA)

    assert person("nb-process_owner").get(address).status_code == 404
    assert person("bh-field_worker").get(address).status_code == 403
    assert person("bh-city_head").get(address).status_code == 200


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("${amount > 100}", "amount > 100"),
        ("#{approved == true}", "approved = true"),
        ("${!approved}", "not(approved)"),
        ("=status = \"ok\"", 'status = "ok"'),
        ("a >= 1 and b != 'x'", 'a >= 1 and b != "x"'),
        ("${(a == null) || b}", "(a = null) or b"),
        ("${execution.getVariable('a') == 1}", ""),
        ("not a == b", ""),
        ("a in [1, 2]", ""),
        ("${a ? b : c}", ""),
        ("${empty list}", ""),
        ("a < b < c <", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_only_simple_comparisons_are_suggested(text: str, feel: str) -> None:
    assert suggestion(text) == feel


def test_an_editor_opens_a_diagram_without_a_picture_laid_out_and_the_file_stays_as_it_is(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "没有图形")
    path = f"processes/{EVENT}/conclude.bpmn"
    bare = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", draft(owner, revision, path), flags=re.DOTALL)
    owner.get(revision)
    owner.post(f"{revision}/files", files=(io.BytesIO(bare), "conclude.bpmn"))

    assert "BPMNShape" in owner.get(f"{revision}/edit?path={path}").text
    assert b"BPMNShape" not in draft(owner, revision, path)
