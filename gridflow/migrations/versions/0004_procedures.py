"""procedures and their versions"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _definition()
    _definition_version()


def downgrade() -> None:
    op.drop_table("definition_version")
    op.drop_table("definition")


def _definition() -> None:
    op.create_table(
        "definition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("in_force", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("city", "slug", name=op.f("uq_definition_city_slug")),
    )


def _definition_version() -> None:
    op.create_table(
        "definition_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bundle", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=True),
        sa.Column("approver", sa.String(length=32), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_definition_version_definition_id_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_version")),
        sa.UniqueConstraint("definition_id", "number", name=op.f("uq_definition_version_definition_id_number")),
    )
