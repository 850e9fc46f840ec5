//! The data: the same for the same numbers, written to the database directly, since half a million
//! bookings by forms would take a day. What it looks like: Ada with a long history and forty
//! meetings to come; a hundred members of three teams; hosts for bookings to be made with; people
//! who have Zoom.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, SqliteConnection};

use crate::stage::Folder;

/// Meetings of Ada's that are still to come, whatever her history.
const AHEAD: u32 = 40;
/// Each member's.
const OF_A_MEMBER: u32 = 500;
pub const MEMBERS: u32 = 100;
/// Whom bookings are made with; the product allows 200 in ten minutes with each.
pub const HOSTS: usize = 400;
pub const ON_ZOOM: usize = 20;
/// Members of the three teams.
pub const TEAMS: [u32; 3] = [1, 10, 100];

const HOUR: i64 = 3_600_000_000;

pub async fn write(folder: &Folder, bookings: u32) -> anyhow::Result<()> {
    let mut to = SqliteConnectOptions::new()
        .filename(folder.database())
        .journal_mode(SqliteJournalMode::Wal)
        // Only while it is filled: the product opens it with its own settings.
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(10))
        .connect()
        .await?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the product's clock is the real one"
    )]
    let now = jiff::Timestamp::now();
    // A day begins at midnight, so that what is on offer does not depend on the minute.
    let midnight = now.as_microsecond() - now.as_microsecond().rem_euclid(24 * HOUR);
    // The guard against overlaps looks at each row; these do not overlap by the way they are made.
    let guards: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            .fetch_all(&mut to)
            .await?;
    for (name, _) in &guards {
        run(&mut to, midnight, format!("DROP TRIGGER {name}")).await?;
    }
    for text in people() {
        run(&mut to, midnight, text).await?;
    }
    let history = i64::from(bookings.saturating_sub(AHEAD));
    for text in meetings("ada", "intro", (0, history), i64::from(AHEAD)) {
        run(&mut to, midnight, text).await?;
    }
    for member in 0..MEMBERS {
        let first = 10_000_000 + i64::from(member) * 1_000;
        let history = i64::from(OF_A_MEMBER - AHEAD);
        let name = format!("member{member}");
        for text in meetings(&name, "chat", (first, history), i64::from(AHEAD)) {
            run(&mut to, midnight, text).await?;
        }
    }
    run(&mut to, midnight, log(i64::from(bookings))).await?;
    run(&mut to, midnight, last_calls()).await?;
    for (_, guard) in guards {
        run(&mut to, midnight, guard).await?;
    }
    run(
        &mut to,
        midnight,
        "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    )
    .await
}

async fn run(to: &mut SqliteConnection, midnight: i64, text: String) -> anyhow::Result<()> {
    let text = text.replace("{midnight}", &midnight.to_string());
    to.execute(sqlx::query(AssertSqlSafe(text))).await?;
    Ok(())
}

/// An id of its kind and number, in the form of a UUID of version 7.
fn id(kind: u16, number: &str) -> String {
    format!("unhex('01980000{kind:04x}7000' || printf('8%015x', {number}))")
}

/// The rows `n` from `first`, `many` of them.
fn numbers(first: i64, many: i64) -> String {
    format!(
        "WITH RECURSIVE numbers (n) AS (SELECT {first} WHERE {many} > 0 UNION ALL
            SELECT n + 1 FROM numbers WHERE n + 1 < {first} + {many})"
    )
}

const NINE_TO_FIVE: &str = r#"[[{"from":"09:00","to":"17:00"}],[{"from":"09:00","to":"17:00"}],[{"from":"09:00","to":"17:00"}],[{"from":"09:00","to":"17:00"}],[{"from":"09:00","to":"17:00"}],[],[]]"#;
const ALWAYS: &str = r#"[[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}],[{"from":"00:00","to":"24:00"}]]"#;

