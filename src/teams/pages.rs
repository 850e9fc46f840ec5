//! Teams as admins manage them, and the public page of a team.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::save::{self, NotSaved};
use super::{Offered, OnReschedule, Team, store};
use crate::accounts::session::{Admin, SignedIn};
use crate::accounts::{self, Person, initials};
use crate::app::App;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::look::Look;
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::text::{self, Slug};
use crate::web::flash::Flash;
use crate::web::form::{Input, sentence};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

const TEAMS: &str = "/360/teams";
const LONGEST_NAME: usize = 100;

struct Card {
    team: Team,
    url: String,
    members: Vec<String>,
    event_types: usize,
}

/// Somebody who can be in a team.
struct Choice {
    id: String,
    name: String,
    email: String,
    chosen: bool,
    active: bool,
}

#[derive(Template)]
#[template(path = "teams/list.html")]
struct ListPage {
    shell: Shell,
    cards: Vec<Card>,
    people: Vec<Choice>,
    input: Input,
    prefix: String,
}

#[derive(Template)]
#[template(path = "teams/edit.html")]
struct EditPage {
    shell: Shell,
    team: Team,
    url: String,
    people: Vec<Choice>,
    event_types: Vec<EventType>,
    input: Input,
    prefix: String,
}

#[derive(Template)]
#[template(path = "teams/delete.html")]
struct DeletePage {
    shell: Shell,
    team: Team,
    /// The event types that are turned off with it.
    many: usize,
    titles: String,
}

pub async fn list(State(app): State<App>, Admin(who): Admin, shell: Shell) -> Result<Response> {
    list_page(&app, &who, shell, Input::default()).await
}

async fn list_page(app: &App, who: &SignedIn, shell: Shell, input: Input) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let mut cards = Vec::new();
    for team in store::all(&mut reader, who.org()).await? {
        let members = store::members(&mut reader, who.org(), team.id).await?;
        let event_types = event_types::store::of_team(&mut reader, who.org(), team.id).await?;
        let mut members: Vec<String> = members.into_iter().map(|person| person.name).collect();
        // As the form has them.
        members.sort_unstable();
        cards.push(Card {
            url: app.config.url(&team.path()),
            members,
            event_types: event_types.len(),
            team,
        });
    }
    let people = people(&mut reader, who, &input).await?;
    Ok(private(page(&ListPage {
        shell: shell.at(Nav::Teams, who.viewer()),
        cards,
        people,
        input,
        prefix: prefix(app),
    })?))
}

/// Everybody who could host; who is chosen, by the form.
async fn people(reader: &mut Reader, who: &SignedIn, input: &Input) -> Result<Vec<Choice>> {
    let people = accounts::store::people(reader, who.org()).await?;
    let choice = |person: Person| Choice {
        id: person.id.to_string(),
        chosen: input.all("member").any(|id| id == person.id.to_string()),
        active: person.is_active(),
        name: person.name,
        email: person.email,
    };
    let mut all: Vec<Choice> = people.into_iter().map(choice).collect();
    // Who can't be booked is only shown where they are in it already.
    all.retain(|choice| choice.active || choice.chosen);
    Ok(all)
}

fn prefix(app: &App) -> String {
    let url = app.config.url("/team/");
    match url.split_once("://") {
        Some((_, rest)) => rest.to_owned(),
        None => url,
    }
}

/// What a team's form says.
struct Typed {
    name: String,
    slug: String,
    availability: Offered,
    on_reschedule: OnReschedule,
    members: Vec<Id<Person>>,
}

fn read(input: &mut Input) -> Option<Typed> {
    let language = input.language();
    let name = input.read("name", |words| {
        let name = text::line(words, LONGEST_NAME)
            .map_err(|why| sentence(language, why.said(language)))?;
        if name.is_empty() {
            return Err(language.say("web-no-name"));
        }
        Ok(name)
    });
    if input.text("slug").trim().is_empty()
        && let Some(name) = &name
    {
        match Slug::suggest(name) {
            Some(slug) => input.set("slug", slug),
            None => input.wrong("slug", language.say("team-no-slug")),
        }
    }
    let slug = match input.error("slug") {
        None => input.read("slug", |words| {
            Slug::parse(words.trim()).map_err(|why| sentence(language, why.said(language)))
        }),
        Some(_) => None,
    };
    let availability = Offered::from_word(input.text("availability"));
    let on_reschedule = OnReschedule::from_word(input.text("on_reschedule"));
    let members: Vec<Id<Person>> = input
        .all("member")
        .filter_map(|id| id.parse().ok())
        .collect();
    Some(Typed {
        name: name?,
        slug: slug?.into(),
        availability: availability.unwrap_or(Offered::WhenAnyIsFree),
        on_reschedule: on_reschedule.unwrap_or(OnReschedule::Keep),
        members,
    })
}

