//! Places in groups and turns of teams, with their letters and rooms: each story as people live it.

use std::collections::BTreeSet;

use super::offers::{self, Seek};
use super::rules::{Move, Refusal};
use super::{Booking, By, Meeting, Refused, Status, book, cancel, change, store};
use crate::accounts::{Org, Person, Role};
use crate::availability::slots::NotOffered;
use crate::clock::{days, minutes};
use crate::event_types::{EventType, Kind, Location};
use crate::id::Id;
use crate::mail::Letter;
use crate::teams::{Offered, OnReschedule, Team};
use crate::testing::TestApp;

const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";
const GRACE: &str = "grace@example.com";
const ALAN: &str = "alan@example.com";
const KURT: &str = "kurt@example.com";

struct Stage {
    app: TestApp,
    org: Id<Org>,
    ada: Person,
}

impl Stage {
    /// Ada, an admin with Zoom of her own.
    async fn new() -> Stage {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        app.zoom_on(org).await;
        let stage = Stage { app, org, ada };
        stage.connects(&stage.ada, "ada@zoom.example").await;
        stage
    }

    async fn connects(&self, person: &Person, zoom_user: &str) {
        self.app.zoom().add_user(zoom_sim::UserSpec::new(zoom_user));
        let page = self.app.connects(person, "personal", zoom_user).await;
        assert!(page.text().contains("Zoom connected successfully!"));
    }

    async fn group(&self, seats: u16) -> EventType {
        let demo = self.app.offers(&self.ada, "Demo", Location::Zoom).await;
        self.app
            .edits(&demo, |it| {
                it.kind = Kind::Group;
                it.seats = Some(seats);
            })
            .await
    }

    /// Bob and Cyd, with Zoom of their own, and what is booked with them.
    async fn team(&self, kind: Kind) -> (Team, EventType, Person, Person) {
        let bob = self.app.person(self.org, "Bob Byte", Role::User).await;
        let cyd = self.app.person(self.org, "Cyd Charisse", Role::User).await;
        self.connects(&bob, "bob@zoom.example").await;
        self.connects(&cyd, "cyd@zoom.example").await;
        let team = self.app.team("Sales", &[&bob, &cyd]).await;
        let call = self
            .app
            .offers(&self.ada, "Sales call", Location::Zoom)
            .await;
        let call = self
            .app
            .edits(&call, |it| {
                it.kind = kind;
                it.team_id = Some(team.id);
                it.schedule_id = None;
                it.seats = Some(2);
            })
            .await;
        (team, call, bob, cyd)
    }

    async fn policy(&self, team: &Team, availability: Offered, on_reschedule: OnReschedule) {
        let team = Team {
            availability,
            on_reschedule,
            ..team.clone()
        };
        self.app
            .write(move |tx| {
                Box::pin(async move { Ok(crate::teams::store::update(tx, &team).await?) })
            })
            .await;
    }

    async fn tries(&self, it: &EventType, email: &str, start: &str) -> Result<Booking, Refused> {
        let name = email.split('@').next().unwrap();
        let request = self.app.request(name, email, start);
        book::book(&self.app.app, it.org_id, it.id, &request).await
    }

