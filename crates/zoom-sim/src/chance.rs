//! Ids, tokens and passcodes that look random and come out the same for the same seed.
//!
//! Nothing here is secret: a simulator that cannot be replayed is worth less than one that can be
//! guessed.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// What every token of Zoom's starts with; the rest of the head says nothing.
const TOKEN_HEAD: &str = "eyJzdiI6IjAwMDAwMiIsImFsZyI6IkhTNTEyIiwidiI6IjIuMCJ9";

#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Chance {
        Chance(seed)
    }

    /// Splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 32) as u8).collect()
    }

    fn pick(&mut self, from: &[u8]) -> char {
        let at = self.below(from.len() as u64) as usize;
        char::from(from[at])
    }

    /// A meeting id: ten or eleven digits, most of them eleven.
    pub(crate) fn room_id(&mut self) -> u64 {
        if self.below(8) == 0 {
            1_000_000_000 + self.below(9_000_000_000)
        } else {
            80_000_000_000 + self.below(19_999_999_999)
        }
    }

    /// A meeting's uuid: base64 with padding, which may hold `/` and `+`.
    pub(crate) fn room_uuid(&mut self) -> String {
        STANDARD.encode(self.bytes(16))
    }

    /// A user, account or meeting-passcode id: 22 characters, which may hold `-` and `_`.
    pub(crate) fn short_id(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(16))
    }

    pub(crate) fn account_number(&mut self) -> u64 {
        10_000_000 + self.below(80_000_000)
    }

    pub(crate) fn personal_meeting_id(&mut self) -> u64 {
        2_000_000_000 + self.below(7_000_000_000)
    }

    /// A token as long as Zoom's (over 700 characters).
    pub(crate) fn token(&mut self) -> String {
        let claims = URL_SAFE_NO_PAD.encode(self.bytes(450));
        let signature = URL_SAFE_NO_PAD.encode(self.bytes(64));
        format!("{TOKEN_HEAD}.{claims}.{signature}")
    }

    /// An authorization code or a page token: short and URL-safe.
    pub(crate) fn code(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(27))
    }

    pub(crate) fn tracking_id(&mut self) -> String {
        let rid: String = (0..32).map(|_| self.pick(b"0123456789abcdef")).collect();
        format!("v=2.0;clid=us04;rid=WEB_{rid}")
    }

    /// As Zoom writes `x-zm-request-id`.
    pub(crate) fn delivery_id(&mut self) -> String {
        [8, 4, 4, 4, 12]
            .map(|length| {
                (0..length)
                    .map(|_| self.pick(b"0123456789abcdef"))
                    .collect::<String>()
            })
            .join("_")
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| self.pick(b"0123456789")).collect()
    }

    pub(crate) fn letter(&mut self, from: &str) -> char {
        self.pick(from.as_bytes())
    }
}
