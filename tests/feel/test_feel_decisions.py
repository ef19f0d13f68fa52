"""Decisions of DMN files: hit policies, what is reported, what is refused."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gridflow.feel import DecisionError, DecisionFileError, DecisionSet, FeelError, read_decisions, to_plain

DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
# as dmn-js 17 writes it: DMN 1.3, ids everywhere, bounds in the interchange part, vendor attributes
DMN_JS = Path(__file__).with_name("as_dmn_js_writes.dmn").read_bytes()

ONE = '<decision id="d" name="决定"><literalExpression><text>{}</text></literalExpression></decision>'


def document(body: str, namespace: str = DMN_13) -> bytes:
    return f'<definitions xmlns="{namespace}" id="f" name="f" namespace="n">{body}</definitions>'.encode()


def table(policy: str, rules: str, outputs: str = '<output id="o" name="结果" typeRef="string"/>') -> bytes:
    columns = '<input id="i" label="数值"><inputExpression typeRef="number"><text>x</text></inputExpression></input>'
    return document(
        f'<decision id="d" name="决定"><decisionTable {policy}>{columns}{outputs}{rules}</decisionTable></decision>'
    )


def rule(number: int, cell: str, *outputs: str) -> str:
    cells = "".join(f"<outputEntry><text>{output}</text></outputEntry>" for output in outputs)
    return f'<rule id="r{number}"><inputEntry><text>{cell.replace("<", "&lt;")}</text></inputEntry>{cells}</rule>'


def requiring(decision: str, other: str) -> str:
    needs = f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
    return f'<decision id="{decision}" name="{decision}">{needs}</decision>'


def decide(xml: bytes, **scope: object) -> object:
    return to_plain(read_decisions(xml).evaluate("d", scope).value)


OVERLAPPING = rule(1, "> 1", '"低"') + rule(2, "> 2", '"高"') + rule(3, "> 3", '"低"')
RANKED = '<output id="o" name="结果"><outputValues><text>"高","低"</text></outputValues></output>'


def test_a_unique_table_refuses_two_hits_and_names_the_rules() -> None:
    xml = table('hitPolicy="UNIQUE"', OVERLAPPING)
    assert decide(xml, x=2) == "低"
    with pytest.raises(DecisionError, match="第 1、2 条同时命中"):
        decide(xml, x=3)


def test_an_any_table_accepts_equal_hits_only() -> None:
    xml = table('hitPolicy="ANY"', rule(1, "> 1", '"低"') + rule(2, "> 2", '"低"') + rule(3, "> 3", '"高"'))
    assert decide(xml, x=3) == "低"
    with pytest.raises(DecisionError, match="结果却不相同"):
        decide(xml, x=4)


@pytest.mark.parametrize(
    ("policy", "outputs", "expected"),
    [
        ('hitPolicy="FIRST"', "", "低"),
        ('hitPolicy="PRIORITY"', RANKED, "高"),
        ('hitPolicy="RULE ORDER"', "", ["低", "高", "低"]),
        ('hitPolicy="OUTPUT ORDER"', RANKED, ["高", "低", "低"]),
        ('hitPolicy="COLLECT"', "", ["低", "高", "低"]),
        ('hitPolicy="COLLECT" aggregation="COUNT"', "", 3),
    ],
)
def test_each_hit_policy_makes_its_own_of_several_hits(policy: str, outputs: str, expected: object) -> None:
    xml = table(policy, OVERLAPPING, outputs or '<output id="o" name="结果"/>')
    assert decide(xml, x=5) == expected


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_collected_numbers_are_aggregated(aggregation: str, expected: int) -> None:
    rules = "".join(rule(number, f"> {number}", str(number)) for number in (1, 2, 3))
    assert decide(table(f'hitPolicy="COLLECT" aggregation="{aggregation}"', rules), x=9) == expected


def test_no_hit_gives_the_default_else_nothing() -> None:
    with_default = '<output name="结果"><defaultOutputEntry><text>"无"</text></defaultOutputEntry></output>'
    assert decide(table("", OVERLAPPING, with_default), x=0) == "无"
    assert decide(table("", OVERLAPPING), x=0) is None
    assert decide(table('hitPolicy="COLLECT"', OVERLAPPING), x=0) == []


def test_a_decision_reports_rules_inputs_and_variables() -> None:
    decided = read_decisions(DMN_JS).evaluate("limit", {"等级": "一般", "urgency": 2, "opened": date(2026, 3, 1)})
    assert [(hit.decision, hit.number, hit.rule, hit.annotation) for hit in decided.hits] == [
        ("limit", 2, "rule_2", "一般事项")
    ]
    assert decided.inputs == {"等级": "一般", "紧急程度": Decimal(2), "受理日": date(2026, 3, 1)}
    assert to_plain(decided.variables) == {"amount": 5, "unit": "WD"}
    assert decided.value == decided.variables


def test_a_single_output_becomes_a_variable_of_its_name() -> None:
    assert to_plain(read_decisions(table("", OVERLAPPING)).evaluate("d", {"x": 2}).variables) == {"结果": "低"}


def test_required_decisions_are_evaluated_first_and_once() -> None:
    xml = document(
        '<decision id="d" name="总"><informationRequirement><requiredDecision href="#a"/></informationRequirement>'
        "<literalExpression><text>甲 * 甲</text></literalExpression></decision>"
        '<decision id="a" name="甲"><decisionTable hitPolicy="FIRST"><input><inputExpression><text>x</text>'
        f'</inputExpression></input><output name="n"/>{rule(1, "> 1", "x + 1")}</decisionTable></decision>'
    )
    decided = read_decisions(xml).evaluate("d", {"x": 2})
    assert decided.value == 9
    assert [(hit.decision, hit.number) for hit in decided.hits] == [("a", 1)]


def test_contexts_knowledge_and_invocations_work_together() -> None:
    xml = document(
        '<businessKnowledgeModel id="b" name="平方"><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
        "<literalExpression><text>n * n</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
        '<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>'
        '<context><contextEntry><variable name="甲"/><invocation><literalExpression><text>平方</text>'
        '</literalExpression><binding><parameter name="n"/><literalExpression><text>x</text></literalExpression>'
        "</binding></invocation></contextEntry><contextEntry><literalExpression><text>甲 + 平方(2)</text>"
        "</literalExpression></contextEntry></context></decision>"
    )
    assert decide(xml, x=3) == 13


def test_an_input_of_the_wrong_type_is_an_error_not_a_rule_that_misses() -> None:
    with pytest.raises(DecisionError, match="输入“数值”应当是数字，却是文字"):
        decide(table("", OVERLAPPING), x="3")


def test_an_input_outside_its_lawful_values_is_an_error() -> None:
    xml = DMN_JS.replace('"一般","重大"'.encode(), '"一般","重大","特大"'.encode(), 1)
    scope: Mapping[str, object] = {"等级": "特大", "urgency": 1, "opened": None}
    with pytest.raises(DecisionError, match="规定的取值"):
        read_decisions(DMN_JS).evaluate("limit", scope)
    assert read_decisions(xml).evaluate("limit", scope).value is None


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        DMN_13,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    xml = document(
        '<decision id="d" name="d"><literalExpression><text>1 + 1</text></literalExpression></decision>', namespace
    )
    assert decide(xml) == 2


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        (b"not xml", "完好的 XML"),
        (b"<a/>", "DMN 1.1 至 1.5"),
        (b'<!DOCTYPE d [<!ENTITY e "x">]>' + document(ONE.format("1")), "DOCTYPE"),
        (document(ONE.format("1 +")), "决策“决定”：表达式“1 \\+”写错了"),
        (document(ONE.format("1") * 2), "“d”出现了两次"),
        (table('hitPolicy="LAST"', OVERLAPPING), "命中策略“LAST"),
        (table('hitPolicy="FIRST" aggregation="SUM"', OVERLAPPING), "汇总只能"),
        (table("", '<rule id="r"><inputEntry><text>1</text></inputEntry></rule>'), "第 1 条规则的格数"),
        (table("", rule(1, "> > 1", "1")), "第 1 条规则第 1 格“> > 1”写错了"),
        (table("", rule(7, "1", "1 +")), "第 1 条规则第 1 个输出"),
        (table("", rule(1, "1", "__import__(")), "写错了"),
        (table("", rule(1, '__import__("os")', "1")), "没有函数“__import__”"),
        (table("", rule(1, "1", 'eval("1")')), "没有函数“eval”"),
        (table("", rule(1, 'matches(?, "(a")', "1")), "缺少“）”|缺少“\\)”"),
        (document('<import namespace="y" importType="dmn" name="y"/>' + ONE.format("1")), "import"),
        (document(ONE.replace("Expression>", 'Expression expressionLanguage="groovy">', 1)), "只支持 FEEL"),
        (document(f"{requiring('a', 'b')}{requiring('b', 'a')}"), "绕成了圈"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_with_its_place(xml: bytes, message: str) -> None:
    with pytest.raises(DecisionFileError, match=message):
        read_decisions(xml)


def test_an_external_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("1")
    xml = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file://{secret}">]>'.encode() + document(ONE.format("&e;"))
    with pytest.raises(DecisionFileError, match="DOCTYPE"):
        read_decisions(xml)


def test_sets_of_several_files_join_unless_an_id_occurs_twice() -> None:
    one, other = read_decisions(document(ONE.format("1"))), read_decisions(DMN_JS)
    assert set(DecisionSet.merge([one, other]).decisions) == {"d", "limit"}
    with pytest.raises(DecisionFileError, match="“d”出现了两次"):
        DecisionSet.merge([one, read_decisions(document(ONE.format("2")))])


def test_an_unknown_decision_and_one_without_logic_are_errors() -> None:
    decisions = read_decisions(document('<decision id="d" name="空"/>'))
    with pytest.raises(DecisionError, match="没有决策“x”"):
        decisions.evaluate("x", {})
    with pytest.raises(DecisionError, match="没有写明怎样决定"):
        decisions.evaluate("d", {})


@pytest.mark.parametrize("size", [0, 200, 700, 1500])
def test_a_file_cut_short_or_bent_is_an_error_of_ours_or_still_a_table(size: int) -> None:
    for bent in (DMN_JS[:size], DMN_JS[:size] + DMN_JS[size + 9 :], DMN_JS.replace(b"inputEntry", b"inputEntri", size)):
        try:
            assert "limit" in read_decisions(bent).decisions
        except FeelError as error:
            assert error.message  # noqa: PT017  -- any other exception fails the test


def test_an_annotation_of_every_kind_is_reported() -> None:
    body = rule(1, "1", '"a"').replace("</rule>", "<annotationEntry><text>依据</text></annotationEntry></rule>")
    hits = read_decisions(table("", body)).evaluate("d", {"x": 1}).hits
    assert [hit.annotation for hit in hits] == ["依据"]


def test_the_hits_inside_a_decision_service_are_reported_too() -> None:
    inner = table("", OVERLAPPING).decode()
    inner = inner[inner.index("<decision ") : inner.index("</definitions>")]
    xml = document(
        f'<inputData id="i" name="x"><variable name="x"/></inputData>{inner}'
        '<decisionService id="s" name="服务"><outputDecision href="#d"/><inputData href="#i"/></decisionService>'
        '<decision id="e" name="外"><knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
        "<literalExpression><text>服务(2)</text></literalExpression></decision>"
    )
    decided = read_decisions(xml).evaluate("e", {})
    assert decided.value == "低"
    assert [(hit.decision, hit.number) for hit in decided.hits] == [("d", 1)]


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_a_table_that_lists_its_results_gives_a_list_also_when_no_rule_hits(policy: str) -> None:
    columns = RANKED.replace("</output>", '<defaultOutputEntry><text>"低"</text></defaultOutputEntry></output>')
    assert decide(table(f'hitPolicy="{policy}"', OVERLAPPING, RANKED), x=0) == []
    assert decide(table(f'hitPolicy="{policy}"', OVERLAPPING, columns), x=0) == ["低"]


def test_a_column_an_editor_has_just_added_is_passed_over_until_a_rule_asks_it() -> None:
    fresh = '<input id="i9"><inputExpression><text></text></inputExpression></input>'

    def with_column(cell: str) -> bytes:
        text = table("", rule(1, "> 1", '"低"')).decode()
        added = text.replace("<output ", f"{fresh}<output ", 1)
        return added.replace("</inputEntry>", f"</inputEntry><inputEntry><text>{cell}</text></inputEntry>", 1).encode()

    assert decide(with_column("-"), x=2) == "低"
    with pytest.raises(DecisionFileError, match="第 2 个输入列没有写明"):
        decide(with_column("1"), x=2)


@pytest.mark.parametrize(
    "address", ["http://www.omg.org/spec/DMN/20151101/dmn11.xsd", "http://www.omg.org/spec/DMN/20151101"]
)
def test_the_addresses_older_editors_wrote_for_version_1_1_are_read(address: str) -> None:
    assert decide(table("", OVERLAPPING).replace(DMN_13.encode(), address.encode()), x=2) == "低"
