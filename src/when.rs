//! Instants in words, on the clocks of a named zone, in a language. Mails to hosts ask in English.
//!
//! Says nothing about what happens then; asks no clock what time it is now.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::language::{Language, Said};
use crate::zone::Zone;

impl Language {
    /// "Friday 12 June 2026, 09:00"
    pub fn long(self, at: Timestamp, zone: &Zone) -> String {
        self.dated("when-long", here(at, zone).datetime())
    }

    /// "Fri 12 June 2026, 09:00"
    pub fn short(self, at: Timestamp, zone: &Zone) -> String {
        self.dated("when-short", here(at, zone).datetime())
    }

    /// "12 June 2026, 09:00:05"
    pub fn to_the_second(self, at: Timestamp, zone: &Zone) -> String {
        self.dated("when-second", here(at, zone).datetime())
    }

    /// "12 Jun, 09:00:05", with the year where it is another than now.
    pub fn to_the_second_short(self, at: Timestamp, now: Timestamp, zone: &Zone) -> String {
        let (at, now) = (here(at, zone).datetime(), here(now, zone).datetime());
        let key = if at.year() == now.year() {
            "when-second-this-year"
        } else {
            "when-second-short"
        };
        self.dated(key, at)
    }

    /// "Fri 12 June 09:00", where the year goes without saying
    pub fn brief(self, at: Timestamp, zone: &Zone) -> String {
        self.dated("when-brief", here(at, zone).datetime())
    }

    /// "12 June 2026"
    pub fn date(self, at: Timestamp, zone: &Zone) -> String {
        self.dated("when-date", here(at, zone).datetime())
    }

    /// "12 June 2026 at 09:00"
    pub fn date_at_clock(self, at: Timestamp, zone: &Zone) -> String {
        self.dated("when-date-at-clock", here(at, zone).datetime())
    }

    /// "just now", "4 minutes ago", "3 hours ago"; from the second day on "on 12 June 2026".
    pub fn ago(self, at: Timestamp, now: Timestamp, zone: &Zone) -> String {
        let minutes = now.duration_since(at).as_mins();
        let words = match minutes {
            ..=0 => self.say("when-just-now"),
            1..=59 => self.say("when-minutes-ago").with("minutes", minutes),
            60..=1439 => self.say("when-hours-ago").with("hours", minutes / 60),
            _ => self.say("when-on-date").with("date", self.date(at, zone)),
        };
        words.into()
    }

    /// "Friday 12 June"
    pub fn day(self, date: Date) -> String {
        self.dated("when-day", date.into())
    }

    /// "Friday 12 June 2026"
    pub fn day_and_year(self, date: Date) -> String {
        self.dated("when-day-and-year", date.into())
    }

    /// "June 2026"
    pub fn month(self, date: Date) -> String {
        self.dated("when-month", date.into())
    }

    /// "June"
    pub fn month_alone(self, date: Date) -> String {
        self.dated("when-month-alone", date.into())
    }

    /// "Friday 12 June 2026, 09:00 to 09:42", and where it ends on another day
    /// "Friday 12 June 2026, 23:40 to 00:22 on Saturday 13 June". When the clocks change in
    /// between, both ends carry their offset, since the second may look earlier than the first.
    pub fn range(self, starts_at: Timestamp, minutes: u16, zone: &Zone) -> String {
        match self.hours(starts_at, minutes, zone) {
            Some(hours) => self
                .day_of_range(starts_at, zone)
                .with("hours", hours)
                .into(),
            None => self.long(starts_at, zone),
        }
    }

    /// The same in two, for a page that keeps the second on a line: "Friday 12 June 2026," and
    /// "09:00 to 09:42".
    pub fn range_in_two(self, starts_at: Timestamp, minutes: u16, zone: &Zone) -> (String, String) {
        match self.hours(starts_at, minutes, zone) {
            Some(hours) => {
                let (day, after) = self.day_of_range(starts_at, zone).around("hours");
                (day.trim_end().to_owned(), format!("{hours}{after}"))
            }
            None => (self.long(starts_at, zone), String::new()),
        }
    }

