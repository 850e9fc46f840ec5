//! Tables people can read, and a slow model that looks at each minute by itself.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use super::*;
use crate::availability::hours::{Overrides, Span};
use crate::zone::Zone;

fn hours(zone: &str, spans: &[&str]) -> Hours {
    let day: Vec<Span> = spans.iter().map(|words| span(words)).collect();
    Hours {
        zone: Zone::parse(zone).unwrap(),
        weekly: std::array::from_fn(|_| day.clone()),
        overrides: Overrides::new(),
    }
}

fn span(words: &str) -> Span {
    let (from, to) = words.split_once('-').unwrap();
    Span::parse(from, to).unwrap()
}

fn plain(minutes: u16, increment: u16) -> Offer {
    Offer {
        minutes,
        buffer_before: 0,
        buffer_after: 0,
        increment,
        notice: 0,
        horizon_days: 365,
        limits: Limits::default(),
    }
}

fn busy(hours: &Hours, from: &str, to: &str) -> Busy {
    Busy {
        starts_at: local(hours, from),
        ends_at: local(hours, to),
        buffer_before: 0,
        buffer_after: 0,
    }
}

/// "2026-06-12 09:00" on the schedule's clocks.
fn local(hours: &Hours, words: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = words.parse().unwrap();
    civil.to_zoned(hours.zone.tz().clone()).unwrap().timestamp()
}

/// What is offered on one local date, as local clock times; `now` is the midnight before it.
fn offered(offer: &Offer, hours: &Hours, busy: &[Busy], date: &str) -> String {
    offered_at(offer, hours, busy, date, &format!("{date} 00:00"))
}

fn offered_at(offer: &Offer, hours: &Hours, busy: &[Busy], date: &str, now: &str) -> String {
    let date: Date = date.parse().unwrap();
    let midnight = |date: Date| date.to_zoned(hours.zone.tz().clone()).unwrap().timestamp();
    let (from, to) = (midnight(date), midnight(date.tomorrow().unwrap()));
    let starts = slots(offer, hours, busy, &[], from, to, local(hours, now));
    clocks(hours, &starts)
}

fn clocks(hours: &Hours, starts: &[Timestamp]) -> String {
    let tz = hours.zone.tz();
    let clock = |at: &Timestamp| at.to_zoned(tz.clone()).strftime("%H:%M").to_string();
    starts.iter().map(clock).collect::<Vec<_>>().join(" ")
}

#[test]
fn forty_two_minutes_from_nine_give_the_starts_on_the_tin() {
    let madrid = hours("Europe/Madrid", &["09:00-12:00", "13:00-15:00"]);
    assert_eq!(
        offered(&plain(42, 42), &madrid, &[], "2026-06-12"),
        "09:00 09:42 10:24 11:06 13:00 13:42"
    );
}

#[test]
fn a_meeting_in_the_way_leaves_the_grid_where_it_was() {
    let madrid = hours("Europe/Madrid", &["09:00-12:00"]);
    let taken = [busy(&madrid, "2026-06-12 09:50", "2026-06-12 10:00")];
    assert_eq!(
        offered(&plain(42, 42), &madrid, &taken, "2026-06-12"),
        "09:00 10:24 11:06"
    );
}

#[test]
fn slots_run_over_midnight_and_over_spans_that_touch() {
    let rows = hours(
        "UTC",
        &["00:00-01:00", "09:00-10:00", "10:00-11:00", "23:00-24:00"],
    );
    assert_eq!(
        offered(&plain(30, 20), &rows, &[], "2026-06-12"),
        "00:00 00:20 09:00 09:20 09:40 10:00 10:20 23:00 23:20 23:40"
    );
}

