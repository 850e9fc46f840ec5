use jiff::Timestamp;

use super::*;
use crate::accounts::Role;
use crate::booking::{Answers, By, Given, Guests, Status};
use crate::clock::{hours, minutes};
use crate::conferencing::view::{Link, Why};
use crate::db::sql;
use crate::event_types::Location;
use crate::id::Id;
use crate::mail::mime::{self, Sender, reader::Part};
use crate::outbox::Kind;
use crate::testing::TestApp;
use crate::zone::Zone;

const GRACE: &str = "grace@example.com";
const ALAN: &str = "alan@example.com";
const ADA: &str = "ada-lovelace@engines.example";

/// Ada is booked by Grace, who brings Alan along. Rooms are what the test says they are.
struct Stage {
    app: TestApp,
    host: Person,
    meeting: Meeting,
    booking: Booking,
}

fn room(number: u32) -> Online {
    Online::Ready(Link {
        provider: "Zoom",
        noun: "meeting",
        join_url: format!("https://zoom.us/j/9123456789{number}?pwd=abc"),
        meeting_id: format!("912 3456 789{number}"),
        passcode: Some("K7pQ2x".to_owned()),
        hosted_on: "ada@zoom.example".to_owned(),
        shared: false,
        overlaps: false,
        follows: true,
        stale: false,
    })
}

fn at(words: &str) -> Timestamp {
    words.parse().unwrap()
}

impl Stage {
    async fn set(location: Location, value: Option<&str>) -> Stage {
        let app = TestApp::start().await;
        let org = app.org("Engines").await;
        let host = app.person(org, "Ada Lovelace", Role::User).await;
        let now = app.now();
        let event_type: Id<EventType> = app.app.entropy.id(now);
        let meeting = Meeting {
            id: app.app.entropy.id(now),
            org_id: org,
            host_id: host.id,
            event_type_id: event_type,
            starts_at: at("2026-06-12T07:00:00Z"),
            minutes: 42,
            buffer_before: 0,
            buffer_after: 0,
            summary: "Intro call: Grace Hopper and Ada Lovelace".to_owned(),
            location,
            location_value: value.map(str::to_owned),
            ical_uid: "01JXA7Q2V3W4X5Y6Z7@meet.test".to_owned(),
            sequence: None,
            generation: 1,
            kind: event_types::Kind::OneOnOne,
            webinar_at: None,
            replaced_by: None,
            over_at: None,
            created_at: now,
        };
        let booking = Booking {
            id: app.app.entropy.id(now),
            org_id: org,
            meeting_id: meeting.id,
            seat: app.app.entropy.id(now),
            event_type_id: event_type,
            host_id: host.id,
            status: Status::Confirmed,
            starts_at: meeting.starts_at,
            minutes: 42,
            location,
            location_value: value.map(str::to_owned),
            invitee_name: "Grace Hopper".to_owned(),
            invitee_email: GRACE.to_owned(),
            invitee_timezone: Zone::parse("America/New_York").unwrap(),
            language: Language::English,
            guests: Guests(vec![ALAN.to_owned()]),
            answers: Answers(vec![Given {
                question: "q1".to_owned(),
                label: "What is it about?".to_owned(),
                answer: "Compilers & <nanoseconds>".to_owned(),
            }]),
            rescheduled_from: None,
            reschedule_reason: None,
            ended_at: None,
            ended_by: None,
            cancel_reason: None,
            created_at: now,
        };
        let (m, b, owner) = (meeting.clone(), booking.clone(), host.id);
        app.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    sql(
                        "INSERT INTO event_types (id, org_id, person_id, kind, title, slug,
                            minutes, color, location, public_description, internal_description,
                            horizon_days, notice_minutes, buffer_before, buffer_after, increment,
                            questions, created_at, updated_at)
                         VALUES ($1, $2, $3, 'one_on_one', 'Intro call', 'intro', 42, 'violet',
                            'zoom', '', '', 60, 0, 0, 0, 30, '[]', $4, $4)",
                    )
                    .bind(event_type)
                    .bind(org)
                    .bind(owner)
                    .bind(now)
                    .run(tx)
                    .await?;
                    store::insert_meeting(tx, &m).await?;
                    store::insert_booking(tx, &b, "form").await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        Stage {
            app,
            host,
            meeting,
            booking,
        }
    }

    async fn zoom() -> Stage {
        Stage::set(Location::Zoom, None).await
    }

    /// One round of letters with the room as it is; answers the letters that left in it.
    async fn round(&self, online: Online) -> Vec<Letter> {
        let before = self.app.letters().len();
        let (app, meeting) = (self.app.app.clone(), self.meeting.id);
        self.app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let meeting = store::meeting_of_job(tx, meeting).await?.unwrap();
                    round(&app, tx, &meeting, &online).await
                })
            })
            .await
            .unwrap();
        self.app.settle().await;
        self.app.letters().split_off(before)
    }

    /// As `change` does it: a new booking in the same meeting.
    async fn moves(&mut self, starts_at: &str) {
        let old = self.booking.id;
        self.meeting.starts_at = at(starts_at);
        self.booking = Booking {
            id: self.app.app.entropy.id(self.app.now()),
            starts_at: at(starts_at),
            rescheduled_from: Some(old),
            reschedule_reason: Some("A train is late".to_owned()),
            ..self.booking.clone()
        };
        let (meeting, booking, now) = (self.meeting.clone(), self.booking.clone(), self.app.now());
        self.app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let how = (Status::Rescheduled, By::Invitee);
                    store::end_booking(tx, meeting.org_id, old, how, None, now).await?;
                    store::insert_booking(tx, &booking, &booking.id.to_string()).await?;
                    store::update_meeting(tx, &meeting).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    async fn changes(&mut self, change: impl FnOnce(&mut Meeting)) {
        change(&mut self.meeting);
        let meeting = self.meeting.clone();
        self.app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move { Ok(store::update_meeting(tx, &meeting).await?) })
            })
            .await
            .unwrap();
    }

    async fn cancels(&mut self, by: By) {
        let (org, booking, now) = (self.meeting.org_id, self.booking.id, self.app.now());
        self.app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let how = (Status::Canceled, by);
                    store::end_booking(tx, org, booking, how, Some("Ill, sorry"), now).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        self.changes(|meeting| meeting.over_at = Some(now)).await;
    }
}

