"""the record: its chains, its daily roots, the checks of it"""

import sqlalchemy as sa
from alembic import op

from gridflow.audit.triggers import protect
from gridflow.migrations.columns import INSTANT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _chain_head()
    _audit_entry()
    _operation_entry()
    _daily_root()
    _record_check()
    protect(op.get_bind())


def downgrade() -> None:
    op.drop_table("record_check")
    op.drop_table("daily_root")
    op.drop_table("operation_entry")
    op.drop_table("audit_entry")
    op.drop_table("chain_head")


def _chain_head() -> None:
    op.create_table(
        "chain_head",
        sa.Column("chain", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_chain_head")),
    )


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("flows", sa.Text(), nullable=False),
        sa.Column("articles", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("alg", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_city_at", "audit_entry", ["city", "at"])


def _operation_entry() -> None:
    op.create_table(
        "operation_entry",
        sa.Column("chain", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("alg", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_operation_entry")),
    )
    op.create_index("ix_operation_entry_case_id", "operation_entry", ["case_id"])
    op.create_index("ix_operation_entry_city_at", "operation_entry", ["city", "at"])


def _daily_root() -> None:
    op.create_table(
        "daily_root",
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("alg", sa.String(length=8), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("city", "seq", name=op.f("pk_daily_root")),
    )
    op.create_index("uq_daily_root_city_day", "daily_root", ["city", "day"], unique=True)


def _record_check() -> None:
    op.create_table(
        "record_check",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_check")),
    )
    op.create_index("ix_record_check_city", "record_check", ["city", "asked_at"])
