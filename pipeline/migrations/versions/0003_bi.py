"""Views for analysts: bounds out of all sizes, shares that add up, families by name."""

from pipeline.migrations import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql("0003_bi")
