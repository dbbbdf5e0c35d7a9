-- Bounds of a deal from all of its sizes; sums that add up over rows; sizes that nothing has left out.

-- No number of a hostile page may make a view overflow: what exceeds every real deal is only in the evidence.
CREATE VIEW chipwire.sane_size AS
SELECT * FROM chipwire.deal_size
WHERE coalesce(abs(low), 0) < 1e20 AND coalesce(abs(high), 0) < 1e20
    AND coalesce(abs(usd_low), 0) < 1e20 AND coalesce(abs(usd_high), 0) < 1e20
    AND (kind <> 'stake' OR (coalesce(low, 0) <= 1000 AND coalesce(high, 0) <= 1000));

-- One line a deal and kind of size, units of each sort being a kind. Of several sizes in the unit of the largest,
-- the largest lower and the largest upper bound: "17.4 billion" and "up to 19.4 billion" are 17.4 to 19.4. An
-- upper bound below the lower one is that of a part, so none of the whole.
CREATE VIEW chipwire.deal_bounds AS
SELECT
    deal_id, what, unit,
    low, CASE WHEN low IS NULL OR high >= low THEN high END AS high,
    usd_low, CASE WHEN low IS NULL OR high >= low THEN usd_high END AS usd_high
FROM (
    SELECT
        deal_id, what, unit,
        max(low) AS low, max(high) AS high, max(usd_low) AS usd_low, max(usd_high) AS usd_high,
        row_number() OVER (
            PARTITION BY deal_id, what
            ORDER BY max(greatest(usd_low, usd_high)) DESC NULLS LAST, max(greatest(low, high)) DESC, min(seq)
        ) AS place
    FROM chipwire.sane_size
    CROSS JOIN LATERAL (SELECT CASE kind WHEN 'units' THEN unit ELSE kind END AS what) named
    GROUP BY deal_id, what, unit
) ranked
WHERE place = 1;

CREATE OR REPLACE VIEW chipwire.deal_main_size AS
SELECT
    deal.id AS deal_id,
    money.unit AS currency, money.low AS amount_low, money.high AS amount_high, money.usd_low, money.usd_high,
    power.low AS power_w_low, power.high AS power_w_high,
    chips.low AS chips_low, chips.high AS chips_high,
    stake.low AS stake_pct_low, stake.high AS stake_pct_high
FROM chipwire.deal
LEFT JOIN chipwire.deal_bounds money ON money.deal_id = deal.id AND money.what = 'money'
LEFT JOIN chipwire.deal_bounds power ON power.deal_id = deal.id AND power.what = 'power'
LEFT JOIN chipwire.deal_bounds chips ON chips.deal_id = deal.id AND chips.what = 'chip'
LEFT JOIN chipwire.deal_bounds stake ON stake.deal_id = deal.id AND stake.what = 'stake';

CREATE OR REPLACE VIEW bi.deal_sizes AS
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
FROM chipwire.sane_size size
JOIN chipwire.deal ON deal.id = size.deal_id AND deal.state = 'active';

-- A family by its name, also where a deal names the family itself.
CREATE OR REPLACE VIEW bi.deal_chips AS
SELECT
    used.deal_id,
    used.seq AS chip_no,
    used.name AS chip,
    vendor.name AS vendor,
    coalesce(family.name, nullif(chip.family, ''), CASE WHEN chip.is_family THEN used.name END) AS family,
    nullif(chip.kind, '') AS chip_kind,
    deal.type AS deal_type,
    deal.status,
    deal.first_reported,
    deal.last_reported
FROM chipwire.deal_chip used
JOIN chipwire.deal ON deal.id = used.deal_id AND deal.state = 'active'
LEFT JOIN LATERAL (
    SELECT *, EXISTS (SELECT FROM chipwire.chip member WHERE member.family = chip.key) AS is_family
    FROM chipwire.chip WHERE chip.name = used.name ORDER BY key LIMIT 1
) chip ON true
LEFT JOIN chipwire.chip family ON family.key = chip.family
LEFT JOIN chipwire.company vendor ON vendor.key = chip.vendor;

