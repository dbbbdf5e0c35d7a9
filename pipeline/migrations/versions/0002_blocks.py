"""What resolution finds the candidates of a claim by."""

from pipeline.migrations import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0002_blocks")
