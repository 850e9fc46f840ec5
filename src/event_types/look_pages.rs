//! The tab Customization: the accent, with how readable it is, the theme, and what the page shows.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::accent::{Accent, Shades};
use super::look::{Look, Part};
use super::pages::{Choice, Head, Open, Tab, store_tab};
use crate::accounts::session::SignedIn;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::embed::Theme;
use crate::web::form::{Input, Query};
use crate::web::layout::Shell;
use crate::web::{page, private};

#[derive(Template)]
#[template(path = "event_types/customization.html")]
struct CustomizationPage {
    shell: Shell,
    head: Head,
    input: Input,
    samples: Vec<Sample>,
    themes: Vec<Choice>,
    parts_shown: &'static [Part],
}

/// A piece of a page in an accent, and how readable it is.
struct Sample {
    /// The message that names it.
    theme: &'static str,
    shades: Shades,
    on_accent: String,
    text: String,
}

impl Sample {
    fn new(theme: Theme, shades: Shades) -> Sample {
        Sample {
            theme: theme.label(),
            shades,
            on_accent: ratio(shades.on_accent_ratio()),
            text: ratio(shades.text_ratio),
        }
    }
}

/// Rounded down, so that what is too little never looks like enough.
fn ratio(contrast: f64) -> String {
    format!("{:.1} : 1", (contrast * 10.0).floor() / 10.0)
}

fn customization_page(open: Open, input: Input) -> Result<Response> {
    let accent = Accent::parse(input.text("accent")).ok();
    let samples = accent.filter(|_| input.has("own_accent")).map(|accent| {
        vec![
            Sample::new(Theme::Light, accent.light()),
            Sample::new(Theme::Dark, accent.dark()),
        ]
    });
    let themes = Theme::ALL
        .iter()
        .map(|theme| {
            let label = open.say(theme.label());
            Choice::new(theme.word(), label, input.text("theme"))
        })
        .collect();
    let (shell, head) = open.frame(Tab::Customization);
    let status = input.status();
    let page = private(page(&CustomizationPage {
        shell,
        head,
        samples: samples.unwrap_or_default(),
        themes,
        parts_shown: Part::ALL,
        input,
    })?);
    Ok((status, page).into_response())
}

/// A color that is being tried: its sample is shown, and nothing is saved.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LookQuery {
    accent: String,
}

pub async fn customization(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    Query(query): Query<LookQuery>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let mut input = open.event_type.look.fill();
    if let Ok(tried) = Accent::parse(&query.accent) {
        input.set("own_accent", "on");
        input.set("accent", tried);
    }
    customization_page(open, input)
}

pub async fn save_customization(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    drop(reader);
    match Look::read(&mut input) {
        Some(look) => store_tab(open, Tab::Customization, |it| it.look = look).await,
        None => customization_page(open, input),
    }
}

/// The stylesheet of an accent, computed from its name; the same for everybody.
pub async fn accent(Path(name): Path<String>) -> Result<Response> {
    let digits = name.strip_suffix(".css").ok_or(Error::NotFound)?;
    let accent = Accent::of_digits(digits).ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, accent.css()).into_response())
}
