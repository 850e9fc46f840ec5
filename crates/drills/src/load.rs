//! Guests who book, move and cancel, one after the other, until they are told to stop. What each was
//! told is written down.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::ledger::{self, Ledger};
use crate::people::{Form, Guest, OFFERS, Told};

/// Guests at once.
const GUESTS: u32 = 6;

#[expect(clippy::disallowed_methods, reason = "any instant is meant")]
pub async fn rest(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// What the guests share.
#[derive(Clone)]
pub struct Load {
    base: String,
    ledger: Arc<Mutex<Ledger>>,
    /// Time has passed so often; zero: it is over.
    cycle: watch::Sender<u32>,
}

impl Load {
    fn new(base: &str, ledger: Ledger) -> Load {
        Load {
            base: base.to_owned(),
            ledger: Arc::new(Mutex::new(ledger)),
            cycle: watch::Sender::new(1),
        }
    }

    /// The guests begin. Each answers at its end what must not be.
    pub fn begin(
        base: &str,
        ledger: Ledger,
        chance: &mut StdRng,
    ) -> (Load, JoinSet<anyhow::Result<Vec<String>>>) {
        let load = Load::new(base, ledger);
        let mut guests = JoinSet::new();
        for number in 0..GUESTS {
            guests.spawn(load.clone().goes_on(number, chance.random()));
        }
        (load, guests)
    }

    pub fn locked(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forms opened before are old enough now to be sent.
    pub fn next_cycle(&self) {
        self.cycle.send_modify(|cycle| *cycle += 1);
    }

    pub fn stop(&self) {
        self.cycle.send_replace(0);
    }

    /// One guest after the other, until it is over. Answers what must not be.
    async fn goes_on(self, number: u32, seed: u64) -> anyhow::Result<Vec<String>> {
        let mut chance = StdRng::seed_from_u64(seed);
        let mut wrong = Vec::new();
        let mut filled: Vec<(u32, Guest, Form)> = Vec::new();
        let mut booked: Vec<(Guest, Told)> = Vec::new();
        for guest in 0.. {
            let cycle = *self.cycle.borrow();
            if cycle == 0 {
                break;
            }
            let done = match chance.random_range(0..10) {
                0 | 1 if !booked.is_empty() => {
                    let at = chance.random_range(0..booked.len());
                    let (guest, told) = booked.swap_remove(at);
                    self.moves(guest, told, &mut booked, &mut chance).await
                }
                2 | 3 if !booked.is_empty() => {
                    let at = chance.random_range(0..booked.len());
                    let (guest, told) = booked.swap_remove(at);
                    self.cancels(guest, &told).await
                }
                // A form is sent some time after it was opened.
                _ => match filled.iter().position(|(opened, ..)| *opened < cycle) {
                    Some(at) => {
                        let (_, guest, form) = filled.swap_remove(at);
                        self.sends(guest, &form, &mut booked).await
                    }
                    None if filled.len() < 6 => {
                        let mut guest = Guest::new(&self.base, number + GUESTS * guest)?;
                        let offer = OFFERS[chance.random_range(0..OFFERS.len())];
                        match guest.fills_in(offer, &mut chance).await {
                            Ok(form) => {
                                filled.push((cycle, guest, form));
                                Ok(())
                            }
                            Err(error) => Err(error),
                        }
                    }
                    None => {
                        rest(10).await;
                        Ok(())
                    }
                },
            };
            if let Err(error) = done {
                let words = format!("{error:#}");
                // Nothing is planted: whoever answers has no reason to fail.
                if words.contains("answered 5") {
                    wrong.push(words);
                }
                rest(10).await;
            }
        }
        Ok(wrong)
    }

    async fn sends(
        &self,
        mut guest: Guest,
        form: &Form,
        booked: &mut Vec<(Guest, Told)>,
    ) -> anyhow::Result<()> {
        if let Some(told) = guest.sends(form).await? {
            self.locked().told(ledger::booked(&told));
            booked.push((guest, told));
        }
        Ok(())
    }

    async fn moves(
        &self,
        mut guest: Guest,
        from: Told,
        booked: &mut Vec<(Guest, Told)>,
        chance: &mut StdRng,
    ) -> anyhow::Result<()> {
        match guest.moves(&from, chance).await {
            Ok(Some(to)) => {
                self.locked().told(ledger::moved(&from, &to));
                booked.push((guest, to));
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => {
                self.locked().unknown(ledger::perhaps_moved(&from));
                Err(error)
            }
        }
    }

    async fn cancels(&self, mut guest: Guest, told: &Told) -> anyhow::Result<()> {
        let done = guest.cancels(told).await;
        match &done {
            Ok(()) => self.locked().told(ledger::canceled(told)),
            Err(_) => self.locked().unknown(ledger::canceled(told)),
        }
        done
    }
}
