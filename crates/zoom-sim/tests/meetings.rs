//! Meetings, one sentence of the contract each.

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Stage, at, config, id_of, meeting_body, read};
use zoom_sim::{Allowed, Config, License, PasscodeRules, Quirks, UserSpec};

#[tokio::test]
async fn creating_answers_201_with_the_meeting_and_a_tracking_id() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let answer = stage
        .send(&ada, "POST", "/users/me/meetings", &meeting_body(json!({})))
        .await;
    assert_eq!(answer.status, 201);
    assert!(answer.header("x-zm-trackingid").is_some());
    let meeting = answer.json();
    let id = id_of(&meeting);
    assert!((1_000_000_000..=99_999_999_999).contains(&id), "{id}");
    assert!(
        meeting["join_url"]
            .as_str()
            .unwrap()
            .starts_with(&format!("https://zoom.us/j/{id}?pwd="))
    );
    assert!(
        meeting["start_url"]
            .as_str()
            .unwrap()
            .starts_with(&format!("https://zoom.us/s/{id}?zak="))
    );
    assert_eq!(meeting["start_time"], "2026-05-05T09:30:00Z");
    assert_eq!(meeting["created_at"], "2026-05-04T08:00:00Z");
    assert_eq!(meeting["status"], "waiting");
    assert_eq!(meeting["host_email"], "ada@engines.example");
    assert_eq!(meeting["uuid"].as_str().unwrap().len(), 24);
    assert_eq!(stage.sim.meetings().len(), 1);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids_whatever_else_is_called() {
    let mut ids = Vec::new();
    for other_calls in 0..2 {
        let stage = Stage::new().await;
        let ada = stage.ada().await;
        for _ in 0..other_calls {
            stage.call(&ada, "GET", "/users/me").await;
        }
        ids.push(id_of(&stage.meeting(&ada, json!({})).await));
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn updating_answers_204_with_nothing_and_changes_only_what_was_named() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({"agenda": "Bring tea"})).await);
    let path = format!("/meetings/{id}");
    let answer = stage
        .send(
            &ada,
            "PATCH",
            &path,
            &json!({"start_time": "2026-05-06T10:00:00Z"}),
        )
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let meeting = stage.call(&ada, "GET", &path).await.json();
    assert_eq!(meeting["start_time"], "2026-05-06T10:00:00Z");
    assert_eq!(meeting["agenda"], "Bring tea");
    assert_eq!(meeting["duration"], 30);
}

#[tokio::test]
async fn deleting_answers_204_with_nothing_and_then_the_meeting_does_not_exist() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let path = format!("/meetings/{id}");
    let answer = stage.call(&ada, "DELETE", &path).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    for (method, body) in [("GET", None), ("PATCH", Some(json!({}))), ("DELETE", None)] {
        let answer = match body {
            Some(body) => stage.send(&ada, method, &path, &body).await,
            None => stage.call(&ada, method, &path).await,
        };
        assert_eq!(answer.status, 404, "{method}");
        let expected = json!({"code": 3001, "message": format!("Meeting does not exist: {id}.")});
        assert_eq!(answer.json(), expected);
    }
    assert!(stage.sim.meetings().is_empty());
}

#[tokio::test]
async fn a_start_without_z_is_local_to_the_meetings_time_zone() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let meeting = stage
        .meeting(&ada, json!({"start_time": "2026-05-05T09:30:00"}))
        .await;
    assert_eq!(meeting["start_time"], "2026-05-05T07:30:00Z");
}

#[tokio::test]
async fn a_start_without_z_or_time_zone_is_local_to_the_host() {
    let stage = Stage::new().await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").in_timezone("America/New_York"))
        .await;
    let body = json!({"topic": "Intro", "start_time": "2026-05-05T09:30:00"});
    let meeting = stage
        .send(&ada, "POST", "/users/me/meetings", &body)
        .await
        .json();
    assert_eq!(meeting["start_time"], "2026-05-05T13:30:00Z");
    assert_eq!(meeting["timezone"], "America/New_York");
}

