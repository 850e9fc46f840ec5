-- Access that was given and that nobody has decided to use yet, or that is about to be given back.
-- Ten minutes at most; what is not used by then is revoked.
CREATE TABLE held_grants (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    person_id {{uuid}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    provider TEXT NOT NULL,
    remote_user TEXT NOT NULL,
    remote_account TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    access_token {{bytes}} NOT NULL,
    refresh_token {{bytes}} NOT NULL,
    access_expires_at BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    -- The email of the account that was meant, or that it would replace.
    meant TEXT NOT NULL,
    return_to TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX held_grants_by_user ON held_grants (remote_user);

-- Which connection a sign-in is to renew.
ALTER TABLE sign_ins_abroad ADD COLUMN connection_id {{uuid}};

-- Raised by each save, so that two admins don't undo each other unawares.
ALTER TABLE rollout ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
