"""The 26 differences between the two ordinances, each where the product carries it.

What can be seen in the files is asked of the files; what only shows when a case runs is a scenario whose name begins
with the number, or is named here.
"""

from functools import cache

import pytest

from gridflow.catalogue import Bundle, Catalogue, City
from gridflow.config import ROOT
from gridflow.forms import Field, Form

PRODUCT = Catalogue.read(ROOT)
NINGBO, BEIHAI = PRODUCT.city("ningbo"), PRODUCT.city("beihai")


@cache
def _bundle(city: str, slug: str) -> Bundle:
    return PRODUCT.bundle(city, slug)


def bundle(city: City, slug: str) -> Bundle:
    return _bundle(city.code, slug)


def field(city: City, slug: str, form: str, key: str) -> Field:
    content = bundle(city, slug).form(form)
    assert content is not None
    return next(each for each in Form.read(content).fields if each.key == key)


def told(slug: str, sentence: str, *cities: City) -> bool:
    """Tell whether a worked example exists in exactly these cities."""
    return {one.city for one in PRODUCT.scenarios(slug=slug) if one.sentence == sentence} == {it.code for it in cities}


def articles(city: City, codes: str) -> list[str]:
    return [article.code for article in city.articles(codes)]


def test_difference_01_the_office_has_two_tiers_or_three() -> None:
    assert "主管单位" not in NINGBO.roles["town"].title
    assert "网格化服务管理机构" in BEIHAI.roles["town"].title
    assert NINGBO.organ.name != BEIHAI.organ.name


def test_difference_02_county_or_town_draws_the_grids() -> None:
    assert (NINGBO.switches["grid_drafter"], BEIHAI.switches["grid_drafter"]) == ("county", "town")
    assert (NINGBO.switches["grid_joint_drafting"], BEIHAI.switches["grid_joint_drafting"]) == (True, False)


def test_difference_03_the_city_reviews_before_or_files_after() -> None:
    ningbo, beihai = bundle(NINGBO, "grid_change"), bundle(BEIHAI, "grid_change")

    assert ningbo.main != beihai.main
    assert "grid_review" in ningbo.process_ids
    assert "grid_review" not in beihai.process_ids
    assert {"grid_consent", "grid_filing"} <= set(beihai.process_ids)
    assert "grid_filing" not in ningbo.process_ids
    assert told("grid_change", "consented-then-in-effect-then-filed", BEIHAI)


def test_difference_04_parallel_grids_are_banned_in_beihai() -> None:
    assert (NINGBO.switches["no_parallel_grids"], BEIHAI.switches["no_parallel_grids"]) == (False, True)
    assert told("grid_change", "parallel-grids-are-banned", BEIHAI)


def test_difference_05_only_beihai_lists_what_triggers_a_change() -> None:
    trigger, note = (field(BEIHAI, "grid_change", "propose", key) for key in ("trigger_code", "trigger_note"))

    assert {"resized", "moved", "other"} <= {option.value for option in trigger.options}
    assert articles(BEIHAI, " ".join(trigger.basis)) == ["B6-3"]
    assert articles(NINGBO, " ".join(trigger.basis)) == ["N7-1"]
    assert (trigger.default, note.required) == ("other", True)  # free words are enough where nothing is listed


def test_difference_06_only_ningbo_has_micro_grids() -> None:
    assert (NINGBO.switches["micro_grid"], BEIHAI.switches["micro_grid"]) == (True, False)
    assert ("micro_grid_head" in NINGBO.appointments, "micro_grid_head" in BEIHAI.appointments) == (True, False)
    assert told("grid_change", "micro-grids-are-decided-by-the-town", NINGBO)


def test_difference_07_only_beihai_has_maritime_grids() -> None:
    assert (NINGBO.switches["maritime_grids"], BEIHAI.switches["maritime_grids"]) == (False, True)
    assert told("grid_change", "a-maritime-grid-with-its-vessels", BEIHAI)


def test_difference_08_the_same_word_means_another_job() -> None:
    assert NINGBO.roles["field_worker"].post == "full_time_worker"
    assert BEIHAI.roles["field_worker"].post == BEIHAI.roles["grid_head"].post == "grid_head"
    assert "统筹" in NINGBO.appointments["grid_head"].duties
    assert "走访" in BEIHAI.appointments["grid_head"].duties


def test_difference_09_the_staff_have_other_classes() -> None:
    assert {post.title for post in NINGBO.appointments.values()} == {
        "网格长", "专职网格员", "兼职网格员", "网格指导员", "微网格长",
    }  # fmt: skip
    assert {post.title for post in BEIHAI.appointments.values()} == {
        "网格长", "网格员", "网格指导员", "村（社区）网格总负责人", "片区网格挂点领导",
    }  # fmt: skip


def test_difference_10_exclusive_grids_are_staffed_by_measure_or_by_their_unit() -> None:
    assert NINGBO.appointments["grid_head"].sources_for("exclusive") == ("按区（县、市）配备办法确定的人员",)
    assert BEIHAI.appointments["grid_head"].sources_for("exclusive") == ("管理单位选定的人员",)


def test_difference_11_codes_have_their_basis_in_ningbo_only() -> None:
    duties = {one.code: one for one in PRODUCT.obligations("ningbo")}

    assert duties["N9"].state == "carried"
    assert not any("编码" in one.what for one in PRODUCT.obligations("beihai"))


