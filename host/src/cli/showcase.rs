//! The demo world's first import, told step by step.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use sourcepilot_domain::ids::ImportJobId;
use sourcepilot_domain::import_job::ImportStatus;

use super::say;
use crate::app::App;
use crate::service::auth;
use crate::service::imports::{self, ImportRequest};
use crate::service::{User, event_stream, product_links};

/// Longest wait for the import.
const PATIENCE: Duration = Duration::from_secs(120);

/// Import the demo world's first product into its shop and say what happens.
pub async fn import_one(app: Arc<App>) {
    if let Err(problem) = told(&app).await {
        say(format!("The demo import did not work: {problem}"));
    }
}

async fn told(app: &App) -> Result<(), String> {
    let facts = app.config.demo.as_ref().ok_or("there is no demo world")?;
    let product = facts.products.first().ok_or("there is no product")?;
    let password = SecretString::from(facts.login.password.clone());
    let user = auth::login(app, &facts.login.email, password).await.map_err(|error| error.to_string())?.user;
    let mut events = event_stream::follow(app, user.id, None).map_err(|error| error.to_string())?.next;
    say(format!("Importing     {}", product.url));
    let request = ImportRequest {
        product_url: product.url.clone(),
        source: product.source.clone(),
        store_id: None,
        config: Some(serde_json::json!({ "markup_percent": 40, "tags": ["demo"], "status": "active" })),
    };
    let id = imports::create(app, &user, request, None).await.map_err(|error| error.to_string())?.id;
    let following = async {
        while let Ok(event) = events.recv().await {
            if event.data["id"] != serde_json::json!(id) {
                continue;
            }
            let percent = event.data["progress_percent"].as_u64().unwrap_or_default();
            say(format!("  {percent:>3} %  {}", event.data["message"].as_str().unwrap_or_default()));
            let status = event.data["status"].as_str().and_then(|text| text.parse::<ImportStatus>().ok());
            if status.is_some_and(ImportStatus::is_final) {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, following).await.map_err(|_| "it takes too long")?;
    conclude(app, &user, id).await
}

async fn conclude(app: &App, user: &User, id: ImportJobId) -> Result<(), String> {
    let job = imports::get(app, user, id).await.map_err(|error| error.to_string())?;
    if let Some(reason) = job.error_message() {
        return Err(reason.to_owned());
    }
    let product = job.created_product_id().ok_or("it has not ended yet")?;
    let links = product_links::of(app, user.id, &[job]).await.map_err(|error| error.to_string())?;
    match links.get(&product) {
        Some(url) => say(format!("In the shop   {url}")),
        None => say(format!("In the shop   as product {product}")),
    }
    Ok(())
}
