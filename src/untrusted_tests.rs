//! Words of strangers, taken through every field they can be typed in and read back from everything
//! that goes out: pages, mails, calendars, JSON, and what Zoom is told. They may change what is
//! said and nothing else, and come out as they went in, cleaned as `text` does.

mod refused;

use zoom_sim::{Fault, UserSpec};

use crate::accounts::{Person, Role, setup, store};
use crate::clock::{hours, minutes};
use crate::db::sql;
use crate::event_types::Location;
use crate::mail::mime::{self, Sender};
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};
use crate::testing::shape::{self, Read, difference};
use crate::text;

/// What people shouldn’t write, and do. Each stands between two plain words, so that a first name
/// and initials stay what they are.
#[rustfmt::skip]
const NAUGHTY: &[(&str, &str)] = &[
    ("line breaks", "a\r\nb\nc\rd"),
    ("a header", "a\r\nBcc: eve@evil.example\r\n\r\nbody"),
    ("a property", "a\nATTENDEE:mailto:eve@evil.example\r\nX:1"),
    ("an end of an event", "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1"),
    ("a parameter", "a\";X-EVIL=1:mailto:eve@evil.example"),
    ("separators", "a;b,c\\n\\;d\\,e\\\\f^n^'"),
    ("NUL", "a\0b\0"),
    ("controls", "a\u{1}\u{7}\u{8}\u{b}\u{c}\u{1b}[31m\u{7f}\u{85}b"),
    ("separators of lines and paragraphs", "a\u{2028}b\u{2029}c"),
    ("bidirectional overrides", "a\u{202e}b\u{202c}\u{2066}c\u{2069}\u{202a}d"),
    ("a mark of direction", "a\u{200f}b\u{200e}\u{61c}c"),
    ("zero width", "a\u{200b}b\u{200c}\u{200d}c\u{feff}d\u{2060}\u{ad}"),
    ("combining", "Z\u{351}\u{36b}\u{343}a\u{36b}\u{34a}l\u{364}g\u{306}o\u{30a}"),
    ("not composed", "e\u{301} \u{e9} \u{1100}\u{1161}\u{11a8} \u{ac01}"),
    ("emoji", "👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇪🇸 🫠"),
    ("Arabic and Hebrew", "مرحبا بالعالم שלום עולם"),
    ("Chinese and Japanese", "山田\u{3000}太郎 你好"),
    ("beyond the first plane", "𝒵𝔞𝓁𝑔𝑜 𐍈 \u{10ffff}\u{fffd}\u{ffff}"),
    ("a script", "</script><script>alert(1)</script>"),
    ("an element", "<img src=x onerror=alert(1)><svg/onload=alert(1)>"),
    ("ends of raw texts", "</title></textarea></style></select><b>"),
    ("a comment", "<!-- a --> <![CDATA[ b ]]> <?c?>"),
    ("an end of an attribute", "\" onmouseover=\"alert(1)\" x='"),
    ("another end of an attribute", "' onfocus='alert(1)' autofocus=`x` >"),
    ("entities", "&lt;b&gt; &#60;b&#62; &amp; &quot &nbsp; &#x0;"),
    ("a template", "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7 %> {0} %s %n"),
    ("SQL", "'; DROP TABLE people;-- \" OR ''=' %_ \\'"),
    ("a formula", "=cmd|'/C calc'!A0"),
    ("more formulas", "+1+1 -1 @SUM(1) \t=1"),
    ("a boundary", "--42min-mixed-0 --42min-alternative-0--"),
    ("an encoded word", "=?utf-8?b?QmNjOiBldmU=?= =?utf-8?q?=0D=0A?="),
    ("quoted-printable", "=0D=0ABcc:=20eve =3D =\u{20ac}"),
    ("an address", "a <eve@evil.example>, \"b\" <c@d.example>; (e)"),
    ("JSON", "{\"a\":[1,null]} \\u0000 \\\" </"),
    ("a scheme", "javascript:alert(1) data:text/html,<b> vbscript:x"),
    ("a link", "https://evil.example/?a=1&b=2#c [x](javascript:y)"),
    ("a query", "a=1&b=2?c#d%00%0d%0a+e/../f"),
    ("a mark of ours", "[42min:a.b.c.1.d] pwd=secret&x"),
    ("dots", ".\r\n..\r\n. From me"),
    ("case", "ﬃ ǅ İ ı ß ẞ ſ K"),
];

