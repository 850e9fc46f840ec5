//! The page for people at `/sim/`: what there is, what was asked, and buttons that break things.

use crate::faults::Fault;
use crate::html::{escape, page};
use crate::ledger::Entry;
use crate::rooms::{Room, Status};
use crate::showing::{self, MeetingView};
use crate::world::{Standing, UserView, World};

const ENTRIES_SHOWN: usize = 100;

pub(crate) fn render(world: &World, held: usize) -> String {
    let body = format!(
        "<h1>Simulated Zoom</h1>{}{}{}{}{}",
        state(world, held),
        buttons(),
        users(world),
        meetings(world),
        ledger(world)
    );
    page("Simulated Zoom", &body)
}

fn state(world: &World, held: usize) -> String {
    let standing = if world.faults.down {
        "<b>down</b>"
    } else {
        "up"
    };
    let faults: String = world
        .faults
        .waiting
        .iter()
        .map(|fault: &Fault| format!("<li>{}</li>", escape(&fault.to_string())))
        .collect();
    let webhooks = world.mailbag.url.as_deref().unwrap_or("off");
    format!(
        "<p>It is {standing}. The time is <code>{}</code>. Webhooks: <code>{}</code>. \
         Lists lag {} s. Calls held: {held}.</p><ul>{faults}</ul>",
        world.now(),
        escape(webhooks),
        world.list_lag.as_secs()
    )
}

fn buttons() -> String {
    let fault = |label: &str, fields: &[(&str, &str)]| button("/sim/faults", label, fields);
    [
        button("/sim/down", "Go down", &[]),
        button("/sim/up", "Come back", &[]),
        fault(
            "Fail the next create (500)",
            &[("on", "create"), ("kind", "status"), ("status", "500")],
        ),
        fault(
            "Lose the next create’s answer",
            &[("on", "create"), ("kind", "drop_after")],
        ),
        fault(
            "Lose the next create",
            &[("on", "create"), ("kind", "drop_before")],
        ),
        fault(
            "Hold the next create",
            &[("on", "create"), ("kind", "hold")],
        ),
        fault(
            "Daily limit on the next create",
            &[
                ("on", "create"),
                ("kind", "too_many"),
                ("limit", "user_daily"),
            ],
        ),
        fault(
            "502 on the next call",
            &[("on", "any"), ("kind", "bad_gateway")],
        ),
        button("/sim/release", "Release held calls", &[]),
        button("/sim/faults/clear", "Clear faults", &[]),
        button("/sim/tokens/expire", "Expire access tokens", &[]),
        button("/sim/webhooks/deliver", "Deliver webhooks now", &[]),
    ]
    .concat()
}

fn button(action: &str, label: &str, fields: &[(&str, &str)]) -> String {
    let fields: String = fields
        .iter()
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(value)
            )
        })
        .collect();
    format!(
        "<form method=\"post\" action=\"{}\">{fields}<button>{}</button></form>",
        escape(action),
        escape(label)
    )
}

fn users(world: &World) -> String {
    let rows: String = world.user_views().iter().map(user_row).collect();
    format!(
        "<h2>Users</h2><table><tr><th>User</th><th>License</th><th>Webinars</th><th>Standing</th>\
         <th>App</th><th></th></tr>{rows}</table>"
    )
}

fn user_row(user: &UserView) -> String {
    let act = |act: &str, label: &str| button(&format!("/sim/users/{}/{act}", user.id), label, &[]);
    let app = if user.authorized { "authorized" } else { "–" };
    let mut acts = String::new();
    if user.authorized {
        acts += &act("revoke", "Revoke access");
    }
    acts += &match user.standing {
        Standing::Active => act("deactivate", "Deactivate"),
        Standing::Inactive => act("activate", "Activate"),
        Standing::Deleted => String::new(),
    };
    format!(
        "<tr><td>{}<br><span class=\"quiet\">{}</span></td><td>{:?}, {:?}</td><td>{}</td>\
         <td>{:?}</td><td>{app}</td><td>{acts}</td></tr>",
        escape(&user.name),
        escape(&user.email),
        user.license,
        user.plan,
        user.webinar_capacity
            .map_or("–".to_owned(), |capacity| capacity.to_string()),
        user.standing
    )
}

fn meetings(world: &World) -> String {
    let rows: String = world
        .rooms
        .values()
        .filter(|room| room.exists())
        .map(|room| meeting_row(&showing::view(world, room)))
        .collect();
    format!(
        "<h2>Meetings and webinars</h2><table><tr><th>Id</th><th>Topic</th><th>Host</th>\
         <th>Starts</th><th>Status</th><th></th></tr>{rows}</table>"
    )
}

fn meeting_row(room: &MeetingView) -> String {
    let act =
        |act: &str, label: &str| button(&format!("/sim/meetings/{}/{act}", room.id), label, &[]);
    let turn = match room.status {
        Status::Waiting => act("start", "Start"),
        Status::Started => act("end", "End"),
    };
    format!(
        "<tr><td><a href=\"{}\">{}</a><br><span class=\"quiet\">{}</span></td><td>{}</td>\
         <td>{}</td><td>{}<br>{} min</td><td>{:?}</td><td>{}{turn}{}</td></tr>",
        escape(&room.join_url),
        room.id,
        room.kind.word(),
        escape(&room.topic),
        escape(&room.host),
        room.start_time
            .map_or("–".to_owned(), |start| start.to_string()),
        room.duration,
        room.status,
        act("delete", "Delete"),
        act("convert", "Convert"),
    )
}

fn ledger(world: &World) -> String {
    let rows: String = world
        .ledger
        .iter()
        .rev()
        .take(ENTRIES_SHOWN)
        .map(entry_row)
        .collect();
    format!(
        "<h2>Ledger</h2><p class=\"quiet\">The last {ENTRIES_SHOWN} requests; all of them: \
         <a href=\"/sim/ledger\">/sim/ledger</a></p><table><tr><th>#</th><th>Time</th>\
         <th>Operation</th><th>User</th><th>Answer</th><th>Notes</th></tr>{rows}</table>"
    )
}

fn entry_row(entry: &Entry) -> String {
    let notes = entry
        .fault
        .iter()
        .chain(&entry.warnings)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}<br><code>{} {}</code></td><td>{}</td><td>{}</td>\
         <td>{}</td></tr>",
        entry.seq,
        entry.at,
        escape(&entry.operation),
        escape(&entry.method),
        escape(&entry.path),
        escape(entry.user.as_deref().unwrap_or("–")),
        entry
            .status
            .map_or("none".to_owned(), |status| status.to_string()),
        escape(&notes)
    )
}

pub(crate) fn join_page(world: &World, room: &Room) -> String {
    let view = showing::view(world, room);
    let body = format!(
        "<main class=\"narrow\"><h1>{}</h1><p>Here Zoom would open. The {} {} is hosted by {} and \
         starts {}.</p><p class=\"quiet\">This is a simulator.</p></main>",
        escape(&view.topic),
        view.kind.word(),
        view.id,
        escape(&view.host),
        view.start_time
            .map_or("whenever".to_owned(), |start| start.to_string())
    );
    page(&view.topic, &body)
}

pub(crate) fn no_such_meeting(id: u64) -> String {
    let body = format!(
        "<main class=\"narrow\"><h1>Invalid meeting ID</h1><p>There is no meeting {id}.</p></main>"
    );
    page("Invalid meeting ID", &body)
}
