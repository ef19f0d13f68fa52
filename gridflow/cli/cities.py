"""The commands of a city: its files, its units and grids, its accounts. Each imports what it needs itself."""

from pathlib import Path

import click

from gridflow.cli.opening import database, home


@click.group()
def city() -> None:
    """城市。"""


@city.command("new")
@click.argument("code")
@click.option("--name", required=True, help="城市名称，如 新河市。")
@click.option("--division", required=True, help="市的 6 位区划代码。")
@click.option("--law", required=True, help="条款代码的字头，一个或几个大写字母。")
@click.option("--prefix", required=True, help="案件编号的字头，如 XH。")
@click.option(
    "--ordinance",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="条例文本（UTF-8），第一行是标题，每条另起一行。",
)
@click.option("--like", required=True, help="照哪一座城市的样子：它的角色、部门、开关、文号和自己的表单先抄过来。")
def new_city_files(
    code: str, name: str, division: str, law: str, prefix: str, ordinance: Path, like: str
) -> None:  # fmt: skip
    """建一座新城市的全部文件；之后按 docs/new-city.md 逐个改。"""
    from gridflow.starting import Founding, new_city

    text = ordinance.read_text(encoding="utf-8")
    for path in new_city(home(), Founding(code, name, division, law, prefix, text, like)):
        click.echo(f"已建 {path}")
    click.echo(
        f"接着：改 {code}.toml；gridflow city bases {code} 列出要对应的条款；gridflow procedures check 指出还缺什么。"
    )


@city.command("sketch")
@click.argument("code")
@click.option("--at", required=True, metavar="经度,纬度", help="画在哪里附近，如 122.2,30.0。")
def sketch_city(code: str, at: str) -> None:
    """为演示画示意的村居边界：一村一格，按区划表排开，不是真实边界。"""
    from gridflow.catalogue import Catalogue
    from gridflow.starting import sketch_cells

    try:
        east, north = map(float, at.replace("，", ",").split(","))
    except ValueError as problem:
        raise click.BadParameter(f"“{at}”应写成 122.2,30.0 的样子，先经度后纬度。", param_hint="--at") from problem
    path, count = sketch_cells(home(), Catalogue.read(home()).city(code), east, north)
    click.echo(f"已画 {count} 个村居：{path}")


@city.command("bases")
@click.argument("code")
def list_bases(code: str) -> None:
    """列出共用的图、表单、文书和台账写着、本市还没有说明对应哪一条的条款；可接在 bases.csv 后面，逐行填写。"""
    from gridflow.catalogue import Catalogue
    from gridflow.checking.translating import rows_missing

    catalogue = Catalogue.read(home())
    for line in rows_missing(catalogue, catalogue.city(code)):
        click.echo(line)


@city.command("carriers")
@click.argument("code")
def list_carriers(code: str) -> None:
    """列出义务对照表里可以写的全部承载：流程、环节、表单、文书、台账、页面等，每行一个，附名称。"""
    from gridflow.catalogue import Catalogue
    from gridflow.checking.obligations import carriers_of

    catalogue = Catalogue.read(home())
    bundles = [catalogue.bundle(code, slug) for slug in catalogue.procedures(code)]
    for kind, names in carriers_of(catalogue, catalogue.city(code), bundles).items():
        for name, words in sorted(names.items()):
            click.echo(f"{kind}:{name}{f'  {words}' if words else ''}")


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


@click.group()
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