    async fn books(&self, it: &EventType, email: &str, start: &str) -> Booking {
        self.tries(it, email, start)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    async fn moves(&self, booking: &Booking, by: By, start: &str) -> Booking {
        let to = Move {
            start: start.parse().unwrap(),
            reason: None,
            place: None,
            language: None,
        };
        change::reschedule(&self.app.app, booking.org_id, booking.id, by, to)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
            .booking
    }

    async fn cancels(&self, booking: &Booking, by: By) {
        cancel::cancel(&self.app.app, booking.org_id, booking.id, by, None)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
    }

    async fn meeting(&self, id: Id<Meeting>) -> Meeting {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::meeting(&mut reader, self.org, id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn starts(&self, it: &EventType) -> Vec<String> {
        let mut reader = self.app.app.db.read().await.unwrap();
        let offers = offers::load(&mut reader, it, &Seek::any(), self.app.now())
            .await
            .unwrap();
        offers.starts().iter().map(ToString::to_string).collect()
    }

    async fn settle(&self) {
        self.app.settle_for(minutes(1)).await;
    }

    fn last(&self, email: &str) -> Letter {
        self.app.letters_to(email).pop().unwrap()
    }
}

/// The lines of a letter's calendar object, unfolded.
fn lines(ics: &str) -> Vec<String> {
    ics.replace("\r\n ", "")
        .split("\r\n")
        .map(str::to_owned)
        .collect()
}

fn line(ics: &str, start: &str) -> String {
    lines(ics)
        .into_iter()
        .find(|line| line.starts_with(start))
        .unwrap_or_default()
}

fn taken(refused: &Refused) -> bool {
    matches!(refused, Refused::Because(Refusal::SlotTaken))
}

#[tokio::test]
async fn invitees_of_a_group_share_one_meeting_and_none_is_named_to_another() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    stage.settle().await;
    let alan = stage.books(&demo, ALAN, NINE).await;
    stage.settle().await;

    assert_eq!(grace.meeting_id, alan.meeting_id);
    let rooms = stage.app.zoom().meetings();
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms[0].topic, "Demo with Ada Lovelace");
    assert_eq!(
        stage.app.zoom().ledger_of("meeting.update").len(),
        0,
        "a place raises no generation"
    );
    for (email, other) in [(GRACE, "alan"), (ALAN, "grace")] {
        let letter = stage.last(email);
        assert_eq!(letter.subject, "Demo with Ada Lovelace");
        let all = format!(
            "{}{}{}",
            letter.text,
            letter.html,
            letter.calendar.unwrap().ics
        );
        assert!(all.contains(&rooms[0].join_url) && !all.contains(other));
    }
    assert_eq!(
        stage.app.letters_to(GRACE).len(),
        1,
        "another's place is no news"
    );
    let host: Vec<String> = stage
        .app
        .letters_to(&stage.ada.email)
        .into_iter()
        .map(|letter| letter.subject)
        .filter(|subject| subject.starts_with("New booking"))
        .collect();
    assert!(
        host[0].contains("grace") && host[1].contains("alan"),
        "{host:?}"
    );
}

#[tokio::test]
async fn a_start_stays_on_offer_until_its_places_are_taken_and_then_disappears() {
    let stage = Stage::new().await;
    let demo = stage.group(2).await;
    assert!(stage.starts(&demo).await.contains(&NINE.to_owned()));
    stage.books(&demo, GRACE, NINE).await;
    let starts = stage.starts(&demo).await;
    assert!(starts.contains(&NINE.to_owned()));
    // What would run into it is not.
    assert!(!starts.contains(&"2026-05-05T07:15:00Z".to_owned()));
    let alan = stage.books(&demo, ALAN, NINE).await;
    assert!(!stage.starts(&demo).await.contains(&NINE.to_owned()));
    assert!(taken(&stage.tries(&demo, KURT, NINE).await.unwrap_err()));
    // A place given back is on offer again.
    stage.cancels(&alan, By::Invitee).await;
    assert!(stage.starts(&demo).await.contains(&NINE.to_owned()));
    stage.books(&demo, KURT, NINE).await;
    stage.settle().await;
}

#[tokio::test]
async fn as_many_at_once_as_there_are_places_get_one() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let emails: Vec<String> = (0..16).map(|n| format!("guest{n}@example.com")).collect();
    let tries = emails.iter().map(|email| stage.tries(&demo, email, NINE));
    let all = futures_util::future::join_all(tries).await;
    let (got, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    assert_eq!(got.len(), 3);
    assert!(refused.into_iter().all(|it| taken(&it.unwrap_err())));
    let meetings: BTreeSet<_> = got.into_iter().map(|it| it.unwrap().meeting_id).collect();
    assert_eq!(meetings.len(), 1);
    stage.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn one_who_leaves_disturbs_nobody_and_with_the_last_the_meeting_is_over() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    let alan = stage.books(&demo, ALAN, NINE).await;
    stage.settle().await;
    let calls = stage.app.zoom().ledger().len();

    stage.cancels(&grace, By::Invitee).await;
    stage.settle().await;
    assert_eq!(stage.app.letters_to(ALAN).len(), 1);
    assert_eq!(stage.app.zoom().ledger().len(), calls);
    let uninvites = stage.last(GRACE).calendar.unwrap();
    assert_eq!(uninvites.method, "CANCEL");
    assert_eq!(
        line(&uninvites.ics, "STATUS"),
        "",
        "the event goes on with others"
    );
    let told = stage.last(&stage.ada.email);
    assert!(
        told.subject.starts_with("Canceled: grace, Demo"),
        "{}",
        told.subject
    );
    assert!(told.text.contains("The meeting goes on with the others."));
    assert!(told.calendar.is_none());

    stage.cancels(&alan, By::Invitee).await;
    stage.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 0);
    let ends = stage.last(ALAN).calendar.unwrap();
    assert_eq!(line(&ends.ics, "STATUS"), "STATUS:CANCELLED");

    // A later booking of that start opens a new one.
    let kurt = stage.books(&demo, KURT, NINE).await;
    stage.settle().await;
    assert_ne!(kurt.meeting_id, alan.meeting_id);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn a_place_that_moves_leaves_one_meeting_and_joins_another_in_one_letter() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    let alan = stage.books(&demo, ALAN, NINE).await;
    let kurt = stage.books(&demo, KURT, TEN).await;
    stage.settle().await;
    let letters = stage.app.letters().len();
    let (nine, ten) = (
        stage.meeting(grace.meeting_id).await,
        stage.meeting(kurt.meeting_id).await,
    );

    let moved = stage.moves(&grace, By::Invitee, TEN).await;
    stage.settle().await;
    assert_eq!(moved.meeting_id, ten.id);
    assert_eq!(stage.app.booking(&alan).await.status, Status::Confirmed);
    for (was, id) in [(&nine, nine.id), (&ten, ten.id)] {
        assert_eq!(stage.meeting(id).await.generation, was.generation);
    }
    let new = &stage.app.letters()[letters..];
    let to: BTreeSet<&str> = new.iter().map(|letter| letter.to.email.as_str()).collect();
    assert_eq!(to, [GRACE, stage.ada.email.as_str()].into(), "{new:#?}");
    assert_eq!(new.len(), 2);
    let letter = stage.last(GRACE);
    assert_eq!(letter.kind, "moved");
    assert!(
        letter.text.contains("The Zoom link has changed."),
        "{}",
        letter.text
    );
    let (joins, leaves) = (letter.calendar.unwrap(), letter.takes_back.unwrap());
    assert_eq!(
        (joins.method.as_str(), leaves.method.as_str()),
        ("REQUEST", "CANCEL")
    );
    assert_eq!(line(&joins.ics, "UID"), format!("UID:{}", ten.ical_uid));
    assert_eq!(line(&leaves.ics, "UID"), format!("UID:{}", nine.ical_uid));
    assert_eq!(line(&leaves.ics, "STATUS"), "");
    let sequence = |ics: &str| {
        line(ics, "SEQUENCE")["SEQUENCE:".len()..]
            .parse::<i64>()
            .unwrap()
    };
    assert!(sequence(&leaves.ics) > nine.sequence.unwrap());
    assert_eq!(stage.app.zoom().meetings().len(), 2);
}

