//! The starts an event type offers: one host's hours, less what is taken, on a grid.
//!
//! The order is: hours, less busy time, less buffers, notice and horizon, the grid, limits.
//! Round robin and places in a group are not known here: `booking::offers` asks once per host, and
//! adds the meetings that can still be joined.

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::availability::hours::{Hours, Interval, merged};

/// What an event type says about time. All lengths are minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub minutes: u16,
    pub buffer_before: u16,
    pub buffer_after: u16,
    pub increment: u16,
    pub notice: i64,
    /// The last date that can be booked is this many days after today, in the schedule's zone.
    pub horizon_days: u16,
    pub limits: Limits,
}

/// How many meetings of the event type there may be, in the schedule's zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub per_day: Option<u16>,
    /// Weeks start on Monday.
    pub per_week: Option<u16>,
    pub per_month: Option<u16>,
}

/// Time that is taken, with the minutes its own event type keeps free around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub buffer_before: u16,
    pub buffer_after: u16,
}

/// Why a start is not on offer. The first reason in this order is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOffered {
    InPast,
    TooSoon,
    TooFar,
    OutsideHours,
    Taken,
    OffGrid,
    LimitReached { per: Per, limit: u16 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Day,
    Week,
    Month,
}

/// The starts on offer from `from` until before `to`, sorted. `busy` may come in any order,
/// sorted by start is fastest. `booked` holds the starts of this event type's own confirmed
/// meetings; for the limits it must reach over the whole months and weeks the window touches.
pub fn slots(
    offer: &Offer,
    hours: &Hours,
    busy: &[Busy],
    booked: &[Timestamp],
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
) -> Vec<Timestamp> {
    let mut offered = Vec::new();
    let first = ceil(from).max(earliest(offer, now));
    let last = ceil(to).min(horizon(offer, hours, now));
    if first >= last {
        return offered;
    }
    let spans = spans(hours, first, last + length(offer));
    let open = Stretch::all(&merged(&spans));
    let spans = Stretch::all(&spans);
    let taken = taken(offer, busy);
    let mut caps = Caps::new(offer.limits, hours, booked);
    let (mut in_open, mut in_taken) = (0, 0);
    for (row, span) in spans.iter().enumerate() {
        let Some(whole) = reach(&open, &mut in_open, span.from) else {
            break;
        };
        let until = end_of_row(&spans, row)
            .min(last)
            .min(whole.to - length(offer) + 1);
        let mut start = on_grid(offer, span.from, first);
        while start < until {
            let free_from = match reach(&taken, &mut in_taken, start) {
                Some(taken) if taken.from < start => Some(taken.to),
                Some(_) | None => caps.reached(start).map(|cap| cap.until),
            };
            if let Some(free_from) = free_from {
                start = on_grid(offer, span.from, free_from);
            } else {
                offered.push(at(start));
                start += step(offer);
            }
        }
    }
    offered
}

/// Whether this one start is on offer: what `slots` would list, and if not, why.
pub fn is_offered(
    start: Timestamp,
    offer: &Offer,
    hours: &Hours,
    busy: &[Busy],
    booked: &[Timestamp],
    now: Timestamp,
) -> Result<(), NotOffered> {
    is_in_reach(start, offer, hours, now)?;
    let start = start.as_second();
    let ends = start + length(offer);
    let spans = spans(hours, start, ends);
    let open = Stretch::all(&merged(&spans));
    if !open
        .iter()
        .any(|open| open.from <= start && ends <= open.to)
    {
        return Err(NotOffered::OutsideHours);
    }
    let taken = taken(offer, busy);
    if taken
        .iter()
        .any(|taken| taken.from < start && start < taken.to)
    {
        return Err(NotOffered::Taken);
    }
    let spans = Stretch::all(&spans);
    let row = spans.partition_point(|span| span.from <= start) - 1;
    if start >= end_of_row(&spans, row) || on_grid(offer, spans[row].from, start) != start {
        return Err(NotOffered::OffGrid);
    }
    match Caps::new(offer.limits, hours, booked).reached(start) {
        Some(Reached { per, limit, .. }) => Err(NotOffered::LimitReached { per, limit }),
        None => Ok(()),
    }
}

