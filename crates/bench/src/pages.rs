//! What people look at, each beside a constant of the same size from the same server; how it grows
//! with what is in the database; and what a server is before anybody comes: its start, its memory.

use serde_json::json;

use crate::Run;
use crate::constant;
use crate::http::Ask;
use crate::load::{Measured, beside};
use crate::report::{Bar, Row};
use crate::seed;
use crate::stage::{self, Folder, Product};
use crate::visitor;

const CLIENTS: usize = 16;

/// A page that is measured.
#[derive(Clone)]
struct Page {
    what: &'static str,
    path: String,
    cookies: Option<String>,
    /// Asks for something else each time, so that nothing kept for a moment can answer.
    anew: bool,
    bar: Bar,
    hosts: u32,
}

impl Page {
    fn ask(&self, number: usize) -> Ask {
        let path = match (self.anew, self.path.contains('?')) {
            (false, _) => self.path.clone(),
            (true, true) => format!("{}&anew={number}", self.path),
            (true, false) => format!("{}?anew={number}", self.path),
        };
        match &self.cookies {
            Some(cookies) => Ask::get(path).with("cookie", cookies.as_str()),
            None => Ask::get(path),
        }
    }
}

pub async fn run(run: &mut Run, wants: &impl Fn(&str) -> bool) -> anyhow::Result<()> {
    if !["pages", "turns", "start", "memory"]
        .iter()
        .any(|it| wants(it))
    {
        return Ok(());
    }
    let other = Folder::make("constant")?;
    stage::first_person(&other).await?;
    let mut smallest: Option<Smallest> = None;
    for bookings in run.sizes() {
        let folder = Folder::make("pages")?;
        stage::first_person(&folder).await?;
        seed::write(&folder, *bookings).await?;
        let product = started(run, &folder, *bookings, wants("start")).await?;
        if wants("memory") {
            memory(run, &product, *bookings, "memory, idle")?;
        }
        let limit = Product::constant(&other).await?;
        let mut pages = if wants("pages") {
            pages(&product).await?
        } else {
            Vec::new()
        };
        for (place, page) in pages.iter().enumerate() {
            measure(run, (&limit, &product), page, *bookings).await?;
            if let Some(smallest) = &smallest {
                let small = (&smallest.product, &smallest.pages[place]);
                growth(run, small, (&product, page), *bookings).await?;
            }
        }
        if wants("turns") && *bookings == run.sizes()[0] {
            turns(run, (&limit, &product), *bookings).await?;
        }
        if wants("memory") {
            memory(run, &product, *bookings, "memory, most under load")?;
        }
        match smallest {
            Some(_) => product.stop().await?,
            None => {
                smallest = Some(Smallest {
                    product,
                    pages: std::mem::take(&mut pages),
                    _folder: folder,
                });
            }
        }
    }
    match smallest {
        Some(smallest) => smallest.product.stop().await,
        None => Ok(()),
    }
}

/// With the fewest bookings: what growth is measured beside.
struct Smallest {
    product: Product,
    pages: Vec<Page>,
    _folder: Folder,
}

/// The best known way of starting is often; the middle of several is the figure.
async fn started(
    run: &mut Run,
    folder: &Folder,
    bookings: u32,
    wanted: bool,
) -> anyhow::Result<Product> {
    let mut took = Vec::new();
    // The first start after the data was written is not counted: it reads a cold disk.
    for _ in 0..5 {
        let product = Product::serve(folder, None).await?;
        took.push(product.up_after.as_secs_f64() * 1000.0);
        product.stop().await?;
    }
    took.sort_unstable_by(f64::total_cmp);
    if wanted {
        run.add(Row {
            what: "process start to first 200".to_owned(),
            bookings,
            hosts: 1,
            figure: format!("{:.0} ms", took[2]),
            limit: "150 ms".to_owned(),
            ratio: took[2] / 150.0,
            bar: Bar::AtMost(1.0),
            cost: None,
            more: json!({ "milliseconds": took }),
        })?;
        if bookings == run.sizes()[0] {
            let size = stage::size_of(&stage::program("42min")?)?;
            run.add(Row {
                what: "binary, stripped, assets inside".to_owned(),
                bookings,
                hosts: 1,
                figure: format!("{size:.1} MB"),
                limit: "25 MB".to_owned(),
                ratio: size / 25.0,
                bar: Bar::AtMost(1.0),
                cost: None,
                more: json!({}),
            })?;
        }
    }
    Product::serve(folder, None).await
}

