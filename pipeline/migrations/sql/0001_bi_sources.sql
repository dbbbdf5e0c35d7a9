-- How each source does. A count is NULL where nothing was ever crawled or counted: never a false zero.

CREATE VIEW bi.source_health AS
WITH seen AS (
    SELECT
        source.id,
        attempts.first_attempt,
        attempts.last_attempt,
        attempts.last_success,
        latest.state AS last_state,
        latest.error AS last_error,
        coalesce(failed.in_a_row, 0) AS failures_in_a_row,
        CASE WHEN attempts.first_attempt IS NOT NULL OR articles.ever > 0 THEN articles.last_1d END AS articles_1d,
        CASE WHEN attempts.first_attempt IS NOT NULL OR articles.ever > 0 THEN articles.last_7d END AS articles_7d,
        CASE WHEN attempts.first_attempt IS NOT NULL OR articles.ever > 0 THEN articles.undated_7d END AS undated_7d,
        articles.last_article,
        CASE WHEN attempts.first_attempt IS NOT NULL THEN coalesce(outcomes.walls_7d, 0) END AS walls_7d,
        CASE WHEN attempts.first_attempt IS NOT NULL THEN coalesce(outcomes.errors_7d, 0) END AS errors_7d,
        CASE WHEN attempts.first_attempt IS NOT NULL THEN coalesce(outcomes.empty_text_7d, 0) END AS empty_text_7d
    FROM chipwire.source
    LEFT JOIN LATERAL (
        SELECT
            min(started_at) AS first_attempt,
            max(started_at) AS last_attempt,
            max(finished_at) FILTER (WHERE state = 'ok') AS last_success
        FROM chipwire.crawl WHERE source_id = source.id
    ) attempts ON true
    LEFT JOIN LATERAL (
        SELECT state, error FROM chipwire.crawl WHERE source_id = source.id AND state <> 'running'
        ORDER BY started_at DESC LIMIT 1
    ) latest ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS in_a_row FROM chipwire.crawl
        WHERE source_id = source.id AND state = 'failed' AND started_at > coalesce(
            (SELECT max(started_at) FROM chipwire.crawl WHERE source_id = source.id AND state = 'ok'), '-infinity'
        )
    ) failed ON true
    LEFT JOIN LATERAL (
        SELECT
            count(*) AS ever,
            count(*) FILTER (WHERE first_seen > now() - interval '1 day') AS last_1d,
            count(*) FILTER (WHERE first_seen > now() - interval '7 days') AS last_7d,
            count(*) FILTER (WHERE first_seen > now() - interval '7 days' AND published_at IS NULL) AS undated_7d,
            max(first_seen) AS last_article
        FROM chipwire.article WHERE source_id = source.id
    ) articles ON true
    LEFT JOIN LATERAL (
        SELECT
            sum(count) FILTER (WHERE outcome = 'wall')::bigint AS walls_7d,
            sum(count) FILTER (WHERE outcome = 'no_text')::bigint AS empty_text_7d,
            sum(count) FILTER (WHERE outcome IN (
                'http_error', 'timeout', 'dns_error', 'tls_error', 'connection_error', 'broken', 'too_large',
                'private_address', 'bad_url', 'redirect_loop', 'quarantined', 'other'
            ))::bigint AS errors_7d
        FROM chipwire.crawl_outcome counted JOIN chipwire.run ON run.id = counted.run_id
        WHERE counted.source_id = source.id AND run.started_at > now() - interval '7 days'
    ) outcomes ON true
), judged AS (
    SELECT
        seen.*,
        -- articles to expect in the last week, or in the part of it that the source has been crawled
        source.expected_per_day * least(7, extract(epoch FROM now() - seen.first_attempt) / 86400) AS expected_7d,
        source.name, source.kind, source.language, source.enabled, source.expected_per_day
    FROM seen JOIN chipwire.source USING (id)
)
SELECT
    id AS source,
    coalesce(nullif(name, ''), id) AS source_name,
    kind AS source_kind,
    language,
    enabled,
    CASE
        WHEN NOT enabled THEN 'paused'
        WHEN last_attempt IS NULL THEN 'never crawled'
        WHEN failures_in_a_row > 0 THEN 'failing'
        WHEN last_success IS NULL THEN 'never succeeded'
        WHEN walls_7d > articles_7d THEN 'walled'
        WHEN expected_7d >= 3 AND articles_7d = 0 THEN 'silent'
        WHEN expected_7d >= 3 AND articles_7d < 0.2 * expected_7d THEN 'low'
        ELSE 'ok'
    END AS verdict,
    CASE
        WHEN NOT enabled THEN 'switched off in its source file'
        WHEN last_attempt IS NULL THEN 'no crawl yet'
        WHEN failures_in_a_row > 0 THEN failures_in_a_row || ' failed in a row: ' || coalesce(last_error, 'no reason recorded')
        WHEN last_success IS NULL THEN 'no crawl has ended yet'
        WHEN walls_7d > articles_7d THEN walls_7d || ' walls against ' || articles_7d || ' articles in a week'
        WHEN expected_7d >= 3 AND articles_7d < 0.2 * expected_7d
            THEN articles_7d || ' articles in a week, about ' || round(expected_7d) || ' expected'
        ELSE 'as expected'
    END AS reason,
    expected_per_day,
    articles_1d,
    articles_7d,
    last_attempt,
    last_success,
    last_article,
    failures_in_a_row,
    last_error,
    walls_7d,
    errors_7d,
    empty_text_7d,
    undated_7d
FROM judged;
