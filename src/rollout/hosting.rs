//! Which account hosts a meeting, or why none (decisions 7). Pure.

use crate::conferencing::connection::Connection;
use crate::conferencing::{Account, ConnectionRole};
use crate::id::Id;
use crate::sync_log::reason::Reason;

/// All that the choice depends on.
#[derive(Clone, Debug)]
pub struct Situation {
    /// This server has a Zoom app of its own.
    pub set_up: bool,
    pub enabled: bool,
    pub routing: bool,
    pub default_account: Option<Id<Account>>,
    /// The host's personal connection.
    pub own: Option<Candidate>,
    /// Shared connections, the first connected first.
    pub shared: Vec<Candidate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub account: Id<Account>,
    pub connection: Id<Connection>,
    pub grant: i64,
    pub email: String,
    pub broken: bool,
    /// It has refused to host this very meeting.
    pub refused: bool,
}

/// The account that hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub account: Id<Account>,
    pub connection: Id<Connection>,
    pub grant: i64,
    pub email: String,
    pub role: ConnectionRole,
    /// Why another that comes first was passed over, for the sync log.
    pub instead_of: Option<String>,
}

/// Why a meeting has no online room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNone {
    NotSetUp,
    Off,
    NoneConnected,
    /// Connected once, and broken now.
    Broken(String),
    Refused(String),
    /// Deleted at the provider so near its start that a person has to ask for another.
    Deleted,
    Started,
}

impl WhyNone {
    /// The sync log's reason, and what the host reads.
    pub fn words(&self) -> String {
        match self {
            WhyNone::NotSetUp => Reason::NotSetUp,
            WhyNone::Off => Reason::Off,
            WhyNone::NoneConnected => Reason::NoneConnected,
            WhyNone::Broken(email) => Reason::Broken(email.clone()),
            WhyNone::Refused(why) => Reason::Refused(why.clone()),
            WhyNone::Deleted => Reason::DeletedNearStart,
            WhyNone::Started => Reason::Started,
        }
        .words()
    }
}

/// The host's own account, else the default one (with multi-account routing), else the first
/// connected shared one. A broken account is passed over.
pub fn who_hosts(situation: &Situation) -> Result<Host, WhyNone> {
    if !situation.set_up {
        return Err(WhyNone::NotSetUp);
    }
    if !situation.enabled {
        return Err(WhyNone::Off);
    }
    let default = situation
        .shared
        .iter()
        .find(|c| situation.routing && Some(c.account) == situation.default_account);
    let in_order = situation
        .own
        .iter()
        .map(|own| (own, ConnectionRole::Personal))
        .chain(
            default
                .into_iter()
                .chain(&situation.shared)
                .map(|c| (c, ConnectionRole::Shared)),
        );
    let mut passed: Option<&Candidate> = None;
    for (candidate, role) in in_order {
        if candidate.broken || candidate.refused {
            passed = passed.or(Some(candidate));
            continue;
        }
        return Ok(Host {
            account: candidate.account,
            connection: candidate.connection,
            grant: candidate.grant,
            email: candidate.email.clone(),
            role,
            instead_of: passed.map(|p| {
                let state = if p.broken {
                    "shows Connection broken"
                } else {
                    "can’t host it"
                };
                format!("Hosted here because {} {state}", p.email)
            }),
        });
    }
    Err(match passed {
        Some(c) if c.broken => WhyNone::Broken(c.email.clone()),
        Some(c) => WhyNone::Refused(format!("{} can’t host meetings", c.email)),
        None => WhyNone::NoneConnected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(number: u128, broken: bool) -> Candidate {
        Candidate {
            account: Id::from_uuid(uuid::Uuid::from_u128(number)),
            connection: Id::from_uuid(uuid::Uuid::from_u128(number)),
            grant: 1,
            email: format!("{number}@zoom.example"),
            broken,
            refused: false,
        }
    }

    /// Every combination of own connected / broken / none × shared none / one / several / default
    /// broken × routing on / off × switch on / off, against the rule said another way.
    #[test]
    fn the_own_account_hosts_then_the_default_then_the_first_shared() {
        let owns = [None, Some(candidate(1, false)), Some(candidate(1, true))];
        let pools = [
            vec![],
            vec![candidate(10, false)],
            vec![candidate(10, false), candidate(11, false)],
            vec![candidate(10, false), candidate(11, true)],
            vec![candidate(10, true), candidate(11, true)],
        ];
        let default = candidate(11, false).account;
        for own in &owns {
            for shared in &pools {
                for (routing, enabled) in
                    [(false, false), (false, true), (true, false), (true, true)]
                {
                    let situation = Situation {
                        set_up: true,
                        enabled,
                        routing,
                        default_account: Some(default),
                        own: own.clone(),
                        shared: shared.clone(),
                    };
                    let got = who_hosts(&situation).map(|host| host.account);
                    let usable = |n: u128| {
                        shared
                            .iter()
                            .find(|c| c.account == candidate(n, false).account && !c.broken)
                    };
                    let expected = if !enabled {
                        None
                    } else if let Some(own) = own.as_ref().filter(|c| !c.broken) {
                        Some(own.account)
                    } else if routing && usable(11).is_some() {
                        Some(default)
                    } else {
                        usable(10).or(usable(11)).map(|c| c.account)
                    };
                    assert_eq!(got.ok(), expected, "{situation:?}");
                }
            }
        }
    }

    #[test]
    fn a_fallback_says_what_it_stands_in_for() {
        let situation = Situation {
            set_up: true,
            enabled: true,
            routing: false,
            default_account: None,
            own: Some(candidate(1, true)),
            shared: vec![candidate(10, false)],
        };
        let host = who_hosts(&situation).unwrap();
        assert_eq!(
            host.instead_of.as_deref(),
            Some("Hosted here because 1@zoom.example shows Connection broken")
        );
    }

    #[test]
    fn each_reason_for_no_room_has_its_words() {
        let mut situation = Situation {
            set_up: true,
            enabled: true,
            routing: false,
            default_account: None,
            own: Some(candidate(1, true)),
            shared: vec![],
        };
        assert_eq!(
            who_hosts(&situation),
            Err(WhyNone::Broken("1@zoom.example".to_owned()))
        );
        situation.own = None;
        assert_eq!(who_hosts(&situation), Err(WhyNone::NoneConnected));
        situation.enabled = false;
        assert_eq!(who_hosts(&situation), Err(WhyNone::Off));
        situation.set_up = false;
        assert_eq!(who_hosts(&situation), Err(WhyNone::NotSetUp));
    }
}
