//! The booking form, read: what was typed becomes a [`Request`], or each field gets its error.

use jiff::{SignedDuration, Timestamp};

use super::{Answers, Given, Guests};
use crate::event_types::{Answer, EventType, Location, Question};
use crate::installation::Installation;
use crate::language::Language;
use crate::text::{self, Email, TooLong};
use crate::web::form::Input;
use crate::zone::Zone;

/// Where errors stand that belong to no field: the button.
pub const CONFIRM: &str = "confirm";

pub const LONGEST_NAME: usize = 100;
pub const MOST_GUESTS: usize = 10;
pub const LONGEST_REASON: usize = 1024;
const LONGEST_PLACE: usize = 200;
const LONGEST_SHORT: usize = 200;
const LONGEST_LONG: usize = 2000;

/// Somebody wants this time.
#[derive(Clone, Debug)]
pub struct Request {
    pub start: Timestamp,
    pub name: String,
    pub email: Email,
    pub zone: Zone,
    pub language: Language,
    pub guests: Guests,
    pub answers: Answers,
    /// Where to meet or call, when the location leaves it to the invitee.
    pub place: Option<String>,
    pub token: FormToken,
}

/// Made with the form, so that sending it twice books once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormToken(String);

/// Nobody reads a form, fills it in and sends it in less.
const QUICKEST_MILLIS: i64 = 2_000;
const TOKEN: &str = "form";

impl FormToken {
    /// A form's, made now.
    pub fn fresh(installation: &Installation, chance: [u8; 12], now: Timestamp) -> FormToken {
        FormToken(installation.dated_token(TOKEN, chance, now))
    }

    /// Whether the form was sent sooner than people can, or is none that we made.
    pub fn is_hurried(&self, installation: &Installation, now: Timestamp) -> bool {
        let quickest = SignedDuration::from_millis(QUICKEST_MILLIS);
        installation
            .date_of_token(TOKEN, &self.0)
            .is_none_or(|made| now.duration_since(made) < quickest)
    }

