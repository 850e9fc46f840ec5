//! The real binary as a service manager runs it.

#![expect(clippy::unwrap_used, reason = "what a test stands on")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server in a folder of its own; both are gone at the end of the test.
struct Service {
    folder: PathBuf,
    manager: UnixDatagram,
    listen: String,
    process: Child,
}

impl Service {
    fn start(name: &str) -> Service {
        let folder = std::env::temp_dir().join(format!("42min-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let socket = folder.join("notify");
        let manager = UnixDatagram::bind(&socket).unwrap();
        // Only so that a server that says nothing fails the test instead of holding it up.
        manager
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let listen = free_address();
        let process = command(&folder, &listen)
            .arg("serve")
            .env("NOTIFY_SOCKET", &socket)
            .env("WATCHDOG_USEC", "200000")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Service {
            folder,
            manager,
            listen,
            process,
        }
    }

    fn is_told(&self) -> String {
        let mut words = [0; 200];
        let len = self.manager.recv(&mut words).unwrap();
        String::from_utf8_lossy(&words[..len]).trim().to_owned()
    }

    fn asks_whether_it_is_ready(&self) -> (Option<i32>, String, String) {
        let out = command(&self.folder, &self.listen)
            .arg("ready")
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        (out.status.code(), text(&out.stdout), text(&out.stderr))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn command(folder: &Path, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_42min"));
    command
        .env_clear()
        .current_dir(folder)
        .env("MIN42_LISTEN", listen)
        .env("MIN42_DATA", folder);
    command
}

#[test]
fn the_service_manager_hears_that_it_listens_lives_and_stops() {
    let mut service = Service::start("heard");
    let mut told = vec![service.is_told()];
    while !told.iter().any(|word| word == "READY=1") {
        told.push(service.is_told());
    }
    // What it says is true: it answers from now on.
    assert_eq!(
        service.asks_whether_it_is_ready(),
        (Some(0), "ready".to_owned(), String::new())
    );
    while service.is_told() != "WATCHDOG=1" {}

    let id = service.process.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(sent.success());
    while service.is_told() != "STOPPING=1" {}
    assert_eq!(service.process.wait().unwrap().code(), Some(0));
    let log = BufReader::new(service.process.stderr.take().unwrap());
    let log: Vec<String> = log.lines().map(Result::unwrap).collect();
    assert!(!log.iter().any(|line| line.contains("systemd")), "{log:?}");

    let (code, _, words) = service.asks_whether_it_is_ready();
    assert_eq!(code, Some(1));
    assert!(words.starts_with("Nothing listens at"), "{words}");
}
