//! All that a guest reads, in one language: each page of theirs in each of its states, and each mail.
//! In the pseudo language a word that can still be read was not translated.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt as _;
use zoom_sim::{Fault, UserSpec};

use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, cancel, manage_path};
use crate::clock::{days, hours, minutes};
use crate::event_types::{Answer as Form, EventType, Kind, Location, Question, Questions};
use crate::language::Language;
use crate::testing::browser::Answer;
use crate::testing::readable::Seen;
use crate::testing::{TestApp, readable};

const TEN: &str = "2026-05-05T08:00:00Z";
const ELEVEN: &str = "2026-05-05T09:00:00Z";
const NOON: &str = "2026-05-05T10:00:00Z";
const THREE: &str = "2026-05-05T13:00:00Z";
const FOUR: &str = "2026-05-05T14:00:00Z";
const INTRO: &str = "/ada-lovelace/intro-call";

/// What people have written, and why there is no link, as it stands in the log: both stay in each
/// language.
const DATA: [&str; 18] = [
    "No connected account",
    "At Ada’s",
    "Ada Lovelace",
    "Ada",
    "AL",
    "Grace Hopper",
    "Grace",
    "Intro call",
    "By phone",
    "On the web",
    "Your place",
    "Talk",
    "Sales call",
    "Sales",
    "Engines",
    "Why so",
    "Madrid",
    "nonsense",
];

struct Walk {
    app: TestApp,
    ada: Person,
    intro: EventType,
    guest: Seen,
}

impl Walk {
    async fn new(language: Language) -> Walk {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        app.zoom_on(org).await;
        let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
        let mut guest = Seen::new(app.browser(), language);
        let tag = language.tag();
        guest.sees(&format!("/ada-lovelace?lang={tag}")).await;
        Walk {
            app,
            ada,
            intro,
            guest,
        }
    }

    /// Through the form, as guests do.
    async fn books(&mut self, path: &str, start: &str, more: &[(&str, &str)]) -> String {
        let book = format!("{path}/book");
        let form = self.guest.sees(&format!("{book}?start={start}")).await;
        let token = form.field("token").unwrap();
        self.app.advance(minutes(1));
        let mut fields = more.to_vec();
        fields.extend([
            ("token", token.as_str()),
            ("start", start),
            ("tz", "Europe/Madrid"),
            ("name", "Grace Hopper"),
            ("email", "grace@example.com"),
        ]);
        let hub = self
            .guest
            .browser
            .post(&book, &fields)
            .await
            .location()
            .to_owned();
        assert!(hub.starts_with("/booking/"), "{path} {start}");
        hub
    }

    async fn of_hub(&self, hub: &str) -> Booking {
        let id = hub.split(['/', '?']).nth(2).unwrap().parse().unwrap();
        let mut reader = self.app.app.db.read().await.unwrap();
        let booking = crate::booking::store::booking_of_link(&mut reader, id).await;
        booking.unwrap().unwrap()
    }

    async fn public_pages(&mut self) {
        let (app, ada) = (&self.app, &self.ada);
        for (title, location) in [
            ("By phone", Location::Phone),
            ("On the web", Location::CustomUrl),
            ("Your place", Location::AskInvitee),
            ("At Ada’s", Location::InPerson),
        ] {
            app.offers(ada, title, location).await;
        }
        let talk = app.offers(ada, "Talk", Location::Zoom).await;
        let now = app.now();
        app.edits(&talk, |it| {
            it.kind = Kind::Group;
            it.seats = Some(3);
            it.show_remaining_at = Some(now);
        })
        .await;
        let team = app.team("Sales", &[ada]).await;
        app.offers(ada, "Sales call", Location::GoogleMeet).await;
        for path in [
            "/ada-lovelace",
            INTRO,
            "/ada-lovelace/by-phone",
            "/ada-lovelace/on-the-web",
            "/ada-lovelace/your-place",
            "/ada-lovelace/at-ada’s",
            "/ada-lovelace/sales-call",
            "/ada-lovelace/talk",
            &team.path(),
            "/ada-lovelace/nothing",
            "/nobody",
            "/a/b/c/d",
            &format!("{INTRO}?date=2026-05-09"),
            &format!("{INTRO}?month=2026-07"),
            &format!("{INTRO}?tz=UTC"),
            &format!("{INTRO}?date=1&date=2"),
            &format!("/ada-lovelace/talk/book?start={TEN}"),
            &format!("/ada-lovelace/by-phone/book?start={TEN}"),
        ] {
            self.guest.sees(path).await;
        }
        assert_eq!(self.guest.browser.get("/team/sales").await.status, 200);
    }

