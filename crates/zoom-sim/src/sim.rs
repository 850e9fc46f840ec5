//! The library's handle: a running simulator and everything a test may do to it.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::by_hand::{self, Unknown};
use crate::clock::SimClock;
use crate::config::{Config, UserSpec};
use crate::control;
use crate::faults::Fault;
use crate::ledger::Entry;
use crate::outgoing::Clients;
use crate::rooms::{Kind, Room};
use crate::server::{self, Shared};
use crate::showing::{self, MeetingView};
use crate::webhooks::{self, Delivery, SignedWebhook};
use crate::wire::{Door, Doorman, Gate, Knife};
use crate::world::{Standing, UserView, World};

/// A running simulator. Stops when dropped.
pub struct ZoomSim {
    shared: Arc<Shared>,
    clock: SimClock,
    address: SocketAddr,
    doorman: Doorman,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl ZoomSim {
    /// Starts on the current tokio runtime.
    ///
    /// # Panics
    /// If the address cannot be listened on; [`ZoomSim::try_start`] says so instead.
    pub async fn start(config: Config) -> ZoomSim {
        ZoomSim::try_start(config)
            .await
            .expect("the configured address is free to listen on")
    }

    pub async fn try_start(config: Config) -> io::Result<ZoomSim> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let clock = config.clock.clone();
        let by_hand = config.webhooks_by_hand;
        let shared = Arc::new(Shared::new(World::new(config), Clients::new()?));
        let (gate, doorman) = Gate::new(listener, address);
        let (stop, stopped) = watch::channel(false);
        let mut tasks =
            vec![Handle::current().spawn(listen(gate, router(shared.clone()), stopped))];
        if !by_hand {
            tasks.push(Handle::current().spawn(webhooks::courier(shared.clone())));
        }
        Ok(ZoomSim {
            shared,
            clock,
            address,
            doorman,
            stop,
            tasks,
        })
    }

    // ---- where it is and what the app is called ----

