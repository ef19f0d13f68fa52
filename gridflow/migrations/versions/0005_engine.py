"""runs of procedures: their tasks, limits, timers, messages and jobs"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from gridflow.migrations.columns import INSTANT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _instance()
    _work_item()
    _limit()
    _timer_due()
    _message_wait()
    _message_in()
    _job()
    _incident()
    _request_seen()


def downgrade() -> None:
    op.drop_table("request_seen")
    op.drop_table("incident")
    op.drop_table("job")
    op.drop_table("message_in")
    op.drop_table("message_wait")
    op.drop_table("timer_due")
    op.drop_table("limit")
    op.drop_table("work_item")
    op.drop_table("instance")


def _instance() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("suspended_for", sa.Text(), nullable=True),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ends", sa.Text(), nullable=True),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_version.id"], name=op.f("fk_instance_version_id_definition_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_index("ix_instance_case_id", "instance", ["case_id"])


def _work_item() -> None:
    op.create_table(
        "work_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("county", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("urgency", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("grid_staff", sa.Boolean(), nullable=False),
        sa.Column("matter_code", sa.String(length=64), nullable=True),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("limit_id", sa.String(length=32), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("request", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_work_item_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    op.create_index("ix_work_item_case", "work_item", ["case_id", "status"])
    op.create_index("ix_work_item_claim", "work_item", ["claimed_by", "due_at", "id"], **_only("status = 'open'"))
    op.create_index("ix_work_item_inbox", "work_item", ["unit_id", "role", "due_at", "id"], **_only("status = 'open'"))
    op.create_index("ix_work_item_done", "work_item", ["done_by", "case_id"], **_only("done_by IS NOT NULL"))
    op.create_index("ix_work_item_instance", "work_item", ["instance_id", "element_id", "id"])
    op.create_index("ix_work_item_matter", "work_item", ["city", "matter_code"], **_only("matter_code IS NOT NULL"))
    op.create_index("ix_work_item_person", "work_item", ["person_id", "due_at", "id"], **_only("status = 'open'"))
    op.create_index("ix_work_item_post", "work_item", ["unit_id", "role", "case_id"])


def _limit() -> None:
    op.create_table(
        "limit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("item", sa.String(length=64), nullable=True),
        sa.Column("amount", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("unit", sa.String(length=2), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("calendar_version", sa.String(length=64), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("first_due", INSTANT, nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("remind", sa.String(length=64), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_limit_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit")),
    )
    op.create_index("ix_limit_case", "limit", ["case_id"])
    op.create_index("ix_limit_instance", "limit", ["instance_id", "name"])


def _timer_due() -> None:
    op.create_table(
        "timer_due",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("limit_id", sa.String(length=32), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("held_due_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_timer_due_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer_due")),
    )
    op.create_index("ix_timer_due_city", "timer_due", ["city", "due_at"])
    op.create_index("ix_timer_due_instance", "timer_due", ["instance_id"])


def _message_wait() -> None:
    op.create_table(
        "message_wait",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("host_task_id", sa.String(length=64), nullable=True),
        sa.Column("process_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("unit_id", sa.String(length=32), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_message_wait_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_wait")),
    )
    op.create_index("ix_message_wait_case", "message_wait", ["case_id"])
    op.create_index("ix_message_wait_instance", "message_wait", ["instance_id"])
    op.create_index("ix_message_wait_name", "message_wait", ["name", "city"])


def _message_in() -> None:
    op.create_table(
        "message_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_in")),
    )
    op.create_index("ix_message_in_name", "message_in", ["name", "city"])


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_case", "job", ["case_id"], **_only("case_id IS NOT NULL"))
    op.create_index("ix_job_next", "job", ["state", "city", "next_at"], **_only("ended_at IS NULL"))


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_incident_instance_id_instance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_instance", "incident", ["instance_id"])
    op.create_index("ix_incident_open", "incident", ["city", "ended_at"])


def _request_seen() -> None:
    op.create_table(
        "request_seen",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_seen")),
    )


def _only(where: str) -> dict[str, Any]:
    """Return what makes an index one over some rows, on either database."""
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
