-- What is asked with each request and each commit must not cost more with the history behind it.

-- All that a calendar needs of busy time stands in the index.
DROP INDEX busy_by_host;
CREATE INDEX busy_by_host
    ON busy (host_id, starts_at, ends_at, buffer_before, buffer_after, meeting_id);

-- only sqlite
-- The guards looked at all that a host ever had. No meeting is longer than a day, which is guarded
-- too, so that what began more than a day before can't reach into this one.
DROP TRIGGER busy_never_overlaps_insert;
DROP TRIGGER busy_never_overlaps_update;
CREATE TRIGGER busy_never_overlaps_insert BEFORE INSERT ON busy
WHEN NEW.ends_at - NEW.starts_at > 86400000000 OR EXISTS (
    SELECT 1 FROM busy WHERE host_id = NEW.host_id AND meeting_id <> NEW.meeting_id
        AND starts_at > NEW.starts_at - 86400000000
        AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'busy overlap'); END;
CREATE TRIGGER busy_never_overlaps_update BEFORE UPDATE ON busy
WHEN NEW.ends_at - NEW.starts_at > 86400000000 OR EXISTS (
    SELECT 1 FROM busy WHERE host_id = NEW.host_id AND meeting_id <> NEW.meeting_id
        AND starts_at > NEW.starts_at - 86400000000
        AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'busy overlap'); END;
-- end

-- Lists by host and by org, each tab in its order.
DROP INDEX bookings_by_host;
CREATE INDEX bookings_by_host ON bookings (org_id, host_id, status, starts_at, id);
CREATE INDEX bookings_by_org ON bookings (org_id, status, starts_at, id);
DROP INDEX bookings_by_turn;
CREATE INDEX bookings_by_turn ON bookings (host_id, status, created_at, meeting_id);
-- What is asked of one meeting must not be looked for among all of an org.
DROP INDEX bookings_by_meeting;
CREATE INDEX bookings_by_meeting ON bookings (meeting_id, org_id, status, created_at, id);
DROP INDEX bookings_by_seat;
CREATE INDEX bookings_by_seat ON bookings (seat, org_id);
DROP INDEX sync_log_by_meeting;
CREATE INDEX sync_log_by_meeting ON sync_log (meeting_id, org_id, at, id);
-- Few bookings were moved from another.
DROP INDEX bookings_by_from;
CREATE INDEX bookings_by_from ON bookings (rescheduled_from) WHERE rescheduled_from IS NOT NULL;

-- When the next job is due, among many that wait for their day.
CREATE INDEX jobs_waiting ON jobs (run_at) WHERE gave_up_at IS NULL AND leased_until IS NULL;
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE leased_until IS NOT NULL;

-- The log's newest entries are read from the end, and event types by name.
DROP INDEX sync_log_by_org;
CREATE INDEX sync_log_by_org ON sync_log (org_id, at, id);
CREATE INDEX event_types_by_org ON event_types (org_id, title, id);
