//! The pages about connections: Integrations, the Zoom page, connecting and disconnecting.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::connect::{self, Back, Ended};
use super::disconnect::{self, Revoked};
use super::store::{self, Linked};
use super::{ConnectionRole, ProviderKind};
use crate::accounts::rights::Right;
use crate::accounts::rules::local_path;
use crate::accounts::session::SignedIn;
use crate::accounts::{self, Person, initials};
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::rollout::hosting::{Situation, who_hosts};
use crate::rollout::{self, Rollout};
use crate::web::flash::{Flash, Tone};
use crate::web::form::Input;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
use crate::when;

const ZOOM_PAGE: &str = "/360/integrations/zoom";

/// The Zoom card on the Integrations page.
struct Card {
    badge: &'static str,
    tone: &'static str,
    words: String,
    connect_personal: Option<&'static str>,
    connect_shared: bool,
    reconnect: bool,
    settings: bool,
}

#[derive(Template)]
#[template(path = "conferencing/integrations.html")]
struct IntegrationsPage {
    shell: Shell,
    /// None: a member whose org has not turned Zoom on sees no card.
    zoom: Option<Card>,
}

pub async fn integrations(State(app): State<App>, who: SignedIn, shell: Shell) -> Result<Response> {
    let view = View::load(&app, &who).await?;
    let shell = shell.at(Nav::Integrations, who.viewer());
    let shell = Shell {
        broken: view.banner(),
        ..shell
    };
    Ok(private(page(&IntegrationsPage {
        shell,
        zoom: view.card(&who.person),
    })?))
}

/// What the pages about Zoom are made of.
struct View {
    set_up: bool,
    rollout: Rollout,
    linked: Vec<Linked>,
    situation: Situation,
    people: Vec<Person>,
    me: Id<Person>,
    waiting: i64,
}

impl View {
    async fn load(app: &App, who: &SignedIn) -> Result<View> {
        let mut reader = app.db.read().await?;
        let (situation, linked) =
            store::situation(&mut reader, app, who.org(), who.person.id).await?;
        Ok(View {
            set_up: app.providers.has(ProviderKind::Zoom),
            rollout: rollout::store::rollout(&mut reader, who.org()).await?,
            linked,
            situation,
            people: accounts::store::people(&mut reader, who.org()).await?,
            me: who.person.id,
            waiting: store::waiting(&mut reader, who.org(), app.now()).await?,
        })
    }

    fn own(&self) -> Option<&Linked> {
        self.linked.iter().find(|l| {
            l.connection.role == ConnectionRole::Personal && l.connection.owner_id == self.me
        })
    }

    fn banner(&self) -> Option<String> {
        let broken = self
            .linked
            .iter()
            .any(|l| l.connection.owner_id == self.me && l.connection.broken_since.is_some());
        broken.then(|| match who_hosts(&self.situation) {
            Ok(host) => format!(
                "new bookings are hosted on {} until you reconnect.",
                host.email
            ),
            Err(_) => "new bookings get no link.".to_owned(),
        })
    }

