//! A schedule's hours: what is written in civil time, and the instants it means.
//!
//! Knows nothing of meetings, calendars or limits; `slots` takes those away.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::AmbiguousOffset;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::zone::Zone;

/// The hours of a week and the days that differ, read on the clocks of `zone`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    pub zone: Zone,
    /// Monday first.
    pub weekly: Weekly,
    /// Wins over the week; an empty list closes the day.
    pub overrides: Overrides,
}

pub type Weekly = [Vec<Span>; 7];
pub type Overrides = BTreeMap<Date, Vec<Span>>;

/// A part of one day, in minutes since its midnight as clocks show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Span {
    from: u16,
    to: u16,
}

/// A stretch of real time, its end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error("Enter a time between 00:00 and 24:00, like 09:00")]
    NotATime,
    #[error("The end must be after the start: {from} to {to} isn’t a range")]
    Backwards { from: String, to: String },
    #[error("{first} and {second} overlap. Change one of them or join them")]
    Overlap { first: Span, second: Span },
}

#[derive(Debug, thiserror::Error)]
#[error("stored hours can’t be read: {0}")]
pub struct BadHours(#[from] serde_json::Error);

impl Hours {
    pub fn nine_to_five(zone: Zone) -> Hours {
        let day = || {
            vec![Span {
                from: 9 * 60,
                to: 17 * 60,
            }]
        };
        Hours {
            zone,
            weekly: [day(), day(), day(), day(), day(), Vec::new(), Vec::new()],
            overrides: Overrides::new(),
        }
    }

    /// Reads back what `weekly_json` and `overrides_json` wrote.
    pub fn from_json(zone: Zone, weekly: &str, overrides: &str) -> Result<Hours, BadHours> {
        let weekly: [Day; 7] = serde_json::from_str(weekly)?;
        let overrides: BTreeMap<Date, Day> = serde_json::from_str(overrides)?;
        Ok(Hours {
            zone,
            weekly: weekly.map(|day| day.0),
            overrides: overrides
                .into_iter()
                .map(|(date, day)| (date, day.0))
                .collect(),
        })
    }

    pub fn weekly_json(&self) -> String {
        serde_json::to_string(&self.weekly).expect("lists of times can always be written as JSON")
    }

    pub fn overrides_json(&self) -> String {
        serde_json::to_string(&self.overrides)
            .expect("lists of times under dates can always be written as JSON")
    }

    /// What is written for one date.
    pub fn on(&self, date: Date) -> &[Span] {
        let weekday = date.weekday().to_monday_zero_offset();
        match self.overrides.get(&date) {
            Some(spans) => spans,
            None => &self.weekly[usize::from(weekday.unsigned_abs())],
        }
    }

    /// The open time between two instants, merged and sorted.
    pub fn open(&self, from: Timestamp, to: Timestamp) -> Vec<Interval> {
        if from >= to {
            return Vec::new();
        }
        let spans = self.opened(from, to);
        merged(&spans)
            .into_iter()
            .map(|open| Interval {
                starts_at: open.starts_at.max(from),
                ends_at: open.ends_at.min(to),
            })
            .filter(|open| open.starts_at < open.ends_at)
            .collect()
    }

    /// Each written span as the instants it means, sorted by start and not merged, for every
    /// date that could touch the given time. A day more on each side, because a span may be
    /// moved past midnight by a change of the clocks.
    pub(super) fn opened(&self, from: Timestamp, to: Timestamp) -> Vec<Interval> {
        let tz = self.zone.tz();
        let first = tz.to_datetime(from).date().saturating_sub(1.day());
        let last = tz.to_datetime(to).date().saturating_add(1.day());
        let mut spans: Vec<Interval> = first
            .series(1.day())
            .take_while(|date| *date <= last)
            .flat_map(|date| {
                let written = self.on(date).iter();
                written.filter_map(move |span| self.instants(date, *span))
            })
            .collect();
        spans.sort_unstable_by_key(|span| (span.starts_at, span.ends_at));
        spans
    }

    /// None where the clocks never show any of the span. A span inside a gap is looked at
    /// twice: moved as a whole it would open hours of another time, and where a zone leaves
    /// out a whole day (Apia, 30 December 2011) even those of another date.
    fn instants(&self, date: Date, span: Span) -> Option<Interval> {
        let starts = self.edge(date, span.from)?;
        let ends = self.edge(date, span.to)?;
        if starts.gap.is_some() && starts.gap == ends.gap {
            return None;
        }
        (starts.at < ends.at).then_some(Interval {
            starts_at: starts.at,
            ends_at: ends.at,
        })
    }

    /// None only past the last instant that can be written at all.
    fn edge(&self, date: Date, minute: u16) -> Option<Edge> {
        let civil = at_minute(date, minute)?;
        let ambiguous = self.zone.tz().to_ambiguous_timestamp(civil);
        let gap = match ambiguous.offset() {
            AmbiguousOffset::Gap { before, .. } => Some((date, before)),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => None,
        };
        let at = ambiguous.compatible().ok()?;
        Some(Edge { at, gap })
    }
}

impl Span {
    /// Minutes of the day, 0 to 1440.
    pub fn new(from: u16, to: u16) -> Result<Span, SpanError> {
        if from > DAY || to > DAY {
            return Err(SpanError::NotATime);
        }
        if from >= to {
            return Err(SpanError::Backwards {
                from: words(from),
                to: words(to),
            });
        }
        Ok(Span { from, to })
    }

    /// "09:00" and "17:00"; "24:00" is the end of the day.
    pub fn parse(from: &str, to: &str) -> Result<Span, SpanError> {
        Span::new(minute(from)?, minute(to)?)
    }

    /// The spans of one day, sorted. Those that touch stay apart: each starts its own row of
    /// slots.
    pub fn set(mut spans: Vec<Span>) -> Result<Vec<Span>, SpanError> {
        spans.sort_unstable();
        let overlap = spans.windows(2).find(|pair| pair[1].from < pair[0].to);
        match overlap {
            Some(pair) => Err(SpanError::Overlap {
                first: pair[0],
                second: pair[1],
            }),
            None => Ok(spans),
        }
    }

    pub fn from(self) -> u16 {
        self.from
    }

    pub fn to(self) -> u16 {
        self.to
    }

    /// "09:00", as the form field wants it.
    pub fn from_words(self) -> String {
        words(self.from)
    }

    pub fn to_words(self) -> String {
        words(self.to)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", words(self.from), words(self.to))
    }
}

/// Joins spans that touch or overlap. `spans` must be sorted by start.
pub(super) fn merged(spans: &[Interval]) -> Vec<Interval> {
    let mut merged: Vec<Interval> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.starts_at <= last.ends_at => {
                last.ends_at = last.ends_at.max(span.ends_at);
            }
            Some(_) | None => merged.push(*span),
        }
    }
    merged
}

