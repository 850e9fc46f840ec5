//! What the Zoom page says of an account besides whether it is connected: safe defaults that its
//! settings override, webinars that it can't host, and rooms that belong to no booking.

use jiff::Timestamp;

use super::store::{self, Linked, Warning};
use super::survey::Survey;
use super::sweep;
use super::zoom::oauth;
use crate::accounts::session::SignedIn;
use crate::db::Reader;
use crate::language::Language;
use crate::sync_log;

/// So many rooms that belong to nothing are shown.
const MOST_STRAYS: usize = 20;

/// A room with our mark that belongs to nothing here.
pub struct StrayLine {
    pub topic: String,
    pub facts: String,
}

/// Of a whole org.
pub struct Worries {
    warnings: Vec<Warning>,
    pub strays: Vec<StrayLine>,
    /// Strays that aren't shown.
    pub more_strays: usize,
    /// The last call found nobody, or got no proper answer.
    pub silent: bool,
}

impl Worries {
    pub async fn load(
        reader: &mut Reader,
        survey: &Survey,
        who: &SignedIn,
        now: Timestamp,
    ) -> anyhow::Result<Worries> {
        let (org, language) = (who.org(), who.language);
        let strays = if who.person.is_admin() {
            sweep::store::strays(reader, org).await?
        } else {
            Vec::new()
        };
        let line = |stray: &sweep::store::Stray| {
            let account = survey
                .linked
                .iter()
                .find(|l| l.account.id == stray.account_id);
            let words = language.say("zoom-stray").with("kind", stray.kind.noun());
            let words = words.with("id", &stray.remote_id);
            let words = match stray.starts_at {
                Some(at) => words.with("starts", language.date_at_clock(at, &who.person.timezone)),
                None => words.with("starts", language.word("zoom-stray-no-time")),
            };
            let words = match account {
                Some(linked) => words.with("account", &linked.account.email),
                None => words.with("account", language.word("zoom-stray-no-account")),
            };
            StrayLine {
                topic: stray.topic.clone(),
                facts: words.into(),
            }
        };
        Ok(Worries {
            warnings: store::warnings_of(reader, org, now).await?,
            more_strays: strays.len().saturating_sub(MOST_STRAYS),
            strays: strays.iter().take(MOST_STRAYS).map(line).collect(),
            silent: sync_log::store::is_silent(reader, org, now).await?,
        })
    }

    /// Of one account, a sentence each.
    pub async fn of(
        &self,
        reader: &mut Reader,
        survey: &Survey,
        linked: &Linked,
        language: Language,
    ) -> anyhow::Result<Vec<String>> {
        let mut sentences: Vec<String> = self
            .warnings
            .iter()
            .filter(|w| w.account_id == linked.account.id)
            .map(|w| {
                let words = language.say("zoom-worry-setting");
                let words = words.with("words", &w.words);
                words.with("meetings", w.meetings).into()
            })
            .collect();
        if survey.rollout.webinars_at.is_some() {
            let (org, account) = (linked.connection.org_id, linked.account.id);
            if !oauth::may_host_webinars(&linked.connection.scopes) {
                sentences.push(language.say("zoom-worry-webinar-permission").into());
            } else if store::no_webinars_at(reader, org, account).await?.is_some() {
                sentences.push(language.say("zoom-worry-webinar-license").into());
            }
        }
        Ok(sentences)
    }
}
