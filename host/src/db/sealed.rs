//! Sealed values of everybody, for changing the installation's key. What is inside
//! them is not looked at.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use sourcepilot_domain::ids::{ConnectionId, HouseAccountId, SupplierAccountId, UserId, WebhookSecretId};
use uuid::Uuid;

use super::entity::{house_accounts, store_connections, supplier_accounts, webhook_secrets};
use super::{DbError, Reads, Sealed, Slot, Tx};

/// A sealed value and where it stands.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Where.
    pub slot: Slot,
    /// The value.
    pub sealed: Sealed,
}

/// Every sealed value that is to last.
///
/// # Errors
/// When the database cannot be asked.
pub async fn all<R: Reads>(reads: &R) -> Result<Vec<Kept>, DbError> {
    type Row = (Uuid, Uuid, Option<Vec<u8>>);
    let accounts: Vec<Row> = supplier_accounts::Entity::find()
        .select_only()
        .columns([
            supplier_accounts::Column::UserId,
            supplier_accounts::Column::Id,
            supplier_accounts::Column::Credentials,
        ])
        .into_tuple()
        .all(reads.conn())
        .await?;
    let shops: Vec<Row> = store_connections::Entity::find()
        .select_only()
        .columns([
            store_connections::Column::UserId,
            store_connections::Column::Id,
            store_connections::Column::Credentials,
        ])
        .into_tuple()
        .all(reads.conn())
        .await?;
    let houses: Vec<(Uuid, Vec<u8>)> = house_accounts::Entity::find()
        .select_only()
        .columns([house_accounts::Column::Id, house_accounts::Column::Credentials])
        .into_tuple()
        .all(reads.conn())
        .await?;
    let hooks: Vec<(Uuid, Uuid, Vec<u8>)> = webhook_secrets::Entity::find()
        .select_only()
        .columns([
            webhook_secrets::Column::UserId,
            webhook_secrets::Column::Id,
            webhook_secrets::Column::Secret,
        ])
        .into_tuple()
        .all(reads.conn())
        .await?;
    let of_hooks = hooks
        .into_iter()
        .map(|(user, id, value)| (Slot::WebhookSecret(UserId(user), WebhookSecretId(id)), Some(value)));
    let of_accounts = accounts
        .into_iter()
        .map(|(user, id, value)| (Slot::SupplierAccount(UserId(user), SupplierAccountId(id)), value));
    let of_shops =
        shops.into_iter().map(|(user, id, value)| (Slot::Connection(UserId(user), ConnectionId(id)), value));
    let of_houses =
        houses.into_iter().map(|(id, value)| (Slot::HouseAccount(HouseAccountId(id)), Some(value)));
    Ok(of_accounts
        .chain(of_shops)
        .chain(of_houses)
        .chain(of_hooks)
        .filter_map(|(slot, value)| Some(Kept { slot, sealed: Sealed::from_row(value?) }))
        .collect())
}

/// Put a value in the place of another one; `false` when that one is not there any
/// more. The version of the credentials stays: they are the same.
///
/// # Errors
/// When the database cannot be asked.
pub async fn replace(tx: &Tx, old: Kept, new: Sealed) -> Result<bool, DbError> {
    let Kept { slot, sealed } = old;
    let (old, new) = (sealed.into_row(), Expr::value(new.into_row()));
    let changed = match slot {
        Slot::SupplierAccount(user, id) => {
            supplier_accounts::Entity::update_many()
                .col_expr(supplier_accounts::Column::Credentials, new)
                .filter(supplier_accounts::Column::Id.eq(id.0))
                .filter(supplier_accounts::Column::UserId.eq(user.0))
                .filter(supplier_accounts::Column::Credentials.eq(old))
                .exec(tx)
                .await?
        }
        Slot::Connection(user, id) => {
            store_connections::Entity::update_many()
                .col_expr(store_connections::Column::Credentials, new)
                .filter(store_connections::Column::Id.eq(id.0))
                .filter(store_connections::Column::UserId.eq(user.0))
                .filter(store_connections::Column::Credentials.eq(old))
                .exec(tx)
                .await?
        }
        Slot::HouseAccount(id) => {
            house_accounts::Entity::update_many()
                .col_expr(house_accounts::Column::Credentials, new)
                .filter(house_accounts::Column::Id.eq(id.0))
                .filter(house_accounts::Column::Credentials.eq(old))
                .exec(tx)
                .await?
        }
        Slot::WebhookSecret(user, id) => {
            webhook_secrets::Entity::update_many()
                .col_expr(webhook_secrets::Column::Secret, new)
                .filter(webhook_secrets::Column::Id.eq(id.0))
                .filter(webhook_secrets::Column::UserId.eq(user.0))
                .filter(webhook_secrets::Column::Secret.eq(old))
                .exec(tx)
                .await?
        }
        // Kept for a day; the key that it was sealed with stays in the ring as long.
        Slot::ApiKey(..) => return Ok(false),
    };
    Ok(changed.rows_affected == 1)
}
