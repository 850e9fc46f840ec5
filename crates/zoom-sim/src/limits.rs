//! Zoom's limits: so many calls a second and a day per account, so many changes a day per user.
//!
//! What a 429 looks like is documented in three ways and observed in a fourth; all can be shown.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::call::Refusal;
use crate::config::Plan;
use crate::oauth::Caller;
use crate::routes::{Op, Verb};
use crate::world::World;

/// What has been used up.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    changes: HashMap<(String, Date), u32>,
    seconds: HashMap<(String, Label), (i64, u32)>,
}

/// The headers that come with a 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitHeaders {
    None,
    /// Category, limit and remaining, but neither a type nor when to come back.
    Observed,
    /// `Retry-After: 2020-05-31T00:00:00Z`, as older documents have it.
    Iso,
    /// `Retry-After: 60`.
    Seconds,
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TooMany {
    PerSecond,
    Daily,
    UserDaily,
    Concurrent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Label {
    Light,
    Medium,
}

impl Label {
    fn of(op: Op) -> Label {
        match op {
            Op::Room(_, Verb::List) => Label::Medium,
            Op::Room(_, Verb::Create | Verb::Get | Verb::Update | Verb::Delete)
            | Op::UserGet
            | Op::UserSettings
            | Op::Authorize
            | Op::Consent
            | Op::Token
            | Op::Revoke
            | Op::Unknown => Label::Light,
        }
    }

    fn per_second(self, plan: Plan) -> u32 {
        match (self, plan) {
            (Label::Light, Plan::Free) => 4,
            (Label::Light, Plan::Pro) => 30,
            (Label::Light, Plan::Business) => 80,
            (Label::Medium, Plan::Free) => 2,
            (Label::Medium, Plan::Pro) => 20,
            (Label::Medium, Plan::Business) => 60,
        }
    }
}

/// Counts a call against its account's second.
pub(crate) fn count(world: &mut World, caller: &Caller, op: Op) -> Result<(), Refusal> {
    if !world.config.limits.per_second {
        return Ok(());
    }
    let second = world.now().as_second();
    let label = Label::of(op);
    let account = world.account_of(&caller.user);
    let allowed = label.per_second(account.plan);
    let key = (account.id.clone(), label);
    let used = world.counts.seconds.entry(key).or_insert((second, 0));
    if used.0 != second {
        *used = (second, 0);
    }
    used.1 += 1;
    if used.1 > allowed {
        Err(too_many(world, TooMany::PerSecond))
    } else {
        Ok(())
    }
}

/// Counts a create or update against its user's day. Deletes are free.
pub(crate) fn count_change(world: &mut World, user: &str) -> Result<(), Refusal> {
    let Some(allowed) = world.config.limits.user_daily else {
        return Ok(());
    };
    let today = world.now().to_zoned(TimeZone::UTC).date();
    let used = world
        .counts
        .changes
        .entry((user.to_owned(), today))
        .or_default();
    if *used >= allowed {
        return Err(too_many(world, TooMany::UserDaily));
    }
    *used += 1;
    Ok(())
}

fn too_many(world: &World, which: TooMany) -> Refusal {
    refusal(which, world.config.limits.headers, world.now())
}

pub(crate) fn refusal(which: TooMany, headers: LimitHeaders, now: Timestamp) -> Refusal {
    let message = match which {
        TooMany::PerSecond => {
            "You have reached the maximum per-second rate limit for this API. Try again later."
        }
        TooMany::Daily => {
            "You have reached the maximum daily rate limit for this API. Refer to the response \
             header for details on when you can make another request."
        }
        TooMany::UserDaily => {
            "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests \
             permitted for this particular user. You may resume these requests at GMT 00:00:00."
        }
        TooMany::Concurrent => {
            "Too many concurrent requests. A request to disassociate this user has already been \
             made."
        }
    };
    Refusal::new(429, 429, message).with_headers(header_list(which, headers, now))
}

fn header_list(
    which: TooMany,
    headers: LimitHeaders,
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    let again = match which {
        TooMany::PerSecond | TooMany::Concurrent => now + SignedDuration::from_secs(1),
        TooMany::Daily | TooMany::UserDaily => next_midnight(now),
    };
    let kind = match which {
        TooMany::PerSecond | TooMany::Concurrent => "QPS",
        TooMany::Daily | TooMany::UserDaily => "Daily-limit",
    };
    let retry_after = match headers {
        LimitHeaders::None => return Vec::new(),
        LimitHeaders::Observed => {
            return vec![
                ("x-ratelimit-category", "Light".to_owned()),
                ("x-ratelimit-limit", "6000".to_owned()),
                ("x-ratelimit-remaining", "5893".to_owned()),
            ];
        }
        LimitHeaders::Iso => again.to_string(),
        LimitHeaders::Seconds => again.duration_since(now).as_secs().max(1).to_string(),
    };
    vec![
        ("x-ratelimit-category", "Light".to_owned()),
        ("x-ratelimit-type", kind.to_owned()),
        ("x-ratelimit-limit", "100".to_owned()),
        ("x-ratelimit-remaining", "0".to_owned()),
        ("retry-after", retry_after),
    ]
}

/// When the day's counts start again: 00:00 UTC.
fn next_midnight(now: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60;
    let second = (now.as_second().div_euclid(DAY) + 1) * DAY;
    Timestamp::from_second(second).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_starts_again_at_midnight_utc() {
        let now: Timestamp = "2026-05-04T23:59:59.5Z".parse().unwrap();
        assert_eq!(next_midnight(now).to_string(), "2026-05-05T00:00:00Z");
    }
}