    async fn forms_with_errors(&mut self) {
        let asks = |id: &str, form, required| Question {
            id: id.to_owned(),
            label: "Why so".to_owned(),
            form,
            required,
            choices: vec!["nonsense".to_owned()],
        };
        let questions = vec![
            asks("a", Form::Short, true),
            asks("b", Form::Long, false),
            asks("c", Form::Choice, true),
            asks("d", Form::Phone, true),
        ];
        let path = "/ada-lovelace/your-place/book";
        let mut reader = self.app.app.db.read().await.unwrap();
        let mut all =
            crate::event_types::store::open_of_person(&mut reader, self.ada.org_id, self.ada.id)
                .await
                .unwrap();
        all.retain(|it| it.slug == "your-place");
        drop(reader);
        self.app
            .edits(&all[0], |it| it.questions = Questions(questions))
            .await;
        self.guest.sees(&format!("{path}?start={TEN}")).await;
        let long = "7".repeat(3000);
        let many: Vec<String> = (0..11).map(|n| format!("g{n}@example.com")).collect();
        for (guests, a) in [("nonsense", ""), (&*many.join(","), &*long)] {
            let fields = [
                ("start", TEN),
                ("name", ""),
                ("email", "nonsense"),
                ("guests", guests),
                ("place", ""),
                ("q_a", a),
                ("q_c", "else"),
                ("q_d", "nonsense"),
                ("website", "x"),
            ];
            let page = self.guest.posts(path, &fields).await;
            assert_eq!(page.status, 422);
        }
        self.guest.posts(path, &[("start", "")]).await;
        let wrong = [
            ("start", TEN),
            ("name", "Grace Hopper"),
            ("place", "nonsense"),
        ];
        self.guest
            .posts("/ada-lovelace/by-phone/book", &wrong)
            .await;
    }

    async fn times_that_are_gone(&mut self) {
        let form = format!("{INTRO}/book?start=");
        for start in [
            "2026-05-01T08:00:00Z",
            "2027-05-05T08:00:00Z",
            "2026-05-05T03:00:00Z",
        ] {
            let page = self.guest.sees(&format!("{form}{start}")).await;
            assert_eq!(page.status, 409);
        }
        let intro = self.intro.clone();
        self.app
            .sets(&intro, "notice_minutes", Some(7 * 24 * 60))
            .await;
        self.guest.sees(&format!("{form}{TEN}")).await;
        self.app.sets(&intro, "notice_minutes", Some(0)).await;
        self.app
            .books(&intro, "Grace", "other@example.com", THREE)
            .await;
        self.guest.sees(&format!("{form}{THREE}")).await;
        for column in ["max_per_day", "max_per_week", "max_per_month"] {
            self.app.sets(&intro, column, Some(1)).await;
            self.guest.sees(&format!("{form}{NOON}")).await;
            self.guest.sees(&format!("{INTRO}?date=2026-05-05")).await;
            self.guest.sees(&format!("{INTRO}?month=2026-05")).await;
            self.app.sets(&intro, column, None).await;
        }
        self.app.sets(&intro, "disabled_at", Some(1)).await;
        self.guest.sees(INTRO).await;
        self.app.sets(&intro, "disabled_at", None).await;
    }