    fn card(&self, me: &Person) -> Option<Card> {
        let admin = me.is_admin();
        let on = self.rollout.enabled_at.is_some();
        if !admin && (!self.set_up || !on) {
            return None;
        }
        let card = |badge, tone, words: String| Card {
            badge,
            tone,
            words,
            connect_personal: None,
            connect_shared: false,
            reconnect: false,
            settings: true,
        };
        if !self.set_up {
            let words = "This server has no Zoom app yet. It takes about five minutes.";
            return Some(card("Not set up", "warn", words.to_owned()));
        }
        if !on {
            return Some(card(
                "Off",
                "",
                "Zoom is off for your organization.".to_owned(),
            ));
        }
        let own = self.own();
        let broken: Vec<&Linked> = self
            .linked
            .iter()
            .filter(|l| l.connection.broken_since.is_some())
            .filter(|l| admin || l.connection.owner_id == self.me)
            .collect();
        if !broken.is_empty() {
            let words = if self.linked.len() > 1 && admin {
                format!(
                    "{} accounts, {} need you to reconnect.",
                    self.linked.len(),
                    broken.len()
                )
            } else {
                match who_hosts(&self.situation) {
                    Ok(host) => format!(
                        "New bookings are hosted on {} until you reconnect.",
                        host.email
                    ),
                    Err(_) => format!(
                        "New bookings get no Zoom link until you reconnect. {} waiting.",
                        self.waiting
                    ),
                }
            };
            return Some(Card {
                reconnect: true,
                ..card("Connection broken", "bad", words)
            });
        }
        if let Some(own) = own {
            let words = format!("Connected as {}.", own.account.email);
            return Some(card("Connected", "ok", words));
        }
        if let Ok(host) = who_hosts(&self.situation) {
            let words = format!(
                "Your meetings use {}. Connect your own to host them yourself.",
                host.email
            );
            return Some(Card {
                connect_personal: Some("Connect my Zoom"),
                ..card("Connected", "ok", words)
            });
        }
        let words = "A new Zoom meeting for every booking. No copying links.".to_owned();
        Some(Card {
            connect_personal: Some(if admin {
                "Connect my Zoom"
            } else {
                "Connect Zoom"
            }),
            connect_shared: admin,
            settings: admin,
            ..card("Not connected", "", words)
        })
    }
}

/// An account on the Zoom page.
struct AccountCard {
    id: String,
    initials: String,
    name: String,
    email: String,
    role: String,
    facts: String,
    /// The reason and the effect, when it is broken.
    broken: Option<(String, String)>,
    /// A Basic account: its meetings end after 40 minutes.
    basic: bool,
    may_manage: bool,
    role_word: &'static str,
}

#[derive(Template)]
#[template(path = "conferencing/zoom.html")]
struct ZoomPage {
    shell: Shell,
    is_admin: bool,
    set_up: bool,
    on: bool,
    connect_label: &'static str,
    accounts: Vec<AccountCard>,
    rollout: Rollout,
    shared: Vec<(String, String)>,
    default_account: String,
    first_shared: String,
    redirect_url: String,
    scopes: Vec<&'static str>,
}

pub async fn zoom(State(app): State<App>, who: SignedIn, shell: Shell) -> Result<Response> {
    let view = View::load(&app, &who).await?;
    let is_admin = who.person.is_admin();
    let shell = shell.at(Nav::Integrations, who.viewer());
    let mut accounts = Vec::new();
    for linked in &view.linked {
        let mine = linked.connection.owner_id == who.person.id;
        let shared = linked.connection.role == ConnectionRole::Shared;
        if is_admin || mine || shared {
            accounts.push(account_card(&app, &view, linked, &who.person).await?);
        }
    }
    let shared = || {
        view.linked
            .iter()
            .filter(|l| l.connection.role == ConnectionRole::Shared)
    };
    let page_struct = ZoomPage {
        is_admin,
        set_up: view.set_up,
        on: view.rollout.enabled_at.is_some(),
        connect_label: if is_admin {
            "Connect my Zoom"
        } else {
            "Connect Zoom"
        },
        accounts,
        shared: shared()
            .map(|l| (l.account.id.to_string(), l.account.name.clone()))
            .collect(),
        first_shared: shared()
            .next()
            .map_or_else(|| "none yet".to_owned(), |l| l.account.name.clone()),
        default_account: view
            .rollout
            .default_account
            .map_or_else(String::new, |id| id.to_string()),
        redirect_url: app.config.url(connect::CALLBACK),
        scopes: super::zoom::oauth::scopes_to_ask_for(),
        rollout: view.rollout,
        shell,
    };
    Ok(private(page(&page_struct)?))
}

