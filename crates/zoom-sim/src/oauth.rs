//! OAuth as Zoom does it: consent, codes, rotating tokens, revocation, and whose token a call bears.
//!
//! One app, user-level tokens. Server-to-server and device grants are not here.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use crate::call::{Answer, Call, Refusal, find};
use crate::config::Deactivated;
use crate::consent_page;
use crate::ledger::{self, Note};
use crate::routes::Op;
use crate::scopes;
use crate::webhooks;
use crate::world::{Standing, User, World, no_such_user};

const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// One second less than the documented hour, as seen in practice.
const ACCESS_LIFE: SignedDuration = SignedDuration::from_secs(3599);
const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Codes, grants and tokens.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    codes: HashMap<String, Code>,
    grants: Vec<Grant>,
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
}

#[derive(Debug)]
struct Code {
    user: String,
    scopes: BTreeSet<String>,
    redirect_uri: String,
    challenge: Option<Challenge>,
    expires: Timestamp,
}

#[derive(Debug)]
enum Challenge {
    Plain(String),
    S256(String),
}

/// That a user let the app act for them.
#[derive(Debug)]
pub(crate) struct Grant {
    user: String,
    pub(crate) scopes: BTreeSet<String>,
    alive: bool,
}

#[derive(Debug)]
struct Access {
    grant: usize,
    expires: Timestamp,
    replaced: bool,
}

#[derive(Debug)]
struct Refresh {
    grant: usize,
    expires: Timestamp,
    used: bool,
}

impl Desk {
    /// The living grant of a user.
    pub(crate) fn grant_of(&self, user: &str) -> Option<&Grant> {
        self.grants
            .iter()
            .find(|grant| grant.alive && grant.user == user)
    }

    /// Ends what the user granted. Says whether there was anything to end.
    pub(crate) fn end_grants_of(&mut self, user: &str) -> bool {
        let mut ended = false;
        for grant in self
            .grants
            .iter_mut()
            .filter(|grant| grant.alive && grant.user == user)
        {
            grant.alive = false;
            ended = true;
        }
        ended
    }

    /// Every token there ever was.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &String> {
        self.access.keys().chain(self.refresh.keys())
    }

    pub(crate) fn expire_access_tokens(&mut self, now: Timestamp) {
        for access in self.access.values_mut() {
            access.expires = access.expires.min(now);
        }
    }
}

// ---- consent ----

/// What the app asks for when it sends a user to us.
#[derive(Debug)]
pub(crate) struct Ask {
    redirect_uri: Url,
    state: Option<String>,
    challenge: Option<Challenge>,
}

/// Why a person is shown an error page of Zoom's instead: nothing reaches the app.
pub(crate) struct Dead {
    pub(crate) code: u32,
    pub(crate) message: String,
}

impl Dead {
    fn new(code: u32, message: impl Into<String>) -> Dead {
        Dead {
            code,
            message: message.into(),
        }
    }
}

pub(crate) fn show_consent(world: &World, call: &Call) -> Answer {
    match ask(world, call) {
        Ok(_) => Answer::html(200, consent_page::render(world, call)),
        Err(dead) => Answer::html(400, consent_page::error(&dead)),
    }
}

pub(crate) fn take_consent(world: &mut World, call: &Call, note: &mut Note) -> Answer {
    match decide(world, call, note) {
        Ok(target) => Answer::redirect(target.as_str()),
        Err(dead) => Answer::html(400, consent_page::error(&dead)),
    }
}

fn decide(world: &mut World, call: &Call, note: &mut Note) -> Result<Url, Dead> {
    let ask = ask(world, call)?;
    let form = call.form().unwrap_or_default();
    let user = find(&form, "user").and_then(|user| world.user(user));
    let user = user
        .filter(|user| user.standing == Standing::Active)
        .ok_or_else(|| Dead::new(1001, "Sign in as one of the simulator’s active users."))?
        .clone();
    note.user_id = Some(user.id.clone());
    if !user.may_install {
        return Err(Dead::new(
            4738,
            "Your administrator has not pre-approved this app.",
        ));
    }
    match find(&form, "decision") {
        Some("allow") => {
            let scopes = granted_scopes(world, &form);
            let code = world.chance.code();
            let mut target = ask.redirect_uri.clone();
            target.query_pairs_mut().append_pair("code", &code);
            append_state(&mut target, ask.state.as_deref());
            let expires = world.now() + CODE_LIFE;
            let redirect_uri = redirect_text(call);
            let code_entry = Code {
                user: user.id,
                scopes,
                redirect_uri,
                challenge: ask.challenge,
                expires,
            };
            world.desk.codes.insert(code, code_entry);
            Ok(target)
        }
        Some("decline") => {
            let mut target = ask.redirect_uri;
            target
                .query_pairs_mut()
                .append_pair("error", "access_denied");
            append_state(&mut target, ask.state.as_deref());
            Ok(target)
        }
        Some(_) | None => Err(Dead::new(4706, "Allow or decline, please.")),
    }
}

