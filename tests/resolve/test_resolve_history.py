"""The status of a deal over time."""

from __future__ import annotations

import pytest
from resolve_reports import report

from pipeline.resolve import steps


def told(*words):
    """Reports from "2025-10-06 announced 0.8" or with "background"."""
    out = []
    for number, one in enumerate(words):
        day, *flags, status, confidence = one.split()
        line = f"{day} {' '.join(flags)} supply {status} | supplier=A1, customer=B1 | |"
        out.append(report(f"r{number}", line, confidence=float(confidence)))
    return out


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        (
            ["2025-01-01 rumored 0.8", "2025-02-01 announced 0.8", "2025-05-01 completed 0.8"],
            "rumored announced completed",
        ),
        (["2025-02-01 announced 0.8", "2025-03-01 rumored 0.9"], "announced"),
        (["2025-02-01 completed 0.8", "2025-03-01 announced 0.9"], "completed"),
        (["2025-02-01 announced 0.8", "2025-03-01 cancelled 0.8"], "announced cancelled"),
        (
            ["2025-02-01 announced 0.8", "2025-03-01 cancelled 0.8", "2025-04-01 announced 0.8"],
            "announced cancelled announced",
        ),
        (["2025-02-01 cancelled 0.8", "2025-04-01 background announced 0.9"], "cancelled"),
        (["2025-02-01 cancelled 0.8", "2025-04-01 rumored 0.9"], "cancelled"),
        (["2025-02-01 announced 0.8", "2025-03-01 completed 0.3"], "announced"),
        (
            ["2025-02-01 announced 0.8", "2025-03-01 completed 0.3", "2025-03-02 completed 0.4"],
            "announced completed",
        ),
        (["2025-02-01 rumored 0.2"], "rumored"),
        (["2025-02-01 announced|completed 0.8"], "announced"),
        (["2025-01-01 completed 0.8", "2025-02-01 announced|completed 0.8"], "completed"),
        ([], ""),
    ],
)
def test_steps(reports, expected):
    assert " ".join(step.status for step in steps(told(*reports))) == expected


def test_two_doubtful_reports_of_one_voice_are_still_one():
    first, *doubtful = told(
        "2025-02-01 announced 0.8", "2025-03-01 completed 0.3", "2025-03-02 completed 0.3"
    )
    from dataclasses import replace

    assert [s.status for s in steps([first, *(replace(r, origin="wire:dpa") for r in doubtful)])] == [
        "announced"
    ]
