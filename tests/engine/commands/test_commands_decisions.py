"""What a decision looked at and which rules hit stand in the record of the case, required decisions included."""

from toy_parts import task
from toy_town import decision

WEIGH = decision("weigh", [(0, "points"), (1, "today")], ["grave"], [("&lt; 3", "-", "false"), ("-", "-", "true")])
NEEDS = '<informationRequirement><requiredDecision href="#weigh"/></informationRequirement><decisionTable'
SORT = decision("sort", [(0, "weigh"), (1, "colour")], ["way"], [("true", '"red"', '"up"'), ("-", "-", '"down"')])
BOTH = SORT.replace("<decisionTable", NEEDS, 1).replace(
    "</definitions>", WEIGH[WEIGH.index("<decision ") : WEIGH.index("</definitions>")] + "</definitions>"
)


def test_the_record_keeps_inputs_rules_and_results_of_a_decision_and_of_those_it_requires(town):
    town.draw(
        "work", "start -> act -> rule_sort -> rest -> end", tables=[("sort", BOTH)],
        act=task("act", role="town"), rest=task("rest", role="town"),
    )  # fmt: skip
    case = town.open("work")

    town.do(case, "act", "tom", points=5, colour="red", today=None)

    notes = town.entries(case)[-1].changes["decisions"]
    assert notes == [
        {
            "decision": "sort",
            "hits": [["weigh", 2, "weigh_r1"], ["sort", 1, "sort_r0"]],
            "looked_at": {"points": 5, "today": None, "weigh": True, "colour": "red"},
            "gave": {"way": "up"},
        }
    ]
