import pytest
from case import Case
from sketch import boundary, call, contract, diagram, items, message, process, signal, sub, throw, user

from gridflow.engine.runtime.faults import TaskNotWaiting


def calling(io):
    return diagram(
        process("p", "start -> ask -> it -> after -> end", it=call("it", "c")),
        process("c", "start_c -> work -> end_c", io=io),
    )


def test_only_declared_data_go_into_a_called_process_and_come_out_of_it(stored):
    case = Case(calling(contract(takes=["number"], gives=["ruling"])), stored=stored, called=["c"])
    case.do("ask", number="A1", secret="s", ruling="old")
    assert case.one("humans").process_id == "c"
    assert case.data("work") == {"number": "A1"}
    case.do("work", ruling="upheld", scratch=1, secret="changed")
    assert case.data("after") == {"number": "A1", "secret": "s", "ruling": "upheld"}


def test_without_a_declaration_nothing_goes_in_or_out(stored):
    case = Case(calling(""), stored=stored, called=["c"])
    case.do("ask", secret="s")
    assert case.data("work") == {}
    case.do("work", scratch=1)
    assert case.data("after") == {"secret": "s"}


def test_a_missing_input_is_an_incident_unless_it_is_optional(stored):
    case = Case(calling(contract(takes=["number"])), stored=stored, called=["c"])
    case.do("ask")
    assert "需要数据“number”" in case.causes[0]
    case.retry(number="5")
    assert case.data("work") == {"number": "5"}
    case = Case(calling(contract(may_take=["number"])), stored=stored, called=["c"])
    case.do("ask")
    assert case.data("work") == {}


def test_an_output_never_set_is_null_and_an_optional_one_stays_as_it_was(stored):
    case = Case(calling(contract(gives=["ruling"], may_give=["note"])), stored=stored, called=["c"])
    case.do("ask", ruling="old", note="kept")
    case.do("work")
    assert case.data("after") == {"ruling": None, "note": "kept"}


def test_a_called_objection_on_a_branch_gives_its_ruling_to_the_main_flow(stored):
    inside = process(
        "c",
        "start_c -> hear -> panel -> end_c",
        io=contract(takes=["number", "objection"], gives=["ruling"]),
        panel=sub("panel", "start_n -> vote -> end_n"),
    )
    main = process(
        "p",
        "start -> ask -> host -> after -> end; objection -> judge -> end_o",
        objection=boundary("objection", "host", message("objection")),
        judge=call("judge", "c"),
    )
    case = Case(diagram(main, inside), stored=stored, called=["c"])
    case.do("ask", number="A1", secret="s", x=0)
    for n in (1, 2):
        case.send("objection", {"n": n})
    assert case.names == ["hear", "hear", "host"]
    assert case.data("hear", objection={"n": 1}) == {"number": "A1", "objection": {"n": 1}}
    case.do("hear", where={"objection": {"n": 1}}, note="inner")
    case.do("vote", ruling="upheld", scratch=1)
    assert case.names == ["hear", "host"]
    case.do("hear")
    case.do("host", x=1)
    assert case.names == ["after"]
    after = case.data("after")
    assert after == {"number": "A1", "secret": "s", "x": 1, "ruling": "upheld", "objection": {"n": 1}}
    case.do("after")
    assert case.run.finished


CO = {"output": "results", "result": "result"}


def co_units(io=None, loop=None, **event):
    handling = sub(
        "handling", "start_h -> co -> after -> end_h", co=call("co", "c", loop or items("co_units", "co_unit", **CO))
    )
    main = process(
        "p",
        "start -> ask -> handling -> show -> x_g; x_g -> ask [again]; x_g -> end *; back -> other -> end_o",
        handling=handling,
        back=boundary("back", "handling", message("redispatch"), interrupts=True),
    )
    io = contract(may_take=["co_unit"], may_give=["result", "common"]) if io is None else io
    return diagram(main, process("c", "start_c -> work -> end_c", io=io))


