//! The form of a schedule: what was typed becomes hours, or a sentence beside the day that is
//! wrong. Rows of from and to belong to a group, `d0` to `d6` for the week, `o{key}` for a date.
//! Pure.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::hours::{Hours, Span, SpanError};
use super::store::{Overrides, Schedule, Weekly};
use crate::language::{Language, Said};
use crate::text;
use crate::web::form::{Input, sentence};
use crate::zone::Zone;

pub const NAME_LENGTH: usize = 100;
const MOST_RANGES: usize = 24;
pub const MOST_DATES: usize = 366;

/// A schedule as its form gives it.
pub struct Values {
    pub name: String,
    pub timezone: Zone,
    pub weekly: Weekly,
    pub overrides: Overrides,
}

impl Values {
    pub fn apply(self, schedule: &mut Schedule) {
        schedule.name = self.name;
        schedule.timezone = self.timezone;
        schedule.weekly = self.weekly;
        schedule.overrides = self.overrides;
    }
}

pub fn fill(name: &str, hours: &Hours) -> Input {
    let mut fields = vec![
        ("name".to_owned(), name.to_owned()),
        ("timezone".to_owned(), hours.zone.name().to_owned()),
    ];
    for (day, spans) in hours.weekly.iter().enumerate() {
        fill_rows(&mut fields, &day_group(day), spans);
    }
    for (key, (date, spans)) in hours.overrides.iter().enumerate() {
        let key = key.to_string();
        fields.push((format!("date_{key}"), date.to_string()));
        if spans.is_empty() {
            fields.push((format!("closed_{key}"), "on".to_owned()));
        }
        fill_rows(&mut fields, &date_group(&key), spans);
        fields.push(("override".to_owned(), key));
    }
    Input::filled(fields)
}

fn fill_rows(fields: &mut Vec<(String, String)>, group: &str, spans: &[Span]) {
    for span in spans {
        fields.push((format!("from_{group}"), span.from_words()));
        fields.push((format!("to_{group}"), span.to_words()));
    }
}

pub fn day_group(day: usize) -> String {
    format!("d{day}")
}

pub fn date_group(key: &str) -> String {
    format!("o{key}")
}

/// The rows of a group as they were typed, from and to.
pub fn rows(input: &Input, group: &str) -> Vec<(String, String)> {
    let (from, to) = (format!("from_{group}"), format!("to_{group}"));
    input
        .all(&from)
        .zip(input.all(&to))
        .map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()))
        .collect()
}

/// Dates that differ are named by the values of the field `override`.
pub fn date_keys(input: &Input) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in input.all("override") {
        let plain = (1..=6).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_digit());
        if plain && !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    keys
}

/// What a button of the form does to the form on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Save,
    AddRow { group: String },
    RemoveRow { group: String, row: usize },
    AddDate,
    RemoveDate { key: String },
}

impl Step {
    pub fn of(input: &Input) -> Step {
        let parts: Vec<&str> = input.text("do").split(':').collect();
        match parts.as_slice() {
            ["add", group] => Step::AddRow {
                group: (*group).to_owned(),
            },
            ["remove", group, row] => match row.parse() {
                Ok(row) => Step::RemoveRow {
                    group: (*group).to_owned(),
                    row,
                },
                Err(_) => Step::Save,
            },
            ["add-date"] => Step::AddDate,
            ["remove-date", key] => Step::RemoveDate {
                key: (*key).to_owned(),
            },
            _ => Step::Save,
        }
    }
}

/// Adds or removes rows and dates on the screen; nothing is saved by it.
pub fn rearrange(input: &mut Input, step: &Step) {
    match step {
        // Each group has a row to spare; it only has to be shown.
        Step::Save | Step::AddRow { .. } => {}
        Step::RemoveRow { group, row } => {
            let mut rows = rows(input, group);
            if *row < rows.len() {
                rows.remove(*row);
            }
            set_rows(input, group, rows);
        }
        Step::AddDate => {
            let mut keys = date_keys(input);
            let greatest = keys.iter().filter_map(|key| key.parse::<u32>().ok()).max();
            if keys.len() >= MOST_DATES {
                input.wrong("dates", too_many_dates(input.language()));
            } else {
                keys.push(greatest.map_or(0, |key| key + 1).to_string());
            }
            input.set_all("override", keys);
        }
        Step::RemoveDate { key } => {
            let mut keys = date_keys(input);
            keys.retain(|known| known != key);
            input.set_all("override", keys);
        }
    }
}