#[tokio::test]
async fn a_place_that_moves_twice_before_any_letter_is_told_once_of_where_it_is() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    stage.settle().await;
    let first = stage.meeting(grace.meeting_id).await;
    let moved = stage.moves(&grace, By::Invitee, TEN).await;
    let back = stage
        .moves(&moved, By::Invitee, "2026-05-05T09:00:00Z")
        .await;
    stage.settle().await;
    let letters = stage.app.letters_to(GRACE);
    assert_eq!(letters.len(), 2, "{letters:#?}");
    let leaves = letters[1].takes_back.as_ref().unwrap();
    assert_eq!(line(&leaves.ics, "UID"), format!("UID:{}", first.ical_uid));
    assert_eq!(line(&leaves.ics, "STATUS"), "STATUS:CANCELLED");
    assert_eq!(stage.app.zoom().meetings().len(), 1);

    // Moved and canceled before the next letter: what they know is taken back.
    let current = stage.meeting(back.meeting_id).await;
    let again = stage.moves(&back, By::Invitee, NINE).await;
    stage.cancels(&again, By::Invitee).await;
    stage.settle().await;
    let letter = stage.last(GRACE);
    assert_eq!(letter.kind, "canceled");
    let ends = letter.calendar.unwrap();
    assert_eq!(ends.method, "CANCEL");
    assert_eq!(line(&ends.ics, "UID"), format!("UID:{}", current.ical_uid));
    assert_eq!(stage.app.zoom().meetings().len(), 0);
    assert_eq!(stage.app.letters_to(GRACE).len(), 3);
}

#[tokio::test]
async fn a_host_moves_and_cancels_a_group_as_a_whole_and_is_told_once() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    stage.books(&demo, ALAN, NINE).await;
    stage.settle().await;
    let link = stage.app.zoom().meetings()[0].join_url.clone();
    let host = |stage: &Stage| stage.app.letters_to(&stage.ada.email).len();
    let before = host(&stage);

    let moved = stage.moves(&grace, By::Host, TEN).await;
    stage.settle().await;
    for email in [GRACE, ALAN] {
        let letter = stage.last(email);
        assert_eq!(letter.kind, "moved");
        assert!(letter.text.contains(&link) && letter.takes_back.is_none());
        assert!(letter.text.contains("The Zoom link stays the same."));
    }
    assert_eq!(host(&stage), before + 1);
    let subject = stage.last(&stage.ada.email).subject;
    assert!(subject.starts_with("Moved: Demo, "), "{subject}");
    assert_eq!(
        stage.app.zoom().meetings()[0].start_time,
        Some(TEN.parse().unwrap())
    );

    stage.cancels(&moved, By::Host).await;
    stage.settle().await;
    for email in [GRACE, ALAN] {
        assert!(stage.last(email).text.contains("Canceled by Ada Lovelace."));
    }
    assert_eq!(host(&stage), before + 2);
    assert_eq!(stage.app.zoom().meetings().len(), 0);
}

#[tokio::test]
async fn the_host_hears_once_that_the_link_of_a_full_group_is_there() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    stage.app.zoom().goes_down();
    stage.books(&demo, GRACE, NINE).await;
    stage.books(&demo, ALAN, NINE).await;
    stage.settle().await;
    stage.app.zoom().comes_back();
    stage.app.settle_for(minutes(10)).await;
    for email in [GRACE, ALAN] {
        assert_eq!(stage.last(email).kind, "link-ready");
    }
    let ready: Vec<Letter> = stage
        .app
        .letters_to(&stage.ada.email)
        .into_iter()
        .filter(|letter| letter.kind == "link-ready")
        .collect();
    assert_eq!(ready.len(), 1);
    assert!(ready[0].subject.starts_with("Zoom link ready: Demo, "));
    assert!(ready[0].text.contains("Invitees: 2"), "{}", ready[0].text);
}

#[tokio::test]
async fn a_start_is_on_offer_while_any_member_is_free_and_goes_to_whose_turn_it_is() {
    let stage = Stage::new().await;
    let (_, call, bob, cyd) = stage.team(Kind::RoundRobin).await;
    let first = stage.books(&call, GRACE, NINE).await;
    let second = stage.books(&call, ALAN, NINE).await;
    let hosts: BTreeSet<_> = [first.host_id, second.host_id].into();
    assert_eq!(hosts, [bob.id, cyd.id].into());
    assert!(taken(&stage.tries(&call, KURT, NINE).await.unwrap_err()));
    assert!(!stage.starts(&call).await.contains(&NINE.to_owned()));
    // Both have one; who has waited longest is next.
    stage.app.advance(minutes(1));
    let third = stage.books(&call, KURT, TEN).await;
    assert_eq!(third.host_id, first.host_id);
    stage.settle().await;
    let hosting: BTreeSet<String> = stage
        .app
        .zoom()
        .meetings()
        .into_iter()
        .map(|room| room.host)
        .collect();
    assert_eq!(
        hosting.len(),
        2,
        "each on the account of who hosts: {hosting:?}"
    );
    let host = if first.host_id == bob.id { &bob } else { &cyd };
    let summary = format!("Sales call: grace and {}", host.name);
    assert_eq!(stage.app.letters_to(GRACE)[0].subject, summary);
}

