"""Time zones of sources, fields that are expected of them, and what their health says of both."""

from pipeline.migrations import run_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0005_health")
