//! Integrations and the Zoom page: who is connected as what, what is broken and what follows.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::connect_pages::{UseForm, is_local};
use super::connection::Break;
use super::store::{self, Linked};
use super::survey::{Survey, count, what_follows};
use super::worries::{StrayLine, Worries};
use super::zoom::oauth;
use super::{ConnectionRole, budget};
use crate::accounts::rights::{Right, may};
use crate::accounts::session::SignedIn;
use crate::accounts::{Person, initials};
use crate::app::App;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::rollout::Rollout;
use crate::web::form::Query;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

pub const ZOOM_PAGE: &str = "/360/integrations/zoom";
/// How often a day Zoom lets one of its users make or change a meeting.
const CHANGES_A_DAY: i64 = 100;

/// The Zoom card on the Integrations page.
struct Card {
    badge: &'static str,
    tone: &'static str,
    words: String,
    /// The connection that the viewer can renew.
    reconnect: Option<String>,
    connect_personal: Option<&'static str>,
    connect_shared: bool,
    /// Label and path.
    settings: Option<(&'static str, &'static str)>,
}

impl Card {
    fn new(badge: &'static str, tone: &'static str, words: impl Into<String>) -> Card {
        Card {
            badge,
            tone,
            words: words.into(),
            reconnect: None,
            connect_personal: None,
            connect_shared: false,
            settings: Some(("Settings", ZOOM_PAGE)),
        }
    }
}

#[derive(Template)]
#[template(path = "conferencing/integrations.html")]
struct IntegrationsPage {
    shell: Shell,
    /// None: a member whose org has not turned Zoom on sees no card.
    zoom: Option<Card>,
}

pub async fn integrations(State(app): State<App>, who: SignedIn, shell: Shell) -> Result<Response> {
    let survey = Survey::load(&mut app.db.read().await?, &app, who.org()).await?;
    Ok(private(page(&IntegrationsPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        zoom: card(&survey, &who.person),
    })?))
}

fn card(survey: &Survey, me: &Person) -> Option<Card> {
    let admin = me.is_admin();
    if !survey.set_up {
        let words = "This server has no Zoom app yet. It takes about five minutes.";
        return admin.then(|| Card {
            settings: Some(("Set up Zoom", super::setup_pages::PAGE)),
            ..Card::new("Not set up", "warn", words)
        });
    }
    if !survey.is_on() {
        let words = "Zoom is off for your organization.";
        return admin.then(|| Card::new("Off", "", words));
    }
    if let Some(card) = broken_card(survey, me) {
        return Some(card);
    }
    if let Some(own) = survey.own(me.id) {
        let words = format!("Connected as {}.", own.account.email);
        return Some(Card::new("Connected", "ok", words));
    }
    if let Ok(host) = survey.host_of(me.id) {
        let words = format!(
            "Your meetings use {}. Connect your own to host them yourself.",
            host.email
        );
        return Some(Card {
            connect_personal: Some("Connect my Zoom"),
            ..Card::new("Connected", "ok", words)
        });
    }
    let words = "A new Zoom meeting for every booking. No copying links.";
    Some(Card {
        connect_personal: Some(connect_label(me)),
        connect_shared: admin,
        settings: admin.then_some(("Settings", ZOOM_PAGE)),
        ..Card::new("Not connected", "", words)
    })
}

/// What has to be put right: for admins anything, for others what hosts their own meetings.
fn broken_card(survey: &Survey, me: &Person) -> Option<Card> {
    const BADGE: &str = "Connection broken";
    let broken: Vec<&Linked> = survey
        .linked
        .iter()
        .filter(|l| l.connection.broken_since.is_some() && may_reconnect(me, l))
        .collect();
    let [first, ..] = broken.as_slice() else {
        return shared_is_broken(survey, me).map(|words| Card {
            connect_personal: Some("Connect my Zoom"),
            ..Card::new(BADGE, "bad", words)
        });
    };
    if me.is_admin() && survey.linked.len() > 1 {
        let (all, some) = (survey.linked.len(), broken.len());
        let words = match some {
            1 => format!("{all} accounts, 1 needs you to reconnect."),
            _ => format!("{all} accounts, {some} need you to reconnect."),
        };
        return Some(Card::new(BADGE, "bad", words));
    }
    let words = match survey.instead_of(first) {
        Ok(host) => format!(
            "New bookings are hosted on {} until you reconnect.",
            host.email
        ),
        Err(_) => format!(
            "New bookings get no Zoom link until you reconnect. {} waiting.",
            survey.waiting_for(first)
        ),
    };
    Some(Card {
        reconnect: Some(first.connection.id.to_string()),
        ..Card::new(BADGE, "bad", words)
    })
}