#[tokio::test]
async fn a_missing_or_past_start_silently_becomes_the_present_and_is_noted() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let missing = json!({"topic": "No start"});
    let past = meeting_body(json!({"start_time": "2026-05-03T09:30:00Z"}));
    for body in [missing, past] {
        let answer = stage.send(&ada, "POST", "/users/me/meetings", &body).await;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.json()["start_time"], support::NOW);
    }
    let warned: Vec<_> = stage
        .sim
        .ledger_of("meeting.create")
        .into_iter()
        .flat_map(|entry| entry.warnings)
        .collect();
    assert_eq!(
        warned,
        [
            "start_time is missing: the meeting starts now",
            "start_time is in the past: the meeting starts now"
        ]
    );
}

#[tokio::test]
async fn a_past_start_can_make_an_instant_meeting_as_older_documents_say() {
    let quirks = Quirks {
        past_start_makes_instant: true,
        ..Quirks::default()
    };
    let stage = Stage::with(Config { quirks, ..config() }).await;
    let ada = stage.ada().await;
    let meeting = stage
        .meeting(&ada, json!({"start_time": "2026-05-03T09:30:00Z"}))
        .await;
    assert_eq!(meeting["type"], 1);
}

#[tokio::test]
async fn an_update_with_a_past_start_is_ignored_and_noted() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let body = json!({"start_time": "2026-05-01T09:30:00Z"});
    let answer = stage
        .send(&ada, "PATCH", &format!("/meetings/{id}"), &body)
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        stage.sim.meetings()[0].start_time,
        Some(at("2026-05-05T09:30:00Z"))
    );
    assert_eq!(stage.sim.ledger_of("meeting.update")[0].warnings.len(), 1);
}

/// Each body that the strict reader refuses, and the field it names.
#[tokio::test]
async fn a_request_that_does_not_fit_the_definition_is_refused_by_field() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let long = |count: usize| "x".repeat(count);
    for (fields, named) in [
        (json!({"colour": "red"}), "colour"),
        (
            json!({"settings": {"waiting_rom": true}}),
            "settings.waiting_rom",
        ),
        (json!({"duration": "30"}), "duration"),
        (json!({"duration": 0}), "duration"),
        (json!({"duration": 1441}), "duration"),
        (json!({"topic": long(201)}), "topic"),
        (json!({"topic": ""}), "topic"),
        (json!({"topic": null}), "topic"),
        (json!({"agenda": long(2001)}), "agenda"),
        (json!({"password": long(11)}), "password"),
        (json!({"password": "no spaces"}), "password"),
        (json!({"type": 7}), "type"),
        (json!({"timezone": "Mars/Olympus"}), "timezone"),
        (
            json!({"start_time": "2026-05-05T09:30:00+02:00"}),
            "start_time",
        ),
        (
            json!({"start_time": "2026-05-05T09:30:00.000Z"}),
            "start_time",
        ),
        (json!({"start_time": "2026-05-05 09:30:00"}), "start_time"),
        (json!({"settings": {"jbh_time": 7}}), "settings.jbh_time"),
        (
            json!({"settings": {"meeting_invitees": [{"email": "nobody"}]}}),
            "settings.meeting_invitees[0].email",
        ),
    ] {
        let answer = stage
            .send(&ada, "POST", "/users/me/meetings", &meeting_body(fields))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, 300),
            "{named}: {}",
            answer.text
        );
        assert_eq!(answer.json()["message"], "Validation Failed.");
        assert_eq!(answer.json()["errors"][0]["field"], named);
    }
    assert!(stage.sim.meetings().is_empty());
}

#[tokio::test]
async fn a_meeting_needs_a_topic() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let body = json!({"start_time": "2026-05-05T09:30:00Z"});
    let answer = stage.send(&ada, "POST", "/users/me/meetings", &body).await;
    assert_eq!(answer.json()["errors"][0]["field"], "topic");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let request = stage
        .request(&ada, "POST", "/users/me/meetings")
        .header("content-type", "application/json")
        .body("[1]");
    let answer = read(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 400);
    let expected = json!({"code": 300, "message": "Request Body should be a valid JSON object."});
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn default_password_is_a_field_of_create_only() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(
        &stage
            .meeting(&ada, json!({"default_password": false}))
            .await,
    );
    let body = json!({"default_password": true});
    let answer = stage
        .send(&ada, "PATCH", &format!("/meetings/{id}"), &body)
        .await;
    assert_eq!(answer.code(), 300);
}

