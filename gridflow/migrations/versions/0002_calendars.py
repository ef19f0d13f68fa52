"""the working days of cities"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _working_calendar()
    _calendar_notice()
    _calendar_day()
    _closure()


def downgrade() -> None:
    op.drop_table("closure")
    op.drop_table("calendar_day")
    op.drop_table("calendar_notice")
    op.drop_table("working_calendar")


def _working_calendar() -> None:
    op.create_table(
        "working_calendar",
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("layers", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("city", name=op.f("pk_working_calendar")),
    )


def _calendar_notice() -> None:
    op.create_table(
        "calendar_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_notice")),
    )
    op.create_index(
        "uq_calendar_notice_city_layer_year_version",
        "calendar_notice",
        ["city", "layer", "year", "version"],
        unique=True,
    )


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["calendar_notice.id"], name=op.f("fk_calendar_day_notice_id_calendar_notice")
        ),
        sa.PrimaryKeyConstraint("notice_id", "day", name=op.f("pk_calendar_day")),
    )


def _closure() -> None:
    op.create_table(
        "closure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_closure_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index("ix_closure_city_unit", "closure", ["city", "unit_id"])
