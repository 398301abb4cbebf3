use sea_orm::DbErr;

/// Why the engine could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The database refused or does not answer.
    #[error("the job queue's database: {0}")]
    Database(#[from] DbErr),
    /// The payload in a row is not JSON.
    #[error("the payload of a job is not JSON")]
    Payload(#[source] serde_json::Error),
    /// A row of the queue cannot be read.
    #[error("row {0} of the job queue cannot be read")]
    Row(crate::JobId),
    /// The process is ending.
    #[error("the process is shutting down")]
    ShuttingDown,
}

/// Why a job was not ended.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The lease is not the current one any more: the job was cancelled, or somebody
    /// else has it. Whatever was written beside must be undone.
    #[error("the lease on the job was lost")]
    Stale,
    /// The database refused or does not answer.
    #[error("the job queue's database: {0}")]
    Database(#[from] DbErr),
}
