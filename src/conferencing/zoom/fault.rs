//! What an answer of Zoom's that isn't a success means. One table; pure.
//! Sources: Zoom's API error definitions and rate-limit page; its OAuth error page.

use jiff::Timestamp;

use super::wire::ErrorBody;
use crate::conferencing::budget::day_ends;
use crate::conferencing::connection::Break;
use crate::conferencing::provider::{Busy, Fault, Refusal};
use crate::planted::bug::{Bug, planted};
use crate::text;

/// An answer with a status that isn't the expected one.
pub struct Bad<'a> {
    pub status: u16,
    pub body: &'a str,
    pub retry_after: Option<&'a str>,
}

/// What it means for a call to the API.
pub fn of_call(bad: &Bad<'_>, now: Timestamp) -> Fault {
    let error = ErrorBody::read(bad.body);
    let said = said(bad, &error);
    match (bad.status, error.code) {
        (429, _) | (_, Some(429)) => Fault::Busy {
            why: limit(&error),
            retry_after: limit_ends(bad, &error, now),
            words: format!("Zoom’s limit is reached ({said})"),
        },
        // Redirects are never followed, so nothing was done; the same is asked again later.
        (300..=399, _) => Fault::Lost {
            words: format!("Zoom answered with a redirect ({said})"),
        },
        (500..=599, _) => Fault::Lost {
            words: format!("Zoom didn’t answer properly ({said})"),
        },
        (404, Some(3001)) if !planted(Bug::GoneIgnored) => Fault::Gone,
        (404, Some(1001)) | (400, Some(1010)) => Fault::GrantDead {
            why: Break::UserGone,
            words: said,
        },
        (401, Some(_)) | (_, Some(124)) => Fault::TokenRefused { words: said },
        (_, Some(4700 | 4711)) => Fault::GrantDead {
            why: Break::ScopeMissing,
            words: said,
        },
        (_, Some(4735 | 4738 | 4740 | 4741)) => Fault::GrantDead {
            why: Break::RefreshRefused,
            words: said,
        },
        (_, Some(4702 | 4704 | 4705 | 4706 | 4709 | 4717)) => Fault::OurFault { words: said },
        (_, Some(3161)) => refused(Refusal::CannotHost, said),
        (_, Some(3002)) => refused(Refusal::InProgress, said),
        (400, Some(3000))
            if mentions(bad.body, "access webinar info")
                || mentions(bad.body, "access meeting info") =>
        {
            refused(Refusal::OtherKind, said)
        }
        // "Webinar plan is missing", "No permission": the texts have changed over the years.
        (400, Some(200)) => refused(Refusal::NoPlan, said),
        (400, Some(3000)) if mentions(bad.body, "have started") => {
            refused(Refusal::InProgress, said)
        }
        // The refusal of a passcode comes as XML, and its text is documented nowhere.
        (400, _) if mentions(bad.body, "passcode") || mentions(bad.body, "password") => {
            refused(Refusal::Passcode, said)
        }
        (408 | 425, _) => Fault::Lost { words: said },
        // Without a code it isn't Zoom who speaks, but something on the way to it.
        (400..=499, None) => Fault::Lost {
            words: format!("Something between here and Zoom answered ({said})"),
        },
        (400..=499, Some(_)) => refused(Refusal::Other, said),
        _ => Fault::Lost {
            words: format!("Zoom answered something unexpected ({said})"),
        },
    }
}

/// What it means for a call to the token endpoint. Only `invalid_grant` (and Zoom's codes for a
/// grant that is gone) ends a connection; wrong app credentials are this server's own.
pub fn of_token(bad: &Bad<'_>, now: Timestamp) -> Fault {
    let error = ErrorBody::read(bad.body);
    let said = said(bad, &error);
    match (bad.status, error.error.as_deref(), error.code) {
        (429, ..) => Fault::Busy {
            why: Busy::Pace,
            retry_after: limit_ends(bad, &error, now),
            words: said,
        },
        (_, _, Some(4735)) => Fault::GrantDead {
            why: Break::UserGone,
            words: said,
        },
        (400..=499, Some("invalid_grant"), _) | (_, _, Some(4738 | 4740 | 4741)) => {
            Fault::GrantDead {
                why: Break::RefreshRefused,
                words: said,
            }
        }
        (400..=499, Some("invalid_client" | "unauthorized_client"), _)
        | (_, _, Some(4702 | 4704 | 4705 | 4706 | 4709 | 4717)) => Fault::OurFault { words: said },
        (400..=499, ..) => refused(Refusal::Other, said),
        _ => Fault::Lost {
            words: format!("Zoom didn’t answer properly ({said})"),
        },
    }
}

