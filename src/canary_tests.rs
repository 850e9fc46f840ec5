//! Secrets that are known by sight go through the product while it logs everything there is; then
//! they are looked for wherever something is written down.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use zoom_sim::{Fault, UserSpec};

use crate::accounts::{Person, setup, store as people};
use crate::booking::{Booking, manage_path};
use crate::clock::{hours, minutes};
use crate::conferencing::connection::Connection;
use crate::db::{Dialect, lite_file, sql};
use crate::event_types::Location;
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};
use crate::{backup, conferencing};

const PASSWORD: &str = "canary-horse-battery-1";
const ANOTHER: &str = "canary-horse-battery-2";
const GUEST: &str = "canary-guest@example.com";
const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";

/// All that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;
    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

impl Log {
    fn begin() -> (Log, tracing::subscriber::DefaultGuard) {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(log.clone())
            .finish();
        (log, crate::testing::subscribes(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// What must not be found.
#[derive(Default)]
struct Secrets {
    /// Nowhere.
    never: Vec<(&'static str, String)>,
    /// In no log; letters and pages have them.
    unlogged: Vec<(&'static str, String)>,
}

impl Secrets {
    fn never(&mut self, what: &'static str, secret: &str) {
        assert!(
            secret.len() > 7,
            "{what} is too short to be looked for: {secret:?}"
        );
        self.never.push((what, secret.to_owned()));
    }

    fn unlogged(&mut self, what: &'static str, secret: &str) {
        assert!(
            secret.len() > 4,
            "{what} is too short to be looked for: {secret:?}"
        );
        self.unlogged.push((what, secret.to_owned()));
    }

    /// Which of them stand where.
    fn found(&self, log: &str, written: &[(String, String)]) -> Vec<String> {
        let logged = self
            .never
            .iter()
            .chain(&self.unlogged)
            .filter(|(_, secret)| stands_in(log, secret))
            .map(|(what, _)| format!("{what} in the log"));
        let stored = written.iter().flat_map(|(place, text)| {
            self.never
                .iter()
                .filter(|(_, secret)| stands_in(text, secret))
                .map(move |(what, _)| format!("{what} in {place}"))
        });
        let mut found: Vec<String> = logged.chain(stored).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// A passcode is a number, and a log is full of them: a part of a longer one is none.
fn stands_in(text: &str, secret: &str) -> bool {
    let is_number = secret.bytes().all(|byte| byte.is_ascii_digit());
    let goes_on = |letter: Option<char>| {
        is_number && letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '.')
    };
    text.match_indices(secret).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + secret.len()..]);
        !goes_on(before.chars().next_back()) && !goes_on(after.chars().next())
    })
}

struct Stage {
    app: TestApp,
    ada: Person,
    browser: Browser,
    secrets: Secrets,
    /// Pages that were seen on the way.
    pages: Vec<(String, String)>,
}

impl Stage {
    /// The first run, by its pages.
    async fn begin() -> Stage {
        let app = TestApp::start_with_zoom().await;
        let mut secrets = Secrets::default();
        let code = setup::prepare(&app.app).await.unwrap().unwrap();
        secrets.never("the setup code", code.expose());
        secrets.never("a password", PASSWORD);
        let mut browser = app.browser();
        let fields = [
            ("code", code.expose()),
            ("name", "Ada Lovelace"),
            ("email", "ada@engines.example"),
            ("password", PASSWORD),
            ("timezone", "Europe/Madrid"),
            ("org", "Engines"),
        ];
        let answer = browser.post("/setup", &fields).await;
        assert_eq!(answer.location(), "/360/welcome", "{}", answer.text());
        secrets.never("a session", &session_in(&answer));
        let ada =
            people::person_by_email(&mut app.app.db.read().await.unwrap(), "ada@engines.example")
                .await
                .unwrap()
                .unwrap();
        let zoom = app.app.config.zoom.as_ref().unwrap();
        secrets.never("the client secret", zoom.client_secret.expose());
        let webhook = zoom.webhook_secret.as_ref().unwrap();
        secrets.never("the webhook secret", webhook.expose());
        secrets.never("the secret key", &"42".repeat(32));
        app.zoom_on(ada.org_id).await;
        Stage {
            app,
            ada,
            browser,
            secrets,
            pages: Vec::new(),
        }
    }

    fn keep(&mut self, what: &str, answer: &Answer) {
        self.pages
            .push((format!("the page {what}"), answer.body.clone()));
    }

    async fn passwords(&mut self) {
        let wrong = [("email", "ada@engines.example"), ("password", ANOTHER)];
        let answer = self.app.browser().post("/sign-in", &wrong).await;
        self.keep("of a wrong password", &answer);
        let right = [("email", "ada@engines.example"), ("password", PASSWORD)];
        let answer = self.app.browser().post("/sign-in", &right).await;
        self.secrets.never("a session", &session_in(&answer));
        self.secrets.never("another password", ANOTHER);
        let forgot = [("email", "ada@engines.example")];
        self.app.browser().post("/forgot", &forgot).await;
        let invited = [
            ("name", "Bob"),
            ("email", "bob@engines.example"),
            ("role", "user"),
        ];
        self.browser.post("/360/users", &invited).await;
        self.app.settle().await;
        for (path, to) in [
            ("/reset/", "ada@engines.example"),
            ("/invitation/", "bob@engines.example"),
        ] {
            let letter = self.app.letters_to(to).pop().unwrap();
            let body = serde_json::to_string(&letter).unwrap();
            let token = body.split(path).nth(1).unwrap();
            let end = token.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            self.secrets
                .unlogged("a mailed token", &token[..end.unwrap()]);
        }
    }

    async fn connects(&mut self) {
        self.app.zoom().add_user(UserSpec::new("ada@zoom.example"));
        let away = self
            .browser
            .post("/360/integrations/zoom/connect", &[("role", "personal")])
            .await;
        let back = self
            .app
            .zoom()
            .consent(away.location(), "ada@zoom.example")
            .await;
        let url = url::Url::parse(&back).unwrap();
        for (name, value) in url.query_pairs() {
            match &*name {
                "code" => self.secrets.never("an authorization code", &value),
                "state" => self.secrets.never("a state", &value),
                _ => {}
            }
        }
        let landed = self.browser.get(&back).await;
        self.keep("after connecting", &landed);
        self.tokens().await;
    }

    /// The tokens as they are now.
    async fn tokens(&mut self) {
        let mut reader = self.app.app.db.read().await.unwrap();
        let linked = conferencing::store::linked(&mut reader, self.ada.org_id)
            .await
            .unwrap();
        drop(reader);
        for linked in linked {
            match linked.connection.open(&self.app.app.seal).unwrap() {
                Connection::Connected(c) | Connection::Disconnecting(c) => {
                    self.secrets
                        .never("an access token", c.tokens.access.expose());
                    self.secrets
                        .never("a refresh token", c.tokens.refresh.expose());
                }
                Connection::Broken(_) => {}
            }
        }
    }

    async fn books(&mut self, start: &str) -> Booking {
        let intro = self.app.offers(&self.ada, start, Location::Zoom).await;
        let booking = self.app.books(&intro, "Canary Guest", GUEST, start).await;
        self.secrets.unlogged("a guest’s address", GUEST);
        let path = manage_path(&self.app.app, booking.id);
        let token = path.split("t=").nth(1).unwrap().to_owned();
        self.secrets.unlogged("a manage link", &token);
        self.app.settle_for(minutes(1)).await;
        for room in self.app.zoom().meetings() {
            self.secrets.unlogged("a join link", &room.join_url);
            self.secrets.unlogged("a passcode", &room.passcode.unwrap());
        }
        for path in [path.clone(), path.replace(&token, &token[1..])] {
            let page = self.app.browser().get(&path).await;
            self.keep("of a booking", &page);
        }
        let start = format!("/360/meetings/{}/start", booking.id);
        let away = self.browser.post(&start, &[]).await;
        assert!(away.location().contains("zak="), "{}", away.text());
        let key = away.location().split("zak=").nth(1).unwrap().to_owned();
        self.secrets.never("a start link", &key);
        booking
    }

    /// Zoom fails in each way, with what it was sent in its answers.
    async fn trouble(&mut self) {
        for _ in 0..2 {
            // What is lost of this answer would cost the connection.
            self.app.zoom().fault(Fault::status("oauth.token", 500));
        }
        for operation in ["meeting.create", "meeting.list", "meeting.get"] {
            for fault in [
                Fault::garbage(operation),
                Fault::drop_after(operation),
                Fault::status(operation, 500),
                Fault::truncate(operation),
            ] {
                self.app.zoom().fault(fault);
            }
        }
        self.app.zoom().expire_access_tokens();
        let intro = self.app.offers(&self.ada, "Trouble", Location::Zoom).await;
        self.app
            .books(&intro, "Canary Guest", GUEST, "2026-05-06T07:00:00Z")
            .await;
        for _ in 0..8 {
            self.app.settle_for(minutes(20)).await;
            self.tokens().await;
        }
        self.app.zoom().clear_faults();
        self.app.subscribes();
        for room in self.app.zoom().meetings() {
            self.app.zoom().rename_by_hand(room.id, "Changed");
        }
        self.app.hears().await;
        self.app.settle_for(hours(2)).await;
        self.tokens().await;
    }

    /// Everything that can be read afterwards.
    async fn written(&mut self) -> Vec<(String, String)> {
        let mut written = self.pages.clone();
        for row in self.app.stored().await {
            let table = row.split(' ').next().unwrap_or_default();
            written.push((format!("a row of {table}"), row.clone()));
        }
        if self.app.app.db.dialect() == Dialect::Sqlite {
            let folder = self.app.app.config.data.clone();
            let backup = folder.join("canary.backup");
            backup::save(&self.app.app.config, &backup, self.app.now())
                .await
                .unwrap();
            for file in std::fs::read_dir(&folder).unwrap() {
                let file = file.unwrap();
                let bytes = std::fs::read(file.path()).unwrap();
                let name = file.file_name().to_string_lossy().into_owned();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                written.push((format!("the file {name}"), text));
            }
            std::fs::remove_file(backup).unwrap();
        }
        let log = "/360/integrations/zoom/log";
        let mut paths: Vec<String> = [
            log,
            "/360/integrations/zoom/log.csv",
            "/360/integrations/zoom",
            "/360/integrations/zoom/setup",
            "/360/users",
            "/360/meetings",
            "/no/such/page",
        ]
        .map(str::to_owned)
        .to_vec();
        let entries: Vec<uuid::Uuid> = {
            let mut reader = self.app.app.db.read().await.unwrap();
            sql("SELECT id FROM sync_log")
                .all(&mut reader)
                .await
                .unwrap()
        };
        assert!(entries.len() > 10, "{}", entries.len());
        paths.extend(entries.iter().map(|id| format!("{log}/{id}")));
        for path in paths {
            let page = self.browser.get(&path).await;
            assert!(page.status != 500, "{path}");
            written.push((format!("the page {path}"), page.body));
        }
        written
    }
}

fn session_in(answer: &Answer) -> String {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let value = cookie.strip_prefix("session=").unwrap();
    value.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn no_secret_is_written_down_anywhere() {
    let (log, _guard) = Log::begin();
    let mut stage = Stage::begin().await;
    stage.passwords().await;
    stage.connects().await;
    stage.books(NINE).await;
    stage.trouble().await;
    stage.books(TEN).await;
    let written = stage.written().await;
    let text = log.text();
    assert!(text.len() > 20_000, "only {} bytes were logged", text.len());
    assert!(stage.secrets.never.len() > 15);
    assert_eq!(stage.secrets.found(&text, &written), [""; 0]);

    // The same eyes find what is planted in each of the places.
    let token = stage.secrets.never.last().unwrap().1.clone();
    let code = stage.secrets.unlogged[0].1.clone();
    tracing::trace!("a call with {token} for {code}");
    let planted = token.clone();
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                sql("UPDATE sync_log SET words = $1")
                    .bind(planted)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    let written = stage.written().await;
    let found = stage.secrets.found(&log.text(), &written).join("\n");
    let mut places = vec![
        "in the log",
        "a row of sync_log",
        "zoom/log.csv",
        "the page /360",
    ];
    if stage.app.app.db.dialect() == Dialect::Sqlite {
        places.extend(["the file test.sqlite", "the file canary.backup"]);
    }
    for place in places {
        assert!(found.contains(place), "{place} is not looked at: {found}");
    }
    assert!(found.contains("a mailed token in the log"), "{found}");
}

/// All bytes of the database's files.
fn bytes_of(app: &TestApp) -> Vec<u8> {
    let path = lite_file::path_of(&app.app.config.database_url).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    for ending in ["-wal", "-shm"] {
        bytes.extend(std::fs::read(lite_file::beside(&path, ending)).unwrap_or_default());
    }
    bytes
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// With the key on the same computer a sealed token is a token: it has to go as well.
#[tokio::test]
async fn a_disconnected_account_leaves_no_byte_of_its_tokens() {
    for by_hand in [true, false] {
        let mut stage = Stage::begin().await;
        if stage.app.app.db.dialect() == Dialect::Postgres {
            return;
        }
        stage.connects().await;
        let mut sealed: Vec<Vec<u8>> = Vec::new();
        for _ in 0..2 {
            let mut reader = stage.app.app.db.read().await.unwrap();
            let linked = conferencing::store::linked(&mut reader, stage.ada.org_id)
                .await
                .unwrap();
            drop(reader);
            let connection = &linked[0].connection;
            for token in [&connection.access_token, &connection.refresh_token] {
                sealed.push(token.clone().unwrap().0);
            }
            // The second time round they are those of a refresh.
            stage.app.zoom().expire_access_tokens();
            stage.app.advance(hours(2));
            stage
                .books(if sealed.len() == 2 { NINE } else { TEN })
                .await;
        }
        let before = bytes_of(&stage.app);
        assert!(
            sealed.iter().any(|token| has(&before, token)),
            "none was ever there"
        );
        let id = {
            let mut reader = stage.app.app.db.read().await.unwrap();
            let linked = conferencing::store::linked(&mut reader, stage.ada.org_id)
                .await
                .unwrap();
            for token in [
                &linked[0].connection.access_token,
                &linked[0].connection.refresh_token,
            ] {
                sealed.push(token.clone().unwrap().0);
            }
            linked[0].connection.id
        };
        if by_hand {
            let path = format!("/360/integrations/zoom/accounts/{id}/disconnect");
            stage.browser.post(&path, &[]).await;
        } else {
            stage.app.subscribes();
            stage.app.zoom().revoke("ada@zoom.example");
            stage.app.hears().await;
        }
        let after = bytes_of(&stage.app);
        let left = sealed.iter().filter(|token| has(&after, token)).count();
        assert_eq!(left, 0, "by hand: {by_hand}");
    }
}
