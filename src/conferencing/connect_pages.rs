//! Going to Zoom to sign in, coming back, and the questions that may follow: whether an account
//! changes its role, whether another one takes its place, what to use it for.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use url::form_urlencoded;

use super::connect::{self, Back, Ended, Finished, Landed, Wish};
use super::disconnect::Revoked;
use super::held::{self, Held};
use super::pages::{Leaving, ZOOM_PAGE, connect_label, linked, may_reconnect};
use super::roles::{self, NotChanged};
use super::store::Linked;
use super::survey::{Survey, at_most_three};
use super::{ConnectionRole, ProviderKind};
use crate::accounts::Person;
use crate::accounts::rights::{Right, may};
use crate::accounts::rules::local_path;
use crate::accounts::session::{MaybeSignedIn, SignedIn};
use crate::app::App;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::save::{self, NotSaved};
use crate::event_types::{self, EventType, Location};
use crate::id::Id;
use crate::language::{Language, Said};
use crate::rollout;
use crate::web::flash::{Flash, Tone};
use crate::web::form::{Input, Query};
use crate::web::layout::{Nav, Shell};
use crate::web::limit::{self, What};
use crate::web::{page, private, see};

const CONNECT: &str = "/360/integrations/zoom/connect";

pub(super) fn is_local(path: &str) -> bool {
    path.starts_with("/360/") && local_path(path).is_some() && !path.contains("//")
}

fn or_zoom_page(path: &str) -> &str {
    if is_local(path) { path } else { ZOOM_PAGE }
}

/// What is asked for by a form or a link: a new connection in a role, or an old one renewed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    role: String,
    connection: String,
    back: String,
}

/// Where to begin again, with the same wish.
fn begin_path(wish: &Wish) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    match wish.renew {
        Some(id) => query.append_pair("connection", &id.to_string()),
        None => query.append_pair("role", wish.role.word()),
    };
    if wish.return_to != ZOOM_PAGE {
        query.append_pair("back", &wish.return_to);
    }
    format!("{CONNECT}?{}", query.finish())
}

/// What the person may wish of what is asked for, and the connection that it renews.
async fn wish(app: &App, who: &SignedIn, asked: &Asked) -> Result<(Wish, Option<Linked>)> {
    let mut reader = app.db.read().await?;
    let renewed = match asked.connection.as_str() {
        "" => None,
        id => Some(linked(&mut reader, who, id).await?),
    };
    let role = match &renewed {
        Some(linked) => linked.connection.role,
        None => ConnectionRole::from_word(&asked.role).unwrap_or(ConnectionRole::Personal),
    };
    if role == ConnectionRole::Shared {
        who.needs(Right::AddSharedAccount)?;
    }
    if renewed
        .as_ref()
        .is_some_and(|l| !may_reconnect(&who.person, l))
    {
        return Err(Error::Forbidden);
    }
    let wish = Wish {
        role,
        renew: renewed.as_ref().map(|linked| linked.connection.id),
        return_to: or_zoom_page(&asked.back).to_owned(),
    };
    Ok((wish, renewed))
}

/// Why this person can't connect anything now.
async fn obstacle(app: &App, who: &SignedIn) -> Result<Option<Flash>> {
    if !app.providers.has(ProviderKind::Zoom) {
        let words = if who.person.is_admin() {
            "zoom-no-app"
        } else {
            "zoom-not-set-up"
        };
        return Ok(Some(Flash::new(Tone::Warn, who.say(words))));
    }
    let rollout = rollout::store::rollout(&mut app.db.read().await?, who.org()).await?;
    if rollout.enabled_at.is_none() && !may(&who.person, Right::ManageRollout) {
        let words = who.say("zoom-off-ask");
        return Ok(Some(Flash::new(Tone::Warn, words)));
    }
    Ok(None)
}

