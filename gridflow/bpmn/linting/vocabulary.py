"""The `gridflow:` attributes, where they may stand, and the verbs of service tasks."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridflow.bpmn.names import ACTIVITIES, EVENTS, GATEWAYS, HUMAN_TASKS, NODES, SUB_PROCESSES

LANE = frozenset({"lane"})
OFFERED = HUMAN_TASKS | {"boundaryEvent"}
TIMED = ACTIVITIES | {"boundaryEvent", "intermediateCatchEvent"}

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "role": OFFERED | LANE,
    "unit": OFFERED | LANE,
    "person": OFFERED,
    "exclude": OFFERED,
    "limit": TIMED,
    "remind": HUMAN_TASKS | SUB_PROCESSES | {"callActivity", "serviceTask"},
    "article": NODES | LANE | GATEWAYS,
    "document": ACTIVITIES | EVENTS,
    "form": OFFERED,
    "action": frozenset({"serviceTask"}),
    "with_host": frozenset({"boundaryEvent"}),
    "title": OFFERED,
    "afresh": HUMAN_TASKS,
    "shows": HUMAN_TASKS,
    "told": ACTIVITIES | EVENTS,
    "matter": OFFERED,
}

EXPRESSIONS: Mapping[str, str] = {
    "unit": "由哪个单位办",
    "person": "由谁办",
    "title": "待办列表里的一行",
    "matter": "受清单约束的事项",
}
"""Attributes whose value is FEEL, as the editor labels them."""

SCOPE_NAMES = frozenset({"case", "city", "limit", "matters"})
"""Names every expression sees; no variable may hide them."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a verb needs: every name of `needs`, and one of each group of `one_of`."""

    needs: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    limit: bool = False
    """It works on the limit the task names."""
    some: bool = False
    """It needs at least one input of any name."""
    gives: frozenset[str] = frozenset()
    """The variables it writes; `set_values` writes its inputs."""


_LISTED = frozenset(
    {"matter_code", "matter_version", "list_edition", "listed_from", "listed_until", "ends_at", "review_at"}
)
"""What a change of the matter list writes."""

ACTIONS: Mapping[str, Action] = {
    "set_values": Action(some=True),
    "limit_start": Action(limit=True),
    "limit_extend": Action(limit=True, one_of=frozenset({"days", "until"})),
    "limit_pause": Action(limit=True),
    "limit_restart": Action(limit=True),
    "limit_stop": Action(limit=True),
    "open_procedure": Action(needs=frozenset({"slug"})),
    "open_case": Action(needs=frozenset({"slug"}), gives=frozenset({"opened_case"})),
    "open_each": Action(needs=frozenset({"slug", "items", "name"})),
    "keep_from": Action(one_of=frozenset({"people", "units", "tier"})),
    "hide_reporter": Action(),
    "restrict_file": Action(),
    "issue_document": Action(needs=frozenset({"document"})),
    "notify": Action(needs=frozenset({"text"}), one_of=frozenset({"role", "person", "unit"})),
    "push_result": Action(),
    "close_case": Action(needs=frozenset({"state"})),
    "archive_case": Action(),
    "count_same": Action(needs=frozenset({"days"}), gives=frozenset({"same_count"})),
    "grids_within": Action(needs=frozenset({"kind"}), gives=frozenset({"area_grids", "new_grids"})),
    "next_on_duty": Action(
        needs=frozenset({"grid", "called", "roles"}),
        gives=frozenset({"duty_person", "duty_grid", "duty_near", "called"}),
    ),
    "neighbour_on_duty": Action(needs=frozenset({"grid", "roles"}), gives=frozenset({"search_person", "search_grid"})),
    "signal_each": Action(needs=frozenset({"signal"})),
    "check_grids": Action(
        needs=frozenset({"change", "rows"}), gives=frozenset({"check_passed", "check_report", "plan", "plan_map"})
    ),
    "recheck_grids": Action(gives=frozenset({"check_passed", "check_report", "plan_map"})),
    "apply_grids": Action(gives=frozenset({"issued_codes", "ended_codes", "altered_codes"})),
    "suspend_grids": Action(),
    "make_boards": Action(),
    "move_cases": Action(
        gives=frozenset({"cases_moved", "cases_unplaced", "cases_listed", "cases_waiting", "other_grids"})
    ),
    "admit_matter": Action(needs=frozenset({"name", "base", "category", "level"}), gives=_LISTED),
    "adjust_matter": Action(needs=frozenset({"matter_code"}), gives=_LISTED),
    "exit_matter": Action(needs=frozenset({"matter_code"}), gives=_LISTED),
    "recall_tasks": Action(needs=frozenset({"matter_code"}), gives=frozenset({"recalled"})),
    "file_duty_sheet": Action(needs=frozenset({"matter_code", "unit"})),
    "count_off_list": Action(needs=frozenset({"unit"})),
    "draw_grid_staff": Action(needs=frozenset({"count"}), gives=frozenset({"drawn_staff"})),
    "announce_list": Action(needs=frozenset({"text"})),
    "count_personal": Action(gives=frozenset({"personal_count", "texts_count", "files_count"})),
    "destroy_personal": Action(needs=frozenset({"reason"}), gives=frozenset({"destroyed_count"})),
}

KINDS: Mapping[str, str] = {
    "userTask": "用户任务",
    "manualTask": "人工任务",
    "task": "普通任务",
    "serviceTask": "服务任务",
    "businessRuleTask": "规则任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "scriptTask": "脚本任务",
    "subProcess": "子流程",
    "adHocSubProcess": "随机子流程",
    "transaction": "事务子流程",
    "callActivity": "调用活动",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "complexGateway": "复杂网关",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "等待事件",
    "intermediateThrowEvent": "抛出事件",
    "boundaryEvent": "边界事件",
    "lane": "泳道",
}

EVENT_KINDS: Mapping[str, str] = {
    "timer": "定时",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "terminate": "终止",
    "link": "链接",
    "compensate": "补偿",
    "conditional": "条件",
    "cancel": "取消",
    "reference": "引用的事件定义",
}
