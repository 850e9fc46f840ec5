//! Connecting an account: the sign-in at Zoom that begins here, and the way back. A state is good
//! once, for ten minutes, in the browser session that began it; the code is exchanged with PKCE.

use jiff::Timestamp;

use super::connection::{Break, Connected, Connection, Facts, Tokens};
use super::provider::Fault;
use super::store::{self, Linked};
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
use crate::seal::{Secret, token_hash};
use crate::sync_log::{self, Action, Exchange, Opened, Verdict, record};

pub const CALLBACK: &str = "/oauth/zoom/callback";
const STATE_MINUTES: i64 = 10;

/// Where to send the person to sign in. `None`: this server has no Zoom app.
pub async fn begin(
    app: &App,
    who: &SignedIn,
    role: ConnectionRole,
    return_to: &str,
) -> anyhow::Result<Option<String>> {
    let Some(zoom) = &app.providers.zoom else {
        return Ok(None);
    };
    let (state, verifier) = (app.entropy.token(), Secret::new(app.entropy.token()));
    let hash = token_hash(&state);
    let challenge = oauth::challenge(&verifier);
    let abroad = store::SignInAbroad {
        session_hash: who.session_hash.clone(),
        person_id: who.person.id,
        role,
        verifier: app.seal.seal(&place(&hash), &verifier),
        return_to: return_to.to_owned(),
        expires_at: app.now() + minutes(STATE_MINUTES),
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

/// What Zoom sent the browser back with.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Back {
    pub code: Option<String>,
    pub state: Option<String>,
    pub error: Option<String>,
}

/// How a sign-in ended; each has its own words on the page.
#[derive(Debug)]
pub enum Ended {
    Connected {
        waiting: i64,
        return_to: String,
    },
    Declined,
    /// The state is missing, used, too old, or of another browser.
    Stale,
    CodeRefused,
    ScopeMissing(Vec<&'static str>),
    /// The account is connected here by somebody else: their tokens are kept fresh, nothing else.
    BelongsTo {
        email: String,
        name: String,
    },
    /// It is connected here already in the other role, which it keeps.
    OtherRole {
        email: String,
        role: ConnectionRole,
    },
    /// The person has another personal account connected.
    AlreadyHas {
        email: String,
    },
    ServerMisconfigured,
    Unreachable,
    NotAllowed,
}

pub async fn finish(app: &App, who: &SignedIn, back: Back) -> anyhow::Result<Ended> {
    let Some(zoom) = &app.providers.zoom else {
        return Ok(Ended::ServerMisconfigured);
    };
    let Some(hash) = back.state.as_deref().map(token_hash) else {
        return Ok(Ended::Stale);
    };
    let Some(begun) = take_state(app, hash.clone()).await? else {
        return Ok(Ended::Stale);
    };
    let ours = begun.session_hash == who.session_hash && begun.person_id == who.person.id;
    if !ours || begun.expires_at <= app.now() {
        return Ok(Ended::Stale);
    }
    if begun.role == ConnectionRole::Shared && !who.person.is_admin() {
        return Ok(Ended::NotAllowed);
    }
    let Some(code) = back.code.filter(|_| back.error.is_none()) else {
        return Ok(Ended::Declined);
    };
    let verifier = app.seal.open(&place(&hash), &begun.verifier)?;
    let redirect = app.config.url(CALLBACK);
    let about = record::About {
        org: who.org(),
        meeting: None,
        account: None,
    };
    let call = record::begin(app, Action::Connect, about).await?;
    let (tokens, exchange) = zoom.exchange_code(&code, &redirect, &verifier).await;
    let tokens = match tokens {
        Ok(tokens) => {
            let words = "Zoom accepted the sign-in.";
            call.end(Verdict::Succeeded, words, exchange).await?;
            tokens
        }
        Err(fault) => {
            call.end(Verdict::Failed, fault.words(), exchange).await?;
            return Ok(of_fault(&fault));
        }
    };
    let (granted, exchange) = zoom.me(&tokens.access).await;
    match granted {
        Ok(granted) => accept(app, who, begun, tokens, granted, exchange).await,
        // The profile is all that says whose tokens these are.
        Err(Fault::GrantDead {
            why: Break::ScopeMissing,
            words,
        }) => {
            log(app, who.org(), None, Verdict::Failed, &words, exchange).await?;
            Ok(Ended::ScopeMissing(vec!["read your profile"]))
        }
        Err(fault) => {
            log(
                app,
                who.org(),
                None,
                Verdict::Failed,
                fault.words(),
                exchange,
            )
            .await?;
            Ok(of_fault(&fault))
        }
    }
}

fn of_fault(fault: &Fault) -> Ended {
    match fault {
        Fault::GrantDead { .. } | Fault::Refused { .. } | Fault::Gone => Ended::CodeRefused,
        Fault::TokenRefused { .. } => Ended::CodeRefused,
        Fault::OurFault { words } => {
            tracing::error!(words, "Zoom rejected this server's app credentials");
            Ended::ServerMisconfigured
        }
        Fault::Busy { .. } | Fault::Lost { .. } => Ended::Unreachable,
    }
}

async fn take_state(app: &App, hash: Vec<u8>) -> anyhow::Result<Option<store::SignInAbroad>> {
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::take_sign_in(tx, hash).await?) })
        })
        .await
}

