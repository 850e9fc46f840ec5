//! All that hosts and admins read on their pages, in one language: each page in its main states, with
//! what it says to wrong forms, and the notes that follow right ones. In the pseudo language a word
//! that can still be read doesn’t lie in `words/`.
//!
//! A feature has its steps in a function of its own, which `everywhere` calls.

mod zoom;

use zoom_sim::UserSpec;

use crate::accounts::{Person, Role, notices, picture, setup, store};
use crate::clock::minutes;
use crate::config::Given;
use crate::event_types::{self, EventType, Kind, Location};
use crate::hold;
use crate::language::Language;
use crate::testing::browser::Browser;
use crate::testing::readable::{self, Seen};
use crate::testing::{TestApp, a_picture};

/// What people have written, and what is stored in the words of its day: it stays in each language.
const DATA: &[&str] = &[
    "Alan Turing and Ada Lovelace",
    "By phone",
    "Talk",
    "Demo",
    "Ada Lovelace",
    "AL",
    "Bob Babbage",
    "BB",
    "Grace Hopper",
    "Grace",
    "Bob",
    "Alan Turing",
    "GH",
    "Engines",
    "Intro call",
    "Working",
    "Sales",
    "Europe/Madrid",
    "Madrid",
    "nonsense",
];

struct Walk {
    app: TestApp,
    ada: Person,
    bob: Person,
    admin: Seen,
    /// Nobody is signed in.
    nobody: Seen,
}

/// What is readable on all pages, in each browser that went along, and in the mails to hosts.
async fn found(language: Language) -> Vec<(String, Vec<String>)> {
    crate::language::tests::hosts_read(language);
    let mut walk = Walk::new(language).await;
    walk.hours().await;
    walk.teams().await;
    walk.people().await;
    walk.links_in_mails().await;
    walk.profile().await;
    walk.event_types().await;
    walk.editor().await;
    walk.leaving().await;
    walk.guest_data().await;
    let letters = walk.app.letters();
    let to_hosts = letters.iter().filter(|it| it.audience == "person");
    let in_letters = to_hosts.map(|it| (it.kind.as_str(), readable::in_letter(it, DATA)));
    let walked = [walk.admin, walk.nobody, first_run(language).await];
    let all = walked.iter().flat_map(|seen| seen.readable(DATA));
    let all = all.chain(in_letters);
    all.map(|(name, words)| (name.to_owned(), words)).collect()
}

fn seen_in(language: Language, mut browser: Browser) -> Seen {
    browser.keep("lang", language.tag());
    Seen::new(browser, language)
}

impl Walk {
    async fn new(language: Language) -> Walk {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        let bob = app.person(org, "Bob Babbage", Role::User).await;
        Walk {
            admin: seen_in(language, app.browser_of(&ada).await),
            nobody: seen_in(language, app.browser()),
            app,
            ada,
            bob,
        }
    }