#[tokio::test]
async fn bookings_of_last_month_no_longer_count_for_whose_turn_it_is() {
    let stage = Stage::new().await;
    let (_, call, ..) = stage.team(Kind::RoundRobin).await;
    let first = stage.books(&call, GRACE, NINE).await;
    stage.app.settle_for(days(20)).await;
    let second = stage.books(&call, ALAN, "2026-05-26T07:00:00Z").await;
    stage.app.advance(minutes(1));
    let third = stage.books(&call, KURT, "2026-05-26T08:00:00Z").await;
    assert_ne!(second.host_id, first.host_id);
    assert_eq!(
        third.host_id, first.host_id,
        "one each, and the longer wait"
    );
    stage.app.settle_for(days(20)).await;
    // Only second and third are recent now; first's host has the later of the two.
    let fourth = stage.books(&call, GRACE, "2026-06-15T07:00:00Z").await;
    assert_eq!(fourth.host_id, second.host_id);
    stage.settle().await;
}

#[tokio::test]
async fn a_balanced_team_offers_only_the_times_of_those_whose_turn_it_is() {
    let stage = Stage::new().await;
    let (team, call, bob, cyd) = stage.team(Kind::RoundRobin).await;
    stage
        .policy(&team, Offered::Evenly, OnReschedule::Keep)
        .await;
    let first = stage.books(&call, GRACE, NINE).await;
    let second = stage.books(&call, ALAN, TEN).await;
    assert_ne!(first.host_id, second.host_id);
    // Now both have one. Who has nine taken can't be whose turn it is at nine; the other can.
    let third = stage.books(&call, KURT, NINE).await;
    assert_eq!(third.host_id, second.host_id);
    // The other is behind now, and is not free at nine: nothing at nine is on offer.
    let refused = stage.tries(&call, "x@example.com", NINE).await.unwrap_err();
    assert!(taken(&refused), "{refused:?}");
    let later = stage
        .books(&call, "y@example.com", "2026-05-05T09:00:00Z")
        .await;
    assert_eq!(later.host_id, first.host_id);
    assert!([bob.id, cyd.id].contains(&later.host_id));
    stage.settle().await;
}

#[tokio::test]
async fn a_member_who_is_deactivated_or_has_no_hours_is_not_asked() {
    let stage = Stage::new().await;
    let (_, call, bob, cyd) = stage.team(Kind::RoundRobin).await;
    let (org, gone, now) = (stage.org, bob.id, stage.app.now());
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                Ok(crate::accounts::store::set_deactivated(tx, org, gone, Some(now)).await?)
            })
        })
        .await;
    let first = stage.books(&call, GRACE, NINE).await;
    assert_eq!(first.host_id, cyd.id);
    assert!(taken(&stage.tries(&call, ALAN, NINE).await.unwrap_err()));
    stage.settle().await;
}

#[tokio::test]
async fn a_team_of_nobody_offers_nothing_and_says_so() {
    let stage = Stage::new().await;
    let (team, call, ..) = stage.team(Kind::RoundRobin).await;
    let (org, id, now) = (stage.org, team.id, stage.app.now());
    stage
        .app
        .write(move |tx| {
            Box::pin(
                async move { Ok(crate::teams::store::set_members(tx, org, id, &[], now).await?) },
            )
        })
        .await;
    assert!(stage.starts(&call).await.is_empty());
    let refused = stage.tries(&call, GRACE, NINE).await.unwrap_err();
    assert!(matches!(refused, Refused::Because(Refusal::HostGone)));
}

#[tokio::test]
async fn a_round_robin_booking_keeps_its_host_when_it_moves() {
    let stage = Stage::new().await;
    let (_, call, ..) = stage.team(Kind::RoundRobin).await;
    let first = stage.books(&call, GRACE, NINE).await;
    stage.settle().await;
    let link = stage.app.zoom().meetings()[0].join_url.clone();
    let moved = stage.moves(&first, By::Invitee, TEN).await;
    stage.settle().await;
    assert_eq!(
        (moved.host_id, moved.meeting_id),
        (first.host_id, first.meeting_id)
    );
    assert_eq!(stage.app.zoom().meetings()[0].join_url, link);
}

