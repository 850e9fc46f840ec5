//! The help pages, as pages and as the Markdown they are made of. Public.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::{PAGES, Page, render};
use crate::error::{Error, Result};
use crate::web::layout::Shell;
use crate::web::page;

#[derive(Template)]
#[template(path = "help/index.html")]
struct IndexPage {
    shell: Shell,
    pages: &'static [Page],
}

#[derive(Template)]
#[template(path = "help/page.html")]
struct HelpPage {
    shell: Shell,
    title: &'static str,
    path: &'static str,
    html: String,
}

pub async fn index(shell: Shell) -> Result<Response> {
    page(&IndexPage {
        shell,
        pages: PAGES,
    })
}

/// `/help/integrations/zoom`, or the same with `.md`.
pub async fn show(shell: Shell, Path(path): Path<String>) -> Result<Response> {
    let (name, markdown) = match path.strip_suffix(".md") {
        Some(name) => (name, true),
        None => (path.as_str(), false),
    };
    let found = PAGES
        .iter()
        .find(|page| page.path == name)
        .ok_or(Error::NotFound)?;
    if markdown {
        let kind = HeaderValue::from_static("text/markdown; charset=utf-8");
        return Ok(([(header::CONTENT_TYPE, kind)], found.text).into_response());
    }
    page(&HelpPage {
        shell,
        title: found.title,
        path: found.path,
        html: render::html_of(found.text),
    })
}
