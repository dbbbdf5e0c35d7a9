"""alerts.yml: what is taken, and what is said of what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerts import AlertsError, parse, quiet_until

RULE = "rules:\n  - name: r\n    channels: json://h/x\n"


def test_the_file_that_comes_with_it_is_right():
    text = (Path(__file__).parents[2] / "alerts.yml").read_text(encoding="utf-8")
    off = parse(text, env={})
    assert off.channels["desk"] is None
    on = parse(text, env={"DESK_ALERT_URL": "slack://a/b/c"})
    assert on.channels["desk"] == "slack://a/b/c"
    assert len(on.rules) >= 3


def test_an_empty_file_has_no_rules():
    assert parse("").rules == ()
    assert parse("# nothing\n").channels == {}


def test_a_rule():
    text = """
channels: {desk: "${HOOK}", spare: "${NO_SUCH:-json://h/spare}"}
rules:
  - name: Große Geschäfte!
    when: new
    company: [Envision, tsnc]
    country: [tw]
    min_usd: 2.5bn
    channels: [desk, json://h/direct, desk]
"""
    config = parse(text, env={"HOOK": "mailto://me@h"})
    (rule,) = config.rules
    assert (rule.id, rule.when, rule.country, rule.min_usd) == (
        "grosse-geschäfte",
        ("new",),
        ("TW",),
        Decimal("2.5e9"),
    )
    assert rule.channels == ("desk", "grosse-geschäfte/2")
    assert config.channels == {
        "desk": "mailto://me@h",
        "spare": "json://h/spare",
        "grosse-geschäfte/2": "json://h/direct",
    }


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("5", 5),
        ("1_000_000", 10**6),
        ("1,000,000", 10**6),
        ("2.5e9", 2_500_000_000),
        ("300m", 3 * 10**8),
        ("1tn", 10**12),
    ],
)
def test_amounts(amount, value):
    assert parse(RULE + f'    min_usd: "{amount}"\n').rules[0].min_usd == value


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("rules: [", 1, "YAML"),
        ("a: b\n\tc: d", 2, "YAML"),
        ("- 1", 1, "channels and rules"),
        ("rules: 3", 1, "rules"),
        ("rule: []", 1, "no such key"),
        (RULE + "    wen: new\n", 4, "no such key"),
        (RULE + "    when: newer\n", 4, "'newer' is none of new, grew"),
        (RULE + "    type: [supply, barter]\n", 4, "barter"),
        (RULE + "    min_usd: lots\n", 4, "amount of dollars"),
        (RULE + "    min_usd: -1\n", 4, "min_usd"),
        (RULE + "    min_confidence: 80\n", 4, "min_confidence"),
        (RULE + "    country: Taiwan\n", 4, "two letters"),
        (RULE + "    quiet: at night\n", 4, "22:00-07:00"),
        (RULE + "    quiet: 22:00-07:00 Mars/Base\n", 4, "time zone"),
        (RULE + "    company: ${UNSET_NAME}\n", 4, "UNSET_NAME is not set"),
        (RULE + "  - name: R\n    channels: json://h\n", 4, "another rule"),
        ("rules:\n  - name: r\n", 2, "channels"),
        ("rules:\n  - name: r\n    channels: nobody\n", 3, "'nobody' is no channel; there are none"),
        ("channels:\n  a: json://h\n  b: plain words\n", 3, "no Apprise URL"),
        ("a: &a [*a]\nrules: *a\n", 1, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, where, what):
    with pytest.raises(AlertsError) as error:
        parse(text, file="my.yml")
    assert any(
        p.line == where and what in p.what and str(p).startswith(f"my.yml:{where}: ")
        for p in error.value.problems
    )


def test_all_mistakes_are_told_at_once_and_no_secret():
    text = (
        RULE
        + "    when: newer\n    wen: x\n  - name: s\n    channels: ['json://u:pw@h/ x']\n    min_usd: no\n"
    )
    with pytest.raises(AlertsError) as error:
        parse(text)
    assert len(error.value.problems) == 3
    with pytest.raises(AlertsError) as error:
        parse("rules:\n  - name: s\n    channels: ['json://user:secret@h/ x y']\n")
    assert "secret" not in str(error.value)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text)
    except AlertsError as error:
        assert all(problem.line >= 1 for problem in error.problems)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2025-10-06T21:30+00:00", "2025-10-07T05:00+00:00"),
        ("2025-10-06T20:30+00:00", "2025-10-07T05:00+00:00"),
        ("2025-10-06T04:59+00:00", "2025-10-06T05:00+00:00"),
        ("2025-10-06T05:00+00:00", None),
        ("2025-10-06T19:59+00:00", None),
        ("2025-12-06T20:30+00:00", None),
        ("2025-12-06T21:30+00:00", "2025-12-07T06:00+00:00"),
    ],
)
def test_quiet_hours_go_over_midnight_and_know_summer_time(now, until):
    (rule,) = parse(RULE + "    quiet: 22:00-07:00 Europe/Berlin\n").rules
    end = quiet_until(rule, datetime.fromisoformat(now))
    assert (end.astimezone(UTC) if end else None) == (datetime.fromisoformat(until) if until else None)


def test_no_quiet_hours():
    assert quiet_until(parse(RULE).rules[0], datetime.now(UTC)) is None
