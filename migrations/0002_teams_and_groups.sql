-- Teams, whose members take turns, and groups, whose invitees share one meeting.

CREATE TABLE teams (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    -- Which times are offered: whenever any member is free, or only when those are whose turn it is.
    availability TEXT NOT NULL,
    -- Who hosts after an invitee has moved a booking: who hosted it, or whose turn it is.
    on_reschedule TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX teams_by_org ON teams (org_id, name);
CREATE UNIQUE INDEX teams_slug ON teams (slug) WHERE deleted_at IS NULL;

CREATE TABLE team_members (
    team_id {{uuid}} NOT NULL REFERENCES teams (id),
    person_id {{uuid}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, person_id)
);
CREATE INDEX team_members_by_person ON team_members (person_id);

ALTER TABLE event_types ADD COLUMN team_id {{uuid}} REFERENCES teams (id);
-- Places in one meeting of a group.
ALTER TABLE event_types ADD COLUMN seats BIGINT;
ALTER TABLE event_types ADD COLUMN show_remaining_at BIGINT;
ALTER TABLE event_types ADD COLUMN webinar_at BIGINT;
DROP INDEX event_types_slug;
CREATE UNIQUE INDEX event_types_slug ON event_types (person_id, slug)
    WHERE deleted_at IS NULL AND team_id IS NULL;
CREATE UNIQUE INDEX event_types_team_slug ON event_types (team_id, slug)
    WHERE deleted_at IS NULL AND team_id IS NOT NULL;

-- What a meeting is stays as it was at its first booking.
ALTER TABLE meetings ADD COLUMN kind TEXT NOT NULL DEFAULT 'one_on_one';
ALTER TABLE meetings ADD COLUMN webinar_at BIGINT;
-- The meeting that takes place instead, with another host: this one's room goes once that one has its own.
ALTER TABLE meetings ADD COLUMN replaced_by {{uuid}} REFERENCES meetings (id);
CREATE UNIQUE INDEX meetings_one_session ON meetings (event_type_id, starts_at)
    WHERE over_at IS NULL AND kind IN ('group', 'group_round_robin');

-- A place, through all its moves: the same for a booking and for those that took its place.
ALTER TABLE bookings ADD COLUMN seat {{uuid}};
UPDATE bookings SET seat = meeting_id;
CREATE INDEX bookings_by_seat ON bookings (seat);
-- Whose turn it is: what was booked with a host lately.
CREATE INDEX bookings_by_turn ON bookings (host_id, status, created_at);

CREATE TABLE told_by_seat (
    meeting_id {{uuid}} NOT NULL REFERENCES meetings (id),
    seat {{uuid}} NOT NULL,
    audience TEXT NOT NULL,
    email TEXT NOT NULL,
    booking_id {{uuid}} NOT NULL REFERENCES bookings (id),
    state TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    place TEXT NOT NULL,
    join_url TEXT,
    invited_at BIGINT,
    thread TEXT NOT NULL,
    PRIMARY KEY (meeting_id, seat, audience, email)
);
INSERT INTO told_by_seat (meeting_id, seat, audience, email, booking_id, state, starts_at, minutes,
        place, join_url, invited_at, thread)
    SELECT meeting_id, meeting_id, audience, email, booking_id, state, starts_at, minutes, place,
        join_url, invited_at, thread FROM told;
DROP TABLE told;
ALTER TABLE told_by_seat RENAME TO told;
CREATE INDEX told_by_seat ON told (seat);
