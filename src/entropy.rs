//! The one place that makes random values: ids, tokens, nonces, jitter.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};

use crate::id::Id;

/// Chance: the operating system's, or a seeded one so that a test repeats exactly.
#[derive(Clone)]
pub struct Entropy {
    source: Source,
    /// The last id's time in milliseconds and its number within that, in one.
    last_id: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

/// Ids of one process within one millisecond that stay in order (RFC 9562, section 6.2).
const NUMBER_BITS: u32 = 12;

impl Entropy {
    pub fn system() -> Entropy {
        Entropy::of(Source::System)
    }

    pub fn seeded(seed: u64) -> Entropy {
        let rng = StdRng::seed_from_u64(seed);
        Entropy::of(Source::Seeded(Arc::new(Mutex::new(rng))))
    }

    fn of(source: Source) -> Entropy {
        Entropy {
            source,
            last_id: Arc::new(AtomicU64::new(0)),
        }
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        match &self.source {
            Source::System => SysRng
                .try_fill_bytes(&mut bytes)
                .expect("the operating system always has random bytes for us"),
            Source::Seeded(rng) => {
                rng.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A sortable id (UUID version 7): the time in front, then a number that keeps the ids of one
    /// process in the order they were made in, then chance.
    pub fn id<T>(&self, now: Timestamp) -> Id<T> {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let at_least = millis << NUMBER_BITS;
        let next = |last: u64| Some(at_least.max(last + 1));
        let last = self
            .last_id
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next)
            .unwrap_or_else(|last| last);
        let tick = at_least.max(last + 1);
        let mut tail = self.bytes::<10>();
        let number = (tick & ((1 << NUMBER_BITS) - 1)).to_be_bytes();
        tail[..2].copy_from_slice(&number[6..]);
        let millis = tick >> NUMBER_BITS;
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }

    /// 256 bits for links and cookies, URL-safe.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A factor in `0.8..=1.2`, so that retries of many jobs spread out.
    pub fn jitter(&self) -> f64 {
        let fraction = f64::from(u32::from_le_bytes(self.bytes::<4>())) / f64::from(u32::MAX);
        0.8 + 0.4 * fraction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_are_in_the_order_they_were_made() {
        let entropy = Entropy::seeded(1);
        let now = "2026-05-04T08:00:00Z".parse().unwrap();
        let ids: Vec<Id<()>> = (0..10_000).map(|_| entropy.id(now)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(ids[0].uuid().get_version_num(), 7);
    }
}
