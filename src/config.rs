//! Every setting, read once at start: flags over `MIN42_…` variables over `42min.toml`. All that is
//! wrong is reported at once, by name. Nothing need be set to start on SQLite.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use url::Url;

use crate::entropy::Entropy;
use crate::seal::{Secret, SecretKey, SecretKeys};

/// The settings as they were given: text, unchecked.
#[derive(Clone, Debug, Default, clap::Args, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// Address and port to listen on [default: 127.0.0.1:4242]
    #[arg(long, env = "MIN42_LISTEN", global = true)]
    pub listen: Option<String>,
    /// The address people reach this server at [default: http:// and the listen address]
    #[arg(long, env = "MIN42_BASE_URL", global = true)]
    pub base_url: Option<String>,
    /// Folder for the SQLite database and the secret key [default: /var/lib/42min, else ./data]
    #[arg(long, env = "MIN42_DATA", global = true)]
    pub data: Option<String>,
    /// sqlite:PATH or postgres://… [default: sqlite: in the data folder]
    #[arg(
        long,
        env = "MIN42_DATABASE_URL",
        global = true,
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// File with the secret key (the key itself only by MIN42_SECRET_KEY) [default: made at first start]
    #[arg(long, env = "MIN42_SECRET_KEY_FILE", global = true)]
    pub secret_key_file: Option<String>,
    #[arg(skip)]
    pub secret_key: Option<String>,
    /// smtps://user:password@host, smtp://host?tls=required, or folder:PATH
    #[arg(long, env = "MIN42_SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Sender of all mail, like "bookings@example.com"
    #[arg(long, env = "MIN42_MAIL_FROM", global = true)]
    pub mail_from: Option<String>,
    /// Client ID of this server's Zoom app
    #[arg(long, env = "MIN42_ZOOM_CLIENT_ID", global = true)]
    pub zoom_client_id: Option<String>,
    /// File with the client secret of this server's Zoom app (or MIN42_ZOOM_CLIENT_SECRET)
    #[arg(long, env = "MIN42_ZOOM_CLIENT_SECRET_FILE", global = true)]
    pub zoom_client_secret_file: Option<String>,
    #[arg(skip)]
    pub zoom_client_secret: Option<String>,
    /// File with the secret token of the Zoom app's event subscription (or MIN42_ZOOM_WEBHOOK_SECRET)
    #[arg(long, env = "MIN42_ZOOM_WEBHOOK_SECRET_FILE", global = true)]
    pub zoom_webhook_secret_file: Option<String>,
    #[arg(skip)]
    pub zoom_webhook_secret: Option<String>,
    /// Where Zoom's OAuth pages are [default: https://zoom.us]
    #[arg(long, env = "MIN42_ZOOM_OAUTH_URL", global = true)]
    pub zoom_oauth_url: Option<String>,
    /// Where Zoom's API is [default: https://api.zoom.us/v2]
    #[arg(long, env = "MIN42_ZOOM_API_URL", global = true)]
    pub zoom_api_url: Option<String>,
    /// Addresses of reverse proxies that may name the client, separated by commas
    #[arg(long, env = "MIN42_TRUSTED_PROXIES", global = true)]
    pub trusted_proxies: Option<String>,
    /// How many days the sync log is kept [default: 90]
    #[arg(long, env = "MIN42_SYNC_LOG_DAYS", global = true)]
    pub sync_log_days: Option<String>,
    /// How log lines are written: text or json [default: text]
    #[arg(long, env = "MIN42_LOG_FORMAT", global = true)]
    pub log_format: Option<String>,
    /// Address and port, or a port on 127.0.0.1, to answer Prometheus at [default: none]
    #[arg(long, env = "MIN42_METRICS_LISTEN", global = true)]
    pub metrics_listen: Option<String>,
    /// OTLP collector (http/protobuf) that traces go to, like http://127.0.0.1:4318 [default: none]
    #[arg(long, env = "MIN42_OTLP_URL", global = true)]
    pub otlp_url: Option<String>,
    /// Show the outbox and a banner: only for trying things out
    #[arg(long, env = "MIN42_DEMO", global = true, hide = true)]
    pub demo: Option<String>,
}

