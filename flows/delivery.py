"""Alerts: rules judge what changed, the outbox delivers each alert once."""

from __future__ import annotations

import logging
import os
from collections import Counter
from datetime import UTC, datetime

from flows.channels import ChannelError, send
from flows.knowledge import companies
from flows.progress import Tell, silent
from pipeline.alerts import AlertsError, Config, Problem, Rule, events, matches, message, parse, quiet_until
from pipeline.settings import Settings
from pipeline.store import Store, worker_name
from pipeline.store.rows import AlertRule, DealRevision, NewAlert, OutboxAlert

logger = logging.getLogger(__name__)

AT_ONCE = 5
LEASE = 180.0
"""Alerts are leased a few at a time for that many seconds, so that slow channels do not outlast their
leases.
"""


def load_rules(settings: Settings) -> Config:
    """The rules of the settings' file; none where there is no such file and nobody named one. Raises
    AlertsError.
    """
    path = settings.alerts_file
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if "alerts_file" in settings.model_fields_set:
            raise AlertsError([Problem(str(path), 1, "no such file (CHIPWIRE_ALERTS_FILE)")]) from None
        return Config({}, ())
    except (OSError, UnicodeDecodeError) as error:
        raise AlertsError([Problem(str(path), 1, f"cannot be read: {error}")]) from None
    return parse(text, file=str(path), env=os.environ)


def sync_rules(store: Store, config: Config) -> None:
    """Store the rules. Each judges only what changes after it was first stored, so do this before
    resolving.
    """
    store.alerts.sync_rules(
        AlertRule(rule.id, rule.name, rule.model_dump(mode="json")) for rule in config.rules
    )


def notify(store: Store, config: Config, *, tell: Tell = silent) -> Counter[str]:
    """Judge all deals that changed and deliver what is due; counts: alerts (new), sent, failed, dead,
    deferred.
    """
    sync_rules(store, config)
    counts = Counter(alerts=judge(store, config))
    counts.update(deliver(store, config, tell=tell))
    return counts


def judge(store: Store, config: Config) -> int:
    """Put the alerts that the rules make of changed deals into the outbox; how many are new."""
    since = {row.id: row.created_at for row in store.alerts.rules()}
    added = 0
    while revisions := store.alerts.unjudged():
        for revision in revisions:
            alerts = [
                alert
                for rule in config.rules
                if (born := since.get(rule.id)) is None or revision.at >= born
                for alert in _alerts(rule, revision, config)
            ]
            added += store.alerts.judged(revision.deal.id, revision.revision, alerts)
    return added


def deliver(store: Store, config: Config, *, tell: Tell = silent) -> Counter[str]:
    """Deliver what is due."""
    worker = worker_name()
    rules = {rule.id: rule for rule in config.rules}
    counts: Counter[str] = Counter()
    while leased := store.alerts.lease(worker, AT_ONCE, LEASE):
        for alert in leased:
            counts[_deliver(store, config, rules.get(alert.rule_id), alert)] += 1
            tell("alerts", sum(counts.values()))
    return counts


def _alerts(rule: Rule, revision: DealRevision, config: Config) -> list[NewAlert]:
    channels = [name for name in rule.channels if config.channels.get(name)]
    if not channels or not matches(rule, revision, companies=companies()):
        return []
    title, body = message(rule, revision)
    kind = next(iter(sorted(events(revision))), "new")
    return [
        NewAlert(rule.id, revision.deal.id, revision.revision, kind, channel, title, body)
        for channel in channels
    ]


def _deliver(store: Store, config: Config, rule: Rule | None, alert: OutboxAlert) -> str:
    until = quiet_until(rule, datetime.now(UTC)) if rule else None
    if until is not None:
        store.alerts.defer(alert.id, until)
        return "deferred"
    url = config.channels.get(alert.channel)
    if not url:
        store.alerts.failed(
            alert.id, f"there is no channel {alert.channel!r} in the rules any more", retry=False
        )
        return "dead"
    store.alerts.sending(alert.id)
    try:
        send(url, title=alert.title, body=alert.body, key=alert.key, maybe_sent=alert.maybe_sent)
    except ChannelError as error:
        logger.warning("alert %s to channel %s: %s", alert.key[:8], alert.channel, error)
        store.alerts.failed(alert.id, str(error), retry=error.retry)
        return "failed"
    store.alerts.sent(alert.id)
    return "sent"