#[test]
fn the_larger_buffer_between_two_meetings_counts_once() {
    let utc = hours("UTC", &["08:00-14:00"]);
    let buffers = |before, after| Offer {
        buffer_before: before,
        buffer_after: after,
        ..plain(60, 15)
    };
    let with = |before, after| Busy {
        buffer_before: before,
        buffer_after: after,
        ..busy(&utc, "2026-06-12 10:00", "2026-06-12 11:00")
    };
    let rows = [
        (buffers(0, 0), with(0, 0), "09:00 11:00"),
        (buffers(15, 0), with(0, 0), "09:00 11:15"),
        (buffers(0, 15), with(0, 0), "08:45 11:00"),
        (buffers(0, 0), with(15, 0), "08:45 11:00"),
        (buffers(0, 0), with(0, 15), "09:00 11:15"),
        (buffers(15, 15), with(15, 15), "08:45 11:15"),
        (buffers(30, 15), with(45, 10), "08:15 11:30"),
    ];
    for (offer, taken, expected) in rows {
        let all = offered(&offer, &utc, &[taken], "2026-06-12");
        let around: Vec<&str> = all.split(' ').collect();
        let after = around.iter().position(|start| *start >= "10:00").unwrap();
        let nearest = format!("{} {}", around[after - 1], around[after]);
        assert_eq!(nearest, expected, "{offer:?} {taken:?}");
    }
}

#[test]
fn a_meeting_fits_exactly_between_two_others() {
    let utc = hours("UTC", &["09:00-12:00"]);
    let taken = [
        busy(&utc, "2026-06-12 09:00", "2026-06-12 10:00"),
        busy(&utc, "2026-06-12 10:30", "2026-06-12 12:00"),
    ];
    assert_eq!(offered(&plain(30, 30), &utc, &taken, "2026-06-12"), "10:00");
    assert_eq!(offered(&plain(31, 1), &utc, &taken, "2026-06-12"), "");
}

#[test]
fn notice_counts_to_the_second() {
    let utc = hours("UTC", &["09:00-12:00"]);
    let offer = Offer {
        notice: 60,
        ..plain(30, 30)
    };
    let at = |now: &str| offered_at(&offer, &utc, &[], "2026-06-12", now);
    assert_eq!(at("2026-06-12 09:00:00"), "10:00 10:30 11:00 11:30");
    assert_eq!(at("2026-06-12 09:00:01"), "10:30 11:00 11:30");
    assert_eq!(at("2026-06-12 09:00:00.000001"), "10:30 11:00 11:30");
}

#[test]
fn the_horizon_ends_with_a_date_of_the_schedule() {
    let tokyo = hours("Asia/Tokyo", &["00:00-01:00", "23:00-24:00"]);
    let offer = Offer {
        horizon_days: 2,
        ..plain(60, 60)
    };
    let at = |date: &str| offered_at(&offer, &tokyo, &[], date, "2026-06-12 08:00");
    assert_eq!(at("2026-06-14"), "00:00 23:00");
    assert_eq!(at("2026-06-15"), "");
}

#[test]
fn limits_count_per_day_week_and_month_of_the_schedule() {
    let madrid = hours("Europe/Madrid", &["23:00-24:00"]);
    let booked: Vec<Timestamp> = ["2026-06-29 23:00", "2026-06-30 23:30"]
        .map(|at| local(&madrid, at))
        .into();
    let from = local(&madrid, "2026-06-28 00:00");
    let to = local(&madrid, "2026-07-07 00:00");
    let dates = |limits: Limits| {
        let offer = Offer {
            limits,
            ..plain(60, 60)
        };
        let starts = slots(&offer, &madrid, &[], &booked, from, to, from);
        let tz = madrid.zone.tz();
        let day = |at: &Timestamp| tz.to_datetime(*at).day().to_string();
        starts.iter().map(day).collect::<Vec<_>>().join(" ")
    };
    let none = Limits::default();
    assert_eq!(dates(none), "28 29 30 1 2 3 4 5 6");
    let per_day = Some(1);
    assert_eq!(dates(Limits { per_day, ..none }), "28 1 2 3 4 5 6");
    let per_week = Some(2);
    assert_eq!(dates(Limits { per_week, ..none }), "28 6");
    let per_month = Some(2);
    assert_eq!(dates(Limits { per_month, ..none }), "1 2 3 4 5 6");
    let per_day = Some(0);
    assert_eq!(dates(Limits { per_day, ..none }), "");
}