    /// What takes the place of `https://zoom.us`.
    pub fn oauth_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What takes the place of `https://api.zoom.us/v2`.
    pub fn api_url(&self) -> String {
        format!("http://{}/v2", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn client_id(&self) -> String {
        self.shared.world().config.client_id.clone()
    }

    pub fn client_secret(&self) -> String {
        self.shared.world().config.client_secret.clone()
    }

    pub fn webhook_secret(&self) -> String {
        self.shared.world().config.webhook_secret.clone()
    }

    // ---- people ----

    /// Adds a user and says their id.
    pub fn add_user(&self, spec: UserSpec) -> String {
        self.shared.world().add_user(spec)
    }

    pub fn users(&self) -> Vec<UserView> {
        self.shared.world().user_views()
    }

    /// Lets `user` (id or e-mail address) agree to everything on the consent page behind
    /// `authorize_url`, and says where Zoom would send their browser.
    ///
    /// # Panics
    /// If the page cannot be agreed to: that is the test's mistake or its finding.
    pub async fn consent(&self, authorize_url: &str, user: &str) -> String {
        self.decide(authorize_url, &[("user", user), ("decision", "allow")])
            .await
    }

    /// The same, with only these of the optional scopes ticked.
    ///
    /// # Panics
    /// As [`ZoomSim::consent`].
    pub async fn consent_to(&self, authorize_url: &str, user: &str, scopes: &[&str]) -> String {
        let mut form = vec![("user", user), ("decision", "allow"), ("scopes_shown", "1")];
        form.extend(scopes.iter().map(|&scope| ("scope", scope)));
        self.decide(authorize_url, &form).await
    }

    /// Lets `user` decline.
    ///
    /// # Panics
    /// As [`ZoomSim::consent`].
    pub async fn decline(&self, authorize_url: &str, user: &str) -> String {
        self.decide(authorize_url, &[("user", user), ("decision", "decline")])
            .await
    }

    async fn decide(&self, authorize_url: &str, form: &[(&str, &str)]) -> String {
        let answer = self
            .shared
            .clients
            .to(authorize_url)
            .post(authorize_url)
            .form(form)
            .send()
            .await
            .expect("the simulator answers while it is up");
        let location = answer
            .headers()
            .get("location")
            .and_then(|location| location.to_str().ok())
            .map(str::to_owned);
        let status = answer.status();
        location.unwrap_or_else(|| panic!("no redirect from the consent page, but {status}"))
    }

    /// The user removes the app in Zoom: tokens die, `app_deauthorized` is sent.
    pub fn revoke(&self, user: &str) {
        self.by_hand(|world| by_hand::revoke(world, user));
    }

    /// An admin deactivates the user.
    pub fn deactivate(&self, user: &str) {
        self.by_hand(|world| by_hand::set_standing(world, user, Standing::Inactive));
    }

    pub fn activate(&self, user: &str) {
        self.by_hand(|world| by_hand::set_standing(world, user, Standing::Active));
    }

    /// The user is removed from their account, with all their meetings.
    pub fn remove_user(&self, user: &str) {
        self.by_hand(|world| by_hand::set_standing(world, user, Standing::Deleted));
    }

    /// Changes anything about a user: the license, the settings, what is locked.
    ///
    /// # Panics
    /// If there is no such user.
    pub fn change_user(&self, user: &str, change: impl FnOnce(&mut UserSpec)) {
        self.by_hand(|world| by_hand::change_user(world, user, change));
    }

    /// Whether the user may host meetings at all (400/3161 if not).
    pub fn allow_hosting(&self, user: &str, allowed: Allowed) {
        self.by_hand(|world| by_hand::allow_hosting(world, user, allowed == Allowed::Yes));
    }

    /// Whether the user's admin lets them install the app.
    pub fn allow_install(&self, user: &str, allowed: Allowed) {
        self.by_hand(|world| by_hand::allow_install(world, user, allowed == Allowed::Yes));
    }

    /// Every access token expires now; refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        let mut world = self.shared.world();
        let now = world.now();
        world.desk.expire_access_tokens(now);
    }

    // ---- meetings ----

    /// The meetings that are not deleted.
    pub fn meetings(&self) -> Vec<MeetingView> {
        self.rooms(|room| room.exists() && room.kind == Kind::Meeting)
    }

    /// The webinars that are not deleted.
    pub fn webinars(&self) -> Vec<MeetingView> {
        self.rooms(|room| room.exists() && room.kind == Kind::Webinar)
    }

    /// Every meeting and webinar there ever was.
    pub fn all_rooms(&self) -> Vec<MeetingView> {
        self.rooms(|_| true)
    }

    fn rooms(&self, wanted: impl Fn(&Room) -> bool) -> Vec<MeetingView> {
        let world = self.shared.world();
        world
            .rooms
            .values()
            .filter(|room| wanted(room))
            .map(|room| showing::view(&world, room))
            .collect()
    }

    /// The host schedules a meeting in Zoom itself, or copies one; says its id.
    pub fn schedule_by_hand(&self, user: &str, topic: &str, agenda: &str, start: Timestamp) -> u64 {
        self.by_hand(|world| by_hand::schedule(world, user, (topic, agenda), start))
    }

    /// The host deletes it in Zoom.
    pub fn delete_by_hand(&self, id: u64) {
        self.by_hand(|world| by_hand::delete(world, id));
    }

    /// The host takes it back out of Zoom's bin.
    pub fn recover_by_hand(&self, id: u64) {
        self.by_hand(|world| by_hand::recover(world, id));
    }

    pub fn move_by_hand(&self, id: u64, start: Timestamp) {
        self.by_hand(|world| by_hand::move_to(world, id, start));
    }

    pub fn rename_by_hand(&self, id: u64, topic: &str) {
        self.by_hand(|world| by_hand::rename(world, id, topic));
    }

    /// The host rewrites the agenda.
    pub fn describe_by_hand(&self, id: u64, agenda: &str) {
        self.by_hand(|world| by_hand::describe(world, id, agenda));
    }

    /// The host turns a meeting into a webinar, or back.
    pub fn convert_by_hand(&self, id: u64) {
        self.by_hand(|world| by_hand::convert(world, id));
    }

    pub fn start_by_hand(&self, id: u64) {
        self.by_hand(|world| by_hand::start(world, id));
    }

    pub fn end_by_hand(&self, id: u64) {
        self.by_hand(|world| by_hand::end(world, id));
    }

    /// Whether a start link was handed out here and still works.
    pub fn start_link_works(&self, link: &str) -> bool {
        let world = self.shared.world();
        world.start_links.get(link).is_some_and(|(id, until)| {
            *until > world.now() && world.rooms.get(id).is_some_and(Room::exists)
        })
    }

    fn by_hand<T>(&self, act: impl FnOnce(&mut World) -> Result<T, Unknown>) -> T {
        act(&mut self.shared.world())
            .unwrap_or_else(|unknown| panic!("the simulator knows {}", unknown.0))
    }

    // ---- the ledger ----

    pub fn ledger(&self) -> Vec<Entry> {
        self.shared.world().ledger.clone()
    }

    pub fn ledger_of(&self, operation: &str) -> Vec<Entry> {
        let world = self.shared.world();
        world
            .ledger
            .iter()
            .filter(|entry| entry.operation == operation)
            .cloned()
            .collect()
    }

    /// Every token, start link and passcode there ever was, for tests that look for them where they
    /// must not be.
    pub fn secrets(&self) -> Vec<String> {
        let world = self.shared.world();
        let tokens = world.desk.tokens().chain(world.start_links.keys());
        let passcodes = world
            .rooms
            .values()
            .filter_map(|room| room.details.passcode.as_ref());
        let mut all: Vec<String> = tokens.chain(passcodes).cloned().collect();
        all.sort();
        all
    }

    // ---- faults ----

    /// Every connection is closed without an answer, until it comes back.
    pub fn goes_down(&self) {
        self.shared.world().faults.down = true;
    }

    pub fn comes_back(&self) {
        self.shared.world().faults.down = false;
    }

    /// Nobody listens: connections are refused before anything can be sent. Calls that are held
    /// must be released first.
    pub async fn refuses_connections(&self) {
        self.doorman.turn(Door::Shut).await;
    }

    pub async fn accepts_connections(&self) {
        self.doorman.turn(Door::Open).await;
    }

    pub fn fault(&self, fault: Fault) {
        self.shared.world().faults.waiting.push(fault);
    }

    /// Forgets the faults that have not struck yet. Calls that are held stay held.
    pub fn clear_faults(&self) {
        self.shared.world().faults.waiting.clear();
    }

    /// How many calls are held now.
    pub fn held(&self) -> usize {
        self.shared.held.count()
    }

    /// Resolves when at least `count` calls are held.
    pub async fn until_held(&self, count: usize) {
        self.shared.held.until(count).await;
    }

    /// Lets the held calls go on.
    pub fn release_held(&self) {
        self.shared.held.release();
    }

    /// Lists stay this far behind.
    pub fn set_list_lag(&self, lag: SignedDuration) {
        self.shared.world().list_lag = lag;
    }

    /// Changes the limits while it runs.
    pub fn set_limits(&self, limits: crate::config::Limits) {
        self.shared.world().config.limits = limits;
    }

    /// Answers the open questions otherwise while it runs.
    pub fn set_quirks(&self, quirks: crate::config::Quirks) {
        self.shared.world().config.quirks = quirks;
    }

    // ---- time ----

    pub fn clock(&self) -> SimClock {
        self.clock.clone()
    }

    /// Stops the simulator's clock at `now`.
    pub fn set_time(&self, now: Timestamp) {
        self.clock.set(now);
    }

    // ---- webhooks ----

    pub fn set_webhook_url(&self, url: &str) {
        self.shared.world().mailbag.subscribe(Some(url.to_owned()));
    }

    pub fn clear_webhook_url(&self) {
        self.shared.world().mailbag.subscribe(None);
    }

    /// The webhooks made so far, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.world().mailbag.deliveries()
    }

