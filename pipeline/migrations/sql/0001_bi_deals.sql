-- The public views about single deals. Helpers stay in chipwire, out of the analysts' sight.

-- Which side of a deal a role is on: what is sold, lent, paid or granted flows from giver to taker.
CREATE VIEW chipwire.role_side (role, side) AS VALUES
    ('supplier', 'giver'), ('investor', 'giver'), ('lender', 'giver'), ('acquirer', 'giver'), ('grantor', 'giver'),
    ('customer', 'taker'), ('investee', 'taker'), ('borrower', 'taker'), ('target', 'taker'), ('grantee', 'taker'),
    ('partner', 'partner'), ('seller', 'seller');

-- One size of each kind a deal: the largest.
CREATE VIEW chipwire.deal_main_size AS
SELECT
    deal.id AS deal_id,
    money.unit AS currency, money.low AS amount_low, money.high AS amount_high, money.usd_low, money.usd_high,
    power.low AS power_w_low, power.high AS power_w_high,
    chips.low AS chips_low, chips.high AS chips_high,
    stake.low AS stake_pct_low, stake.high AS stake_pct_high
FROM chipwire.deal
LEFT JOIN LATERAL (
    SELECT unit, low, high, usd_low, usd_high FROM chipwire.deal_size WHERE deal_id = deal.id AND kind = 'money'
    ORDER BY greatest(usd_low, usd_high) DESC NULLS LAST, greatest(low, high) DESC, seq LIMIT 1
) money ON true
LEFT JOIN LATERAL (
    SELECT low, high FROM chipwire.deal_size WHERE deal_id = deal.id AND kind = 'power'
    ORDER BY greatest(low, high) DESC, seq LIMIT 1
) power ON true
LEFT JOIN LATERAL (
    SELECT low, high FROM chipwire.deal_size WHERE deal_id = deal.id AND kind = 'units' AND unit = 'chip'
    ORDER BY greatest(low, high) DESC, seq LIMIT 1
) chips ON true
LEFT JOIN LATERAL (
    SELECT low, high FROM chipwire.deal_size WHERE deal_id = deal.id AND kind = 'stake'
    ORDER BY greatest(low, high) DESC, seq LIMIT 1
) stake ON true;

CREATE VIEW bi.deals AS
SELECT
    deal.id AS deal_id,
    deal.type AS deal_type,
    deal.status,
    parties.givers,
    parties.takers,
    parties.partners,
    parties.sellers,
    parties.everybody AS parties,
    chips.names AS chips,
    size.currency,
    size.amount_low::numeric(28, 2) AS amount_low,
    size.amount_high::numeric(28, 2) AS amount_high,
    size.usd_low::numeric(28, 2) AS usd_low,
    size.usd_high::numeric(28, 2) AS usd_high,
    size.power_w_low::numeric(28, 0) AS power_w_low,
    size.power_w_high::numeric(28, 0) AS power_w_high,
    size.chips_low::numeric(28, 0) AS chips_low,
    size.chips_high::numeric(28, 0) AS chips_high,
    size.stake_pct_low::numeric(9, 4) AS stake_pct_low,
    size.stake_pct_high::numeric(9, 4) AS stake_pct_high,
    deal.confidence,
    deal.first_reported,
    deal.last_reported,
    deal.origins AS independent_origins,
    reports.reports,
    reports.sources,
    reports.languages,
    first_report.url AS first_url,
    first_report.title AS first_title,
    deal.revision,
    deal.created_at,
    deal.updated_at
FROM chipwire.deal
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN LATERAL (
    SELECT
        string_agg(party.name, ', ' ORDER BY party.seq) FILTER (WHERE side = 'giver') AS givers,
        string_agg(party.name, ', ' ORDER BY party.seq) FILTER (WHERE side = 'taker') AS takers,
        string_agg(party.name, ', ' ORDER BY party.seq) FILTER (WHERE side = 'partner') AS partners,
        string_agg(party.name, ', ' ORDER BY party.seq) FILTER (WHERE side = 'seller') AS sellers,
        string_agg(party.name, ', ' ORDER BY party.seq) AS everybody
    FROM chipwire.deal_party party JOIN chipwire.role_side USING (role)
    WHERE party.deal_id = deal.id
) parties ON true
LEFT JOIN LATERAL (
    SELECT string_agg(name, ', ' ORDER BY seq) AS names FROM chipwire.deal_chip WHERE deal_id = deal.id
) chips ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS reports, count(DISTINCT article.source_id) AS sources, count(DISTINCT article.language) AS languages
    FROM chipwire.deal_report report JOIN chipwire.article ON article.id = report.article_id
    WHERE report.deal_id = deal.id
) reports ON true
LEFT JOIN LATERAL (
    SELECT article.url, article.title
    FROM chipwire.deal_report report
    JOIN chipwire.claim USING (article_id, idx)
    JOIN chipwire.article ON article.id = report.article_id
    WHERE report.deal_id = deal.id
    ORDER BY claim.is_primary DESC, article.published_at NULLS LAST, article.id LIMIT 1
) first_report ON true
WHERE deal.state = 'active';

