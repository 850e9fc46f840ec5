//! The log as admins use it, through the front door.

use zoom_sim::Fault;

use super::{Action, Entry, Opened, Verdict, store};
use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, cancel, change};
use crate::clock::{days, hours, minutes};
use crate::event_types::{EventType, Kind, Location};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";
const NOON: &str = "2026-05-05T10:00:00Z";

/// Ada, an admin with an event type on Zoom; nobody has connected yet.
struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
    browser: Browser,
}

async fn unconnected() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    app.zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let browser = app.browser_of(&ada).await;
    Stage {
        app,
        ada,
        intro,
        browser,
    }
}

async fn connected() -> Stage {
    let stage = unconnected().await;
    stage.connects().await;
    stage
}

impl Stage {
    async fn connects(&self) {
        let page = self
            .app
            .connects(&self.ada, "personal", "ada@zoom.example")
            .await;
        let text = page.text();
        assert!(text.contains("Zoom connected successfully!"), "{text}");
    }

    async fn disconnects(&mut self) {
        let page = self.browser.get("/360/integrations/zoom").await;
        let path = page.links("/disconnect").remove(0);
        let gone = self.browser.post_and_follow(&path, &[]).await;
        assert!(gone.text().contains("disconnected"), "{}", gone.text());
    }

    async fn books(&self, name: &str, start: &str) -> Booking {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        self.app.books(&self.intro, name, &email, start).await
    }

    async fn moves(&self, booking: &Booking, start: &str) -> Booking {
        let to = crate::booking::rules::Move {
            start: start.parse().unwrap(),
            reason: None,
            place: None,
            language: None,
        };
        change::reschedule(&self.app.app, booking.org_id, booking.id, By::Invitee, to)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
            .booking
    }

    async fn cancels(&self, booking: &Booking) {
        cancel::cancel(&self.app.app, booking.org_id, booking.id, By::Invitee, None)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
    }

    /// The event type takes place there from now on.
    async fn takes_place(&self, location: Location) {
        self.app
            .edits(&self.intro, |it| it.location = location)
            .await;
    }

    async fn of(&self, booking: &Booking) -> Vec<Entry> {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::of_meeting(&mut reader, booking.org_id, booking.meeting_id)
            .await
            .unwrap()
    }

    /// The words of what was skipped.
    async fn skipped(&self, booking: &Booking) -> Vec<String> {
        let entries = self.of(booking).await;
        let skipped = entries.into_iter().filter(|e| e.result == Verdict::Skipped);
        skipped.map(|entry| entry.words).collect()
    }

    async fn all(&self) -> Vec<Entry> {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::newest(&mut reader, self.ada.org_id, 1000)
            .await
            .unwrap()
    }
}

/// A request line as the simulator writes it down: without query, below its `/v2`.
fn line(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap();
    format!("{method} {}", path.strip_prefix("/v2").unwrap_or(path))
}

