//! The demo's outbox: every letter of this server, as its reader would see it. Only with
//! `MIN42_DEMO=on`; on a real server these pages don't exist.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::Letter;
use super::mime::{self, Sender};
use super::store::{self, Body, Stored};
use crate::accounts::session::{MaybeSignedIn, SignedIn};
use crate::app::App;
use crate::booking::booker::told_by_browser;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::layout::Shell;
use crate::web::{page as render, private};
use crate::when;
use crate::zone::Zone;

const NEWEST: i64 = 200;

/// The letter's own page: its inline styles, and nothing else. Shown only inside our page, which
/// asks how tall it is; no script runs in it.
const LETTER_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; \
     frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

#[derive(Template)]
#[template(path = "mail/outbox.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    /// In which the times are.
    zone: String,
    /// Where the viewer can be booked.
    book: Option<String>,
}

struct Row {
    id: Id<Letter>,
    to: String,
    subject: String,
    at: String,
    /// The class and the message of a badge, unless it went as it should.
    state: Option<(&'static str, &'static str)>,
}

impl Row {
    fn of(stored: &Stored, zone: &Zone) -> Row {
        let letter = &stored.body.0;
        Row {
            id: letter.id,
            to: letter.to.email.clone(),
            subject: letter.subject.clone(),
            at: when::short(stored.created_at, zone),
            state: match (stored.sent_at, stored.failed_at) {
                (Some(_), _) => None,
                (None, Some(_)) => Some(("bad", "outbox-failed")),
                (None, None) => Some(("warn", "outbox-waiting")),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "mail/outbox_letter.html")]
struct One {
    shell: Shell,
    row: Row,
    letter: Letter,
    failure: Option<String>,
    source: String,
}

/// The zone of whoever looks: their own, else as the browser said.
fn zone(who: Option<&SignedIn>, headers: &HeaderMap) -> Zone {
    match who {
        Some(who) => who.person.timezone.clone(),
        None => told_by_browser(headers).unwrap_or_else(Zone::utc),
    }
}

pub async fn list(
    State(app): State<App>,
    shell: Shell,
    MaybeSignedIn(who): MaybeSignedIn,
    headers: HeaderMap,
) -> Result<Response> {
    only_in_demo(&app)?;
    let zone = zone(who.as_ref(), &headers);
    let letters = store::newest(&mut app.db.read().await?, NEWEST).await?;
    let rows = letters.iter().map(|it| Row::of(it, &zone)).collect();
    Ok(private(render(&List {
        rows,
        zone: shell.language.zone_name(&zone),
        book: who.map(|who| format!("/{}", who.person.username)),
        shell,
    })?))
}

pub async fn letter(
    State(app): State<App>,
    shell: Shell,
    MaybeSignedIn(who): MaybeSignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response> {
    let stored = find(&app, &id).await?;
    let page = One {
        shell,
        row: Row::of(&stored, &zone(who.as_ref(), &headers)),
        source: source(&app, &stored),
        failure: stored.failure,
        letter: stored.body.0,
    };
    Ok(private(render(&page)?))
}

/// The HTML part by itself, for the frame in the letter's page.
pub async fn html(State(app): State<App>, Path(id): Path<String>) -> Result<Response> {
    let Stored {
        body: Body(letter), ..
    } = find(&app, &id).await?;
    let mut response = Html(letter.html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(LETTER_POLICY),
    );
    headers.insert(
        header::X_FRAME_OPTIONS,
        HeaderValue::from_static("SAMEORIGIN"),
    );
    // A sandboxed frame doesn't load a page that asks for an opener policy.
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("unsafe-none"),
    );
    Ok(private(response))
}

/// The mail as it goes over the wire.
pub async fn raw(State(app): State<App>, Path(id): Path<String>) -> Result<Response> {
    let stored = find(&app, &id).await?;
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok(private((plain, source(&app, &stored)).into_response()))
}

/// The calendar part, to be opened by a calendar.
pub async fn ics(State(app): State<App>, Path(id): Path<String>) -> Result<Response> {
    let stored = find(&app, &id).await?;
    let calendar = stored.body.0.calendar.ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"invite.ics\"",
        ),
    ];
    Ok(private((headers, calendar.ics).into_response()))
}

