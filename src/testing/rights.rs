//! Who may ask for what, as a table and an engine that asks: every row by everybody, for what is
//! theirs and for what isn't. A row is a method of a route; a test whose table lacks one fails.
//!
//! Answers findings instead of failing, so that a planted fault can be seen to be found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, Request, header};
use tower::ServiceExt as _;
use zoom_sim::UserSpec;

use super::TestApp;
use super::browser::Answer;
use crate::accounts::link::{self, Purpose};
use crate::accounts::password::Password;
use crate::accounts::{Person, Role, notices, session};
use crate::availability::hours::Hours;
use crate::availability::store::{Overrides, Schedule, Weekly};
use crate::booking::manage_path;
use crate::db::sql;
use crate::event_types::{Kind, Location};
use crate::help;
use crate::web::assets;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Nobody,
    Member,
    /// Another member of the same org.
    Colleague,
    Admin,
    ForeignMember,
    ForeignAdmin,
    /// With a session that outlived the person's time here.
    Deactivated,
    Expired,
}

use Who::{Admin, Colleague, Deactivated, Expired, ForeignAdmin, ForeignMember, Member, Nobody};

const EVERYBODY: [Who; 8] = [
    Nobody,
    Member,
    Colleague,
    Admin,
    ForeignMember,
    ForeignAdmin,
    Deactivated,
    Expired,
];

/// Those who have something.
const OWNERS: [Who; 5] = [Member, Colleague, Admin, ForeignMember, ForeignAdmin];

impl Who {
    fn is_signed_in(self) -> bool {
        match self {
            Member | Colleague | Admin | ForeignMember | ForeignAdmin => true,
            Nobody | Deactivated | Expired => false,
        }
    }

    fn is_admin(self) -> bool {
        matches!(self, Admin | ForeignAdmin)
    }

    fn is_foreign(self) -> bool {
        matches!(self, ForeignMember | ForeignAdmin)
    }
}

/// What an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Asset,
    Help,
    Person,
    /// Somebody who has not accepted yet; their own link.
    Invited,
    Reset,
    Notices,
    EventType,
    Schedule,
    Team,
    TeamEvent,
    Booking,
    Connection,
    /// Of the sync log.
    Entry,
    Letter,
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    Anybody,
    /// Anybody who names something that is there.
    SeePublic(Thing),
    /// Whoever holds the secret address.
    Hold(Thing),
    SignedIn,
    OnlyAdmins,
    Own(Thing),
    /// And an admin of its org.
    OwnOrAdmin(Thing),
    /// Admins of its org; for members there is no such page at all.
    Manage(Thing),
    /// It is there in the demo only.
    Demo(Thing),
}

impl May {
    fn thing(self) -> Option<Thing> {
        match self {
            May::Anybody | May::SignedIn | May::OnlyAdmins => None,
            May::SeePublic(thing)
            | May::Hold(thing)
            | May::Own(thing)
            | May::OwnOrAdmin(thing)
            | May::Manage(thing)
            | May::Demo(thing) => Some(thing),
        }
    }
}

/// One method of one route.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    may: May,
    /// A form that is filled in rightly.
    form: &'static str,
    /// Nothing private is on it: caches may keep it.
    is_public: bool,
    /// A good answer, though nothing is written.
    keeps: bool,
}

pub const fn get(path: &'static str, may: May) -> Row {
    Row {
        method: "GET",
        path,
        may,
        form: "",
        is_public: false,
        keeps: true,
    }
}

pub const fn post(path: &'static str, may: May, form: &'static str) -> Row {
    Row {
        method: "POST",
        path,
        may,
        form,
        is_public: false,
        keeps: false,
    }
}

impl Row {
    pub const fn public(self) -> Row {
        Row {
            is_public: true,
            ..self
        }
    }

    pub const fn keeps(self) -> Row {
        Row {
            keeps: true,
            ..self
        }
    }

    fn is_get(&self) -> bool {
        self.method == "GET"
    }
}