#[tokio::test]
async fn every_call_the_ledger_shows_has_its_entry_and_the_other_way_round() {
    let mut stage = connected().await;
    let zoom = |stage: &Stage, fault| stage.app.zoom().fault(fault);

    // Booked, moved and canceled; answers that get lost, limits, a token that is refused.
    zoom(&stage, Fault::drop_after("meeting.create"));
    let first = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(10)).await;
    zoom(&stage, Fault::unauthorized("meeting.update"));
    zoom(&stage, Fault::status("meeting.get", 503));
    let first = stage.moves(&first, TEN).await;
    stage.app.settle_for(minutes(10)).await;
    let second = stage.books("Alan Turing", NOON).await;
    stage.app.settle_for(minutes(1)).await;
    zoom(&stage, Fault::drop_before("meeting.delete"));
    stage.cancels(&second).await;
    stage.app.settle_for(minutes(10)).await;
    // The host starts one; once Zoom has another answer than was hoped for.
    zoom(&stage, Fault::status("meeting.get", 500));
    let start = format!("/360/meetings/{}/start", first.id);
    stage.browser.post(&start, &[]).await;
    stage.browser.post(&start, &[]).await;
    // Two days of looking whether the access still works.
    zoom(&stage, Fault::unauthorized("user.get"));
    stage.app.settle_for(days(2)).await;
    // A second account is not kept; a sign-in that Zoom refuses; a profile that doesn't come.
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("other@zoom.example"));
    stage
        .app
        .connects(&stage.ada, "personal", "other@zoom.example")
        .await;
    zoom(&stage, Fault::status("user.get", 503));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    zoom(&stage, Fault::status("oauth.token", 503));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    // Disconnected with an old token, while Zoom stumbles.
    stage.connects().await;
    stage.app.advance(hours(2));
    zoom(&stage, Fault::status("oauth.token", 503));
    zoom(&stage, Fault::status("oauth.revoke", 503));
    stage.disconnects().await;
    stage.app.settle_for(minutes(10)).await;

    let ledger = stage.app.zoom().ledger();
    let mut seen: Vec<(String, Option<i64>)> = ledger
        .iter()
        .filter(|call| !matches!(call.operation.as_str(), "oauth.authorize" | "oauth.consent"))
        .map(|call| (line(&call.method, &call.path), call.status.map(i64::from)))
        .collect();
    let mut logged: Vec<(String, Option<i64>)> = stage
        .all()
        .await
        .iter()
        .filter_map(|entry| {
            let (method, path) = entry.request.as_deref()?.split_once(' ')?;
            Some((line(method, path), entry.status))
        })
        .collect();
    seen.sort();
    logged.sort();
    assert_eq!(seen, logged);
    assert!(seen.len() > 30, "only {} calls", seen.len());
    for operation in ["oauth.revoke", "oauth.token", "user.get", "meeting.list"] {
        let calls = stage.app.zoom().ledger_of(operation).len();
        assert!(calls > 0, "{operation}");
    }
}

#[tokio::test]
async fn what_is_not_done_has_one_of_the_promised_reasons() {
    let mut stage = unconnected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    assert_eq!(stage.skipped(&grace).await, ["No connected account"]);

    // Canceled before there was an account to make it.
    stage.cancels(&grace).await;
    stage.app.settle().await;
    assert_eq!(
        stage.skipped(&grace).await,
        ["No connected account", "Booking was canceled first"]
    );

    // Moved to where the event type takes place now.
    stage.connects().await;
    let alan = stage.books("Alan Turing", NINE).await;
    stage.app.settle().await;
    stage.takes_place(Location::InPerson).await;
    let alan = stage.moves(&alan, TEN).await;
    stage.app.settle_for(minutes(1)).await;
    assert_eq!(
        stage.skipped(&alan).await,
        ["The event type’s location isn’t Zoom"]
    );
    stage.takes_place(Location::Zoom).await;

    // A room whose account is gone can't be moved.
    let kurt = stage.books("Kurt Godel", NOON).await;
    stage.app.settle().await;
    stage.disconnects().await;
    let kurt = stage.moves(&kurt, NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let skipped = stage.skipped(&kurt).await;
    assert_eq!(
        skipped,
        ["Account disconnected after booking. The old link stays, and Zoom shows the old time."]
    );

    // The host puts another link in the place of Zoom's.
    stage.connects().await;
    let lise = stage.books("Lise Meitner", "2026-05-05T12:00:00Z").await;
    stage.app.settle().await;
    let place = format!("/360/meetings/{}/place", lise.id);
    let link = [("custom_url", "https://video.example/room/7")];
    stage.browser.post_and_follow(&place, &link).await;
    stage.app.settle_for(minutes(1)).await;
    assert_eq!(
        stage.skipped(&lise).await,
        ["Another link was put in its place"]
    );

    // And with the switch off nothing is made at all.
    let off = crate::rollout::Rollout::off(stage.ada.org_id);
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(crate::rollout::store::save(tx, &off).await?) })
        })
        .await
        .unwrap();
    let mary = stage.books("Mary Jackson", NOON).await;
    stage.app.settle().await;
    assert_eq!(
        stage.skipped(&mary).await,
        ["Zoom is off for this organization"]
    );
}

