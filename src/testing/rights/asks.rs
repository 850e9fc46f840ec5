//! Asks every row of a table as everybody, and compares the answers with what must be.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, Request, header};
use tower::ServiceExt as _;

use super::Who::{self, Admin, Deactivated, Member, Nobody};
use super::{EVERYBODY, May, Must, OWNERS, Row, Thing, Whose, World, must};
use crate::testing::browser::Answer;

impl World {
    /// The address of a thing of somebody's.
    fn address(&self, row: &Row, who: Who) -> Option<String> {
        let Some(thing) = row.may.thing() else {
            return Some(row.path.to_owned());
        };
        let mut path = row.path.to_owned();
        let mut query = row.query.to_owned();
        for (name, value) in self.addresses.get(&(thing, who))? {
            if *name == "?" && row.may == May::Hold(thing) {
                query = format!("?{value}");
            } else {
                path = path.replace(name, value);
            }
        }
        assert!(!path.contains('{'), "{path}: nothing is known to put there");
        Some(format!("{path}{query}"))
    }

    /// Addresses of this row, and whose thing each names.
    fn addresses(&self, row: &Row) -> Vec<(Whose, String)> {
        if row.may.thing().is_none() {
            return vec![(Whose::Of(Member), row.path.to_owned())];
        }
        let mut all: Vec<(Whose, String)> = OWNERS
            .into_iter()
            .filter_map(|who| Some((Whose::Of(who), self.address(row, who)?)))
            .collect();
        if let (May::SeePublic(thing), Some(gone)) = (row.may, self.address(row, Deactivated)) {
            assert_eq!(thing, Thing::Person);
            all.push((Whose::NoOnes, gone));
        }
        let (path, query) = match all[0].1.split_once('?') {
            Some((path, query)) => (path.to_owned(), format!("?{query}")),
            None => (all[0].1.clone(), String::new()),
        };
        // Ids that are valid, but of things of another kind.
        let others: Vec<String> = [Thing::Schedule, Thing::EventType, Thing::Booking]
            .into_iter()
            .filter(|thing| Some(*thing) != row.may.thing())
            .map(|thing| self.addresses[&(thing, Admin)][0].1.clone())
            .collect();
        all.extend(wrong(row.path, &query, &others));
        if matches!(row.may, May::Hold(_)) && !query.is_empty() {
            let other = all[1].1.split_once('?').unwrap().1.to_owned();
            let secret = query.rsplit('=').next().unwrap();
            for bad in [
                String::new(),
                "?t=".to_owned(),
                format!("?{other}"),
                query.replace(secret, &secret[1..]),
                query.replace(secret, &format!("{secret}%00")),
                query.replace(secret, "%ff"),
            ] {
                if path.contains("/notices/") && bad == format!("?{other}") {
                    continue;
                }
                all.push((Whose::NoOnes, format!("{path}{bad}")));
            }
        }
        all
    }
}

/// A path with each of its parts wrong in turn.
fn wrong(path: &str, query: &str, others: &[String]) -> Vec<(Whose, String)> {
    let long = "a".repeat(5000);
    let unknown = "0190a5b2-0000-7000-8000-00000000dead";
    let mut bad = vec![
        (Whose::NoOnes, unknown),
        (Whose::NoOnes, "x"),
        (Whose::NoOnes, ".."),
        (Whose::NoOnes, "%2e%2e%2f%2e%2e"),
        (Whose::NoOnes, "-1"),
        (Whose::NoOnes, "%27%20OR%201=1--"),
        (Whose::NoOnes, "%F0%9F%98%80"),
        (Whose::NoOnes, long.as_str()),
        (Whose::Unspeakable, "%00"),
        (Whose::Unspeakable, "a%00b"),
        (Whose::Unspeakable, "%0d%0aX-Evil:1"),
        (Whose::Unspeakable, "%ff%fe"),
    ];
    bad.extend(others.iter().map(|id| (Whose::NoOnes, id.as_str())));
    let mut all = Vec::new();
    let names: Vec<&str> = path
        .split('/')
        .filter(|part| part.starts_with('{'))
        .collect();
    for name in &names {
        for (whose, value) in &bad {
            let mut wrong = path.replace(name, value);
            for other in &names {
                wrong = wrong.replace(other, "intro-call");
            }
            all.push((*whose, format!("{wrong}{query}")));
        }
    }
    all
}