/// What is in the routes' text: each method of each path.
///
/// # Panics
/// Where routes are added in a way that is not read here.
pub fn census(text: &str) -> BTreeSet<(String, String)> {
    const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];
    for other in [
        ".nest(",
        ".merge(",
        "_service(",
        "any(",
        " on(",
        ".on(",
        "method_not_allowed_fallback(",
    ] {
        assert!(!text.contains(other), "{other} adds routes nobody counts");
    }
    let mut found = BTreeSet::new();
    for call in text.split(".route(").skip(1) {
        let call = &call[..end_of_call(call)];
        let (path, handlers) = call.split_once(',').unwrap();
        let path = path.trim().trim_matches('"').to_owned();
        for method in METHODS {
            let is_called = handlers
                .match_indices(&format!("{method}("))
                .any(|(at, _)| {
                    !handlers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                });
            if is_called {
                found.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    found
}

fn end_of_call(text: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a call of route has no end")
}

/// Routes without a row, and rows without a route.
pub fn uncounted(routes: &BTreeSet<(String, String)>, rows: &[Row]) -> Vec<String> {
    let rows: BTreeSet<(String, String)> = rows
        .iter()
        .map(|row| (row.method.to_owned(), row.path.to_owned()))
        .collect();
    routes
        .symmetric_difference(&rows)
        .map(|(method, path)| format!("{method} {path}"))
        .collect()
}

/// Whose thing an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Of(Who),
    NoOnes,
    /// Not an address at all: bytes that are no text, or control characters.
    Unspeakable,
}

/// How it must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Must {
    Work,
    AskToSignIn,
    Forbid,
    /// And say nothing, not even that it is there.
    NotFind,
}

fn must(may: May, who: Who, whose: Whose) -> Must {
    let owner = match whose {
        Whose::Of(owner) => Some(owner),
        Whose::NoOnes => None,
        Whose::Unspeakable => return Must::NotFind,
    };
    let signed_in = |works: bool, otherwise: Must| match (who.is_signed_in(), works) {
        (false, _) => Must::AskToSignIn,
        (true, true) => Must::Work,
        (true, false) => otherwise,
    };
    let admin_of = |owner: Who| who.is_admin() && who.is_foreign() == owner.is_foreign();
    match may {
        May::Anybody => Must::Work,
        May::SeePublic(_) | May::Hold(_) => match owner {
            Some(_) => Must::Work,
            None => Must::NotFind,
        },
        May::SignedIn => signed_in(true, Must::NotFind),
        May::OnlyAdmins => signed_in(who.is_admin(), Must::Forbid),
        May::Own(_) => signed_in(owner == Some(who), Must::NotFind),
        May::OwnOrAdmin(_) => signed_in(
            owner.is_some_and(|owner| owner == who || admin_of(owner)),
            Must::NotFind,
        ),
        May::Manage(_) if who.is_signed_in() && !who.is_admin() => Must::Forbid,
        May::Manage(_) => signed_in(owner.is_some_and(admin_of), Must::NotFind),
        May::Demo(_) => Must::NotFind,
    }
}

