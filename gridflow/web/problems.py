"""Errors as pages in plain Chinese: what happened, what was kept, what to do, a number to quote."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gridflow import clock
from gridflow.administration import errors as administration
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.errors import AccountClosed, CaseUnknown, GridUnknown, MayNotStart, NotYourCase
from gridflow.catalogue.errors import ArticleUnknown
from gridflow.db import db, writing
from gridflow.documents.errors import DocumentNotFound
from gridflow.engine import errors as engine
from gridflow.errors import GridflowError
from gridflow.formats import retold
from gridflow.forms.errors import FormInvalid
from gridflow.inbox.errors import DoneByYou, OfferPending
from gridflow.ledgers.errors import LedgerUnknown, NotKept
from gridflow.registers.errors import MatterUnknown
from gridflow.registers.norms.errors import NormUnknown
from gridflow.workbench import errors as workbench

log = logging.getLogger("gridflow.web")


class WebError(GridflowError):
    """The base of the errors of the pages themselves."""


class RuleMissing(WebError):
    """A page declares no access rule."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(f"页面“{endpoint}”没有写明访问权限，已拒绝打开。请开发人员补上。")


class NotAllowed(WebError):
    """The person's posts do not include the right this page asks for."""

    def __init__(self) -> None:
        super().__init__(_("您的岗位没有打开这个页面的权限。"))


class SessionOver(WebError):
    """Nobody is signed in any more."""

    def __init__(self) -> None:
        super().__init__(_("登录已经结束：您退出过，或有一段时间没有操作，为保护信息自动退出了。"))


STATUS: Mapping[type[GridflowError], int] = {
    AccountClosed: 403,
    administration.AccountRefused: 422,
    administration.MayNotAsk: 403,
    administration.MayNotDecide: 403,
    administration.NotOfThisCity: 404,
    administration.OwnAccount: 403,
    administration.ReasonMissing: 422,
    administration.SecondPersonNeeded: 403,
    administration.ValueUnfit: 422,
    administration.ValueUnreadable: 422,
    ArticleUnknown: 404,
    CaseUnknown: 404,
    DocumentNotFound: 404,
    FormInvalid: 422,
    GridUnknown: 422,
    LedgerUnknown: 404,
    MatterUnknown: 404,
    NormUnknown: 404,
    NotKept: 403,
    MayNotStart: 403,
    NotYourCase: 403,
    NotAllowed: 403,
    RuleMissing: 403,
    SessionOver: 401,
    engine.DefinitionUnknown: 404,
    engine.InstanceChanged: 409,
    engine.InstanceOver: 409,
    engine.InstanceSuspended: 409,
    engine.InstanceUnknown: 404,
    engine.NotYours: 403,
    engine.OfferGone: 409,
    engine.WorkItemGone: 409,
    engine.WorkItemTaken: 409,
    engine.WorkItemUnknown: 404,
    workbench.RevisionUnknown: 404,
    workbench.FileRefused: 422,
    workbench.FreezeRefused: 422,
    workbench.MilestoneRefused: 422,
    workbench.NotOwner: 403,
    workbench.NotReady: 422,
    workbench.OwnerRefused: 422,
    workbench.PackageRefused: 422,
    workbench.SamePerson: 403,
    workbench.VersionUnknown: 404,
}
"""Which status a fact becomes; anything else raised on purpose is a conflict with how things stand, 409."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page says."""

    title: str
    what: str
    kept: str
    next: str
    number: str
    back: str | None = None
    sign_in: bool = False


