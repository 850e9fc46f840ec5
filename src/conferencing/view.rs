//! What people are shown of a meeting's online place. Every page, mail, invite and answer takes the
//! link from here, so they can't differ. Derived each time; nothing of it is stored.

use jiff::Timestamp;

use crate::accounts::Org;
use crate::booking::Meeting;
use crate::db::Reader;
use crate::id::Id;

/// The online place of one meeting, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Online {
    /// The place isn't an online room of ours: phone, in person, a custom address, …
    NotOurs,
    /// The link is being prepared.
    Pending,
    Ready(Link),
    /// Not there after a minute, or what hosts it is known to be broken. It goes on being tried.
    Late(Why),
    /// There will be none by itself.
    None(Why),
}

/// A join link and what goes with it. Never the host's start link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub provider: &'static str,
    pub join_url: String,
    /// Grouped for reading: "912 3456 7890".
    pub meeting_id: String,
    pub passcode: Option<String>,
    /// The account that hosts it, for hosts and admins only.
    pub hosted_on: String,
    /// On an account that is not the host's own.
    pub shared: bool,
    /// What the provider shows differs from the booking and can't be put right at the moment.
    pub stale: bool,
}

/// Why there is no link, in words for the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why(pub String);

impl Online {
    pub fn link(&self) -> Option<&Link> {
        match self {
            Online::Ready(link) => Some(link),
            Online::NotOurs | Online::Pending | Online::Late(_) | Online::None(_) => None,
        }
    }

    /// For `X-Link-State` and tiny answers.
    pub fn word(&self) -> &'static str {
        match self {
            Online::NotOurs => "not-online",
            Online::Pending => "pending",
            Online::Ready(_) => "ready",
            Online::Late(_) => "late",
            Online::None(_) => "none",
        }
    }
}

/// The online place of a meeting as it is now.
pub async fn online(
    _reader: &mut Reader,
    _org: Id<Org>,
    _meeting: &Meeting,
    _now: Timestamp,
) -> anyhow::Result<Online> {
    Ok(Online::NotOurs)
}
