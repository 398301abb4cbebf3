//! Sends the e-mail with which a password can be set anew.

use std::sync::Weak;
use std::time::Duration;

use async_trait::async_trait;
use sea_orm::DatabaseTransaction;
use sourcepilot_jobs_engine::{Handler, HandlerError, Job, JobContext, Verdict};

use crate::app::App;
use crate::queue::password_reset::PasswordReset;
use crate::service::auth;

/// Sends the mail. It holds the application weakly: the application holds the worker.
pub struct PasswordResetHandler(pub Weak<App>);

#[async_trait]
impl Handler for PasswordResetHandler {
    async fn run(&self, context: JobContext) -> Result<Verdict, HandlerError> {
        let Some(app) = self.0.upgrade() else {
            let reason = "the process is ending".to_owned();
            return Ok(Verdict::Later { reason, after: Duration::from_secs(1) });
        };
        let PasswordReset { email } = context.job.payload()?;
        match auth::send_reset(&app, &email).await {
            Ok(()) => Ok(Verdict::Done),
            Err(error) => {
                tracing::warn!(%error, "an e-mail to set a password anew did not go out");
                Ok(Verdict::Retry { reason: error.to_string(), after: None })
            }
        }
    }

    /// Nobody waits for it: who got no e-mail asks again.
    async fn given_up(&self, _: &DatabaseTransaction, _: &Job, _: &str) -> Result<(), HandlerError> {
        Ok(())
    }

    fn time_limit(&self) -> Duration {
        Duration::from_secs(120)
    }
}
