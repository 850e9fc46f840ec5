//! Who is signed in. A session is 256 random bits in a cookie, stored hashed, new at each sign-in;
//! it ends after 14 days without use. Handlers ask for [`SignedIn`] or [`Admin`].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use url::{Position, Url};

use super::rights::{Right, may};
use super::{Person, store};
use crate::app::App;
use crate::clock::{days, hours};
use crate::error::Error;
use crate::id::Id;
use crate::language::{Language, Said};
use crate::seal::token_hash;
use crate::web::language;
use crate::web::layout::Viewer;

const LIFE_DAYS: i64 = 14;

/// The person asking.
#[derive(Clone)]
pub struct SignedIn {
    pub person: Person,
    /// Binds what must not leave this browser session, such as a sign-in at Zoom.
    pub session_hash: Vec<u8>,
    /// What they are spoken to in.
    pub language: Language,
}

/// The person asking, an admin of their org.
pub struct Admin(pub SignedIn);

impl SignedIn {
    pub fn org(&self) -> Id<super::Org> {
        self.person.org_id
    }

    /// `Forbidden` unless this person has the right.
    pub fn needs(&self, right: Right) -> Result<(), Error> {
        if may(&self.person, right) {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// A message in their language.
    pub fn say(&self, key: &'static str) -> Said {
        self.language.say(key)
    }

    pub fn viewer(&self) -> Viewer {
        Viewer::of(&self.person)
    }
}

/// `__Host-` ties the cookie to this host over https; browsers refuse the prefix over http.
pub fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() {
        "__Host-session"
    } else {
        "session"
    }
}

/// Begins a session: the caller has just proved who they are. Answers the cookie to set.
pub async fn begin(app: &App, person: Id<Person>) -> Result<Cookie<'static>, Error> {
    let token = app.entropy.token();
    let (hash, now) = (token_hash(&token), app.now());
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                Ok(store::insert_session(tx, person, hash, now, now + days(LIFE_DAYS)).await?)
            })
        })
        .await?;
    Ok(cookie(app, token))
}

pub fn cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build((cookie_name(app), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .build()
}

pub fn hash_in(app: &App, jar: &CookieJar) -> Option<Vec<u8>> {
    jar.get(cookie_name(app))
        .map(|cookie| token_hash(cookie.value()))
}

async fn find(app: &App, jar: &CookieJar) -> Result<Option<SignedIn>, Error> {
    let Some(hash) = hash_in(app, jar) else {
        return Ok(None);
    };
    let now = app.now();
    let found = store::session(&mut app.db.read().await?, hash.clone(), now).await?;
    let Some((person, last_seen_at)) = found else {
        return Ok(None);
    };
    if now.duration_since(last_seen_at) > hours(1) {
        renew(app, hash.clone(), now).await?;
    }
    Ok(Some(SignedIn {
        person,
        session_hash: hash,
        language: Language::default(),
    }))
}

/// The only thing a GET writes besides the OAuth callback: that the session was used.
async fn renew(app: &App, hash: Vec<u8>, now: Timestamp) -> Result<(), Error> {
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                Ok(store::touch_session(tx, hash, now, now + days(LIFE_DAYS)).await?)
            })
        })
        .await
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<SignedIn, Error> {
        let jar = CookieJar::from_headers(&parts.headers);
        match find(app, &jar).await? {
            Some(signed_in) => Ok(SignedIn {
                language: language::heard(parts).language(),
                ..signed_in
            }),
            None => {
                let back_to = page_to_come_back_to(parts, &app.config.base_url);
                Err(Error::SignIn { back_to })
            }
        }
    }
}

/// Where a form was sent to there may be nothing to see: then it is the page that it stood on, as far
/// as the browser says, or none.
fn page_to_come_back_to(parts: &Parts, base: &Url) -> String {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        let path = parts.uri.path_and_query();
        return path.map_or("/", |p| p.as_str()).to_owned();
    }
    let from = parts.headers.get(header::REFERER);
    let from = from.and_then(|from| Url::parse(from.to_str().ok()?).ok());
    from.filter(|from| from.origin() == base.origin())
        .map(|from| from[Position::BeforePath..Position::AfterQuery].to_owned())
        .unwrap_or_default()
}

/// Somebody or nobody: for pages that look different when signed in.
pub struct MaybeSignedIn(pub Option<SignedIn>);

impl FromRequestParts<App> for MaybeSignedIn {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<MaybeSignedIn, Error> {
        let jar = CookieJar::from_headers(&parts.headers);
        Ok(MaybeSignedIn(find(app, &jar).await?))
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Admin, Error> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        if !signed_in.person.is_admin() {
            return Err(Error::Forbidden);
        }
        Ok(Admin(signed_in))
    }
}
