//! Meetings, Zoom, and what stands around the log. The log's own words are kept as they were written,
//! in English: they are known from the log itself.

use zoom_sim::{Fault, License, UserSpec};

use super::{DATA, seen_in};
use crate::accounts::{Person, Role};
use crate::booking::{Booking, host_pages};
use crate::clock::{days, hours, minutes};
use crate::conferencing::zoom::marker::{self, Mark};
use crate::conferencing::zoom::oauth;
use crate::event_types::{EventType, Kind, Location};
use crate::language::Language;
use crate::sync_log::{self, Entry};
use crate::testing::TestApp;
use crate::testing::browser::Answer;
use crate::testing::readable::{self, Seen};

const INTEGRATIONS: &str = "/360/integrations";
const ZOOM: &str = "/360/integrations/zoom";
const LOG: &str = "/360/integrations/zoom/log";
const MEETINGS: &str = "/360/meetings";

/// Names of people, of Zoom's users and of what is chosen in Zoom, and signs.
const NAMES: [&str; 16] = [
    "Ada Sim",
    "Other Sim",
    "Team Sim",
    "Bob Sim",
    "AS",
    "OS",
    "TS",
    "BS",
    "Madrid",
    "marketplace.zoom.us",
    "General App",
    "User-managed",
    "Validate",
    "Cy",
    "HTTP",
    " ms",
];

/// What a room lacks, as it was seen; why there is no link yet, as mails about it say; and what
/// meetings have been called since they were booked.
const AS_MAILS_SAY: [&str; 5] = [
    "Grace Hopper and Ada Lovelace",
    "The waiting room is off in Zoom",
    "Zoom has not answered yet. It goes on being tried",
    "The Zoom account ada@zoom.example shows Connection broken",
    "The Zoom account team@zoom.example shows Connection broken",
];

#[derive(Clone, Copy)]
enum Who {
    Admin,
    Member,
}

struct Walk {
    app: TestApp,
    ada: Person,
    bob: Person,
    admin: Seen,
    member: Seen,
}

/// What is readable on all pages, with the name of each.
async fn found(language: Language) -> Vec<(String, Vec<String>)> {
    crate::language::tests::hosts_read(language);
    let mut walk = Walk::new(language).await;
    walk.without_accounts().await;
    walk.connecting().await;
    walk.meetings().await;
    walk.broken().await;
    walk.log().await;
    walk.rollout().await;
    let (other, without) = without_an_app(language).await;
    let mut stored = walk.entries().await;
    stored.extend(entries(&other).await);
    let mut data: Vec<&str> = stored.iter().map(|entry| entry.words.as_str()).collect();
    let reasons = data.iter().filter_map(|words| words.split_once(". "));
    data.extend(
        reasons
            .flat_map(|(why, more)| [why, more])
            .collect::<Vec<_>>(),
    );
    // Longer ones first, as some begin others.
    data.sort_by_key(|words| std::cmp::Reverse(words.len()));
    data.extend(oauth::scopes_to_ask_for());
    data.extend(oauth::optional_scopes());
    data.extend(AS_MAILS_SAY.iter().chain(&NAMES).chain(DATA));
    let letters = walk.app.letters();
    let to_hosts = letters.iter().filter(|letter| letter.audience == "person");
    let in_letters = to_hosts.map(|it| (it.kind.as_str(), readable::in_letter(it, &data)));
    let walked = [walk.admin, walk.member, without];
    let all = walked.iter().flat_map(|seen| seen.readable(&data));
    let all = all.chain(in_letters);
    all.map(|(name, words)| (name.to_owned(), words)).collect()
}

async fn entries(app: &TestApp) -> Vec<Entry> {
    let mut reader = app.app.db.read().await.unwrap();
    let ada = crate::accounts::store::person_by_email(&mut reader, "ada-lovelace@engines.example");
    let org = ada.await.unwrap().unwrap().org_id;
    sync_log::store::newest(&mut reader, org, 500)
        .await
        .unwrap()
}

