"""which revision one was begun again with"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    follows = sa.ForeignKey("revision.id", name=op.f("fk_revision_follows_id_revision"))
    op.add_column("revision", sa.Column("follows_id", sa.String(length=32), follows), inline_references=True)
    op.create_index("ix_revision_follows", "revision", ["follows_id"])


def downgrade() -> None:
    op.drop_index("ix_revision_follows", "revision")
    op.drop_column("revision", "follows_id")
