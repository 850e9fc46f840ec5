//! One color of a host's, made into all that public pages need of it, in the light and in the dark:
//! whatever it is, words on it and in it can be read. Pure.
//!
//! The color itself stays as it was chosen. What stands on it is black or white; as the color of
//! words it is darkened or lightened until it is readable; where it is too faint to show where a
//! button ends, its readable neighbor draws the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Of words.
pub const READABLE: f64 = 4.5;
/// Of edges.
const VISIBLE: f64 = 3.0;

/// `#7c3aed`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent(Rgb);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb([u8; 3]);

const BLACK: Rgb = Rgb([0; 3]);
const WHITE: Rgb = Rgb([255; 3]);

/// What words stand on: the `--surface`, `--bg` and `--sunken` of app.css, and how much of the
/// accent its soft color has. Words are readable further away from the ground, towards `away`.
struct Ground {
    surfaces: [Rgb; 3],
    softness: f64,
    away: Rgb,
}

const LIGHT: Ground = Ground {
    surfaces: [WHITE, Rgb([0xF7, 0xF7, 0xF9]), Rgb([0xEF, 0xF0, 0xF3])],
    softness: 0.1,
    away: BLACK,
};

const DARK: Ground = Ground {
    surfaces: [
        Rgb([0x18, 0x1B, 0x21]),
        Rgb([0x10, 0x12, 0x16]),
        Rgb([0x0B, 0x0D, 0x10]),
    ],
    softness: 0.2,
    away: WHITE,
};

/// The colors of a page in one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shades {
    pub surface: Rgb,
    pub accent: Rgb,
    pub hover: Rgb,
    pub on_accent: Rgb,
    pub soft: Rgb,
    pub text: Rgb,
    /// Of words in it, on whatever they stand.
    pub text_ratio: f64,
    pub edge: Rgb,
}

impl Accent {
    pub fn parse(text: &str) -> Result<Accent, &'static str> {
        const WHY: &str = "no color like #7c3aed";
        let digits = text.trim().strip_prefix('#').ok_or(WHY)?;
        Accent::of_digits(&digits.to_ascii_lowercase()).ok_or(WHY)
    }

    /// `7c3aed`, as it stands in an address.
    pub fn of_digits(digits: &str) -> Option<Accent> {
        let is_plain = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if digits.len() != 6 || !digits.bytes().all(is_plain) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Accent(Rgb([red, green, blue])))
    }

    pub fn light(self) -> Shades {
        self.on(&LIGHT)
    }

    pub fn dark(self) -> Shades {
        self.on(&DARK)
    }

    fn on(self, ground: &Ground) -> Shades {
        let accent = self.0;
        let on_accent = if contrast(accent, WHITE) >= READABLE {
            WHITE
        } else {
            BLACK
        };
        let surface = ground.surfaces[0];
        let soft = surface.mixed(accent, ground.softness);
        let least = |color: Rgb| {
            ground
                .surfaces
                .iter()
                .chain([&soft])
                .map(|under| contrast(color, *under))
                .fold(f64::INFINITY, f64::min)
        };
        let text = (0..=50)
            .map(|step| accent.mixed(ground.away, f64::from(step) / 50.0))
            .find(|color| least(*color) >= READABLE)
            .unwrap_or(ground.away);
        Shades {
            surface,
            accent,
            // Further away from what stands on it.
            hover: accent.mixed(if on_accent == WHITE { BLACK } else { WHITE }, 0.15),
            on_accent,
            soft,
            text,
            text_ratio: least(text),
            edge: if least(accent) >= VISIBLE {
                accent
            } else {
                text
            },
        }
    }

    /// The stylesheet that gives a page these colors.
    pub fn css(self) -> String {
        let (light, dark) = (self.light(), self.dark());
        let rule = |name: &str, of: fn(Shades) -> Rgb| {
            format!("--{name}:light-dark({},{});", of(light), of(dark))
        };
        let rules = [
            rule("accent", |s| s.accent),
            rule("accent-hover", |s| s.hover),
            rule("on-accent", |s| s.on_accent),
            rule("accent-soft", |s| s.soft),
            rule("accent-text", |s| s.text),
            rule("accent-edge", |s| s.edge),
            rule("focus", |s| s.text),
        ];
        format!(":root{{{}}}\n", rules.concat())
    }

    fn digits(self) -> String {
        crate::seal::hex(&self.0.0)
    }

    /// Where its stylesheet is: an address for each color, the same for whoever has chosen it.
    pub fn path(self) -> String {
        format!("/static/accent/{}.css", self.digits())
    }
}

impl Shades {
    /// Of words on the accent.
    pub fn on_accent_ratio(&self) -> f64 {
        contrast(self.on_accent, self.accent)
    }
}

impl Rgb {
    /// So much of the way to another color.
    fn mixed(self, other: Rgb, share: f64) -> Rgb {
        let mut mixed = self.0;
        for (mine, theirs) in mixed.iter_mut().zip(other.0) {
            let (from, to) = (f64::from(*mine), f64::from(theirs));
            *mine = rounded(from + (to - from) * share);
        }
        Rgb(mixed)
    }

    /// As WCAG 2.2 defines relative luminance.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies between two channels"
)]
fn rounded(channel: f64) -> u8 {
    channel.round() as u8
}

/// As WCAG 2.2 defines it: 1 to 21.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

impl fmt::Display for Rgb {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "#{}", crate::seal::hex(&self.0))
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl From<Accent> for String {
    fn from(accent: Accent) -> String {
        accent.to_string()
    }
}