/// The words for somebody whose meetings would be on a shared account, which others have to renew.
fn shared_is_broken(survey: &Survey, me: &Person) -> Option<String> {
    if survey.own(me.id).is_some() || survey.host_of(me.id).is_ok() {
        return None;
    }
    let shared = survey.linked.iter().find(|l| {
        l.connection.role == ConnectionRole::Shared && l.connection.broken_since.is_some()
    })?;
    Some(format!(
        "New bookings get no Zoom link until {} is reconnected by an admin, or you connect your \
         own.",
        shared.account.email
    ))
}

pub(super) fn connect_label(me: &Person) -> &'static str {
    if me.is_admin() {
        "Connect my Zoom"
    } else {
        "Connect Zoom"
    }
}

/// An account on the Zoom page.
struct AccountCard {
    id: String,
    initials: String,
    name: String,
    email: String,
    role: &'static str,
    facts: String,
    /// Today's use of what Zoom allows.
    use_today: String,
    /// The reason and the effect, when it is broken.
    broken: Option<(String, String)>,
    /// What is not as it should be though it is connected.
    worries: Vec<String>,
    /// A Basic account: its meetings end after 40 minutes.
    basic: bool,
    reconnect: bool,
    disconnect: Option<Leaving>,
}

/// What the question before a disconnect says; the dialog and the page show the same.
pub(super) struct Leaving {
    pub path: String,
    pub email: String,
    pub consequences: Vec<String>,
}

impl Leaving {
    pub fn new(survey: &Survey, linked: &Linked) -> Leaving {
        let kept = "Meetings already booked keep their join links.";
        let kept = match survey.with_link(linked) {
            0 => kept.to_owned(),
            1 => format!("{kept} 1 upcoming booking has one."),
            n => format!("{kept} {n} upcoming bookings have one."),
        };
        Leaving {
            path: format!("{ZOOM_PAGE}/accounts/{}/disconnect", linked.connection.id),
            email: linked.account.email.clone(),
            consequences: vec![
                if linked.connection.broken_since.is_some() {
                    "42min deletes the broken connection. Its tokens are deleted already."
                } else {
                    "42min asks Zoom to revoke its access and deletes the stored connection."
                }
                .to_owned(),
                what_follows(survey, linked),
                kept,
            ],
        }
    }
}

/// Bookings that get their link now that an account is connected.
struct Progress {
    path: String,
    words: String,
    is_done: bool,
}

#[derive(Template)]
#[template(path = "conferencing/zoom.html")]
struct ZoomPage {
    shell: Shell,
    is_admin: bool,
    set_up: bool,
    on: bool,
    /// Whether accounts can be added: members only while Zoom is on.
    can_connect: bool,
    connect_label: &'static str,
    accounts: Vec<AccountCard>,
    progress: Option<Progress>,
    /// Zoom doesn’t answer at present.
    silent: bool,
    strays: Vec<StrayLine>,
    more_strays: usize,
    use_form: Option<UseForm>,
    rollout: Rollout,
    shared: Vec<(String, String)>,
    default_account: String,
    first_shared: String,
    /// Where to go on after the Rollout card was saved, when somebody came from elsewhere.
    back: String,
    setup_path: &'static str,
}

/// What brought somebody here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Came {
    /// A connection that has just begun to work, and how many bookings it gives a link to.
    connected: String,
    of: String,
    /// An account was connected for the first time.
    first: String,
    back: String,
}

