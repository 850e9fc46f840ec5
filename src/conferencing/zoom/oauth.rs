//! Zoom's OAuth: the address to sign in at, codes and refresh tokens exchanged for tokens, revoking,
//! and who has signed in. Source: Zoom's OAuth pages; PKCE is RFC 7636.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::client::Zoom;
use super::fault::{Bad, of_call, of_token};
use crate::conferencing::connection::Tokens;
use crate::conferencing::provider::Fault;
use crate::seal::Secret;
use crate::sync_log::Exchange;
use crate::text;

/// What an access token of Zoom's lives, where an answer doesn't say.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A permission we can't do without: granular name, older name, and what it is for.
const REQUIRED: &[(&str, &str, &str)] = &[
    ("meeting:write:meeting", "meeting:write", "create meetings"),
    ("meeting:update:meeting", "meeting:write", "change meetings"),
    ("meeting:delete:meeting", "meeting:write", "delete meetings"),
    ("meeting:read:meeting", "meeting:read", "read meetings"),
    (
        "meeting:read:list_meetings",
        "meeting:read",
        "list meetings",
    ),
    ("user:read:user", "user:read", "read your profile"),
];

/// What hosting webinars takes; a user may leave these off.
const FOR_WEBINARS: &[(&str, &str)] = &[
    ("webinar:write:webinar", "webinar:write"),
    ("webinar:update:webinar", "webinar:write"),
    ("webinar:delete:webinar", "webinar:write"),
    ("webinar:read:webinar", "webinar:read"),
    ("webinar:read:list_webinars", "webinar:read"),
];

/// The scopes to add as optional ones, for organizations that use webinars.
pub fn optional_scopes() -> Vec<&'static str> {
    FOR_WEBINARS.iter().map(|(granular, _)| *granular).collect()
}

/// Whether a webinar that is made could also be moved, removed and found again.
pub fn may_host_webinars(scopes: &str) -> bool {
    FOR_WEBINARS
        .iter()
        .all(|(granular, classic)| has(scopes, granular) || has(scopes, classic))
}

fn has(scopes: &str, name: &str) -> bool {
    scopes
        .split([' ', ','])
        .any(|scope| scope == name || scope.strip_suffix(":admin") == Some(name))
}

/// The scopes to tick in the Zoom app, for the set-up guide.
pub fn scopes_to_ask_for() -> Vec<&'static str> {
    REQUIRED.iter().map(|(granular, ..)| *granular).collect()
}

/// What is missing in the scopes that came with a token, in words.
pub fn missing_scopes(scopes: &str) -> Vec<&'static str> {
    REQUIRED
        .iter()
        .filter(|(granular, classic, _)| !has(scopes, granular) && !has(scopes, classic))
        .map(|(.., words)| *words)
        .collect()
}

/// Who has signed in at Zoom.
#[derive(Clone, Debug)]
pub struct Granted {
    pub user: String,
    pub account: String,
    pub email: String,
    pub name: String,
    pub plan: String,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    refresh_token: Option<String>,
    /// Seconds: a number, though not always a whole one, or digits in a string.
    #[serde(default)]
    expires_in: Value,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct MeBody {
    id: String,
    #[serde(default)]
    account_id: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    display_name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<i64>,
}

/// PKCE: what is shown first of a verifier that is shown later.
pub fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

impl Zoom {
    /// Where the person signs in. No scopes are asked for by name: Zoom takes those of the app.
    pub fn authorize_url(&self, redirect: &str, state: &str, challenge: &str) -> String {
        let mut url = self.config.oauth_url.clone();
        url.set_path(&format!(
            "{}/oauth/authorize",
            url.path().trim_end_matches('/')
        ));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        url.to_string()
    }

