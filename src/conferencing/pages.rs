//! Integrations and the Zoom page: who is connected as what, what is broken and what follows.

use std::borrow::Cow;

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::connect_pages::{UseForm, is_local};
use super::connection::Break;
use super::store::{self, Linked};
use super::survey::{Survey, what_follows};
use super::worries::{StrayLine, Worries};
use super::zoom::oauth;
use super::{ConnectionRole, budget};
use crate::accounts::rights::{Right, may};
use crate::accounts::session::SignedIn;
use crate::accounts::{Person, initials};
use crate::app::App;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::language::{Language, Said};
use crate::rollout::Rollout;
use crate::web::form::Query;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

pub const ZOOM_PAGE: &str = "/360/integrations/zoom";
/// How often a day Zoom lets one of its users make or change a meeting.
const CHANGES_A_DAY: i64 = 100;

/// A message and a tone.
type Badge = (&'static str, &'static str);

/// The Zoom card on the Integrations page.
struct Card {
    badge: Cow<'static, str>,
    tone: &'static str,
    words: String,
    /// The connection that the viewer can renew.
    reconnect: Option<String>,
    connect_personal: Option<Cow<'static, str>>,
    connect_shared: bool,
    /// Where a server without a Zoom app gets one.
    set_up: Option<&'static str>,
    /// Label and path.
    settings: Option<(Cow<'static, str>, &'static str)>,
}

impl Card {
    fn new(language: Language, (badge, tone): Badge, words: Said) -> Card {
        Card {
            badge: language.word(badge),
            tone,
            words: words.into(),
            reconnect: None,
            connect_personal: None,
            connect_shared: false,
            set_up: None,
            settings: Some((language.word("card-settings"), ZOOM_PAGE)),
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
        zoom: card(&survey, &who),
    })?))
}

fn card(survey: &Survey, who: &SignedIn) -> Option<Card> {
    const CONNECTED: Badge = ("zoom-connected", "ok");
    let (me, language) = (&who.person, who.language);
    let admin = me.is_admin();
    if !survey.set_up {
        let words = who.say("card-no-app");
        return admin.then(|| Card {
            set_up: Some(super::setup_pages::PAGE),
            settings: None,
            ..Card::new(language, ("card-not-set-up", "warn"), words)
        });
    }
    if !survey.is_on() {
        let words = who.say("zoom-off");
        return admin.then(|| Card::new(language, ("card-off", ""), words));
    }
    if let Some(card) = broken_card(survey, who) {
        return Some(card);
    }
    if let Some(own) = survey.own(me.id) {
        let words = who
            .say("card-connected-as")
            .with("email", &own.account.email);
        return Some(Card::new(language, CONNECTED, words));
    }
    if let Ok(host) = survey.host_of(me.id) {
        let words = who.say("card-uses").with("email", host.email);
        return Some(Card {
            connect_personal: Some(language.word("zoom-connect-mine")),
            ..Card::new(language, CONNECTED, words)
        });
    }
    let card = Card::new(language, ("zoom-not-connected", ""), who.say("card-words"));
    Some(Card {
        connect_personal: Some(connect_label(who)),
        connect_shared: admin,
        settings: card.settings.filter(|_| admin),
        ..card
    })
}

/// What has to be put right: for admins anything, for others what hosts their own meetings.
fn broken_card(survey: &Survey, who: &SignedIn) -> Option<Card> {
    const BADGE: Badge = ("zoom-broken", "bad");
    let (me, language) = (&who.person, who.language);
    let broken: Vec<&Linked> = survey
        .linked
        .iter()
        .filter(|l| l.connection.broken_since.is_some() && may_reconnect(me, l))
        .collect();
    let [first, ..] = broken.as_slice() else {
        return shared_is_broken(survey, who).map(|words| Card {
            connect_personal: Some(language.word("zoom-connect-mine")),
            ..Card::new(language, BADGE, words)
        });
    };
    if me.is_admin() && survey.linked.len() > 1 {
        let words = who
            .say("card-broken")
            .with("accounts", survey.linked.len())
            .with("broken", broken.len());
        return Some(Card::new(language, BADGE, words));
    }
    let words = match survey.instead_of(first) {
        Ok(host) => who.say("card-hosted-on").with("email", host.email),
        Err(_) => who
            .say("card-no-link")
            .with("waiting", survey.waiting_for(first)),
    };
    Some(Card {
        reconnect: Some(first.connection.id.to_string()),
        ..Card::new(language, BADGE, words)
    })
}