impl TryFrom<String> for Accent {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Accent, &'static str> {
        Accent::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    /// Pairs that can’t be told apart well enough, of all that a page puts on one another.
    fn unreadable(shades: &Shades, ground: &Ground) -> Vec<String> {
        let mut pairs = vec![
            (
                "words on the accent",
                shades.on_accent,
                shades.accent,
                READABLE,
            ),
            (
                "words on it under the pointer",
                shades.on_accent,
                shades.hover,
                READABLE,
            ),
            (
                "words in it on its soft color",
                shades.text,
                shades.soft,
                READABLE,
            ),
            (
                "its edge on its soft color",
                shades.edge,
                shades.soft,
                VISIBLE,
            ),
        ];
        for under in ground.surfaces {
            pairs.push(("words in it", shades.text, under, READABLE));
            pairs.push(("its edge", shades.edge, under, VISIBLE));
        }
        pairs
            .into_iter()
            .filter(|(_, over, under, least)| contrast(*over, *under) < *least)
            .map(|(what, over, under, _)| format!("{what}: {over} on {under}"))
            .collect()
    }

    #[test]
    fn a_thousand_colors_and_the_edges_of_all_are_readable_in_both_themes() {
        let chance = Entropy::seeded(42);
        let mut colors: Vec<Rgb> = (0..1000).map(|_| Rgb(chance.bytes())).collect();
        for red in [0, 127, 128, 255] {
            for green in [0, 127, 128, 255] {
                colors.extend([0, 127, 128, 255].map(|blue| Rgb([red, green, blue])));
            }
        }
        colors.extend((0..=255).map(|gray| Rgb([gray; 3])));
        for color in colors {
            let accent = Accent(color);
            assert_eq!(unreadable(&accent.light(), &LIGHT), [""; 0], "{color}");
            assert_eq!(unreadable(&accent.dark(), &DARK), [""; 0], "{color}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_found() {
        let yellow = Accent::parse("#ffd400").unwrap();
        let careless = Shades {
            on_accent: WHITE,
            text: yellow.0,
            edge: yellow.0,
            ..yellow.light()
        };
        // Two words on the accent, and words and edge on each of four colors.
        assert_eq!(unreadable(&careless, &LIGHT).len(), 10);
    }

    #[test]
    fn the_contrast_of_black_and_white_is_21_and_that_of_known_grays_as_published() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Rgb([0x76; 3]), WHITE) - 4.54).abs() < 0.005);
        assert!((contrast(Rgb([0x77; 3]), WHITE) - 4.48).abs() < 0.005);
    }

    #[test]
    fn a_color_is_a_hash_and_six_digits() {
        for good in ["#7c3aed", " #7C3AED ", "#000000"] {
            assert!(Accent::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "", "#", "7c3aed", "#7c3ae", "#7c3aed0", "#+c3aed", "red", "#é3ae",
        ] {
            assert!(Accent::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Accent::parse("#7C3AED").unwrap().to_string(), "#7c3aed");
        assert_eq!(Accent::of_digits("7C3AED"), None);
    }

    const CSS: &str = include_str!("../../static/app.css");

    /// A color of the stylesheet, in the light and in the dark.
    fn token(css: &str, name: &str) -> [Rgb; 2] {
        let (_, rest) = css.split_once(&format!("--{name}: light-dark(")).unwrap();
        let (pair, _) = rest.split_once(')').unwrap();
        let (light, dark) = pair.split_once(", ").unwrap();
        [light, dark].map(|color| Accent::parse(color).unwrap().0)
    }

    #[test]
    fn the_grounds_are_those_of_the_stylesheet() {
        for (name, at) in [("surface", 0), ("bg", 1), ("sunken", 2)] {
            assert_eq!(token(CSS, name), [LIGHT.surfaces[at], DARK.surfaces[at]]);
        }
    }

    /// Pairs of the stylesheet’s own colors that stand on one another, and how far they must differ.
    #[rustfmt::skip]
    const PAIRS: [(&str, &str, f64); 16] = [
        ("text", "bg", READABLE), ("text", "surface", READABLE),
        ("muted", "surface", READABLE), ("muted", "sunken", READABLE),
        ("line-strong", "surface", VISIBLE), ("accent-text", "surface", READABLE),
        ("accent-text", "accent-soft", READABLE), ("on-accent", "accent", READABLE),
        ("on-accent", "accent-hover", READABLE), ("ok", "ok-soft", READABLE),
        ("warn", "warn-soft", READABLE), ("bad", "bad-soft", READABLE),
        ("info", "info-soft", READABLE), ("on-bad", "bad-solid", READABLE),
        ("focus", "surface", VISIBLE), ("focus", "bg", VISIBLE),
    ];

    fn too_faint(css: &str) -> Vec<&'static str> {
        let is_faint = |(over, under, least): &&(&str, &str, f64)| {
            let (over, under) = (token(css, over), token(css, under));
            (0..2).any(|theme| contrast(over[theme], under[theme]) < *least)
        };
        PAIRS.iter().filter(is_faint).map(|pair| pair.0).collect()
    }

    #[test]
    fn the_colors_of_the_stylesheet_are_readable_on_one_another() {
        assert_eq!(too_faint(CSS), [""; 0]);
        let faint = CSS.replace("--muted: light-dark(#565D6B", "--muted: light-dark(#A0A6B2");
        assert_eq!(too_faint(&faint), ["muted", "muted"]);
    }
}
