"""the registers of matters and norms"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _category()
    _matter()
    _matter_edition()
    _duty_sheet()
    _guidance_request()
    _off_list_demand()
    _norm()


def downgrade() -> None:
    op.drop_table("norm")
    op.drop_table("off_list_demand")
    op.drop_table("guidance_request")
    op.drop_table("duty_sheet")
    op.drop_table("matter_edition")
    op.drop_table("matter")
    op.drop_table("category")


def _category() -> None:
    op.create_table(
        "category",
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("parent", sa.String(length=12), nullable=True),
        sa.Column("level", sa.String(length=4), nullable=True),
        sa.Column("limit_hint", sa.String(length=40), nullable=True),
        sa.Column("lead", sa.String(length=40), nullable=True),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("city", "code", name=op.f("pk_category")),
    )


def _matter() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.String(length=40), nullable=True),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("grid_action", sa.String(length=500), nullable=False),
        sa.Column("unit_duty", sa.String(length=1000), nullable=False),
        sa.Column("basis", sa.String(length=1000), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("times_a_year", sa.Integer(), nullable=True),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("term", sa.String(length=12), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
    )
    op.create_index("ix_matter_city_since", "matter", ["city", "since"])
    op.create_index("uq_matter_city_code_version", "matter", ["city", "code", "version"], unique=True)


def _matter_edition() -> None:
    op.create_table(
        "matter_edition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("matter_code", sa.String(length=16), nullable=False),
        sa.Column("matter_version", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_edition")),
    )
    op.create_index("ix_matter_edition_city", "matter_edition", ["city", "county", "number"])


def _duty_sheet() -> None:
    op.create_table(
        "duty_sheet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("matter_code", sa.String(length=16), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("office_phone", sa.String(length=40), nullable=False),
        sa.Column("it_support", sa.String(length=500), nullable=False),
        sa.Column("fund", sa.Integer(), nullable=False),
        sa.Column("training", sa.String(length=500), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_sheet")),
    )
    op.create_index("ix_duty_sheet_matter", "duty_sheet", ["city", "matter_code"])


def _guidance_request() -> None:
    op.create_table(
        "guidance_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("matter_code", sa.String(length=16), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_request")),
    )
    op.create_index("ix_guidance_request_matter", "guidance_request", ["city", "matter_code", "asked_at"])


def _off_list_demand() -> None:
    op.create_table(
        "off_list_demand",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("matter_code", sa.String(length=16), nullable=True),
        sa.Column("refused_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_off_list_demand")),
    )
    op.create_index("ix_off_list_demand_unit", "off_list_demand", ["city", "unit_code", "refused_at"])


def _norm() -> None:
    op.create_table(
        "norm",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm")),
    )
    op.create_index("ix_norm_city", "norm", ["city", "issued_on"])
