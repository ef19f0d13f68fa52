"""The words of cases that diagrams use, apart from the database so that files can be checked without one."""

STATES = {
    "open": "办理中",
    "closed": "已办结",
    "refused_off_list": "清单外拒办",
    "not_accepted": "不予受理",
    "referred": "已转法定途径",
    "merged": "并案",
    "withdrawn": "已撤回",
    "suspended": "挂账",
    "to_emergency": "转应急",
    "to_complaint": "转投诉举报",
    "to_appeal": "转诉求办理",
    "ended": "终止",
}
"""How a case stands."""
LINKS = {
    "merged_into": "merged_from",
    "follows": "followed_by",
    "reports_on": "reports_on",
}
"""The kinds of link between cases, and what each is called seen from its other end."""
OF_CASE = frozenset({"slug", "grid", "unit", "link"})
OF_EACH = frozenset({"slug", "items", "name"})
"""Inputs of the verbs that open cases and instances that say what is opened; the others are handed over."""