/// Whether this start is neither too near nor too far, whatever else is true of it.
pub fn is_in_reach(
    start: Timestamp,
    offer: &Offer,
    hours: &Hours,
    now: Timestamp,
) -> Result<(), NotOffered> {
    if start < now {
        return Err(NotOffered::InPast);
    }
    // All starts on offer are whole seconds.
    if start.subsec_nanosecond() != 0 {
        return Err(NotOffered::OffGrid);
    }
    let start = start.as_second();
    if start < earliest(offer, now) {
        return Err(NotOffered::TooSoon);
    }
    if start >= horizon(offer, hours, now) {
        return Err(NotOffered::TooFar);
    }
    Ok(())
}

/// Seconds since 1970, because the sweep compares and adds and nothing else: zones deal in
/// whole seconds, so every start on offer is one.
type Second = i64;

#[derive(Clone, Copy)]
struct Stretch {
    from: Second,
    to: Second,
}

impl Stretch {
    fn all(intervals: &[Interval]) -> Vec<Stretch> {
        intervals
            .iter()
            .map(|interval| Stretch {
                from: ceil(interval.starts_at),
                to: floor(interval.ends_at),
            })
            .collect()
    }
}

/// The first stretch that ends after `second`; `place` only moves forward.
fn reach(stretches: &[Stretch], place: &mut usize, second: Second) -> Option<Stretch> {
    while stretches.get(*place)?.to <= second {
        *place += 1;
    }
    stretches.get(*place).copied()
}

fn spans(hours: &Hours, from: Second, to: Second) -> Vec<Interval> {
    hours.opened(at(from), at(to))
}

/// A written span rules the grid until it ends or the next one starts. (Two can overlap only
/// where a change of the clocks pushed one into the other.)
fn end_of_row(spans: &[Stretch], row: usize) -> Second {
    let next = spans.get(row + 1).map_or(Second::MAX, |next| next.from);
    spans[row].to.min(next)
}

fn on_grid(offer: &Offer, origin: Second, at_least: Second) -> Second {
    let past = (at_least - origin).max(0);
    let steps = (past + step(offer) - 1) / step(offer);
    origin + steps * step(offer)
}

/// The starts that busy time rules out, ends excluded on both sides, sorted and disjoint. A
/// meeting that ends as the buffer begins is fine, so two stretches that only touch stay two:
/// the start between them is free.
fn taken(offer: &Offer, busy: &[Busy]) -> Vec<Stretch> {
    let mut taken: Vec<Stretch> = busy
        .iter()
        .map(|busy| Stretch {
            from: floor(busy.starts_at)
                - minutes(offer.buffer_after.max(busy.buffer_before))
                - length(offer),
            to: ceil(busy.ends_at) + minutes(offer.buffer_before.max(busy.buffer_after)),
        })
        .filter(|taken| taken.from < taken.to)
        .collect();
    taken.sort_unstable_by_key(|taken| taken.from);
    taken.dedup_by(|next, last| {
        let joined = next.from < last.to;
        if joined {
            last.to = last.to.max(next.to);
        }
        joined
    });
    taken
}

fn earliest(offer: &Offer, now: Timestamp) -> Second {
    ceil(now).saturating_add(offer.notice.max(0).saturating_mul(60))
}

/// The first second too far away to be booked.
fn horizon(offer: &Offer, hours: &Hours, now: Timestamp) -> Second {
    let today = hours.zone.tz().to_datetime(now).date();
    let days = i32::from(offer.horizon_days).saturating_add(1);
    match today.checked_add(days.days()) {
        Ok(date) => midnight(hours, date),
        Err(_past_the_last_date) => Second::MAX,
    }
}