#[derive(Template)]
#[template(path = "conferencing/connect.html")]
struct ConnectPage {
    shell: Shell,
    title: String,
    label: Cow<'static, str>,
    role: &'static str,
    connection: String,
    back: String,
    /// What to send to a Zoom admin who has to approve the app first.
    to_approve: String,
}

/// Says what Zoom will ask for, before somebody leaves for it.
pub async fn ask_connect(
    State(app): State<App>,
    who: SignedIn,
    shell: Shell,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    if let Some(flash) = obstacle(&app, &who).await? {
        return Ok(private(flash.see(ZOOM_PAGE)));
    }
    let (wish, renewed) = wish(&app, &who, &asked).await?;
    let (title, label) = match (&renewed, wish.role) {
        (Some(linked), _) => {
            let title = who.say("connect-again");
            (
                title.with("email", &linked.account.email),
                who.language.word("zoom-reconnect"),
            )
        }
        (None, ConnectionRole::Personal) => (who.say("connect-mine"), connect_label(&who)),
        (None, ConnectionRole::Shared) => (
            who.say("zoom-connect-shared"),
            who.language.word("zoom-connect-shared"),
        ),
    };
    Ok(private(page(&ConnectPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        title: title.into(),
        label,
        role: wish.role.word(),
        connection: wish.renew.map_or_else(String::new, |id| id.to_string()),
        back: wish.return_to,
        to_approve: app.config.url("/"),
    })?))
}

pub async fn connect(State(app): State<App>, who: SignedIn, input: Input) -> Result<Response> {
    let asked = Asked {
        role: input.text("role").to_owned(),
        connection: input.text("connection").to_owned(),
        back: input.text("back").to_owned(),
    };
    let (wish, _) = wish(&app, &who, &asked).await?;
    if let Some(flash) = obstacle(&app, &who).await? {
        return Ok(flash.see(ZOOM_PAGE));
    }
    match connect::begin(&app, &who, wish).await? {
        Some(url) => Ok(private(see(&url))),
        None => Ok(Flash::new(Tone::Warn, who.say("zoom-no-app")).see(ZOOM_PAGE)),
    }
}

pub async fn callback(
    State(app): State<App>,
    MaybeSignedIn(who): MaybeSignedIn,
    shell: Shell,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let Some(who) = who else {
        // The session it was begun in is over, so it can't be ended in another. Nothing of the
        // address is carried on.
        let words = shell.say("connect-signed-out");
        let to = format!("/sign-in?back={ZOOM_PAGE}");
        return Ok(private(Flash::new(Tone::Warn, words).see(&to)));
    };
    // Each leaves an entry in the log, whatever the address holds.
    limit::count(&app, What::Return, &who.person.id.to_string()).await?;
    let finished = connect::finish(&app, &who, Back::read(&query)).await?;
    Ok(private(landing(&app, &who, finished).await?))
}