    /// From a link that is late to one that is ready, moved, and canceled.
    async fn a_booking(&mut self) {
        let guests = [("guests", "alan@example.com")];
        self.app.zoom().add_user(UserSpec::new("ada@zoom.example"));
        self.app
            .connects(&self.ada, "personal", "ada@zoom.example")
            .await;
        self.app.zoom().fault(Fault::bad_gateway("create").always());
        let hub = self.books(INTRO, TEN, &guests).await;
        let with = |page: &str| hub.replace('?', &format!("/{page}?"));
        self.guest.sees(&hub).await;
        self.app.settle_for(minutes(2)).await;
        let late = self.guest.sees(&hub).await;
        assert!(late.body.contains("data-late"), "{}", late.text());
        self.app.zoom().clear_faults();
        self.app.settle_for(minutes(10)).await;
        let ready = self.guest.sees(&hub).await;
        assert!(ready.body.contains("data-copy"), "{}", ready.text());
        for page in ["reschedule", "cancel", "invite.ics"] {
            self.guest.sees(&with(page)).await;
        }
        self.guest
            .sees(&format!("{}&start={NOON}", with("reschedule")))
            .await;
        self.guest
            .sees(&format!("{}&start={TEN}", with("reschedule")))
            .await;
        let long = "7".repeat(2000);
        self.guest
            .posts(&with("reschedule"), &[("start", NOON), ("reason", &long)])
            .await;
        self.guest
            .posts(&with("cancel"), &[("reason", &long)])
            .await;
        let fields = [("start", NOON), ("reason", "Why so")];
        let moved = self.guest.browser.post(&with("reschedule"), &fields).await;
        let moved = moved.location().to_owned();
        self.guest.sees(&moved).await;
        self.guest.sees(&hub).await;
        self.app.settle_for(minutes(1)).await;
        let fixed = self.intro.clone();
        self.app
            .sets(&fixed, "reschedule_disabled_at", Some(1))
            .await;
        self.guest.sees(&moved).await;
        self.guest.sees(&moved.replace('?', "/reschedule?")).await;
        self.app.sets(&fixed, "reschedule_disabled_at", None).await;
        let cancel = moved.replace('?', "/cancel?");
        self.guest
            .browser
            .post(&cancel, &[("reason", "Why so")])
            .await;
        self.guest.sees(&moved).await;
        self.guest.browser.post(&cancel, &[]).await;
        self.guest.sees(&moved).await;
        self.app.settle_for(minutes(1)).await;
    }

    /// Without a link, and canceled by the host.
    async fn without_a_link(&mut self) {
        let hub = self
            .books(INTRO, ELEVEN, &[("email", "first@example.com")])
            .await;
        self.app.settle_for(minutes(1)).await;
        let none = self.guest.sees(&hub).await;
        assert!(!none.body.contains("data-poll"), "{}", none.text());
        self.guest.sees(&hub.replace('?', "/cancel?")).await;
        let booking = self.of_hub(&hub).await;
        let reason = Some("Why so".to_owned());
        cancel::cancel(&self.app.app, booking.org_id, booking.id, By::Host, reason)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
        self.guest.sees(&hub).await;
        self.app.settle_for(minutes(1)).await;
    }

    /// Places given back, begun, and over.
    async fn other_ends(&mut self) {
        let talk = self.books("/ada-lovelace/talk", NOON, &[]).await;
        self.guest.sees(&talk).await;
        self.guest.sees(&talk.replace('?', "/cancel?")).await;
        let number = [("place", "+34 600 123 456")];
        let phone = self.books("/ada-lovelace/by-phone", FOUR, &number).await;
        self.guest.sees(&phone).await;
        self.app.settle_for(minutes(1)).await;
        self.guest
            .browser
            .post(&talk.replace('?', "/cancel?"), &[])
            .await;
        self.guest.sees(&talk).await;
        self.app.settle_for(minutes(1)).await;
        let until = self.of_hub(&phone).await.starts_at;
        self.app
            .advance(until.duration_since(self.app.now()) + minutes(1));
        self.guest.sees(&phone).await;
        self.app.advance(hours(1));
        self.guest.sees(&phone).await;
    }