    /// Takes what looks like ours and nothing else, so that no form can pass for a move.
    pub fn parse(text: &str) -> Option<FormToken> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (text.len() == 43 && text.bytes().all(plain)).then(|| FormToken(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a question's field.
pub fn field(question: &Question) -> String {
    format!("q_{}", question.id)
}

/// Reads the form. None when something is wrong: it stands in `input` then.
pub fn read(
    input: &mut Input,
    event_type: &EventType,
    (start, zone, token): (Timestamp, Zone, FormToken),
) -> Option<Request> {
    let language = input.language();
    let name = input.read("name", |name| {
        required(language, text::line(name, LONGEST_NAME), "form-no-name")
    });
    let email = input.read("email", |email| {
        Email::parse(email).map_err(|_| language.word("form-no-email"))
    });
    let place = read_place(input, event_type.location);
    let guests = if event_type.guests_allowed_at.is_some() {
        let own = email.clone();
        input.read("guests", |typed| guests(language, typed, own.as_ref()))
    } else {
        Some(Guests::default())
    };
    let answers = answers(input, event_type);
    // A field that people can't see: what fills it in reads no labels.
    if !input.text("website").is_empty() {
        input.set("website", "");
        input.wrong(CONFIRM, language.word("form-not-seen"));
    }
    if !input.is_fine() {
        return None;
    }
    Some(Request {
        start,
        name: name?,
        email: email?,
        zone,
        language,
        guests: guests?,
        answers,
        place: place?,
        token,
    })
}

/// The place or number the location asks the invitee for, if it does.
pub fn read_place(input: &mut Input, location: Location) -> Option<Option<String>> {
    if location.asks_invitee().is_none() {
        return Some(None);
    }
    let language = input.language();
    if location == Location::Phone {
        return input.read("place", |typed| phone(language, typed).map(Some));
    }
    input.read("place", |typed| {
        required(language, text::line(typed, LONGEST_PLACE), "form-no-place").map(Some)
    })
}

/// The reason for a move or a cancel: optional, and as long as the public API takes.
pub fn read_reason(input: &mut Input) -> Option<Option<String>> {
    let language = input.language();
    let reason = input.read("reason", |typed| {
        text::paragraph(typed, LONGEST_REASON).map_err(|why| why.said(language))
    })?;
    Some((!reason.is_empty()).then_some(reason))
}

fn required(
    language: Language,
    text: Result<String, TooLong>,
    missing: &'static str,
) -> Result<String, String> {
    match text {
        Ok(text) if text.is_empty() => Err(language.word(missing).into_owned()),
        Ok(text) => Ok(text),
        Err(why) => Err(why.said(language).into()),
    }
}

fn phone(language: Language, typed: &str) -> Result<String, String> {
    const WORDS: &str = "form-no-number";
    let number = required(language, text::line(typed, 40), WORDS)?;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain = |letter: char| letter.is_ascii_digit() || "+-(). /".contains(letter);
    if (5..=18).contains(&digits) && number.chars().all(plain) {
        Ok(number)
    } else {
        Err(language.word(WORDS).into_owned())
    }
}

fn guests(language: Language, typed: &str, own: Option<&Email>) -> Result<Guests, String> {
    let mut guests: Vec<String> = Vec::new();
    let parts = typed.split([',', ';', '\n']).map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        let email = Email::parse(part).map_err(|_| {
            let part: String = text::one_line(part).chars().take(60).collect();
            String::from(language.say("form-no-address").with("words", part))
        })?;
        let known = |guest: &String| guest.eq_ignore_ascii_case(email.as_str());
        let is_own = own.is_some_and(|own| own.as_str().eq_ignore_ascii_case(email.as_str()));
        if !is_own && !guests.iter().any(known) {
            guests.push(email.to_string());
        }
    }
    if guests.len() > MOST_GUESTS {
        let words = language
            .say("form-too-many-guests")
            .with("most", MOST_GUESTS);
        return Err(words.with("has", guests.len()).into());
    }
    Ok(Guests(guests))
}

fn answers(input: &mut Input, event_type: &EventType) -> Answers {
    let language = input.language();
    let mut given = Vec::new();
    for question in &event_type.questions.0 {
        let answer = input.read(&field(question), |typed| answer(language, question, typed));
        if let Some(answer) = answer.filter(|answer| !answer.is_empty()) {
            given.push(Given {
                question: question.id.clone(),
                label: question.label.clone(),
                answer,
            });
        }
    }
    Answers(given)
}

fn answer(language: Language, question: &Question, typed: &str) -> Result<String, String> {
    let too_long = |why: TooLong| String::from(why.said(language));
    let about = |key| String::from(language.say(key).with("question", &question.label));
    let read = match question.form {
        Answer::Short => text::line(typed, LONGEST_SHORT).map_err(too_long)?,
        Answer::Long => text::paragraph(typed, LONGEST_LONG).map_err(too_long)?,
        Answer::Choice => {
            let chosen = typed.trim();
            if !chosen.is_empty() && !question.choices.iter().any(|choice| choice == chosen) {
                return Err(about("form-no-choice"));
            }
            chosen.to_owned()
        }
        Answer::Phone if typed.trim().is_empty() => String::new(),
        Answer::Phone => phone(language, typed)?,
    };
    if question.required && read.is_empty() {
        return Err(about("form-no-answer"));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Option<Email> {
        Email::parse("grace@example.com").ok()
    }

    #[test]
    fn guests_are_addresses_said_once_and_never_the_invitee() {
        let read = guests(
            Language::English,
            " bob@example.com,, Bob@example.com; grace@example.com\nann@example.com",
            own().as_ref(),
        );
        let two = vec!["bob@example.com".to_owned(), "ann@example.com".to_owned()];
        assert_eq!(read, Ok(Guests(two)));
        assert_eq!(guests(Language::English, "", None), Ok(Guests::default()));
        let wrong = guests(Language::English, "bob@example.com, bob", None).unwrap_err();
        assert!(wrong.contains("“bob”"), "{wrong}");
    }

    #[test]
    fn ten_guests_may_come_and_no_more() {
        let many = |n: usize| {
            let all: Vec<String> = (0..n).map(|i| format!("g{i}@example.com")).collect();
            guests(Language::English, &all.join(","), None)
        };
        assert_eq!(many(10).unwrap().0.len(), 10);
        assert!(many(11).unwrap_err().contains("11"));
    }

    #[test]
    fn a_phone_number_is_digits_with_signs_between() {
        for good in ["+34 600 123 456", "(030) 1234-567", "12345"] {
            assert_eq!(phone(Language::English, good).as_deref(), Ok(good));
        }
        for bad in ["", "call me", "1234", "+34 600 x", &"1".repeat(19)] {
            assert!(phone(Language::English, bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_question_is_answered_by_its_own_rules() {
        let question = |form, required| Question {
            id: "topic".to_owned(),
            label: "Topic".to_owned(),
            form,
            required,
            choices: vec!["Red".to_owned(), "Blue".to_owned()],
        };
        let choice = question(Answer::Choice, true);
        assert_eq!(
            answer(Language::English, &choice, "Red").as_deref(),
            Ok("Red")
        );
        assert!(answer(Language::English, &choice, "Green").is_err());
        assert!(
            answer(Language::English, &choice, "")
                .unwrap_err()
                .contains("Topic")
        );
        assert_eq!(
            answer(Language::English, &question(Answer::Choice, false), ""),
            Ok(String::new())
        );
        assert_eq!(
            answer(Language::English, &question(Answer::Phone, false), " "),
            Ok(String::new())
        );
        assert_eq!(
            answer(Language::English, &question(Answer::Short, false), "a\r\nb").as_deref(),
            Ok("a b")
        );
        assert_eq!(
            answer(Language::English, &question(Answer::Long, false), "a\r\nb").as_deref(),
            Ok("a\nb")
        );
        assert!(
            answer(
                Language::English,
                &question(Answer::Short, false),
                &"x".repeat(201)
            )
            .is_err()
        );
    }

    #[test]
    fn a_form_token_has_the_shape_of_ours() {
        let token = crate::entropy::Entropy::seeded(1).token();
        assert!(FormToken::parse(&token).is_some());
        for bad in ["", "move:1", &token[1..], &format!("{}:", &token[1..])] {
            assert!(FormToken::parse(bad).is_none(), "{bad}");
        }
    }
}