    fn day_of_range(self, starts_at: Timestamp, zone: &Zone) -> Said {
        let day = self.day_and_year(here(starts_at, zone).date());
        self.say("when-range").with("day", day)
    }

    /// "09:00 to 09:42". None at the end of all time.
    fn hours(self, starts_at: Timestamp, minutes: u16, zone: &Zone) -> Option<String> {
        let length = SignedDuration::from_mins(i64::from(minutes));
        let ends_at = starts_at.checked_add(length).ok()?;
        let (starts, ends) = (here(starts_at, zone), here(ends_at, zone));
        let clock = |at: &Zoned| {
            let clock = at.strftime("%H:%M").to_string();
            if starts.offset() == ends.offset() {
                clock
            } else {
                format!("{clock} ({})", offset_words(at.offset()))
            }
        };
        let same_day = starts.date() == ends.date();
        let words = self
            .say(if same_day {
                "when-hours"
            } else {
                "when-hours-into"
            })
            .with("from", clock(&starts))
            .with("to", clock(&ends));
        Some(if same_day {
            words.into()
        } else if starts.year() == ends.year() {
            words.with("end", self.day(ends.date())).into()
        } else {
            words.with("end", self.day_and_year(ends.date())).into()
        })
    }

    /// "Madrid time". A zone that is no place goes by its name.
    pub fn zone_name(self, zone: &Zone) -> String {
        if zone.is_place() {
            self.say("when-city").with("city", zone.city()).into()
        } else {
            zone.name().to_owned()
        }
    }

    /// "Madrid time (UTC+2)". A zone that is no place is named by its offset alone.
    pub fn zone_words(self, at: Timestamp, zone: &Zone) -> String {
        if zone.is_place() {
            let words = self.say("when-zone").with("city", zone.city());
            words.with("offset", offset(at, zone)).into()
        } else if here(at, zone).offset() == Offset::UTC {
            "UTC".to_owned()
        } else {
            offset(at, zone)
        }
    }

    /// "Madrid (UTC+2, 10:14)", for the list of zones: what the clock shows there now. A zone that is
    /// no place is its offset: "UTC (08:14)".
    pub fn zone_option(self, zone: &Zone, now: Timestamp) -> String {
        let clock = clock(now, zone);
        if !zone.is_place() {
            return format!("{} ({clock})", self.zone_words(now, zone));
        }
        self.say("when-zone-option")
            .with("city", zone.city())
            .with("offset", offset(now, zone))
            .with("clock", clock)
            .into()
    }

    /// Monday first: what stands above a calendar, and what is read out.
    pub fn weekdays(self) -> Vec<(String, String)> {
        let words = |key| {
            let all = self.word(key);
            all.split(' ').map(str::to_owned).collect::<Vec<_>>()
        };
        let narrow = words("when-weekdays-narrow").into_iter();
        narrow.zip(words("when-weekdays")).collect()
    }

    /// By the signs of `strftime`, whose own names are English.
    fn dated(self, key: &'static str, at: DateTime) -> String {
        let weekday = usize::from(at.weekday().to_monday_zero_offset().unsigned_abs());
        let month = usize::from(at.month().unsigned_abs()) - 1;
        let pattern = self.word(key);
        let mut named = String::with_capacity(2 * pattern.len());
        let mut rest = &*pattern;
        while let Some((before, after)) = rest.split_once('%') {
            named.push_str(before);
            let (names, number) = match after.as_bytes().first() {
                Some(b'A') => ("when-weekdays", weekday),
                Some(b'a') => ("when-weekdays-short", weekday),
                Some(b'B') => ("when-months", month),
                Some(b'b') => ("when-months-short", month),
                Some(_) | None => {
                    named.push('%');
                    rest = after;
                    continue;
                }
            };
            let names = self.word(names);
            named.push_str(names.split(' ').nth(number).unwrap_or_default());
            rest = &after[1..];
        }
        named.push_str(rest);
        at.strftime(&named).to_string()
    }
}