    async fn too_many(&mut self) {
        self.app.advance(days(1));
        for n in 0..6 {
            let start = format!("2026-05-1{n}T08:00:00Z", n = 1 + n % 4);
            let start = start.replace("T08", &format!("T0{}", 7 + n / 4));
            let form = self
                .guest
                .browser
                .get(&format!("{INTRO}/book?start={start}"))
                .await;
            let token = form.field("token").unwrap();
            let fields = [
                ("token", token.as_str()),
                ("start", &start),
                ("name", "Grace Hopper"),
                ("email", "often@example.com"),
            ];
            let page = self
                .guest
                .browser
                .post(&format!("{INTRO}/book"), &fields)
                .await;
            if page.status == 429 {
                self.guest.keep("429", page);
            }
        }
        assert_eq!(self.guest.pages.last().unwrap().0, "429");
    }

    async fn everywhere(mut self) -> Walk {
        self.public_pages().await;
        self.forms_with_errors().await;
        self.times_that_are_gone().await;
        self.without_a_link().await;
        self.a_booking().await;
        self.other_ends().await;
        self.too_many().await;
        self
    }
}

#[tokio::test]
async fn no_page_of_a_guest_and_no_mail_about_a_booking_has_a_word_that_is_not_translated() {
    crate::language::tests::hosts_read(Language::Pseudo);
    let walk = Walk::new(Language::Pseudo).await.everywhere().await;
    let mut found = Vec::new();
    for (name, words) in walk.guest.readable(&DATA) {
        found.extend(words.iter().map(|word| format!("{word} on {name}")));
    }
    let letters = walk.app.letters();
    let mut kinds = Vec::new();
    for letter in letters
        .iter()
        .filter(|it| it.to.email != "other@example.com")
    {
        kinds.push((letter.audience.as_str(), letter.kind.as_str()));
        let name = format!("{} to {}", letter.kind, letter.audience);
        let words = readable::in_letter(letter, &DATA).into_iter();
        found.extend(words.map(|word| format!("{word} in {name}")));
        assert!(letter.html.contains("<html lang=\"en-XA\""), "{name}");
    }
    found.sort();
    found.dedup();
    assert_eq!(found, [""; 0]);
    kinds.sort_unstable();
    kinds.dedup();
    for kind in ["confirmed", "link-ready", "moved", "canceled"] {
        for audience in ["invitee", "guest", "host"] {
            assert!(
                kinds.contains(&(audience, kind)),
                "{audience} {kind}: {kinds:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_word_that_was_left_is_found_wherever_it_is_shown() {
    let plain = "<p>Þáĝé <b>left</b></p>";
    assert_eq!(readable::on_page(plain, &[]), ["left"]);
    let read_out = "<a aria-label=\"Left\" href=\"/x\">Ñéẋŧ</a>";
    assert_eq!(readable::on_page(read_out, &[]), ["Left"]);
    let event =
        "SUMMARY:Ǫñé left\r\nUID:left\r\nDESCRIPTION:Ñéẋŧ\\nleft: https://a.example/left\r\n";
    assert_eq!(readable::in_calendar(event, &[]), ["left", "left"]);
}

/// Pages that are the same to everybody are compressed before they are said in another language.
#[tokio::test]
async fn an_error_that_is_said_anew_is_what_its_headers_say() {
    let app = TestApp::start().await;
    let request = Request::get("/nobody")
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::ACCEPT_LANGUAGE, "es")
        .body(Body::empty())
        .unwrap();
    let answer = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 404);
    let is_said = answer.headers().contains_key(header::CONTENT_ENCODING);
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body.starts_with(&[0x1f, 0x8b]), is_said);
    assert!(!body.is_empty());
}

