//! What hosts see and do, through the pages. Times are of the test week: Monday 4 May 2026, Madrid
//! (UTC+2), hours nine to five; it is 10:00 there.

use super::host_pages::path;
use super::{Booking, Meeting, Status, form, manage_path, store};
use crate::accounts::{Person, Role};
use crate::clock::{hours, minutes};
use crate::conferencing::view::{Online, online};
use crate::db::sql;
use crate::event_types::{EventType, Location};
use crate::outbox::{self, Kind};
use crate::testing::TestApp;
use crate::testing::browser::Browser;
use crate::zone::Zone;

const TODAY: &str = "2026-05-04T10:00:00Z";
const NINE: &str = "2026-05-05T07:00:00Z";
const NOON: &str = "2026-05-05T10:00:00Z";
const ELSEWHERE: &str = "https://video.example/room/7";

struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
    browser: Browser,
}

/// Ada, an admin with an event type on Zoom, and nobody connected.
async fn unconnected() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
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
        let zoom = self.app.zoom();
        zoom.add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
        let page = self
            .app
            .connects(&self.ada, "personal", "ada@zoom.example")
            .await;
        let text = page.text();
        assert!(text.contains("Zoom connected successfully!"), "{text}");
    }

    async fn books(&self, name: &str, start: &str) -> Booking {
        let plain = name.to_lowercase().replace(' ', ".").replace('ö', "oe");
        let email = format!("{plain}@example.com");
        self.app.books(&self.intro, name, &email, start).await
    }

    async fn meeting(&self, booking: &Booking) -> Meeting {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::meeting(&mut reader, booking.org_id, booking.meeting_id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn online(&self, booking: &Booking) -> Online {
        let meeting = self.meeting(booking).await;
        let mut reader = self.app.app.db.read().await.unwrap();
        online(&mut reader, &self.app.app, &meeting).await.unwrap()
    }

    async fn text(&mut self, path: &str) -> String {
        let page = self.browser.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        page.text()
    }
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[track_caller]
fn is_silent(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{part:?} is in: {text}");
    }
}

#[tokio::test]
async fn an_empty_list_offers_the_one_thing_to_do() {
    let mut stage = unconnected().await;
    let text = stage.text("/360/meetings").await;
    says(
        &text,
        &[
            "No meetings coming up.",
            "Share your page: http://meet.test/ada-lovelace",
            "Copy link",
        ],
    );
    says(
        &stage.text("/360/meetings?tab=past").await,
        &["Nothing here yet."],
    );
    let canceled = stage.text("/360/meetings?tab=canceled").await;
    says(&canceled, &["No canceled meetings."]);
}

#[tokio::test]
async fn each_tab_lists_its_own_by_day_in_the_viewers_zone() {
    let mut stage = connected().await;
    stage.books("Grace Hopper", TODAY).await;
    let kurt = stage.books("Kurt Gödel", NINE).await;
    let alan = stage.books("Alan Turing", NOON).await;
    stage.app.settle().await;
    let canceled = stage
        .browser
        .post(&format!("{}/cancel", path(kurt.id)), &[("reason", "")])
        .await;
    assert_eq!(canceled.status, 303);
    stage.app.settle().await;

    let text = stage.text("/360/meetings").await;
    says(
        &text,
        &[
            "Today, Monday 4 May 12:00 Intro call with Grace Hopper Grace Hopper · 42 min",
            "Tomorrow, Tuesday 5 May 12:00 Intro call with Alan Turing",
        ],
    );
    is_silent(&text, &["Kurt Gödel"]);
    let text = stage.text("/360/meetings?tab=canceled").await;
    says(&text, &["Kurt Gödel · 42 min", "Canceled by the host"]);
    is_silent(&text, &["Grace", "Alan"]);

    stage.app.advance(hours(4));
    let text = stage.text("/360/meetings?tab=past").await;
    says(&text, &["Today, Monday 4 May 12:00", "Grace Hopper"]);
    is_silent(&text, &["Alan", "Kurt"]);
    is_silent(&stage.text("/360/meetings").await, &["Grace"]);
    let open = stage.text(&path(alan.id)).await;
    says(&open, &["Intro call with Alan Turing Confirmed"]);
}

#[tokio::test]
async fn a_row_shows_the_invitees_clock_where_it_differs() {
    let mut stage = connected().await;
    let mut request = stage.app.request("Mei Ito", "mei@example.com", NINE);
    request.zone = Zone::parse("Asia/Tokyo").unwrap();
    let booking = super::book::book(&stage.app.app, stage.ada.org_id, stage.intro.id, &request)
        .await
        .unwrap();
    let text = stage.text("/360/meetings").await;
    says(&text, &["16:00 for them, Tokyo time (UTC+9)"]);
    let text = stage.text(&path(booking.id)).await;
    says(
        &text,
        &[
            "Tuesday 5 May 2026, 09:00 to 09:42 (UTC+2)",
            "Mei: Tuesday 5 May 2026, 16:00 to 16:42, Tokyo time (UTC+9)",
        ],
    );
}

#[tokio::test]
async fn filters_find_by_words_event_type_and_host() {
    let mut stage = connected().await;
    let org = stage.ada.org_id;
    let bob = stage.app.person(org, "Bob Noyce", Role::User).await;
    let demo = stage.app.offers(&bob, "Demo", Location::Phone).await;
    let mut call = stage.app.request("Carl Gauss", "carl@example.com", NINE);
    call.place = Some("+34 600 123 456".to_owned());
    super::book::book(&stage.app.app, org, demo.id, &call)
        .await
        .unwrap();
    stage.books("Grace Hopper", NINE).await;
    stage.books("Kurt Gödel", NOON).await;

    for (query, found, not) in [
        ("q=GRACE", "Grace Hopper", "Kurt"),
        ("q=G%C3%B6del", "Kurt Gödel", "Grace"),
        ("q=kurt.g", "Kurt Gödel", "Grace"),
        ("host=all&q=demo", "Carl Gauss", "Kurt"),
        ("q=%25", "No meetings match.", "Kurt"),
        ("q=nobody", "No meetings match.", "Kurt"),
    ] {
        let text = stage.text(&format!("/360/meetings?{query}")).await;
        says(&text, &[found]);
        is_silent(&text, &[&format!("{not} ")]);
    }
    let mine = stage.text("/360/meetings").await;
    is_silent(&mine, &["Carl Gauss"]);
    let all = stage.text("/360/meetings?host=all").await;
    says(
        &all,
        &[
            "Carl Gauss · 42 min · Phone · Host: Bob Noyce",
            "Grace Hopper",
        ],
    );
    let bobs = stage.text(&format!("/360/meetings?host={}", bob.id)).await;
    says(&bobs, &["Carl Gauss"]);
    is_silent(&bobs, &["Grace Hopper"]);
    let demos = format!("/360/meetings?host=all&event={}", demo.id);
    is_silent(&stage.text(&demos).await, &["Grace Hopper"]);

    // A member asks in vain for more than their own.
    stage.browser = stage.app.browser_of(&bob).await;
    let text = stage.text("/360/meetings?host=all").await;
    says(&text, &["Carl Gauss"]);
    is_silent(&text, &["Grace Hopper", "Everybody"]);
}

#[tokio::test]
async fn twenty_stand_on_a_page_and_the_rest_behind_a_link() {
    let mut stage = unconnected().await;
    let call = stage
        .app
        .offers(&stage.ada, "Call", Location::InPerson)
        .await;
    // Five a day over five days.
    for n in 0..25 {
        let start = format!("2026-05-{:02}T{:02}:00:00Z", 11 + n / 5, 7 + n % 5);
        let name = format!("Guest{n:02}");
        stage.app.books(&call, &name, "g@example.com", &start).await;
    }
    let page = stage.browser.get("/360/meetings").await;
    says(&page.text(), &["Guest00", "Guest19", "Later meetings"]);
    is_silent(&page.text(), &["Guest20"]);
    let later = page.links("after=").remove(0);
    let text = stage.text(&later).await;
    says(&text, &["Guest20", "Guest24", "Back to the first"]);
    is_silent(&text, &["Guest19", "Later meetings"]);

    stage.app.advance(crate::clock::days(30));
    stage.browser = stage.app.browser_of(&stage.ada).await;
    let page = stage.browser.get("/360/meetings?tab=past").await;
    says(&page.text(), &["Guest24", "Guest05", "Older meetings"]);
    is_silent(&page.text(), &["Guest04"]);
    let older = page.links("after=").remove(0);
    says(&stage.text(&older).await, &["Guest04", "Guest00"]);
}

#[tokio::test]
async fn the_badge_says_how_it_is_with_the_link() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    let text = stage.text("/360/meetings").await;
    says(&text, &["Zoom link pending"]);
    let text = stage.text(&path(grace.id)).await;
    says(&text, &["The link is being prepared."]);
    stage.app.settle().await;
    let text = stage.text("/360/meetings").await;
    says(&text, &["Zoom link ready"]);
    is_silent(&text, &["Join"]);

    // Within a quarter of an hour of the start the row leads to the room.
    let start = grace.starts_at.duration_since(stage.app.now());
    stage.app.advance(start - minutes(15));
    stage.browser = stage.app.browser_of(&stage.ada).await;
    let Online::Ready(link) = stage.online(&grace).await else {
        panic!("no link");
    };
    let page = stage.browser.get("/360/meetings").await;
    assert_eq!(page.links("zoom"), [link.join_url], "{}", page.text());
}

