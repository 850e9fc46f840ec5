//! Which month, which day and which times a guest is shown, out of all starts on offer. Pure: the
//! words and addresses on the page are made in `booker`.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};

use crate::zone::Zone;

/// What the address asks for. Anything unreadable counts as not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub month: Option<Date>,
    pub date: Option<Date>,
}

impl Wish {
    /// From `?month=2026-06&date=2026-06-12`.
    pub fn parse(month: Option<&str>, date: Option<&str>) -> Wish {
        let date = date.and_then(|text| text.parse::<Date>().ok());
        let month = month.and_then(|text| format!("{text}-01").parse::<Date>().ok());
        Wish { month, date }
    }
}

/// A month of days, and the times of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// The first day of the month that was asked for, when it can't be shown.
    pub beyond: Option<Date>,
    pub earlier: Option<Date>,
    pub later: Option<Date>,
    /// Monday first; None before the first day and after the last.
    pub weeks: Vec<[Option<Day>; 7]>,
    pub shown: Shown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub times: usize,
    pub today: bool,
    pub chosen: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Times {
        date: Date,
        times: Vec<Timestamp>,
    },
    EmptyDay {
        date: Date,
        next: Timestamp,
    },
    EmptyMonth {
        next: Timestamp,
    },
    /// Nothing is on offer at all.
    Nothing,
}

/// The month to show. `starts` are sorted; `until` is where the horizon ends.
pub fn month(
    starts: &[Timestamp],
    zone: &Zone,
    wish: Wish,
    now: Timestamp,
    until: Timestamp,
) -> Month {
    let today = date(now, zone);
    let (earliest, latest) = months(zone, now, until);
    let first = first_day(starts, zone, wish, now, until);
    let asked = wish.month.or(wish.date).map(Date::first_of_month);
    let here = between(starts, zone, first, next_month(first));
    let shown = shown(starts, here, zone, first, wish);
    let chosen = match &shown {
        Shown::Times { date, .. } | Shown::EmptyDay { date, .. } => Some(*date),
        Shown::EmptyMonth { .. } | Shown::Nothing => None,
    };
    Month {
        first,
        beyond: asked.filter(|asked| *asked != first),
        earlier: (first > earliest).then(|| first.saturating_sub(1.month())),
        later: (first < latest).then(|| next_month(first)),
        weeks: weeks(here, zone, first, today, chosen),
        shown,
    }
}

/// The months that can be shown, by their first days.
fn months(zone: &Zone, now: Timestamp, until: Timestamp) -> (Date, Date) {
    let earliest = date(now, zone).first_of_month();
    (earliest, date(until, zone).first_of_month().max(earliest))
}

/// The first day of the month to show.
fn first_day(
    starts: &[Timestamp],
    zone: &Zone,
    wish: Wish,
    now: Timestamp,
    until: Timestamp,
) -> Date {
    let (earliest, latest) = months(zone, now, until);
    let first_free = starts.first().map(|at| date(*at, zone));
    wish.month
        .or(wish.date)
        .or(first_free)
        .unwrap_or(earliest)
        .first_of_month()
        .clamp(earliest, latest)
}

/// Starts of this stretch are enough to show a month, if the day it shows has any: the month wished
/// for, else this one and the next, which hold the first that is free.
pub fn stretch(
    zone: &Zone,
    wish: Wish,
    now: Timestamp,
    until: Timestamp,
) -> (Timestamp, Timestamp) {
    let (earliest, latest) = months(zone, now, until);
    let (first, last) = match wish.month.or(wish.date) {
        Some(wished) => {
            let first = wished.first_of_month().clamp(earliest, latest);
            (first, first)
        }
        None => (earliest, next_month(earliest)),
    };
    (midnight(first, zone), midnight(next_month(last), zone))
}

/// Those of the month to show.
pub fn starts_in_month<'a>(
    starts: &'a [Timestamp],
    zone: &Zone,
    wish: Wish,
    now: Timestamp,
    until: Timestamp,
) -> &'a [Timestamp] {
    let first = first_day(starts, zone, wish, now, until);
    between(starts, zone, first, next_month(first))
}

fn shown(starts: &[Timestamp], here: &[Timestamp], zone: &Zone, first: Date, wish: Wish) -> Shown {
    let Some(first_of_all) = starts.first() else {
        return Shown::Nothing;
    };
    let next_from = |day: Date| first_from(starts, zone, day).unwrap_or(*first_of_all);
    let asked = wish.date.filter(|asked| asked.first_of_month() == first);
    let chosen = match (asked, here.first()) {
        (Some(asked), _) => asked,
        (None, Some(at)) => date(*at, zone),
        (None, None) => {
            return Shown::EmptyMonth {
                next: next_from(next_month(first)),
            };
        }
    };
    let times = between(here, zone, chosen, day_after(chosen));
    if times.is_empty() {
        Shown::EmptyDay {
            date: chosen,
            next: next_from(chosen),
        }
    } else {
        Shown::Times {
            date: chosen,
            times: times.to_vec(),
        }
    }
}

