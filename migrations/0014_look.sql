-- How the public pages of an event type look; as JSON, since nobody asks for it but by its event type.
ALTER TABLE event_types ADD COLUMN look TEXT NOT NULL DEFAULT '{}';