/// Two orgs with people who each have one of everything.
pub struct World {
    pub app: TestApp,
    pub router: Router,
    cookies: BTreeMap<Who, String>,
    /// Paths are made by putting these in the place of `{…}`; a query goes at the end.
    addresses: BTreeMap<(Thing, Who), Vec<(&'static str, String)>>,
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

    /// The address of a thing of somebody's.
    fn address(&self, row: &Row, who: Who) -> Option<String> {
        let Some(thing) = row.may.thing() else {
            return Some(row.path.to_owned());
        };
        let mut path = row.path.to_owned();
        let mut query = String::new();
        for (name, value) in self.addresses.get(&(thing, who))? {
            if *name == "?" && row.may == May::Hold(thing) {
                query = format!("?{value}");
            } else {
                path = path.replace(name, value);
            }
        }
        assert!(!path.contains('{'), "{path}: nothing is known to put there");
        Some(format!("{path}{query}"))
    }

    /// Addresses of this row, and whose thing each names.
    fn addresses(&self, row: &Row) -> Vec<(Whose, String)> {
        if row.may.thing().is_none() {
            return vec![(Whose::Of(Member), row.path.to_owned())];
        }
        let mut all: Vec<(Whose, String)> = OWNERS
            .into_iter()
            .filter_map(|who| Some((Whose::Of(who), self.address(row, who)?)))
            .collect();
        if let (May::SeePublic(thing), Some(gone)) = (row.may, self.address(row, Deactivated)) {
            assert_eq!(thing, Thing::Person);
            all.push((Whose::NoOnes, gone));
        }
        let (path, query) = match all[0].1.split_once('?') {
            Some((path, query)) => (path.to_owned(), format!("?{query}")),
            None => (all[0].1.clone(), String::new()),
        };
        // Ids that are valid, but of things of another kind.
        let others: Vec<String> = [Thing::Schedule, Thing::EventType, Thing::Booking]
            .into_iter()
            .filter(|thing| Some(*thing) != row.may.thing())
            .map(|thing| self.addresses[&(thing, Admin)][0].1.clone())
            .collect();
        all.extend(wrong(row.path, &query, &others));
        if !query.is_empty() {
            let other = all[1].1.split_once('?').unwrap().1.to_owned();
            let secret = query.rsplit('=').next().unwrap();
            for bad in [
                String::new(),
                "?t=".to_owned(),
                format!("?{other}"),
                query.replace(secret, &secret[1..]),
                query.replace(secret, &format!("{secret}%00")),
                query.replace(secret, "%ff"),
            ] {
                if path.contains("/notices/") && bad == format!("?{other}") {
                    continue;
                }
                all.push((Whose::NoOnes, format!("{path}{bad}")));
            }
        }
        all
    }
}

/// A path with each of its parts wrong in turn.
fn wrong(path: &str, query: &str, others: &[String]) -> Vec<(Whose, String)> {
    let long = "a".repeat(5000);
    let unknown = "0190a5b2-0000-7000-8000-00000000dead";
    let mut bad = vec![
        (Whose::NoOnes, unknown),
        (Whose::NoOnes, "x"),
        (Whose::NoOnes, ".."),
        (Whose::NoOnes, "%2e%2e%2f%2e%2e"),
        (Whose::NoOnes, "-1"),
        (Whose::NoOnes, "%27%20OR%201=1--"),
        (Whose::NoOnes, "%F0%9F%98%80"),
        (Whose::NoOnes, long.as_str()),
        (Whose::Unspeakable, "%00"),
        (Whose::Unspeakable, "a%00b"),
        (Whose::Unspeakable, "%0d%0aX-Evil:1"),
        (Whose::Unspeakable, "%ff%fe"),
    ];
    bad.extend(others.iter().map(|id| (Whose::NoOnes, id.as_str())));
    let mut all = Vec::new();
    let names: Vec<&str> = path
        .split('/')
        .filter(|part| part.starts_with('{'))
        .collect();
    for name in &names {
        for (whose, value) in &bad {
            let mut wrong = path.replace(name, value);
            for other in &names {
                wrong = wrong.replace(other, "intro-call");
            }
            all.push((*whose, format!("{wrong}{query}")));
        }
    }
    all
}

/// One request as its asker sends it.
struct Ask<'a> {
    method: &'a str,
    path: &'a str,
    form: Option<&'a str>,
    from: From,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Here,
    /// A form of another site, as browsers that name the site send it, and as older ones do.
    Elsewhere,
    ElsewhereByOrigin,
    NeighborsSite,
}