    async fn hours(&mut self) {
        const LIST: &str = "/360/availability";
        let new = format!("{LIST}/new");
        let admin = &mut self.admin;
        admin.sees(LIST).await;
        admin.sees(&new).await;
        let long = "7".repeat(101);
        let wrong = [
            ("name", &*long),
            ("timezone", "nonsense"),
            ("from_d0", "9"),
            ("to_d0", ""),
            ("from_d1", "nonsense"),
            ("to_d1", "17"),
            ("from_d2", "17"),
            ("to_d2", "9"),
            ("from_d3", "9"),
            ("to_d3", "17"),
            ("from_d3", "10"),
            ("to_d3", "18"),
            ("override", "0"),
            ("date_0", "2026-12-24"),
            ("closed_0", "on"),
            ("override", "1"),
            ("date_1", "2026-12-24"),
            ("closed_1", "on"),
            ("override", "2"),
            ("date_2", "2026-12-25"),
            ("override", "3"),
            ("date_3", ""),
            ("closed_3", "on"),
            ("do", "save"),
        ];
        let page = admin.posts(&new, &wrong).await;
        assert_eq!(page.status, 422);
        let starts: Vec<String> = (0..25).map(|n| format!("0:{n:02}")).collect();
        let mut many = vec![("name", ""), ("do", "save")];
        for start in &starts {
            many.extend([("from_d0", start.as_str()), ("to_d0", "24")]);
        }
        admin.posts(&new, &many).await;
        let dates: Vec<String> = (0..367).map(|key| key.to_string()).collect();
        let mut many = vec![("do", "add-date")];
        many.extend(dates.iter().map(|key| ("override", key.as_str())));
        admin.posts(&new, &many).await;
        let mut rows = vec![("name", "Working"), ("timezone", "Europe/Madrid")];
        for (from, to) in [
            ("from_d0", "to_d0"),
            ("from_d1", "to_d1"),
            ("from_d2", "to_d2"),
        ] {
            rows.extend([(from, "9"), (to, "17")]);
        }
        rows.extend([("from_d4", "9"), ("to_d4", "16")]);
        rows.extend([("from_d5", "9"), ("to_d5", "16")]);
        rows.extend([
            ("override", "0"),
            ("date_0", "2026-12-24"),
            ("closed_0", "on"),
        ]);
        admin.follows(&new, &rows).await;
        rows.extend([
            ("override", "1"),
            ("date_1", "2026-12-31"),
            ("closed_1", "on"),
        ]);
        let second = admin.follows(&new, &rows).await;
        rows.push(("do", "add:d0"));
        admin.posts(&second, &rows).await;
        rows.retain(|(name, _)| !name.ends_with("_d0") && *name != "do");
        admin.follows(&second, &rows).await;
        admin.sees(LIST).await;
        let delete = format!("{second}/delete");
        admin.sees(&delete).await;
        for title in ["Intro call", "By phone"] {
            let made = self.app.offers(&self.ada, title, Location::Phone).await;
            let schedule = second.rsplit('/').next().unwrap().parse().unwrap();
            self.app
                .edits(&made, |it| it.schedule_id = Some(schedule))
                .await;
            admin.sees(&delete).await;
            admin.posts(&delete, &[]).await;
        }
        admin.follows(&format!("{second}/default"), &[]).await;
        admin.sees(&delete).await;
        rows.retain(|(name, _)| !name.starts_with("from_") && !name.starts_with("to_"));
        let third = admin.follows(&new, &rows).await;
        admin.sees(LIST).await;
        admin.follows(&format!("{third}/delete"), &[]).await;
    }

    async fn teams(&mut self) {
        const LIST: &str = "/360/teams";
        let admin = &mut self.admin;
        admin.sees(LIST).await;
        let long = "7".repeat(101);
        for (name, slug) in [(&*long, "a b"), ("", ""), ("山田", "")] {
            let page = admin.posts(LIST, &[("name", name), ("slug", slug)]).await;
            assert_eq!(page.status, 422);
        }
        let (ada, bob) = (self.ada.id.to_string(), self.bob.id.to_string());
        let both = [("name", "Sales"), ("member", &ada), ("member", &bob)];
        let team = admin.follows(LIST, &both).await;
        admin.posts(LIST, &both).await;
        admin.follows(LIST, &[("name", "Working")]).await;
        admin.sees(LIST).await;
        admin.posts(&team, &[("name", ""), ("slug", "")]).await;
        let fields = [both.as_slice(), &[("slug", "sales")]].concat();
        admin.follows(&team, &fields).await;
        let made = self.app.offers(&self.ada, "Talk", Location::Phone).await;
        let now = self.app.now();
        let id = team.rsplit('/').next().unwrap().parse().unwrap();
        self.app
            .edits(&made, |it| {
                it.kind = Kind::RoundRobin;
                it.team_id = Some(id);
                it.disabled_at = Some(now);
            })
            .await;
        admin.sees(&team).await;
        admin.sees(LIST).await;
        let delete = format!("{team}/delete");
        admin.sees(&delete).await;
        admin.follows(&delete, &[]).await;
    }