fn refused(why: Refusal, words: String) -> Fault {
    Fault::Refused { why, words }
}

fn mentions(body: &str, what: &str) -> bool {
    body.to_lowercase().contains(what)
}

/// "HTTP 400, code 300: Validation Failed. start_time: Invalid field."
fn said(bad: &Bad<'_>, error: &ErrorBody) -> String {
    let mut words = format!("HTTP {}", bad.status);
    if let Some(code) = error.code {
        words.push_str(&format!(", code {code}"));
    }
    for part in [&error.error, &error.message, &error.reason]
        .into_iter()
        .flatten()
    {
        words.push_str(": ");
        words.extend(part.chars().take(300));
    }
    for field in &error.errors {
        let name = field.field.as_deref().unwrap_or("a field");
        let why = field.message.as_deref().unwrap_or("wrong");
        words.extend(format!(" {name}: {why}").chars().take(200));
    }
    text::one_line(&words)
}

/// `Retry-After` comes as seconds, as an ISO instant, or not at all. Without it, a daily limit ends
/// at midnight UTC, as its message says.
fn limit_ends(bad: &Bad<'_>, error: &ErrorBody, now: Timestamp) -> Option<Timestamp> {
    let told = bad.retry_after.and_then(|text| {
        let text = text.trim();
        match text.parse::<i64>() {
            Ok(seconds) => Some(now + crate::clock::seconds(seconds.clamp(0, 86_400))),
            Err(_) => text.parse::<Timestamp>().ok(),
        }
    });
    let daily = error
        .message
        .as_deref()
        .is_some_and(|m| mentions(m, "daily"));
    told.or_else(|| daily.then(|| day_ends(now)))
        .map(|at| at.clamp(now, now + crate::clock::days(1)))
}

