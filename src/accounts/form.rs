//! What people type about themselves, parsed at the door, and the choices they are given.

use jiff::Timestamp;

use super::Role;
use super::password::Password;
use crate::language::{Language, Said};
use crate::text::{Email, Username, one_line};
use crate::web::form::Input;
use crate::zone::Zone;

const LONGEST_NAME: usize = 100;

pub fn name(input: &mut Input) -> Option<String> {
    let language = input.language();
    input.read("name", |words| {
        needed_line(language, words, "person-no-name")
    })
}

/// An organization's name.
pub fn org_name(language: Language, words: &str) -> Result<String, String> {
    needed_line(language, words, "person-no-org-name").map_err(String::from)
}

fn needed_line(language: Language, words: &str, missing: &'static str) -> Result<String, Said> {
    let line = one_line(words);
    match line.chars().count() {
        0 => Err(language.say(missing)),
        1..=LONGEST_NAME => Ok(line),
        _ => Err(language
            .say("person-name-too-long")
            .with("max", LONGEST_NAME)),
    }
}

/// An address that names an account: in lower case, as people don't remember which they used.
pub fn account_email(words: &str) -> Result<Email, crate::text::BadEmail> {
    Email::parse(&words.to_lowercase())
}

pub fn email(input: &mut Input) -> Option<Email> {
    let language = input.language();
    input.read("email", |words| {
        account_email(words).map_err(|why| why.said(language))
    })
}

pub fn username(input: &mut Input) -> Option<Username> {
    let language = input.language();
    input.read("username", |words| {
        Username::parse(&words.trim().to_lowercase()).map_err(|why| why.said(language))
    })
}

pub fn password(input: &mut Input, field: &str) -> Option<Password> {
    let language = input.language();
    input.read(field, |words| {
        Password::parse(words).map_err(|why| why.said(language))
    })
}

pub fn zone(input: &mut Input) -> Option<Zone> {
    let language = input.language();
    input.read("timezone", |name| {
        Zone::parse(name).map_err(|why| why.said(language))
    })
}

pub fn role(input: &mut Input) -> Option<Role> {
    let language = input.language();
    input.read("role", |word| {
        Role::from_word(word).ok_or_else(|| language.say("person-no-role"))
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
pub fn zone_groups(language: Language, chosen: &str, now: Timestamp) -> Vec<ZoneGroup> {
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
            label: language.zone_option(&zone, now),
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
    for group in &mut groups {
        let area = language.say("when-area").with("area", &group.area);
        group.area = area.into();
    }
    groups
}
