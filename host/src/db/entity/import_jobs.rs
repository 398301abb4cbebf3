use sea_orm::entity::prelude::*;

use super::RawText;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub store_id: Option<Uuid>,
    pub source: String,
    pub source_url: Option<String>,
    pub source_product_id: Option<String>,
    pub status: String,
    pub product_data: Option<RawText>,
    pub config: Option<RawText>,
    pub error_message: Option<String>,
    pub created_product_id: Option<Uuid>,
    pub progress_percent: i32,
    pub progress_note: Option<String>,
    pub quota_month: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
