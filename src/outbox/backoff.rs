//! When to try again. Pure.

use jiff::{SignedDuration, Timestamp};

/// Two seconds, doubling to five minutes, times a jitter of 0.8 to 1.2 (decisions 5).
pub fn next_try(attempt: i64, jitter: f64, now: Timestamp) -> Timestamp {
    let doublings = attempt.clamp(0, 8);
    let seconds = (2_i64 << doublings).min(300);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most 360 seconds in milliseconds"
    )]
    let millis = (seconds as f64 * jitter.clamp(0.8, 1.2) * 1000.0) as i64;
    now + SignedDuration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_two_seconds_to_five_minutes() {
        let now = Timestamp::UNIX_EPOCH;
        let waits: Vec<i64> = (0..11)
            .map(|attempt| next_try(attempt, 1.0, now).as_second())
            .collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    }

    #[test]
    fn jitter_spreads_by_a_fifth_and_no_more() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(next_try(20, 0.0, now).as_second(), 240);
        assert_eq!(next_try(20, 9.0, now).as_second(), 360);
        assert_eq!(next_try(-3, 1.0, now).as_second(), 2);
    }
}