def test_every_co_unit_gets_its_task_and_the_results_keep_the_order_of_the_list(stored):
    case = Case(co_units(), stored=stored, called=["c"])
    for _ in range(2):
        case.do("ask", co_units=["A", "B", "C"])
        assert case.names == ["work", "work", "work"]
        for unit in "BCA":
            assert "after" not in case.names
            case.do("work", where={"co_unit": unit}, result=f"{unit} done")
        assert case.data("after")["results"] == ["A done", "B done", "C done"]
        assert "co_unit" not in case.data("after")
        case.do("after")
        case.do("show", again=True)
    case.do("ask", co_units=[])
    assert case.names == ["after"]
    assert case.data("after")["results"] == []


def test_a_late_co_unit_joins_the_running_ones_and_the_next_step_waits_for_it(stored):
    case = Case(co_units(), stored=stored, called=["c"])
    case.do("ask", co_units=["A", "B"])
    case.do("work", where={"co_unit": "A"}, result="a")
    loop = case.one("loops", "co")
    case.run.add_item(loop.task_id, "C")
    case.go()
    case.do("work", where={"co_unit": "B"}, result="b")
    assert case.names == ["work"]
    case.do("work", where={"co_unit": "C"}, result="c")
    assert case.data("after")["results"] == ["a", "b", "c"]
    assert case.data("after")["co_units"] == ["A", "B", "C"]
    with pytest.raises(TaskNotWaiting):
        case.run.add_item(loop.task_id, "D")


def test_a_late_item_stays_on_the_list_that_earlier_ones_began_without(stored):
    many = user("many", items("people", "one"))
    case = Case(diagram(process("p", "start -> ask -> many -> after -> end", many=many)), stored=stored)
    case.do("ask", people=["a", "b"])
    for late in ("c", "d"):
        case.run.add_item(case.one("loops", "many").task_id, late)
        case.go()
    for one in ("c", "a", "d", "b"):
        case.do("many", where={"one": one}, **{f"by_{one}": True})
    assert case.data("after")["people"] == ["a", "b", "c", "d"]
    assert {"by_a", "by_b", "by_c", "by_d"} < case.data("after").keys()
    assert case.conflicts == []


def test_nothing_of_a_called_process_runs_before_its_input_is_there(stored):
    xml = diagram(
        process("p", "start -> sub -> after -> end", sub=call("sub", "c")),
        process("c", "start_c -> shout -> end_c", io=contract(takes=["amount"]), shout=throw("shout", signal("alarm"))),
    )
    case = Case(xml, stored=stored, called=["c"])
    assert len(case.causes) == 1
    assert case.thrown == []
    assert [step for step in case.trail_of() if step[0] == "c"] == []
    case.retry(amount=1)
    assert [event.name for event in case.thrown] == ["alarm"]
    assert case.names == ["after"]


def test_co_units_are_withdrawn_when_the_handling_is_interrupted(stored):
    case = Case(co_units(), stored=stored, called=["c"])
    case.do("ask", co_units=["A", "B"])
    case.run.add_item(case.one("loops").task_id, "C")
    case.go()
    case.do("work", where={"co_unit": "A"})
    case.send("back")
    assert case.names == ["other"]
    assert case.all("loops") == []
    case.do("other")
    assert case.run.finished


def test_what_different_instances_change_is_merged_without_stale_copies(stored):
    loop = items("units", "unit")
    case = Case(diagram(process("p", "start -> ask -> each -> after -> end", each=user("each", loop))), stored=stored)
    case.do("ask", units=["A", "B"], x=0, y=0)
    case.do("each", where={"unit": "B"}, y=1)
    case.do("each", where={"unit": "A"}, x=1)
    assert case.data("after") == {"units": ["A", "B"], "x": 1, "y": 1}