/// "Friday 12 June 2026, 09:00"
pub fn long(at: Timestamp, zone: &Zone) -> String {
    Language::English.long(at, zone)
}

/// "Fri 12 June 2026, 09:00"
pub fn short(at: Timestamp, zone: &Zone) -> String {
    Language::English.short(at, zone)
}

/// "Fri 12 June 09:00", where the year goes without saying
pub fn brief(at: Timestamp, zone: &Zone) -> String {
    Language::English.brief(at, zone)
}

/// "Friday 12 June 2026, 09:00 to 09:42"
pub fn range(starts_at: Timestamp, minutes: u16, zone: &Zone) -> String {
    Language::English.range(starts_at, minutes, zone)
}

/// "09:00"
pub fn clock(at: Timestamp, zone: &Zone) -> String {
    here(at, zone).strftime("%H:%M").to_string()
}

/// "02:30 (UTC+2)" on the days when the clocks change, where 02:30 may come twice; "02:30" on
/// all others.
pub fn clock_with_offset_if_dst_day(at: Timestamp, zone: &Zone) -> String {
    let clock = clock(at, zone);
    if is_dst_day(at, zone) {
        format!("{clock} ({})", offset(at, zone))
    } else {
        clock
    }
}

/// Whether the clocks change on the local day of this instant.
pub fn is_dst_day(at: Timestamp, zone: &Zone) -> bool {
    let day = here(at, zone).date();
    let offset_at = |date: Date| {
        let midnight = zone
            .tz()
            .to_zoned(date.to_datetime(jiff::civil::Time::midnight()));
        midnight.ok().map(|midnight| midnight.offset())
    };
    // Where a midnight is past the last instant there is, no clock changes any more.
    match (offset_at(day), day.tomorrow().ok().and_then(offset_at)) {
        (Some(first), Some(last)) => first != last || first != here(at, zone).offset(),
        (None, _) | (_, None) => false,
    }
}

/// "Madrid time (UTC+2)". A zone that is no place is named by its offset alone.
pub fn zone_words(at: Timestamp, zone: &Zone) -> String {
    Language::English.zone_words(at, zone)
}

/// "UTC+2", "UTC−4", "UTC+5:30"
pub fn offset(at: Timestamp, zone: &Zone) -> String {
    offset_words(here(at, zone).offset())
}

fn here(at: Timestamp, zone: &Zone) -> Zoned {
    at.to_zoned(zone.tz().clone())
}

