//! How a connection breaks, how its owner hears of it, and what comes when it is whole again. Its
//! removal in Zoom is told among the notices.

use super::*;
use crate::clock::days;
use crate::conferencing::connection::Break;
use crate::language::Language;
use crate::language::tests::hosts_read;
use crate::mail::Letter;
use crate::sync_log::Action;
use crate::testing::readable::assert_translated;

fn of_kind(letters: Vec<Letter>, kind: &str) -> Vec<Letter> {
    letters.into_iter().filter(|l| l.kind == kind).collect()
}

#[tokio::test]
async fn the_daily_probe_finds_what_nobody_told_us() {
    let stage = stage().await;
    stage.passes(minutes(5)).await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(hours(20)).await;
    assert!(linked(&stage).await[0].is_connected(), "nothing met it yet");
    stage.passes(hours(5)).await;
    let row = linked(&stage).await.remove(0).connection;
    assert_eq!(row.broken_why, Some(Break::RefreshRefused));
    assert!(row.access_token.is_none());
}

#[tokio::test]
async fn a_probe_that_finds_all_well_says_so_and_mails_nobody() {
    let stage = stage().await;
    let before = stage.calls("user.get");
    stage.passes(days(3)).await;
    assert!(stage.calls("user.get") >= before + 2);
    let said = stage.said(Action::Probe).await;
    assert!(said.len() >= 2 && said.iter().all(|words| words == "The authorization works."));
    assert!(stage.letters(&stage.ada.email).is_empty());
}

#[tokio::test]
async fn a_probe_that_gets_no_answer_is_noted_and_breaks_nothing() {
    let stage = stage().await;
    stage.passes(hours(23)).await;
    stage
        .app
        .zoom()
        .fault(Fault::bad_gateway("user.get").times(1));
    stage.passes(hours(3)).await;
    assert!(linked(&stage).await[0].is_connected());
    let said = stage.said(Action::Probe).await;
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("HTTP 502"), "{said:?}");
    assert_eq!(said[1], "The authorization works.");
}

