//! Markdown to HTML. Pure. HTML in the Markdown comes out as the text it is.

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};

pub fn html_of(markdown: &str) -> String {
    let mut events: Vec<Event<'_>> = Parser::new(markdown).filter_map(plain).collect();
    name_headings(&mut events);
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events.into_iter());
    out
}

fn plain(event: Event<'_>) -> Option<Event<'_>> {
    if let Event::Html(text) | Event::InlineHtml(text) = event {
        return Some(Event::Text(text));
    }
    let is_wrapper = matches!(
        event,
        Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock)
    );
    (!is_wrapper).then_some(event)
}

/// So that links can lead to them: "For admins" is `#for-admins`.
fn name_headings(events: &mut [Event<'_>]) {
    for at in 0..events.len() {
        let words = text_of(&events[at..]);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
            *id = Some(CowStr::from(anchor(&words)));
        }
    }
}

/// The text of the heading that begins here; empty where none does.
fn text_of(events: &[Event<'_>]) -> String {
    let Some(Event::Start(Tag::Heading { .. })) = events.first() else {
        return String::new();
    };
    let inside = events
        .iter()
        .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let mut words = String::new();
    for event in inside {
        if let Event::Text(text) | Event::Code(text) = event {
            words.push_str(text);
        }
    }
    words
}

fn anchor(words: &str) -> String {
    let plain: String = words
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_can_be_linked_to() {
        assert_eq!(
            html_of("## For admins: `x`\n\nText."),
            "<h2 id=\"for-admins-x\">For admins: <code>x</code></h2>\n<p>Text.</p>\n"
        );
    }

    #[test]
    fn html_is_shown_and_not_done() {
        let html = html_of("<script>alert(1)</script>\n\nA <b onclick=x>b</b> [c](/d).");
        assert!(!html.contains("<script") && !html.contains("<b"), "{html}");
        assert!(html.contains("&lt;script&gt;") && html.contains("<a href=\"/d\">c</a>"));
    }
}