fn offset_words(offset: Offset) -> String {
    let seconds = offset.seconds();
    // A true minus sign, as wide as the plus.
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn at(words: &str) -> Timestamp {
        words.parse().unwrap()
    }

    #[test]
    fn what_was_not_long_ago_is_said_from_now() {
        let (now, madrid) = (at("2026-06-12T07:00:00Z"), zone("Europe/Madrid"));
        let rows = [
            ("2026-06-12T07:00:30Z", "just now"),
            ("2026-06-12T06:59:01Z", "just now"),
            ("2026-06-12T06:59:00Z", "1 minute ago"),
            ("2026-06-12T06:00:01Z", "59 minutes ago"),
            ("2026-06-12T06:00:00Z", "1 hour ago"),
            ("2026-06-11T07:00:01Z", "23 hours ago"),
            ("2026-06-11T07:00:00Z", "on 11 June 2026"),
            ("2026-06-10T22:30:00Z", "on 11 June 2026"),
        ];
        for (then, words) in rows {
            assert_eq!(
                Language::English.ago(at(then), now, &madrid),
                words,
                "{then}"
            );
        }
    }

    #[test]
    fn an_instant_is_said_on_the_clocks_of_its_zone() {
        let (call, madrid) = (at("2026-06-12T07:00:00Z"), zone("Europe/Madrid"));
        assert_eq!(long(call, &madrid), "Friday 12 June 2026, 09:00");
        assert_eq!(short(call, &madrid), "Fri 12 June 2026, 09:00");
        assert_eq!(
            Language::English.to_the_second(call, &madrid),
            "12 June 2026, 09:00:00"
        );
        for (now, words) in [
            ("2026-12-31T22:59:59Z", "12 Jun, 09:00:00"),
            ("2026-12-31T23:00:00Z", "12 Jun 2026, 09:00:00"),
        ] {
            let said = Language::English.to_the_second_short(call, at(now), &madrid);
            assert_eq!(said, words);
        }
        assert_eq!(brief(call, &madrid), "Fri 12 June 09:00");
        assert_eq!(clock(call, &madrid), "09:00");
        assert_eq!(Language::English.date(call, &madrid), "12 June 2026");
        assert_eq!(
            Language::English.date_at_clock(call, &madrid),
            "12 June 2026 at 09:00"
        );
        assert_eq!(
            Language::English.day("2026-06-02".parse().unwrap()),
            "Tuesday 2 June"
        );
        assert_eq!(
            Language::English.day_and_year("2026-06-02".parse().unwrap()),
            "Tuesday 2 June 2026"
        );
        assert_eq!(
            Language::English.month("2026-06-02".parse().unwrap()),
            "June 2026"
        );
        assert_eq!(
            long(call, &zone("Pacific/Kiritimati")),
            "Friday 12 June 2026, 21:00"
        );
        assert_eq!(
            long(call, &zone("Pacific/Pago_Pago")),
            "Thursday 11 June 2026, 20:00"
        );
    }

    #[test]
    fn a_guest_reads_it_in_their_language() {
        let (es, madrid) = (Language::Spanish, zone("Europe/Madrid"));
        let call = at("2026-06-13T07:00:00Z");
        assert_eq!(es.long(call, &madrid), "sábado 13 de junio de 2026, 09:00");
        assert_eq!(es.short(call, &madrid), "sáb 13 de junio de 2026, 09:00");
        assert_eq!(
            es.day("2026-01-07".parse().unwrap()),
            "miércoles 7 de enero"
        );
        assert_eq!(
            es.month("2026-09-30".parse().unwrap()),
            "septiembre de 2026"
        );
        assert_eq!(es.zone_words(call, &madrid), "hora de Madrid (UTC+2)");
        assert_eq!(es.zone_option(&madrid, call), "Madrid (UTC+2, 09:00)");
        let rows = [
            (call, "sábado 13 de junio de 2026, de 09:00 a 09:42"),
            (
                at("2026-06-12T21:40:00Z"),
                "viernes 12 de junio de 2026, de 23:40 a 00:22 del sábado 13 de junio",
            ),
            (
                at("2026-12-31T22:40:00Z"),
                "jueves 31 de diciembre de 2026, de 23:40 a 00:22 del viernes 1 de enero de 2027",
            ),
            (
                at("2026-10-25T00:40:00Z"),
                "domingo 25 de octubre de 2026, de 02:40 (UTC+2) a 02:22 (UTC+1)",
            ),
        ];
        for (starts_at, words) in rows {
            assert_eq!(es.range(starts_at, 42, &madrid), words);
        }
    }

    #[test]
    fn each_day_and_month_has_its_name_in_each_language() {
        for language in Language::ALL {
            assert_eq!(language.weekdays().len(), 7);
            let mut names = std::collections::BTreeSet::new();
            let mut day: Date = "2026-01-01".parse().unwrap();
            for _ in 0..365 {
                names.insert(language.month_alone(day));
                names.insert(language.day(day).split(' ').next().unwrap().to_owned());
                day = day.tomorrow().unwrap();
            }
            assert!(!names.contains(""), "{language:?}");
            assert_eq!(names.len(), 12 + 7, "{names:?}");
        }
    }

    #[test]
    fn a_range_says_when_it_ends_on_another_day() {
        let madrid = zone("Europe/Madrid");
        let rows = [
            (
                "2026-06-12T07:00:00Z",
                42,
                "Friday 12 June 2026, 09:00 to 09:42",
            ),
            (
                "2026-06-12T21:40:00Z",
                42,
                "Friday 12 June 2026, 23:40 to 00:22 on Saturday 13 June",
            ),
            (
                "2026-06-12T21:30:00Z",
                30,
                "Friday 12 June 2026, 23:30 to 00:00 on Saturday 13 June",
            ),
            (
                "2026-12-31T22:40:00Z",
                42,
                "Thursday 31 December 2026, 23:40 to 00:22 on Friday 1 January 2027",
            ),
            (
                "2026-10-25T00:40:00Z",
                42,
                "Sunday 25 October 2026, 02:40 (UTC+2) to 02:22 (UTC+1)",
            ),
            (
                "2026-03-29T00:40:00Z",
                42,
                "Sunday 29 March 2026, 01:40 (UTC+1) to 03:22 (UTC+2)",
            ),
        ];
        for (starts_at, minutes, words) in rows {
            assert_eq!(range(at(starts_at), minutes, &madrid), words);
        }
        assert!(range(Timestamp::MAX, 42, &madrid).contains("9999"));
    }

    #[test]
    fn offsets_are_read_as_people_write_them() {
        let june = at("2026-06-12T07:00:00Z");
        let rows = [
            ("Europe/Madrid", "UTC+2", "Madrid time (UTC+2)"),
            ("America/New_York", "UTC−4", "New York time (UTC−4)"),
            ("America/St_Johns", "UTC−2:30", "St Johns time (UTC−2:30)"),
            ("Asia/Kolkata", "UTC+5:30", "Kolkata time (UTC+5:30)"),
            ("Africa/Abidjan", "UTC+0", "Abidjan time (UTC+0)"),
            ("UTC", "UTC+0", "UTC"),
            // The database's sign is the other way round; people would read "GMT+5" wrongly.
            ("Etc/GMT+5", "UTC−5", "UTC−5"),
        ];
        for (name, plain, words) in rows {
            assert_eq!(offset(june, &zone(name)), plain);
            assert_eq!(zone_words(june, &zone(name)), words);
        }
        let now = at("2026-06-12T08:14:59Z");
        for (name, words) in [
            ("Europe/Madrid", "Madrid (UTC+2, 10:14)"),
            ("UTC", "UTC (08:14)"),
            ("Etc/GMT+5", "UTC−5 (03:14)"),
        ] {
            assert_eq!(Language::English.zone_option(&zone(name), now), words);
        }
    }

    #[test]
    fn clocks_carry_their_offset_only_on_days_when_they_change() {
        let rows = [
            ("Europe/Madrid", "2026-10-24T10:00:00Z", "12:00"),
            ("Europe/Madrid", "2026-10-25T00:30:00Z", "02:30 (UTC+2)"),
            ("Europe/Madrid", "2026-10-25T01:30:00Z", "02:30 (UTC+1)"),
            ("Europe/Madrid", "2026-10-25T22:59:00Z", "23:59 (UTC+1)"),
            ("Europe/Madrid", "2026-10-25T23:00:00Z", "00:00"),
            (
                "Australia/Lord_Howe",
                "2026-10-03T15:30:00Z",
                "02:30 (UTC+11)",
            ),
            ("UTC", "2026-10-25T01:30:00Z", "01:30"),
        ];
        for (name, instant, words) in rows {
            assert_eq!(
                clock_with_offset_if_dst_day(at(instant), &zone(name)),
                words,
                "{name} {instant}"
            );
        }
        assert!(!is_dst_day(Timestamp::MAX, &zone("Europe/Madrid")));
    }
}
