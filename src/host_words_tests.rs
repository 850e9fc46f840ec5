//! All that hosts and admins read on their pages, in one language: each page in its main states, with
//! what it says to wrong forms, and the notes that follow right ones. In the pseudo language a word
//! that can still be read doesn’t lie in `words/`.
//!
//! A feature has its steps in a function of its own, which `everywhere` calls.

use crate::accounts::{Person, Role};
use crate::event_types::{Kind, Location};
use crate::language::Language;
use crate::testing::TestApp;
use crate::testing::readable::Seen;

/// What people have written: it stays in each language.
const DATA: [&str; 12] = [
    "By phone",
    "Talk",
    "Ada Lovelace",
    "AL",
    "Bob Babbage",
    "BB",
    "Engines",
    "Intro call",
    "Working",
    "Sales",
    "Europe/Madrid",
    "nonsense",
];

struct Walk {
    app: TestApp,
    ada: Person,
    bob: Person,
    admin: Seen,
}

impl Walk {
    async fn new(language: Language) -> Walk {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        let bob = app.person(org, "Bob Babbage", Role::User).await;
        let mut browser = app.browser_of(&ada).await;
        browser.keep("lang", language.tag());
        Walk {
            admin: Seen::new(browser, language),
            app,
            ada,
            bob,
        }
    }

    async fn everywhere(mut self) -> Walk {
        self.hours().await;
        self.teams().await;
        self
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
}

#[tokio::test]
async fn no_page_of_a_host_has_a_word_that_is_not_translated() {
    let walk = Walk::new(Language::Pseudo).await.everywhere().await;
    let mut found = Vec::new();
    for (name, words) in walk.admin.readable(&DATA) {
        found.extend(words.iter().map(|word| format!("{word} on {name}")));
    }
    found.sort();
    found.dedup();
    assert_eq!(found, [""; 0]);
}

/// The same walk in a language that can be read: each page says something.
#[tokio::test]
async fn each_page_of_a_host_that_is_not_translated_is_found() {
    let walk = Walk::new(Language::English).await.everywhere().await;
    for (name, words) in walk.admin.readable(&DATA) {
        assert!(words.len() > 5, "{name} {words:?}");
    }
}
