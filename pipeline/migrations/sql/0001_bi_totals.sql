-- The public views that add deals up. Sums count agreed deals (announced or completed); what is only
-- rumoured has columns of its own, what was cancelled is counted but never summed. A sum is NULL where
-- no deal states such a size. A deal with an open upper end counts in the high sum with its lower one.

CREATE VIEW bi.company_exposure AS
SELECT
    coalesce(company.name, max(party.name)) AS company,
    company.key AS company_key,
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
    max(deal.last_reported) AS last_reported
FROM chipwire.deal
CROSS JOIN LATERAL (
    -- a company that has two roles on one side counts once
    SELECT DISTINCT ON (coalesce(key, lower(name)), side) coalesce(key, lower(name)) AS who, key, name, side
    FROM chipwire.deal_party JOIN chipwire.role_side USING (role)
    WHERE deal_id = deal.id ORDER BY coalesce(key, lower(name)), side, seq
) party
CROSS JOIN LATERAL (SELECT deal.status IN ('announced', 'completed') AS yes) agreed
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN chipwire.company ON company.key = party.key
WHERE deal.state = 'active'
GROUP BY party.who, company.key, party.side, deal.type;

CREATE VIEW bi.chip_demand AS
SELECT
    used.name AS chip,
    max(vendor.name) AS vendor,
    max(nullif(chip.family, '')) AS family,
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
    max(deal.last_reported) AS last_reported
FROM chipwire.deal
CROSS JOIN LATERAL (SELECT DISTINCT name FROM chipwire.deal_chip WHERE deal_id = deal.id) used
CROSS JOIN LATERAL (SELECT deal.status IN ('announced', 'completed') AS yes) agreed
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (coalesce(key, lower(name))) coalesce(key, lower(name)) AS who, key, name
    FROM chipwire.deal_party WHERE deal_id = deal.id AND role = 'customer' ORDER BY coalesce(key, lower(name)), seq
) customer ON true
LEFT JOIN chipwire.company ON company.key = customer.key
LEFT JOIN LATERAL (SELECT * FROM chipwire.chip WHERE chip.name = used.name ORDER BY key LIMIT 1) chip ON true
LEFT JOIN chipwire.company vendor ON vendor.key = chip.vendor
WHERE deal.state = 'active' AND deal.status <> 'cancelled'
GROUP BY used.name, customer.who, deal.type;

CREATE VIEW bi.supply_graph AS
SELECT
    coalesce(max(from_company.name), max(giver.name)) AS from_company,
    max(giver.key) AS from_key,
    giver.role AS from_role,
    coalesce(max(to_company.name), max(taker.name)) AS to_company,
    max(taker.key) AS to_key,
    taker.role AS to_role,
    deal.type AS deal_type,
    count(DISTINCT deal.id) AS deals,
    count(DISTINCT deal.id) FILTER (WHERE deal.status = 'rumored') AS deals_rumored,
    sum(size.usd_low) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_low,
    sum(coalesce(size.usd_high, size.usd_low)) FILTER (WHERE agreed.yes)::numeric(28, 2) AS usd_high,
    sum(size.power_w_low) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_low,
    sum(coalesce(size.power_w_high, size.power_w_low)) FILTER (WHERE agreed.yes)::numeric(28, 0) AS power_w_high,
    min(deal.first_reported) AS first_reported,
    max(deal.last_reported) AS last_reported
FROM chipwire.deal
JOIN chipwire.deal_party giver ON giver.deal_id = deal.id
JOIN chipwire.deal_party taker ON taker.deal_id = deal.id AND taker.seq <> giver.seq
JOIN (
    VALUES ('supplier', 'customer'), ('investor', 'investee'), ('lender', 'borrower'), ('acquirer', 'target'),
        ('grantor', 'grantee'), ('seller', 'acquirer'), ('partner', 'customer'), ('partner', 'partner')
) edge (from_role, to_role) ON edge.from_role = giver.role AND edge.to_role = taker.role
CROSS JOIN LATERAL (SELECT deal.status IN ('announced', 'completed') AS yes) agreed
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
LEFT JOIN chipwire.company from_company ON from_company.key = giver.key
LEFT JOIN chipwire.company to_company ON to_company.key = taker.key
WHERE deal.state = 'active' AND deal.status <> 'cancelled'
    -- partners have no direction: one edge, in the order of their names
    AND (giver.role <> 'partner' OR taker.role <> 'partner' OR lower(giver.name) < lower(taker.name))
GROUP BY coalesce(giver.key, lower(giver.name)), giver.role, coalesce(taker.key, lower(taker.name)), taker.role, deal.type;

CREATE VIEW bi.deals_daily AS
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
    sum(coalesce(size.chips_high, size.chips_low))::numeric(28, 0) AS chips_high
FROM chipwire.deal
JOIN chipwire.deal_main_size size ON size.deal_id = deal.id
WHERE deal.state = 'active'
GROUP BY deal.first_reported, deal.type, deal.status;