/// The settings, checked.
#[derive(Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub base_url: Url,
    pub data: PathBuf,
    pub database_url: String,
    pub secret_keys: SecretKeys,
    /// Where the keys were read from, if not from a variable.
    pub secret_key_file: Option<PathBuf>,
    pub mail: MailConfig,
    pub mail_from: String,
    pub zoom: Option<ZoomConfig>,
    pub trusted_proxies: Vec<IpAddr>,
    pub sync_log_days: i64,
    pub log_format: LogFormat,
    pub metrics_listen: Option<SocketAddr>,
    pub otlp_url: Option<Url>,
    pub demo: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, PartialEq, Eq)]
pub enum MailConfig {
    /// No mail server: letters are kept, and pages say that mail isn't set up.
    None,
    Smtp(Secret),
    Folder(PathBuf),
    /// A mailbox that tests look into.
    #[cfg(test)]
    Memory,
}

#[derive(Clone)]
pub struct ZoomConfig {
    pub client_id: String,
    pub client_secret: Secret,
    pub webhook_secret: Option<Secret>,
    pub oauth_url: Url,
    pub api_url: Url,
}

/// All that is wrong, one sentence each, beginning with the setting's name.
#[derive(Debug)]
pub struct Wrong(pub Vec<String>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.0 {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
impl std::error::Error for Wrong {}

/// What the settings may look up outside themselves; tests bring their own.
pub struct Outside<'a> {
    pub var: &'a dyn Fn(&str) -> Option<String>,
    pub file: &'a dyn Fn(&Path) -> std::io::Result<String>,
}

impl Given {
    /// Fills what flags and variables left open from the text of a `42min.toml`.
    pub fn over_toml(self, text: &str) -> Result<Given, Wrong> {
        let file: Given = toml::from_str(text)
            .map_err(|e| Wrong(vec![format!("42min.toml: {}", e.message())]))?;
        macro_rules! merge {
            ($($field:ident),*) => { Given { $($field: self.$field.or(file.$field)),* } };
        }
        Ok(merge!(
            listen,
            base_url,
            data,
            database_url,
            secret_key_file,
            secret_key,
            smtp_url,
            mail_from,
            zoom_client_id,
            zoom_client_secret_file,
            zoom_client_secret,
            zoom_webhook_secret_file,
            zoom_webhook_secret,
            zoom_oauth_url,
            zoom_api_url,
            trusted_proxies,
            sync_log_days,
            log_format,
            metrics_listen,
            otlp_url,
            demo
        ))
    }

    /// Checks everything and names all that is wrong.
    pub fn check(self, outside: &Outside<'_>) -> Result<Config, Wrong> {
        let mut check = Check {
            wrong: Vec::new(),
            outside,
        };
        let listen = check.parse(
            "MIN42_LISTEN",
            self.listen.as_deref(),
            "127.0.0.1:4242",
            |text| {
                text.parse::<SocketAddr>()
                    .map_err(|_| "must be an address with a port, like 127.0.0.1:4242".to_owned())
            },
        );
        let own = listen.map_or_else(
            || "http://127.0.0.1:4242".to_owned(),
            |l| format!("http://{l}"),
        );
        let base_url = check.parse("MIN42_BASE_URL", self.base_url.as_deref(), &own, base_url);
        let data = PathBuf::from(self.data.unwrap_or_else(default_data));
        let default_db = format!("sqlite:{}", data.join("42min.sqlite").display());
        let database_url = check.parse(
            "MIN42_DATABASE_URL",
            self.database_url.as_deref(),
            &default_db,
            database_url,
        );
        let secret_key = check.secret_keys(
            self.secret_key,
            self.secret_key_file,
            &data,
            database_url
                .as_deref()
                .is_some_and(|url| url.starts_with("postgres")),
        );
        let mail = check.parse("MIN42_SMTP_URL", self.smtp_url.as_deref(), "", mail_config);
        let host = base_url
            .as_ref()
            .and_then(Url::host_str)
            .unwrap_or("localhost")
            .to_owned();
        let mail_from = check.parse(
            "MIN42_MAIL_FROM",
            self.mail_from.as_deref(),
            &format!("bookings@{host}"),
            |text| match text.parse::<lettre::Address>() {
                Ok(_) => Ok(text.to_owned()),
                // A bare address as host part is fine for trying things out on this machine.
                Err(_) if text.ends_with("@127.0.0.1") || text.ends_with("@[::1]") => {
                    Ok("bookings@localhost".to_owned())
                }
                Err(_) => Err("must be an email address, like bookings@example.com".to_owned()),
            },
        );
        let zoom = check.zoom(
            self.zoom_client_id,
            (self.zoom_client_secret, self.zoom_client_secret_file),
            (self.zoom_webhook_secret, self.zoom_webhook_secret_file),
            (self.zoom_oauth_url.as_deref(), self.zoom_api_url.as_deref()),
        );
        let trusted_proxies = check.parse(
            "MIN42_TRUSTED_PROXIES",
            self.trusted_proxies.as_deref(),
            "",
            proxies,
        );
        let sync_log_days = check.parse(
            "MIN42_SYNC_LOG_DAYS",
            self.sync_log_days.as_deref(),
            "90",
            |text| match text.parse() {
                Ok(days @ 1..=3650) => Ok(days),
                Ok(_) | Err(_) => Err("must be a number of days from 1 to 3650".to_owned()),
            },
        );
        let log_format = check.parse(
            "MIN42_LOG_FORMAT",
            self.log_format.as_deref(),
            "text",
            |text| match text {
                "text" => Ok(LogFormat::Text),
                "json" => Ok(LogFormat::Json),
                _ => Err("must be text or json".to_owned()),
            },
        );
        let metrics_listen = check.parse(
            "MIN42_METRICS_LISTEN",
            self.metrics_listen.as_deref(),
            "",
            metrics_listen,
        );
        let otlp_url = check.parse("MIN42_OTLP_URL", self.otlp_url.as_deref(), "", otlp_url);
        let demo = check.parse(
            "MIN42_DEMO",
            self.demo.as_deref(),
            "off",
            |text| match text {
                "on" => Ok(true),
                "off" => Ok(false),
                _ => Err("must be on or off".to_owned()),
            },
        );
        match (
            listen,
            base_url,
            database_url,
            secret_key,
            mail,
            mail_from,
            trusted_proxies,
            sync_log_days,
            (log_format, metrics_listen, otlp_url),
            demo,
        ) {
            (
                Some(listen),
                Some(base_url),
                Some(database_url),
                Some((secret_keys, secret_key_file)),
                Some(mail),
                Some(mail_from),
                Some(trusted_proxies),
                Some(sync_log_days),
                (Some(log_format), Some(metrics_listen), Some(otlp_url)),
                Some(demo),
            ) if check.wrong.is_empty() => Ok(Config {
                listen,
                base_url,
                data,
                database_url,
                secret_keys,
                secret_key_file,
                mail,
                mail_from,
                zoom,
                trusted_proxies,
                sync_log_days,
                log_format,
                metrics_listen,
                otlp_url,
                demo,
            }),
            _ => Err(Wrong(check.wrong)),
        }
    }
}

struct Check<'a> {
    wrong: Vec<String>,
    outside: &'a Outside<'a>,
}