pub async fn zoom(
    State(app): State<App>,
    who: SignedIn,
    shell: Shell,
    Query(came): Query<Came>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let survey = Survey::load(&mut reader, &app, who.org()).await?;
    let me = &who.person;
    let is_admin = me.is_admin();
    let worries = Worries::load(&mut reader, &survey, who.org(), me, app.now()).await?;
    let mut accounts = Vec::new();
    for linked in &survey.linked {
        let mine = linked.connection.owner_id == me.id;
        let shared = linked.connection.role == ConnectionRole::Shared;
        if is_admin || mine || (shared && survey.is_on()) {
            let (id, now) = (linked.account.id, app.now());
            let used = budget::store::changes_today(&mut reader, who.org(), id, now).await?;
            accounts.push(AccountCard {
                worries: worries.of(&mut reader, &survey, linked).await?,
                ..account_card(&app, &survey, (linked, used), me)
            });
        }
    }
    let use_form = match came.first.as_str() {
        "" => None,
        _ => UseForm::load(&mut reader, &survey, me).await?,
    };
    let shared = || {
        survey
            .linked
            .iter()
            .filter(|l| l.connection.role == ConnectionRole::Shared)
    };
    let first_shared = shared()
        .find(|l| l.connection.broken_since.is_none())
        .or_else(|| shared().next());
    let shown = ZoomPage {
        is_admin,
        set_up: survey.set_up,
        on: survey.is_on(),
        can_connect: survey.set_up && (survey.is_on() || is_admin),
        connect_label: connect_label(me),
        accounts,
        progress: progress(&survey, me, &came),
        silent: worries.silent,
        strays: worries.strays,
        more_strays: worries.more_strays,
        use_form,
        shared: shared()
            .map(|l| (l.account.id.to_string(), l.account.name.clone()))
            .collect(),
        first_shared: first_shared
            .map_or_else(|| "none yet".to_owned(), |l| l.account.name.clone()),
        default_account: survey
            .rollout
            .default_account
            .map_or_else(String::new, |id| id.to_string()),
        back: if is_local(&came.back) {
            came.back
        } else {
            String::new()
        },
        rollout: survey.rollout,
        setup_path: super::setup_pages::PAGE,
        shell: shell.at(Nav::Integrations, who.viewer()),
    };
    Ok(private(page(&shown)?))
}

fn progress(survey: &Survey, me: &Person, came: &Came) -> Option<Progress> {
    let linked = survey
        .linked
        .iter()
        .find(|l| l.connection.id.to_string() == came.connected && may_manage(me, l))?;
    let counted = Counted::new(survey, linked, came.of.parse().ok()?)?;
    Some(Progress {
        path: format!(
            "{ZOOM_PAGE}/accounts/{}/waiting?of={}",
            linked.connection.id, came.of
        ),
        words: counted.words,
        is_done: counted.done == counted.of,
    })
}

/// How far it is with the links of the bookings that waited for an account.
#[derive(Serialize)]
pub struct Counted {
    done: i64,
    of: i64,
    words: String,
}

impl Counted {
    /// `None` also for what hosts nothing any more: what it doesn't host isn't done by it.
    fn new(survey: &Survey, linked: &Linked, of: i64) -> Option<Counted> {
        if !(1..=100_000).contains(&of) || !survey.hosts(linked) {
            return None;
        }
        let done = (of - survey.getting(linked)).clamp(0, of);
        let words = if done == of {
            format!("{of} of {of} done.")
        } else {
            let verb = if of == 1 {
                "booking is getting its link"
            } else {
                "bookings are getting their link"
            };
            format!("{of} {verb} now. {done} of {of} done.")
        };
        Some(Counted { done, of, words })
    }
}

#[derive(Debug, Deserialize)]
pub struct Of {
    #[serde(default)]
    of: i64,
}

/// Asked by the script while the page is open.
pub async fn waiting(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(of): Query<Of>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let linked = linked(&mut reader, &who, &id).await?;
    if !may_manage(&who.person, &linked) {
        return Err(Error::Forbidden);
    }
    let survey = Survey::load(&mut reader, &app, who.org()).await?;
    let counted = Counted::new(&survey, &linked, of.of).ok_or(Error::NotFound)?;
    Ok(private(Json(counted).into_response()))
}

/// A connection the asker may know of: not another member's own.
pub(super) async fn linked(reader: &mut Reader, who: &SignedIn, id: &str) -> Result<Linked> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::linked_one(reader, who.org(), id)
        .await?
        .filter(|linked| {
            linked.connection.role == ConnectionRole::Shared || may_manage(&who.person, linked)
        })
        .ok_or(Error::NotFound)
}

