//! Connecting an account: the sign-in at Zoom that begins here, and the way back. A state is good
//! once, for ten minutes, in the browser session that began it; the code is exchanged with PKCE.
//! Each way it can end has its sentence, which the page and the sync log share.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::connection::{Break, Connected, Connection, Facts, Tokens};
use super::disconnect;
use super::held::{self, Grant, Held};
use super::provider::{Fault, within};
use super::roles;
use super::store::{self, Linked};
use super::tend;
use super::tokens::broken_in;
use super::zoom::{Granted, oauth};
use super::{Account, ConnectionRole, ProviderKind};
use crate::accounts::session::SignedIn;
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::clock::minutes;
use crate::db::Tx;
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::planted::point;
use crate::seal::{Secret, token_hash};
use crate::sync_log::{self, Action, Closed, Exchange, Opened, Verdict, record};

pub const CALLBACK: &str = "/oauth/zoom/callback";
const STATE_MINUTES: i64 = 10;
/// The code is spent when the profile is asked for: without an answer the grant is lost.
const PROFILE_TRIES: u8 = 3;
/// How long all of them may take: somebody waits for the page.
const PROFILE_PATIENCE: Duration = Duration::from_secs(10);

/// What somebody wants who goes to Zoom to sign in.
#[derive(Clone, Debug)]
pub struct Wish {
    pub role: ConnectionRole,
    /// The connection to be renewed, when it isn't a new one.
    pub renew: Option<Id<Connection>>,
    pub return_to: String,
}

/// Where to send the person to sign in. `None`: this server has no Zoom app.
pub async fn begin(app: &App, who: &SignedIn, wish: Wish) -> anyhow::Result<Option<String>> {
    let Some(zoom) = &app.providers.zoom else {
        return Ok(None);
    };
    let (state, verifier) = (app.entropy.token(), Secret::new(app.entropy.token()));
    let hash = token_hash(&state);
    let challenge = oauth::challenge(&verifier);
    let abroad = store::SignInAbroad {
        session_hash: who.session_hash.clone(),
        person_id: who.person.id,
        role: wish.role,
        verifier: app.seal.seal(&place(&hash), &verifier),
        return_to: wish.return_to,
        expires_at: app.now() + minutes(STATE_MINUTES),
        connection_id: wish.renew,
    };
    let now = app.now();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::begin_sign_in(tx, hash, &abroad, now).await?) })
        })
        .await?;
    let redirect = app.config.url(CALLBACK);
    Ok(Some(zoom.authorize_url(&redirect, &state, &challenge)))
}

fn place(state_hash: &[u8]) -> String {
    format!("sign_ins_abroad|{}|verifier", crate::seal::hex(state_hash))
}

/// What Zoom sent the browser back with; whatever else stands in the address is nobody's business.
#[derive(Debug, Default)]
pub struct Back {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
}

impl Back {
    pub fn read(query: &[(String, String)]) -> Back {
        let first = |name: &str| {
            let found = query.iter().find(|(n, _)| n == name);
            found.map(|(_, value)| value.clone())
        };
        Back {
            code: first("code"),
            state: first("state"),
            error: first("error"),
        }
    }
}

