"""Run migrations on the connection handed in by gridflow.schema."""

from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator

import gridflow
from gridflow.db import Base, UTCDateTime

HERE = Path(gridflow.__file__).parent
for path in sorted(HERE.rglob("models.py")):
    import_module(".".join(path.relative_to(HERE.parent).with_suffix("").parts))


def plain_type(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our column types as the database sees them, so that a migration never depends on today's code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        autogen_context.imports.add("from gridflow.migrations.columns import INSTANT")
        return "INSTANT"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=plain_type,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
