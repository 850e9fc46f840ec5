//! What people are shown of a meeting's online place. Every page, mail, invite and answer takes the
//! link from here, so they can't differ. Derived each time; nothing of it is stored.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::budget;
use super::plan::{Here, Room, RoomKind, Seen};
use super::reconcile::wanted;
use super::store::{self, Linked};
use super::{Account, ConnectionRole, ProviderKind};
use crate::accounts::Org;
use crate::app::App;
use crate::booking::{self, Meeting};
use crate::clock::seconds;
use crate::db::Reader;
use crate::id::Id;
use crate::language::Language;
use crate::rollout::hosting::{Situation, WhyNone, who_hosts};
use crate::sync_log::{self, Action};

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
    /// What it is at the provider: "meeting" or "webinar".
    pub noun: &'static str,
    pub join_url: String,
    /// Grouped for reading: "912 3456 7890".
    pub meeting_id: String,
    pub passcode: Option<String>,
    /// The account that hosts it, for hosts and admins only.
    pub hosted_on: String,
    /// On an account that is not the host's own.
    pub shared: bool,
    /// The account hosts another meeting at the same time, and can run only one.
    pub overlaps: bool,
    /// The account can be reached: when the meeting moves the room does, and the link stays.
    pub follows: bool,
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

    /// Whether the link stays when the meeting moves and then takes place there.
    pub fn moves_with(&self, then: Option<ProviderKind>) -> bool {
        let here = self.link().filter(|link| link.follows);
        here.is_some_and(|link| then.map(provider_name) == Some(link.provider))
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
pub async fn online(reader: &mut Reader, app: &App, meeting: &Meeting) -> anyhow::Result<Online> {
    let Some(provider) = meeting.location.provider() else {
        return Ok(Online::NotOurs);
    };
    let (org, now) = (meeting.org_id, app.now());
    let seen = store::seen(reader, org, meeting.id, meeting.generation).await?;
    let (situation, linked) = store::situation(reader, app, org, meeting.host_id).await?;
    let asked_at = booking::store::asked_at(reader, org, meeting.id).await?;
    let used_up = budget::store::used_up(reader, org, now).await?;
    let known = Known {
        provider,
        meeting,
        seen: &seen,
        situation: &situation,
        linked: &linked,
        used_up: &used_up,
        asked_at,
    };
    let mut online = derive(&known, now);
    if let (Online::Ready(link), Some(room)) = (&mut online, seen.room()) {
        link.overlaps = store::hosts_another(reader, meeting, room.at).await?;
    }
    Ok(online)
}

/// Whether a link of this meeting may still come: nobody can join it yet, and it isn't known that
/// nobody will.
pub async fn is_awaited(
    reader: &mut Reader,
    app: &App,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> anyhow::Result<bool> {
    let Some(mut meeting) = booking::store::meeting(reader, org, meeting).await? else {
        return Ok(false);
    };
    // Replaced in its turn: the last one is what people wait for.
    while let Some(next) = meeting.replaced_by.filter(|_| meeting.over_at.is_some()) {
        match booking::store::meeting(reader, org, next).await? {
            Some(next) => meeting = next,
            None => return Ok(false),
        }
    }
    if meeting.over_at.is_some() {
        return Ok(false);
    }
    Ok(match online(reader, app, &meeting).await? {
        Online::Pending | Online::Late(_) => true,
        Online::NotOurs | Online::Ready(_) | Online::None(_) => false,
    })
}

/// Whether the link of a meeting that has one is the same as then: since that instant, none was made
/// that the log knows of.
pub async fn kept_since(
    reader: &mut Reader,
    meeting: &Meeting,
    then: Timestamp,
) -> anyhow::Result<bool> {
    let log = sync_log::store::of_meeting(reader, meeting.org_id, meeting.id).await?;
    let makes = |action| {
        matches!(
            action,
            Action::CreateMeeting | Action::CreateWebinar | Action::LookForMeeting
        )
    };
    let made = log.iter().any(|it| it.at >= then && makes(it.action));
    Ok(!log.is_empty() && !made)
}

/// The online places of several meetings of an org, in their order: for lists, which ask once for
/// all of them, and once for each host what could host.
pub async fn online_all(
    reader: &mut Reader,
    app: &App,
    org: Id<Org>,
    meetings: &[Meeting],
) -> anyhow::Result<Vec<Online>> {
    let ours = meetings
        .iter()
        .filter(|it| it.location.provider().is_some());
    let (asked, ids): (Vec<_>, Vec<_>) = ours.map(|it| ((it.id, it.generation), it.id)).unzip();
    let mut seen = store::seen_of(reader, org, &asked).await?;
    let asked_at = booking::store::asked_at_of(reader, org, &ids).await?;
    let used_up = budget::store::used_up(reader, org, app.now()).await?;
    let mut hosts = HashMap::new();
    let mut all = Vec::with_capacity(meetings.len());
    for meeting in meetings {
        let Some(provider) = meeting.location.provider() else {
            all.push(Online::NotOurs);
            continue;
        };
        let (situation, linked) = match hosts.entry(meeting.host_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                unknown.insert(store::situation(reader, app, org, meeting.host_id).await?)
            }
        };
        let known = Known {
            provider,
            meeting,
            seen: &seen.remove(&meeting.id).unwrap_or_else(Seen::nothing),
            situation,
            linked,
            used_up: &used_up,
            asked_at: asked_at.get(&meeting.id).copied().unwrap_or(Timestamp::MIN),
        };
        all.push(derive(&known, app.now()));
    }
    Ok(all)
}

/// What stands between a meeting and a host for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    Broken,
    NoneConnected,
    Off,
    NotSetUp,
}

