"""Work tables, the bi views and the read-only role."""

from pipeline.migrations import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_sql(
        "0001_crawl",
        "0001_deals",
        "0001_bi_deals",
        "0001_bi_totals",
        "0001_bi_sources",
        "0001_bi_comments",
        "0001_role",
    )