/// How a sign-in ended.
#[derive(Debug)]
pub enum Ended {
    Connected(Landed),
    Declined,
    /// The state is missing, used, too old, or of another browser.
    Stale,
    CodeRefused,
    ScopeMissing(Vec<&'static str>),
    /// Another account than the connected one, without what it would need to take its place.
    Lacks {
        email: String,
        missing: Vec<&'static str>,
    },
    /// The account is connected here by somebody else: their tokens are kept fresh, nothing else.
    BelongsTo {
        email: String,
        name: String,
    },
    /// Another connected account than the one that was to be renewed: that one is as it was.
    NotTheOneMeant {
        email: String,
        meant: String,
    },
    /// It is connected here in the other role, which it keeps unless the answer is to change it.
    AskRole {
        connection: Id<Connection>,
        email: String,
        role: ConnectionRole,
    },
    /// Another account than the one that was meant: held until the person has said what to do.
    AskHeld {
        held: Id<Held>,
        email: String,
        meant: String,
    },
    ServerMisconfigured,
    Unreachable,
    NotAllowed,
}

/// A connection that works.
#[derive(Clone, Debug)]
pub struct Landed {
    pub connection: Id<Connection>,
    pub account: Id<Account>,
    pub is_new: bool,
    pub return_to: String,
}

impl Ended {
    /// Said on the page and in the sync log. Of a server whose app is set up wrongly members read
    /// something else, since they can't do anything about it.
    pub fn words(&self) -> String {
        match self {
            Ended::Connected(_) => "Zoom connected successfully!".to_owned(),
            Ended::Declined => "Zoom wasn’t connected. You chose not to allow access, and nothing \
                 changed."
                .to_owned(),
            Ended::Stale => "That sign-in took too long or began in another browser. Start again \
                 from here."
                .to_owned(),
            Ended::CodeRefused => "Zoom didn’t accept the sign-in. This happens when it takes \
                 more than five minutes."
                .to_owned(),
            Ended::ScopeMissing(missing) => format!(
                "Zoom connected, but without permission to {}. Reconnect and leave every \
                 permission on.",
                missing.join(", ")
            ),
            Ended::Lacks { email, missing } => format!(
                "Zoom gave access to {email} without permission to {}, so nothing changed here. \
                 Try again and leave every permission on.",
                missing.join(", ")
            ),
            Ended::BelongsTo { email, name } => {
                format!("{email} is already connected by {name}. Ask them to disconnect it first.")
            }
            Ended::NotTheOneMeant { email, meant } => format!(
                "You signed in to Zoom as {email}, which is connected here already. To reconnect \
                 {meant}, sign in to Zoom as {meant}."
            ),
            Ended::AskRole { email, role, .. } => format!(
                "{email} is connected here already, as {}. It keeps that role unless the question \
                 about it is answered otherwise.",
                role.article()
            ),
            Ended::AskHeld { email, meant, .. } => format!(
                "Zoom gave access to {email} instead of {meant}. It is used only if the question \
                 about it is answered so within ten minutes."
            ),
            Ended::ServerMisconfigured => MISCONFIGURED.to_owned(),
            Ended::Unreachable => {
                "Zoom isn’t answering, so nothing was connected. If this account \
                 was connected here already, 42min checks it now."
                    .to_owned()
            }
            Ended::NotAllowed => "Only admins can add a shared org account.".to_owned(),
        }
    }

    /// For the sync log.
    fn said(&self) -> (Verdict, String) {
        (self.verdict(), self.words())
    }

    fn verdict(&self) -> Verdict {
        match self {
            Ended::Connected(_) | Ended::AskRole { .. } | Ended::AskHeld { .. } => {
                Verdict::Succeeded
            }
            Ended::Declined => Verdict::Skipped,
            Ended::Stale
            | Ended::CodeRefused
            | Ended::ScopeMissing(_)
            | Ended::Lacks { .. }
            | Ended::BelongsTo { .. }
            | Ended::NotTheOneMeant { .. }
            | Ended::ServerMisconfigured
            | Ended::Unreachable
            | Ended::NotAllowed => Verdict::Failed,
        }
    }
}

pub const MISCONFIGURED: &str = "Zoom rejected this server’s app credentials. Check the Zoom \
    client ID and secret in the server settings.";

/// How it ended, and what was wanted, for another try. An address without a state of ours says
/// nothing of what was wanted.
pub struct Finished {
    pub ended: Ended,
    pub wish: Option<Wish>,
}

pub async fn finish(app: &App, who: &SignedIn, back: Back) -> anyhow::Result<Finished> {
    let Some(begun) = take_state(app, who, back.state.as_deref()).await? else {
        log(app, who.org(), Ended::Stale.said(), None).await?;
        return Ok(Finished {
            ended: Ended::Stale,
            wish: None,
        });
    };
    let wish = Wish {
        role: begun.sign_in.role,
        renew: begun.sign_in.connection_id,
        return_to: begun.sign_in.return_to.clone(),
    };
    let (app, who, wished) = (app.clone(), who.clone(), wish.clone());
    let going = async move {
        match sign_in(&app, &who, &begun, back).await? {
            Ok(arrived) => accept(&app, &who, wished, arrived).await,
            Err(ended) => Ok(ended),
        }
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "what Zoom gives for the code comes once: a closed tab must not lose it"
    )]
    let ended = tokio::spawn(going).await??;
    let wish = Some(wish);
    Ok(Finished { ended, wish })
}

/// A sign-in that was begun in this session, not long ago.
struct Begun {
    hash: Vec<u8>,
    sign_in: store::SignInAbroad,
}

