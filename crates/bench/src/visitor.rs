//! People: who sign in, and who book.

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};

use crate::http::{Ask, Connection};
use crate::stage::{PASSWORD, Product};

/// Signs in; answers the cookies to send from now on.
pub async fn sign_in(connection: &mut Connection, name: &str) -> anyhow::Result<String> {
    let email = format!("{name}@engines.example");
    let ask = Ask::form("/sign-in", &[("email", &email), ("password", PASSWORD)]);
    Ok(connection.expect(&ask, 303).await?.cookies())
}

/// The booking form, filled in. `number` makes it one of its own.
pub fn books(whose: &str, start: Timestamp, number: usize) -> Ask {
    let email = format!("guest{number}@example.com");
    let token = format!("{number:0>43}");
    let start = start.to_string();
    let fields = [
        ("name", "Grace Hopper"),
        ("email", email.as_str()),
        ("start", start.as_str()),
        ("tz", "Europe/Madrid"),
        ("token", token.as_str()),
    ];
    // Each guest comes from an address of their own.
    let address = format!(
        "10.{}.{}.{}",
        number / 65_536 % 256,
        number / 256 % 256,
        number % 256
    );
    Ask::form(format!("{whose}/book"), &fields).with("x-forwarded-for", address)
}

/// Books, and answers the path of the booking's own page.
pub async fn booked(
    connection: &mut Connection,
    whose: &str,
    start: Timestamp,
    number: usize,
) -> anyhow::Result<String> {
    let answer = connection.expect(&books(whose, start, number), 303).await?;
    Ok(answer.location()?.to_owned())
}

/// The first time on offer, as the page of times has it.
pub async fn first_time(connection: &mut Connection, whose: &str) -> anyhow::Result<Timestamp> {
    let page = connection
        .expect(&Ask::get(format!("{whose}/slots")), 200)
        .await?;
    let slots = page.json()?;
    let first = slots["slots"][0]["start"]
        .as_str()
        .context("nothing is on offer")?;
    Ok(first.parse()?)
}

/// A midnight after today's; slots of who is always there are counted from it.
pub fn midnight() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the product's clock is the real one"
    )]
    let now = Timestamp::now();
    let day = 24 * 3600;
    let second = now.as_second() - now.as_second().rem_euclid(day) + 2 * day;
    Timestamp::from_second(second).unwrap_or(now)
}

/// The `n`th half hour from that midnight.
pub fn half_hour(n: usize) -> Timestamp {
    midnight() + SignedDuration::from_mins(30 * i64::try_from(n).unwrap_or(0))
}

/// Waits until no job is due, so that work left by one scenario is not charged to the next.
pub async fn quiet(product: &Product) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(250));
    let mut still = 0;
    let mut before = product.cpu_seconds()?;
    for _ in 0..480 {
        ticks.tick().await;
        let now = product.cpu_seconds()?;
        still = if now - before < 0.01 { still + 1 } else { 0 };
        before = now;
        if still == 4 {
            return Ok(());
        }
    }
    bail!("the server was still at work after two minutes")
}
