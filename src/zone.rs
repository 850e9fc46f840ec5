//! Time zones by their IANA name, from the database built into this program.
//!
//! Every machine must give the same slots, so the zone files of the operating system are
//! never read: they are often a year behind. Instants in words are in `when`.

use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::language::{Language, Said};

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone that exists. Aliases keep the name they were given with, because people
/// look for the name they know.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: Arc<str>,
    tz: TimeZone,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said(Language::English))]
pub struct UnknownZone(String);

impl UnknownZone {
    pub fn said(&self, language: Language) -> Said {
        language.say("field-unknown-zone").with("name", &self.0)
    }
}

impl Zone {
    /// Takes any name of the IANA database, in any case, and nothing else: no offsets, no
    /// POSIX rules, and not the two names that mean "nobody said".
    pub fn parse(name: &str) -> Result<Zone, UnknownZone> {
        let unknown = || UnknownZone(name.chars().take(64).collect());
        let tz = ZONES.get(name).map_err(|_| unknown())?;
        match tz.iana_name() {
            Some("Etc/Unknown" | "Factory") | None => Err(unknown()),
            Some(written) => Ok(Zone {
                name: Arc::from(written),
                tz,
            }),
        }
    }

    pub fn utc() -> Zone {
        Zone {
            name: Arc::from("UTC"),
            tz: TimeZone::UTC,
        }
    }