#[tokio::test]
async fn a_booking_without_a_link_says_why_and_what_to_do() {
    let mut stage = unconnected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    says(&stage.text("/360/meetings").await, &["No Zoom link"]);
    let page = stage.browser.get(&path(grace.id)).await;
    says(
        &page.text(),
        &[
            "This booking has no Zoom link. No connected account.",
            "Connect Zoom",
            "Paste another link",
        ],
    );
    // Before an account is connected there is nothing that could create one.
    let not = ["Create the link now", "Join", "Start meeting"];
    is_silent(&page.text(), &not);
}

#[tokio::test]
async fn the_details_show_the_link_every_other_place_shows() {
    let mut stage = connected().await;
    let mut request = stage.app.request("Grace Hopper", "grace@example.com", NINE);
    request.guests = super::Guests(vec!["bob@example.com".to_owned()]);
    request.answers = super::Answers(vec![super::Given {
        question: "topic".to_owned(),
        label: "What about?".to_owned(),
        answer: "Compilers & <ships>".to_owned(),
    }]);
    let grace = super::book::book(&stage.app.app, stage.ada.org_id, stage.intro.id, &request)
        .await
        .unwrap();
    stage.app.settle_for(minutes(1)).await;
    let Online::Ready(link) = stage.online(&grace).await else {
        panic!("no link");
    };
    let page = stage.browser.get(&path(grace.id)).await;
    let text = page.text();
    says(
        &text,
        &[
            "Intro call with Grace Hopper Confirmed",
            "Zoom, hosted on ada@zoom.example",
            &format!("Meeting ID {}", link.meeting_id),
            &format!("Passcode {}", link.passcode.clone().unwrap()),
            "Grace Hopper, grace@example.com",
            "Guests bob@example.com",
            "What about? Compilers & <ships>",
            "Start meeting",
            "Email Grace",
            "Booked by Grace Hopper",
            "Zoom meeting created",
            "Confirmation emailed to grace@example.com Sent",
            "New booking emailed to ada-lovelace@engines.example Sent",
        ],
    );
    is_silent(&text, &["has no Zoom link"]);
    assert_eq!(page.links(&link.join_url).len(), 2, "{}", page.body);
    assert!(!page.links("mailto:grace@example.com?subject=").is_empty());
    let cache = page.headers.get("cache-control").unwrap();
    assert_eq!(cache, "no-store");
}