#[tokio::test]
async fn errors_come_in_xml_unless_json_is_asked_for() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let request = stage
        .http
        .get(format!("{}/meetings/123", stage.sim.api_url()))
        .bearer_auth(&ada.access);
    let answer = read(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.header("content-type"),
        Some("application/xml;charset=UTF-8")
    );
    assert!(answer.text.contains("<code>3001</code>"), "{}", answer.text);
}

#[tokio::test]
async fn each_call_needs_its_own_scope_and_the_refusal_names_it() {
    let all = Config::default().scopes;
    for (method, path, scope) in [
        ("POST", "/users/me/meetings", "meeting:write:meeting"),
        ("GET", "/meetings/1", "meeting:read:meeting"),
        ("PATCH", "/meetings/1", "meeting:update:meeting"),
        ("DELETE", "/meetings/1", "meeting:delete:meeting"),
        ("GET", "/users/me/meetings", "meeting:read:list_meetings"),
        ("GET", "/users/me", "user:read:user"),
        ("GET", "/users/me/settings", "user:read:settings"),
        ("POST", "/users/me/webinars", "webinar:write:webinar"),
        ("GET", "/webinars/1", "webinar:read:webinar"),
        ("PATCH", "/webinars/1", "webinar:update:webinar"),
        ("DELETE", "/webinars/1", "webinar:delete:webinar"),
        ("GET", "/users/me/webinars", "webinar:read:list_webinars"),
    ] {
        let scopes = all
            .iter()
            .filter(|known| *known != scope)
            .cloned()
            .collect();
        let stage = Stage::with(Config { scopes, ..config() }).await;
        let ada = stage.ada().await;
        let answer = stage.call(&ada, method, path).await;
        let expected = json!({
            "code": 4711,
            "message": format!("Invalid access token, does not contain scopes:[{scope}]."),
        });
        assert_eq!(
            (answer.status, answer.json()),
            (400, expected),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn an_app_with_classic_scopes_is_refused_in_the_older_words() {
    let scopes = vec!["meeting:read".to_owned(), "user:read".to_owned()];
    let stage = Stage::with(Config { scopes, ..config() }).await;
    let ada = stage.ada().await;
    assert_eq!(
        stage.call(&ada, "GET", "/users/me/meetings").await.status,
        200
    );
    let answer = stage
        .send(&ada, "POST", "/users/me/meetings", &meeting_body(json!({})))
        .await;
    assert_eq!((answer.status, answer.code()), (400, 4700));
}

#[tokio::test]
async fn a_user_level_token_may_not_name_other_users() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let grace = stage.sim.add_user(UserSpec::new("grace@engines.example"));
    let path = format!("/users/{grace}/meetings");
    let answer = stage
        .send(&ada, "POST", &path, &meeting_body(json!({})))
        .await;
    assert_eq!(answer.code(), 4711);
    assert!(
        answer.text.contains("meeting:write:meeting:admin"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn an_admin_token_may_name_users_of_its_account_only() {
    let scopes = vec!["meeting:write:meeting:admin".to_owned()];
    let stage = Stage::with(Config { scopes, ..config() }).await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").in_account("engines"))
        .await;
    stage
        .sim
        .add_user(UserSpec::new("grace@engines.example").in_account("engines"));
    stage.sim.add_user(UserSpec::new("eve@elsewhere.example"));
    let body = meeting_body(json!({}));
    let own = stage
        .send(&ada, "POST", "/users/grace@engines.example/meetings", &body)
        .await;
    assert_eq!(own.status, 201, "{}", own.text);
    for stranger in ["eve@elsewhere.example", "nobody"] {
        let answer = stage
            .send(&ada, "POST", &format!("/users/{stranger}/meetings"), &body)
            .await;
        let expected =
            json!({"code": 1001, "message": format!("User does not exist: {stranger}.")});
        assert_eq!((answer.status, answer.json()), (404, expected));
    }
}

#[tokio::test]
async fn a_colleagues_meeting_is_not_the_callers_to_change() {
    let stage = Stage::new().await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").in_account("engines"))
        .await;
    let grace = stage
        .user(UserSpec::new("grace@engines.example").in_account("engines"))
        .await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let answer = stage
        .call(&grace, "DELETE", &format!("/meetings/{id}"))
        .await;
    assert_eq!(
        answer.json(),
        json!({"code": 3003, "message": "Not meeting host."})
    );
    let eve = stage.user(UserSpec::new("eve@elsewhere.example")).await;
    assert_eq!(
        stage
            .call(&eve, "DELETE", &format!("/meetings/{id}"))
            .await
            .code(),
        3001
    );
}

#[tokio::test]
async fn the_waiting_room_forces_join_before_host_off() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let settings = json!({"settings": {"waiting_room": true, "join_before_host": true}});
    let meeting = stage.meeting(&ada, settings).await;
    assert_eq!(meeting["settings"]["waiting_room"], true);
    assert_eq!(meeting["settings"]["join_before_host"], false);
}

#[tokio::test]
async fn end_to_end_encryption_forces_join_before_host_and_cloud_recording_off() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let settings = json!({"settings": {
        "encryption_type": "e2ee", "join_before_host": true, "auto_recording": "cloud",
    }});
    let meeting = stage.meeting(&ada, settings).await;
    assert_eq!(meeting["settings"]["join_before_host"], false);
    assert_eq!(meeting["settings"]["auto_recording"], "none");
}

#[tokio::test]
async fn without_a_passcode_a_pro_account_forces_the_waiting_room_and_a_business_one_does_not() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let grace = stage
        .user(UserSpec::new("grace@engines.example").business())
        .await;
    for (tokens, forced) in [(&ada, true), (&grace, false)] {
        let meeting = stage
            .meeting(tokens, json!({"default_password": false}))
            .await;
        assert_eq!(meeting.get("password"), None);
        assert!(!meeting["join_url"].as_str().unwrap().contains("pwd"));
        assert_eq!(meeting["settings"]["waiting_room"], forced);
    }
}

#[tokio::test]
async fn a_passcode_is_made_by_default_and_meets_the_accounts_rules() {
    let rules = PasscodeRules {
        min_length: 8,
        upper_and_lower: true,
        special: true,
        ..Default::default()
    };
    let stage = Stage::new().await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").with_passcode_rules(rules))
        .await;
    let meeting = stage.meeting(&ada, json!({})).await;
    let passcode = meeting["password"].as_str().unwrap();
    assert_eq!(passcode.len(), 8);
    assert!(passcode.contains(|c: char| c.is_ascii_uppercase()));
}

#[tokio::test]
async fn a_passcode_against_the_accounts_rules_is_refused_in_xml_whatever_is_accepted() {
    let rules = PasscodeRules {
        min_length: 8,
        ..Default::default()
    };
    let stage = Stage::new().await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").with_passcode_rules(rules))
        .await;
    let body = meeting_body(json!({"password": "abc123"}));
    let answer = stage.send(&ada, "POST", "/users/me/meetings", &body).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.starts_with("<?xml"), "{}", answer.text);
    assert!(stage.sim.meetings().is_empty());
}

#[tokio::test]
async fn the_default_passcode_can_itself_break_the_accounts_rules() {
    let quirks = Quirks {
        default_passcode_ignores_rules: true,
        ..Quirks::default()
    };
    let rules = PasscodeRules {
        min_length: 8,
        letter: true,
        ..Default::default()
    };
    let stage = Stage::with(Config { quirks, ..config() }).await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").with_passcode_rules(rules))
        .await;
    let body = meeting_body(json!({"default_password": true}));
    let refused = stage.send(&ada, "POST", "/users/me/meetings", &body).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("passcode"), "{}", refused.text);
    let meeting = stage.meeting(&ada, json!({"password": "abcd1234"})).await;
    assert_eq!(meeting["password"], "abcd1234");
}

