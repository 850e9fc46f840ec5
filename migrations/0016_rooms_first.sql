-- Rooms are taken before other work that is due (`outbox::store::claim`).
CREATE INDEX jobs_rooms ON jobs (run_at) WHERE kind = 'conference' AND gave_up_at IS NULL;
