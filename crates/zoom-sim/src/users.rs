//! `GET /users/{id}` and `GET /users/{id}/settings`: who a token belongs to and what they may do.

use serde_json::{Map, Value, json};

use crate::call::{Answer, Call, Refusal};
use crate::config::{PasscodeRules, Plan};
use crate::oauth::Caller;
use crate::routes::Op;
use crate::world::{Standing, User, World};

pub(crate) fn get(
    world: &World,
    _call: &Call,
    caller: &Caller,
    named: &str,
) -> Result<Answer, Refusal> {
    let user = caller.on_behalf_of(world, named, Op::UserGet)?;
    Ok(Answer::json(200, profile(world, &user)))
}

fn profile(world: &World, user: &User) -> Value {
    let account = world.account_of(user);
    let web = &world.config.web_base;
    json!({
        "id": user.id,
        "account_id": account.id,
        "account_number": account.number,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name(),
        "type": user.license.number(),
        "role_id": "2",
        "role_name": "Member",
        "pmi": user.pmi,
        "use_pmi": false,
        "personal_meeting_url": format!("{web}/j/{}", user.pmi),
        "timezone": user.timezone,
        "verified": 1,
        "language": "en-US",
        "login_types": [100],
        "group_ids": [],
        "im_group_ids": [],
        "cluster": "us04",
        "status": match user.standing {
            Standing::Active => "active",
            Standing::Inactive | Standing::Deleted => "inactive",
        },
        "created_at": user.created_at.to_string(),
        "user_created_at": user.created_at.to_string(),
        "last_login_time": user.created_at.to_string(),
    })
}

pub(crate) fn settings(
    world: &World,
    call: &Call,
    caller: &Caller,
    named: &str,
) -> Result<Answer, Refusal> {
    let user = caller.on_behalf_of(world, named, Op::UserSettings)?;
    let all = match call.param("option") {
        Some("meeting_security") => json!({"meeting_security": security(&user)}),
        Some(_) | None => everything(world, &user),
    };
    let shown = match call.param("custom_query_fields") {
        Some(fields) => only(&all, fields),
        None => all,
    };
    Ok(Answer::json(200, shown))
}

fn everything(world: &World, user: &User) -> Value {
    let settings = &user.settings;
    let plan = world.account_of(user).plan;
    let mut feature = json!({
        "meeting_capacity": if plan < Plan::Business { 100 } else { 300 },
        "large_meeting": false,
        "webinar": user.webinar_capacity.is_some(),
        "zoom_events": false,
        "cn_meeting": false,
        "in_meeting": false,
    });
    if let Some(capacity) = user.webinar_capacity {
        feature["webinar_capacity"] = json!(capacity);
    }
    json!({
        "feature": feature,
        "in_meeting": {
            "waiting_room": settings.waiting_room,
            "e2e_encryption": false,
            "chat": true,
        },
        "schedule_meeting": {
            "host_video": false,
            "participants_video": false,
            "audio_type": "both",
            "join_before_host": settings.join_before_host,
            "use_pmi_for_scheduled_meetings": false,
            "use_pmi_for_instant_meetings": false,
            "require_password_for_scheduling_new_meetings": settings.passcode_required,
            "require_password_for_scheduled_meetings": settings.passcode_required,
            "meeting_password_requirement": requirement(settings.passcode_rules),
            "embed_password_in_join_link": settings.embed_passcode,
            "default_password_for_scheduled_meetings": "",
        },
    })
}

fn security(user: &User) -> Value {
    let settings = &user.settings;
    json!({
        "auto_security": true,
        "waiting_room": settings.waiting_room,
        "meeting_password": settings.passcode_required,
        "webinar_password": settings.passcode_required,
        "embed_password_in_join_link": settings.embed_passcode,
        "encryption_type": "enhanced_encryption",
        "end_to_end_encrypted_meetings": false,
        "meeting_password_requirement": requirement(settings.passcode_rules),
    })
}

fn requirement(rules: Option<PasscodeRules>) -> Value {
    let rules = rules.unwrap_or_default();
    json!({
        "length": rules.min_length,
        "have_letter": rules.letter,
        "have_number": rules.number,
        "have_special_character": rules.special,
        "have_upper_and_lower_characters": rules.upper_and_lower,
        "only_allow_numeric": rules.only_numeric,
        "consecutive_characters_length": 0,
        "weak_enhance_detection": false,
    })
}

/// Keeps the named fields, at the top or one level below.
fn only(all: &Value, fields: &str) -> Value {
    let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
    let mut kept = Map::new();
    for (section, value) in all.as_object().into_iter().flatten() {
        if wanted.contains(&section.as_str()) {
            kept.insert(section.clone(), value.clone());
            continue;
        }
        let inner: Map<String, Value> = value
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| wanted.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !inner.is_empty() {
            kept.insert(section.clone(), Value::Object(inner));
        }
    }
    Value::Object(kept)
}
