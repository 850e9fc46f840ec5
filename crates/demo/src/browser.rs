//! A browser as far as the demo needs one: cookies, links, forms, redirects.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method};

#[derive(Clone)]
pub struct Browser {
    http: Client,
    base: String,
    cookies: BTreeMap<String, String>,
    /// The address in links, where that isn't the one that is asked.
    own: Option<String>,
}

#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub path: String,
    pub body: String,
}

impl Browser {
    pub fn new(http: Client, base: &str) -> Browser {
        Browser {
            http,
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            own: None,
        }
    }

    /// Links that name this address lead to the one it asks.
    #[must_use]
    pub fn known_as(mut self, own: &str) -> Browser {
        self.own = Some(own.to_owned());
        self
    }

    /// What lets it in, as a browser sends it.
    pub fn cookies(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Opens an address and follows where it leads.
    pub async fn open(&mut self, address: &str) -> anyhow::Result<Page> {
        let mut address = address.to_owned();
        for _ in 0..8 {
            match self.send(Method::GET, &address, None).await? {
                Sent::Page(page) => return Ok(page),
                Sent::Away(to) => address = to,
            }
        }
        anyhow::bail!("{address} leads in circles")
    }

    /// Sends a form and follows where it leads.
    pub async fn submit(&mut self, address: &str, fields: &[(&str, &str)]) -> anyhow::Result<Page> {
        match self.send(Method::POST, address, Some(fields)).await? {
            Sent::Page(page) => Ok(page),
            Sent::Away(to) => self.open(&to).await,
        }
    }

    /// Sends a form and says where it leads, without going there.
    pub async fn submit_away(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<String> {
        match self.send(Method::POST, address, Some(fields)).await? {
            Sent::Away(to) => Ok(to),
            Sent::Page(page) => {
                anyhow::bail!("{address} answered {}: {}", page.status, page.text())
            }
        }
    }

    async fn send(
        &mut self,
        method: Method,
        address: &str,
        form: Option<&[(&str, &str)]>,
    ) -> anyhow::Result<Sent> {
        let own = self.own.as_deref();
        let address = own
            .and_then(|own| address.strip_prefix(own))
            .unwrap_or(address);
        let url = if address.starts_with("http") {
            address.to_owned()
        } else {
            format!("{}{address}", self.base)
        };
        let ours = url.starts_with(&self.base);
        let mut request = self.http.request(method, &url);
        if ours {
            request = request.header(COOKIE, self.cookies());
        }
        if let Some(form) = form {
            request = request.header("sec-fetch-site", "same-origin").form(form);
        }
        let response = request
            .send()
            .await
            .with_context(|| format!("asking {url}"))?;
        if ours {
            for cookie in response.headers().get_all(SET_COOKIE) {
                self.keep(cookie.to_str()?);
            }
        }
        if response.status().is_redirection() {
            let to = response
                .headers()
                .get(LOCATION)
                .context("a redirect to nowhere")?;
            return Ok(Sent::Away(to.to_str()?.to_owned()));
        }
        let status = response.status().as_u16();
        let body = response.text().await?;
        let path = url.strip_prefix(&self.base).unwrap_or(&url).to_owned();
        Ok(Sent::Page(Page { status, path, body }))
    }

    fn keep(&mut self, cookie: &str) {
        let Some((name, value)) = cookie.split(';').next().and_then(|c| c.split_once('=')) else {
            return;
        };
        if cookie.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

enum Sent {
    Page(Page),
    Away(String),
}

impl Page {
    /// Fails unless the page is there.
    pub fn fine(self) -> anyhow::Result<Page> {
        ensure!(
            self.status == 200,
            "{} answered {}: {}",
            self.path,
            self.status,
            self.text()
        );
        Ok(self)
    }

    /// The words on the page.
    pub fn text(&self) -> String {
        let mut words = String::new();
        let mut in_tag = false;
        // Where a line may end is no space.
        for c in self.body.replace("<wbr>", "").chars() {
            match c {
                '<' => {
                    in_tag = true;
                    words.push(' ');
                }
                '>' => in_tag = false,
                c if !in_tag => words.push(c),
                _ => {}
            }
        }
        unescape(&words.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Addresses of links whose address contains this.
    pub fn links(&self, part: &str) -> Vec<String> {
        self.body
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(unescape)
            .filter(|link| link.contains(part))
            .collect()
    }

    /// The values of all boxes of this name that could be ticked.
    pub fn values(&self, name: &str) -> Vec<String> {
        let opens = format!("name=\"{name}\" value=\"");
        self.body
            .split(&opens)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(unescape)
            .collect()
    }

    /// What stands in the first field of this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("name=\"{name}\""))?;
        let start = self.body[..at].rfind('<')?;
        let tag = self.body[start..].split('>').next()?;
        Some(unescape(tag.split("value=\"").nth(1)?.split('"').next()?))
    }
}

pub fn unescape(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