/// Writes each letter to `target/mail-samples`, for eyes and other readers.
fn sample(name: &str, letter: &Letter) -> Part {
    let sender = Sender {
        email: "bookings@meet.test".to_owned(),
        host: "meet.test".to_owned(),
    };
    let bytes = mime::bytes(letter, &sender, at("2026-05-04T08:00:00Z")).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/mail-samples");
    std::fs::create_dir_all(&folder).unwrap();
    let whole = format!("{name}-{}.eml", letter.audience);
    std::fs::write(folder.join(whole), &bytes).unwrap();
    Part::read(&bytes)
}

fn of<'a>(letters: &'a [Letter], email: &str) -> &'a Letter {
    let mut found = letters.iter().filter(|letter| letter.to.email == email);
    let letter = found.next().unwrap();
    assert!(found.next().is_none(), "two letters to {email}");
    letter
}

fn property(letter: &Letter, name: &str) -> Option<String> {
    let ics = letter.calendar.as_ref()?.ics.replace("\r\n ", "");
    let line = ics.lines().find(|line| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with([':', ';']))
    })?;
    Some(line[name.len() + 1..].to_owned())
}

fn methods(letters: &[Letter]) -> Vec<(String, Option<String>, Option<String>)> {
    let mut all: Vec<_> = letters
        .iter()
        .map(|l| {
            (
                l.audience.clone(),
                property(l, "METHOD"),
                property(l, "SEQUENCE"),
            )
        })
        .collect();
    all.sort();
    all
}

fn row(audience: &str, method: &str, sequence: &str) -> (String, Option<String>, Option<String>) {
    (
        audience.to_owned(),
        Some(method.to_owned()),
        Some(sequence.to_owned()),
    )
}

