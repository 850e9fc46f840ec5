//! Event types and bookings made without pages, for tests of what comes after.

use jiff::Timestamp;

use super::TestApp;
use crate::accounts::Person;
use crate::availability::hours::Hours;
use crate::availability::store::{Overrides, Schedule, Weekly};
use crate::booking::form::{FormToken, Request};
use crate::booking::{Answers, Booking, Guests, book, store};
use crate::db::sql;
use crate::event_types::look::Look;
use crate::event_types::{EventType, Kind, Location, Questions};
use crate::id::Id;
use crate::language::Language;
use crate::teams::{self, Team};
use crate::text::Email;
use crate::zone::Zone;

impl TestApp {
    /// An event type of 42 minutes that can be booked from nine to five, Monday to Friday, in the
    /// person's zone, for sixty days, without notice; it starts each quarter of an hour.
    pub async fn offers(&self, person: &Person, title: &str, location: Location) -> EventType {
        let now = self.now();
        let hours = Hours::nine_to_five(person.timezone.clone());
        let schedule = Schedule {
            id: self.app.entropy.id(now),
            org_id: person.org_id,
            person_id: person.id,
            name: title.to_owned(),
            timezone: hours.zone.clone(),
            weekly: Weekly(hours.weekly.clone()),
            overrides: Overrides(hours.overrides),
            default_since: None,
            created_at: now,
        };
        let event_type = EventType {
            id: self.app.entropy.id(now),
            org_id: person.org_id,
            person_id: person.id,
            kind: Kind::OneOnOne,
            team_id: None,
            title: title.to_owned(),
            slug: title.to_lowercase().replace(' ', "-"),
            minutes: 42,
            color: "#7c3aed".to_owned(),
            location,
            location_value: None,
            public_description: String::new(),
            internal_description: String::new(),
            schedule_id: Some(schedule.id),
            horizon_days: 60,
            notice_minutes: 0,
            buffer_before: 0,
            buffer_after: 0,
            increment: 15,
            max_per_day: None,
            max_per_week: None,
            max_per_month: None,
            questions: Questions::default(),
            look: Look::default(),
            seats: None,
            show_remaining_at: None,
            webinar_at: None,
            guests_allowed_at: Some(now),
            reschedule_disabled_at: None,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        };
        let made = event_type.clone();
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    crate::availability::store::insert(tx, &schedule).await?;
                    Ok(crate::event_types::store::insert(tx, &made).await?)
                })
            })
            .await
            .unwrap();
        event_type
    }

    /// The person works from nine to five by default, in their own zone.
    pub async fn works(&self, person: &Person) {
        let now = self.now();
        let hours = Hours::nine_to_five(person.timezone.clone());
        let schedule = Schedule {
            id: self.app.entropy.id(now),
            org_id: person.org_id,
            person_id: person.id,
            name: "Working hours".to_owned(),
            timezone: hours.zone.clone(),
            weekly: Weekly(hours.weekly.clone()),
            overrides: Overrides(hours.overrides),
            default_since: Some(now),
            created_at: now,
        };
        self.write(move |tx| {
            Box::pin(async move { Ok(crate::availability::store::insert(tx, &schedule).await?) })
        })
        .await;
    }

    /// A team of people who work from nine to five.
    pub async fn team(&self, name: &str, members: &[&Person]) -> Team {
        for member in members {
            self.works(member).await;
        }
        self.team_of(name, members).await
    }

    /// A team of people who have their hours already.
    pub async fn team_of(&self, name: &str, members: &[&Person]) -> Team {
        let org = members[0].org_id;
        let slug = name.to_lowercase().replace(' ', "-");
        let team = Team::new(
            self.app.entropy.id(self.now()),
            org,
            name,
            &slug,
            self.now(),
        );
        let ids: Vec<Id<Person>> = members.iter().map(|member| member.id).collect();
        let (made, now) = (team.clone(), self.now());
        self.write(move |tx| {
            Box::pin(async move {
                teams::store::insert(tx, &made).await?;
                Ok(teams::store::set_members(tx, made.org_id, made.id, &ids, now).await?)
            })
        })
        .await;
        team
    }

    /// Changes an event type, as its editor would.
    pub async fn edits(
        &self,
        event_type: &EventType,
        change: impl FnOnce(&mut EventType),
    ) -> EventType {
        let mut edited = event_type.clone();
        change(&mut edited);
        let stored = edited.clone();
        self.write(move |tx| {
            Box::pin(async move { Ok(crate::event_types::store::update(tx, &stored).await?) })
        })
        .await;
        edited
    }

    /// One write, which a test knows to succeed.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl for<'a> FnOnce(
            &'a mut crate::db::Tx,
        ) -> futures_util::future::BoxFuture<'a, anyhow::Result<T>>
        + Send
        + 'static,
    ) -> T {
        self.app
            .db
            .write::<T, anyhow::Error, _>(work)
            .await
            .unwrap()
    }

    /// Books a start that is on offer, as an invitee would.
    pub async fn books(
        &self,
        event_type: &EventType,
        name: &str,
        email: &str,
        start: &str,
    ) -> Booking {
        let request = self.request(name, email, start);
        book::book(&self.app, event_type.org_id, event_type.id, &request)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    /// What the booking form would have read.
    pub fn request(&self, name: &str, email: &str, start: &str) -> Request {
        Request {
            start: start.parse::<Timestamp>().unwrap(),
            name: name.to_owned(),
            email: Email::parse(email).unwrap(),
            zone: Zone::parse("Europe/Madrid").unwrap(),
            language: Language::English,
            guests: Guests::default(),
            answers: Answers::default(),
            place: None,
            token: FormToken::parse(&self.app.entropy.token()).unwrap(),
        }
    }

    /// The booking as it is stored now.
    pub async fn booking(&self, booking: &Booking) -> Booking {
        let mut reader = self.app.db.read().await.unwrap();
        store::booking(&mut reader, booking.org_id, booking.id)
            .await
            .unwrap()
            .unwrap()
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let mut reader = self.app.db.read().await.unwrap();
        sql(format!("SELECT COUNT(*) FROM {table}"))
            .one(&mut reader)
            .await
            .unwrap()
    }

    /// What the host says of the place.
    pub async fn says(&self, event_type: &EventType, words: &'static str) {
        let id = event_type.id;
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    sql("UPDATE event_types SET location_value = $2 WHERE id = $1")
                        .bind(id)
                        .bind(words)
                        .run(tx)
                        .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    /// Sets one number of an event type.
    pub async fn sets(&self, event_type: &EventType, column: &'static str, value: Option<i64>) {
        let id = event_type.id;
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    sql(format!(
                        "UPDATE event_types SET {column} = $2 WHERE id = $1"
                    ))
                    .bind(id)
                    .bind(value)
                    .run(tx)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
}
