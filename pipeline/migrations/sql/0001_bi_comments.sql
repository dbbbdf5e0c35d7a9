-- What every view and column of bi means.

COMMENT ON VIEW bi.deals IS 'One row a real deal, however many articles report it. Money columns hold the largest sum stated for it.';
COMMENT ON VIEW bi.deal_parties IS 'One row a party of a deal.';
COMMENT ON VIEW bi.deal_chips IS 'One row a chip or system that a deal is about.';
COMMENT ON VIEW bi.deal_sizes IS 'One row a size of a deal: money, power, units or stake.';
COMMENT ON VIEW bi.deal_evidence IS 'One row a quoted passage that a value of a deal rests on.';
COMMENT ON VIEW bi.deal_history IS 'One row a change of a deal, withdrawn and merged deals included.';
COMMENT ON VIEW bi.company_exposure IS 'One row a company, side and deal type: how many deals, how large.';
COMMENT ON VIEW bi.chip_demand IS 'One row a chip, customer and deal type. A deal about several chips counts for each of them: do not add up over chips.';
COMMENT ON VIEW bi.supply_graph IS 'One row an edge from the giving to the taking company, by roles and deal type.';
COMMENT ON VIEW bi.deals_daily IS 'One row a day of first report, deal type and status.';
COMMENT ON VIEW bi.source_health IS 'One row a source: what it brings against what is expected.';

-- '*': for all views that have the column, a view's own line goes before.
DO $$
DECLARE
    line record;
