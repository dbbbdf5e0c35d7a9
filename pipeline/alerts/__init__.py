"""Alert rules: which changes of which deals are told, to whom, in which words. Pure: nothing here connects.

    config = parse(Path("alerts.yml").read_text(), file="alerts.yml", env=os.environ)
    for revision in store.alerts.unjudged():
        for rule in config.rules:
            if matches(rule, revision, companies=companies):
                title, body = message(rule, revision)
                for name in rule.channels:
                    url = config.channels[name]             # Apprise URL; None: switched off

``quiet_until(rule, now)`` tells until when a rule's alerts wait.
"""

from __future__ import annotations

from pipeline.alerts.match import matches
from pipeline.alerts.message import Message, message
from pipeline.alerts.revision import DealRevision, Revision, earlier, events
from pipeline.alerts.rules import AlertsError, Config, Problem, Rule, parse, quiet_until

__all__ = [
    "AlertsError",
    "Config",
    "DealRevision",
    "Message",
    "Problem",
    "Revision",
    "Rule",
    "earlier",
    "events",
    "matches",
    "message",
    "parse",
    "quiet_until",
]