/// One request as its asker sends it.
struct Ask<'a> {
    method: &'a str,
    path: &'a str,
    form: Option<&'a str>,
    from: Site,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Site {
    Here,
    /// A form of another site, as browsers that name the site send it, and as older ones do.
    Elsewhere,
    ElsewhereByOrigin,
    Neighbor,
}

impl World {
    async fn ask(&self, who: Who, ask: &Ask<'_>) -> Answer {
        let mut request = Request::builder()
            .method(ask.method)
            .uri(ask.path)
            .header(header::HOST, "meet.test");
        if let Some(cookie) = self.cookies.get(&who) {
            request = request.header(header::COOKIE, cookie);
        }
        request = match ask.from {
            Site::Here => request.header("sec-fetch-site", "same-origin"),
            Site::Elsewhere => request
                .header("sec-fetch-site", "cross-site")
                .header(header::ORIGIN, "https://evil.example"),
            Site::Neighbor => request.header("sec-fetch-site", "same-site"),
            Site::ElsewhereByOrigin => request.header(header::ORIGIN, "https://evil.example"),
        };
        if ask.form.is_some() {
            let kind = match ask.form.is_some_and(|form| form.starts_with("--x\r\n")) {
                true => "multipart/form-data; boundary=x",
                false => "application/x-www-form-urlencoded",
            };
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let body = ask
            .form
            .map_or(Body::empty(), |form| form.to_owned().into());
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Whoever may not, may not; nothing is changed by a GET or a refusal, whoever asks.
    pub async fn refuses(&self, rows: &[Row]) -> Vec<String> {
        let words = self.words().await;
        let mut found = Vec::new();
        let mut before = self.app.stored().await;
        for row in rows {
            let addresses = self.addresses(row);
            for who in EVERYBODY {
                for (whose, path) in &addresses {
                    let must = must(row.may, who, *whose);
                    if must == Must::Work && !row.is_get() {
                        found.extend(self.sent_from_elsewhere(row, who, path).await);
                        continue;
                    }
                    let ask = Ask {
                        method: row.method,
                        path,
                        form: (!row.is_get()).then_some(row.form),
                        from: Site::Here,
                    };
                    let answer = self.ask(who, &ask).await;
                    let wrong = words.wrong(row, must, &answer);
                    found.extend(wrong.map(|why| said(row, who, path, &answer, &why)));
                    if row.is_get() {
                        let ask = Ask {
                            method: "HEAD",
                            ..ask
                        };
                        let head = self.ask(who, &ask).await;
                        if head.status != answer.status || !head.body.is_empty() {
                            found.push(said(row, who, path, &head, "HEAD is not as GET"));
                        }
                    }
                }
                let after = self.app.stored().await;
                let change: Vec<&String> = before.symmetric_difference(&after).collect();
                if !change.is_empty() && !row.notes {
                    let (method, path) = (row.method, row.path);
                    found.push(format!("{method} {path} by {who:?} wrote {change:?}"));
                }
                before = after;
            }
        }
        found.extend(self.other_methods(rows).await);
        found
    }

    /// A form sent from another site is refused, also where its sender may do what it says.
    async fn sent_from_elsewhere(&self, row: &Row, who: Who, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        for from in [Site::Elsewhere, Site::ElsewhereByOrigin, Site::Neighbor] {
            let ask = Ask {
                method: row.method,
                path,
                form: Some(row.form),
                from,
            };
            let answer = self.ask(who, &ask).await;
            if answer.status != 403 {
                let why = format!("taken from {from:?}");
                found.push(said(row, who, path, &answer, &why));
            }
            if let Some(why) = without_headers(&answer) {
                found.push(said(row, who, path, &answer, &why));
            }
        }
        found
    }

    /// What no row names is no method of its path.
    async fn other_methods(&self, rows: &[Row]) -> Vec<String> {
        let mut found = Vec::new();
        for row in rows {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if rows
                    .iter()
                    .any(|it| it.path == row.path && it.method == method)
                {
                    continue;
                }
                let Some(path) = self.address(row, Admin) else {
                    continue;
                };
                let ask = Ask {
                    method,
                    path: &path,
                    form: None,
                    from: Site::Here,
                };
                let answer = self.ask(Admin, &ask).await;
                if answer.status != 405 {
                    found.push(said(row, Admin, &path, &answer, method));
                }
            }
        }
        found
    }

    /// What a refusal says: the same words wherever it is met.
    async fn words(&self) -> Words {
        let page = |who, path| async move {
            let ask = Ask {
                method: "GET",
                path,
                form: None,
                from: Site::Here,
            };
            self.ask(who, &ask).await
        };
        let missing = page(Nobody, "/no/such/page").await;
        let forbidden = page(Member, "/360/users").await;
        assert_eq!(
            (missing.status.as_u16(), forbidden.status.as_u16()),
            (404, 403)
        );
        for dead in [&missing, &forbidden] {
            for secret in ["Engines", "Ada", "example"] {
                assert!(!dead.body.contains(secret), "{}", dead.body);
            }
        }
        Words {
            missing: missing.body,
            forbidden: forbidden.body,
            dead_link: page(Nobody, "/reset/x").await.body,
            over: page(
                Member,
                "/360/integrations/zoom/held/0190a5b2-0000-7000-8000-00000000dead",
            )
            .await,
            dead_invitation: page(Nobody, "/invitation/x").await.body,
        }
    }

    /// Whoever may, can: what the row's form says is done.
    pub async fn works(rows: &[Row]) -> Vec<String> {
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| !row.is_get()) {
            let askers: &[(Who, Who)] = match row.may {
                May::Anybody | May::SignedIn | May::Own(_) => &[(Member, Member)],
                May::SeePublic(Thing::TeamEvent) => &[(Nobody, Admin)],
                May::SeePublic(_) | May::Hold(_) => &[(Nobody, Member)],
                May::OnlyAdmins => &[(Admin, Admin)],
                May::OwnOrAdmin(_) | May::Tend(_) => &[(Member, Member), (Admin, Member)],
                May::Give(_) => &[(Admin, Member)],
                May::Manage(Thing::Team) => &[(Admin, Admin)],
                May::Manage(_) => &[(Admin, Member)],
                May::Signed | May::Demo(_) => &[],
            };
            for (who, owner) in askers {
                let world = World::new().await;
                let path = world.address(row, *owner).unwrap();
                let before = world.app.stored().await;
                let ask = Ask {
                    method: row.method,
                    path: &path,
                    form: Some(row.form),
                    from: Site::Here,
                };
                let answer = world.ask(*who, &ask).await;
                let is_changed = before != world.app.stored().await;
                let went_well = matches!(answer.status.as_u16(), 200 | 303)
                    && !(who.is_signed_in() && answer.location().starts_with("/sign-in?back="));
                if !went_well || is_changed == row.keeps {
                    let why = format!("written: {is_changed}, text: {}", answer.text());
                    found.push(said(row, *who, &path, &answer, &why));
                }
            }
        }
        found
    }