#[tokio::test]
async fn a_move_to_another_host_makes_a_new_meeting_and_keeps_the_old_room_until_it_is_ready() {
    let stage = Stage::new().await;
    let (team, call, bob, cyd) = stage.team(Kind::RoundRobin).await;
    stage
        .policy(&team, Offered::WhenAnyIsFree, OnReschedule::Reassign)
        .await;
    let first = stage.books(&call, GRACE, NINE).await;
    stage.settle().await;
    let old = stage.meeting(first.meeting_id).await;
    // The old host has one recent meeting, the other none: it goes to the other.
    stage.app.zoom().goes_down();
    let moved = stage.moves(&first, By::Invitee, TEN).await;
    assert_ne!(moved.host_id, first.host_id);
    assert_ne!(moved.meeting_id, first.meeting_id);
    stage.app.zoom().comes_back();
    let fault = zoom_sim::Fault::bad_gateway("create").times(2);
    stage.app.zoom().fault(fault);
    stage.app.settle_for(minutes(1)).await;
    assert_eq!(
        stage.app.zoom().ledger_of("meeting.delete").len(),
        0,
        "the old room stays"
    );
    stage.app.settle_for(minutes(30)).await;

    let rooms = stage.app.zoom().meetings();
    assert_eq!(rooms.len(), 1, "{rooms:#?}");
    assert_eq!(rooms[0].start_time, Some(TEN.parse().unwrap()));
    let new = stage.meeting(moved.meeting_id).await;
    assert_eq!(stage.meeting(old.id).await.replaced_by, Some(new.id));

    let name = |id| if id == bob.id { &bob } else { &cyd };
    let letters = stage.app.letters_to(GRACE);
    let moved_letter = letters
        .iter()
        .find(|letter| letter.kind == "moved")
        .unwrap();
    let (joins, leaves) = (
        moved_letter.calendar.as_ref().unwrap(),
        moved_letter.takes_back.as_ref().unwrap(),
    );
    assert_eq!(line(&joins.ics, "UID"), format!("UID:{}", new.ical_uid));
    assert_eq!(line(&leaves.ics, "UID"), format!("UID:{}", old.ical_uid));
    assert!(line(&joins.ics, "ORGANIZER").contains(&name(moved.host_id).email));
    assert!(line(&leaves.ics, "ORGANIZER").contains(&name(first.host_id).email));
    assert_eq!(line(&leaves.ics, "STATUS"), "STATUS:CANCELLED");
    let last = &letters.last().unwrap();
    assert!(
        last.text.contains(&rooms[0].join_url),
        "the new link reaches them"
    );

    let lost = stage.last(&name(first.host_id).email);
    assert!(
        lost.subject.starts_with("Handed over: grace"),
        "{}",
        lost.subject
    );
    let won = stage.app.letters_to(&name(moved.host_id).email);
    assert!(won[0].subject.starts_with("New booking: grace"), "{won:#?}");

    let (was, is) = (name(first.host_id), name(moved.host_id));
    let hub = crate::booking::manage_path(&stage.app.app, first.id);
    let page = stage.app.browser().get(&hub).await;
    let now_with = format!("with {} is now", is.name);
    assert!(page.text().contains(&now_with), "{}", page.text());
    let details = format!("/360/meetings/{}", first.id);
    let page = stage.app.browser_of(was).await.get(&details).await;
    let said = "Somebody else hosts it now.";
    assert!(page.text().contains(said), "{}", page.text());
    let new_page = format!("/360/meetings/{}", moved.id);
    assert!(page.links(&new_page).is_empty(), "it would be no page");
    let page = stage.app.browser_of(&stage.ada).await.get(&details).await;
    assert!(!page.links(&new_page).is_empty(), "an admin opens both");
}

#[tokio::test]
async fn the_host_of_a_slot_is_locked_by_its_first_booking() {
    let stage = Stage::new().await;
    let (_, call, ..) = stage.team(Kind::GroupRoundRobin).await;
    let first = stage.books(&call, GRACE, NINE).await;
    stage.app.advance(minutes(1));
    // It would be the other's turn now.
    let second = stage.books(&call, ALAN, NINE).await;
    assert_eq!(
        (second.host_id, second.meeting_id),
        (first.host_id, first.meeting_id)
    );
    // Full, though another member is free: a start has one session.
    assert!(taken(&stage.tries(&call, KURT, NINE).await.unwrap_err()));
    assert!(!stage.starts(&call).await.contains(&NINE.to_owned()));
    let other = stage.books(&call, KURT, TEN).await;
    assert_ne!(other.host_id, first.host_id);
    stage.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 2);
}

#[tokio::test]
async fn many_at_once_open_one_session_of_a_team() {
    let stage = Stage::new().await;
    let (_, call, ..) = stage.team(Kind::GroupRoundRobin).await;
    let emails: Vec<String> = (0..12).map(|n| format!("guest{n}@example.com")).collect();
    let tries = emails.iter().map(|email| stage.tries(&call, email, NINE));
    let all = futures_util::future::join_all(tries).await;
    let got: Vec<Booking> = all.into_iter().filter_map(Result::ok).collect();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].meeting_id, got[1].meeting_id);
    stage.settle().await;
}

#[tokio::test]
async fn a_session_can_be_joined_though_hours_or_grid_have_changed_but_not_within_the_notice() {
    let stage = Stage::new().await;
    let demo = stage.group(5).await;
    stage.books(&demo, GRACE, NINE).await;
    let demo = stage.app.edits(&demo, |it| it.increment = 120).await;
    stage.books(&demo, ALAN, NINE).await;
    let demo = stage
        .app
        .edits(&demo, |it| it.notice_minutes = 7 * 24 * 60)
        .await;
    let refused = stage.tries(&demo, KURT, NINE).await.unwrap_err();
    let too_soon = Refused::Because(Refusal::NotOffered(NotOffered::TooSoon));
    assert_eq!(format!("{refused:?}"), format!("{too_soon:?}"));
    stage.settle().await;
}

