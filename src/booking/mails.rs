//! Letters about a meeting: what changed since each recipient was last told, written in one
//! transaction with the note that they were told.

use super::letters::{
    self, AsksCalendars, Audience, Elsewhere, Facts, News, Recipient, Told, ToldState,
};
use super::place::place_words;
use super::wording::{self, Left, Scene, Urls};
use super::{Booking, Meeting, cancel_path, manage_path, reschedule_path, store};
use crate::accounts::{self, Org, Person};
use crate::app::App;
use crate::clock::hours;
use crate::conferencing::view::{self, Online};
use crate::db::{Reader, Tx};
use crate::event_types::{self, EventType};
use crate::invites::Invite;
use crate::invites::ics::{self, Method};
use crate::language::Language;
use crate::mail::sheet::Sheet;
use crate::mail::{self, Calendar, Letter, Mailbox};
use crate::outbox::{self, Job, Outcome};
use crate::planted::point;
use crate::teams::{self, Team};

/// One round of letters. When the link is still missing the job ends all the same: whoever makes
/// the link asks for the next round.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let (app, job) = (app.clone(), job.clone());
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                // Meetings before jobs, as moves take them; and all that a letter may speak of, so
                // that two rounds never tell of one place at once.
                let Some(found) = store::meeting_of_job(tx, job.subject()).await? else {
                    return Ok(Outcome::Done);
                };
                let org = found.org_id;
                let all = store::meetings_of_places(tx, org, found.id).await?;
                store::hold(tx, org, &all).await?;
                if !outbox::store::still_ours(tx, &job).await? {
                    return Ok(Outcome::Done);
                }
                let Some(meeting) = store::meeting_of_job(tx, job.subject()).await? else {
                    return Ok(Outcome::Done);
                };
                let online = view::online(tx, &app, &meeting).await?;
                round(&app, tx, &meeting, &online).await?;
                point::pass("letters.writing")?;
                Ok(outbox::store::done(tx, &job, app.now()).await?)
            })
        })
        .await
}

/// Two hours before the start: is there still no way to join? The host is told, once for each time
/// the meeting is planned at.
pub async fn last_call(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let (app, job) = (app.clone(), job.clone());
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                if !outbox::store::still_ours(tx, &job).await? {
                    return Ok(Outcome::Done);
                }
                let Some(meeting) = store::meeting_of_job(tx, job.subject()).await? else {
                    return Ok(Outcome::Done);
                };
                let online = view::online(tx, &app, &meeting).await?;
                remind(&app, tx, &meeting, &online).await
            })
        })
        .await
}

/// Who and what the letters of a meeting speak of.
struct Cast {
    org: Org,
    host: Person,
    event_type: EventType,
    team: Option<Team>,
    bookings: Vec<Booking>,
}

async fn cast(reader: &mut Reader, meeting: &Meeting) -> anyhow::Result<Cast> {
    let org_id = meeting.org_id;
    let missing = |what: &str| anyhow::anyhow!("meeting {} has no {what}", meeting.id);
    let event_type = event_types::store::find(reader, org_id, meeting.event_type_id)
        .await?
        .ok_or_else(|| missing("event type"))?;
    Ok(Cast {
        org: accounts::store::org(reader, org_id)
            .await?
            .ok_or_else(|| missing("org"))?,
        host: accounts::store::person_in(reader, org_id, meeting.host_id)
            .await?
            .ok_or_else(|| missing("host"))?,
        team: match event_type.team_id.filter(|_| event_type.kind.takes_turns()) {
            Some(team) => teams::store::find(reader, org_id, team).await?,
            None => None,
        },
        event_type,
        bookings: store::bookings_of_meeting(reader, org_id, meeting.id).await?,
    })
}