pub async fn create(
    State(app): State<App>,
    Admin(who): Admin,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    if let Some(typed) = read(&mut input) {
        let (id, now) = (app.entropy.id(app.now()), app.now());
        let team = Team::new(id, who.org(), &typed.name, &typed.slug, now);
        match save::create(&app, team, typed.members).await {
            Ok(()) => {
                let words = who.say("team-created").with("team", typed.name);
                return Ok(Flash::ok(words)
                    .link(who.say("nav-event-types"), "/360/events")
                    .see(&format!("{TEAMS}/{id}")));
            }
            Err(NotSaved::SlugTaken) => input.wrong("slug", who.say("team-slug-taken")),
            Err(NotSaved::Gone) => return Err(Error::NotFound),
            Err(NotSaved::Failed(error)) => return Err(error.into()),
        }
    }
    let again = list_page(&app, &who, shell, input).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

async fn found(reader: &mut Reader, who: &SignedIn, id: &str) -> Result<Team> {
    let id: Id<Team> = id.parse().map_err(|_| Error::NotFound)?;
    store::find(reader, who.org(), id)
        .await?
        .ok_or(Error::NotFound)
}

pub async fn edit(
    State(app): State<App>,
    Admin(who): Admin,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let team = found(&mut reader, &who, &id).await?;
    let members = store::members(&mut reader, who.org(), team.id).await?;
    let mut input = Input::filled([
        ("name", team.name.as_str()),
        ("slug", team.slug.as_str()),
        ("availability", team.availability.word()),
        ("on_reschedule", team.on_reschedule.word()),
    ]);
    input.set_all("member", members.iter().map(|person| person.id.to_string()));
    edit_page(&app, &mut reader, &who, shell, team, input).await
}

async fn edit_page(
    app: &App,
    reader: &mut Reader,
    who: &SignedIn,
    shell: Shell,
    team: Team,
    input: Input,
) -> Result<Response> {
    Ok(private(page(&EditPage {
        shell: shell.at(Nav::Teams, who.viewer()),
        url: app.config.url(&team.path()),
        people: people(reader, who, &input).await?,
        event_types: event_types::store::of_team(reader, who.org(), team.id).await?,
        prefix: prefix(app),
        team,
        input,
    })?))
}

pub async fn update(
    State(app): State<App>,
    Admin(who): Admin,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let team = found(&mut app.db.read().await?, &who, &id).await?;
    if let Some(typed) = read(&mut input) {
        let key = (who.org(), team.id);
        let change = move |it: &mut Team| {
            it.name = typed.name;
            it.slug = typed.slug;
            it.availability = typed.availability;
            it.on_reschedule = typed.on_reschedule;
        };
        match save::change(&app, key, typed.members, change).await {
            Ok(saved) => {
                let words = who.say("team-saved").with("team", &saved.name);
                return Ok(Flash::ok(words).see(&format!("{TEAMS}/{}", saved.id)));
            }
            Err(NotSaved::SlugTaken) => input.wrong("slug", who.say("team-slug-taken")),
            Err(NotSaved::Gone) => return Err(Error::NotFound),
            Err(NotSaved::Failed(error)) => return Err(error.into()),
        }
    }
    let mut reader = app.db.read().await?;
    let again = edit_page(&app, &mut reader, &who, shell, team, input).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

pub async fn ask_delete(
    State(app): State<App>,
    Admin(who): Admin,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let team = found(&mut reader, &who, &id).await?;
    let event_types = event_types::store::of_team(&mut reader, who.org(), team.id).await?;
    let titles: Vec<String> = event_types.into_iter().map(|it| it.title).collect();
    Ok(private(page(&DeletePage {
        shell: shell.at(Nav::Teams, who.viewer()),
        many: titles.len(),
        titles: titles.join(", "),
        team,
    })?))
}

pub async fn delete(
    State(app): State<App>,
    Admin(who): Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: Id<Team> = id.parse().map_err(|_| Error::NotFound)?;
    match save::delete(&app, who.org(), id).await {
        Ok(gone) => {
            let words = who.say("team-deleted").with("team", gone.name);
            Ok(Flash::ok(words).see(TEAMS))
        }
        Err(NotSaved::Gone) => Err(Error::NotFound),
        Err(NotSaved::SlugTaken) => Err(anyhow::anyhow!("a deletion took a slug").into()),
        Err(NotSaved::Failed(error)) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "teams/public.html")]
struct PublicPage {
    shell: Shell,
    team: Team,
    initials: String,
    org: String,
    event_types: Vec<EventType>,
}

/// `/team/{slug}`: what can be booked with the team.
pub async fn public(
    State(app): State<App>,
    shell: Shell,
    Path(slug): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let team = store::by_slug(&mut reader, &slug)
        .await?
        .ok_or(Error::NotFound)?;
    let org = accounts::store::org(&mut reader, team.org_id)
        .await?
        .ok_or(Error::NotFound)?;
    let mut event_types = event_types::store::of_team(&mut reader, team.org_id, team.id).await?;
    event_types.retain(EventType::is_on);
    let accent = Look::shared_accent(event_types.iter().map(|it| &it.look));
    let mut response = page(&PublicPage {
        shell: shell.accented(accent),
        initials: initials(&team.name),
        org: org.name,
        event_types,
        team,
    })?;
    response.headers_mut().insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
    Ok(response)
}
