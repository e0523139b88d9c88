"""The annual plan, tasks and their negotiation, draws, dispatch, calls; messages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table("county_plan",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("hash", sa.String(length=64), nullable=False),
    sa.Column("document", sa.JSON(), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("notice", sa.Text(), nullable=False),
    sa.Column("published_at", INSTANT, nullable=False),
    sa.Column("published_by", sa.String(length=36), nullable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_county_plan")),
    sa.UniqueConstraint("year", "version", name=op.f("uq_county_plan_year_version"))
    )
    op.create_table("attachment",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("type", sa.String(length=100), nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("size", sa.Integer(), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=True),
    sa.Column("added_at", INSTANT, nullable=False),
    sa.Column("added_by", sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_attachment_department_department")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment"))
    )
    op.create_table("filing",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("scheme", sa.Text(), nullable=False),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("filed_at", INSTANT, nullable=True),
    sa.Column("filed_by", sa.String(length=36), nullable=True),
    sa.Column("decided_at", INSTANT, nullable=True),
    sa.Column("decided_by", sa.String(length=36), nullable=True),
    sa.Column("return_reason", sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_filing_department_department")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    sa.UniqueConstraint("year", "department", name=op.f("uq_filing_year_department"))
    )
    op.create_table("campaign",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("issuer", sa.String(length=200), nullable=False),
    sa.Column("document_number", sa.String(length=100), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("industries", sa.JSON(), nullable=False),
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("until", sa.Date(), nullable=False),
    sa.Column("demands", sa.Text(), nullable=False),
    sa.Column("attachment_id", sa.String(length=36), nullable=True),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("created_by", sa.String(length=36), nullable=True),
    sa.Column("closed_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_campaign_attachment_id_attachment")),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_campaign_department_department")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign"))
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_year_campaign_id"), ["year", "id"], unique=False)

    op.create_table("department_post",
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("post", sa.String(length=16), nullable=False),
    sa.Column("person_id", sa.String(length=36), nullable=False),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_department_post_department_department")),
    sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_department_post_person_id_person")),
    sa.PrimaryKeyConstraint("department", "post", name=op.f("pk_department_post"))
    )
    with op.batch_alter_table("department_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_post_person_id"), ["person_id"], unique=False)

    op.create_table("message",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("person_id", sa.String(length=36), nullable=False),
    sa.Column("code", sa.String(length=40), nullable=False),
    sa.Column("particulars", sa.JSON(), nullable=False),
    sa.Column("link", sa.String(length=300), nullable=False),
    sa.Column("key", sa.String(length=80), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("seen_at", INSTANT, nullable=True),
    sa.Column("mailed_at", INSTANT, nullable=True),
    sa.Column("pushed_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id_person")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_message"))
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_person_id_message_at_message_id"), ["person_id", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_person_id_message_seen_at_message_at"), ["person_id", "seen_at", "at"], unique=False)

    op.create_table("push_place",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("person_id", sa.String(length=36), nullable=False),
    sa.Column("endpoint", sa.String(length=500), nullable=False),
    sa.Column("p256dh", sa.String(length=100), nullable=False),
    sa.Column("auth", sa.String(length=40), nullable=False),
    sa.Column("added_at", INSTANT, nullable=False),
    sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_place_person_id_person")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_push_place")),
    sa.UniqueConstraint("endpoint", name=op.f("uq_push_place_endpoint"))
    )
    with op.batch_alter_table("push_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_place_person_id"), ["person_id"], unique=False)

    op.create_table("plan_row",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("filing_id", sa.String(length=36), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("industry", sa.String(length=16), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("source", sa.String(length=16), nullable=False),
    sa.Column("campaign_id", sa.String(length=36), nullable=True),
    sa.Column("departments", sa.JSON(), nullable=False),
    sa.Column("matters", sa.JSON(), nullable=False),
    sa.Column("base", sa.Integer(), nullable=False),
    sa.Column("strata", sa.JSON(), nullable=False),
    sa.Column("ratios", sa.JSON(), nullable=False),
    sa.Column("first_month", sa.Integer(), nullable=False),
    sa.Column("last_month", sa.Integer(), nullable=False),
    sa.Column("batch", sa.Integer(), nullable=False),
    sa.Column("mode", sa.String(length=16), nullable=False),
    sa.Column("scope", sa.JSON(), nullable=False),
    sa.Column("method", sa.String(length=100), nullable=False),
    sa.Column("unannounced", sa.Boolean(), nullable=False),
    sa.Column("window_reason", sa.String(length=500), nullable=False),
    sa.Column("single_reason", sa.String(length=500), nullable=False),
    sa.Column("attachment_id", sa.String(length=36), nullable=True),
    sa.Column("approved_at", INSTANT, nullable=True),
    sa.Column("approved_by", sa.String(length=36), nullable=True),
    sa.Column("merged_into", sa.String(length=36), nullable=True),
    sa.Column("merge_note", sa.String(length=500), nullable=False),
    sa.Column("host_before", sa.JSON(), nullable=True),
    sa.Column("dropped_at", INSTANT, nullable=True),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("changed_at", INSTANT, nullable=False),
    sa.Column("changed_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_plan_row_attachment_id_attachment")),
    sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_plan_row_campaign_id_campaign")),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_plan_row_department_department")),
    sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_plan_row_filing_id_filing")),
    sa.ForeignKeyConstraint(["industry"], ["industry.code"], name=op.f("fk_plan_row_industry_industry")),
    sa.ForeignKeyConstraint(["merged_into"], ["plan_row.id"], name=op.f("fk_plan_row_merged_into_plan_row")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_row"))
    )
    with op.batch_alter_table("plan_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_row_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_row_filing_id_plan_row_position"), ["filing_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_row_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_row_year_plan_row_industry"), ["year", "industry"], unique=False)

    op.create_table("prior_notice",
    sa.Column("visit_id", sa.String(length=36), nullable=False),
    sa.Column("code", sa.String(length=32), nullable=False),
    sa.Column("materials", sa.Text(), nullable=False),
    sa.Column("way", sa.String(length=16), nullable=False),
    sa.Column("recipient", sa.String(length=100), nullable=False),
    sa.Column("given_at", INSTANT, nullable=False),
    sa.Column("given_by", sa.String(length=36), nullable=True),
    sa.Column("received_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_prior_notice_visit_id_visit")),
    sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_prior_notice")),
    sa.UniqueConstraint("code", name=op.f("uq_prior_notice_code"))
    )
    op.create_table("self_correction",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("visit_id", sa.String(length=36), nullable=False),
    sa.Column("item", sa.String(length=40), nullable=False),
    sa.Column("said", sa.String(length=1000), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_self_correction_visit_id_visit")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_self_correction"))
    )
    with op.batch_alter_table("self_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_self_correction_visit_id_self_correction_at"), ["visit_id", "at"], unique=False)

    op.create_table("task",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("number", sa.String(length=40), nullable=False),
    sa.Column("year", sa.Integer(), nullable=False),
    sa.Column("source", sa.String(length=16), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("industry", sa.String(length=16), nullable=False),
    sa.Column("lead", sa.String(length=16), nullable=False),
    sa.Column("plan_row_id", sa.String(length=36), nullable=True),
    sa.Column("campaign_id", sa.String(length=36), nullable=True),
    sa.Column("ratios", sa.JSON(), nullable=False),
    sa.Column("scope", sa.JSON(), nullable=False),
    sa.Column("basis", sa.String(length=500), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("attachment_id", sa.String(length=36), nullable=True),
    sa.Column("unannounced", sa.Boolean(), nullable=False),
    sa.Column("release_hours", sa.Integer(), nullable=False),
    sa.Column("on_table", sa.JSON(), nullable=True),
    sa.Column("round", sa.Integer(), nullable=False),
    sa.Column("due_at", INSTANT, nullable=True),
    sa.Column("reminded_at", INSTANT, nullable=True),
    sa.Column("terms", sa.JSON(), nullable=True),
    sa.Column("agreed_at", INSTANT, nullable=True),
    sa.Column("checklist_id", sa.String(length=36), nullable=True),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("created_by", sa.String(length=36), nullable=True),
    sa.Column("approved_at", INSTANT, nullable=True),
    sa.Column("approved_by", sa.String(length=36), nullable=True),
    sa.Column("sending_since", INSTANT, nullable=True),
    sa.Column("closed_at", INSTANT, nullable=True),
    sa.Column("close_reason", sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_task_attachment_id_attachment")),
    sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_task_campaign_id_campaign")),
    sa.ForeignKeyConstraint(["checklist_id"], ["checklist_version.id"], name=op.f("fk_task_checklist_id_checklist_version")),
    sa.ForeignKeyConstraint(["industry"], ["industry.code"], name=op.f("fk_task_industry_industry")),
    sa.ForeignKeyConstraint(["lead"], ["department.code"], name=op.f("fk_task_lead_department")),
    sa.ForeignKeyConstraint(["plan_row_id"], ["plan_row.id"], name=op.f("fk_task_plan_row_id_plan_row")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    sa.UniqueConstraint("number", name=op.f("uq_task_number"))
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_lead_task_state"), ["lead", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_plan_row_id"), ["plan_row_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_state_task_id"), ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_year_task_id"), ["year", "id"], unique=False)

    op.create_table("visit_change",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("visit_id", sa.String(length=36), nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("before", sa.String(length=200), nullable=False),
    sa.Column("after", sa.String(length=200), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_change_visit_id_visit")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_change"))
    )
    with op.batch_alter_table("visit_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_change_visit_id_visit_change_at"), ["visit_id", "at"], unique=False)

    op.create_table("approval",
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("urgent", sa.Boolean(), nullable=False),
    sa.Column("asked_at", INSTANT, nullable=False),
    sa.Column("asked_by", sa.String(length=36), nullable=True),
    sa.Column("due_at", INSTANT, nullable=True),
    sa.Column("decided_at", INSTANT, nullable=True),
    sa.Column("decided_by", sa.String(length=36), nullable=True),
    sa.Column("opinion", sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_approval_department_department")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_approval_task_id_task")),
    sa.PrimaryKeyConstraint("task_id", "department", name=op.f("pk_approval"))
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_department_approval_state"), ["department", "state"], unique=False)

    op.create_table("call",
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("enterprise_id", sa.String(length=36), nullable=False),
    sa.Column("cause", sa.String(length=16), nullable=False),
    sa.Column("trigger_id", sa.String(length=36), nullable=True),
    sa.Column("detail", sa.String(length=1000), nullable=False),
    sa.Column("matter", sa.String(length=200), nullable=False),
    sa.Column("over_cap_reason", sa.String(length=500), nullable=False),
    sa.Column("team_by", sa.String(length=16), nullable=False),
    sa.Column("team_reason", sa.String(length=500), nullable=False),
    sa.Column("called_at", INSTANT, nullable=False),
    sa.Column("called_by", sa.String(length=36), nullable=True),
    sa.Column("due_at", INSTANT, nullable=False),
    sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_call_enterprise_id_enterprise")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_call_task_id_task")),
    sa.ForeignKeyConstraint(["trigger_id"], ["trigger.id"], name=op.f("fk_call_trigger_id_trigger")),
    sa.PrimaryKeyConstraint("task_id", name=op.f("pk_call"))
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_called_at_call_task_id"), ["called_at", "task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_enterprise_id"), ["enterprise_id"], unique=False)

    op.create_table("draw",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("attempt", sa.Integer(), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("ceremony", sa.String(length=16), nullable=False),
    sa.Column("source", sa.String(length=200), nullable=False),
    sa.Column("writing", sa.String(length=16), nullable=False),
    sa.Column("minutes", sa.Integer(), nullable=False),
    sa.Column("deadline", INSTANT, nullable=True),
    sa.Column("ratios", sa.JSON(), nullable=False),
    sa.Column("quotas", sa.JSON(), nullable=False),
    sa.Column("sizes", sa.JSON(), nullable=False),
    sa.Column("left_out", sa.Integer(), nullable=False),
    sa.Column("frame_hash", sa.String(length=64), nullable=False),
    sa.Column("eligibility_hash", sa.String(length=64), nullable=False),
    sa.Column("commit", sa.JSON(), nullable=True),
    sa.Column("commit_hash", sa.String(length=64), nullable=True),
    sa.Column("randomness", sa.String(length=500), nullable=True),
    sa.Column("frozen_at", INSTANT, nullable=False),
    sa.Column("frozen_by", sa.String(length=36), nullable=True),
    sa.Column("approved_at", INSTANT, nullable=True),
    sa.Column("approved_by", sa.String(length=36), nullable=True),
    sa.Column("committed_at", INSTANT, nullable=True),
    sa.Column("settling_at", INSTANT, nullable=True),
    sa.Column("step", sa.String(length=16), nullable=True),
    sa.Column("settled_at", INSTANT, nullable=True),
    sa.Column("void_at", INSTANT, nullable=True),
    sa.Column("void_by", sa.String(length=36), nullable=True),
    sa.Column("void_code", sa.String(length=16), nullable=True),
    sa.Column("void_reason", sa.String(length=500), nullable=True),
    sa.Column("void_detail", sa.JSON(), nullable=True),
    sa.Column("frame", sa.Text(), nullable=False),
    sa.Column("eligibility", sa.Text(), nullable=False),
    sa.Column("members", sa.LargeBinary(), nullable=False),
    sa.Column("capped", sa.LargeBinary(), nullable=False),
    sa.Column("salts", sa.LargeBinary(), nullable=False),
    sa.Column("result", sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draw_task_id_task")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    sa.UniqueConstraint("task_id", "attempt", name=op.f("uq_draw_task_id_attempt"))
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_randomness"), ["randomness"], unique=False)
        batch_op.create_index(batch_op.f("ix_draw_state_draw_id"), ["state", "id"], unique=False)

    op.create_table("task_department",
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("answer", sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_task_department_department_department")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_department_task_id_task")),
    sa.PrimaryKeyConstraint("task_id", "department", name=op.f("pk_task_department"))
    )
    with op.batch_alter_table("task_department", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_department_department_task_department_answer"), ["department", "answer"], unique=False)

    op.create_table("turn",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("round", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=True),
    sa.Column("terms", sa.JSON(), nullable=True),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_turn_department_department")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_turn_task_id_task")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_turn"))
    )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turn_task_id_turn_id"), ["task_id", "id"], unique=False)

    op.create_table("call_answer",
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("comes", sa.Boolean(), nullable=True),
    sa.Column("heads", sa.Integer(), nullable=True),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("answered_at", INSTANT, nullable=True),
    sa.Column("answered_by", sa.String(length=36), nullable=True),
    sa.Column("escalated_at", INSTANT, nullable=True),
    sa.Column("without_reason", sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_call_answer_department_department")),
    sa.ForeignKeyConstraint(["task_id"], ["call.task_id"], name=op.f("fk_call_answer_task_id_call")),
    sa.PrimaryKeyConstraint("task_id", "department", name=op.f("pk_call_answer"))
    )
    with op.batch_alter_table("call_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_answer_department_call_answer_answered_at"), ["department", "answered_at"], unique=False)

    op.create_table("draw_census",
    sa.Column("draw_id", sa.String(length=36), nullable=False),
    sa.Column("towns", sa.JSON(), nullable=False),
    sa.Column("ages", sa.JSON(), nullable=False),
    sa.Column("taken_at", INSTANT, nullable=False),
    sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_census_draw_id_draw")),
    sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_census"))
    )
    op.create_table("draw_party",
    sa.Column("draw_id", sa.String(length=36), nullable=False),
    sa.Column("party", sa.String(length=32), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("commitment", sa.String(length=64), nullable=True),
    sa.Column("committed_at", INSTANT, nullable=True),
    sa.Column("secret", sa.String(length=64), nullable=True),
    sa.Column("opened_at", INSTANT, nullable=True),
    sa.Column("missing", sa.Boolean(), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_party_draw_id_draw")),
    sa.PrimaryKeyConstraint("draw_id", "party", name=op.f("pk_draw_party"))
    )
    op.create_table("drawn_subject",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("draw_id", sa.String(length=36), nullable=True),
    sa.Column("place", sa.Integer(), nullable=False),
    sa.Column("stratum", sa.String(length=8), nullable=False),
    sa.Column("name", sa.String(length=64), nullable=True),
    sa.Column("enterprise_id", sa.String(length=36), nullable=True),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("half", sa.String(length=4), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("replaces", sa.String(length=36), nullable=True),
    sa.Column("passed_over", sa.JSON(), nullable=False),
    sa.Column("reason_code", sa.String(length=16), nullable=True),
    sa.Column("reason", sa.String(length=500), nullable=True),
    sa.Column("attachment_id", sa.String(length=36), nullable=True),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.Column("approved_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_drawn_subject_attachment_id_attachment")),
    sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_drawn_subject_draw_id_draw")),
    sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_drawn_subject_enterprise_id_enterprise")),
    sa.ForeignKeyConstraint(["replaces"], ["drawn_subject.id"], name=op.f("fk_drawn_subject_replaces_drawn_subject")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_drawn_subject_task_id_task")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_subject")),
    sa.UniqueConstraint("draw_id", "name", name=op.f("uq_drawn_subject_draw_id_name"))
    )
    with op.batch_alter_table("drawn_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_subject_enterprise_id_drawn_subject_task_id"), ["enterprise_id", "task_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawn_subject_task_id_drawn_subject_place"), ["task_id", "place"], unique=False)

    op.create_table("drawn_officer",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("subject_id", sa.String(length=36), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("person_id", sa.String(length=36), nullable=True),
    sa.Column("expert_id", sa.String(length=36), nullable=True),
    sa.Column("name", sa.String(length=64), nullable=True),
    sa.Column("place", sa.Integer(), nullable=False),
    sa.Column("lead", sa.Boolean(), nullable=False),
    sa.Column("widening", sa.Integer(), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("replaces", sa.String(length=36), nullable=True),
    sa.Column("reason_code", sa.String(length=16), nullable=True),
    sa.Column("reason", sa.String(length=500), nullable=True),
    sa.Column("attachment_id", sa.String(length=36), nullable=True),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.Column("approved_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_drawn_officer_attachment_id_attachment")),
    sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_drawn_officer_expert_id_expert")),
    sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_drawn_officer_person_id_person")),
    sa.ForeignKeyConstraint(["replaces"], ["drawn_officer.id"], name=op.f("fk_drawn_officer_replaces_drawn_officer")),
    sa.ForeignKeyConstraint(["subject_id"], ["drawn_subject.id"], name=op.f("fk_drawn_officer_subject_id_drawn_subject")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_officer"))
    )
    with op.batch_alter_table("drawn_officer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawn_officer_person_id_drawn_officer_subject_id"), ["person_id", "subject_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_drawn_officer_subject_id_drawn_officer_department_drawn_officer_place"), ["subject_id", "department", "place"], unique=False)

    op.create_table("substitution",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("subject_id", sa.String(length=36), nullable=False),
    sa.Column("officer_id", sa.String(length=36), nullable=True),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("reason_code", sa.String(length=16), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("attachment_id", sa.String(length=36), nullable=True),
    sa.Column("asked_at", INSTANT, nullable=False),
    sa.Column("asked_by", sa.String(length=36), nullable=False),
    sa.Column("decided_at", INSTANT, nullable=True),
    sa.Column("decided_by", sa.String(length=36), nullable=True),
    sa.Column("opinion", sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_substitution_attachment_id_attachment")),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_substitution_department_department")),
    sa.ForeignKeyConstraint(["officer_id"], ["drawn_officer.id"], name=op.f("fk_substitution_officer_id_drawn_officer")),
    sa.ForeignKeyConstraint(["subject_id"], ["drawn_subject.id"], name=op.f("fk_substitution_subject_id_drawn_subject")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_substitution_task_id_task")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution"))
    )
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitution_department_substitution_state"), ["department", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_task_id_substitution_id"), ["task_id", "id"], unique=False)

    op.create_table("sending",
    sa.Column("visit_id", sa.String(length=36), nullable=False),
    sa.Column("task_id", sa.String(length=36), nullable=False),
    sa.Column("subject_id", sa.String(length=36), nullable=True),
    sa.Column("door", sa.String(length=32), nullable=False),
    sa.Column("unannounced", sa.Boolean(), nullable=False),
    sa.Column("notice_number", sa.String(length=60), nullable=False),
    sa.Column("over_cap_reason", sa.String(length=500), nullable=False),
    sa.Column("sent_at", INSTANT, nullable=False),
    sa.Column("sent_by", sa.String(length=36), nullable=True),
    sa.Column("merged_into", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["merged_into"], ["visit.id"], name=op.f("fk_sending_merged_into_visit")),
    sa.ForeignKeyConstraint(["subject_id"], ["drawn_subject.id"], name=op.f("fk_sending_subject_id_drawn_subject")),
    sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_sending_task_id_task")),
    sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_sending_visit_id_visit")),
    sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_sending")),
    sa.UniqueConstraint("door", name=op.f("uq_sending_door")),
    sa.UniqueConstraint("notice_number", name=op.f("uq_sending_notice_number")),
    sa.UniqueConstraint("subject_id", name=op.f("uq_sending_subject_id"))
    )
    with op.batch_alter_table("sending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sending_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index(batch_op.f("ix_sending_task_id_sending_visit_id"), ["task_id", "visit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sending_unannounced_sending_visit_id"), ["unannounced", "visit_id"], unique=False)

    with op.batch_alter_table("number_series", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=sa.String(length=8), type_=sa.String(length=24), existing_nullable=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=200), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("email")

    op.execute("delete from number_series where length(prefix) > 8")  # of papers, which go as well
    with op.batch_alter_table("number_series", schema=None) as batch_op:
        batch_op.alter_column("prefix", existing_type=sa.String(length=24), type_=sa.String(length=8), existing_nullable=False)

    with op.batch_alter_table("sending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sending_unannounced_sending_visit_id"))
        batch_op.drop_index(batch_op.f("ix_sending_task_id_sending_visit_id"))

    op.drop_table("sending")
    with op.batch_alter_table("substitution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitution_task_id_substitution_id"))
        batch_op.drop_index(batch_op.f("ix_substitution_department_substitution_state"))

    op.drop_table("substitution")
    with op.batch_alter_table("drawn_officer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_officer_subject_id_drawn_officer_department_drawn_officer_place"))
        batch_op.drop_index(batch_op.f("ix_drawn_officer_person_id_drawn_officer_subject_id"))

    op.drop_table("drawn_officer")
    with op.batch_alter_table("drawn_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawn_subject_task_id_drawn_subject_place"))
        batch_op.drop_index(batch_op.f("ix_drawn_subject_enterprise_id_drawn_subject_task_id"))

    op.drop_table("drawn_subject")
    op.drop_table("draw_party")
    op.drop_table("draw_census")
    with op.batch_alter_table("call_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_answer_department_call_answer_answered_at"))

    op.drop_table("call_answer")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turn_task_id_turn_id"))

    op.drop_table("turn")
    with op.batch_alter_table("task_department", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_department_department_task_department_answer"))

    op.drop_table("task_department")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_state_draw_id"))

    op.drop_table("draw")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_call_due_at"))
        batch_op.drop_index(batch_op.f("ix_call_called_at_call_task_id"))

    op.drop_table("call")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_department_approval_state"))

    op.drop_table("approval")
    with op.batch_alter_table("visit_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_change_visit_id_visit_change_at"))

    op.drop_table("visit_change")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_year_task_id"))
        batch_op.drop_index(batch_op.f("ix_task_state_task_id"))
        batch_op.drop_index(batch_op.f("ix_task_plan_row_id"))
        batch_op.drop_index(batch_op.f("ix_task_lead_task_state"))
        batch_op.drop_index(batch_op.f("ix_task_due_at"))
        batch_op.drop_index(batch_op.f("ix_task_campaign_id"))

    op.drop_table("task")
    with op.batch_alter_table("self_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_self_correction_visit_id_self_correction_at"))

    op.drop_table("self_correction")
    op.drop_table("prior_notice")
    with op.batch_alter_table("plan_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_row_year_plan_row_industry"))
        batch_op.drop_index(batch_op.f("ix_plan_row_merged_into"))
        batch_op.drop_index(batch_op.f("ix_plan_row_filing_id_plan_row_position"))
        batch_op.drop_index(batch_op.f("ix_plan_row_campaign_id"))

    op.drop_table("plan_row")
    with op.batch_alter_table("push_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_push_place_person_id"))

    op.drop_table("push_place")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_person_id_message_seen_at_message_at"))
        batch_op.drop_index(batch_op.f("ix_message_person_id_message_at_message_id"))
        batch_op.drop_index(batch_op.f("ix_message_key"))
        batch_op.drop_index(batch_op.f("ix_message_at"))

    op.drop_table("message")
    with op.batch_alter_table("department_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_post_person_id"))

    op.drop_table("department_post")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_year_campaign_id"))

    op.drop_table("campaign")
    op.drop_table("filing")
    op.drop_table("attachment")
    op.drop_table("county_plan")
