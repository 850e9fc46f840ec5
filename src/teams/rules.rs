//! Whose turn it is (decisions 3). Pure.

use jiff::Timestamp;

use super::Offered;
use crate::accounts::Person;
use crate::id::Id;

/// How many meetings count: those booked in so many days.
pub const RECENT_DAYS: i64 = 30;

/// What a member hosts, of what was booked in the last thirty days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recent {
    pub member: Id<Person>,
    pub meetings: i64,
    /// When the last booking with them was made, however long ago.
    pub last: Option<Timestamp>,
}

/// The fewest recent meetings, then the longest without a booking, then the lower id.
pub fn whose_turn(free: &[Recent]) -> Option<Id<Person>> {
    free.iter()
        .min_by_key(|member| (member.meetings, member.last, member.member))
        .map(|member| member.member)
}

/// Who of those that have any time at all is offered. To spread evenly means that nobody gets a
/// meeting while another member has had fewer.
pub fn offered(policy: Offered, with_times: &[Recent]) -> Vec<Id<Person>> {
    let fewest = with_times.iter().map(|member| member.meetings).min();
    with_times
        .iter()
        .filter(|member| match policy {
            Offered::WhenAnyIsFree => true,
            Offered::Evenly => Some(member.meetings) == fewest,
        })
        .map(|member| member.member)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: u128, meetings: i64, last: Option<i64>) -> Recent {
        Recent {
            member: Id::from_uuid(uuid::Uuid::from_u128(id)),
            meetings,
            last: last.map(|second| Timestamp::from_second(second).unwrap()),
        }
    }

    #[test]
    fn the_fewest_meetings_then_the_longest_wait_then_the_lower_id() {
        let cases = [
            (vec![member(1, 3, Some(5)), member(2, 1, Some(9))], 2),
            (vec![member(1, 2, Some(9)), member(2, 2, Some(5))], 2),
            // Who never had one has waited longest.
            (vec![member(1, 0, Some(1)), member(2, 0, None)], 2),
            (vec![member(7, 0, None), member(3, 0, None)], 3),
            (vec![member(7, 4, Some(2))], 7),
        ];
        for (free, expected) in cases {
            assert_eq!(whose_turn(&free), Some(member(expected, 0, None).member));
            let backwards: Vec<Recent> = free.iter().rev().copied().collect();
            assert_eq!(whose_turn(&backwards), whose_turn(&free));
        }
        assert_eq!(whose_turn(&[]), None);
    }

    #[test]
    fn to_spread_evenly_leaves_out_who_is_ahead_and_the_other_policy_nobody() {
        let all = [
            member(1, 2, None),
            member(2, 1, None),
            member(3, 1, Some(4)),
        ];
        let ids = |ids: &[u128]| -> Vec<Id<Person>> {
            ids.iter().map(|id| member(*id, 0, None).member).collect()
        };
        assert_eq!(offered(Offered::Evenly, &all), ids(&[2, 3]));
        assert_eq!(offered(Offered::WhenAnyIsFree, &all), ids(&[1, 2, 3]));
        assert_eq!(offered(Offered::Evenly, &[]), ids(&[]));
    }
}