#[tokio::test]
async fn changing_the_passcode_changes_the_join_link() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let before = stage.meeting(&ada, json!({})).await;
    let path = format!("/meetings/{}", id_of(&before));
    assert_eq!(
        stage
            .send(&ada, "PATCH", &path, &json!({"password": "other1"}))
            .await
            .status,
        204
    );
    let after = stage.call(&ada, "GET", &path).await.json();
    assert_ne!(before["join_url"], after["join_url"]);
    assert_eq!(after["password"], "other1");
}

#[tokio::test]
async fn a_locked_setting_wins_in_silence() {
    let stage = Stage::new().await;
    let spec = UserSpec::new("ada@engines.example").with_locked("waiting_room", true);
    let ada = stage.user(spec).await;
    let fields = json!({"settings": {"waiting_room": false, "join_before_host": true}});
    let meeting = stage.meeting(&ada, fields).await;
    assert_eq!(meeting["settings"]["waiting_room"], true);
    assert_eq!(meeting["settings"]["join_before_host"], false);
}

#[tokio::test]
async fn a_start_link_is_fresh_on_each_read_and_works_two_hours() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let meeting = stage.meeting(&ada, json!({})).await;
    let first = meeting["start_url"].as_str().unwrap();
    let path = format!("/meetings/{}", id_of(&meeting));
    let second = stage.call(&ada, "GET", &path).await.json()["start_url"].clone();
    assert_ne!(second, first);
    assert!(stage.sim.start_link_works(first));
    stage.sim.clock().advance(SignedDuration::from_hours(2));
    assert!(!stage.sim.start_link_works(first));
}