/// The words for somebody whose meetings would be on a shared account, which others have to renew.
fn shared_is_broken(survey: &Survey, who: &SignedIn) -> Option<Said> {
    let me = &who.person;
    if survey.own(me.id).is_some() || survey.host_of(me.id).is_ok() {
        return None;
    }
    let shared = survey.linked.iter().find(|l| {
        l.connection.role == ConnectionRole::Shared && l.connection.broken_since.is_some()
    })?;
    let words = who.say("card-shared-broken");
    Some(words.with("email", &shared.account.email))
}

pub(super) fn connect_label(who: &SignedIn) -> Cow<'static, str> {
    who.language.word(if who.person.is_admin() {
        "zoom-connect-mine"
    } else {
        "zoom-connect"
    })
}

/// An account on the Zoom page.
struct AccountCard {
    id: String,
    initials: String,
    name: String,
    email: String,
    role: Cow<'static, str>,
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
    pub fn new(survey: &Survey, linked: &Linked, language: Language) -> Leaving {
        let kept = language.word("zoom-links-stay");
        let kept = match survey.with_link(linked) {
            0 => kept.into_owned(),
            bookings => {
                let words = language.say("disconnect-with-link");
                format!("{kept} {}", words.with("bookings", bookings))
            }
        };
        let deletes = if linked.connection.broken_since.is_some() {
            "disconnect-deletes-broken"
        } else {
            "disconnect-deletes"
        };
        Leaving {
            path: format!("{ZOOM_PAGE}/accounts/{}/disconnect", linked.connection.id),
            email: linked.account.email.clone(),
            consequences: vec![
                language.word(deletes).into_owned(),
                what_follows(survey, linked, language),
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
    /// Connecting one's own is the next thing to do.
    connect_first: bool,
    connect_label: Cow<'static, str>,
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
    let held = app.installation.is_held();
    let worries = Worries::load(&mut reader, &survey, &who, app.now()).await?;
    let mut accounts = Vec::new();
    for linked in &survey.linked {
        let mine = linked.connection.owner_id == me.id;
        let shared = linked.connection.role == ConnectionRole::Shared;
        if is_admin || mine || (shared && survey.is_on()) {
            let (id, now) = (linked.account.id, app.now());
            let used = budget::store::changes_today(&mut reader, who.org(), id, now).await?;
            accounts.push(AccountCard {
                worries: worries
                    .of(&mut reader, &survey, linked, who.language)
                    .await?,
                ..account_card(&app, &survey, (linked, used), &who)
            });
        }
    }
    let use_form = match came.first.as_str() {
        "" => None,
        _ => UseForm::load(&mut reader, &survey, &who).await?,
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
        can_connect: survey.set_up && (survey.is_on() || is_admin) && !held,
        connect_first: survey.is_on()
            && survey.own(me.id).is_none()
            && !accounts.iter().any(|it| it.reconnect),
        connect_label: match survey.own(me.id) {
            Some(_) => who.language.word("zoom-connect-another"),
            None => connect_label(&who),
        },
        accounts,
        progress: progress(&survey, &who, &came),
        silent: worries.silent,
        strays: worries.strays,
        more_strays: worries.more_strays,
        use_form,
        shared: shared()
            .map(|l| (l.account.id.to_string(), l.account.name.clone()))
            .collect(),
        first_shared: match first_shared {
            Some(linked) => linked.account.name.clone(),
            None => who.say("rollout-none-yet").into(),
        },
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

fn progress(survey: &Survey, who: &SignedIn, came: &Came) -> Option<Progress> {
    let linked = survey
        .linked
        .iter()
        .find(|l| l.connection.id.to_string() == came.connected && may_manage(&who.person, l))?;
    let counted = Counted::new(survey, linked, came.of.parse().ok()?, who.language)?;
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
    fn new(survey: &Survey, linked: &Linked, of: i64, language: Language) -> Option<Counted> {
        if !(1..=100_000).contains(&of) || !survey.hosts(linked) {
            return None;
        }
        let done = (of - survey.getting(linked)).clamp(0, of);
        let words = if done == of {
            language.say("zoom-got")
        } else {
            language.say("zoom-getting").with("done", done)
        };
        Some(Counted {
            done,
            of,
            words: words.with("of", of).into(),
        })
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
    let counted = Counted::new(&survey, &linked, of.of, who.language).ok_or(Error::NotFound)?;
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
    who: &SignedIn,
) -> AccountCard {
    let (me, language) = (&who.person, who.language);
    let (connection, account) = (&linked.connection, &linked.account);
    let held = app.installation.is_held();
    let broken = connection.broken_since.map(|since| {
        let since = language.date_at_clock(since, &me.timezone);
        (
            reason(linked, &since, language),
            effect(survey, linked, who),
        )
    });
    AccountCard {
        id: connection.id.to_string(),
        initials: initials(&account.name),
        name: account.name.clone(),
        email: account.email.clone(),
        role: language.word(match connection.role {
            ConnectionRole::Personal => "zoom-personal",
            ConnectionRole::Shared if survey.default_account() == Some(account.id) => {
                "zoom-shared-default"
            }
            ConnectionRole::Shared => "zoom-shared",
        }),
        facts: facts(survey, linked, who, app.now()),
        use_today: use_today(used, language),
        worries: Vec::new(),
        basic: account.plan == "basic",
        reconnect: broken.is_some()
            && may_reconnect(me, linked)
            && (survey.is_on() || me.is_admin())
            && !held,
        broken,
        disconnect: (may_manage(me, linked) && !held)
            .then(|| Leaving::new(survey, linked, language)),
    }
}

fn reason(linked: &Linked, when: &str, language: Language) -> String {
    let why = linked
        .connection
        .broken_why
        .unwrap_or(Break::RefreshRefused);
    let missing = oauth::missing_scopes(&linked.connection.scopes);
    if why == Break::ScopeMissing && !missing.is_empty() {
        let words = language.say("broken-scopes-missing");
        return words.with("scopes", missing.join(", ")).into();
    }
    why.words(when, language)
}

fn effect(survey: &Survey, linked: &Linked, who: &SignedIn) -> String {
    let kept = match survey.waiting_for(linked) {
        0 => who.say("zoom-kept"),
        waiting => who.say("zoom-kept-and-waiting").with("waiting", waiting),
    };
    let kept = kept.with("kept", survey.with_link(linked));
    let words = format!("{} {kept}", who.say("zoom-none-created"));
    let serves_anybody = !survey.event_types_of(linked).is_empty();
    match survey.instead_of(linked) {
        Ok(host) if serves_anybody => {
            let until = if may_reconnect(&who.person, linked) {
                "zoom-hosted-until-you"
            } else {
                "zoom-hosted-until"
            };
            format!("{words} {}", who.say(until).with("account", host.email))
        }
        Ok(_) | Err(_) => words,
    }
}

fn facts(survey: &Survey, linked: &Linked, who: &SignedIn, now: Timestamp) -> String {
    let (connection, language) = (&linked.connection, who.language);
    let zone = &who.person.timezone;
    let added = if connection.owner_id == who.person.id {
        who.say("zoom-added-by-you")
    } else {
        let name = survey.name_of(connection.owner_id, language);
        who.say("zoom-added-by").with("name", name)
    };
    let added = added.with("date", language.date(connection.created_at, zone));
    let used = match connection.last_used_at {
        None => who.say("zoom-not-used"),
        Some(at) => who
            .say("zoom-last-used")
            .with("ago", language.ago(at, now, zone)),
    };
    let created = who
        .say("zoom-created")
        .with("meetings", linked.account.rooms_made);
    format!("{added} {used} {created}")
}

fn use_today(used: i64, language: Language) -> String {
    let words = if used >= CHANGES_A_DAY {
        language.say("zoom-used-up")
    } else {
        language.say("zoom-used-today")
    };
    words.with("used", used).with("most", CHANGES_A_DAY).into()
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
