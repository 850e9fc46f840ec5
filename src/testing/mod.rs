//! The product as a test holds it: real router, real database, real jobs, a clock that stands
//! still, seeded chance. Jobs run when a test says `settle`. The suite runs on SQLite, and on
//! PostgreSQL when `MIN42_TEST_DATABASE_URL` names a server to make databases on.

pub mod booking;
pub mod browser;
mod copied;
pub mod readable;
pub mod rights;
pub mod shape;
mod stored;
pub mod zoom;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;
use zoom_sim::ZoomSim;

use crate::accounts::{Org, Person, Role};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Given, Outside};
use crate::db::sql;
use crate::entropy::Entropy;
use crate::id::Id;
use crate::mail::Letter;
use crate::mail::transport::Transport;
use crate::outbox::{store, worker};
use crate::zone::Zone;

/// Monday 4 May 2026, 08:00 UTC.
pub const START: &str = "2026-05-04T08:00:00Z";

static NUMBER: AtomicU64 = AtomicU64::new(0);

pub struct TestApp {
    pub app: App,
    pub router: Router,
    given: Given,
    zoom: Option<ZoomSim>,
    place: Place,
    /// The statement that reads all that is stored, once it is made.
    everything: OnceCell<String>,
}

/// Where this test's data is, removed when the test ends.
enum Place {
    Folder(PathBuf),
    Database { server: String, name: String },
}

impl TestApp {
    pub async fn start() -> TestApp {
        TestApp::start_with(Given::default()).await
    }

    /// With settings of the test's own.
    pub async fn start_with(given: Given) -> TestApp {
        let place = Place::new().await;
        let app = start_on(&place, &given, Clock::fixed(START.parse().unwrap()), 42).await;
        TestApp::of(app, given, place)
    }

    fn of(app: App, given: Given, place: Place) -> TestApp {
        let router = crate::server::router(app.clone()).unwrap();
        TestApp {
            app,
            router,
            given,
            zoom: None,
            place,
            everything: OnceCell::new(),
        }
    }

    /// With a Zoom beside it, whose clock goes with this one's.
    pub async fn start_with_zoom() -> TestApp {
        let zoom = start_zoom(42).await;
        zoom.set_time(START.parse().unwrap());
        let mut app = TestApp::start_with(known_to(&zoom)).await;
        app.zoom = Some(zoom);
        app
    }

    /// The same on SQLite, whatever the suite runs on.
    pub async fn start_on_sqlite_with_zoom() -> TestApp {
        let (zoom, at) = (start_zoom(42).await, START.parse().unwrap());
        zoom.set_time(at);
        let (place, given) = (Place::Folder(make_folder(&Place::name())), known_to(&zoom));
        let app = start_on(&place, &given, Clock::fixed(at), 42).await;
        let mut app = TestApp::of(app, given, place);
        app.zoom = Some(zoom);
        app
    }

    /// The address of a new database on the server that the suite runs on.
    pub async fn empty_database(&self, purpose: &str) -> String {
        let Place::Database { server, name } = &self.place else {
            panic!("this test's database is not PostgreSQL's")
        };
        let name = format!("{name}_{purpose}");
        let address = format!("{}/{name}", server.trim_end_matches('/'));
        make_database(server.clone(), name, "template1").await;
        address
    }

    /// The same data in another place, with a Zoom of its own, at this time and with this chance.
    pub async fn copy(&self, at: Timestamp, seed: u64) -> TestApp {
        let zoom = start_zoom(seed).await;
        zoom.set_time(at);
        let given = known_to(&zoom);
        let place = self.place.copy().await;
        let app = start_on(&place, &given, Clock::fixed(at), seed).await;
        let mut copy = TestApp::of(app, given, place);
        copy.zoom = Some(zoom);
        copy
    }

    /// The process ends and another takes its place, with the same data and another chance. What
    /// was handed to the database is finished first.
    pub async fn restarts(self, seed: u64) -> TestApp {
        self.write(|_| Box::pin(async { Ok(()) })).await;
        let TestApp {
            app,
            router,
            given,
            zoom,
            place,
            ..
        } = self;
        let clock = app.clock.clone();
        // SQLite serves one process: the old one has to be gone before.
        app.db.close().await;
        drop((app, router));
        let app = start_on(&place, &given, clock, seed).await;
        TestApp {
            zoom,
            ..TestApp::of(app, given, place)
        }
    }

    /// Its data goes too, also from a server of databases that others use.
    pub async fn is_forgotten(self) {
        self.app.db.close().await;
        if let Place::Database { server, name } = &self.place {
            drop_database(server, name).await;
        }
    }