CREATE VIEW bi.deal_parties AS
SELECT
    party.deal_id,
    party.seq AS party_no,
    party.name AS party,
    party.role,
    role_side.side,
    party.key AS company_key,
    nullif(company.kind, '') AS company_kind,
    nullif(company.country, '') AS country,
    nullif(company.ticker, '') AS ticker,
    company.parent AS parent_key,
    deal.type AS deal_type,
    deal.status,
    deal.first_reported,
    deal.last_reported
FROM chipwire.deal_party party
JOIN chipwire.deal ON deal.id = party.deal_id AND deal.state = 'active'
JOIN chipwire.role_side USING (role)
LEFT JOIN chipwire.company ON company.key = party.key;

CREATE VIEW bi.deal_chips AS
SELECT
    used.deal_id,
    used.seq AS chip_no,
    used.name AS chip,
    vendor.name AS vendor,
    nullif(chip.family, '') AS family,
    nullif(chip.kind, '') AS chip_kind,
    deal.type AS deal_type,
    deal.status,
    deal.first_reported,
    deal.last_reported
FROM chipwire.deal_chip used
JOIN chipwire.deal ON deal.id = used.deal_id AND deal.state = 'active'
LEFT JOIN LATERAL (SELECT * FROM chipwire.chip WHERE chip.name = used.name ORDER BY key LIMIT 1) chip ON true
LEFT JOIN chipwire.company vendor ON vendor.key = chip.vendor;

CREATE VIEW bi.deal_sizes AS
SELECT
    size.deal_id,
    size.seq AS size_no,
    size.kind,
    size.unit,
    size.low::numeric(28, 4) AS low,
    size.high::numeric(28, 4) AS high,
    CASE
        WHEN size.low IS NULL THEN 'at most'
        WHEN size.high IS NULL THEN 'at least'
        WHEN size.low = size.high THEN 'exactly'
        ELSE 'between'
    END AS bound,
    size.usd_low::numeric(28, 2) AS usd_low,
    size.usd_high::numeric(28, 2) AS usd_high,
    size.words,
    deal.type AS deal_type,
    deal.status,
    deal.first_reported,
    deal.last_reported
FROM chipwire.deal_size size
JOIN chipwire.deal ON deal.id = size.deal_id AND deal.state = 'active';

CREATE VIEW bi.deal_evidence AS
SELECT
    report.deal_id,
    report.article_id,
    report.idx AS claim_no,
    evidence.seq AS evidence_no,
    article.url,
    article.title,
    article.source_id AS source,
    coalesce(nullif(source.name, ''), article.source_id) AS source_name,
    coalesce(story.origin, article.source_id) AS origin,
    article.language,
    article.published_at,
    claim.is_primary,
    claim.status AS reported_status,
    claim.confidence,
    evidence.what,
    evidence.value,
    evidence.quote,
    evidence.field,
    evidence.start_at AS char_start,
    evidence.end_at AS char_end
FROM chipwire.deal_report report
JOIN chipwire.deal ON deal.id = report.deal_id AND deal.state = 'active'
JOIN chipwire.claim USING (article_id, idx)
JOIN chipwire.claim_evidence evidence USING (article_id, idx)
JOIN chipwire.article ON article.id = report.article_id
JOIN chipwire.source ON source.id = article.source_id
LEFT JOIN chipwire.story ON story.id = article.story_id;

CREATE VIEW bi.deal_history AS
SELECT
    change.deal_id,
    change.revision,
    change.seq AS change_no,
    change.at AS changed_at,
    change.kind AS change_kind,
    change.old_value,
    change.new_value,
    change.article_id,
    article.url,
    article.published_at,
    deal.type AS deal_type,
    deal.state AS deal_state,
    deal.merged_into
FROM chipwire.deal_revision change
JOIN chipwire.deal ON deal.id = change.deal_id
LEFT JOIN chipwire.article ON article.id = change.article_id;
