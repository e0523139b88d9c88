"""Drafts and editions of checklists, registries with their history, imports, credit risk, search."""

from datetime import date, datetime, timezone
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ENTERPRISE = sa.table("enterprise", sa.column("id"), sa.column("seq"))


def upgrade() -> None:
    op.create_table("counter",
    sa.Column("name", sa.String(length=40), nullable=False),
    sa.Column("last", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("name", name=op.f("pk_counter"))
    )
    op.create_table("emerging_list",
    sa.Column("code", sa.String(length=16), nullable=False),
    sa.Column("name", sa.String(length=100), nullable=False),
    sa.Column("source", sa.String(length=300), nullable=False),
    sa.Column("industries", sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint("code", name=op.f("pk_emerging_list"))
    )
    op.create_table("search_posting",  # filled by `flask search renew`, which the start of the app calls
    sa.Column("block", sa.Integer(), nullable=False),
    sa.Column("word", sa.String(length=32), nullable=False),
    sa.Column("members", sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint("block", "word", name=op.f("pk_search_posting")),
    sqlite_with_rowid=False,
    )
    op.create_table("search_place",
    sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("places", sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint("block", name=op.f("pk_search_place"))
    )
    op.create_table("twin",
    sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column("first", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("seq", name=op.f("pk_twin"))
    )
    op.create_index("ix_twin_first_twin_seq", "twin", ["first", "seq"])
    op.create_table("review_mark",
    sa.Column("month", sa.String(length=7), nullable=False),
    sa.Column("line", sa.String(length=32), nullable=False),
    sa.Column("found", sa.Integer(), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=False),
    sa.PrimaryKeyConstraint("month", "line", name=op.f("pk_review_mark"))
    )
    op.create_table("import_mapping",
    sa.Column("heads", sa.String(length=64), nullable=False),
    sa.Column("mapping", sa.JSON(), nullable=False),
    sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("heads", name=op.f("pk_import_mapping"))
    )
    op.create_table("import_source",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("name", sa.String(length=100), nullable=False),
    sa.Column("address", sa.String(length=500), nullable=False),
    sa.Column("every_hours", sa.Integer(), nullable=False),
    sa.Column("active", sa.Boolean(), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("created_by", sa.String(length=36), nullable=True),
    sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("problem", sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_import_source"))
    )
    op.create_table("registry_change",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("subject", sa.String(length=36), nullable=False),
    sa.Column("deed", sa.String(length=16), nullable=False),
    sa.Column("source", sa.String(length=16), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("batch_id", sa.String(length=36), nullable=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.Column("before", sa.JSON(), nullable=True),
    sa.Column("after", sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_change"))
    )
    with op.batch_alter_table("registry_change") as batch_op:
        batch_op.create_index(batch_op.f("ix_registry_change_at"), ["at"])
        batch_op.create_index(batch_op.f("ix_registry_change_batch_id"), ["batch_id"])
        batch_op.create_index("ix_registry_change_of", ["kind", "subject", "id"])

    op.create_table("risk_policy",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("effective_from", sa.Date(), nullable=False),
    sa.Column("document", sa.JSON(), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("set_by", sa.String(length=36), nullable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_policy"))
    )
    with op.batch_alter_table("risk_policy") as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_policy_effective_from"), ["effective_from"])

    op.create_table("town",
    sa.Column("code", sa.String(length=12), nullable=False),
    sa.Column("name", sa.String(length=40), nullable=False),
    sa.Column("lat_e7", sa.Integer(), nullable=True),
    sa.Column("lon_e7", sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint("code", name=op.f("pk_town"))
    )
    op.create_table("grid",
    sa.Column("code", sa.String(length=20), nullable=False),
    sa.Column("name", sa.String(length=60), nullable=False),
    sa.Column("town_code", sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(["town_code"], ["town.code"], name=op.f("fk_grid_town_code_town")),
    sa.PrimaryKeyConstraint("code", name=op.f("pk_grid"))
    )
    with op.batch_alter_table("grid") as batch_op:
        batch_op.create_index(batch_op.f("ix_grid_town_code"), ["town_code"])

    op.create_table("import_batch",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("filename", sa.String(length=200), nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("bytes", sa.BigInteger(), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("layout", sa.JSON(), nullable=False),
    sa.Column("mapping", sa.JSON(), nullable=False),
    sa.Column("total", sa.Integer(), nullable=True),
    sa.Column("done", sa.Integer(), nullable=False),
    sa.Column("counts", sa.JSON(), nullable=False),
    sa.Column("problem", sa.JSON(), nullable=True),
    sa.Column("seen_seq", sa.BigInteger(), nullable=True),
    sa.Column("rejects_left_out", sa.Boolean(), nullable=False),
    sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("source_id", sa.String(length=36), nullable=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("created_by", sa.String(length=36), nullable=True),
    sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("applied_by", sa.String(length=36), nullable=True),
    sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("undone_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["source_id"], ["import_source.id"], name=op.f("fk_import_batch_source_id_import_source")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch"))
    )
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_created_at_import_batch_id"), ["created_at", "id"])
        batch_op.create_index(batch_op.f("ix_import_batch_sha256"), ["sha256"])
        batch_op.create_index(batch_op.f("ix_import_batch_state"), ["state"])

    op.create_table("supervision_matter",
    sa.Column("code", sa.String(length=40), nullable=False),
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_supervision_matter_department_department")),
    sa.PrimaryKeyConstraint("code", name=op.f("pk_supervision_matter"))
    )
    with op.batch_alter_table("supervision_matter") as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_matter_department"), ["department"])

    op.create_table("draft_item",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("industry", sa.String(length=16), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("code", sa.String(length=40), nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("document", sa.JSON(), nullable=False),
    sa.Column("merged_into", sa.String(length=36), nullable=True),
    sa.Column("dropped", sa.Boolean(), nullable=False),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_draft_item_department_department")),
    sa.ForeignKeyConstraint(["industry"], ["industry.code"], name=op.f("fk_draft_item_industry_industry")),
    sa.ForeignKeyConstraint(["merged_into"], ["draft_item.id"], name=op.f("fk_draft_item_merged_into_draft_item")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_item")),
    sa.UniqueConstraint("code", name=op.f("uq_draft_item_code"))
    )
    with op.batch_alter_table("draft_item") as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_item_industry_draft_item_department_draft_item_position"), ["industry", "department", "position"])
        batch_op.create_index(batch_op.f("ix_draft_item_merged_into"), ["merged_into"])

    op.create_table("expert",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(length=64), nullable=False),
    sa.Column("unit", sa.String(length=100), nullable=False),
    sa.Column("title", sa.String(length=60), nullable=False),
    sa.Column("phone", sa.String(length=40), nullable=False),
    sa.Column("fields", sa.JSON(), nullable=False),
    sa.Column("industries", sa.JSON(), nullable=False),
    sa.Column("inviters", sa.JSON(), nullable=False),
    sa.Column("appointed_from", sa.Date(), nullable=False),
    sa.Column("appointed_until", sa.Date(), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("ended_by", sa.String(length=36), nullable=True),
    sa.Column("end_reason", sa.String(length=500), nullable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_expert"))
    )
    with op.batch_alter_table("expert") as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_appointed_until_expert_id"), ["appointed_until", "id"])
        batch_op.create_index(batch_op.f("ix_expert_name"), ["name"])

    op.create_table("import_row",
    sa.Column("batch_id", sa.String(length=36), nullable=False),
    sa.Column("row", sa.Integer(), nullable=False),
    sa.Column("verdict", sa.String(length=12), nullable=False),
    sa.Column("enterprise_id", sa.String(length=36), nullable=True),
    sa.Column("column", sa.String(length=60), nullable=True),
    sa.Column("reason", sa.JSON(), nullable=True),
    sa.Column("values", sa.JSON(), nullable=False),
    sa.Column("before", sa.JSON(), nullable=True),
    sa.Column("ordinal", sa.Integer(), nullable=True),
    sa.Column("revision", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id_import_batch"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("batch_id", "row", name=op.f("pk_import_row"))
    )
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.create_index(batch_op.f("ix_import_row_batch_id_import_row_verdict_import_row_row"), ["batch_id", "verdict", "row"])

    op.create_table("industry_department",
    sa.Column("industry", sa.String(length=16), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("lead", sa.Boolean(), nullable=False),
    sa.Column("division", sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_industry_department_department_department")),
    sa.ForeignKeyConstraint(["industry"], ["industry.code"], name=op.f("fk_industry_department_industry_industry")),
    sa.PrimaryKeyConstraint("industry", "department", name=op.f("pk_industry_department"))
    )
    with op.batch_alter_table("industry_department") as batch_op:
        batch_op.create_index(batch_op.f("ix_industry_department_department"), ["department"])

    op.create_table("absence",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("person_id", sa.String(length=36), nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("until", sa.Date(), nullable=True),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("noted_by", sa.String(length=36), nullable=True),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("withdrawn_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["person_id"], ["inspector.person_id"], name=op.f("fk_absence_person_id_inspector")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_absence"))
    )
    with op.batch_alter_table("absence") as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_person_id_absence_until"), ["person_id", "until"])

    op.create_table("kept_apart",
    sa.Column("one", sa.String(length=36), nullable=False),
    sa.Column("other", sa.String(length=36), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["one"], ["draft_item.id"], name=op.f("fk_kept_apart_one_draft_item")),
    sa.ForeignKeyConstraint(["other"], ["draft_item.id"], name=op.f("fk_kept_apart_other_draft_item")),
    sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_kept_apart"))
    )
    with op.batch_alter_table("kept_apart") as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_apart_other"), ["other"])

    op.create_table("edition",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("industry", sa.String(length=16), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("hash", sa.String(length=64), nullable=True),
    sa.Column("items", sa.JSON(), nullable=True),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("opened_by", sa.String(length=36), nullable=True),
    sa.Column("sent_round_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("closed_by", sa.String(length=36), nullable=True),
    sa.Column("version_id", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["industry"], ["industry.code"], name=op.f("fk_edition_industry_industry")),
    sa.ForeignKeyConstraint(["version_id"], ["checklist_version.id"], name=op.f("fk_edition_version_id_checklist_version")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_edition"))
    )
    with op.batch_alter_table("edition") as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_industry_edition_opened_at"), ["industry", "opened_at"])
        batch_op.create_index(batch_op.f("ix_edition_state"), ["state"])

    op.create_table("recusal",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("person_id", sa.String(length=36), nullable=False),
    sa.Column("uscc", sa.String(length=18), nullable=False),
    sa.Column("type", sa.String(length=4), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("declared_by", sa.String(length=36), nullable=True),
    sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("ended_by", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["person_id"], ["inspector.person_id"], name=op.f("fk_recusal_person_id_inspector")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal"))
    )
    with op.batch_alter_table("recusal") as batch_op:
        batch_op.create_index(batch_op.f("ix_recusal_person_id_recusal_uscc"), ["person_id", "uscc"])
        batch_op.create_index(batch_op.f("ix_recusal_uscc"), ["uscc"])

    op.create_table("risk_assessment",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("enterprise_id", sa.String(length=36), nullable=False),
    sa.Column("source", sa.String(length=16), nullable=False),
    sa.Column("risk_class", sa.String(length=1), nullable=False),
    sa.Column("points", sa.Integer(), nullable=True),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("as_of", sa.Date(), nullable=False),
    sa.Column("until", sa.Date(), nullable=True),
    sa.Column("batch_id", sa.String(length=36), nullable=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_assessment_enterprise_id_enterprise")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_assessment"))
    )
    with op.batch_alter_table("risk_assessment") as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_assessment_batch_id"), ["batch_id"])
        batch_op.create_index(batch_op.f("ix_risk_assessment_enterprise_id_risk_assessment_id"), ["enterprise_id", "id"])
        batch_op.create_index(batch_op.f("ix_risk_assessment_until"), ["until"])

    op.create_table("risk_point",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("enterprise_id", sa.String(length=36), nullable=False),
    sa.Column("points", sa.Integer(), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("until", sa.Date(), nullable=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("withdrawn_by", sa.String(length=36), nullable=True),
    sa.Column("withdraw_reason", sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_point_enterprise_id_enterprise")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point"))
    )
    with op.batch_alter_table("risk_point") as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_point_enterprise_id_risk_point_id"), ["enterprise_id", "id"])

    op.create_table("trigger",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("enterprise_id", sa.String(length=36), nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=True),
    sa.Column("matter", sa.String(length=200), nullable=False),
    sa.Column("detail", sa.String(length=1000), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("closed_by", sa.String(length=36), nullable=True),
    sa.Column("close_reason", sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_trigger_department_department")),
    sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_trigger_enterprise_id_enterprise")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger"))
    )
    with op.batch_alter_table("trigger") as batch_op:
        batch_op.create_index(batch_op.f("ix_trigger_at_trigger_id"), ["at", "id"])
        batch_op.create_index(batch_op.f("ix_trigger_department_trigger_at_trigger_id"), ["department", "at", "id"])
        batch_op.create_index(batch_op.f("ix_trigger_enterprise_id_trigger_closed_at"), ["enterprise_id", "closed_at"])

    op.create_table("countersignature",
    sa.Column("id", sa.String(length=36), nullable=False),
    sa.Column("edition_id", sa.String(length=36), nullable=False),
    sa.Column("department", sa.String(length=16), nullable=False),
    sa.Column("hash", sa.String(length=64), nullable=False),
    sa.Column("agrees", sa.Boolean(), nullable=False),
    sa.Column("reason", sa.String(length=500), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(["department"], ["department.code"], name=op.f("fk_countersignature_department_department")),
    sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_countersignature_edition_id_edition")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_countersignature"))
    )
    with op.batch_alter_table("countersignature") as batch_op:
        batch_op.create_index(batch_op.f("ix_countersignature_edition_id_countersignature_department"), ["edition_id", "department"])

    with op.batch_alter_table("checklist_version") as batch_op:
        batch_op.add_column(sa.Column("published_by", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("departments", sa.JSON(), nullable=False, server_default="[]"))
    _forget_defaults("checklist_version", "reason", "departments")

    with op.batch_alter_table("enterprise") as batch_op:
        batch_op.add_column(sa.Column("seq", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("town_code", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("contacts", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("registrar", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("registered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("last_inspected_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("staff_count", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("risk_as_of", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("terms", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("changed_at", INSTANT, nullable=False, server_default="2026-11-01 00:00:00"))
        batch_op.drop_index(batch_op.f("ix_enterprise_grid"))
        batch_op.drop_index("ix_enterprise_industry_status")
        batch_op.drop_index(batch_op.f("ix_enterprise_name"))
    _number_enterprises()
    with op.batch_alter_table("enterprise") as batch_op:
        batch_op.alter_column("seq", nullable=False)
        for column in ("revision", "contacts", "tags", "terms", "changed_at"):
            batch_op.alter_column(column, server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_enterprise_seq"), ["seq"])
        batch_op.create_index(batch_op.f("ix_enterprise_changed_at_enterprise_seq"), ["changed_at", "seq"])
        batch_op.create_index(batch_op.f("ix_enterprise_name_enterprise_address_enterprise_seq"), ["name", "address", "seq"])
        batch_op.create_index(batch_op.f("ix_enterprise_risk_as_of_enterprise_seq"), ["risk_as_of", "seq"])
        batch_op.create_index(batch_op.f("ix_enterprise_status_enterprise_changed_at"), ["status", "changed_at"])
    op.create_table("enterprise_industry",
    sa.Column("industry", sa.String(length=16), nullable=False),
    sa.Column("seq", sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(["industry"], ["industry.code"], name=op.f("fk_enterprise_industry_industry_industry")),
    sa.ForeignKeyConstraint(["seq"], ["enterprise.seq"], name=op.f("fk_enterprise_industry_seq_enterprise"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("industry", "seq", name=op.f("pk_enterprise_industry"))
    )
    with op.batch_alter_table("enterprise_industry") as batch_op:
        batch_op.create_index(batch_op.f("ix_enterprise_industry_seq"), ["seq"])
    op.execute("INSERT INTO enterprise_industry (industry, seq) SELECT industry, seq FROM enterprise")

    with op.batch_alter_table("industry") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    _forget_defaults("industry", "revision")
    _add_up_visits()
    _found_departments_of_industries()

    with op.batch_alter_table("inspector") as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("ended_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("end_reason", sa.String(length=500), nullable=True))
    _forget_defaults("inspector", "revision")
    _spread_inspectors()
    with op.batch_alter_table("inspector") as batch_op:
        batch_op.drop_column("conflict_uscc")
        batch_op.drop_column("expert")
        batch_op.drop_column("state")
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("password_once", sa.Boolean(), nullable=False, server_default=sa.false()))
    _forget_defaults("person", "password_once")


def downgrade() -> None:
    op.drop_column("visit", "answered")
    op.drop_column("visit", "items")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("password_once")
    with op.batch_alter_table("inspector") as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=16), nullable=False, server_default="on-duty"))
        batch_op.add_column(sa.Column("expert", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("conflict_uscc", sa.String(length=18), nullable=True))
        batch_op.drop_column("end_reason")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("revision")
    _forget_defaults("inspector", "state", "expert")
    op.drop_table("review_mark")
    op.drop_table("twin")
    op.drop_table("search_place")
    op.drop_table("search_posting")
    with op.batch_alter_table("enterprise_industry") as batch_op:
        batch_op.drop_index(batch_op.f("ix_enterprise_industry_seq"))
    op.drop_table("enterprise_industry")
    with op.batch_alter_table("industry") as batch_op:
        batch_op.drop_column("revision")

    with op.batch_alter_table("enterprise") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_enterprise_seq"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_enterprise_status_enterprise_changed_at"))
        batch_op.drop_index(batch_op.f("ix_enterprise_risk_as_of_enterprise_seq"))
        batch_op.drop_index(batch_op.f("ix_enterprise_name_enterprise_address_enterprise_seq"))
        batch_op.drop_index(batch_op.f("ix_enterprise_changed_at_enterprise_seq"))
        batch_op.create_index(batch_op.f("ix_enterprise_name"), ["name"])
        batch_op.create_index("ix_enterprise_industry_status", ["industry", "status"])
        batch_op.create_index(batch_op.f("ix_enterprise_grid"), ["grid"])
        batch_op.drop_column("changed_at")
        batch_op.drop_column("terms")
        batch_op.drop_column("risk_as_of")
        batch_op.drop_column("staff_count")
        batch_op.drop_column("last_inspected_on")
        batch_op.drop_column("registered_on")
        batch_op.drop_column("registrar")
        batch_op.drop_column("tags")
        batch_op.drop_column("contacts")
        batch_op.drop_column("town_code")
        batch_op.drop_column("revision")
        batch_op.drop_column("seq")

    with op.batch_alter_table("checklist_version") as batch_op:
        batch_op.drop_column("departments")
        batch_op.drop_column("reason")
        batch_op.drop_column("published_by")

    with op.batch_alter_table("countersignature") as batch_op:
        batch_op.drop_index(batch_op.f("ix_countersignature_edition_id_countersignature_department"))

    op.drop_table("countersignature")
    with op.batch_alter_table("trigger") as batch_op:
        batch_op.drop_index(batch_op.f("ix_trigger_enterprise_id_trigger_closed_at"))
        batch_op.drop_index(batch_op.f("ix_trigger_department_trigger_at_trigger_id"))
        batch_op.drop_index(batch_op.f("ix_trigger_at_trigger_id"))

    op.drop_table("trigger")
    with op.batch_alter_table("risk_point") as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_point_enterprise_id_risk_point_id"))

    op.drop_table("risk_point")
    with op.batch_alter_table("risk_assessment") as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_assessment_enterprise_id_risk_assessment_id"))
        batch_op.drop_index(batch_op.f("ix_risk_assessment_until"))
        batch_op.drop_index(batch_op.f("ix_risk_assessment_batch_id"))

    op.drop_table("risk_assessment")
    with op.batch_alter_table("recusal") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recusal_uscc"))
        batch_op.drop_index(batch_op.f("ix_recusal_person_id_recusal_uscc"))

    op.drop_table("recusal")
    with op.batch_alter_table("edition") as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_state"))
        batch_op.drop_index(batch_op.f("ix_edition_industry_edition_opened_at"))

    op.drop_table("edition")
    with op.batch_alter_table("absence") as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_person_id_absence_until"))

    op.drop_table("absence")
    with op.batch_alter_table("industry_department") as batch_op:
        batch_op.drop_index(batch_op.f("ix_industry_department_department"))

    op.drop_table("industry_department")
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_batch_id_import_row_verdict_import_row_row"))

    op.drop_table("import_row")
    with op.batch_alter_table("expert") as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_name"))
        batch_op.drop_index(batch_op.f("ix_expert_appointed_until_expert_id"))

    op.drop_table("expert")
    with op.batch_alter_table("kept_apart") as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_apart_other"))

    op.drop_table("kept_apart")
    with op.batch_alter_table("draft_item") as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_item_merged_into"))
        batch_op.drop_index(batch_op.f("ix_draft_item_industry_draft_item_department_draft_item_position"))

    op.drop_table("draft_item")
    with op.batch_alter_table("supervision_matter") as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_matter_department"))

    op.drop_table("supervision_matter")
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_state"))
        batch_op.drop_index(batch_op.f("ix_import_batch_sha256"))
        batch_op.drop_index(batch_op.f("ix_import_batch_created_at_import_batch_id"))

    op.drop_table("import_batch")
    with op.batch_alter_table("grid") as batch_op:
        batch_op.drop_index(batch_op.f("ix_grid_town_code"))

    op.drop_table("grid")
    op.drop_table("town")
    with op.batch_alter_table("risk_policy") as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_policy_effective_from"))

    op.drop_table("risk_policy")
    with op.batch_alter_table("registry_change") as batch_op:
        batch_op.drop_index("ix_registry_change_of")
        batch_op.drop_index(batch_op.f("ix_registry_change_batch_id"))
        batch_op.drop_index(batch_op.f("ix_registry_change_at"))

    op.drop_table("registry_change")
    op.drop_table("import_source")
    op.drop_table("import_mapping")
    op.drop_table("emerging_list")
    op.drop_table("counter")


def _forget_defaults(table: str, *columns: str) -> None:
    """Defaults were for the rows already there; from now on the app says every value."""
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            batch_op.alter_column(column, server_default=None)


def _spread_inspectors() -> None:
    """What one row said of an officer goes where it belongs: absences until further notice, recusals, experts."""
    connection, at = op.get_bind(), datetime.now(timezone.utc)
    rows = connection.execute(sa.text(
        "SELECT inspector.person_id, state, expert, conflict_uscc, valid_from, valid_until, person.name, "
        "department.name AS unit FROM inspector JOIN person ON person.id = inspector.person_id "
        "LEFT JOIN department ON department.code = person.department"
    ).columns(valid_from=sa.Date, valid_until=sa.Date, expert=sa.Boolean)).mappings().all()
    kinds = {"on-leave": "leave", "seconded": "seconded", "in-training": "study"}
    reason = "由旧版登记迁移"
    for row in rows:
        own = {"id": str(uuid4()), "person_id": row["person_id"]}
        if row["state"] in kinds:
            _insert("absence", **own, kind=kinds[row["state"]], since=at.date(), reason=reason, noted_at=at)
        if row["conflict_uscc"]:
            _insert("recusal", **own, uscc=row["conflict_uscc"], type="RC2", reason=reason, declared_at=at)
        if row["expert"]:
            _insert("expert", id=own["id"], revision=1, name=row["name"], unit=row["unit"] or "", title="", phone="", fields=[],
                    industries=[], inviters=[], appointed_from=row["valid_from"], appointed_until=row["valid_until"])


def _insert(table: str, **values: object) -> None:
    types = {list: sa.JSON(), datetime: INSTANT, date: sa.Date()}
    columns = [sa.column(name, types.get(type(value))) for name, value in values.items()]
    op.get_bind().execute(sa.insert(sa.table(table, *columns)).values(**values))


def _add_up_visits() -> None:
    """A visit's own progress. No item was merged before, so it is what its departments' add up to."""
    for name in ("items", "answered"):
        op.add_column("visit", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        op.execute(
            f"UPDATE visit SET {name} = COALESCE((SELECT SUM(one.{name}) FROM visit_department AS one "
            "WHERE one.visit_id = visit.id AND one.state <> 'absent'), 0)"
        )


def _found_departments_of_industries() -> None:
    """The lead of each industry, and all whose items stood in any version of its list."""
    connection = op.get_bind()
    industry = sa.table("industry", sa.column("code"), sa.column("lead_department"))
    leads = {row.code: row.lead_department for row in connection.execute(sa.select(industry))}
    found = {(code, lead) for code, lead in leads.items()}
    version = sa.table("checklist_version", sa.column("industry"), sa.column("items", sa.JSON()))
    for row in connection.execute(sa.select(version)):
        found |= {(row.industry, item["department"]) for item in row.items}
    rows = [
        {"industry": code, "department": department, "lead": leads[code] == department, "division": ""}
        for code, department in sorted(found)
    ]
    names = ("industry", "department", "lead", "division")
    if rows:
        op.bulk_insert(sa.table("industry_department", *(sa.column(name) for name in names)), rows)


def _number_enterprises() -> None:
    """Give each subject its place in the lists, in the order of registration."""
    connection = op.get_bind()
    ids = connection.scalars(sa.select(ENTERPRISE.c.id).order_by(ENTERPRISE.c.id)).all()
    for seq, one in enumerate(ids, 1):
        connection.execute(sa.update(ENTERPRISE).where(ENTERPRISE.c.id == one).values(seq=seq))
    counter = sa.table("counter", sa.column("name"), sa.column("last"))
    connection.execute(sa.insert(counter).values(name="enterprise", last=len(ids)))