fn path(booking: &Booking) -> String {
    host_pages::path(booking.id)
}

impl Walk {
    async fn new(language: Language) -> Walk {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        let bob = app.person(org, "Bob Babbage", Role::User).await;
        let zoom = app.zoom();
        for user in ["ada", "bob", "other"] {
            let user = UserSpec::new(&format!("{user}@zoom.example"));
            zoom.add_user(user.with_locked("waiting_room", false));
        }
        zoom.add_user(UserSpec {
            license: License::Basic,
            ..UserSpec::new("team@zoom.example")
        });
        Walk {
            admin: seen_in(language, app.browser_of(&ada).await),
            member: seen_in(language, app.browser_of(&bob).await),
            app,
            ada,
            bob,
        }
    }

    async fn entries(&self) -> Vec<Entry> {
        entries(&self.app).await
    }

    async fn books(&self, event_type: &EventType, start: &str) -> Booking {
        self.app
            .books(event_type, "Grace Hopper", "grace@example.com", start)
            .await
    }

    async fn both_see(&mut self, paths: &[&str]) {
        for seen in [&mut self.admin, &mut self.member] {
            for path in paths {
                seen.sees(path).await;
            }
        }
    }

    async fn without_accounts(&mut self) {
        let connect = format!("{ZOOM}/connect");
        self.both_see(&[INTEGRATIONS, ZOOM]).await;
        self.member.follows(&connect, &[]).await;
        self.admin.sees(&format!("{ZOOM}/setup")).await;
        self.admin.follows(&format!("{ZOOM}/check"), &[]).await;
        self.admin.sees(&format!("{ZOOM}?first=1")).await;
        let rollout = format!("{ZOOM}/rollout");
        let on = [("enabled", "on"), ("webinars", "on"), ("version", "0")];
        self.admin.follows(&rollout, &on).await;
        self.admin.follows(&rollout, &on).await;
        self.both_see(&[INTEGRATIONS, ZOOM, &connect, MEETINGS])
            .await;
        self.admin.sees(&format!("{connect}?role=shared")).await;
        for path in [LOG, &format!("{LOG}/why")] {
            self.admin.sees(path).await;
        }
    }

    /// Signs in at Zoom as this user. Answers where that leads.
    async fn connects(&mut self, who: Who, asks: &[(&str, &str)], user: &str) -> String {
        let seen = match who {
            Who::Admin => &mut self.admin,
            Who::Member => &mut self.member,
        };
        let connect = format!("{ZOOM}/connect");
        let away = seen.browser.post(&connect, asks).await;
        assert_eq!(away.status, 303, "{}", away.text());
        let email = format!("{user}@zoom.example");
        let scopes = oauth::scopes_to_ask_for();
        let zoom = self.app.zoom();
        let back = zoom.consent_to(away.location(), &email, &scopes).await;
        let landed = seen.browser.get(&back).await;
        assert_eq!(landed.status, 303, "{}", landed.text());
        let to = landed.location().to_owned();
        seen.sees(&to).await;
        to
    }