#[tokio::test]
async fn create_the_link_now_makes_one_however_often_it_is_pressed() {
    let mut stage = unconnected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    stage.connects().await;
    let create = format!("{}/link", path(grace.id));
    for _ in 0..2 {
        let text = stage.browser.post_and_follow(&create, &[]).await.text();
        says(&text, &["The link is being created."]);
    }
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    says(&stage.text(&path(grace.id)).await, &["Meeting ID"]);
    let text = stage.browser.post_and_follow(&create, &[]).await.text();
    says(&text, &["The link is there already."]);
    stage.app.settle_for(minutes(1)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    let last = stage.app.letters_to("grace.hopper@example.com").pop();
    let link = stage.online(&grace).await.link().unwrap().clone();
    says(&last.unwrap().text, &[&link.join_url]);
}

#[tokio::test]
async fn another_link_takes_the_place_of_the_room_and_everyone_is_told() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    let place = format!("{}/place", path(grace.id));
    says(
        &stage.text(&place).await,
        &["The Zoom meeting is removed. Grace and everyone else invited are emailed"],
    );
    for wrong in [
        "",
        "video.example",
        "http://video.example/a",
        "javascript:1",
    ] {
        let page = stage.browser.post(&place, &[("custom_url", wrong)]).await;
        assert_eq!(page.status, 422, "{wrong}");
    }
    let before = stage.app.letters_to("grace.hopper@example.com").len();
    for _ in 0..2 {
        let fields = [("custom_url", ELSEWHERE)];
        let text = stage.browser.post_and_follow(&place, &fields).await.text();
        says(&text, &["The link was changed."]);
    }
    stage.app.settle_for(minutes(1)).await;
    assert!(stage.app.zoom().meetings().is_empty());
    let letters = stage.app.letters_to("grace.hopper@example.com");
    assert_eq!(letters.len(), before + 1);
    says(&letters.last().unwrap().text, &[ELSEWHERE]);
    let booking = stage.app.booking(&grace).await;
    assert_eq!(booking.location, Location::CustomUrl);
    assert_eq!(stage.meeting(&grace).await.generation, 2);
    let page = stage.browser.get(&path(grace.id)).await;
    says(
        &page.text(),
        &["Zoom meeting removed", "New place emailed to"],
    );
    assert!(!page.links(ELSEWHERE).is_empty());
}