#[tokio::test]
async fn the_pages_of_hosts_stay_english_whatever_the_browser_speaks() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.offers(&ada, "Intro call", Location::Phone).await;
    let mut browser = app.browser_of(&ada).await;
    browser.speaks("es");
    browser.keep("lang", "es");
    for path in [
        "/360/events",
        "/360/meetings",
        "/360/meetings/no-such-id",
        "/help",
    ] {
        let page = browser.get(path).await;
        assert!(page.body.contains("<html lang=\"en\""), "{path}");
        assert!(!page.body.contains("lang=es"), "{path}");
    }
}

#[tokio::test]
async fn a_guest_is_answered_in_what_they_chose_else_what_their_browser_likes_best() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.offers(&ada, "Intro call", Location::Phone).await;
    let mut guest = app.browser();
    let english = guest.get(INTRO).await;
    assert!(english.body.contains("<html lang=\"en\"") && english.text().contains("Time zone"));
    let vary = |page: &Answer| {
        let all = page.headers.get_all("vary").iter();
        let all: Vec<&str> = all.map(|it| it.to_str().unwrap()).collect();
        all.join(", ").to_lowercase()
    };
    assert!(
        vary(&english).contains("accept-language"),
        "{}",
        vary(&english)
    );

    // The page kept for a moment is another one for each language.
    guest.speaks("es-MX,es;q=0.9,en;q=0.5");
    let spanish = guest.get(INTRO).await;
    assert!(spanish.body.contains("<html lang=\"es\""));
    assert!(
        spanish.text().contains("Zona horaria"),
        "{}",
        spanish.text()
    );
    assert!(
        spanish.text().contains("Lunes 4 de mayo"),
        "{}",
        spanish.text()
    );
    assert!(vary(&spanish).contains("accept-language"));

    // The switch is a link to the same page, and holds from then on.
    let date = format!("{INTRO}?date=2026-05-06");
    let there = guest.get(&date).await;
    let switch = &there.links("lang=en")[0];
    assert_eq!(switch, &format!("{date}&lang=en"));
    let chosen = guest.get(switch).await;
    assert!(
        chosen.text().contains("Wednesday 6 May"),
        "{}",
        chosen.text()
    );
    assert!(guest.get(INTRO).await.text().contains("Time zone"));
    let error = guest.get("/nobody").await;
    assert!(error.text().contains("No page here"));

    // Where no cookie is kept, as in a frame of another site, the address goes along.
    let mut framed = app.browser();
    let times = framed.get(&format!("{INTRO}?lang=es")).await;
    let time = times.links("start=")[0].clone();
    let mut forgets = app.browser();
    let form = forgets.get(&time).await;
    assert!(form.text().contains("Tus datos"), "{}", form.text());
    assert!(form.body.contains("/book?lang=es\""), "{}", form.body);

    let mut other = app.browser();
    other.speaks("es");
    let error = other.get("/nobody").await;
    assert_eq!(error.status, 404);
    assert!(
        error.text().contains("Aquí no hay ninguna página"),
        "{}",
        error.text()
    );
    assert!(error.body.contains("<html lang=\"es\""));
    other.keep("lang", "no-such");
    assert!(other.get(INTRO).await.text().contains("Zona horaria"));
}

