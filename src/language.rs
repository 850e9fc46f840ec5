//! The languages people are spoken to in. What is said lies in `words/{language}/`, a file for each
//! feature, in Fluent's format. What hosts and admins alone read lies in its folder `hosts/`, in English
//! so far.
//!
//! Names and other words from outside go into a sentence as they are, without marks around them that
//! isolate their direction: mails and calendar files would show those as signs. Pages escape what
//! comes out as they escape any text.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    Spanish,
    /// English with every letter of ours replaced: what is readable in it was not translated.
    #[cfg(test)]
    Pseudo,
}

crate::column!(Language as String, |it| it.tag().to_owned(), |tag| {
    Language::of_tag(&tag).ok_or_else(|| format!("{tag:?} is no language"))
});

macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!("../words/", $language, "/booking.ftl")),
            include_str!(concat!("../words/", $language, "/event_types.ftl")),
            include_str!(concat!("../words/", $language, "/letters.ftl")),
            include_str!(concat!("../words/", $language, "/web.ftl")),
            include_str!(concat!("../words/", $language, "/when.ftl")),
        ]
    };
}

macro_rules! files_for_hosts {
    ($language:literal) => {
        &[
            include_str!(concat!("../words/", $language, "/hosts/accounts.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/availability.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/booking.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/conferencing.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/event_types.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/hold.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/rollout.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/sync_log.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/teams.ftl")),
            include_str!(concat!("../words/", $language, "/hosts/web.ftl")),
        ]
    };
}

const ENGLISH: &[&str] = files!("en");
const ENGLISH_FOR_HOSTS: &[&str] = files_for_hosts!("en");
const SPANISH: &[&str] = files!("es");

impl Language {
    /// Those people can choose.
    pub const ALL: [Language; 2] = [Language::English, Language::Spanish];

    /// What hosts and admins are written to in: their mails, and what calendars of theirs show. A
    /// test can have them read the pseudo language.
    pub fn of_hosts() -> Language {
        #[cfg(test)]
        return tests::OF_HOSTS.get();
        #[cfg(not(test))]
        Language::English
    }

    /// Those there are for hosts and admins; a test can have them read the pseudo language.
    pub fn for_hosts(self) -> Language {
        match self {
            Language::English | Language::Spanish => Language::English,
            #[cfg(test)]
            Language::Pseudo => Language::Pseudo,
        }
    }

    /// As pages, headers and the database name it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Spanish => "es",
            #[cfg(test)]
            Language::Pseudo => "en-XA",
        }
    }

    /// As those who speak it call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Spanish => "Español",
            #[cfg(test)]
            Language::Pseudo => "Þšéûðö",
        }
    }

    pub fn of_tag(tag: &str) -> Option<Language> {
        #[cfg(test)]
        if tag == Language::Pseudo.tag() {
            return Some(Language::Pseudo);
        }
        Language::ALL.into_iter().find(|it| it.tag() == tag)
    }

    /// The one of ours that a browser's `Accept-Language` likes best.
    pub fn accepted(header: &str) -> Option<Language> {
        let mut best: Option<(f32, Language)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let main = tag.split('-').next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight = weight.map_or(Some(1.0), |weight| weight.parse().ok());
            let (Some(weight), Some(language)) = (weight, Language::of_tag(main)) else {
                continue;
            };
            if weight > best.map_or(0.0, |(most, _)| most) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }

    /// The message of this name; what it speaks of is given `with` it.
    pub fn say(self, key: &'static str) -> Said {
        Said {
            language: self,
            key,
            about: Vec::new(),
        }
    }

    /// A message that speaks of nothing.
    pub fn word(self, key: &'static str) -> Cow<'static, str> {
        formatted(self, key, None)
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static IN_ENGLISH: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| read(Language::English, &[ENGLISH, ENGLISH_FOR_HOSTS].concat()));
        static IN_SPANISH: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| read(Language::Spanish, SPANISH));
        match self {
            Language::English => &IN_ENGLISH,
            Language::Spanish => &IN_SPANISH,
            #[cfg(test)]
            Language::Pseudo => &tests::IN_PSEUDO,
        }
    }
}

