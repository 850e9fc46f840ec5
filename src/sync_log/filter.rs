//! What somebody asked the log for, read from the address: bad values are left out, each with a
//! sentence that says so. Pure.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Action, Entry, Verdict};
use crate::booking::Booking;
use crate::clock::from_micros;
use crate::conferencing::Account;
use crate::id::Id;
use crate::language::Language;
use crate::text;
use crate::zone::Zone;

const LONGEST_TEXT: usize = 300;
const LONGEST_UUID: usize = 36;

/// The value of the account filter that means "none".
pub const NO_ACCOUNT: &str = "none";

/// The filter as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub q: String,
    pub result: String,
    pub action: String,
    pub account: String,
    pub from: String,
    pub to: String,
    /// The last row of the page before: "{micros}.{entry}".
    pub after: String,
}

/// The filter as it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub text: Option<Sought>,
    pub result: Option<Verdict>,
    pub action: Option<Action>,
    pub account: Option<Which>,
    /// From this instant on, and before that one.
    pub from: Timestamp,
    pub until: Timestamp,
    /// Goes on behind this entry.
    pub behind: Option<(Timestamp, Id<Entry>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    Booking(Id<Booking>),
    /// The provider's id of a room.
    Room(String),
    /// Part of an address or of a name.
    Words(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    NoAccount,
    One(Id<Account>),
}

impl Asked {
    /// From the query of an address, which never fails: what comes twice counts once.
    pub fn of(query: Option<&str>) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let field = match &*name {
                // The box for one booking has a name of its own.
                "q" | "about" => &mut asked.q,
                "result" => &mut asked.result,
                "action" => &mut asked.action,
                "account" => &mut asked.account,
                "from" => &mut asked.from,
                "to" => &mut asked.to,
                "after" => &mut asked.after,
                _ => continue,
            };
            if field.is_empty() {
                *field = shortened(&value);
            }
        }
        asked
    }

    pub fn is_filtered(&self) -> bool {
        [&self.q, &self.result, &self.action, &self.account]
            .into_iter()
            .chain([&self.from, &self.to])
            .any(|field| !field.is_empty())
    }

    /// The same filter at another address, or its next page.
    pub fn link(&self, path: &str, after: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("q", self.q.as_str()),
            ("result", &self.result),
            ("action", &self.action),
            ("account", &self.account),
            ("from", &self.from),
            ("to", &self.to),
            ("after", after),
        ];
        for (name, value) in fields {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// What can be used of it, and sentences about what can't.
    pub fn read(&self, zone: &Zone, language: Language) -> (Filter, Vec<String>) {
        let mut left_out = Vec::new();
        let mut note = |key, typed: &str| {
            left_out.push(String::from(language.say(key).with("typed", typed)));
        };
        let result = known(&self.result, Verdict::from_word);
        if result.is_none() && !self.result.is_empty() {
            note("log-not-a-result", &self.result);
        }
        let action = known(&self.action, Action::from_word);
        if action.is_none() && !self.action.is_empty() {
            note("log-not-an-action", &self.action);
        }
        let account = known(&self.account, which);
        if account.is_none() && !self.account.is_empty() {
            note("log-not-an-account", &self.account);
        }
        let day = |typed: &str| known(typed, |typed| typed.parse::<Date>().ok());
        let (mut from, mut to) = (day(&self.from), day(&self.to));
        for (date, typed) in [(from, &self.from), (to, &self.to)] {
            if date.is_none() && !typed.is_empty() {
                note("log-not-a-day", typed);
            }
        }
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            left_out.push(language.word("log-days-turned").into_owned());
            (from, to) = (None, None);
        }
        let filter = Filter {
            text: sought(&self.q),
            result,
            action,
            account,
            from: from
                .and_then(|day| midnight(day, zone))
                .unwrap_or(Timestamp::MIN),
            until: to
                .and_then(|day| midnight(day.tomorrow().ok()?, zone))
                .unwrap_or(Timestamp::MAX),
            behind: behind(&self.after),
        };
        (filter, left_out)
    }
}

fn known<T>(typed: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    if typed.is_empty() { None } else { read(typed) }
}

fn shortened(value: &str) -> String {
    let line = text::one_line(value);
    line.chars().take(LONGEST_TEXT).collect()
}

fn which(typed: &str) -> Option<Which> {
    match typed {
        NO_ACCOUNT => Some(Which::NoAccount),
        id => id.parse().ok().map(Which::One),
    }
}

fn midnight(day: Date, zone: &Zone) -> Option<Timestamp> {
    let midnight = day.to_datetime(jiff::civil::Time::midnight());
    zone.tz().to_zoned(midnight).ok().map(|at| at.timestamp())
}

