//! What the help says is held against the product.

use std::collections::BTreeSet;
use std::path::Path;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::PAGES;
use crate::testing::TestApp;

/// What a help page names: words of the product in bold, its sentences in emphasis and quotes, and
/// addresses.
#[derive(Default)]
struct Named {
    words: BTreeSet<String>,
    links: BTreeSet<String>,
}

fn named(markdown: &str) -> Named {
    let mut named = Named::default();
    let mut marked: Option<String> = None;
    for event in Parser::new(markdown) {
        if let Event::Start(Tag::Strong | Tag::Emphasis) = event {
            marked = Some(String::new());
        } else if let Event::End(TagEnd::Strong) = event {
            named.words.extend(marked.take());
        } else if let Event::End(TagEnd::Emphasis) = event {
            let said = marked.take().unwrap();
            let inner = said.strip_prefix('“').and_then(|s| s.strip_suffix('”'));
            let inner = inner.unwrap_or_else(|| panic!("{said:?} is emphasized, not quoted"));
            named.words.insert(inner.to_owned());
        } else if let Event::Start(Tag::Link { dest_url, .. }) = event {
            named.links.insert(dest_url.into_string());
        } else if let Some(marked) = &mut marked {
            if let Event::Text(text) = event {
                marked.push_str(&text);
            } else {
                assert_eq!(event, Event::SoftBreak, "marked words are plain");
                marked.push(' ');
            }
        }
    }
    named
}

/// All templates, what guests read, and the sources without tests and comments, with white space folded.
fn product() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = String::new();
    read(&root.join("templates"), &mut texts);
    read(&root.join("src"), &mut texts);
    read(&root.join("words/en"), &mut texts);
    // A sentence may go on over the end of a line of the source.
    let texts = texts.replace("\\\n", "");
    texts.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(folder: &Path, texts: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_test = name == "tests" || name == "testing" || name.ends_with("_tests");
        if is_test {
            continue;
        }
        if path.is_dir() {
            read(&path, texts);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let end = text.find("#[cfg(test)]\nmod tests {");
            let said = text[..end.unwrap_or(text.len())]
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for line in said {
                texts.push_str(line);
                texts.push('\n');
            }
        }
    }
}

#[test]
fn the_help_names_only_what_stands_on_the_pages() {
    let product = product();
    for page in PAGES {
        let named = named(page.text);
        assert!(named.words.len() > 10);
        for words in named.words {
            assert!(product.contains(&words), "{}: {words:?}", page.path);
        }
    }
    assert!(!product.contains("a button that is nowhere"));
}

/// As Zoom’s users know them from elsewhere; `→` and quotes included.
#[test]
fn the_words_that_must_be_verbatim_stand_on_the_pages() {
    let product = product();
    for words in [
        "Integrations",
        "Video Conferencing",
        "Connect Zoom",
        "Connect my Zoom",
        "Settings",
        "Zoom connected successfully!",
        "Connected",
        "Connection broken",
        "Disconnect",
        "Reconnect",
        "Rollout",
        "Enable Zoom for this organization",
        "Enable multi-account routing",
        "Default Zoom account",
        "Enable webinars on group bookings",
        "Add shared org account",
        "View sync log",
        "Event Types",
        "General",
        "Location",
        "Zoom links require a connected Zoom account. Connect one, or pick a different location.",
        "Connect Zoom →",
    ] {
        assert!(product.contains(words), "{words:?}");
    }
}

#[tokio::test]
async fn the_help_is_for_everybody_and_its_links_lead_somewhere() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let index = browser.get("/help").await;
    assert_eq!(index.status, 200);
    assert!(index.links("/").contains(&"/".to_owned()));
    for page in PAGES {
        let path = format!("/help/{}", page.path);
        assert_eq!(index.links(&path).len(), 1);
        let shown = browser.get(&path).await;
        assert_eq!(shown.status, 200);
        assert!(shown.text().contains("All help pages"));
        for link in named(page.text).links {
            if let Some(anchor) = link.strip_prefix('#') {
                assert!(shown.body.contains(&format!("id=\"{anchor}\"")), "{link}");
            } else if link.starts_with('/') {
                // What is behind the sign-in leads there first.
                let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
                let there = browser.get(path).await;
                assert!(there.status == 200 || there.status == 303, "{link}");
                let id = format!("id=\"{anchor}\"");
                assert!(anchor.is_empty() || there.body.contains(&id), "{link}");
            } else {
                assert!(link.starts_with("https://"), "{link}");
            }
        }
        let markdown = browser.get(&format!("{path}.md")).await;
        assert_eq!(markdown.body, page.text);
        assert_eq!(
            markdown.headers["content-type"],
            "text/markdown; charset=utf-8"
        );
    }
    for nowhere in ["/help/nowhere", "/help/integrations", "/help/nowhere.md"] {
        assert_eq!(browser.get(nowhere).await.status, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn the_zoom_page_has_the_sections_its_users_look_for() {
    let app = TestApp::start().await;
    let page = app.browser().get("/help/integrations/zoom").await;
    for heading in [
        "<h1 id=\"zoom\">Zoom</h1>",
        "<h2 id=\"what-it-does\">What it does</h2>",
        "<h2 id=\"when-to-use-it\">When to use it</h2>",
        "<h2 id=\"how-to-do-it\">How to do it</h2>",
        "<h2 id=\"using-it\">Using it</h2>",
        "<h2 id=\"removing-zoom\">Removing Zoom</h2>",
        "<h3 id=\"in-42min\">In 42min</h3>",
        "<h3 id=\"at-zoom\">At Zoom</h3>",
        "<h2 id=\"for-admins\">For admins</h2>",
        "<h2 id=\"common-pitfalls\">Common pitfalls</h2>",
    ] {
        assert!(page.body.contains(heading), "{heading}");
    }
}
