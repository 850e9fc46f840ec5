//! One history: what people, Zoom and bad luck do, one after the other, chosen by a seed; then the
//! faults end, time passes, and everything is held against everything.

use drills::checker::{Ack, AtZoom, Circumstances, Deed, Evidence, Mail, Stored, Told, Violation};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zoom_sim::SignedWebhook;

use super::chance::Chance;
use super::guests::{self, Held, borrowed, filled_in};
use super::world::{Cast, Template};
use crate::clock::{from_micros, hours, minutes, seconds};
use crate::db::sql;
use crate::mail::mime::{self, Sender};
use crate::outbox::worker;
use crate::planted::step::{goes_on, stops_at};
use crate::testing::TestApp;
use crate::testing::browser::Answer;

/// What a history was about, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub histories: u64,
    pub operations: u64,
    pub deaths: u64,
    pub restarts: u64,
    pub faults: u64,
    pub calls: u64,
    pub mails: u64,
    pub violations: u64,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Figures) {
        self.histories += other.histories;
        self.operations += other.operations;
        self.deaths += other.deaths;
        self.restarts += other.restarts;
        self.faults += other.faults;
        self.calls += other.calls;
        self.mails += other.mails;
        self.violations += other.violations;
    }
}

/// How a history ended.
pub struct Ending {
    pub figures: Figures,
    pub violations: Vec<Violation>,
    pub trace: Vec<String>,
}

impl Ending {
    /// The same history has the same.
    pub fn digest(&self) -> String {
        crate::seal::hex(&Sha256::digest(self.trace.join("\n")))
    }
}

pub(super) struct Story<'a> {
    app: Option<TestApp>,
    pub(super) cast: &'a Cast,
    pub(super) chance: Chance,
    /// Ends after midnight, so that limits of the day can be met.
    pub(super) in_the_evening: bool,
    pub(super) held: Vec<Held>,
    guests: usize,
    acks: Vec<Ack>,
    circumstances: Circumstances,
    /// Zoom users who removed the app: since when.
    pub(super) removals: Vec<(String, i64)>,
    pub(super) moved_by_hand: Vec<u64>,
    /// Notices of Zoom’s on their way, each since when.
    pub(super) late: Vec<(Timestamp, SignedWebhook)>,
    mails: Vec<Mail>,
    pub(super) found: Vec<Violation>,
    pub(super) figures: Figures,
    trace: Vec<String>,
}

/// Tells the history of this seed from beginning to end.
pub async fn tell(template: &Template, seed: u64) -> Ending {
    let mut chance = Chance::seeded(seed);
    let in_the_evening = chance.percent(20);
    let at: Timestamp = match in_the_evening {
        true => "2026-05-04T22:30:00Z",
        false => "2026-05-04T08:00:00Z",
    }
    .parse()
    .unwrap();
    let app = template.app.copy(at, chance.seed()).await;
    let mut story = Story {
        app: Some(app),
        cast: &template.cast,
        chance,
        in_the_evening,
        held: Vec::new(),
        guests: 0,
        acks: Vec::new(),
        circumstances: Circumstances::default(),
        removals: Vec::new(),
        moved_by_hand: Vec::new(),
        late: Vec::new(),
        mails: Vec::new(),
        found: Vec::new(),
        figures: Figures::default(),
        trace: Vec::new(),
    };
    story.begins().await;
    let operations = story.chance.between(10, 26);
    for _ in 0..operations {
        story.goes_on().await;
    }
    story.ends().await
}

