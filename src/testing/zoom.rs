//! People who connect Zoom, the way a browser does it; and Zoom's events, delivered when a test says.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use tower::ServiceExt as _;
use zoom_sim::SignedWebhook;

use super::TestApp;
use super::browser::Answer;
use crate::accounts::{Org, Person};
use crate::id::Id;
use crate::rollout::{self, Rollout};

impl TestApp {
    /// Zoom is on for the org.
    pub async fn zoom_on(&self, org: Id<Org>) {
        let rollout = Rollout {
            enabled_at: Some(self.now()),
            ..Rollout::off(org)
        };
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move { Ok(rollout::store::save(tx, &rollout).await?) })
            })
            .await
            .unwrap();
    }

    /// The person signs in at Zoom as this Zoom user and allows everything; answers the page shown
    /// afterwards.
    pub async fn connects(&self, person: &Person, role: &str, zoom_user: &str) -> Answer {
        let mut browser = self.browser_of(person).await;
        let away = browser
            .post("/360/integrations/zoom/connect", &[("role", role)])
            .await;
        assert_eq!(away.status, 303, "{}", away.text());
        let back = self.zoom().consent(away.location(), zoom_user).await;
        let landed = browser.get(&back).await;
        assert_eq!(landed.status, 303, "{}", landed.text());
        let to = landed.location().to_owned();
        browser.get(&to).await
    }

    /// From here on Zoom has events for us.
    pub fn subscribes(&self) {
        self.zoom()
            .set_webhook_url("http://meet.test/webhooks/zoom");
    }

    /// Delivers what Zoom has for us; answers how each was taken.
    pub async fn hears(&self) -> Vec<StatusCode> {
        let mut taken = Vec::new();
        for webhook in self.zoom().take_webhooks() {
            taken.push(self.delivers(&webhook).await);
        }
        taken
    }

    pub async fn delivers(&self, webhook: &SignedWebhook) -> StatusCode {
        let request = webhook
            .headers
            .iter()
            .fold(Request::post("/webhooks/zoom"), |request, (name, value)| {
                request.header(name, value)
            });
        let body = Body::from(webhook.body.clone());
        let request = request.body(body).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }
}
