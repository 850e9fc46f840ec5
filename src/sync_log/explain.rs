//! An entry in words: what happened, what 42min did about it, what somebody can do. Pure.

use std::borrow::Cow;

use serde_json::Value;

use super::reason::Reason;
use super::{Action, Entry, Verdict};
use crate::language::{Language, Said};

/// What is known around an entry.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    pub language: Language,
    pub entry: &'a Entry,
    /// The same was asked again, or will be.
    pub next: Next,
    /// Which of the tries of the same this was, from 1.
    pub number: usize,
    /// The account's connection broke on it.
    pub broke: bool,
    /// A meeting was made after it.
    pub made_anew: bool,
    /// The account's connection is broken now.
    pub is_broken: bool,
    /// Trying once more would do something.
    pub may_retry: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// At this time, in words.
    Waits(String),
    Tried(String),
    Never,
}

/// The note on top of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub happened: String,
    pub did: String,
    pub fix: Option<Fix>,
}

/// What somebody can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    Reconnect,
    Connect,
    TurnOn,
    SetUp,
    EventType,
    TryAgain,
    Report,
}

/// The provider's own number for what went wrong.
pub fn code(entry: &Entry) -> Option<i64> {
    let body: Value = serde_json::from_str(entry.response_body.as_deref()?).ok()?;
    let failed = entry.status.is_some_and(|status| status >= 400);
    body.get("code").and_then(Value::as_i64).filter(|_| failed)
}

/// The list's last column: status, code and duration of a call, else the words.
pub fn detail(entry: &Entry, language: Language) -> String {
    let Some(status) = entry.status else {
        return entry.words.clone();
    };
    let mut parts = vec![format!("HTTP {status}")];
    parts.extend(code(entry).map(|code| language.say("entry-code").with("code", code).into()));
    parts.extend(entry.micros.map(|micros| format!("{} ms", micros / 1000)));
    parts.join(" · ")
}

/// What stands above that: the words of a call, where its action and result don't say them all.
pub fn said(entry: &Entry) -> Option<String> {
    entry.status?;
    // A sign-in and its end take two calls each, which only their words tell apart.
    let has_steps = matches!(entry.action, Action::Connect | Action::Disconnect);
    (has_steps || entry.result != Verdict::Succeeded).then(|| sentence(&entry.words))
}

pub fn explain(case: &Case<'_>) -> Note {
    let mut note = match case.entry.result {
        Verdict::Sent => case.sent(),
        Verdict::Succeeded => Note::new(sentence(&case.entry.words), ""),
        Verdict::Received => case.received(),
        Verdict::Skipped => case.skipped(),
        Verdict::Retrying | Verdict::Failed => case.failed(),
    };
    // First things first: without its connection nothing else helps.
    let went_well = case.entry.result == Verdict::Succeeded;
    if case.is_broken && !went_well && note.fix != Some(Fix::SetUp) {
        note.fix = Some(Fix::Reconnect);
    }
    if note.fix.is_none() && case.may_retry {
        note.fix = Some(Fix::TryAgain);
    }
    note
}

impl Note {
    fn new(happened: impl Into<String>, did: impl Into<String>) -> Note {
        Note {
            happened: happened.into(),
            did: did.into(),
            fix: None,
        }
    }

    fn fix(self, fix: Fix) -> Note {
        Note {
            fix: Some(fix),
            ..self
        }
    }
}

