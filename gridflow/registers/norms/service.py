"""Add documents to the library and end them; nothing is overwritten."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from gridflow.registers.norms.errors import NormRefused
from gridflow.registers.norms.models import Norm
from gridflow.registers.norms.queries import norm

KINDS = ("division", "staffing", "listing", "duties", "other")
"""划分办法、专属网格配备办法、清单准入退出办法、岗位职责和工作规范、其他. Source: N7-3, N8-3, N11-2, N15-1, B6-1."""
LONGEST: Mapping[str, int] = {"title": 120, "number": 60, "issuer": 120}


def add_norm(session: Session, row: Norm) -> Norm:
    """Add a document; raises NormRefused naming the first thing that is missing or too long."""
    for name, label in (("title", "标题"), ("number", "文号"), ("issuer", "制定机关")):
        if not 2 <= len(getattr(row, name)) <= LONGEST[name]:
            raise NormRefused(f"“{label}”应为 2 到 {LONGEST[name]} 个字，请改正后再存。")
    if row.kind not in KINDS:
        raise NormRefused("请选择文件的种类。")
    if row.effective_on < row.issued_on:
        raise NormRefused("施行日期不能早于发文日期，请核对。")
    session.add(row)
    session.flush()
    return row


def end_norm(session: Session, city: str, norm_id: str, on: date) -> Norm:
    """Note that a document no longer applies from a day on; raises NormUnknown or NormRefused."""
    row = norm(session, city, norm_id)
    if row.ended_on is not None or on < row.effective_on:
        raise NormRefused("这份文件已经停止施行，或者日期早于施行日期，请核对。")
    row.ended_on = on
    session.flush()
    return row


def day_of(text: str) -> date:
    """Read a day as a page sends it; raises NormRefused."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise NormRefused("请填写日期。") from None
