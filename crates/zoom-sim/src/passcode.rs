//! Passcodes: which characters Zoom takes, what the account demands, and those Zoom makes itself.

use serde_json::{Map, Value};

use crate::body::text;
use crate::call::{FieldError, Refusal};
use crate::rooms::Kind;
use crate::world::{User, World};

const LETTERS: &str = "abcdefghijkmnpqrstuvwxyz";
const CAPITALS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The passcode of a new meeting: the given one, or one of Zoom's making, or none.
pub(crate) fn first(
    world: &mut World,
    kind: Kind,
    host: &User,
    body: &Map<String, Value>,
) -> Result<Option<String>, Refusal> {
    if let Some(given) = text(body, "password").filter(|given| !given.is_empty()) {
        check(world, host, &given)?;
        return Ok(Some(given));
    }
    let asked = body
        .get(kind.default_passcode_field())
        .and_then(Value::as_bool);
    let settings = &host.settings;
    let wanted = settings.passcode_locked || asked.unwrap_or(settings.passcode_required);
    if !wanted || world.config.quirks.default_passcode_makes_none {
        return Ok(None);
    }
    if world.config.quirks.default_passcode_ignores_rules {
        let usual = world.ids.digits(6);
        check(world, host, &usual)?;
        return Ok(Some(usual));
    }
    Ok(Some(generate(world, host)))
}

/// The order matters to clients: what no account takes is a validation error, what this account
/// does not take is refused in a way of its own.
pub(crate) fn check(world: &World, host: &User, passcode: &str) -> Result<(), Refusal> {
    let takes = |c: char| c.is_ascii_alphanumeric() || "@-_*!".contains(c);
    if !passcode.chars().all(takes) {
        return Err(Refusal::invalid(vec![FieldError::new(
            "password",
            "Invalid field.",
        )]));
    }
    let required = host.settings.passcode_locked && passcode.is_empty();
    let refused = host
        .settings
        .passcode_rules
        .is_some_and(|rules| !passcode.is_empty() && !rules.accept(passcode));
    if !required && !refused {
        return Ok(());
    }
    let refusal = Refusal::new(
        400,
        3000,
        "The passcode does not meet the requirements of your account.",
    );
    Err(if world.config.quirks.passcode_refusal_in_xml {
        refusal.in_xml()
    } else {
        refusal
    })
}

/// A passcode that meets the account's demands.
pub(crate) fn generate(world: &mut World, host: &User) -> String {
    let rules = host.settings.passcode_rules.unwrap_or_default();
    let length = rules.min_length.clamp(6, 10);
    let mut passcode = String::new();
    if !rules.only_numeric {
        if rules.letter || rules.upper_and_lower {
            passcode.push(world.ids.letter(LETTERS));
        }
        if rules.upper_and_lower {
            passcode.push(world.ids.letter(CAPITALS));
        }
        if rules.special {
            passcode.push(world.ids.letter("@-_*"));
        }
    }
    let digits = world.ids.digits(length - passcode.len());
    passcode + &digits
}

/// Phones have digits only: each character's last digit, six of them.
pub(crate) fn for_phones(passcode: &str) -> String {
    passcode
        .bytes()
        .cycle()
        .take(6)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect()
}
