//! The settings of a meeting or webinar: where they start, what is locked, what rules out what.

use serde_json::{Map, Value, json};

use crate::call::Refusal;
use crate::config::Plan;
use crate::rooms::{Details, Kind};
use crate::world::{Standing, User, World};

pub(crate) fn starting(kind: Kind, host: &User) -> Map<String, Value> {
    let common = json!({
        "host_video": false,
        "audio": "both",
        "auto_recording": "none",
        "approval_type": 2,
        "registration_type": 1,
        "alternative_hosts": "",
        "alternative_host_update_polls": false,
        "close_registration": false,
        "show_share_button": false,
        "allow_multiple_devices": false,
        "registrants_confirmation_email": true,
        "registrants_email_notification": true,
        "meeting_authentication": false,
        "email_in_attendee_report": false,
        "request_permission_to_unmute_participants": false,
    });
    let own = match kind {
        Kind::Meeting => json!({
            "participant_video": false,
            "join_before_host": host.settings.join_before_host,
            "jbh_time": 0,
            "waiting_room": host.settings.waiting_room,
            "mute_upon_entry": false,
            "watermark": false,
            "use_pmi": false,
            "cn_meeting": false,
            "in_meeting": false,
            "private_meeting": false,
            "internal_meeting": false,
            "email_notification": true,
            "alternative_hosts_email_notification": true,
            "encryption_type": "enhanced_encryption",
            "focus_mode": false,
            "device_testing": false,
            "push_change_to_calendar": false,
            "participant_focused_meeting": false,
        }),
        Kind::Webinar => json!({
            "panelists_video": false,
            "practice_session": false,
            "hd_video": false,
            "hd_video_for_attendees": false,
            "send_1080p_video_to_attendees": false,
            "on_demand": false,
            "panelist_authentication": false,
            "panelists_invitation_email_notification": true,
            "post_webinar_survey": false,
            "registrants_restrict_number": 0,
            "enable_session_branding": false,
        }),
    };
    [common, own]
        .into_iter()
        .flat_map(|part| match part {
            Value::Object(fields) => fields,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        })
        .collect()
}

pub(crate) fn merge(settings: &mut Map<String, Value>, body: &Map<String, Value>) {
    if let Some(given) = body.get("settings").and_then(Value::as_object) {
        for (name, value) in given {
            settings.insert(name.clone(), value.clone());
        }
    }
}

/// What Zoom makes of the settings in silence: locks first, then what rules out what.
pub(crate) fn settle(world: &World, host: &User, details: &mut Details) {
    let settings = &mut details.settings;
    for (name, value) in &host.settings.locked {
        settings.insert(name.clone(), value.clone());
    }
    if !settings.contains_key("waiting_room") {
        return;
    }
    let open = details.passcode.is_none() && settings["waiting_room"] != json!(true);
    if open && world.account_of(host).plan < Plan::Business {
        settings.insert("waiting_room".to_owned(), json!(true));
    }
    let sealed = settings.get("encryption_type") == Some(&json!("e2ee"));
    if settings["waiting_room"] == json!(true) || sealed {
        settings.insert("join_before_host".to_owned(), json!(false));
    }
    if sealed {
        settings.insert("auto_recording".to_owned(), json!("none"));
    }
}

/// One alternative host who is not an active user of the account fails the whole request.
pub(crate) fn check_alternative_hosts(
    world: &World,
    host: &User,
    details: &Details,
) -> Result<(), Refusal> {
    let named = details
        .settings
        .get("alternative_hosts")
        .and_then(Value::as_str);
    let unknown = named
        .unwrap_or_default()
        .split([';', ','])
        .map(str::trim)
        .filter(|email| !email.is_empty())
        .find(|email| {
            !world.user(email).is_some_and(|user| {
                user.account == host.account && user.standing == Standing::Active
            })
        });
    match unknown {
        Some(email) => Err(Refusal::new(
            400,
            300,
            format!("The following alternative hosts are not valid: {email}."),
        )),
        None => Ok(()),
    }
}
