//! Calls at Zoom and their entries in the sync log: I-11, and the limit of the day.

use std::collections::BTreeMap;

use super::zoom::Call;
use super::{Evidence, Findings};

const DAY: i64 = 24 * 3_600 * 1_000_000;
const MINUTE: i64 = 60 * 1_000_000;

/// Shorter ones (passcodes) are looked for as a whole value, since digits are everywhere.
const LONG: usize = 12;

/// What a call is in the log: its request without the query.
fn request(text: &str) -> &str {
    text.split('?').next().unwrap_or(text)
}

/// The first look at a profile stands in the log with what it changes, not as a call of its own.
fn has_entry(call: &Call) -> bool {
    !matches!(
        call.operation.as_str(),
        "oauth.authorize" | "oauth.consent" | "user.get"
    )
}

pub(super) fn every_call_is_logged(evidence: &Evidence, found: &mut Findings) {
    let Evidence { stored, zoom, .. } = evidence;
    let (mut sent, mut answered) = (BTreeMap::new(), BTreeMap::new());
    for call in zoom.calls.iter().filter(|call| has_entry(call)) {
        *sent.entry(request(&call.request)).or_insert(0usize) += 1;
        *answered
            .entry((request(&call.request), call.status))
            .or_insert(0usize) += 1;
    }
    let (mut logged, mut closed) = (BTreeMap::new(), BTreeMap::new());
    // Whoever died meanwhile left an entry that says that the answer isn't known.
    let open = stored
        .log
        .iter()
        .filter(|entry| entry.result == "sent")
        .count();
    for entry in &stored.log {
        let Some(text) = entry
            .request
            .as_deref()
            .filter(|text| !text.contains("GET /users/me?"))
        else {
            continue;
        };
        if request(text) == "GET /users/me" {
            continue;
        }
        *logged.entry(request(text)).or_insert(0usize) += 1;
        if entry.status.is_some() {
            *closed
                .entry((request(text), entry.status))
                .or_insert(0usize) += 1;
        }
    }
    for (request, times) in sent {
        let entries = logged.get(request).copied().unwrap_or(0);
        if times > entries + open {
            let words =
                format!("{times} calls {request} have {entries} entries, and {open} are open");
            found.add("I-11", words);
        }
    }
    for ((request, status), times) in closed {
        let calls = answered.get(&(request, status)).copied().unwrap_or(0);
        if times > calls {
            let words = format!("{times} entries {request} say {status:?}, {calls} calls do");
            found.add("I-11", words);
        }
    }
}

pub(super) fn no_secret_is_logged(evidence: &Evidence, found: &mut Findings) {
    for entry in &evidence.stored.log {
        let parts = [&entry.request, &entry.request_body, &entry.response_body];
        let mut text = entry.words.clone();
        for part in parts.into_iter().flatten() {
            text.push('\n');
            text.push_str(part);
        }
        let bare = text.contains("zak=");
        let known = evidence
            .zoom
            .secrets
            .iter()
            .any(|secret| match secret.len() {
                LONG.. => text.contains(secret),
                _ => text.contains(&format!("\"{secret}\"")),
            });
        if bare || known {
            let words = format!(
                "the entry {} {:?} holds a secret",
                entry.action, entry.request
            );
            found.add("I-11", words);
        }
    }
}

/// After "no more today" nothing is created or changed for that user before the next day.
pub(super) fn a_day_that_is_used_up_is_left_alone(evidence: &Evidence, found: &mut Findings) {
    let deaths = &evidence.circumstances.deaths;
    let failures = &evidence.circumstances.failures;
    let mut full: BTreeMap<&str, i64> = BTreeMap::new();
    for call in evidence.zoom.calls.iter().filter(|call| call.is_change()) {
        let Some(user) = &call.user else {
            continue;
        };
        if let Some(said) = full.get(user.as_str()) {
            let same_day = said.div_euclid(DAY) == call.at.div_euclid(DAY);
            let died = deaths.iter().any(|at| (*said..=call.at).contains(at));
            // Who asked whether it may, and stood still before it sent, did not hear of it.
            let failed = failures
                .iter()
                .any(|(from, to)| said <= to && call.at >= *from);
            if same_day && !died && !failed {
                let words = format!("{} for {user} on a day that is used up", call.request);
                found.add("limits", words);
            }
        }
        let says = call.says.as_ref().map(|says| says["message"].to_string());
        let daily = says.is_some_and(|says| says.contains("daily rate limit (100)"));
        // Right after midnight it may be about the day before. An answer that was spoilt told nobody.
        let is_read = call.fault.is_none();
        if call.status == Some(429) && is_read && daily && call.at.rem_euclid(DAY) >= 10 * MINUTE {
            full.insert(user, call.at);
        }
    }
}
