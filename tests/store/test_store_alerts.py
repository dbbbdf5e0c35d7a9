"""The outbox: each alert once, whatever is killed in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
from store_samples import claim, read_article, resolve_all

from pipeline.store import Store, open_store
from pipeline.store.rows import AlertRule, NewAlert


def alert(
    deal_id: str | None = "d1", revision: int = 1, *, title: str = "New deal", channel: str = "file"
) -> NewAlert:
    return NewAlert("big", deal_id, revision, "new", channel, title, "Google supplies Anthropic")


def with_deal(store: Store) -> None:
    read_article(store, 1, claim())
    resolve_all(store)


def expire(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "UPDATE chipwire.alert SET lease_until = now() - interval '1 s' WHERE lease_until IS NOT NULL"
        )
        conn.execute("UPDATE chipwire.alert SET next_try = now() - interval '1 second'")


def test_rules_are_synchronised(store: Store) -> None:
    store.alerts.sync_rules([AlertRule("big", "Big", {"min_usd": "1e9"}), AlertRule("old", "Old", {})])
    store.alerts.sync_rules([AlertRule("big", "Bigger", {"min_usd": "2e9"})])
    assert {rule.id: (rule.name, rule.spec, rule.enabled) for rule in store.alerts.rules()} == {
        "big": ("Bigger", {"min_usd": "2e9"}, True),
        "old": ("Old", {}, False),
    }


def test_a_deals_changes_are_judged_once(store: Store) -> None:
    with_deal(store)
    [news] = store.alerts.unjudged()
    assert (news.deal.id, news.revision, [c.kind for c in news.changes]) == ("d1", 1, ["new"])
    assert news.deal.reports
    assert store.alerts.judged("d1", news.revision, [alert()]) == 1
    assert store.alerts.unjudged() == []
    assert store.alerts.judged("d1", news.revision, [alert()]) == 0
    read_article(store, 2, claim(amount="5000"))
    resolve_all(store)
    [news] = store.alerts.unjudged()
    assert [c.kind for c in news.changes] == ["grown", "report_added"]


def test_delivered_once(store: Store) -> None:
    with_deal(store)
    store.alerts.judged("d1", 1, [alert(), alert(channel="mail")])
    leased = store.alerts.lease("one")
    assert [(row.channel, row.maybe_sent) for row in leased] == [("file", False), ("mail", False)]
    assert store.alerts.lease("two") == []
    for row in leased:
        store.alerts.sending(row.id)
        store.alerts.sent(row.id)
    assert store.alerts.lease("one") == []
    assert store.alerts.counts() == {"sent": 2}


def test_killed_before_the_request_it_is_simply_sent_later(store: Store, database_url: str) -> None:
    store.alerts.add(alert(None))
    [first] = store.alerts.lease("doomed")
    expire(database_url)
    [second] = store.alerts.lease("next")
    assert (second.id, second.key, second.maybe_sent) == (first.id, first.key, False)


def test_killed_between_request_and_note_it_comes_back_with_a_warning(
    store: Store, database_url: str
) -> None:
    store.alerts.add(alert(None))
    [first] = store.alerts.lease("doomed")
    store.alerts.sending(first.id)
    expire(database_url)
    [second] = store.alerts.lease("next")
    assert (second.key, second.maybe_sent) == (first.key, True)


def test_failed_delivery_waits_then_gives_up(database_url: str) -> None:
    with open_store(database_url, migrate=False, max_attempts=2) as store:
        store.alerts.add(alert(None))
        for _ in range(2):
            [row] = store.alerts.lease("w")
            store.alerts.sending(row.id)
            store.alerts.failed(row.id, "HTTP 503")
            assert store.alerts.lease("w") == [], "not at once"
            expire(database_url)
        assert store.alerts.lease("w") == []
        assert store.alerts.counts() == {"dead": 1}


def test_a_channel_that_cannot_work_is_not_tried_again(store: Store) -> None:
    store.alerts.add(alert(None))
    [row] = store.alerts.lease("w")
    store.alerts.failed(row.id, "no such address", retry=False)
    assert store.alerts.counts() == {"dead": 1}


def test_operators_alerts_are_unique_by_what_they_say(store: Store) -> None:
    assert store.alerts.add(alert(None, title="wire is silent since 2 March"))
    assert not store.alerts.add(alert(None, title="wire is silent since 2 March"))
    assert store.alerts.add(alert(None, title="wire is silent since 9 March"))


def test_what_was_sent_stays_sent(store: Store) -> None:
    store.alerts.add(alert(None))
    [row] = store.alerts.lease("w")
    store.alerts.sent(row.id)
    store.alerts.failed(row.id, "late answer")
    assert store.alerts.counts() == {"sent": 1}


def test_in_quiet_hours_it_waits_and_no_attempt_is_counted(database_url: str) -> None:
    later = datetime.now(UTC) + timedelta(hours=3)
    with open_store(database_url, migrate=False, max_attempts=2) as store:
        store.alerts.add(alert(None))
        for _ in range(4):
            [row] = store.alerts.lease("w")
            assert row.attempts == 1
            store.alerts.defer(row.id, later)
            assert store.alerts.lease("w") == [], "not before then"
            with psycopg.connect(database_url) as conn:
                assert conn.execute("SELECT next_try FROM chipwire.alert").fetchone() == (later,)
            expire(database_url)
        [row] = store.alerts.lease("w")
        store.alerts.sending(row.id)
        store.alerts.sent(row.id)
        assert store.alerts.counts() == {"sent": 1}


def test_what_may_have_been_sent_says_so_after_quiet_hours_too(store: Store, database_url: str) -> None:
    store.alerts.add(alert(None))
    [row] = store.alerts.lease("doomed")
    store.alerts.sending(row.id)
    expire(database_url)
    [row] = store.alerts.lease("next")
    store.alerts.defer(row.id, datetime.now(UTC) + timedelta(hours=3))
    expire(database_url)
    assert [row.maybe_sent for row in store.alerts.lease("last")] == [True]


def test_a_sent_alert_is_not_deferred(store: Store, database_url: str) -> None:
    store.alerts.add(alert(None))
    [row] = store.alerts.lease("w")
    store.alerts.sent(row.id)
    store.alerts.defer(row.id, datetime.now(UTC))
    expire(database_url)
    assert store.alerts.lease("w") == []
    assert store.alerts.counts() == {"sent": 1}