#[tokio::test]
async fn a_confirmation_carries_the_link_and_each_gets_their_own() {
    let stage = Stage::zoom().await;
    let letters = stage.round(room(0)).await;
    assert_eq!(
        methods(&letters),
        [
            row("guest", "REQUEST", "0"),
            row("host", "PUBLISH", "0"),
            row("invitee", "REQUEST", "0")
        ]
    );
    for letter in &letters {
        let mail = sample("confirmed", letter);
        assert_eq!(mail.words("Subject"), letter.subject);
        assert!(letter.html.len() < 20_000);
    }
    let grace = of(&letters, GRACE);
    assert_eq!(grace.subject, stage.meeting.summary);
    let manage = manage_path(&stage.app.app, stage.booking.id);
    let token = manage.split("t=").nth(1).unwrap();
    insta::assert_snapshot!(
        grace.text.replace(token, "TOKEN").replace(&stage.booking.id.to_string(), "BOOKING"),
        @r"
        You’re booked.

        What: Intro call
        When: Friday 12 June 2026, 03:00 to 03:42, New York time (UTC−4)
        Where: Zoom
        With: Ada Lovelace
        Meeting ID: 912 3456 7890
        Passcode: K7pQ2x

        Join Zoom meeting:
        https://zoom.us/j/91234567890?pwd=abc

        Need to change it?
        Reschedule: http://meet.test/booking/BOOKING/reschedule?t=TOKEN
        Cancel: http://meet.test/booking/BOOKING/cancel?t=TOKEN

        --
        Sent by 42min for Engines. You get this email because you booked this meeting.
        "
    );
    assert!(
        property(grace, "ATTENDEE")
            .unwrap()
            .contains("mailto:grace@example.com")
    );
    assert!(property(grace, "DESCRIPTION").unwrap().contains(token));
    assert!(grace.html.contains("ReservationConfirmed"));

    let alan = of(&letters, ALAN);
    assert!(
        property(alan, "ATTENDEE")
            .unwrap()
            .contains("mailto:alan@example.com")
    );
    for text in [&alan.text, &alan.html, &alan.calendar.as_ref().unwrap().ics] {
        assert!(!text.contains(token), "a guest got the invitee’s link");
    }

    let ada = of(&letters, ADA);
    assert_eq!(
        ada.subject,
        "New booking: Grace Hopper, Intro call, Fri 12 June 09:00"
    );
    assert!(ada.unsubscribe.is_some() && !ada.calendar.as_ref().unwrap().inline);
    assert_eq!(property(ada, "ATTENDEE"), None);
    insta::assert_snapshot!(
        ada.text.split("Don’t want").next().unwrap().replace(&stage.booking.id.to_string(), "BOOKING"),
        @r"
        New booking.

        What: Intro call
        When: Friday 12 June 2026, 09:00 to 09:42, Madrid time (UTC+2)
        Where: Zoom
        Invitee: Grace Hopper, grace@example.com
        Their time: Fri 12 June 2026, 03:00, New York time (UTC−4)
        Guests: alan@example.com
        What is it about? Compilers & <nanoseconds>
        Meeting ID: 912 3456 7890
        Passcode: K7pQ2x

        Open booking:
        http://meet.test/360/meetings/BOOKING

        To start the meeting as its host, open the booking and choose Start meeting.

        The link your invitee has: https://zoom.us/j/91234567890?pwd=abc
        "
    );

    assert!(stage.round(room(0)).await.is_empty(), "nothing changed");
}

#[tokio::test]
async fn a_link_that_comes_later_is_a_letter_of_its_own_in_the_same_thread() {
    let stage = Stage::zoom().await;
    let first = stage.round(Online::Pending).await;
    let grace = of(&first, GRACE);
    assert!(
        grace
            .text
            .contains("Your Zoom link is being prepared. We’ll email it as soon as it’s ready.")
    );
    assert_eq!(
        property(grace, "LOCATION").unwrap(),
        "Zoom (link to follow)"
    );
    sample("pending", grace);
    assert!(
        stage
            .round(Online::Late(Why("Zoom is down".to_owned())))
            .await
            .is_empty()
    );

    stage.app.app.clock.advance(minutes(3));
    let second = stage.round(room(0)).await;
    assert_eq!(
        methods(&second),
        [
            row("guest", "REQUEST", "1"),
            row("host", "PUBLISH", "1"),
            row("invitee", "REQUEST", "1")
        ]
    );
    let ready = of(&second, GRACE);
    sample("link-ready", ready);
    assert!(ready.text.contains("Your Zoom link is ready."));
    assert_eq!(ready.subject, stage.meeting.summary);
    assert_eq!(ready.thread, Some(grace.message_id("meet.test")));
    assert_eq!(property(ready, "UID"), property(grace, "UID"));
    assert_eq!(
        property(ready, "LOCATION").unwrap(),
        "https://zoom.us/j/91234567890?pwd=abc"
    );
    assert_eq!(
        of(&second, ADA).subject,
        "Zoom link ready: Grace Hopper, Intro call, Fri 12 June 09:00"
    );
}