#[tokio::test]
async fn a_meeting_that_was_there_is_not_said_to_have_been_canceled_first() {
    let stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    stage.cancels(&grace).await;
    stage.app.settle_for(minutes(1)).await;
    let entries = stage.of(&grace).await;
    let told: Vec<_> = entries.iter().map(|e| (e.action, e.result)).collect();
    assert_eq!(
        told,
        [
            (Action::CreateMeeting, Verdict::Succeeded),
            (Action::DeleteMeeting, Verdict::Succeeded)
        ]
    );
}

const LOG: &str = "/360/integrations/zoom/log";

impl Stage {
    async fn page(&mut self, path: &str) -> crate::testing::browser::Answer {
        let page = self.browser.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        page
    }

    async fn text(&mut self, path: &str) -> String {
        self.page(path).await.text()
    }

    /// The rows of the list under this filter: how many.
    async fn count(&mut self, query: &str) -> usize {
        let page = self.page(&format!("{LOG}?{query}")).await;
        page.body.matches("scope=\"row\"").count()
    }

    /// Many entries, a second apart, that were skipped for this reason.
    async fn skips(&self, count: i64, words: &'static str) {
        let (app, org, now) = (self.app.app.clone(), self.ada.org_id, self.app.now());
        self.app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    for number in 0..count {
                        let at = now - crate::clock::seconds(number);
                        let entry = super::Opened {
                            id: app.entropy.id(at),
                            org,
                            at,
                            action: Action::RolloutChanged,
                            verdict: Verdict::Skipped,
                            meeting: None,
                            account: None,
                            words: words.to_owned(),
                        };
                        store::open(tx, &entry).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in: {text}");
    }
}

#[tokio::test]
async fn the_list_shows_time_action_result_booking_account_and_detail() {
    let mut stage = connected().await;
    says(
        &unconnected().await.text(LOG).await,
        &["Nothing yet. The first booking with a Zoom location appears here."],
    );
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    let page = stage.page(LOG).await;
    says(
        &page.text(),
        &[
            "Kept for 90 days. Times in Madrid time (UTC+2).",
            "4 May, 10:00:00",
            "Create meeting",
            "Succeeded",
            "Intro call · Grace Hopper",
            "ada@zoom.example",
            "HTTP 201 · ",
        ],
    );
    says(
        &page.body,
        &[
            "title=\"2026-05-04 08:00:00 UTC\"",
            "<caption",
            "role=\"search\"",
            &format!("/360/meetings/{}", grace.id),
        ],
    );
    let empty = stage.text(&format!("{LOG}?q=nobody")).await;
    says(&empty, &["No entries match.", "Clear filters"]);
}

#[tokio::test]
async fn entries_are_found_by_booking_mail_zoom_id_result_action_account_and_day() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    let room = stage.app.zoom().meetings()[0].id.to_string();
    let moved = stage.moves(&grace, TEN).await;
    stage.app.settle().await;
    stage.app.advance(days(1));
    stage.books("Alan Turing", NOON).await;
    stage.app.settle().await;
    let all = stage.count("").await;

    assert_eq!(stage.count(&format!("q={}", grace.id)).await, 3);
    assert_eq!(stage.count(&format!("q={}", moved.id)).await, 3);
    assert_eq!(stage.count("q=GRACE.hopper%40example.com").await, 3);
    assert_eq!(stage.count("q=Hopper").await, 3);
    assert_eq!(stage.count(&format!("q={room}")).await, 3);
    let grouped = format!("q={}+{}", &room[..3], &room[3..]);
    assert_eq!(stage.count(&grouped).await, 3);
    assert_eq!(stage.count("q=ada%40zoom.example").await, all - 1);
    assert_eq!(stage.count("q=%25").await, 0);
    assert_eq!(stage.count("action=move_meeting").await, 1);
    assert_eq!(stage.count("result=failed").await, 0);
    assert_eq!(stage.count("account=none").await, 1);
    let account = stage.all().await.iter().find_map(|e| e.account_id).unwrap();
    let of_account = format!("account={account}&action=create_meeting");
    assert_eq!(stage.count(&of_account).await, 2);
    let day = stage.count("from=2026-05-05&to=2026-05-05").await;
    assert_eq!(day + stage.count("to=2026-05-04").await, all);
    assert!(day > 0 && day < all);

