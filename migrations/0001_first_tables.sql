-- Instants are microseconds of unix time; a flag is the date since when; JSON is only stored.

CREATE TABLE installation (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    id {{uuid}} NOT NULL,
    marker_key {{bytes}} NOT NULL,
    link_key {{bytes}} NOT NULL,
    setup_code {{bytes}},
    created_at BIGINT NOT NULL
);

CREATE TABLE orgs (
    id {{uuid}} PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE people (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    username TEXT NOT NULL UNIQUE,
    timezone TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    -- Taken in turn by every write to this host's calendar, so that two bookings never race.
    turn BIGINT NOT NULL DEFAULT 0,
    notices_off_at BIGINT,
    deactivated_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX people_by_org ON people (org_id, name);

CREATE TABLE sessions (
    token_hash {{bytes}} PRIMARY KEY,
    person_id {{uuid}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);

-- Links mailed to a person: an invitation to the org, a forgotten password.
CREATE TABLE person_links (
    token_hash {{bytes}} PRIMARY KEY,
    person_id {{uuid}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX person_links_by_person ON person_links (person_id);

-- Counted tries of what must not be tried without end: sign-ins, resets, bookings.
CREATE TABLE tries (
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    window_start BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (what, who, window_start)
);

CREATE TABLE schedules (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    person_id {{uuid}} NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    weekly TEXT NOT NULL,
    overrides TEXT NOT NULL,
    default_since BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX schedules_by_person ON schedules (person_id);
CREATE UNIQUE INDEX schedules_one_default ON schedules (person_id) WHERE default_since IS NOT NULL;

CREATE TABLE event_types (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    person_id {{uuid}} NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    slug TEXT NOT NULL,
    minutes BIGINT NOT NULL CHECK (minutes BETWEEN 10 AND 120),
    color TEXT NOT NULL,
    location TEXT NOT NULL,
    location_value TEXT,
    public_description TEXT NOT NULL,
    internal_description TEXT NOT NULL,
    schedule_id {{uuid}} REFERENCES schedules (id),
    horizon_days BIGINT NOT NULL CHECK (horizon_days BETWEEN 1 AND 365),
    notice_minutes BIGINT NOT NULL CHECK (notice_minutes BETWEEN 0 AND 10080),
    buffer_before BIGINT NOT NULL,
    buffer_after BIGINT NOT NULL,
    increment BIGINT NOT NULL CHECK (increment BETWEEN 1 AND 120),
    max_per_day BIGINT,
    max_per_week BIGINT,
    max_per_month BIGINT,
    questions TEXT NOT NULL,
    guests_allowed_at BIGINT,
    reschedule_disabled_at BIGINT,
    disabled_at BIGINT,
    deleted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX event_types_slug ON event_types (person_id, slug) WHERE deleted_at IS NULL;

-- What takes place: one host, one time, one place.
CREATE TABLE meetings (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    host_id {{uuid}} NOT NULL REFERENCES people (id),
    event_type_id {{uuid}} NOT NULL REFERENCES event_types (id),
    starts_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    buffer_before BIGINT NOT NULL,
    buffer_after BIGINT NOT NULL,
    summary TEXT NOT NULL,
    location TEXT NOT NULL,
    location_value TEXT,
    ical_uid TEXT NOT NULL UNIQUE,
    -- The SEQUENCE of the last round of letters; NULL before the first.
    sequence BIGINT,
    generation BIGINT NOT NULL,
    over_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX meetings_by_host ON meetings (host_id, starts_at);
CREATE INDEX meetings_by_org ON meetings (org_id, starts_at);

-- When a host is taken: one row for each meeting that still takes place.
CREATE TABLE busy (
    meeting_id {{uuid}} PRIMARY KEY REFERENCES meetings (id),
    host_id {{uuid}} NOT NULL REFERENCES people (id),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL CHECK (ends_at > starts_at),
    buffer_before BIGINT NOT NULL,
    buffer_after BIGINT NOT NULL
);
CREATE INDEX busy_by_host ON busy (host_id, starts_at);

-- only sqlite
CREATE TRIGGER busy_never_overlaps_insert BEFORE INSERT ON busy
WHEN EXISTS (
    SELECT 1 FROM busy WHERE host_id = NEW.host_id AND meeting_id <> NEW.meeting_id
        AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'busy overlap'); END;
CREATE TRIGGER busy_never_overlaps_update BEFORE UPDATE ON busy
WHEN EXISTS (
    SELECT 1 FROM busy WHERE host_id = NEW.host_id AND meeting_id <> NEW.meeting_id
        AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
)
BEGIN SELECT RAISE(ABORT, 'busy overlap'); END;
-- end
-- only postgres
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE busy ADD CONSTRAINT busy_never_overlaps
    EXCLUDE USING gist (host_id WITH =, int8range(starts_at, ends_at) WITH &&);
-- end

-- An invitee's place in a meeting.
CREATE TABLE bookings (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    meeting_id {{uuid}} NOT NULL REFERENCES meetings (id),
    event_type_id {{uuid}} NOT NULL REFERENCES event_types (id),
    host_id {{uuid}} NOT NULL REFERENCES people (id),
    status TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    location TEXT NOT NULL,
    location_value TEXT,
    invitee_name TEXT NOT NULL,
    invitee_email TEXT NOT NULL,
    invitee_timezone TEXT NOT NULL,
    guests TEXT NOT NULL,
    answers TEXT NOT NULL,
    -- The form's token: a second POST of the same form finds the booking of the first.
    form_token TEXT NOT NULL UNIQUE,
    rescheduled_from {{uuid}} REFERENCES bookings (id),
    reschedule_reason TEXT,
    ended_at BIGINT,
    ended_by TEXT,
    cancel_reason TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX bookings_by_meeting ON bookings (meeting_id);
CREATE INDEX bookings_by_event_type ON bookings (event_type_id, starts_at);
CREATE INDEX bookings_by_host ON bookings (host_id, starts_at);
CREATE INDEX bookings_by_from ON bookings (rescheduled_from);

-- What each recipient of a meeting's letters was last told.
CREATE TABLE told (
    meeting_id {{uuid}} NOT NULL REFERENCES meetings (id),
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
    PRIMARY KEY (meeting_id, audience, email)
);

-- A mail, before it is sent and after.
CREATE TABLE letters (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    meeting_id {{uuid}} REFERENCES meetings (id),
    booking_id {{uuid}} REFERENCES bookings (id),
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    to_email TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    failed_at BIGINT,
    failure TEXT
);
CREATE INDEX letters_by_meeting ON letters (meeting_id, created_at);

-- Work that must happen after a commit. One row for each kind and subject.
CREATE TABLE jobs (
    id {{uuid}} PRIMARY KEY,
    kind TEXT NOT NULL,
    subject {{uuid}} NOT NULL,
    run_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    round BIGINT NOT NULL,
    lease BIGINT NOT NULL,
    leased_until BIGINT,
    why TEXT,
    gave_up_at BIGINT,
    UNIQUE (kind, subject)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE gave_up_at IS NULL;

-- A provider's user in an org. It outlives its connection: rooms stay where they were made.
CREATE TABLE accounts (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    provider TEXT NOT NULL,
    remote_user TEXT NOT NULL,
    remote_account TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    rooms_made BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    UNIQUE (org_id, provider, remote_user)
);
CREATE INDEX accounts_by_remote ON accounts (provider, remote_user);

-- An authorization of an account, personal or shared.
CREATE TABLE connections (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    account_id {{uuid}} NOT NULL UNIQUE REFERENCES accounts (id),
    role TEXT NOT NULL,
    owner_id {{uuid}} NOT NULL REFERENCES people (id),
    -- Raised by every grant, break and disconnect: a late refresh can't bring tokens back.
    grant_number BIGINT NOT NULL,
    granted_at BIGINT NOT NULL,
    access_token {{bytes}},
    refresh_token {{bytes}},
    access_expires_at BIGINT,
    scopes TEXT NOT NULL,
    refresh_lease_until BIGINT,
    broken_since BIGINT,
    broken_why TEXT,
    disconnecting_at BIGINT,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX connections_by_org ON connections (org_id, created_at);
CREATE UNIQUE INDEX connections_one_personal ON connections (owner_id) WHERE role = 'personal';

-- A sign-in at a provider that has begun: single use, ten minutes, bound to a session.
CREATE TABLE sign_ins_abroad (
    state_hash {{bytes}} PRIMARY KEY,
    session_hash {{bytes}} NOT NULL,
    person_id {{uuid}} NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    verifier {{bytes}} NOT NULL,
    return_to TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE rollout (
    org_id {{uuid}} PRIMARY KEY REFERENCES orgs (id),
    enabled_at BIGINT,
    routing_at BIGINT,
    webinars_at BIGINT,
    default_account {{uuid}} REFERENCES accounts (id)
);

-- What was last seen at the provider for a meeting. `here`: nothing, unsure, room.
CREATE TABLE seen (
    meeting_id {{uuid}} PRIMARY KEY REFERENCES meetings (id),
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    here TEXT NOT NULL,
    account_id {{uuid}} REFERENCES accounts (id),
    kind TEXT,
    generation BIGINT,
    -- unsure
    since BIGINT,
    looks BIGINT,
    last_empty_look BIGINT,
    -- room
    remote_id TEXT,
    join_url TEXT,
    passcode TEXT,
    shows_topic TEXT,
    shows_starts_at BIGINT,
    shows_minutes BIGINT,
    -- what the provider shows though we asked for something else, in that generation
    resisted_generation BIGINT,
    warnings TEXT,
    -- a refusal is not sent again until the spec, the account or the grant changes
    refused_generation BIGINT,
    refused_account {{uuid}} REFERENCES accounts (id),
    refused_grant BIGINT,
    refused_why TEXT,
    changed_at BIGINT NOT NULL
);
CREATE INDEX seen_by_room ON seen (account_id, remote_id);

-- Rooms and doubts on accounts we can't reach or no longer use.
CREATE TABLE leftovers (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    meeting_id {{uuid}} NOT NULL REFERENCES meetings (id),
    account_id {{uuid}} NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    remote_id TEXT,
    generation BIGINT NOT NULL,
    since BIGINT NOT NULL,
    looks BIGINT NOT NULL,
    last_empty_look BIGINT
);
CREATE INDEX leftovers_by_meeting ON leftovers (meeting_id);
CREATE INDEX leftovers_by_account ON leftovers (account_id);

-- Every action at a provider: sent, received or skipped, with the reason.
CREATE TABLE sync_log (
    id {{uuid}} PRIMARY KEY,
    org_id {{uuid}} NOT NULL REFERENCES orgs (id),
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    meeting_id {{uuid}} REFERENCES meetings (id),
    account_id {{uuid}} REFERENCES accounts (id),
    request TEXT,
    request_body TEXT,
    status BIGINT,
    response_body TEXT,
    tracking_id TEXT,
    micros BIGINT,
    words TEXT NOT NULL
);
CREATE INDEX sync_log_by_org ON sync_log (org_id, at);
CREATE INDEX sync_log_by_meeting ON sync_log (meeting_id, at);
