use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_watches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub store_id: Option<Uuid>,
    pub product_url: String,
    pub source: String,
    pub threshold: i32,
    pub is_active: bool,
    pub source_product_id: Option<String>,
    pub source_url: Option<String>,
    pub currency: Option<String>,
    pub last_price: Option<String>,
    pub current_price: Option<String>,
    pub price_changed: bool,
    pub changed_at: Option<DateTimeUtc>,
    pub last_checked_at: Option<DateTimeUtc>,
    pub problem: Option<String>,
    pub failures: i32,
    pub due_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