async fn take_state(
    app: &App,
    who: &SignedIn,
    state: Option<&str>,
) -> anyhow::Result<Option<Begun>> {
    let Some(hash) = state.map(token_hash) else {
        return Ok(None);
    };
    let taken = hash.clone();
    let sign_in = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::take_sign_in(tx, taken).await?) })
        })
        .await?;
    point::pass("connect.begun")?;
    let ours = sign_in.filter(|begun| {
        begun.session_hash == who.session_hash
            && begun.person_id == who.person.id
            && begun.expires_at > app.now()
    });
    Ok(ours.map(|sign_in| Begun { hash, sign_in }))
}

/// What a sign-in brought.
struct Arrived {
    tokens: Tokens,
    granted: Granted,
    exchange: Exchange,
}

/// What Zoom gives for the code, or how it ended and was logged.
async fn sign_in(
    app: &App,
    who: &SignedIn,
    begun: &Begun,
    back: Back,
) -> anyhow::Result<Result<Arrived, Ended>> {
    let org = who.org();
    let tokens = match tokens(app, who, begun, back).await? {
        Ok(tokens) => tokens,
        Err(ended) => return Ok(Err(ended)),
    };
    let Some(zoom) = &app.providers.zoom else {
        return Ok(Err(Ended::ServerMisconfigured));
    };
    let (mut left, began) = (PROFILE_TRIES, Instant::now());
    loop {
        left -= 1;
        let patience = PROFILE_PATIENCE.saturating_sub(began.elapsed());
        let asked = zoom.me(&tokens.access);
        let (granted, exchange) = within(patience, "GET /users/me", asked).await;
        match granted {
            Ok(granted) => {
                point::pass("connect.known")?;
                return Ok(Ok(Arrived {
                    tokens,
                    granted,
                    exchange,
                }));
            }
            Err(fault @ (Fault::Busy { .. } | Fault::Lost { .. }))
                if left > 0 && began.elapsed() < PROFILE_PATIENCE =>
            {
                let said = (Verdict::Retrying, fault.words().to_owned());
                log(app, org, said, Some(exchange)).await?;
            }
            Err(fault) => {
                let ended = of_profile_fault(&fault);
                log(app, org, ended.said(), Some(exchange)).await?;
                doubt(app, who, begun.sign_in.connection_id).await?;
                // The profile is all that says whose tokens these are: they can't be used.
                disconnect::give_back(app, tokens, about(org)).await?;
                return Ok(Err(ended));
            }
        }
    }
}

/// The code exchanged for tokens.
async fn tokens(
    app: &App,
    who: &SignedIn,
    begun: &Begun,
    back: Back,
) -> anyhow::Result<Result<Tokens, Ended>> {
    let org = who.org();
    let code = back.code.filter(|_| back.error.is_none());
    let (zoom, code) = match (&app.providers.zoom, code) {
        (None, _) => return refused(app, org, Ended::ServerMisconfigured).await,
        _ if begun.sign_in.role == ConnectionRole::Shared && !who.person.is_admin() => {
            return refused(app, org, Ended::NotAllowed).await;
        }
        _ if back.error.as_deref() == Some("access_denied") => {
            return refused(app, org, Ended::Declined).await;
        }
        (Some(_), None) => return refused(app, org, Ended::CodeRefused).await,
        (Some(zoom), Some(code)) => (zoom, code),
    };
    let verifier = app
        .seal
        .open(&place(&begun.hash), &begun.sign_in.verifier)?;
    let redirect = app.config.url(CALLBACK);
    let call = record::begin(app, Action::Connect, about(org)).await?;
    point::pass("connect.sending")?;
    let (tokens, exchange) = zoom.exchange_code(&code, &redirect, &verifier).await;
    point::pass("connect.answered")?;
    match tokens {
        Ok(tokens) => {
            let words = "Zoom accepted the sign-in.";
            call.end(Verdict::Succeeded, words, exchange).await?;
            Ok(Ok(tokens))
        }
        Err(fault) => {
            let ended = of_fault(&fault);
            call.end(ended.verdict(), ended.words(), exchange).await?;
            doubt(app, who, begun.sign_in.connection_id).await?;
            Ok(Err(ended))
        }
    }
}

/// The code was sent, and whose it is isn't known. The consent may have ended the tokens of a
/// connection that is here: those the person may have signed in to are tried out now.
async fn doubt(app: &App, who: &SignedIn, renewed: Option<Id<Connection>>) -> anyhow::Result<()> {
    let (org, me, now) = (who.org(), who.person.clone(), app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                for linked in store::linked(tx, org).await? {
                    let connection = &linked.connection;
                    let own = connection.owner_id == me.id;
                    let all = connection.role == ConnectionRole::Shared && me.is_admin();
                    let meant = renewed == Some(connection.id);
                    if linked.is_connected() && (own || all || meant) {
                        outbox::store::enqueue(tx, Kind::Tend, connection.id, now).await?;
                    }
                }
                Ok(())
            })
        })
        .await
}