const PLAIN: &str = "Zq plain words qZ";

fn typed(naughty: &str) -> String {
    format!("Zq {naughty} qZ")
}

/// A whole life of an org in which people write these words wherever they can, and all that went
/// out meanwhile.
struct Story {
    app: TestApp,
    words: String,
    ada: Browser,
    guest: Browser,
    heard: Vec<(String, Read)>,
    letters: usize,
}

const PASSWORD: &str = "correct horse";
const DAY: &str = "2026-05-06";

impl Story {
    async fn tell(words: &str) -> Vec<(String, Read)> {
        let app = TestApp::start_with_zoom().await;
        let (ada, guest) = (app.browser(), app.browser());
        let mut story = Story {
            app,
            words: words.to_owned(),
            ada,
            guest,
            heard: Vec::new(),
            letters: 0,
        };
        story.accounts().await;
        story.schedules_and_events().await;
        let booking = story.booking().await;
        story.changes(&booking).await;
        story.place_of_the_invitee().await;
        story.team().await;
        story.zoom().await;
        story.heard
    }

    async fn get(&mut self, path: &str) -> Answer {
        let answer = self.ada.get(path).await;
        self.hear(path, &answer);
        answer
    }

    async fn guest_gets(&mut self, path: &str) -> Answer {
        let answer = self.guest.get(path).await;
        self.hear(path, &answer);
        answer
    }