impl Obstacle {
    /// What can be done about it, and where. Switches and the server's own set-up are for those who
    /// may change them; whose connection is broken sees it on the page.
    pub fn remedy(
        self,
        may_manage: bool,
        language: Language,
    ) -> Option<(Cow<'static, str>, &'static str)> {
        let key = match self {
            Obstacle::Broken => "zoom-reconnect",
            Obstacle::NoneConnected => "zoom-connect",
            Obstacle::Off if may_manage => "zoom-turn-on",
            Obstacle::NotSetUp if may_manage => "zoom-set-up",
            Obstacle::Off | Obstacle::NotSetUp => return None,
        };
        Some((language.word(key), "/360/integrations/zoom"))
    }
}

/// What somebody has to put right before a link can be made. None: asking again may be enough.
pub async fn obstacle(
    reader: &mut Reader,
    app: &App,
    meeting: &Meeting,
) -> anyhow::Result<Option<Obstacle>> {
    let (situation, _) = store::situation(reader, app, meeting.org_id, meeting.host_id).await?;
    Ok(match who_hosts(&situation) {
        Ok(_) | Err(WhyNone::Refused(_) | WhyNone::Deleted | WhyNone::Started) => None,
        Err(WhyNone::Broken(_)) => Some(Obstacle::Broken),
        Err(WhyNone::NoneConnected) => Some(Obstacle::NoneConnected),
        Err(WhyNone::Off) => Some(Obstacle::Off),
        Err(WhyNone::NotSetUp) => Some(Obstacle::NotSetUp),
    })
}

/// Whether the account that hosts this link is a free one, whose meetings the provider ends after
/// forty minutes.
pub async fn is_cut_short(
    reader: &mut Reader,
    meeting: &Meeting,
    link: &Link,
) -> anyhow::Result<bool> {
    let linked = store::linked(reader, meeting.org_id).await?;
    Ok(linked
        .iter()
        .any(|l| l.account.email == link.hosted_on && l.account.plan == "basic"))
}