fn append_state(target: &mut Url, state: Option<&str>) {
    if let Some(state) = state {
        target.query_pairs_mut().append_pair("state", state);
    }
}

fn redirect_text(call: &Call) -> String {
    call.param("redirect_uri").unwrap_or_default().to_owned()
}

/// With boxes on the page (`scopes_shown`), the optional scopes are the ticked ones; without,
/// everything is granted.
fn granted_scopes(world: &World, form: &[(String, String)]) -> BTreeSet<String> {
    let boxes = find(form, "scopes_shown").is_some();
    let ticked = |scope: &String| {
        form.iter()
            .any(|(key, value)| key == "scope" && value == scope)
    };
    let optional = |scope: &String| world.config.optional_scopes.contains(scope);
    world
        .config
        .scopes
        .iter()
        .filter(|scope| !boxes || !optional(scope) || ticked(scope))
        .cloned()
        .collect()
}

fn ask(world: &World, call: &Call) -> Result<Ask, Dead> {
    if call.param("client_id") != Some(world.config.client_id.as_str()) {
        return Err(Dead::new(4702, "Invalid client."));
    }
    let redirect = call
        .param("redirect_uri")
        .ok_or_else(|| Dead::new(4706, "The parameter redirect_uri is missing."))?;
    let registered = &world.config.redirect_uris;
    if !registered.is_empty() && !registered.iter().any(|known| known == redirect) {
        return Err(Dead::new(4709, "Redirect URI mismatch."));
    }
    let redirect_uri = Url::parse(redirect)
        .ok()
        .filter(|uri| matches!(uri.scheme(), "http" | "https"))
        .ok_or_else(|| Dead::new(4709, "Redirect URI mismatch."))?;
    if call.param("response_type") != Some("code") {
        return Err(Dead::new(
            4706,
            "The parameter response_type must be “code”.",
        ));
    }
    // Asking for scopes in the URL is where integrations broke: one known scope passes.
    if let Some(scope) = call.param("scope")
        && !world.config.scopes.iter().any(|known| known == scope)
    {
        return Err(Dead::new(4711, format!("Invalid scope: {scope}.")));
    }
    let challenge = challenge(call)?;
    Ok(Ask {
        redirect_uri,
        state: call.param("state").map(str::to_owned),
        challenge,
    })
}

fn challenge(call: &Call) -> Result<Option<Challenge>, Dead> {
    let Some(given) = call.param("code_challenge") else {
        return Ok(None);
    };
    match call.param("code_challenge_method") {
        Some("S256") => Ok(Some(Challenge::S256(given.to_owned()))),
        Some("plain") | None => Ok(Some(Challenge::Plain(given.to_owned()))),
        Some(other) => Err(Dead::new(
            4706,
            format!("Unknown code_challenge_method: {other}."),
        )),
    }
}

impl Challenge {
    fn met_by(&self, verifier: &str) -> bool {
        match self {
            Challenge::Plain(given) => given == verifier,
            Challenge::S256(given) => {
                *given == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
            }
        }
    }
}

// ---- tokens ----

/// An error of the token endpoint: words, no number.
struct Denied {
    status: u16,
    reason: Option<String>,
    error: &'static str,
}

impl Denied {
    fn new(reason: &str, error: &'static str) -> Denied {
        Denied {
            status: 400,
            reason: Some(reason.to_owned()),
            error,
        }
    }