    /// What other pages may frame they may when it is asked for so, and nothing else ever.
    pub async fn frames(&self, rows: &[Row]) -> Vec<String> {
        let mut found = Vec::new();
        for row in rows {
            let Some(path) = self.address(row, Admin) else {
                continue;
            };
            // A form is only refused: the refusal is a page, too.
            let (who, form) = match row.is_get() {
                true => (Admin, None),
                false => (Nobody, Some("")),
            };
            for (query, embeds) in [("", false), ("embed=0", false), ("embed=1", true)] {
                let sign = if path.contains('?') { '&' } else { '?' };
                let path = format!("{path}{sign}{query}");
                let ask = Ask {
                    method: row.method,
                    path: &path,
                    form,
                    from: Site::Here,
                };
                let answer = self.ask(who, &ask).await;
                let is_right = if embeds && row.is_framed {
                    is_framed_by_anybody(&answer)
                } else {
                    without_headers(&answer).is_none()
                };
                if !is_right {
                    let why = "other pages may frame it, or may not, wrongly";
                    found.push(said(row, who, &path, &answer, why));
                }
            }
        }
        found
    }

    /// No value of a query breaks a page, and none writes.
    pub async fn bears(&self, rows: &[Row], queries: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        let before = self.app.stored().await;
        for row in rows.iter().filter(|row| row.is_get() && !row.notes) {
            let Some(path) = self.address(row, Admin) else {
                continue;
            };
            for query in queries {
                let sign = if path.contains('?') { '&' } else { '?' };
                let path = format!("{path}{sign}{query}");
                let ask = Ask {
                    method: "GET",
                    path: &path,
                    form: None,
                    from: Site::Here,
                };
                let answer = self.ask(Admin, &ask).await;
                let wrong = match row.is_framed && is_framed_by_anybody(&answer) {
                    true => fails(&answer),
                    false => without_headers(&answer).or_else(|| fails(&answer)),
                };
                found.extend(wrong.map(|why| said(row, Admin, &path, &answer, &why)));
            }
        }
        if before != self.app.stored().await {
            found.push("a GET wrote".to_owned());
        }
        found
    }
}