    async fn people(&mut self) {
        const USERS: &str = "/360/users";
        let admin = &mut self.admin;
        admin.sees("/360/welcome").await;
        admin.sees(USERS).await;
        let long = "7".repeat(101);
        for (name, email, username) in [
            ("", "nonsense", "A"),
            (&*long, "bob-babbage@engines.example", "zoom"),
            ("Bob Babbage", "bob-babbage@engines.example", ""),
            ("Bob Babbage", "other@engines.example", "bob-babbage"),
        ] {
            let fields = [
                ("name", name),
                ("email", email),
                ("username", username),
                ("role", if name.is_empty() { "nonsense" } else { "user" }),
            ];
            let page = admin.posts(USERS, &fields).await;
            assert_eq!(page.status, 422);
        }
        let fields = [
            ("name", "Grace Hopper"),
            ("email", "grace@engines.example"),
            ("role", "user"),
        ];
        admin.follows(USERS, &fields).await;
        let mut reader = self.app.app.db.read().await.unwrap();
        let found = store::person_by_email(&mut reader, "grace@engines.example").await;
        let grace = found.unwrap().unwrap().id;
        drop(reader);
        let (ada, bob) = (self.ada.id, self.bob.id);
        for (person, what, role) in [
            (grace, "resend", ""),
            (bob, "resend", ""),
            (bob, "reset", ""),
            (grace, "reset", ""),
            (ada, "role", "user"),
            (bob, "role", "admin"),
            (bob, "role", "user"),
            (bob, "deactivate", ""),
            (bob, "reactivate", ""),
        ] {
            let fields = [("role", role)];
            admin
                .follows(&format!("{USERS}/{person}/{what}"), &fields)
                .await;
        }
    }

    /// Of invitations, for a new password, and to be mailed no more.
    async fn links_in_mails(&mut self) {
        let nobody = &mut self.nobody;
        nobody.sees("/sign-in").await;
        nobody.sees("/sign-in?back=/360/users").await;
        let wrong = [("email", "nonsense"), ("password", "nonsense")];
        nobody.posts("/sign-in", &wrong).await;
        nobody.sees("/forgot").await;
        nobody.posts("/forgot", &[("email", "nonsense")]).await;
        let asked = [("email", "bob-babbage@engines.example")];
        nobody.posts("/forgot", &asked).await;
        nobody.sees("/reset/nonsense").await;
        nobody.sees("/invitation/nonsense").await;
        self.app.settle_for(minutes(1)).await;
        for (email, path) in [
            ("bob-babbage@engines.example", "/reset/"),
            ("grace@engines.example", "/invitation/"),
        ] {
            let letters = self.app.letters_to(email);
            let text = &letters.last().unwrap().text;
            let link = text
                .split_whitespace()
                .find(|it| it.contains(path))
                .unwrap();
            nobody.sees(link).await;
            let short = [("name", ""), ("password", "short"), ("timezone", "")];
            nobody.posts(link, &short).await;
            let long = "7".repeat(201);
            nobody.posts(link, &[("password", &long)]).await;
        }
        let off = notices::off_path(&self.app.app, self.bob.id);
        nobody.sees(&off).await;
        nobody.posts(&off, &[]).await;
    }

    async fn profile(&mut self) {
        const PROFILE: &str = "/360/profile";
        let admin = &mut self.admin;
        admin.sees(PROFILE).await;
        for username in ["A", "zoom", "bob-babbage"] {
            let name = if username == "A" { "" } else { "Ada Lovelace" };
            let fields = [
                ("name", name),
                ("username", username),
                ("timezone", "Europe/Madrid"),
            ];
            admin.posts(PROFILE, &fields).await;
        }
        let fields = [
            ("name", "Ada Lovelace"),
            ("username", "ada-lovelace"),
            ("timezone", "UTC"),
        ];
        admin.follows(PROFILE, &fields).await;
        let notices = format!("{PROFILE}/notices");
        admin.follows(&notices, &[("on", "0")]).await;
        admin.follows(&notices, &[("on", "1")]).await;
        let password = format!("{PROFILE}/password");
        let fields = [("old_password", "nonsense"), ("new_password", "short")];
        admin.posts(&password, &fields).await;
        let fields = [("old_password", "nonsense"), ("new_password", PASSWORD)];
        admin.posts(&password, &fields).await;
        let picture = format!("{PROFILE}/picture");
        for file in [&[][..], b"nonsense", &[0; picture::MOST_BYTES + 1]] {
            let page = admin.browser.post_file(&picture, "picture", file).await;
            assert_eq!(page.status, 422);
            admin.keep(&picture, page);
        }
        let file = a_picture();
        let sent = admin.browser.post_file(&picture, "picture", &file).await;
        assert_eq!(sent.location(), PROFILE);
        admin.sees(PROFILE).await;
        let removed = admin.browser.post_file(&picture, "do", b"remove").await;
        assert_eq!(removed.location(), PROFILE);
        admin.sees(PROFILE).await;
    }