impl Check<'_> {
    fn parse<T>(
        &mut self,
        name: &str,
        given: Option<&str>,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = given
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .unwrap_or(default);
        match parse(text) {
            Ok(value) => Some(value),
            Err(why) => {
                self.wrong.push(format!("{name} {why}."));
                None
            }
        }
    }

    /// A secret from its variable, or from the file named for it; not both.
    fn secret(&mut self, name: &str, toml: Option<String>, file: Option<String>) -> Option<Secret> {
        let direct = (self.outside.var)(name)
            .or(toml)
            .filter(|t| !t.trim().is_empty());
        match (direct, file) {
            (Some(_), Some(_)) => {
                self.wrong
                    .push(format!("{name} and {name}_FILE are both set: keep one."));
                None
            }
            (Some(text), None) => Some(Secret::new(text.trim())),
            (None, Some(path)) => match (self.outside.file)(Path::new(&path)) {
                Ok(text) => Some(Secret::new(text.trim())),
                Err(error) => {
                    self.wrong
                        .push(format!("{name}_FILE: {path} can't be read ({error})."));
                    None
                }
            },
            (None, None) => None,
        }
    }

    /// The keys, and the file they were read from.
    fn secret_keys(
        &mut self,
        toml: Option<String>,
        file: Option<String>,
        data: &Path,
        required: bool,
    ) -> Option<(SecretKeys, Option<PathBuf>)> {
        let wrong_before = self.wrong.len();
        let mut read_from = file.clone().map(PathBuf::from);
        let given = self.secret("MIN42_SECRET_KEY", toml, file);
        if self.wrong.len() > wrong_before {
            return None;
        }
        let text = match given {
            Some(secret) => secret,
            None if required => {
                self.wrong.push(
                    "MIN42_SECRET_KEY (or MIN42_SECRET_KEY_FILE) must be set with postgres://: \
                     every process needs the same key. `openssl rand -base64 32` makes one."
                        .to_owned(),
                );
                return None;
            }
            None => match key_file(data, self.outside) {
                Ok(secret) => {
                    read_from = Some(data.join("secret-key"));
                    secret
                }
                Err(why) => {
                    self.wrong.push(why);
                    return None;
                }
            },
        };
        let keys = SecretKeys::parse(text.expose());
        if keys.is_none() {
            self.wrong.push(
                "MIN42_SECRET_KEY must be 32 bytes as base64 or as 64 hexadecimal digits, or \
                 several such keys with the newest first. `openssl rand -base64 32` makes one."
                    .to_owned(),
            );
        }
        Some((keys?, read_from))
    }

    fn zoom(
        &mut self,
        client_id: Option<String>,
        client_secret: (Option<String>, Option<String>),
        webhook_secret: (Option<String>, Option<String>),
        (oauth_url, api_url): (Option<&str>, Option<&str>),
    ) -> Option<ZoomConfig> {
        let secret = self.secret("MIN42_ZOOM_CLIENT_SECRET", client_secret.0, client_secret.1);
        let webhook = self.secret(
            "MIN42_ZOOM_WEBHOOK_SECRET",
            webhook_secret.0,
            webhook_secret.1,
        );
        let oauth_url = self.parse(
            "MIN42_ZOOM_OAUTH_URL",
            oauth_url,
            "https://zoom.us",
            service_url,
        );
        let api_url = self.parse(
            "MIN42_ZOOM_API_URL",
            api_url,
            "https://api.zoom.us/v2",
            service_url,
        );
        match (client_id.filter(|id| !id.trim().is_empty()), secret) {
            (Some(client_id), Some(client_secret)) => Some(ZoomConfig {
                client_id: client_id.trim().to_owned(),
                client_secret,
                webhook_secret: webhook,
                oauth_url: oauth_url?,
                api_url: api_url?,
            }),
            (Some(_), None) => {
                self.wrong.push(
                    "MIN42_ZOOM_CLIENT_SECRET must be set beside MIN42_ZOOM_CLIENT_ID.".to_owned(),
                );
                None
            }
            (None, Some(_)) => {
                self.wrong.push(
                    "MIN42_ZOOM_CLIENT_ID must be set beside MIN42_ZOOM_CLIENT_SECRET.".to_owned(),
                );
                None
            }
            (None, None) => None,
        }
    }
}

