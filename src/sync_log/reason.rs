//! Why something was not done at the provider: the closed list from which skipped entries take
//! their words, and from which their words are read again. Pure.

/// The first five answer “why is there no link?” as the help page puts it; the others are what can
/// stand in the way besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    Off,
    NoneConnected,
    /// The booking was moved to where the event type takes place now.
    OtherPlace,
    /// The account that holds the room is gone.
    Disconnected,
    CanceledFirst,
    /// Connected once, and broken now.
    Broken(String),
    NotSetUp,
    Started,
    /// By its host at the provider, so near its start that nobody else replaces it unasked.
    DeletedNearStart,
    Refused(String),
    /// The host put another link in its place.
    AnotherLink,
    /// Its last booking went to another meeting before it had a room.
    MovedFirst,
}

const NONE: &str = "No connected account";
const BROKEN: &str = " shows Connection broken";
const REFUSED: &str = "Zoom refused: ";

impl Reason {
    /// As hosts read it, who know that there is an account.
    pub fn for_hosts(&self) -> String {
        match self {
            Reason::Broken(email) => format!("The Zoom account {email}{BROKEN}"),
            Reason::Off
            | Reason::NoneConnected
            | Reason::OtherPlace
            | Reason::Disconnected
            | Reason::CanceledFirst
            | Reason::NotSetUp
            | Reason::Started
            | Reason::DeletedNearStart
            | Reason::Refused(_)
            | Reason::AnotherLink
            | Reason::MovedFirst => self.words(),
        }
    }

    /// As it stands in the log.
    pub fn words(&self) -> String {
        match self {
            Reason::Off => "Zoom is off for this organization".to_owned(),
            Reason::NoneConnected => NONE.to_owned(),
            Reason::OtherPlace => "The event type’s location isn’t Zoom".to_owned(),
            Reason::Disconnected => "Account disconnected after booking".to_owned(),
            Reason::CanceledFirst => "Booking was canceled first".to_owned(),
            Reason::Broken(email) => format!("{NONE}: {email}{BROKEN}"),
            Reason::NotSetUp => "This server has no Zoom app yet".to_owned(),
            Reason::Started => "The start has passed".to_owned(),
            Reason::DeletedNearStart => {
                "It was deleted in Zoom shortly before its start".to_owned()
            }
            Reason::Refused(why) => format!("{REFUSED}{why}"),
            Reason::AnotherLink => "Another link was put in its place".to_owned(),
            Reason::MovedFirst => "Booking was moved to another meeting first".to_owned(),
        }
    }

    /// The reason that an entry's words begin with; what follows from it may stand after it.
    pub fn of(words: &str) -> Option<Reason> {
        if let Some(why) = words.strip_prefix(REFUSED) {
            return Some(Reason::Refused(why.to_owned()));
        }
        let broken = words
            .strip_prefix(NONE)
            .and_then(|rest| rest.strip_prefix(": "))
            .and_then(|rest| rest.split_once(BROKEN));
        if let Some((email, _)) = broken {
            return Some(Reason::Broken(email.to_owned()));
        }
        [
            Reason::Off,
            Reason::NoneConnected,
            Reason::OtherPlace,
            Reason::Disconnected,
            Reason::CanceledFirst,
            Reason::NotSetUp,
            Reason::Started,
            Reason::DeletedNearStart,
            Reason::AnotherLink,
            Reason::MovedFirst,
        ]
        .into_iter()
        .find(|reason| words.starts_with(&reason.words()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_reasons_are_worded_as_they_were_promised() {
        let promised = [
            (Reason::Off, "Zoom is off for this organization"),
            (Reason::NoneConnected, "No connected account"),
            (Reason::OtherPlace, "The event type’s location isn’t Zoom"),
            (Reason::Disconnected, "Account disconnected after booking"),
            (Reason::CanceledFirst, "Booking was canceled first"),
        ];
        for (reason, words) in promised {
            assert_eq!(reason.words(), words);
        }
    }

    #[test]
    fn each_reason_is_read_again_from_its_words_and_from_longer_ones() {
        let all = [
            Reason::Off,
            Reason::NoneConnected,
            Reason::OtherPlace,
            Reason::Disconnected,
            Reason::CanceledFirst,
            Reason::Broken("ada@zoom.example".to_owned()),
            Reason::NotSetUp,
            Reason::Started,
            Reason::DeletedNearStart,
            Reason::Refused("Too many (400)".to_owned()),
            Reason::AnotherLink,
            Reason::MovedFirst,
        ];
        for reason in all {
            assert_eq!(Reason::of(&reason.words()), Some(reason.clone()));
            if !matches!(reason, Reason::Refused(_)) {
                let longer = format!("{}. And more.", reason.words());
                assert_eq!(Reason::of(&longer), Some(reason));
            }
        }
        assert_eq!(Reason::of("The meeting was moved."), None);
    }
}