/// Writes the letters that are due, and that they were written.
pub(super) async fn round(
    app: &App,
    tx: &mut Tx,
    meeting: &Meeting,
    online: &Online,
) -> anyhow::Result<()> {
    if meeting.ends_at() <= app.now() {
        // Nobody can act on it any more.
        return Ok(());
    }
    let cast = cast(tx, meeting).await?;
    let told = store::told(tx, meeting.org_id, meeting.id).await?;
    let place_of_all = |language| {
        let value = meeting.location_value.as_deref();
        place_words(language, meeting.location, value, online)
    };
    let for_host = place_of_all(Language::of_hosts());
    let wanted = letters::wanted(meeting, &cast.bookings, &cast.host, for_host.join_url());
    let elsewhere = Elsewhere {
        came_from: store::told_elsewhere(tx, meeting.org_id, meeting.id).await?,
        went_to: store::went_to(tx, meeting.org_id, meeting.id).await?,
    };
    let news = letters::diff(&wanted, &told, &elsewhere);
    let (here, there) = (
        letters::by_recipient(&told),
        letters::by_recipient(&elsewhere.came_from),
    );
    let before = |to: &Recipient| {
        let last = here.get(to).copied();
        let live = last.filter(|told| told.state == ToldState::Confirmed);
        live.or(there.get(to).copied()).or(last)
    };
    let asks = news
        .iter()
        .any(|(to, one)| asks_calendar(meeting, to.audience, one, before(to)));
    let asks = if asks {
        AsksCalendars::Yes
    } else {
        AsksCalendars::No
    };
    let sequence = letters::sequence(meeting.sequence, asks);
    if let (true, Some(sequence)) = (sequence != meeting.sequence, sequence) {
        store::set_sequence(tx, meeting.org_id, meeting.id, sequence).await?;
    }
    let live = cast.bookings.iter().filter(is_live).count();
    let mut left = LeftMeetings::default();
    let mut said_of_all = Vec::new();
    let (mut letters_due, mut now_known) = (Vec::new(), Vec::new());
    // What the host reads of a group is one conversation.
    let mut of_host = told
        .iter()
        .find(|told| told.audience == Audience::Host && meeting.kind.is_group())
        .map(|told| told.thread.clone());
    for (to, one) in &news {
        let want = wanted.iter().find(|want| want.to == *to);
        let named = want.map(|want| want.booking);
        let named = named.or(before(to).map(|told| told.booking_id));
        let Some(booking) = cast.bookings.iter().find(|b| Some(b.id) == named) else {
            anyhow::bail!(
                "meeting {}: news of a booking of another meeting",
                meeting.id
            );
        };
        let urls = urls(app, booking, &cast);
        let before = before(to);
        let of_all = letters::is_of_all(meeting, booking, to.audience, one, before);
        let of_host_too = of_host.as_ref().filter(|_| to.audience == Audience::Host);
        let language = wording::language(to.audience, booking);
        let place = match meeting.kind.is_group() && !of_all {
            true => {
                let value = booking.location_value.as_deref();
                place_words(language, booking.location, value, online)
            }
            false => place_of_all(language),
        };
        let scene = Scene {
            audience: to.audience,
            email: &to.email,
            news: one,
            before,
            thread: before.map(|told| &told.thread).or(of_host_too),
            is_in_still: *one == News::Canceled && is_in(&wanted, to),
            org: &cast.org,
            host: &cast.host,
            event_type: &cast.event_type,
            meeting,
            booking,
            of_all: of_all.then_some(live),
            online,
            place: &place,
            urls: &urls,
        };
        let old = match before.filter(|told| told.meeting_id != meeting.id) {
            Some(told) => Some(left.meeting(tx, meeting, told).await?),
            None => None,
        };
        let is_said = of_all && said_of_all.contains(&one.word());
        let letter = match is_said {
            true => None,
            false => Some(letter(app, &scene, sequence, old)?),
        };
        let facts = want.and_then(|want| want.facts.as_ref());
        let now_told = now_told(app, &scene, letter.as_ref(), facts);
        if to.audience == Audience::Host && meeting.kind.is_group() {
            of_host.get_or_insert_with(|| now_told.thread.clone());
        }
        now_known.push(now_told);
        if let Some(told) = before.filter(|told| told.meeting_id != meeting.id) {
            now_known.push(Told {
                state: ToldState::Canceled,
                ..told.clone()
            });
        }
        if of_all {
            said_of_all.push(one.word());
        }
        let wants_it = to.audience != Audience::Host || cast.host.notices_off_at.is_none();
        letters_due.extend(letter.filter(|_| wants_it));
    }
    store::put_told(tx, &now_known).await?;
    mail::store::enqueue_all(tx, &letters_due, app.now()).await
}

/// Whether this address has another place in the meeting: its calendar must keep it.
fn is_in(wanted: &[letters::Wanted], to: &Recipient) -> bool {
    wanted.iter().any(|want| {
        want.facts.is_some()
            && want.to.audience != Audience::Host
            && to.audience != Audience::Host
            && want.to.email.eq_ignore_ascii_case(&to.email)
    })
}

fn is_live(booking: &&Booking) -> bool {
    booking.status == super::Status::Confirmed
}

/// The meetings that places came from, each with the SEQUENCE by which it is taken back.
#[derive(Default)]
struct LeftMeetings(Vec<Left>);

