-- Who has signed in at the provider with the other button is asked whether the connection changes its
-- role: once, for ten minutes, and for the grant that this sign-in made.
CREATE TABLE role_questions (
    connection_id {{uuid}} NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    person_id {{uuid}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    grant_number BIGINT NOT NULL,
    role TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, person_id)
);

-- When the provider said, at a moment too near to the grant to be sure which one it meant, that its
-- user had removed us.
ALTER TABLE connections ADD COLUMN removal_said_at BIGINT;
