"""The lists of the inbox."""

from typing import Any

from flask import g, render_template, request

from gridflow.cases.service import task_form
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.inbox.boxes import BOXES
from gridflow.inbox.desk import waiting
from gridflow.inbox.queries import counts, inbox_page
from gridflow.inbox.searches import saved_searches
from gridflow.inbox.views.place import blueprint, kept, place, the_office, works
from gridflow.inbox.views.tasks import task_parts


@blueprint.get("/inbox")
@works
def show() -> str:
    """Show a box, and beside it the task that was open."""
    here = place()
    boxes = _boxes(here["box"])
    known = next(each["count"] for each in boxes["boxes"] if each["code"] == here["box"])
    found = inbox_page(db.session(), g.viewer, here["box"], here["search"], int(here["page"]), known)
    open_id = request.args.get("task")
    task = task_form(db.session(), the_office(), g.viewer, open_id) if open_id else None
    return render_template(
        "pages/inbox.html",
        **boxes,
        search=here["search"],
        found=found,
        arguments=kept(),
        open_id=open_id,
        **(task_parts(task) if task else {"view": None}),
    )


@blueprint.get("/inbox/badge")
@works
def badge() -> str:
    """Answer the page's own question for the numbers of the inbox."""
    numbers = counts(db.session(), g.viewer)
    item = {"count": waiting(numbers), "overdue": numbers.overdue}
    return render_template("pages/badge.html", item=item, narrow=bool(request.args.get("narrow")))


def _boxes(box: str) -> dict[str, Any]:
    numbers = g.counts = counts(db.session(), g.viewer)  # the navigation shows them too
    labels = {"today": _("今天到期"), "late": _("已超期"), "mine": _("我的"), "unit": _("本单位")}
    lying = {"today": numbers.today, "late": numbers.overdue, "mine": numbers.mine, "unit": numbers.unit}
    boxes = [
        {"code": code, "label": labels[code], "count": lying[code]}
        for code in BOXES
        if lying[code] or code in {box, "mine", "unit"}
    ]
    nothing = {
        "today": (_("今天没有到期的事"), _("您和本单位今天要办完的任务显示在这里。")),
        "late": (_("没有超期的事"), _("到期还没有办完的任务显示在这里，最早到期的在前。")),
        "mine": (
            _("现在没有指定您办理的事"),
            _("指定给您的任务，和您在“本单位”认领的任务，显示在这里；认领保留 30 分钟，填写时自动延长。"),
        ),
        "unit": (_("本单位现在没有待办"), _("案件转到本单位时，会显示在这里，并发邮件提醒。")),
    }[box]
    saved = saved_searches(db.session(), g.viewer)
    return {"boxes": boxes, "saved": saved, "box": box, "box_label": labels[box], "nothing": nothing}