    async fn connecting(&mut self) {
        const PERSONAL: [(&str, &str); 1] = [("role", "personal")];
        const SHARED: [(&str, &str); 1] = [("role", "shared")];
        let phone = self
            .app
            .offers(&self.ada, "By phone", Location::Phone)
            .await;
        let intro = self
            .app
            .offers(&self.ada, "Intro call", Location::Zoom)
            .await;
        for start in ["2026-05-05T07:00:00Z", "2026-05-05T08:00:00Z"] {
            self.books(&intro, start).await;
        }
        self.connects(Who::Admin, &PERSONAL, "ada").await;
        self.app.settle().await;
        let using = format!("{ZOOM}/use");
        self.admin.sees(&format!("{ZOOM}?first=1")).await;
        self.admin.follows(&using, &[]).await;
        let id = phone.id.to_string();
        self.admin.follows(&using, &[("event_type", &id)]).await;
        for (asks, to) in [
            (SHARED, "personal"),
            (SHARED, "shared"),
            (PERSONAL, "personal"),
        ] {
            let role = self.connects(Who::Admin, &asks, "ada").await;
            self.admin.follows(&role, &[("to", to)]).await;
            self.admin.follows(&role, &[("to", to)]).await;
        }
        for (user, answer) in [("other", "keep"), ("other", "use"), ("ada", "use")] {
            let held = self.connects(Who::Admin, &PERSONAL, user).await;
            self.admin.follows(&held, &[("do", answer)]).await;
            self.admin.follows(&held, &[("do", answer)]).await;
        }
        self.connects(Who::Admin, &SHARED, "team").await;
        self.app.settle_for(minutes(2)).await;
        self.both_see(&[INTEGRATIONS, ZOOM]).await;
        self.connects(Who::Member, &PERSONAL, "bob").await;
        self.member.sees(INTEGRATIONS).await;
        let bobs = self.disconnect_path("bob").await;
        self.member.sees(&bobs).await;
        self.member.follows(&bobs, &[]).await;
        for user in ["team", "ada"] {
            let path = self.disconnect_path(user).await;
            self.admin.sees(&path).await;
        }
    }

    async fn disconnect_path(&self, user: &str) -> String {
        let mut reader = self.app.app.db.read().await.unwrap();
        let linked = crate::conferencing::store::linked(&mut reader, self.ada.org_id).await;
        let email = format!("{user}@zoom.example");
        let linked = linked.unwrap();
        let found = linked.iter().find(|l| l.account.email == email).unwrap();
        format!("{ZOOM}/accounts/{}/disconnect", found.connection.id)
    }

    async fn meetings(&mut self) {
        let call = self.app.offers(&self.ada, "Demo", Location::Phone).await;
        let intro = self.app.offers(&self.ada, "Sales", Location::Zoom).await;
        let talk = self.app.offers(&self.ada, "Talk", Location::InPerson).await;
        self.app
            .edits(&talk, |it| {
                it.kind = Kind::Group;
                it.seats = Some(3);
            })
            .await;
        let by_phone = self.books(&call, "2026-05-05T09:00:00Z").await;
        let online = self.books(&intro, "2026-05-05T10:00:00Z").await;
        let of_group = self.books(&talk, "2026-05-06T07:00:00Z").await;
        self.admin.sees(MEETINGS).await;
        self.admin.sees(&path(&online)).await;
        let down = Fault::answer("create", 503, "text/plain", "nonsense");
        self.app.zoom().fault(down.times(1));
        self.app.settle_for(minutes(2)).await;
        let nothing_after = format!("?after=4000000000000000.{}", online.id);
        for query in [
            "",
            "?host=all",
            "?tab=past",
            "?tab=canceled",
            "?q=nonsense",
            &nothing_after,
        ] {
            self.admin.sees(&format!("{MEETINGS}{query}")).await;
        }
        let long = "7".repeat(1025);
        for booking in [&by_phone, &online, &of_group] {
            let path = path(booking);
            self.admin.sees(&path).await;
            for page in ["cancel", "reschedule", "start", "place"] {
                self.arrives(&format!("{path}/{page}"), None).await;
            }
            let fields = [("reason", &*long), ("start", "2026-05-07T07:00:00Z")];
            for page in ["cancel", "reschedule", "place"] {
                self.arrives(&format!("{path}/{page}"), Some(&fields)).await;
            }
        }
        self.moves_and_cancels(&call, &of_group).await;
        let path = path(&online);
        self.admin.follows(&format!("{path}/link"), &[]).await;
        let place = [("custom_url", "https://meet.example/room")];
        self.admin.follows(&format!("{path}/place"), &place).await;
        self.on_a_shared_account().await;
        self.admin.sees(&format!("{MEETINGS}?tab=canceled")).await;
    }