    // What was asked for stands in the form again.
    let page = stage.page(&format!("{LOG}?q=Hopper&result=failed")).await;
    says(
        &page.body,
        &["value=\"Hopper\"", "<option value=\"failed\" selected>"],
    );
}

#[tokio::test]
async fn no_filter_is_an_error_and_what_is_left_out_is_said() {
    let mut stage = connected().await;
    for query in [
        "q=%00%01x",
        "q=%FF%FE",
        "q=a&q=b",
        "after=x",
        "after=99999999999999999999.x",
        "account=%00",
        "from=%00&to=9999-12-31",
        "from=-9999-01-01&to=9999-12-31",
        "%zz=%zz&&&=",
    ] {
        stage.page(&format!("{LOG}?{query}")).await;
        stage.page(&format!("{LOG}.csv?{query}")).await;
        stage.page(&format!("{LOG}/why?about={query}")).await;
    }
    let text = stage.text(&format!("{LOG}?result=won&from=soon")).await;
    says(
        &text,
        &[
            "“won” is no result, so it was left out.",
            "“soon” is no day, so it was left out.",
            "Create",
        ],
    );
}

#[tokio::test]
async fn older_entries_are_a_page_away_and_none_is_shown_twice() {
    let mut stage = unconnected().await;
    stage.skips(120, "No connected account").await;
    let (mut seen, mut next) = (Vec::new(), LOG.to_owned());
    for rows in [50, 50, 20] {
        let page = stage.page(&next).await;
        let links = page.links(&format!("{LOG}/0"));
        assert_eq!(links.len(), rows);
        seen.extend(links);
        match page.links("after=").into_iter().next() {
            Some(older) => next = older,
            None => next.clear(),
        }
    }
    assert_eq!(next, "");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120);
}

#[tokio::test]
async fn the_file_has_the_filtered_entries_and_nothing_a_spreadsheet_would_run() {
    let mut stage = connected().await;
    stage
        .app
        .books(
            &stage.intro,
            "=HYPERLINK(\"http://evil.example\",\"Gödel, Kurt\")",
            "kurt@example.com",
            NINE,
        )
        .await;
    stage.app.settle().await;
    let file = stage
        .page(&format!("{LOG}.csv?action=create_meeting"))
        .await;
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"zoom-sync-log-2026-05-04.csv\""
    );
    assert!(
        file.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/csv; charset=utf-8")
    );
    let text = file.body.strip_prefix('\u{feff}').unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("Time (UTC),Action,Result,Event type,Invitee"));
    says(
        lines[1],
        &[
            "2026-05-04 08:00:00,Create meeting,Succeeded,Intro call,",
            "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"Gödel, Kurt\"\")\"",
            "ada@zoom.example,POST /users/me/meetings,201,",
        ],
    );
    let none = stage.page(&format!("{LOG}.csv?q=nobody")).await;
    assert_eq!(none.body.matches("\r\n").count(), 1);
    let page = stage.page(&format!("{LOG}?action=create_meeting")).await;
    let export = format!("{LOG}.csv?action=create_meeting");
    assert_eq!(page.links(".csv"), [export]);
    says(&page.text(), &["at most the newest 10,000"]);
}

#[tokio::test]
async fn a_file_that_is_cut_short_says_so() {
    let mut stage = unconnected().await;
    stage.skips(10_020, "No connected account").await;
    let file = stage.page(&format!("{LOG}.csv")).await;
    let lines: Vec<&str> = file.body.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 10_002);
    let last = lines.last().unwrap();
    assert!(last.starts_with("Only the newest 10000 entries."), "{last}");
    assert_eq!(last.matches(',').count(), lines[0].matches(',').count());
}

