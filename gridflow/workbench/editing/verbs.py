"""What the actions of service tasks are called, and the inputs they can do without."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gridflow.formats import gettext as _


@dataclass(frozen=True, slots=True)
class Verb:
    """An action in words."""

    title: Callable[[], str]
    optional: tuple[str, ...] = ()
    """Inputs beside those the vocabulary asks for."""


_MATTER = ("change", "name", "base", "category", "level", "on_site", "lead", "from", "until")

VERBS: Mapping[str, Verb] = {
    "set_values": Verb(lambda: _("写入变量")),
    "limit_start": Verb(lambda: _("时限：开始")),
    "limit_extend": Verb(lambda: _("时限：延长")),
    "limit_pause": Verb(lambda: _("时限：暂停")),
    "limit_restart": Verb(lambda: _("时限：重新开始")),
    "limit_stop": Verb(lambda: _("时限：结束")),
    "open_procedure": Verb(lambda: _("为本案另开一个流程")),
    "open_case": Verb(lambda: _("另立一个案件"), ("grid", "unit", "link")),
    "open_each": Verb(lambda: _("为每一项各开一个流程")),
    "keep_from": Verb(lambda: _("让有关的人和单位回避")),
    "hide_reporter": Verb(lambda: _("隐去报送人")),
    "restrict_file": Verb(lambda: _("只让经办的人看本案")),
    "issue_document": Verb(lambda: _("制发文书")),
    "notify": Verb(lambda: _("发通知")),
    "push_result": Verb(lambda: _("把结果推送到市里的平台")),
    "close_case": Verb(lambda: _("结束案件")),
    "archive_case": Verb(lambda: _("归档，等卷宗封存")),
    "count_same": Verb(lambda: _("数近来同类的案件")),
    "grids_within": Verb(lambda: _("列出范围内的网格"), ("grids", "units", "but")),
    "next_on_duty": Verb(lambda: _("找下一个值班的人")),
    "neighbour_on_duty": Verb(lambda: _("找邻近网格值班的人")),
    "signal_each": Verb(lambda: _("向本案的其他流程发信号")),
    "check_grids": Verb(
        lambda: _("核验网格方案"),
        ("way", "grids", "datum", "side", "share", "gives", "resized", "size_reason", "staff", "micro"),
    ),
    "recheck_grids": Verb(lambda: _("再核验网格方案")),
    "apply_grids": Verb(lambda: _("启用新的网格"), ("effective_on", "staff")),
    "suspend_grids": Verb(lambda: _("标明网格效力暂停")),
    "make_boards": Verb(lambda: _("制作网格公示牌")),
    "move_cases": Verb(lambda: _("移交网格里的案件"), ("rest", "chosen")),
    "admit_matter": Verb(lambda: _("把事项纳入清单"), _MATTER),
    "adjust_matter": Verb(lambda: _("调整清单里的事项"), _MATTER),
    "exit_matter": Verb(lambda: _("让事项退出清单"), ("from",)),
    "recall_tasks": Verb(lambda: _("收回网格人员手上的事项")),
    "file_duty_sheet": Verb(lambda: _("登记责任单")),
    "count_off_list": Verb(lambda: _("计一次清单外的要求")),
    "draw_grid_staff": Verb(lambda: _("抽选网格人员")),
    "announce_list": Verb(lambda: _("通知清单有变")),
    "count_personal": Verb(lambda: _("数个人信息和附件"), ("but",)),
    "destroy_personal": Verb(lambda: _("销毁个人信息"), ("personal", "texts", "files")),
}
"""By the word diagrams use; a test holds them to the vocabulary."""