#[tokio::test]
async fn a_move_says_what_became_of_the_link() {
    let kept = "The Zoom link stays the same.";
    let changed = "The Zoom link has changed.";
    let ready = "The Zoom link is ready.";
    let pending = "Your Zoom link is being prepared.";
    let none = "Ada will send you how to join.";
    let why = || Why("Zoom refused it".to_owned());
    for (name, before, after, sentence) in [
        ("kept", room(0), room(0), kept),
        ("changed", room(0), room(1), changed),
        ("ready", Online::Pending, room(0), ready),
        ("lost", room(0), Online::Pending, pending),
        ("late", room(0), Online::Late(why()), pending),
        ("none", Online::Pending, Online::None(why()), none),
    ] {
        let mut stage = Stage::zoom().await;
        stage.round(before).await;
        stage.moves("2026-06-15T12:00:00Z").await;
        let letters = stage.round(after.clone()).await;
        assert_eq!(
            methods(&letters),
            [
                row("guest", "REQUEST", "1"),
                row("host", "PUBLISH", "1"),
                row("invitee", "REQUEST", "1")
            ]
        );
        let grace = of(&letters, GRACE);
        sample(&format!("moved-{name}"), grace);
        sample(&format!("moved-{name}"), of(&letters, ADA));
        let said: Vec<&str> = [kept, changed, ready, pending, none]
            .into_iter()
            .filter(|words| grace.text.contains(words))
            .collect();
        assert_eq!(said, [sentence], "{name}");
        assert!(grace.text.contains("Monday 15 June 2026, 08:00 to 08:42, New York time (UTC−4) (was Friday 12 June 2026, 03:00 to 03:42)"), "{}", grace.text);
        assert!(grace.text.contains("Reason: A train is late"));
        assert_eq!(
            of(&letters, ADA).subject,
            "Moved: Grace Hopper, Intro call, Mon 15 June 14:00"
        );
        assert!(stage.round(after).await.is_empty());
    }
}

