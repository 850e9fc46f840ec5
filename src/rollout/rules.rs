//! What a save of the Rollout card changes, and in which words. Pure.

use super::Rollout;
use crate::conferencing::Account;
use crate::id::Id;

/// "Ada turned Zoom on, turned webinars on group bookings off.", or nothing when all is as it was.
pub fn changes(
    by: &str,
    (before, after): (&Rollout, &Rollout),
    name: impl Fn(Id<Account>) -> String,
) -> Option<String> {
    let switches = [
        ("Zoom", before.enabled_at, after.enabled_at),
        ("multi-account routing", before.routing_at, after.routing_at),
        (
            "webinars on group bookings",
            before.webinars_at,
            after.webinars_at,
        ),
    ];
    let mut all: Vec<String> = switches
        .into_iter()
        .filter(|(_, before, after)| before.is_some() != after.is_some())
        .map(|(what, _, after)| {
            let on = if after.is_some() { "on" } else { "off" };
            format!("turned {what} {on}")
        })
        .collect();
    if before.default_account != after.default_account {
        all.push(match after.default_account {
            Some(account) => format!("made {} the Default Zoom account", name(account)),
            None => "made the first connected org account the Default Zoom account".to_owned(),
        });
    }
    (!all.is_empty()).then(|| format!("{by} {}.", all.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_names_what_changed_and_nothing_else() {
        let org = Id::from_uuid(uuid::Uuid::from_u128(1));
        let account: Id<Account> = Id::from_uuid(uuid::Uuid::from_u128(2));
        let now = "2026-05-04T08:00:00Z".parse().ok();
        let off = Rollout::off(org);
        let on = Rollout {
            enabled_at: now,
            ..Rollout::off(org)
        };
        let routed = Rollout {
            routing_at: now,
            webinars_at: now,
            default_account: Some(account),
            ..on.clone()
        };
        let said = |before: &Rollout, after: &Rollout| {
            changes("Ada", (before, after), |_| "team@zoom.example".to_owned())
        };
        assert_eq!(said(&off, &on).as_deref(), Some("Ada turned Zoom on."));
        assert_eq!(said(&on, &off).as_deref(), Some("Ada turned Zoom off."));
        assert_eq!(
            said(&on, &routed).as_deref(),
            Some(
                "Ada turned multi-account routing on, turned webinars on group bookings on, made \
                 team@zoom.example the Default Zoom account."
            )
        );
        let first = Rollout {
            default_account: None,
            ..routed.clone()
        };
        assert_eq!(
            said(&routed, &first).as_deref(),
            Some("Ada made the first connected org account the Default Zoom account.")
        );
        assert_eq!(said(&on, &on), None);
    }
}