impl World {
    async fn ask(&self, who: Who, ask: &Ask<'_>) -> Answer {
        let mut request = Request::builder()
            .method(ask.method)
            .uri(ask.path)
            .header(header::HOST, "meet.test");
        if let Some(cookie) = self.cookies.get(&who) {
            request = request.header(header::COOKIE, cookie);
        }
        request = match ask.from {
            From::Here => request.header("sec-fetch-site", "same-origin"),
            From::Elsewhere => request
                .header("sec-fetch-site", "cross-site")
                .header(header::ORIGIN, "https://evil.example"),
            From::NeighborsSite => request.header("sec-fetch-site", "same-site"),
            From::ElsewhereByOrigin => request.header(header::ORIGIN, "https://evil.example"),
        };
        if ask.form.is_some() {
            let kind = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let body = ask
            .form
            .map_or(Body::empty(), |form| form.to_owned().into());
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Whoever may not, may not; nothing is changed by a GET or a refusal, whoever asks.
    pub async fn refuses(&self, rows: &[Row]) -> Vec<String> {
        let words = self.words().await;
        let mut found = Vec::new();
        let mut before = self.app.stored().await;
        for row in rows {
            let addresses = self.addresses(row);
            for who in EVERYBODY {
                for (whose, path) in &addresses {
                    let must = must(row.may, who, *whose);
                    if must == Must::Work && !row.is_get() {
                        found.extend(self.from_elsewhere(row, who, path).await);
                        continue;
                    }
                    let ask = Ask {
                        method: row.method,
                        path,
                        form: (!row.is_get()).then_some(row.form),
                        from: From::Here,
                    };
                    let answer = self.ask(who, &ask).await;
                    let wrong = words.wrong(row, must, &answer);
                    found.extend(wrong.map(|why| said(row, who, path, &answer, &why)));
                    if row.is_get() {
                        let ask = Ask {
                            method: "HEAD",
                            ..ask
                        };
                        let head = self.ask(who, &ask).await;
                        if head.status != answer.status || !head.body.is_empty() {
                            found.push(said(row, who, path, &head, "HEAD is not as GET"));
                        }
                    }
                }
                let after = self.app.stored().await;
                let change: Vec<&String> = before.symmetric_difference(&after).collect();
                if !change.is_empty() {
                    let (method, path) = (row.method, row.path);
                    found.push(format!("{method} {path} by {who:?} wrote {change:?}"));
                    before = after;
                }
            }
        }
        found.extend(self.other_methods(rows).await);
        found
    }

    /// A form sent from another site is refused, also where its sender may do what it says.
    async fn from_elsewhere(&self, row: &Row, who: Who, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        for from in [
            From::Elsewhere,
            From::ElsewhereByOrigin,
            From::NeighborsSite,
        ] {
            let ask = Ask {
                method: row.method,
                path,
                form: Some(row.form),
                from,
            };
            let answer = self.ask(who, &ask).await;
            if answer.status != 403 {
                let why = format!("taken from {from:?}");
                found.push(said(row, who, path, &answer, &why));
            }
            if let Some(why) = without_headers(&answer) {
                found.push(said(row, who, path, &answer, &why));
            }
        }
        found
    }

    /// What no row names is no method of its path.
    async fn other_methods(&self, rows: &[Row]) -> Vec<String> {
        let mut found = Vec::new();
        for row in rows {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if rows
                    .iter()
                    .any(|it| it.path == row.path && it.method == method)
                {
                    continue;
                }
                let Some(path) = self.address(row, Admin) else {
                    continue;
                };
                let ask = Ask {
                    method,
                    path: &path,
                    form: None,
                    from: From::Here,
                };
                let answer = self.ask(Admin, &ask).await;
                if answer.status != 405 {
                    found.push(said(row, Admin, &path, &answer, method));
                }
            }
        }
        found
    }

    /// What a refusal says: the same words wherever it is met.
    async fn words(&self) -> Words {
        let page = |who, path| async move {
            let ask = Ask {
                method: "GET",
                path,
                form: None,
                from: From::Here,
            };
            self.ask(who, &ask).await
        };
        let missing = page(Nobody, "/no/such/page").await;
        let forbidden = page(Member, "/360/users").await;
        assert_eq!(
            (missing.status.as_u16(), forbidden.status.as_u16()),
            (404, 403)
        );
        for dead in [&missing, &forbidden] {
            for secret in ["Engines", "Ada", "example"] {
                assert!(!dead.body.contains(secret), "{}", dead.body);
            }
        }
        Words {
            missing: missing.body,
            forbidden: forbidden.body,
            dead_link: page(Nobody, "/reset/x").await.body,
            dead_invitation: page(Nobody, "/invitation/x").await.body,
        }
    }

    /// Whoever may, can: what the row's form says is done.
    pub async fn works(rows: &[Row]) -> Vec<String> {
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| !row.is_get()) {
            let askers: &[(Who, Who)] = match row.may {
                May::Anybody | May::SignedIn | May::Own(_) => &[(Member, Member)],
                May::SeePublic(Thing::TeamEvent) => &[(Nobody, Admin)],
                May::SeePublic(_) | May::Hold(_) => &[(Nobody, Member)],
                May::OnlyAdmins => &[(Admin, Admin)],
                May::OwnOrAdmin(_) => &[(Member, Member), (Admin, Member)],
                May::Manage(Thing::Team) => &[(Admin, Admin)],
                May::Manage(_) => &[(Admin, Member)],
                May::Demo(_) => &[],
            };
            for (who, owner) in askers {
                let world = World::new().await;
                let path = world.address(row, *owner).unwrap();
                let before = world.app.stored().await;
                let ask = Ask {
                    method: row.method,
                    path: &path,
                    form: Some(row.form),
                    from: From::Here,
                };
                let answer = world.ask(*who, &ask).await;
                let is_changed = before != world.app.stored().await;
                let went_well = matches!(answer.status.as_u16(), 200 | 303)
                    && !(who.is_signed_in() && answer.location().starts_with("/sign-in?back="));
                if !went_well || is_changed == row.keeps {
                    let why = format!("written: {is_changed}, text: {}", answer.text());
                    found.push(said(row, *who, &path, &answer, &why));
                }
            }
        }
        found
    }

