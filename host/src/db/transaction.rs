//! Units of work that are done wholly or not at all.

use std::future::Future;
use std::sync::Arc;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tracing::Instrument;

use super::{Db, DbError, Tx};

impl Db {
    /// Do `unit` inside one transaction: committed when it answers `Ok`, undone
    /// when it answers `Err` or panics.
    ///
    /// The whole unit runs in a task of its own. A caller that goes away, such as
    /// an HTTP client that hangs up, therefore cannot leave a connection inside a
    /// transaction; the unit is finished without it. In SQLite the transaction
    /// takes the write lock at once, so reading first and writing later is safe.
    /// Do nothing slow inside: in SQLite all other writers wait.
    ///
    /// # Errors
    /// What `unit` answers, or that the database could not begin or commit.
    ///
    /// # Panics
    /// When `unit` panics; the transaction is undone first.
    pub async fn transaction<T, E, F, Fut>(&self, unit: F) -> Result<T, E>
    where
        F: FnOnce(Arc<Tx>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let write = self.write().clone();
        let task = tokio::spawn(async move { run(&write, unit).await }.in_current_span());
        match task.await {
            Ok(result) => result,
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(DbError::ShuttingDown.into()),
            },
        }
    }
}

async fn run<T, E, F, Fut>(write: &DatabaseConnection, unit: F) -> Result<T, E>
where
    F: FnOnce(Arc<Tx>) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<DbError>,
{
    let tx = Arc::new(begin(write).await?);
    let result = unit(Arc::clone(&tx)).await;
    // A handle that escaped from the unit would keep the transaction open, so
    // there is nothing to commit: it is undone when that handle goes.
    let tx = Arc::try_unwrap(tx).map_err(|_| DbError::EscapedTransaction)?;
    match result {
        Ok(value) => {
            tx.commit().await.map_err(DbError::from)?;
            Ok(value)
        }
        Err(error) => {
            if let Err(problem) = tx.rollback().await {
                tracing::warn!(error = %problem, "a transaction could not be rolled back by the book");
            }
            Err(error)
        }
    }
}

pub(super) async fn begin(write: &DatabaseConnection) -> Result<DatabaseTransaction, DbError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(write.begin_with_options(options).await?)
}