impl Case<'_> {
    fn sent(&self) -> Note {
        let did = match self.entry.action {
            Action::CreateMeeting | Action::CreateWebinar => {
                self.word("did-look-for-it").into_owned()
            }
            Action::MoveMeeting
            | Action::DeleteMeeting
            | Action::ReadMeeting
            | Action::LookForMeeting
            | Action::SetPasscode
            | Action::MoveWebinar
            | Action::DeleteWebinar
            | Action::RefreshAccess
            | Action::Connect
            | Action::Disconnect
            | Action::AccessRemoved
            | Action::ConnectionBroken
            | Action::StartMeeting
            | Action::RoleChanged
            | Action::RolloutChanged
            | Action::Notice
            | Action::Probe
            | Action::Sweep => self.again(),
        };
        Note::new(self.word("happened-sent"), did)
    }

    fn received(&self) -> Note {
        match self.entry.action {
            // The reason, then what was done about it.
            Action::AccessRemoved | Action::ConnectionBroken => {
                let words = &self.entry.words;
                let (happened, did) = words.split_once(". ").unwrap_or((words, ""));
                Note::new(sentence(happened), sentence(did))
            }
            Action::CreateMeeting
            | Action::MoveMeeting
            | Action::DeleteMeeting
            | Action::ReadMeeting
            | Action::LookForMeeting
            | Action::SetPasscode
            | Action::CreateWebinar
            | Action::MoveWebinar
            | Action::DeleteWebinar
            | Action::RefreshAccess
            | Action::Connect
            | Action::Disconnect
            | Action::StartMeeting
            | Action::RoleChanged
            | Action::RolloutChanged
            | Action::Notice
            | Action::Probe
            | Action::Sweep => Note::new(sentence(&self.entry.words), ""),
        }
    }

    fn skipped(&self) -> Note {
        let words = &self.entry.words;
        let Some(reason) = Reason::of(words) else {
            return Note::new(sentence(words), "");
        };
        // What follows from it in this case stands behind the reason.
        let more = words.split_once(". ").map_or("", |(_, more)| more);
        let or = |usual| {
            if more.is_empty() {
                self.word(usual)
            } else {
                Cow::Owned(sentence(more))
            }
        };
        let note = |happened, did| Note::new(self.word(happened), self.word(did));
        match reason {
            Reason::Off => note("happened-off", "did-nothing-yet").fix(Fix::TurnOn),
            Reason::NoneConnected => {
                note("happened-none-connected", "did-nothing-yet").fix(Fix::Connect)
            }
            Reason::Broken(email) => Note::new(
                self.say("happened-broken").with("email", email),
                or("did-nothing-yet"),
            ),
            Reason::NotSetUp => {
                Note::new(self.word("zoom-no-app"), or("did-nothing-yet")).fix(Fix::SetUp)
            }
            Reason::OtherPlace => {
                note("happened-other-place", "did-other-place").fix(Fix::EventType)
            }
            Reason::AnotherLink => note("happened-another-link", "did-another-link"),
            Reason::Disconnected => Note::new(
                self.word("happened-disconnected"),
                or("did-nothing-in-zoom"),
            )
            .fix(Fix::Connect),
            Reason::CanceledFirst => note("happened-canceled-first", "did-canceled-first"),
            Reason::MovedFirst => note("happened-moved-first", "did-moved-first"),
            Reason::Started => note("happened-started", "did-started"),
            Reason::DeletedNearStart => {
                note("happened-deleted-near-start", "did-deleted-near-start")
            }
            Reason::Refused(why) => Note::new(
                self.say("happened-refused").with("why", sentence(&why)),
                self.word("did-refused"),
            ),
        }
    }

    fn failed(&self) -> Note {
        let entry = self.entry;
        let words = sentence(&entry.words);
        match (entry.status, code(entry)) {
            (Some(429), _) | (_, Some(429)) => Note::new(self.word("happened-limit"), self.again()),
            (_, Some(4702 | 4704 | 4705 | 4706 | 4709 | 4717)) if !self.broke => {
                self.our_credentials()
            }
            _ if self.is_about_our_credentials() && !self.broke => self.our_credentials(),
            (Some(401), _) | (_, Some(124)) if !self.is_sign_in() => Note::new(
                self.word("happened-token-refused"),
                self.after_refused_token(),
            ),
            (Some(404), Some(3001)) => {
                let did = match (entry.action, self.made_anew) {
                    (_, true) => "did-create-anew",
                    (Action::StartMeeting, false) => "did-nothing",
                    (_, false) => "did-maybe-create",
                };
                Note::new(self.word("happened-no-longer-exists"), self.word(did))
            }
            (Some(500..=599), _) => Note::new(self.word("happened-no-proper-answer"), self.again()),
            _ if self.broke => Note::new(words, self.word("did-break")),
            (None, _) => Note::new(words, self.again()),
            (Some(400), Some(_)) if self.is_ours_to_mend() => Note::new(
                self.say("happened-not-accepted").with("why", words),
                self.word("did-report"),
            )
            .fix(Fix::Report),
            _ if entry.result == Verdict::Retrying => Note::new(words, self.again()),
            _ => Note::new(words, ""),
        }
    }

    /// A call that is made with the server’s own credentials, without an access token.
    fn is_sign_in(&self) -> bool {
        let request = self.entry.request.as_deref();
        request.is_some_and(|line| line.contains(" /oauth/"))
    }

    fn is_about_our_credentials(&self) -> bool {
        let body = self.entry.response_body.as_deref().unwrap_or_default();
        self.is_sign_in()
            && (body.contains("invalid_client") || body.contains("unauthorized_client"))
    }

    /// A request that Zoom calls wrong, as far as it isn't a rule of the account or its plan.
    fn is_ours_to_mend(&self) -> bool {
        let about_a_room = match self.entry.action {
            Action::CreateMeeting
            | Action::MoveMeeting
            | Action::DeleteMeeting
            | Action::ReadMeeting
            | Action::LookForMeeting
            | Action::CreateWebinar
            | Action::MoveWebinar
            | Action::DeleteWebinar => true,
            // A passcode is held against the account's own rules.
            Action::SetPasscode
            | Action::RefreshAccess
            | Action::Connect
            | Action::Disconnect
            | Action::AccessRemoved
            | Action::ConnectionBroken
            | Action::StartMeeting
            | Action::RoleChanged
            | Action::RolloutChanged
            | Action::Notice
            | Action::Probe
            | Action::Sweep => false,
        };
        about_a_room && self.entry.result == Verdict::Failed && code(self.entry) == Some(300)
    }

    fn our_credentials(&self) -> Note {
        Note::new(
            self.word("happened-our-credentials"),
            self.word("did-our-credentials"),
        )
        .fix(Fix::SetUp)
    }

    fn after_refused_token(&self) -> Cow<'static, str> {
        if self.broke {
            return self.word("did-break");
        }
        self.word(match self.entry.result {
            Verdict::Retrying => "did-new-token",
            Verdict::Sent
            | Verdict::Succeeded
            | Verdict::Failed
            | Verdict::Skipped
            | Verdict::Received => "did-nothing",
        })
    }

    /// When it is tried again, if it is.
    fn again(&self) -> String {
        let words = match &self.next {
            Next::Waits(at) => self.say("did-waits").with("at", at),
            Next::Tried(at) => self.say("did-tried").with("at", at),
            Next::Never => return self.word("did-not-wait").into_owned(),
        };
        words.with("number", self.number).into()
    }

    fn say(&self, key: &'static str) -> Said {
        self.language.say(key)
    }

    fn word(&self, key: &'static str) -> Cow<'static, str> {
        self.language.word(key)
    }
}

