"""The report: all deals in one self-contained HTML file that opens offline.

html = render(deals, title="Chipwire", generated_at=now, outcomes={"new": 41, "known": 7})
"""

from __future__ import annotations

from pipeline.report.page import render

__all__ = ["render"]
