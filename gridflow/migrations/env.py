"""Run migrations on the connection handed in by gridflow.schema."""

from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

import gridflow
from gridflow.db import Base

HERE = Path(gridflow.__file__).parent
for path in sorted(HERE.rglob("models.py")):
    import_module(".".join(path.relative_to(HERE.parent).with_suffix("").parts))


def plain_type(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:  # noqa: ARG001  -- of alembic
    """Write our column types as the database sees them, so that a migration never depends on today's code."""
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