fn source(app: &App, stored: &Stored) -> String {
    match mime::bytes(&stored.body.0, &Sender::of(&app.config), stored.created_at) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(why) => why.to_string(),
    }
}

async fn find(app: &App, id: &str) -> Result<Stored> {
    only_in_demo(app)?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::letter(&mut app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

fn only_in_demo(app: &App) -> Result<()> {
    if app.config.demo {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Given;
    use crate::mail::{Calendar, Mailbox};
    use crate::testing::TestApp;

    async fn with_a_letter(demo: bool) -> (TestApp, Id<Letter>) {
        let app = TestApp::start_with(Given {
            demo: demo.then(|| "on".to_owned()),
            ..Given::default()
        })
        .await;
        let letter = Letter {
            id: app.app.entropy.id(app.now()),
            org_id: app.org("Engines").await,
            meeting_id: None,
            booking_id: None,
            kind: "confirmed".to_owned(),
            audience: "invitee".to_owned(),
            to: Mailbox {
                name: "Grace".to_owned(),
                email: "grace@example.com".to_owned(),
            },
            from_name: "Ada (via 42min)".to_owned(),
            reply_to: None,
            subject: "Hello <Grace>".to_owned(),
            text: "Plain words".to_owned(),
            html: "<p style=\"color:red\">Red words</p>".to_owned(),
            calendar: Some(Calendar {
                method: "REQUEST".to_owned(),
                ics: "BEGIN:VCALENDAR\r\n".to_owned(),
                inline: true,
            }),
            takes_back: None,
            thread: None,
            unsubscribe: None,
        };
        let (id, now) = (letter.id, app.now());
        app.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move { store::enqueue(tx, &letter, now).await })
            })
            .await
            .unwrap();
        app.settle().await;
        (app, id)
    }

    #[tokio::test]
    async fn the_demo_shows_each_letter_in_all_its_forms() {
        let (app, id) = with_a_letter(true).await;
        let mut browser = app.browser();
        let list = browser.get("/demo/outbox").await;
        assert!(list.body.contains("Hello &#60;Grace&#62;"), "{}", list.body);
        assert!(list.text().contains("grace@example.com"));
        let page = browser.get(&list.links("/demo/outbox/")[0]).await;
        for words in ["Plain words", "BEGIN:VCALENDAR", "Message-ID: "] {
            assert!(page.text().contains(words), "{words} in {}", page.text());
        }
        assert!(!page.body.contains("Red words</p>"));

        let html = browser.get(&format!("/demo/outbox/{id}/html")).await;
        assert_eq!(html.body, "<p style=\"color:red\">Red words</p>");
        assert_eq!(html.headers[header::X_FRAME_OPTIONS], "SAMEORIGIN");
        assert_eq!(html.headers[header::CONTENT_SECURITY_POLICY], LETTER_POLICY);
        let ics = browser.get(&format!("/demo/outbox/{id}/invite.ics")).await;
        assert_eq!(ics.body, "BEGIN:VCALENDAR\r\n");
        let raw = browser.get(&format!("/demo/outbox/{id}/raw")).await;
        assert!(raw.body.contains("To: \"Grace\" <grace@example.com>"));
    }

    #[tokio::test]
    async fn a_real_server_has_no_outbox() {
        let (app, id) = with_a_letter(false).await;
        let mut browser = app.browser();
        for path in [
            "",
            &format!("/{id}"),
            &format!("/{id}/html"),
            &format!("/{id}/raw"),
        ] {
            let answer = browser.get(&format!("/demo/outbox{path}")).await;
            assert_eq!(answer.status, 404);
        }
    }
}
