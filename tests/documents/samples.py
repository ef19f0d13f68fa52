"""Values of a realistic case, as the cases hand them to a document."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from gridflow.clock import SHANGHAI
from gridflow.db import canonical

KEY = bytes(range(32))
"""The sealing key of the samples."""
HOME = Path(__file__).resolve().parents[2]
FOLDER = HOME / "templates" / "documents"


@cache
def files() -> dict[str, str]:
    """Return every document template and style sheet by path below templates/documents."""
    paths = (path for path in FOLDER.rglob("*") if path.suffix in {".html", ".css"})
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of November or December 2026, China time."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def step(element: str, name: str, who: tuple[str, str, str], when: datetime, *values: tuple[str, str, Any]) -> dict:
    """Return a step as the case shows it: values are (key, label, value)."""
    actor, role, unit = who
    shown = [
        {"key": key, "label": label, "value": value, "basis": "N18-2", "kind": "public"} for key, label, value in values
    ]
    return {
        "element": element,
        "name": name,
        "actor": actor,
        "role": role,
        "unit": unit,
        "at": when,
        "values": shown,
        "articles": ["N18-2"],
    }


WORKER = ("陈佳慧", "专职网格员", "望春街道春城社区")
VILLAGE = ("王建国", "村（社区）网格管理员", "望春街道春城社区")
TOWN = ("周敏", "镇街受理员", "海曙区望春街道")
COUNTY = ("沈卫东", "区网格中心派单员", "海曙区城乡网格化服务管理中心")
HANDLER = ("胡国梁", "承办单位经办人", "海曙区综合行政执法局")

DESCRIPTION = (
    "11月22日上午巡查时发现，春城社区幸福苑小区北门外消防车通道被三辆报废面包车和约两立方米装修垃圾长期占用，"
    "通道净宽不足两米，消防车无法通行。附近居民多次反映，物业称车辆无主、无法联系车主，也没有清运建筑垃圾的经费。\n"
    "该通道服务4幢高层住宅约380户，北侧紧邻幼儿园，上下学时段行人与电动自行车混行，一旦发生火情后果严重。"
    "社区已张贴告知书并设置临时警示带，请有关单位依职权拖移车辆、清运垃圾并恢复通道标线。"
)
RESULT = (
    "一、11月24日会同交警海曙大队核实三辆面包车车主信息，其中两辆由车主自行驶离，一辆属僵尸车，依法公告后拖移至指定停车场。\n"
    "二、11月25日组织清运装修垃圾2.3立方米，清运费用由物业服务企业承担，已督促其落实日常巡查。\n"
    "三、11月26日恢复消防车通道标线与禁停标志，净宽恢复至4.2米，经消防救援大队现场测试消防车可以通行。"
)

STEPS = [
    step(
        "report",
        "登记上报",
        WORKER,
        at(11, 22, 9, 12),
        ("found_at", "发现时间", "11月22日（周日）08:55"),
        ("category", "事件类别", "公共安全与风险隐患·消防"),
        ("secrecy_flag", "涉密敏感", "无"),
    ),
    step(
        "village_coordinate",
        "村居协调",
        VILLAGE,
        at(11, 22, 14, 40),
        ("mediation_result", "协调结果", "未达成，需有执法权限的单位处置"),
    ),
    step("town_accept", "镇街受理研判", TOWN, at(11, 23, 9, 5), ("accept_decision", "受理意见", "受理，报区级")),
    step("county_accept", "县区受理研判", COUNTY, at(11, 23, 11, 20), ("final_level", "最终等级", "三级（较复杂）")),
    step(
        "dispatch",
        "交办",
        COUNTY,
        at(11, 23, 14, 30),
        ("principle_code", "分派原则", "职权法定"),
        (
            "handling_demand",
            "办理要求",
            "核实三辆车的归属并依法拖移；清运装修垃圾；会同消防救援大队恢复通道标线，办结后附处置前后对比材料。",
        ),
    ),
    step("sign_for", "签收", HANDLER, at(11, 23, 15, 2), ("accept", "签收意见", "签收")),
    step(
        "report_result",
        "结果回填",
        HANDLER,
        at(11, 26, 16, 45),
        ("outcome", "办理结果", "已解决"),
        ("result_text", "结果说明", RESULT),
        ("law_cited", "适用规定", "《中华人民共和国消防法》第二十八条、第六十条"),
        ("signer", "审签", "海曙区综合行政执法局 副局长 林海"),
    ),
    step(
        "verify",
        "核查",
        ("李春燕", "网格长", "望春街道春城社区"),
        at(11, 27, 10, 10),
        ("verify_way", "核查方式", "现场"),
        ("verify_result", "核查结论", "通过"),
        ("verify_note", "核查说明", "现场测量通道净宽4.2米，标线清晰，垃圾已清空，周边居民表示满意。"),
    ),
    step(
        "feedback",
        "反馈",
        TOWN,
        at(11, 27, 15, 30),
        ("feedback_way", "反馈方式", "电话"),
        ("feedback_at", "反馈时间", "11月27日（周五）15:20"),
        ("recipient", "反馈对象", "发现人及反映居民代表"),
    ),
]

OTHER = [  # what the steps beside the main path give
    step(
        "object",
        "职责异议",
        HANDLER,
        at(11, 23, 16, 30),
        ("objection_at", "提出时间", at(11, 23, 16, 30)),
        ("objection_reason", "异议理由", "部分事项属于公安机关交通管理部门职责"),
        ("duty_basis", "职责依据", "《中华人民共和国道路交通安全法》第九十三条；本局权责清单第二十一项。"),
        (
            "statement",
            "情况说明",
            "三辆面包车停放在市政道路范围，拖移机动车应由交通管理部门实施，本局只负责清运装修垃圾。",
        ),
        ("dispatch_count", "派单次数", "第一次"),
    ),
    step(
        "rule_objection",
        "异议裁定",
        COUNTY,
        at(11, 24, 10, 0),
        ("ruling", "裁定结论", "异议不成立，由原承办单位继续办理"),
        (
            "ruling_reason",
            "裁定理由",
            "车辆停放处为小区共有通道，不在市政道路红线内；拖移事项由交通管理部门协办，主办单位不变。",
        ),
    ),
    step(
        "apply_extension",
        "延期申请",
        HANDLER,
        at(11, 25, 9, 0),
        ("days_asked", "申请天数", "2"),
        ("extension_reason", "延期理由", "法定程序：僵尸车须公告后方可拖移"),
        ("plan", "后续计划", "11月26日公告期满，当日拖移；11月27日恢复标线并邀请消防救援大队现场测试。"),
        ("explained", "说明情况", "已电话告知社区和反映居民代表"),
        ("extension_decision", "审批结论", "同意"),
        ("decision_reason", "审批意见", "公告为法定程序，理由成立。期间加强现场警示，确保应急通行。"),
        ("progress", "已做工作", "已核实两辆车车主并驶离；装修垃圾已清运；第三辆车已发布公告。"),
        ("delay_reason", "存在困难", "第三辆车登记车主已迁居外地，无法当面送达。"),
        ("next_steps", "下一步", "公告期满后依法拖移，同步施划标线。"),
        ("phase_expected", "预计办结", "11月27日（周五）"),
    ),
    step(
        "refuse",
        "清单外处理",
        TOWN,
        at(11, 23, 9, 30),
        ("demanding_unit", "要求单位", "海曙区某商业调查办公室"),
        (
            "offlist_reason",
            "理由",
            "要求网格员逐户登记居民消费意愿，不属于清单内事项，没有法律法规依据，增加基层负担。",
        ),
        ("refusal_basis", "依据", "《宁波市城乡网格化服务管理条例》第十三条第二款"),
        ("reject_code", "不予受理理由", "应当通过诉讼、仲裁解决的物业服务合同纠纷"),
        ("correction_note", "说明", "停车费收费标准的争议属于合同纠纷，行政机关不能裁断。"),
        ("accept_note", "说明", "可以向街道人民调解委员会申请调解，或者向海曙区人民法院提起诉讼。"),
        ("reject_reason", "概述", "属于民事合同纠纷"),
    ),
    step(
        "supervise",
        "督办",
        COUNTY,
        at(12, 3, 9, 0),
        (
            "sup_reason",
            "事由",
            "办理时限已于11月30日届满，经一次延期后仍未办结，两次催办无书面回复，消防车通道至今不能通行，存在重大火灾隐患。",
        ),
        (
            "sup_demand",
            "要求",
            "自收到本督办单之日起一个工作日内完成车辆拖移和垃圾清运，恢复通道标线；安排专人值守至隐患消除。",
        ),
        ("responsible_person", "责任人", "海曙区综合行政执法局副局长 林海"),
    ),
    step(
        "revisit",
        "回访",
        TOWN,
        at(11, 30, 10, 0),
        ("revisit_actor", "回访主体", "机构"),
        ("revisit_way", "方式", "电话"),
        ("tries", "联系记录", ["11月28日（周六）10:10", "11月30日（周一）09:40"]),
        ("reached", "联系上", True),
        ("solved_by_citizen", "是否解决", "是"),
        ("score_attitude", "态度", 5),
        ("score_speed", "时效", 4),
        ("score_result", "结果", 5),
        ("overall", "总体", "满意"),
        ("citizen_words", "原话", "现在晚上回来心里踏实多了，就是希望以后有人管，别过两个月又堆起来。"),
        ("revisit_conclusion", "结论", "问题已解决，列入社区每周巡查点位。"),
    ),
]

LIMITS = [
    {
        "name": "acceptance",
        "label": "镇街受理",
        "start": at(11, 22, 14, 40),
        "due": at(11, 23, 10, 30),
        "first_due": at(11, 23, 10, 30),
        "amount": "2",
        "unit": "WH",
        "basis": "系统默认（可调）",
        "state": "met",
    },
    {
        "name": "handling",
        "label": "办理",
        "start": at(11, 23, 14, 30),
        "due": at(12, 2, 17, 30),
        "first_due": at(11, 30, 17, 30),
        "amount": "5",
        "unit": "WD",
        "basis": "L3 较复杂事件，市级办法第十二条；延期 2 个工作日",
        "state": "met",
    },
    {
        "name": "objection",
        "label": "职责异议",
        "start": at(11, 23, 14, 30),
        "due": at(11, 24, 17, 30),
        "first_due": at(11, 24, 17, 30),
        "amount": "1",
        "unit": "WD",
        "basis": "系统默认（可调）",
        "state": "dropped",
    },
    {
        "name": "supervision_reply",
        "label": "督办回复",
        "start": at(12, 3, 9, 0),
        "due": at(12, 4, 17, 30),
        "first_due": at(12, 4, 17, 30),
        "amount": "1",
        "unit": "WD",
        "basis": "市级办法第二十条",
        "state": "running",
    },
    {
        "name": "verification",
        "label": "核查",
        "start": at(11, 26, 16, 45),
        "due": at(11, 27, 10, 0),
        "first_due": at(11, 27, 10, 0),
        "amount": "0.5",
        "unit": "WD",
        "basis": "市级办法第十五条",
        "state": "late",
    },
]

ARTICLES = {
    "N18-1": {
        "heading": "第十八条",
        "text": "市和区（县、市）网格化主管单位应当建立健全网格事件分级分类办理、联动处置、督办评价制度，"
        "完善信息收集、问题发现、任务分办、协同处置、结果反馈的全流程闭环处理机制。",
    },
    "N18-2": {
        "heading": "第十八条",
        "text": "网格服务管理人员发现网格事件，应当根据事件分类及时处置，并将处置结果录入基层智治综合应用；不能处置的，"
        "应当通过基层智治综合应用或者其他途径报送，由市和区（县、市）网格化主管单位、镇（乡）人民政府、街道办事处、"
        "村（居）民委员会按照事件类型和管理权限，及时协调处理或者转至有关单位办理。",
    },
    "N18-3": {
        "heading": "第十八条",
        "text": "网格事件办理工作实行限时办结制度，承办单位应当在规定时限内予以办理并反馈办理结果。",
    },
}

UNITS = {
    "330203-urban_management": "海曙区综合行政执法局",
    "330203-fire": "海曙区消防救援大队",
    "330203-police": "宁波市公安局海曙分局交通警察大队",
}


def photo(name: str, size: int, sha256: str, step: str = "结果回填", by: str = HANDLER[0]) -> dict[str, Any]:
    """Return a file as the case hands it over."""
    given = {"step": step, "by": by, "at": at(11, 26, 16, 45), "destroyed": False}
    return {"name": name, "size": size, "sha256": sha256, "media_type": "image/jpeg", **given}


ATTACHMENTS = [
    photo(
        "处置前_北门消防通道.jpg",
        384_512,
        "1886e1cac2a8adaf255771cca14db7753567f4f03a248124ca4fe2b6b0ab2be0",
        "登记上报",
        WORKER[0],
    ),
    photo("告知书及张贴现场.jpg", 460_800, "253d950f11ebdbed2d5e57803deb8e89b832a2e40303620d462ab5d152909fa1"),
    photo(
        "消防车通行测试视频截图（含测量尺寸标注）.jpg",
        1_260_000,
        "98ce9402b196916ca48f9b666b0bef92460d4e4643972d5deb4af26aaa642114",
    ),
]

PLACES = {
    "ningbo": (
        "海曙区",
        "望春街道",
        "春城社区",
        "330203001",
        "海曙区城乡网格化服务管理中心",
        "宁波市",
        "宁波市城乡网格化服务管理条例",
    ),
    "beihai": (
        "海城区",
        "中街街道",
        "独树根社区",
        "450502001",
        "北海市海城区城乡网格化服务管理中心",
        "北海市",
        "北海市网格化服务管理条例",
    ),
}


ORGANS = {"ningbo": "宁波市网格化主管单位", "beihai": "北海市网格化服务管理机构"}


def values(
    city: str = "ningbo",
    title: str = "交办单",
    number: str = "JB-330203-2026-000042",
    *,
    steps: list | None = None,
    **document: Any,
) -> dict[str, Any]:
    """Return everything a template may name, for a case near its end."""
    county, town, village, place_code, organ, name, law = PLACES[city]
    variables = {
        "lead_unit": "330203-urban_management",
        "co_units": ["330203-fire", "330203-police"],
        "principle_code": "legal",
        "level": "L3",
    }
    return {
        "city": {
            "code": city,
            "name": name,
            "organ": {"name": ORGANS[city]},
            "office": ORGANS[city].removeprefix(name),
            "staff": "网格人员",
            "switches": {},
            "law_title": law,
        },
        "case": {
            "number": "SJ-330203-20261122-00042-7",
            "query_code": "7K2M9QX4",
            "title": "幸福苑小区北门消防车通道被报废车辆和装修垃圾占用",
            "state": "已办结",
            "opened_at": at(11, 22, 9, 12),
            "closed_at": at(11, 27, 15, 40),
            "grid_code": f"{place_code}002-07",
            "grid_name": f"{village}第七网格",
            "village": village,
            "town": town,
            "county": county,
            "level": "L3",
            "urgency": "urgent",
            "category": "公共安全与风险隐患",
            "matter_code": "N04-017v3",
            "matter_name": "消防车通道、疏散通道占堵隐患的发现和报送",
            "place": f"{county}{town}{village}幸福苑小区北门外东西向通道（幼儿园南侧，距北门岗亭约三十米）",
            "description": DESCRIPTION,
            "channel": "网格巡查",
            "reporter": "陈佳慧",
        },
        "document": {
            "kind": "dispatch_order",
            "number": number,
            "title": title,
            "issued_at": at(11, 23, 14, 30),
            "issued_by": "沈卫东",
            "unit": organ,
            "seal_text": organ,
            **document,
        },
        "values": variables,
        "steps": steps if steps is not None else STEPS,
        "limits": LIMITS,
        "units": UNITS,
        "articles": ARTICLES,
        "attachments": ATTACHMENTS,
        "people": {},
    }


DIAGRAM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1240 420" width="1240" height="420">'
    '<rect x="0" y="0" width="1240" height="420" fill="#fff" stroke="#555"/>'
    '<g font-family="Noto Sans SC" font-size="13" text-anchor="middle">'
    + "".join(
        f'<rect x="{40 + 150 * n}" y="{60 + 90 * (n % 3)}" width="120" height="80" fill="#fbeeee" stroke="#b3202a"/>'
        f'<text x="{100 + 150 * n}" y="{105 + 90 * (n % 3)}">{step["name"]}</text>'
        for n, step in enumerate(STEPS[:8])
    )
    + "</g></svg>"
)


def chained(entries: list[dict]) -> list[dict]:
    """Return entries numbered and hashed as the record does it."""
    previous, done = "0" * 64, []
    for seq, entry in enumerate(entries, 1):
        row = {**entry, "seq": seq, "prev": previous, "alg": "sha256"}
        row["hash"] = hashlib.sha256(canonical(row).encode()).hexdigest()
        previous = row["hash"]
        done.append(row)
    return done


def dossier_values(city: str = "ningbo", rounds: int = 1) -> dict[str, Any]:
    """Return everything the sealed file of the case needs; `rounds` repeats its steps."""
    steps = [step for _ in range(rounds) for step in [*STEPS, OTHER[5]]]
    timeline = [{**step, "seq": seq} for seq, step in enumerate(steps, 1)]
    timeline[1] = {**timeline[1], "values": [*timeline[1]["values"], *PERSONAL]}
    entries = [
        {
            "case_id": "0192f0aa", "city": city, "county": "330203", "at": step["at"].isoformat(), "actor": "u-1",
            "role": "town", "unit": "330203001", "action": "complete", "instance_id": "i-1",
            "elements": [step["element"]], "flows": [], "articles": step["articles"],
            "changes": {"values": {value["key"]: [None, "v:1"] for value in step["values"]}},
        }
        for step in timeline
    ]  # fmt: skip
    return {
        **values(city, "卷宗", "330203-SJ·2026-D10-WG-0042", issued_at=at(11, 30, 16, 0)),
        "entries": chained(entries),
        "timeline": timeline,
        "diagrams": [{"title": "网格事件", "svg": DIAGRAM, "room": (0, 0, 1240, 420)}],
        "left_out": ["督办"],
        "destroyed": [],
    }


PERSONAL = [
    {"key": "party_name", "label": "当事人姓名", "value": "赵铁柱", "basis": "N18-2", "kind": "personal"},
    {"key": "party_phone", "label": "联系电话", "value": "13812348000", "basis": "N18-2", "kind": "personal"},
]


def bare_values() -> dict[str, Any]:
    """Return the values of a case in which nothing optional was ever given: it lies at the city, known by its codes."""
    full = values("ningbo", "测试文书", "CS-2026-7", seal_text=None, issued_by="系统", steps=[])
    kept = {"number", "title", "state", "opened_at", "channel", "reporter"}
    words = {"query_code", "grid_code", "grid_name", "village", "town", "county", "matter_name", "place", "description"}
    case = {key: value if key in kept else "" if key in words else None for key, value in full["case"].items()}
    return {**full, "case": case, "values": {}, "limits": [], "units": {}, "articles": {}, "attachments": []}


def page_values() -> dict[str, Any]:
    """Return what a page of the sealed file needs, put together by hand."""
    given = dossier_values()
    timeline = [{**step, "hash": "0" * 64, "rows": [], "tall": False} for step in given["timeline"]]
    contents = [{"order": "一、", "title": "案件数据", "number": "", "at": None, "page": 3, "organ": "", "level": 1}]
    leaves = [{"title": "目录", "wide": False, "bare": False}]
    return {
        **given, "timeline": timeline, "fields": [], "parts": [], "tail": "0" * 64,
        "fingerprint": "0000", "record_digest": "1" * 64, "pages": 9,
        "contents": contents, "first": True, "leaves": leaves, "missing": [], "figures": [], "photos": [],
    }  # fmt: skip