#[tokio::test]
async fn the_places_of_a_slot_can_be_more_later_and_its_length_stays() {
    let stage = Stage::new().await;
    let demo = stage.group(2).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    stage.books(&demo, ALAN, NINE).await;
    let demo = stage
        .app
        .edits(&demo, |it| {
            it.seats = Some(3);
            it.minutes = 15;
            it.location = Location::InPerson;
            it.location_value = Some("Calle Mayor 1".to_owned());
        })
        .await;
    let kurt = stage.books(&demo, KURT, NINE).await;
    assert_eq!(kurt.meeting_id, grace.meeting_id);
    assert_eq!((kurt.minutes, kurt.location), (42, Location::Zoom));
    stage.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn in_a_group_by_phone_each_number_stays_with_its_invitee() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let demo = stage
        .app
        .edits(&demo, |it| {
            it.location = Location::Phone;
            it.location_value = Some("I call you".to_owned());
        })
        .await;
    let mut booked = Vec::new();
    for (email, number) in [(GRACE, "+1 111"), (ALAN, "+2 222")] {
        let mut request = stage.app.request(email, email, NINE);
        request.place = Some(number.to_owned());
        let booking = book::book(&stage.app.app, demo.org_id, demo.id, &request).await;
        booked.push(booking.unwrap_or_else(|refused| panic!("{refused:?}")));
    }
    stage.settle().await;
    stage.moves(&booked[0], By::Host, TEN).await;
    stage.settle().await;
    let all = |email: &str| -> String {
        let letters = stage.app.letters_to(email).into_iter();
        letters
            .map(|it| format!("{}{}{}", it.text, it.html, it.calendar.unwrap().ics))
            .collect()
    };
    for (email, own, other) in [(GRACE, "+1 111", "+2 222"), (ALAN, "+2 222", "+1 111")] {
        assert!(
            all(email).contains(own) && !all(email).contains(other),
            "{email}"
        );
    }
    let host = all(&stage.ada.email);
    assert!(host.contains("+1 111") && host.contains("+2 222"));
    let mut reader = stage.app.app.db.read().await.unwrap();
    let now = store::bookings_of_meeting(&mut reader, stage.org, booked[0].meeting_id)
        .await
        .unwrap();
    for booking in now.iter().filter(|it| it.status == Status::Confirmed) {
        let number = if booking.invitee_email == GRACE {
            "+1 111"
        } else {
            "+2 222"
        };
        assert!(booking.location_value.as_deref().unwrap().ends_with(number));
    }
}

#[tokio::test]
async fn the_start_of_a_session_whose_host_is_gone_is_taken_and_no_error() {
    let stage = Stage::new().await;
    let (_, call, ..) = stage.team(Kind::GroupRoundRobin).await;
    let first = stage.books(&call, GRACE, NINE).await;
    let (org, host, now) = (stage.org, first.host_id, stage.app.now());
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                Ok(crate::accounts::store::set_deactivated(tx, org, host, Some(now)).await?)
            })
        })
        .await;
    assert!(!stage.starts(&call).await.contains(&NINE.to_owned()));
    assert!(taken(&stage.tries(&call, ALAN, NINE).await.unwrap_err()));
    let other = stage.books(&call, ALAN, TEN).await;
    assert_ne!(other.host_id, host);
    stage.settle().await;
}

#[tokio::test]
async fn the_last_of_a_group_can_move_to_a_time_that_overlaps_their_own() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    stage.settle().await;
    let moved = stage
        .moves(&grace, By::Invitee, "2026-05-05T07:15:00Z")
        .await;
    stage.settle().await;
    assert_ne!(moved.meeting_id, grace.meeting_id);
    let rooms = stage.app.zoom().meetings();
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms[0].start_time, Some(moved.starts_at));
}

#[tokio::test]
async fn who_has_two_places_keeps_the_event_when_one_is_given_back_or_moved() {
    let stage = Stage::new().await;
    let demo = stage.group(5).await;
    let one = stage.books(&demo, GRACE, NINE).await;
    let two = stage.books(&demo, "Grace@Example.com", NINE).await;
    let three = stage.books(&demo, GRACE, NINE).await;
    stage.settle().await;
    assert_eq!(
        stage.app.letters_to(GRACE).len(),
        2,
        "one letter for each place"
    );
    stage.cancels(&three, By::Invitee).await;
    stage.settle().await;
    let letter = stage.last(GRACE);
    assert_eq!(letter.kind, "canceled");
    assert!(letter.calendar.is_none(), "her calendar keeps it");
    stage.moves(&one, By::Invitee, TEN).await;
    stage.settle().await;
    let letter = stage.last(GRACE);
    assert!(letter.calendar.is_some() && letter.takes_back.is_none());
    stage.cancels(&two, By::Invitee).await;
    stage.settle().await;
    let letter = stage
        .app
        .letters_to(two.invitee_email.as_str())
        .pop()
        .unwrap();
    assert_eq!(letter.calendar.unwrap().method, "CANCEL");
}