#[tokio::test]
async fn an_entry_says_what_happened_and_shows_what_was_sent_without_secrets() {
    let mut stage = connected().await;
    stage.app.zoom().fault(Fault::status("meeting.create", 503));
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    let failed = stage.of(&grace).await.remove(0);
    let text = stage.text(&super::entry_path(failed.id)).await;
    says(
        &text,
        &[
            "Create meeting Retrying",
            "Zoom didn’t answer properly. 42min tries again at 4 May 2026, 10:00:02.",
            "4 May 2026, 10:00:00 (UTC+2)",
            "Intro call · Grace Hopper, Tue 5 May 2026, 09:00",
            "ada@zoom.example (personal)",
            "POST /users/me/meetings",
            "HTTP 503 in",
            "Attempts 1 of",
            "\"topic\": \"Intro call: Grace Hopper and Ada Lovelace\"",
        ],
    );
    stage.app.settle_for(minutes(10)).await;
    let made = stage.of(&grace).await;
    let made = made.iter().rfind(|e| e.action == Action::CreateMeeting);
    let page = stage.page(&super::entry_path(made.unwrap().id)).await;
    says(
        &page.text(),
        &["Succeeded", "••••••", "this entry", "HTTP 503"],
    );
    let passcode = stage.app.zoom().meetings()[0].passcode.clone().unwrap();
    assert!(!page.body.contains(&passcode) && !page.body.contains("zak="));
    assert!(page.links(&super::entry_path(failed.id)).len() == 1);
}

#[tokio::test]
async fn trying_again_makes_what_zoom_had_refused() {
    let mut stage = connected().await;
    let body = r#"{"code":300,"message":"Validation Failed."}"#;
    let refusal = Fault::answer("meeting.create", 400, "application/json", body);
    stage.app.zoom().fault(refusal);
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    assert!(stage.app.zoom().meetings().is_empty());
    let entries = stage.of(&grace).await;
    let refused = entries
        .iter()
        .find(|e| e.result == Verdict::Failed)
        .unwrap();
    let path = super::entry_path(refused.id);
    says(
        &stage.text(&path).await,
        &[
            "Zoom didn’t accept the request:",
            "This is a fault in 42min; please report it with this entry’s ID.",
            "Try again now",
        ],
    );

    let again = stage
        .browser
        .post_and_follow(&format!("{path}/retry"), &[])
        .await;
    says(&again.text(), &["Trying again. See the new entry"]);
    let all = again.links(&format!("{LOG}?q=")).remove(0);
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    says(&stage.text(&all).await, &["Succeeded"]);

    // Done: nothing is left to try.
    assert!(!stage.text(&path).await.contains("Try again now"));
    let more = stage
        .browser
        .post_and_follow(&format!("{path}/retry"), &[])
        .await;
    says(&more.text(), &["There is nothing to try"]);
    assert_eq!(stage.app.zoom().ledger_of("meeting.create").len(), 2);
}

#[tokio::test]
async fn a_broken_connection_is_mailed_and_its_entries_lead_to_reconnecting() {
    let mut stage = connected().await;
    stage.app.zoom().revoke("ada@zoom.example");
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let told = stage.app.letters_to(&stage.ada.email);
    assert!(
        told.iter()
            .any(|letter| letter.subject.starts_with("Reconnect Zoom"))
    );
    let broken = stage.all().await;
    let broken = broken
        .iter()
        .find(|e| matches!(e.action, Action::AccessRemoved | Action::ConnectionBroken));
    let page = stage.page(&super::entry_path(broken.unwrap().id)).await;
    says(
        &page.text(),
        &[
            "The account was marked Connection broken and its owner was emailed.",
            "Reconnect the account",
        ],
    );
    let skipped = stage.of(&grace).await.pop().unwrap();
    says(
        &stage.text(&super::entry_path(skipped.id)).await,
        &[
            "ada@zoom.example shows Connection broken",
            "Reconnect the account",
        ],
    );
}