    /// Posts a form that is taken, and looks at the page it leads to.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.ada.post(path, fields).await;
        assert_eq!(
            answer.status,
            303,
            "{path} {:?}: {}",
            self.words,
            answer.text()
        );
        let to = answer.location().to_owned();
        self.get(&to).await;
        to
    }

    async fn guest_posts(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.guest.post(path, fields).await;
        assert_eq!(
            answer.status,
            303,
            "{path} {:?}: {}",
            self.words,
            answer.text()
        );
        let to = answer.location().to_owned();
        self.guest_gets(&to).await;
        to
    }

    fn hear(&mut self, path: &str, answer: &Answer) {
        let words = &self.words;
        assert!(
            answer.status.as_u16() < 400,
            "{path} {words:?}: {}",
            answer.status
        );
        let kind = answer.headers.get("content-type");
        let kind = kind.map_or("", |kind| kind.to_str().unwrap());
        let read = match kind.split(';').next().unwrap() {
            "text/html" => shape::html(&answer.body),
            "text/calendar" => shape::ics(&answer.body),
            "application/json" => shape::json(&answer.body),
            "text/csv" => shape::csv(&answer.body),
            _ => Read::default(),
        };
        self.heard.push((path.to_owned(), read));
    }

    /// Runs what is due, and reads the letters that have left.
    async fn settle(&mut self) {
        self.app.settle_for(minutes(2)).await;
        self.read_letters();
    }

    fn read_letters(&mut self) {
        let sender = Sender::of(&self.app.app.config);
        let letters = self.app.letters();
        for letter in &letters[self.letters..] {
            let bytes = mime::bytes(letter, &sender, self.app.now()).unwrap();
            let label = format!("the letter {} to the {}", letter.kind, letter.audience);
            self.heard.push((label, shape::mail(&bytes)));
        }
        self.letters = letters.len();
    }

    async fn person(&self, email: &str) -> Person {
        let mut reader = self.app.app.db.read().await.unwrap();
        let person = store::person_by_email(&mut reader, email).await.unwrap();
        person.unwrap()
    }

    async fn accounts(&mut self) {
        let words = self.words.clone();
        let code = setup::prepare(&self.app.app).await.unwrap().unwrap();
        let fields = [
            ("code", code.expose()),
            ("name", &words),
            ("email", "ada@engines.example"),
            ("password", PASSWORD),
            ("timezone", "Europe/Madrid"),
            ("org", &words),
        ];
        self.post("/setup", &fields).await;
        let profile = [
            ("name", words.as_str()),
            ("username", "ada"),
            ("timezone", "Europe/Madrid"),
            ("notices", "on"),
        ];
        self.post("/360/profile", &profile).await;
        let invited = [
            ("name", words.as_str()),
            ("email", "bob@engines.example"),
            ("role", "user"),
            ("username", "bob"),
        ];
        self.post("/360/users", &invited).await;
        self.settle().await;
        let letter = self.app.letters_to("bob@engines.example").pop().unwrap();
        let at = letter.text.find("http://meet.test/invitation/").unwrap();
        let link = letter.text[at..].split_whitespace().next().unwrap();
        let path = link.strip_prefix("http://meet.test").unwrap().to_owned();
        self.guest_gets(&path).await;
        let accepts = [
            ("name", words.as_str()),
            ("password", PASSWORD),
            ("timezone", "Europe/Madrid"),
        ];
        self.guest_posts(&path, &accepts).await;
        self.guest = self.app.browser();
        let bob = self.person("bob@engines.example").await;
        self.post(&format!("/360/users/{}/reset", bob.id), &[])
            .await;
        self.post(&format!("/360/users/{}/role", bob.id), &[("role", "admin")])
            .await;
        self.settle().await;
    }

    async fn schedules_and_events(&mut self) {
        let words = self.words.clone();
        let schedule = [
            ("name", words.as_str()),
            ("timezone", "Europe/Madrid"),
            ("from_d2", "09:00"),
            ("to_d2", "17:00"),
        ];
        let schedule = self.post("/360/availability/new", &schedule).await;
        self.post(&format!("{schedule}/default"), &[]).await;
        let new = [
            ("title", words.as_str()),
            ("slug", "intro"),
            ("minutes", "42"),
            ("location", "in_person"),
            ("address", &words),
        ];
        let editor = self.post("/360/events", &new).await;
        let general = [
            ("title", words.as_str()),
            ("slug", "intro"),
            ("minutes", "42"),
            ("color", "#7c3aed"),
            ("location", "in_person"),
            ("address", &words),
            ("public_description", &words),
            ("internal_description", &words),
        ];
        self.post(&editor, &general).await;
        let id = schedule.rsplit('/').next().unwrap().to_owned();
        self.post(&format!("{editor}/schedule"), &[("schedule", &id)])
            .await;
        let choices = format!("{}\nAnother", text::one_line(&words));
        let form = [
            ("question", "a"),
            ("label_a", &words),
            ("form_a", "short"),
            ("question", "b"),
            ("label_b", &words),
            ("form_b", "long"),
            ("question", "c"),
            ("label_c", &words),
            ("form_c", "choice"),
            ("choices_c", &choices),
            ("guests", "on"),
        ];
        self.post(&format!("{editor}/form"), &form).await;
        self.post(&format!("{editor}/switch"), &[("on", "1")]).await;
        let look = [
            ("theme", "dark"),
            ("own_accent", "on"),
            ("accent", "#ffd400"),
            ("show_picture", "on"),
            ("show_organization", "on"),
            ("show_description", "on"),
        ];
        self.post(&format!("{editor}/customization"), &look).await;
        self.share(&editor).await;
        for path in ["/360/availability", "/360/events"] {
            self.get(path).await;
        }
        self.get(&format!("{schedule}/delete")).await;
        self.get(&format!("{editor}/delete")).await;
    }

    /// What is to be pasted into other sites is HTML of its own, shown as text: read as both.
    async fn share(&mut self, editor: &str) {
        let page = self.get(&format!("{editor}/share")).await;
        let (_, read) = self.heard.last_mut().unwrap();
        let snippets: Vec<String> = read
            .says
            .iter()
            .filter(|said| said.contains("embed.js\" async") || said.contains("<iframe src="))
            .cloned()
            .collect();
        // Each as the value of its button and in the text.
        assert_eq!(snippets.len(), 8, "{}", page.text());
        read.says.retain(|said| !snippets.contains(said));
        for snippet in snippets {
            self.heard
                .push(("a snippet".to_owned(), shape::html(&snippet)));
        }
    }

    /// Answers the path of the booking's page.
    async fn booking(&mut self) -> String {
        let words = self.words.clone();
        let start = format!("{DAY}T07:00:00Z");
        let known: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        for path in [
            format!("/ada/intro?date={DAY}&name={known}&email={known}"),
            format!("/ada/intro/book?start={start}&tz=Europe/Madrid&name={known}&email={known}"),
            "/ada".to_owned(),
            format!("/ada/intro?date={DAY}"),
            format!("/ada/intro?date={DAY}&embed=1&theme=light"),
            format!("/ada/intro/book?start={start}&tz=Europe/Madrid"),
            format!("/ada/intro/book?start={start}&tz=Europe/Madrid&embed=1"),
        ] {
            self.guest_gets(&path).await;
        }
        let choice = text::one_line(&words);
        let fields = [
            ("start", start.as_str()),
            ("tz", "Asia/Tokyo"),
            ("name", &words),
            ("email", "grace@example.com"),
            ("guests", "ann@example.com, ben@example.com"),
            ("q_a", &words),
            ("q_b", &words),
            ("q_c", &choice),
        ];
        let hub = self.guest_posts("/ada/intro/book", &fields).await;
        self.settle().await;
        self.get("/360/profile/delete").await;
        hub
    }

    async fn host_path(&mut self) -> String {
        let list = self.ada.get("/360/meetings").await;
        list.links("/360/meetings/").remove(0)
    }

    async fn changes(&mut self, hub: &str) {
        let words = self.words.clone();
        let (page, secret) = hub.split_once('?').unwrap();
        for more in ["/link", "/invite.ics", "/cancel", "/reschedule"] {
            self.guest_gets(&format!("{page}{more}?{secret}")).await;
        }
        self.get("/360/meetings?host=all").await;
        let host = self.host_path().await;
        for more in [
            "",
            "/start",
            "/cancel",
            "/reschedule",
            "/reschedule?start=2026-05-06T09:06:00Z",
        ] {
            self.get(&format!("{host}{more}")).await;
        }
        let moved = [
            ("start", "2026-05-06T09:06:00Z"),
            ("tz", "Europe/Madrid"),
            ("reason", words.as_str()),
        ];
        self.post(&format!("{host}/reschedule"), &moved).await;
        self.settle().await;
        // The old link leads on.
        let old = self.guest_gets(hub).await;
        let hub = old.links("/booking/").remove(0);
        let (page, secret) = hub.split_once('?').unwrap();
        let moved = [
            ("start", "2026-05-06T12:36:00Z"),
            ("tz", "Europe/Madrid"),
            ("reason", words.as_str()),
        ];
        self.guest_gets(&format!(
            "{page}/reschedule?start=2026-05-06T12:36:00Z&{secret}"
        ))
        .await;
        let hub = self
            .guest_posts(&format!("{page}/reschedule?{secret}"), &moved)
            .await;
        self.settle().await;
        let host = self.host_path().await;
        self.get(&host).await;
        let (page, secret) = hub.split_once('?').unwrap();
        self.guest_posts(&format!("{page}/cancel?{secret}"), &[("reason", &words)])
            .await;
        self.settle().await;
        self.get("/360/meetings?tab=canceled").await;
        self.get(&host).await;
    }

    async fn place_of_the_invitee(&mut self) {
        let words = self.words.clone();
        let new = [
            ("title", words.as_str()),
            ("slug", "cafe"),
            ("minutes", "42"),
            ("location", "ask_invitee"),
        ];
        self.post("/360/events", &new).await;
        let fields = [
            ("start", "2026-05-13T07:00:00Z"),
            ("tz", "Europe/Madrid"),
            ("name", words.as_str()),
            ("email", "grace@example.com"),
            ("place", &words),
        ];
        let hub = self.guest_posts("/ada/cafe/book", &fields).await;
        let (page, secret) = hub.split_once('?').unwrap();
        self.guest_gets(&format!("{page}/invite.ics?{secret}"))
            .await;
        self.settle().await;
        let host = self.host_path().await;
        self.get(&host).await;
        self.post(&format!("{host}/cancel"), &[("reason", &words)])
            .await;
        self.settle().await;
    }

    async fn team(&mut self) {
        let words = self.words.clone();
        let bob = self.person("bob@engines.example").await.id.to_string();
        let team = [
            ("name", words.as_str()),
            ("slug", "sales"),
            ("member", &bob),
        ];
        let page = self.post("/360/teams", &team).await;
        let id = page.rsplit('/').next().unwrap().to_owned();
        let new = [
            ("title", words.as_str()),
            ("slug", "demo"),
            ("minutes", "42"),
            ("location", "in_person"),
            ("address", &words),
        ];
        let editor = self.post("/360/events", &new).await;
        let general = [
            ("title", words.as_str()),
            ("slug", "demo"),
            ("minutes", "42"),
            ("color", "#7c3aed"),
            ("location", "in_person"),
            ("address", &words),
            ("kind", "group_round_robin"),
            ("team", &id),
            ("seats", "5"),
        ];
        self.post(&editor, &general).await;
        self.get("/360/teams").await;
        self.get(&format!("{page}/delete")).await;
        for path in ["/team/sales", "/team/sales/demo?date=2026-05-12"] {
            self.guest_gets(path).await;
        }
        let fields = [
            ("start", "2026-05-12T07:00:00Z"),
            ("tz", "Europe/Madrid"),
            ("name", words.as_str()),
            ("email", "grace@example.com"),
        ];
        self.guest_gets("/team/sales/demo/book?start=2026-05-12T07:00:00Z")
            .await;
        self.guest_posts("/team/sales/demo/book", &fields).await;
        self.settle().await;
        self.get("/360/meetings?host=all").await;
    }

    /// What is said at Zoom comes here, and what is said here goes there.
    async fn zoom(&mut self) {
        let words = self.words.clone();
        let ada = self.person("ada@engines.example").await;
        self.app.zoom_on(ada.org_id).await;
        let zoe = UserSpec::new("zoe@zoom.example").named(&words, "Sim");
        self.app.zoom().add_user(zoe);
        let landed = self
            .app
            .connects(&ada, "personal", "zoe@zoom.example")
            .await;
        self.hear("connected", &landed);
        let by_hand = UserSpec {
            email: words.clone(),
            ..UserSpec::new("x").named(&words, &words)
        };
        let shared = self.app.zoom().add_user(by_hand);
        let landed = self.app.connects(&ada, "shared", &shared).await;
        self.hear("connected", &landed);
        let new = [
            ("title", words.as_str()),
            ("slug", "call"),
            ("minutes", "42"),
            ("location", "zoom"),
        ];
        let editor = self.post("/360/events", &new).await;
        for start in ["2026-05-13T07:00:00Z", "2026-05-13T12:36:00Z"] {
            let fields = [
                ("start", start),
                ("tz", "Europe/Madrid"),
                ("name", words.as_str()),
                ("email", "dorothy@example.com"),
            ];
            let hub = self.guest_posts("/ada/call/book", &fields).await;
            self.settle().await;
            let (page, secret) = hub.split_once('?').unwrap();
            for more in ["", "/link", "/invite.ics", "/cancel"] {
                self.guest_gets(&format!("{page}{more}?{secret}")).await;
            }
            // The second one is refused, in words.
            let body = serde_json::json!({ "code": 300, "message": words }).to_string();
            let refusal = Fault::answer("create", 400, "application/json", &body);
            self.app.zoom().fault(refusal);
        }
        self.app.zoom().clear_faults();
        for room in self.app.zoom().meetings() {
            let says = vec![room.topic, room.agenda];
            let shape = vec!["a room".to_owned()];
            self.heard
                .push(("at Zoom".to_owned(), Read { shape, says }));
        }
        let zoom = self.get("/360/integrations/zoom").await;
        for path in zoom.links("/disconnect") {
            self.get(&path).await;
        }
        for link in self.ada.get("/360/meetings").await.links("/360/meetings/") {
            for more in ["", "/start", "/place", "/cancel"] {
                self.get(&format!("{link}{more}")).await;
            }
        }
        for path in ["/360/integrations", "/360/integrations/zoom/log"] {
            self.get(path).await;
        }
        self.get(&editor).await;
        // Broken within a day: the owner is told which account.
        self.app.zoom().revoke(&shared);
        self.app.settle_for(hours(26)).await;
        self.read_letters();
        for path in [
            "/360/integrations",
            "/360/integrations/zoom",
            "/360/integrations/zoom/log.csv",
        ] {
            self.get(path).await;
        }
        let log = self.get("/360/integrations/zoom/log").await;
        for entry in log.links("/360/integrations/zoom/log/") {
            self.get(&entry).await;
        }
        self.get("/360/integrations/zoom/log/why?q=grace@example.com")
            .await;
        self.searches().await;
    }
}

