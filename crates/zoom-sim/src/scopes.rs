//! Which scope each operation asks for, and whether a token's scopes allow it.
//!
//! Granular scopes are what new apps get; an app made before them holds classic ones, and is
//! answered in the older words.

use std::collections::BTreeSet;

use crate::call::Refusal;
use crate::routes::{Op, Verb};

/// The granular scope of an operation, and the classic one that used to cover it.
pub(crate) fn wanted(op: Op) -> Option<(String, String)> {
    let (granular, classic) = match op {
        Op::UserGet => ("user:read:user".to_owned(), "user:read".to_owned()),
        Op::UserSettings => ("user:read:settings".to_owned(), "user:read".to_owned()),
        Op::Room(kind, verb) => {
            let family = kind.word();
            let granular = match verb {
                Verb::Create => format!("{family}:write:{family}"),
                Verb::Get => format!("{family}:read:{family}"),
                Verb::Update => format!("{family}:update:{family}"),
                Verb::Delete => format!("{family}:delete:{family}"),
                Verb::List => format!("{family}:read:list_{family}s"),
            };
            let classic = match verb {
                Verb::Create | Verb::Update | Verb::Delete => format!("{family}:write"),
                Verb::Get | Verb::List => format!("{family}:read"),
            };
            (granular, classic)
        }
        Op::Authorize | Op::Consent | Op::Token | Op::Revoke | Op::Unknown => return None,
    };
    Some((granular, classic))
}

/// Whether a token may do this for its own user.
pub(crate) fn check(granted: &BTreeSet<String>, op: Op) -> Result<(), Refusal> {
    let Some((granular, classic)) = wanted(op) else {
        return Ok(());
    };
    let accepted = [granular.as_str(), classic.as_str()];
    let allowed = granted.iter().any(|scope| {
        let level = scope.strip_suffix(":admin").unwrap_or(scope);
        accepted.contains(&level)
    });
    if allowed {
        Ok(())
    } else {
        Err(missing(granted, &granular))
    }
}

/// Whether a token may do this for another user of the account.
pub(crate) fn check_admin(granted: &BTreeSet<String>, op: Op) -> Result<(), Refusal> {
    let Some((granular, classic)) = wanted(op) else {
        return Ok(());
    };
    let (granular, classic) = (format!("{granular}:admin"), format!("{classic}:admin"));
    if granted.contains(&granular) || granted.contains(&classic) {
        Ok(())
    } else {
        Err(missing(granted, &granular))
    }
}

fn missing(granted: &BTreeSet<String>, scope: &str) -> Refusal {
    let classic_app = !granted.is_empty() && granted.iter().all(|scope| is_classic(scope));
    if classic_app {
        Refusal::new(400, 4700, "Invalid access token, does not contain scopes.")
    } else {
        let message = format!("Invalid access token, does not contain scopes:[{scope}].");
        Refusal::new(400, 4711, message)
    }
}

fn is_classic(scope: &str) -> bool {
    scope
        .strip_suffix(":admin")
        .unwrap_or(scope)
        .split(':')
        .count()
        == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rooms::Kind;

    fn token(scopes: &[&str]) -> BTreeSet<String> {
        scopes.iter().map(|&scope| scope.to_owned()).collect()
    }

    const DELETE: Op = Op::Room(Kind::Meeting, Verb::Delete);

    #[test]
    fn each_operation_wants_its_own_granular_scope() {
        assert!(check(&token(&["meeting:delete:meeting"]), DELETE).is_ok());
        assert!(check(&token(&["meeting:write:meeting"]), DELETE).is_err());
    }

    #[test]
    fn a_classic_scope_covers_what_it_used_to_cover() {
        assert!(check(&token(&["meeting:write"]), DELETE).is_ok());
        assert!(check(&token(&["meeting:read"]), DELETE).is_err());
    }

    #[test]
    fn an_admin_scope_covers_the_user_and_the_others() {
        let admin = token(&["meeting:delete:meeting:admin"]);
        assert!(check(&admin, DELETE).is_ok());
        assert!(check_admin(&admin, DELETE).is_ok());
        assert!(check_admin(&token(&["meeting:delete:meeting"]), DELETE).is_err());
    }
}