CREATE OR REPLACE VIEW bi.company_exposure AS
SELECT
    coalesce(company.name, max(party.name)) AS company,
    coalesce(company.key, max(party.key)) AS company_key,
    nullif(company.kind, '') AS company_kind,
    nullif(company.country, '') AS country,
    party.side,
    deal.type AS deal_type,
    count(DISTINCT deal.id) AS deals,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'rumored') AS deals_rumored,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'announced') AS deals_announced,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'completed') AS deals_completed,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'cancelled') AS deals_cancelled,
    sum(size.usd_low) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_low,
    sum(coalesce(size.usd_high, size.usd_low)) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_high,
    sum(size.usd_low) FILTER (WHERE deal.status = 'rumored')::numeric(28, 2) AS usd_rumored_low,
    sum(coalesce(size.usd_high, size.usd_low)) FILTER (WHERE deal.status = 'rumored')::numeric(28, 2) AS usd_rumored_high,
    sum(size.power_w_low) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_low,
    sum(coalesce(size.power_w_high, size.power_w_low)) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_high,
    min(deal.first_reported) AS first_reported,
    max(deal.last_reported) AS last_reported,
    count(DISTINCT deal.id) FILTER (WHERE agreed.yes AND coalesce(size.usd_low, size.usd_high) IS NOT NULL) AS deals_with_usd,
    sum(size.usd_low / party.rows) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_share_low,
    sum(coalesce(size.usd_high, size.usd_low) / party.rows) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_share_high
FROM chipwire.deal
CROSS JOIN LATERAL (
    -- a company that has two roles on one side counts once
    SELECT *, count(*) OVER (PARTITION BY side) AS rows FROM (
        SELECT DISTINCT ON (coalesce(key, lower(name)), side) coalesce(key, lower(name)) AS who, key, name, side
        FROM chipwire.deal_party JOIN chipwire.role_side USING (role)
        WHERE deal_id = deal.id ORDER BY coalesce(key, lower(name)), side, seq
    ) each
) party
CROSS JOIN LATERAL (SELECT deal.status IN ('announced', 'completed') AS yes) agreed
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN chipwire.company ON company.key = party.key
WHERE deal.state = 'active'
GROUP BY party.who, company.key, party.side, deal.type;

CREATE OR REPLACE VIEW bi.chip_demand AS
SELECT
    used.name AS chip,
    max(vendor.name) AS vendor,
    max(coalesce(family.name, nullif(chip.family, ''), CASE WHEN chip.is_family THEN used.name END)) AS family,
    coalesce(max(company.name), max(customer.name)) AS customer,
    max(customer.key) AS customer_key,
    deal.type AS deal_type,
    count(DISTINCT deal.id) AS deals,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'rumored') AS deals_rumored,
    sum(size.chips_low) FILTER (WHERE agreed.yes)::numeric(28, 0) AS chips_low,
    sum(coalesce(size.chips_high, size.chips_low)) FILTER (WHERE agreed.yes)::numeric(28, 0) AS chips_high,
    sum(size.usd_low) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_low,
    sum(coalesce(size.usd_high, size.usd_low)) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_high,
    sum(size.power_w_low) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_low,
    sum(coalesce(size.power_w_high, size.power_w_low)) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_high,
    min(deal.first_reported) AS first_reported,
    max(deal.last_reported) AS last_reported,
    count(DISTINCT deal.id) FILTER (WHERE agreed.yes AND coalesce(size.usd_low, size.usd_high) IS NOT NULL) AS deals_with_usd,
    sum(size.usd_low / (used.rows * coalesce(customer.rows, 1))) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_share_low,
    sum(coalesce(size.usd_high, size.usd_low) / (used.rows * coalesce(customer.rows, 1))) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_share_high
