//! The one place that makes random values: ids, tokens, nonces, jitter.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};

use crate::id::Id;

/// Chance: the operating system's, or a seeded one so that a test repeats exactly.
#[derive(Clone)]
pub enum Entropy {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

impl Entropy {
    pub fn seeded(seed: u64) -> Entropy {
        Entropy::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        match self {
            Entropy::System => SysRng
                .try_fill_bytes(&mut bytes)
                .expect("the operating system always has random bytes for us"),
            Entropy::Seeded(rng) => {
                rng.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .fill_bytes(&mut bytes);
            }
        }
        bytes
    }

    /// A sortable id (UUID version 7): the time in front, chance behind.
    pub fn id<T>(&self, now: Timestamp) -> Id<T> {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Id::from_uuid(
            uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid(),
        )
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