async fn account_card(app: &App, view: &View, linked: &Linked, me: &Person) -> Result<AccountCard> {
    let (connection, account) = (&linked.connection, &linked.account);
    let org = connection.org_id;
    let with_link =
        store::counts_of_account(&mut app.db.read().await?, org, account.id, app.now()).await?;
    let broken = connection.broken_since.map(|since| {
        let reason = connection
            .broken_why
            .unwrap_or(super::connection::Break::RefreshRefused)
            .words(&when::long(since, &me.timezone));
        let effect = format!(
            "No new Zoom meetings are created on this account. {} keep their links; {} waiting for \
             a link.",
            bookings(with_link),
            are(view.waiting)
        );
        (reason, effect)
    });
    let added_by = if connection.owner_id == me.id {
        "you".to_owned()
    } else {
        view.people
            .iter()
            .find(|p| p.id == connection.owner_id)
            .map_or_else(|| "somebody".to_owned(), |p| p.name.clone())
    };
    let used = connection.last_used_at.map_or_else(
        || "Not used yet".to_owned(),
        |at| format!("Last used {}", when::short(at, &me.timezone)),
    );
    let is_default = view.rollout.default_account == Some(account.id);
    let role = match connection.role {
        ConnectionRole::Personal => "Personal",
        ConnectionRole::Shared if is_default => "Shared org account, default",
        ConnectionRole::Shared => "Shared org account",
    };
    Ok(AccountCard {
        id: connection.id.to_string(),
        initials: initials(&account.name),
        name: account.name.clone(),
        email: account.email.clone(),
        role: role.to_owned(),
        facts: format!(
            "Added by {added_by} on {}. {used}. {} created.",
            when::day_and_year(
                connection
                    .created_at
                    .to_zoned(me.timezone.tz().clone())
                    .date()
            ),
            meetings(account.rooms_made)
        ),
        broken,
        basic: account.plan == "basic",
        may_manage: may_manage(me, linked),
        role_word: connection.role.word(),
    })
}

fn bookings(n: i64) -> String {
    if n == 1 {
        "1 upcoming booking".to_owned()
    } else {
        format!("{n} upcoming bookings")
    }
}

fn meetings(n: i64) -> String {
    if n == 1 {
        "1 meeting".to_owned()
    } else {
        format!("{n} meetings")
    }
}

fn are(n: i64) -> String {
    if n == 1 {
        "1 is".to_owned()
    } else {
        format!("{n} are")
    }
}

/// One's own; shared ones are the admins'.
fn may_manage(me: &Person, linked: &Linked) -> bool {
    linked.connection.owner_id == me.id || me.is_admin()
}

pub async fn connect(State(app): State<App>, who: SignedIn, input: Input) -> Result<Response> {
    let role = ConnectionRole::from_word(input.text("role")).unwrap_or(ConnectionRole::Personal);
    if role == ConnectionRole::Shared {
        who.needs(Right::AddSharedAccount)?;
    }
    let back = input.text("back");
    let return_to = if is_local(back) { back } else { ZOOM_PAGE };
    match connect::begin(&app, &who, role, return_to).await? {
        Some(url) => Ok(private(crate::web::see(&url))),
        None => Ok(Flash::new(Tone::Warn, not_set_up(&who.person)).see(ZOOM_PAGE)),
    }
}

fn is_local(path: &str) -> bool {
    local_path(path).is_some_and(|path| path.starts_with("/360/") && !path.contains("//"))
}

fn not_set_up(me: &Person) -> &'static str {
    if me.is_admin() {
        "Zoom rejected this server’s app credentials. Check the Zoom client ID and secret in the \
         server settings."
    } else {
        "Zoom isn’t set up correctly on this server. Tell your admin."
    }
}