BEGIN
    FOR line IN
        WITH words (view, col, meaning) AS (VALUES
            ('*', 'deal_id', 'Identifier of the deal, stable while more reports arrive.'),
            ('*', 'deal_type', 'compute, supply, manufacturing, codevelopment, licensing, investment, financing, acquisition, datacenter or grant.'),
            ('*', 'status', 'rumored, announced, completed or cancelled.'),
            ('deals', 'givers', 'Names of the suppliers, investors, lenders, acquirers or grantors, separated by commas.'),
            ('deals', 'takers', 'Names of the customers, investees, borrowers, targets or grantees, separated by commas.'),
            ('deals', 'partners', 'Names of the partners, separated by commas.'),
            ('deals', 'sellers', 'Names of the sellers in a takeover, separated by commas.'),
            ('deals', 'parties', 'Names of all parties, separated by commas.'),
            ('deals', 'chips', 'Names of the chips and systems that the deal is about, separated by commas.'),
            ('*', 'currency', 'ISO 4217 code of amount_low and amount_high.'),
            ('*', 'amount_low', 'Least amount in its own currency; NULL where only an upper bound is stated.'),
            ('*', 'amount_high', 'Greatest amount in its own currency; NULL where only a lower bound is stated.'),
            ('*', 'usd_low', 'Least amount in US dollars at the rate of the report; NULL: none stated, or no rate known.'),
            ('*', 'usd_high', 'Greatest amount in US dollars at the rate of the report; NULL: none stated, or no rate known.'),
            ('*', 'power_w_low', 'Least electric power in watts.'),
            ('*', 'power_w_high', 'Greatest electric power in watts.'),
            ('*', 'chips_low', 'Least number of chips.'),
            ('*', 'chips_high', 'Greatest number of chips.'),
            ('*', 'stake_pct_low', 'Least stake in percent.'),
            ('*', 'stake_pct_high', 'Greatest stake in percent.'),
            ('*', 'confidence', 'How sure the reading is, 0 to 1.'),
            ('*', 'first_reported', 'Day of the first report, by its date of publication.'),
            ('*', 'last_reported', 'Day of the latest report, by its date of publication.'),
            ('*', 'independent_origins', 'How many independent voices report it: reprints of one story are one.'),
            ('*', 'reports', 'How many claims in articles report it.'),
            ('*', 'sources', 'How many sources carry a report.'),
            ('*', 'languages', 'In how many languages it is reported.'),
            ('*', 'first_url', 'Address of the earliest article that has the deal as its main report.'),
            ('*', 'first_title', 'Headline of that article.'),
            ('*', 'revision', 'Number of the change, from 1; all changes of one save share it.'),
            ('deals', 'revision', 'How often the deal has changed, from 1.'),
            ('*', 'created_at', 'When Chipwire first stored the deal.'),
            ('*', 'updated_at', 'When Chipwire last changed the deal.'),

            ('*', 'party_no', 'Number of the party within the deal, from 0.'),
            ('*', 'party', 'Name of the party.'),
            ('*', 'role', 'supplier, customer, partner, investor, investee, lender, borrower, acquirer, target, seller, grantor or grantee.'),
            ('*', 'side', 'giver, taker, partner or seller: goods, capacity or money flow from giver to taker.'),
            ('*', 'company', 'Name of the company.'),
            ('*', 'company_key', 'Identifier of the company in the knowledge files; NULL where they lack it.'),
            ('*', 'company_kind', 'Kind of the company, as in the knowledge files.'),
            ('*', 'country', 'Country of the company, ISO 3166-1 alpha-2.'),
            ('*', 'ticker', 'Stock exchange ticker of the company.'),
            ('*', 'parent_key', 'Identifier of the parent company.'),

            ('*', 'chip_no', 'Number of the chip within the deal, from 0.'),
            ('*', 'chip', 'Name of the chip or system.'),
            ('*', 'vendor', 'Company that makes the chip.'),
            ('*', 'family', 'Product family of the chip.'),
            ('*', 'chip_kind', 'Kind of the chip, as in the knowledge files.'),

            ('*', 'size_no', 'Number of the size within the deal, from 0.'),
            ('*', 'kind', 'money, power, units or stake.'),
            ('*', 'unit', 'ISO 4217 code, W, chip, server, rack, system, wafer, share or %.'),
            ('*', 'low', 'Least size in that unit; NULL where only an upper bound is stated.'),
            ('*', 'high', 'Greatest size in that unit; NULL where only a lower bound is stated.'),
            ('*', 'bound', 'exactly, at least, at most or between.'),
            ('*', 'words', 'The words that state the size.'),

            ('*', 'article_id', 'Identifier of the article; in deal_history the one that caused the change.'),
            ('*', 'claim_no', 'Number of the deal within the article, from 0.'),
            ('*', 'evidence_no', 'Number of the passage within the claim, from 0.'),
            ('*', 'url', 'Address of the article.'),
            ('*', 'title', 'Headline of the article.'),
            ('*', 'source', 'Identifier of the source, the name of its file.'),
            ('*', 'source_name', 'Name of the source.'),
            ('*', 'source_kind', 'How the source is crawled: feed, sitemap, listing and so on.'),
            ('*', 'origin', 'Independent voice behind the article: the wire it credits, or the first source of the story.'),
            ('*', 'language', 'ISO 639-1 code of the language.'),
            ('*', 'published_at', 'When the article was published, as the publisher says.'),
            ('*', 'is_primary', 'Whether the deal is what the article reports (true) or background (false).'),
            ('*', 'reported_status', 'Status of the deal as this article states it.'),
            ('*', 'what', 'What the passage shows: deal, party, chip, size or status.'),
            ('*', 'value', 'The value that the passage shows.'),
            ('*', 'quote', 'The words of the article.'),
            ('*', 'field', 'Where the passage stands: title or text.'),
            ('*', 'char_start', 'Offset of the first character of the passage in that field, from 0.'),
            ('*', 'char_end', 'Offset after the last character of the passage.'),

            ('*', 'change_no', 'Number of the change within the revision, from 0.'),
            ('*', 'changed_at', 'When Chipwire stored the change.'),
            ('*', 'change_kind', 'new, status changed, grown, size changed, party added, report added, merged, withdrawn and so on.'),
            ('*', 'old_value', 'What stood before.'),
            ('*', 'new_value', 'What stands since.'),
            ('*', 'deal_state', 'active, withdrawn (no article says so any more) or merged into another deal.'),
            ('*', 'merged_into', 'The deal that it became part of.'),

            ('*', 'deals', 'How many deals.'),
            ('*', 'deals_rumored', 'How many of them are only rumored.'),
            ('*', 'deals_announced', 'How many of them are announced.'),
            ('*', 'deals_completed', 'How many of them are completed.'),
            ('*', 'deals_cancelled', 'How many of them were cancelled.'),
            ('company_exposure', 'usd_low', 'Sum of the least amounts in US dollars, announced and completed deals.'),
            ('company_exposure', 'usd_high', 'Sum of the greatest amounts in US dollars, announced and completed deals; an open end counts with the least amount.'),
            ('company_exposure', 'usd_rumored_low', 'Sum of the least amounts in US dollars, rumored deals.'),
            ('company_exposure', 'usd_rumored_high', 'Sum of the greatest amounts in US dollars, rumored deals.'),
            ('chip_demand', 'usd_low', 'Sum of the least amounts in US dollars, announced and completed deals.'),
            ('chip_demand', 'usd_high', 'Sum of the greatest amounts in US dollars, announced and completed deals; an open end counts with the least amount.'),
            ('supply_graph', 'usd_low', 'Sum of the least amounts in US dollars, announced and completed deals.'),
            ('supply_graph', 'usd_high', 'Sum of the greatest amounts in US dollars, announced and completed deals; an open end counts with the least amount.'),
            ('deals_daily', 'usd_low', 'Sum of the least amounts in US dollars.'),
            ('deals_daily', 'usd_high', 'Sum of the greatest amounts in US dollars; an open end counts with the least amount.'),
            ('*', 'customer', 'Company that gets the chips; NULL where it is not named.'),
            ('*', 'customer_key', 'Identifier of the customer in the knowledge files.'),
            ('*', 'from_company', 'Company that gives: supplier, investor, lender, acquirer or grantor (or partner).'),
            ('*', 'from_key', 'Identifier of the giving company in the knowledge files.'),
            ('*', 'from_role', 'Role of the giving company.'),
            ('*', 'to_company', 'Company that takes: customer, investee, borrower, target or grantee (or partner).'),
            ('*', 'to_key', 'Identifier of the taking company in the knowledge files.'),
            ('*', 'to_role', 'Role of the taking company.'),
            ('*', 'day', 'Day of the first report; NULL where no report is dated.'),

            ('*', 'enabled', 'Whether the source is to be crawled.'),
            ('*', 'verdict', 'ok, low, silent, walled, failing, never succeeded, never crawled or paused.'),
            ('*', 'reason', 'Why that verdict, in words.'),
            ('*', 'expected_per_day', 'Articles a day to expect; NULL where the source states none.'),
            ('*', 'articles_1d', 'New articles in the last 24 hours; NULL where nothing was ever crawled.'),
            ('*', 'articles_7d', 'New articles in the last 7 days; NULL where nothing was ever crawled.'),
            ('*', 'last_attempt', 'When the source was last crawled, well or not.'),
            ('*', 'last_success', 'When a crawl of the source last ended well.'),
            ('*', 'last_article', 'When its latest article was first seen.'),
            ('*', 'failures_in_a_row', 'Failed crawls since the last that ended well.'),
            ('*', 'last_error', 'Error of the last crawl that ended, if it failed.'),
            ('*', 'walls_7d', 'Captcha, consent, login and paywall pages in the last 7 days.'),
            ('*', 'errors_7d', 'Pages that failed in the last 7 days.'),
            ('*', 'empty_text_7d', 'Pages without article text in the last 7 days.'),
            ('*', 'undated_7d', 'Articles without a date of publication in the last 7 days.')
        )
        SELECT DISTINCT ON (columns.table_name, columns.column_name)
            columns.table_name, columns.column_name, words.meaning
        FROM information_schema.columns
        JOIN words ON words.col = columns.column_name AND words.view IN (columns.table_name, '*')
        WHERE columns.table_schema = 'bi'
        ORDER BY columns.table_name, columns.column_name, (words.view = '*')
    LOOP
        EXECUTE format('COMMENT ON COLUMN bi.%I.%I IS %L', line.table_name, line.column_name, line.meaning);
    END LOOP;
END $$;