/// What `derive` looks at.
struct Known<'a> {
    provider: ProviderKind,
    meeting: &'a Meeting,
    seen: &'a Seen,
    situation: &'a Situation,
    linked: &'a [Linked],
    /// Accounts that may not change anything more today.
    used_up: &'a BTreeSet<Id<Account>>,
    /// When the last booking of it was made or moved.
    asked_at: Timestamp,
}

/// A link that has not come after this long is late.
const LATE_AFTER_SECONDS: i64 = 60;

fn derive(known: &Known<'_>, now: Timestamp) -> Online {
    let refused = known.seen.refused.as_ref();
    match &known.seen.here {
        Here::Room(room) if room.passcode.is_some() => Online::Ready(link(known, room)),
        Here::Nothing | Here::Unsure(_) | Here::Room(_) => {
            if known.meeting.starts_at <= now {
                return Online::None(Why(WhyNone::Started.for_hosts()));
            }
            let deleted = wanted(known.meeting).is_some_and(|s| known.seen.asks_first(&s, now));
            match (&known.seen.here, refused, who_hosts(known.situation)) {
                (Here::Nothing, ..) if deleted => Online::None(Why(WhyNone::Deleted.for_hosts())),
                // Said by another account, or under an older grant, it is asked again.
                (Here::Nothing, Some(refused), Ok(host))
                    if refused.account == host.account && refused.grant == host.grant =>
                {
                    Online::None(Why(WhyNone::Refused(refused.why.clone()).for_hosts()))
                }
                // A grant that can be renewed: the link comes after the reconnect.
                (Here::Nothing, _, Err(why @ WhyNone::Broken(_))) => {
                    Online::Late(Why(why.for_hosts()))
                }
                (Here::Nothing, _, Err(why)) => Online::None(Why(why.for_hosts())),
                (Here::Nothing, _, Ok(host)) if known.used_up.contains(&host.account) => {
                    Online::Late(Why(budget::WORDS.trim_end_matches('.').to_owned()))
                }
                (_, _, _) if now.duration_since(known.asked_at) < seconds(LATE_AFTER_SECONDS) => {
                    Online::Pending
                }
                (_, _, _) => Online::Late(Why(format!(
                    "{} has not answered yet. It goes on being tried",
                    provider_name(known.provider)
                ))),
            }
        }
    }
}

fn link(known: &Known<'_>, room: &Room) -> Link {
    let host = known
        .linked
        .iter()
        .find(|linked| linked.account.id == room.at);
    let shows_it = wanted(known.meeting)
        .is_none_or(|spec| room.shows.matches(&spec) || room.resisted == Some(spec.generation));
    let reachable = host.is_some_and(Linked::is_connected);
    Link {
        provider: provider_name(known.provider),
        noun: match room.kind {
            RoomKind::Meeting => "meeting",
            RoomKind::Webinar => "webinar",
        },
        join_url: room.join_url.clone(),
        meeting_id: grouped(&room.id),
        passcode: room
            .passcode
            .clone()
            .filter(|passcode| !passcode.is_empty()),
        hosted_on: host.map_or_else(String::new, |linked| linked.account.email.clone()),
        shared: host.is_some_and(|linked| linked.connection.role == ConnectionRole::Shared),
        overlaps: false,
        follows: reachable,
        stale: !shows_it && (!reachable || known.seen.refused.is_some()),
    }
}

pub fn provider_name(provider: ProviderKind) -> &'static str {
    match provider {
        ProviderKind::Zoom => "Zoom",
    }
}

/// "91234567890" as people read it out: "912 3456 7890".
fn grouped(id: &str) -> String {
    if !id.bytes().all(|b| b.is_ascii_digit()) || id.len() < 9 {
        return id.to_owned();
    }
    let (first, rest) = id.split_at(3);
    let (second, third) = rest.split_at(rest.len() - 4);
    format!("{first} {second} {third}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meeting_ids_are_grouped_for_reading() {
        assert_eq!(grouped("91234567890"), "912 3456 7890");
        assert_eq!(grouped("9123456789"), "912 345 6789");
        assert_eq!(grouped("abc"), "abc");
    }
}
