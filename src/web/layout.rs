//! The frame around each page: `templates/web/app.html` for people signed in, `public.html` for
//! everybody. A page struct carries a [`Shell`].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::embed::{Embed, Theme};
use super::flash::{self, Flash};
use super::language;
use crate::accounts::Person;
use crate::app::App;
use crate::conferencing::banner::{self, Banner};
use crate::error::Error;
use crate::language::{Language, Said};

/// What the frame shows. Made by the extractor, so it can't be forgotten.
#[derive(Clone, Default)]
pub struct Shell {
    pub viewer: Option<Viewer>,
    pub here: Option<Nav>,
    pub flash: Option<Flash>,
    pub demo: bool,
    /// Of the page.
    pub language: Language,
    /// The same page in others.
    pub languages: Vec<(Language, String)>,
    /// Nothing goes out: shown on every page of `/360`.
    pub held: bool,
    /// A broken Zoom connection of the viewer: shown on every page of `/360` until reconnected.
    pub broken: Option<Banner>,
    /// Of a public page.
    pub embed: Embed,
    pub theme: Theme,
    /// The stylesheet of a host’s accent.
    pub accent: Option<String>,
}

#[derive(Clone)]
pub struct Viewer {
    pub name: String,
    pub username: String,
    pub initials: String,
    pub picture: Option<String>,
    pub is_admin: bool,
}

impl Viewer {
    pub fn of(person: &Person) -> Viewer {
        Viewer {
            name: person.name.clone(),
            username: person.username.clone(),
            initials: person.initials(),
            picture: person.picture_path(),
            is_admin: person.is_admin(),
        }
    }
}

/// The entries of the left navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    EventTypes,
    Meetings,
    Availability,
    Integrations,
    Users,
    Teams,
    Profile,
}

impl Nav {
    pub const ALL: [Nav; 7] = [
        Nav::EventTypes,
        Nav::Meetings,
        Nav::Availability,
        Nav::Integrations,
        Nav::Users,
        Nav::Teams,
        Nav::Profile,
    ];

    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            Nav::EventTypes => "nav-event-types",
            Nav::Meetings => "nav-meetings",
            Nav::Availability => "nav-availability",
            Nav::Integrations => "nav-integrations",
            Nav::Users => "nav-users",
            Nav::Teams => "nav-teams",
            Nav::Profile => "nav-profile",
        }
    }

    /// What `web/parts.html` draws before its label.
    pub fn icon(self) -> &'static str {
        match self {
            Nav::EventTypes => "events",
            Nav::Meetings => "meetings",
            Nav::Availability => "availability",
            Nav::Integrations => "integrations",
            Nav::Users => "users",
            Nav::Teams => "teams",
            Nav::Profile => "profile",
        }
    }

    pub fn path(self) -> &'static str {
        match self {
            Nav::EventTypes => "/360/events",
            Nav::Meetings => "/360/meetings",
            Nav::Availability => "/360/availability",
            Nav::Integrations => "/360/integrations",
            Nav::Users => "/360/users",
            Nav::Teams => "/360/teams",
            Nav::Profile => "/360/profile",
        }
    }
}

impl Shell {
    /// The frame of a page in `/360`.
    #[must_use]
    pub fn at(mut self, here: Nav, viewer: Viewer) -> Shell {
        self.here = Some(here);
        self.viewer = Some(viewer);
        self
    }

    /// The theme of a public page where it isn’t the device’s: as the page around it has it, else as
    /// its host has chosen.
    pub fn fixed_theme(&self) -> Option<&'static str> {
        let theme = self.embed.theme.unwrap_or(self.theme);
        (theme != Theme::Auto).then(|| theme.word())
    }

    /// A message in the language of the page.
    pub fn say(&self, key: &'static str) -> Said {
        self.language.say(key)
    }

    /// What the left navigation lists for this viewer.
    pub fn nav(&self) -> Vec<Nav> {
        let admin = self.viewer.as_ref().is_some_and(|v| v.is_admin);
        Nav::ALL
            .into_iter()
            .filter(|nav| admin || !matches!(nav, Nav::Users | Nav::Teams))
            .collect()
    }

    pub fn is_here(&self, nav: &Nav) -> bool {
        self.here == Some(*nav)
    }
}

impl FromRequestParts<App> for Shell {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Shell, Error> {
        Ok(Shell {
            flash: flash::read(&parts.headers),
            demo: app.config.demo,
            language: language::heard(parts).language(),
            languages: language::others(parts),
            held: app.installation.is_held(),
            broken: banner::of(app, parts).await?,
            embed: Embed::of(&parts.uri),
            ..Shell::default()
        })
    }
}
