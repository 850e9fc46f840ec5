//! The tour: what a host and guests do, over HTTP, with a check after each step of what Zoom and
//! the mailbox then hold. Anything that isn't as promised ends it with an error.

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::mailbox::{self, Mail};
use crate::stage::{Stage, free_ports, until};
use crate::{say, seed};

const GRACE: &str = "grace@example.com";

pub async fn run() -> anyhow::Result<()> {
    let mut stage = Stage::start(free_ports()?).await?;
    seed::people(&mut stage).await?;
    let mut tour = Tour { stage };
    let mut ada = seed::sign_in(&tour.stage, &seed::PEOPLE[0]).await?;
    tour.connects(&mut ada).await?;
    let booked = tour.books(&mut ada).await?;
    let moved = tour.moves(booked).await?;
    tour.cancels(moved).await?;
    tour.books_while_zoom_is_down().await?;
    tour.loses_an_answer().await?;
    tour.breaks_and_reconnects(&mut ada).await?;
    say("\nAll as promised.");
    Ok(())
}

struct Tour {
    stage: Stage,
}

/// A booking as its guest sees it.
struct Booked {
    page: Page,
    link: String,
    uid: String,
    sequence: i64,
}

impl Tour {
    async fn connects(&self, ada: &mut Browser) -> anyhow::Result<()> {
        step("Ada turns Zoom on, connects her account, and offers an Intro call there");
        seed::zoom_on(ada).await?;
        seed::connect(&self.stage, ada, "personal", "ada@engines.example").await?;
        let page = ada.open("/360/integrations/zoom").await?.fine()?;
        ensure!(
            page.text()
                .contains("ada@engines.example · Personal Connected"),
            "{}",
            page.text()
        );
        seed::offer_zoom(ada).await?;
        let grants = self.ledger("oauth.token").await?.len();
        ensure!(
            grants == 1,
            "Zoom gave tokens {grants} times instead of once"
        );
        told("Zoom gave tokens once; the page shows ada@engines.example, Connected");
        Ok(())
    }

    async fn books(&self, ada: &mut Browser) -> anyhow::Result<Booked> {
        step("Grace books the first free time");
        let page = seed::book(&self.stage, "/ada/intro-call", ("Grace Hopper", GRACE)).await?;
        let page = self.until_ready(&page.path).await?;
        let link = join_link(&page)?;
        told(&format!("her page shows {link}"));

        let created = self.ledger("meeting.create").await?;
        ensure!(
            created.len() == 1,
            "{} meetings were created instead of one",
            created.len()
        );
        let sent = &created[0]["request"];
        for (setting, wanted) in [("waiting_room", true), ("join_before_host", false)] {
            ensure!(
                sent["settings"][setting] == wanted,
                "{setting} was not sent as {wanted}"
            );
        }
        ensure!(
            sent["default_password"] == true,
            "no passcode was asked for"
        );
        let held = self.meetings().await?;
        ensure!(
            held.len() == 1 && held[0]["join_url"] == link.as_str(),
            "Zoom holds {held:?}"
        );
        ensure!(
            held[0]["passcode"].is_string(),
            "Zoom’s meeting has no passcode"
        );
        told("Zoom holds one meeting: waiting room on, passcode on, join before host off");

        let mail = self.mail(GRACE, 1, "the confirmation").await?;
        same_link(&mail, &link)?;
        ensure!(
            mail.method.as_deref() == Some("REQUEST"),
            "the invite is no REQUEST"
        );
        ensure!(
            mail.property("SUMMARY").as_deref() == Some(mail.subject.as_str()),
            "SUMMARY differs"
        );
        told(&format!(
            "mail to {GRACE}: “{}”, the same link in text, HTML and invite",
            mail.subject
        ));

        let details = format!("/360/meetings/{}", id_of(&page.path)?);
        let details = ada.open(&details).await?.fine()?;
        ensure!(
            details.links("/j/").contains(&link),
            "Ada’s details show another link"
        );
        told("Ada’s booking details show the same link");
        let (uid, sequence) = (uid(&mail)?, sequence(&mail)?);
        Ok(Booked {
            page,
            link,
            uid,
            sequence,
        })
    }