    async fn event_types(&mut self) {
        const LIST: &str = "/360/events";
        let admin = &mut self.admin;
        admin.sees(LIST).await;
        let place = |location| ("location", location);
        for location in [
            "nonsense",
            "google_meet",
            "zoom",
            "phone",
            "in_person",
            "custom_url",
        ] {
            admin.sees(&format!("{LIST}/new")).await;
            let page = admin.posts(LIST, &[place(location)]).await;
            assert_eq!(page.status, 422);
        }
        let named = |title| [("title", title), ("minutes", "42"), place("ask_invitee")];
        admin.posts(LIST, &named("山田")).await;
        let demo = admin.follows(LIST, &named("Demo")).await;
        admin.posts(LIST, &named("Demo")).await;
        for on in ["0", "1"] {
            admin
                .follows(&format!("{demo}/switch"), &[("on", on)])
                .await;
        }
        // No longer in any team.
        let talk = event_type_of(&self.app, &self.ada, "talk").await;
        admin
            .follows(&format!("{LIST}/{}/switch", talk.id), &[("on", "1")])
            .await;
        admin.sees(&format!("{LIST}/{}/schedule", talk.id)).await;
        admin.sees(&format!("{demo}/delete")).await;
        admin.follows(&format!("{demo}/delete"), &[]).await;
        admin.sees("/360/events?new=1").await;
        // Somebody who manages nothing.
        let bobs = self.app.offers(&self.bob, "Talk", Location::Phone).await;
        let mut bob = seen_in(admin.language, self.app.browser_of(&self.bob).await);
        bob.sees(&format!("{LIST}/{}", bobs.id)).await;
        admin.pages.append(&mut bob.pages);
    }

    async fn editor(&mut self) {
        let intro = event_type_of(&self.app, &self.ada, "intro-call").await;
        let path = format!("/360/events/{}", intro.id);
        let general = |kind, location| {
            [
                ("title", "Intro call"),
                ("slug", "intro-call"),
                ("minutes", "42"),
                ("color", "#7c3aed"),
                ("phone", "+34 600 123 456"),
                ("seats", "3"),
                ("kind", kind),
                ("location", location),
            ]
        };
        let admin = &mut self.admin;
        let wrong = [("title", ""), ("color", "nonsense"), ("kind", "nonsense")];
        admin.posts(&path, &wrong).await;
        admin.posts(&path, &general("group", "ask_invitee")).await;
        let mut none = general("group", "phone");
        none[5] = ("seats", "1");
        admin.posts(&path, &none).await;
        admin.posts(&path, &general("round_robin", "phone")).await;
        let mut taken = general("one_on_one", "phone");
        taken[1] = ("slug", "by-phone");
        admin.posts(&path, &taken).await;
        admin
            .posts(&path, &general("one_on_one", "microsoft_teams"))
            .await;
        // Zoom is off, then on without an account, then with one.
        self.app.zoom_on(self.ada.org_id).await;
        admin.sees(&path).await;
        admin.follows(&path, &general("one_on_one", "zoom")).await;
        self.app.zoom().add_user(UserSpec::new("ada@zoom.example"));
        self.app
            .connects(&self.ada, "personal", "ada@zoom.example")
            .await;
        admin.sees(&path).await;
        admin.follows(&path, &general("group", "zoom")).await;
        admin.follows(&path, &general("one_on_one", "phone")).await;
        let team = self.app.team_of("Sales", &[&self.ada, &self.bob]).await;
        admin.posts(&path, &general("round_robin", "phone")).await;
        let id = team.id.to_string();
        let fields = [general("round_robin", "zoom").as_slice(), &[("team", &id)]].concat();
        admin.follows(&path, &fields).await;
        admin.sees("/360/events").await;
        let mut fields = general("group_round_robin", "zoom").to_vec();
        fields.extend([
            ("team", &*id),
            ("room", "webinar"),
            ("show_remaining", "on"),
        ]);
        admin.follows(&path, &fields).await;
        admin.sees("/360/events").await;
        admin.follows(&path, &general("one_on_one", "phone")).await;
        self.tabs(&path).await;
    }

