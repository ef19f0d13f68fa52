"""the register of grids"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _grid()
    _grid_past()
    _grid_count()
    _grid_due()
    _grid_draft()
    _case_move()


def downgrade() -> None:
    op.drop_table("case_move")
    op.drop_table("grid_draft")
    op.drop_table("grid_due")
    op.drop_table("grid_count")
    op.drop_table("grid_past")
    op.drop_table("grid")


def _grid() -> None:
    op.create_table(
        "grid",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("village_unit_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=True),
        sa.Column("extent", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("units_count", sa.Integer(), nullable=False),
        sa.Column("managing_unit", sa.String(length=64), nullable=True),
        sa.Column("predecessors", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("change", sa.String(length=40), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("board", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["village_unit_id"], ["unit.id"], name=op.f("fk_grid_village_unit_id_unit")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grid")),
    )
    op.create_index(op.f("ix_grid_city"), "grid", ["city"])
    op.create_index(op.f("ix_grid_village_unit_id"), "grid", ["village_unit_id"])


def _grid_past() -> None:
    op.create_table(
        "grid_past",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("units_count", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_past")),
    )
    op.create_index("ix_grid_past_code", "grid_past", ["code", "until"])


def _grid_count() -> None:
    op.create_table(
        "grid_count",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("units_count", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_count")),
    )
    op.create_index("ix_grid_count_code", "grid_count", ["code", "counted_on"])


def _grid_due() -> None:
    op.create_table(
        "grid_due",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_due")),
    )
    op.create_index("ix_grid_due_city_code", "grid_due", ["city", "code"])


def _grid_draft() -> None:
    op.create_table(
        "grid_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("units_count", sa.Integer(), nullable=False),
        sa.Column("managing_unit", sa.String(length=64), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_draft")),
    )
    op.create_index("ix_grid_draft_case", "grid_draft", ["case_id", "number"])
    op.create_index("ix_grid_draft_code", "grid_draft", ["code"])


def _case_move() -> None:
    op.create_table(
        "case_move",
        sa.Column("change_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("from_grid", sa.String(length=20), nullable=False),
        sa.Column("to_grid", sa.String(length=20), nullable=True),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("change_id", "case_id", name=op.f("pk_case_move")),
    )