    async fn moves(&self, booked: Booked) -> anyhow::Result<Booked> {
        step("Grace moves it to another time");
        let mut guest = self.stage.browser();
        let address = booked
            .page
            .links("/reschedule")
            .first()
            .context("no way to move")?
            .clone();
        let times = guest.open(&address).await?.fine()?;
        let slots = times.links("start=");
        let slot = slots
            .get(1)
            .or(slots.first())
            .context("no other time is on offer")?;
        let form = guest.open(slot).await?.fine()?;
        let start = form.field("start").context("the form has no time")?;
        let zone = form.field("tz").unwrap_or_default();
        let fields = [
            ("start", start.as_str()),
            ("tz", &zone),
            ("reason", "A train is late."),
        ];
        let page = guest.submit(&address, &fields).await?.fine()?;
        ensure!(page.text().contains("Moved"), "not moved: {}", page.text());

        let mail = self.mail(GRACE, 2, "the mail about the move").await?;
        let updates = self.ledger("meeting.update").await?;
        ensure!(
            updates.len() == 1,
            "{} updates were sent instead of one",
            updates.len()
        );
        let asked: jiff::Timestamp = updates[0]["request"]["start_time"]
            .as_str()
            .unwrap_or_default()
            .parse()?;
        let wanted: jiff::Timestamp = start.parse()?;
        ensure!(asked == wanted, "Zoom was told {asked} instead of {wanted}");
        let held = self.meetings().await?;
        ensure!(
            held.len() == 1 && held[0]["join_url"] == booked.link.as_str(),
            "Zoom holds {held:?}"
        );
        told(&format!(
            "Zoom got one PATCH, with {asked}; the link is the same"
        ));
        same_link(&mail, &booked.link)?;
        self.same_invite(&mail, &booked, "REQUEST")?;
        let page = self.until_ready(&page.path).await?;
        ensure!(
            join_link(&page)? == booked.link,
            "the page shows another link"
        );
        Ok(Booked {
            page,
            sequence: sequence(&mail)?,
            ..booked
        })
    }

    async fn cancels(&self, booked: Booked) -> anyhow::Result<()> {
        step("Grace cancels");
        let mut guest = self.stage.browser();
        let address = booked
            .page
            .links("/cancel")
            .first()
            .context("no way to cancel")?
            .clone();
        let page = guest.submit(&address, &[("reason", "")]).await?.fine()?;
        ensure!(
            page.text().contains("Canceled"),
            "not canceled: {}",
            page.text()
        );
        until("Zoom’s meeting is gone", async || {
            Ok(self.meetings().await?.is_empty())
        })
        .await?;
        let deletes = self.ledger("meeting.delete").await?.len();
        ensure!(deletes == 1, "{deletes} deletes were sent instead of one");
        told("Zoom got one DELETE and holds nothing");
        let mail = self.mail(GRACE, 3, "the mail about the cancel").await?;
        self.same_invite(&mail, &booked, "CANCEL")?;
        ensure!(
            !mail.text.contains(&booked.link),
            "the mail still has the link"
        );
        Ok(())
    }