    async fn moves_and_cancels(&mut self, call: &EventType, of_group: &Booking) {
        let canceled = self.books(call, "2026-05-06T09:00:00Z").await;
        let moved = self.books(call, "2026-05-07T09:00:00Z").await;
        let path_of_it = path(&moved);
        for start in [
            "2026-05-07T10:00:00Z",
            "2026-05-06T09:00:00Z",
            "2026-05-07T09:00:00Z",
            "2020-05-07T09:00:00Z",
        ] {
            let to = format!("{path_of_it}/reschedule?start={start}");
            self.admin.sees(&to).await;
        }
        let to = [
            ("start", "2026-05-07T10:00:00Z"),
            ("place", "+34 600 123 456"),
            ("reason", "nonsense"),
        ];
        let path_of_move = format!("{path_of_it}/reschedule");
        self.admin.follows(&path_of_move, &to).await;
        self.admin.follows(&path_of_move, &to).await;
        self.admin.sees(&path_of_it).await;
        let cancel = format!("{}/cancel", path(&canceled));
        for _ in 0..2 {
            self.admin.follows(&cancel, &[("reason", "nonsense")]).await;
        }
        let to = [("start", "2026-05-06T10:00:00Z")];
        let path_of_move = format!("{}/reschedule", path(of_group));
        let there = self.admin.follows(&path_of_move, &to).await;
        self.admin.follows(&format!("{there}/cancel"), &[]).await;
        self.app.settle_for(minutes(1)).await;
        self.admin.sees(&there).await;
    }