#[tokio::test]
async fn a_cancellation_takes_the_meeting_out_of_calendars_and_shows_no_link() {
    let mut stage = Stage::zoom().await;
    let first = stage.round(room(0)).await;
    stage.cancels(By::Host).await;
    let letters = stage.round(room(0)).await;
    assert_eq!(
        methods(&letters),
        [
            row("guest", "CANCEL", "1"),
            row("host", "PUBLISH", "1"),
            row("invitee", "CANCEL", "1")
        ]
    );
    let grace = of(&letters, GRACE);
    assert_eq!(
        grace.subject,
        format!("Canceled: {}", stage.meeting.summary)
    );
    assert_eq!(
        grace.thread,
        Some(of(&first, GRACE).message_id("meet.test"))
    );
    insta::assert_snapshot!(grace.text, @r"
    Canceled by Ada Lovelace.

    Reason: Ill, sorry

    What: Intro call
    When: Friday 12 June 2026, 03:00 to 03:42, New York time (UTC−4)
    With: Ada Lovelace

    Book another time:
    http://meet.test/ada-lovelace/intro

    --
    Sent by 42min for Engines. You get this email because you booked this meeting.
    ");
    for letter in &letters {
        sample("canceled", letter);
        let ics = &letter.calendar.as_ref().unwrap().ics;
        assert_eq!(property(letter, "STATUS").unwrap(), "CANCELLED");
        for text in [&letter.text, &letter.html, ics] {
            assert!(!text.contains("zoom.us"), "{text}");
        }
    }
    assert_eq!(
        of(&letters, ADA).subject,
        "Canceled: Grace Hopper, Intro call, Fri 12 June 09:00"
    );
    assert!(stage.round(room(0)).await.is_empty());
}

#[tokio::test]
async fn canceled_before_the_first_round_is_one_short_mail_without_a_calendar() {
    let mut stage = Stage::zoom().await;
    stage.cancels(By::Invitee).await;
    let letters = stage.round(Online::Pending).await;
    assert_eq!(letters.len(), 1);
    let grace = of(&letters, GRACE);
    sample("canceled-at-once", grace);
    assert_eq!(grace.calendar, None);
    assert!(
        grace.text.contains("You canceled this meeting."),
        "{}",
        grace.text
    );
    assert!(stage.round(Online::Pending).await.is_empty());
    let mut reader = stage.app.app.db.read().await.unwrap();
    let meeting = store::meeting_of_job(&mut reader, stage.meeting.id)
        .await
        .unwrap();
    assert_eq!(meeting.unwrap().sequence, None);
}

#[tokio::test]
async fn another_link_or_place_is_told() {
    let mut stage = Stage::zoom().await;
    stage.round(room(0)).await;
    let changed = stage.round(room(1)).await;
    let grace = of(&changed, GRACE);
    sample("link-changed", grace);
    assert!(grace.text.contains("The Zoom link has changed."));

    stage
        .changes(|meeting| {
            meeting.location = Location::CustomUrl;
            meeting.location_value = Some("https://meet.example/ada".to_owned());
        })
        .await;
    let moved = stage.round(Online::NotOurs).await;
    let grace = of(&moved, GRACE);
    sample("place-changed", grace);
    assert!(grace.text.contains("The place has changed."));
    assert!(
        grace
            .text
            .contains("Join meeting:\nhttps://meet.example/ada")
    );
    assert!(!grace.text.contains("zoom.us"));
    assert_eq!(property(grace, "SEQUENCE").unwrap(), "2");
}

#[tokio::test]
async fn places_without_a_link_say_where() {
    for (name, location, value, line) in [
        (
            "phone",
            Location::Phone,
            "+34 600 123 456",
            "Where: Phone: +34 600 123 456",
        ),
        (
            "in-person",
            Location::InPerson,
            "Calle Mayor 1",
            "Where: Calle Mayor 1",
        ),
        ("asked", Location::AskInvitee, "The café", "Where: The café"),
    ] {
        let stage = Stage::set(location, Some(value)).await;
        let letters = stage.round(Online::NotOurs).await;
        let grace = of(&letters, GRACE);
        sample(name, grace);
        assert!(grace.text.contains(line), "{}", grace.text);
        assert!(!grace.text.contains("Zoom"), "{}", grace.text);
    }
}

#[tokio::test]
async fn a_host_who_turned_notices_off_gets_none_and_hears_no_old_news_later() {
    let mut stage = Stage::zoom().await;
    let (host, now) = (stage.host.id, stage.app.now());
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(accounts::store::turn_notices_off(tx, host, now).await?) })
        })
        .await
        .unwrap();
    let letters = stage.round(room(0)).await;
    assert_eq!(letters.len(), 2);
    stage.moves("2026-06-15T12:00:00Z").await;
    assert!(
        stage
            .round(room(0))
            .await
            .iter()
            .all(|l| l.audience != "host")
    );
}