    async fn books_while_zoom_is_down(&mut self) -> anyhow::Result<()> {
        step("Zoom goes down, and Alan books");
        let before = self.ledger("meeting.create").await?.len();
        self.stage.relay.goes_down().await;
        let alan = "alan@example.com";
        let page = seed::book(&self.stage, "/ada/intro-call", ("Alan Turing", alan)).await?;
        ensure!(
            page.text().contains("is being prepared"),
            "not told to wait: {}",
            page.text()
        );
        let mail = self.mail(alan, 1, "the confirmation without link").await?;
        ensure!(!mail.text.contains("/j/"), "a link that can’t be there");
        ensure!(
            mail.property("LOCATION").as_deref() == Some("Zoom (link to follow)"),
            "LOCATION"
        );
        told("he is booked at once, and his mail says that the link follows");

        self.stage.relay.comes_back().await?;
        let page = self.until_ready(&page.path).await?;
        let mail = self.mail(alan, 2, "the mail with the link").await?;
        same_link(&mail, &join_link(&page)?)?;
        let created = created(&self.ledger("meeting.create").await?[before..]);
        ensure!(created == 1, "{created} meetings were made instead of one");
        told("Zoom is back: one meeting, and one mail “Your Zoom link is ready”");
        Ok(())
    }

    async fn loses_an_answer(&self) -> anyhow::Result<()> {
        step("Zoom makes a meeting for Kurt, and its answer is lost on the way");
        let before = self.ledger("meeting.create").await?.len();
        self.sim(
            "/sim/faults",
            json!({ "on": "create", "kind": "drop_after", "times": 1 }),
        )
        .await?;
        let kurt = "kurt@example.com";
        let page = seed::book(&self.stage, "/ada/intro-call", ("Kurt Gödel", kurt)).await?;
        let page = self.until_ready(&page.path).await?;
        let link = join_link(&page)?;
        let sent = self.ledger("meeting.create").await?.len() - before;
        ensure!(sent == 1, "the create was sent {sent} times");
        let held = self.meetings().await?;
        ensure!(
            held.iter().any(|m| m["join_url"] == link.as_str()),
            "the page shows another link"
        );
        ensure!(
            held.len() == 2,
            "Zoom holds {} meetings instead of Alan’s and Kurt’s",
            held.len()
        );
        told("it was found by its mark: still exactly one meeting");
        Ok(())
    }

    async fn breaks_and_reconnects(&self, ada: &mut Browser) -> anyhow::Result<()> {
        step("Ada’s access is revoked at Zoom, and Emmy books");
        let before = self.ledger("meeting.create").await?.len();
        let users = self.list("/sim/state", "users").await?;
        let user = users
            .iter()
            .find(|user| user["email"] == "ada@engines.example")
            .and_then(|user| user["id"].as_str())
            .context("Zoom doesn’t know Ada")?;
        self.sim(&format!("/sim/users/{user}/revoke"), json!({}))
            .await?;
        until("the connection is shown as broken", async || {
            let page = ada.open("/360/integrations").await?.fine()?;
            Ok(page.text().contains("Connection broken"))
        })
        .await?;
        told("Zoom told of it; Integrations shows Connection broken");
        let emmy = "emmy@example.com";
        let page = seed::book(&self.stage, "/ada/intro-call", ("Emmy Noether", emmy)).await?;
        let mail = self.mail(emmy, 1, "the confirmation without link").await?;
        ensure!(!mail.text.contains("/j/"), "a link that can’t be there");
        let sent = self.ledger("meeting.create").await?.len() - before;
        ensure!(sent == 0, "{sent} creates were sent without access");
        told("she is booked at once, and Zoom was not asked for a meeting");

        seed::connect(&self.stage, ada, "personal", "ada@engines.example").await?;
        let page = self.until_ready(&page.path).await?;
        let mail = self.mail(emmy, 2, "the mail with the link").await?;
        same_link(&mail, &join_link(&page)?)?;
        let made = created(&self.ledger("meeting.create").await?[before..]);
        ensure!(made == 1, "{made} meetings were made instead of one");
        told("Ada reconnects: one meeting, and one mail “Your Zoom link is ready”");
        Ok(())
    }

    async fn until_ready(&self, path: &str) -> anyhow::Result<Page> {
        let mut guest = self.stage.browser();
        let mut last = None;
        until("the link is on the page", async || {
            let page = guest.open(path).await?.fine()?;
            let ready = page.text().contains("Link ready");
            last = Some(page);
            Ok(ready)
        })
        .await?;
        last.context("no page")
    }

