//! How the public pages of an event type look: its accent, its theme, and what its booking page
//! shows.

use serde::{Deserialize, Serialize};

use super::accent::Accent;
use crate::web::embed::Theme;
use crate::web::layout::Shell;
use crate::words;

/// Stored as JSON beside its event type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    /// None: 42min’s own.
    pub accent: Option<Accent>,
    pub theme: Theme,
    /// What its page leaves out.
    pub hidden: Vec<Part>,
}

crate::column!(
    Look as String,
    |look| serde_json::to_string(&look).expect("names and a color can always be written as JSON"),
    |text| serde_json::from_str(&text).map_err(|e| e.to_string())
);

impl Shell {
    /// In this accent.
    pub fn accented(self, accent: Option<Accent>) -> Shell {
        Shell {
            accent: accent.map(Accent::path),
            ..self
        }
    }
}

words! {
    /// What a booking page can leave out.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Part {
        Picture = "picture",
        Organization = "organization",
        Description = "description",
        Duration = "duration",
    }
}

impl Part {
    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            Part::Picture => "part-picture",
            Part::Organization => "part-organization",
            Part::Description => "part-description",
            Part::Duration => "part-duration",
        }
    }
}

impl Look {
    pub fn shows(&self, part: Part) -> bool {
        !self.hidden.contains(&part)
    }

    /// The accent of a page that leads to all of these: the one they share, if they do.
    pub fn shared_accent<'a>(looks: impl IntoIterator<Item = &'a Look>) -> Option<Accent> {
        let mut looks = looks.into_iter();
        let first = looks.next()?.accent;
        first.filter(|_| looks.all(|look| look.accent == first))
    }

    /// The frame of a public page in these colors.
    pub fn dress(&self, shell: Shell) -> Shell {
        Shell {
            theme: self.theme,
            ..shell.accented(self.accent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_many_wears_an_accent_only_when_all_of_them_do() {
        let wears = |color: &str| Look {
            accent: Accent::parse(color).ok(),
            ..Look::default()
        };
        let (violet, red, none) = (wears("#7c3aed"), wears("#ff0000"), Look::default());
        let rows: [(&[&Look], Option<Accent>); 6] = [
            (&[], None),
            (&[&none], None),
            (&[&violet], violet.accent),
            (&[&violet, &violet], violet.accent),
            (&[&violet, &red], None),
            (&[&violet, &none], None),
        ];
        for (looks, accent) in rows {
            assert_eq!(
                Look::shared_accent(looks.iter().copied()),
                accent,
                "{looks:?}"
            );
        }
    }
}