def test_difference_12_the_lists_begin_with_eight_items_and_with_eleven() -> None:
    for city, number in ((NINGBO, 8), (BEIHAI, 11)):
        table = PRODUCT.files[f"processes/_cities/{city.code}.matters.csv"].decode("utf-8-sig").splitlines()
        bases = {line.split(",")[2] for line in table[1:]}
        assert len(bases) == number


def test_difference_13_units_ask_to_adjust_an_item_or_the_agency_does_it_itself() -> None:
    assert told("list_change", "difference-13-a-unit-asks-to-adjust-an-item", NINGBO)
    assert told("list_change", "difference-13-the-agency-itself-adjusts-an-item", BEIHAI)


def test_difference_14_a_unit_that_fails_its_duties_loses_the_item_or_is_supervised() -> None:
    assert (NINGBO.switches["failure_exits"], BEIHAI.switches["failure_exits"]) == (True, False)
    assert told("list_enforcement", "difference-14-uncorrected-duties-end-in-exit", NINGBO)
    assert told("list_enforcement", "difference-14-uncorrected-duties-end-in-supervision", BEIHAI)


def test_difference_15_refusing_off_list_work_stands_on_another_article() -> None:
    ningbo, beihai = (field(city, "event", "handle_off_list", "refusal_basis") for city in (NINGBO, BEIHAI))

    assert [option.value for option in ningbo.options] == ["N13-2"]
    assert [option.value for option in beihai.options] == ["B13-1"]
    assert told("event", "unit-serves-with-its-own-people", NINGBO)


def test_difference_16_appeals_are_law_in_beihai_and_practice_in_ningbo() -> None:
    codes = "N10(3) B16-1 B16-2 B18-1 B19(3) B20-2"

    assert {code[:3] for code in articles(BEIHAI, codes)} == {"B16", "B18", "B19", "B20"}
    assert articles(NINGBO, codes) == ["N10(3)"]
    assert "appeal" in PRODUCT.procedures("ningbo")


def test_difference_17_one_diagram_shows_each_city_its_own_articles() -> None:
    ningbo, beihai = bundle(NINGBO, "event"), bundle(BEIHAI, "event")

    assert ningbo.main == beihai.main
    assert all(code.startswith("N") for code in NINGBO.own_codes(" ".join(ningbo.manifest.basis)))
    assert all(code.startswith("B") for code in BEIHAI.own_codes(" ".join(beihai.manifest.basis)))


def test_difference_18_results_are_pushed_to_the_provinces_application_in_ningbo() -> None:
    assert (NINGBO.switches["platform_push"], BEIHAI.switches["platform_push"]) == (True, False)
    assert "基层智治综合应用" in NINGBO.article("N18-2").text


def test_difference_19_grids_must_respond_in_ningbo_and_may_in_beihai() -> None:
    assert (NINGBO.switches["emergency_response"], BEIHAI.switches["emergency_response"]) == ("required", "optional")
    assert told("emergency", "reported-without-grid-tasks", BEIHAI)
    assert told("emergency", "reporting-alone-is-not-enough", NINGBO)


def test_difference_20_the_units_leader_must_revisit_in_beihai() -> None:
    assert (NINGBO.switches["leader_revisit"], BEIHAI.switches["leader_revisit"]) == (False, True)
    assert told("appeal", "closing-waits-for-the-leaders-revisit", BEIHAI)


def test_difference_21_the_board_names_other_people() -> None:
    published = {
        city.code: {post.title for post in city.appointments.values() if post.published} for city in (NINGBO, BEIHAI)
    }

    assert published == {"ningbo": {"网格长", "专职网格员", "网格指导员"}, "beihai": {"网格长", "网格员"}}


def test_difference_22_boards_and_cards_can_be_printed() -> None:
    boards = {path for path in PRODUCT.files if path.startswith("templates/documents/") and "board" in path}

    assert boards
    for city, code in ((NINGBO, "N14"), (BEIHAI, "B14-1(1)")):
        duty = next(one for one in PRODUCT.obligations(city.code) if one.code == code)
        assert duty.state == "carried"


def test_difference_23_complaints_have_their_law_in_ningbo() -> None:
    manifest = bundle(NINGBO, "complaint").manifest

    assert set(NINGBO.own_codes(" ".join(manifest.basis))) >= {"N15-3", "N16-2"}
    assert BEIHAI.own_codes(" ".join(manifest.basis)) == ("B14-1(3)",)


def test_difference_24_each_city_appraises_whom_its_ordinance_names() -> None:
    for city, codes in ((NINGBO, {"N24-2"}), (BEIHAI, {"B5-4", "B23"})):
        ledger = next(one for one in PRODUCT.ledgers(city.code) if one.name == "appraisals")
        assert set(city.own_codes(ledger.basis)) == codes
    weight = next(each for each in Form.read(ledger.form).fields if each.key == "weight")
    assert weight.min is not None
    assert weight.min > 0


def test_difference_25_only_ningbo_has_articles_on_liability() -> None:
    ledger = next(one for one in PRODUCT.ledgers("ningbo") if one.name == "accountability")

    assert {"N26", "N27", "N28"} <= set(NINGBO.own_codes(ledger.basis))
    assert not {"B26", "B27", "B28"} & set(BEIHAI.ordinance.articles)


def test_difference_26_recurring_problems_are_treated_at_their_source() -> None:
    assert articles(BEIHAI, "N17-2 B22-2") == ["B22-2"]
    assert "governance" in PRODUCT.procedures("beihai")


@pytest.mark.parametrize("number", range(1, 27))
def test_every_difference_has_its_test(number: int) -> None:
    assert [name for name in globals() if name.startswith(f"test_difference_{number:02d}_")]