    pub async fn exchange_code(
        &self,
        code: &str,
        redirect: &str,
        verifier: &Secret,
    ) -> (Result<Tokens, Fault>, Exchange) {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier.expose()),
        ];
        self.watched("exchange_code", self.token(&form, None)).await
    }

    /// RFC 6749 section 6: without a new refresh token the one that was shown stays.
    pub async fn refresh(&self, refresh: &Secret) -> (Result<Tokens, Fault>, Exchange) {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
        ];
        self.watched("refresh", self.token(&form, Some(refresh)))
            .await
    }

    async fn token(
        &self,
        form: &[(&str, &str)],
        shown: Option<&Secret>,
    ) -> (Result<Tokens, Fault>, Exchange) {
        let (came, exchange) = self.oauth("/oauth/token", form).await;
        let result = came.and_then(|(status, body, retry_after)| {
            let bad = Bad {
                status,
                body: &body,
                retry_after: retry_after.as_deref(),
            };
            if !(200..300).contains(&status) {
                return Err(of_token(&bad, self.clock.now()));
            }
            tokens(&body, shown, self.clock.now()).ok_or_else(|| Fault::Lost {
                words: "Zoom’s tokens can’t be read".to_owned(),
            })
        });
        (result, exchange)
    }

    /// Ends a grant; Zoom takes the access token for it and kills the refresh token too.
    pub async fn revoke(&self, access: &Secret) -> (Result<(), Fault>, Exchange) {
        self.watched("revoke", self.end_grant(access)).await
    }

    async fn end_grant(&self, access: &Secret) -> (Result<(), Fault>, Exchange) {
        let (came, exchange) = self
            .oauth("/oauth/revoke", &[("token", access.expose())])
            .await;
        let result = came.and_then(|(status, body, retry_after)| {
            if (200..300).contains(&status) {
                return Ok(());
            }
            let bad = Bad {
                status,
                body: &body,
                retry_after: retry_after.as_deref(),
            };
            Err(of_token(&bad, self.clock.now()))
        });
        (result, exchange)
    }

    async fn oauth(
        &self,
        path: &str,
        form: &[(&str, &str)],
    ) -> (Result<(u16, String, Option<String>), Fault>, Exchange) {
        let url = format!(
            "{}{path}",
            self.config.oauth_url.as_str().trim_end_matches('/')
        );
        let request = self
            .http
            .post(url)
            .basic_auth(
                &self.config.client_id,
                Some(self.config.client_secret.expose()),
            )
            .header(reqwest::header::ACCEPT, "application/json")
            .form(form);
        let (came, mut exchange) = self.send(request, format!("POST {path}")).await;
        let shown: Vec<&str> = form.iter().map(|(name, _)| *name).collect();
        exchange.request_body = Some(format!("({})", shown.join(", ")));
        (
            came.map(|came| (came.status, came.body, came.retry_after)),
            exchange,
        )
    }

    /// Who the token's user is.
    pub async fn me(&self, access: &Secret) -> (Result<Granted, Fault>, Exchange) {
        self.watched("profile", self.read_profile(access)).await
    }

    async fn read_profile(&self, access: &Secret) -> (Result<Granted, Fault>, Exchange) {
        let url = format!(
            "{}/users/me",
            self.config.api_url.as_str().trim_end_matches('/')
        );
        let request = self
            .http
            .get(url)
            .bearer_auth(access.expose())
            .header(reqwest::header::ACCEPT, "application/json");
        let (came, exchange) = self.send(request, "GET /users/me".to_owned()).await;
        let result = came.and_then(|came| {
            let retry_after = came.retry_after.as_deref();
            if !(200..300).contains(&came.status) {
                let bad = Bad {
                    status: came.status,
                    body: &came.body,
                    retry_after,
                };
                return Err(of_call(&bad, self.clock.now()));
            }
            let me: MeBody = serde_json::from_str(&came.body).map_err(|_| Fault::Lost {
                words: "Zoom’s profile can’t be read".to_owned(),
            })?;
            Ok(granted(me))
        });
        (result, exchange)
    }
}

/// What came with 200. A spent refresh token is dead whatever the answer looks like, so that little
/// may make it unreadable.
fn tokens(body: &str, shown: Option<&Secret>, now: Timestamp) -> Option<Tokens> {
    let tokens: TokenBody = serde_json::from_str(body).ok()?;
    let lives = match &tokens.expires_in {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let lives = lives
        .and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok())
        .unwrap_or(LIFE);
    Some(Tokens {
        access: Secret::new(tokens.access_token),
        refresh: tokens
            .refresh_token
            .map(Secret::new)
            .or_else(|| shown.cloned())?,
        expires_at: now + lives.clamp(SignedDuration::ZERO, SignedDuration::from_hours(24)),
        scopes: tokens.scope.unwrap_or_default(),
    })
}

fn granted(me: MeBody) -> Granted {
    // People name themselves at Zoom as they like.
    let display_name = me.display_name.map(|name| text::one_line(&name));
    let full = text::one_line(&format!("{} {}", me.first_name, me.last_name));
    let name = display_name.filter(|n| !n.is_empty()).unwrap_or(full);
    let email = text::one_line(&me.email);
    Granted {
        user: me.id,
        account: me.account_id,
        name: if name.is_empty() { email.clone() } else { name },
        email,
        plan: match me.kind {
            Some(1) => "basic",
            Some(2) => "licensed",
            Some(_) | None => "unknown",
        }
        .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_however_their_life_is_written() {
        let (now, old) = (Timestamp::UNIX_EPOCH, Secret::new("old"));
        for (life, seconds) in [
            ("3599", 3599),
            ("3599.5", 3599),
            ("\"3599\"", 3599),
            ("-1", 0),
            ("1e300", 3600),
            ("999999", 86_400),
            ("null", 3600),
            ("\"soon\"", 3600),
        ] {
            let body = format!(r#"{{"access_token":"a","expires_in":{life}}}"#);
            let read = tokens(&body, Some(&old), now).unwrap();
            assert_eq!(read.expires_at.as_second(), seconds, "{life}");
            assert_eq!(read.refresh.expose(), "old");
        }
        let first = r#"{"access_token":"a","expires_in":3599}"#;
        assert!(
            tokens(first, None, now).is_none(),
            "nothing to renew it with"
        );
        let next = r#"{"access_token":"a","refresh_token":"new"}"#;
        let next = tokens(next, Some(&old), now).unwrap();
        assert_eq!(next.refresh.expose(), "new");
    }

    #[test]
    fn granular_older_and_account_level_scopes_all_count() {
        assert!(missing_scopes("meeting:write meeting:read user:read").is_empty());
        assert!(missing_scopes(&scopes_to_ask_for().join(" ")).is_empty());
        assert!(missing_scopes(&scopes_to_ask_for().join(":admin ")).is_empty());
        let some = scopes_to_ask_for()[1..].join(" ");
        assert_eq!(missing_scopes(&some), ["create meetings"]);
    }

    #[test]
    fn webinars_take_all_of_their_permissions() {
        assert!(may_host_webinars(&optional_scopes().join(" ")));
        assert!(may_host_webinars("webinar:write webinar:read"));
        assert!(!may_host_webinars(&optional_scopes()[1..].join(" ")));
        assert!(!may_host_webinars(&scopes_to_ask_for().join(" ")));
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