fn default_data() -> String {
    if Path::new("/var/lib/42min").is_dir() {
        "/var/lib/42min"
    } else {
        "data"
    }
    .to_owned()
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "must be an address like https://meet.example.com")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with http:// or https://".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "must be only a host, like https://meet.example.com, without a path".to_owned(),
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password".to_owned());
    }
    Ok(url)
}

fn service_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "must be an address like https://zoom.us")?;
    let allowed = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !allowed {
        return Err("must begin with https:// (http:// only for this computer)".to_owned());
    }
    Ok(url)
}

/// A port alone is one on this computer: figures need no guard there.
fn metrics_listen(text: &str) -> Result<Option<SocketAddr>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let here = text.parse().map(|port| (Ipv4Addr::LOCALHOST, port).into());
    here.or_else(|_| text.parse())
        .map(Some)
        .map_err(|_| "must be a port, or an address with a port, like 127.0.0.1:4243".to_owned())
}

/// Traces hold nothing secret; who asks for them by name or key does it in the collector.
fn otlp_url(text: &str) -> Result<Option<Url>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Ok(Some(url))
        }
        Ok(_) | Err(_) => Err(
            "must be the address of a collector, like http://127.0.0.1:4318, without user, \
             password and query"
                .to_owned(),
        ),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn database_url(text: &str) -> Result<String, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return match Url::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err("is not a postgres://user:password@host/database address".to_owned()),
        };
    }
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.trim_start_matches("//").is_empty() => Ok(text.to_owned()),
        _ => Err("must begin with sqlite: or postgres://".to_owned()),
    }
}