#[tokio::test]
async fn what_guests_are_mailed_never_depends_on_the_hosts_notices() {
    let mut told = Vec::new();
    for off in [false, true] {
        let app = TestApp::start().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::User).await;
        let phone = app.offers(&ada, "Intro call", Location::Phone).await;
        if off {
            let mut browser = app.browser_of(&ada).await;
            browser
                .post_and_follow("/360/profile/notices", &[("on", "0")])
                .await;
        }
        let request = crate::booking::form::Request {
            guests: Guests(vec![ALAN.to_owned()]),
            ..app.request("Grace Hopper", GRACE, "2026-05-05T07:00:00Z")
        };
        let booking = crate::booking::book::book(&app.app, org, phone.id, &request)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
        app.settle_for(crate::clock::minutes(1)).await;
        let to = crate::booking::rules::Move {
            start: at("2026-05-05T08:00:00Z"),
            reason: None,
            place: None,
            language: None,
        };
        let moved = crate::booking::change::reschedule(&app.app, org, booking.id, By::Invitee, to)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
        app.settle_for(crate::clock::minutes(1)).await;
        let id = moved.booking.id;
        crate::booking::cancel::cancel(&app.app, org, id, By::Invitee, None)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
        app.settle_for(crate::clock::minutes(1)).await;
        let to_host = app.letters_to(&ada.email).len();
        assert_eq!(to_host, if off { 0 } else { 3 });
        let mut letters = app.letters();
        letters.retain(|letter| letter.audience != "host");
        let mut letters: Vec<_> = letters
            .into_iter()
            .map(|it| (it.kind, it.to.email, it.subject))
            .collect();
        letters.sort();
        assert_eq!(letters.len(), 6, "{letters:?}");
        told.push(letters);
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn the_job_writes_the_round_once_however_often_it_runs() {
    let stage = Stage::set(Location::Phone, Some("+34 600 123 456")).await;
    let (id, now) = (stage.meeting.id, stage.app.now());
    for _ in 0..2 {
        stage
            .app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(
                    async move { Ok(outbox::store::enqueue(tx, Kind::Letters, id, now).await?) },
                )
            })
            .await
            .unwrap();
        stage.app.settle().await;
    }
    assert_eq!(stage.app.letters().len(), 3);
    assert!(stage.app.waiting_jobs().await.is_empty());
}

#[tokio::test]
async fn two_hours_before_the_host_is_told_once_of_a_missing_link() {
    let mut stage = Stage::zoom().await;
    let remind = async |stage: &Stage, online: Online| {
        let (app, meeting) = (stage.app.app.clone(), stage.meeting.id);
        let outcome = stage
            .app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let meeting = store::meeting_of_job(tx, meeting).await?.unwrap();
                    remind(&app, tx, &meeting, &online).await
                })
            })
            .await
            .unwrap();
        stage.app.settle().await;
        outcome
    };
    let pending = || Online::Late(Why("Zoom is down".to_owned()));
    let due = stage.meeting.starts_at - hours(2);
    let early = remind(&stage, pending()).await;
    assert!(matches!(early, Outcome::Again { at, .. } if at == due));

    stage
        .app
        .app
        .clock
        .advance(due.duration_since(stage.app.now()));
    assert_eq!(remind(&stage, room(0)).await, Outcome::Done);
    assert!(stage.app.letters().is_empty());
    for _ in 0..2 {
        assert_eq!(remind(&stage, pending()).await, Outcome::Done);
    }
    let letters = stage.app.letters();
    let ada = of(&letters, ADA);
    sample("last-call", ada);
    assert_eq!(
        ada.subject,
        "Grace Hopper has no Zoom link yet: Fri 12 June 09:00"
    );
    assert!(ada.text.contains("Zoom is down."));

    stage.moves("2026-06-15T12:00:00Z").await;
    assert!(matches!(
        remind(&stage, pending()).await,
        Outcome::Again { .. }
    ));
}

impl Stage {
    async fn speaks(&mut self, language: Language) {
        self.booking.language = language;
        let booking = self.booking.id;
        self.app
            .write(move |tx| {
                Box::pin(async move {
                    sql("UPDATE bookings SET language = $2 WHERE id = $1")
                        .bind(booking)
                        .bind(language)
                        .run(tx)
                        .await?;
                    Ok(())
                })
            })
            .await;
    }

