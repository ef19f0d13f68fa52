"""What the actions of service tasks are called, and the inputs they can do without."""

from collections.abc import Mapping

from gridflow.formats import gettext as _


def verbs() -> Mapping[str, str]:
    """Return what the actions are called, by the word diagrams use."""
    return {**_on_cases(), **_on_registers()}


def _on_cases() -> Mapping[str, str]:
    return {
        "set_values": _("写入变量"),
        "limit_start": _("时限：开始"),
        "limit_extend": _("时限：延长"),
        "limit_pause": _("时限：暂停"),
        "limit_restart": _("时限：重新开始"),
        "limit_stop": _("时限：结束"),
        "open_procedure": _("为本案另开一个流程"),
        "open_case": _("另立一个案件"),
        "open_each": _("为每一项各开一个流程"),
        "keep_from": _("让有关的人和单位回避"),
        "hide_reporter": _("隐去报送人"),
        "restrict_file": _("只让经办的人看本案"),
        "issue_document": _("制发文书"),
        "notify": _("发通知"),
        "push_result": _("把结果推送到市里的平台"),
        "close_case": _("结束案件"),
        "archive_case": _("归档，等卷宗封存"),
        "count_same": _("数近来同类的案件"),
        "signal_each": _("向本案的其他流程发信号"),
        "count_personal": _("数个人信息和附件"),
        "destroy_personal": _("销毁个人信息"),
    }


def _on_registers() -> Mapping[str, str]:
    return {
        "grids_within": _("列出范围内的网格"),
        "next_on_duty": _("找下一个值班的人"),
        "neighbour_on_duty": _("找邻近网格值班的人"),
        "check_grids": _("核验网格方案"),
        "recheck_grids": _("再核验网格方案"),
        "apply_grids": _("启用新的网格"),
        "suspend_grids": _("标明网格效力暂停"),
        "make_boards": _("制作网格公示牌"),
        "move_cases": _("移交网格里的案件"),
        "admit_matter": _("把事项纳入清单"),
        "adjust_matter": _("调整清单里的事项"),
        "exit_matter": _("让事项退出清单"),
        "recall_tasks": _("收回网格人员手上的事项"),
        "file_duty_sheet": _("登记责任单"),
        "count_off_list": _("计一次清单外的要求"),
        "draw_grid_staff": _("抽选网格人员"),
        "announce_list": _("通知清单有变"),
    }


_MATTER = ("change", "name", "base", "category", "level", "on_site", "lead", "from", "until")
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "open_case": ("grid", "unit", "link"),
    "grids_within": ("grids", "units", "but"),
    "check_grids": ("way", "grids", "datum", "side", "share", "gives", "resized", "size_reason", "staff", "micro"),
    "apply_grids": ("effective_on", "staff"),
    "move_cases": ("rest", "chosen"),
    "admit_matter": _MATTER,
    "adjust_matter": _MATTER,
    "exit_matter": ("from",),
    "count_personal": ("but",),
    "destroy_personal": ("personal", "texts", "files"),
}
"""The inputs of an action beside those the vocabulary asks for."""
