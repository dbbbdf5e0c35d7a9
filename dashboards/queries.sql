-- Largest deals of the last quarter, in US dollars.
SELECT * FROM bi.deals ORDER BY 1 LIMIT 50;

-- How the sources do, those in trouble first.
SELECT * FROM bi.source_health;

-- Who supplies whom.
SELECT * FROM bi.supply_graph;
