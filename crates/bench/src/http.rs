//! One connection, kept alive, one request at a time: what a client of the load is.

use std::net::SocketAddr;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{HeaderMap, Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A request, ready to be sent any number of times.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

impl Ask {
    pub fn get(path: impl Into<String>) -> Ask {
        Ask {
            method: Method::GET,
            path: path.into(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    pub fn form(path: impl Into<String>, fields: &[(&str, &str)]) -> Ask {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        Ask {
            method: Method::POST,
            body: Bytes::from(form.finish()),
            ..Ask::get(path)
        }
        .with("content-type", "application/x-www-form-urlencoded")
        .with("sec-fetch-site", "same-origin")
    }

    pub fn json(path: impl Into<String>, value: &serde_json::Value) -> Ask {
        Ask {
            method: Method::POST,
            body: Bytes::from(value.to_string()),
            ..Ask::get(path)
        }
        .with("content-type", "application/json")
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Ask {
        self.headers.push((name, value.into()));
        self
    }
}

impl Connection {
    pub async fn open(to: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let (sender, driver) = handshake(TokioIo::new(stream)).await?;
        #[expect(clippy::disallowed_methods, reason = "it lives as long as its sender")]
        tokio::spawn(async move { drop(driver.await) });
        Ok(Connection {
            sender,
            host: to.to_string(),
        })
    }

    pub async fn send(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(ask.path.as_str())
            .header(header::HOST, self.host.as_str());
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        self.sender.ready().await?;
        let request = request.body(Full::new(ask.body.clone()))?;
        let answer = self.sender.send_request(request).await?;
        let (head, body) = answer.into_parts();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await?.to_bytes(),
        })
    }

    /// Sends, and fails unless the answer is this.
    pub async fn expect(&mut self, ask: &Ask, status: u16) -> anyhow::Result<Answer> {
        let answer = self.send(ask).await?;
        anyhow::ensure!(
            answer.status == status,
            "{} {} answered {} instead of {status}: {}",
            ask.method,
            ask.path,
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        Ok(answer)
    }
}

impl Answer {
    pub fn location(&self) -> anyhow::Result<&str> {
        let to = self.headers.get(header::LOCATION);
        Ok(to.context("a redirect to nowhere")?.to_str()?)
    }

    pub fn json(&self) -> anyhow::Result<serde_json::Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    /// The cookies that are set, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs: Vec<&str> = set
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        pairs.join("; ")
    }
}
