"""Role words in place of names."""

from gridflow.documents.anonymity import with_role_words


def said(*steps: list[tuple[str, str]]) -> list[list[str]]:
    """Return what is left of personal values given as (label, value)."""
    given = [
        {"values": [{"label": label, "value": value, "kind": "personal"} for label, value in step]} for step in steps
    ]
    return [[value["value"] for value in step["values"]] for step in with_role_words(given)]


def test_the_same_person_is_the_same_role_word_in_every_step() -> None:
    assert said([("您的姓名", "赵铁柱")], [("当事人", "钱小英")], [("反馈对象", "赵铁柱")]) == [
        ["住户甲"],
        ["住户乙"],
        ["住户甲"],
    ]


def test_what_belongs_to_a_person_is_said_with_the_person() -> None:
    assert said([("联系电话", "13812348000"), ("您的姓名", "赵铁柱")]) == [["住户甲的联系电话", "住户甲"]]


def test_an_official_is_called_by_the_office() -> None:
    assert said([("负责人姓名", "林海")], [("您的姓名", "赵铁柱")]) == [["负责人"], ["住户甲"]]


def test_whoever_is_complained_of_is_not_taken_for_the_complainant() -> None:
    given = [("被反映的人", "网格长老陈"), ("投诉举报人姓名", "赵铁柱"), ("投诉举报人电话", "13812348000")]
    assert said(given) == [["被反映的人", "住户甲", "住户甲的电话"]]


def test_the_eleventh_person_gets_a_number() -> None:
    assert said(*[[("姓名", f"人{n}")] for n in range(11)])[10] == ["住户11"]


def test_public_values_stay_as_they_are() -> None:
    step = {"values": [{"label": "结果", "value": "已解决", "kind": "public"}]}
    assert with_role_words([step]) == [step]
