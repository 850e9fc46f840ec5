use super::reader::Part;
use super::*;
use crate::mail::{Calendar, Letter, Mailbox};

fn sender() -> Sender {
    Sender {
        email: "bookings@meet.test".to_owned(),
        host: "meet.test".to_owned(),
    }
}

fn at() -> Timestamp {
    "2026-06-10T08:14:00Z".parse().unwrap()
}

fn person(name: &str, email: &str) -> Mailbox {
    Mailbox {
        name: name.to_owned(),
        email: email.to_owned(),
    }
}

fn letter() -> Letter {
    Letter {
        id: "0197591c-8a40-7000-8000-000000000042".parse().unwrap(),
        org_id: "0197591c-8a40-7000-8000-000000000001".parse().unwrap(),
        meeting_id: None,
        booking_id: None,
        kind: "confirmed".to_owned(),
        audience: "invitee".to_owned(),
        to: person("Grace Hopper", "grace@example.com"),
        from_name: "Ada Lovelace (via 42min)".to_owned(),
        reply_to: Some(person("Ada Lovelace", "ada@engines.example")),
        subject: "Intro call: Grace Hopper and Ada Lovelace".to_owned(),
        text: "Hello\n.\nGrüße\n".to_owned(),
        html: format!("<!doctype html><p>{}</p>", "Grüße ".repeat(300)),
        calendar: Some(Calendar {
            method: "REQUEST".to_owned(),
            ics: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n"
                .to_owned(),
            inline: true,
        }),
        takes_back: None,
        thread: None,
        unsubscribe: None,
    }
}

fn read(letter: &Letter) -> Part {
    Part::read(&bytes(letter, &sender(), at()).unwrap())
}