    /// What the database is called.
    pub fn database_url(&self) -> String {
        self.place.database_url()
    }

    pub fn zoom(&self) -> &ZoomSim {
        self.zoom.as_ref().unwrap()
    }

    /// Lets time pass without running anything.
    pub fn advance(&self, by: SignedDuration) {
        self.app.clock.advance(by);
        if let Some(zoom) = &self.zoom {
            zoom.set_time(self.now());
        }
    }

    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Runs what is due now until nothing is.
    pub async fn settle(&self) {
        while worker::run_one(&self.app).await.unwrap() {}
    }

    /// Lets this much time pass, running jobs as they come due.
    pub async fn settle_for(&self, span: SignedDuration) {
        let end = self.now() + span;
        loop {
            self.settle().await;
            let next = store::next_due(&mut self.app.db.read().await.unwrap())
                .await
                .unwrap();
            match next {
                Some(at) if at <= end => self.advance(at.duration_since(self.now())),
                Some(_) | None => break,
            }
        }
        self.advance(end.duration_since(self.now()));
        self.settle().await;
    }

    /// Jobs that wait, by kind: what a test expects to be empty at its end.
    pub async fn waiting_jobs(&self) -> BTreeMap<String, usize> {
        let mut reader = self.app.db.read().await.unwrap();
        let kinds: Vec<String> = sql("SELECT kind FROM jobs").all(&mut reader).await.unwrap();
        let mut counts = BTreeMap::new();
        for kind in kinds {
            *counts.entry(kind).or_insert(0) += 1;
        }
        counts
    }

    /// The letters that have left, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        match &self.app.mail {
            Transport::Memory(letters) => letters.lock().unwrap().clone(),
            Transport::Kept | Transport::Smtp(_) | Transport::Folder(_) => {
                panic!("this test's letters don't go to memory")
            }
        }
    }

    /// Those that have left for this address.
    pub fn letters_to(&self, email: &str) -> Vec<Letter> {
        let mut letters = self.letters();
        letters.retain(|letter| letter.to.email == email);
        letters
    }

    /// The last part of the address of a person's picture.
    pub async fn picture_of(&self, person: &Person) -> String {
        let mut reader = self.app.db.read().await.unwrap();
        let person = crate::accounts::store::person_in(&mut reader, person.org_id, person.id);
        let path = person.await.unwrap().unwrap().picture_path().unwrap();
        path.rsplit('/').next().unwrap().to_owned()
    }

    pub async fn org(&self, name: &str) -> Id<Org> {
        let (id, name, now) = (self.app.entropy.id(self.now()), name.to_owned(), self.now());
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    sql("INSERT INTO orgs (id, name, created_at) VALUES ($1, $2, $3)")
                        .bind(id)
                        .bind(name)
                        .bind(now)
                        .run(tx)
                        .await?;
                    Ok(id)
                })
            })
            .await
            .unwrap()
    }

    /// A person who has accepted, with the password "correct horse" (a hash made once).
    pub async fn person(&self, org: Id<Org>, name: &str, role: Role) -> Person {
        let id: Id<Person> = self.app.entropy.id(self.now());
        let username = name.to_lowercase().replace(' ', "-");
        let email = format!("{username}@engines.example");
        let (name, now) = (name.to_owned(), self.now());
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    sql(
                        "INSERT INTO people (id, org_id, email, name, username, timezone, role,
                            password_hash, created_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    )
                    .bind(id)
                    .bind(org)
                    .bind(email)
                    .bind(name)
                    .bind(username)
                    .bind(Zone::parse("Europe/Madrid")?)
                    .bind(role)
                    .bind("not a hash: sign in with `browser.as_person`")
                    .bind(now)
                    .run(tx)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        let mut reader = self.app.db.read().await.unwrap();
        crate::accounts::store::person_in(&mut reader, org, id)
            .await
            .unwrap()
            .unwrap()
    }

    /// A browser nobody has signed in with.
    pub fn browser(&self) -> browser::Browser {
        browser::Browser::new(self.router.clone())
    }

    /// A browser in which this person is signed in.
    pub async fn browser_of(&self, person: &Person) -> browser::Browser {
        let cookie = crate::accounts::session::begin(&self.app, person.id)
            .await
            .unwrap_or_else(|error| panic!("{error:?}"));
        let mut browser = self.browser();
        browser.keep(cookie.name(), cookie.value());
        browser
    }
}

async fn start_on(place: &Place, given: &Given, clock: Clock, seed: u64) -> App {
    let data = match place {
        Place::Folder(folder) => folder.clone(),
        Place::Database { .. } => std::env::temp_dir(),
    };
    let given = Given {
        data: Some(data.display().to_string()),
        database_url: Some(place.database_url()),
        ..given.clone()
    };
    start(given, clock, seed).await
}