FROM chipwire.deal
CROSS JOIN LATERAL (
    SELECT name, count(*) OVER () AS rows FROM (SELECT DISTINCT name FROM chipwire.deal_chip WHERE deal_id = deal.id) each
) used
CROSS JOIN LATERAL (SELECT deal.status IN ('announced', 'completed') AS yes) agreed
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN LATERAL (
    SELECT *, count(*) OVER () AS rows FROM (
        SELECT DISTINCT ON (coalesce(key, lower(name))) coalesce(key, lower(name)) AS who, key, name
        FROM chipwire.deal_party WHERE deal_id = deal.id AND role = 'customer' ORDER BY coalesce(key, lower(name)), seq
    ) each
) customer ON true
LEFT JOIN chipwire.company ON company.key = customer.key
LEFT JOIN LATERAL (
    SELECT *, EXISTS (SELECT FROM chipwire.chip member WHERE member.family = chip.key) AS is_family
    FROM chipwire.chip WHERE chip.name = used.name ORDER BY key LIMIT 1
) chip ON true
LEFT JOIN chipwire.chip family ON family.key = chip.family
LEFT JOIN chipwire.company vendor ON vendor.key = chip.vendor
WHERE deal.state = 'active' AND deal.status <> 'cancelled'
GROUP BY used.name, customer.who, deal.type;

CREATE OR REPLACE VIEW bi.supply_graph AS
SELECT
    coalesce(max(from_company.name), max(edge.from_name)) AS from_company,
    max(edge.from_key) AS from_key,
    edge.from_role AS from_role,
    coalesce(max(to_company.name), max(edge.to_name)) AS to_company,
    max(edge.to_key) AS to_key,
    edge.to_role AS to_role,
    deal.type AS deal_type,
    count(DISTINCT deal.id) AS deals,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'rumored') AS deals_rumored,
    sum(size.usd_low) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_low,
    sum(coalesce(size.usd_high, size.usd_low)) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_high,
    sum(size.power_w_low) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_low,
    sum(coalesce(size.power_w_high, size.power_w_low)) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_high,
    min(deal.first_reported) AS first_reported,
    max(deal.last_reported) AS last_reported,
    count(DISTINCT deal.id) FILTER (WHERE agreed.yes AND coalesce(size.usd_low, size.usd_high) IS NOT NULL) AS deals_with_usd,
    sum(size.usd_low / edge.rows) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_share_low,
    sum(coalesce(size.usd_high, size.usd_low) / edge.rows) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_share_high
FROM chipwire.deal
CROSS JOIN LATERAL (
    SELECT *, count(*) OVER () AS rows FROM (
        SELECT DISTINCT ON (from_role, coalesce(giver.key, lower(giver.name)), to_role, coalesce(taker.key, lower(taker.name)))
            from_role, coalesce(giver.key, lower(giver.name)) AS from_who, giver.key AS from_key, giver.name AS from_name,
            to_role, coalesce(taker.key, lower(taker.name)) AS to_who, taker.key AS to_key, taker.name AS to_name
        FROM (
            VALUES ('supplier', 'customer'), ('investor', 'investee'), ('lender', 'borrower'), ('acquirer', 'target'),
                ('grantor', 'grantee'), ('seller', 'acquirer'), ('partner', 'customer'), ('partner', 'partner')
        ) kind (from_role, to_role)
        JOIN chipwire.deal_party giver ON giver.deal_id = deal.id AND giver.role = from_role
        JOIN chipwire.deal_party taker ON taker.deal_id = deal.id AND taker.role = to_role
        -- nobody supplies themselves; partners have no direction: one edge, in the order of their names
        WHERE coalesce(giver.key, lower(giver.name)) <> coalesce(taker.key, lower(taker.name))
            AND (from_role <> 'partner' OR to_role <> 'partner' OR lower(giver.name) < lower(taker.name))
        ORDER BY from_role, coalesce(giver.key, lower(giver.name)), to_role, coalesce(taker.key, lower(taker.name)), giver.seq, taker.seq
    ) each
) edge
CROSS JOIN LATERAL (SELECT deal.status IN ('announced', 'completed') AS yes) agreed
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN chipwire.company from_company ON from_company.key = edge.from_key
LEFT JOIN chipwire.company to_company ON to_company.key = edge.to_key
WHERE deal.state = 'active' AND deal.status <> 'cancelled'
GROUP BY edge.from_who, edge.from_role, edge.to_who, edge.to_role, deal.type;

