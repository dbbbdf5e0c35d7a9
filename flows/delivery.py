"""Alerts out: rules judge what changed, the outbox keeps what to tell, Apprise tells it.

Beside Apprise's own services there are two of ours: ``chipwire-terminal://here`` prints, ``chipwire-file:///path.jsonl``
appends a JSON line. The outbox's key goes along, so that an alert that may have been sent already is not written twice.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apprise

from pipeline.alerts import Config, matches, message, parse, quiet_until
from pipeline.resolve import Companies
from pipeline.store import Store
from pipeline.store.rows import AlertRule, NewAlert, OutboxAlert

logger = logging.getLogger(__name__)

TERMINAL = "chipwire-terminal://"
FILE = "chipwire-file://"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many alerts were put into the outbox, sent, and failed for now."""

    queued: int = 0
    sent: int = 0
    failed: int = 0


def load_rules(path: Path) -> Config:
    """The alert rules of a file, ``${NAME}`` filled from the environment. Raises AlertsError naming file and line."""
    return parse(path.read_text(encoding="utf-8"), file=str(path), env=os.environ)


def judge(store: Store, config: Config, companies: Companies) -> int:
    """Let the rules judge every deal that changed; returns how many alerts went into the outbox."""
    store.alerts.sync_rules(
        AlertRule(rule.id, rule.name, rule.model_dump(mode="json", exclude={"name"})) for rule in config.rules
    )
    queued = 0
    while revisions := store.alerts.unjudged():
        for revision in revisions:
            news: list[NewAlert] = []
            for rule in config.rules:
                if not matches(rule, revision, companies=companies):
                    continue
                title, body = message(rule, revision)
                kind = revision.changes[-1].kind if revision.changes else "new"
                news += [
                    NewAlert(rule.id, revision.deal.id, revision.revision, kind, channel, title, body)
                    for channel in rule.channels
                    if config.channels.get(channel)
                ]
            queued += store.alerts.judged(revision.deal.id, revision.revision, news)
    return queued


def deliver(
    store: Store, config: Config, worker: str, *, show: Callable[[str], None] | None = None
) -> tuple[int, int]:
    """Send what waits in the outbox; returns how many were sent and how many failed for now.

    An alert whose rule is in its quiet hours waits. ``show`` prints for the terminal channel (default: standard error).
    """
    sent = failed = 0
    quiet = {rule.id: quiet_until(rule, datetime.now(UTC)) for rule in config.rules}
    held: set[int] = set()
    while True:
        alerts = [a for a in store.alerts.lease(worker) if a.id not in held]
        if not alerts:
            return sent, failed
        for alert in alerts:
            if quiet.get(alert.rule_id):
                held.add(alert.id)
                continue
            url = config.channels.get(alert.channel)
            if not url:
                store.alerts.failed(alert.id, f"channel {alert.channel!r} has no URL any more", retry=False)
                failed += 1
                continue
            store.alerts.sending(alert.id)
            problem = _send(url, alert, show)
            if problem is None:
                store.alerts.sent(alert.id)
                sent += 1
            else:
                store.alerts.failed(alert.id, problem)
                failed += 1


def notify(
    store: Store, rules: Path, companies: Companies, worker: str, *, show: Callable[[str], None] | None = None
) -> Delivered:
    """Judge and deliver. A missing file of rules means that nobody is told."""
    if not rules.is_file():
        logger.warning("no alert rules: %s is not there", rules)
        return Delivered()
    config = load_rules(rules)
    queued = judge(store, config, companies)
    sent, failed = deliver(store, config, worker, show=show)
    return Delivered(queued, sent, failed)


def _send(url: str, alert: OutboxAlert, show: Callable[[str], None] | None) -> str | None:
    """Sends one alert; what went wrong, None where nothing did."""
    if url.startswith(TERMINAL):
        (show or (lambda text: print(text, file=sys.stderr)))(f"{alert.title}\n{alert.body}")
        return None
    if url.startswith(FILE):
        return _append(Path(url.removeprefix(FILE)), alert)
    channel = apprise.Apprise()
    if not channel.add(url):
        return f"channel {alert.channel!r}: not an address that Apprise knows"
    try:
        body = f"{alert.body}\n[{alert.key}]"
        ok = channel.notify(title=alert.title, body=body, body_format=apprise.NotifyFormat.TEXT)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None if ok else f"channel {alert.channel!r} did not take it"


def _append(path: Path, alert: OutboxAlert) -> str | None:
    line = {
        "key": alert.key,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "deal": alert.deal_id,
        "kind": alert.kind,
        "title": alert.title,
        "body": alert.body,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if alert.maybe_sent and path.exists() and f'"key": "{alert.key}"' in path.read_text(encoding="utf-8"):
            return None
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        return f"{path}: {error.strerror}"
    return None
