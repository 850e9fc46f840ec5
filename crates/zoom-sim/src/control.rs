//! The control API under `/sim`: everything a person or a test in another process may do.
//!
//! Takes JSON, or a form from the console; a form is answered with a redirect back to it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::by_hand::{self, Unknown};
use crate::config::UserSpec;
use crate::console;
use crate::faults::{Fault, Moment};
use crate::limits::{LimitHeaders, TooMany};
use crate::server::Shared;
use crate::showing::{self, MeetingView};
use crate::webhooks;
use crate::world::{Standing, World};

type App = State<Arc<Shared>>;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/sim/") }))
        .route("/sim", get(|| async { Redirect::to("/sim/") }))
        .route("/sim/", get(console_page))
        .route("/sim/state", get(state))
        .route("/sim/ledger", get(ledger))
        .route("/sim/meetings", get(meetings))
        .route("/sim/users", post(add_user))
        .route("/sim/users/{user}/{act}", post(user_act))
        .route("/sim/meetings/{id}/{act}", post(meeting_act))
        .route("/sim/down", post(down))
        .route("/sim/up", post(up))
        .route("/sim/faults", post(add_fault).delete(clear_faults))
        .route("/sim/faults/clear", post(clear_faults))
        .route("/sim/release", post(release))
        .route("/sim/lag", post(lag))
        .route("/sim/tokens/expire", post(expire_tokens))
        .route("/sim/clock", post(clock))
        .route("/sim/webhooks", get(deliveries))
        .route("/sim/webhooks/url", post(webhook_url))
        .route("/sim/webhooks/validate", post(validate))
        .route("/sim/webhooks/deliver", post(deliver))
        .route("/j/{id}", get(join_page))
        .route("/s/{id}", get(join_page))
}

// ---- reading ----

async fn console_page(State(shared): App) -> Html<String> {
    let held = shared.held.count();
    Html(console::render(&shared.world(), held))
}

async fn state(State(shared): App) -> Response {
    let held = shared.held.count();
    let world = shared.world();
    let faults: Vec<String> = world.faults.waiting.iter().map(Fault::to_string).collect();
    let state = json!({
        "now": world.now(),
        "clock_is_running": world.clock.is_running(),
        "down": world.faults.down,
        "held": held,
        "faults": faults,
        "list_lag_seconds": world.list_lag.as_secs(),
        "webhook_url": world.mailbag.url,
        "users": world.user_views(),
        "meetings": live_rooms(&world),
        "ledger_entries": world.ledger.len(),
    });
    axum::Json(state).into_response()
}

async fn ledger(State(shared): App) -> Response {
    axum::Json(&shared.world().ledger).into_response()
}

async fn meetings(State(shared): App) -> Response {
    axum::Json(live_rooms(&shared.world())).into_response()
}

async fn deliveries(State(shared): App) -> Response {
    axum::Json(shared.world().mailbag.deliveries()).into_response()
}

fn live_rooms(world: &World) -> Vec<MeetingView> {
    world
        .rooms
        .values()
        .filter(|room| room.exists())
        .map(|room| showing::view(world, room))
        .collect()
}

// ---- doing ----

/// What a request says, and whether the console asked.
struct Said {
    fields: Map<String, Value>,
    by_form: bool,
}

impl Said {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Said, Trouble> {
        let kind = headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            let fields = url::form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), guess(&value)))
                .collect();
            return Ok(Said {
                fields,
                by_form: true,
            });
        }
        if body.is_empty() {
            return Ok(Said {
                fields: Map::new(),
                by_form: false,
            });
        }
        let fields = serde_json::from_slice(body)
            .map_err(|error| Trouble::bad(format!("not a JSON object: {error}")))?;
        Ok(Said {
            fields,
            by_form: false,
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.fields.get(name)?.as_i64()
    }

    fn required(&self, name: &str) -> Result<&str, Trouble> {
        self.text(name)
            .ok_or_else(|| Trouble::bad(format!("the field {name} is missing")))
    }

    fn done(&self) -> Response {
        if self.by_form {
            Redirect::to("/sim/").into_response()
        } else {
            axum::Json(json!({"done": true})).into_response()
        }
    }
}

