//! What goes wrong in a history, or at least happens: accounts come and go, switches are thrown, Zoom
//! fails in all its ways, people act in Zoom itself, its notices get lost.

use axum::http::StatusCode;
use jiff::SignedDuration;
use zoom_sim::{Fault, LimitHeaders, Limits, TooMany, UserSpec};

use super::story::Story;
use super::world::{ADA, ALL, BOB};
use crate::accounts::Person;
use crate::clock::{hours, minutes, seconds};
use crate::db::sql;

/// Calls that can fail by themselves. A person who signs in at Zoom is not among them.
const CALLS: [&str; 7] = [
    "create",
    "update",
    "delete",
    "list",
    "meeting.get",
    "oauth.token",
    "user.get",
];

impl Story<'_> {
    pub(super) async fn begins(&mut self) {
        let zoom = self.app().zoom();
        for user in [ADA, BOB, ALL] {
            zoom.add_user(UserSpec::new(user));
        }
        self.app().subscribes();
        if self.in_the_evening && self.chance.percent(50) {
            self.limits_change();
        }
        if self.chance.percent(90) {
            self.connects(0).await;
        }
        if self.chance.percent(50) {
            self.connects(1).await;
        }
        if self.chance.percent(60) {
            self.connects(2).await;
        }
    }

    pub(super) async fn trouble_comes(&mut self) {
        match self.chance.below(20) {
            0..6 => self.a_call_fails(),
            6 => self.zoom_goes_down().await,
            7 => self.zoom_comes_back().await,
            8 => self.limits_change(),
            9 => {
                let lag = self.chance.between(0, 90);
                self.says(format!("lists lag {lag} s"));
                self.app().zoom().set_list_lag(seconds(lag));
            }
            10 => {
                self.says("access tokens expire");
                self.app().zoom().expire_access_tokens();
            }
            11..14 => self.somebody_acts_in_zoom().await,
            14 => self.notices_arrive().await,
            15 => self.a_user_removes_the_app().await,
            16 => {
                let who = self.chance.below(3);
                self.connects(who).await;
            }
            17 => self.disconnects().await,
            _ => self.the_rollout_changes().await,
        }
    }

    fn a_call_fails(&mut self) {
        let on = *self.chance.pick(&CALLS).unwrap();
        let headers = *self
            .chance
            .pick(&[
                LimitHeaders::None,
                LimitHeaders::Observed,
                LimitHeaders::Iso,
                LimitHeaders::Seconds,
            ])
            .unwrap();
        // A limit of the day ends at midnight, and only an evening gets there.
        let daily = self.in_the_evening && self.chance.percent(30);
        // What Zoom refuses for good is not what is looked for: a change is only refused at times.
        let refusable = matches!(on, "create" | "update");
        let fault = match self.chance.below(13) {
            0 | 1 => Fault::drop_before(on),
            2 | 3 => Fault::drop_after(on),
            4 => Fault::truncate(on),
            5 => Fault::garbage(on),
            6 => Fault::status(on, 500),
            7 => Fault::status(on, 503).after_effect(),
            8 => Fault::bad_gateway(on),
            9 => Fault::unauthorized(on),
            _ if daily => Fault::too_many(on, TooMany::Daily, headers),
            10 if refusable => Fault::status(on, 400),
            10 | 11 => Fault::too_many(on, TooMany::PerSecond, headers),
            _ => Fault::too_many(on, TooMany::Concurrent, headers),
        };
        let fault = fault.times(u32::try_from(self.chance.between(1, 2)).unwrap());
        self.says(format!("next: {fault}"));
        self.figures.faults += 1;
        self.app().zoom().fault(fault);
    }

    async fn zoom_goes_down(&mut self) {
        self.figures.faults += 1;
        let refuses = self.chance.percent(50);
        self.says(format!("Zoom is down, refusing: {refuses}"));
        if refuses {
            self.app().zoom().refuses_connections().await;
            // The client's side of what was closed is seen before anything else happens.
            for _ in 0..4 {
                tokio::task::yield_now().await;
            }
        } else {
            self.app().zoom().goes_down();
        }
    }

    async fn zoom_comes_back(&mut self) {
        self.says("Zoom is back");
        self.app().zoom().comes_back();
        self.app().zoom().accepts_connections().await;
    }

    fn limits_change(&mut self) {
        let limits = Limits {
            user_daily: Some(match self.in_the_evening {
                true => u32::try_from(self.chance.between(1, 6)).unwrap(),
                false => 100,
            }),
            per_second: self.chance.percent(50),
            headers: LimitHeaders::Observed,
        };
        self.says(format!("limits: {limits:?}"));
        self.app().zoom().set_limits(limits);
    }

    // ---- in Zoom itself ----

    pub(super) async fn somebody_acts_in_zoom(&mut self) {
        let mut rooms = self.app().zoom().meetings();
        rooms.retain(|room| room.agenda.starts_with("[42min:"));
        let Some(room) = self.chance.pick(&rooms).cloned() else {
            return;
        };
        // What is moved by hand is put back, but not without end.
        let often = self
            .moved_by_hand
            .iter()
            .filter(|id| **id == room.id)
            .count()
            >= 2;
        let deed = self.chance.below(6);
        let zoom = self.app().zoom();
        let said = match deed {
            0 | 1 => {
                zoom.delete_by_hand(room.id);
                format!("room {} is deleted by hand", room.id)
            }
            2 if !often => {
                zoom.move_by_hand(room.id, room.start_time.unwrap() + hours(1));
                format!("room {} is moved by hand", room.id)
            }
            3 if !often => {
                zoom.rename_by_hand(room.id, "Renamed by its host");
                format!("room {} is renamed by hand", room.id)
            }
            4 => {
                // Somebody else’s meeting, with a mark that only looks like ours.
                let forged = forged(&room.agenda);
                let start = room.start_time.unwrap();
                let id = zoom.schedule_by_hand(&room.host, "Lunch", &forged, start);
                format!("room {id} is somebody’s own")
            }
            _ => {
                zoom.end_by_hand(room.id);
                format!("room {} is ended by hand", room.id)
            }
        };
        if matches!(deed, 2 | 3) {
            self.moved_by_hand.push(room.id);
        }
        self.says(said);
    }

    pub(super) async fn a_user_removes_the_app(&mut self) {
        let user = *self.chance.pick(&[ADA, BOB, ALL]).unwrap();
        let users = self.app().zoom().users();
        let Some(known) = users.iter().find(|it| it.email == user && it.authorized) else {
            return;
        };
        self.says(format!("{user} removes the app"));
        self.app().zoom().revoke(user);
        let now = self.app().now().as_microsecond();
        self.removals.push((known.id.clone(), now));
    }

    /// Delivered, lost, delivered twice, or late.
    async fn notices_arrive(&mut self) {
        let now = self.app().now();
        let mut notices = std::mem::take(&mut self.late);
        let new = self.app().zoom().take_webhooks();
        notices.extend(new.into_iter().map(|notice| (now, notice)));
        // Zoom tries for 85 minutes.
        notices.retain(|(since, _)| now.duration_since(*since) <= minutes(85));
        self.says(format!("{} notices", notices.len()));
        for (since, notice) in notices {
            let times = match self.chance.below(10) {
                0 | 1 => 0,
                2 => 2,
                3 => {
                    self.late.push((since, notice));
                    continue;
                }
                _ => 1,
            };
            for _ in 0..times {
                let status = self.app().delivers(&notice).await;
                if status != StatusCode::OK && status != StatusCode::NO_CONTENT {
                    self.violates("I-17", format!("a notice was answered by {status}"));
                }
            }
        }
    }

    // ---- accounts and switches ----

    /// Ada her own, Bob his own, Ada the one for all.
    async fn connects(&mut self, which: usize) {
        let cast = self.cast;
        let (person, role, user): (&Person, &str, &str) = match which {
            0 => (&cast.ada, "personal", ADA),
            1 => (&cast.bob, "personal", BOB),
            _ => (&cast.ada, "shared", ALL),
        };
        // A person sees that Zoom is down, and doesn't sign in there.
        self.zoom_comes_back().await;
        let mut browser = cast.browser_of(self.app(), person);
        let away = browser
            .post("/360/integrations/zoom/connect", &[("role", role)])
            .await;
        if !away.location().contains("/oauth/authorize") {
            self.says(format!("connect {user}: {}", away.status));
            return;
        }
        let back = self.app().zoom().consent(away.location(), user).await;
        let landed = browser.get(&back).await;
        let page = browser.get(landed.location()).await;
        self.says(format!(
            "connect {user}: {}, {}",
            landed.status, page.status
        ));
        if page.status.is_server_error() || landed.status.is_server_error() {
            self.violates(
                "I-5",
                format!("a sign-in was answered by {}", landed.status),
            );
        }
    }

    async fn disconnects(&mut self) {
        let mut reader = self.app().app.db.read().await.unwrap();
        let text = "SELECT connections.id FROM connections JOIN accounts
            ON accounts.id = connections.account_id ORDER BY accounts.email";
        let all: Vec<uuid::Uuid> = sql(text).all(&mut reader).await.unwrap();
        drop(reader);
        let Some(id) = self.chance.pick(&all).copied() else {
            return;
        };
        let mut browser = self.cast.browser_of(self.app(), &self.cast.ada);
        let path = format!("/360/integrations/zoom/accounts/{id}/disconnect");
        let answer = browser.post(&path, &[]).await;
        self.says(format!("disconnect {id}: {}", answer.status));
        if answer.status != StatusCode::SEE_OTHER {
            let words = format!("disconnecting was answered by {}", answer.status);
            self.violates("I-8", words);
        }
    }

    async fn the_rollout_changes(&mut self) {
        let mut reader = self.app().app.db.read().await.unwrap();
        let text = "SELECT accounts.id FROM connections JOIN accounts
            ON accounts.id = connections.account_id WHERE connections.role = 'shared'";
        let shared: Option<uuid::Uuid> = sql(text).maybe(&mut reader).await.unwrap();
        drop(reader);
        let default = shared.map(|id| id.to_string()).unwrap_or_default();
        let mut fields = vec![("sure", "1")];
        if self.chance.percent(80) {
            fields.push(("enabled", "on"));
        }
        if self.chance.percent(50) {
            fields.push(("webinars", "on"));
        }
        if self.chance.percent(50) {
            fields.push(("routing", "on"));
            fields.push(("default_account", &default));
        }
        let mut browser = self.cast.browser_of(self.app(), &self.cast.ada);
        let answer = browser
            .post("/360/integrations/zoom/rollout", &fields)
            .await;
        self.says(format!("rollout {}: {}", fields.len(), answer.status));
    }

    pub(super) async fn the_faults_end(&mut self) {
        self.zoom_comes_back().await;
        let zoom = self.app().zoom();
        zoom.clear_faults();
        zoom.release_held();
        zoom.set_list_lag(SignedDuration::ZERO);
        zoom.set_limits(Limits::default());
        if self.chance.percent(70) {
            self.notices_arrive().await;
        }
    }
}

/// A mark with a signature that isn't one.
fn forged(agenda: &str) -> String {
    let end = agenda.find(']').unwrap_or(0);
    let (mark, rest) = agenda.split_at(end.saturating_sub(1));
    let other = if rest.starts_with('A') { "B" } else { "A" };
    format!("{mark}{other}{}", &rest[1..])
}