    /// The zones to choose from, sorted by name: places, and UTC. Older spellings of the same
    /// place and names of regions are left out here but still parse.
    pub fn all() -> Vec<Zone> {
        let mut zones: Vec<Zone> = ZONES
            .available()
            .filter(|name| is_place(name.as_str()))
            .filter_map(|name| Zone::parse(name.as_str()).ok())
            .chain([Zone::utc()])
            .collect();
        zones.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        zones
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn tz(&self) -> &TimeZone {
        &self.tz
    }

    /// "Madrid", "Buenos Aires"; a zone without a place keeps its last part, "UTC".
    pub fn city(&self) -> String {
        let last = self.name.rsplit('/').next().unwrap_or(&self.name);
        last.replace('_', " ")
    }

    /// Whether the name is that of a place, so that "Madrid time" can be said of it.
    pub fn is_place(&self) -> bool {
        in_an_area(&self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Zone, UnknownZone> {
        Zone::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.name.to_string()
    }
}

fn is_place(name: &str) -> bool {
    in_an_area(name) && OLDER_SPELLINGS.binary_search(&name).is_err()
}

fn in_an_area(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(area, _)| AREAS.contains(&area))
}

const AREAS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// Names the database keeps only for old data: respellings, renamed places, regions. Sorted.
/// Cities that merely share the rules of another city (Oslo and Berlin) are no such names.
const OLDER_SPELLINGS: [&str; 63] = [
    "Africa/Asmera",
    "Africa/Timbuktu",
    "America/Argentina/ComodRivadavia",
    "America/Atka",
    "America/Buenos_Aires",
    "America/Catamarca",
    "America/Coral_Harbour",
    "America/Cordoba",
    "America/Ensenada",
    "America/Fort_Wayne",
    "America/Godthab",
    "America/Indianapolis",
    "America/Jujuy",
    "America/Knox_IN",
    "America/Louisville",
    "America/Mendoza",
    "America/Porto_Acre",
    "America/Rosario",
    "America/Santa_Isabel",
    "America/Shiprock",
    "America/Virgin",
    "Antarctica/South_Pole",
    "Asia/Ashkhabad",
    "Asia/Calcutta",
    "Asia/Choibalsan",
    "Asia/Chungking",
    "Asia/Dacca",
    "Asia/Istanbul",
    "Asia/Kashgar",
    "Asia/Katmandu",
    "Asia/Macao",
    "Asia/Rangoon",
    "Asia/Saigon",
    "Asia/Tel_Aviv",
    "Asia/Thimbu",
    "Asia/Ujung_Pandang",
    "Asia/Ulan_Bator",
    "Atlantic/Faeroe",
    "Atlantic/Jan_Mayen",
    "Australia/ACT",
    "Australia/Canberra",
    "Australia/Currie",
    "Australia/LHI",
    "Australia/NSW",
    "Australia/North",
    "Australia/Queensland",
    "Australia/South",
    "Australia/Tasmania",
    "Australia/Victoria",
    "Australia/West",
    "Australia/Yancowinna",
    "Europe/Belfast",
    "Europe/Kiev",
    "Europe/Nicosia",
    "Europe/Tiraspol",
    "Europe/Uzhgorod",
    "Europe/Zaporozhye",
    "Pacific/Enderbury",
    "Pacific/Johnston",
    "Pacific/Ponape",
    "Pacific/Samoa",
    "Pacific/Truk",
    "Pacific/Yap",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_keep_the_name_they_were_given_with() {
        for name in ["Europe/Madrid", "Asia/Calcutta", "US/Eastern", "UTC"] {
            assert_eq!(Zone::parse(name).unwrap().name(), name);
        }
        assert_eq!(
            Zone::parse("europe/madrid").unwrap(),
            Zone::parse("Europe/Madrid").unwrap()
        );
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        for name in [
            "",
            " ",
            "Etc/Unknown",
            "etc/unknown",
            "Factory",
            "Mars/Olympus",
            "+02:00",
            "CET-1CEST",
            "posix/Europe/Madrid",
            "Europe/Madrid\0",
            "../../etc/passwd",
        ] {
            assert!(Zone::parse(name).is_err(), "{name:?} was taken");
        }
        let long = "x".repeat(10_000);
        assert!(Zone::parse(&long).unwrap_err().to_string().len() < 200);
    }

    #[test]
    fn the_rules_are_those_of_the_built_in_database_not_of_the_machine() {
        // British Columbia stays on UTC−7 from 2026 on; databases of 2025 still end it.
        let vancouver = Zone::parse("America/Vancouver").unwrap();
        let december: jiff::Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
        assert_eq!(vancouver.tz().to_offset(december).seconds(), -7 * 3600);
    }

    #[test]
    fn the_list_has_places_and_utc_sorted_without_older_spellings() {
        let all = Zone::all();
        let names: Vec<&str> = all.iter().map(Zone::name).collect();
        assert!(names.is_sorted());
        for wanted in [
            "Europe/Madrid",
            "Europe/Oslo",
            "Asia/Kolkata",
            "America/Argentina/Buenos_Aires",
            "UTC",
        ] {
            assert!(names.contains(&wanted), "{wanted} is missing");
        }
        for unwanted in [
            "EST5EDT",
            "Etc/GMT+5",
            "Factory",
            "US/Eastern",
            "Asia/Calcutta",
            "Australia/NSW",
        ] {
            assert!(!names.contains(&unwanted), "{unwanted} is offered");
        }
        assert!(
            (380..460).contains(&names.len()),
            "{} zones are offered",
            names.len()
        );
    }

    #[test]
    fn the_older_spellings_are_sorted_and_still_parse() {
        assert!(OLDER_SPELLINGS.is_sorted());
        for name in OLDER_SPELLINGS {
            assert!(Zone::parse(name).is_ok(), "{name} is gone");
        }
    }

    #[test]
    fn a_city_is_read_as_people_write_it() {
        let city = |name| Zone::parse(name).unwrap().city();
        assert_eq!(city("Europe/Madrid"), "Madrid");
        assert_eq!(city("America/Argentina/Buenos_Aires"), "Buenos Aires");
        assert_eq!(city("America/Port-au-Prince"), "Port-au-Prince");
        assert_eq!(city("UTC"), "UTC");
    }

    #[test]
    fn a_zone_is_stored_as_its_name() {
        let madrid = Zone::parse("Europe/Madrid").unwrap();
        let json = serde_json::to_string(&madrid).unwrap();
        assert_eq!(json, "\"Europe/Madrid\"");
        assert_eq!(serde_json::from_str::<Zone>(&json).unwrap(), madrid);
        assert!(serde_json::from_str::<Zone>("\"Etc/Unknown\"").is_err());
    }
}
