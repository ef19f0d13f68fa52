"""Every command there is.

Each imports what it needs itself: checking a file should not wait for the database and the engine.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gridflow.api.commands import message
from gridflow.cli.plain import Plain
from gridflow.config import ROOT, Settings, SettingsInvalid


@contextmanager
def database() -> Iterator[Settings]:
    """Open the application of the environment's settings."""
    from gridflow.application import make_app

    home()
    settings = Settings.from_environment()
    with make_app(settings).app_context():
        yield settings


@click.group(cls=Plain, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """网格流程：城市网格化服务管理的流程、待办与卷宗。"""


main.add_command(message)

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
    from gridflow.showing import create

    for path in create(home(), slug, title):
        click.echo(f"已建 {path}")


# ------------------------------------------------------------ scenarios and demo


@main.group()
def scenarios() -> None:
    """案例。"""


@scenarios.command("run")
@click.argument("slugs", nargs=-1)
@click.option("--city", help="只运行一个城市的案例。")
def run(slugs: tuple[str, ...], city: str | None) -> None:
    """在临时数据库中逐个运行案例；末行为“N passed, N failed”。"""
    from gridflow.scenarios.running import run_all
    from gridflow.showing import known

    known(home(), slugs, city)
    passed, failed = run_all(home(), slugs, city, click.echo)
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


@main.group()
def city() -> None:
    """城市。"""


@city.command("install")
@click.argument("codes", nargs=-1)
def install_city(codes: tuple[str, ...]) -> None:
    """装入城市的单位、日历、事项清单和流程，不带演示账号和演示网格；不给代码则为全部城市。重复执行只补缺少的。"""
    from gridflow.db import writing
    from gridflow.installation import install

    with database() as settings, writing() as session:
        install(session, settings, click.echo, cities=codes, cast=False)


@city.command("grids")
@click.argument("code")
@click.argument("table", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def load_grids(code: str, table: Path) -> None:
    """装入一个城市的网格表（CSV：code,name,households,since）；已有的编码不动。"""
    from gridflow.catalogue import Catalogue
    from gridflow.db import writing
    from gridflow.registers.service import import_grid_table

    with database() as settings, writing() as session:
        count = import_grid_table(session, table, Catalogue.read(settings.home).city(code))
    click.echo(f"已装入 {count} 个网格")


@main.group()
def user() -> None:
    """账号。"""


@user.command("add")
@click.argument("login")
@click.option("--city", required=True, help="城市代码。")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", required=True, help="角色代码，如 town。")
@click.option("--unit", required=True, help="单位代码，如 330203001。")
@click.option("--grid", help="网格编码，网格人员填写。")
@click.option("--email", help="接收待办通知的邮箱。")
@click.password_option(prompt="密码", confirmation_prompt="再输一次")
def add(
    login: str, city: str, name: str, role: str, unit: str, grid: str | None, email: str | None, password: str
) -> None:
    """新增一个账号及其岗位。"""
    from gridflow import clock
    from gridflow.application import office
    from gridflow.cases.errors import GridUnknown
    from gridflow.db import writing
    from gridflow.people.queries import open_unit
    from gridflow.people.service import add_post, add_user
    from gridflow.registers.queries import grid_by_code

    with database():
        place = office().cities.get(city)
        if place is None or role not in place.roles:
            raise click.ClickException(f"没有城市“{city}”或角色“{role}”，请核对 processes/_cities。")
        with writing() as session:
            found = open_unit(session, city, unit, clock.today())
            if grid and grid_by_code(session, city, grid) is None:
                raise GridUnknown(grid)
            person = add_user(session, city, login, name, password, email=email)
            add_post(session, person, found.id, place.roles[role].post, clock.today(), grid=grid)
    click.echo(f"已新增 {login}（{found.name} {place.roles[role].title}）")


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


def home() -> Path:
    """Return the folder of procedures; these commands need no secrets."""
    found = Path(os.environ.get("GRIDFLOW_HOME", ROOT))
    if not (found / "processes").is_dir():
        raise SettingsInvalid(f"{found} 里没有 processes 文件夹，请核对 GRIDFLOW_HOME。")
    return found
