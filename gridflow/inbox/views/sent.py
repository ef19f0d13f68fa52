"""What is said once something was sent: where the case went, and the way to it."""

from datetime import datetime

from flask import url_for
from markupsafe import Markup, escape

from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.inbox.queries import Next, next_steps

MOST = 5
"""Steps named one by one."""


def sent(said: str, case_id: str, begun: datetime) -> Markup:
    """Return what was done, the steps it led to since an instant with who holds them, and a link to the case."""
    steps = next_steps(db.session(), case_id)
    fresh = [step for step in steps if step.since >= begun]
    if fresh:
        where = _("下一步：%(steps)s。", steps=_listed(fresh))
    elif steps:
        where = _("没有新的环节，还在办的有：%(steps)s。", steps=_listed(steps))
    else:
        where = _("没有等人办的环节了，接着由系统办结、制作文书和卷宗。")
    address = url_for("cases.show", case_id=case_id)
    return escape(said) + escape(where) + Markup(' <a href="{}">{}</a>').format(address, _("看这个案件"))


def _listed(steps: list[Next]) -> str:
    named = _("、").join(_("%(step)s（%(who)s）", step=step.name, who=step.who) for step in steps[:MOST])
    return _("%(steps)s等", steps=named) if len(steps) > MOST else named
