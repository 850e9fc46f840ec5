//! Secrets at rest: sealed with XChaCha20-Poly1305, bound to the row and column they stand in, so
//! that a sealed value copied into another row does not open. Several keys can open; the newest
//! seals (`keys` seals anew what is under another). Also the keyed hashes. Does not store anything.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::entropy::Entropy;

/// Without a key's id: of before there could be several.
const WITHOUT_ID: u8 = 1;
const WITH_ID: u8 = 2;
const NONCE: usize = 24;
/// The version and the key's id, in front of a sealed value.
pub const HEADER: usize = 5;

/// The server's secret key (`MIN42_SECRET_KEY`): 32 bytes. Never printed.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    pub fn random(entropy: &Entropy) -> SecretKey {
        SecretKey(entropy.bytes())
    }

    /// Reads 32 bytes written as base64 or as 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<SecretKey> {
        let text = text.trim();
        let bytes = if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            unhex(text)?
        } else {
            STANDARD
                .decode(text)
                .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
                .ok()?
        };
        bytes.try_into().ok().map(SecretKey)
    }

    /// For the key file made on first start.
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// A key for one purpose; knowing it tells nothing of the others (HKDF, RFC 5869).
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0u8; 32];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(purpose.as_bytes(), &mut key)
            .expect("32 bytes is a length HKDF-SHA256 can give");
        key
    }
}

/// The server's keys, the newest first: it seals, all open.
#[derive(Clone, Debug)]
pub struct SecretKeys(Vec<SecretKey>);

impl SecretKeys {
    /// Keys between spaces, line breaks or commas. At least one.
    pub fn parse(text: &str) -> Option<SecretKeys> {
        let keys: Option<Vec<SecretKey>> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|part| !part.is_empty())
            .map(SecretKey::parse)
            .collect();
        keys.filter(|keys| !keys.is_empty()).map(SecretKeys)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(••••)")
    }
}

/// A value that must not be shown: it has no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The value itself, for the one place that must send it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••")
    }
}

/// A sealed value as it stands in the database: version, the key's id, nonce, ciphertext with tag.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

#[derive(Debug, thiserror::Error)]
#[error(
    "a sealed value could not be opened: MIN42_SECRET_KEY does not hold the key it was sealed with"
)]
pub struct CannotOpen;

/// Seals and opens. `place` is where the value stands: "table|row id|column".
#[derive(Clone)]
pub struct Seal {
    newest: Key,
    older: Vec<Key>,
    entropy: Entropy,
}

#[derive(Clone)]
struct Key {
    header: [u8; HEADER],
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn new(key: &SecretKey) -> Key {
        let id = key.derive("key id");
        Key {
            header: [WITH_ID, id[0], id[1], id[2], id[3]],
            cipher: XChaCha20Poly1305::new(&key.derive("seal v1").into()),
        }
    }

    fn open(&self, aad: &[u8], rest: &[u8]) -> Result<Secret, CannotOpen> {
        let (nonce, msg) = rest.split_at_checked(NONCE).ok_or(CannotOpen)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| CannotOpen)?;
        let plain = self
            .cipher
            .decrypt(&XNonce::from(nonce), Payload { msg, aad })
            .map_err(|_| CannotOpen)?;
        String::from_utf8(plain).map(Secret).map_err(|_| CannotOpen)
    }

    /// The header is part of what a value is bound to.
    fn bound_to(&self, place: &str) -> Vec<u8> {
        [place.as_bytes(), b"|", &self.header].concat()
    }
}

impl Seal {
    pub fn new(keys: &SecretKeys, entropy: Entropy) -> Seal {
        let mut keys = keys.0.iter().map(Key::new);
        Seal {
            newest: keys.next().expect("there is at least one key"),
            older: keys.collect(),
            entropy,
        }
    }

    /// What everything begins with that is sealed under the newest key.
    pub fn header(&self) -> [u8; HEADER] {
        self.newest.header
    }

    pub fn seal(&self, place: &str, secret: &Secret) -> Sealed {
        let nonce: [u8; NONCE] = self.entropy.bytes();
        let aad = self.newest.bound_to(place);
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: &aad,
        };
        let sealed = self
            .newest
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a value far below 256 GiB can always be sealed");
        Sealed([&self.newest.header[..], &nonce, &sealed].concat())
    }

    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, CannotOpen> {
        let mut keys = std::iter::once(&self.newest).chain(&self.older);
        match sealed.0.split_first() {
            Some((&WITHOUT_ID, rest)) => keys
                .find_map(|key| key.open(place.as_bytes(), rest).ok())
                .ok_or(CannotOpen),
            Some((&WITH_ID, _)) => {
                let (header, rest) = sealed.0.split_at_checked(HEADER).ok_or(CannotOpen)?;
                let key = keys.find(|key| key.header == header).ok_or(CannotOpen)?;
                key.open(&key.bound_to(place), rest)
            }
            Some(_) | None => Err(CannotOpen),
        }
    }
}

