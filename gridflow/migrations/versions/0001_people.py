"""units, accounts and who holds which post"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0001"
down_revision = None


def upgrade() -> None:
    _unit()
    _user_account()
    _post()
    _contact()
    _credential()
    _deputy()
    _procedure_owner()


def downgrade() -> None:
    op.drop_table("procedure_owner")
    op.drop_table("deputy")
    op.drop_table("credential")
    op.drop_table("contact")
    op.drop_table("post")
    op.drop_table("user_account")
    op.drop_table("unit")


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.String(length=8), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"])
    op.create_index("uq_unit_city_code", "unit", ["city", "code"], unique=True)


def _user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=True),
        sa.Column("staff_code", sa.String(length=16), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
        sa.UniqueConstraint("staff_code", name=op.f("uq_user_account_staff_code")),
    )
    op.create_index(op.f("ix_user_account_city"), "user_account", ["city"])


def _post() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("grid_code", sa.String(length=20), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_post_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_post_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index("ix_post_unit_role", "post", ["unit_id", "role"])
    op.create_index(op.f("ix_post_user_id"), "post", ["user_id"])


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_contact_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_unit", "contact", ["unit_id", "kind"])


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_credential_post_id_post")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_credential_user_id_user_account")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_credential")),
    )
    op.create_index(op.f("ix_credential_post_id"), "credential", ["post_id"])
    op.create_index(op.f("ix_credential_user_id"), "credential", ["user_id"])


def _deputy() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("deputy_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["user_account.id"], name=op.f("fk_deputy_deputy_id_user_account")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_deputy_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index("ix_deputy_deputy_until", "deputy", ["deputy_id", "until"])
    op.create_index(op.f("ix_deputy_user_id"), "deputy", ["user_id"])


def _procedure_owner() -> None:
    op.create_table(
        "procedure_owner",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("deputy", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_procedure_owner_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_owner")),
    )
    op.create_index("ix_procedure_owner_city_slug", "procedure_owner", ["city", "slug"])
    op.create_index(op.f("ix_procedure_owner_user_id"), "procedure_owner", ["user_id"])