#[tokio::test]
async fn why_there_is_no_link_is_answered_in_three_points_with_the_way_out() {
    let mut stage = unconnected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    let path = format!("{LOG}/why?about={}", grace.id);
    let page = stage.page(&path).await;
    says(
        &page.text(),
        &[
            "Intro call · Grace Hopper, Tuesday 5 May 2026, 09:00",
            "There is no link. No connected account.",
            "Zoom was on for the organization: yes. On since Monday 4 May 2026, 10:00.",
            "Location was Zoom: yes.",
            "A connected account was available: no. Neither the host nor the organization has",
            "When 42min tried on Monday 4 May 2026, 10:00, there was none.",
            "The last entry says: Create meeting, skipped: No connected account",
            "Connect Zoom",
        ],
    );
    // The same by the invitee's address, however it is typed, and from the booking's own page.
    let same = stage
        .text(&format!("{LOG}/why?about=Grace.Hopper%40Example.COM"))
        .await;
    says(&same, &["There is no link. No connected account."]);
    let details = stage.page(&format!("/360/meetings/{}", grace.id)).await;
    assert_eq!(details.links("/log/why").first(), Some(&path));

    // Broken, and then well again: what holds now is said, and what a try had found.
    stage.connects().await;
    stage.app.settle().await;
    let text = stage.text(&path).await;
    says(
        &text,
        &[
            "There is a link now, hosted on ada@zoom.example.",
            "A connected account was available: not when it was booked. ada@zoom.example (personal)",
            "there was none.",
        ],
    );
    stage.app.zoom().revoke("ada@zoom.example");
    let alan = stage.books("Alan Turing", NOON).await;
    stage.app.settle_for(minutes(2)).await;
    let text = stage.text(&format!("{LOG}/why?about={}", alan.id)).await;
    says(
        &text,
        &[
            "ada@zoom.example broke on Monday 4 May 2026, 10:0",
            "Reconnect",
        ],
    );
    stage.cancels(&alan).await;
    let text = stage.text(&format!("{LOG}/why?about={}", alan.id)).await;
    says(&text, &["This booking was canceled, so it has no link."]);
    let text = stage.text(&format!("{LOG}/why?about=nobody")).await;
    says(
        &text,
        &[
            "No booking here has this ID or email.",
            "Check the spelling, or look in Meetings",
        ],
    );
}

#[tokio::test]
async fn a_booking_that_takes_place_elsewhere_is_told_its_place() {
    let mut stage = connected().await;
    stage.takes_place(Location::InPerson).await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.takes_place(Location::Zoom).await;
    stage.app.settle().await;
    let page = stage.page(&format!("{LOG}/why?about={}", grace.id)).await;
    says(
        &page.text(),
        &[
            "This booking doesn’t take place on Zoom",
            "Location was Zoom: no. The booking takes place at: In person. The event type is set \
             to Zoom now; a booking follows when it is moved.",
            "Open the event type",
        ],
    );
}

