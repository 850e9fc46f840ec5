//! Why is there no link? The three things that must all be true, each with what holds now and what
//! the log knows of before; then what is left to say. Pure.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::conferencing::ConnectionRole;
use crate::event_types::Location;
use crate::language::{Language, Said};
use crate::zone::Zone;

/// All that the answer depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    pub booked_at: Timestamp,
    /// As the booking was made, and as its event type is now.
    pub location: Location,
    pub event_location: Location,
    /// This server has a Zoom app of its own.
    pub set_up: bool,
    pub on_since: Option<Timestamp>,
    /// Who would host it now, whatever the switch says.
    pub host: Result<Hosting, NoHost>,
    /// When a try last found the switch off, and nobody to host.
    pub found_off: Option<Timestamp>,
    pub found_none: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct Hosting {
    pub email: String,
    pub role: ConnectionRole,
    pub since: Timestamp,
}

#[derive(Clone, Debug)]
pub enum NoHost {
    /// All that could host it, with when they broke.
    Broken(Vec<(String, Option<Timestamp>)>),
    NoneConnected,
    CannotHost(String),
}

/// One of the things that must be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub question: Cow<'static, str>,
    pub answer: Answer,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// Now, and not when the booking was made.
    Since,
    No,
}

pub fn checks(facts: &Facts, zone: &Zone, language: Language) -> Vec<Check> {
    let mut checks = vec![
        facts.switch(zone, language),
        facts.place(language),
        facts.account(zone, language),
    ];
    if !facts.set_up {
        let app = Check {
            question: language.word("why-has-app"),
            answer: Answer::No,
            words: language.word("why-has-app-no").into_owned(),
        };
        checks.insert(0, app);
    }
    checks
}

impl Facts {
    fn switch(&self, zone: &Zone, language: Language) -> Check {
        let words = match self.on_since {
            Some(since) => {
                let words = language.say("why-on-since");
                words.with("since", language.long(since, zone))
            }
            None => language.say("why-off-now"),
        };
        let found = self.found_off.map(|at| {
            let words = language.say("why-found-off");
            words.with("at", language.long(at, zone))
        });
        Check {
            question: language.word("why-was-on"),
            answer: self
                .on_since
                .map_or(Answer::No, |since| self.answer_since(since, self.found_off)),
            words: then(words, found),
        }
    }

    fn place(&self, language: Language) -> Check {
        let online = self.location.provider().is_some();
        let now = self.event_location;
        let words = match (online, now.provider().is_some()) {
            (true, true) => language.say("why-made-with-zoom"),
            (true, false) => {
                let words = language.say("why-changed-since");
                words.with("place", now.choice(language))
            }
            (false, true) => {
                let words = language.say("why-set-to-zoom-now");
                words.with("place", self.location.choice(language))
            }
            (false, false) => {
                let words = language.say("why-place");
                words.with("place", self.location.choice(language))
            }
        };
        Check {
            question: language.word("why-was-zoom"),
            answer: if online { Answer::Yes } else { Answer::No },
            words: words.into(),
        }
    }

    fn account(&self, zone: &Zone, language: Language) -> Check {
        let words: String = match &self.host {
            Ok(host) => language
                .say("why-connected")
                .with("email", &host.email)
                .with("role", host.role.word())
                .with("since", language.long(host.since, zone))
                .into(),
            Err(NoHost::Broken(all)) => {
                let all = all.iter().map(|it| broke(it, zone, language));
                all.collect::<Vec<String>>().join(" ")
            }
            Err(NoHost::NoneConnected) => language.word("why-none-connected").into_owned(),
            Err(NoHost::CannotHost(email)) => {
                language.say("why-cannot-host").with("email", email).into()
            }
        };
        let found = self.found_none.map(|at| {
            let words = language.say("why-found-none");
            words.with("at", language.long(at, zone))
        });
        Check {
            question: language.word("why-account"),
            answer: match &self.host {
                Ok(host) => self.answer_since(host.since, self.found_none),
                Err(_) => Answer::No,
            },
            words: then(words, found),
        }
    }

