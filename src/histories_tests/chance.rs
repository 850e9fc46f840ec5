//! The chance of one history: what happens follows from its seed alone.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

pub struct Chance(StdRng);

impl Chance {
    pub fn seeded(seed: u64) -> Chance {
        Chance(StdRng::seed_from_u64(seed))
    }

    /// One of `0..below`.
    pub fn below(&mut self, below: usize) -> usize {
        self.0.random_range(0..below)
    }

    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        match from.len() {
            0 => None,
            many => from.get(self.below(many)),
        }
    }

    pub fn seed(&mut self) -> u64 {
        self.0.random()
    }
}
