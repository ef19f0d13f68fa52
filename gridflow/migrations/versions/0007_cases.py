"""cases, what is handed in, and what somebody keeps for later"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _case()
    _case_link()
    _case_kept_from()
    _case_serial()
    _submission()
    _attachment()
    _draft()
    _saved_search()


def downgrade() -> None:
    op.drop_table("saved_search")
    op.drop_table("draft")
    op.drop_table("attachment")
    op.drop_table("submission")
    op.drop_table("case_serial")
    op.drop_table("case_kept_from")
    op.drop_table("case_link")
    op.drop_table("case")


def _case() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("query_code", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("place_code", sa.String(length=20), nullable=False),
        sa.Column("grid_code", sa.String(length=20), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("village_id", sa.String(length=32), nullable=True),
        sa.Column("town_id", sa.String(length=32), nullable=True),
        sa.Column("county_id", sa.String(length=32), nullable=True),
        sa.Column("city_id", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=True),
        sa.Column("level", sa.String(length=4), nullable=True),
        sa.Column("urgency", sa.String(length=16), nullable=True),
        sa.Column("matter_code", sa.String(length=32), nullable=True),
        sa.Column("spot", sa.String(length=64), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("dup_of", sa.String(length=40), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("handlers_only", sa.Boolean(), nullable=False),
        sa.Column("reporter_hidden", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("reporter_id", sa.String(length=32), nullable=True),
        sa.Column("reporter_kind", sa.String(length=16), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("dossier", sa.String(length=64), nullable=True),
        sa.Column("sealed_at", INSTANT, nullable=True),
        sa.Column("sealed_entries", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["unit.id"], name=op.f("fk_case_city_id_unit")),
        sa.ForeignKeyConstraint(["county_id"], ["unit.id"], name=op.f("fk_case_county_id_unit")),
        sa.ForeignKeyConstraint(["town_id"], ["unit.id"], name=op.f("fk_case_town_id_unit")),
        sa.ForeignKeyConstraint(["village_id"], ["unit.id"], name=op.f("fk_case_village_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_index("ix_case_city_state", "case", ["city", "state", "opened_at"])
    op.create_index("ix_case_place", "case", ["city", "place_code", "category", "opened_at"])
    op.create_index("ix_case_reporter", "case", ["reporter_id", "opened_at"])
    op.create_index("ix_case_spot", "case", ["spot", "category", "opened_at"])


def _case_link() -> None:
    op.create_table(
        "case_link",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_link_case_id_case")),
        sa.ForeignKeyConstraint(["other_id"], ["case.id"], name=op.f("fk_case_link_other_id_case")),
        sa.PrimaryKeyConstraint("case_id", "other_id", "kind", name=op.f("pk_case_link")),
    )
    op.create_index("ix_case_link_other", "case_link", ["other_id"])


def _case_kept_from() -> None:
    op.create_table(
        "case_kept_from",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("unit_code", sa.String(length=64), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_kept_from_case_id_case")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_case_kept_from_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_kept_from")),
    )
    op.create_index("ix_case_kept_from_case", "case_kept_from", ["case_id"])


def _case_serial() -> None:
    op.create_table(
        "case_serial",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_case_serial")),
    )


def _submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("process_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_submission_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index("ix_submission_case", "submission", ["case_id"])


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("name_token", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("destroyed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_attachment_case_id_case")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_attachment_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_case", "attachment", ["case_id"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_draft")),
    )


def _saved_search() -> None:
    op.create_table(
        "saved_search",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("box", sa.String(length=16), nullable=False),
        sa.Column("search", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_saved_search")),
    )