fn about(org: Id<Org>) -> record::About {
    record::About {
        org,
        meeting: None,
        account: None,
    }
}

/// Ended before Zoom was asked anything.
async fn refused<T>(app: &App, org: Id<Org>, ended: Ended) -> anyhow::Result<Result<T, Ended>> {
    log(app, org, ended.said(), None).await?;
    Ok(Err(ended))
}

fn of_profile_fault(fault: &Fault) -> Ended {
    match fault {
        Fault::GrantDead {
            why: Break::ScopeMissing,
            ..
        } => Ended::ScopeMissing(vec!["read your profile"]),
        Fault::GrantDead { .. }
        | Fault::Busy { .. }
        | Fault::Lost { .. }
        | Fault::Gone
        | Fault::TokenRefused { .. }
        | Fault::Refused { .. }
        | Fault::OurFault { .. } => of_fault(fault),
    }
}

fn of_fault(fault: &Fault) -> Ended {
    match fault {
        Fault::GrantDead { .. }
        | Fault::Refused { .. }
        | Fault::Gone
        | Fault::TokenRefused { .. } => Ended::CodeRefused,
        Fault::OurFault { words } => {
            tracing::error!(words, "Zoom rejected this server's app credentials");
            Ended::ServerMisconfigured
        }
        Fault::Busy { .. } | Fault::Lost { .. } => Ended::Unreachable,
    }
}

/// Of a sign-in that left nothing behind but its entry.
async fn log(
    app: &App,
    org: Id<Org>,
    said: (Verdict, String),
    exchange: Option<Exchange>,
) -> anyhow::Result<()> {
    let (entry, closed) = entry(app, org, None, said, exchange);
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sync_log::store::open(tx, &entry).await?;
                Ok(sync_log::store::close(tx, org, entry.id, &closed).await?)
            })
        })
        .await
}

fn entry(
    app: &App,
    org: Id<Org>,
    account: Option<Id<Account>>,
    (verdict, words): (Verdict, String),
    exchange: Option<Exchange>,
) -> (Opened, Closed) {
    let opened = Opened {
        id: app.entropy.id(app.now()),
        org,
        at: app.now(),
        action: Action::Connect,
        verdict,
        meeting: None,
        account,
        words: words.clone(),
    };
    let closed = Closed {
        verdict,
        words,
        exchange,
    };
    (opened, closed)
}

/// Stores what was granted. The consent has ended older tokens of this Zoom user already, so the
/// new ones always go into a connection that is here, whoever's it is (decisions 11).
async fn accept(app: &App, who: &SignedIn, wish: Wish, arrived: Arrived) -> anyhow::Result<Ended> {
    let accepting = Accepting {
        app: app.clone(),
        org: who.org(),
        me: who.person.clone(),
        missing: oauth::missing_scopes(&arrived.tokens.scopes),
        wish,
        now: app.now(),
    };
    let (ended, let_go) = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let accepted = accepting.write(tx, arrived).await?;
                point::pass("connect.storing")?;
                Ok(accepted)
            })
        })
        .await?;
    point::pass("connect.stored")?;
    if let Some(id) = let_go {
        held::give_back_now(app, id).await?;
    }
    Ok(ended)
}

struct Accepting {
    app: App,
    org: Id<Org>,
    me: Person,
    wish: Wish,
    missing: Vec<&'static str>,
    now: Timestamp,
}

impl Accepting {
    /// How it ended, and what is to be given back to Zoom now.
    async fn write(
        self,
        tx: &mut Tx,
        arrived: Arrived,
    ) -> anyhow::Result<(Ended, Option<Id<Held>>)> {
        let (kind, granted) = (ProviderKind::Zoom, &arrived.granted);
        // Whatever is held of this user died with the consent.
        held::store::forget_user(tx, kind, &granted.user).await?;
        elsewhere(tx, &self.app, self.org, granted).await?;
        let known = store::connection_of_user(tx, self.org, kind, &granted.user).await?;
        let meant = match &known {
            Some(_) => None,
            None => self.meant(tx).await?,
        };
        let exchange = Some(arrived.exchange.clone());
        if let Some(meant) = meant {
            let (ended, let_go) = self.hold(tx, arrived, meant).await?;
            self.log(tx, None, &ended, exchange).await?;
            return Ok((ended, let_go));
        }
        let place = Place {
            org: self.org,
            owner: self.me.id,
            role: self.wish.role,
        };
        let access = Access {
            tokens: &arrived.tokens,
            granted,
        };
        let connected = store_access(tx, &self.app, (&place, known.as_ref()), access).await?;
        let account = connected.facts.account;
        if !self.missing.is_empty() {
            let ended = Ended::ScopeMissing(self.missing.clone());
            self.log(tx, Some(account), &ended, exchange).await?;
            let broken = connected.broke(Break::ScopeMissing, self.now);
            broken_in(tx, &self.app, &broken).await?;
            return Ok((ended, None));
        }
        let ended = self.ended(tx, known, &connected.facts, granted).await?;
        self.log(tx, Some(account), &ended, exchange).await?;
        Ok((ended, None))
    }