impl LeftMeetings {
    async fn meeting(
        &mut self,
        tx: &mut Tx,
        now_in: &Meeting,
        told: &Told,
    ) -> anyhow::Result<&Left> {
        let known = self
            .0
            .iter()
            .position(|left| left.meeting.id == told.meeting_id);
        let at = match known {
            Some(at) => at,
            None => {
                let org = now_in.org_id;
                let missing = || anyhow::anyhow!("a told meeting is not in this org");
                let mut meeting = store::meeting(tx, org, told.meeting_id)
                    .await?
                    .ok_or_else(missing)?;
                let host = accounts::store::person_in(tx, org, meeting.host_id)
                    .await?
                    .ok_or_else(missing)?;
                let sequence = meeting.sequence.map_or(0, |last| last + 1);
                store::set_sequence(tx, org, meeting.id, sequence).await?;
                meeting.sequence = Some(sequence);
                let bookings = store::bookings_of_meeting(tx, org, meeting.id).await?;
                let still_in = bookings
                    .iter()
                    .filter(is_live)
                    .flat_map(|it| std::iter::once(&it.invitee_email).chain(&it.guests.0))
                    .map(|email| email.to_lowercase())
                    .collect();
                self.0.push(Left {
                    meeting,
                    host,
                    still_in,
                });
                self.0.len() - 1
            }
        };
        Ok(&self.0[at])
    }
}

async fn remind(
    app: &App,
    tx: &mut Tx,
    meeting: &Meeting,
    online: &Online,
) -> anyhow::Result<Outcome> {
    let now = app.now();
    let has_room = meeting.location.provider().is_none() || online.link().is_some();
    if meeting.over_at.is_some() || meeting.starts_at <= now {
        return Ok(Outcome::Done);
    }
    let due = meeting.starts_at - hours(2);
    if due > now {
        let why = "the meeting has moved".to_owned();
        return Ok(Outcome::Again { at: due, why });
    }
    if has_room {
        return Ok(Outcome::Done);
    }
    let cast = cast(tx, meeting).await?;
    let Some(booking) = cast.bookings.iter().find(is_live) else {
        return Ok(Outcome::Done);
    };
    let value = meeting.location_value.as_deref();
    let place = place_words(Language::of_hosts(), meeting.location, value, online);
    let urls = urls(app, booking, &cast);
    let scene = Scene {
        audience: Audience::Host,
        email: &cast.host.email,
        news: &News::Confirmed,
        before: None,
        thread: None,
        is_in_still: false,
        org: &cast.org,
        host: &cast.host,
        event_type: &cast.event_type,
        meeting,
        booking,
        of_all: None,
        online,
        place: &place,
        urls: &urls,
    };
    let sheet = wording::last_call(&scene);
    let letter = Letter {
        kind: LAST_CALL.to_owned(),
        calendar: None,
        thread: None,
        unsubscribe: None,
        ..written(app, &scene, &sheet)?
    };
    // The subject names the time: the same reminder is not written twice, whatever dies when.
    if !mail::store::is_written(tx, meeting.org_id, meeting.id, &letter).await? {
        mail::store::enqueue(tx, &letter, now).await?;
    }
    Ok(Outcome::Done)
}

const LAST_CALL: &str = "last-call";

/// The method of the calendar part. The host's own calendar is only informed: a REQUEST to an
/// event's own organizer is wrong. Who never got a REQUEST has nothing to cancel.
fn method(
    meeting: &Meeting,
    audience: Audience,
    news: &News,
    before: Option<&Told>,
) -> Option<Method> {
    match (audience, news) {
        // A place was given back: the event itself goes on as it is.
        (Audience::Host, News::Canceled) if meeting.over_at.is_none() => None,
        (Audience::Host, _) => Some(Method::Publish),
        (Audience::Invitee | Audience::Guest, News::Canceled) => before
            .and_then(|told| told.invited_at)
            .map(|_| Method::Cancel),
        (
            Audience::Invitee | Audience::Guest,
            News::Confirmed
            | News::LinkReady
            | News::Moved { .. }
            | News::LinkChanged
            | News::PlaceChanged,
        ) => Some(Method::Request),
    }
}

fn asks_calendar(
    meeting: &Meeting,
    audience: Audience,
    news: &News,
    before: Option<&Told>,
) -> bool {
    match method(meeting, audience, news, before) {
        Some(Method::Request | Method::Cancel) => true,
        // A host's calendar takes the end of an event only with a higher number.
        Some(Method::Publish) => *news == News::Canceled,
        None => false,
    }
}

/// `old`: the meeting the recipient knows, where that is another one.
fn letter(
    app: &App,
    scene: &Scene<'_>,
    sequence: Option<i64>,
    old: Option<&Left>,
) -> anyhow::Result<Letter> {
    let now = app.now();
    let taken_back = old.and_then(|old| scene.takes_back(old, now));
    let takes_back = taken_back.map(|(method, invite)| calendar(method, &invite));
    let (calendar, takes_back) = if *scene.news == News::Canceled && old.is_some() {
        (takes_back, None)
    } else {
        let invite = scene.invite(sequence.unwrap_or(0), now);
        let method = method(scene.meeting, scene.audience, scene.news, scene.before)
            .filter(|_| !scene.is_in_still);
        (method.map(|method| calendar(method, &invite)), takes_back)
    };
    let mut sheet = scene.sheet();
    // The title that the calendar knows it by.
    if let (News::Canceled, Some(old), Audience::Invitee | Audience::Guest) =
        (scene.news, old, scene.audience)
    {
        sheet.subject = wording::subject_canceled(sheet.language, scene.summary_of(old));
    }
    Ok(Letter {
        calendar,
        takes_back,
        ..written(app, scene, &sheet)?
    })
}

