use zoom_sim::UserSpec;

use crate::accounts::{Person, Role};
use crate::booking::Booking;
use crate::clock::{days, minutes};
use crate::db::Dialect;
use crate::event_types::{EventType, Kind, Location};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

const EMAIL: &str = "Grace.Canary@example.com";
const NAME: &str = "Grace \"Canary\" Hopper";
/// What of hers stands anywhere: each holds the word.
const WORD: &str = "canary";

struct Stage {
    app: TestApp,
    ada: Person,
    browser: Browser,
}

impl Stage {
    async fn new() -> Stage {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        app.zoom().add_user(UserSpec::new("ada@engines.example"));
        app.zoom_on(org).await;
        app.connects(&ada, "personal", "ada@engines.example").await;
        let browser = app.browser_of(&ada).await;
        Stage { app, ada, browser }
    }

    /// She books, moves with a reason, is brought along by somebody, and sits in a group.
    async fn meets_grace(&self) -> Booking {
        let app = &self.app;
        let intro = app.offers(&self.ada, "Intro call", Location::Zoom).await;
        let group = self.group().await;
        let booking = self
            .books(&intro, "2026-05-05T09:00:00Z", EMAIL, NAME)
            .await;
        self.books(&group, "2026-05-06T09:00:00Z", EMAIL, NAME)
            .await;
        self.books(
            &group,
            "2026-05-06T09:00:00Z",
            "bob@example.com",
            "Bob Byte",
        )
        .await;
        app.settle().await;
        let mut guest = app.browser();
        let moves = crate::booking::reschedule_path(&app.app, booking.id);
        let form = [
            ("start", "2026-05-05T10:00:00Z"),
            ("tz", "Europe/Madrid"),
            ("reason", "The canary sings"),
        ];
        assert_eq!(guest.post(&moves, &form).await.status, 303);
        app.settle_for(minutes(5)).await;
        booking
    }

    async fn group(&self) -> EventType {
        let group = self
            .app
            .offers(&self.ada, "Open hour", Location::Zoom)
            .await;
        self.app
            .edits(&group, |it| {
                it.kind = Kind::Group;
                it.seats = Some(5);
            })
            .await
    }

    async fn books(&self, what: &EventType, start: &str, email: &str, name: &str) -> Booking {
        let mut request = self.app.request(name, email, start);
        request.guests.0 = vec!["friend.of.canary@example.com".to_owned()];
        if email != EMAIL {
            request.guests.0 = vec![EMAIL.to_lowercase(), "carl@example.com".to_owned()];
        }
        crate::booking::book::book(&self.app.app, what.org_id, what.id, &request)
            .await
            .unwrap()
    }

    async fn names_her(&self) -> Vec<String> {
        let stored = self.app.stored().await;
        stored
            .into_iter()
            .filter(|row| row.to_lowercase().contains(WORD))
            .collect()
    }

    async fn erases(&mut self, again: &str) -> crate::testing::browser::Answer {
        let form = [("email", EMAIL), ("again", again)];
        self.browser.post("/360/guest-data/erase", &form).await
    }
}

#[tokio::test]
async fn all_that_is_stored_about_a_guest_is_given_out() {
    let mut stage = Stage::new().await;
    stage.meets_grace().await;
    let page = stage
        .browser
        .get("/360/guest-data?email=grace.canary@example.com")
        .await;
    let text = page.text();
    assert!(text.contains("3 bookings, 2 still to come"), "{text}");
    assert!(
        text.contains("1 booking of somebody else that brings them along"),
        "{text}"
    );
    let file = stage
        .browser
        .get("/360/guest-data/export?email=grace.canary@example.com")
        .await;
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    let data: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    let said = data.to_string();
    for word in [
        "The canary sings",
        "friend.of.canary@example.com",
        "Grace \\\"Canary\\\" Hopper",
    ] {
        assert!(said.contains(word), "{word}");
    }
    assert_eq!(data["bookings"].as_array().unwrap().len(), 3);
    assert_eq!(data["brought_along_to"].as_array().unwrap().len(), 1);
    assert!(
        !said.contains("carl@example.com"),
        "another guest’s booking is not hers to read"
    );
    // As many letters and entries as hold her name or address, and no fewer.
    for (table, part) in [("letters ", "letters"), ("sync_log ", "sync_log")] {
        let rows = stage.names_her().await;
        let stored = rows.iter().filter(|row| row.starts_with(table)).count();
        assert!(stored > 0, "{table}");
        assert!(data[part].as_array().unwrap().len() >= stored, "{table}");
    }
}

#[tokio::test]
async fn nothing_is_erased_while_a_booking_is_still_to_come() {
    let mut stage = Stage::new().await;
    stage.meets_grace().await;
    let before = stage.app.stored().await;
    let answer = stage.erases(EMAIL).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .text()
            .contains("2 bookings are still to come. Cancel them first")
    );
    assert!(stage.app.stored().await == before);
}

#[tokio::test]
async fn erasing_leaves_no_word_of_hers_and_nobody_else_loses_anything() {
    let mut stage = Stage::new().await;
    let booking = stage.meets_grace().await;
    stage.app.advance(days(7));
    stage.app.settle().await;
    assert!(stage.names_her().await.len() > 10);
    let is_on_disk = !stage.app.found_on_disk(WORD).is_empty();
    assert_eq!(is_on_disk, stage.app.app.db.dialect() == Dialect::Sqlite);
    let wrong = stage.erases("somebody@example.com").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Type the same address once more"));

    let done = stage.erases(EMAIL).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(stage.names_her().await, [""; 0]);
    assert_eq!(stage.app.found_on_disk(WORD), [""; 0]);

    // The others’ places, and that the meetings took place, are as they were.
    let bob = stage
        .app
        .rows("bookings WHERE invitee_email = 'bob@example.com'")
        .await;
    assert_eq!((bob, stage.app.rows("bookings").await), (1, 4));
    let hub = stage
        .app
        .browser()
        .get(&crate::booking::manage_path(&stage.app.app, booking.id))
        .await;
    assert_eq!(hub.status, 200);
    // Nobody is written to because of it.
    let letters = stage.app.letters().len();
    stage.app.settle_for(days(2)).await;
    assert_eq!(stage.app.letters().len(), letters);
    let page = stage
        .browser
        .get("/360/guest-data?email=grace.canary@example.com")
        .await;
    assert!(page.text().contains("Nothing is stored about"));
}

#[tokio::test]
async fn an_admin_finds_and_erases_only_in_their_own_org() {
    let mut stage = Stage::new().await;
    stage.meets_grace().await;
    stage.app.advance(days(7));
    let other = stage.app.org("Others").await;
    let eve = stage.app.person(other, "Eve", Role::Admin).await;
    let mut eve = stage.app.browser_of(&eve).await;
    let page = eve.get(&format!("/360/guest-data?email={EMAIL}")).await;
    assert!(page.text().contains("Nothing is stored about"));
    let before = stage.names_her().await;
    let form = [("email", EMAIL), ("again", EMAIL)];
    eve.post("/360/guest-data/erase", &form).await;
    assert_eq!(stage.names_her().await, before);
    stage.erases(EMAIL).await;
    assert_eq!(stage.names_her().await, [""; 0]);
}
