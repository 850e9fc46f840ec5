//! Zoom is away for days, and people go on booking: nothing is lost, nobody is told a thing twice, and
//! soon after its return all is as it should be. `MIN42_DRILL_SIZE=full` makes it three days and five
//! hundred bookings.

use drills::checker::{Ack, AtZoom, Circumstances, Deed, Evidence, Stored, Told, check};
use jiff::{SignedDuration, Timestamp};
use zoom_sim::UserSpec;

use super::chance::Chance;
use super::guests::{Held, borrowed, filled_in, to};
use super::story::mails;
use crate::accounts::Role;
use crate::clock::{hours, minutes};
use crate::event_types::Location;
use crate::testing::TestApp;

struct Size {
    hosts: usize,
    bookings: usize,
    moves: usize,
    cancels: usize,
    lasts: SignedDuration,
}

const SMALL: Size = Size {
    hosts: 3,
    bookings: 12,
    moves: 4,
    cancels: 4,
    lasts: SignedDuration::from_hours(6),
};

const FULL: Size = Size {
    hosts: 20,
    bookings: 500,
    moves: 150,
    cancels: 150,
    lasts: SignedDuration::from_hours(72),
};

pub(super) fn is_full() -> bool {
    #[expect(clippy::disallowed_methods, reason = "how much a drill is asked for")]
    let size = std::env::var("MIN42_DRILL_SIZE");
    size.is_ok_and(|size| size == "full")
}

/// A host with a Zoom user of their own, and what can be booked with them.
pub(super) async fn hosts(app: &TestApp, many: usize) -> Vec<String> {
    let org = app.org("Engines").await;
    app.zoom_on(org).await;
    let mut paths = Vec::new();
    for number in 0..many {
        let host = app.person(org, &format!("Host {number}"), Role::User).await;
        let user = format!("host{number}@zoom.example");
        app.zoom().add_user(UserSpec::new(&user));
        app.connects(&host, "personal", &user).await;
        let offer = app.offers(&host, "Call", Location::Zoom).await;
        paths.push(format!("/{}/{}/book", host.username, offer.slug));
    }
    app.settle().await;
    paths
}

/// The hour of this number in a host's calendar, from Monday 11 May on: seven a day.
fn hour(number: usize) -> Timestamp {
    let days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18];
    let first: Timestamp = "2026-05-11T07:00:00Z".parse().unwrap();
    let at = i64::try_from(number % 7).unwrap();
    first + hours(24 * days[number / 7] + at)
}

enum Deeds {
    Book,
    Move,
    Cancel,
}

