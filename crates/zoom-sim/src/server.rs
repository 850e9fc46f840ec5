//! From a connection to an answer: which operation, which fault, what effect, what is sent.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::call::{Answer, Call};
use crate::faults::{self, Fate, Moment, Sent, Trouble};
use crate::ledger::{self, Entry, Note};
use crate::outgoing::Clients;
use crate::routes::{self, Route};
use crate::wire::Knife;
use crate::world::World;

const BIGGEST_BODY: usize = 1 << 20;

/// What the server's tasks and the library's handle share.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) held: Held,
    /// One courier at a time, so that a webhook is never delivered twice by two of them.
    pub(crate) courier: tokio::sync::Mutex<()>,
    pub(crate) clients: Clients,
}

impl Shared {
    pub(crate) fn new(world: World, clients: Clients) -> Shared {
        Shared {
            world: Mutex::new(world),
            held: Held::default(),
            courier: tokio::sync::Mutex::new(()),
            clients,
        }
    }

    /// The world, for as long as one step takes. Never held while anything waits.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls that wait to be released.
pub(crate) struct Held {
    waiting: watch::Sender<usize>,
    releases: watch::Sender<u64>,
}

impl Default for Held {
    fn default() -> Held {
        Held {
            waiting: watch::Sender::new(0),
            releases: watch::Sender::new(0),
        }
    }
}

impl Held {
    async fn wait(&self) {
        let mut releases = self.releases.subscribe();
        self.waiting.send_modify(|count| *count += 1);
        // The sender lives as long as this value: the wait can only end with a release.
        if releases.changed().await.is_ok() {
            self.waiting.send_modify(|count| *count -= 1);
        }
    }

    pub(crate) fn release(&self) {
        self.releases.send_modify(|round| *round += 1);
    }

    pub(crate) fn count(&self) -> usize {
        *self.waiting.borrow()
    }

    pub(crate) async fn until(&self, count: usize) {
        let mut waiting = self.waiting.subscribe();
        // As above: the sender cannot be gone while `self` is borrowed.
        if waiting.wait_for(|now| *now >= count).await.is_err() {
            unreachable!("the sender is a field of self");
        }
    }
}

/// Everything but the control API.
pub(crate) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: Request,
) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BIGGEST_BODY).await else {
        return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let call = Call::new(
        parts.method,
        parts.uri.path(),
        parts.uri.query(),
        parts.headers,
        body,
    );
    // On a task of its own: what has arrived takes effect even if the client hangs up meanwhile.
    let sent = Handle::current().spawn(process(shared, call)).await;
    Ok(match sent {
        Ok(Sent::Whole(answer)) => response(&answer),
        Ok(Sent::Half(answer)) => {
            knife.halve();
            response(&answer)
        }
        Ok(Sent::Nothing) => {
            knife.cut();
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR),
    })
}

async fn process(shared: Arc<Shared>, call: Call) -> Sent {
    let route = routes::route(&call);
    let (fate, arrived) = {
        let mut world = shared.world();
        (world.faults.strike(&route.op.name()), world.now())
    };
    wait(&shared, fate.waits_at(Moment::Before)).await;
    let sent = {
        let mut world = shared.world();
        let mut note = Note::default();
        let sent = take_effect(&mut world, &call, &route, &fate, &mut note);
        let seq = world.ledger.len() as u64 + 1;
        let user = note.user_id.as_deref().and_then(|id| world.user(id));
        let entry = Entry {
            seq,
            at: arrived,
            operation: route.op.name(),
            method: call.method.to_string(),
            path: call.path.clone(),
            query: ledger::query_of(&call),
            user: user.map(|user| user.email.clone()),
            user_id: note.user_id,
            request: ledger::request_of(&call),
            status: sent.answer().map(|answer| answer.status),
            response: sent.answer().and_then(ledger::response_of),
            refresh_sent: ledger::refresh_sent(&call),
            refresh_given: note.refresh_given,
            effect: note.effect,
            fault: fate.name(),
            warnings: note.warnings,
        };
        world.ledger.push(entry);
        sent
    };
    shared.world().clock.nudge();
    wait(&shared, fate.waits_at(Moment::After)).await;
    sent
}

fn take_effect(
    world: &mut World,
    call: &Call,
    route: &Route,
    fate: &Fate,
    note: &mut Note,
) -> Sent {
    let now = world.now();
    let tracking = call
        .path
        .starts_with("/v2/")
        .then(|| world.chance.tracking_id());
    let track = |answer: Answer| match &tracking {
        Some(id) => answer.with("x-zm-trackingid", id),
        None => answer,
    };
    if let Some(fault) = fate.prevents() {
        return faults::distort(fault, None, call.wants_json(), now).map(track);
    }
    let truth = routes::perform(world, call, route, note);
    match &fate.outcome {
        Some(fault) => faults::distort(fault, Some(truth), call.wants_json(), now).map(track),
        None => Sent::Whole(track(truth)),
    }
}

async fn wait(shared: &Shared, trouble: Option<&Trouble>) {
    match trouble {
        Some(Trouble::Hold) => shared.held.wait().await,
        Some(Trouble::Delay { ms }) => pause(Duration::from_millis(*ms)).await,
        Some(
            Trouble::Drop
            | Trouble::Answer { .. }
            | Trouble::TooMany { .. }
            | Trouble::Unauthorized
            | Trouble::Truncate
            | Trouble::Garbage,
        )
        | None => {}
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "slow answers and late webhooks are the point"
)]
pub(crate) async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}

pub(crate) fn response(answer: &Answer) -> Response {
    let mut response = Response::new(Body::from(answer.bytes()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Some(kind) = answer.content_type() {
        headers.insert("content-type", HeaderValue::from_static(kind));
    }
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(*name, value);
        }
    }
    response
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
