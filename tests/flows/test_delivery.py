"""Alerts: each once, to file and webhook, tried again where a channel did not take it."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.serve import Webhook
from flows.channels import ChannelError, known, send
from flows.delivery import deliver, load_rules
from flows.maintain import tell_operator
from pipeline.alerts import AlertsError, Config, parse
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.store.rows import AlertRule, NewAlert, SourceRow


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def waiting(store: Store, channel: str, rule: str = "r") -> None:
    assert store.alerts.add(NewAlert(rule, None, 1, "new", channel, f"Title {channel}", "Body\nwith lines"))


def state(store: Store) -> dict[str, int]:
    return store.alerts.counts()


def test_file_and_webhook_get_each_alert_once_with_its_key(store: Store, tmp_path: Path) -> None:
    file, hook = tmp_path / "with space" / "alerts.jsonl", Webhook(tmp_path / "hook.jsonl")
    config = Config(
        {"file": f"chipwire-file://{file}", "hook": f"json://127.0.0.1:{hook.port}/x?format=text"}, ()
    )
    waiting(store, "file")
    waiting(store, "hook")
    try:
        assert deliver(store, config) == {"sent": 2}
        assert not deliver(store, config)
    finally:
        hook.close()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["title"], line["body"]) for line in lines] == [("Title file", "Body\nwith lines")]
    assert len(lines[0]["key"]) == 32
    assert [(got["title"], len(got["key"])) for got in hook.received] == [("Title hook", 32)]
    assert state(store) == {"sent": 2}


def test_a_channel_that_is_down_is_tried_again_and_one_that_is_gone_is_not(
    store: Store, tmp_path: Path
) -> None:
    port = closed_port()
    down = Config({"hook": f"json://127.0.0.1:{port}"}, ())
    waiting(store, "hook")
    waiting(store, "gone")
    assert deliver(store, down) == {"failed": 1, "dead": 1}
    assert state(store) == {"dead": 1, "pending": 1}
    with store._db.transaction() as conn:
        conn.execute("UPDATE alert SET next_try = now() WHERE state = 'pending'")
    hook = Webhook(tmp_path / "hook.jsonl", port)
    try:
        assert deliver(store, down) == {"sent": 1}
    finally:
        hook.close()
    assert len(hook.received) == 1


def test_one_that_may_have_been_written_is_looked_for_first(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    url = f"chipwire-file://{file}"
    send(url, title="t", body="b", key="k1")
    send(url, title="t", body="b", key="k1", maybe_sent=True)
    send(url, title="t", body="b", key="k2", maybe_sent=True)
    assert [json.loads(line)["key"] for line in file.read_text().splitlines()] == ["k1", "k2"]


def test_what_went_wrong_is_said_without_the_secret(tmp_path: Path) -> None:
    with pytest.raises(ChannelError) as error:
        send(f"json://user:hunter2@127.0.0.1:{closed_port()}/token", title="t", body="b", key="k")
    assert "hunter2" not in str(error.value)
    assert error.value.retry
    with pytest.raises(ChannelError) as error:
        send("nosuch://somewhere", title="t", body="b", key="k")
    assert not error.value.retry
    (tmp_path / "folder").mkdir()
    with pytest.raises(ChannelError):
        send(f"chipwire-file://{tmp_path / 'folder'}", title="t", body="b", key="k")
    assert known("chipwire-terminal://here") and known("mailto://me@example.com") and not known("nosuch://x")


def test_quiet_hours_keep_an_alert_back_without_counting_a_try(store: Store, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    hours = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M} UTC"
    rules = f"channels: {{f: 'chipwire-file://{tmp_path}/a'}}\nrules: [{{name: R, channels: f, quiet: '{hours}'}}]"
    config = parse(rules)
    waiting(store, "f", config.rules[0].id)
    assert deliver(store, config) == {"deferred": 1}
    assert not deliver(store, config)
    with store._db.transaction() as conn:
        assert conn.execute("SELECT state, attempts, next_try > now() FROM alert").fetchone() == (
            "pending",
            0,
            True,
        )


def test_rules_that_nobody_named_may_be_missing_others_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_rules(Settings()) == Config({}, ())  # type: ignore[call-arg]
    with pytest.raises(AlertsError, match="no such file"):
        load_rules(Settings(alerts_file=tmp_path / "none.yml"))  # type: ignore[call-arg]


def test_the_operator_hears_of_a_broken_source_once_a_day(store: Store) -> None:
    store.sources.upsert([SourceRow("broken", "Broken", "feed", "https://example.com/feed")])
    run = store.runs.start("ingest")
    store.runs.start_crawl(run, "broken")
    store.runs.finish_crawl(run, "broken", "failed", "HTTP 500")
    store.alerts.sync_rules([AlertRule("r", "R", {})])
    config = Config({"operator": "chipwire-terminal://here"}, ())
    now = datetime.now(UTC)
    assert tell_operator(store, Config({}, ()), now) == 0
    assert tell_operator(store, config, now) == 1
    assert tell_operator(store, config, now) == 0
    assert tell_operator(store, config, now + timedelta(days=1)) == 1
