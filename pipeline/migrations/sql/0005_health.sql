-- What a source says of itself: its time zone, which fields its articles have. Whether a time's zone was assumed.

ALTER TABLE chipwire.source
    ADD COLUMN timezone text,
    ADD COLUMN expected_fields text[] NOT NULL DEFAULT '{}';

ALTER TABLE chipwire.article ADD COLUMN zone_assumed boolean NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW bi.source_health AS
WITH seen AS (
    SELECT
        source.id,
        attempts.first_attempt,
        attempts.last_attempt,
        attempts.last_success,
        latest.state AS last_state,
        latest.error AS last_error,
        coalesce(failed.in_a_row, 0) AS failures_in_a_row,
        attempts.first_attempt IS NOT NULL OR articles.ever > 0 AS counted,
        articles.*,
        CASE WHEN attempts.first_attempt IS NOT NULL THEN coalesce(outcomes.walls_7d, 0) END AS walls_7d,
        CASE WHEN attempts.first_attempt IS NOT NULL THEN coalesce(outcomes.errors_7d, 0) END AS errors_7d,
        CASE WHEN attempts.first_attempt IS NOT NULL THEN coalesce(outcomes.empty_text_7d, 0) END AS empty_text_7d,
        pace.due_at
    FROM chipwire.source
    LEFT JOIN chipwire.pace ON pace.source_id = source.id
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
            count(*) FILTER (WHERE recent.d1) AS last_1d,
            count(*) FILTER (WHERE recent.d7) AS last_7d,
            count(*) FILTER (WHERE recent.d30) AS last_30d,
            count(*) FILTER (WHERE recent.d7 AND published_at IS NULL) AS undated_7d,
            count(*) FILTER (WHERE recent.d7 AND title = '') AS untitled_7d,
            count(*) FILTER (WHERE recent.d7 AND authors = '{}') AS unsigned_7d,
            count(*) FILTER (WHERE recent.d7 AND zone_assumed) AS zone_assumed_7d,
            max(first_seen) AS last_article
        FROM chipwire.article
        CROSS JOIN LATERAL (
            SELECT
                first_seen > now() - interval '1 day' AS d1,
                first_seen > now() - interval '7 days' AS d7,
                first_seen > now() - interval '30 days' AS d30
        ) recent
        WHERE source_id = source.id
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
), measured AS (
    SELECT
        seen.*,
        -- articles to expect in the last week (month), or in the part of it that the source has been crawled
        source.expected_per_day * least(7, extract(epoch FROM now() - seen.first_attempt) / 86400) AS expected_7d,
        source.expected_per_day * least(30, extract(epoch FROM now() - seen.first_attempt) / 86400) AS expected_30d,
        -- of five articles or more, which expected field is missing in at least half of them
        CASE WHEN last_7d >= 5 THEN concat_ws(', ',
            CASE WHEN 'title' = ANY(expected_fields) AND 2 * untitled_7d >= last_7d THEN 'title' END,
            CASE WHEN 'published' = ANY(expected_fields) AND 2 * undated_7d >= last_7d THEN 'published' END,
            CASE WHEN 'authors' = ANY(expected_fields) AND 2 * unsigned_7d >= last_7d THEN 'authors' END
        ) ELSE '' END AS missing,
        source.name, source.kind, source.language, source.enabled, source.expected_per_day, source.expected_fields,
        source.timezone
    FROM seen JOIN chipwire.source USING (id)
), judged AS (
    SELECT
        measured.*,
        CASE
            WHEN NOT enabled THEN 'paused'
            WHEN kind = 'backfill' AND last_attempt IS NULL THEN 'paused'
            WHEN last_attempt IS NULL THEN 'never crawled'
            WHEN failures_in_a_row > 0 THEN 'failing'
            WHEN last_success IS NULL THEN 'never succeeded'
            WHEN walls_7d > last_7d THEN 'walled'
            WHEN 'text' = ANY(expected_fields) AND empty_text_7d >= 5 AND empty_text_7d > last_7d THEN 'no text'
            WHEN expected_7d >= 3 AND last_7d = 0 THEN 'silent'
            WHEN expected_30d >= 5 AND last_30d = 0 THEN 'silent'
            WHEN expected_7d >= 3 AND last_7d < 0.2 * expected_7d THEN 'low'
            WHEN last_attempt < now() - interval '3 days' AND last_1d = 0 THEN 'not crawled'
            WHEN missing <> '' THEN 'fields missing'
            ELSE 'ok'
        END AS verdict
    FROM measured
)
SELECT
    id AS source,
    coalesce(nullif(name, ''), id) AS source_name,
    kind AS source_kind,
    language,
    enabled,
    verdict,
    CASE verdict
        WHEN 'paused' THEN CASE
            WHEN NOT enabled THEN 'switched off in its source file'
            ELSE 'loaded by backfill, not crawled'
        END
        WHEN 'never crawled' THEN 'no crawl yet'
        WHEN 'not crawled' THEN 'no crawl for ' || floor(extract(epoch FROM now() - last_attempt) / 86400)
            || ' days: do the schedules run, is its file still there?'
        WHEN 'failing' THEN failures_in_a_row || ' failed in a row: ' || coalesce(last_error, 'no reason recorded')
        WHEN 'never succeeded' THEN 'no crawl has ended yet'
        WHEN 'walled' THEN walls_7d || ' walls against ' || last_7d || ' articles in a week'
        WHEN 'no text' THEN empty_text_7d || ' pages without text against ' || last_7d || ' articles in a week'
        WHEN 'fields missing' THEN 'in most articles of a week: no ' || missing
        WHEN 'ok' THEN 'as expected'
        ELSE CASE
            WHEN expected_7d >= 3 THEN last_7d || ' articles in a week, about ' || round(expected_7d) || ' expected'
            ELSE 'no article in 30 days, about ' || round(expected_30d) || ' expected'
        END || CASE
            WHEN last_attempt < now() - interval '3 days' THEN '; its last crawl was on '
                || to_char(last_attempt AT TIME ZONE 'UTC', 'YYYY-MM-DD')
            ELSE ''
        END
    END AS reason,
    expected_per_day,
    CASE WHEN counted THEN last_1d END AS articles_1d,
    CASE WHEN counted THEN last_7d END AS articles_7d,
    last_attempt,
    last_success,
    last_article,
    failures_in_a_row,
    last_error,
    walls_7d,
    errors_7d,
    empty_text_7d,
    CASE WHEN counted THEN undated_7d END AS undated_7d,
    round(expected_7d, 1) AS expected_7d,
    CASE WHEN counted THEN untitled_7d END AS untitled_7d,
    CASE WHEN counted THEN unsigned_7d END AS unsigned_7d,
    CASE WHEN counted THEN zone_assumed_7d END AS zone_assumed_7d,
    timezone,
    due_at AS next_look
FROM judged;

COMMENT ON COLUMN bi.source_health.expected_7d IS 'Articles to expect in the last 7 days, or in the part of them that it has been crawled; NULL: nothing is expected of it.';
COMMENT ON COLUMN bi.source_health.untitled_7d IS 'Articles of the last 7 days without a title.';
COMMENT ON COLUMN bi.source_health.unsigned_7d IS 'Articles of the last 7 days without an author.';
COMMENT ON COLUMN bi.source_health.zone_assumed_7d IS 'Articles of the last 7 days whose time was written without a zone and is taken as UTC, the source file naming none.';
COMMENT ON COLUMN bi.source_health.timezone IS 'Time zone of times that the source writes without one (IANA name); NULL: none is named.';
COMMENT ON COLUMN bi.source_health.next_look IS 'When the schedules ask the source again.';
COMMENT ON COLUMN bi.source_health.verdict IS 'ok, low, silent, walled, no text, fields missing, failing, never succeeded, never crawled, not crawled (for three days) or paused.';
