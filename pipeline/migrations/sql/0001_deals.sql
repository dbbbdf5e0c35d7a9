-- Readings, deals, alerts and knowledge.

CREATE TABLE chipwire.reading (
    article_id text PRIMARY KEY REFERENCES chipwire.article,
    revision integer NOT NULL,
    reader_version text NOT NULL,
    lang text NOT NULL,
    relevant boolean NOT NULL,
    payload jsonb NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE chipwire.mention (
    article_id text NOT NULL REFERENCES chipwire.reading,
    kind text NOT NULL CHECK (kind IN ('company', 'chip')),
    seq integer NOT NULL,
    name text NOT NULL,
    key text,
    quote text NOT NULL,
    start_at integer NOT NULL,
    end_at integer NOT NULL,
    field text NOT NULL,
    PRIMARY KEY (article_id, kind, seq)
);
CREATE INDEX mention_of_key ON chipwire.mention (key, kind);

-- A deal as one article states it. waiting: resolution has not seen it as it is now.
CREATE TABLE chipwire.claim (
    article_id text NOT NULL REFERENCES chipwire.reading,
    idx integer NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    is_primary boolean NOT NULL,
    confidence double precision NOT NULL,
    payload jsonb NOT NULL,
    waiting boolean NOT NULL DEFAULT true,
    waiting_since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (article_id, idx)
);
CREATE INDEX claim_waiting ON chipwire.claim (waiting_since, article_id, idx) WHERE waiting;

-- Keys and folded names of the parties: claims that share one may be one deal.
CREATE TABLE chipwire.claim_block (
    block text NOT NULL,
    article_id text NOT NULL,
    idx integer NOT NULL,
    PRIMARY KEY (block, article_id, idx),
    FOREIGN KEY (article_id, idx) REFERENCES chipwire.claim ON DELETE CASCADE
);
CREATE INDEX claim_block_of_claim ON chipwire.claim_block (article_id, idx);

CREATE TABLE chipwire.claim_evidence (
    article_id text NOT NULL,
    idx integer NOT NULL,
    seq integer NOT NULL,
    what text NOT NULL CHECK (what IN ('deal', 'party', 'chip', 'size', 'status')),
    value text NOT NULL,
    quote text NOT NULL,
    start_at integer NOT NULL,
    end_at integer NOT NULL,
    field text NOT NULL,
    PRIMARY KEY (article_id, idx, seq),
    FOREIGN KEY (article_id, idx) REFERENCES chipwire.claim ON DELETE CASCADE
);

-- dirty: its reports changed since it was resolved. judged_revision: the last one that the alert rules saw.
CREATE TABLE chipwire.deal (
    id text PRIMARY KEY,
    type text NOT NULL,
    status text NOT NULL,
    confidence double precision NOT NULL,
    first_reported date,
    last_reported date,
    origins integer NOT NULL,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'withdrawn', 'merged')),
    merged_into text REFERENCES chipwire.deal,
    revision integer NOT NULL DEFAULT 0,
    judged_revision integer NOT NULL DEFAULT 0,
    dirty boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deal_dirty ON chipwire.deal (id) WHERE dirty;
CREATE INDEX deal_unjudged ON chipwire.deal (updated_at, id) WHERE judged_revision < revision;
CREATE INDEX deal_reported ON chipwire.deal (last_reported DESC);

CREATE TABLE chipwire.deal_party (
    deal_id text NOT NULL REFERENCES chipwire.deal,
    seq integer NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    key text,
    PRIMARY KEY (deal_id, seq)
);
CREATE INDEX deal_party_of_key ON chipwire.deal_party (key);
CREATE INDEX deal_party_like ON chipwire.deal_party USING gin (name gin_trgm_ops);

CREATE TABLE chipwire.deal_chip (
    deal_id text NOT NULL REFERENCES chipwire.deal,
    seq integer NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (deal_id, seq)
);
CREATE INDEX deal_chip_like ON chipwire.deal_chip USING gin (name gin_trgm_ops);

CREATE TABLE chipwire.deal_size (
    deal_id text NOT NULL REFERENCES chipwire.deal,
    seq integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('money', 'power', 'units', 'stake')),
    unit text NOT NULL,
    low numeric,
    high numeric,
    usd_low numeric,
    usd_high numeric,
    words text NOT NULL,
    PRIMARY KEY (deal_id, seq),
    CHECK (low IS NOT NULL OR high IS NOT NULL)
);

-- Which claim says so. A claim belongs to one deal.
CREATE TABLE chipwire.deal_report (
    article_id text NOT NULL,
    idx integer NOT NULL,
    deal_id text NOT NULL REFERENCES chipwire.deal,
    PRIMARY KEY (article_id, idx),
    FOREIGN KEY (article_id, idx) REFERENCES chipwire.claim
);
CREATE INDEX deal_report_of_deal ON chipwire.deal_report (deal_id);

-- Append-only: what each revision changed.
CREATE TABLE chipwire.deal_revision (
    deal_id text NOT NULL REFERENCES chipwire.deal,
    revision integer NOT NULL,
    seq integer NOT NULL,
    kind text NOT NULL,
    old_value text,
    new_value text,
    article_id text,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (deal_id, revision, seq)
);
CREATE FUNCTION chipwire.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'deal_revision is append-only';
END $$;
CREATE TRIGGER deal_revision_append_only BEFORE UPDATE OR DELETE ON chipwire.deal_revision
    FOR EACH ROW EXECUTE FUNCTION chipwire.refuse_change();

CREATE TABLE chipwire.alert_rule (
    id text PRIMARY KEY,
    name text NOT NULL,
    spec jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- The outbox. key makes every alert unique: rule, deal, revision, channel (or what an operator's alert is about).
CREATE TABLE chipwire.alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    rule_id text NOT NULL,
    deal_id text REFERENCES chipwire.deal,
    revision integer NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    next_try timestamptz NOT NULL DEFAULT now(),
    lease_owner text,
    lease_until timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);
CREATE INDEX alert_due ON chipwire.alert (next_try, id) WHERE state IN ('pending', 'sending');
CREATE INDEX alert_of_deal ON chipwire.alert (deal_id);

CREATE TABLE chipwire.company (
    key text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    ticker text NOT NULL,
    parent text
);

CREATE TABLE chipwire.company_alias (
    alias text NOT NULL,
    company_key text NOT NULL REFERENCES chipwire.company ON DELETE CASCADE,
    PRIMARY KEY (alias, company_key)
);
CREATE INDEX company_alias_of_company ON chipwire.company_alias (company_key);

CREATE TABLE chipwire.chip (
    key text PRIMARY KEY,
    name text NOT NULL,
    vendor text,
    family text NOT NULL,
    kind text NOT NULL
);
CREATE INDEX chip_of_name ON chipwire.chip (name);

CREATE TABLE chipwire.chip_alias (
    alias text NOT NULL,
    chip_key text NOT NULL REFERENCES chipwire.chip ON DELETE CASCADE,
    PRIMARY KEY (alias, chip_key)
);
CREATE INDEX chip_alias_of_chip ON chipwire.chip_alias (chip_key);

-- The rates that deal sizes were converted with: US dollars for one unit.
CREATE TABLE chipwire.fx_rate (
    currency text NOT NULL,
    day date NOT NULL,
    usd numeric NOT NULL,
    origin text NOT NULL,
    PRIMARY KEY (currency, day)
);
