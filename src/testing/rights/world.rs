//! Two orgs whose people each have one of everything, and the addresses of all of it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::Router;
use zoom_sim::UserSpec;

use super::Who::{
    self, Admin, Colleague, Deactivated, Expired, ForeignAdmin, ForeignMember, Member,
};
use super::{OWNERS, Thing};
use crate::accounts::link::{self, Purpose};
use crate::accounts::password::Password;
use crate::accounts::{Person, Role, notices, picture, session};
use crate::availability::hours::Hours;
use crate::availability::store::{Overrides, Schedule, Weekly};
use crate::booking::manage_path;
use crate::db::sql;
use crate::event_types::{Kind, Location};
use crate::help;
use crate::testing::{TestApp, a_picture};
use crate::web::assets;

pub struct World {
    pub app: TestApp,
    pub router: Router,
    pub(super) cookies: BTreeMap<Who, String>,
    /// Paths are made by putting these in the place of `{…}`; a query goes at the end.
    pub(super) addresses: BTreeMap<(Thing, Who), Vec<(&'static str, String)>>,
}

const PASSWORD: &str = "correct horse";

impl World {
    pub async fn new() -> World {
        let app = TestApp::start_with_zoom().await;
        let router = app.router.clone();
        let mut world = World {
            app,
            router,
            cookies: BTreeMap::new(),
            addresses: BTreeMap::new(),
        };
        world.people().await;
        world
    }

    async fn people(&mut self) {
        let engines = self.app.org("Engines").await;
        let looms = self.app.org("Looms").await;
        let names = [
            (Member, engines, "Bob Byte", Role::User),
            (Colleague, engines, "Cleo Code", Role::User),
            (Admin, engines, "Ada Lovelace", Role::Admin),
            (ForeignMember, looms, "Fay Fabric", Role::User),
            (ForeignAdmin, looms, "Gus Garn", Role::Admin),
            (Deactivated, engines, "Dora Done", Role::User),
        ];
        let mut people = BTreeMap::new();
        for (who, org, name, role) in names {
            people.insert(who, self.app.person(org, name, role).await);
        }
        self.write(
            "UPDATE people SET password_hash = $1",
            Some(hash(&self.app).await),
        )
        .await;
        for (who, person) in &people {
            let cookie = session::begin(&self.app.app, person.id).await.unwrap();
            let cookie = format!("{}={}", cookie.name(), cookie.value());
            self.cookies.insert(*who, cookie);
        }
        self.expired(&people[&Member]).await;
        let dora = people[&Deactivated].id;
        self.write(
            "UPDATE people SET deactivated_at = 1 WHERE username = 'dora-done'",
            None,
        )
        .await;
        self.put(
            Thing::Person,
            Deactivated,
            &[
                ("{id}", dora.to_string()),
                ("{username}", "dora-done".to_owned()),
            ],
        );
        for org in [engines, looms] {
            self.app.zoom_on(org).await;
        }
        self.teams(&people).await;
        for who in OWNERS {
            self.belongings(who, &people[&who]).await;
        }
        self.app.settle().await;
        self.app.settle_for(crate::clock::minutes(1)).await;
        self.what_followed().await;
        let (ada, app) = (&people[&Admin], &self.app.app);
        assert_eq!(picture::save(app, ada, a_picture()).await.unwrap(), None);
        let name = self.app.picture_of(ada).await;
        self.put(Thing::Picture, Admin, &[("{name}", name)]);
        // An admin who can sign in to a member's account is asked whether it shall be shared.
        let (asker, account) = (&people[&Admin], &people[&Member].username);
        let account = format!("{account}@zoom.example");
        self.app.connects(asker, "shared", &account).await;
        self.pages();
    }

