//! Secrets at rest: sealed with XChaCha20-Poly1305, bound to the row and column they stand in, so
//! that a sealed value copied into another row does not open. Also the keyed hashes made from the
//! same secret. Does not store anything.

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

const VERSION: u8 = 1;
const NONCE: usize = 24;

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

/// A sealed value as it stands in the database: version, nonce, ciphertext with tag.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a sealed value could not be opened: MIN42_SECRET_KEY is not the key it was sealed with")]
pub struct CannotOpen;

/// Seals and opens. `place` is where the value stands: "table|row id|column".
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    entropy: Entropy,
}

impl Seal {
    pub fn new(key: &SecretKey, entropy: Entropy) -> Seal {
        let cipher = XChaCha20Poly1305::new(&key.derive("seal v1").into());
        Seal { cipher, entropy }
    }

    pub fn seal(&self, place: &str, secret: &Secret) -> Sealed {
        let nonce: [u8; NONCE] = self.entropy.bytes();
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a value far below 256 GiB can always be sealed");
        let mut bytes = Vec::with_capacity(1 + NONCE + sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Sealed(bytes)
    }

    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<Secret, CannotOpen> {
        let (version, rest) = sealed.0.split_first().ok_or(CannotOpen)?;
        if *version != VERSION || rest.len() < NONCE {
            return Err(CannotOpen);
        }
        let (nonce, body) = rest.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| CannotOpen)?;
        let payload = Payload {
            msg: body,
            aad: place.as_bytes(),
        };
        let plain = self
            .cipher
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| CannotOpen)?;
        String::from_utf8(plain).map(Secret).map_err(|_| CannotOpen)
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
        let entropy = Entropy::seeded(1);
        Seal::new(&SecretKey::random(&entropy), entropy)
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
        let entropy = Entropy::seeded(2);
        let other = Seal::new(&SecretKey::random(&entropy), entropy);
        assert!(other.open("t|1|c", &sealed).is_err());
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