#[test]
fn starts_are_even_in_real_time_when_the_clocks_change() {
    let rows = [
        ("Europe/Madrid", "2026-03-29", "01:00 03:00 04:00"),
        (
            "Europe/Madrid",
            "2026-10-25",
            "01:00 02:00 02:00 03:00 04:00",
        ),
        ("Australia/Lord_Howe", "2026-10-04", "01:00 02:30 03:30"),
        (
            "Australia/Lord_Howe",
            "2026-04-05",
            "01:00 01:30 02:30 03:30",
        ),
    ];
    for (zone, date, expected) in rows {
        let night = hours(zone, &["01:00-05:00"]);
        assert_eq!(
            offered(&plain(60, 60), &night, &[], date),
            expected,
            "{zone} {date}"
        );
    }
}

#[test]
fn a_day_the_zone_leaves_out_offers_nothing() {
    let apia = hours("Pacific/Apia", &["09:00-10:00"]);
    let from = local(&apia, "2011-12-29 00:00");
    let to = local(&apia, "2012-01-01 00:00");
    let starts = slots(&plain(60, 60), &apia, &[], &[], from, to, from);
    let tz = apia.zone.tz();
    let days: Vec<i8> = starts.iter().map(|at| tz.to_datetime(*at).day()).collect();
    assert_eq!(days, [29, 31]);
}

#[test]
fn each_reason_is_given() {
    let utc = hours("UTC", &["09:00-12:00"]);
    let offer = Offer {
        notice: 60,
        horizon_days: 7,
        limits: Limits {
            per_week: Some(1),
            ..Limits::default()
        },
        ..plain(30, 30)
    };
    let now = local(&utc, "2026-06-11 09:00");
    let taken = [busy(&utc, "2026-06-12 10:00", "2026-06-12 10:30")];
    let booked = [local(&utc, "2026-06-15 09:00")];
    let asked = |start: &str| is_offered(local(&utc, start), &offer, &utc, &taken, &booked, now);
    assert_eq!(asked("2026-06-12 09:00"), Ok(()));
    assert_eq!(asked("2026-06-11 08:59"), Err(NotOffered::InPast));
    assert_eq!(asked("2026-06-11 09:30"), Err(NotOffered::TooSoon));
    assert_eq!(asked("2026-06-19 09:00"), Err(NotOffered::TooFar));
    assert_eq!(asked("2026-06-12 11:45"), Err(NotOffered::OutsideHours));
    assert_eq!(asked("2026-06-12 08:00"), Err(NotOffered::OutsideHours));
    assert_eq!(asked("2026-06-12 10:15"), Err(NotOffered::Taken));
    assert_eq!(asked("2026-06-12 09:15"), Err(NotOffered::OffGrid));
    assert_eq!(asked("2026-06-12 09:00:00.5"), Err(NotOffered::OffGrid));
    let (per, limit) = (Per::Week, 1);
    assert_eq!(
        asked("2026-06-16 09:00"),
        Err(NotOffered::LimitReached { per, limit })
    );
}

#[test]
fn odd_values_give_an_answer_all_the_same() {
    let utc = hours("UTC", &["00:00-24:00"]);
    let now = local(&utc, "2026-06-12 00:00");
    let far = Offer {
        notice: i64::MAX,
        horizon_days: u16::MAX,
        ..plain(u16::MAX, 0)
    };
    assert_eq!(
        slots(&far, &utc, &[], &[], Timestamp::MIN, Timestamp::MAX, now),
        []
    );
    assert_eq!(
        is_offered(Timestamp::MAX, &far, &utc, &[], &[], now),
        Err(NotOffered::OffGrid)
    );
    let late = Timestamp::MAX - SignedDuration::from_hours(1);
    let starts = slots(&plain(30, 30), &utc, &[], &[], late, Timestamp::MAX, late);
    assert!(starts.len() < 3);
}

// The model.

