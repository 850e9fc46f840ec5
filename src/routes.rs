//! Every URL of the product, one line each. The guard is in the handler's arguments: `SignedIn`,
//! `Admin`, or a booking's link; a GET handler gets no way to write.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::accounts::{
    notices, people_pages, picture, profile_pages, setup_pages as first_run, sign_in_pages,
};
use crate::app::App;
use crate::availability::pages as availability;
use crate::booking::{book_pages, booker, host_pages, link, manage_pages};
use crate::conferencing::{banner, connect_pages, disconnect_pages, setup_pages};
use crate::event_types::{look_pages, pages as events, profile, share_pages};
use crate::guest_data::pages as guest_data;
use crate::mail::outbox_pages;
use crate::teams::pages as teams;
use crate::web::{assets, embed, error_pages};
use crate::{conferencing, help, hold, leaving, rollout, sync_log};

/// And the form around it.
const MOST_PICTURE: usize = picture::MOST_BYTES + 16 * 1024;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/static/{version}/{name}", get(assets::serve))
        .route("/static/accent/{name}", get(look_pages::accent))
        .route("/embed.js", get(embed::script))
        // health
        .route("/healthz", get(crate::server::healthz))
        .route("/readyz", get(crate::server::readyz))
        // help
        .route("/help", get(help::pages::index))
        .route("/help/{*page}", get(help::pages::show))
        // accounts
        .route("/", get(first_run::root))
        .route("/360", get(first_run::dashboard))
        .route("/setup", get(first_run::form).post(first_run::submit))
        .route("/360/welcome", get(first_run::welcome))
        .route(
            "/sign-in",
            get(sign_in_pages::form).post(sign_in_pages::submit),
        )
        .route("/sign-out", post(sign_in_pages::sign_out))
        .route(
            "/forgot",
            get(sign_in_pages::forgot_form).post(sign_in_pages::forgot),
        )
        .route(
            "/reset/{token}",
            get(sign_in_pages::reset_form).post(sign_in_pages::reset),
        )
        .route(
            "/360/users",
            get(people_pages::list).post(people_pages::invite),
        )
        .route("/360/users/{id}/resend", post(people_pages::resend))
        .route("/360/users/{id}/reset", post(people_pages::reset_link))
        .route("/360/users/{id}/role", post(people_pages::role))
        .route("/360/users/{id}/deactivate", post(people_pages::deactivate))
        .route("/360/users/{id}/reactivate", post(people_pages::reactivate))
        .route(
            "/invitation/{token}",
            get(people_pages::invitation).post(people_pages::accept),
        )
        .route(
            "/360/profile",
            get(profile_pages::show).post(profile_pages::save),
        )
        .route(
            "/360/profile/password",
            post(profile_pages::change_password),
        )
        .route(
            "/360/profile/picture",
            post(profile_pages::picture).layer(DefaultBodyLimit::max(MOST_PICTURE)),
        )
        .route("/picture/{name}", get(profile_pages::show_picture))
        .route("/360/profile/notices", post(profile_pages::notices))
        .route(
            "/360/profile/delete",
            get(leaving::pages::ask).post(leaving::pages::leave),
        )
        .route(
            "/360/profile/delete/meetings",
            get(leaving::pages::ask_cancel).post(leaving::pages::cancel_meetings),
        )
        .route("/notices/off", get(notices::page).post(notices::turn_off))
        // event types, schedules and public profile pages
        .route("/360/events", get(events::list).post(events::create))
        .route("/360/events/new", get(events::new))
        .route(
            "/360/events/{id}",
            get(events::general).post(events::save_general),
        )
        .route(
            "/360/events/{id}/schedule",
            get(events::schedule).post(events::save_schedule),
        )
        .route(
            "/360/events/{id}/limits",
            get(events::limits).post(events::save_limits),
        )
        .route(
            "/360/events/{id}/form",
            get(events::questions).post(events::save_questions),
        )
        .route(
            "/360/events/{id}/customization",
            get(look_pages::customization).post(look_pages::save_customization),
        )
        .route("/360/events/{id}/share", get(share_pages::share))
        .route("/360/events/{id}/switch", post(events::switch))
        .route(
            "/360/events/{id}/delete",
            get(events::ask_delete).post(events::delete),
        )
        .route("/360/availability", get(availability::list))
        .route(
            "/360/availability/new",
            get(availability::new).post(availability::create),
        )
        .route(
            "/360/availability/{id}",
            get(availability::edit).post(availability::save),
        )
        .route(
            "/360/availability/{id}/default",
            post(availability::make_default),
        )
        .route(
            "/360/availability/{id}/delete",
            get(availability::ask_delete).post(availability::delete),
        )
        // teams
        .route("/360/teams", get(teams::list).post(teams::create))
        .route("/360/teams/{id}", get(teams::edit).post(teams::update))
        .route(
            "/360/teams/{id}/delete",
            get(teams::ask_delete).post(teams::delete),
        )
        // demo outbox
        .route("/demo/outbox", get(outbox_pages::list))
        .route("/demo/outbox/{id}", get(outbox_pages::letter))
        .route("/demo/outbox/{id}/html", get(outbox_pages::html))
        .route("/demo/outbox/{id}/invite.ics", get(outbox_pages::ics))
        .route("/demo/outbox/{id}/raw", get(outbox_pages::raw))
        // conferencing
        .route("/360/integrations", get(conferencing::pages::integrations))
        .route("/360/integrations/zoom", get(conferencing::pages::zoom))
        .route(
            "/360/integrations/zoom/connect",
            get(connect_pages::ask_connect).post(connect_pages::connect),
        )
        .route("/360/integrations/zoom/use", post(connect_pages::use_for))
        .route(
            "/360/integrations/zoom/held/{id}",
            get(connect_pages::ask_held).post(connect_pages::answer_held),
        )
        .route(
            "/360/integrations/zoom/accounts/{id}/role",
            get(connect_pages::ask_role).post(connect_pages::role),
        )
        .route(
            "/360/integrations/zoom/accounts/{id}/waiting",
            get(conferencing::pages::waiting),
        )
        .route(
            "/360/integrations/zoom/accounts/{id}/disconnect",
            get(disconnect_pages::ask).post(disconnect_pages::disconnect),
        )
        .route(
            "/360/integrations/zoom/rollout",
            get(rollout::pages::ask_turn_off).post(rollout::pages::save),
        )
        .route("/360/integrations/zoom/banner", post(banner::put_aside))
        .route("/360/integrations/zoom/setup", get(setup_pages::show))
        .route(
            "/360/integrations/zoom/setup/verified",
            get(setup_pages::verified),
        )
        .route("/360/integrations/zoom/check", post(setup_pages::check))
        .route("/360/integrations/zoom/log", get(sync_log::pages::list))
        .route(
            "/360/integrations/zoom/log.csv",
            get(sync_log::pages::export),
        )
        .route(
            "/360/integrations/zoom/log/why",
            get(sync_log::why_pages::show),
        )
        .route(
            "/360/integrations/zoom/log/{id}",
            get(sync_log::entry_pages::show),
        )
        .route(
            "/360/integrations/zoom/log/{id}/retry",
            post(sync_log::entry_pages::try_again),
        )
        .route("/oauth/zoom/callback", get(connect_pages::callback))
        .route(
            conferencing::notices::PATH,
            post(conferencing::notices::receive),
        )
        // guests' data
        .route("/360/guest-data", get(guest_data::show))
        .route("/360/guest-data/export", get(guest_data::export))
        .route("/360/guest-data/erase", post(guest_data::erase))
        // on hold
        .route("/360/hold", get(hold::pages::show))
        .route(
            "/360/hold/original",
            get(hold::pages::ask_original).post(hold::pages::original),
        )
        .route(
            "/360/hold/copy",
            get(hold::pages::ask_copy).post(hold::pages::copy),
        )
        // meetings
        .route("/360/meetings", get(host_pages::list::list))
        .route("/360/meetings/{id}", get(host_pages::details::show))
        .route(
            "/360/meetings/{id}/start",
            get(host_pages::ask_start).post(host_pages::start),
        )
        .route("/360/meetings/{id}/link", post(host_pages::create_link))
        .route(
            "/360/meetings/{id}/place",
            get(host_pages::ask_place).post(host_pages::set_place),
        )
        .route(
            "/360/meetings/{id}/reschedule",
            get(host_pages::moves::ask_move).post(host_pages::moves::reschedule),
        )
        .route(
            "/360/meetings/{id}/cancel",
            get(host_pages::moves::ask_cancel).post(host_pages::moves::cancel),
        )
}

