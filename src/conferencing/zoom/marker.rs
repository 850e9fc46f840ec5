//! The mark at the front of a meeting's agenda, by which a list shows that it is ours and whose.
//! Zoom's lists show 250 characters of the agenda, so it stands first and is short. Pure.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::accounts::Org;
use crate::booking::Meeting;
use crate::id::Id;
use crate::installation::Installation;
use crate::planted::bug::{Bug, planted};
use crate::seal::{mac, same};

const OPEN: &str = "[42min:";

/// Whose a marked room is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub org: Id<Org>,
    pub meeting: Id<Meeting>,
    pub generation: i64,
}

/// Text for the agenda: the mark, then a line for the host who finds it.
pub fn agenda(of: &Installation, mark: &Mark) -> String {
    format!(
        "{}\nBooked with 42min. Move or cancel it there, and this meeting follows.",
        write(of, mark)
    )
}

fn write(of: &Installation, mark: &Mark) -> String {
    let said = format!(
        "{}.{}.{}.{}",
        short(of.id()),
        short(mark.org.uuid()),
        short(mark.meeting.uuid()),
        mark.generation
    );
    let signature = URL_SAFE_NO_PAD.encode(&mac(&of.marker_key, said.as_bytes())[..12]);
    format!("{OPEN}{said}.{signature}]")
}

/// The mark in an agenda, if it is a valid one of this installation. Marks of others, forged and
/// damaged ones are nothing.
pub fn read(of: &Installation, agenda: &str) -> Option<Mark> {
    let inside = agenda.strip_prefix(OPEN)?.split(']').next()?;
    let (said, signature) = inside.rsplit_once('.')?;
    let expected = URL_SAFE_NO_PAD.encode(&mac(&of.marker_key, said.as_bytes())[..12]);
    if !same(expected.as_bytes(), signature.as_bytes()) && !planted(Bug::MarkNotVerified) {
        return None;
    }
    let parts: Vec<&str> = said.split('.').collect();
    let [installation, org, meeting, generation] = parts.as_slice() else {
        return None;
    };
    if long(installation)? != of.id() {
        return None;
    }
    Some(Mark {
        org: Id::from_uuid(long(org)?),
        meeting: Id::from_uuid(long(meeting)?),
        generation: generation.parse().ok()?,
    })
}

fn short(uuid: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(uuid.as_bytes())
}

fn long(text: &str) -> Option<Uuid> {
    Uuid::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_mark_is_read_back_and_no_other_is() {
        let app = TestApp::start().await;
        let ours = &app.app.installation;
        let mark = Mark {
            org: app.app.entropy.id(app.now()),
            meeting: app.app.entropy.id(app.now()),
            generation: 3,
        };
        let text = agenda(ours, &mark);
        assert!(
            text.find(']').unwrap() < 200,
            "a list shows only 250 characters: {text}"
        );
        assert_eq!(read(ours, &text), Some(mark));
        assert_eq!(
            read(ours, &text.chars().take(250).collect::<String>()),
            Some(mark)
        );
        assert_eq!(read(ours, &text.replacen(".3.", ".4.", 1)), None);
        assert_eq!(read(ours, &format!("Hello {text}")), None);
        assert_eq!(read(ours, "[42min:a.b.c]"), None);
        assert_eq!(read(ours, ""), None);
        let other = ours.with_id(Uuid::from_u128(7));
        assert_eq!(read(&other, &text), None);
    }
}