#[test]
fn a_mail_has_the_parts_that_mail_programs_look_for() {
    let invitation = read(&letter());
    insta::assert_snapshot!(invitation.outline(), @r#"
    multipart/mixed
      multipart/alternative
        text/plain; charset=utf-8
        text/html; charset=utf-8
        text/calendar; charset=utf-8; method=REQUEST
      application/ics; name="invite.ics" attachment; filename="invite.ics"
    "#);
    let ics = letter().calendar.unwrap().ics;
    assert_eq!(invitation.find("text/calendar").unwrap().body, ics);
    assert_eq!(invitation.find("application/ics").unwrap().body, ics);
    assert_eq!(
        invitation.find("text/plain").unwrap().body,
        "Hello\r\n.\r\nGrüße\r\n"
    );
    assert_eq!(invitation.find("text/html").unwrap().body, letter().html);

    let published = Letter {
        calendar: Some(Calendar {
            method: "PUBLISH".to_owned(),
            inline: false,
            ..letter().calendar.unwrap()
        }),
        ..letter()
    };
    insta::assert_snapshot!(read(&published).outline(), @r#"
    multipart/mixed
      multipart/alternative
        text/plain; charset=utf-8
        text/html; charset=utf-8
      text/calendar; charset=utf-8; method=PUBLISH attachment; filename="invite.ics"
    "#);

    let plain = Letter {
        calendar: None,
        ..letter()
    };
    insta::assert_snapshot!(read(&plain).outline(), @r"
    multipart/alternative
      text/plain; charset=utf-8
      text/html; charset=utf-8
    ");
}

#[test]
fn the_headers_say_who_writes_whom_and_that_a_program_does() {
    let headers = |letter: &Letter| {
        let whole = String::from_utf8(bytes(letter, &sender(), at()).unwrap()).unwrap();
        let head = whole
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .replace("\r\n", "\n");
        head.split("Content-Type").next().unwrap().to_owned()
    };
    insta::assert_snapshot!(headers(&letter()), @r#"
    From: "Ada Lovelace (via 42min)" <bookings@meet.test>
    To: "Grace Hopper" <grace@example.com>
    Subject: Intro call: Grace Hopper and Ada Lovelace
    Date: Wed, 10 Jun 2026 08:14:00 +0000
    Reply-To: "Ada Lovelace" <ada@engines.example>
    Message-ID: <0197591c-8a40-7000-8000-000000000042@meet.test>
    Auto-Submitted: auto-generated
    MIME-Version: 1.0
    "#);
    let notice = Letter {
        to: person("", "ada@engines.example"),
        reply_to: None,
        takes_back: None,
        thread: Some("<0197591c-8a40-7000-8000-000000000041@meet.test>".to_owned()),
        unsubscribe: Some(format!(
            "https://meet.test/notices/off?t={}",
            "x".repeat(90)
        )),
        ..letter()
    };
    insta::assert_snapshot!(headers(&notice), @r#"
    From: "Ada Lovelace (via 42min)" <bookings@meet.test>
    To: ada@engines.example
    Subject: Intro call: Grace Hopper and Ada Lovelace
    Date: Wed, 10 Jun 2026 08:14:00 +0000
    Message-ID: <0197591c-8a40-7000-8000-000000000042@meet.test>
    In-Reply-To: <0197591c-8a40-7000-8000-000000000041@meet.test>
    References: <0197591c-8a40-7000-8000-000000000041@meet.test>
    Auto-Submitted: auto-generated
    List-Unsubscribe: <https://meet.test/notices/off?t=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx>
    List-Unsubscribe-Post: List-Unsubscribe=One-Click
    MIME-Version: 1.0
    "#);
}

#[test]
fn the_same_letter_is_the_same_mail() {
    let first = bytes(&letter(), &sender(), at()).unwrap();
    assert_eq!(first, bytes(&letter(), &sender(), at()).unwrap());
}

#[test]
fn what_looks_encoded_is_shown_as_it_was_written() {
    let look = "Grace =?utf-8?b?4oCuZXZF?= \u{e9}";
    for words in [
        look.to_owned(),
        "=?utf-8?q?Ada?=".to_owned(),
        "=?x ".repeat(40),
    ] {
        let words = words.trim();
        let written = read(&Letter {
            to: person(words, "grace@example.com"),
            from_name: words.to_owned(),
            subject: words.to_owned(),
            ..letter()
        });
        assert_eq!(written.words("Subject"), words);
        assert_eq!(written.words("To"), format!("{words} <grace@example.com>"));
        for header in ["Subject", "From", "To"] {
            let raw = written.header(header).unwrap();
            assert!(!raw.contains("?q?") && !raw.contains("=?x"), "{raw}");
        }
    }
}

#[test]
fn nobody_adds_a_header_by_their_name() {
    let names = |letter: &Letter| -> Vec<String> {
        let mail = read(letter);
        mail.headers.into_iter().map(|(name, _)| name).collect()
    };
    let innocent = Letter {
        thread: Some("<1@meet.test>".to_owned()),
        unsubscribe: Some("https://meet.test/notices/off".to_owned()),
        ..letter()
    };
    let expected = names(&innocent);
    for attack in [
        "Grace\r\nBcc: eve@example.com",
        "Grace\nBcc: eve@example.com",
        "Grace\rBcc: eve@example.com\r\n\r\nBody",
        "Grace\0\u{b}\u{85}\u{2028}Bcc: eve@example.com",
        "\"Grace\" <eve@example.com>, x",
        "Grace\\\" <eve@example.com>",
        "=?utf-8?q?Grace=0ABcc:_eve@example.com?=",
        "👩‍💻 山田 太郎",
        &"Gräce ".repeat(100),
        &"G".repeat(900),
    ] {
        let attacked = Letter {
            to: person(attack, "grace@example.com"),
            from_name: attack.to_owned(),
            reply_to: Some(person(attack, "ada@engines.example")),
            subject: attack.to_owned(),
            thread: Some(format!("<{attack}@meet.test>")),
            unsubscribe: Some(format!("https://meet.test/{attack}")),
            calendar: Some(Calendar {
                method: attack.to_owned(),
                ..letter().calendar.unwrap()
            }),
            ..innocent.clone()
        };
        assert_eq!(names(&attacked), expected, "{attack:?}");
        let mail = read(&attacked);
        assert!(mail.words("To").ends_with("<grace@example.com>"));
        assert_eq!(mail.words("Subject").trim(), text::one_line(attack));
        assert_eq!(mail.outline().lines().count(), 6);
    }
}

#[test]
fn an_address_that_is_none_is_never_written_to() {
    for bad in [
        "",
        "grace",
        "grace@example.com, eve@example.com",
        "a@b\r\nBcc: c@d",
    ] {
        let unsendable = Letter {
            to: person("Grace", bad),
            ..letter()
        };
        let why = bytes(&unsendable, &sender(), at()).unwrap_err().to_string();
        assert_eq!(
            why,
            "the address of the recipient is not one that mail can be sent to"
        );
    }
}
