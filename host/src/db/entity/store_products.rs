use sea_orm::entity::prelude::*;

use super::JsonText;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "store_products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub connection_id: Uuid,
    pub import_job_id: Option<Uuid>,
    pub source: String,
    pub source_product_id: String,
    pub source_url: Option<String>,
    pub title: String,
    pub external_key: String,
    pub remote_id: String,
    pub remote_url: Option<String>,
    pub remote_admin_url: Option<String>,
    pub variants: JsonText,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
