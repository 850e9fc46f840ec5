//! The letters about accounts: an invitation, a forgotten password.

use super::{Org, Person};
use crate::app::App;
use crate::language::Language;
use crate::mail::Letter;
use crate::mail::sheet::{Button, Sheet};

pub fn invitation(
    app: &App,
    by: &Person,
    person: &Person,
    org: &Org,
    url: &str,
) -> anyhow::Result<Letter> {
    let sheet = invites(Language::of_hosts(), by, person, org, url);
    Letter::to_person(app, person, "invitation", &sheet)
}

fn invites(language: Language, by: &Person, person: &Person, org: &Org, url: &str) -> Sheet {
    let said = |key| {
        let said = language.say(key).with("by", &by.name);
        said.with("org", &org.name)
    };
    let hello = language.say("invitation-mail-hello");
    Sheet {
        language,
        subject: said("invitation-mail-subject").into(),
        preheader: language.word("invitation-mail-what").into_owned(),
        heading: said("invitation-mail-heading").into(),
        lead: vec![hello.with("name", person.first_name()).into()],
        button: Some(button(language, "invitation-mail-accept", url)),
        notes: vec![language.word("invitation-mail-works").into_owned()],
        org: org.name.clone(),
        reason: said("invitation-mail-because").into(),
        ..Sheet::default()
    }
}

pub fn reset(app: &App, person: &Person, org: &Org, url: &str) -> anyhow::Result<Letter> {
    let sheet = resets(Language::of_hosts(), person, org, url);
    Letter::to_person(app, person, "password-reset", &sheet)
}

fn resets(language: Language, person: &Person, org: &Org, url: &str) -> Sheet {
    let word = |key| language.word(key).into_owned();
    let hello = language.say("reset-mail-hello");
    Sheet {
        language,
        subject: word("reset-mail-subject"),
        preheader: word("reset-mail-works"),
        heading: word("reset-mail-heading"),
        lead: vec![hello.with("name", person.first_name()).into()],
        button: Some(button(language, "reset-mail-heading", url)),
        notes: vec![word("reset-mail-works")],
        org: org.name.clone(),
        reason: word("reset-mail-because"),
        ..Sheet::default()
    }
}

/// Its address stands below it too: whoever asked may read this mail on another device.
fn button(language: Language, words: &'static str, url: &str) -> Button {
    Button {
        words: language.word(words).into_owned(),
        url: url.to_owned(),
        spelled_out: true,
    }
}