async fn landing(app: &App, who: &SignedIn, finished: Finished) -> Result<Response> {
    let words = finished.ended.words();
    let wish = finished.wish.unwrap_or_else(|| Wish {
        role: ConnectionRole::Personal,
        renew: None,
        return_to: ZOOM_PAGE.to_owned(),
    });
    let again = begin_path(&wish);
    let begin = match wish.role {
        _ if wish.renew.is_some() => "zoom-reconnect",
        ConnectionRole::Personal => "zoom-connect-mine",
        ConnectionRole::Shared => "zoom-connect-shared",
    };
    let try_again = |flash: Flash| flash.link(who.say("zoom-try-again"), &again);
    let flash = match finished.ended {
        Ended::Connected(landed) => return connected(app, who, &landed, &words).await,
        Ended::AskRole { connection, .. } => {
            let back: String = form_urlencoded::byte_serialize(wish.return_to.as_bytes()).collect();
            return Ok(see(&format!(
                "{ZOOM_PAGE}/accounts/{connection}/role?back={back}"
            )));
        }
        Ended::AskHeld { held, .. } => return Ok(see(&format!("{ZOOM_PAGE}/held/{held}"))),
        Ended::Declined => try_again(Flash::new(Tone::Info, words)),
        Ended::Stale | Ended::CodeRefused => {
            Flash::new(Tone::Warn, words).link(who.say(begin), &again)
        }
        Ended::ScopeMissing(_) => Flash::new(Tone::Bad, words),
        Ended::Lacks { .. } => try_again(Flash::new(Tone::Bad, words)),
        Ended::NotTheOneMeant { .. } => {
            Flash::new(Tone::Warn, words).link(who.say("zoom-reconnect"), &again)
        }
        Ended::BelongsTo { .. } | Ended::NotAllowed => Flash::new(Tone::Bad, words),
        Ended::ServerMisconfigured if who.person.is_admin() => {
            let label = who.say("zoom-set-up-server");
            Flash::new(Tone::Bad, words).link(label, super::setup_pages::PAGE)
        }
        Ended::ServerMisconfigured => Flash::new(Tone::Bad, who.say("zoom-set-up-wrongly")),
        Ended::Unreachable => try_again(Flash::new(Tone::Warn, words)),
    };
    Ok(flash.see(ZOOM_PAGE))
}

/// Where somebody goes whose account works now: back where they came from; else to the Zoom page,
/// which shows how many bookings get their link, or what the new account can be used for.
async fn connected(app: &App, who: &SignedIn, landed: &Landed, words: &str) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let survey = Survey::load(&mut reader, app, who.org()).await?;
    let this = survey
        .linked
        .iter()
        .find(|l| l.connection.id == landed.connection);
    let waiting = this.map_or(0, |linked| survey.getting(linked));
    if landed.return_to != ZOOM_PAGE {
        let mut sentences = vec![words.to_owned()];
        // The editor shows Zoom as chosen, and has it only once it is saved.
        let edited = event_type_in(&landed.return_to);
        if edited.is_some_and(|id| !survey.is_offered_online(id)) {
            sentences.push(who.say("use-save").into());
        }
        if waiting > 0 {
            let getting = who.say("use-getting").with("waiting", waiting);
            sentences.push(getting.into());
        }
        return Ok(Flash::ok(sentences.join(" ")).see(&landed.return_to));
    }
    let first = if landed.is_new && UseForm::load(&mut reader, &survey, who).await?.is_some() {
        "&first=1"
    } else {
        ""
    };
    if waiting > 0 {
        let id = landed.connection;
        return Ok(see(&format!(
            "{ZOOM_PAGE}?connected={id}&of={waiting}{first}"
        )));
    }
    let to = match first {
        "" => ZOOM_PAGE.to_owned(),
        _ => format!("{ZOOM_PAGE}?first=1"),
    };
    Ok(Flash::ok(words).see(&to))
}

/// The event type whose editor this path is.
fn event_type_in(path: &str) -> Option<Id<EventType>> {
    let rest = path.strip_prefix("/360/events/")?;
    let (id, _) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
    id.parse().ok()
}

/// What a newly connected account can be used for at once.
pub(super) struct UseForm {
    pub choices: Vec<Choice>,
    /// The button, which also turns Zoom on when it is off.
    pub button: Cow<'static, str>,
    pub turn_on: bool,
}

pub(super) struct Choice {
    pub id: String,
    pub title: String,
    pub location: Cow<'static, str>,
    pub ticked: bool,
}