#[derive(Clone, Debug)]
struct Case {
    offer: Offer,
    hours: Hours,
    busy: Vec<Busy>,
    booked: Vec<Timestamp>,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
}

/// What a wrong model leaves out. The harness must notice each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    IgnoresBusy,
    IgnoresBuffers,
    AddsBuffersUp,
    IgnoresNotice,
    IgnoresHorizon,
    IgnoresLimits,
    CountsLimitsInUtc,
    StartsTheGridAtMidnight,
    LetsTheEndHangOut,
}

/// One minute of the clock: its date, and which written span it lies in.
type Reading = (Date, Option<usize>);

/// Goes through every minute of the window and asks of each, by itself, whether it may start
/// a meeting. Knows no intervals.
fn model(case: &Case, flaw: Flaw) -> Vec<Timestamp> {
    let minute = SignedDuration::from_mins(1);
    // A day and a bit before the window, so that every span's beginning is seen.
    let before = 27 * 60;
    let base = case.from - minute * before;
    let length = usize::from(case.offer.minutes);
    let window = (case.to.duration_since(case.from).as_mins()).max(0) as usize;
    let count = before as usize + window + length;
    let readings: Vec<Reading> = (0..count)
        .map(|index| reading(&case.hours, base + minute * index as i32))
        .collect();
    (before as usize..before as usize + window)
        .filter(|index| {
            let at = base + minute * *index as i32;
            let meeting = &readings[*index..index + length];
            let asked = if flaw == Flaw::LetsTheEndHangOut {
                &meeting[..1]
            } else {
                meeting
            };
            let in_hours = asked.iter().all(|(_, span)| span.is_some());
            in_hours
                && bookable_from_now(case, at, flaw)
                && case.busy.iter().all(|busy| clear_of(case, at, busy, flaw))
                && on_the_grid(case, &readings, *index, flaw)
                && below_limits(case, at, flaw)
        })
        .map(|index| base + minute * index as i32)
        .collect()
}

fn reading(hours: &Hours, at: Timestamp) -> Reading {
    let civil = hours.zone.tz().to_datetime(at);
    let minute = civil.hour() as u16 * 60 + civil.minute() as u16;
    let written = hours.on(civil.date()).iter();
    let span = written
        .enumerate()
        .find(|(_, span)| span.from() <= minute && minute < span.to())
        .map(|(index, _)| index);
    (civil.date(), span)
}

fn bookable_from_now(case: &Case, at: Timestamp, flaw: Flaw) -> bool {
    let notice = SignedDuration::from_mins(if flaw == Flaw::IgnoresNotice {
        0
    } else {
        case.offer.notice
    });
    let tz = case.hours.zone.tz();
    let last = tz.to_datetime(case.now).date() + i32::from(case.offer.horizon_days).days();
    let in_horizon = tz.to_datetime(at).date() <= last || flaw == Flaw::IgnoresHorizon;
    at >= case.now + notice && in_horizon
}

fn clear_of(case: &Case, at: Timestamp, busy: &Busy, flaw: Flaw) -> bool {
    let offer = &case.offer;
    let ends = at + SignedDuration::from_mins(i64::from(offer.minutes));
    let gap = |after: u16, before: u16| {
        SignedDuration::from_mins(i64::from(if flaw == Flaw::IgnoresBuffers {
            0
        } else if flaw == Flaw::AddsBuffersUp {
            after + before
        } else {
            after.max(before)
        }))
    };
    if flaw == Flaw::IgnoresBusy {
        return true;
    }
    if ends <= busy.starts_at {
        return busy.starts_at.duration_since(ends) >= gap(offer.buffer_after, busy.buffer_before);
    }
    if busy.ends_at <= at {
        return at.duration_since(busy.ends_at) >= gap(busy.buffer_after, offer.buffer_before);
    }
    false
}