async fn start(given: Given, clock: Clock, seed: u64) -> App {
    let given = Given {
        base_url: given.base_url.or(Some("http://meet.test".to_owned())),
        // Given as "": no mail server at all.
        smtp_url: given.smtp_url.or(Some("memory".to_owned())),
        ..given
    };
    let key = "42".repeat(32);
    let var = |name: &str| (name == "MIN42_SECRET_KEY").then(|| key.clone());
    let file = |_: &std::path::Path| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    let config = given
        .check(&Outside {
            var: &var,
            file: &file,
        })
        .unwrap();
    App::start(config, clock, Entropy::seeded(seed))
        .await
        .unwrap()
}

async fn start_zoom(seed: u64) -> ZoomSim {
    // A user who may leave permissions off, as Zoom lets them for optional ones.
    let mut config = zoom_sim::Config::default();
    config.optional_scopes = config.scopes.clone();
    config.webhooks_by_hand = true;
    config.seed = seed;
    ZoomSim::start(config).await
}

/// The settings of a server that knows this Zoom.
fn known_to(zoom: &ZoomSim) -> Given {
    Given {
        zoom_client_id: Some(zoom.client_id()),
        zoom_client_secret: Some(zoom.client_secret()),
        zoom_webhook_secret: Some(zoom.webhook_secret()),
        zoom_oauth_url: Some(zoom.oauth_url()),
        zoom_api_url: Some(zoom.api_url()),
        ..Given::default()
    }
}

impl Place {
    async fn new() -> Place {
        let name = Place::name();
        match Place::server() {
            Some(server) => make_database(server, name, "template1").await,
            None => Place::Folder(make_folder(&name)),
        }
    }

    fn name() -> String {
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        format!("min42_test_{}_{number}", std::process::id())
    }

    fn server() -> Option<String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "which database the suite runs on"
        )]
        std::env::var("MIN42_TEST_DATABASE_URL").ok()
    }

    fn database_url(&self) -> String {
        match self {
            Place::Folder(folder) => format!("sqlite:{}", folder.join("test.sqlite").display()),
            Place::Database { server, name } => {
                format!("{}/{name}", server.trim_end_matches('/'))
            }
        }
    }

    /// Another with the same data. Nobody may be connected to this one.
    async fn copy(&self) -> Place {
        match self {
            Place::Folder(folder) => {
                let copy = make_folder(&Place::name());
                std::fs::copy(folder.join("test.sqlite"), copy.join("test.sqlite")).unwrap();
                Place::Folder(copy)
            }
            Place::Database { server, name } => {
                make_database(server.clone(), Place::name(), name).await
            }
        }
    }
}

fn make_folder(name: &str) -> PathBuf {
    // In memory where there is such a place: the suite asks for thousands of durable commits.
    let shm = PathBuf::from("/dev/shm");
    let parent = if shm.is_dir() {
        shm
    } else {
        std::env::temp_dir()
    };
    let folder = parent.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

async fn make_database(server: String, name: String, template: &str) -> Place {
    use sqlx::{AssertSqlSafe, Executor as _};
    drop_database(&server, &name).await;
    let mut conn = administer(&server).await;
    conn.execute(AssertSqlSafe(format!(
        "CREATE DATABASE {name} TEMPLATE {template}"
    )))
    .await
    .unwrap();
    Place::Database { server, name }
}

async fn drop_database(server: &str, name: &str) {
    use sqlx::{AssertSqlSafe, Executor as _};
    let mut conn = administer(server).await;
    conn.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}")))
        .await
        .unwrap();
}

async fn administer(server: &str) -> sqlx::PgConnection {
    use sqlx::Connection as _;
    let url = format!("{}/postgres", server.trim_end_matches('/'));
    sqlx::PgConnection::connect(&url).await.unwrap()
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            // The throw-away server goes away as a whole.
            Place::Database { .. } => {}
        }
    }
}

/// A small picture, as a file.
pub fn a_picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(8, 8, image::Rgb([20, 120, 200]))
        .write_to(&mut file, image::ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

/// Where one subscriber is all there is, a thread without one that comes first to a line turns it
/// off for all threads. Another that stays keeps the tests beside us from doing so.
pub fn subscribes(
    subscriber: impl tracing::Subscriber + Send + Sync,
) -> tracing::subscriber::DefaultGuard {
    static ANOTHER: std::sync::OnceLock<tracing::Dispatch> = std::sync::OnceLock::new();
    ANOTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
    tracing::subscriber::set_default(subscriber)
}
