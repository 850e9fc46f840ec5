use super::*;
use crate::clock::hours;

/// The news of a meeting whose places were never in another one.
fn diff(wanted: &[Wanted], told: &[Told]) -> Vec<(Recipient, News)> {
    super::diff(wanted, told, &Elsewhere::default())
}

fn id<T>(n: u128) -> Id<T> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}

fn nine() -> Timestamp {
    "2026-06-12T07:00:00Z".parse().unwrap()
}

fn facts() -> Facts {
    Facts {
        starts_at: nine(),
        minutes: 42,
        place: "zoom|".to_owned(),
        join_url: Some("https://zoom.us/j/1".to_owned()),
    }
}

fn to(audience: Audience) -> Recipient {
    Recipient {
        seat: id(1),
        audience,
        email: "grace@example.com".to_owned(),
    }
}

fn want(audience: Audience, facts: Option<Facts>) -> Wanted {
    Wanted {
        to: to(audience),
        booking: id(1),
        facts,
    }
}

fn told(audience: Audience, state: ToldState, facts: Facts) -> Told {
    Told {
        meeting_id: id(1),
        seat: id(1),
        audience,
        email: "grace@example.com".to_owned(),
        booking_id: id(1),
        state,
        starts_at: facts.starts_at,
        minutes: facts.minutes,
        place: facts.place,
        join_url: facts.join_url,
        invited_at: Some(nine()),
        thread: "<1@meet.test>".to_owned(),
    }
}

#[test]
fn each_difference_is_one_piece_of_news() {
    let other = || Facts {
        join_url: Some("https://zoom.us/j/2".to_owned()),
        ..facts()
    };
    let without = || Facts {
        join_url: None,
        ..facts()
    };
    let later = || Facts {
        starts_at: nine() + hours(1),
        ..other()
    };
    let shorter = || Facts {
        minutes: 30,
        ..facts()
    };
    let phone = || Facts {
        place: "phone|+34 600".to_owned(),
        join_url: None,
        ..facts()
    };
    let moved = || News::Moved {
        from: nine(),
        minutes: 42,
    };
    let on = ToldState::Confirmed;
    let off = ToldState::Canceled;
    let rows = [
        ("new", Some(facts()), None, Some(News::Confirmed)),
        (
            "new, link pending",
            Some(without()),
            None,
            Some(News::Confirmed),
        ),
        ("nothing new", Some(facts()), Some((on, facts())), None),
        (
            "the link came",
            Some(facts()),
            Some((on, without())),
            Some(News::LinkReady),
        ),
        (
            "another link",
            Some(other()),
            Some((on, facts())),
            Some(News::LinkChanged),
        ),
        (
            "the link went, for now",
            Some(without()),
            Some((on, facts())),
            None,
        ),
        (
            "moved, with another link",
            Some(later()),
            Some((on, facts())),
            Some(moved()),
        ),
        (
            "moved before the link came",
            Some(later()),
            Some((on, without())),
            Some(moved()),
        ),
        (
            "another length",
            Some(shorter()),
            Some((on, facts())),
            Some(moved()),
        ),
        (
            "another place",
            Some(phone()),
            Some((on, facts())),
            Some(News::PlaceChanged),
        ),
        ("canceled", None, Some((on, facts())), Some(News::Canceled)),
        ("canceled and told", None, Some((off, facts())), None),
        (
            "canceled before the first round",
            None,
            None,
            Some(News::Canceled),
        ),
        (
            "booked again",
            Some(facts()),
            Some((off, facts())),
            Some(News::Confirmed),
        ),
    ];
    for (case, true_now, last, expected) in rows {
        let told: Vec<Told> = last
            .map(|(state, facts)| told(Audience::Invitee, state, facts))
            .into_iter()
            .collect();
        let news = diff(&[want(Audience::Invitee, true_now)], &told);
        let expected: Vec<_> = expected
            .map(|news| (to(Audience::Invitee), news))
            .into_iter()
            .collect();
        assert_eq!(news, expected, "{case}");
    }
}

#[test]
fn only_the_invitee_hears_of_a_booking_that_never_was() {
    for audience in [Audience::Guest, Audience::Host] {
        assert_eq!(diff(&[want(audience, None)], &[]), []);
    }
}

#[test]
fn each_recipient_is_compared_with_what_they_were_told_themselves() {
    let wanted = [
        want(Audience::Invitee, Some(facts())),
        want(Audience::Host, Some(facts())),
    ];
    let news = diff(
        &wanted,
        &[told(Audience::Host, ToldState::Confirmed, facts())],
    );
    assert_eq!(news, [(to(Audience::Invitee), News::Confirmed)]);
}

#[test]
fn a_guest_who_is_no_longer_named_is_uninvited_once() {
    let there = told(Audience::Guest, ToldState::Confirmed, facts());
    let news = diff(&[], std::slice::from_ref(&there));
    assert_eq!(news, [(to(Audience::Guest), News::Canceled)]);
    let gone = told(Audience::Guest, ToldState::Canceled, facts());
    assert_eq!(diff(&[], &[gone]), []);
}

#[test]
fn the_sequence_grows_only_when_calendars_are_asked() {
    use AsksCalendars::{No, Yes};
    for (last, asks, next) in [
        (None, Yes, Some(0)),
        (None, No, None),
        (Some(0), Yes, Some(1)),
        (Some(1), No, Some(1)),
    ] {
        assert_eq!(sequence(last, asks), next);
    }
}
