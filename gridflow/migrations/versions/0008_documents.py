"""documents and their numbers"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _document()
    _number_series()


def downgrade() -> None:
    op.drop_table("number_series")
    op.drop_table("document")


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("county_code", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("organ", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("template_digest", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("element_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=True),
        sa.Column("voided_at", INSTANT, nullable=True),
        sa.Column("voided_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_document_case_id_seq")),
        sa.UniqueConstraint(
            "city", "organ", "kind", "year", "serial", name=op.f("uq_document_city_organ_kind_year_serial")
        ),
    )
    op.create_index("ix_document_city_number", "document", ["city", "number"])


def _number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("organ", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("city", "organ", "kind", "year", name=op.f("pk_number_series")),
    )
