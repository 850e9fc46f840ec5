//! What people type about themselves, parsed at the door, and the choices they are given.

use jiff::Timestamp;

use super::Role;
use super::password::Password;
use crate::text::{Email, Username, one_line};
use crate::web::form::Input;
use crate::when;
use crate::zone::{UnknownZone, Zone};

const LONGEST_NAME: usize = 100;

pub fn name(input: &mut Input) -> Option<String> {
    input.read("name", |words| needed_line(words, "Enter a name"))
}

/// An organization's name.
pub fn org_name(words: &str) -> Result<String, String> {
    needed_line(words, "Enter a name for the organization")
}

fn needed_line(words: &str, missing: &str) -> Result<String, String> {
    let line = one_line(words);
    match line.chars().count() {
        0 => Err(missing.to_owned()),
        1..=LONGEST_NAME => Ok(line),
        _ => Err(format!(
            "Use at most {LONGEST_NAME} characters for the name"
        )),
    }
}

/// An address that names an account: in lower case, as people don't remember which they used.
pub fn account_email(words: &str) -> Result<Email, crate::text::BadEmail> {
    Email::parse(&words.to_lowercase())
}

pub fn email(input: &mut Input) -> Option<Email> {
    input.read("email", account_email)
}

pub fn username(input: &mut Input) -> Option<Username> {
    input.read("username", |words| {
        Username::parse(&words.trim().to_lowercase())
    })
}

pub fn password(input: &mut Input, field: &str) -> Option<Password> {
    input.read(field, Password::parse)
}

pub fn zone(input: &mut Input) -> Option<Zone> {
    input.read("timezone", |name| -> Result<Zone, UnknownZone> {
        Zone::parse(name)
    })
}

pub fn role(input: &mut Input) -> Option<Role> {
    input.read("role", |word| {
        Role::from_word(word).ok_or("Choose User or Admin")
    })
}

/// A part of the world in the list of time zones.
pub struct ZoneGroup {
    pub area: String,
    pub zones: Vec<ZoneChoice>,
}

pub struct ZoneChoice {
    pub name: String,
    pub label: String,
    pub is_chosen: bool,
}

/// The list of time zones with `chosen` selected, which stands in it even when it is an older
/// spelling that nobody is offered otherwise.
pub fn zone_groups(chosen: &str, now: Timestamp) -> Vec<ZoneGroup> {
    let mut zones = Zone::all();
    if let Ok(zone) = Zone::parse(chosen)
        && !zones.contains(&zone)
    {
        zones.push(zone);
        zones.sort_unstable_by(|a, b| a.name().cmp(b.name()));
    }
    let mut groups: Vec<ZoneGroup> = Vec::new();
    for zone in zones {
        let area = zone
            .name()
            .split_once('/')
            .map_or("Other", |(area, _)| area);
        let choice = ZoneChoice {
            name: zone.name().to_owned(),
            label: when::zone_option(&zone, now),
            is_chosen: zone.name() == chosen,
        };
        match groups.last_mut() {
            Some(group) if group.area == area => group.zones.push(choice),
            Some(_) | None => groups.push(ZoneGroup {
                area: area.to_owned(),
                zones: vec![choice],
            }),
        }
    }
    groups
}