fn behind(after: &str) -> Option<(Timestamp, Id<Entry>)> {
    let (at, id) = after.split_once('.')?;
    Some((from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// A booking's id, also inside an address of ours; a room's number, however it is grouped; else
/// words.
pub fn sought(typed: &str) -> Option<Sought> {
    if typed.is_empty() {
        return None;
    }
    if let Some(id) = uuid_in(typed) {
        return Some(Sought::Booking(Id::from_uuid(id)));
    }
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if (9..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Sought::Room(digits));
    }
    Some(Sought::Words(typed.to_owned()))
}

fn uuid_in(typed: &str) -> Option<Uuid> {
    typed
        .char_indices()
        .filter_map(|(at, _)| typed.get(at..at + LONGEST_UUID))
        .find_map(|part| Uuid::try_parse(part).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01970000-0000-7000-8000-000000000001";

    fn madrid() -> Zone {
        Zone::parse("Europe/Madrid").unwrap()
    }

    #[test]
    fn a_filter_says_which_of_its_values_it_left_out() {
        let asked = Asked::of(Some(
            "result=won&action=fly&account=me&from=yesterday&to=2026-02-31&q=x",
        ));
        let (filter, left_out) = asked.read(&madrid(), Language::English);
        assert_eq!(
            left_out,
            [
                "“won” is no result, so it was left out.",
                "“fly” is no action, so it was left out.",
                "“me” is no account, so it was left out.",
                "“yesterday” is no day, so it was left out.",
                "“2026-02-31” is no day, so it was left out.",
            ]
        );
        let nothing = Filter {
            text: Some(Sought::Words("x".to_owned())),
            result: None,
            action: None,
            account: None,
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            behind: None,
        };
        assert_eq!(filter, nothing);
    }

    #[test]
    fn days_are_the_viewers_own_and_the_last_one_counts_whole() {
        let asked = Asked::of(Some("from=2026-05-04&to=2026-05-05"));
        let (filter, left_out) = asked.read(&madrid(), Language::English);
        assert!(left_out.is_empty());
        assert_eq!(filter.from.to_string(), "2026-05-03T22:00:00Z");
        assert_eq!(filter.until.to_string(), "2026-05-05T22:00:00Z");
        let (turned, left_out) =
            Asked::of(Some("from=2026-05-05&to=2026-05-04")).read(&madrid(), Language::English);
        assert_eq!((turned.from, left_out.len()), (Timestamp::MIN, 1));
        // The end of time has no tomorrow.
        let (far, _) =
            Asked::of(Some("from=-9999-01-01&to=9999-12-31")).read(&madrid(), Language::English);
        assert_eq!(far.until, Timestamp::MAX);
    }

    #[test]
    fn what_is_sought_is_told_from_its_form() {
        let booking = Some(Sought::Booking(ID.parse().unwrap()));
        assert_eq!(sought(ID), booking);
        let link = format!("https://meet.example/booking/{ID}?t=abc");
        assert_eq!(sought(&link), booking);
        let room = Some(Sought::Room("91234567890".to_owned()));
        assert_eq!(sought("912 3456 7890"), room);
        assert_eq!(sought("912-3456-7890"), room);
        let words = Some(Sought::Words("ada@zoom.example".to_owned()));
        assert_eq!(sought("ada@zoom.example"), words);
        assert!(sought(&"ä".repeat(40)).is_some());
        assert_eq!(sought(""), None);
    }

    #[test]
    fn no_query_is_too_odd_and_none_is_kept_in_full() {
        let asked = Asked::of(Some("q=%00a%1b%ff%FE&q=b&after=x.y&&==&result"));
        assert!(!asked.q.contains('\0') && asked.q.starts_with('a'));
        let (filter, _) = asked.read(&madrid(), Language::English);
        assert_eq!(filter.behind, None);
        let long = format!("q={}", "x".repeat(10_000));
        assert_eq!(Asked::of(Some(&long)).q.len(), LONGEST_TEXT);
        for after in [format!("{}.{ID}", i64::MAX), format!("{}.{ID}", i64::MIN)] {
            let asked = Asked {
                after,
                ..Asked::default()
            };
            assert!(asked.read(&madrid(), Language::English).0.behind.is_some());
        }
    }

    #[test]
    fn a_link_carries_the_same_filter() {
        let asked = Asked::of(Some("q=a%26b&result=failed&after=1.2"));
        assert_eq!(asked.link("/log", ""), "/log?q=a%26b&result=failed");
        assert_eq!(Asked::default().link("/log", ""), "/log");
        assert!(asked.is_filtered() && !Asked::default().is_filtered());
    }
}
