//! The tab Share: the public link, what to put into another site for each way of embedding, and how
//! that looks.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::pages::{Head, Open, Tab};
use crate::accounts::session::SignedIn;
use crate::app::App;
use crate::error::Result;
use crate::web::layout::Shell;
use crate::web::{page, private};

/// The ways to embed a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Inline,
    Popup,
    Button,
    Frame,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Inline, Kind::Popup, Kind::Button, Kind::Frame];

    /// The message that names it.
    fn label(self) -> &'static str {
        match self {
            Kind::Inline => "share-inline",
            Kind::Popup => "share-popup",
            Kind::Button => "share-button",
            Kind::Frame => "share-frame",
        }
    }

    /// The message that says more of it.
    fn about(self) -> &'static str {
        match self {
            Kind::Inline => "share-inline-words",
            Kind::Popup => "share-popup-words",
            Kind::Button => "share-button-words",
            Kind::Frame => "share-frame-words",
        }
    }
}

/// What is copied, as HTML of its own.
#[derive(Template)]
#[template(path = "event_types/snippet.html")]
struct Markup<'a> {
    kind: Kind,
    server: &'a str,
    /// `ada/intro-call`
    page: &'a str,
    title: &'a str,
    /// What the button says.
    book: &'a str,
}

struct Snippet {
    kind: Kind,
    html: String,
}

#[derive(Template)]
#[template(path = "event_types/share.html")]
struct SharePage {
    shell: Shell,
    head: Head,
    title: String,
    page: String,
    snippets: Vec<Snippet>,
}

pub async fn share(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell.clone(), &id, &mut reader).await?;
    let title = shell
        .say("booker-title")
        .with("title", &open.event_type.title)
        .with("host", open.host())
        .to_string();
    let (shell, head) = open.frame(Tab::Share);
    let path = head.card.path.trim_start_matches('/').to_owned();
    let book = shell.language.word("share-book");
    let snippets: Result<Vec<Snippet>> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let markup = Markup {
                kind,
                server: &app.config.url(""),
                page: &path,
                title: &title,
                book: &book,
            };
            Ok(Snippet {
                kind,
                html: markup.render()?,
            })
        })
        .collect();
    Ok(private(page(&SharePage {
        shell,
        head,
        title,
        page: path,
        snippets: snippets?,
    })?))
}
