//! What can go wrong with a call, chosen beforehand and applied to the next one that matches.
//!
//! A fault is about *when* (a call that is held or delayed) or about *what comes out* (a dropped
//! connection, another answer); one of each may meet the same call.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::call::{Answer, Content, Refusal};
use crate::limits::{self, LimitHeaders, TooMany};

/// A fault, for the next call of an operation unless told otherwise.
///
/// `on` is "any", an operation ("meeting.create"), its last word ("create": meetings and
/// webinars) or its first ("oauth").
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    pub on: String,
    /// How many calls it still meets; `None`: all, until faults are cleared.
    pub left: Option<u32>,
    pub trouble: Trouble,
    pub moment: Moment,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The connection is closed without an answer.
    Drop,
    /// Another answer than the true one.
    Answer {
        status: u16,
        content_type: &'static str,
        body: String,
    },
    /// A 429.
    TooMany {
        which: TooMany,
        headers: LimitHeaders,
    },
    /// 401/124.
    Unauthorized,
    Delay {
        ms: u64,
    },
    /// Waits until released.
    Hold,
    /// The true answer, broken off in the middle of its body.
    Truncate,
    /// The true status with a body that is not JSON.
    Garbage,
}

/// Whether the call has had its effect when the fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    Before,
    After,
}

impl Fault {
    fn new(on: &str, trouble: Trouble, moment: Moment) -> Fault {
        Fault {
            on: on.to_owned(),
            left: Some(1),
            trouble,
            moment,
        }
    }

    /// Nothing happens and nothing is answered.
    pub fn drop_before(on: &str) -> Fault {
        Fault::new(on, Trouble::Drop, Moment::Before)
    }

    /// It happens, and nothing is answered.
    pub fn drop_after(on: &str) -> Fault {
        Fault::new(on, Trouble::Drop, Moment::After)
    }

    /// Refused with a status and the usual JSON, without effect.
    pub fn status(on: &str, status: u16) -> Fault {
        let body = format!("{{\"code\":{status},\"message\":\"Simulated error {status}.\"}}");
        Fault::answer(on, status, "application/json;charset=UTF-8", &body)
    }

    /// Any answer at all, without effect.
    pub fn answer(on: &str, status: u16, content_type: &'static str, body: &str) -> Fault {
        let body = body.to_owned();
        Fault::new(
            on,
            Trouble::Answer {
                status,
                content_type,
                body,
            },
            Moment::Before,
        )
    }

    /// A proxy's 502 in HTML.
    pub fn bad_gateway(on: &str) -> Fault {
        let body = "<html><head><title>502 Bad Gateway</title></head>\
                    <body><center><h1>502 Bad Gateway</h1></center></body></html>";
        Fault::answer(on, 502, "text/html", body)
    }

    pub fn too_many(on: &str, which: TooMany, headers: LimitHeaders) -> Fault {
        Fault::new(on, Trouble::TooMany { which, headers }, Moment::Before)
    }

    pub fn unauthorized(on: &str) -> Fault {
        Fault::new(on, Trouble::Unauthorized, Moment::Before)
    }

    pub fn delay(on: &str, ms: u64) -> Fault {
        Fault::new(on, Trouble::Delay { ms }, Moment::Before)
    }

    /// The call waits, before anything happens, until held calls are released.
    pub fn hold(on: &str) -> Fault {
        Fault::new(on, Trouble::Hold, Moment::Before)
    }

    /// It happens, and the answer stops in the middle.
    pub fn truncate(on: &str) -> Fault {
        Fault::new(on, Trouble::Truncate, Moment::After)
    }

    /// It happens, and the answer is not JSON.
    pub fn garbage(on: &str) -> Fault {
        Fault::new(on, Trouble::Garbage, Moment::After)
    }

    /// Strikes once the call has had its effect.
    pub fn after_effect(self) -> Fault {
        Fault {
            moment: Moment::After,
            ..self
        }
    }

    pub fn times(self, count: u32) -> Fault {
        Fault {
            left: Some(count),
            ..self
        }
    }

    pub fn always(self) -> Fault {
        Fault { left: None, ..self }
    }

    fn meets(&self, operation: &str) -> bool {
        self.left != Some(0)
            && (self.on == "any"
                || self.on == operation
                || operation.split('.').any(|word| word == self.on))
    }

    /// Whether it is only about time.
    fn waits(&self) -> bool {
        match self.trouble {
            Trouble::Delay { .. } | Trouble::Hold => true,
            Trouble::Drop
            | Trouble::Answer { .. }
            | Trouble::TooMany { .. }
            | Trouble::Unauthorized
            | Trouble::Truncate
            | Trouble::Garbage => false,
        }
    }

