-- How fast a provider is called for one of its accounts, counted by all processes together: when the
-- last calls went or will go, and up to when turns were given to those who wait for one.
CREATE TABLE paces (
    provider TEXT NOT NULL,
    limited TEXT NOT NULL,
    label TEXT NOT NULL,
    sent TEXT NOT NULL,
    line_at BIGINT,
    PRIMARY KEY (provider, limited, label)
);

-- A provider that doesn't answer for one of its accounts: how often in a row, and, once that is too
-- often, when it is asked next.
CREATE TABLE silences (
    provider TEXT NOT NULL,
    limited TEXT NOT NULL,
    failures BIGINT NOT NULL,
    probe_at BIGINT,
    PRIMARY KEY (provider, limited)
);
