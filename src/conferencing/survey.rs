//! What depends on each connection of an org: whose meetings it hosts, what waits for it, what
//! takes its place. The sentences with names and counts are made from it, so that they agree.

pub mod store;

use std::borrow::Cow;

use jiff::Timestamp;

use super::store::{self as connections, CANNOT_HOST, Linked};
use super::{Account, ConnectionRole, ProviderKind};
use crate::accounts::{self, Org, Person};
use crate::app::App;
use crate::db::Reader;
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::language::Language;
use crate::record;
use crate::rollout::hosting::{Host, Situation, WhyNone, who_hosts};
use crate::rollout::{self, Rollout};

record! {
    /// An event type that takes place online, with one of its hosts.
    #[derive(Clone, Debug)]
    pub struct Offered {
        pub id: Id<EventType>,
        pub title: String,
        pub kind: event_types::Kind,
        pub webinar_at: Option<Timestamp>,
        pub host_id: Id<Person>,
    }
}

record! {
    /// A meeting without its link.
    #[derive(Clone, Debug)]
    pub struct Waiting {
        pub host_id: Id<Person>,
        pub summary: String,
        pub starts_at: Timestamp,
        pub bookings: i64,
    }
}

record! {
    #[derive(Clone, Debug)]
    pub struct WithLink {
        pub account_id: Id<Account>,
        pub host_id: Id<Person>,
        pub bookings: i64,
    }
}

pub struct Survey {
    app: App,
    pub set_up: bool,
    pub rollout: Rollout,
    /// The first connected first.
    pub linked: Vec<Linked>,
    pub people: Vec<Person>,
    offered: Vec<Offered>,
    /// The next to start first.
    waiting: Vec<Waiting>,
    with_link: Vec<WithLink>,
}

impl Survey {
    pub async fn load(reader: &mut Reader, app: &App, org: Id<Org>) -> anyhow::Result<Survey> {
        let now = app.now();
        Ok(Survey {
            set_up: app.providers.has(ProviderKind::Zoom),
            rollout: rollout::store::rollout(reader, org).await?,
            linked: connections::linked(reader, org).await?,
            people: accounts::store::people(reader, org).await?,
            offered: store::offered(reader, org).await?,
            waiting: store::waiting(reader, org, now).await?,
            with_link: store::with_link(reader, org, now).await?,
            app: app.clone(),
        })
    }

    pub fn is_on(&self) -> bool {
        self.rollout.enabled_at.is_some()
    }

    fn situation(&self, host: Id<Person>) -> Situation {
        connections::situation_of(&self.app, &self.rollout, &self.linked, host)
    }

    /// As if the server and the org let Zoom be used.
    fn were_it_on(&self, host: Id<Person>) -> Situation {
        Situation {
            set_up: true,
            enabled: true,
            ..self.situation(host)
        }
    }

    /// Who hosts this person's bookings now, or why nobody.
    pub fn host_of(&self, person: Id<Person>) -> Result<Host, WhyNone> {
        who_hosts(&self.situation(person))
    }

    /// Whether it hosts anybody's bookings now.
    pub fn hosts(&self, linked: &Linked) -> bool {
        let this = linked.connection.id;
        self.people
            .iter()
            .any(|person| self.host_of(person.id).is_ok_and(|h| h.connection == this))
    }

    /// Who would host for somebody without an account of their own.
    pub fn host_of_the_rest(&self) -> Result<Host, WhyNone> {
        who_hosts(&self.of_the_rest())
    }

    fn of_the_rest(&self) -> Situation {
        let nobody = Id::from_uuid(uuid::Uuid::nil());
        self.situation(nobody)
    }

    /// Who would host for them, were Zoom on and this connection a shared one.
    pub fn host_of_the_rest_with(&self, shared: &Linked) -> Result<Host, WhyNone> {
        let mut all = self.linked.clone();
        for linked in &mut all {
            if linked.connection.id == shared.connection.id {
                linked.connection.role = ConnectionRole::Shared;
            }
        }
        let nobody = Id::from_uuid(uuid::Uuid::nil());
        who_hosts(&Situation {
            set_up: true,
            enabled: true,
            ..connections::situation_of(&self.app, &self.rollout, &all, nobody)
        })
    }

    /// The shared account that hosts for those without their own, were Zoom on.
    pub fn default_account(&self) -> Option<Id<Account>> {
        let situation = Situation {
            set_up: true,
            enabled: true,
            ..self.of_the_rest()
        };
        who_hosts(&situation).ok().map(|host| host.account)
    }

    /// Whether this connection hosts for the person, were it whole and Zoom on.
    fn serves(&self, linked: &Linked, person: Id<Person>) -> bool {
        let mut situation = self.were_it_on(person);
        for candidate in situation.own.iter_mut().chain(&mut situation.shared) {
            if candidate.connection == linked.connection.id {
                candidate.broken = false;
                candidate.refused = linked.account.plan == CANNOT_HOST;
            }
        }
        who_hosts(&situation).is_ok_and(|host| host.connection == linked.connection.id)
    }

    /// Whether it hosts for those it is for, were it whole: its owner, or all without their own.
    pub fn serves_its_own(&self, linked: &Linked) -> bool {
        let person = match linked.connection.role {
            ConnectionRole::Personal => linked.connection.owner_id,
            ConnectionRole::Shared => Id::from_uuid(uuid::Uuid::nil()),
        };
        self.serves(linked, person)
    }