    /// How the ledger and the console call it.
    pub fn name(&self) -> String {
        let word = match &self.trouble {
            Trouble::Drop => "drop".to_owned(),
            Trouble::Answer { status, .. } => format!("status {status}"),
            Trouble::TooMany { .. } => "status 429".to_owned(),
            Trouble::Unauthorized => "status 401".to_owned(),
            Trouble::Delay { ms } => format!("delay {ms} ms"),
            Trouble::Hold => "hold".to_owned(),
            Trouble::Truncate => return "truncated answer".to_owned(),
            Trouble::Garbage => return "garbage answer".to_owned(),
        };
        match self.moment {
            Moment::Before => format!("{word} before effect"),
            Moment::After => format!("{word} after effect"),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) down: bool,
    pub(crate) waiting: Vec<Fault>,
}

/// What the next call gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate {
    pub(crate) wait: Option<Fault>,
    pub(crate) outcome: Option<Fault>,
}

impl Faults {
    /// Takes what applies to this call off the list.
    pub(crate) fn strike(&mut self, operation: &str) -> Fate {
        if self.down {
            return Fate {
                wait: None,
                outcome: Some(Fault::drop_before("any")),
            };
        }
        let fate = Fate {
            wait: self.take(operation, true),
            outcome: self.take(operation, false),
        };
        self.waiting.retain(|fault| fault.left != Some(0));
        fate
    }

    fn take(&mut self, operation: &str, waits: bool) -> Option<Fault> {
        let fault = self
            .waiting
            .iter_mut()
            .find(|fault| fault.waits() == waits && fault.meets(operation))?;
        if let Some(left) = &mut fault.left {
            *left -= 1;
        }
        Some(fault.clone())
    }
}

impl Fate {
    pub(crate) fn name(&self) -> Option<String> {
        let names: Vec<String> = self
            .wait
            .iter()
            .chain(&self.outcome)
            .map(Fault::name)
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// The fault that keeps the call from having its effect.
    pub(crate) fn prevents(&self) -> Option<&Fault> {
        self.outcome
            .as_ref()
            .filter(|fault| fault.moment == Moment::Before)
    }

    pub(crate) fn waits_at(&self, moment: Moment) -> Option<&Trouble> {
        self.wait
            .as_ref()
            .filter(|fault| fault.moment == moment)
            .map(|fault| &fault.trouble)
    }
}

/// What goes out on the wire.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    Whole(Answer),
    /// The connection is closed in the middle of the body.
    Half(Answer),
    /// The connection is closed.
    Nothing,
}

impl Sent {
    pub(crate) fn map(self, change: impl FnOnce(Answer) -> Answer) -> Sent {
        match self {
            Sent::Whole(answer) => Sent::Whole(change(answer)),
            Sent::Half(answer) => Sent::Half(change(answer)),
            Sent::Nothing => Sent::Nothing,
        }
    }

    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self {
            Sent::Whole(answer) | Sent::Half(answer) => Some(answer),
            Sent::Nothing => None,
        }
    }
}

/// What a fault makes of the true answer; there is none yet before the effect.
pub(crate) fn distort(
    fault: &Fault,
    truth: Option<Answer>,
    wants_json: bool,
    now: Timestamp,
) -> Sent {
    match &fault.trouble {
        Trouble::Drop => Sent::Nothing,
        Trouble::Answer {
            status,
            content_type,
            body,
        } => Sent::Whole(Answer::text(*status, content_type, body.clone())),
        Trouble::TooMany { which, headers } => {
            Sent::Whole(limits::refusal(*which, *headers, now).answer(wants_json))
        }
        Trouble::Unauthorized => {
            Sent::Whole(Refusal::new(401, 124, "Invalid access token.").answer(wants_json))
        }
        // An answer without a body has no middle; the cut would fall into the next one.
        Trouble::Truncate => match truth {
            Some(truth) if !matches!(truth.body, Content::Empty) => Sent::Half(truth),
            Some(_) | None => Sent::Nothing,
        },
        Trouble::Garbage => truth.map_or(Sent::Nothing, |truth| Sent::Whole(garbled(truth))),
        Trouble::Delay { .. } | Trouble::Hold => truth.map_or(Sent::Nothing, Sent::Whole),
    }
}

fn garbled(truth: Answer) -> Answer {
    let text = "{\"uuid\":\"aDYlohsHRtCd4ii1uC2+hA==\",\"id\":,\"topic\"".to_owned();
    Answer {
        body: Content::Text {
            kind: "application/json;charset=UTF-8",
            text,
        },
        ..truth
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = self
            .left
            .map_or("all".to_owned(), |left| format!("next {left}"));
        write!(f, "{} on {} ({times})", self.name(), self.on)
    }
}