CREATE OR REPLACE VIEW bi.deals_daily AS
SELECT
    deal.first_reported AS day,
    deal.type AS deal_type,
    deal.status,
    count(*) AS deals,
    sum(size.usd_low)::numeric(28, 2) AS usd_low,
    sum(coalesce(size.usd_high, size.usd_low))::numeric(28, 2) AS usd_high,
    sum(size.power_w_low)::numeric(28, 0) AS power_w_low,
    sum(coalesce(size.power_w_high, size.power_w_low))::numeric(28, 0) AS power_w_high,
    sum(size.chips_low)::numeric(28, 0) AS chips_low,
    sum(coalesce(size.chips_high, size.chips_low))::numeric(28, 0) AS chips_high,
    count(*) FILTER (WHERE coalesce(size.usd_low, size.usd_high) IS NOT NULL) AS deals_with_usd
FROM chipwire.deal
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
WHERE deal.state = 'active'
GROUP BY deal.first_reported, deal.type, deal.status;

COMMENT ON COLUMN bi.company_exposure.deals_with_usd IS 'Of how many announced and completed deals a sum in US dollars is known: these are what usd_low and usd_high add up.';
COMMENT ON COLUMN bi.company_exposure.usd_share_low IS 'As usd_low, but each deal''s sum divided evenly among the rows that it counts in on one side: add up this column, not usd_low, over rows.';
COMMENT ON COLUMN bi.company_exposure.usd_share_high IS 'As usd_high, but each deal''s sum divided evenly among the rows that it counts in on one side: add up this column, not usd_high, over rows.';
COMMENT ON COLUMN bi.chip_demand.deals_with_usd IS 'Of how many announced and completed deals a sum in US dollars is known: these are what usd_low and usd_high add up.';
COMMENT ON COLUMN bi.chip_demand.usd_share_low IS 'As usd_low, but each deal''s sum divided evenly among the rows that it counts in: add up this column, not usd_low, over rows.';
COMMENT ON COLUMN bi.chip_demand.usd_share_high IS 'As usd_high, but each deal''s sum divided evenly among the rows that it counts in: add up this column, not usd_high, over rows.';
COMMENT ON COLUMN bi.supply_graph.deals_with_usd IS 'Of how many announced and completed deals a sum in US dollars is known: these are what usd_low and usd_high add up.';
COMMENT ON COLUMN bi.supply_graph.usd_share_low IS 'As usd_low, but each deal''s sum divided evenly among the rows that it counts in: add up this column, not usd_low, over rows.';
COMMENT ON COLUMN bi.supply_graph.usd_share_high IS 'As usd_high, but each deal''s sum divided evenly among the rows that it counts in: add up this column, not usd_high, over rows.';
COMMENT ON COLUMN bi.deals_daily.deals_with_usd IS 'Of how many of them a sum in US dollars is known: these are what usd_low and usd_high add up.';
COMMENT ON COLUMN bi.chip_demand.chips_high IS 'Greatest number of chips in deals that name this chip; where a deal names several chips, the number is that of all of them.';
COMMENT ON COLUMN bi.chip_demand.chips_low IS 'Least number of chips in deals that name this chip; where a deal names several chips, the number is that of all of them.';
COMMENT ON VIEW bi.supply_graph IS 'One row an edge from the giving to the taking company, by roles and deal type. A deal with several givers or takers counts in each edge: add up usd_share_low and usd_share_high.';
COMMENT ON VIEW bi.company_exposure IS 'One row a company, side and deal type: how many deals, how large. A deal with several companies on a side counts for each: over companies add up usd_share_low and usd_share_high, of one side.';
COMMENT ON VIEW bi.chip_demand IS 'One row a chip, customer and deal type. A deal about several chips counts for each of them: over rows add up usd_share_low and usd_share_high.';