    /// No value of a query breaks a page, and none writes.
    pub async fn bears(&self, rows: &[Row], queries: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        let before = self.app.stored().await;
        for row in rows.iter().filter(|row| row.is_get()) {
            let Some(path) = self.address(row, Admin) else {
                continue;
            };
            for query in queries {
                let sign = if path.contains('?') { '&' } else { '?' };
                let path = format!("{path}{sign}{query}");
                let ask = Ask {
                    method: "GET",
                    path: &path,
                    form: None,
                    from: From::Here,
                };
                let answer = self.ask(Admin, &ask).await;
                let wrong = without_headers(&answer).or_else(|| fails(&answer));
                found.extend(wrong.map(|why| said(row, Admin, &path, &answer, &why)));
            }
        }
        if before != self.app.stored().await {
            found.push("a GET wrote".to_owned());
        }
        found
    }

    /// The headers of each row's answer to somebody without a session.
    pub async fn headers(&self, row: &Row) -> Answer {
        let ask = Ask {
            method: row.method,
            path: &self.address(row, Admin).unwrap_or_default(),
            form: (!row.is_get()).then_some(""),
            from: From::Here,
        };
        self.ask(Nobody, &ask).await
    }
}

struct Words {
    missing: String,
    forbidden: String,
    dead_link: String,
    dead_invitation: String,
}

impl Words {
    /// What is wrong with an answer, if anything is.
    fn wrong(&self, row: &Row, must: Must, answer: &Answer) -> Option<String> {
        if let Some(why) = without_headers(answer) {
            return Some(why);
        }
        let status = answer.status.as_u16();
        match must {
            Must::Work => {
                let asks_to_sign_in = answer.location().starts_with("/sign-in?back=");
                if !matches!(status, 200 | 303) || asks_to_sign_in {
                    return Some("did not work".to_owned());
                }
                let cache = answer.headers.get(header::CACHE_CONTROL);
                let is_kept = cache.is_none_or(|it| it != "no-store");
                (status == 200 && is_kept && !row.is_public)
                    .then(|| "may be kept by caches".to_owned())
            }
            Must::AskToSignIn => {
                let asks = status == 303 && answer.location().starts_with("/sign-in?back=");
                (!asks || !answer.body.is_empty()).then(|| "did not ask to sign in".to_owned())
            }
            Must::Forbid => (status != 403 || answer.body != self.forbidden)
                .then(|| "did not forbid".to_owned()),
            Must::NotFind => {
                let is_missing = status == 404 && answer.body == self.missing;
                let is_dead = status == 410
                    && (answer.body == self.dead_link || answer.body == self.dead_invitation);
                (!is_missing && !is_dead)
                    .then(|| "did not answer as to what isn’t there".to_owned())
            }
        }
    }
}

fn fails(answer: &Answer) -> Option<String> {
    answer.status.is_server_error().then(|| "failed".to_owned())
}

/// A header that every answer has to have, and this one lacks.
fn without_headers(answer: &Answer) -> Option<String> {
    const ALWAYS: [(&str, &str); 4] = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        if answer.headers.get(&name).is_none_or(|it| it != value) {
            return Some(format!("{name} is not {value}"));
        }
    }
    let policy = answer.headers.get(header::CONTENT_SECURITY_POLICY);
    let policy = policy.map_or("", |it| it.to_str().unwrap());
    let is_strict = [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
    ]
    .iter()
    .all(|rule| policy.contains(rule))
        && !policy.contains("unsafe");
    (!is_strict).then(|| "its content policy is weak".to_owned())
}

fn said(row: &Row, who: Who, path: &str, answer: &Answer, why: &str) -> String {
    let path: String = path.chars().take(120).collect();
    format!("{} {path} by {who:?}: {} {why}", row.method, answer.status)
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