#[tokio::test]
async fn start_meeting_leads_to_zoom_and_leaves_no_link_behind() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    let start = format!("{}/start", path(grace.id));
    let text = stage.browser.post_and_follow(&start, &[]).await.text();
    says(&text, &["This meeting has no Zoom link yet."]);
    stage.app.settle_for(minutes(1)).await;
    let page = stage.browser.get(&start).await;
    says(&page.text(), &["You start the meeting as its host."]);
    assert!(page.links("zak").is_empty());

    let answer = stage.browser.post(&start, &[]).await;
    assert_eq!(answer.status, 303);
    let link = answer.location().to_owned();
    assert!(stage.app.zoom().start_link_works(&link), "{link}");
    assert_eq!(answer.headers.get("cache-control").unwrap(), "no-store");
    stage.app.settle_for(minutes(1)).await;

    // Not stored, not logged, not mailed.
    let secret = link
        .split_once('?')
        .map_or(link.as_str(), |(_, query)| query);
    let mut reader = stage.app.app.db.read().await.unwrap();
    for column in [
        "COALESCE(request, '') || COALESCE(request_body, '') || COALESCE(response_body, '') \
         || words FROM sync_log",
        "COALESCE(join_url, '') || COALESCE(warnings, '') FROM seen",
        "body FROM letters",
        "COALESCE(why, '') FROM jobs",
    ] {
        let rows: Vec<String> = sql(format!("SELECT {column}"))
            .all(&mut reader)
            .await
            .unwrap();
        for row in rows {
            is_silent(&row, &[&link, secret]);
        }
    }
    drop(reader);
    says(
        &stage.text(&path(grace.id)).await,
        &["Zoom meeting started by the host"],
    );

    stage.app.zoom().goes_down();
    let text = stage.browser.post_and_follow(&start, &[]).await.text();
    says(&text, &["Zoom isn’t answering right now."]);
}

#[tokio::test]
async fn nobody_sees_or_touches_what_is_not_theirs() {
    let stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let bob = stage
        .app
        .person(stage.ada.org_id, "Bob Noyce", Role::User)
        .await;
    let other = stage.app.org("Others").await;
    let eve = stage.app.person(other, "Eve Adams", Role::Admin).await;
    for stranger in [&bob, &eve] {
        let mut browser = stage.app.browser_of(stranger).await;
        for page in ["", "/start", "/place", "/reschedule", "/cancel"] {
            let at = format!("{}{page}", path(grace.id));
            assert_eq!(browser.get(&at).await.status, 404, "{at}");
        }
        for page in ["/start", "/link", "/place", "/reschedule", "/cancel"] {
            let at = format!("{}{page}", path(grace.id));
            let fields = [("custom_url", ELSEWHERE), ("start", NOON)];
            assert_eq!(browser.post(&at, &fields).await.status, 404, "{at}");
        }
        let all = browser.get("/360/meetings?host=all").await;
        is_silent(&all.text(), &["Grace"]);
        let hers = format!("/360/meetings?host={}", stage.ada.id);
        is_silent(&browser.get(&hers).await.text(), &["Grace"]);
    }
    let mut nobody = stage.app.browser();
    let away = nobody.get(&path(grace.id)).await;
    assert_eq!(away.status, 303);
    assert!(away.location().starts_with("/sign-in"));
    assert_eq!(stage.app.booking(&grace).await.status, Status::Confirmed);
}