/// Walks back to the first minute of the span this minute lies in.
fn on_the_grid(case: &Case, readings: &[Reading], index: usize, flaw: Flaw) -> bool {
    let same = |reading: &&Reading| {
        let span_too = flaw != Flaw::StartsTheGridAtMidnight;
        reading.0 == readings[index].0 && (!span_too || reading.1 == readings[index].1)
    };
    let since = readings[..index].iter().rev().take_while(same).count();
    since % usize::from(case.offer.increment) == 0
}

fn below_limits(case: &Case, at: Timestamp, flaw: Flaw) -> bool {
    let limits = case.offer.limits;
    let utc = Zone::utc();
    let zone = if flaw == Flaw::CountsLimitsInUtc {
        &utc
    } else {
        &case.hours.zone
    };
    let date = |at: Timestamp| zone.tz().to_datetime(at).date();
    let here = date(at);
    let week = |date: Date| (date.iso_week_date().year(), date.iso_week_date().week());
    let below = |limit: Option<u16>, same: &dyn Fn(Date) -> bool| {
        let there = case.booked.iter().filter(|at| same(date(**at))).count();
        limit.is_none_or(|limit| there < usize::from(limit))
    };
    flaw == Flaw::IgnoresLimits
        || below(limits.per_day, &|day| day == here)
            && below(limits.per_week, &|day| week(day) == week(here))
            && below(limits.per_month, &|day| {
                (day.year(), day.month()) == (here.year(), here.month())
            })
}