#[tokio::test]
async fn guests_of_a_place_follow_it_and_only_it() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let mut request = stage.app.request("grace", GRACE, NINE);
    request.guests = super::Guests(vec![KURT.to_owned()]);
    let grace = book::book(&stage.app.app, demo.org_id, demo.id, &request).await;
    let grace = grace.unwrap_or_else(|refused| panic!("{refused:?}"));
    stage.books(&demo, ALAN, NINE).await;
    stage.settle().await;
    assert_eq!(
        stage
            .starts(&demo)
            .await
            .iter()
            .filter(|at| *at == NINE)
            .count(),
        1
    );
    let moved = stage.moves(&grace, By::Invitee, TEN).await;
    stage.settle().await;
    let letter = stage.last(KURT);
    assert_eq!(letter.kind, "moved");
    assert_eq!(letter.takes_back.unwrap().method, "CANCEL");
    stage.cancels(&moved, By::Invitee).await;
    stage.settle().await;
    assert_eq!(stage.last(KURT).kind, "canceled");
    assert_eq!(stage.app.letters_to(ALAN).len(), 1);
}

#[tokio::test]
async fn a_place_that_goes_away_and_comes_back_is_told_as_it_is() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let grace = stage.books(&demo, GRACE, NINE).await;
    stage.books(&demo, ALAN, NINE).await;
    stage.settle().await;
    // Before any letter: nothing has changed for her.
    let there = stage.moves(&grace, By::Invitee, TEN).await;
    let back = stage.moves(&there, By::Invitee, NINE).await;
    stage.settle().await;
    assert_eq!(back.meeting_id, grace.meeting_id);
    assert_eq!(stage.app.letters_to(GRACE).len(), 1);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    // After the letter: the way back is a move like any other.
    let there = stage.moves(&back, By::Invitee, TEN).await;
    stage.settle().await;
    let ten = stage.meeting(there.meeting_id).await;
    stage.moves(&there, By::Invitee, NINE).await;
    stage.settle().await;
    let letter = stage.last(GRACE);
    assert_eq!(
        (letter.kind.as_str(), stage.app.letters_to(GRACE).len()),
        ("moved", 3)
    );
    let leaves = letter.takes_back.unwrap();
    assert_eq!(line(&leaves.ics, "UID"), format!("UID:{}", ten.ical_uid));
    let joins = letter.calendar.unwrap();
    assert_eq!(
        (joins.method.as_str(), line(&joins.ics, "STATUS").as_str()),
        ("REQUEST", "STATUS:CONFIRMED")
    );
}

#[tokio::test]
async fn a_place_that_moves_to_anothers_session_leaves_its_host_with_theirs() {
    let stage = Stage::new().await;
    let (_, call, bob, cyd) = stage.team(Kind::GroupRoundRobin).await;
    let grace = stage.books(&call, GRACE, NINE).await;
    let alan = stage.books(&call, ALAN, NINE).await;
    let kurt = stage.books(&call, KURT, TEN).await;
    assert_ne!(kurt.host_id, grace.host_id);
    stage.settle().await;
    stage.moves(&grace, By::Invitee, TEN).await;
    stage.settle().await;
    let old = if grace.host_id == bob.id { &bob } else { &cyd };
    let letter = stage.last(&old.email);
    assert!(
        letter.subject.starts_with("Moved away: grace"),
        "{}",
        letter.subject
    );
    assert!(
        letter.text.contains("grace moved to another meeting."),
        "{}",
        letter.text
    );
    assert!(letter.calendar.is_none() && !letter.text.contains("no longer"));
    assert_eq!(stage.meeting(alan.meeting_id).await.over_at, None);
}

#[tokio::test]
async fn a_second_change_of_host_keeps_the_first_room_until_the_last_one_is_ready() {
    let stage = Stage::new().await;
    let (team, call, ..) = stage.team(Kind::RoundRobin).await;
    stage
        .policy(&team, Offered::WhenAnyIsFree, OnReschedule::Reassign)
        .await;
    let first = stage.books(&call, GRACE, NINE).await;
    stage.settle().await;
    stage
        .app
        .zoom()
        .fault(zoom_sim::Fault::bad_gateway("create").always());
    let second = stage.moves(&first, By::Invitee, TEN).await;
    stage.settle().await;
    // The other host has had as many by now, and waited longer.
    let third = stage
        .moves(&second, By::Invitee, "2026-05-05T09:00:00Z")
        .await;
    stage.app.settle_for(minutes(5)).await;
    assert_eq!(stage.app.zoom().ledger_of("meeting.delete").len(), 0);
    assert_eq!(
        stage.app.zoom().meetings().len(),
        1,
        "the only way to join they know"
    );
    stage.app.zoom().clear_faults();
    stage.app.settle_for(minutes(30)).await;
    let rooms = stage.app.zoom().meetings();
    assert_eq!(rooms.len(), 1);
    assert_eq!(rooms[0].start_time, Some(third.starts_at));
}

