//! The products of merchants' catalogues.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait as _, LikeExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use sourcepilot_domain::Money;
use sourcepilot_domain::ids::{SupplierAccountId, UserId};

use super::entity::catalogue_items::{ActiveModel, Column, Entity, Model};
use super::{DbError, Reads, Tx};

/// Rows of one statement: both databases bound the parameters of one.
const CHUNK: usize = 400;

/// A product of a catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueItem {
    /// The supplier's id of the product.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The address that names it.
    pub url: Option<String>,
    /// What the merchant pays.
    pub price: Option<Money>,
    /// A JSON object in the form of the supplier's plugin.
    pub document: String,
}

/// A product to be kept.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// As it is read back.
    pub item: CatalogueItem,
    /// The digest of its address in the usual form.
    pub url_key: Option<String>,
    /// What a search looks into, in lower case.
    pub words: String,
}

/// Keep the items of a new catalogue, in their order.
///
/// # Errors
/// When the database cannot be asked.
pub(super) async fn insert(
    tx: &Tx,
    user: UserId,
    account: SupplierAccountId,
    items: Vec<NewItem>,
) -> Result<(), DbError> {
    let mut rows = items.into_iter().enumerate().map(|(at, item)| row(user, account, at, item));
    loop {
        let chunk: Vec<ActiveModel> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        Entity::insert_many(chunk).exec_without_returning(tx).await?;
    }
}

fn row(user: UserId, account: SupplierAccountId, at: usize, new: NewItem) -> ActiveModel {
    let NewItem { item, url_key, words } = new;
    let CatalogueItem { id, title, url, price, document } = item;
    ActiveModel {
        account_id: Set(account.0),
        item_id: Set(id),
        user_id: Set(user.0),
        position: Set(i64::try_from(at).unwrap_or(i64::MAX)),
        title: Set(title),
        url: Set(url),
        url_key: Set(url_key),
        price: Set(price.map(|price| price.amount.to_string())),
        currency: Set(price.map(|price| price.currency.to_string())),
        words: Set(words),
        document: Set(document),
    }
}

/// The items that hold every one of `words`, which are in lower case; in their
/// order. The second value counts all of them.
///
/// # Errors
/// When the database cannot be asked.
pub async fn search<R: Reads>(
    reads: &R,
    user: UserId,
    account: SupplierAccountId,
    words: &[String],
    (skip, limit): (u64, u64),
) -> Result<(Vec<CatalogueItem>, u64), DbError> {
    let query = words.iter().fold(of(user, account), |query, word| {
        let like = LikeExpr::new(format!("%{}%", escaped(word))).escape('\\');
        query.filter(Expr::col(Column::Words).like(like))
    });
    let total = query.clone().count(reads.conn()).await?;
    // Beyond the end of what databases count with, there is nothing.
    let skip = Ord::min(skip, i64::MAX as u64);
    let rows = query.order_by_asc(Column::Position).offset(skip).limit(limit).all(reads.conn()).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// One answer per id, in the same order.
///
/// # Errors
/// When the database cannot be asked.
pub async fn get<R: Reads>(
    reads: &R,
    user: UserId,
    account: SupplierAccountId,
    ids: &[String],
) -> Result<Vec<Option<CatalogueItem>>, DbError> {
    let rows = of(user, account).filter(Column::ItemId.is_in(ids)).all(reads.conn()).await?;
    let items = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    let by_id: HashMap<&str, &CatalogueItem> = items.iter().map(|item| (item.id.as_str(), item)).collect();
    Ok(ids.iter().map(|id| by_id.get(id.as_str()).copied().cloned()).collect())
}

/// The product that an address names in any of the user's catalogues, with the
/// account it belongs to. Of several the one of the account with the lowest id.
///
/// # Errors
/// When the database cannot be asked.
pub async fn by_address<R: Reads>(
    reads: &R,
    user: UserId,
    url_key: &str,
) -> Result<Option<(SupplierAccountId, CatalogueItem)>, DbError> {
    let row = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::UrlKey.eq(url_key))
        .order_by_asc(Column::AccountId)
        .order_by_asc(Column::Position)
        .limit(1)
        .one(reads.conn())
        .await?;
    row.map(|row| Ok((SupplierAccountId(row.account_id), from_row(row)?))).transpose()
}

fn of(user: UserId, account: SupplierAccountId) -> Select<Entity> {
    Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::UserId.eq(user.0))
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn from_row(row: Model) -> Result<CatalogueItem, DbError> {
    let Model { account_id, item_id, title, url, price, currency, document, .. } = row;
    let price = price
        .zip(currency)
        .map(|(amount, currency)| Money::parse(&amount, &currency))
        .transpose()
        .map_err(|_| DbError::corrupt("catalogue_items", "price", account_id))?;
    Ok(CatalogueItem { id: item_id, title, url, price, document })
}