    async fn tabs(&mut self, path: &str) {
        let admin = &mut self.admin;
        let schedule = format!("{path}/schedule");
        admin.sees(&schedule).await;
        admin.posts(&schedule, &[("schedule", "nonsense")]).await;
        admin.follows(&schedule, &[("schedule", "")]).await;
        let limits = format!("{path}/limits");
        admin.sees(&limits).await;
        let units = ["nonsense", "minutes"];
        for unit in units {
            let wrong = [
                ("notice_unit", unit),
                ("notice", "nonsense"),
                ("max_per_day", "0"),
            ];
            admin.posts(&limits, &wrong).await;
        }
        let form = format!("{path}/form");
        admin.sees(&form).await;
        admin.posts(&form, &[("do", "add")]).await;
        let long = "7".repeat(201);
        let asked = [
            ("question", "a"),
            ("question", "b"),
            ("question", "c"),
            ("label_a", ""),
            ("label_b", &long),
            ("form_b", "choice"),
            ("form_c", "choice"),
            ("choices_c", &long),
            ("guests", "on"),
        ];
        admin.posts(&form, &asked).await;
        let ids: Vec<String> = (0..11).map(|n| format!("q{n}")).collect();
        let mut many: Vec<(&str, &str)> = ids.iter().map(|id| ("question", &**id)).collect();
        admin.posts(&form, &many).await;
        many.push(("do", "add"));
        admin.posts(&form, &many).await;
        let look = format!("{path}/customization");
        admin.sees(&look).await;
        admin.sees(&format!("{look}?accent=%237c3aed")).await;
        let wrong = [("own_accent", "on"), ("accent", "nonsense")];
        admin.posts(&look, &wrong).await;
        admin.follows(&look, &[("theme", "dark")]).await;
        let share = format!("{path}/share");
        admin.sees(&share).await;
        let intro = event_type_of(&self.app, &self.ada, "intro-call").await;
        self.app.sets(&intro, "disabled_at", Some(1)).await;
        self.admin.sees(&share).await;
        self.admin.sees(path).await;
    }
    async fn leaving(&mut self) {
        const PATH: &str = "/360/profile/delete";
        let admin = &mut self.admin;
        // The last admin, with an account at Zoom.
        admin.sees(PATH).await;
        let phone = event_type_of(&self.app, &self.ada, "by-phone").await;
        for start in STARTS {
            self.app.books(&phone, GUEST, GUEST_EMAIL, start).await;
            admin.sees(PATH).await;
        }
        let cancel = format!("{PATH}/meetings");
        admin.follows(&cancel, &[]).await;
        admin.follows(&cancel, &[]).await;
        let one = &STARTS[..1];
        self.app.books(&phone, GUEST, GUEST_EMAIL, one[0]).await;
        admin.follows(&cancel, &[]).await;
        let wrong = [("password", "nonsense")];
        admin.posts(PATH, &wrong).await;
    }

    async fn guest_data(&mut self) {
        const PAGE: &str = "/360/guest-data";
        let found = format!("{PAGE}?email={GUEST_EMAIL}");
        let admin = &mut self.admin;
        for page in [PAGE, "/360/guest-data?email=nonsense", &found] {
            admin.sees(page).await;
        }
        let erase = format!("{PAGE}/erase");
        let same = [("email", GUEST_EMAIL), ("again", GUEST_EMAIL)];
        let phone = event_type_of(&self.app, &self.ada, "by-phone").await;
        for start in &STARTS[..2] {
            self.app.books(&phone, GUEST, GUEST_EMAIL, start).await;
            admin.sees(&found).await;
            admin.posts(&erase, &same).await;
        }
        admin.follows("/360/profile/delete/meetings", &[]).await;
        admin.posts(&erase, &same[..1]).await;
        admin.follows(&erase, &same).await;
        admin.follows(&erase, &same).await;
        admin.sees(&found).await;
    }
}

async fn event_type_of(app: &TestApp, person: &Person, slug: &str) -> EventType {
    let mut reader = app.app.db.read().await.unwrap();
    let found = event_types::store::of_editor(&mut reader, person.org_id, person).await;
    let mut all = found.unwrap();
    all.retain(|it| it.slug == slug);
    all.remove(0)
}

const PASSWORD: &str = "correct horse";
const GUEST: &str = "Alan Turing";
const GUEST_EMAIL: &str = "alan@example.com";
/// More than the page on which one leaves names.
const STARTS: [&str; 6] = [
    "2026-05-05T08:00:00Z",
    "2026-05-05T09:00:00Z",
    "2026-05-05T10:00:00Z",
    "2026-05-05T13:00:00Z",
    "2026-05-05T14:00:00Z",
    "2026-05-06T08:00:00Z",
];

