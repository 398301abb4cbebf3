//! Does a connected account or shop work? Asked on request, and before the first
//! import into a shop, because only the shop knows its currency.

use serde_json::{Map, Value};
use sourcepilot_domain::ErrorKind;
use sourcepilot_domain::Failure;
use sourcepilot_domain::ids::{ConnectionId, SupplierAccountId, UserId};
use sourcepilot_domain::product::AccountInfo;

use super::calls::{Circumstances, call};
use super::party::{self, unavailable};
use super::suppliers::looking;
use crate::app::App;
use crate::db::connections::Connection;
use crate::db::facts::Checked;
use crate::db::supplier_accounts::SupplierAccount;
use crate::db::{DbError, connections, supplier_accounts};

/// Ask a shop, and keep what it says.
///
/// # Errors
/// What is wrong, in a sentence for the merchant; it is kept on the connection.
pub async fn connection(
    app: &App,
    connection: &Connection,
    circumstances: &Circumstances,
) -> Result<AccountInfo, Failure> {
    let found = ask_store(app, connection, circumstances).await;
    record_connection(app, connection.user_id, connection.id, &found).await;
    found
}

async fn ask_store(
    app: &App,
    connection: &Connection,
    circumstances: &Circumstances,
) -> Result<AccountInfo, Failure> {
    let catalogue = app.plugins.catalogue();
    let Some(installed) = catalogue.store(&connection.platform) else {
        return Err(no_plugin(&connection.platform));
    };
    let Some(store) = installed.plugin.store() else { return Err(no_plugin(&connection.platform)) };
    let mut party = party::of_connection(app, &installed, connection).await?;
    call(app, &installed, &mut party, circumstances, |call| store.check(call)).await
}

/// Ask a supplier about a merchant's account, and keep what it says.
///
/// # Errors
/// What is wrong, in a sentence for the merchant; it is kept on the account.
pub async fn supplier_account(app: &App, account: &SupplierAccount) -> Result<AccountInfo, Failure> {
    let found = ask_supplier(app, account).await;
    record_account(app, account.user_id, account.id, &found).await;
    found
}

async fn ask_supplier(app: &App, account: &SupplierAccount) -> Result<AccountInfo, Failure> {
    let catalogue = app.plugins.catalogue();
    let Some(installed) = catalogue.supplier(&account.platform) else {
        return Err(no_plugin(&account.platform));
    };
    let Some(supplier) = installed.plugin.supplier() else { return Err(no_plugin(&account.platform)) };
    let mut party = party::of_account(app, &installed, account).await?;
    call(app, &installed, &mut party, &looking(app), |call| supplier.check(call)).await
}

/// The sentence for a platform that no enabled plugin serves.
pub fn no_plugin(platform: &str) -> Failure {
    Failure::new(
        ErrorKind::Unsupported,
        format!("No enabled plugin serves the platform '{}'.", platform.chars().take(50).collect::<String>()),
    )
}

fn checked(found: &Result<AccountInfo, Failure>) -> Checked {
    match found {
        Ok(AccountInfo { id, label, currency, canonical_url: _, scopes: _, warnings: _, extra }) => {
            let extra: Map<String, Value> =
                extra.iter().map(|fact| (fact.name.clone(), Value::String(fact.value.clone()))).collect();
            Checked::Works {
                remote_id: id.clone(),
                label: label.clone(),
                currency: *currency,
                extra: Value::Object(extra),
            }
        }
        Err(failure) => Checked::Fails { problem: failure.message.clone() },
    }
}

async fn record_connection(app: &App, user: UserId, id: ConnectionId, found: &Result<AccountInfo, Failure>) {
    let (checked, now) = (checked(found), app.now());
    let kept = app
        .db
        .transaction(async move |tx| connections::record_check(&tx, user, id, checked, now).await)
        .await;
    warn(kept);
}

async fn record_account(
    app: &App,
    user: UserId,
    id: SupplierAccountId,
    found: &Result<AccountInfo, Failure>,
) {
    let (checked, now) = (checked(found), app.now());
    let kept = app
        .db
        .transaction(async move |tx| supplier_accounts::record_check(&tx, user, id, checked, now).await)
        .await;
    warn(kept);
}

fn warn(kept: Result<bool, DbError>) {
    if let Err(error) = kept {
        let failure = unavailable(error);
        tracing::warn!(message = %failure.message, "the outcome of a check was not kept");
    }
}