fn read(language: Language, files: &[&str]) -> FluentBundle<FluentResource> {
    let known = language.tag().parse().expect("a test reads all tags");
    let mut bundle = FluentBundle::new_concurrent(vec![known]);
    bundle.set_use_isolating(false);
    for file in files {
        let messages = FluentResource::try_new((*file).to_owned()).expect("a test reads all files");
        let added = bundle.add_resource(messages);
        added.expect("a test finds messages that are there twice");
    }
    bundle
}

/// A message and what it speaks of.
#[derive(Clone, Debug)]
pub struct Said {
    language: Language,
    key: &'static str,
    about: Vec<(&'static str, About)>,
}

/// A number chooses between singular and plural.
#[derive(Clone, Debug)]
pub enum About {
    Words(String),
    Number(i64),
}

impl Said {
    #[must_use]
    pub fn with(mut self, name: &'static str, about: impl Mention) -> Said {
        self.about.push((name, about.about()));
        self
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// What stands before and after one thing it speaks of, which a page shows in its own way.
    pub fn around(&self, name: &'static str) -> (String, String) {
        const MARK: char = '\u{1}';
        let words = self.clone().with(name, MARK.to_string()).to_string();
        match words.split_once(MARK) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (words, String::new()),
        }
    }

    /// What stands before, between and after two things, in this order.
    pub fn around_two(
        &self,
        first: &'static str,
        second: &'static str,
    ) -> (String, String, String) {
        const MARK: char = '\u{2}';
        let words = self.clone().with(second, MARK.to_string());
        let (before, rest) = words.around(first);
        match rest.split_once(MARK) {
            Some((between, after)) => (before, between.to_owned(), after.to_owned()),
            None => (before, rest, String::new()),
        }
    }

    fn words(&self) -> Cow<'static, str> {
        let mut arguments = FluentArgs::with_capacity(self.about.len());
        for (name, about) in &self.about {
            match about {
                About::Words(words) => arguments.set(*name, words.as_str()),
                About::Number(number) => arguments.set(*name, FluentValue::from(*number)),
            }
        }
        formatted(self.language, self.key, Some(&arguments))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl From<Said> for String {
    fn from(said: Said) -> String {
        said.words().into_owned()
    }
}

/// What is missing is said in the log, and in a test out loud.
fn formatted(
    language: Language,
    key: &'static str,
    arguments: Option<&FluentArgs<'_>>,
) -> Cow<'static, str> {
    let bundle = language.bundle();
    let message = bundle.get_message(key);
    let Some(pattern) = message.and_then(|message| message.value()) else {
        tracing::error!(key, language = language.tag(), "there is no such message");
        debug_assert!(false, "there is no message {key}");
        return Cow::Borrowed(key);
    };
    let mut wrong = Vec::new();
    let words = bundle.format_pattern(pattern, arguments, &mut wrong);
    if !wrong.is_empty() {
        tracing::error!(
            key,
            language = language.tag(),
            ?wrong,
            "a message lacks something"
        );
        debug_assert!(false, "the message {key} lacks {wrong:?}");
    }
    words
}

/// What a message can speak of.
pub trait Mention {
    fn about(&self) -> About;
}

impl<T: Mention + ?Sized> Mention for &T {
    fn about(&self) -> About {
        (**self).about()
    }
}

macro_rules! mention {
    ($($type:ty => |$it:ident| $about:expr),+ $(,)?) => {$(
        impl Mention for $type {
            fn about(&self) -> About {
                let $it = self;
                $about
            }
        }
    )+};
}
mention!(
    str => |words| About::Words(words.to_owned()),
    String => |words| About::Words(words.clone()),
    Cow<'_, str> => |words| About::Words(words.to_string()),
    Said => |said| About::Words(said.to_string()),
    u16 => |number| About::Number(i64::from(*number)),
    i64 => |number| About::Number(*number),
    usize => |number| About::Number(i64::try_from(*number).unwrap_or(i64::MAX)),
);

#[cfg(test)]
pub mod tests;
