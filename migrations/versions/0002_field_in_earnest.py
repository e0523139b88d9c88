"""Training and withheld visits, what phones report, revocation, rescue files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERIES = sa.table("number_series", sa.column("prefix"), sa.column("year"), sa.column("last"))
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("code", sa.String(length=32), nullable=True))
        table.create_unique_constraint(table.f("uq_visit_code"), ["code"])
        table.add_column(sa.Column("training", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("release_at", INSTANT, nullable=True))
    with op.batch_alter_table("visit") as table:
        table.alter_column("training", server_default=None)

    with op.batch_alter_table("device") as table:
        table.add_column(sa.Column("revoked_by", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("revoke_reason", sa.String(length=500), nullable=True))
        table.add_column(sa.Column("reported_at", INSTANT, nullable=True))
        table.add_column(sa.Column("unsent_entries", sa.Integer(), nullable=True))
        table.add_column(sa.Column("unsent_files", sa.Integer(), nullable=True))
        table.add_column(sa.Column("unsent_bytes", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("app_version", sa.String(length=32), nullable=True))
        table.create_index(table.f("ix_device_last_seen_at_device_id"), ["last_seen_at", "id"], unique=False)

    _make_series_anew(["prefix", "year"], {"prefix": "LC"})

    op.create_table(
        "rescue_import",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=128), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("imported_by", sa.String(length=36), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescue_import")),
    )
    with op.batch_alter_table("rescue_import") as table:
        table.create_index(table.f("ix_rescue_import_sha256"), ["sha256"], unique=False)
        table.create_index(table.f("ix_rescue_import_imported_at_rescue_import_id"), ["imported_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("rescue_import")
    _make_series_anew(["year"], {})
    with op.batch_alter_table("device") as table:
        table.drop_index(table.f("ix_device_last_seen_at_device_id"))
        for column in ("app_version", "unsent_bytes", "unsent_files", "unsent_entries", "reported_at", "revoke_reason", "revoked_by"):
            table.drop_column(column)
    with op.batch_alter_table("visit") as table:
        table.drop_constraint(table.f("uq_visit_code"), type_="unique")
        table.drop_column("code")
        table.drop_column("release_at")
        table.drop_column("training")


def _make_series_anew(key: list[str], added: dict[str, str]) -> None:
    """Another primary key: neither database changes one in place alike, and the rows are few."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("select * from number_series")).mappings().all()
    op.drop_table("number_series")
    columns = [sa.Column("prefix", sa.String(length=8), nullable=False)] if "prefix" in key else []
    op.create_table(
        "number_series",
        *columns,
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_number_series")),
    )
    kept = [{"year": row["year"], "last": row["last"]} | added for row in rows if row.get("prefix", "LC") == "LC"]
    if kept:
        connection.execute(sa.insert(SERIES), kept)
