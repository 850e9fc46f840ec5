//! The binary: it says where it listens, knows three users, and keeps its secrets.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use support::read;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().expect("the simulator runs");
        self.0.wait().expect("and ends");
    }
}

#[tokio::test]
async fn the_binary_says_where_it_listens_and_knows_three_users() {
    let ready = std::env::temp_dir().join(format!("zoom-sim-ready-{}", std::process::id()));
    let child = Command::new(env!("CARGO_BIN_EXE_zoom-sim"))
        .args([
            "--listen",
            "127.0.0.1:0",
            "--client-secret",
            "very-secret",
            "--ready-file",
        ])
        .arg(&ready)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut running = Running(child);
    let mut line = String::new();
    let stdout = running.0.stdout.take().expect("its output is piped");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it says something");
    let address = line
        .split(' ')
        .find(|word| word.starts_with("http://"))
        .expect("an address");
    assert!(!line.contains("very-secret"));

    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let state = read(
        http.get(format!("{address}/sim/state"))
            .send()
            .await
            .unwrap(),
    )
    .await
    .json();
    let emails: Vec<&str> = state["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["email"].as_str().unwrap())
        .collect();
    assert_eq!(
        emails,
        [
            "ada@engines.example",
            "grace@engines.example",
            "zoom@engines.example"
        ]
    );
    assert_eq!(state["users"][2]["webinar_capacity"], 500);
    let written = std::fs::read_to_string(&ready).expect("the ready file");
    assert_eq!(written.trim(), address);
    std::fs::remove_file(&ready).expect("the ready file is ours");
}