impl UseForm {
    /// `None`: there is nothing left to set.
    pub async fn load(
        reader: &mut Reader,
        survey: &Survey,
        who: &SignedIn,
    ) -> Result<Option<UseForm>> {
        let (me, language) = (&who.person, who.language);
        let own = event_types::store::of_editor(reader, me.org_id, me).await?;
        let choices: Vec<Choice> = own
            .into_iter()
            .filter(|it| it.person_id == me.id && it.location != Location::Zoom)
            .map(|event_type| Choice {
                id: event_type.id.to_string(),
                ticked: !has_video_link(event_type.location),
                location: event_type.location.choice(language),
                title: event_type.title,
            })
            .collect();
        let turn_on = !survey.is_on() && may(me, Right::ManageRollout);
        if choices.is_empty() && !turn_on {
            return Ok(None);
        }
        let button = match (turn_on, choices.is_empty()) {
            (true, true) => "zoom-turn-on",
            (true, false) => "use-turn-on-and-set",
            (false, _) => "use-set",
        };
        Ok(Some(UseForm {
            choices,
            button: language.word(button),
            turn_on,
        }))
    }
}

fn has_video_link(location: Location) -> bool {
    match location {
        Location::Zoom | Location::GoogleMeet | Location::MicrosoftTeams | Location::CustomUrl => {
            true
        }
        Location::Phone | Location::InPerson | Location::AskInvitee => false,
    }
}

/// The chosen event types take place at Zoom from now on; the switch is turned on if that was asked.
pub async fn use_for(State(app): State<App>, who: SignedIn, input: Input) -> Result<Response> {
    if input.has("turn_on") {
        who.needs(Right::ManageRollout)?;
    }
    if let Some(flash) = obstacle(&app, &who).await? {
        return Ok(flash.see(ZOOM_PAGE));
    }
    let mut titles = Vec::new();
    for id in input.all("event_type") {
        let id: Id<EventType> = id.parse().map_err(|_| Error::NotFound)?;
        titles.push(meet_at_zoom(&app, &who.person, id).await?);
    }
    if input.has("turn_on") {
        rollout::change::turn_on(&app, &who).await?;
    }
    let survey = Survey::load(&mut app.db.read().await?, &app, who.org()).await?;
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let about = |key| {
        let titles = at_most_three(&titles, who.language);
        who.say(key).with("titles", titles)
    };
    let flash = match (survey.host_of(who.person.id), titles.is_empty()) {
        (_, true) if input.has("turn_on") => Flash::ok(who.say("use-on")),
        (_, true) => Flash::new(Tone::Info, who.say("use-nothing")),
        (Ok(_), false) => Flash::ok(about("use-saved")),
        (Err(why), false) => {
            let words = about("use-saved-no-link").with("why", why.words());
            Flash::new(Tone::Warn, words)
        }
    };
    Ok(flash.see(ZOOM_PAGE))
}

async fn meet_at_zoom(app: &App, me: &Person, id: Id<EventType>) -> Result<String> {
    let changed = save::change(app, me, id, |event_type| {
        event_type.location = Location::Zoom;
        event_type.location_value = None;
    })
    .await;
    match changed {
        Ok((_, after)) => Ok(after.title),
        Err(NotSaved::Gone) => Err(Error::NotFound),
        Err(NotSaved::SlugTaken { .. }) => {
            Err(anyhow::anyhow!("the slug of {id} was taken by a change of its place").into())
        }
        Err(NotSaved::Failed(error)) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "conferencing/role.html")]
struct RolePage {
    shell: Shell,
    email: String,
    /// "a personal account of Ada Lovelace"
    now: String,
    button_used: Cow<'static, str>,
    /// What the other role is and what follows.
    then: String,
    /// What of others is on an account that is to be somebody's own.
    stays: Option<String>,
    keep: Cow<'static, str>,
    change: Cow<'static, str>,
    to: &'static str,
    /// The personal account that stands in the way of the change, and where it can be disconnected.
    in_the_way: Option<(String, String)>,
}

async fn changeable(reader: &mut Reader, who: &SignedIn, id: &str) -> Result<Linked> {
    let linked = linked(reader, who, id).await?;
    if roles::may_change(&who.person, &linked) {
        Ok(linked)
    } else {
        Err(Error::Forbidden)
    }
}