pub async fn callback(
    State(app): State<App>,
    who: SignedIn,
    Query(back): Query<Back>,
) -> Result<Response> {
    let ended = connect::finish(&app, &who, back).await?;
    let mut path = ZOOM_PAGE.to_owned();
    let flash = match ended {
        Ended::Connected { waiting, return_to } => {
            path = return_to;
            let words = match waiting {
                0 => "Zoom connected successfully!".to_owned(),
                1 => "Zoom connected successfully! 1 booking is getting its link now.".to_owned(),
                n => {
                    format!("Zoom connected successfully! {n} bookings are getting their link now.")
                }
            };
            if path == ZOOM_PAGE {
                Flash::ok(words).link("Set Zoom as the location of an event type", "/360/events")
            } else {
                Flash::ok(words)
            }
        }
        Ended::Declined => Flash::new(
            Tone::Info,
            "Zoom wasn’t connected. You chose not to allow access, and nothing changed.",
        ),
        Ended::Stale => Flash::new(
            Tone::Warn,
            "That sign-in took too long or began in another browser. Start again from here.",
        ),
        Ended::CodeRefused => Flash::new(
            Tone::Warn,
            "Zoom didn’t accept the sign-in. This happens when it takes more than five minutes.",
        ),
        Ended::ScopeMissing(missing) => Flash::new(
            Tone::Bad,
            format!(
                "Zoom connected, but without permission to {}. Reconnect and leave every \
                 permission on.",
                missing.join(", ")
            ),
        ),
        Ended::BelongsTo { email, name } => Flash::new(
            Tone::Bad,
            format!("{email} is already connected by {name}. Ask them to disconnect it first."),
        ),
        Ended::OtherRole { email, role } => Flash::new(
            Tone::Info,
            format!(
                "{email} is connected here already, as {}. It keeps that role; disconnect it first \
                 to change it.",
                match role {
                    ConnectionRole::Personal => "a personal account",
                    ConnectionRole::Shared => "a shared org account",
                }
            ),
        ),
        Ended::AlreadyHas { email } => Flash::new(
            Tone::Warn,
            format!("{email} is your connected Zoom account. Disconnect it first to use another."),
        ),
        Ended::ServerMisconfigured => Flash::new(Tone::Bad, not_set_up(&who.person)),
        Ended::Unreachable => Flash::new(
            Tone::Warn,
            "Zoom isn’t answering right now. Nothing changed. Try again in a minute.",
        ),
        Ended::NotAllowed => Flash::new(Tone::Bad, "Only admins can add a shared org account."),
    };
    Ok(private(flash.see(&path)))
}

#[derive(Template)]
#[template(path = "conferencing/disconnect.html")]
struct DisconnectPage {
    shell: Shell,
    email: String,
    consequence: String,
}

async fn manageable(app: &App, who: &SignedIn, id: &str) -> Result<Linked> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::linked_one(&mut app.db.read().await?, who.org(), id)
        .await?
        .filter(|linked| may_manage(&who.person, linked))
        .ok_or(Error::NotFound)
}

pub async fn disconnect_page(
    State(app): State<App>,
    who: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let linked = manageable(&app, &who, &id).await?;
    let mut reader = app.db.read().await?;
    let owner = linked.connection.owner_id;
    let (mut situation, _) = store::situation(&mut reader, &app, who.org(), owner).await?;
    let gone = linked.connection.id;
    situation.own = situation.own.filter(|own| own.connection != gone);
    situation.shared.retain(|shared| shared.connection != gone);
    let consequence = match who_hosts(&situation) {
        Ok(host) => format!(
            "New bookings of this account’s hosts will use {}.",
            host.email
        ),
        Err(_) => "New bookings of this account’s hosts will have no Zoom link.".to_owned(),
    };
    let shell = shell.at(Nav::Integrations, who.viewer());
    let email = linked.account.email;
    Ok(private(page(&DisconnectPage {
        shell,
        email,
        consequence,
    })?))
}

pub async fn disconnect(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response> {
    let linked = manageable(&app, &who, &id).await?;
    let email = linked.account.email;
    let flash = match disconnect::disconnect(&app, who.org(), linked.connection.id).await? {
        Some(Revoked::Yes) | None => Flash::ok(format!(
            "{email} is disconnected. 42min’s access was revoked, and its tokens are deleted."
        )),
        Some(Revoked::NothingHeld) => Flash::new(
            Tone::Info,
            format!(
                "{email} is disconnected. Its tokens were deleted when it broke. To be sure that \
                 42min has no access, remove it in Zoom: Manage, then Added Apps."
            ),
        ),
        Some(Revoked::Unreachable) => Flash::new(
            Tone::Warn,
            "42min deleted the stored connection, but couldn’t reach Zoom to revoke access. To be \
             sure, remove 42min in Zoom: Manage, then Added Apps.",
        ),
    };
    Ok(flash.see(ZOOM_PAGE))
}
