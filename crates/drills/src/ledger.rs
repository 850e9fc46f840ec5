//! What people were told, in the order in which they were told it, and what is held against it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use jiff::Timestamp;

use crate::checker::{Ack, AtZoom, Circumstances, Deed, Evidence, Mail, Stored, Told, check};
use crate::people;
use crate::stage::Stage;

#[derive(Default)]
pub struct Ledger {
    acks: Vec<Ack>,
    circumstances: Circumstances,
    /// Letters don't change once they have left.
    mails: BTreeMap<PathBuf, Mail>,
}

impl Ledger {
    pub fn acks(&self) -> usize {
        let told = self.acks.iter().filter(|ack| ack.told == Told::Yes);
        told.count()
    }

    /// The bookings that somebody was told of until now.
    pub fn booked(&self) -> Vec<String> {
        let told = self.acks.iter().filter(|ack| ack.told == Told::Yes);
        told.filter_map(|ack| match &ack.deed {
            Deed::Booked { booking, .. } => Some(booking.clone()),
            Deed::Moved { to, .. } => to.clone(),
            Deed::Canceled { .. } | Deed::HostCanceled { .. } | Deed::HostMoved { .. } => None,
        })
        .collect()
    }

    /// Somebody read it on a page.
    pub fn told(&mut self, deed: Deed) {
        let told = Told::Yes;
        self.acks.push(Ack { told, deed });
    }

    /// It was asked for, and nobody answered.
    pub fn unknown(&mut self, deed: Deed) {
        let told = Told::Unknown;
        self.acks.push(Ack { told, deed });
    }

    pub fn died(&mut self, at: Timestamp) {
        self.circumstances.deaths.push(at.as_microsecond());
    }

    /// Something was made to fail in between: what was answered just before may not be known.
    pub fn failed(&mut self, from: Timestamp, to: Timestamp) {
        let span = (from.as_microsecond(), to.as_microsecond());
        self.circumstances.failures.push(span);
    }

    pub fn deaths(&self) -> usize {
        self.circumstances.deaths.len()
    }

    /// All that is wrong, once it is quiet.
    pub async fn check(&mut self, stage: &Stage) -> anyhow::Result<Vec<String>> {
        self.read_mails(stage)?;
        let stored = Stored::read(&stage.database_url).await?;
        let mails: Vec<Mail> = self.mails.values().cloned().collect();
        let found = check(&Evidence {
            acks: &self.acks,
            stored: &stored,
            zoom: &AtZoom::of(&stage.sim),
            mails: &mails,
            circumstances: &self.circumstances,
            now: stage.now().as_microsecond(),
        });
        Ok(found.iter().map(ToString::to_string).collect())
    }

    fn read_mails(&mut self, stage: &Stage) -> anyhow::Result<()> {
        // Made with the first letter.
        let folder = stage.outbox();
        let files = folder.exists().then(|| std::fs::read_dir(folder));
        for file in files.transpose()?.into_iter().flatten() {
            let path = file?.path();
            let whole = path.extension().is_some_and(|end| end == "eml");
            if whole && !self.mails.contains_key(&path) {
                let mail = Mail::parse(&std::fs::read(&path)?);
                let mail = mail.with_context(|| format!("{} is no mail", path.display()))?;
                self.mails.insert(path, mail);
            }
        }
        Ok(())
    }
}

/// A booking's id as the checker has it.
fn id(told: &people::Told) -> String {
    told.uid.replace('-', "")
}

pub fn booked(it: &people::Told) -> Deed {
    Deed::Booked {
        booking: id(it),
        start: it.start.as_microsecond(),
    }
}

pub fn moved(from: &people::Told, to: &people::Told) -> Deed {
    Deed::Moved {
        from: id(from),
        to: Some(id(to)),
        start: to.start.as_microsecond(),
    }
}

/// A move of which nobody knows whether it happened, nor where to.
pub fn perhaps_moved(from: &people::Told) -> Deed {
    Deed::Moved {
        from: id(from),
        to: None,
        start: 0,
    }
}

pub fn canceled(it: &people::Told) -> Deed {
    Deed::Canceled { booking: id(it) }
}

pub fn canceled_by_host(it: &people::Told) -> Deed {
    Deed::HostCanceled { booking: id(it) }
}
