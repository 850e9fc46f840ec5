//! Where the histories happen: an org with two hosts and a Zoom user for all, another org that must
//! never notice, four ways to book. Made once, copied for each history.

use std::collections::BTreeMap;

use crate::accounts::{Person, Role, session};
use crate::event_types::{EventType, Kind, Location};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

pub const ADA: &str = "ada@zoom.example";
pub const BOB: &str = "bob@zoom.example";
pub const ALL: &str = "team@zoom.example";

/// What can be booked, where.
#[derive(Clone, Debug)]
pub struct Offer {
    /// "/ada-lovelace/intro"
    pub path: String,
}

/// Who and what is there before anything happens.
#[derive(Clone)]
pub struct Cast {
    pub ada: Person,
    pub bob: Person,
    pub offers: Vec<Offer>,
    /// Each person's session, made once: name and value of the cookie, by email.
    cookies: BTreeMap<String, (String, String)>,
    pub carol: Person,
}

/// The data of a world, to be copied.
pub struct Template {
    pub app: TestApp,
    pub cast: Cast,
}

impl Template {
    pub async fn new() -> Template {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        let bob = app.person(org, "Bob Babbage", Role::User).await;
        let rivals = app.org("Rivals").await;
        let carol = app.person(rivals, "Carol Rival", Role::Admin).await;
        app.zoom_on(org).await;
        app.zoom_on(rivals).await;
        let intro = app.offers(&ada, "Intro", Location::Zoom).await;
        let class = app.offers(&ada, "Class", Location::Zoom).await;
        let class = app
            .edits(&class, |it| {
                it.kind = Kind::Group;
                it.seats = Some(2);
            })
            .await;
        let chat = app.offers(&bob, "Chat", Location::Zoom).await;
        app.sets(&chat, "buffer_after", Some(10)).await;
        let team = app.team("Helpers", &[&ada, &bob]).await;
        let help = app.offers(&ada, "Help", Location::Zoom).await;
        let help = app
            .edits(&help, |it| {
                it.kind = Kind::RoundRobin;
                it.team_id = Some(team.id);
            })
            .await;
        let mut cookies = BTreeMap::new();
        for person in [&ada, &bob, &carol] {
            let cookie = session::begin(&app.app, person.id).await.unwrap();
            let pair = (cookie.name().to_owned(), cookie.value().to_owned());
            cookies.insert(person.email.clone(), pair);
        }
        let of = |person: &Person, it: &EventType| Offer {
            path: format!("/{}/{}", person.username, it.slug),
        };
        let offers = vec![
            of(&ada, &intro),
            of(&ada, &class),
            of(&bob, &chat),
            Offer {
                path: format!("/team/{}/{}", team.slug, help.slug),
            },
        ];
        // The copies are made of files: all of it has to be in them.
        app.app.db.close().await;
        let cast = Cast {
            ada,
            bob,
            offers,
            cookies,
            carol,
        };
        Template { app, cast }
    }
}

impl Cast {
    pub fn browser_of(&self, app: &TestApp, person: &Person) -> Browser {
        let mut browser = app.browser();
        let (name, value) = &self.cookies[&person.email];
        browser.keep(name, value);
        browser
    }
}