#[tokio::test]
async fn a_webinar_looked_up_as_a_meeting_is_refused_with_3000() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    stage.sim.convert_by_hand(id);
    let answer = stage.call(&ada, "GET", &format!("/meetings/{id}")).await;
    let expected = json!({"code": 3000, "message": "Cannot access webinar information."});
    assert_eq!((answer.status, answer.json()), (400, expected));
}

#[tokio::test]
async fn a_user_without_hosting_gets_3161() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let path = format!("/meetings/{}", id_of(&stage.meeting(&ada, json!({})).await));
    stage.sim.allow_hosting("ada@engines.example", Allowed::No);
    for (method, path) in [
        ("GET", path.as_str()),
        ("DELETE", &path),
        ("GET", "/users/me/meetings"),
    ] {
        assert_eq!(
            stage.call(&ada, method, path).await.code(),
            3161,
            "{method} {path}"
        );
    }
    let body = meeting_body(json!({}));
    assert_eq!(
        stage
            .send(&ada, "POST", "/users/me/meetings", &body)
            .await
            .code(),
        3161
    );
    stage.sim.allow_hosting("ada@engines.example", Allowed::Yes);
    stage.sim.change_user("ada@engines.example", |user| {
        user.license = License::Unassigned
    });
    assert_eq!(
        stage
            .send(&ada, "POST", "/users/me/meetings", &body)
            .await
            .code(),
        3161
    );
}

#[tokio::test]
async fn a_meeting_in_progress_can_be_neither_changed_nor_deleted_until_it_ends() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let path = format!("/meetings/{id}");
    stage.sim.start_by_hand(id);
    assert_eq!(
        stage.call(&ada, "GET", &path).await.json()["status"],
        "started"
    );
    assert_eq!(
        stage
            .send(&ada, "PATCH", &path, &json!({"topic": "x"}))
            .await
            .code(),
        3000
    );
    assert_eq!(stage.call(&ada, "DELETE", &path).await.code(), 3002);
    stage.sim.end_by_hand(id);
    assert_eq!(stage.call(&ada, "DELETE", &path).await.status, 204);
}

#[tokio::test]
async fn an_ended_meeting_can_refuse_its_deletion_with_3007() {
    let quirks = Quirks {
        ended_meetings_refuse_delete: true,
        ..Quirks::default()
    };
    let stage = Stage::with(Config { quirks, ..config() }).await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    stage.sim.start_by_hand(id);
    stage.sim.end_by_hand(id);
    assert_eq!(
        stage
            .call(&ada, "DELETE", &format!("/meetings/{id}"))
            .await
            .code(),
        3007
    );
}