    fn answer(&self) -> Answer {
        match &self.reason {
            Some(reason) => {
                Answer::json(self.status, json!({"reason": reason, "error": self.error}))
            }
            None => Answer::json(self.status, json!({"error": self.error})),
        }
    }
}

pub(crate) fn give_token(world: &mut World, call: &Call, note: &mut Note) -> Answer {
    exchange(world, call, note).unwrap_or_else(|denied| denied.answer())
}

fn exchange(world: &mut World, call: &Call, note: &mut Note) -> Result<Answer, Denied> {
    check_client(world, call)?;
    let form = call.form().ok_or_else(bad_request)?;
    match find(&form, "grant_type") {
        Some("authorization_code") => exchange_code(world, &form, note),
        Some("refresh_token") => exchange_refresh(world, &form, note),
        Some(_) => Err(Denied::new(
            "Unsupported grant type",
            "unsupported_grant_type",
        )),
        None => Err(bad_request()),
    }
}

fn bad_request() -> Denied {
    Denied::new("Bad Request", "invalid_request")
}

fn check_client(world: &World, call: &Call) -> Result<(), Denied> {
    let config = &world.config;
    if call.basic() == Some((config.client_id.clone(), config.client_secret.clone())) {
        return Ok(());
    }
    let denied = Denied::new("Invalid client_id or client_secret", "invalid_client");
    Err(Denied {
        status: config.quirks.invalid_client_status,
        ..denied
    })
}

fn exchange_code(
    world: &mut World,
    form: &[(String, String)],
    note: &mut Note,
) -> Result<Answer, Denied> {
    let given = find(form, "code").ok_or_else(bad_request)?;
    let invalid = || {
        Denied::new(
            &format!("Invalid authorization code {given}"),
            "invalid_grant",
        )
    };
    // Taken out whatever follows: a code is good for one try.
    let code = world.desk.codes.remove(given).ok_or_else(invalid)?;
    note.user_id = Some(code.user.clone());
    if code.expires <= world.now() {
        return Err(invalid());
    }
    if find(form, "redirect_uri") != Some(code.redirect_uri.as_str()) {
        return Err(Denied::new("Redirect URI mismatch.", "invalid_request"));
    }
    if let Some(challenge) = &code.challenge
        && !challenge.met_by(find(form, "code_verifier").unwrap_or_default())
    {
        return Err(invalid());
    }
    // The last authorization of a user is the valid one.
    world.desk.end_grants_of(&code.user);
    world.desk.grants.push(Grant {
        user: code.user,
        scopes: code.scopes,
        alive: true,
    });
    let grant = world.desk.grants.len() - 1;
    Ok(issue(world, grant, note))
}

fn exchange_refresh(
    world: &mut World,
    form: &[(String, String)],
    note: &mut Note,
) -> Result<Answer, Denied> {
    let given = find(form, "refresh_token").ok_or_else(bad_request)?;
    let now = world.now();
    let Some(refresh) = world.desk.refresh.get_mut(given) else {
        return Err(dead_token(world));
    };
    let index = refresh.grant;
    let usable = !refresh.used && refresh.expires > now;
    refresh.used = true;
    let grant = &world.desk.grants[index];
    note.user_id = Some(grant.user.clone());
    let owner_active = world
        .user(&grant.user)
        .is_some_and(|user| user.standing == Standing::Active);
    if !usable || !grant.alive || !owner_active {
        return Err(dead_token(world));
    }
    if !world.config.quirks.access_survives_refresh {
        for access in world
            .desk
            .access
            .values_mut()
            .filter(|access| access.grant == index)
        {
            access.replaced = true;
        }
    }
    Ok(issue(world, index, note))
}

fn dead_token(world: &World) -> Denied {
    let quirks = &world.config.quirks;
    Denied {
        status: quirks.dead_refresh_status,
        reason: quirks
            .dead_refresh_says_reason
            .then(|| "Invalid Token!".to_owned()),
        error: "invalid_grant",
    }
}

