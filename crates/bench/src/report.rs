//! What a run found: rows beside their limits, on the screen, as a line of JSON, and as a plot.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

/// What a row must reach.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
    /// Shown for what it is; no bar was set.
    None,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub what: String,
    /// Bookings in the database, and hosts that take turns.
    pub bookings: u32,
    pub hosts: u32,
    pub figure: String,
    /// What it is held against, in the same run.
    pub limit: String,
    pub ratio: f64,
    pub bar: Bar,
    /// For the plot and for comparisons: what one costs, in microseconds of the server's processors.
    pub cost: Option<f64>,
    pub more: Value,
}

impl Row {
    fn falls_short(&self) -> bool {
        match self.bar {
            Bar::AtLeast(bar) => self.ratio.is_nan() || self.ratio < bar,
            Bar::AtMost(bar) => self.ratio.is_nan() || self.ratio > bar,
            Bar::None => false,
        }
    }

    fn bar(&self) -> String {
        match self.bar {
            Bar::AtLeast(bar) => format!("≥ {bar}"),
            Bar::AtMost(bar) => format!("≤ {bar}"),
            Bar::None => String::new(),
        }
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what, "bookings": self.bookings, "hosts": self.hosts,
            "figure": self.figure, "limit": self.limit, "ratio": rounded(self.ratio),
            "bar": self.bar(), "falls_short": self.falls_short(),
            "cpu_micros": self.cost.map(rounded), "more": self.more,
        })
    }
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// Words for who watches.
pub fn note(words: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{words}")?;
    Ok(())
}

/// Each row as soon as it is known.
pub fn say(row: &Row) -> anyhow::Result<()> {
    let mark = if row.falls_short() { "FALLS SHORT" } else { "" };
    writeln!(
        std::io::stdout(),
        "{:<44} {:>7} {:>5}  {:<44} {:<36} {:>8.2} {:>7}  {mark}",
        row.what,
        row.bookings,
        row.hosts,
        row.figure,
        row.limit,
        row.ratio,
        row.bar()
    )?;
    Ok(())
}

pub fn head() -> anyhow::Result<()> {
    writeln!(
        std::io::stdout(),
        "{:<44} {:>7} {:>5}  {:<44} {:<36} {:>8} {:>7}",
        "what",
        "booked",
        "hosts",
        "figure",
        "beside its limit",
        "ratio",
        "bar"
    )?;
    Ok(())
}

/// Adds the run to the file of all runs.
pub fn keep(folder: &Path, rows: &[Row], quick: bool) -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "when the run took place")]
    let now = jiff::Timestamp::now();
    let commit = command("git", &["describe", "--always", "--dirty", "--abbrev=12"])?;
    let run = json!({
        "at": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "commit": commit,
        "quick": quick,
        "machine": machine()?,
        "rows": rows.iter().map(Row::json).collect::<Vec<_>>(),
    });
    std::fs::create_dir_all(folder)?;
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join("results.jsonl"))?;
    writeln!(file, "{run}")?;
    Ok(())
}

/// Processors, their model, memory, and how busy it was.
fn machine() -> anyhow::Result<Value> {
    let cpus = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let total = memory.lines().next().unwrap_or_default();
    let load = std::fs::read_to_string("/proc/loadavg")?;
    Ok(json!({
        "processors": std::thread::available_parallelism()?.get(),
        "model": model.unwrap_or_default().trim_start_matches([' ', '\t', ':']),
        "memory": total.trim_start_matches("MemTotal:").trim(),
        "load_at_the_end": load.split_whitespace().next(),
    }))
}

fn command(name: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let done = std::process::Command::new(name)
        .args(arguments)
        .output()
        .with_context(|| format!("{name} can't be run"))?;
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

const WIDE: f64 = 760.0;
const HIGH: f64 = 420.0;
const EDGE: f64 = 60.0;
const COLORS: [&str; 8] = [
    "#7c3aed", "#0f766e", "#b45309", "#be123c", "#1d4ed8", "#4d7c0f", "#a21caf", "#334155",
];

/// What one costs against how many bookings there are, both axes by powers of ten.
pub fn plot(path: &Path, rows: &[Row]) -> anyhow::Result<()> {
    let mut lines: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
    for row in rows.iter().filter(|row| row.hosts == 1) {
        let Some(cost) = row.cost else { continue };
        let point = (f64::from(row.bookings).log10(), cost.max(1.0).log10());
        match lines.iter_mut().find(|(what, _)| *what == row.what) {
            Some((_, points)) => points.push(point),
            None => lines.push((&row.what, vec![point])),
        }
    }
    lines.retain(|(_, points)| points.len() > 1);
    let (least, most) = (500_f64.log10(), 500_000_f64.log10());
    let x = |at: f64| EDGE + (at - least) / (most - least) * (WIDE - 2.0 * EDGE - 200.0);
    let y = |at: f64| HIGH - EDGE - (at - 1.0) / 4.0 * (HIGH - 2.0 * EDGE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {HIGH}\" \
         font-family=\"sans-serif\" font-size=\"12\"><title>Cost of a request against the number \
         of bookings</title><rect width=\"{WIDE}\" height=\"{HIGH}\" fill=\"#fff\"/>\n"
    );
    for (power, words) in [
        (1.0, "10 µs"),
        (2.0, "100 µs"),
        (3.0, "1 ms"),
        (4.0, "10 ms"),
        (5.0, "100 ms"),
    ] {
        writeln!(
            svg,
            "<path d=\"M{} {y}H{}\" stroke=\"#ddd\"/><text x=\"8\" y=\"{y}\">{words}</text>",
            EDGE,
            x(most),
            y = y(power)
        )?;
    }
    for bookings in [500_u32, 5_000, 50_000, 500_000] {
        let at = x(f64::from(bookings).log10());
        writeln!(
            svg,
            "<text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{bookings}</text>",
            HIGH - 36.0
        )?;
    }
    writeln!(
        svg,
        "<text x=\"{EDGE}\" y=\"{}\">bookings in the database; processor time of the server for one request</text>",
        HIGH - 12.0
    )?;
    let ends = lines.iter().map(|(_, points)| points.last());
    let ends: Vec<f64> = ends.map(|end| end.map_or(0.0, |(_, b)| y(*b))).collect();
    let names = apart(&ends);
    for (number, (what, points)) in lines.iter().enumerate() {
        let color = COLORS[number % COLORS.len()];
        let path: Vec<String> = points
            .iter()
            .map(|(a, b)| format!("{:.1},{:.1}", x(*a), y(*b)))
            .collect();
        let name = names[number];
        writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\
             <text x=\"{}\" y=\"{name:.1}\" fill=\"{color}\">{what}</text>",
            path.join(" "),
            x(most) + 8.0
        )?;
    }
    svg.push_str("</svg>\n");
    std::fs::write(path, svg)?;
    Ok(())
}

/// Where the names stand, from the top: beside their lines, or a line of text below the one above.
fn apart(ends: &[f64]) -> Vec<f64> {
    const LINE: f64 = 13.0;
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|a, b| ends[*a].total_cmp(&ends[*b]));
    let mut names = ends.to_vec();
    for two in order.windows(2) {
        names[two[1]] = names[two[1]].max(names[two[0]] + LINE);
    }
    names
}