async fn log(
    app: &App,
    org: Id<Org>,
    account: Option<Id<Account>>,
    verdict: Verdict,
    words: &str,
    exchange: Exchange,
) -> anyhow::Result<()> {
    let entry = entry(app, org, account, verdict, words);
    let closed = sync_log::Closed {
        verdict,
        words: words.to_owned(),
        exchange: Some(exchange),
    };
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
    verdict: Verdict,
    words: &str,
) -> Opened {
    Opened {
        id: app.entropy.id(app.now()),
        org,
        at: app.now(),
        action: Action::Connect,
        verdict,
        meeting: None,
        account,
        words: words.to_owned(),
    }
}

/// Stores what was granted. The consent has ended older tokens of this Zoom user already, so the
/// new ones always go into a connection that is here, whoever's it is (decisions 11).
async fn accept(
    app: &App,
    who: &SignedIn,
    begun: store::SignInAbroad,
    tokens: Tokens,
    granted: Granted,
    exchange: Exchange,
) -> anyhow::Result<Ended> {
    let accepting = Accepting {
        app: app.clone(),
        org: who.org(),
        person: who.person.id,
        role: begun.role,
        return_to: begun.return_to,
        missing: oauth::missing_scopes(&tokens.scopes),
        now: app.now(),
        exchange,
    };
    let access = tokens.access.clone();
    let asked = accepting.exchange.clone();
    let ended = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { accepting.write(tx, tokens, granted).await })
        })
        .await?;
    if let (Ended::AlreadyHas { .. }, Some(zoom)) = (&ended, &app.providers.zoom) {
        let words = "The person has another personal account connected.";
        log(app, who.org(), None, Verdict::Failed, words, asked).await?;
        // What is not kept must not stay valid at Zoom either.
        let (revoked, exchange) = zoom.revoke(&access).await;
        let (verdict, words) = match revoked {
            Ok(()) => (
                Verdict::Succeeded,
                "A second personal account was not kept; its access was revoked.",
            ),
            Err(_) => (
                Verdict::Failed,
                "A second personal account was not kept; its access could not be revoked.",
            ),
        };
        log(app, who.org(), None, verdict, words, exchange).await?;
    }
    Ok(ended)
}

struct Accepting {
    app: App,
    org: Id<Org>,
    person: Id<Person>,
    role: ConnectionRole,
    return_to: String,
    missing: Vec<&'static str>,
    now: Timestamp,
    exchange: Exchange,
}

