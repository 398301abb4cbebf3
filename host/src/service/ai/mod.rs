//! Questions to language models, and their answers made safe.
//!
//! Whatever comes from merchants or suppliers goes into a prompt as data: JSON
//! between markers that it cannot close, after the task was stated. Whatever
//! comes back is text of a stranger: it is read as JSON, bounded field by field,
//! and decides nothing. No address in it is opened and none is sent anywhere.

mod answer;
mod prompt;
mod throttle;

use serde_json::Value;
use sourcepilot_domain::ids::UserId;

pub use answer::Scoring;
pub use throttle::AiThrottle;

use crate::app::App;
use crate::db::DbError;
use crate::db::imports::{self, ImportFilter};
pub use crate::gateway::llm::LlmError;
use crate::gateway::llm::{Question, Reply};

/// So many of a merchant's latest imports are shown to the model.
const RECENT: u64 = 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AiError {
    #[error(transparent)]
    Llm(#[from] LlmError),
    #[error("That were many questions in a short time. Try again in {seconds} seconds.")]
    TooMany { seconds: u64 },
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Something a model answered, and who it was.
#[derive(Clone, Debug)]
pub struct Answered<T> {
    pub answer: T,
    pub provider: String,
    /// US dollars.
    pub cost_usd: f64,
}

/// What the merchant might do next: objects with `title`, `description` and
/// `priority`, or one plain text.
///
/// # Errors
/// Why there is no answer.
pub async fn suggestions(app: &App, user: UserId) -> Result<Answered<Vec<Value>>, AiError> {
    admit(app, user)?;
    let filter = ImportFilter { limit: RECENT, ..ImportFilter::default() };
    let recent = imports::list(&app.db, user, &filter).await?;
    let question = Question {
        user: user.0,
        task: "sourcing_suggestions",
        system: prompt::SUGGESTIONS.to_owned(),
        prompt: prompt::with_data("Suggest what to source next.", &prompt::recent(&recent.items)),
        max_tokens: 1000,
        temperature: 0.7,
    };
    Ok(read(Box::pin(app.llm.ask(&question)).await?, answer::suggestions))
}

/// What a model thinks of a supplier, from the address alone: the page is not
/// opened.
///
/// # Errors
/// Why there is no answer.
pub async fn score_supplier(
    app: &App,
    user: UserId,
    supplier_url: &str,
) -> Result<Answered<Scoring>, AiError> {
    admit(app, user)?;
    let question = Question {
        user: user.0,
        task: "supplier_scoring",
        system: prompt::SCORING.to_owned(),
        prompt: prompt::with_data("Score this supplier.", &prompt::supplier(supplier_url)),
        max_tokens: 1500,
        temperature: 0.5,
    };
    Ok(read(Box::pin(app.llm.ask(&question)).await?, answer::scoring))
}

fn admit(app: &App, user: UserId) -> Result<(), AiError> {
    app.ai_throttle.admit(user).map_err(|seconds| AiError::TooMany { seconds })
}

fn read<T>(reply: Reply, read: impl FnOnce(&str) -> T) -> Answered<T> {
    let Reply { content, provider, cost_usd } = reply;
    Answered { answer: read(&content), provider: answer::words(&provider, 100), cost_usd }
}