pub async fn ask_role(
    State(app): State<App>,
    who: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let linked = changeable(&mut reader, &who, &id).await?;
    let (org, connection) = (who.org(), &linked.connection);
    let asked = roles::asked(&who, &linked);
    if !roles::store::is_asked(&mut reader, asked, app.now()).await? {
        return Ok(private(run_out(&who).see(ZOOM_PAGE)));
    }
    let survey = Survey::load(&mut reader, &app, org).await?;
    let asker = (who.person.id, connection.role.other());
    let in_the_way = roles::in_the_way(&mut reader, org, asker, connection.id).await?;
    let owner = survey.name_of(connection.owner_id, who.language);
    let yours = connection.owner_id == who.person.id;
    let (now, button_used, then, keep, change) = match connection.role {
        ConnectionRole::Personal => (
            who.say(if yours {
                "role-personal-yours"
            } else {
                "role-personal-of"
            }),
            "zoom-connect-shared",
            as_shared(&survey, &linked, who.language),
            "role-keep-personal",
            "role-change-shared",
        ),
        ConnectionRole::Shared => (
            who.say(if yours {
                "role-shared-by-you"
            } else {
                "role-shared-by"
            }),
            "zoom-connect-mine",
            who.say("role-then-personal"),
            "role-keep-shared",
            "role-change-personal",
        ),
    };
    let page_struct = RolePage {
        now: now.with("name", owner).into(),
        button_used: who.language.word(button_used),
        then: then.into(),
        stays: stays(&survey, &linked, &who),
        keep: who.language.word(keep),
        change: who.language.word(change),
        to: connection.role.other().word(),
        in_the_way: in_the_way.map(|own| {
            let path = Leaving::new(&survey, &own, who.language).path;
            (own.account.email, path)
        }),
        email: linked.account.email.clone(),
        shell: shell.at(Nav::Integrations, who.viewer()),
    };
    Ok(private(page(&page_struct)?))
}

fn as_shared(survey: &Survey, linked: &Linked, language: Language) -> Said {
    match survey.host_of_the_rest_with(linked) {
        Ok(host) if host.connection == linked.connection.id => {
            language.say("role-then-shared-hosts")
        }
        Ok(host) => language
            .say("role-then-shared-behind")
            .with("email", host.email),
        Err(_) => language.say("role-then-shared"),
    }
}

fn stays(survey: &Survey, linked: &Linked, who: &SignedIn) -> Option<String> {
    match (
        linked.connection.role,
        survey.with_link_of_others(linked, who.person.id),
    ) {
        (ConnectionRole::Personal, _) | (ConnectionRole::Shared, 0) => None,
        (ConnectionRole::Shared, bookings) => {
            Some(who.say("role-stays").with("bookings", bookings).into())
        }
    }
}

pub async fn role(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    input: Input,
) -> Result<Response> {
    let back = or_zoom_page(&asked.back);
    let linked = changeable(&mut app.db.read().await?, &who, &id).await?;
    let (email, role) = (&linked.account.email, linked.connection.role);
    let about = |key| who.say(key).with("email", email);
    if !input.is("to", role.other().word()) {
        if !roles::keep(&app, &who, &linked).await? {
            return Ok(run_out(&who).see(back));
        }
        let words = match role {
            ConnectionRole::Personal => about("role-stays-personal"),
            ConnectionRole::Shared => about("role-stays-shared"),
        };
        return Ok(Flash::new(Tone::Info, words).see(back));
    }
    let flash = match roles::change(&app, &who, &linked).await {
        Ok(()) => Flash::ok(match role.other() {
            ConnectionRole::Personal => about("role-is-personal"),
            ConnectionRole::Shared => about("role-is-shared"),
        }),
        Err(NotChanged::AlreadyHas { email: own }) => {
            Flash::new(Tone::Warn, about("role-already-has").with("own", own))
        }
        Err(NotChanged::Gone) => Flash::new(Tone::Warn, about("role-gone")),
        Err(NotChanged::NotAsked) => run_out(&who),
        Err(NotChanged::Failed(error)) => return Err(Error::Internal(error)),
    };
    Ok(flash.see(back))
}