fn set_rows(input: &mut Input, group: &str, rows: Vec<(String, String)>) {
    let (from, to): (Vec<String>, Vec<String>) = rows.into_iter().unzip();
    input.set_all(&format!("from_{group}"), from);
    input.set_all(&format!("to_{group}"), to);
}

fn too_many_dates(language: Language) -> Said {
    let words = language.say("hours-too-many-dates");
    words.with("most", MOST_DATES)
}

pub fn read(input: &mut Input) -> Option<Values> {
    let language = input.language();
    let name = input.read("name", |words| {
        let name =
            text::line(words, NAME_LENGTH).map_err(|why| sentence(language, why.said(language)))?;
        if name.is_empty() {
            return Err(language.say("web-no-name"));
        }
        Ok(name)
    });
    let timezone = input.read("timezone", |words| {
        Zone::parse(words.trim()).map_err(|why| sentence(language, why.said(language)))
    });
    let weekly = weekly(input);
    let overrides = overrides(input);
    Some(Values {
        name: name?,
        timezone: timezone?,
        weekly: weekly?,
        overrides: overrides?,
    })
}

fn weekly(input: &mut Input) -> Option<Weekly> {
    let mut weekly = Weekly::default();
    let mut fine = true;
    let language = input.language();
    for (day, (_, name)) in language.weekdays().iter().enumerate() {
        let group = day_group(day);
        match spans(language, &rows(input, &group), name) {
            Ok(spans) => weekly.0[day] = spans,
            Err(why) => {
                input.wrong(&group, why);
                fine = false;
            }
        }
    }
    fine.then_some(weekly)
}

fn overrides(input: &mut Input) -> Option<Overrides> {
    let (language, keys) = (input.language(), date_keys(input));
    if keys.len() > MOST_DATES {
        input.wrong("dates", too_many_dates(input.language()));
        return None;
    }
    let mut overrides = BTreeMap::new();
    let mut fine = true;
    for key in keys {
        match one_date(input, &key) {
            Ok(None) => {}
            Ok(Some((date, spans))) => {
                if overrides.insert(date, spans).is_some() {
                    let why = language.say("hours-date-twice");
                    let why = why.with("day", language.day_and_year(date));
                    input.wrong(&date_group(&key), why);
                    fine = false;
                }
            }
            Err(why) => {
                input.wrong(&date_group(&key), why);
                fine = false;
            }
        }
    }
    fine.then_some(Overrides(overrides))
}

/// None where nothing was filled in.
fn one_date(input: &Input, key: &str) -> Result<Option<(Date, Vec<Span>)>, Said> {
    let language = input.language();
    let words = input.text(&format!("date_{key}")).trim();
    let closed = input.has(&format!("closed_{key}"));
    let rows = rows(input, &date_group(key));
    let empty = rows
        .iter()
        .all(|(from, to)| from.is_empty() && to.is_empty());
    if words.is_empty() && !closed && empty {
        return Ok(None);
    }
    let date: Date = words
        .parse()
        .ok()
        .filter(|date: &Date| (2000..=2200).contains(&date.year()))
        .ok_or_else(|| language.say("hours-bad-date"))?;
    if closed {
        return Ok(Some((date, Vec::new())));
    }
    let day = language.day_and_year(date);
    let spans = spans(language, &rows, &day)?;
    if spans.is_empty() {
        return Err(language.say("hours-date-empty").with("day", day));
    }
    Ok(Some((date, spans)))
}

/// `day`: "Monday", or a date.
fn spans(language: Language, rows: &[(String, String)], day: &str) -> Result<Vec<Span>, Said> {
    let about = |key| language.say(key).with("day", day);
    let mut spans = Vec::new();
    for (from, to) in rows {
        if from.is_empty() && to.is_empty() {
            continue;
        }
        if from.is_empty() || to.is_empty() {
            return Err(about("hours-half"));
        }
        spans.push(Span::parse(&clock(from), &clock(to)).map_err(|why| words(&why, about))?);
    }
    if spans.len() > MOST_RANGES {
        return Err(about("hours-too-many").with("most", MOST_RANGES));
    }
    Span::set(spans).map_err(|why| words(&why, about))
}

