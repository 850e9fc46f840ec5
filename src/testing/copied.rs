//! The same database once more, in another place: what a backup, a dump or a copy of a server is.

use super::{Place, TestApp, make_folder};
use crate::app::App;
use crate::db::lite_file;
use crate::entropy::Entropy;

impl TestApp {
    /// A server on a copy of what is stored now. It has the same settings but for the place, the
    /// same clock, and asks the same Zoom; it has not begun to work.
    pub async fn copied(&self) -> TestApp {
        let name = Place::name();
        let mut config = self.app.config.clone();
        let place = match &self.place {
            Place::Folder(_) => {
                let folder = make_folder(&name);
                let file = folder.join("copy.sqlite");
                let from = lite_file::path_of(&config.database_url).unwrap();
                lite_file::copy(&from, &file).await.unwrap();
                config.data = folder.clone();
                config.database_url = format!("sqlite:{}", file.display());
                Place::Folder(folder)
            }
            Place::Database { server, name: from } => {
                copy_database(server, from, &name).await;
                config.database_url = format!("{}/{name}", server.trim_end_matches('/'));
                Place::Database {
                    server: server.clone(),
                    name,
                }
            }
        };
        let clock = self.app.clock.clone();
        let app = App::start(config, clock, Entropy::seeded(43))
            .await
            .unwrap();
        TestApp::of(app, self.given.clone(), place)
    }
}

/// PostgreSQL copies a database that nobody is connected to; our pools connect again.
async fn copy_database(server: &str, from: &str, to: &str) {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let url = format!("{}/postgres", server.trim_end_matches('/'));
    let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
    for text in [
        format!("DROP DATABASE IF EXISTS {to}"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'"),
        format!("CREATE DATABASE {to} TEMPLATE {from}"),
    ] {
        conn.execute(AssertSqlSafe(text)).await.unwrap();
    }
    conn.close().await.unwrap();
}
