//! What people change about themselves.

use super::password::{self, Password};
use super::{Ended, Person, Taken, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::text::Username;
use crate::zone::Zone;

pub struct Profile {
    pub name: String,
    pub username: Username,
    pub zone: Zone,
    pub notices: Notices,
}

/// Mails about one's own meetings: created, rescheduled, canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notices {
    Wanted,
    Off,
}

pub async fn save(app: &App, person: &Person, profile: Profile) -> Result<(), Ended<Taken>> {
    let now = app.now();
    let mut person = person.clone();
    person.name = profile.name;
    person.username = profile.username.into();
    person.timezone = profile.zone;
    person.notices_off_at = match profile.notices {
        Notices::Wanted => None,
        Notices::Off => person.notices_off_at.or(Some(now)),
    };
    app.db
        .write::<_, Ended<Taken>, _>(move |tx| {
            Box::pin(async move { store::update_profile(tx, &person).await })
        })
        .await
}

/// Whether `old` was right; then the new password counts, and every session of theirs ends.
pub async fn change_password(
    app: &App,
    person: &Person,
    old: &str,
    new: &Password,
) -> Result<bool> {
    if !password::fits(old, person.password_hash.as_deref()).await? {
        return Ok(false);
    }
    let hash = new.hash(&app.entropy).await?;
    let (org, id) = (person.org_id, person.id);
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::set_password(tx, org, id, &hash).await?;
                store::delete_sessions_of(tx, id).await?;
                Ok(())
            })
        })
        .await?;
    Ok(true)
}
