//! Nobody is told two things: whatever Zoom does, the guest's page, its answer to those who poll,
//! the mails, the calendars, the host's details and the sync log give the same time and the same
//! link, or none of them a link. And: whoever opens the links of mails changes nothing.

use std::collections::BTreeSet;

use zoom_sim::{Fault, LimitHeaders, TooMany, UserSpec};

use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, book, cancel, change, manage_path};
use crate::clock::{minutes, seconds};
use crate::event_types::{EventType, Location};
use crate::mail::Letter;
use crate::testing::TestApp;
use crate::testing::browser::Answer;
use crate::testing::shape;
use crate::zone::Zone;

const GUEST: &str = "grace@example.com";

/// One time as a guest in Tokyo, a host in Madrid and a calendar read it.
struct Hour {
    start: &'static str,
    guest: &'static str,
    host: &'static str,
    calendar: &'static str,
}

const BOOKED: Hour = Hour {
    start: "2026-05-05T08:00:00Z",
    guest: "Tuesday 5 May 2026, 17:00 to 17:42",
    host: "Tuesday 5 May 2026, 10:00",
    calendar: "20260505T080000Z",
};
const MOVED: Hour = Hour {
    start: "2026-05-05T10:00:00Z",
    guest: "Tuesday 5 May 2026, 19:00 to 19:42",
    host: "Tuesday 5 May 2026, 12:00",
    calendar: "20260505T100000Z",
};

/// What one place says: whether the right time stands there, and which ways into a meeting.
#[derive(Clone, Debug)]
struct Says {
    place: &'static str,
    is_on_time: bool,
    links: BTreeSet<String>,
}

/// What is promised, where it isn't kept.
fn contradictions(all: &[Says]) -> Vec<String> {
    let Some(first) = all.first() else {
        return vec!["nothing was said".to_owned()];
    };
    let late = all.iter().filter(|it| !it.is_on_time);
    let other = all.iter().filter(|it| it.links != first.links);
    late.map(|it| format!("{} gives another time", it.place))
        .chain(other.map(|it| {
            format!(
                "{} has {:?}, {} {:?}",
                it.place, it.links, first.place, first.links
            )
        }))
        .collect()
}

/// The join links in a text, without what surrounds them.
fn links(text: &str) -> BTreeSet<String> {
    text.split(|it: char| it.is_whitespace() || "\"<>\\;()".contains(it))
        .filter(|word| word.starts_with("http") && (word.contains("/j/") || word.contains("/w/")))
        .map(|word| word.replace("&#38;", "&").replace("&amp;", "&"))
        .map(|word| word.trim_end_matches(['.', ',']).to_owned())
        .collect()
}

struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
}

impl Stage {
    async fn set() -> Stage {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        app.zoom_on(org).await;
        let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
        app.zoom().add_user(UserSpec::new("ada@zoom.example"));
        app.connects(&ada, "personal", "ada@zoom.example").await;
        Stage { app, ada, intro }
    }