fn people() -> Vec<String> {
    let mut all = Vec::new();
    let groups = [
        ("member", 0, i64::from(MEMBERS), NINE_TO_FIVE),
        ("host", 1_000, i64::try_from(HOSTS).unwrap_or(0), ALWAYS),
        ("zoomer", 2_000, i64::try_from(ON_ZOOM).unwrap_or(0), ALWAYS),
    ];
    for (name, first, many, hours) in groups {
        let numbers = numbers(first, many);
        all.push(format!(
            "{numbers} INSERT INTO people (id, org_id, email, name, username, timezone, role,
                password_hash, created_at)
             SELECT {}, org_id, '{name}' || (n - {first}) || '@engines.example',
                '{name} ' || (n - {first}), '{name}' || (n - {first}), 'UTC', 'user',
                password_hash, created_at
             FROM numbers JOIN people ON people.username = 'ada'",
            id(1, "n")
        ));
        all.push(format!(
            "{numbers} INSERT INTO schedules (id, org_id, person_id, name, timezone, weekly,
                overrides, default_since, created_at)
             SELECT {}, people.org_id, people.id, 'Hours', 'UTC', '{hours}', '{{}}',
                people.created_at, people.created_at
             FROM numbers JOIN people ON people.username = '{name}' || (n - {first})",
            id(2, "n")
        ));
    }
    all.push(event_type(1, "intro", "zoom", "username = 'ada'"));
    all.push(event_type(2, "visit", "in_person", "username = 'ada'"));
    all.push(event_type(
        1_000,
        "chat",
        "in_person",
        "username LIKE 'member%'",
    ));
    all.push(event_type(
        2_000,
        "call",
        "in_person",
        "username LIKE 'host%'",
    ));
    all.push(event_type(
        3_000,
        "video",
        "zoom",
        "username LIKE 'zoomer%'",
    ));
    for (number, members) in TEAMS.iter().enumerate() {
        let team = id(6, &number.to_string());
        all.push(format!(
            "INSERT INTO teams (id, org_id, name, slug, availability, on_reschedule, created_at)
             SELECT {team}, org_id, 'Team of {members}', 'team-{members}', 'maximize',
                'keep', created_at FROM people WHERE username = 'ada'"
        ));
        all.push(format!(
            "INSERT INTO team_members (team_id, person_id, joined_at)
             SELECT {team}, id, created_at FROM people WHERE username LIKE 'member%'
                AND CAST(SUBSTR(username, 7) AS INTEGER) < {members}"
        ));
        let numbered = i64::try_from(number).unwrap_or(0) + 10;
        all.push(event_type(
            numbered,
            "team-call",
            "in_person",
            "username = 'ada'",
        ));
        all.push(format!(
            "UPDATE event_types SET kind = 'round_robin', team_id = {team} WHERE id = {}",
            id(3, &format!("{numbered}"))
        ));
    }
    all
}

/// One for each of these people, numbered from `first`.
fn event_type(first: i64, slug: &str, location: &str, whose: &str) -> String {
    let id = if slug == "intro" || slug == "visit" || slug == "team-call" {
        id(3, &first.to_string())
    } else {
        id(
            3,
            &format!("{first} + CAST(LTRIM(username, 'abcdefghijklmnopqrstuvwxyz') AS INTEGER)"),
        )
    };
    let value = if location == "in_person" {
        "'Dorset Street'"
    } else {
        "NULL"
    };
    format!(
        "INSERT INTO event_types (id, org_id, person_id, kind, title, slug, minutes, color,
            location, location_value, public_description, internal_description, horizon_days,
            notice_minutes, buffer_before, buffer_after, increment, questions, created_at,
            updated_at)
         SELECT {id}, org_id, id, 'one_on_one', 'A talk', '{slug}', 30, '#7c3aed', '{location}',
            {value}, 'Half an hour.', '', 365, 0, 0, 0, 30, '[]', created_at, created_at
         FROM people WHERE {whose}"
    )
}