    /// Bookings that get no link before this connection is whole again.
    pub fn waiting_for(&self, linked: &Linked) -> i64 {
        self.count(|host| self.needs(linked, host))
    }

    /// The meetings they are in, the next to start first.
    pub fn meetings_waiting_for(&self, linked: &Linked) -> impl Iterator<Item = &Waiting> {
        let those = self.waiting.iter();
        those.filter(move |waiting| self.needs(linked, waiting.host_id))
    }

    fn needs(&self, linked: &Linked, host: Id<Person>) -> bool {
        who_hosts(&self.were_it_on(host)).is_err() && self.serves(linked, host)
    }

    /// Bookings without a link that this connection is to host now.
    pub fn getting(&self, linked: &Linked) -> i64 {
        self.count(|host| {
            self.host_of(host)
                .is_ok_and(|host| host.connection == linked.connection.id)
        })
    }

    fn count(&self, counts: impl Fn(Id<Person>) -> bool) -> i64 {
        let those = self.waiting.iter().filter(|w| counts(w.host_id));
        those.map(|waiting| waiting.bookings).sum()
    }

    /// Upcoming bookings whose link is on this account.
    pub fn with_link(&self, linked: &Linked) -> i64 {
        self.with_link_where(linked, |_| true)
    }

    /// The same, of those whose host is somebody else.
    pub fn with_link_of_others(&self, linked: &Linked, person: Id<Person>) -> i64 {
        self.with_link_where(linked, |host| host != person)
    }

    fn with_link_where(&self, linked: &Linked, counts: impl Fn(Id<Person>) -> bool) -> i64 {
        let those = self.with_link.iter();
        those
            .filter(|row| row.account_id == linked.account.id && counts(row.host_id))
            .map(|row| row.bookings)
            .sum()
    }

    pub fn all_with_link(&self) -> i64 {
        self.with_link.iter().map(|row| row.bookings).sum()
    }

    /// The event types whose bookings this connection hosts, or would were it whole.
    pub fn event_types_of(&self, linked: &Linked) -> Vec<&Offered> {
        self.each_once(|offered| self.serves(linked, offered.host_id))
    }

    pub fn is_offered_online(&self, id: Id<EventType>) -> bool {
        self.offered.iter().any(|offered| offered.id == id)
    }

    /// All that take place online.
    pub fn event_types(&self) -> usize {
        self.each_once(|_| true).len()
    }

    /// Groups that are webinars while the org lets them.
    pub fn webinars(&self) -> usize {
        self.each_once(|o| o.kind.is_group() && o.webinar_at.is_some())
            .len()
    }

    /// Rows of one event type stand together.
    fn each_once(&self, counts: impl Fn(&Offered) -> bool) -> Vec<&Offered> {
        let mut all: Vec<&Offered> = self.offered.iter().filter(|o| counts(o)).collect();
        all.dedup_by_key(|offered| offered.id);
        all
    }

    /// Who hosts when this connection is gone, for those it serves.
    pub fn instead_of(&self, linked: &Linked) -> Result<Host, WhyNone> {
        let mut situation = match linked.connection.role {
            ConnectionRole::Personal => self.situation(linked.connection.owner_id),
            ConnectionRole::Shared => self.of_the_rest(),
        };
        let gone = linked.connection.id;
        situation.own = situation.own.filter(|own| own.connection != gone);
        situation.shared.retain(|shared| shared.connection != gone);
        who_hosts(&situation)
    }

    pub fn own(&self, person: Id<Person>) -> Option<&Linked> {
        self.linked.iter().find(|l| {
            l.connection.role == ConnectionRole::Personal && l.connection.owner_id == person
        })
    }

    pub fn name_of(&self, person: Id<Person>, language: Language) -> Cow<'_, str> {
        match self.people.iter().find(|p| p.id == person) {
            Some(person) => Cow::Borrowed(&person.name),
            None => language.word("zoom-somebody"),
        }
    }
}

/// "Intro call", "Intro call, Demo", "Intro call, Demo, Talk and 4 more".
pub fn at_most_three(titles: &[&str], language: Language) -> String {
    match titles {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            let words = language.say("zoom-and-more").with("more", rest.len());
            let three = format!("{first}, {second}, {third}");
            words.with("titles", three).into()
        }
        few => few.join(", "),
    }
}

/// "2 event types use this account: Intro call, Demo. Their new bookings will use …"
pub fn what_follows(survey: &Survey, linked: &Linked, language: Language) -> String {
    let titles: Vec<&str> = survey
        .event_types_of(linked)
        .iter()
        .map(|offered| offered.title.as_str())
        .collect();
    if titles.is_empty() {
        return language.word("disconnect-not-used").into_owned();
    }
    let words = match survey.instead_of(linked) {
        Ok(host) => language.say("disconnect-next").with("account", host.email),
        Err(_) => language.say("disconnect-no-link"),
    };
    words
        .with("types", titles.len())
        .with("titles", at_most_three(&titles, language))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_three_names_are_cut_short() {
        assert_eq!(at_most_three(&["A"], Language::English), "A");
        assert_eq!(
            at_most_three(&["A", "B", "C"], Language::English),
            "A, B, C"
        );
        assert_eq!(
            at_most_three(&["A", "B", "C", "D", "E", "F", "G"], Language::English),
            "A, B, C and 4 more"
        );
    }
}