    /// The account that was meant by who has signed in as one that isn't connected here: the one
    /// to be renewed, or the personal one there is.
    async fn meant(&self, tx: &mut Tx) -> anyhow::Result<Option<String>> {
        let renewed = match self.wish.renew {
            Some(id) => store::linked_one(tx, self.org, id).await?,
            None => None,
        };
        let meant = match (renewed, self.wish.role) {
            (Some(renewed), _) => Some(renewed),
            (None, ConnectionRole::Personal) => {
                store::personal_of(tx, self.org, self.me.id).await?
            }
            (None, ConnectionRole::Shared) => None,
        };
        Ok(meant.map(|linked| linked.account.email))
    }

    async fn hold(
        &self,
        tx: &mut Tx,
        arrived: Arrived,
        meant: String,
    ) -> anyhow::Result<(Ended, Option<Id<Held>>)> {
        let email = arrived.granted.email.clone();
        let grant = Grant {
            org: self.org,
            person: self.me.id,
            role: self.wish.role,
            provider: ProviderKind::Zoom,
            of: arrived.granted,
            tokens: arrived.tokens,
            meant: meant.clone(),
            return_to: self.wish.return_to.clone(),
        };
        if !self.missing.is_empty() {
            let id = held::let_go(tx, &self.app, &grant).await?;
            let missing = self.missing.clone();
            return Ok((Ended::Lacks { email, missing }, Some(id)));
        }
        let held = held::hold(tx, &self.app, &grant).await?;
        Ok((Ended::AskHeld { held, email, meant }, None))
    }

    async fn log(
        &self,
        tx: &mut Tx,
        account: Option<Id<Account>>,
        ended: &Ended,
        exchange: Option<Exchange>,
    ) -> anyhow::Result<()> {
        let (entry, closed) = entry(&self.app, self.org, account, ended.said(), exchange);
        sync_log::store::open(tx, &entry).await?;
        Ok(sync_log::store::close(tx, self.org, entry.id, &closed).await?)
    }

    async fn ended(
        &self,
        tx: &mut Tx,
        known: Option<Linked>,
        facts: &Facts,
        granted: &Granted,
    ) -> anyhow::Result<Ended> {
        let landed = Ended::Connected(Landed {
            connection: facts.id,
            account: facts.account,
            is_new: known.is_none(),
            return_to: self.wish.return_to.clone(),
        });
        let Some(known) = known else {
            return Ok(landed);
        };
        let email = granted.email.clone();
        let renewed = match self.wish.renew.filter(|id| *id != facts.id) {
            Some(id) => store::linked_one(tx, self.org, id).await?,
            None => None,
        };
        if let Some(meant) = renewed.map(|linked| linked.account.email) {
            return Ok(Ended::NotTheOneMeant { email, meant });
        }
        if self.is_somebody_elses(&known) {
            let owner = known.connection.owner_id;
            let owner = crate::accounts::store::person_in(tx, self.org, owner).await?;
            let name = owner.map_or_else(|| "another member".to_owned(), |person| person.name);
            return Ok(Ended::BelongsTo { email, name });
        }
        if facts.role != self.wish.role {
            roles::ask(tx, &self.app, facts, self.me.id).await?;
            return Ok(Ended::AskRole {
                connection: facts.id,
                email,
                role: facts.role,
            });
        }
        Ok(landed)
    }

    /// Shared accounts are all admins’; of another's personal one an admin may only ask for the
    /// role to be changed, by the button for shared ones.
    fn is_somebody_elses(&self, known: &Linked) -> bool {
        let same_role = known.connection.role == self.wish.role;
        known.connection.owner_id != self.me.id
            && !(roles::may_change(&self.me, known)
                && (!same_role || self.wish.role == ConnectionRole::Shared))
    }
}