fn issue(world: &mut World, grant: usize, note: &mut Note) -> Answer {
    let now = world.now();
    let access = world.chance.token();
    let refresh = world.chance.token();
    note.refresh_given = Some(ledger::digest(&refresh));
    let scopes: Vec<&str> = world.desk.grants[grant]
        .scopes
        .iter()
        .map(String::as_str)
        .collect();
    let body = json!({
        "access_token": access,
        "token_type": "bearer",
        "refresh_token": refresh,
        "expires_in": ACCESS_LIFE.as_secs(),
        "scope": scopes.join(" "),
        "api_url": "https://api.zoom.us",
    });
    world.desk.access.insert(
        access,
        Access {
            grant,
            expires: now + ACCESS_LIFE,
            replaced: false,
        },
    );
    world.desk.refresh.insert(
        refresh,
        Refresh {
            grant,
            expires: now + REFRESH_LIFE,
            used: false,
        },
    );
    Answer::json(200, body)
}

pub(crate) fn revoke(world: &mut World, call: &Call, note: &mut Note) -> Answer {
    if let Err(denied) = check_client(world, call) {
        return denied.answer();
    }
    let form = call.form().unwrap_or_default();
    let given = find(&form, "token").unwrap_or_default();
    match living_user(world, given) {
        Some(user) => {
            note.user_id = Some(user.clone());
            remove_app(world, &user);
            Answer::json(200, json!({"status": "success"}))
        }
        None => Denied::new("Invalid Token!", "invalid_request").answer(),
    }
}

/// The user of an access token that is still good.
fn living_user(world: &World, token: &str) -> Option<String> {
    let access = world.desk.access.get(token)?;
    let grant = &world.desk.grants[access.grant];
    let good = grant.alive && !access.replaced && access.expires > world.now();
    good.then(|| grant.user.clone())
}

/// The user removes the app, or the app removes itself: both tokens die and the app is told.
pub(crate) fn remove_app(world: &mut World, user: &str) {
    if world.desk.end_grants_of(user) {
        webhooks::app_deauthorized(world, user);
    }
}

// ---- whose token a call bears ----

/// The user for whom a call is made.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: User,
    scopes: BTreeSet<String>,
}

impl Caller {
    pub(crate) fn may(&self, op: Op) -> Result<(), Refusal> {
        scopes::check(&self.scopes, op)
    }

    /// The user that a path names: `me`, the caller, or with admin scopes one of their account.
    pub(crate) fn on_behalf_of(&self, world: &World, named: &str, op: Op) -> Result<User, Refusal> {
        if named == "me" || named == self.user.id || named.eq_ignore_ascii_case(&self.user.email) {
            return Ok(self.user.clone());
        }
        scopes::check_admin(&self.scopes, op)?;
        let user = world.known_user(named)?;
        if user.account == self.user.account {
            Ok(user.clone())
        } else {
            Err(no_such_user(named))
        }
    }

    pub(crate) fn is_admin_for(&self, op: Op) -> Result<(), Refusal> {
        scopes::check_admin(&self.scopes, op)
    }
}

pub(crate) fn caller(world: &World, call: &Call, note: &mut Note) -> Result<Caller, Refusal> {
    if call.param("access_token").is_some() {
        return Err(unauthorized(
            "Invalid access token, this access token is not supported as query parameter string.",
        ));
    }
    let invalid = || unauthorized("Invalid access token.");
    let token = call.bearer().ok_or_else(invalid)?;
    let access = world.desk.access.get(token).ok_or_else(invalid)?;
    let grant = &world.desk.grants[access.grant];
    note.user_id = Some(grant.user.clone());
    if !grant.alive || access.replaced {
        return Err(invalid());
    }
    if access.expires <= world.now() {
        return Err(unauthorized("Access token is expired."));
    }
    let user = world.user(&grant.user).ok_or_else(invalid)?;
    match user.standing {
        Standing::Active => Ok(Caller {
            user: user.clone(),
            scopes: grant.scopes.clone(),
        }),
        Standing::Deleted => Err(invalid()),
        Standing::Inactive => Err(match world.config.quirks.deactivated {
            Deactivated::Unauthorized => invalid(),
            Deactivated::DoesNotExist => no_such_user(&user.id),
            Deactivated::MayNotHost => may_not_host(),
        }),
    }
}

fn unauthorized(message: &str) -> Refusal {
    Refusal::new(401, 124, message)
}

pub(crate) fn may_not_host() -> Refusal {
    Refusal::new(
        400,
        3161,
        "Your user account is not allowed meeting hosting and scheduling capabilities.",
    )
}