    /// Resolves when every webhook that is due has been tried.
    pub async fn webhooks_settled(&self) {
        webhooks::deliver_due(&self.shared).await;
    }

    /// Takes the webhooks that are due, signed, so that a test can deliver them itself. Meant for
    /// a [`Config`] with `webhooks_by_hand`.
    pub fn take_webhooks(&self) -> Vec<SignedWebhook> {
        webhooks::take_due(&mut self.shared.world())
    }

    /// Sends `endpoint.url_validation` and judges the answer.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub async fn validate_webhook_url(&self) -> Result<(), String> {
        webhooks::validate(&self.shared).await
    }

    /// Runs until `stop` resolves.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        stop.await;
    }
}

/// Yes or no, where a bare `true` would not say to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    Yes,
    No,
}

impl Drop for ZoomSim {
    fn drop(&mut self) {
        // Connections that are kept alive outlive the listener: they get nothing more.
        self.shared.world().faults.down = true;
        self.shared.held.release();
        self.stop.send_replace(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn router(shared: Arc<Shared>) -> Router {
    control::routes().fallback(server::serve).with_state(shared)
}

async fn listen(gate: Gate, router: Router, mut stopped: watch::Receiver<bool>) {
    let service = router.into_make_service_with_connect_info::<Knife>();
    // An error means that the handle is gone: as good a reason to stop.
    let until = async move { while stopped.changed().await.is_ok() && !*stopped.borrow() {} };
    let served = axum::serve(gate, service)
        .with_graceful_shutdown(until)
        .await;
    served.expect("the server accepts connections until it is told to stop");
}
