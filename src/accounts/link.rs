//! Links mailed to a person: an invitation, a forgotten password. The token is stored hashed, so
//! who reads the database can't use them; each works once and not for long.

use jiff::{SignedDuration, Timestamp};

use super::{Person, store};
use crate::clock::{days, hours};
use crate::config::{Config, MailConfig};
use crate::db::{DbError, Tx};
use crate::entropy::Entropy;
use crate::seal::token_hash;
use crate::words;

words! {
    pub enum Purpose {
        Invitation = "invitation",
        Reset = "reset",
    }
}

impl Purpose {
    pub fn life(self) -> SignedDuration {
        match self {
            Purpose::Invitation => days(7),
            Purpose::Reset => hours(1),
        }
    }

    pub fn path(self, token: &str) -> String {
        match self {
            Purpose::Invitation => format!("/invitation/{token}"),
            Purpose::Reset => format!("/reset/{token}"),
        }
    }
}

/// Makes a link's path; earlier ones of the same purpose stop working.
pub async fn make(
    tx: &mut Tx,
    entropy: &Entropy,
    person: &Person,
    purpose: Purpose,
    now: Timestamp,
) -> Result<String, DbError> {
    let token = entropy.token();
    store::delete_links(tx, person.org_id, person.id, purpose).await?;
    store::insert_link(
        tx,
        person.id,
        purpose,
        token_hash(&token),
        now + purpose.life(),
    )
    .await?;
    Ok(purpose.path(&token))
}

/// Without a mail server the link is shown to the admin instead, who passes it on.
pub fn is_mailed(config: &Config) -> bool {
    config.mail != MailConfig::None
}
