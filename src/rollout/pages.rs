//! The Rollout card's form, and the question before something is turned off. Admins only.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::change::{self, Saved};
use super::{Rollout, store};
use crate::accounts::rules::local_path;
use crate::accounts::session::{Admin, SignedIn};
use crate::app::App;
use crate::conferencing::survey::Survey;
use crate::conferencing::{Account, ConnectionRole};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::language::Language;
use crate::web::flash::{Flash, Tone};
use crate::web::form::{Input, Query};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private, see};

const ZOOM_PAGE: &str = "/360/integrations/zoom";
const QUESTION: &str = "/360/integrations/zoom/rollout";
/// What the card's form sends, and the question keeps.
const FIELDS: [&str; 6] = [
    "enabled",
    "routing",
    "webinars",
    "default_account",
    "version",
    "back",
];

/// What the form says, and the switches as they are.
struct Wanted {
    before: Rollout,
    after: Rollout,
}

impl Wanted {
    async fn read(app: &App, who: &SignedIn, input: &Input) -> Result<Wanted> {
        let (org, now) = (who.org(), app.now());
        let before = store::rollout(&mut app.db.read().await?, org).await?;
        let flag = |name: &str, since: Option<jiff::Timestamp>| {
            input.has(name).then(|| since.unwrap_or(now))
        };
        let default_account = match input.text("default_account") {
            "" => None,
            text => Some(text.parse().map_err(|_| Error::NotFound)?),
        };
        let after = Rollout {
            org_id: org,
            enabled_at: flag("enabled", before.enabled_at),
            routing_at: flag("routing", before.routing_at),
            webinars_at: flag("webinars", before.webinars_at),
            // The select is only there while routing is on.
            default_account: if before.routing_at.is_some() && input.has("routing") {
                default_account
            } else {
                before.default_account
            },
            version: match input.text("version") {
                "" => before.version,
                text => text.parse().map_err(|_| Error::NotFound)?,
            },
        };
        Ok(Wanted { before, after })
    }

    fn turns_zoom_off(&self) -> bool {
        self.before.enabled_at.is_some() && self.after.enabled_at.is_none()
    }

    fn turns_webinars_off(&self) -> bool {
        self.before.webinars_at.is_some() && self.after.webinars_at.is_none()
    }
}

/// The question before this is saved: a title, what follows, and its answers. `None`: nobody is hit.
fn question(wanted: &Wanted, survey: &Survey, language: Language) -> Option<Question> {
    let webinars = survey.webinars();
    let asks_webinars = wanted.turns_webinars_off() && webinars > 0;
    let mut words = Vec::new();
    if wanted.turns_zoom_off() {
        let (bookings, types) = (survey.all_with_link(), survey.event_types());
        words.push(turning_off(bookings, types, language));
    }
    if asks_webinars {
        words.push(without_webinars(webinars, language));
    }
    let (title, keep) = match (wanted.turns_zoom_off(), asks_webinars) {
        (true, _) => ("rollout-zoom-title", "rollout-zoom-keep"),
        (false, true) => ("rollout-webinars-title", "rollout-webinars-keep"),
        (false, false) => return None,
    };
    Some(Question {
        title: language.word(title),
        keep: language.word(keep),
        words,
    })
}

struct Question {
    title: Cow<'static, str>,
    keep: Cow<'static, str>,
    words: Vec<String>,
}

fn where_to(input: &Input) -> &str {
    let back = input.text("back");
    match local_path(back) {
        Some(path) if path.starts_with("/360/") => path,
        Some(_) | None => ZOOM_PAGE,
    }
}

pub async fn save(State(app): State<App>, Admin(who): Admin, input: Input) -> Result<Response> {
    let wanted = Wanted::read(&app, &who, &input).await?;
    if !input.has("sure") {
        let survey = Survey::load(&mut app.db.read().await?, &app, who.org()).await?;
        if question(&wanted, &survey, who.language).is_some() {
            return Ok(see(&question_path(&input)));
        }
    }
    let chosen = wanted.after.default_account;
    if chosen != wanted.before.default_account && !is_shared(&app, &who, chosen).await? {
        let words = who.say("rollout-not-shared");
        return Ok(Flash::new(Tone::Warn, words).see(ZOOM_PAGE));
    }
    Ok(match change::save(&app, &who, wanted.after).await? {
        Saved::Yes => Flash::ok(who.say("rollout-saved")).see(where_to(&input)),
        Saved::SomebodyElse => {
            Flash::new(Tone::Warn, who.say("rollout-saved-by-other")).see(ZOOM_PAGE)
        }
    })
}

async fn is_shared(app: &App, who: &SignedIn, chosen: Option<Id<Account>>) -> Result<bool> {
    let Some(id) = chosen else {
        return Ok(true);
    };
    let mut reader = app.db.read().await?;
    let linked = crate::conferencing::store::linked(&mut reader, who.org()).await?;
    Ok(linked
        .iter()
        .any(|l| l.account.id == id && l.connection.role == ConnectionRole::Shared))
}

fn question_path(input: &Input) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in FIELDS {
        query.append_pair(name, input.text(name));
    }
    format!("{QUESTION}?{}", query.finish())
}

#[derive(Template)]
#[template(path = "rollout/turn_off.html")]
struct TurnOffPage {
    shell: Shell,
    question: Question,
    fields: Vec<(String, String)>,
}

/// What turning something off means, before it is.
pub async fn ask_turn_off(
    State(app): State<App>,
    Admin(who): Admin,
    shell: Shell,
    Query(mut fields): Query<Vec<(String, String)>>,
) -> Result<Response> {
    fields.retain(|(name, _)| FIELDS.contains(&name.as_str()));
    let input = Input::filled(fields.clone());
    let wanted = Wanted::read(&app, &who, &input).await?;
    let survey = Survey::load(&mut app.db.read().await?, &app, who.org()).await?;
    let Some(question) = question(&wanted, &survey, shell.language) else {
        return Ok(see(ZOOM_PAGE));
    };
    Ok(private(page(&TurnOffPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        question,
        fields,
    })?))
}

fn without_webinars(types: usize, language: Language) -> String {
    language
        .say("rollout-webinar-types")
        .with("types", types)
        .into()
}

fn turning_off(bookings: i64, types: usize, language: Language) -> String {
    let new_ones = language.say("rollout-event-types").with("types", types);
    if bookings == 0 {
        return new_ones.into();
    }
    let stay = language
        .say("rollout-links-stay")
        .with("bookings", bookings);
    format!("{stay} {new_ones}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_zoom_off_counts_what_stays_and_what_goes() {
        assert_eq!(
            turning_off(3, 2, Language::English),
            "3 upcoming bookings keep their links. New bookings on 2 event types set to Zoom will \
             have no link until it is on again."
        );
        assert_eq!(
            turning_off(1, 1, Language::English),
            "1 upcoming booking keeps its link. New bookings on 1 event type set to Zoom will \
             have no link until it is on again."
        );
        assert_eq!(
            turning_off(0, 0, Language::English),
            "No event type is set to Zoom now."
        );
        assert_eq!(
            without_webinars(2, Language::English),
            "2 group event types use webinars; their new bookings become meetings."
        );
    }
}