/// A history, one meeting each quarter of an hour back from yesterday, every tenth canceled; and
/// what is to come, one a day at ten.
fn meetings(host: &str, slug: &str, (first, history): (i64, i64), ahead: i64) -> Vec<String> {
    let start = format!(
        "CASE WHEN n < {first} + {history}
            THEN {{midnight}} - {HOUR} - (n - {first}) * {} ELSE
            {{midnight}} + (n - {first} - {history} + 1) * {} + 10 * {HOUR} END",
        HOUR / 4,
        24 * HOUR
    );
    // The last of the history are not canceled, so that what is to come never is.
    let canceled = format!("(n % 10 = 3 AND n < {first} + {history})");
    let numbers = format!(
        "{}, meant AS (SELECT n, {start} AS starts_at, {canceled} AS canceled,
            people.id AS host_id, people.org_id AS org_id, event_types.id AS event_type_id,
            event_types.location AS location, event_types.location_value AS location_value
            FROM numbers, people JOIN event_types ON event_types.person_id = people.id
                AND event_types.slug = '{slug}' AND event_types.team_id IS NULL
            WHERE people.username = '{host}')",
        numbers(first, history + ahead)
    );
    let (meeting, booking) = (id(4, "n"), id(5, "n"));
    vec![
        format!(
            "{numbers} INSERT INTO meetings (id, org_id, host_id, event_type_id, starts_at, minutes,
                buffer_before, buffer_after, summary, location, location_value, ical_uid, sequence,
                generation, over_at, created_at, kind)
             SELECT {meeting}, org_id, host_id, event_type_id, starts_at, 15, 0, 0, 'A talk',
                location, location_value, n || '@bench', 0, 1,
                CASE WHEN canceled THEN starts_at - {HOUR} END, starts_at - {}, 'one_on_one'
             FROM meant",
            72 * HOUR
        ),
        format!(
            "{numbers} INSERT INTO bookings (id, org_id, meeting_id, event_type_id, host_id, status,
                starts_at, minutes, location, location_value, invitee_name, invitee_email,
                invitee_timezone, guests, answers, form_token, ended_at, ended_by, created_at, seat)
             SELECT {booking}, org_id, {meeting}, event_type_id, host_id,
                CASE WHEN canceled THEN 'canceled' ELSE 'confirmed' END, starts_at, 15, location,
                location_value, 'Guest ' || n, 'guest' || n || '@example.com', 'Europe/Madrid',
                '[]', '[]', 'seeded-' || n, CASE WHEN canceled THEN starts_at - {HOUR} END,
                CASE WHEN canceled THEN 'invitee' END, starts_at - {}, {meeting}
             FROM meant",
            72 * HOUR
        ),
        format!(
            "{numbers} INSERT INTO busy (meeting_id, host_id, starts_at, ends_at, buffer_before,
                buffer_after)
             SELECT {meeting}, host_id, starts_at, starts_at + {}, 0, 0 FROM meant
             WHERE NOT canceled",
            HOUR / 4
        ),
    ]
}

/// Entries over the last eighty days.
fn log(many: i64) -> String {
    format!(
        "{} INSERT INTO sync_log (id, org_id, at, action, result, meeting_id, request, status,
            micros, words)
         SELECT {}, org_id, {{midnight}} - n * {}, 'create_meeting', 'succeeded', {},
            'POST /users/me/meetings', 201, 300000, 'Created.'
         FROM numbers JOIN people ON people.username = 'ada'",
        numbers(0, many),
        id(7, "n"),
        80 * 24 * HOUR / many.max(1),
        id(4, "n")
    )
}

/// Each meeting to come has a job that waits for it.
fn last_calls() -> String {
    format!(
        "INSERT INTO jobs (id, kind, subject, run_at, attempt, round, lease)
         SELECT id, 'last-call', id, starts_at - {}, 0, 1, 0 FROM meetings
         WHERE starts_at > {{midnight}} + {}",
        2 * HOUR,
        30 * HOUR
    )
}
