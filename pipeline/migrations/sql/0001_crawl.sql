-- Sources, runs, pages and articles.

CREATE TABLE chipwire.source (
    id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    url text NOT NULL,
    language text,
    country text,
    expected_per_day numeric,
    enabled boolean NOT NULL DEFAULT true,
    verified date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE chipwire.feed (
    source_id text NOT NULL REFERENCES chipwire.source,
    url text NOT NULL,
    etag text,
    last_modified text,
    digest text,
    fetched_at timestamptz,
    changed_at timestamptz,
    PRIMARY KEY (source_id, url)
);

CREATE TABLE chipwire.run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'ok', 'failed')),
    worker text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    error text
);

CREATE TABLE chipwire.crawl (
    run_id bigint NOT NULL REFERENCES chipwire.run,
    source_id text NOT NULL REFERENCES chipwire.source,
    state text NOT NULL CHECK (state IN ('running', 'ok', 'failed')),
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    attempts integer NOT NULL DEFAULT 1,
    error text,
    PRIMARY KEY (run_id, source_id)
);
CREATE INDEX crawl_of_source ON chipwire.crawl (source_id, started_at DESC);

-- How many URLs of a source ended in which outcome in a run; moved in the transaction that moves the page.
CREATE TABLE chipwire.crawl_outcome (
    run_id bigint NOT NULL REFERENCES chipwire.run,
    source_id text NOT NULL REFERENCES chipwire.source,
    outcome text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (run_id, source_id, outcome)
);

-- One row a canonical URL, over all sources. outcome: that of its last fetch.
CREATE TABLE chipwire.page (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    canonical_url text NOT NULL UNIQUE,
    url text NOT NULL,
    final_url text,
    source_id text NOT NULL REFERENCES chipwire.source,
    run_id bigint REFERENCES chipwire.run,
    outcome text NOT NULL,
    detail text,
    status integer,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_fetched timestamptz,
    published timestamptz,
    digest text,
    warc text,
    etag text,
    last_modified text,
    hint_title text,
    hint_text text,
    failures integer NOT NULL DEFAULT 0,
    waiting boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    lease_owner text,
    lease_until timestamptz
);
CREATE INDEX page_waiting ON chipwire.page (id) WHERE waiting;
CREATE INDEX page_of_run ON chipwire.page (run_id, source_id);

CREATE TABLE chipwire.story (
    id text PRIMARY KEY,
    origin text NOT NULL,
    first_article text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- The current text; what it replaced is in article_revision.
CREATE TABLE chipwire.article (
    id text PRIMARY KEY,
    canonical_url text NOT NULL UNIQUE,
    url text NOT NULL,
    source_id text NOT NULL REFERENCES chipwire.source,
    page_id bigint REFERENCES chipwire.page,
    revision integer NOT NULL DEFAULT 1,
    title text NOT NULL,
    text text NOT NULL,
    authors text[] NOT NULL DEFAULT '{}',
    published_at timestamptz,
    language text,
    extractor text NOT NULL,
    extractor_version text NOT NULL,
    site_name text,
    first_seen timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    story_id text REFERENCES chipwire.story,
    -- the reader version that has read (or given up) the current revision
    read_version text,
    read_error text,
    attempts integer NOT NULL DEFAULT 0,
    lease_owner text,
    lease_until timestamptz
);
CREATE INDEX article_unread ON chipwire.article (first_seen, id) WHERE read_version IS NULL;
CREATE INDEX article_read_version ON chipwire.article (read_version);
CREATE INDEX article_of_source ON chipwire.article (source_id, first_seen DESC);
CREATE INDEX article_of_page ON chipwire.article (page_id);
CREATE INDEX article_of_story ON chipwire.article (story_id);
CREATE INDEX article_storyless ON chipwire.article (first_seen, id) WHERE story_id IS NULL;

CREATE TABLE chipwire.article_revision (
    article_id text NOT NULL REFERENCES chipwire.article,
    revision integer NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    published_at timestamptz,
    extractor text NOT NULL,
    extractor_version text NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (article_id, revision)
);

CREATE TABLE chipwire.signature (
    article_id text PRIMARY KEY REFERENCES chipwire.article,
    signature bytea NOT NULL
);

CREATE TABLE chipwire.signature_band (
    band bigint NOT NULL,
    article_id text NOT NULL REFERENCES chipwire.article,
    PRIMARY KEY (band, article_id)
);
CREATE INDEX signature_band_of_article ON chipwire.signature_band (article_id);