#[tokio::test]
async fn an_admin_starts_and_changes_what_a_member_hosts() {
    let mut stage = connected().await;
    let bob = stage
        .app
        .person(stage.ada.org_id, "Bob Noyce", Role::User)
        .await;
    let demo = stage.app.offers(&bob, "Demo", Location::InPerson).await;
    let booking = stage
        .app
        .books(&demo, "Grace Hopper", "grace@example.com", NINE)
        .await;
    let text = stage.text(&path(booking.id)).await;
    says(&text, &["Host Bob Noyce", "Reschedule"]);
    is_silent(&text, &["Start meeting", "no Zoom link"]);
    let mut bobs = stage.app.browser_of(&bob).await;
    let text = bobs.get(&path(booking.id)).await.text();
    is_silent(&text, &["Host Bob Noyce"]);
}

#[tokio::test]
async fn a_host_moves_a_booking_with_a_message() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let at = format!("{}/reschedule", path(grace.id));
    let page = stage.browser.get(&at).await;
    says(
        &page.text(),
        &[
            "Move Intro call with Grace Hopper",
            "Now: Tuesday 5 May 2026, 09:00 to 09:42 , Madrid time (UTC+2). Pick a new time.",
            "Zoom. The link stays the same.",
        ],
    );
    let noon = page
        .links("start=2026-05-05T10%3A00%3A00Z")
        .pop()
        .expect("noon is on offer");
    let text = stage.text(&noon).await;
    says(
        &text,
        &[
            "Move this booking?",
            "New Tuesday 5 May 2026, 12:00 to 12:42",
            "Message to Grace",
        ],
    );
    let fields = [
        ("start", NOON),
        ("tz", "Europe/Madrid"),
        ("reason", "A train is late"),
    ];
    let moved = stage.browser.post_and_follow(&at, &fields).await;
    says(
        &moved.text(),
        &[
            "Moved. Grace is emailed the new time.",
            "Tuesday 5 May 2026, 12:00 to 12:42",
            "Moved by the host: Tue 5 May 2026, 09:00 → Tue 5 May 2026, 12:00",
            "A train is late",
        ],
    );
    stage.app.settle_for(minutes(1)).await;
    let letter = stage.app.letters_to("grace.hopper@example.com").pop();
    says(&letter.unwrap().text, &["A train is late", "12:00"]);
    assert_eq!(stage.app.zoom().meetings().len(), 1);

    // The old page says where it went; its forms change nothing.
    let old = stage.text(&path(grace.id)).await;
    says(&old, &["Intro call with Grace Hopper Moved"]);
    is_silent(&old, &["Join Copy link", "Create the link now"]);
    let again = stage.browser.post_and_follow(&at, &fields).await;
    says(&again.text(), &["This booking was moved already."]);
    let cancel = format!("{}/cancel", path(grace.id));
    let text = stage.browser.post_and_follow(&cancel, &[]).await.text();
    says(&text, &["This booking was moved already."]);
}

#[tokio::test]
async fn a_guest_reads_that_the_link_stays_only_where_it_does() {
    const STAYS: &str = "The Zoom link stays the same.";
    let stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let mut guest = stage.app.browser();
    let hub = manage_path(&stage.app.app, grace.id);
    is_silent(&guest.get(&hub).await.text(), &[STAYS]);
    let at = hub.replace('?', "/reschedule?");
    let times = guest.get(&at).await.text();
    says(&times, &["Zoom. The link stays the same."]);
    let moved = guest.post_and_follow(&at, &[("start", NOON)]).await;
    says(&moved.text(), &["Moved", STAYS]);
    let moved = moved.links("/reschedule").remove(0);
    stage.app.settle_for(minutes(1)).await;
    says(
        &guest.get(&moved.replace("/reschedule", "")).await.text(),
        &[STAYS],
    );

    // A room that can’t be reached doesn’t follow: nothing is promised.
    stage.app.zoom().revoke("ada@zoom.example");
    stage.books("Kurt Gödel", "2026-05-05T13:00:00Z").await;
    stage.app.settle_for(minutes(10)).await;
    let times = guest.get(&moved).await.text();
    is_silent(&times, &["The link"]);
}