    /// `missed`: a try found it missing then.
    fn answer_since(&self, since: Timestamp, missed: Option<Timestamp>) -> Answer {
        if since > self.booked_at || missed.is_some_and(|at| at <= since) {
            Answer::Since
        } else {
            Answer::Yes
        }
    }
}

/// "ada@engines.example broke on Tuesday 9 June 2026, 16:20."
fn broke((email, since): &(String, Option<Timestamp>), zone: &Zone, language: Language) -> String {
    let words = match since {
        Some(since) => {
            let words = language.say("why-broke");
            words.with("at", language.long(*since, zone))
        }
        None => language.say("why-broken"),
    };
    words.with("email", email).into()
}

/// What a try found at its time, said after what holds now.
fn then(words: impl Into<String>, found: Option<Said>) -> String {
    match found {
        Some(found) => format!("{} {found}", words.into()),
        None => words.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(words: &str) -> Timestamp {
        words.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts {
            booked_at: at("2026-06-10T08:00:00Z"),
            location: Location::Zoom,
            event_location: Location::Zoom,
            set_up: true,
            on_since: Some(at("2026-06-10T07:58:00Z")),
            host: Ok(Hosting {
                email: "ada@zoom.example".to_owned(),
                role: ConnectionRole::Personal,
                since: at("2026-06-01T07:00:00Z"),
            }),
            found_off: None,
            found_none: None,
        }
    }

    fn said(facts: &Facts) -> Vec<String> {
        let madrid = Zone::parse("Europe/Madrid").unwrap();
        checks(facts, &madrid, Language::English)
            .into_iter()
            .map(|check| {
                let answer = match check.answer {
                    Answer::Yes => "yes",
                    Answer::Since => "not when it was booked",
                    Answer::No => "no",
                };
                format!("{}: {answer}. {}", check.question, check.words)
            })
            .collect()
    }

    #[test]
    fn all_three_can_be_true() {
        assert_eq!(
            said(&facts()),
            [
                "Zoom was on for the organization: yes. On since Wednesday 10 June 2026, 09:58.",
                "Location was Zoom: yes. The booking was made with Zoom as its place.",
                "A connected account was available: yes. ada@zoom.example (personal), connected \
                 since Monday 1 June 2026, 09:00.",
            ]
        );
    }

    #[test]
    fn what_was_put_right_after_the_booking_is_said_so() {
        let later = Facts {
            on_since: Some(at("2026-06-10T09:00:00Z")),
            found_off: Some(at("2026-06-10T08:00:01Z")),
            ..facts()
        };
        assert_eq!(
            said(&later)[0],
            "Zoom was on for the organization: not when it was booked. On since Wednesday 10 June \
             2026, 11:00. When 42min tried on Wednesday 10 June 2026, 10:00, it was off."
        );
    }

    #[test]
    fn each_thing_that_is_missing_is_named() {
        let broken = Facts {
            on_since: None,
            location: Location::Phone,
            host: Err(NoHost::Broken(vec![
                (
                    "ada@zoom.example".to_owned(),
                    Some(at("2026-06-09T14:20:00Z")),
                ),
                (
                    "all@zoom.example".to_owned(),
                    Some(at("2026-06-09T14:21:00Z")),
                ),
            ])),
            ..facts()
        };
        assert_eq!(
            said(&broken),
            [
                "Zoom was on for the organization: no. It is off now.",
                "Location was Zoom: no. The booking takes place at: Phone. The event type is set \
                 to Zoom now; a booking follows when it is moved.",
                "A connected account was available: no. ada@zoom.example broke on Tuesday 9 June \
                 2026, 16:20. all@zoom.example broke on Tuesday 9 June 2026, 16:21.",
            ]
        );
        let none = Facts {
            set_up: false,
            event_location: Location::Phone,
            host: Err(NoHost::NoneConnected),
            ..facts()
        };
        let none = said(&none);
        assert!(none[0].starts_with("This server has a Zoom app: no."));
        assert!(none[2].contains("changed to Phone since"), "{none:?}");
        assert!(none[3].contains("Neither the host nor the organization"));
        let basic = Facts {
            host: Err(NoHost::CannotHost("ada@zoom.example".to_owned())),
            ..facts()
        };
        assert!(said(&basic)[2].contains("can’t host meetings"));
    }
}