/// A form's numbers and switches, which arrive as text.
fn guess(text: &str) -> Value {
    match text {
        "true" => json!(true),
        "false" => json!(false),
        text => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |number| json!(number)),
    }
}

struct Trouble {
    status: StatusCode,
    message: String,
}

impl Trouble {
    fn bad(message: impl Into<String>) -> Trouble {
        Trouble {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }
}

impl From<Unknown> for Trouble {
    fn from(unknown: Unknown) -> Trouble {
        Trouble {
            status: StatusCode::NOT_FOUND,
            message: unknown.0,
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (self.status, axum::Json(json!({"error": self.message}))).into_response()
    }
}

type Done = Result<Response, Trouble>;

async fn add_user(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let spec: UserSpec = serde_json::from_value(Value::Object(said.fields.clone()))
        .map_err(|error| Trouble::bad(error.to_string()))?;
    let id = shared.world().add_user(spec);
    Ok(if said.by_form {
        said.done()
    } else {
        axum::Json(json!({"id": id})).into_response()
    })
}

async fn user_act(
    State(shared): App,
    Path((user, act)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Done {
    let said = Said::read(&headers, &body)?;
    let world = &mut *shared.world();
    match act.as_str() {
        "revoke" => by_hand::revoke(world, &user)?,
        "deactivate" => by_hand::set_standing(world, &user, Standing::Inactive)?,
        "activate" => by_hand::set_standing(world, &user, Standing::Active)?,
        "delete" => by_hand::set_standing(world, &user, Standing::Deleted)?,
        "forbid-hosting" => by_hand::allow_hosting(world, &user, false)?,
        "allow-hosting" => by_hand::allow_hosting(world, &user, true)?,
        "forbid-install" => by_hand::allow_install(world, &user, false)?,
        "allow-install" => by_hand::allow_install(world, &user, true)?,
        "settings" => {
            let settings = serde_json::from_value(Value::Object(said.fields.clone()))
                .map_err(|error| Trouble::bad(error.to_string()))?;
            by_hand::change_user(world, &user, |spec| spec.settings = settings)?;
        }
        "webinars" => {
            let capacity = said
                .number("capacity")
                .and_then(|many| u32::try_from(many).ok());
            by_hand::change_user(world, &user, |spec| spec.webinar_capacity = capacity)?;
        }
        unknown => return Err(Unknown(format!("no such act: {unknown}")).into()),
    }
    Ok(said.done())
}

async fn meeting_act(
    State(shared): App,
    Path((id, act)): Path<(u64, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Done {
    let said = Said::read(&headers, &body)?;
    let world = &mut *shared.world();
    match act.as_str() {
        "delete" => by_hand::delete(world, id)?,
        "recover" => by_hand::recover(world, id)?,
        "convert" => by_hand::convert(world, id)?,
        "start" => by_hand::start(world, id)?,
        "end" => by_hand::end(world, id)?,
        "move" => by_hand::move_to(world, id, instant(said.required("start_time")?)?)?,
        "rename" => by_hand::rename(world, id, said.required("topic")?)?,
        "describe" => by_hand::describe(world, id, said.required("agenda")?)?,
        unknown => return Err(Unknown(format!("no such act: {unknown}")).into()),
    }
    Ok(said.done())
}

fn instant(text: &str) -> Result<Timestamp, Trouble> {
    text.parse()
        .map_err(|_| Trouble::bad(format!("not a time like 2026-05-04T09:30:00Z: {text}")))
}

async fn down(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    shared.world().faults.down = true;
    Ok(said.done())
}

async fn up(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    shared.world().faults.down = false;
    Ok(said.done())
}

async fn add_fault(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let fault = fault(&said)?;
    shared.world().faults.waiting.push(fault);
    Ok(said.done())
}

/// `{"on": "create", "kind": "drop_after", "times": 1}`; `"times": "all"` for every call.
fn fault(said: &Said) -> Result<Fault, Trouble> {
    let on = said.text("on").unwrap_or("any");
    let fault = match said.required("kind")? {
        "drop_before" => Fault::drop_before(on),
        "drop_after" => Fault::drop_after(on),
        "hold" => Fault::hold(on),
        "truncate" => Fault::truncate(on),
        "garbage" => Fault::garbage(on),
        "unauthorized" => Fault::unauthorized(on),
        "bad_gateway" => Fault::bad_gateway(on),
        "delay" => {
            let ms = said.number("ms").and_then(|ms| u64::try_from(ms).ok());
            Fault::delay(
                on,
                ms.ok_or_else(|| Trouble::bad("the field ms is missing"))?,
            )
        }
        "too_many" => Fault::too_many(
            on,
            chosen(said, "limit")?.unwrap_or(TooMany::PerSecond),
            chosen(said, "headers")?.unwrap_or(LimitHeaders::Observed),
        ),
        "status" => {
            let status = said
                .number("status")
                .and_then(|status| u16::try_from(status).ok());
            let status = status.ok_or_else(|| Trouble::bad("the field status is missing"))?;
            match said.text("body") {
                Some(body) => Fault::answer(on, status, "application/json;charset=UTF-8", body),
                None => Fault::status(on, status),
            }
        }
        unknown => return Err(Trouble::bad(format!("no such kind: {unknown}"))),
    };
    let fault = if said.text("times") == Some("all") {
        fault.always()
    } else {
        let times = said
            .number("times")
            .and_then(|times| u32::try_from(times).ok());
        fault.times(times.unwrap_or(1))
    };
    Ok(match said.text("when") {
        Some("after") => fault.after_effect(),
        Some("before") => Fault {
            moment: Moment::Before,
            ..fault
        },
        Some(_) | None => fault,
    })
}

fn chosen<T: serde::de::DeserializeOwned>(said: &Said, name: &str) -> Result<Option<T>, Trouble> {
    said.fields
        .get(name)
        .map(|value| serde_json::from_value(value.clone()))
        .transpose()
        .map_err(|error| Trouble::bad(format!("{name}: {error}")))
}

async fn clear_faults(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    shared.world().faults.waiting.clear();
    Ok(said.done())
}

/// Lets the held calls go on, as soon as there are as many as are named.
async fn release(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let calls = said.number("calls").unwrap_or_default();
    let calls =
        usize::try_from(calls).map_err(|_| Trouble::bad("calls: a number from 0 on".to_owned()))?;
    shared.held.until(calls).await;
    shared.held.release();
    Ok(said.done())
}

async fn lag(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let seconds = said.number("seconds").unwrap_or_default();
    shared.world().list_lag = SignedDuration::from_secs(seconds);
    Ok(said.done())
}

async fn expire_tokens(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let mut world = shared.world();
    let now = world.now();
    world.desk.expire_access_tokens(now);
    Ok(said.done())
}

/// `{"now": "2026-05-04T09:30:00Z"}` stops the clock there, `{"advance_seconds": 60}` moves it on,
/// `{"run": true}` goes back to the machine's time.
async fn clock(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let clock = shared.world().clock.clone();
    if let Some(now) = said.text("now") {
        clock.set(instant(now)?);
    } else if let Some(seconds) = said.number("advance_seconds") {
        clock.advance(SignedDuration::from_secs(seconds));
    } else if said.fields.get("run") == Some(&json!(true)) {
        clock.run();
    } else {
        return Err(Trouble::bad("say now, advance_seconds or run"));
    }
    Ok(said.done())
}

async fn webhook_url(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    let url = said
        .text("url")
        .filter(|url| !url.is_empty())
        .map(str::to_owned);
    shared.world().mailbag.subscribe(url);
    Ok(said.done())
}

async fn validate(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    match webhooks::validate(&shared).await {
        Ok(()) => Ok(said.done()),
        Err(message) => Err(Trouble {
            status: StatusCode::BAD_GATEWAY,
            message,
        }),
    }
}

async fn deliver(State(shared): App, headers: HeaderMap, body: Bytes) -> Done {
    let said = Said::read(&headers, &body)?;
    webhooks::deliver_due(&shared).await;
    Ok(said.done())
}

// ---- links ----

/// Where join and start links lead when they point at the simulator.
async fn join_page(State(shared): App, Path(id): Path<u64>) -> Response {
    let world = shared.world();
    match world
        .rooms
        .get(&id)
        .filter(|room| room.is_alive(world.now()))
    {
        Some(room) => Html(console::join_page(&world, room)).into_response(),
        None => {
            let page = console::no_such_meeting(id);
            (StatusCode::NOT_FOUND, Html(page)).into_response()
        }
    }
}
