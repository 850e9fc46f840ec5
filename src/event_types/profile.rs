//! A person's public page: what of theirs can be booked. Unknown and deactivated people look the
//! same.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use super::look::Look;
use super::{EventType, store};
use crate::accounts::{self, Person};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::layout::Shell;
use crate::web::page;

#[derive(Template)]
#[template(path = "event_types/profile.html")]
struct ProfilePage {
    shell: Shell,
    person: Person,
    org: String,
    event_types: Vec<EventType>,
}

pub async fn show(
    State(app): State<App>,
    shell: Shell,
    Path(username): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let person = accounts::store::person_by_username(&mut reader, &username)
        .await?
        .filter(Person::is_active)
        .ok_or(Error::NotFound)?;
    let org = accounts::store::org(&mut reader, person.org_id)
        .await?
        .ok_or(Error::NotFound)?;
    let event_types = store::open_of_person(&mut reader, person.org_id, person.id).await?;
    let accent = Look::shared_accent(event_types.iter().map(|it| &it.look));
    let mut response = page(&ProfilePage {
        shell: shell.accented(accent),
        person,
        org: org.name,
        event_types,
    })?;
    response.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
    Ok(response)
}
