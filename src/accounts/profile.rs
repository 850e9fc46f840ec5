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
}

/// Mails about one's own meetings: created, rescheduled, canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notices {
    Wanted,
    Off,
}

pub async fn save(app: &App, person: &Person, profile: Profile) -> Result<(), Ended<Taken>> {
    let mut person = person.clone();
    person.name = profile.name;
    person.username = profile.username.into();
    person.timezone = profile.zone;
    app.db
        .write::<_, Ended<Taken>, _>(move |tx| {
            Box::pin(async move { store::update_profile(tx, &person).await })
        })
        .await
}

/// Says whether a person is mailed about their own meetings.
pub async fn set_notices(app: &App, person: &Person, notices: Notices) -> Result<()> {
    let (org, id, now) = (person.org_id, person.id, app.now());
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                match notices {
                    Notices::Wanted => store::turn_notices_on(tx, org, id).await?,
                    Notices::Off => store::turn_notices_off(tx, id, now).await?,
                }
                Ok(())
            })
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