struct Words {
    missing: String,
    forbidden: String,
    dead_link: String,
    dead_invitation: String,
    /// What is said of a question that isn’t asked any more, or never was.
    over: Answer,
}

impl Words {
    /// What is wrong with an answer, if anything is.
    fn wrong(&self, row: &Row, must: Must, answer: &Answer) -> Option<String> {
        if let Some(why) = without_headers(answer) {
            return Some(why);
        }
        let status = answer.status.as_u16();
        match must {
            Must::Work => {
                let asks_to_sign_in = answer.location().starts_with("/sign-in?back=");
                if !matches!(status, 200 | 204 | 303) || asks_to_sign_in {
                    return Some("did not work".to_owned());
                }
                let cache = answer.headers.get(header::CACHE_CONTROL);
                let is_kept = cache.is_none_or(|it| it != "no-store");
                (status == 200 && is_kept && !row.is_public)
                    .then(|| "may be kept by caches".to_owned())
            }
            Must::AskToSignIn => {
                let asks = status == 303 && answer.location().starts_with("/sign-in?back=");
                (!asks || !answer.body.is_empty()).then(|| "did not ask to sign in".to_owned())
            }
            Must::Forbid => (status != 403 || answer.body != self.forbidden)
                .then(|| "did not forbid".to_owned()),
            Must::TurnAway => {
                (status != 401 || !answer.body.is_empty()).then(|| "did not turn away".to_owned())
            }
            Must::NotFind => {
                let is_missing = status == 404 && answer.body == self.missing;
                let is_dead = status == 410
                    && (answer.body == self.dead_link || answer.body == self.dead_invitation);
                let is_over = status == 303
                    && answer.location() == self.over.location()
                    && answer.headers.get(header::SET_COOKIE)
                        == self.over.headers.get(header::SET_COOKIE);
                (!is_missing && !is_dead && !is_over)
                    .then(|| "did not answer as to what isn’t there".to_owned())
            }
        }
    }
}

fn fails(answer: &Answer) -> Option<String> {
    answer.status.is_server_error().then(|| "failed".to_owned())
}

/// A header that every answer has to have, and this one lacks.
fn without_headers(answer: &Answer) -> Option<String> {
    const ALWAYS: [(&str, &str); 4] = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        if answer.headers.get(&name).is_none_or(|it| it != value) {
            return Some(format!("{name} is not {value}"));
        }
    }
    let policy = answer.headers.get(header::CONTENT_SECURITY_POLICY);
    let policy = policy.map_or("", |it| it.to_str().unwrap());
    let is_strict = [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
    ]
    .iter()
    .all(|rule| policy.contains(rule))
        && !policy.contains("unsafe");
    (!is_strict).then(|| "its content policy is weak".to_owned())
}

fn is_framed_by_anybody(answer: &Answer) -> bool {
    let policy = answer.headers.get(header::CONTENT_SECURITY_POLICY);
    let policy = policy.map_or("", |it| it.to_str().unwrap());
    !answer.headers.contains_key(header::X_FRAME_OPTIONS)
        && policy.contains("frame-ancestors *;")
        && policy.contains("default-src 'none'")
}

fn said(row: &Row, who: Who, path: &str, answer: &Answer, why: &str) -> String {
    let path: String = path.chars().take(120).collect();
    format!("{} {path} by {who:?}: {} {why}", row.method, answer.status)
}