/// The day a booking has that is to be moved, or else the next with a time to move it to.
pub fn near(starts: &[Timestamp], zone: &Zone, day: Date) -> Wish {
    let free = first_from(starts, zone, day).or(starts.first().copied());
    Wish {
        month: None,
        date: Some(free.map_or(day, |at| date(at, zone))),
    }
}

fn first_from(starts: &[Timestamp], zone: &Zone, day: Date) -> Option<Timestamp> {
    let from = midnight(day, zone);
    let after = starts.partition_point(|at| *at < from);
    starts.get(after).copied()
}

fn weeks(
    here: &[Timestamp],
    zone: &Zone,
    first: Date,
    today: Date,
    chosen: Option<Date>,
) -> Vec<[Option<Day>; 7]> {
    let mut weeks = Vec::new();
    let mut week = [None; 7];
    let mut day = first;
    while day.month() == first.month() {
        let column = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        week[column] = Some(Day {
            date: day,
            times: between(here, zone, day, day_after(day)).len(),
            today: day == today,
            chosen: chosen == Some(day),
        });
        let next = day_after(day);
        if column == 6 || next.month() != first.month() || next == day {
            weeks.push(week);
            week = [None; 7];
        }
        if next == day {
            break;
        }
        day = next;
    }
    weeks
}

/// The nearest starts to one that is gone, in their order.
pub fn nearest(starts: &[Timestamp], wanted: Timestamp, most: usize) -> Vec<Timestamp> {
    let mut near: Vec<Timestamp> = starts.to_vec();
    near.retain(|at| *at != wanted);
    near.sort_by_key(|at| wanted.duration_since(*at).abs());
    near.truncate(most);
    near.sort_unstable();
    near
}

/// The parts of a day people think in.
/// The message that names it.
pub fn part_of_day(at: Timestamp, zone: &Zone) -> &'static str {
    match zone.tz().to_datetime(at).hour() {
        0..12 => "times-morning",
        12..18 => "times-afternoon",
        _ => "times-evening",
    }
}

pub fn date(at: Timestamp, zone: &Zone) -> Date {
    zone.tz().to_datetime(at).date()
}

/// When a day begins: where its midnight is skipped, right after.
pub fn midnight(day: Date, zone: &Zone) -> Timestamp {
    match day
        .to_datetime(Time::midnight())
        .to_zoned(zone.tz().clone())
    {
        Ok(midnight) => midnight.timestamp(),
        Err(_past_the_last_instant) if day.year() > 0 => Timestamp::MAX,
        Err(_before_the_first) => Timestamp::MIN,
    }
}

fn between<'a>(starts: &'a [Timestamp], zone: &Zone, from: Date, to: Date) -> &'a [Timestamp] {
    let (from, to) = (midnight(from, zone), midnight(to, zone));
    let first = starts.partition_point(|at| *at < from);
    let last = starts.partition_point(|at| *at < to);
    &starts[first..last.max(first)]
}

fn next_month(first: Date) -> Date {
    first.saturating_add(1.month())
}