/// What programs ask of a booking; and what there is no page for.
pub fn booking_answers() -> Router<App> {
    Router::new()
        .route("/booking/{uid}/link", get(link::state))
        .route("/booking/{uid}/invite.ics", get(link::ics))
        .fallback(error_pages::not_found)
}

/// Pages that are the same to everybody who asks for the same: given again for a moment
/// (`web::moment`), compressed once.
pub fn public_pages() -> Router<App> {
    Router::new()
        .route("/{username}", get(profile::show))
        .route("/{username}/{slug}", get(booker::booker))
        .route("/{username}/{slug}/slots", get(booker::slots))
        .route("/team/{team}", get(teams::public))
        .route("/team/{team}/{slug}", get(booker::team_booker))
        .route("/team/{team}/{slug}/slots", get(booker::team_slots))
}

/// Booking pages that are each for one person. They may be framed, as the public pages may
/// (`web::embed`).
pub fn guest_pages() -> Router<App> {
    Router::new()
        .route("/booking/{uid}", get(manage_pages::hub))
        .route(
            "/booking/{uid}/reschedule",
            get(manage_pages::ask_move).post(manage_pages::reschedule),
        )
        .route(
            "/booking/{uid}/cancel",
            get(manage_pages::ask_cancel).post(manage_pages::cancel),
        )
        .route(
            "/team/{team}/{slug}/book",
            get(book_pages::team_form).post(book_pages::team_submit),
        )
        .route(
            "/{username}/{slug}/book",
            get(book_pages::form).post(book_pages::submit),
        )
}
