//! What all pages share: layout, forms, flash notes, error pages, assets, headers, limits, pages
//! inside other pages.

pub mod address;
pub mod assets;
pub mod client;
pub mod embed;
pub mod error_pages;
pub mod flash;
pub mod form;
pub mod headers;
pub mod language;
pub mod layout;
pub mod limit;
pub mod moment;

use askama::Template;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::error::Result;

/// A rendered page.
pub fn page(template: &impl Template) -> Result<Response> {
    Ok(Html(template.render()?).into_response())
}

/// "See other": where a POST ends.
pub fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Keeps a page that shows somebody's private data out of caches and search engines.
pub fn private(mut response: Response) -> Response {
    const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    headers.insert(ROBOTS, header::HeaderValue::from_static("noindex"));
    response
}
