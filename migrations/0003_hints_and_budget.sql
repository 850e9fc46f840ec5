-- Deliveries of a provider that were taken, so that none has its effect twice. Kept for a day.
CREATE TABLE notices (
    digest {{bytes}} PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX notices_by_age ON notices (received_at);

-- When a provider last made sure of the address its notices go to.
CREATE TABLE notice_addresses (
    provider TEXT PRIMARY KEY,
    validated_at BIGINT NOT NULL
);

-- A wish to look: raised by hints and by the sweep, fulfilled by the reconciler.
ALTER TABLE seen ADD COLUMN look_since BIGINT;
ALTER TABLE seen ADD COLUMN look_round BIGINT NOT NULL DEFAULT 0;
-- a room of this meeting that is not the one held
ALTER TABLE seen ADD COLUMN found_account {{uuid}} REFERENCES accounts (id);
ALTER TABLE seen ADD COLUMN found_kind TEXT;
ALTER TABLE seen ADD COLUMN found_id TEXT;
-- Since when the room is known to have been deleted at the provider, while there is no other.
ALTER TABLE seen ADD COLUMN deleted_at BIGINT;

-- A room that was deleted at the provider, where it may be taken back out of the bin.
ALTER TABLE leftovers ADD COLUMN gone_at BIGINT;

-- Rooms with a mark of ours that belong to nothing here: shown to admins, never touched.
CREATE TABLE strays (
    account_id {{uuid}} NOT NULL REFERENCES accounts (id),
    remote_id TEXT NOT NULL,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    kind TEXT NOT NULL,
    topic TEXT NOT NULL,
    starts_at BIGINT,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, remote_id)
);
CREATE INDEX strays_by_org ON strays (org_id, found_at);

-- Creates and updates that were sent for one of the provider's users on one UTC day, by any org.
CREATE TABLE changes_sent (
    provider TEXT NOT NULL,
    remote_user TEXT NOT NULL,
    day BIGINT NOT NULL,
    used BIGINT NOT NULL,
    -- The provider said that there are no more, whatever was counted here.
    full_at BIGINT,
    PRIMARY KEY (provider, remote_user, day)
);

-- Until when nothing is sent for a provider's account that has reached a limit of its own.
CREATE TABLE pauses (
    provider TEXT NOT NULL,
    limited TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (provider, limited)
);

-- Since when the provider says that this account may not host webinars.
ALTER TABLE accounts ADD COLUMN no_webinars_at BIGINT;

-- Since when its owner knows that it broke, until they are told that it is whole again.
ALTER TABLE connections ADD COLUMN told_broken_at BIGINT;
-- The day after the break on which its owner was last reminded.
ALTER TABLE connections ADD COLUMN reminded_on BIGINT;