/// Where a new connection goes.
struct Place {
    org: Id<Org>,
    owner: Id<Person>,
    role: ConnectionRole,
}

/// Zoom ends the older grant of a user when a new one is made: connections of the same user in
/// other orgs of this server are broken now (decisions 12).
async fn elsewhere(tx: &mut Tx, app: &App, org: Id<Org>, granted: &Granted) -> anyhow::Result<()> {
    for other in store::same_user_elsewhere(tx, org, &granted.user).await? {
        if other.is_connected() {
            let broken = other
                .connection
                .facts()
                .broke(Break::ConnectedElsewhere, app.now());
            broken_in(tx, app, &broken).await?;
        }
    }
    Ok(())
}

/// Tokens, and whose they are.
struct Access<'a> {
    tokens: &'a Tokens,
    granted: &'a Granted,
}

/// The connection with its tokens, new or renewed; its meetings are looked at again.
async fn store_access(
    tx: &mut Tx,
    app: &App,
    (place, known): (&Place, Option<&Linked>),
    access: Access<'_>,
) -> anyhow::Result<Connected> {
    let (granted, now) = (access.granted, app.now());
    let account = Account {
        id: app.entropy.id(now),
        org_id: place.org,
        provider: ProviderKind::Zoom,
        remote_user: granted.user.clone(),
        remote_account: granted.account.clone(),
        email: granted.email.clone(),
        name: granted.name.clone(),
        plan: granted.plan.clone(),
        rooms_made: 0,
        created_at: now,
    };
    let facts = match known {
        // Owner and role of a connection that is here stay as they are. Its old tokens are not
        // looked at: also what can't be opened any more is whole again.
        Some(known) => {
            let was = known.connection.facts();
            Facts {
                grant: was.grant + 1,
                granted_at: now,
                ..was
            }
        }
        None => Facts {
            id: app.entropy.id(now),
            org: place.org,
            account: account.id,
            role: place.role,
            owner: place.owner,
            grant: 1,
            granted_at: now,
        },
    };
    let mut connected = Connected {
        facts,
        tokens: access.tokens.clone(),
    };
    // Rows are taken in the order in which the reconciler takes them: a connection, jobs of
    // meetings, an account, its own jobs.
    if known.is_some() {
        store::regrant(tx, &app.seal, &connected).await?;
    }
    store::look_again(tx, place.org, now).await?;
    let account = store::put_account(tx, &account).await?;
    if known.is_none() {
        connected.facts.account = account;
        let (facts, tokens) = (&connected.facts, &connected.tokens);
        store::insert_connection(tx, &app.seal, facts, tokens).await?;
    }
    tend::begin(tx, app, &connected.facts).await?;
    Ok(connected)
}

/// The held access is used after all: in place of the personal account, or as one more shared one.
/// `None`: it had run out. Answers what is to be given back to Zoom now.
pub async fn use_held(
    app: &App,
    who: &SignedIn,
    id: Id<Held>,
) -> anyhow::Result<Option<(Landed, Option<Id<Held>>)>> {
    let (app_, who_) = (app.clone(), who.clone());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let whose = (who_.org(), who_.person.id);
                let Some(row) = held::store::take(tx, whose, id, app_.now()).await? else {
                    return Ok(None);
                };
                let old = match row.role {
                    ConnectionRole::Personal => store::personal_of(tx, whose.0, whose.1).await?,
                    ConnectionRole::Shared => None,
                };
                let let_go = match &old {
                    Some(old) => held::let_go_of_connection(tx, &app_, old).await?,
                    None => None,
                };
                let place = Place {
                    org: whose.0,
                    owner: whose.1,
                    role: row.role,
                };
                let access = Access {
                    tokens: &row.tokens(&app_.seal)?,
                    granted: &row.granted(),
                };
                let connected = store_access(tx, &app_, (&place, None), access).await?;
                let landed = Landed {
                    connection: connected.facts.id,
                    account: connected.facts.account,
                    is_new: true,
                    return_to: row.return_to,
                };
                let ended = Ended::Connected(landed.clone());
                let (entry, closed) =
                    entry(&app_, whose.0, Some(landed.account), ended.said(), None);
                sync_log::store::open(tx, &entry).await?;
                sync_log::store::close(tx, whose.0, entry.id, &closed).await?;
                point::pass("held.using")?;
                Ok(Some((landed, let_go)))
            })
        })
        .await
}