#[tokio::test]
async fn a_booking_keeps_the_language_for_its_pages_and_its_mails() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let phone = app.offers(&ada, "By phone", Location::Phone).await;
    app.says(&phone, "I call you.").await;
    let mut guest = app.browser();
    guest.speaks("es");
    let form = guest
        .get(&format!("/ada-lovelace/by-phone/book?start={TEN}"))
        .await;
    let token = form.field("token").unwrap();
    let fields = [
        ("token", token.as_str()),
        ("start", TEN),
        ("tz", "Europe/Madrid"),
        ("name", "Grace Hopper"),
        ("email", "grace@example.com"),
        ("place", "+34 600 123 456"),
    ];
    let hub = guest.post("/ada-lovelace/by-phone/book", &fields).await;
    let hub = hub.location().to_owned();
    // From a mail it opens in the language of the mail, whatever the browser of that day speaks.
    let mut elsewhere = app.browser();
    elsewhere.speaks("en");
    let page = elsewhere.get(&hub).await;
    assert!(
        page.text().contains("Reserva confirmada"),
        "{}",
        page.text()
    );
    let place = "Teléfono, I call you. Número del invitado: +34 600 123 456";
    assert!(page.text().contains(place), "{}", page.text());
    let chosen = elsewhere.get(&page.links("lang=en")[0]).await;
    assert!(chosen.text().contains("You’re booked"));

    app.settle_for(minutes(1)).await;
    let cancel = hub.replace('?', "/cancel?");
    guest.post(&cancel, &[]).await;
    app.settle_for(minutes(1)).await;
    let letters = app.letters_to("grace@example.com");
    let subjects: Vec<&str> = letters.iter().map(|it| it.subject.as_str()).collect();
    let summary = "By phone: Grace Hopper con Ada Lovelace";
    assert_eq!(subjects, [summary, &format!("Cancelada: {summary}")]);
    assert!(letters[0].text.contains("Tu reserva está confirmada."));
    assert!(
        letters[0]
            .text
            .contains("Cuándo: martes 5 de mayo de 2026, de 10:00 a 10:42, hora de Madrid (UTC+2)")
    );
    assert!(letters[1].text.contains("Has cancelado esta reunión."));
    let to_host = app.letters_to(&ada.email);
    assert!(to_host[0].text.contains("New booking."));
    assert!(to_host[0].subject.starts_with("New booking: Grace Hopper"));
    let of_host = to_host[0].calendar.as_ref().unwrap();
    assert!(
        of_host
            .ics
            .contains("SUMMARY:By phone: Grace Hopper and Ada Lovelace")
    );
    assert_eq!(manage_path(&app.app, letters[0].booking_id.unwrap()), hub);
}

#[tokio::test]
async fn only_a_language_we_speak_is_kept_and_never_more_of_what_was_sent() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    for (asked, kept) in [
        ("es", Some("lang=es;")),
        ("fr", None),
        ("%22%3B%0D%0Ax", None),
    ] {
        let page = guest.get(&format!("/nobody?lang={asked}")).await;
        let cookie = page
            .headers
            .get("set-cookie")
            .map(|it| it.to_str().unwrap());
        assert_eq!(cookie.is_some(), kept.is_some(), "{asked}");
        assert!(
            cookie
                .unwrap_or_default()
                .starts_with(kept.unwrap_or_default())
        );
    }
}

#[tokio::test]
async fn who_moves_a_booking_in_another_language_is_written_to_in_that_one_from_then_on() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let intro = app.offers(&ada, "Intro call", Location::InPerson).await;
    let booking = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    app.settle_for(minutes(1)).await;
    let hub = manage_path(&app.app, booking.id);
    let mut guest = app.browser();
    let switch = guest.get(&hub).await.links("lang=es")[0].clone();
    let page = guest.get(&switch).await;
    assert!(page.text().contains("Reserva confirmada"));
    let to = hub.replace('?', "/reschedule?");
    let moved = guest.post(&to, &[("start", NOON)]).await;
    assert_eq!(moved.status, 303, "{}", moved.text());
    app.settle_for(minutes(1)).await;
    let letters = app.letters_to("grace@example.com");
    assert!(letters[0].text.contains("You’re booked."));
    assert!(letters[1].text.contains("Ha cambiado la hora."));
    assert!(
        app.letters_to(&ada.email)[1]
            .subject
            .starts_with("Moved: Grace")
    );
}
