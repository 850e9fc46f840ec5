//! The pages a person sees on the way: who signs in, what the app may do, and what went wrong.

use crate::call::Call;
use crate::html::{escape, page};
use crate::oauth::Dead;
use crate::world::{Standing, World};

pub(crate) fn render(world: &World, call: &Call) -> String {
    let action = escape(&action(call));
    let users: String = world
        .users
        .iter()
        .filter(|user| user.standing == Standing::Active)
        .map(|user| {
            format!(
                "<option value=\"{}\">{} ({})</option>",
                escape(&user.email),
                escape(&user.display_name()),
                escape(&user.email)
            )
        })
        .collect();
    let scopes: String = world
        .config
        .scopes
        .iter()
        .map(|scope| scope_box(world, scope))
        .collect();
    let body = format!(
        "<main class=\"narrow\"><h1>Simulated Zoom</h1>\
         <p>An app wants to act for you: <b>{}</b>.</p>\
         <form class=\"tall\" method=\"post\" action=\"{action}\">\
         <label>Sign in as <select name=\"user\">{users}</select></label>\
         <input type=\"hidden\" name=\"scopes_shown\" value=\"1\">\
         <fieldset><legend>It will be able to</legend>{scopes}</fieldset>\
         <button class=\"main\" name=\"decision\" value=\"allow\">Allow</button> \
         <button name=\"decision\" value=\"decline\">Decline</button></form>\
         <p class=\"quiet\">This is a simulator. Nothing here reaches Zoom.</p></main>",
        escape(&world.config.client_id)
    );
    page("Allow access – simulated Zoom", &body)
}

fn scope_box(world: &World, scope: &str) -> String {
    let name = escape(scope);
    if world
        .config
        .optional_scopes
        .iter()
        .any(|optional| optional == scope)
    {
        format!(
            "<label><input type=\"checkbox\" name=\"scope\" value=\"{name}\" checked> \
             <code>{name}</code> (optional)</label>"
        )
    } else {
        format!("<label><input type=\"checkbox\" checked disabled> <code>{name}</code></label>")
    }
}

/// The same URL again, with everything the app put into it.
fn action(call: &Call) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&call.query)
        .finish();
    format!("/oauth/authorize?{query}")
}

pub(crate) fn error(dead: &Dead) -> String {
    let body = format!(
        "<main class=\"narrow\"><h1>Something went wrong</h1><p>{} ({})</p>\
         <p class=\"quiet\">This is a simulator. The app has not been told.</p></main>",
        escape(&dead.message),
        dead.code
    );
    page("Error – simulated Zoom", &body)
}