    /// The newest mail to this address, once there are as many as there should be and no more.
    async fn mail(&self, to: &str, count: usize, what: &str) -> anyhow::Result<Mail> {
        let folder = self.stage.outbox();
        let mut found = Vec::new();
        until(&format!("{what} is there"), async || {
            found = mailbox::read(&folder)?
                .into_iter()
                .filter(|mail| mail.to == to)
                .collect();
            Ok(found.len() >= count)
        })
        .await?;
        ensure!(
            found.len() == count,
            "{to} got {} mails instead of {count}",
            found.len()
        );
        found.pop().context("no mail")
    }

    fn same_invite(&self, mail: &Mail, before: &Booked, method: &str) -> anyhow::Result<()> {
        ensure!(
            mail.method.as_deref() == Some(method),
            "the invite is no {method}"
        );
        ensure!(uid(mail)? == before.uid, "the UID has changed");
        let now = sequence(mail)?;
        ensure!(
            now > before.sequence,
            "SEQUENCE {now} is not above {}",
            before.sequence
        );
        told(&format!(
            "mail “{}”: {method}, the same UID, SEQUENCE {now}",
            mail.subject
        ));
        Ok(())
    }

    async fn meetings(&self) -> anyhow::Result<Vec<Value>> {
        self.list("/sim/meetings", "meetings").await
    }

    async fn ledger(&self, operation: &str) -> anyhow::Result<Vec<Value>> {
        let mut entries = self.list("/sim/ledger", "ledger").await?;
        entries.retain(|entry| entry["operation"] == operation);
        Ok(entries)
    }

    async fn list(&self, path: &str, name: &str) -> anyhow::Result<Vec<Value>> {
        let url = format!("{}{path}", self.stage.zoom);
        let body: Value = self.stage.http.get(url).send().await?.json().await?;
        let list = body.get(name).unwrap_or(&body);
        let items = list
            .as_array()
            .with_context(|| format!("{path} answered {list}"))?;
        Ok(items.clone())
    }

    async fn sim(&self, path: &str, body: Value) -> anyhow::Result<()> {
        let url = format!("{}{path}", self.stage.zoom);
        let answer = self.stage.http.post(url).json(&body).send().await?;
        ensure!(
            answer.status().is_success(),
            "{path} answered {}",
            answer.status()
        );
        Ok(())
    }
}

/// Creates that had an effect: those sent while Zoom was down had none.
fn created(entries: &[Value]) -> usize {
    entries
        .iter()
        .filter_map(|entry| entry["effect"]["created"].as_array())
        .map(Vec::len)
        .sum()
}

fn join_link(page: &Page) -> anyhow::Result<String> {
    page.links("/j/")
        .into_iter()
        .find(|link| !link.contains("calendar"))
        .context("no join link")
}

fn id_of(path: &str) -> anyhow::Result<&str> {
    path.strip_prefix("/booking/")
        .and_then(|rest| rest.split(['?', '/']).next())
        .context("no id")
}

fn same_link(mail: &Mail, link: &str) -> anyhow::Result<()> {
    ensure!(mail.text.contains(link), "the mail’s text lacks {link}");
    let html = crate::browser::unescape(&mail.html);
    ensure!(html.contains(link), "the mail’s HTML lacks {link}");
    let place = mail.property("LOCATION");
    ensure!(
        place.as_deref() == Some(link),
        "the invite’s LOCATION is {place:?}"
    );
    Ok(())
}

fn uid(mail: &Mail) -> anyhow::Result<String> {
    mail.property("UID").context("the invite has no UID")
}

fn sequence(mail: &Mail) -> anyhow::Result<i64> {
    Ok(mail
        .property("SEQUENCE")
        .context("the invite has no SEQUENCE")?
        .parse()?)
}

fn step(words: &str) {
    say(&format!("\n• {words}"));
}

fn told(words: &str) {
    say(&format!("    {words}"));
}