def test_a_boundary_directly_on_a_multi_instance_interrupts_all_of_it(stored):
    main = process(
        "p",
        "start -> ask -> co -> after -> end; back -> other -> end_o",
        co=call("co", "c", items("co_units", "co_unit")),
        back=boundary("back", "co", message("redispatch"), interrupts=True),
    )
    inside = process("c", "start_c -> work -> end_c", io=contract(takes=["co_unit"]))
    case = Case(diagram(main, inside), stored=stored, called=["c"])
    case.do("ask", co_units=["A", "B"])
    case.send("back")
    assert case.names == ["other"]
    case.do("other")
    assert case.run.finished


def test_a_multi_instance_may_begin_a_boundary_branch(stored):
    main = process(
        "p",
        "start -> ask -> host -> after -> end; offer -> co -> end_o",
        co=call("co", "c", items("co_units", "co_unit")),
        offer=boundary("offer", "host", message("objection")),
    )
    inside = process("c", "start_c -> work -> end_c", io=contract(takes=["co_unit"]))
    case = Case(diagram(main, inside), stored=stored, called=["c"])
    case.do("ask", co_units=["A", "B"])
    case.send("offer")
    assert case.names == ["host", "work", "work"]
    case.do("host")
    assert case.names == ["after"]


def test_a_completion_condition_ends_the_others(stored):
    loop = items("units", "unit", condition="numberOfCompletedInstances >= 2")
    case = Case(diagram(process("p", "start -> ask -> each -> after -> end", each=user("each", loop))), stored=stored)
    case.do("ask", units=["A", "B", "C"])
    case.do("each")
    assert case.names == ["each", "each"]
    case.do("each")
    assert case.names == ["after"]


def test_sequential_instances_follow_one_another(stored):
    loop = items("units", "unit", sequential=True)
    case = Case(diagram(process("p", "start -> ask -> each -> after -> end", each=user("each", loop))), stored=stored)
    case.do("ask", units=["A", "B"], heard="")
    assert [w.data["unit"] for w in case.all("humans")] == ["A"]
    case.do("each", heard="A")
    assert case.data("each") == {"units": ["A", "B"], "unit": "B", "heard": "A"}
    case.do("each", heard="AB")
    assert case.data("after") == {"units": ["A", "B"], "heard": "AB"}


def test_something_that_is_no_list_is_an_incident(stored):
    case = Case(co_units(), stored=stored, called=["c"])
    case.do("ask", co_units="A")
    assert "名单“co_units”应为列表，得到的是文字“A”" in case.causes[0]
    case.retry(co_units=["A"])
    assert case.names == ["work"]


def test_two_hundred_co_units_are_many_and_more_are_an_incident():
    case = Case(co_units(), stored=False, called=["c"])
    case.do("ask", co_units=[str(number) for number in range(201)])
    assert "超过上限 200" in case.causes[0]
    case.retry(co_units=[str(number) for number in range(200)])
    assert len(case.run.encode()) < 12_000
    for number in range(200):
        case.do("work", where={"co_unit": str(number)}, result=number)
    assert case.data("after")["results"] == list(range(200))


def test_a_failing_item_does_not_hold_up_the_others(stored):
    case = Case(co_units(io=contract(takes=["missing"])), stored=stored, called=["c"])
    case.do("ask", co_units=["A", "B"])
    assert len(case.causes) == 2
    case.run.retry(case.all("incidents")[0].task_id, {"missing": 1})
    case.go()
    assert len(case.causes) == 1
    assert case.names == ["work"]


def test_what_the_last_step_of_a_called_process_saw_is_known_until_the_command_is_over(stored):
    case = Case(calling(contract(takes=["number"])), stored=stored, called=["c"])
    case.do("ask", number="A1")
    case.run.complete(case.one("humans", "work").task_id, {"ruling": "upheld"})
    case.run.advance()
    assert case.run.data_at("work") == {"number": "A1", "ruling": "upheld"}
    assert "ruling" not in case.run.data
