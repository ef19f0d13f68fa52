"""personal information and texts"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _vault_item()
    _vault_digest()


def downgrade() -> None:
    op.drop_table("vault_digest")
    op.drop_table("vault_item")


def _vault_item() -> None:
    op.create_table(
        "vault_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("destroyed_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_item")),
    )
    op.create_index(op.f("ix_vault_item_case_id"), "vault_item", ["case_id"])


def _vault_digest() -> None:
    op.create_table(
        "vault_digest",
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("city", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["vault_item.id"], name=op.f("fk_vault_digest_item_id_vault_item")),
        sa.PrimaryKeyConstraint("item_id", "digest", name=op.f("pk_vault_digest")),
    )
    op.create_index("ix_vault_digest_city_digest", "vault_digest", ["city", "digest"])
