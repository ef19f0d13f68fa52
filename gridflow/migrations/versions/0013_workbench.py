"""procedures under revision"""

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _revision()
    _revision_file()
    _foreign_file()
    _revision_milestone()
    _publication()
    _restoration()
    _publication_freeze()
    _trial()
    _proving()


def downgrade() -> None:
    op.drop_table("proving")
    op.drop_table("trial")
    op.drop_table("publication_freeze")
    op.drop_table("restoration")
    op.drop_table("publication")
    op.drop_table("revision_milestone")
    op.drop_table("foreign_file")
    op.drop_table("revision_file")
    op.drop_table("revision")


def _revision() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("base_id", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["definition_version.id"], name=op.f("fk_revision_base_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index("ix_revision_city", "revision", ["city", "state"])


def _revision_file() -> None:
    op.create_table(
        "revision_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_file_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_file")),
        sa.UniqueConstraint("revision_id", "path", "number", name=op.f("uq_revision_file_revision_id_path_number")),
    )


def _foreign_file() -> None:
    op.create_table(
        "foreign_file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_foreign_file_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_file")),
    )
    op.create_index("ix_foreign_file_revision", "foreign_file", ["revision_id"])


def _revision_milestone() -> None:
    op.create_table(
        "revision_milestone",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_revision_milestone_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_milestone")),
    )
    op.create_index("ix_revision_milestone_revision", "revision_milestone", ["revision_id"])


def _publication() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=True),
        sa.Column("order_number", sa.String(length=120), nullable=True),
        sa.Column("order_file", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_publication_revision_id_revision")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_publication_version_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index("ix_publication_open", "publication", ["city", "state"])
    op.create_index("ix_publication_revision", "publication", ["revision_id"])


def _restoration() -> None:
    op.create_table(
        "restoration",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("before_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("undone", sa.Text(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("order_number", sa.String(length=120), nullable=False),
        sa.Column("order_file", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_restoration_version_id_definition_version")
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["definition_version.id"], name=op.f("fk_restoration_before_id_definition_version")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["definition_version.id"], name=op.f("fk_restoration_source_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_restoration")),
    )


def _publication_freeze() -> None:
    op.create_table(
        "publication_freeze",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lifted_by", sa.String(length=32), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_freeze")),
    )
    op.create_index("ix_publication_freeze_city", "publication_freeze", ["city", "until"])


def _trial() -> None:
    op.create_table(
        "trial",
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("begins", INSTANT, nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_trial_revision_id_revision")),
        sa.PrimaryKeyConstraint("revision_id", "by", name=op.f("pk_trial")),
    )


def _proving() -> None:
    op.create_table(
        "proving",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("examples", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_proving_revision_id_revision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proving")),
    )
    op.create_index("ix_proving_revision", "proving", ["revision_id", "kind", "begun_at"])