    async fn books(&self) -> Booking {
        let mut request = self.app.request("Grace Hopper", GUEST, BOOKED.start);
        request.zone = Zone::parse("Asia/Tokyo").unwrap();
        book::book(&self.app.app, self.intro.org_id, self.intro.id, &request)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    async fn moves(&self, booking: &Booking) -> Booking {
        let to = crate::booking::rules::Move {
            start: MOVED.start.parse().unwrap(),
            reason: None,
            place: None,
            language: None,
        };
        change::reschedule(&self.app.app, booking.org_id, booking.id, By::Invitee, to)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
            .booking
    }

    fn last_letter(&self, audience: &str) -> Letter {
        let mut letters = self.app.letters();
        letters.retain(|it| it.audience == audience && it.calendar.is_some());
        letters
            .pop()
            .unwrap_or_else(|| panic!("no letter to the {audience}"))
    }

    /// All that is said of the booking now, to anybody.
    async fn hears(&self, booking: &Booking, hour: &Hour) -> Vec<Says> {
        let mut guest = self.app.browser();
        let mut host = self.app.browser_of(&self.ada).await;
        let hub = manage_path(&self.app.app, booking.id);
        let page = guest.get(&hub).await;
        let polled = guest.get(&hub.replace('?', "/link?")).await;
        let file = guest.get(&hub.replace('?', "/invite.ics?")).await;
        let list = host.get("/360/meetings").await;
        let details = list
            .links("/360/meetings/")
            .into_iter()
            .find(|it| !it.contains('?'))
            .unwrap();
        let details = host.get(&details).await;
        let why = host
            .get(&format!(
                "/360/integrations/zoom/log/why?about={}",
                booking.id
            ))
            .await;
        assert_eq!(
            (page.status, details.status, why.status),
            (
                200.try_into().unwrap(),
                200.try_into().unwrap(),
                200.try_into().unwrap()
            )
        );
        let real = links(&page.body);
        let agrees = |is_ready: bool| match (is_ready, real.is_empty()) {
            (true, false) | (false, true) => real.clone(),
            (true, true) => BTreeSet::from(["a link that isn’t on the page".to_owned()]),
            (false, false) => BTreeSet::new(),
        };
        let mut all = vec![
            Says {
                place: "the page",
                is_on_time: page.text().contains(hour.guest)
                    && page.text().contains("Tokyo time (UTC+9)"),
                links: real.clone(),
            },
            Says {
                place: "the page’s words",
                is_on_time: true,
                links: agrees(page.text().contains("Link ready")),
            },
            Says {
                place: "the answer to those who poll",
                is_on_time: true,
                links: agrees(polled.headers["x-link-state"] == "ready"),
            },
            calendar("the file for calendars", &file.body, hour),
            Says {
                place: "the details",
                is_on_time: details.text().contains(hour.host),
                links: links(&details.body),
            },
            Says {
                place: "the list of meetings",
                is_on_time: true,
                links: agrees(list.text().contains("Zoom link ready")),
            },
            Says {
                place: "the log",
                is_on_time: why.text().contains(hour.host),
                links: agrees(why.text().contains("There is a link now")),
            },
        ];
        all.extend(self.letters(hour));
        all
    }

    /// The last letters, in each of their forms.
    fn letters(&self, hour: &Hour) -> Vec<Says> {
        let (to_guest, to_host) = (self.last_letter("invitee"), self.last_letter("host"));
        let ics = |letter: &Letter| letter.calendar.as_ref().unwrap().ics.clone();
        vec![
            Says {
                place: "the mail’s text",
                is_on_time: to_guest.text.contains(hour.guest)
                    && to_guest.text.contains("Tokyo time (UTC+9)"),
                links: links(&to_guest.text),
            },
            Says {
                place: "the mail’s HTML",
                is_on_time: to_guest.html.contains(hour.guest),
                links: links(&to_guest.html),
            },
            calendar("the mail’s calendar", &ics(&to_guest), hour),
            Says {
                place: "the host’s mail",
                is_on_time: to_host.text.contains(hour.host),
                links: links(&to_host.text),
            },
            calendar("the host’s calendar", &ics(&to_host), hour),
        ]
    }
}

fn calendar(place: &'static str, ics: &str, hour: &Hour) -> Says {
    let read = shape::ics(ics);
    let value = |name: &str| {
        let at = read.shape.iter().position(|it| it == name);
        at.map(|at| read.says[at].as_str()).unwrap_or_default()
    };
    let place_of = value("LOCATION");
    assert!(
        place_of.starts_with("http") || place_of == "Zoom (link to follow)" || place_of == "Zoom",
        "{place_of}"
    );
    Says {
        place,
        is_on_time: value("DTSTART") == hour.calendar,
        links: read.says.iter().flat_map(|it| links(it)).collect(),
    }
}

/// What Zoom can do to a call, by name.
fn faults() -> Vec<(&'static str, Fault)> {
    let refusal = r#"{"code":300,"message":"Invalid field."}"#;
    vec![
        (
            "an answer that is lost before it happens",
            Fault::drop_before("any"),
        ),
        (
            "an answer that is lost afterwards",
            Fault::drop_after("any"),
        ),
        ("half an answer", Fault::truncate("any")),
        ("garbage", Fault::garbage("any")),
        ("a proxy’s page", Fault::bad_gateway("any")),
        ("an error of Zoom’s", Fault::status("any", 500)),
        ("no service for long", Fault::status("any", 503).always()),
        ("silence for long", Fault::drop_before("any").always()),
        ("a token that is refused", Fault::unauthorized("any")),
        (
            "a limit per second",
            Fault::too_many("any", TooMany::PerSecond, LimitHeaders::Observed),
        ),
        (
            "a limit per day",
            Fault::too_many("any", TooMany::UserDaily, LimitHeaders::Observed),
        ),
        (
            "a refusal",
            Fault::answer("meeting", 400, "application/json", refusal).always(),
        ),
    ]
}

#[tokio::test]
async fn whatever_a_call_comes_to_all_places_tell_the_same() {
    let mut found = Vec::new();
    let mut states = BTreeSet::new();
    for (name, fault) in faults() {
        let stage = Stage::set().await;
        stage.app.zoom().fault(fault.clone());
        let booking = stage.books().await;
        for wait in [seconds(10), minutes(3), minutes(20)] {
            stage.app.settle_for(wait).await;
            let said = stage.hears(&booking, &BOOKED).await;
            states.insert(said[0].links.is_empty());
            found.extend(
                contradictions(&said)
                    .iter()
                    .map(|it| format!("{name}, booked: {it}")),
            );
        }
        stage.app.zoom().clear_faults();
        stage.app.settle_for(minutes(10)).await;
        stage.app.zoom().fault(fault);
        let moved = stage.moves(&booking).await;
        for wait in [seconds(10), minutes(20)] {
            stage.app.settle_for(wait).await;
            let said = stage.hears(&moved, &MOVED).await;
            found.extend(
                contradictions(&said)
                    .iter()
                    .map(|it| format!("{name}, moved: {it}")),
            );
        }
    }
    assert_eq!(found, Vec::<String>::new());
    // Some had a link by then and some had none, else nothing was proved.
    assert_eq!(states, BTreeSet::from([true, false]));
}

#[tokio::test]
async fn whoever_turns_away_all_places_tell_the_same() {
    for case in ["off", "removed", "deactivated", "removed after", "down"] {
        let stage = Stage::set().await;
        let zoom = stage.app.zoom();
        match case {
            "off" => rollout(&stage, &[]).await,
            "removed" => zoom.revoke("ada@zoom.example"),
            "deactivated" => zoom.deactivate("ada@zoom.example"),
            "down" => zoom.goes_down(),
            _after => {}
        }
        let booking = stage.books().await;
        stage.app.settle_for(seconds(10)).await;
        if case == "removed after" {
            zoom.revoke("ada@zoom.example");
            stage.app.hears().await;
        }
        for wait in [seconds(1), minutes(20)] {
            stage.app.settle_for(wait).await;
            let said = stage.hears(&booking, &BOOKED).await;
            assert_eq!(
                contradictions(&said),
                Vec::<String>::new(),
                "{case}: {said:#?}"
            );
            assert_eq!(said[0].links.is_empty(), case != "removed after", "{case}");
        }
    }
}

async fn rollout(stage: &Stage, on: &[(&str, &str)]) {
    let mut fields = vec![("sure", "yes")];
    fields.extend(on);
    let mut admin = stage.app.browser_of(&stage.ada).await;
    let saved = admin
        .post_and_follow("/360/integrations/zoom/rollout", &fields)
        .await;
    assert!(saved.text().contains("Rollout saved."), "{}", saved.text());
}

#[tokio::test]
async fn a_place_that_lies_is_found() {
    let stage = Stage::set().await;
    let booking = stage.books().await;
    stage.app.settle_for(seconds(10)).await;
    let honest = stage.hears(&booking, &BOOKED).await;
    assert_eq!(contradictions(&honest), Vec::<String>::new());
    assert_eq!(honest[0].links.len(), 1);
    for liar in 0..honest.len() {
        let mut said = honest.clone();
        said[liar].links = BTreeSet::from(["https://zoom.example/j/1".to_owned()]);
        assert!(!contradictions(&said).is_empty(), "{}", said[liar].place);
        said[liar].links.clear();
        assert!(!contradictions(&said).is_empty(), "{}", said[liar].place);
        let mut said = honest.clone();
        said[liar].is_on_time = false;
        assert!(!contradictions(&said).is_empty(), "{}", said[liar].place);
    }
    // The time of another hour is not taken for this one.
    let wrong = stage.hears(&booking, &MOVED).await;
    let late = contradictions(&wrong).len();
    assert!(late >= 9, "only {late} places have a time at all");
}

/// Addresses of ours in a letter, as mail scanners find them: in its text, its HTML, its calendar.
fn ours(letter: &Letter, base: &str) -> BTreeSet<String> {
    let calendar = letter.calendar.iter().map(|it| it.ics.replace("\r\n ", ""));
    let all = [letter.text.clone(), letter.html.clone()]
        .into_iter()
        .chain(calendar);
    let words = all.flat_map(|text| {
        let words = text.split(|it: char| it.is_whitespace() || "\"<>\\()".contains(it));
        words
            .map(|it| it.replace("&#38;", "&").replace("&amp;", "&"))
            .collect::<Vec<_>>()
    });
    words
        .filter_map(|word| Some(word.trim_end_matches('.').strip_prefix(base)?.to_owned()))
        .filter(|path| path.starts_with('/'))
        .chain(
            letter
                .unsubscribe
                .iter()
                .filter_map(|it| Some(it.strip_prefix(base)?.to_owned())),
        )
        .collect()
}

#[tokio::test]
async fn whoever_opens_every_link_of_every_mail_changes_nothing() {
    let stage = Stage::set().await;
    let (app, base) = (&stage.app, stage.app.app.config.base_url.clone());
    let booking = stage.books().await;
    app.settle_for(minutes(1)).await;
    let moved = stage.moves(&booking).await;
    app.settle_for(minutes(1)).await;
    app.zoom().revoke("ada@zoom.example");
    app.hears().await;
    app.settle_for(minutes(5)).await;
    let mut admin = app.browser_of(&stage.ada).await;
    admin
        .post(
            "/360/users",
            &[
                ("name", "Joan"),
                ("email", "joan@example.com"),
                ("role", "user"),
            ],
        )
        .await;
    admin
        .post("/forgot", &[("email", stage.ada.email.as_str())])
        .await;
    app.settle_for(minutes(1)).await;
    cancel::cancel(&app.app, moved.org_id, moved.id, By::Invitee, None)
        .await
        .unwrap_or_else(|refused| panic!("{refused:?}"));
    app.settle_for(minutes(1)).await;
    let letters = app.letters();
    let kinds: BTreeSet<&str> = letters.iter().map(|it| it.kind.as_str()).collect();
    assert!(kinds.len() >= 5, "only letters of these kinds: {kinds:?}");
    let paths: BTreeSet<String> = letters
        .iter()
        .flat_map(|it| ours(it, base.as_str().trim_end_matches('/')))
        .collect();
    assert!(paths.len() >= 8, "{paths:?}");
    let before = app.stored().await;
    let mut scanner = app.browser();
    for path in paths.iter().chain(&paths) {
        for answer in [scanner.get(path).await, scanner.head(path).await] {
            assert!(
                answer.status.as_u16() < 500 && answer.status != 405,
                "{path}: {}",
                answer.status
            );
        }
    }
    app.settle().await;
    let after = app.stored().await;
    let changed: Vec<&String> = before.symmetric_difference(&after).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[tokio::test]
async fn a_link_that_acts_would_be_found() {
    let stage = Stage::set().await;
    let booking = stage.books().await;
    stage.app.settle_for(minutes(1)).await;
    let before = stage.app.stored().await;
    let hub = manage_path(&stage.app.app, booking.id);
    let done: Answer = stage
        .app
        .browser()
        .post(&hub.replace('?', "/cancel?"), &[])
        .await;
    assert_eq!(done.status, 303);
    assert_ne!(stage.app.stored().await, before);
}