#[tokio::test]
async fn a_meeting_expires_thirty_days_after_its_date() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    stage.sim.set_time(at("2026-06-04T09:30:01Z"));
    let tokens = support::tokens_of(&stage.refresh(&ada.refresh).await);
    assert_eq!(
        stage
            .call(&tokens, "GET", &format!("/meetings/{id}"))
            .await
            .code(),
        3001
    );
}

#[tokio::test]
async fn one_alternative_host_who_is_gone_fails_the_whole_update() {
    let stage = Stage::new().await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").in_account("engines"))
        .await;
    stage
        .sim
        .add_user(UserSpec::new("grace@engines.example").in_account("engines"));
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let body = json!({
        "topic": "New", "settings": {"alternative_hosts": "grace@engines.example"},
    });
    let path = format!("/meetings/{id}");
    assert_eq!(stage.send(&ada, "PATCH", &path, &body).await.status, 204);
    stage.sim.remove_user("grace@engines.example");
    let again = stage
        .send(&ada, "PATCH", &path, &json!({"topic": "Newer"}))
        .await;
    assert_eq!(again.status, 400);
    assert_eq!(stage.sim.meetings()[0].topic, "New");
}

#[tokio::test]
async fn schedule_for_names_a_colleague_or_is_refused() {
    let stage = Stage::new().await;
    let ada = stage
        .user(UserSpec::new("ada@engines.example").in_account("engines"))
        .await;
    stage
        .sim
        .add_user(UserSpec::new("grace@engines.example").in_account("engines"));
    let meeting = stage
        .meeting(&ada, json!({"schedule_for": "grace@engines.example"}))
        .await;
    assert_eq!(meeting["host_email"], "grace@engines.example");
    let body = meeting_body(json!({"schedule_for": "eve@elsewhere.example"}));
    let answer = stage.send(&ada, "POST", "/users/me/meetings", &body).await;
    assert_eq!((answer.status, answer.code()), (400, 300));
    assert!(
        answer.text.contains("schedule_for field is invalid"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn an_occurrence_of_a_single_meeting_cannot_be_deleted() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let answer = stage
        .call(&ada, "DELETE", &format!("/meetings/{id}?occurrence_id=1"))
        .await;
    assert_eq!(answer.code(), 300);
    let quiet = format!("/meetings/{id}?schedule_for_reminder=false");
    assert_eq!(stage.call(&ada, "DELETE", &quiet).await.status, 204);
}

#[tokio::test]
async fn an_unknown_query_parameter_is_refused() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let answer = stage
        .call(&ada, "GET", "/users/me/meetings?pagesize=10")
        .await;
    assert_eq!(answer.json()["errors"][0]["field"], "pagesize");
}

#[tokio::test]
async fn an_address_zoom_does_not_know_is_not_found() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    assert_eq!(stage.call(&ada, "GET", "/nonsense").await.status, 404);
    assert_eq!(stage.call(&ada, "GET", "/meetings/abc").await.code(), 300);
}

#[tokio::test]
async fn what_hosts_do_by_hand_is_seen_by_the_next_read() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let made = stage.meeting(&ada, json!({})).await;
    let id = id_of(&made);
    let path = format!("/meetings/{id}");
    let read = async || -> Value { stage.call(&ada, "GET", &path).await.json() };
    stage.sim.move_by_hand(id, at("2026-05-07T10:00:00Z"));
    stage.sim.rename_by_hand(id, "Tea");
    stage.sim.describe_by_hand(id, "Mine now");
    let seen = read().await;
    assert_eq!(seen["start_time"], "2026-05-07T10:00:00Z");
    assert_eq!(
        (&seen["topic"], &seen["agenda"]),
        (&json!("Tea"), &json!("Mine now"))
    );
    stage.sim.delete_by_hand(id);
    assert_eq!(read().await["code"], 3001);
    stage.sim.recover_by_hand(id);
    assert_eq!(read().await["join_url"], made["join_url"]);
}
