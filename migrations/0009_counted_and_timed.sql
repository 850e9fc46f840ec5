-- Since when a job has been due, through all tries: `run_at` moves on with each of them.
ALTER TABLE jobs ADD COLUMN due_since BIGINT;
UPDATE jobs SET due_since = run_at;

-- How often the room was put back after a change by hand, and since when that is counted.
ALTER TABLE seen ADD COLUMN put_back BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN put_back_since BIGINT;