const DAY: u16 = 24 * 60;

struct Edge {
    at: Timestamp,
    /// The gap this minute falls in, named by its date and the offset before it.
    gap: Option<(Date, jiff::tz::Offset)>,
}

/// How a span is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    to: String,
}

impl TryFrom<Written> for Span {
    type Error = SpanError;

    fn try_from(written: Written) -> Result<Span, SpanError> {
        Span::parse(&written.from, &written.to)
    }
}

impl From<Span> for Written {
    fn from(span: Span) -> Written {
        Written {
            from: span.from_words(),
            to: span.to_words(),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Vec<Span>")]
struct Day(Vec<Span>);

impl TryFrom<Vec<Span>> for Day {
    type Error = SpanError;

    fn try_from(spans: Vec<Span>) -> Result<Day, SpanError> {
        Span::set(spans).map(Day)
    }
}

fn at_minute(date: Date, minute: u16) -> Option<DateTime> {
    if minute >= DAY {
        return Some(date.tomorrow().ok()?.to_datetime(Time::midnight()));
    }
    let hour = i8::try_from(minute / 60).ok()?;
    let minute = i8::try_from(minute % 60).ok()?;
    Some(date.at(hour, minute, 0, 0))
}

fn minute(words: &str) -> Result<u16, SpanError> {
    let (hours, minutes) = words.trim().split_once(':').ok_or(SpanError::NotATime)?;
    let digits = |part: &str, least: usize| {
        let fits = (least..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| fits)
    };
    let hours = digits(hours, 1).ok_or(SpanError::NotATime)?;
    let minutes = digits(minutes, 2).filter(|minutes| *minutes < 60);
    let minute = hours * 60 + minutes.ok_or(SpanError::NotATime)?;
    if minute > DAY {
        return Err(SpanError::NotATime);
    }
    Ok(minute)
}

fn words(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(words: &str) -> Span {
        let (from, to) = words.split_once('-').unwrap();
        Span::parse(from, to).unwrap()
    }

    fn every_day(zone: &str, spans: &[&str]) -> Hours {
        let day: Vec<Span> = spans.iter().map(|words| span(words)).collect();
        Hours {
            zone: Zone::parse(zone).unwrap(),
            weekly: std::array::from_fn(|_| day.clone()),
            overrides: Overrides::new(),
        }
    }

    /// The open time of `from` until before `to`, local dates, as local times with offsets.
    fn open(hours: &Hours, from: &str, to: &str) -> Vec<String> {
        let tz = hours.zone.tz();
        let midnight = |date: &str| {
            let date: Date = date.parse().unwrap();
            date.to_zoned(tz.clone()).unwrap().timestamp()
        };
        let show = |at: Timestamp| at.to_zoned(tz.clone()).strftime("%d %H:%M%:z").to_string();
        hours
            .open(midnight(from), midnight(to))
            .iter()
            .map(|open| {
                let minutes = (open.ends_at.as_second() - open.starts_at.as_second()) / 60;
                format!(
                    "{} {} = {minutes}",
                    show(open.starts_at),
                    show(open.ends_at)
                )
            })
            .collect()
    }

    #[test]
    fn a_plain_day_opens_as_written() {
        let hours = every_day("Europe/Madrid", &["09:00-12:00", "13:00-17:00"]);
        assert_eq!(
            open(&hours, "2026-06-12", "2026-06-13"),
            [
                "12 09:00+02:00 12 12:00+02:00 = 180",
                "12 13:00+02:00 12 17:00+02:00 = 240"
            ]
        );
    }

    #[test]
    fn spans_that_touch_are_one_also_over_midnight() {
        let hours = every_day(
            "Europe/Madrid",
            &["00:00-02:00", "09:00-12:00", "12:00-24:00"],
        );
        assert_eq!(
            open(&hours, "2026-06-12", "2026-06-14"),
            [
                "12 00:00+02:00 12 02:00+02:00 = 120",
                "12 09:00+02:00 13 02:00+02:00 = 1020",
                "13 09:00+02:00 14 00:00+02:00 = 900"
            ]
        );
    }

    #[test]
    fn an_override_wins_over_the_week_and_an_empty_one_closes_the_day() {
        let mut hours = every_day("Europe/Madrid", &["09:00-10:00"]);
        let date = |text: &str| text.parse::<Date>().unwrap();
        hours.overrides.insert(date("2026-06-12"), Vec::new());
        hours
            .overrides
            .insert(date("2026-06-13"), vec![span("20:00-24:00")]);
        assert_eq!(
            open(&hours, "2026-06-12", "2026-06-15"),
            [
                "13 20:00+02:00 14 00:00+02:00 = 240",
                "14 09:00+02:00 14 10:00+02:00 = 60"
            ]
        );
    }

    #[test]
    fn the_window_cuts_the_open_time() {
        let hours = every_day("UTC", &["09:00-17:00"]);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (from, to) = (at("2026-06-12T10:30:30Z"), at("2026-06-12T11:00:00Z"));
        assert_eq!(
            hours.open(from, to),
            [Interval {
                starts_at: from,
                ends_at: to
            }]
        );
        assert_eq!(hours.open(to, from), []);
        assert_eq!(hours.open(from, from), []);
    }

    /// What clocks do, one row each: zone, spans of every day, the date, what is open on it.
    #[test]
    fn hours_are_exact_on_days_when_the_clocks_change() {
        let rows: &[(&str, &[&str], &str, &[&str])] = &[
            // Madrid goes from 02:00 to 03:00.
            (
                "Europe/Madrid",
                &["00:00-24:00"],
                "2026-03-29",
                &["29 00:00+01:00 30 00:00+02:00 = 1380"],
            ),
            (
                "Europe/Madrid",
                &["01:00-04:00"],
                "2026-03-29",
                &["29 01:00+01:00 29 04:00+02:00 = 120"],
            ),
            (
                "Europe/Madrid",
                &["02:30-04:00"],
                "2026-03-29",
                &["29 03:30+02:00 29 04:00+02:00 = 30"],
            ),
            (
                "Europe/Madrid",
                &["01:30-02:30"],
                "2026-03-29",
                &["29 01:30+01:00 29 03:30+02:00 = 60"],
            ),
            ("Europe/Madrid", &["02:00-03:00"], "2026-03-29", &[]),
            ("Europe/Madrid", &["02:15-02:45"], "2026-03-29", &[]),
            ("Europe/Madrid", &["02:30-03:15"], "2026-03-29", &[]),
            (
                "Europe/Madrid",
                &["01:30-02:30", "03:00-04:00"],
                "2026-03-29",
                &["29 01:30+01:00 29 04:00+02:00 = 90"],
            ),
            // Madrid goes from 03:00 back to 02:00.
            (
                "Europe/Madrid",
                &["00:00-24:00"],
                "2026-10-25",
                &["25 00:00+02:00 26 00:00+01:00 = 1500"],
            ),
            (
                "Europe/Madrid",
                &["01:00-04:00"],
                "2026-10-25",
                &["25 01:00+02:00 25 04:00+01:00 = 240"],
            ),
            (
                "Europe/Madrid",
                &["02:00-03:00"],
                "2026-10-25",
                &["25 02:00+02:00 25 03:00+01:00 = 120"],
            ),
            (
                "Europe/Madrid",
                &["01:00-02:30"],
                "2026-10-25",
                &["25 01:00+02:00 25 02:30+02:00 = 90"],
            ),
            (
                "Europe/Madrid",
                &["02:30-04:00"],
                "2026-10-25",
                &["25 02:30+02:00 25 04:00+01:00 = 150"],
            ),
            // Lord Howe changes by half an hour at 02:00.
            (
                "Australia/Lord_Howe",
                &["00:00-24:00"],
                "2026-04-05",
                &["05 00:00+11:00 06 00:00+10:30 = 1470"],
            ),
            (
                "Australia/Lord_Howe",
                &["01:30-02:00"],
                "2026-04-05",
                &["05 01:30+11:00 05 02:00+10:30 = 60"],
            ),
            (
                "Australia/Lord_Howe",
                &["00:00-24:00"],
                "2026-10-04",
                &["04 00:00+10:30 05 00:00+11:00 = 1410"],
            ),
            ("Australia/Lord_Howe", &["02:00-02:30"], "2026-10-04", &[]),
            (
                "Australia/Lord_Howe",
                &["01:00-03:00"],
                "2026-10-04",
                &["04 01:00+10:30 04 03:00+11:00 = 90"],
            ),
            // Santiago changes at midnight: the day has no 00:00.
            (
                "America/Santiago",
                &["00:00-09:00"],
                "2026-09-06",
                &["06 01:00-03:00 06 09:00-03:00 = 480"],
            ),
            (
                "America/Santiago",
                &["22:00-24:00"],
                "2026-04-04",
                &["04 22:00-03:00 05 00:00-04:00 = 180"],
            ),
        ];
        for (zone, spans, date, expected) in rows {
            let hours = every_day(zone, spans);
            let date: Date = date.parse().unwrap();
            let next = date.tomorrow().unwrap().to_string();
            let seen = open(&hours, &date.to_string(), &next);
            assert_eq!(seen, *expected, "{zone} {spans:?} on {date}");
        }
    }

    #[test]
    fn a_day_that_a_zone_leaves_out_opens_nothing_and_lends_nothing_to_its_neighbor() {
        let mut hours = every_day("Pacific/Apia", &["09:00-17:00", "20:00-24:00"]);
        assert_eq!(
            open(&hours, "2011-12-29", "2012-01-01"),
            [
                "29 09:00-10:00 29 17:00-10:00 = 480",
                "29 20:00-10:00 31 00:00+14:00 = 240",
                "31 09:00+14:00 31 17:00+14:00 = 480",
                "31 20:00+14:00 01 00:00+14:00 = 240"
            ]
        );
        hours
            .overrides
            .insert("2011-12-31".parse().unwrap(), Vec::new());
        assert_eq!(
            open(&hours, "2011-12-31", "2012-01-01"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let hours = every_day("Europe/Madrid", &["00:00-24:00"]);
        let day = jiff::SignedDuration::from_hours(48);
        assert!(!hours.open(Timestamp::MAX - day, Timestamp::MAX).is_empty());
        assert!(!hours.open(Timestamp::MIN, Timestamp::MIN + day).is_empty());
    }

    #[test]
    fn times_are_parsed_at_the_door() {
        assert_eq!(span("09:00-24:00"), Span::new(540, 1440).unwrap());
        assert_eq!(span("9:05-10:00").to_string(), "09:05–10:00");
        for bad in [
            "", "9", "09.00", "24:01", "25:00", "09:60", "-1:00", "+9:00", "009:00", "09:0",
        ] {
            assert_eq!(
                Span::parse(bad, "24:00"),
                Err(SpanError::NotATime),
                "{bad:?}"
            );
        }
        assert_eq!(
            Span::parse("17:00", "09:00").unwrap_err().to_string(),
            "The end must be after the start: 17:00 to 09:00 isn’t a range"
        );
        assert!(Span::parse("09:00", "09:00").is_err());
    }

    #[test]
    fn the_spans_of_a_day_are_sorted_and_may_not_overlap() {
        let day = Span::set(vec![span("13:00-17:00"), span("09:00-13:00")]).unwrap();
        assert_eq!(day, [span("09:00-13:00"), span("13:00-17:00")]);
        let clash = Span::set(vec![span("13:00-17:00"), span("09:00-13:30")]).unwrap_err();
        assert_eq!(
            clash.to_string(),
            "09:00–13:30 and 13:00–17:00 overlap. Change one of them or join them"
        );
    }

    #[test]
    fn hours_are_stored_as_two_texts() {
        let mut hours = Hours::nine_to_five(Zone::utc());
        hours.weekly[1].clear();
        hours
            .overrides
            .insert("2026-06-12".parse().unwrap(), vec![span("20:00-24:00")]);
        hours
            .overrides
            .insert("2026-12-25".parse().unwrap(), Vec::new());
        let (weekly, overrides) = (hours.weekly_json(), hours.overrides_json());
        assert!(weekly.starts_with(r#"[[{"from":"09:00","to":"17:00"}],[],"#));
        assert_eq!(
            overrides,
            r#"{"2026-06-12":[{"from":"20:00","to":"24:00"}],"2026-12-25":[]}"#
        );
        assert_eq!(
            Hours::from_json(Zone::utc(), &weekly, &overrides).unwrap(),
            hours
        );
        let overlapping = weekly.replacen(
            "[]",
            r#"[{"from":"09:00","to":"10:00"},{"from":"09:30","to":"11:00"}]"#,
            1,
        );
        assert!(Hours::from_json(Zone::utc(), &overlapping, "{}").is_err());
        assert!(Hours::from_json(Zone::utc(), "[]", "{}").is_err());
    }
}