#[tokio::test]
async fn each_way_to_break_is_known_by_its_answer() {
    for (status, code, why) in [
        (404, 1001, Some(Break::UserGone)),
        (400, 4711, Some(Break::ScopeMissing)),
        (400, 4700, Some(Break::ScopeMissing)),
        (400, 4738, Some(Break::RefreshRefused)),
        (400, 4741, Some(Break::RefreshRefused)),
        (400, 4717, None),
        (429, 429, None),
        (500, 500, None),
    ] {
        let stage = stage().await;
        let body = format!(r#"{{"code":{code},"message":"No."}}"#);
        let fault = Fault::answer("create", status, "application/json", &body);
        stage.app.zoom().fault(fault.times(1));
        stage.books(NINE).await;
        stage.app.settle().await;
        let row = linked(&stage).await.remove(0).connection;
        assert_eq!(row.broken_why, why, "{status} {code}");
        assert_eq!(row.access_token.is_none(), why.is_some(), "{status} {code}");
        let letters = of_kind(stage.letters(&stage.ada.email), "connection-broken");
        assert_eq!(letters.len(), usize::from(why.is_some()), "{status} {code}");
        if let Some(why) = why {
            let words = why.words("", Language::English);
            let words = words.trim_end_matches(" on .");
            assert!(letters[0].text.contains(words), "{}", letters[0].text);
        }
    }
}

#[tokio::test]
async fn connected_in_another_org_the_first_breaks_and_its_owner_learns_no_name() {
    let stage = stage().await;
    let other = stage.app.org("Looms").await;
    let bob = stage.app.person(other, "Bob Byte", Role::Admin).await;
    stage
        .app
        .connects(&bob, "personal", "ada@zoom.example")
        .await;
    stage.app.settle().await;
    let row = linked(&stage).await.remove(0).connection;
    assert_eq!(row.broken_why, Some(Break::ConnectedElsewhere));
    let letters = of_kind(stage.letters(&stage.ada.email), "connection-broken");
    assert_eq!(letters.len(), 1);
    let said = format!("{}{}", letters[0].text, letters[0].html);
    assert!(said.contains("connected elsewhere"));
    assert!(!said.contains("Bob") && !said.contains("Looms"));
}

#[tokio::test]
async fn while_it_is_broken_its_owner_is_reminded_on_days_three_seven_and_fourteen() {
    let stage = stage().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(hours(30)).await;
    let broken_since = linked(&stage).await[0].connection.broken_since.unwrap();
    let mut heard = Vec::new();
    for _ in 0..40 {
        let before = of_kind(stage.letters(&stage.ada.email), "connection-broken").len();
        stage.passes(hours(12)).await;
        let after = of_kind(stage.letters(&stage.ada.email), "connection-broken").len();
        if after > before {
            assert_eq!(after, before + 1);
            let ago = stage.app.now().duration_since(broken_since);
            heard.push(ago.as_hours() / 24);
        }
    }
    assert_eq!(heard, [3, 7, 14]);
    let letters = of_kind(stage.letters(&stage.ada.email), "connection-broken");
    for (letter, words) in letters.iter().zip([
        "Until then we remind you on day 3, 7 and 14.",
        "Until then we remind you on day 7 and 14.",
        "Until then we remind you once more, on day 14.",
        "This was the last reminder.",
    ]) {
        assert!(letter.text.contains(words), "{}", letter.text);
        assert!(letter.html.contains(words), "{}", letter.html);
    }
}

#[tokio::test]
async fn a_reminder_is_written_once_however_often_its_job_runs() {
    let stage = stage().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(hours(26)).await;
    stage.passes(days(3)).await;
    let id = linked(&stage).await[0].connection.id;
    let count = || of_kind(stage.app.letters_to(&stage.ada.email), "connection-broken").len();
    let before = count();
    for _ in 0..3 {
        let now = stage.app.now();
        stage
            .app
            .write(move |tx| {
                Box::pin(async move { Ok(outbox::store::enqueue(tx, Kind::Tend, id, now).await?) })
            })
            .await;
        stage.app.settle().await;
    }
    assert_eq!(before, 2, "the break and day three");
    assert_eq!(count(), before);
}

#[tokio::test]
async fn whoever_was_told_of_the_break_hears_that_it_is_whole_again_and_what_came_of_it() {
    let stage = stage().await;
    stage.app.zoom().revoke("ada@zoom.example");
    let booking = stage.books(NINE).await;
    stage.passes(minutes(10)).await;
    assert!(!linked(&stage).await[0].is_connected());
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(5)).await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    let letters = of_kind(stage.letters(&stage.ada.email), "connected-again");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].subject, "Zoom is connected again");
    assert!(
        letters[0].text.contains("1 booking got its link."),
        "{}",
        letters[0].text
    );
    assert!(!letters[0].text.contains("waiting"));

    // Connecting once more, whole as it is, is no news.
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(days(2)).await;
    let again = of_kind(stage.letters(&stage.ada.email), "connected-again");
    assert_eq!(again.len(), 1);
}

#[tokio::test]
async fn whoever_was_not_told_of_a_break_hears_nothing_of_its_end() {
    let stage = stage().await;
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(5)).await;
    assert!(stage.letters(&stage.ada.email).is_empty());
}

#[tokio::test]
async fn broken_again_within_the_minute_it_is_not_called_whole() {
    let stage = stage().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.books(NINE).await;
    stage.passes(minutes(5)).await;
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(minutes(10)).await;
    assert!(!linked(&stage).await[0].is_connected());
    let letters = stage.letters(&stage.ada.email);
    assert!(of_kind(letters, "connected-again").is_empty());
}

#[tokio::test]
async fn an_account_that_may_host_again_is_found_by_the_daily_probe() {
    let stage = stage().await;
    let body = r#"{"code":3161,"message":"Not allowed."}"#;
    let fault = Fault::answer("create", 400, "application/json", body);
    stage.app.zoom().fault(fault.times(1));
    let booking = stage.books("2026-05-08T07:00:00Z").await;
    stage.passes(hours(2)).await;
    assert!(stage.online(&booking).await.link().is_none());
    assert_eq!(stage.calls("meeting.create"), 1);
    stage.passes(days(1)).await;
    assert!(stage.online(&booking).await.link().is_some());
    assert_eq!(stage.calls("meeting.create"), 2);
}

#[tokio::test]
async fn the_mail_that_it_is_whole_again_is_translated() {
    hosts_read(Language::Pseudo);
    let stage = stage().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.books(NINE).await;
    stage.passes(minutes(10)).await;
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(5)).await;
    assert_translated(&stage.letters(&stage.ada.email), "connected-again");
}
