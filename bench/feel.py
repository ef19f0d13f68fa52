"""How long FEEL takes: a gateway condition and a 12-rule table, against the same in plain Python, in one run.

Run `python bench/feel.py`. Aims: the condition under 10 microseconds warm, the table under 60.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from gridflow.feel import DecisionSet, Functions, compile_expression, read_decisions

CONDITION = '案件.等级 = "三级" and 已退回次数 < 3 and list contains(标签, "安全")'
SCOPE: dict[str, Any] = {
    "案件": {"等级": "三级", "镇": "330203001", "渠道": "巡查"},
    "已退回次数": 1,
    "标签": ["市容", "环卫", "安全"],
    **{f"变量{number}": number for number in range(19)},
}
FUNCTIONS = Functions()
LEVELS = ("一级", "二级", "三级", "四级")
SPANS = ("< 3", "[3..7]", "> 7")


def table() -> DecisionSet:
    """Build a unique table of 3 inputs and 12 rules, as dmn-js writes it."""
    rules = "".join(
        f'<rule id="r{row}{column}"><inputEntry><text>"{level}"</text></inputEntry><inputEntry><text>'
        f"{span.replace('<', '&lt;')}</text></inputEntry><inputEntry><text>-</text></inputEntry>"
        f"<outputEntry><text>{row * 3 + column}</text></outputEntry></rule>"
        for row, level in enumerate(LEVELS)
        for column, span in enumerate(SPANS)
    )
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{text}</text></inputExpression></input>'
        for text, kind in (("案件.等级", "string"), ("天数", "number"), ("案件.渠道", "string"))
    )
    xml = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="x" name="x"><decision id="d" '
        f'name="d"><decisionTable>{inputs}<output name="天"/>{rules}</decisionTable></decision></definitions>'
    )
    return read_decisions(xml.encode())


def plain_condition() -> bool:
    """Decide the same in Python."""
    case = SCOPE["案件"]
    return case["等级"] == "三级" and SCOPE["已退回次数"] < 3 and "安全" in SCOPE["标签"]


def plain_table(scope: dict[str, Any]) -> list[int]:
    """Look through the same 12 rules in Python."""
    level, days = scope["案件"]["等级"], scope["天数"]
    spans: tuple[Callable[[int], bool], ...] = (lambda day: day < 3, lambda day: 3 <= day <= 7, lambda day: day > 7)
    return [
        row * 3 + column
        for row, name in enumerate(LEVELS)
        for column, holds in enumerate(spans)
        if name == level and holds(days)
    ]


def microseconds(work: Callable[[], object], rounds: int = 5_000) -> float:
    """Time one call: the best of seven runs."""
    best = float("inf")
    for _ in range(7):
        start = perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, perf_counter() - start)
    return best / rounds * 1e6


def main() -> None:
    """Print the measurements with their ratios."""
    condition, decisions, scope = compile_expression(CONDITION), table(), SCOPE | {"天数": 5}

    def decide() -> object:
        return decisions.evaluate("d", scope, FUNCTIONS)

    assert condition.evaluate(SCOPE, FUNCTIONS) is True
    assert plain_table(scope) == [int(decisions.evaluate("d", scope, FUNCTIONS).value)]
    print(f"{'':<32}{'FEEL us':>10}{'Python us':>11}{'ratio':>7}{'aim us':>8}")
    for name, aim, work, plain in (
        ("gateway condition, 3 terms", 10, lambda: condition.evaluate(SCOPE, FUNCTIONS), plain_condition),
        (
            "table, 3 inputs, 12 rules",
            60,
            lambda: decisions.evaluate("d", scope, FUNCTIONS),
            lambda: plain_table(scope),
        ),
        ("compiling from the cache", 1, lambda: compile_expression(CONDITION), plain_condition),
    ):
        ours, reference = microseconds(work), microseconds(plain)
        print(f"{name:<32}{ours:>10.2f}{reference:>11.2f}{ours / reference:>7.1f}{aim:>8}")


if __name__ == "__main__":
    main()