/// With one full stop at its end.
pub fn sentence(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() || words.ends_with(['.', '?', '!', '”']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    fn entry(action: Action, result: Verdict, words: &str) -> Entry {
        Entry {
            id: Id::from_uuid(uuid::Uuid::nil()),
            at: jiff::Timestamp::UNIX_EPOCH,
            action,
            result,
            meeting_id: None,
            account_id: None,
            request: None,
            request_body: None,
            status: None,
            response_body: None,
            tracking_id: None,
            micros: None,
            words: words.to_owned(),
        }
    }

    fn answered(action: Action, result: Verdict, (status, body): (i64, &str)) -> Entry {
        Entry {
            status: Some(status),
            response_body: Some(body.to_owned()),
            micros: Some(188_000),
            ..entry(action, result, "said")
        }
    }

    fn case(entry: &Entry) -> Case<'_> {
        Case {
            language: Language::English,
            entry,
            next: Next::Waits("12:03".to_owned()),
            number: 2,
            broke: false,
            made_anew: false,
            is_broken: false,
            may_retry: false,
        }
    }

    fn told(case: &Case<'_>) -> String {
        let note = explain(case);
        format!("{} {}", note.happened, note.did)
    }

    #[test]
    fn each_answer_of_zooms_has_its_words() {
        use Action::{CreateMeeting, MoveMeeting};
        use Verdict::{Failed, Retrying};
        let refused = answered(CreateMeeting, Failed, (401, r#"{"code":124}"#));
        let broke = Case {
            broke: true,
            is_broken: true,
            ..case(&refused)
        };
        assert_eq!(
            told(&broke),
            "Zoom refused the access token. The account was marked Connection broken, and \
             whoever can reconnect it was emailed."
        );
        assert_eq!(explain(&broke).fix, Some(Fix::Reconnect));
        let fine = answered(CreateMeeting, Verdict::Succeeded, (201, "{}"));
        let since = Case {
            is_broken: true,
            ..case(&fine)
        };
        assert_eq!(explain(&since).fix, None);
        let once = answered(CreateMeeting, Retrying, (401, r#"{"code":124}"#));
        assert_eq!(
            told(&case(&once)),
            "Zoom refused the access token. 42min asked Zoom for a new one, to try again with."
        );
        let limit = answered(MoveMeeting, Retrying, (429, r#"{"code":429}"#));
        assert_eq!(
            told(&case(&limit)),
            "Zoom’s limit is reached. 42min tries again at 12:03. This was try 2."
        );
        let gone = answered(MoveMeeting, Failed, (404, r#"{"code":3001}"#));
        let anew = Case {
            made_anew: true,
            ..case(&gone)
        };
        assert_eq!(
            told(&anew),
            "The meeting no longer exists in Zoom. A new meeting was created and everyone got the \
             new link."
        );
        assert!(told(&case(&gone)).ends_with("A new meeting is made if the booking still stands."));
        let down = answered(CreateMeeting, Retrying, (503, "oops"));
        let later = Case {
            next: Next::Tried("12:04".to_owned()),
            ..case(&down)
        };
        assert_eq!(
            told(&later),
            "Zoom didn’t answer properly. 42min tried again at 12:04. This was try 2."
        );
        let late = entry(CreateMeeting, Retrying, "Zoom didn’t answer in time");
        let never = Case {
            next: Next::Never,
            ..case(&late)
        };
        assert_eq!(
            told(&never),
            "Zoom didn’t answer in time. Nothing waits to be tried again."
        );
        let wrong = answered(CreateMeeting, Failed, (400, r#"{"code":300}"#));
        assert_eq!(
            told(&case(&wrong)),
            "Zoom didn’t accept the request: said. This is a fault in 42min; please report it with \
             this entry’s ID."
        );
        assert_eq!(explain(&case(&wrong)).fix, Some(Fix::Report));
        let plan = answered(CreateMeeting, Failed, (400, r#"{"code":3161}"#));
        assert_eq!(told(&case(&plan)), "said. ");
        let ours = answered(CreateMeeting, Retrying, (400, r#"{"code":4702}"#));
        assert!(told(&case(&ours)).contains("No account was marked broken"));
        let sign_in = |body| Entry {
            request: Some("POST /oauth/token".to_owned()),
            ..answered(Action::RefreshAccess, Retrying, (401, body))
        };
        let ours = sign_in(r#"{"error":"invalid_client"}"#);
        assert!(told(&case(&ours)).starts_with("Zoom rejected this server’s app credentials."));
        let dead = sign_in(r#"{"error":"invalid_grant"}"#);
        let dead = Case {
            broke: true,
            ..case(&dead)
        };
        assert_eq!(
            told(&dead),
            "said. The account was marked Connection broken, and whoever can reconnect it was \
             emailed."
        );
        let removed = answered(Action::DeleteMeeting, Verdict::Succeeded, (204, ""));
        assert_eq!(told(&case(&removed)), "said. ");
    }

    #[test]
    fn each_reason_for_a_skip_says_what_can_be_done() {
        let skip = |reason: Reason| entry(Action::CreateMeeting, Verdict::Skipped, &reason.words());
        let rows = [
            (Reason::Off, Some(Fix::TurnOn)),
            (Reason::NoneConnected, Some(Fix::Connect)),
            (Reason::OtherPlace, Some(Fix::EventType)),
            (Reason::Disconnected, Some(Fix::Connect)),
            (Reason::CanceledFirst, None),
            (Reason::Broken("ada@zoom.example".to_owned()), None),
            (Reason::NotSetUp, Some(Fix::SetUp)),
            (Reason::Started, None),
            (Reason::Refused("No".to_owned()), None),
            (Reason::AnotherLink, None),
            (Reason::MovedFirst, None),
        ];
        for (reason, fix) in rows {
            let entry = skip(reason.clone());
            let note = explain(&case(&entry));
            assert_eq!(note.fix, fix, "{reason:?}");
            assert!(
                note.happened.ends_with('.') && note.did.ends_with('.'),
                "{note:?}"
            );
        }
        let refused = skip(Reason::Refused("No".to_owned()));
        let again = Case {
            may_retry: true,
            ..case(&refused)
        };
        assert_eq!(explain(&again).fix, Some(Fix::TryAgain));
        let broken = skip(Reason::Broken("ada@zoom.example".to_owned()));
        let broken = Case {
            is_broken: true,
            ..case(&broken)
        };
        assert_eq!(explain(&broken).fix, Some(Fix::Reconnect));
        let words = "Account disconnected after booking. The old link stays.";
        let stale = entry(Action::MoveMeeting, Verdict::Skipped, words);
        assert_eq!(explain(&case(&stale)).did, "The old link stays.");
    }

    #[test]
    fn what_is_open_or_came_by_itself_is_said_so() {
        let open = entry(Action::CreateMeeting, Verdict::Sent, "Sent");
        assert!(told(&case(&open)).contains("looks for it in Zoom"));
        let open = entry(Action::DeleteMeeting, Verdict::Sent, "Sent");
        assert!(told(&case(&open)).contains("tries again at 12:03"));
        let words = "A permission is missing. It was marked.";
        let broken = entry(Action::ConnectionBroken, Verdict::Received, words);
        assert_eq!(explain(&case(&broken)).happened, "A permission is missing.");
        assert_eq!(told(&case(&broken)), words);
        let words = "Zoom says that access was removed before. Nothing was changed.";
        let doubtful = entry(Action::AccessRemoved, Verdict::Received, words);
        assert_eq!(told(&case(&doubtful)), words);
    }

    #[test]
    fn the_detail_is_status_code_and_duration_or_the_words() {
        let refused = answered(
            Action::CreateMeeting,
            Verdict::Failed,
            (401, r#"{"code":124}"#),
        );
        assert_eq!(
            detail(&refused, Language::English),
            "HTTP 401 · code 124 · 188 ms"
        );
        let fine = answered(
            Action::CreateMeeting,
            Verdict::Succeeded,
            (201, r#"{"code":1}"#),
        );
        assert_eq!(detail(&fine, Language::English), "HTTP 201 · 188 ms");
        let skipped = entry(
            Action::CreateMeeting,
            Verdict::Skipped,
            "No connected account",
        );
        assert_eq!(detail(&skipped, Language::English), "No connected account");
    }
}
