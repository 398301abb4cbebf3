use sea_orm::entity::prelude::*;

use super::JsonText;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "supplier_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub platform: String,
    pub credentials: Option<Vec<u8>>,
    pub settings: Option<JsonText>,
    pub is_active: bool,
    pub last_synced_at: Option<DateTimeUtc>,
    pub remote_id: Option<String>,
    pub remote_label: Option<String>,
    pub remote_currency: Option<String>,
    pub remote_extra: Option<JsonText>,
    pub problem: Option<String>,
    pub checked_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