#[tokio::test]
async fn a_long_outage_loses_nothing_and_ends_without_a_trace() {
    let size = if is_full() { FULL } else { SMALL };
    let app = TestApp::start_with_zoom().await;
    let paths = hosts(&app, size.hosts).await;
    let mut chance = Chance::seeded(72);
    let (mut acks, mut held) = (Vec::new(), Vec::<Held>::new());
    let (mut booked, mut used) = (0, vec![0usize; size.hosts]);
    let mut host_of = std::collections::BTreeMap::new();

    // Booked first; then moves and cancels among the rest, in an order that chance shuffles.
    let mut deeds: Vec<Deeds> = (0..size.bookings).map(|_| Deeds::Book).collect();
    for kind in 0..size.moves + size.cancels {
        let earliest = deeds.len() / 4;
        let at = earliest + chance.below(deeds.len() - earliest);
        let deed = if kind < size.moves {
            Deeds::Move
        } else {
            Deeds::Cancel
        };
        deeds.insert(at, deed);
    }
    let pause = size.lasts / i32::try_from(deeds.len()).unwrap();
    let (calls_before, began) = (app.zoom().ledger().len(), app.now());
    let changing = began + size.lasts / 2;
    app.zoom().goes_down();
    let mut refuses = false;
    for deed in &deeds {
        if app.now() >= changing && !refuses {
            // Until then connections are closed unanswered, from now on refused.
            refuses = true;
            app.zoom().refuses_connections().await;
        }
        match deed {
            Deeds::Book => {
                let host = booked % size.hosts;
                let start = hour(used[host]);
                used[host] += 1;
                booked += 1;
                let fields = filled_in(&app, &paths[host], start, booked).await.unwrap();
                let answer = app.browser().post(&paths[host], &borrowed(&fields)).await;
                let one = Held::of(answer.location()).expect("booked");
                host_of.insert(one.id.clone(), host);
                let (booking, start) = (one.plain(), start.as_microsecond());
                acks.push(Ack {
                    told: Told::Yes,
                    deed: Deed::Booked { booking, start },
                });
                held.push(one);
            }
            Deeds::Move => {
                let old = held.remove(chance.below(held.len()));
                let host = host_of[&old.id];
                let start = hour(used[host]);
                used[host] += 1;
                let answer = app
                    .browser()
                    .post(&old.at("reschedule"), &borrowed(&to(start)))
                    .await;
                let new = Held::of(answer.location()).expect("moved");
                host_of.insert(new.id.clone(), host);
                let deed = Deed::Moved {
                    from: old.plain(),
                    to: Some(new.plain()),
                    start: start.as_microsecond(),
                };
                acks.push(Ack {
                    told: Told::Yes,
                    deed,
                });
                held.push(new);
            }
            Deeds::Cancel => {
                let one = held.remove(chance.below(held.len()));
                app.browser().post(&one.at("cancel"), &[]).await;
                assert!(one.is_canceled(&app).await);
                let booking = one.plain();
                acks.push(Ack {
                    told: Told::Yes,
                    deed: Deed::Canceled { booking },
                });
            }
        }
        app.settle_for(pause).await;
    }
    let calls_meanwhile = app.zoom().ledger().len() - calls_before;
    app.zoom().comes_back();
    app.zoom().accepts_connections().await;
    let returned = app.now();
    app.settle_for(minutes(30)).await;

    let stored = Stored::read(&app.database_url()).await.unwrap();
    let zoom = AtZoom::of(app.zoom());
    let mails = mails(&app);
    let evidence = Evidence {
        acks: &acks,
        stored: &stored,
        zoom: &zoom,
        mails: &mails,
        circumstances: &Circumstances::default(),
        now: app.now().as_microsecond(),
    };
    let found: Vec<String> = check(&evidence).iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let made = zoom.made_by_us().len();
    assert_eq!(
        made,
        size.bookings - size.cancels,
        "one room for each that was not canceled"
    );
    let last = zoom.rooms.iter().zip(app.zoom().all_rooms());
    let last = last.map(|(_, room)| room.created_at).max().unwrap();
    let mut links = 0;
    for number in 1..=size.bookings {
        let to = format!("guest{number}@example.com");
        let kinds: Vec<&str> = stored
            .letters
            .iter()
            .filter(|letter| letter.to == to)
            .map(|letter| letter.kind.as_str())
            .collect();
        let count = |kind: &str| kinds.iter().filter(|it| **it == kind).count();
        let canceled = count("canceled");
        assert_eq!(count("confirmed"), 1, "{to}: {kinds:?}");
        assert_eq!(count("link-ready"), 1 - canceled, "{to}: {kinds:?}");
        links += count("link-ready");
    }
    println!(
        "outage of {} h: {} bookings, {} moves, {} cancels, 0 lost; {calls_meanwhile} calls meanwhile; \
         {made} rooms and {links} link mails, the last {} s after its return",
        size.lasts.as_hours(),
        size.bookings,
        size.moves,
        size.cancels,
        last.duration_since(returned).as_secs(),
    );
    println!(
        "EVIDENCE {}",
        serde_json::json!({
            "hours": size.lasts.as_hours(), "hosts": size.hosts, "bookings": size.bookings,
            "moves": size.moves, "cancels": size.cancels, "lost": 0, "rooms": made,
            "calls_meanwhile": calls_meanwhile, "link_mails": links,
            "last_room_after_seconds": last.duration_since(returned).as_secs(),
        })
    );
}
