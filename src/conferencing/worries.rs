//! What the Zoom page says of an account besides whether it is connected: safe defaults that its
//! settings override, webinars that it can't host, and rooms that belong to no booking.

use jiff::Timestamp;

use super::store::{self, Linked, Warning};
use super::survey::{Survey, count};
use super::sweep;
use super::zoom::oauth;
use crate::accounts::{Org, Person};
use crate::db::Reader;
use crate::id::Id;
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
        org: Id<Org>,
        me: &Person,
        now: Timestamp,
    ) -> anyhow::Result<Worries> {
        let strays = if me.is_admin() {
            sweep::store::strays(reader, org).await?
        } else {
            Vec::new()
        };
        let line = |stray: &sweep::store::Stray| {
            let account = survey
                .linked
                .iter()
                .find(|l| l.account.id == stray.account_id);
            let starts = stray.starts_at.map_or_else(
                || "without a time".to_owned(),
                |at| Language::English.date_at_clock(at, &me.timezone),
            );
            StrayLine {
                topic: stray.topic.clone(),
                facts: format!(
                    "{starts}, {} ID {} on {}",
                    stray.kind.noun(),
                    stray.remote_id,
                    account.map_or("an account removed here", |l| l.account.email.as_str()),
                ),
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
    ) -> anyhow::Result<Vec<String>> {
        let mut sentences: Vec<String> = self
            .warnings
            .iter()
            .filter(|w| w.account_id == linked.account.id)
            .map(|w| {
                format!(
                    "{}, for {}: a setting of this Zoom account goes before what 42min asks for.",
                    w.words,
                    count(w.meetings, "upcoming meeting"),
                )
            })
            .collect();
        if survey.rollout.webinars_at.is_some() {
            let (org, account) = (linked.connection.org_id, linked.account.id);
            let instead = "Group bookings set to a webinar become meetings on it.";
            if !oauth::may_host_webinars(&linked.connection.scopes) {
                sentences.push(format!(
                    "The permissions for webinars were left off when it was connected. {instead}"
                ));
            } else if store::no_webinars_at(reader, org, account).await?.is_some() {
                sentences.push(format!(
                    "Zoom says that it has no webinar license. {instead}"
                ));
            }
        }
        Ok(sentences)
    }
}