#[tokio::test]
async fn a_time_that_went_is_answered_with_the_nearest_and_the_message_kept() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.books("Kurt Gödel", NOON).await;
    let at = format!("{}/reschedule", path(grace.id));
    let fields = [
        ("start", NOON),
        ("tz", "Europe/Madrid"),
        ("reason", "A train is late"),
    ];
    let page = stage.browser.post(&at, &fields).await;
    assert_eq!(page.status, 409);
    says(
        &page.text(),
        &[
            "That time was just taken. What you typed is kept.",
            "The nearest free ones, in Madrid time:",
        ],
    );
    assert_eq!(page.field("reason").unwrap(), "A train is late");
    let pick = [
        ("pick", "2026-05-05T12:00:00Z"),
        ("reason", "A train is late"),
    ];
    let page = stage.browser.post(&at, &pick).await;
    assert_eq!(page.status, 200);
    says(&page.text(), &["14:00 to 14:42", "A train is late"]);
    let long = "x".repeat(form::LONGEST_REASON + 1);
    let fields = [("start", "2026-05-05T12:00:00Z"), ("reason", long.as_str())];
    assert_eq!(stage.browser.post(&at, &fields).await.status, 422);
    assert_eq!(stage.app.booking(&grace).await.status, Status::Confirmed);
}

#[tokio::test]
async fn a_host_cancels_with_a_message_and_the_room_goes() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let at = format!("{}/cancel", path(grace.id));
    says(
        &stage.text(&at).await,
        &[
            "Message to Grace",
            "The Zoom meeting is removed, the time opens up again",
        ],
    );
    let fields = [("reason", "I am ill, sorry")];
    let page = stage.browser.post_and_follow(&at, &fields).await;
    says(
        &page.text(),
        &[
            "Canceled. Grace is emailed.",
            "Canceled by the host on Monday 4 May 2026",
            "I am ill, sorry",
        ],
    );
    is_silent(&page.text(), &["Join Copy", "Reschedule", "Start meeting"]);
    stage.app.settle_for(minutes(1)).await;
    assert!(stage.app.zoom().meetings().is_empty());
    let letter = stage.app.letters_to("grace.hopper@example.com").pop();
    says(&letter.unwrap().text, &["I am ill, sorry"]);
    let text = stage.browser.post_and_follow(&at, &fields).await.text();
    says(&text, &["Already canceled."]);
    let create = format!("{}/link", path(grace.id));
    let text = stage.browser.post_and_follow(&create, &[]).await.text();
    is_silent(&text, &["The link is being created."]);
    stage.app.settle_for(minutes(1)).await;
    assert!(stage.app.zoom().meetings().is_empty());
}

#[tokio::test]
async fn a_link_that_shows_the_old_time_is_said_so() {
    let mut stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let org = stage.ada.org_id;
    let now = stage.app.now();
    let meeting = grace.meeting_id;
    // The account breaks, then the booking is moved.
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sql("UPDATE connections SET broken_since = $2 WHERE org_id = $1")
                    .bind(org)
                    .bind(now)
                    .run(tx)
                    .await?;
                Ok(outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?)
            })
        })
        .await
        .unwrap();
    let at = format!("{}/reschedule", path(grace.id));
    let fields = [("start", NOON), ("tz", "Europe/Madrid")];
    let page = stage.browser.post_and_follow(&at, &fields).await;
    says(
        &page.text(),
        &["Zoom still shows the old time. The link works, but ada@zoom.example isn’t connected"],
    );
}

#[tokio::test]
async fn a_member_starts_a_meeting_that_lives_on_a_shared_account() {
    let stage = unconnected().await;
    let rooms = zoom_sim::UserSpec::new("rooms@zoom.example").basic();
    stage.app.zoom().add_user(rooms);
    stage
        .app
        .connects(&stage.ada, "shared", "rooms@zoom.example")
        .await;
    let org = stage.ada.org_id;
    let bob = stage.app.person(org, "Bob Noyce", Role::User).await;
    let demo = stage.app.offers(&bob, "Demo", Location::Zoom).await;
    let booking = stage
        .app
        .books(&demo, "Grace Hopper", "grace@example.com", NINE)
        .await;
    stage.app.settle_for(minutes(1)).await;
    for host in [&bob, &stage.ada] {
        let mut browser = stage.app.browser_of(host).await;
        let text = browser.get(&path(booking.id)).await.text();
        says(
            &text,
            &[
                "Zoom, hosted on rooms@zoom.example (a shared account)",
                "A Basic account: Zoom ends its meetings after 40 minutes.",
            ],
        );
        let start = format!("{}/start", path(booking.id));
        let text = browser.get(&start).await.text();
        says(&text, &["rooms@zoom.example, a shared account"]);
        let answer = browser.post(&start, &[]).await;
        assert!(stage.app.zoom().start_link_works(answer.location()));
    }
}
