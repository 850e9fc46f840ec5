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
    /// What the host reads.
    pub fn for_hosts(&self) -> String {
        self.reason().for_hosts()
    }

    /// The sync log's words.
    pub fn words(&self) -> String {
        self.reason().words()
    }

    fn reason(&self) -> Reason {
        match self {
            WhyNone::NotSetUp => Reason::NotSetUp,
            WhyNone::Off => Reason::Off,
            WhyNone::NoneConnected => Reason::NoneConnected,
            WhyNone::Broken(email) => Reason::Broken(email.clone()),
            WhyNone::Refused(why) => Reason::Refused(why.clone()),
            WhyNone::Deleted => Reason::DeletedNearStart,
            WhyNone::Started => Reason::Started,
        }
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

    /// A candidate as "1", "1 broken", "1 refused".
    fn named(words: &str) -> Candidate {
        let (number, state) = words.split_once(' ').unwrap_or((words, ""));
        Candidate {
            broken: state == "broken",
            refused: state == "refused",
            ..candidate(number.parse().unwrap(), false)
        }
    }

    /// Who hosts and instead of whom, or why nobody, in the words of the sync log.
    fn outcome(own: &str, shared: &[&str], default: Option<u128>) -> String {
        let situation = Situation {
            set_up: true,
            enabled: true,
            routing: default.is_some(),
            default_account: default.map(|n| candidate(n, false).account),
            own: (!own.is_empty()).then(|| named(own)),
            shared: shared.iter().map(|words| named(words)).collect(),
        };
        match who_hosts(&situation) {
            Ok(host) => {
                let number = host.email.split('@').next().unwrap().to_owned();
                let instead = host
                    .instead_of
                    .map_or_else(String::new, |w| format!(": {w}"));
                format!("{number} {}{instead}", host.role.word())
            }
            Err(why) => why.words(),
        }
    }

    #[test]
    fn each_choice_names_whom_it_passed_over_and_each_lack_its_reason() {
        let rows: [(&str, &[&str], Option<u128>, &str); 18] = [
            ("1", &["10"], None, "1 personal"),
            ("1", &["10 broken"], Some(10), "1 personal"),
            ("", &["10", "11"], None, "10 shared"),
            ("", &["10", "11"], Some(11), "11 shared"),
            // A default that is disconnected, or none of the shared ones, leaves the first.
            ("", &["10", "11"], Some(12), "10 shared"),
            (
                "1 broken",
                &["10"],
                None,
                "10 shared: Hosted here because 1@zoom.example shows Connection broken",
            ),
            (
                "1 refused",
                &["10"],
                None,
                "10 shared: Hosted here because 1@zoom.example can’t host it",
            ),
            (
                "",
                &["10", "11 broken"],
                Some(11),
                "10 shared: Hosted here because 11@zoom.example shows Connection broken",
            ),
            (
                "",
                &["10 broken", "11"],
                None,
                "11 shared: Hosted here because 10@zoom.example shows Connection broken",
            ),
            // The first that was passed over is the one that is named.
            (
                "1 broken",
                &["10", "11 broken"],
                Some(11),
                "10 shared: Hosted here because 1@zoom.example shows Connection broken",
            ),
            (
                "",
                &["10 refused", "11 broken", "12"],
                Some(11),
                "12 shared: Hosted here because 11@zoom.example shows Connection broken",
            ),
            ("", &[], None, "No connected account"),
            ("", &[], Some(10), "No connected account"),
            (
                "1 broken",
                &[],
                None,
                "No connected account: 1@zoom.example shows Connection broken",
            ),
            (
                "",
                &["10 broken"],
                None,
                "No connected account: 10@zoom.example shows Connection broken",
            ),
            (
                "1 broken",
                &["10 broken", "11 broken"],
                Some(11),
                "No connected account: 1@zoom.example shows Connection broken",
            ),
            (
                "",
                &["10 broken", "11 broken"],
                Some(11),
                "No connected account: 11@zoom.example shows Connection broken",
            ),
            (
                "1 refused",
                &["10 refused"],
                None,
                "Zoom refused: 1@zoom.example can’t host meetings",
            ),
        ];
        for (own, shared, default, expected) in rows {
            let got = outcome(own, shared, default);
            assert_eq!(got, expected, "{own:?} {shared:?} {default:?}");
        }
    }

    #[test]
    fn the_switch_and_the_servers_own_app_come_before_any_account() {
        let mut situation = Situation {
            set_up: true,
            enabled: false,
            routing: true,
            default_account: None,
            own: Some(candidate(1, false)),
            shared: vec![candidate(10, false)],
        };
        assert_eq!(who_hosts(&situation), Err(WhyNone::Off));
        situation.set_up = false;
        assert_eq!(who_hosts(&situation), Err(WhyNone::NotSetUp));
        situation.enabled = true;
        assert_eq!(who_hosts(&situation), Err(WhyNone::NotSetUp));
        assert_eq!(WhyNone::Off.words(), "Zoom is off for this organization");
        assert_eq!(WhyNone::NotSetUp.words(), "This server has no Zoom app yet");
        assert_eq!(WhyNone::Started.words(), "The start has passed");
    }
}