fn memory(run: &mut Run, product: &Product, bookings: u32, what: &str) -> anyhow::Result<()> {
    let (now, most) = product.memory()?;
    let idle = what.ends_with("idle");
    let (figure, limit) = if idle { (now, 30.0) } else { (most, 120.0) };
    run.add(Row {
        what: what.to_owned(),
        bookings,
        hosts: 1,
        figure: format!("{figure:.1} MB"),
        limit: format!("{limit:.0} MB"),
        ratio: figure / limit,
        bar: Bar::AtMost(1.0),
        cost: None,
        more: json!({ "now": now, "most": most }),
    })
}

async fn pages(product: &Product) -> anyhow::Result<Vec<Page>> {
    let mut connection = product.connect().await?;
    let ada = visitor::sign_in(&mut connection, "ada").await?;
    let slots = slots("/ada/intro");
    let first = visitor::first_time(&mut connection, "/ada/visit").await?;
    let booking = visitor::booked(&mut connection, "/ada/visit", first, 1).await?;
    visitor::quiet(product).await?;
    let page = |what, path: &str, bar| Page {
        what,
        path: path.to_owned(),
        cookies: None,
        anew: false,
        bar,
        hosts: 1,
    };
    let anew = |what, path: &str| Page {
        anew: true,
        ..page(what, path, Bar::None)
    };
    let signed_in = |what, path: &str| Page {
        cookies: Some(ada.clone()),
        ..page(what, path, Bar::None)
    };
    Ok(vec![
        page("slots of a month (JSON)", &slots, Bar::AtLeast(0.5)),
        anew("slots of a month, computed anew", &slots),
        page("booking page (HTML)", "/ada/intro", Bar::AtLeast(0.4)),
        anew("booking page, computed anew", "/ada/intro"),
        page("confirmation page", &booking, Bar::None),
        signed_in("meetings list", "/360/meetings"),
        signed_in("meetings list, past", "/360/meetings?tab=past"),
        signed_in("meetings list, canceled", "/360/meetings?tab=canceled"),
        signed_in("sync log", "/360/integrations/zoom/log"),
    ])
}

/// A whole month that begins after today.
fn slots(whose: &str) -> String {
    let zone = jiff::tz::TimeZone::UTC;
    let day = visitor::midnight().to_zoned(zone).date();
    let next = day
        .first_of_month()
        .saturating_add(jiff::Span::new().months(1));
    format!("{whose}/slots?month={}", next.strftime("%Y-%m"))
}

async fn measure(
    run: &mut Run,
    (limit, product): (&Product, &Product),
    page: &Page,
    bookings: u32,
) -> anyhow::Result<()> {
    let (what, bar, hosts) = (page.what, page.bar, page.hosts);
    let asked = page.ask(0);
    let size = product
        .connect()
        .await?
        .expect(&asked, 200)
        .await?
        .body
        .len();
    let (of_limit, of_page) = beside(
        (limit, same(constant::ask(size))),
        (product, asks(page)),
        CLIENTS,
        run.slice(),
    )
    .await?;
    run.add(row(
        what,
        (bookings, hosts),
        (&of_limit, &of_page),
        bar,
        size,
    ))?;
    if what == "slots of a month (JSON)" && bookings == run.sizes()[0] {
        tail(run, bookings, (&of_limit, &of_page))?;
    }
    Ok(())
}

