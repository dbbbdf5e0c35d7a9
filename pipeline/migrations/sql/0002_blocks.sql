-- Claims that share a block may be one deal. Made by pipeline.resolve.blocks when a batch is taken; version:
-- of the rules and the companies that they were made by, '' where they are still to be made.
CREATE TABLE chipwire.claim_blocks (
    article_id text NOT NULL,
    idx integer NOT NULL,
    version text NOT NULL DEFAULT '',
    blocks bigint[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (article_id, idx),
    FOREIGN KEY (article_id, idx) REFERENCES chipwire.claim ON DELETE CASCADE
);
CREATE INDEX claim_blocks_shared ON chipwire.claim_blocks USING gin (blocks);
CREATE INDEX claim_blocks_version ON chipwire.claim_blocks (version);
INSERT INTO chipwire.claim_blocks (article_id, idx) SELECT article_id, idx FROM chipwire.claim;
DROP TABLE chipwire.claim_block;