impl Accepting {
    async fn write(self, tx: &mut Tx, tokens: Tokens, granted: Granted) -> anyhow::Result<Ended> {
        let account = store::put_account(tx, &self.account(&granted)).await?;
        let known = store::connection_of_account(tx, self.org, account).await?;
        self.elsewhere(tx, &granted).await?;
        if known.is_none()
            && let Some(other) = self.other_personal(tx).await?
        {
            return Ok(Ended::AlreadyHas {
                email: other.account.email,
            });
        }
        let connected = self.connected(known.as_ref(), account, tokens);
        match &known {
            Some(_) => store::regrant(tx, &self.app.seal, &connected).await?,
            None => {
                let (facts, tokens) = (&connected.facts, &connected.tokens);
                store::insert_connection(tx, &self.app.seal, facts, tokens).await?;
            }
        }
        let words = format!("{} was connected.", granted.email);
        let entry = entry(
            &self.app,
            self.org,
            Some(account),
            Verdict::Succeeded,
            &words,
        );
        sync_log::store::open(tx, &entry).await?;
        let exchange = Some(self.exchange.clone());
        let closed = sync_log::Closed {
            verdict: Verdict::Succeeded,
            words,
            exchange,
        };
        sync_log::store::close(tx, self.org, entry.id, &closed).await?;
        super::tend::begin(tx, &self.app, &connected.facts).await?;
        if !self.missing.is_empty() {
            broken_in(
                tx,
                &self.app,
                &connected.broke(Break::ScopeMissing, self.now),
            )
            .await?;
            return Ok(Ended::ScopeMissing(self.missing));
        }
        let waiting = store::waiting(tx, self.org, self.now).await?;
        for meeting in store::meetings_to_look_at(tx, self.org, self.now).await? {
            outbox::store::enqueue(tx, Kind::Conference, meeting, self.now).await?;
        }
        self.ended(tx, known, &granted, waiting).await
    }

    fn account(&self, granted: &Granted) -> Account {
        Account {
            id: self.app.entropy.id(self.now),
            org_id: self.org,
            provider: ProviderKind::Zoom,
            remote_user: granted.user.clone(),
            remote_account: granted.account.clone(),
            email: granted.email.clone(),
            name: granted.name.clone(),
            plan: granted.plan.clone(),
            rooms_made: 0,
            created_at: self.now,
        }
    }

    /// Owner and role of a connection that is here stay as they are.
    fn connected(&self, known: Option<&Linked>, account: Id<Account>, tokens: Tokens) -> Connected {
        let Some(known) = known else {
            let facts = Facts {
                id: self.app.entropy.id(self.now),
                org: self.org,
                account,
                role: self.role,
                owner: self.person,
                grant: 1,
                granted_at: self.now,
            };
            return Connected { facts, tokens };
        };
        // Its old tokens are not looked at: also what can't be opened any more is whole again.
        let was = known.connection.facts();
        let facts = Facts {
            grant: was.grant + 1,
            granted_at: self.now,
            ..was
        };
        Connected { facts, tokens }
    }

    async fn other_personal(&self, tx: &mut Tx) -> anyhow::Result<Option<Linked>> {
        if self.role == ConnectionRole::Shared {
            return Ok(None);
        }
        let linked = store::linked(tx, self.org).await?;
        Ok(linked.into_iter().find(|l| {
            l.connection.role == ConnectionRole::Personal && l.connection.owner_id == self.person
        }))
    }

    /// Zoom ends the older grant of a user when a new one is made: connections of the same user in
    /// other orgs of this server are broken now (decisions 12).
    async fn elsewhere(&self, tx: &mut Tx, granted: &Granted) -> anyhow::Result<()> {
        for other in store::same_user_elsewhere(tx, self.org, &granted.user).await? {
            if let Connection::Connected(connected) = other.connection.open(&self.app.seal)? {
                let broken = connected.broke(Break::ConnectedElsewhere, self.now);
                broken_in(tx, &self.app, &broken).await?;
            }
        }
        Ok(())
    }

    async fn ended(
        self,
        tx: &mut Tx,
        known: Option<Linked>,
        granted: &Granted,
        waiting: i64,
    ) -> anyhow::Result<Ended> {
        let Some(known) = known.map(|linked| linked.connection) else {
            return Ok(Ended::Connected {
                waiting,
                return_to: self.return_to,
            });
        };
        let email = granted.email.clone();
        if known.owner_id != self.person && known.role == ConnectionRole::Personal {
            let owner = crate::accounts::store::person_in(tx, self.org, known.owner_id).await?;
            let name = owner.map_or_else(|| "another member".to_owned(), |person| person.name);
            return Ok(Ended::BelongsTo { email, name });
        }
        if known.role != self.role {
            return Ok(Ended::OtherRole {
                email,
                role: known.role,
            });
        }
        Ok(Ended::Connected {
            waiting,
            return_to: self.return_to,
        })
    }
}