    fn put(&mut self, thing: Thing, who: Who, parts: &[(&'static str, String)]) {
        self.addresses.insert((thing, who), parts.to_vec());
    }

    async fn expired(&mut self, person: &Person) {
        let cookie = session::begin(&self.app.app, person.id).await.unwrap();
        let hash = crate::seal::token_hash(cookie.value());
        let now = self.app.now();
        self.app
            .write(move |tx| {
                Box::pin(async move {
                    sql("UPDATE sessions SET expires_at = $2 WHERE token_hash = $1")
                        .bind(hash)
                        .bind(now)
                        .run(tx)
                        .await?;
                    Ok(())
                })
            })
            .await;
        let cookie = format!("{}={}", cookie.name(), cookie.value());
        self.cookies.insert(Expired, cookie);
    }

    async fn teams(&mut self, people: &BTreeMap<Who, Person>) {
        let groups = [
            (Admin, "Sales", vec![Member, Colleague, Admin]),
            (ForeignAdmin, "Weavers", vec![ForeignMember, ForeignAdmin]),
        ];
        for (owner, name, members) in groups {
            let members: Vec<&Person> = members.iter().map(|who| &people[who]).collect();
            let team = self.app.team(name, &members).await;
            let demo = self
                .app
                .offers(&people[&owner], "Demo call", Location::InPerson)
                .await;
            let demo = self
                .app
                .edits(&demo, |it| {
                    it.kind = Kind::RoundRobin;
                    it.team_id = Some(team.id);
                })
                .await;
            let address = [("{id}", team.id.to_string()), ("{team}", team.slug.clone())];
            self.put(Thing::Team, owner, &address);
            let address = [("{team}", team.slug), ("{slug}", demo.slug)];
            self.put(Thing::TeamEvent, owner, &address);
        }
    }

    /// One of everything.
    async fn belongings(&mut self, who: Who, person: &Person) {
        let username = person.username.clone();
        let id = ("{id}", person.id.to_string());
        self.put(Thing::Person, who, &[id, ("{username}", username.clone())]);
        let intro = self.app.offers(person, "Intro call", Location::Zoom).await;
        let address = [
            ("{id}", intro.id.to_string()),
            ("{username}", username.clone()),
            ("{slug}", intro.slug.clone()),
        ];
        self.put(Thing::EventType, who, &address);
        self.spare_schedule(who, person).await;
        let zoom_user = format!("{username}@zoom.example");
        self.app.zoom().add_user(UserSpec::new(&zoom_user));
        let role = if who.is_admin() { "shared" } else { "personal" };
        self.app.connects(person, role, &zoom_user).await;
        let connection = self
            .one_uuid(
                "SELECT connections.id FROM connections
                 JOIN people ON people.id = connections.owner_id WHERE people.username = $1",
                &username,
            )
            .await;
        self.put(Thing::Connection, who, &[("{id}", connection)]);
        if !who.is_admin() {
            self.held(who, person).await;
        }
        let guest = format!("guest-of-{username}@example.com");
        let booking = self
            .app
            .books(&intro, "Grace Hopper", &guest, "2026-05-04T12:00:00Z")
            .await;
        let path = manage_path(&self.app.app, booking.id);
        let (_, secret) = path.split_once('?').unwrap();
        let address = [
            ("{id}", booking.id.to_string()),
            ("{uid}", booking.id.to_string()),
            ("?", secret.to_owned()),
        ];
        self.put(Thing::Booking, who, &address);
        self.links(who, person).await;
    }

    /// They sign in as another Zoom user, and are asked whether that one shall replace theirs.
    async fn held(&mut self, who: Who, person: &Person) {
        let other = format!("{}-other@zoom.example", person.username);
        self.app.zoom().add_user(UserSpec::new(&other));
        self.app.connects(person, "personal", &other).await;
        let held = "SELECT id FROM held_grants WHERE email = $1";
        let held = self.one_uuid(held, &other).await;
        self.put(Thing::Held, who, &[("{id}", held)]);
    }

    async fn spare_schedule(&mut self, who: Who, person: &Person) {
        let (id, now) = (self.app.app.entropy.id(self.app.now()), self.app.now());
        let hours = Hours::nine_to_five(person.timezone.clone());
        let schedule = Schedule {
            id,
            org_id: person.org_id,
            person_id: person.id,
            name: "Spare hours".to_owned(),
            timezone: hours.zone,
            weekly: Weekly(hours.weekly),
            overrides: Overrides(hours.overrides),
            default_since: None,
            created_at: now,
        };
        self.app
            .write(move |tx| {
                Box::pin(
                    async move { Ok(crate::availability::store::insert(tx, &schedule).await?) },
                )
            })
            .await;
        self.put(Thing::Schedule, who, &[("{id}", id.to_string())]);
    }

    /// The addresses with a secret that are mailed to people.
    async fn links(&mut self, who: Who, person: &Person) {
        let path = notices::off_path(&self.app.app, person.id);
        let (_, secret) = path.split_once('?').unwrap();
        self.put(Thing::Notices, who, &[("?", secret.to_owned())]);
        let token = self.link(person, Purpose::Reset).await;
        self.put(Thing::Reset, who, &[("{token}", token)]);
        let name = format!("Invited by {}", person.first_name());
        let invited = self.app.person(person.org_id, &name, Role::User).await;
        let forget = "UPDATE people SET password_hash = NULL WHERE username = $1";
        self.write(forget, Some(invited.username.clone())).await;
        let token = self.link(&invited, Purpose::Invitation).await;
        let address = [("{id}", invited.id.to_string()), ("{token}", token)];
        self.put(Thing::Invited, who, &address);
    }

    async fn link(&self, person: &Person, purpose: Purpose) -> String {
        let (app, person, now) = (self.app.app.clone(), person.clone(), self.app.now());
        let path = self
            .app
            .write(move |tx| {
                Box::pin(
                    async move { Ok(link::make(tx, &app.entropy, &person, purpose, now).await?) },
                )
            })
            .await;
        path.rsplit('/').next().unwrap().to_owned()
    }

    /// What the bookings have brought about.
    async fn what_followed(&mut self) {
        for who in OWNERS {
            let username = self.addresses[&(Thing::Person, who)][1].1.clone();
            let guest = format!("guest-of-{username}@example.com");
            let entry = "SELECT sync_log.id FROM sync_log
                 JOIN bookings ON bookings.meeting_id = sync_log.meeting_id
                 WHERE bookings.invitee_email = $1";
            let entry = self.one_uuid(entry, &guest).await;
            self.put(Thing::Entry, who, &[("{id}", entry)]);
            let letter = "SELECT id FROM letters WHERE to_email = $1";
            let letter = self.one_uuid(letter, &guest).await;
            self.put(Thing::Letter, who, &[("{id}", letter)]);
        }
    }

    /// The same for everybody.
    fn pages(&mut self) {
        let path = assets::path("app.css");
        let parts: Vec<&str> = path.split('/').collect();
        let address = [
            ("{version}", parts[2].to_owned()),
            ("{name}", parts[3].to_owned()),
        ];
        self.put(Thing::Asset, Admin, &address);
        let name = "7c3aed.css".to_owned();
        self.put(Thing::Accent, Admin, &[("{name}", name)]);
        let page = help::PAGES[0].path.to_owned();
        self.put(Thing::Help, Admin, &[("{*page}", page)]);
    }

    async fn write(&self, text: &str, value: Option<String>) {
        let text = text.to_owned();
        self.app
            .write(move |tx| {
                Box::pin(async move {
                    let query = sql(text);
                    let query = match value {
                        Some(value) => query.bind(value),
                        None => query,
                    };
                    query.run(tx).await?;
                    Ok(())
                })
            })
            .await;
    }

    async fn one_uuid(&self, text: &'static str, value: &str) -> String {
        let mut reader = self.app.app.db.read().await.unwrap();
        let all: Vec<uuid::Uuid> = sql(text).bind(value).all(&mut reader).await.unwrap();
        all[0].to_string()
    }
}

/// A hash of the password everybody has; made once, as that takes long.
async fn hash(app: &TestApp) -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return hash.clone();
    }
    let password = Password::parse(PASSWORD).unwrap();
    let hash = password.hash(&app.app.entropy).await.unwrap();
    HASH.get_or_init(|| hash).clone()
}