#[derive(Template)]
#[template(path = "conferencing/held.html")]
struct HeldPage {
    shell: Shell,
    title: String,
    email: String,
    /// Else it is one more.
    replaces: bool,
    consequences: Vec<String>,
    keep: String,
    take: String,
}

fn run_out(who: &SignedIn) -> Flash {
    Flash::new(Tone::Warn, who.say("held-run-out"))
}

pub async fn ask_held(
    State(app): State<App>,
    who: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: Id<Held> = id.parse().map_err(|_| Error::NotFound)?;
    let mut reader = app.db.read().await?;
    let whose = (who.org(), who.person.id);
    let Some(row) = held::store::waiting_for(&mut reader, whose, id, app.now()).await? else {
        return Ok(private(run_out(&who).see(ZOOM_PAGE)));
    };
    let survey = Survey::load(&mut reader, &app, who.org()).await?;
    let (new, old) = (&row.email, &row.meant);
    let about = |key| String::from(who.say(key).with("new", new).with("old", old));
    let shown = match row.role {
        ConnectionRole::Personal => HeldPage {
            title: about("held-replace-title"),
            replaces: true,
            consequences: replacing(&survey, &who, new),
            keep: about("held-replace-keep"),
            take: about("held-replace-take"),
            email: new.clone(),
            shell: shell.at(Nav::Integrations, who.viewer()),
        },
        ConnectionRole::Shared => HeldPage {
            title: about("held-add-title"),
            replaces: false,
            consequences: vec![about("held-one-more"), about("held-old-stays")],
            keep: about("held-add-keep"),
            take: about("held-add-take"),
            email: new.clone(),
            shell: shell.at(Nav::Integrations, who.viewer()),
        },
    };
    Ok(private(page(&shown)?))
}

fn replacing(survey: &Survey, who: &SignedIn, new: &str) -> Vec<String> {
    let mut all = vec![who.say("held-hosted-on").with("new", new)];
    if let Some(own) = survey.own(who.person.id) {
        let key = if own.connection.broken_since.is_some() {
            "held-removed-broken"
        } else {
            "held-revokes"
        };
        all.push(who.say(key).with("email", &own.account.email));
    }
    all.push(who.say("zoom-links-stay"));
    all.into_iter().map(String::from).collect()
}

pub async fn answer_held(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    input: Input,
) -> Result<Response> {
    let id: Id<Held> = id.parse().map_err(|_| Error::NotFound)?;
    if !input.is("do", "use") {
        return Ok(match held::decline(&app, &who, id).await? {
            Some(row) => {
                let words = who.say("held-not-used").with("email", row.email);
                Flash::new(Tone::Info, words).see(ZOOM_PAGE)
            }
            None => run_out(&who).see(ZOOM_PAGE),
        });
    }
    let whose = (who.org(), who.person.id);
    let row = held::store::waiting_for(&mut app.db.read().await?, whose, id, app.now()).await?;
    if row.is_some_and(|row| row.role == ConnectionRole::Shared) {
        who.needs(Right::AddSharedAccount)?;
    }
    let Some((landed, let_go)) = connect::use_held(&app, &who, id).await? else {
        return Ok(run_out(&who).see(ZOOM_PAGE));
    };
    if let Some(old) = let_go
        && held::give_back_now(&app, old).await? == Revoked::Unreachable
    {
        let words = format!(
            "{} {}",
            who.say("held-not-revoked"),
            who.say("zoom-remove-in-zoom")
        );
        return Ok(Flash::new(Tone::Warn, words).see(ZOOM_PAGE));
    }
    let words = Ended::Connected(landed.clone()).words();
    Ok(connected(&app, &who, &landed, &words)
        .await?
        .into_response())
}
