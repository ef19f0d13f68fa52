"""How a procedure runs, written on its diagrams; the table below says the same."""

from collections.abc import Mapping, Sequence

from flask import g, render_template, request

from gridflow.bpmn import Heat, draw, is_drawn, lay_out
from gridflow.bpmn.names import GATEWAYS
from gridflow.db import db
from gridflow.formats import gettext as _
from gridflow.people.access import access
from gridflow.people.permissions import Permission
from gridflow.workbench.insight.cases import Passed, passed
from gridflow.workbench.insight.figures import MOST_TASKS, Figure, Insight, insight, place, steps
from gridflow.workbench.insight.period import period_of
from gridflow.workbench.insight.recorded import FLOW, SHOWN_OTHERWISE, Passer, Passing, passers
from gridflow.workbench.views.place import blueprint, office

looks = access(
    Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE, Permission.INSTANCE_OPERATE, Permission.AUDIT_VIEW,
    Permission.DATA_APPROVE,
)  # fmt: skip
"""Who answers for procedures, inspects, or runs a county or the city; nobody below, where a step may be one person."""
DAY = 24.0
HOUR = 1.0


@blueprint.get("/procedures/<slug>/insight")
@looks
def show_insight(slug: str) -> str:
    """Show the figures of a period on a diagram of a procedure."""
    period = period_of(request.args.get("first", ""), request.args.get("last", ""))
    found = insight(db.session(), office(), g.viewer, slug, period)
    process = request.args.get("process", "")
    process = process if process in found.diagrams else next(iter(found.diagrams))
    measures = _measures()
    measure = request.args.get("measure", "")
    measure = measure if measure in measures else "cases"
    figures = found.of(process)
    return render_template(
        "pages/workbench/insight.html",
        slug=slug,
        found=found,
        period=found.period,
        process=process,
        called={node.id: node.called for node in found.diagrams[process].nodes.values() if node.called},
        measures=measures,
        measure=measure,
        figures=figures,
        passed=found.passed(process),
        picture=_picture(found, process, figures, measure),
        said=_said,
        waited=_waited,
    )


@blueprint.get("/procedures/<slug>/insight/cases")
@looks
def insight_cases(slug: str) -> str:
    """List the cases that passed a step, or anything else that is counted, with links for those who may see them."""
    period = period_of(request.args.get("first", ""), request.args.get("last", ""))
    process, element, asked = (request.args.get(name, "") for name in ("process", "element", "page"))
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 5 else 1
    here = place(db.session(), office(), g.viewer, slug, process, element)
    lines: Sequence[Passed] | Sequence[Passer]
    if not here.kind or here.kind in SHOWN_OTHERWISE:
        lines, more = passed(db.session(), g.viewer, slug, period, process, element, page)
    else:
        period = period.bounded(db.session(), MOST_TASKS)
        at = (process, element, page)
        lines, more = passers(db.session(), g.viewer, slug, period, *at, flow=here.kind == FLOW)
    return render_template(
        "pages/workbench/insight_cases.html",
        step=here.name,
        period=period,
        here={"slug": slug, "process": process, "element": element, "first": period.first, "last": period.last},
        found={"lines": lines, "page": page, "more": more},
        sees=g.viewer.may(Permission.CASE_INSPECT) or g.viewer.may(Permission.CASE_VIEW),
        runs=g.viewer.may(Permission.INCIDENT_RETRY),
    )


def _measures() -> Mapping[str, str]:
    return {
        "cases": _("件数"),
        "half": _("一般用时"),
        "ninety": _("九成以内用时"),
        "late": _("超期比例"),
        "returned": _("退回比例"),
    }


def _picture(found: Insight, process: str, figures: Mapping[str, Figure], measure: str) -> str:
    values = {element: _value(one, measure) for element, one in figures.items()}
    known = {element: value for element, value in values.items() if value is not None}
    diagram = found.diagrams[process]
    words = {element: _said(figures[element], measure) for element in known}
    more = _passed(found.passed(process), measure)
    known |= {element: value for element, value in more.items() if element in diagram.nodes}
    words |= {element: _cases(value) if measure == "cases" else _lasted(value) for element, value in more.items()}
    heat = Heat(words, steps(known), links="#row-")
    return draw(diagram if is_drawn(diagram) else lay_out(diagram), process, heat=heat)


def _passed(passings: Mapping[str, Passing], measure: str) -> dict[str, float]:
    """Return what is written on what nobody is asked at: cases, of a gateway on the ways from it; hours on steps."""
    if measure == "cases":
        return {element: one.cases for element, one in passings.items() if one.cases and one.kind not in GATEWAYS}
    hours = {element: _took(one, measure) for element, one in passings.items()}
    return {element: value for element, value in hours.items() if value is not None}


def _took(passing: Passing, measure: str) -> float | None:
    return {"half": passing.half, "ninety": passing.ninety}.get(measure)


def _waited(passing: Passing, measure: str) -> str:
    """Say how long a step took; a stroke where nothing took time."""
    hours = _took(passing, measure)
    if hours is not None:
        return _lasted(hours)
    return _("无记录") if passing.timed and passing.cases else "—"


def _value(figure: Figure, measure: str) -> float | None:
    """Return what colours an element; None where there is nothing to say."""
    match measure:
        case "half":
            return figure.half.hours if figure.half else None
        case "ninety":
            return figure.ninety.hours if figure.ninety else None
        case "late":
            return figure.late_share
        case "returned":
            return figure.returned_share
    return figure.cases


def _said(figure: Figure, measure: str, *, working: bool = False) -> str:
    """Say a figure in words; a stroke where there is none."""
    value = _value(figure, measure)
    if value is None:
        return "—"
    if measure in {"half", "ninety"}:
        lasting = figure.half if measure == "half" else figure.ninety
        return _lasted(lasting.working if lasting and working else value)
    if measure == "cases":
        return _cases(value)
    of = (figure.late, figure.limited) if measure == "late" else (figure.returned, figure.tasks)
    return _("%(percent)s%%（%(part)s/%(whole)s）", percent=value, part=of[0], whole=of[1])


def _cases(number: float) -> str:
    return _("1 件") if number == 1 else _("%(number)s 件", number=number)


def _lasted(hours: float) -> str:
    if hours * 60 < 1:
        return _("不到 1 分钟") if hours else _("当即")
    if hours < HOUR:
        return _("%(number)s 分钟", number=round(hours * 60))
    if hours < 3 * DAY:
        return _("%(number)s 小时", number=f"{hours:.1f}".removesuffix(".0"))
    return _("%(number)s 天", number=f"{hours / DAY:.1f}".removesuffix(".0"))
