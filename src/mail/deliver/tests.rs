use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;

use super::*;
use crate::clock::{hours, seconds};
use crate::config::Given;
use crate::mail::Mailbox;
use crate::testing::TestApp;

/// What a mail server does with the next letter.
#[derive(Clone, Copy, Debug)]
enum Does {
    Takes,
    /// Refuses the recipient with this code.
    Refuses(u16),
    /// Takes the letter in, then hangs up before saying so.
    HangsUp,
}

/// A mail server of one's own: does what it is told with each letter, and takes all after that.
struct Sink {
    port: u16,
    arrived: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    fn that(does: &[Does]) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sink = Sink {
            port: listener.local_addr().unwrap().port(),
            arrived: Arc::default(),
        };
        let arrived = sink.arrived.clone();
        let mut plan = does.to_vec();
        plan.reverse();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                serve(&stream, &mut plan, &arrived);
            }
        });
        sink
    }

    fn arrived(&self) -> Vec<String> {
        self.arrived.lock().unwrap().clone()
    }

    async fn app(&self) -> TestApp {
        TestApp::start_with(Given {
            smtp_url: Some(format!("smtp://127.0.0.1:{}", self.port)),
            ..Given::default()
        })
        .await
    }
}

/// One connection; ends when either side hangs up.
fn serve(stream: &std::net::TcpStream, plan: &mut Vec<Does>, arrived: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut out = stream;
    let mut say = |words: &str| out.write_all(format!("{words}\r\n").as_bytes()).unwrap();
    say("220 sink");
    let mut now = Does::Takes;
    while let Some(Ok(line)) = lines.next() {
        match line.split([' ', ':']).next().unwrap() {
            "EHLO" => say("250 sink"),
            "MAIL" => {
                now = plan.pop().unwrap_or(Does::Takes);
                say("250 fine");
            }
            "RCPT" => match now {
                Does::Takes | Does::HangsUp => say("250 fine"),
                Does::Refuses(code) => say(&format!("{code} not now or never")),
            },
            "DATA" => {
                say("354 go on");
                let letter: Vec<String> = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".")
                    .collect();
                arrived.lock().unwrap().push(letter.join("\n"));
                match now {
                    Does::Takes | Does::Refuses(_) => say("250 taken"),
                    Does::HangsUp => return,
                }
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("250 fine"),
        }
    }
}

async fn write(app: &TestApp) -> Id<Letter> {
    let letter = Letter {
        id: app.app.entropy.id(app.now()),
        org_id: app.org("Engines").await,
        meeting_id: None,
        booking_id: None,
        kind: "test".to_owned(),
        audience: "person".to_owned(),
        to: Mailbox {
            name: "Grace".to_owned(),
            email: "grace@example.com".to_owned(),
        },
        from_name: "42min".to_owned(),
        reply_to: None,
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        calendar: None,
        takes_back: None,
        thread: None,
        unsubscribe: None,
    };
    let (id, now) = (letter.id, app.now());
    app.app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { store::enqueue(tx, &letter, now).await })
        })
        .await
        .unwrap();
    id
}

async fn stored(app: &TestApp, id: Id<Letter>) -> Stored {
    let mut reader = app.app.db.read().await.unwrap();
    store::letter(&mut reader, id).await.unwrap().unwrap()
}

fn message_id(mail: &str) -> &str {
    mail.lines()
        .find(|line| line.starts_with("Message-ID"))
        .unwrap()
}

#[tokio::test]
async fn a_letter_leaves_once() {
    let sink = Sink::that(&[]);
    let app = sink.app().await;
    let id = write(&app).await;
    app.settle().await;
    assert_eq!(sink.arrived().len(), 1);
    assert!(message_id(&sink.arrived()[0]).contains(&id.to_string()));
    assert_eq!(stored(&app, id).await.sent_at, Some(app.now()));
    assert!(app.waiting_jobs().await.is_empty());
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let sink = Sink::that(&[Does::Refuses(451)]);
    let app = sink.app().await;
    let id = write(&app).await;
    app.settle().await;
    assert_eq!(sink.arrived().len(), 0);
    assert_eq!(stored(&app, id).await.sent_at, None);
    app.settle_for(seconds(3)).await;
    assert_eq!(sink.arrived().len(), 1);
    assert!(stored(&app, id).await.sent_at.is_some());
}

#[tokio::test]
async fn a_recipient_who_is_refused_is_not_written_to_again() {
    let sink = Sink::that(&[Does::Refuses(550)]);
    let app = sink.app().await;
    let id = write(&app).await;
    app.settle_for(hours(1)).await;
    assert_eq!(sink.arrived().len(), 0);
    let letter = stored(&app, id).await;
    assert!(letter.failed_at.is_some() && letter.sent_at.is_none());
    assert!(letter.failure.unwrap().contains("550"));
    assert!(app.waiting_jobs().await.is_empty());
}

#[tokio::test]
async fn when_the_answer_is_lost_the_same_mail_is_sent_again() {
    let sink = Sink::that(&[Does::HangsUp]);
    let app = sink.app().await;
    let id = write(&app).await;
    app.settle_for(seconds(3)).await;
    let arrived = sink.arrived();
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[0], arrived[1]);
    assert!(stored(&app, id).await.sent_at.is_some());
}

#[tokio::test]
async fn a_server_that_is_away_for_three_days_is_waited_for_and_no_longer() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let app = TestApp::start_with(Given {
        smtp_url: Some(format!("smtp://127.0.0.1:{port}")),
        ..Given::default()
    })
    .await;
    let id = write(&app).await;
    app.settle_for(hours(1)).await;
    app.app.clock.advance(hours(70));
    app.settle().await;
    assert!(stored(&app, id).await.failed_at.is_none());
    app.settle_for(SignedDuration::from_hours(2)).await;
    let letter = stored(&app, id).await;
    assert_eq!(letter.failure.unwrap(), "could not be sent for 3 days");
    assert!(app.waiting_jobs().await.is_empty());
}

#[tokio::test]
async fn refused_credentials_are_the_servers_trouble_not_the_recipients() {
    let sink = Sink::that(&[Does::Refuses(530)]);
    let app = sink.app().await;
    let id = write(&app).await;
    app.settle_for(seconds(3)).await;
    assert!(stored(&app, id).await.sent_at.is_some());
}

#[tokio::test]
async fn a_folder_gets_a_file_for_each_letter() {
    let folder = std::env::temp_dir().join(format!("min42_letters_{}", std::process::id()));
    let app = TestApp::start_with(Given {
        smtp_url: Some(format!("folder:{}", folder.display())),
        ..Given::default()
    })
    .await;
    let id = write(&app).await;
    app.settle().await;
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(names, [format!("{id}.eml")]);
    assert!(stored(&app, id).await.sent_at.is_some());
}

#[tokio::test]
async fn without_a_mail_server_letters_are_kept() {
    let app = TestApp::start_with(Given {
        smtp_url: Some(String::new()),
        ..Given::default()
    })
    .await;
    let id = write(&app).await;
    app.settle().await;
    let letter = stored(&app, id).await;
    assert!(letter.sent_at.is_none() && letter.failed_at.is_none());
    assert!(app.waiting_jobs().await.is_empty());
}

#[tokio::test]
async fn tests_find_what_left_in_their_mailbox() {
    let app = TestApp::start().await;
    let id = write(&app).await;
    app.settle().await;
    assert_eq!(app.letters_to("grace@example.com")[0].id, id);
    assert!(app.letters_to("eve@example.com").is_empty());
}