/// On a server without people and without mail.
async fn first_run(language: Language) -> Seen {
    let app = TestApp::start_with(Given {
        smtp_url: Some(String::new()),
        ..Given::default()
    })
    .await;
    let code = setup::prepare(&app.app).await.unwrap().unwrap();
    let mut admin = seen_in(language, app.browser());
    admin.sees("/setup").await;
    let long = "7".repeat(101);
    admin.posts("/setup", &[("org", &long)]).await;
    let mut fields = vec![
        ("name", "Ada Lovelace"),
        ("email", "ada@engines.example"),
        ("password", PASSWORD),
        ("timezone", "Europe/Madrid"),
        ("org", "Engines"),
    ];
    fields.push(("code", "nonsense"));
    admin.posts("/setup", &fields).await;
    fields.pop();
    fields.push(("code", code.expose()));
    admin.follows("/setup", &fields).await;
    const USERS: &str = "/360/users";
    admin.sees(USERS).await;
    let fields = [
        ("name", "Grace Hopper"),
        ("email", "grace@engines.example"),
        ("role", "user"),
    ];
    let invited = admin.posts(USERS, &fields).await.body.clone();
    let resend = forms_to(&invited, "/resend");
    let again = admin.posts(&resend[0], &[]).await.body.clone();
    let said = [
        ("name", "Grace Hopper"),
        ("password", PASSWORD),
        ("timezone", "UTC"),
    ];
    let mut grace = app.browser();
    grace.post(link_in(&again, "/invitation/"), &said).await;
    let reset = forms_to(&invited, "/reset");
    let page = admin.posts(&reset[0], &[]).await.body.clone();
    let changed = admin
        .follows(link_in(&page, "/reset/"), &[("password", PASSWORD)])
        .await;
    assert_eq!(changed, "/sign-in");
    let fields = [("email", "ada@engines.example"), ("password", PASSWORD)];
    admin.browser.post("/sign-in", &fields).await;
    // Where there is no Zoom app.
    admin.sees("/360/events/new").await;
    let fields = [("old_password", PASSWORD), ("new_password", PASSWORD)];
    admin.follows("/360/profile/password", &fields).await;
    const HOLD: &str = "/360/hold";
    admin.sees(HOLD).await;
    for answer in ["/360/hold/original", "/360/hold/copy"] {
        assert!(hold::begin(&app.app).await.unwrap());
        admin.sees(HOLD).await;
        admin.sees(answer).await;
        admin.follows(answer, &[]).await;
        admin.follows(answer, &[]).await;
    }
    const LEAVE: &str = "/360/profile/delete";
    let password = [("password", PASSWORD)];
    admin.follows(LEAVE, &password).await;
    let to_admin = forms_to(&invited, "/role");
    for form in &to_admin {
        admin.follows(form, &[("role", "admin")]).await;
    }
    admin.sees(LEAVE).await;
    admin.follows(LEAVE, &password).await;
    admin.sees("/forgot").await;
    admin
}

/// The address in the text of a page that begins like this.
fn link_in<'a>(html: &'a str, start: &str) -> &'a str {
    let mut links = html.split("http://meet.test");
    let link = links.find(|it| it.starts_with(start)).unwrap();
    link.split(['<', '"']).next().unwrap()
}

/// Where forms of a page post to whose address ends like this.
fn forms_to(html: &str, end: &str) -> Vec<String> {
    let actions = html.split("action=\"").skip(1);
    let actions = actions.filter_map(|piece| piece.split('"').next());
    let actions = actions.filter(|action| action.ends_with(end));
    actions.map(str::to_owned).collect()
}

#[tokio::test]
async fn no_page_of_a_host_has_a_word_that_is_not_translated() {
    let found = found(Language::Pseudo).await;
    let mut left = Vec::new();
    for (name, words) in &found {
        left.extend(words.iter().map(|word| format!("{word} on {name}")));
    }
    left.sort();
    left.dedup();
    assert_eq!(left, [""; 0]);
    for letter in ["invitation", "password-reset"] {
        assert!(found.iter().any(|(name, _)| name == letter), "{letter}");
    }
}

/// The same walk in a language that can be read: each page says something.
#[tokio::test]
async fn each_page_of_a_host_that_is_not_translated_is_found() {
    for (name, words) in found(Language::English).await {
        assert!(words.len() > 5, "{name} {words:?}");
    }
}