#[tokio::test]
async fn a_room_that_was_replaced_goes_when_what_replaced_it_is_canceled() {
    let stage = Stage::new().await;
    let (team, call, bob, cyd) = stage.team(Kind::RoundRobin).await;
    stage
        .policy(&team, Offered::WhenAnyIsFree, OnReschedule::Reassign)
        .await;
    let first = stage.books(&call, GRACE, NINE).await;
    stage.settle().await;
    stage
        .app
        .zoom()
        .fault(zoom_sim::Fault::bad_gateway("create").always());
    let moved = stage.moves(&first, By::Invitee, TEN).await;
    assert_ne!(moved.host_id, first.host_id);
    stage.cancels(&moved, By::Invitee).await;
    stage.app.zoom().clear_faults();
    stage.app.settle_for(minutes(30)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 0);
    let letter = stage.last(GRACE);
    assert_eq!(letter.kind, "canceled");
    let old = stage.meeting(first.meeting_id).await;
    assert_eq!(letter.subject, format!("Canceled: {}", old.summary));
    assert_eq!(
        line(&letter.calendar.unwrap().ics, "UID"),
        format!("UID:{}", old.ical_uid)
    );
    // Who hosted it is not told that another does: nobody does.
    let host = if first.host_id == bob.id { &bob } else { &cyd };
    let told = stage.last(&host.email);
    assert!(
        told.text.contains("it is no longer yours to host"),
        "{}",
        told.text
    );
    let ends = told.calendar.unwrap();
    assert_eq!(line(&ends.ics, "STATUS"), "STATUS:CANCELLED");
    assert_eq!(
        line(&ends.ics, "SEQUENCE"),
        "SEQUENCE:1",
        "higher than what it knows"
    );
}

#[tokio::test]
async fn who_joins_a_session_reads_its_length_and_place_whatever_the_event_type_says_now() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    stage.books(&demo, GRACE, NINE).await;
    stage
        .app
        .edits(&demo, |it| {
            it.minutes = 15;
            it.location = Location::Phone;
            it.location_value = Some("I call you".to_owned());
        })
        .await;
    let mut guest = stage.app.browser();
    let path = "/ada-lovelace/demo/book";
    let form = guest
        .get(&format!("{path}?start={NINE}&tz=Europe/Madrid"))
        .await;
    let text = form.text();
    assert!(
        text.contains("09:00 to 09:42") && text.contains("Zoom"),
        "{text}"
    );
    assert!(!text.contains("phone number"), "{text}");
    let token = form.field("token").unwrap();
    let typed = [
        ("token", token.as_str()),
        ("start", NINE),
        ("tz", "Europe/Madrid"),
        ("name", "Alan"),
        ("email", ALAN),
    ];
    let booked = guest.post_and_follow(path, &typed).await.text();
    assert!(
        booked.contains("09:00 to 09:42") && booked.contains("Zoom link"),
        "{booked}"
    );
    // Another start is as the event type is now.
    let other = guest
        .get(&format!("{path}?start={TEN}&tz=Europe/Madrid"))
        .await
        .text();
    assert!(
        other.contains("10:00 to 10:15") && other.contains("phone number"),
        "{other}"
    );
    stage.settle().await;
}

#[tokio::test]
async fn a_new_session_asks_for_a_webinar_only_while_the_org_allows_it() {
    let stage = Stage::new().await;
    let demo = stage.group(3).await;
    let demo = stage
        .app
        .edits(&demo, |it| it.webinar_at = Some(it.created_at))
        .await;
    let off = stage.books(&demo, GRACE, NINE).await;
    assert_eq!(stage.meeting(off.meeting_id).await.webinar_at, None);
    let (org, now) = (stage.org, stage.app.now());
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                let rollout = crate::rollout::store::rollout(tx, org).await?;
                let rollout = crate::rollout::Rollout {
                    webinars_at: Some(now),
                    ..rollout
                };
                Ok(crate::rollout::store::save(tx, &rollout).await?)
            })
        })
        .await;
    let on = stage.books(&demo, ALAN, TEN).await;
    assert_eq!(stage.meeting(on.meeting_id).await.webinar_at, Some(now));
    // Who joins the first one takes it as it is.
    let joined = stage.books(&demo, ALAN, NINE).await;
    assert_eq!(joined.meeting_id, off.meeting_id);
    stage.settle().await;
}

#[tokio::test]
async fn an_account_that_hosts_two_meetings_at_once_is_used_and_the_host_is_told() {
    let stage = Stage::new().await;
    let bob = stage.app.person(stage.org, "Bob Byte", Role::User).await;
    let cyd = stage
        .app
        .person(stage.org, "Cyd Charisse", Role::User)
        .await;
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("all@zoom.example"));
    stage
        .app
        .connects(&stage.ada, "shared", "all@zoom.example")
        .await;
    let one = stage.app.offers(&bob, "One", Location::Zoom).await;
    let two = stage.app.offers(&cyd, "Two", Location::Zoom).await;
    stage.books(&one, GRACE, NINE).await;
    stage.settle().await;
    assert!(!stage.last(&bob.email).text.contains("at a time"));
    let second = stage.books(&two, ALAN, "2026-05-05T07:15:00Z").await;
    stage.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    let words = "all@zoom.example hosts another meeting at the same time";
    assert!(stage.last(&cyd.email).text.contains(words));
    let mut browser = stage.app.browser_of(&cyd).await;
    let details = browser
        .get(&format!("/360/meetings/{}", second.id))
        .await
        .text();
    assert!(details.contains(words), "{details}");
    let mut reader = stage.app.app.db.read().await.unwrap();
    let log = crate::sync_log::store::of_meeting(&mut reader, stage.org, second.meeting_id)
        .await
        .unwrap();
    assert!(
        log[0]
            .words
            .contains("one Zoom user can run only one at a time"),
        "{}",
        log[0].words
    );
}
