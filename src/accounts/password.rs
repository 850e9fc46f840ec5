//! Passwords: hashed with Argon2id, off the async threads, and compared at the same cost whether
//! the person exists or not. No composition rules: length is what counts.

use std::borrow::Cow;
use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::entropy::Entropy;
use crate::language::Language;
use crate::seal::Secret;

/// Each hash takes 19 MiB for a moment: a crowd at the door must not take all memory.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Compared with when there is nobody, so that the time taken tells nothing.
static NOBODYS: LazyLock<String> = LazyLock::new(|| {
    Argon2::default()
        .hash_password_with_salt(b"nobody has this one", &[0x42; 16])
        .map(|hash: PasswordHash| hash.to_string())
        .unwrap_or_default()
});

/// A new password, as long as it should be.
#[derive(Clone, Debug)]
pub struct Password(Secret);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said(Language::English))]
pub enum BadPassword {
    Short,
    Long,
}

impl BadPassword {
    pub fn said(self, language: Language) -> Cow<'static, str> {
        language.word(match self {
            BadPassword::Short => "person-password-short",
            BadPassword::Long => "person-password-long",
        })
    }
}

impl Password {
    pub fn parse(words: &str) -> Result<Password, BadPassword> {
        match words.chars().count() {
            ..8 => Err(BadPassword::Short),
            8..=200 => Ok(Password(Secret::new(words))),
            201.. => Err(BadPassword::Long),
        }
    }

    /// What is stored of it.
    pub async fn hash(&self, entropy: &Entropy) -> anyhow::Result<String> {
        let salt = entropy.bytes::<16>();
        let password = self.0.clone();
        in_turn(move || {
            let hash: PasswordHash =
                Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await
    }
}

/// Whether these words are the password behind `hash`; without one, the work is done all the same.
pub async fn fits(words: &str, hash: Option<&str>) -> anyhow::Result<bool> {
    let words = Secret::new(words);
    let hash = hash.map(str::to_owned);
    in_turn(move || {
        let stored = hash.as_deref().unwrap_or(&NOBODYS);
        // A stored text that is no hash fits nothing.
        let Ok(stored) = PasswordHash::new(stored) else {
            return Ok(false);
        };
        let same = Argon2::default().verify_password(words.expose().as_bytes(), &stored);
        Ok(same.is_ok() && hash.is_some())
    })
    .await
}

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let _turn = TURNS.acquire().await?;
    tokio::task::spawn_blocking(work).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let password = Password::parse("correct horse").unwrap();
        let hash = password.hash(&Entropy::seeded(1)).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(fits("correct horse", Some(&hash)).await.unwrap());
        assert!(!fits("correct horsf", Some(&hash)).await.unwrap());
        assert!(!fits("nobody has this one", None).await.unwrap());
        assert!(!fits("x", Some("not a hash")).await.unwrap());
    }

    #[test]
    fn only_the_length_counts() {
        assert_eq!(Password::parse("1234567").unwrap_err(), BadPassword::Short);
        assert!(Password::parse("aaaaaaaa").is_ok());
        assert!(Password::parse(&"ä".repeat(200)).is_ok());
        assert_eq!(
            Password::parse(&"a".repeat(201)).unwrap_err(),
            BadPassword::Long
        );
    }
}