def status_of(error: GridflowError) -> int:
    """Return the HTTP status of an error raised on purpose."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 409)


def install(app: Flask) -> None:
    """Turn every error of the application into a page."""
    app.after_request(_log_shown)
    app.after_request(_follow)
    app.register_error_handler(GridflowError, _on_purpose)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _log_shown(response: Response) -> Response:
    """Log what a page itself refused and showed again for correction."""
    refused = g.pop("refused", None)
    if refused is not None:
        _record(refused, _number(), status_of(refused))
    return response


def _follow(response: Response) -> Response:
    """Tell the script of a page to go where a redirect leads: it must not swap the next page into this one."""
    if request.headers.get("HX-Request") and response.status_code in {302, 303} and request.method == "POST":
        response.headers["HX-Redirect"] = response.headers.pop("Location")
        response.status_code = 200
    return response


def _on_purpose(error: GridflowError) -> Response:
    status = status_of(error)
    number = _number()
    log.info("%s %s %s: %s", number, status, request.path, type(error).__name__)
    if g.get("viewer") is not None and status in {403, 404, 409, 422}:
        _record(error, number, status)
    return _page(status, retold(error.message), number, kept=_KEPT.get(type(error)))


def _stale(error: CSRFError) -> Response:
    number = _number()
    log.info("%s 400 %s: %s", number, request.path, error.description)
    what = _("这个页面打开得太久，或您在别的窗口退出、重新登录过。为防止他人冒用，这次提交没有接收。")
    return _page(400, what, number)


def _http(error: HTTPException) -> Response:
    number = _number()
    if error.response is not None:
        return make_response(error.response)
    words = {
        404: _("没有这个页面，链接可能已经变化，或者抄写有误。"),
        405: _("这个地址不能这样打开。"),
        413: _("上传的内容太大：每个文件不超过 20 MB，最多 9 个。"),
    }
    return _page(error.code or 500, words.get(error.code or 500, _("请求没有被接受。")), number)


def _unexpected(error: Exception) -> Response:
    number = _number()
    log.error("%s 500 %s", number, request.path, exc_info=error)
    db.session.rollback()
    g.viewer = None  # the page below must not ask a database that may be gone
    return _page(500, _("系统出了差错，技术人员已能看到记录。"), number)


def _page(status: int, what: str, number: str, kept: Callable[[], str] | None = None) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(message=what, number=number), status)
    problem = Problem(
        title=_titles().get(status, _("没有办成")),
        what=what,
        kept=kept() if kept else _kept(status),
        next=_next(status),
        number=number,
        back=_back(status),
        sign_in=status == 401,
    )
    layout = "layouts/page.html" if g.get("viewer") else "layouts/bare.html"
    return make_response(render_template("pages/error.html", problem=problem, layout=layout), status)


def _titles() -> dict[int, str]:
    return {
        400: _("页面已过期"),
        401: _("请重新登录"),
        403: _("没有权限"),
        404: _("没有找到"),
        409: _("情况有变化"),
        413: _("文件太大"),
        422: _("有内容需要改正"),
        500: _("系统出了差错"),
    }


def _kept(status: int) -> str:
    if request.method != "POST":
        return str(_("您之前办理的内容都在，没有受到影响。"))
    words: dict[int, str] = {
        400: _("没有接收，也没有办到一半。您打字时内容已自动存为草稿，选好的照片还在本机。"),
        409: _("这次操作没有生效，也没有重复提交。您填写的内容已存为草稿。"),
        413: _("没有收到这次上传。已填的文字存在草稿里，照片和附件需要重新选择。"),
    }
    return words.get(status) or str(_("这次操作没有生效，没有办到一半的情况。填写过的内容在草稿里。"))


_KEPT: Mapping[type[GridflowError], Callable[[], str]] = {
    DoneByYou: lambda: _("您那一次送出的内容都在案件里，从“案件”可以再找到它。"),
    OfferPending: lambda: _("上一次提出的内容都在案件里。"),
    engine.WorkItemGone: lambda: _("案件里已有的内容都在。这项任务不用再办，这次填写的内容没有用上。"),
}
"""What became of what was typed where the task or the offer it was typed for is no more."""


def _next(status: int) -> str:
    words: dict[int, str] = {
        400: _("请按“回到刚才的页面”重新打开它（需要时先登录），草稿会自动恢复，核对后再按一次。"),
        401: _("请重新登录，会回到刚才的页面。"),
        403: _("如确需办理，请联系本单位负责人或管理员。"),
        404: _("请从首页或待办重新进入，并核对编号。"),
        409: _("请先看案件的最新进展，再决定是否继续；仍办不成时，请把下面的编号告诉管理员。"),
        413: _("请压缩照片或分几次上传。"),
        422: _("请按提示改正后再提交。"),
        500: _("请过几分钟再试；仍不行时，请把下面的编号告诉管理员。"),
    }
    return words.get(status) or str(_("请回到刚才的页面，再操作一次。"))


def _back(status: int) -> str | None:
    if request.method == "GET":
        return request.full_path.rstrip("?") if status == 401 else None
    referrer = request.referrer or ""
    return "/" + referrer.removeprefix(request.host_url) if referrer.startswith(request.host_url) else None


def _record(error: GridflowError, number: str, status: int) -> None:
    """Log a refusal in a transaction of its own, after whatever failed was rolled back."""
    viewer = g.viewer
    with writing() as session:
        log_operation(
            session,
            Operation(
                city=viewer.city.code,
                at=clock.now(),
                action="page",
                actor=viewer.user.id,
                outcome="refused",
                subject=request.path[:120],
                detail={"error": type(error).__name__, "number": number, "status": status},
            ),
        )


def _number() -> str:
    """Return what a caller quotes: day, time and four signs."""
    return f"{clock.now().astimezone(clock.SHANGHAI):%m%d-%H%M}-{secrets.token_hex(2).upper()}"
