"""Every command there is.

Each imports what it needs itself: checking a file should not wait for the database and the engine.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from gridflow.api.commands import message
from gridflow.cli.cities import city, user
from gridflow.cli.opening import database, home
from gridflow.cli.plain import Plain
from gridflow.config import Settings


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """网格流程：城市网格化服务管理的流程、待办与卷宗。"""


main.add_command(message)
main.add_command(city)
main.add_command(user)

# ------------------------------------------------------------ procedures


@main.group()
def procedures() -> None:
    """检查、查看、新建流程。"""


@procedures.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出每条发现。")
def check(files: tuple[Path, ...], *, as_json: bool) -> None:
    """检查 BPMN、DMN、表单文件；不给文件则检查全部流程。有错误时以 1 退出。"""
    from gridflow.checking import check_all, check_file

    found = [one for path in files for one in check_file(path, home())] if files else check_all(home())
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in found], ensure_ascii=False, indent=2))
    else:
        _print_findings(found)
    if any(one.finding.severity == "error" for one in found):
        sys.exit(1)


def _print_findings(found: list[Any]) -> None:
    for one in found:
        finding = one.finding
        word = "错误" if finding.severity == "error" else "提醒"
        where = f"{one.file}:{finding.line}" if finding.line else one.file
        what = f"{finding.name}（{finding.element}）" if finding.element else ""
        click.echo(f"{where} {word} [{finding.rule}] {what}{finding.message}{finding.remedy}")
    errors = sum(one.finding.severity == "error" for one in found)
    click.echo(f"{errors} 个错误，{len(found) - errors} 条提醒")


@procedures.command("show")
@click.argument("slug")
@click.option("--city", help="城市代码；不给则为第一个城市。")
def show(slug: str, city: str | None) -> None:
    """列出一个流程的全部组成：图、环节、表单、决策表、文书、案例和条款。"""
    from gridflow.showing import describe

    for line in describe(home(), slug, city):
        click.echo(line)


@procedures.command("new")
@click.argument("slug")
@click.option("--title", default="新流程", help="流程标题。")
def new(slug: str, title: str) -> None:
    """新建一个能通过检查的最小流程。"""
    from gridflow.starting import new_procedure

    for path in new_procedure(home(), slug, title):
        click.echo(f"已建 {path}")


# ------------------------------------------------------------ scenarios and demo


@main.group()
def scenarios() -> None:
    """案例。"""


@scenarios.command("run")
@click.argument("slugs", nargs=-1)
@click.option("--city", help="只运行一个城市的案例。")
@click.option("--proof", "press", flag_value="proof", help="文书只填写、不排版：快数倍。")
def run(slugs: tuple[str, ...], city: str | None, press: str | None) -> None:
    """在临时数据库中逐个运行案例；末行为“N passed, N failed”。"""
    from gridflow.documents.proofs import proof
    from gridflow.documents.rendering import printed
    from gridflow.scenarios.running import run_all
    from gridflow.showing import known

    known(home(), slugs, city)
    passed, failed = run_all(home(), slugs, city, click.echo, proof if press else printed)
    if not passed + failed:
        raise click.ClickException("没有符合条件的案例，请在流程的 scenarios/ 中补写。")
    click.echo(f"{passed} passed, {failed} failed")
    if failed:
        sys.exit(1)


@main.command()
@click.option("--cases", default=200, show_default=True, type=click.IntRange(0, 5000), help="案件数。")
@click.option("--seed", default=20261122, show_default=True, help="随机种子，相同则案件相同。")
def demo(cases: int, seed: int) -> None:
    """装入真实区划和演示人员，并按时间推进案件到各个环节。"""
    from gridflow.demo.story import beforehand, tell_story
    from gridflow.installation import install
    from gridflow.schema import upgrade

    os.environ.setdefault("GRIDFLOW_DEMO", "1")
    with database() as settings:
        from gridflow.application import office
        from gridflow.db import writing

        with writing() as session:
            upgrade(session.connection())
        with beforehand(), writing() as session:
            install(session, settings, click.echo, cast=True)
        tell_story(office(), cases, seed)


# ------------------------------------------------------------ record


@main.group()
def audit() -> None:
    """审计记录。"""


@audit.command("verify")
def verify() -> None:
    """从数据库原始列重新计算全部哈希链。"""
    from gridflow.audit.verify import verify_database
    from gridflow.db import db

    with database():
        report = verify_database(db.session.connection())
        for line in report.lines():
            click.echo(line)
        if not report.sound:
            sys.exit(1)


# ------------------------------------------------------------ running


@main.command()
def worker() -> None:
    """运行后台进程：到期的时限、文书渲染、通知、归档。"""
    from gridflow.application import make_app
    from gridflow.jobs.schedule import run_worker

    run_worker(make_app(Settings.from_environment()))


@main.group("db")
def db_group() -> None:
    """数据库。"""


@db_group.command("upgrade")
def upgrade_database() -> None:
    """把数据库升级到最新结构，并发布新增的流程。"""
    from gridflow.application import publish_all
    from gridflow.db import writing
    from gridflow.schema import head, upgrade

    with database() as settings:
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            publish_all(session, settings, say=click.echo)
    click.echo(f"数据库结构版本 {head()}")