/// Plain SMTP is for this computer only: on any other way the guests' mail could be read.
fn mail_config(text: &str) -> Result<MailConfig, String> {
    if text.is_empty() {
        return Ok(MailConfig::None);
    }
    #[cfg(test)]
    if text == "memory" {
        return Ok(MailConfig::Memory);
    }
    if let Some(path) = text.strip_prefix("folder:") {
        return Ok(MailConfig::Folder(PathBuf::from(path)));
    }
    let url = Url::parse(text)
        .map_err(|_| "must be like smtps://user:password@mail.example.com".to_owned())?;
    let tls_required = url
        .query_pairs()
        .any(|(k, v)| k == "tls" && v == "required");
    match url.scheme() {
        "smtps" => Ok(MailConfig::Smtp(Secret::new(text))),
        "smtp" if tls_required || is_loopback(&url) || loopback_name(&url) => {
            Ok(MailConfig::Smtp(Secret::new(text)))
        }
        "smtp" => Err(
            "would send mail unencrypted. Use smtps://… or add ?tls=required (plain \
                       smtp:// is only for a mail server on this computer)"
                .to_owned(),
        ),
        _ => Err("must begin with smtps://, smtp:// or folder:".to_owned()),
    }
}

/// For schemes the URL standard doesn't know, hosts stay unparsed names.
fn loopback_name(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    })
}

fn proxies(text: &str) -> Result<Vec<IpAddr>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .map(|t| {
            t.parse()
                .map_err(|_| format!("has {t:?}, which is no IP address"))
        })
        .collect()
}

/// The key beside the SQLite database: read, or made on first start with mode 600.
fn key_file(data: &Path, outside: &Outside<'_>) -> Result<Secret, String> {
    let path = data.join("secret-key");
    match (outside.file)(&path) {
        Ok(text) => return Ok(Secret::new(text.trim())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(format!(
                "MIN42_DATA: {} can't be read ({error}).",
                path.display()
            ));
        }
    }
    let key = SecretKey::random(&Entropy::system()).to_text();
    write_private(&path, &key).map_err(|error| {
        format!(
            "MIN42_DATA: {} can't be written ({error}). Choose a folder this user may write to.",
            path.display()
        )
    })?;
    Ok(Secret::new(key))
}

/// Writes a new file only its owner can read.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

impl Config {
    /// An absolute address on this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.as_str().trim_end_matches('/'))
    }

    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// The effective settings, secrets masked: name and value.
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let masked = "•••• (set)".to_owned();
        let mut rows = vec![
            ("MIN42_LISTEN", self.listen.to_string()),
            ("MIN42_BASE_URL", self.url("")),
            ("MIN42_DATA", self.data.display().to_string()),
            ("MIN42_DATABASE_URL", without_password(&self.database_url)),
            ("MIN42_SECRET_KEY", masked.clone()),
            (
                "MIN42_SMTP_URL",
                match &self.mail {
                    MailConfig::None => "not set: letters are kept, none is sent".to_owned(),
                    MailConfig::Smtp(url) => without_password(url.expose()),
                    MailConfig::Folder(path) => format!("folder:{}", path.display()),
                    #[cfg(test)]
                    MailConfig::Memory => "memory".to_owned(),
                },
            ),
            ("MIN42_MAIL_FROM", self.mail_from.clone()),
        ];
        match &self.zoom {
            None => rows.push(("MIN42_ZOOM_CLIENT_ID", "not set: Zoom is off".to_owned())),
            Some(zoom) => {
                rows.push(("MIN42_ZOOM_CLIENT_ID", zoom.client_id.clone()));
                rows.push(("MIN42_ZOOM_CLIENT_SECRET", masked.clone()));
                let webhook = zoom
                    .webhook_secret
                    .as_ref()
                    .map_or("not set".to_owned(), |_| masked);
                rows.push(("MIN42_ZOOM_WEBHOOK_SECRET", webhook));
                rows.push(("MIN42_ZOOM_OAUTH_URL", zoom.oauth_url.to_string()));
                rows.push(("MIN42_ZOOM_API_URL", zoom.api_url.to_string()));
            }
        }
        let proxies: Vec<String> = self.trusted_proxies.iter().map(IpAddr::to_string).collect();
        rows.push(("MIN42_TRUSTED_PROXIES", proxies.join(",")));
        rows.push(("MIN42_SYNC_LOG_DAYS", self.sync_log_days.to_string()));
        let format = match self.log_format {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        };
        rows.push(("MIN42_LOG_FORMAT", format.to_owned()));
        let off = || "not set: off".to_owned();
        let metrics = self.metrics_listen.map_or_else(off, |at| at.to_string());
        rows.push(("MIN42_METRICS_LISTEN", metrics));
        let otlp = self.otlp_url.as_ref();
        rows.push(("MIN42_OTLP_URL", otlp.map_or_else(off, Url::to_string)));
        rows
    }
}