impl Story<'_> {
    pub(super) fn app(&self) -> &TestApp {
        self.app.as_ref().expect("there is always a process")
    }

    pub(super) fn says(&mut self, words: impl AsRef<str>) {
        let at = self.app().now();
        self.trace.push(format!("{at} {}", words.as_ref()));
    }

    pub(super) fn violates(&mut self, promise: &'static str, words: String) {
        self.found.push(Violation { promise, words });
    }

    fn acknowledges(&mut self, told: Told, deed: Deed) {
        self.acks.push(Ack { told, deed });
    }

    async fn goes_on(&mut self) {
        self.figures.operations += 1;
        match self.chance.below(100) {
            0..27 => self.a_guest_books().await,
            27..40 => self.a_guest_moves().await,
            40..49 => self.a_guest_cancels().await,
            49..53 => self.a_host_cancels().await,
            53..57 => self.a_host_moves().await,
            57..60 => self.a_stranger_tries().await,
            60..63 => self.the_process_restarts().await,
            63..70 => self.something_happens_during_a_job().await,
            70..100 => self.trouble_comes().await,
            _ => {}
        }
        self.work_is_done().await;
        self.nobody_is_booked_twice_now().await;
    }

    // ---- guests ----

    /// One of few starts, so that people want the same ones.
    fn a_start(&mut self) -> Timestamp {
        let (day, quarter) = (self.chance.below(2), self.chance.below(8));
        let minute = 7 * 60 + i64::try_from(quarter).unwrap() * 30;
        let first: Timestamp = "2026-05-05T00:00:00Z".parse().unwrap();
        first + hours(24 * (1 + i64::try_from(day).unwrap())) + minutes(minute)
    }

    async fn a_guest_books(&mut self) {
        let offer = self.chance.below(self.cast.offers.len());
        let path = format!("{}/book", self.cast.offers[offer].path);
        let start = self.a_start();
        self.guests += 1;
        let Some(fields) = filled_in(self.app(), &path, start, self.guests).await else {
            self.says(format!("{path} {start}: not on offer"));
            return;
        };
        let browser = self.app().browser();
        let Some(answer) = self.posts(browser, &path, &fields).await else {
            return;
        };
        self.says(format!("{path} {start}: {}", answer.status));
        if let Some(held) = Held::of(answer.location()) {
            let deed = Deed::Booked {
                booking: held.plain(),
                start: start.as_microsecond(),
            };
            self.acknowledges(Told::Yes, deed);
            self.held.push(held);
        } else if !matches!(answer.status.as_u16(), 409 | 422) {
            self.violates(
                "I-5",
                format!("a booking was answered by {}", answer.status),
            );
        }
    }

    async fn a_guest_moves(&mut self) {
        let Some(held) = self.chance.pick(&self.held).cloned() else {
            return;
        };
        let start = self.a_start();
        let path = held.at("reschedule");
        let deed = |to: Option<String>| Deed::Moved {
            from: held.plain(),
            to,
            start: start.as_microsecond(),
        };
        let browser = self.app().browser();
        let Some(answer) = self.posts(browser, &path, &guests::to(start)).await else {
            self.acknowledges(Told::Unknown, deed(None));
            return;
        };
        self.says(format!("move {} to {start}: {}", held.id, answer.status));
        let next = Held::of(answer.location()).filter(|next| next.id != held.id);
        if let Some(next) = next {
            self.acknowledges(Told::Yes, deed(Some(next.plain())));
            self.held.push(next);
        } else if answer.status.is_server_error() {
            self.violates("I-5", format!("a move was answered by {}", answer.status));
        }
    }

    async fn a_guest_cancels(&mut self) {
        let Some(held) = self.chance.pick(&self.held).cloned() else {
            return;
        };
        let deed = Deed::Canceled {
            booking: held.plain(),
        };
        let browser = self.app().browser();
        let Some(answer) = self.posts(browser, &held.at("cancel"), &[]).await else {
            self.acknowledges(Told::Unknown, deed);
            return;
        };
        let is_canceled = held.is_canceled(self.app()).await;
        self.says(format!(
            "cancel {}: {}, {is_canceled}",
            held.id, answer.status
        ));
        if is_canceled {
            self.acknowledges(Told::Yes, deed);
        } else if answer.status.is_server_error() {
            self.violates("I-5", format!("a cancel was answered by {}", answer.status));
        }
    }

    // ---- hosts ----

    async fn a_host_cancels(&mut self) {
        let Some(held) = self.chance.pick(&self.held).cloned() else {
            return;
        };
        let path = format!("/360/meetings/{}/cancel", held.id);
        let deed = Deed::HostCanceled {
            booking: held.plain(),
        };
        self.a_host_does(&path, &[], "Canceled.", deed).await;
    }

    async fn a_host_moves(&mut self) {
        let Some(held) = self.chance.pick(&self.held).cloned() else {
            return;
        };
        let start = self.a_start();
        let path = format!("/360/meetings/{}/reschedule", held.id);
        let deed = Deed::HostMoved {
            booking: held.plain(),
            start: start.as_microsecond(),
        };
        self.a_host_does(&path, &guests::to(start), "Moved.", deed)
            .await;
    }

    /// An admin acts on anybody's booking, and reads a note that begins like this when it is done.
    async fn a_host_does(
        &mut self,
        path: &str,
        fields: &[(String, String)],
        note: &str,
        deed: Deed,
    ) {
        let browser = self.cast.browser_of(self.app(), &self.cast.ada);
        let Some(answer) = self.posts(browser, path, fields).await else {
            self.acknowledges(Told::Unknown, deed);
            return;
        };
        let said = guests::note(&answer);
        let done = said.starts_with(note) && said.contains("emailed");
        self.says(format!("host {path}: {}, {done}", answer.status));
        if done {
            self.acknowledges(Told::Yes, deed);
        } else if answer.status.is_server_error() {
            self.violates("I-5", format!("a host was answered by {}", answer.status));
        }
    }

    /// Of another org: for them there is no such booking.
    async fn a_stranger_tries(&mut self) {
        let Some(held) = self.chance.pick(&self.held).cloned() else {
            return;
        };
        let what = *self
            .chance
            .pick(&["cancel", "reschedule", "place"])
            .unwrap();
        let path = format!("/360/meetings/{}/{what}", held.id);
        let mut browser = self.cast.browser_of(self.app(), &self.cast.carol);
        let answer = browser.post(&path, &[]).await;
        self.says(format!("stranger {path}: {}", answer.status));
        if answer.status.as_u16() != 404 {
            self.violates(
                "I-13",
                format!("a stranger’s {what} was answered by {}", answer.status),
            );
        }
    }

    // ---- the process ----

    /// Posts a form. Sometimes the process dies meanwhile: `None`, and another has taken its place.
    async fn posts(
        &mut self,
        mut browser: crate::testing::browser::Browser,
        path: &str,
        fields: &[(String, String)],
    ) -> Option<Answer> {
        let fields = borrowed(fields);
        let post = browser.post(path, &fields);
        if !self.chance.percent(8) {
            return Some(post.await);
        }
        let last = u32::try_from(self.chance.below(6)).unwrap();
        let mut post = Box::pin(post);
        let answer = stops_at(last, &mut post).await;
        drop(post);
        drop(browser);
        if answer.is_none() {
            self.says(format!("died at step {last} of {path}"));
            self.dies().await;
        }
        answer
    }

    pub(super) async fn dies(&mut self) {
        self.figures.deaths += 1;
        self.circumstances
            .deaths
            .push(self.app().now().as_microsecond());
        self.another_process().await;
    }

    async fn the_process_restarts(&mut self) {
        self.says("restart");
        self.figures.restarts += 1;
        self.another_process().await;
    }

    async fn another_process(&mut self) {
        self.collect_mails();
        // It takes a moment to start.
        self.app().advance(seconds(1));
        let seed = self.chance.seed();
        let app = self.app.take().expect("there is always a process");
        self.app = Some(app.restarts(seed).await);
    }

    /// Jobs run, or a few do, or none; time passes; a process dies in the middle of one.
    async fn work_is_done(&mut self) {
        match self.chance.below(100) {
            0..30 => self.app().settle().await,
            30..55 => {
                let span = seconds(self.chance.between(1, 480));
                self.app().settle_for(span).await;
            }
            55..60 => {
                let span = minutes(self.chance.between(10, 70));
                self.app().settle_for(span).await;
            }
            60..75 => drop(worker::run_one(&self.app().app).await.unwrap()),
            75..85 => {
                let last = u32::try_from(self.chance.below(16)).unwrap();
                let app = self.app().app.clone();
                let mut job = Box::pin(async move { worker::run_one(&app).await.unwrap() });
                let ran = stops_at(last, &mut job).await;
                drop(job);
                if ran.is_none() {
                    self.says(format!("died at step {last} of a job"));
                    self.dies().await;
                }
            }
            _ => {
                let span = seconds(self.chance.between(0, 30));
                self.app().advance(span);
            }
        }
    }

    /// A job is slow, between two of its steps or while it waits for Zoom's answer, and the world
    /// goes on meanwhile.
    async fn something_happens_during_a_job(&mut self) {
        if self.chance.percent(30) {
            self.says("access tokens expire");
            self.app().zoom().expire_access_tokens();
        }
        let app = self.app().app.clone();
        let mut job = Box::pin(async move { worker::run_one(&app).await.unwrap() });
        let is_slow = match self.chance.percent(50) {
            true => {
                let last = u32::try_from(self.chance.below(16)).unwrap();
                self.says(format!("a job is slow at step {last}"));
                stops_at(last, &mut job).await.is_none()
            }
            false => self.waits_for_zoom(&mut job).await,
        };
        if !is_slow {
            return;
        }
        match self.chance.below(7) {
            0 | 1 => self.a_guest_moves_meanwhile().await,
            2 => self.a_guest_cancels_meanwhile().await,
            3 => self.app().settle().await,
            4 => {
                // Longer than its lease: another worker takes the job. What the slow one does at last
                // may have been done already.
                let from = self.app().now().as_microsecond();
                self.app().advance(seconds(130));
                self.app().settle().await;
                let to = self.app().now().as_microsecond();
                self.circumstances.failures.push((from, to));
            }
            5 => self.a_user_removes_the_app().await,
            _ => self.somebody_acts_in_zoom().await,
        }
        goes_on();
        self.app().zoom().release_held();
        job.await;
    }

    async fn waits_for_zoom(&mut self, job: &mut (impl Future<Output = bool> + Unpin)) -> bool {
        const CALLS: [&str; 6] = [
            "create",
            "update",
            "delete",
            "list",
            "meeting.get",
            "oauth.token",
        ];
        let on = *self.chance.pick(&CALLS).unwrap();
        let fault = zoom_sim::Fault::hold(on);
        let after = self.chance.percent(50);
        let zoom = self.app().zoom();
        zoom.fault(if after { fault.after_effect() } else { fault });
        let waits = tokio::select! {
            biased;
            _ = job => false,
            () = zoom.until_held(1) => true,
        };
        if waits {
            self.says(format!("a job waits for {on}"));
        } else {
            self.app().zoom().clear_faults();
        }
        waits
    }

    /// As the others, in a process that can't die now: one of its jobs is watched.
    async fn a_guest_moves_meanwhile(&mut self) {
        let Some(held) = self.held.last().cloned() else {
            return;
        };
        let start = self.a_start();
        let answer = self
            .app()
            .browser()
            .post(&held.at("reschedule"), &borrowed(&guests::to(start)))
            .await;
        self.says(format!(
            "meanwhile move {} to {start}: {}",
            held.id, answer.status
        ));
        let next = Held::of(answer.location()).filter(|next| next.id != held.id);
        if let Some(next) = next {
            let deed = Deed::Moved {
                from: held.plain(),
                to: Some(next.plain()),
                start: start.as_microsecond(),
            };
            self.acknowledges(Told::Yes, deed);
            self.held.push(next);
        }
    }

    async fn a_guest_cancels_meanwhile(&mut self) {
        let Some(held) = self.held.last().cloned() else {
            return;
        };
        self.app().browser().post(&held.at("cancel"), &[]).await;
        let is_canceled = held.is_canceled(self.app()).await;
        self.says(format!("meanwhile cancel {}: {is_canceled}", held.id));
        if is_canceled {
            let booking = held.plain();
            self.acknowledges(Told::Yes, Deed::Canceled { booking });
        }
    }

    // ---- the end ----

    /// An account whose day is used up waits for the next.
    async fn limits_end(&mut self) {
        let mut reader = self.app().app.db.read().await.unwrap();
        let paused: Option<i64> = sql("SELECT MAX(until) FROM pauses")
            .one(&mut reader)
            .await
            .unwrap();
        let full: Option<i64> = sql("SELECT MAX(day) FROM changes_sent WHERE full_at IS NOT NULL")
            .one(&mut reader)
            .await
            .unwrap();
        // A delete may be told of the day too, and counts for none.
        let told: Option<i64> = sql("SELECT MAX(run_at) FROM jobs
             WHERE kind = 'conference' AND gave_up_at IS NULL AND why LIKE '%daily rate limit%'")
        .one(&mut reader)
        .await
        .unwrap();
        drop(reader);
        let next_day = full.map(|day| from_micros(day) + hours(24) + minutes(10));
        let until = paused
            .map(from_micros)
            .max(next_day)
            .max(told.map(from_micros))
            .unwrap_or(Timestamp::MIN);
        if until > self.app().now() {
            let rest = until.duration_since(self.app().now()) + minutes(20);
            self.app().settle_for(rest).await;
        }
    }

    async fn nobody_is_booked_twice_now(&mut self) {
        let text = "SELECT COUNT(*) FROM meetings a JOIN meetings b ON a.host_id = b.host_id
            AND a.id < b.id WHERE a.over_at IS NULL AND b.over_at IS NULL
            AND a.starts_at < b.starts_at + b.minutes * 60000000
            AND b.starts_at < a.starts_at + a.minutes * 60000000";
        let mut reader = self.app().app.db.read().await.unwrap();
        let twice: i64 = sql(text).one(&mut reader).await.unwrap();
        drop(reader);
        if twice > 0 {
            self.violates("I-2", format!("{twice} pairs of meetings overlap"));
        }
    }

    fn collect_mails(&mut self) {
        let mails = mails(self.app());
        self.mails.extend(mails);
    }

    /// The faults end, time passes, and everything is held against everything.
    async fn ends(mut self) -> Ending {
        self.the_faults_end().await;
        let rest = match self.in_the_evening {
            true => {
                let tomorrow: Timestamp = "2026-05-05T00:00:00Z".parse().unwrap();
                tomorrow.duration_since(self.app().now()).max(seconds(0)) + minutes(50)
            }
            false => minutes(50),
        };
        self.app().settle_for(rest).await;
        self.limits_end().await;
        self.says("quiet");
        self.collect_mails();
        let app = self.app.take().expect("there is always a process");
        let stored = Stored::read(&app.database_url()).await.unwrap();
        let mut zoom = AtZoom::of(app.zoom());
        zoom.removals = std::mem::take(&mut self.removals);
        let evidence = Evidence {
            acks: &self.acks,
            stored: &stored,
            zoom: &zoom,
            mails: &self.mails,
            circumstances: &self.circumstances,
            now: app.now().as_microsecond(),
        };
        self.found.extend(drills::checker::check(&evidence));
        for job in &stored.jobs {
            if job.run_at < evidence.now && job.gave_up_at.is_none() {
                let words = format!("the job {} is due and nobody does it", job.kind);
                self.found.push(Violation {
                    promise: "I-21",
                    words,
                });
            }
        }
        for call in &zoom.calls {
            let fault = call.fault.as_deref().unwrap_or_default();
            let line = format!(
                "  {} {} {:?} {:?} {fault}",
                call.at, call.request, call.user, call.status
            );
            self.trace.push(line);
        }
        for letter in &stored.letters {
            let line = format!("  {} {} to {}", letter.created_at, letter.kind, letter.to);
            self.trace.push(line);
        }
        for found in &self.found {
            self.trace.push(format!("VIOLATION {found}"));
        }
        self.figures.histories = 1;
        self.figures.calls = zoom.calls.len() as u64;
        self.figures.mails = self.mails.len() as u64;
        self.figures.violations = self.found.len() as u64;
        app.is_forgotten().await;
        Ending {
            figures: self.figures,
            violations: self.found,
            trace: self.trace,
        }
    }
}

/// What has left, as its recipients read it.
pub fn mails(app: &TestApp) -> Vec<Mail> {
    let sender = Sender::of(&app.app.config);
    let letters = app.letters();
    letters
        .iter()
        .map(|letter| {
            let bytes = mime::bytes(letter, &sender, Timestamp::UNIX_EPOCH).unwrap();
            Mail::parse(&bytes).expect("what left can be read")
        })
        .collect()
}
