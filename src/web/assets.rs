//! CSS, script and icons, embedded in the binary, under names that change with their content so
//! that browsers may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::seal::hex;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Ten digits of the hash of everything: one name part for all assets of a build.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all = Sha256::new();
    for name in Files::iter() {
        if let Some(file) = Files::get(&name) {
            all.update(file.metadata.sha256_hash());
        }
    }
    hex(&all.finalize()[..5])
});

/// The address of an asset, for templates.
pub fn path(name: &str) -> String {
    format!("/static/{}/{name}", *VERSION)
}

pub async fn serve(Path((version, name)): Path<(String, String)>) -> Result<Response, Error> {
    if version != *VERSION {
        return Err(Error::NotFound);
    }
    file(&name, "public, max-age=31536000, immutable")
}

/// A file, to be kept so long.
pub(super) fn file(name: &str, kept: &'static str) -> Result<Response, Error> {
    let found = Files::get(name).ok_or(Error::NotFound)?;
    let kind = HeaderValue::from_str(found.metadata.mimetype()).map_err(|_| Error::NotFound)?;
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
        ],
        found.data.into_owned(),
    )
        .into_response())
}