#[tokio::test]
async fn the_log_is_for_admins_and_for_their_own_org_only() {
    let stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    let entry = super::entry_path(stage.of(&grace).await[0].id);
    let retry = format!("{entry}/retry");
    let paths = [
        LOG.to_owned(),
        format!("{LOG}.csv"),
        format!("{LOG}/why?about={}", grace.id),
        entry.clone(),
    ];

    let bob = stage.app.person(stage.ada.org_id, "Bob", Role::User).await;
    let mut of_bob = stage.app.browser_of(&bob).await;
    for path in &paths {
        assert_eq!(of_bob.get(path).await.status, 403, "{path}");
    }
    assert_eq!(of_bob.post(&retry, &[]).await.status, 403);
    for path in &paths {
        assert_eq!(stage.app.browser().get(path).await.status, 303, "{path}");
    }

    let org = stage.app.org("Others").await;
    let eve = stage.app.person(org, "Eve", Role::Admin).await;
    let mut of_eve = stage.app.browser_of(&eve).await;
    assert_eq!(of_eve.get(&entry).await.status, 404);
    assert_eq!(of_eve.post(&retry, &[]).await.status, 404);
    assert_eq!(of_eve.get(&format!("{LOG}/nonsense")).await.status, 404);
    let room = stage.app.zoom().meetings()[0].id;
    for path in [
        LOG.to_owned(),
        format!("{LOG}?q={}", grace.id),
        format!("{LOG}?q=hopper"),
        format!("{LOG}?q={room}"),
        format!("{LOG}.csv"),
        format!("{LOG}/why?about={}", grace.id),
        format!("{LOG}/why?about=grace.hopper%40example.com"),
    ] {
        let page = of_eve.get(&path).await;
        assert_eq!(page.status, 200);
        let told = page.body.replace("hopper\"", "").replace("hopper@", "");
        assert!(
            !told.contains("Grace Hopper") && !told.contains("ada@zoom"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_log_forgets_what_is_older_than_it_is_kept() {
    let given = crate::config::Given {
        sync_log_days: Some("7".to_owned()),
        ..crate::config::Given::default()
    };
    let app = TestApp::start_with(given).await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let intro = app.offers(&ada, "Intro call", Location::Phone).await;
    let browser = app.browser_of(&ada).await;
    let mut stage = Stage {
        app,
        ada,
        intro,
        browser,
    };
    stage.skips(1_200, "No connected account").await;
    stage.app.advance(days(5));
    stage.skips(1, "Zoom is off for this organization").await;
    crate::purge::schedule(&stage.app.app).await.unwrap();
    stage.app.settle().await;
    assert_eq!(stage.app.rows("sync_log").await, 1_201);
    stage.app.settle_for(days(3)).await;
    assert_eq!(stage.app.rows("sync_log").await, 1);
    says(&stage.text(LOG).await, &["Kept for 7 days."]);
    stage.app.settle_for(days(7)).await;
    assert_eq!(stage.app.rows("sync_log").await, 0);
    assert_eq!(stage.app.waiting_jobs().await["purge"], 1);
}

#[tokio::test]
async fn a_groups_entries_are_found_by_each_of_its_invitees_and_name_none() {
    let mut stage = unconnected().await;
    let group = stage
        .app
        .edits(&stage.intro, |it| {
            it.kind = Kind::Group;
            it.seats = Some(3);
        })
        .await;
    stage.intro = group;
    let grace = stage.books("Grace Hopper", NINE).await;
    let alan = stage.books("Alan Turing", NINE).await;
    assert_eq!(grace.meeting_id, alan.meeting_id);
    stage.app.settle().await;
    for query in ["grace.hopper", "alan.turing", &grace.id.to_string()] {
        let text = stage.text(&format!("{LOG}?q={query}")).await;
        says(&text, &["Intro call · 2 invitees", "No connected account"]);
        assert!(!text.contains("Grace Hopper") && !text.contains("Alan Turing"));
    }

    // Both go to other times before there is a room: nobody canceled anything.
    stage.moves(&grace, TEN).await;
    stage.moves(&alan, NOON).await;
    stage.app.settle().await;
    let skipped = stage.skipped(&grace).await;
    assert_eq!(
        skipped.last().map(String::as_str),
        Some("Booking was moved to another meeting first")
    );
    let text = stage.text(&format!("{LOG}/why?about={}", grace.id)).await;
    says(&text, &["Tuesday 5 May 2026, 10:00"]);
}

#[tokio::test]
async fn an_admin_is_sent_to_no_editor_that_is_not_theirs() {
    let mut stage = connected().await;
    let bob = stage.app.person(stage.ada.org_id, "Bob", Role::User).await;
    let demo = stage.app.offers(&bob, "Demo", Location::InPerson).await;
    let booking = stage
        .app
        .books(&demo, "Grace Hopper", "grace@example.com", NINE)
        .await;
    let text = stage.text(&format!("{LOG}/why?about={}", booking.id)).await;
    says(&text, &["This booking doesn’t take place on Zoom"]);
    assert!(!text.contains("Open the event type"));
}

#[tokio::test]
async fn of_a_meeting_with_a_long_history_the_newest_is_read_in_its_order() {
    let stage = connected().await;
    let booking = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    let (org, meeting, now) = (booking.org_id, booking.meeting_id, stage.app.now());
    let entries: Vec<Opened> = (0..250)
        .map(|n| Opened {
            id: stage.app.app.entropy.id(now),
            org,
            at: now + minutes(n),
            action: Action::ReadMeeting,
            verdict: Verdict::Received,
            meeting: Some(meeting),
            account: None,
            words: format!("entry {n}"),
        })
        .collect();
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                for entry in &entries {
                    store::open(tx, entry).await?;
                }
                Ok(())
            })
        })
        .await;
    let read = stage.of(&booking).await;
    let ends = [&read[0].words, &read[read.len() - 1].words];
    assert_eq!(
        (read.len(), ends),
        (200, [&"entry 50".to_owned(), &"entry 249".to_owned()])
    );
}
