//! What the tests share: a simulator whose clock stands still, an app, and a plain HTTP client.

#![expect(dead_code, reason = "each test file uses its own part")]

use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use url::Url;
use zoom_sim::{Config, SimClock, UserSpec, ZoomSim};

pub const NOW: &str = "2026-05-04T08:00:00Z";
pub const CALLBACK: &str = "http://127.0.0.1:9/oauth/zoom/callback";

pub struct Stage {
    pub sim: ZoomSim,
    pub http: reqwest::Client,
}

/// An app's tokens for one user.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    pub scope: String,
}

pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("the answer is JSON")
    }

    pub fn code(&self) -> i64 {
        self.json()["code"].as_i64().expect("the answer has a code")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

pub async fn read(response: Response) -> Answer {
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        text: response.text().await.expect("the body arrives"),
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub fn config() -> Config {
    Config {
        clock: SimClock::standing_at(at(NOW)),
        webhooks_by_hand: true,
        ..Config::default()
    }
}

impl Stage {
    pub async fn new() -> Stage {
        Stage::with(config()).await
    }

    pub async fn with(config: Config) -> Stage {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // The machine's certificates take longer to read than most of these tests.
            .tls_certs_only([])
            .build()
            .expect("a client");
        Stage {
            sim: ZoomSim::start(config).await,
            http,
        }
    }

    /// A licensed user with the app authorized.
    pub async fn ada(&self) -> Tokens {
        self.user(UserSpec::new("ada@engines.example")).await
    }

    pub async fn user(&self, spec: UserSpec) -> Tokens {
        let email = spec.email.clone();
        self.sim.add_user(spec);
        self.connect(&email).await
    }

    pub async fn connect(&self, user: &str) -> Tokens {
        let callback = self.sim.consent(&self.authorize_url(&[]), user).await;
        self.tokens(&callback).await
    }

    pub async fn tokens(&self, callback: &str) -> Tokens {
        let answer = self.exchange(&code_of(callback), &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        tokens_of(&answer)
    }

    pub fn authorize_url(&self, more: &[(&str, &str)]) -> String {
        let mut url =
            Url::parse(&format!("{}/oauth/authorize", self.sim.oauth_url())).expect("a URL");
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.sim.client_id())
            .append_pair("redirect_uri", CALLBACK)
            .append_pair("state", "st-1")
            .extend_pairs(more);
        url.into()
    }

    pub async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        form.extend(more);
        self.token(&form).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        read(self.token_request(form).send().await.expect("an answer")).await
    }

    pub fn token_request(&self, form: &[(&str, &str)]) -> RequestBuilder {
        self.http
            .post(format!("{}/oauth/token", self.sim.oauth_url()))
            .basic_auth(self.sim.client_id(), Some(self.sim.client_secret()))
            .form(form)
    }

    pub fn request(&self, tokens: &Tokens, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().expect("a method");
        self.http
            .request(method, format!("{}{path}", self.sim.api_url()))
            .bearer_auth(&tokens.access)
            .header("accept", "application/json")
    }

    pub async fn call(&self, tokens: &Tokens, method: &str, path: &str) -> Answer {
        read(
            self.request(tokens, method, path)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }

    pub async fn send(&self, tokens: &Tokens, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(tokens, method, path).json(body);
        read(request.send().await.expect("an answer")).await
    }

    /// Creates a meeting with these fields changed or added, and gives its JSON.
    pub async fn meeting(&self, tokens: &Tokens, fields: Value) -> Value {
        let answer = self
            .send(tokens, "POST", "/users/me/meetings", &meeting_body(fields))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }
}

pub fn meeting_body(fields: Value) -> Value {
    let mut body = json!({
        "topic": "Intro call",
        "type": 2,
        "start_time": "2026-05-05T09:30:00Z",
        "duration": 30,
        "timezone": "Europe/Berlin",
    });
    let Value::Object(fields) = fields else {
        panic!("not an object: {fields}")
    };
    for (name, value) in fields {
        body[name] = value;
    }
    body
}

pub fn id_of(meeting: &Value) -> u64 {
    meeting["id"].as_u64().expect("an id")
}

pub fn code_of(callback: &str) -> String {
    param(callback, "code").expect("a code in the callback")
}

pub fn param(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

pub fn tokens_of(answer: &Answer) -> Tokens {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().expect("a token").to_owned();
    Tokens {
        access: text("access_token"),
        refresh: text("refresh_token"),
        scope: text("scope"),
    }
}
