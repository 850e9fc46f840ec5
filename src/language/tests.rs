use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast;
use fluent_syntax::parser;

use super::*;

thread_local! {
    /// What hosts are written to in: a test of the runtime on one thread runs on one of its own.
    pub static OF_HOSTS: std::cell::Cell<Language> = const { std::cell::Cell::new(Language::English) };
}

/// From now on, in this test.
pub fn hosts_read(language: Language) {
    OF_HOSTS.set(language);
}

/// English, its letters replaced; what speaks of something keeps its own.
pub static IN_PSEUDO: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = read(Language::English, &[ENGLISH, ENGLISH_FOR_HOSTS].concat());
    bundle.set_transform(Some(replaced));
    bundle
});

/// The signs of dates (`%A`, `%-d`) are no words.
fn replaced(words: &str) -> Cow<'_, str> {
    const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const OTHER: &str = "áƀćđéƒğħíĵķłɱñóþǫřšŧúṽŵẋýžÁɃĆĐÉƑĞĦÍĴĶŁṀÑÓÞǪŘŠŦÚṼŴẊÝŽ";
    let mut is_sign = false;
    let replaced = words.chars().map(|letter| {
        let of_sign = is_sign;
        is_sign = letter == '%' || (is_sign && letter == '-');
        match PLAIN.find(letter).filter(|_| !of_sign) {
            Some(at) => OTHER.chars().nth(at).unwrap(),
            None => letter,
        }
    });
    Cow::Owned(replaced.collect())
}

/// Each message with what it speaks of.
fn messages(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for file in files {
        let read = parser::parse(*file).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        for entry in read.body {
            let ast::Entry::Message(message) = entry else {
                continue;
            };
            let mut names = BTreeSet::new();
            in_pattern(message.value.as_ref().unwrap(), &mut names);
            assert!(message.attributes.is_empty());
            let before = all.insert(message.id.name.to_owned(), names);
            assert!(before.is_none(), "{} is there twice", message.id.name);
        }
    }
    all
}

fn in_pattern(pattern: &ast::Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            in_expression(expression, names);
        }
    }
}

fn in_expression(expression: &ast::Expression<&str>, names: &mut BTreeSet<String>) {
    let selector = match expression {
        ast::Expression::Inline(inline) => inline,
        ast::Expression::Select { selector, variants } => {
            for variant in variants {
                in_pattern(&variant.value, names);
            }
            selector
        }
    };
    let ast::InlineExpression::VariableReference { id } = selector else {
        panic!("a message that needs {selector:?}");
    };
    names.insert(id.name.to_owned());
}

#[test]
fn each_language_has_the_same_messages_that_speak_of_the_same() {
    let (english, spanish) = (messages(ENGLISH), messages(SPANISH));
    for (key, names) in &english {
        assert_eq!(spanish.get(key), Some(names), "{key} in Spanish");
    }
    for key in spanish.keys() {
        assert!(english.contains_key(key), "{key} is only in Spanish");
    }
}

#[test]
fn what_speaks_of_something_else_or_is_missing_is_told_apart() {
    let one = messages(&["a = { $name } is { $n ->\n    [one] one\n   *[other] { $n }\n }\n"]);
    let other = messages(&["a = { $nome }\n"]);
    assert_ne!(one, other);
    assert_eq!(one["a"].len(), 2);
}

/// All that could name a message.
fn sources() -> String {
    let mut all = String::new();
    for folder in ["src", "templates"] {
        gather(Path::new(folder), &mut all);
    }
    all
}

fn gather(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, all);
        } else if path.file_name() != Some("tests.rs".as_ref()) {
            all.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

/// The keys that are asked for where they are written.
fn asked(sources: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for ask in ["say(\"", "word(\"", "about_place(\"", "about_host(\""] {
        for piece in sources.split(ask).skip(1) {
            let key = piece.split('"').next().unwrap();
            // Others have a `word` of their own.
            if key.contains('-') && !key.contains(' ') {
                keys.insert(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn each_message_is_used_and_each_that_is_used_is_there() {
    let files = [ENGLISH, ENGLISH_FOR_HOSTS].concat();
    let (messages, sources) = (messages(&files), sources());
    let unused = |key: &&String| !sources.contains(&format!("\"{key}\""));
    assert_eq!(messages.keys().filter(unused).collect::<Vec<_>>(), [""; 0]);
    let missing = |key: &&String| !messages.contains_key(key.as_str());
    let named = asked(&sources);
    assert!(named.len() > 100, "{}", named.len());
    assert_eq!(named.iter().filter(missing).collect::<Vec<_>>(), [""; 0]);
    let planted = asked("page.say(\"no-such-key\")");
    assert_eq!(planted.iter().filter(missing).count(), 1);
}

#[test]
fn a_browser_gets_the_language_of_ours_that_it_likes_best() {
    use Language::{English, Spanish};
    let rows = [
        ("es", Some(Spanish)),
        ("es-419,es;q=0.9,en;q=0.8", Some(Spanish)),
        ("en-US,en;q=0.9,es;q=0.8", Some(English)),
        ("de-DE,de;q=0.9,es;q=0.5,en;q=0.4", Some(Spanish)),
        ("ES-mx", Some(Spanish)),
        ("de, fr;q=0.9", None),
        ("es;q=0, en;q=0.1", Some(English)),
        ("es;q=abc, en;q=0.1", Some(English)),
        ("*", None),
        ("", None),
        (",;q=,=;", None),
    ];
    for (header, language) in rows {
        assert_eq!(Language::accepted(header), language, "{header}");
    }
}

#[test]
fn a_message_says_what_it_is_given_as_it_is() {
    let marked = "<b>Ada</b> { $x } \u{202e}";
    let words = Language::Spanish.say("gone-too-soon").with("host", marked);
    assert_eq!(
        words.to_string(),
        format!("Es demasiado pronto para {marked}.")
    );
    let (before, after) = Language::Spanish.say("picker-next").around("when");
    assert_eq!(
        (before.as_str(), after.as_str()),
        ("La próxima hora libre es ", ".")
    );
    let ways = Language::English.say("meeting-stale-ways");
    let (before, between, after) = ways.around_two("reconnect", "paste");
    assert_eq!([before, between, after], ["", ", or ", "."]);
    let count = |many: usize| {
        let words = Language::Spanish.say("times-count").with("times", many);
        words.to_string()
    };
    assert_eq!(
        [count(0), count(1), count(12_345)],
        ["ningún horario", "1 horario", "12345 horarios"]
    );
}

#[test]
#[should_panic(expected = "lacks")]
fn a_message_that_lacks_something_is_found_by_whichever_test_shows_it() {
    Language::English.say("gone-too-soon").to_string();
}

#[test]
#[should_panic(expected = "there is no message")]
fn a_message_that_is_not_there_is_found_by_whichever_test_shows_it() {
    Language::English
        .say("no-such-message-in-any-file")
        .to_string();
}

#[test]
fn the_pseudo_language_leaves_nothing_readable_but_names() {
    let words = Language::Pseudo.say("gone-too-soon").with("host", "Ada");
    let words = words.to_string();
    assert_eq!(
        crate::testing::readable::in_text(&words, &["Ada"]),
        [""; 0],
        "{words}"
    );
    assert_eq!(
        crate::testing::readable::in_text(&words, &[]),
        ["Ada"],
        "{words}"
    );
    let day = Language::Pseudo.day("2026-06-12".parse().unwrap());
    assert_eq!(day, "Ƒříđáý 12 Ĵúñé");
}
