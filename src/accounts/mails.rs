//! The letters about accounts: an invitation, a forgotten password.

use askama::Template;

use super::{Org, Person};
use crate::app::App;
use crate::mail::{Letter, Mailbox};

#[derive(Template)]
#[template(path = "accounts/invitation.txt")]
struct InvitationText<'a> {
    by: &'a str,
    person: &'a Person,
    org: &'a str,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "accounts/invitation_mail.html")]
struct InvitationHtml<'a> {
    by: &'a str,
    person: &'a Person,
    org: &'a str,
    url: &'a str,
}

pub fn invitation(
    app: &App,
    by: &Person,
    person: &Person,
    org: &Org,
    url: &str,
) -> anyhow::Result<Letter> {
    let (by, org) = (by.name.as_str(), org.name.as_str());
    let text = InvitationText {
        by,
        person,
        org,
        url,
    };
    let html = InvitationHtml {
        by,
        person,
        org,
        url,
    };
    Ok(Letter {
        kind: "invitation".to_owned(),
        subject: format!("{by} invites you to {org} on 42min"),
        text: text.render()?,
        html: html.render()?,
        ..empty(app, person)
    })
}

#[derive(Template)]
#[template(path = "accounts/reset.txt")]
struct ResetText<'a> {
    person: &'a Person,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "accounts/reset_mail.html")]
struct ResetHtml<'a> {
    person: &'a Person,
    url: &'a str,
}

pub fn reset(app: &App, person: &Person, url: &str) -> anyhow::Result<Letter> {
    Ok(Letter {
        kind: "password-reset".to_owned(),
        subject: "Choose a new password for 42min".to_owned(),
        text: ResetText { person, url }.render()?,
        html: ResetHtml { person, url }.render()?,
        ..empty(app, person)
    })
}

fn empty(app: &App, person: &Person) -> Letter {
    Letter {
        id: app.entropy.id(app.now()),
        org_id: person.org_id,
        meeting_id: None,
        booking_id: None,
        kind: String::new(),
        audience: "person".to_owned(),
        to: Mailbox {
            name: person.name.clone(),
            email: person.email.clone(),
        },
        from_name: "42min".to_owned(),
        reply_to: None,
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        calendar: None,
        takes_back: None,
        thread: None,
        unsubscribe: None,
    }
}
