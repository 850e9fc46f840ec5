//! How many jobs of this process work at one account at once, so that an account whose provider
//! answers slowly leaves hands for the others (`outbox::worker` has so many in all).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Account;
use crate::id::Id;

/// A quarter of all hands. What the provider permits an account in a second fits in, at half a
/// second for an answer.
const OF_ONE: usize = 16;

#[derive(Clone, Default)]
pub struct Hands(Arc<Mutex<HashMap<Id<Account>, usize>>>);

/// Given back when it is dropped.
pub struct Hand {
    of: Hands,
    account: Id<Account>,
}

impl Hands {
    /// None: as many as one account may have are at work.
    pub fn take(&self, account: Id<Account>) -> Option<Hand> {
        let mut busy = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at_work = busy.entry(account).or_default();
        if *at_work == OF_ONE {
            return None;
        }
        *at_work += 1;
        Some(Hand {
            of: self.clone(),
            account,
        })
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        let mut busy = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at_work) = busy.get_mut(&self.account) {
            *at_work -= 1;
            if *at_work == 0 {
                busy.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_has_so_many_hands_and_another_has_its_own() {
        let (slow, quick) = (1_u128, 2_u128);
        let id = |n| Id::from_uuid(uuid::Uuid::from_u128(n));
        let hands = Hands::default();
        let mut held: Vec<Hand> = (0..OF_ONE).filter_map(|_| hands.take(id(slow))).collect();
        assert_eq!(held.len(), OF_ONE);
        assert!(hands.take(id(slow)).is_none());
        assert!(hands.take(id(quick)).is_some());
        held.pop();
        assert!(hands.take(id(slow)).is_some());
        held.clear();
        assert!(hands.0.lock().unwrap().is_empty());
    }
}