fn day_after(day: Date) -> Date {
    day.saturating_add(1.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    const NOW: &str = "2026-06-10T08:00:00Z";
    const UNTIL: &str = "2026-08-10T00:00:00Z";

    fn look(starts: &[&str], zone_name: &str, month_: Option<&str>, date: Option<&str>) -> Month {
        let starts: Vec<Timestamp> = starts.iter().map(|text| at(text)).collect();
        let wish = Wish::parse(month_, date);
        month(&starts, &zone(zone_name), wish, at(NOW), at(UNTIL))
    }

    fn day(month: &Month, number: i8) -> Day {
        let all = month.weeks.iter().flatten().flatten();
        *all.clone().find(|day| day.date.day() == number).unwrap()
    }

    #[test]
    fn it_opens_on_the_first_free_day_in_whichever_month() {
        let it = look(&["2026-07-02T07:00:00Z"], "Europe/Madrid", None, None);
        assert_eq!(it.first.to_string(), "2026-07-01");
        assert!(day(&it, 2).chosen && day(&it, 2).times == 1);
        assert_eq!(it.earlier.unwrap().to_string(), "2026-06-01");
        assert_eq!(it.later.unwrap().to_string(), "2026-08-01");
        assert!(matches!(it.shown, Shown::Times { .. }));
    }

    #[test]
    fn an_empty_month_and_an_empty_day_name_the_next_free_time() {
        let starts = ["2026-06-12T07:00:00Z", "2026-08-03T07:00:00Z"];
        let madrid = "Europe/Madrid";
        let july = look(&starts, madrid, Some("2026-07"), None);
        let next = at(starts[1]);
        assert_eq!(july.shown, Shown::EmptyMonth { next });
        let thirteenth = look(&starts, madrid, None, Some("2026-06-13"));
        let date = "2026-06-13".parse().unwrap();
        assert_eq!(thirteenth.shown, Shown::EmptyDay { date, next });
        // After the last one, the first is the best there is.
        let late = look(&starts, madrid, None, Some("2026-08-09"));
        let (date, next) = ("2026-08-09".parse().unwrap(), at(starts[0]));
        assert_eq!(late.shown, Shown::EmptyDay { date, next });
        let none = look(&[], madrid, None, None);
        assert_eq!((none.shown, none.first.month()), (Shown::Nothing, 6));
    }

    #[test]
    fn a_wish_outside_the_horizon_shows_the_nearest_month() {
        let starts = ["2026-06-12T07:00:00Z"];
        for (month, shown) in [
            ("2020-01", "2026-06-01"),
            ("2031-01", "2026-08-01"),
            ("9999-12", "2026-08-01"),
            ("rubbish", "2026-06-01"),
        ] {
            let it = look(&starts, "Europe/Madrid", Some(month), None);
            assert_eq!(it.first.to_string(), shown, "{month}");
            let beyond = it.beyond.map(|asked| asked.strftime("%Y-%m").to_string());
            let said = (month != "rubbish").then(|| month.to_owned());
            assert_eq!(beyond, said, "{month}");
        }
        let within = look(&starts, "Europe/Madrid", Some("2026-07"), None);
        assert_eq!(within.beyond, None);
    }

    #[test]
    fn a_booking_is_moved_from_its_day_or_the_next_that_is_free() {
        let madrid = zone("Europe/Madrid");
        let starts = [at("2026-06-12T07:00:00Z"), at("2026-06-15T07:00:00Z")];
        for (has, opens) in [
            ("2026-06-12", "2026-06-12"),
            ("2026-06-13", "2026-06-15"),
            ("2026-06-16", "2026-06-12"),
        ] {
            let wish = near(&starts, &madrid, has.parse().unwrap());
            assert_eq!(wish, Wish::parse(None, Some(opens)), "{has}");
        }
        let day = "2026-06-13".parse().unwrap();
        assert_eq!(near(&[], &madrid, day).date, Some(day));
    }

    #[test]
    fn a_day_is_the_day_of_the_zone_looked_at() {
        let starts = ["2026-06-12T21:30:00Z"];
        assert_eq!(
            day(&look(&starts, "Europe/Madrid", None, None), 12).times,
            1
        );
        assert_eq!(day(&look(&starts, "Asia/Tokyo", None, None), 13).times, 1);
        assert_eq!(day(&look(&starts, "Asia/Tokyo", None, None), 12).times, 0);
    }

    #[test]
    fn a_month_is_laid_out_in_weeks_from_monday() {
        let june = look(&["2026-06-12T07:00:00Z"], "Europe/Madrid", None, None);
        assert_eq!(june.weeks.len(), 5);
        assert_eq!(june.weeks[0][0].unwrap().date.to_string(), "2026-06-01");
        assert_eq!(june.weeks[4][1].unwrap().date.to_string(), "2026-06-30");
        assert!(june.weeks[4][2].is_none());
        assert!(day(&june, 10).today);
    }

    #[test]
    fn the_long_and_the_short_day_hold_all_their_times() {
        let madrid = zone("Europe/Madrid");
        let hours = |from: &str, n: i64| -> Vec<Timestamp> {
            (0..n).map(|h| at(from) + crate::clock::hours(h)).collect()
        };
        for (from, date, n) in [
            ("2026-10-24T22:00:00Z", "2026-10-25", 25),
            ("2026-03-28T23:00:00Z", "2026-03-29", 23),
        ] {
            let starts = hours(from, n + 2);
            let wish = Wish::parse(None, Some(date));
            let it = month(&starts, &madrid, wish, at(from), at("2026-12-01T00:00:00Z"));
            let Shown::Times { times, .. } = it.shown else {
                panic!("{date}");
            };
            assert_eq!(times.len(), usize::try_from(n).unwrap(), "{date}");
        }
    }

    #[test]
    fn the_nearest_times_come_in_order_without_the_one_that_is_gone() {
        let starts: Vec<Timestamp> = ["07:00", "08:00", "09:00", "12:00"]
            .iter()
            .map(|clock| at(&format!("2026-06-12T{clock}:00Z")))
            .collect();
        let near = nearest(&starts, at("2026-06-12T09:00:00Z"), 3);
        assert_eq!(near, [starts[0], starts[1], starts[3]]);
        assert!(nearest(&[], at(NOW), 3).is_empty());
    }
}
