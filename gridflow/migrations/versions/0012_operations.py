"""running procedures: moves to another version, requests, batches"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    _migration()
    _operator_request()
    _batch()
    _batch_item()


def downgrade() -> None:
    op.drop_table("batch_item")
    op.drop_table("batch")
    op.drop_table("operator_request")
    op.drop_table("migration")


def _migration() -> None:
    op.create_table(
        "migration",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("from_version", sa.String(length=32), nullable=False),
        sa.Column("to_version", sa.String(length=32), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=True),
        sa.Column("rows", sa.Text(), nullable=True),
        sa.Column("migrated_by", sa.String(length=32), nullable=True),
        sa.Column("migrated_at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_migration_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration")),
    )
    op.create_index("ix_migration_instance", "migration", ["instance_id"])


def _operator_request() -> None:
    op.create_table(
        "operator_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("incident_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_operator_request_instance_id_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_request")),
    )
    op.create_index("ix_operator_request_case", "operator_request", ["case_id"])
    op.create_index("ix_operator_request_open", "operator_request", ["city", "state"])


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=True),
        sa.Column("version_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_city", "batch", ["city", "asked_at"])


def _batch_item() -> None:
    op.create_table(
        "batch_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_item_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_item")),
    )
    op.create_index("ix_batch_item_batch", "batch_item", ["batch_id", "state"])