/// The same page of both servers, in turn.
async fn growth(
    run: &mut Run,
    (few, page_of_few): (&Product, &Page),
    (many, page): (&Product, &Page),
    bookings: u32,
) -> anyhow::Result<()> {
    let (of_few, of_many) = beside(
        (few, asks(page_of_few)),
        (many, asks(page)),
        CLIENTS,
        run.slice(),
    )
    .await?;
    let bar = if page.what.starts_with("slots") {
        Bar::AtMost(1.2)
    } else {
        Bar::None
    };
    run.add(Row {
        what: format!("{}: growth", page.what),
        bookings,
        hosts: page.hosts,
        figure: format!("p50 {:.2} ms", of_many.percentile(50)),
        limit: format!(
            "with {}: p50 {:.2} ms",
            run.sizes()[0],
            of_few.percentile(50)
        ),
        ratio: of_many.percentile(50) / of_few.percentile(50),
        bar,
        cost: None,
        more: json!({
            "p50": of_many.percentile(50), "p50_of_few": of_few.percentile(50),
            "cpu_micros": of_many.cpu_micros(), "cpu_micros_of_few": of_few.cpu_micros(),
        }),
    })
}

fn same(ask: Ask) -> impl Fn(usize) -> Option<Ask> + Clone + Send + 'static {
    move |_| Some(ask.clone())
}

fn asks(page: &Page) -> impl Fn(usize) -> Option<Ask> + Clone + Send + 'static {
    let page = page.clone();
    move |number| Some(page.ask(number))
}

fn row(
    what: &str,
    (bookings, hosts): (u32, u32),
    (limit, page): (&Measured, &Measured),
    bar: Bar,
    size: usize,
) -> Row {
    Row {
        what: what.to_owned(),
        bookings,
        hosts,
        figure: format!(
            "{:.0}/s, {:.0} µs cpu, p50 {:.1} p99 {:.1} ms",
            page.rate(),
            page.cpu_micros(),
            page.percentile(50),
            page.percentile(99)
        ),
        limit: format!(
            "constant {:.0}/s, {:.0} µs cpu",
            limit.rate(),
            limit.cpu_micros()
        ),
        ratio: page.rate() / limit.rate(),
        bar,
        cost: Some(page.cpu_micros()),
        more: json!({
            "bytes": size,
            "rate": page.rate(), "limit_rate": limit.rate(),
            "cpu_micros": page.cpu_micros(), "limit_cpu_micros": limit.cpu_micros(),
            "p50": page.percentile(50), "p99": page.percentile(99),
            "limit_p50": limit.percentile(50), "limit_p99": limit.percentile(99),
        }),
    }
}

fn tail(run: &mut Run, bookings: u32, (limit, page): (&Measured, &Measured)) -> anyhow::Result<()> {
    run.add(Row {
        what: "slots of a month (JSON): p99".to_owned(),
        bookings,
        hosts: 1,
        figure: format!("{:.2} ms", page.percentile(99)),
        limit: format!("constant {:.2} ms", limit.percentile(99)),
        ratio: page.percentile(99) / limit.percentile(99),
        bar: Bar::AtMost(5.0),
        cost: None,
        more: json!({}),
    })
}

/// A month of slots of teams of one, ten and a hundred, each computed anew.
async fn turns(
    run: &mut Run,
    (limit, product): (&Product, &Product),
    bookings: u32,
) -> anyhow::Result<()> {
    const WHAT: &str = "slots of a round robin, computed anew";
    for hosts in seed::TEAMS {
        let page = Page {
            what: WHAT,
            path: slots(&format!("/team/team-{hosts}/team-call")),
            cookies: None,
            anew: true,
            bar: Bar::None,
            hosts,
        };
        measure(run, (limit, product), &page, bookings).await?;
    }
    let cost = |hosts| {
        run.rows
            .iter()
            .find(|row| row.what == WHAT && row.hosts == hosts)?
            .cost
    };
    let (Some(one), Some(all)) = (cost(1), cost(seed::MEMBERS)) else {
        return Ok(());
    };
    run.add(Row {
        what: "round robin over 100 hosts".to_owned(),
        bookings,
        hosts: seed::MEMBERS,
        figure: format!("{all:.0} µs of processor"),
        limit: format!("one host, {one:.0} µs"),
        ratio: all / one,
        bar: Bar::AtMost(20.0),
        cost: None,
        more: json!({}),
    })
}