    /// A Basic one, which has a room for one at a time.
    async fn on_a_shared_account(&mut self) {
        let start = "2026-05-05T12:00:00Z";
        let of_bob = self.app.offers(&self.bob, "Working", Location::Zoom).await;
        let of_bob = self.books(&of_bob, start).await;
        let cy = self.app.person(self.ada.org_id, "Cy", Role::User).await;
        let of_cy = self.app.offers(&cy, "Working", Location::Zoom).await;
        self.books(&of_cy, start).await;
        self.app.settle_for(minutes(2)).await;
        let path = path(&of_bob);
        let start = format!("{path}/start");
        self.both_see(&[&path, &start]).await;
        let gone = Fault::answer("read", 404, "application/json", r#"{"code":3001}"#);
        self.app.zoom().fault(gone.times(1));
        self.admin.follows(&start, &[]).await;
        self.app.settle_for(minutes(1)).await;
    }

    async fn broken(&mut self) {
        let unknown = self.app.app.entropy.id(self.app.now());
        let mark = Mark {
            org: self.ada.org_id,
            meeting: unknown,
            generation: 1,
        };
        let mark = marker::agenda(&self.app.app.installation, &mark);
        let starts = self.app.now() + days(3);
        let zoom = self.app.zoom();
        zoom.schedule_by_hand("ada@zoom.example", "nonsense", &mark, starts);
        let intro = self.app.offers(&self.ada, "Working", Location::Zoom);
        let intro = intro.await;
        let with_link = self.books(&intro, "2026-05-07T12:00:00Z").await;
        self.app.settle_for(hours(2)).await;
        self.admin.sees(ZOOM).await;
        for user in ["ada", "team"] {
            self.app.zoom().revoke(&format!("{user}@zoom.example"));
        }
        self.app.settle_for(hours(26)).await;
        let late = self.books(&intro, "2026-05-08T07:00:00Z").await;
        let to = [("start", "2026-05-08T09:00:00Z")];
        let stale = format!("{}/reschedule", path(&with_link));
        let stale = self.admin.follows(&stale, &to).await;
        self.app.settle_for(minutes(2)).await;
        self.both_see(&[INTEGRATIONS, ZOOM, MEETINGS]).await;
        let why = format!("{LOG}/why?about={}", late.id);
        for path in [&stale, &path(&late), &why] {
            self.admin.sees(path).await;
        }
        self.admin
            .follows(&format!("{}/link", path(&late)), &[])
            .await;
        let adas = self.disconnect_path("ada").await;
        self.admin.sees(&adas).await;
        self.admin.follows(&adas, &[]).await;
        self.app.settle_for(days(2)).await;
        self.admin.sees(&stale).await;
        self.admin.sees(&format!("{MEETINGS}?tab=past")).await;
    }

    async fn log(&mut self) {
        let wrong = ["result", "action", "account", "from", "to"];
        let wrong = wrong.map(|name| format!("{name}=nonsense")).join("&");
        for query in [
            "",
            &wrong,
            "from=2026-05-05&to=2026-05-04",
            "q=nonsense",
            "after=1.01970000-0000-7000-8000-000000000001",
        ] {
            self.admin.sees(&format!("{LOG}?{query}")).await;
        }
        let entries = self.entries().await;
        assert!(entries.len() > 50, "{}", entries.len());
        for entry in entries {
            self.admin.sees(&sync_log::entry_path(entry.id)).await;
        }
        for about in ["grace@example.com", "nonsense"] {
            let why = format!("{LOG}/why?about={about}");
            self.admin.sees(&why).await;
        }
    }

    async fn rollout(&mut self) {
        let rollout = format!("{ZOOM}/rollout");
        let all = [("enabled", "on"), ("routing", "on"), ("webinars", "on")];
        self.admin.follows(&rollout, &all).await;
        self.admin.sees(ZOOM).await;
        let unknown = ("default_account", "01970000-0000-7000-8000-000000000001");
        let with_unknown = [&all[..], &[unknown]].concat();
        self.admin.follows(&rollout, &with_unknown).await;
        self.admin.follows(&rollout, &[]).await;
        self.admin.follows(&rollout, &[("sure", "yes")]).await;
        self.admin.sees(INTEGRATIONS).await;
    }

    /// Sees the page, or the one it leads to.
    async fn arrives(&mut self, path: &str, fields: Option<&[(&str, &str)]>) -> &Answer {
        let browser = &mut self.admin.browser;
        let page = match fields {
            Some(fields) => browser.post(path, fields).await,
            None => browser.get(path).await,
        };
        let page = match page.status.as_u16() {
            303 => browser.get(page.location()).await,
            _ => page,
        };
        self.admin.keep(path, page)
    }
}

async fn without_an_app(language: Language) -> (TestApp, Seen) {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let mut admin = seen_in(language, app.browser_of(&ada).await);
    for path in [INTEGRATIONS, ZOOM, &format!("{ZOOM}/setup")] {
        admin.sees(path).await;
    }
    for path in ["connect", "check"] {
        admin.follows(&format!("{ZOOM}/{path}"), &[]).await;
    }
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let start = "2026-05-05T08:00:00Z";
    let booking = app
        .books(&intro, "Grace Hopper", "grace@example.com", start)
        .await;
    app.settle_for(minutes(2)).await;
    admin.sees(&path(&booking)).await;
    let why = format!("{LOG}/why?about={}", booking.id);
    admin.sees(&why).await;
    (app, admin)
}

#[tokio::test]
async fn no_page_about_meetings_and_zoom_has_a_word_that_is_not_translated() {
    let mut left = Vec::new();
    let found = found(Language::Pseudo).await;
    for (name, words) in &found {
        if !words.is_empty() {
            left.push(format!("{} on {name}", words.join(" ")));
        }
    }
    assert_eq!(left, [""; 0]);
    let letter = found.iter().find(|(name, _)| name == "connection-broken");
    assert!(letter.is_some());
}

#[tokio::test]
async fn each_page_about_meetings_and_zoom_that_is_not_translated_is_found() {
    for (name, words) in found(Language::English).await {
        assert!(words.len() > 5, "{name} {words:?}");
    }
}