fn words(why: &SpanError, about: impl Fn(&'static str) -> Said) -> Said {
    match why {
        SpanError::NotATime => about("hours-no-time"),
        SpanError::Backwards { from, to } => {
            about("hours-backwards").with("from", from).with("to", to)
        }
        SpanError::Overlap { first, second } => about("hours-overlap")
            .with("first", first.to_string())
            .with("second", second.to_string()),
    }
}

/// "9", "930", "9.30" as people type them on a keyboard of digits.
fn clock(typed: &str) -> String {
    let digits = typed.bytes().all(|b| b.is_ascii_digit());
    match (digits, typed.len()) {
        (true, 1 | 2) => format!("{typed}:00"),
        (true, 3 | 4) => {
            let (hours, minutes) = typed.split_at(typed.len() - 2);
            format!("{hours}:{minutes}")
        }
        _ => typed.replace('.', ":"),
    }
}

/// "Monday to Friday 09:00–17:00", one line for each run of days with the same hours.
pub fn summary(language: Language, weekly: &Weekly) -> Vec<String> {
    let mut lines = Vec::new();
    let names = language.weekdays();
    let mut day = 0;
    while day < weekly.0.len() {
        let spans = &weekly.0[day];
        let mut last = day;
        while last + 1 < weekly.0.len() && weekly.0[last + 1] == *spans {
            last += 1;
        }
        if !spans.is_empty() {
            let (first, end) = (&names[day].1, &names[last].1);
            let days = match last - day {
                0 => first.clone(),
                1 => {
                    let both = language.say("web-and").with("those", first);
                    both.with("last", end).into()
                }
                _ => {
                    let run = language.say("hours-days").with("first", first);
                    run.with("last", end).to_string()
                }
            };
            let spans: Vec<String> = spans.iter().map(Span::to_string).collect();
            lines.push(format!("{days} {}", spans.join(", ")));
        }
        day = last + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_be_typed_on_a_keyboard_of_digits() {
        for (typed, read) in [
            ("9", "9:00"),
            ("17", "17:00"),
            ("930", "9:30"),
            ("0930", "09:30"),
            ("9.30", "9:30"),
            ("24", "24:00"),
            ("09:00", "09:00"),
            ("noon", "noon"),
        ] {
            assert_eq!(clock(typed), read);
        }
    }

    #[test]
    fn a_week_is_summed_up_by_runs_of_equal_days() {
        let hours = Hours::nine_to_five(Zone::utc());
        let mut weekly = Weekly(hours.weekly);
        assert_eq!(
            summary(Language::English, &weekly),
            ["Monday to Friday 09:00–17:00"]
        );
        weekly.0[2] = vec![
            Span::parse("09:00", "12:00").unwrap(),
            Span::parse("13:00", "24:00").unwrap(),
        ];
        weekly.0[6] = weekly.0[0].clone();
        assert_eq!(
            summary(Language::English, &weekly),
            [
                "Monday and Tuesday 09:00–17:00",
                "Wednesday 09:00–12:00, 13:00–24:00",
                "Thursday and Friday 09:00–17:00",
                "Sunday 09:00–17:00"
            ]
        );
        assert!(summary(Language::English, &Weekly::default()).is_empty());
    }

    #[test]
    fn filling_and_reading_a_form_changes_nothing() {
        let mut hours = Hours::nine_to_five(Zone::parse("Asia/Calcutta").unwrap());
        hours
            .overrides
            .insert("2026-12-24".parse().unwrap(), vec![]);
        hours.overrides.insert(
            "2026-12-31".parse().unwrap(),
            vec![Span::parse("20:00", "24:00").unwrap()],
        );
        let mut input = fill("Work", &hours);
        let values = read(&mut input).unwrap();
        assert_eq!(values.weekly.0, hours.weekly);
        assert_eq!(values.overrides.0, hours.overrides);
        assert_eq!(values.timezone, hours.zone);
    }
}
