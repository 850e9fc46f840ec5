//! The limit of every page: the product's own server, with all that stands around its routes, and
//! one route more that answers so many bytes. It is in this program only; the product has no such
//! route.

use axum::extract::Path;
use axum::routing::get;
use bytes::Bytes;
use fortytwo::app::App;
use fortytwo::clock::Clock;
use fortytwo::config::{Given, Outside};
use fortytwo::entropy::Entropy;
use tokio::net::TcpListener;

use crate::http::Ask;

const MOST: usize = 1 << 20;
static LETTERS: [u8; MOST] = [b'a'; MOST];

pub fn ask(bytes: usize) -> Ask {
    Ask::get(format!("/constant/{bytes}"))
}

pub async fn serve() -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the settings the bench gave us")]
    let var = |name: &str| std::env::var(name).ok();
    let given = Given {
        listen: var("MIN42_LISTEN"),
        base_url: var("MIN42_BASE_URL"),
        data: var("MIN42_DATA"),
        database_url: var("MIN42_DATABASE_URL"),
        smtp_url: var("MIN42_SMTP_URL"),
        mail_from: var("MIN42_MAIL_FROM"),
        ..Given::default()
    };
    let file = |path: &std::path::Path| std::fs::read_to_string(path);
    let config = given.check(&Outside {
        var: &var,
        file: &file,
    })?;
    fortytwo::telemetry::logs::begin(config.log_format, None);
    let listener = TcpListener::bind(config.listen).await?;
    let app = App::start(config, Clock::System, Entropy::system()).await?;
    let routes = fortytwo::routes::routes().route("/constant/{bytes}", get(answer));
    let router = fortytwo::server::dressed(routes, app)?;
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<std::net::SocketAddr>(),
    )
    .await?;
    Ok(())
}

async fn answer(Path(bytes): Path<usize>) -> axum::response::Html<Bytes> {
    axum::response::Html(Bytes::from_static(&LETTERS[..bytes.min(MOST)]))
}