impl Story {
    /// What was typed is shown as it was typed; what is found must be the same.
    async fn searches(&mut self) {
        let words: String = url::form_urlencoded::byte_serialize(self.words.as_bytes()).collect();
        for path in [
            "/360/meetings?host=all",
            "/360/meetings?host=all&tab=canceled",
            "/360/integrations/zoom/log?x",
            "/360/integrations/zoom/log/why?x",
            "/360/integrations/zoom/log.csv?x",
        ] {
            self.get(&format!("{path}&q={words}")).await;
            let (_, read) = self.heard.last_mut().unwrap();
            read.says.clear();
        }
    }
}

/// What these words changed besides what is said.
fn compare(plain: &[(String, Read)], odd: &[(String, Read)], naughty: &str) -> Vec<String> {
    let (line, paragraph) = (text::one_line(naughty), text::lines(naughty));
    let mut found = Vec::new();
    if plain.len() != odd.len() {
        let (was, is) = (plain.len(), odd.len());
        found.push(format!("{was} things went out, and now {is}"));
    }
    for ((label, plain), (_, odd)) in plain.iter().zip(odd) {
        if let Some(change) = difference(plain, odd) {
            found.push(format!("{label}: {change}"));
        }
        let is_hidden = |c: char| {
            let is_bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            is_bidi || (c.is_control() && !matches!(c, '\n' | '\t'))
        };
        if let Some(said) = odd.says.iter().find(|said| said.contains(is_hidden)) {
            found.push(format!("{label}: hidden marks in {said:?}"));
        }
        // An entry shows bodies as they were, so Zoom’s words as JSON writes them.
        if label.starts_with("/360/integrations/zoom/log/0") {
            continue;
        }
        let mut count = odd.count(&line);
        if paragraph != line {
            count += odd.count(&paragraph);
        }
        let said = plain.count(PLAIN);
        if count != said {
            found.push(format!("{label}: said {count} times, not {said}"));
        }
    }
    found
}