/// Places and dates where something happens: clocks change, a day is missing, weeks, months
/// and years end.
const SCENES: [(&str, &str); 9] = [
    ("Europe/Madrid", "2026-03-28"),
    ("Europe/Madrid", "2026-03-29"),
    ("Europe/Madrid", "2026-10-24"),
    ("Europe/Madrid", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-03"),
    ("Pacific/Apia", "2011-12-29"),
    ("Asia/Kolkata", "2026-05-31"),
    ("UTC", "2026-12-31"),
];

/// The ends of spans stay out of the readings that occur twice or never: there the model,
/// which has only readings, cannot say what is meant. The tables of `hours` do.
const ENDS: [&str; 14] = [
    "00:00", "00:30", "01:00", "01:30", "02:00", "03:00", "04:10", "07:00", "09:00", "12:00",
    "13:30", "17:00", "22:05", "24:00",
];

fn day() -> impl Strategy<Value = Vec<Span>> {
    let ends = proptest::sample::subsequence(ENDS.to_vec(), 4..=10);
    ends.prop_map(|ends| {
        let pairs = ends.chunks_exact(2);
        pairs
            .map(|pair| Span::parse(pair[0], pair[1]).unwrap())
            .collect()
    })
}

fn offer() -> impl Strategy<Value = Offer> {
    let buffer = || proptest::sample::select(vec![0, 5, 15, 45]);
    let limit = || proptest::option::weighted(0.15, 0_u16..4);
    (
        proptest::sample::select(vec![1_u16, 10, 30, 42, 60]),
        buffer(),
        buffer(),
        proptest::sample::select(vec![1_u16, 7, 15, 42, 60]),
        proptest::sample::select(vec![0_i64, 0, 0, 90, 300]),
        proptest::sample::select(vec![0_u16, 1, 30, 30, 30, 30]),
        (limit(), limit(), limit()),
    )
        .prop_map(
            |(minutes, before, after, increment, notice, days, limits)| Offer {
                minutes,
                buffer_before: before,
                buffer_after: after,
                increment,
                notice,
                horizon_days: days,
                limits: Limits {
                    per_day: limits.0,
                    per_week: limits.1,
                    per_month: limits.2,
                },
            },
        )
}

fn case() -> impl Strategy<Value = Case> {
    let buffer = || proptest::sample::select(vec![0_u16, 0, 10, 30]);
    let busy = (-120_i64..1800, 0_i64..150, buffer(), buffer());
    (
        proptest::sample::select(SCENES.to_vec()),
        (day(), proptest::collection::vec(day(), 7)),
        proptest::option::weighted(0.3, day()),
        offer(),
        proptest::collection::vec(busy, 0..4),
        proptest::collection::vec(-5000_i64..5000, 0..6),
        (0_i64..1440, 0_i64..1500, -2000_i64..200, 0_i64..60),
    )
        .prop_map(|(scene, days, exception, offer, busy, booked, at)| {
            let zone = Zone::parse(scene.0).unwrap();
            let date: Date = scene.1.parse().unwrap();
            let midnight = date.to_zoned(zone.tz().clone()).unwrap().timestamp();
            let minutes = SignedDuration::from_mins;
            let from = midnight + minutes(at.0);
            let weekly = days.1.try_into().unwrap();
            let overrides = exception.map(|day| (date, day)).into_iter().collect();
            let mut busy: Vec<Busy> = busy
                .into_iter()
                .map(|(start, length, before, after)| Busy {
                    starts_at: midnight + minutes(start),
                    ends_at: midnight + minutes(start + length),
                    buffer_before: before,
                    buffer_after: after,
                })
                .collect();
            busy.sort_unstable_by_key(|busy| busy.starts_at);
            Case {
                offer,
                hours: Hours {
                    zone,
                    weekly,
                    overrides,
                },
                busy,
                booked: booked.iter().map(|at| midnight + minutes(*at)).collect(),
                from,
                to: from + minutes(at.1),
                now: from + minutes(at.2) + SignedDuration::from_secs(at.3),
            }
        })
}

fn swept(case: &Case) -> Vec<Timestamp> {
    let Case { offer, hours, .. } = case;
    let (busy, booked) = (&case.busy, &case.booked);
    slots(offer, hours, busy, booked, case.from, case.to, case.now)
}

/// Runs the same cases against a model; the first case where they differ comes back.
fn difference(flaw: Flaw, shrink: u32) -> Option<Case> {
    let config = Config {
        cases: 400,
        max_shrink_iters: shrink,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, rng).run(&case(), |case| {
        prop_assert_eq!(swept(&case), model(&case, flaw));
        Ok(())
    });
    match outcome {
        Ok(()) => None,
        Err(TestError::Fail(_, case)) => Some(case),
        Err(TestError::Abort(why)) => panic!("the cases could not be made: {why}"),
    }
}

#[test]
fn the_sweep_finds_what_looking_at_each_minute_finds() {
    if let Some(case) = difference(Flaw::None, 400) {
        let right = model(&case, Flaw::None);
        assert_eq!(swept(&case), right, "{case:#?}");
    }
}

#[test]
fn the_comparison_notices_each_wrong_model() {
    for flaw in [
        Flaw::IgnoresBusy,
        Flaw::IgnoresBuffers,
        Flaw::AddsBuffersUp,
        Flaw::IgnoresNotice,
        Flaw::IgnoresHorizon,
        Flaw::IgnoresLimits,
        Flaw::CountsLimitsInUtc,
        Flaw::StartsTheGridAtMidnight,
        Flaw::LetsTheEndHangOut,
    ] {
        assert!(difference(flaw, 0).is_some(), "{flaw:?} passed for right");
    }
}

#[test]
fn asking_for_one_start_agrees_with_the_list() {
    let offering = std::cell::Cell::new(0);
    let config = Config {
        cases: 40,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, rng).run(&case(), |case| {
        let Case { offer, hours, .. } = &case;
        let listed = swept(&case);
        offering.set(offering.get() + usize::from(!listed.is_empty()));
        let window = case.to.duration_since(case.from).as_mins();
        let some = (0..window)
            .step_by(7)
            .map(|minute| case.from + SignedDuration::from_mins(minute));
        for at in some.chain(listed.iter().copied().take(20)) {
            let answer = is_offered(at, offer, hours, &case.busy, &case.booked, case.now);
            prop_assert_eq!(answer.is_ok(), listed.contains(&at), "{} {:?}", at, answer);
        }
        Ok(())
    });
    if let Err(failed) = outcome {
        panic!("{failed}");
    }
    // Lists that are all empty would agree with anything.
    assert!(offering.get() >= 16, "{offering:?} of 40 offer something");
}