/// Which limit it is, by its message: no header says so reliably.
fn limit(error: &ErrorBody) -> Busy {
    let of_user = error.message.as_deref().is_some_and(|m| {
        mentions(m, "daily") && (mentions(m, "create/update") || mentions(m, "particular user"))
    });
    if of_user { Busy::UserDay } else { Busy::Pace }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-05-04T08:00:00Z".parse().unwrap()
    }

    fn call(status: u16, body: &str) -> Fault {
        of_call(
            &Bad {
                status,
                body,
                retry_after: None,
            },
            now(),
        )
    }

    fn is_refused(fault: &Fault, as_this: Refusal) -> bool {
        let Fault::Refused { why, .. } = fault else {
            return false;
        };
        *why == as_this
    }

    #[test]
    fn only_3001_means_gone() {
        assert_eq!(
            call(
                404,
                r#"{"code":3001,"message":"Meeting does not exist: 1."}"#
            ),
            Fault::Gone
        );
        assert!(matches!(
            call(404, "<html>not found</html>"),
            Fault::Lost { .. }
        ));
        assert!(is_refused(
            &call(400, r#"{"code":300,"message":"Meeting not found"}"#),
            Refusal::Other
        ));
    }

    #[test]
    fn what_may_have_happened_is_lost() {
        for status in [500, 502, 503, 504, 408] {
            assert!(
                matches!(call(status, "<html>"), Fault::Lost { .. }),
                "{status}"
            );
        }
        assert!(matches!(call(302, ""), Fault::Lost { .. }));
    }

    #[test]
    fn dead_grants_and_refused_tokens_are_told_apart() {
        assert!(matches!(
            call(401, r#"{"code":124,"message":"Invalid access token."}"#),
            Fault::TokenRefused { .. }
        ));
        for (status, code, why) in [
            (404, 1001, Break::UserGone),
            (400, 4711, Break::ScopeMissing),
            (400, 4700, Break::ScopeMissing),
            (401, 4741, Break::RefreshRefused),
        ] {
            let fault = call(status, &format!(r#"{{"code":{code},"message":"m"}}"#));
            if status == 401 {
                assert!(matches!(fault, Fault::TokenRefused { .. }));
            } else {
                assert!(
                    matches!(fault, Fault::GrantDead { why: w, .. } if w == why),
                    "{code}"
                );
            }
        }
    }

    #[test]
    fn limits_are_read_in_all_their_shapes() {
        let at = |retry_after, body| {
            let fault = of_call(
                &Bad {
                    status: 429,
                    body,
                    retry_after,
                },
                now(),
            );
            let Fault::Busy { retry_after, .. } = fault else {
                panic!("{fault:?}")
            };
            retry_after
        };
        let midnight: Timestamp = "2026-05-05T00:00:00Z".parse().unwrap();
        let next_day: Timestamp = "2026-05-05T00:00:10Z".parse().unwrap();
        assert_eq!(at(Some("30"), ""), Some(now() + crate::clock::seconds(30)));
        assert_eq!(at(Some("2026-05-05T00:00:00Z"), ""), Some(midnight));
        assert_eq!(
            at(
                None,
                r#"{"code":429,"message":"You have exceeded the daily rate limit (100)"}"#
            ),
            Some(next_day)
        );
        assert_eq!(
            at(None, r#"{"code":429,"message":"per-second rate limit"}"#),
            None
        );
        assert_eq!(at(Some("soon"), ""), None);
    }

    #[test]
    fn the_users_own_day_is_told_from_the_accounts_limits() {
        let why = |message: &str| {
            let body = format!(r#"{{"code":429,"message":"{message}"}}"#);
            let Fault::Busy { why, .. } = call(429, &body) else {
                panic!("{body}")
            };
            why
        };
        assert_eq!(
            why(
                "You have exceeded the daily rate limit (100) of Meeting Create/Update API \
                 requests permitted for this particular user. You may resume these requests at \
                 GMT 00:00:00."
            ),
            Busy::UserDay
        );
        assert_eq!(
            why("Daily rate limit of meeting create/update requests exceeded."),
            Busy::UserDay
        );
        for message in [
            "You have reached the maximum per-second rate limit for this API. Try again later.",
            "You have reached the maximum daily rate limit for this API. Refer to the response \
             header for details on when you can make another request.",
            "Too many concurrent requests. A request to disassociate this user has already been made.",
            "",
        ] {
            assert_eq!(why(message), Busy::Pace, "{message}");
        }
    }

    #[test]
    fn refusals_that_can_be_remedied_are_known() {
        assert!(is_refused(
            &call(
                400,
                "<result><message>Passcode does not meet the rules</message></result>"
            ),
            Refusal::Passcode
        ));
        assert!(is_refused(
            &call(400, r#"{"code":3161,"message":"not allowed"}"#),
            Refusal::CannotHost
        ));
        assert!(is_refused(
            &call(400, r#"{"code":3002,"message":"in progress"}"#),
            Refusal::InProgress
        ));
        for other in [
            "Cannot access webinar information.",
            "Cannot access webinar info.",
            "Cannot access meeting information.",
        ] {
            let body = format!(r#"{{"code":3000,"message":"{other}"}}"#);
            assert!(is_refused(&call(400, &body), Refusal::OtherKind), "{other}");
        }
        for no_plan in [
            "Webinar plan is missing. You must subscribe to the webinar plan",
            "Subscription plan for webinar is missing. Enable webinar for this user",
        ] {
            let body = format!(r#"{{"code":200,"message":"{no_plan}"}}"#);
            assert!(is_refused(&call(400, &body), Refusal::NoPlan), "{no_plan}");
        }
    }

    #[test]
    fn only_a_refused_grant_ends_a_connection_at_the_token_endpoint() {
        let token = |status, body| {
            of_token(
                &Bad {
                    status,
                    body,
                    retry_after: None,
                },
                now(),
            )
        };
        for status in [400, 401] {
            assert!(matches!(
                token(
                    status,
                    r#"{"reason":"Invalid Token!","error":"invalid_grant"}"#
                ),
                Fault::GrantDead { .. }
            ));
            assert!(matches!(
                token(status, r#"{"error":"invalid_client"}"#),
                Fault::OurFault { .. }
            ));
        }
        assert!(matches!(token(500, "<html>"), Fault::Lost { .. }));
        assert!(matches!(token(200, "garbage"), Fault::Lost { .. }));
        assert!(matches!(token(429, ""), Fault::Busy { .. }));
    }
}
