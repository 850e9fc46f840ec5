//! `GET /users/{id}/meetings` and `…/webinars`: pages of what is not yet over and gone.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::body;
use crate::call::{Answer, Call, FieldError, Refusal};
use crate::hosting;
use crate::lag;
use crate::meetings;
use crate::oauth::Caller;
use crate::rooms::{Details, Kind, Room, Status};
use crate::routes::{Op, Verb};
use crate::showing;
use crate::webinars;
use crate::world::World;

const PAGE_TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(15);
const AGENDA_SHOWN: usize = 250;

/// Page tokens that were handed out.
#[derive(Debug, Default)]
pub(crate) struct Pages(HashMap<String, Page>);

#[derive(Debug)]
struct Page {
    host: String,
    kind: Kind,
    from: usize,
    expires: Timestamp,
}

pub(crate) fn list(
    world: &mut World,
    call: &Call,
    caller: &Caller,
    kind: Kind,
    subject: &str,
) -> Result<Answer, Refusal> {
    hosting::known_params(call, params(kind))?;
    let host = caller.on_behalf_of(world, subject, Op::Room(kind, Verb::List))?;
    match kind {
        Kind::Meeting => meetings::may_host(&host)?,
        Kind::Webinar => webinars::licensed(&host)?,
    }
    let size = number(call, "page_size")?.unwrap_or(30).clamp(1, 300);
    let asked = Asked::read(call, kind)?;
    let now = world.now();
    let (from, page_number) = match call
        .param("next_page_token")
        .filter(|token| !token.is_empty())
    {
        Some(token) => {
            let from = page_start(world, token, &host.id, kind, now)?;
            (from, from / size + 1)
        }
        None => {
            let page = number(call, "page_number")?.unwrap_or(1).max(1);
            ((page - 1) * size, page)
        }
    };
    let shown: Vec<Value> = {
        let rooms = listed(world, &host.id, kind, &asked, now);
        rooms
            .iter()
            .map(|(room, details)| item(world, room, details))
            .collect()
    };
    let total = shown.len();
    let page: Vec<Value> = shown.into_iter().skip(from).take(size).collect();
    let next = from + page.len();
    let next_page_token = if next < total {
        let token = world.chance.code();
        let expires = now + PAGE_TOKEN_LIFE;
        let page = Page {
            host: host.id,
            kind,
            from: next,
            expires,
        };
        world.pages.0.insert(token.clone(), page);
        token
    } else {
        String::new()
    };
    let mut body = json!({
        "page_count": total.div_ceil(size),
        "page_number": page_number,
        "page_size": size,
        "total_records": total,
        "next_page_token": next_page_token,
    });
    body[format!("{}s", kind.word())] = Value::Array(page);
    Ok(Answer::json(200, body))
}

/// The parameters that each list knows.
fn params(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Meeting => &[
            "type",
            "page_size",
            "next_page_token",
            "page_number",
            "from",
            "to",
            "timezone",
        ],
        Kind::Webinar => &["type", "page_size", "next_page_token", "page_number"],
    }
}

fn page_start(
    world: &World,
    token: &str,
    host: &str,
    kind: Kind,
    now: Timestamp,
) -> Result<usize, Refusal> {
    world
        .pages
        .0
        .get(token)
        .filter(|page| page.host == host && page.kind == kind && page.expires > now)
        .map(|page| page.from)
        .ok_or_else(|| Refusal::new(400, 300, "The next page token is invalid or expired."))
}

/// Which meetings are asked for.
struct Asked {
    which: Which,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

enum Which {
    Scheduled,
    Live,
    Upcoming,
    Previous,
}

impl Asked {
    fn read(call: &Call, kind: Kind) -> Result<Asked, Refusal> {
        let which = match (kind, call.param("type")) {
            (_, None | Some("scheduled")) => Which::Scheduled,
            (_, Some("upcoming")) | (Kind::Meeting, Some("upcoming_meetings")) => Which::Upcoming,
            (Kind::Meeting, Some("live")) => Which::Live,
            (Kind::Meeting, Some("previous_meetings")) => Which::Previous,
            (_, Some(_)) => return Err(invalid("type")),
        };
        let zone = match call.param("timezone") {
            Some(name) => TimeZone::get(name).map_err(|_| invalid("timezone"))?,
            None => TimeZone::UTC,
        };
        let day_after = |date: Date| date.tomorrow().map_err(|_| invalid("to"));
        let from = date(call, "from")?;
        let to = date(call, "to")?.map(day_after).transpose()?;
        Ok(Asked {
            which,
            from: from.and_then(|date| start_of(date, &zone)),
            until: to.and_then(|date| start_of(date, &zone)),
        })
    }

    fn wants(&self, room: &Room, details: &Details, now: Timestamp) -> bool {
        let over = room.ends_at().is_some_and(|end| end < now);
        let started = room.status == Status::Started;
        let of_type = match self.which {
            Which::Scheduled => true,
            Which::Live => started,
            Which::Upcoming => started || !over,
            Which::Previous => over && !started,
        };
        let after = self
            .from
            .is_none_or(|from| details.start.is_some_and(|start| start >= from));
        let before = self
            .until
            .is_none_or(|until| details.start.is_some_and(|start| start < until));
        of_type && after && before && !details.is_instant() && !details.expired(now)
    }
}

fn date(call: &Call, name: &str) -> Result<Option<Date>, Refusal> {
    call.param(name)
        .map(|given| given.parse().map_err(|_| invalid(name)))
        .transpose()
}

fn start_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(date.to_zoned(zone.clone()).ok()?.timestamp())
}

fn number(call: &Call, name: &str) -> Result<Option<usize>, Refusal> {
    call.param(name)
        .map(|given| given.parse().map_err(|_| invalid(name)))
        .transpose()
}

fn invalid(name: &str) -> Refusal {
    Refusal::invalid(vec![FieldError::new(name, "Invalid field.")])
}

/// The host's rooms as the list knows them, earliest first.
fn listed<'a>(
    world: &'a World,
    host: &str,
    kind: Kind,
    asked: &Asked,
    now: Timestamp,
) -> Vec<(&'a Room, &'a Details)> {
    let moment = now - world.list_lag;
    let mut found: Vec<(&Room, &Details)> = world
        .rooms
        .values()
        .filter(|room| room.host == host && room.kind == kind)
        .filter_map(|room| Some((room, lag::as_of(room, moment)?)))
        .filter(|(room, details)| asked.wants(room, details, now))
        .collect();
    found.sort_by_key(|(room, details)| (details.start, room.id));
    found
}

fn item(world: &World, room: &Room, details: &Details) -> Value {
    let agenda: String = details.agenda.chars().take(AGENDA_SHOWN).collect();
    let mut item = json!({
        "uuid": room.uuid,
        "id": room.id,
        "host_id": room.host,
        "topic": details.topic,
        "type": details.type_number,
        "duration": details.minutes,
        "timezone": details.timezone,
        "agenda": agenda,
        "created_at": body::whole_second(room.created_at).to_string(),
        "join_url": showing::join_link(world, room),
    });
    if let Some(start) = details.start {
        item["start_time"] = json!(start.to_string());
    }
    item
}
