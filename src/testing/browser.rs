//! A browser as far as tests need one: cookies, forms, redirects when asked to follow.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt as _;

pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    from: Option<SocketAddr>,
    speaks: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |l| l.to_str().unwrap())
    }

    /// The words a person reads: tags and entities taken away, white space folded.
    pub fn text(&self) -> String {
        text(&self.body)
    }

    /// The value of the first input with this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("name=\"{name}\""))?;
        let tag_start = self.body[..at].rfind('<')?;
        let tag = &self.body[tag_start..tag_start + self.body[tag_start..].find('>')?];
        let value = tag.split("value=\"").nth(1)?;
        Some(
            value
                .split('"')
                .next()?
                .replace("&amp;", "&")
                .replace("&#38;", "&"),
        )
    }

    /// The addresses of all links whose address contains this.
    pub fn links(&self, part: &str) -> Vec<String> {
        self.body
            .split("href=\"")
            .skip(1)
            .filter_map(|piece| piece.split('"').next())
            .map(|link| link.replace("&amp;", "&").replace("&#38;", "&"))
            .filter(|link| link.contains(part))
            .collect()
    }
}

/// The words of a page.
pub fn text(html: &str) -> String {
    // Where a line may end is no space.
    let html = html.replace("<wbr>", "");
    let mut out = String::new();
    let mut rest = html.as_str();
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        out.push(' ');
        let Some(close) = rest[open..].find('>') else {
            break;
        };
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    let out = out
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"");
    let out = out
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Browser {
    pub fn new(router: Router) -> Browser {
        Browser {
            router,
            cookies: BTreeMap::new(),
            from: None,
            speaks: None,
        }
    }

    /// From here on its requests come from this address.
    pub fn comes_from(&mut self, address: &str) {
        self.from = Some(SocketAddr::new(address.parse().unwrap(), 4242));
    }

    /// What it sends as `Accept-Language` from here on.
    pub fn speaks(&mut self, languages: &str) {
        self.speaks = Some(languages.to_owned());
    }

    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn head(&mut self, path: &str) -> Answer {
        self.send(Method::HEAD, path, None).await
    }

    /// Posts a form as a browser does from a page of this server.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, Some((kind, body.into_bytes())))
            .await
    }

    /// Posts a form with a file, as a browser does.
    pub async fn post_file(&mut self, path: &str, field: &str, file: &[u8]) -> Answer {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
        let kind = "multipart/form-data; boundary=x";
        self.send(Method::POST, path, Some((kind, body))).await
    }

    /// Posts, then follows where it leads.
    pub async fn post_and_follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let to = answer.location().to_owned();
        self.get(&to).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<(&str, Vec<u8>)>) -> Answer {
        let path = path.strip_prefix("http://meet.test").unwrap_or(path);
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "meet.test")
            .header(header::COOKIE, cookies.join("; "));
        if let Some((kind, _)) = &form {
            request = request
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, *kind);
        }
        if let Some(languages) = &self.speaks {
            request = request.header(header::ACCEPT_LANGUAGE, languages);
        }
        if let Some(from) = self.from {
            request = request.extension(ConnectInfo(from));
        }
        let body = form.map_or(Body::empty(), |(_, bytes)| bytes.into());
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