/// The meetings there already are, counted once per day the sweep comes to.
struct Caps<'a> {
    limits: Limits,
    hours: &'a Hours,
    /// Sorted.
    booked: Vec<Date>,
    free_until: Second,
}

struct Reached {
    per: Per,
    limit: u16,
    until: Second,
}

impl<'a> Caps<'a> {
    fn new(limits: Limits, hours: &'a Hours, booked: &[Timestamp]) -> Caps<'a> {
        let unlimited = limits == Limits::default();
        let mut dates: Vec<Date> = Vec::new();
        if !unlimited {
            let tz = hours.zone.tz();
            dates.extend(booked.iter().map(|at| tz.to_datetime(*at).date()));
            dates.sort_unstable();
        }
        Caps {
            limits,
            hours,
            booked: dates,
            free_until: if unlimited { Second::MAX } else { Second::MIN },
        }
    }

    /// Asked with growing starts.
    fn reached(&mut self, start: Second) -> Option<Reached> {
        if start < self.free_until {
            return None;
        }
        let date = self.hours.zone.tz().to_datetime(at(start)).date();
        let full = [
            (Per::Month, self.limits.per_month),
            (Per::Week, self.limits.per_week),
            (Per::Day, self.limits.per_day),
        ]
        .into_iter()
        .filter_map(|(per, limit)| Some((per, limit?)))
        .find(|(per, limit)| self.count(*per, date) >= usize::from(*limit));
        match full {
            Some((per, limit)) => Some(Reached {
                per,
                limit,
                // Never standing still, even where clocks go back over midnight.
                until: self.starts_after(per, date).max(start + 1),
            }),
            None => {
                self.free_until = self.starts_after(Per::Day, date);
                None
            }
        }
    }

    fn count(&self, per: Per, date: Date) -> usize {
        let from = self.booked.partition_point(|day| *day < per.first(date));
        let rest = &self.booked[from..];
        match per.after(date) {
            Some(after) => rest.partition_point(|day| *day < after),
            None => rest.len(),
        }
    }

    fn starts_after(&self, per: Per, date: Date) -> Second {
        per.after(date)
            .map_or(Second::MAX, |after| midnight(self.hours, after))
    }
}

impl Per {
    fn first(self, date: Date) -> Date {
        match self {
            Per::Day => date,
            Per::Week => {
                date.saturating_sub(i32::from(date.weekday().to_monday_zero_offset()).days())
            }
            Per::Month => date.first_of_month(),
        }
    }

    /// The first date after the day, week or month of `date`; none at the end of the calendar.
    fn after(self, date: Date) -> Option<Date> {
        let first = self.first(date);
        match self {
            Per::Day => first.checked_add(1.day()),
            Per::Week => first.checked_add(7.days()),
            Per::Month => first.checked_add(1.month()),
        }
        .ok()
    }
}

fn midnight(hours: &Hours, date: Date) -> Second {
    let midnight = date.to_datetime(Time::midnight());
    match hours
        .zone
        .tz()
        .to_ambiguous_timestamp(midnight)
        .compatible()
    {
        Ok(at) => at.as_second(),
        Err(_past_the_last_instant) => Second::MAX,
    }
}

fn length(offer: &Offer) -> Second {
    minutes(offer.minutes)
}

/// A step of nothing would never arrive.
fn step(offer: &Offer) -> Second {
    minutes(offer.increment.max(1))
}

fn minutes(minutes: u16) -> Second {
    Second::from(minutes) * 60
}

fn floor(at: Timestamp) -> Second {
    at.as_second() - Second::from(at.subsec_nanosecond() < 0)
}

fn ceil(at: Timestamp) -> Second {
    at.as_second() + Second::from(at.subsec_nanosecond() > 0)
}

fn at(second: Second) -> Timestamp {
    let held = second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(held).expect("held between the first and the last second there is")
}

#[cfg(test)]
mod tests;