fn account_card(
    app: &App,
    survey: &Survey,
    (linked, used): (&Linked, i64),
    me: &Person,
) -> AccountCard {
    let (connection, account) = (&linked.connection, &linked.account);
    let broken = connection.broken_since.map(|since| {
        let reason = reason(
            linked,
            &Language::English.date_at_clock(since, &me.timezone),
        );
        (reason, effect(survey, linked, me))
    });
    AccountCard {
        id: connection.id.to_string(),
        initials: initials(&account.name),
        name: account.name.clone(),
        email: account.email.clone(),
        role: match connection.role {
            ConnectionRole::Personal => "Personal",
            ConnectionRole::Shared if survey.default_account() == Some(account.id) => {
                "Shared org account, default"
            }
            ConnectionRole::Shared => "Shared org account",
        },
        facts: facts(survey, linked, me, app.now()),
        use_today: use_today(used),
        worries: Vec::new(),
        basic: account.plan == "basic",
        reconnect: broken.is_some()
            && may_reconnect(me, linked)
            && (survey.is_on() || me.is_admin()),
        broken,
        disconnect: may_manage(me, linked).then(|| Leaving::new(survey, linked)),
    }
}

fn reason(linked: &Linked, when: &str) -> String {
    let why = linked
        .connection
        .broken_why
        .unwrap_or(Break::RefreshRefused);
    let missing = oauth::missing_scopes(&linked.connection.scopes);
    if why == Break::ScopeMissing && !missing.is_empty() {
        return format!("A permission is missing: {}.", missing.join(", "));
    }
    why.words(when)
}

fn effect(survey: &Survey, linked: &Linked, me: &Person) -> String {
    let kept = match survey.with_link(linked) {
        0 => "No upcoming booking has a link on it".to_owned(),
        1 => "1 upcoming booking keeps its link".to_owned(),
        n => format!("{n} upcoming bookings keep their links"),
    };
    let waiting = match survey.waiting_for(linked) {
        0 => String::new(),
        1 => "; 1 is waiting for a link".to_owned(),
        n => format!("; {n} are waiting for a link"),
    };
    let mut words = format!("No new Zoom meetings are created on this account. {kept}{waiting}.");
    let serves_anybody = !survey.event_types_of(linked).is_empty();
    if let (true, Ok(host)) = (serves_anybody, survey.instead_of(linked)) {
        let until = if may_reconnect(me, linked) {
            "until you reconnect"
        } else {
            "until it’s reconnected"
        };
        words.push_str(&format!(
            " New bookings are hosted on {} {until}.",
            host.email
        ));
    }
    words
}

fn facts(survey: &Survey, linked: &Linked, me: &Person, now: Timestamp) -> String {
    let connection = &linked.connection;
    let added_by = if connection.owner_id == me.id {
        "you"
    } else {
        survey.name_of(connection.owner_id)
    };
    let used = connection.last_used_at.map_or_else(
        || "Not used yet".to_owned(),
        |at| format!("Last used {}", Language::English.ago(at, now, &me.timezone)),
    );
    format!(
        "Added by {added_by} on {}. {used}. {} created.",
        Language::English.date(connection.created_at, &me.timezone),
        count(linked.account.rooms_made, "meeting")
    )
}

fn use_today(used: i64) -> String {
    if used >= CHANGES_A_DAY {
        return format!(
            "Zoom allows {CHANGES_A_DAY} meeting changes per user and day; {used} used. Waiting \
             bookings are created at 00:00 UTC."
        );
    }
    format!("{used} of the {CHANGES_A_DAY} meeting changes that Zoom allows a day are used today.")
}

/// One's own; shared ones are the admins', whoever added them.
pub(super) fn may_manage(me: &Person, linked: &Linked) -> bool {
    let own =
        linked.connection.role == ConnectionRole::Personal && linked.connection.owner_id == me.id;
    own || me.is_admin()
}

/// Only who has the Zoom user can: of a personal account its owner, of a shared one any admin.
pub fn may_reconnect(me: &Person, linked: &Linked) -> bool {
    match linked.connection.role {
        ConnectionRole::Personal => linked.connection.owner_id == me.id,
        ConnectionRole::Shared => may(me, Right::AddSharedAccount),
    }
}
