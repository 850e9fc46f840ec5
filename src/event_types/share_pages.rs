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

    fn label(self) -> &'static str {
        match self {
            Kind::Inline => "Inline",
            Kind::Popup => "Popup",
            Kind::Button => "Button",
            Kind::Frame => "Plain frame",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Kind::Inline => "The page stands in yours, always as tall as it needs to be.",
            Kind::Popup => {
                "A link that opens the page over yours. Nothing is loaded before it is pressed, and \
                 without scripts it is a plain link."
            }
            Kind::Button => {
                "A button in the corner of your page that opens the same popup. Only the small \
                 script is loaded before it is pressed."
            }
            Kind::Frame => "No script at all: a frame of one height, which scrolls inside.",
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
}

struct Snippet {
    label: &'static str,
    about: &'static str,
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
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let title = format!("{} with {}", open.event_type.title, open.host());
    let (shell, head) = open.frame(Tab::Share);
    let path = head.card.path.trim_start_matches('/').to_owned();
    let snippets: Result<Vec<Snippet>> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let markup = Markup {
                kind,
                server: &app.config.url(""),
                page: &path,
                title: &title,
            };
            Ok(Snippet {
                label: kind.label(),
                about: kind.about(),
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