    /// Everything that letters tell of, one round each.
    async fn tells_all(&mut self) -> Vec<Letter> {
        let late = || Online::Late(Why("Zoom is down".to_owned()));
        self.round(Online::Pending).await;
        self.round(room(0)).await;
        self.round(room(1)).await;
        self.moves("2026-06-15T12:00:00Z").await;
        self.round(room(1)).await;
        self.moves("2026-06-16T12:00:00Z").await;
        self.round(room(2)).await;
        self.moves("2026-06-17T12:00:00Z").await;
        self.round(late()).await;
        self.round(room(3)).await;
        self.changes(|meeting| {
            meeting.location = Location::Phone;
            meeting.location_value = Some("I call you. Invitee’s number: +34 600".to_owned());
        })
        .await;
        self.round(Online::NotOurs).await;
        self.changes(|meeting| {
            meeting.location = Location::Zoom;
            meeting.location_value = None;
        })
        .await;
        self.round(Online::None(Why("Zoom is off".to_owned())))
            .await;
        self.cancels(By::Host).await;
        self.round(Online::NotOurs).await;
        let mut letters = self.app.letters();
        letters.retain(|letter| letter.audience != "host");
        letters
    }
}

#[tokio::test]
async fn whatever_a_letter_tells_it_tells_it_in_the_language_of_its_booking() {
    use crate::testing::readable;
    const DATA: [&str; 9] = [
        "Ada Lovelace",
        "Ada",
        "Grace Hopper",
        "Intro call",
        "Engines",
        "A train is late",
        "Ill, sorry",
        "I call you",
        "New York",
    ];
    let mut stage = Stage::zoom().await;
    stage.speaks(Language::Pseudo).await;
    let letters = stage.tells_all().await;
    assert_eq!(letters.len(), 20);
    for letter in letters {
        let name = format!("{} to {}", letter.kind, letter.audience);
        let calendar = letter.calendar.as_ref().unwrap();
        for words in [
            readable::in_text(&letter.subject, &DATA),
            readable::in_text(&letter.from_name, &DATA),
            readable::in_text(&letter.text, &DATA),
            readable::on_page(&letter.html, &DATA),
            readable::in_calendar(&calendar.ics, &DATA),
        ] {
            assert_eq!(words, [""; 0], "{name}: {}", letter.text);
        }
    }
}

#[tokio::test]
async fn a_guest_who_reads_spanish_is_told_all_of_it_in_spanish() {
    let mut stage = Stage::zoom().await;
    stage.speaks(Language::Spanish).await;
    let letters = stage.tells_all().await;
    let told = |kind: &str, nth: usize| {
        let of_kind = letters.iter().filter(|it| it.kind == kind);
        let mut to_grace = of_kind.filter(|it| it.to.email == GRACE);
        to_grace.nth(nth).cloned().unwrap()
    };
    let rows = [
        ("confirmed", 0, "Tu enlace de Zoom se está preparando."),
        ("link-ready", 0, "Tu enlace de Zoom está listo."),
        ("link-changed", 0, "El enlace de Zoom ha cambiado."),
        ("moved", 0, "El enlace de Zoom sigue siendo el mismo."),
        (
            "moved",
            0,
            "(antes viernes 12 de junio de 2026, de 03:00 a 03:42)",
        ),
        ("moved", 1, "El enlace de Zoom ha cambiado."),
        (
            "moved",
            2,
            "Te lo enviaremos por correo en cuanto esté listo.",
        ),
        ("link-changed", 0, "Usa el enlace nuevo a partir de ahora"),
        (
            "place-changed",
            0,
            "Dónde: Teléfono: I call you. Número del invitado: +34 600",
        ),
        ("place-changed", 1, "Ada te dirá cómo unirte."),
        ("canceled", 0, "Ada Lovelace ha cancelado esta reunión."),
        ("canceled", 0, "Motivo: Ill, sorry"),
    ];
    for (kind, nth, words) in rows {
        let letter = told(kind, nth);
        assert!(letter.text.contains(words), "{words}: {}", letter.text);
    }
    for letter in &letters {
        let summary = property(letter, "SUMMARY").unwrap();
        assert_eq!(summary, "Intro call: Grace Hopper con Ada Lovelace");
        let subject = match letter.kind.as_str() {
            "canceled" => format!("Cancelada: {summary}"),
            _ => summary,
        };
        assert_eq!(letter.subject, subject, "{}", letter.kind);
        assert_eq!(letter.from_name, "Ada Lovelace (a través de 42min)");
        assert!(letter.html.contains("<html lang=\"es\""));
        sample(&format!("spanish-{}", letter.kind), letter);
    }
}