#[tokio::test]
async fn words_of_strangers_change_what_is_said_and_nothing_else() {
    let plain = Story::tell(PLAIN).await;
    let kinds = [
        "/booking/",
        "/360/meetings/",
        "the letter confirmed",
        "at Zoom",
        "/invite.ics",
        "/link",
    ];
    for kind in kinds {
        assert!(
            plain.iter().any(|(label, _)| label.contains(kind)),
            "{kind}"
        );
    }
    let mut found = Vec::new();
    for (name, naughty) in NAUGHTY {
        let words = typed(naughty);
        let odd = Story::tell(&words).await;
        let wrong = compare(&plain, &odd, &words);
        found.extend(wrong.into_iter().map(|why| format!("{name}: {why}")));
    }
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Zoom’s own words go through no form; a NUL in them must not keep an answer from being stored.
#[tokio::test]
async fn a_nul_in_what_zoom_answers_costs_nothing() {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    app.zoom().add_user(UserSpec::new("ada@zoom.example"));
    app.connects(&ada, "personal", "ada@zoom.example").await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let made = serde_json::json!({
        "id": 91_234_567_890_i64,
        "topic": "a\0b",
        "start_time": "2026-05-04T13:00:00Z",
        "duration": 42,
        "join_url": "https://zoom.us/j/91234567890",
        "password": "a\0b",
    });
    let answers = [
        (400, "text/html", "bad\0 passcode".to_owned()),
        (201, "application/json", made.to_string()),
    ];
    for (status, kind, body) in answers {
        app.zoom()
            .fault(Fault::answer("create", status, kind, &body));
    }
    let booking = app
        .books(
            &intro,
            "Grace Hopper",
            "grace@example.com",
            "2026-05-04T12:00:00Z",
        )
        .await;
    app.settle().await;
    let page = app
        .browser_of(&ada)
        .await
        .get(&format!("/360/meetings/{}", booking.id))
        .await;
    assert!(
        page.text().contains("zoom.us/j/91234567890"),
        "{}",
        page.text()
    );
    assert_eq!(
        page.text().matches("Passcode ab").count(),
        1,
        "{}",
        page.text()
    );
    let mut reader = app.app.db.read().await.unwrap();
    let bodies = "SELECT response_body FROM sync_log WHERE response_body IS NOT NULL";
    let bodies: Vec<String> = sql(bodies).all(&mut reader).await.unwrap();
    assert!(
        bodies.iter().any(|body| body == "bad passcode"),
        "{bodies:?}"
    );
}

#[test]
fn what_forgets_to_escape_is_found() {
    let heard = |words: &str| {
        let said = |label: &str, read: Read| (label.to_owned(), read);
        vec![
            said("text", shape::html(&format!("<p>{words}</p>"))),
            said(
                "attribute",
                shape::html(&format!("<input value=\"{words}\">")),
            ),
            said(
                "link",
                shape::html(&format!("<a href=\"/x?q={words}\">x</a>")),
            ),
            said(
                "json",
                shape::json(&serde_json::json!({ "x": words }).to_string()),
            ),
        ]
    };
    let plain = heard(PLAIN);
    let found_in = |naughty: &str, label: &str| {
        let words = typed(naughty);
        let found = compare(&plain, &heard(&words), &words);
        found.iter().any(|finding| finding.starts_with(label))
    };
    assert!(found_in("<img src=x onerror=alert(1)>", "text"));
    assert!(found_in("<!-- a -->", "text"));
    assert!(found_in("&lt;b&gt;", "text"));
    assert!(found_in("\" onmouseover=\"alert(1)", "attribute"));
    assert!(found_in("a&b=c", "link"));
    assert!(found_in("a\0b", "json"));
    assert!(!found_in("=cmd|'/C calc'!A0", "json"));
}

#[test]
fn a_calendar_and_a_mail_that_forget_to_escape_are_found() {
    let ics = |words: &str| {
        let lines = format!("BEGIN:VEVENT\r\nSUMMARY:{words}\r\nEND:VEVENT\r\n");
        vec![("ics".to_owned(), shape::ics(&lines))]
    };
    let mail = |words: &str| {
        let head = format!("Subject: {words}\r\nTo: \"{words}\" <a@b.example>");
        let kind = "Content-Type: text/plain\r\nContent-Transfer-Encoding: 7bit";
        let whole = format!("{head}\r\n{kind}\r\n\r\nHello\r\n");
        vec![("mail".to_owned(), shape::mail(whole.as_bytes()))]
    };
    for naughty in ["a\r\nATTENDEE:mailto:eve@evil.example", "a\\nb"] {
        let words = typed(naughty);
        assert!(
            !compare(&ics(PLAIN), &ics(&words), &words).is_empty(),
            "{naughty}"
        );
    }
    for naughty in [
        "a\r\nBcc: eve@evil.example",
        "a\" <eve@evil.example>, \"b",
        "=?utf-8?b?QmNj?=",
    ] {
        let words = typed(naughty);
        assert!(
            !compare(&mail(PLAIN), &mail(&words), &words).is_empty(),
            "{naughty}"
        );
    }
}
