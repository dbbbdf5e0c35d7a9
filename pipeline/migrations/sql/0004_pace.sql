-- When a source is worth another look, and until when a host asked to be left alone.

CREATE TABLE chipwire.pace (
    source_id text PRIMARY KEY REFERENCES chipwire.source,
    due_at timestamptz NOT NULL,
    -- how the source publishes, as last seen: the usual gap between two entries, and the newest entry
    gap interval,
    newest timestamptz
);

CREATE TABLE chipwire.left_alone (
    host text PRIMARY KEY,
    until timestamptz NOT NULL
);