/// HMAC-SHA256.
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// What is stored instead of a token: who reads the database learns no token.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Compares without telling by its time where the difference is.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        of(&[1])
    }

    /// With the keys of these seeds, the newest first.
    fn of(seeds: &[u64]) -> Seal {
        let keys = seeds
            .iter()
            .map(|seed| SecretKey::random(&Entropy::seeded(*seed)))
            .collect();
        Seal::new(&SecretKeys(keys), Entropy::seeded(9))
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place() {
        let seal = seal();
        let sealed = seal.seal("connections|1|access_token", &Secret::new("token"));
        assert_eq!(
            seal.open("connections|1|access_token", &sealed)
                .unwrap()
                .expose(),
            "token"
        );
        assert!(seal.open("connections|2|access_token", &sealed).is_err());
    }

    #[test]
    fn a_changed_or_cut_value_does_not_open() {
        let seal = seal();
        let sealed = seal.seal("t|1|c", &Secret::new("token"));
        for cut in 0..sealed.0.len() {
            assert!(
                seal.open("t|1|c", &Sealed(sealed.0[..cut].to_vec()))
                    .is_err()
            );
        }
        let mut flipped = sealed;
        *flipped.0.last_mut().unwrap() ^= 1;
        assert!(seal.open("t|1|c", &flipped).is_err());
    }

    #[test]
    fn another_key_does_not_open() {
        let sealed = seal().seal("t|1|c", &Secret::new("token"));
        assert!(of(&[2]).open("t|1|c", &sealed).is_err());
    }

    #[test]
    fn an_older_key_opens_and_the_newest_seals() {
        let (old, both, new) = (of(&[1]), of(&[2, 1]), of(&[2]));
        let sealed = old.seal("t|1|c", &Secret::new("token"));
        assert_eq!(both.open("t|1|c", &sealed).unwrap().expose(), "token");
        let anew = both.seal("t|1|c", &Secret::new("token"));
        assert_eq!(anew.0[..HEADER], new.header());
        assert_eq!(new.open("t|1|c", &anew).unwrap().expose(), "token");
        assert!(old.open("t|1|c", &anew).is_err());
        // A value is bound to the key's id as well.
        let mut renamed = sealed;
        renamed.0[..HEADER].copy_from_slice(&new.header());
        assert!(both.open("t|1|c", &renamed).is_err());
    }

    #[test]
    fn what_was_sealed_before_keys_had_ids_opens() {
        let key = SecretKey::random(&Entropy::seeded(1));
        let cipher = XChaCha20Poly1305::new(&key.derive("seal v1").into());
        let payload = Payload {
            msg: b"token",
            aad: b"t|1|c",
        };
        let body = cipher.encrypt(&XNonce::from([7; NONCE]), payload).unwrap();
        let sealed = Sealed([&[WITHOUT_ID][..], &[7; NONCE], &body].concat());
        assert_eq!(
            of(&[2, 1]).open("t|1|c", &sealed).unwrap().expose(),
            "token"
        );
        assert!(of(&[2]).open("t|1|c", &sealed).is_err());
        assert!(of(&[1]).open("t|2|c", &sealed).is_err());
    }

    #[test]
    fn keys_are_read_as_base64_or_hex_of_32_bytes() {
        let key = SecretKey::random(&Entropy::seeded(3));
        assert_eq!(
            SecretKey::parse(&key.to_text()).unwrap().to_text(),
            key.to_text()
        );
        assert!(SecretKey::parse(&"ab".repeat(32)).is_some());
        assert!(SecretKey::parse("too short").is_none());
        let two = format!("{}\n{}\n", key.to_text(), "ab".repeat(32));
        assert_eq!(SecretKeys::parse(&two).unwrap().0.len(), 2);
        assert!(SecretKeys::parse(&format!("{} short", key.to_text())).is_none());
        assert!(SecretKeys::parse(" \n").is_none());
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "••••");
        assert_eq!(
            format!("{:?}", SecretKey::random(&Entropy::seeded(1))),
            "SecretKey(••••)"
        );
    }
}