fn without_password(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if url.password().is_some() => match url.set_password(Some("****")) {
            Ok(()) => url.to_string(),
            Err(()) => "••••".to_owned(),
        },
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: Given) -> Result<Config, Wrong> {
        check_with(given, &|_| None)
    }

    fn check_with(given: Given, var: &dyn Fn(&str) -> Option<String>) -> Result<Config, Wrong> {
        let key = "ab".repeat(32);
        let file = |path: &Path| {
            if path.ends_with("secret-key") {
                Ok(key.clone())
            } else {
                Err(std::io::Error::from(std::io::ErrorKind::NotFound))
            }
        };
        given.check(&Outside { var, file: &file })
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn nothing_need_be_set() {
        let config = check(Given::default()).ok().unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4242");
        assert_eq!(config.url("/a"), "http://127.0.0.1:4242/a");
        assert!(config.database_url.starts_with("sqlite:"));
        assert!(config.zoom.is_none());
        assert_eq!(config.sync_log_days, 90);
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let given = Given {
            listen: some("nowhere"),
            base_url: some("ftp://x"),
            database_url: some("mysql://x"),
            smtp_url: some("smtp://mail.example.com"),
            zoom_client_id: some("id"),
            trusted_proxies: some("10.0.0.1, me"),
            sync_log_days: some("0"),
            ..Given::default()
        };
        let wrong = check(given).err().unwrap().0;
        for name in [
            "MIN42_LISTEN",
            "MIN42_BASE_URL",
            "MIN42_DATABASE_URL",
            "MIN42_SMTP_URL",
            "MIN42_ZOOM_CLIENT_SECRET",
            "MIN42_TRUSTED_PROXIES",
            "MIN42_SYNC_LOG_DAYS",
        ] {
            assert!(
                wrong.iter().any(|w| w.starts_with(name)),
                "{name} is missing in {wrong:?}"
            );
        }
    }

    #[test]
    fn postgres_needs_the_key_to_be_given() {
        let given = Given {
            database_url: some("postgres://u:p@h/d"),
            ..Given::default()
        };
        let wrong = check(given.clone()).err().unwrap().0;
        assert!(wrong[0].starts_with("MIN42_SECRET_KEY"), "{wrong:?}");
        let key = "cd".repeat(32);
        assert!(check_with(given, &|n| (n == "MIN42_SECRET_KEY").then(|| key.clone())).is_ok());
    }

    #[test]
    fn plain_smtp_is_for_this_computer_only() {
        for fine in [
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
            "smtp://m.example?tls=required",
            "smtps://m.example",
        ] {
            assert!(mail_config(fine).is_ok(), "{fine}");
        }
        assert!(mail_config("smtp://m.example").is_err());
    }

    #[test]
    fn a_secret_may_come_from_one_place_only() {
        let given = Given {
            secret_key_file: some("secret-key"),
            ..Given::default()
        };
        let key = "cd".repeat(32);
        let wrong = check_with(given, &|n| (n == "MIN42_SECRET_KEY").then(|| key.clone()))
            .err()
            .unwrap();
        assert!(wrong.0[0].contains("both set"), "{wrong}");
    }

    #[test]
    fn shown_settings_hold_no_secret() {
        let given = Given {
            smtp_url: some("smtps://me:hunter2@mail.example.com"),
            zoom_client_id: some("id"),
            zoom_client_secret: some("hunter2"),
            ..Given::default()
        };
        let shown = format!("{:?}", check(given).ok().unwrap().shown());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
