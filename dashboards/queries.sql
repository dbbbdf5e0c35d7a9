-- Largest deals of the last 90 days, in US dollars.
SELECT deal_id, deal_type, status, givers, takers, chips, usd_low, usd_high, power_w_low, power_w_high, confidence, first_url
FROM bi.deals
WHERE last_reported >= current_date - 90
ORDER BY greatest(usd_low, usd_high) DESC NULLS LAST
LIMIT 50;

-- Who supplies whom: edges of a graph, the thickest first.
SELECT from_company, to_company, deal_type, sum(deals) AS deals, sum(usd_high) AS usd
FROM bi.supply_graph
GROUP BY from_company, to_company, deal_type
ORDER BY usd DESC NULLS LAST;

-- Announced money by month and type.
SELECT date_trunc('month', day) AS month, deal_type, sum(deals) AS deals, sum(usd_high) AS usd
FROM bi.deals_daily
GROUP BY month, deal_type
ORDER BY month, deal_type;

-- Demand for chips by customer.
SELECT chip, vendor, customer, deals, chips_low, chips_high, usd_low, usd_high
FROM bi.chip_demand
ORDER BY greatest(usd_low, usd_high) DESC NULLS LAST;

-- How the sources do, those in trouble first.
SELECT source, verdict, reason, expected_per_day, articles_1d, articles_7d, last_success, failures_in_a_row
FROM bi.source_health
ORDER BY verdict IN ('ok', 'paused'), source;
