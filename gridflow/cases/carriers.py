"""The pages and registers that carry a duty of an ordinance, as people call them."""

from collections.abc import Callable, Mapping

from gridflow.formats import gettext as _

PAGES: Mapping[str, Callable[[], str]] = {
    "api.receive": lambda: _("接收其他系统消息的接口"),
    "cases.places": lambda: _("各网格应答和任务"),
    "cases.reveal": lambda: _("查看个人信息并留下记录"),
    "figures.show": lambda: _("统计"),
    "grids.index": lambda: _("网格"),
    "grids.due": lambda: _("待调整的网格"),
    "grids.load": lambda: _("人员负荷"),
    "grids.show": lambda: _("网格人员和沿革"),
    "grids.vacancies": lambda: _("人员空缺"),
    "public_grids.show_public": lambda: _("公开页面"),
    "matters.index": lambda: _("事项清单"),
    "matters.show": lambda: _("清单事项"),
    "norms.show_norms": lambda: _("规范文件"),
    "operations.operations": lambda: _("操作日志"),
    "operations.record": lambda: _("审计核验"),
    "reports.mine": lambda: _("我的上报"),
    "reports.query": lambda: _("凭查询码查询"),
    "reports.start": lambda: _("上报"),
    "units.show": lambda: _("岗位和联系方式"),
}
"""What the pages that carry a duty are called."""
REGISTERS: Mapping[str, Callable[[], str]] = {
    "audit_entry": lambda: _("案件记录"),
    "duty_sheet": lambda: _("事项责任单"),
    "guidance_request": lambda: _("指导请求"),
    "matter_edition": lambda: _("清单公布记录"),
    "norm": lambda: _("规范文件库"),
    "off_list_demand": lambda: _("清单外要求登记"),
    "contact": lambda: _("单位联系方式登记"),
    "credential": lambda: _("工作证登记"),
    "grid": lambda: _("网格登记"),
    "grid_count": lambda: _("网格户数登记"),
    "grid_due": lambda: _("待调整网格名单"),
    "limit": lambda: _("时限登记"),
    "matter": lambda: _("事项清单"),
    "operation_entry": lambda: _("操作日志"),
    "post": lambda: _("岗位登记"),
    "unit": lambda: _("单位登记"),
    "vault_item": lambda: _("加密另存的个人信息"),
    "working_calendar": lambda: _("工作日历"),
}
"""What the registers that carry a duty are called."""
