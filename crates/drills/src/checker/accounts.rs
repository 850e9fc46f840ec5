//! Authorizations and their tokens: I-7, I-8, I-9.

use std::collections::{BTreeMap, BTreeSet};

use super::zoom::Call;
use super::{Evidence, Findings};

const HOUR: i64 = 3_600 * 1_000_000;

/// Once spent, a refresh token is sent again only by who can't know that it was.
pub(super) fn tokens_are_spent_once(evidence: &Evidence, found: &mut Findings) {
    let deaths = &evidence.circumstances.deaths;
    let failures = &evidence.circumstances.failures;
    let mut spent: BTreeSet<&str> = BTreeSet::new();
    let mut last: BTreeMap<&str, &Call> = BTreeMap::new();
    for call in &evidence.zoom.calls {
        let Some(token) = &call.refresh_sent else {
            continue;
        };
        if spent.contains(token.as_str()) {
            let before = last[token.as_str()];
            let died = deaths.iter().any(|at| (before.at..=call.at).contains(at));
            let failed = failures
                .iter()
                .any(|(from, to)| before.at <= *to && call.at >= *from);
            if !before.is_undecided() && !died && !failed {
                let words = format!("the spent refresh token {token} was sent again");
                found.add("I-7", words);
            }
        }
        if call.refresh_given.is_some() {
            spent.insert(token);
        }
        last.insert(token, call);
    }
}

pub(super) fn dead_connections_hold_no_tokens(evidence: &Evidence, found: &mut Findings) {
    for connection in &evidence.stored.connections {
        let wanted = match connection.broken_since {
            Some(_) => 0,
            None => 2,
        };
        if connection.tokens != wanted {
            let words = format!(
                "connection {} holds {} tokens, broken since {:?}",
                connection.id, connection.tokens, connection.broken_since
            );
            found.add("I-8", words);
        }
        if connection.disconnecting_at.is_some() {
            found.add(
                "I-8",
                format!("connection {} was never disconnected", connection.id),
            );
        }
    }
}

pub(super) fn removals_are_noticed(evidence: &Evidence, found: &mut Findings) {
    let Evidence {
        stored, zoom, now, ..
    } = evidence;
    for (user, since) in &zoom.removals {
        let accounts: BTreeSet<&String> = stored
            .accounts
            .iter()
            .filter(|account| account.user == *user)
            .map(|account| &account.id)
            .collect();
        let unnoticed = stored.connections.iter().any(|it| {
            accounts.contains(&it.account) && it.is_connected() && it.granted_at < *since
        });
        if unnoticed && now - since > 25 * HOUR {
            found.add(
                "I-9",
                format!("the removal by {user} was not noticed in a day"),
            );
        }
    }
    let breaks = stored
        .log
        .iter()
        .filter(|entry| {
            matches!(
                entry.action.as_str(),
                "connection_broken" | "access_removed"
            )
        })
        .count();
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for letter in stored
        .letters
        .iter()
        .filter(|letter| letter.kind == "connection-broken")
    {
        *told.entry(&letter.to).or_default() += 1;
    }
    for (to, times) in told {
        if times > breaks {
            found.add(
                "I-9",
                format!("{to} was told {times} times of {breaks} breaks"),
            );
        }
    }
}
