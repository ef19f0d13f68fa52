"""Say every error of a command in one line."""

import re
from typing import Any

import click

from gridflow.errors import GridflowError

NO_TABLE = re.compile(r"no such (?:table|column)|(?:relation|column) .* does not exist")


class Plain(click.Group):
    """Says what went wrong in one line, with exit status 1; only a fault of ours shows where it happened."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out a command."""
        try:
            return super().invoke(ctx)
        except GridflowError as error:
            raise click.ClickException(error.message) from error
        except (PermissionError, FileNotFoundError, NotADirectoryError, FileExistsError) as error:
            raise click.ClickException(f"{error.filename}：{error.strerror}。请核对路径和权限。") from error
        except UnicodeDecodeError as error:
            raise click.ClickException("文件不是 UTF-8 编码的文字，请另存为 UTF-8 后重试。") from error
        except Exception as error:
            if not (trouble := _of_database(error)):
                raise
            raise click.ClickException(trouble) from error


def _of_database(error: Exception) -> str | None:
    """Say what is the matter with the database, None if the error is none of the database's being there."""
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, ProgrammingError

    if isinstance(error, ArgumentError | NoSuchModuleError):
        return "GRIDFLOW_DATABASE_URL 不是数据库地址，请写成 postgresql+psycopg://用户:密码@主机/库 的样子。"
    if not isinstance(error, OperationalError | ProgrammingError):
        return None
    reason = str(error.orig).splitlines()[0]
    if NO_TABLE.search(reason):
        return "数据库里还没有建表，或者不是最新结构，请先执行 gridflow db upgrade。"
    if isinstance(error, ProgrammingError):
        return None
    return f"数据库不能使用（{reason}）。请核对 GRIDFLOW_DATABASE_URL 和 GRIDFLOW_VAR。"