fn calendar(method: Method, invite: &Invite) -> Calendar {
    Calendar {
        method: method.name().to_owned(),
        ics: ics::render(method, invite),
        inline: match method {
            Method::Request | Method::Cancel => true,
            Method::Publish => false,
        },
    }
}

fn written(app: &App, scene: &Scene<'_>, sheet: &Sheet) -> anyhow::Result<Letter> {
    let host = Mailbox {
        name: scene.host.name.clone(),
        email: scene.host.email.clone(),
    };
    let invitee = Mailbox {
        name: scene.booking.invitee_name.clone(),
        email: scene.booking.invitee_email.clone(),
    };
    let via = |name: &str| sheet.language.say("letter-from").with("host", name).into();
    let (to, from_name, reply_to, unsubscribe) = match scene.audience {
        Audience::Invitee => (invitee, via(&host.name), host, None),
        Audience::Guest => {
            let guest = Mailbox {
                name: String::new(),
                email: scene.email.to_owned(),
            };
            (guest, via(&host.name), host, None)
        }
        Audience::Host => {
            let off = scene.urls.notices_off.clone();
            (host, "42min".to_owned(), invitee, Some(off))
        }
    };
    Ok(Letter {
        id: app.entropy.id(app.now()),
        org_id: scene.meeting.org_id,
        meeting_id: Some(scene.meeting.id),
        booking_id: Some(scene.booking.id),
        kind: scene.news.word().to_owned(),
        audience: scene.audience.word().to_owned(),
        to,
        from_name,
        reply_to: Some(reply_to),
        subject: sheet.subject.clone(),
        text: sheet.text()?,
        html: sheet.html()?,
        calendar: None,
        takes_back: None,
        thread: scene.thread.cloned(),
        unsubscribe,
    })
}

/// What the recipient knows once they have read this letter.
fn now_told(app: &App, scene: &Scene<'_>, letter: Option<&Letter>, facts: Option<&Facts>) -> Told {
    let host = app.config.base_url.host_str().unwrap_or("localhost");
    let was = scene.before;
    let invites = asks_calendar(scene.meeting, scene.audience, scene.news, was) && facts.is_some();
    let state = if facts.is_some() {
        ToldState::Confirmed
    } else {
        ToldState::Canceled
    };
    // Of what is off, what was known last stands; who never heard of it knows the booking's time.
    let last = was.map_or(
        Facts {
            starts_at: scene.booking.starts_at,
            minutes: scene.booking.minutes,
            place: String::new(),
            join_url: None,
        },
        |told| Facts {
            starts_at: told.starts_at,
            minutes: told.minutes,
            place: told.place.clone(),
            join_url: told.join_url.clone(),
        },
    );
    let Facts {
        starts_at,
        minutes,
        place,
        join_url,
    } = facts.cloned().unwrap_or(last);
    Told {
        meeting_id: scene.meeting.id,
        seat: scene.booking.seat,
        audience: scene.audience,
        email: scene.email.to_owned(),
        booking_id: scene.booking.id,
        state,
        starts_at,
        minutes,
        place,
        join_url,
        invited_at: was
            .filter(|told| told.meeting_id == scene.meeting.id)
            .and_then(|told| told.invited_at)
            .or(invites.then(|| app.now())),
        thread: match (scene.thread, letter) {
            (Some(thread), _) => thread.clone(),
            (None, Some(letter)) => letter.message_id(host),
            (None, None) => String::new(),
        },
    }
}

fn urls(app: &App, booking: &Booking, cast: &Cast) -> Urls {
    let url = |path: String| app.config.url(&path);
    let home = match &cast.team {
        Some(team) => team.path(),
        None => format!("/{}", cast.host.username),
    };
    let can_host = cast.host.is_active() || cast.team.is_some();
    let is_open = cast.event_type.disabled_at.is_none() && can_host;
    Urls {
        manage: url(manage_path(app, booking.id)),
        reschedule: url(reschedule_path(app, booking.id)),
        cancel: url(cancel_path(app, booking.id)),
        book_again: is_open.then(|| url(format!("{home}/{}", cast.event_type.slug))),
        open: url(format!("/360/meetings/{}", booking.id)),
        notices_off: url(accounts::notices::off_path(app, cast.host.id)),
    }
}

#[cfg(test)]
mod tests;
