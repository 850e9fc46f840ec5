-- A person's picture: made anew from what they sent, and shown to whoever knows its hash.
ALTER TABLE people ADD COLUMN picture TEXT;
CREATE INDEX people_by_picture ON people (picture) WHERE picture IS NOT NULL;
CREATE TABLE pictures (
    person_id {{uuid}} PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    jpeg {{bytes}} NOT NULL
);
