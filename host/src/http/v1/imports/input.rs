use serde_json::{Map, Value};
use sourcepilot_domain::ids::{ConnectionId, ImportJobId};
use sourcepilot_domain::import_job::ImportStatus;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::output::Stage;
use crate::http::validate::{Body, Input, Reader};
use crate::service::ImportFilter;
use crate::service::imports::{BulkRequest, ImportRequest};

const LONGEST_URL: usize = 2000;
const LONGEST_SOURCE: usize = 100;
const MOST_URLS: usize = 50;

/// A product to import.
#[derive(Debug, ToSchema)]
pub struct CreateImport {
    /// The product's page.
    #[schema(min_length = 1, max_length = 2000)]
    product_url: String,
    /// A supplier's id, such as `aliexpress`.
    #[schema(max_length = 100)]
    source: String,
    /// Which shop; the default one when the import runs.
    store_id: Option<Uuid>,
    /// `markup_percent`, `compare_at_discount`, `tags`, `status` and more; returned as sent.
    #[schema(value_type = Option<Object>)]
    config: Option<Map<String, Value>>,
}

impl Input for CreateImport {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let product_url = reader.body("product_url").text(1..=LONGEST_URL);
        let source = reader.body("source").text(0..=LONGEST_SOURCE);
        let store_id = reader.body("store_id").optional_uuid();
        let config = reader.body("config").optional_object();
        Some(CreateImport {
            product_url: product_url?,
            source: source?,
            store_id: store_id?,
            config: config?,
        })
    }
}

impl From<CreateImport> for ImportRequest {
    fn from(input: CreateImport) -> Self {
        let CreateImport { product_url, source, store_id, config } = input;
        let (store_id, config) = (store_id.map(ConnectionId), config.map(Value::Object));
        ImportRequest { product_url, source, store_id, config }
    }
}

/// Products to import, all with the same circumstances.
#[derive(Debug, ToSchema)]
pub struct CreateBulk {
    /// The products' pages.
    #[schema(min_items = 1, max_items = 50)]
    product_urls: Vec<String>,
    /// A supplier's id, such as `aliexpress`.
    #[schema(max_length = 100)]
    source: String,
    /// Which shop; the default one when the imports run.
    store_id: Option<Uuid>,
    /// As for one import.
    #[schema(value_type = Option<Object>)]
    config: Option<Map<String, Value>>,
}

impl Input for CreateBulk {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let product_urls = reader.body("product_urls").texts(1..=MOST_URLS, 0..=LONGEST_URL);
        let source = reader.body("source").text(0..=LONGEST_SOURCE);
        let store_id = reader.body("store_id").optional_uuid();
        let config = reader.body("config").optional_object();
        Some(CreateBulk {
            product_urls: product_urls?,
            source: source?,
            store_id: store_id?,
            config: config?,
        })
    }
}

impl From<CreateBulk> for BulkRequest {
    fn from(input: CreateBulk) -> Self {
        let CreateBulk { product_urls, source, store_id, config } = input;
        let (store_id, config) = (store_id.map(ConnectionId), config.map(Value::Object));
        BulkRequest { product_urls, source, store_id, config }
    }
}

/// Which imports to show.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListImports {
    /// How many of the newest to leave out.
    #[param(minimum = 0, default = 0)]
    skip: u64,
    /// How many to show.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u64,
    /// Only to this shop.
    store_id: Option<Uuid>,
    /// Only in this stage: `pending`, `running`, `completed`, `failed` or `cancelled`.
    #[param(value_type = Option<Stage>, inline)]
    status: Option<ImportStatus>,
}

impl Input for ListImports {
    fn read(reader: &mut Reader) -> Option<Self> {
        let skip = reader.query("skip").integer(0..=i128::MAX, 0);
        let limit = reader.query("limit").integer(1..=100, 20);
        let store_id = reader.query("store_id").optional_uuid();
        // Empty means "all of them".
        let status = reader.query("status").optional_choice(&ImportStatus::ALL, ImportStatus::as_str);
        Some(ListImports {
            skip: u64::try_from(skip?).unwrap_or(u64::MAX),
            limit: u64::try_from(limit?).unwrap_or(20),
            store_id: store_id?,
            status: status?,
        })
    }
}

impl From<ListImports> for ImportFilter {
    fn from(input: ListImports) -> Self {
        let ListImports { skip, limit, store_id, status } = input;
        ImportFilter { status, store_id: store_id.map(ConnectionId), skip, limit }
    }
}

/// One import.
#[derive(Debug)]
pub struct ById {
    pub id: ImportJobId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("job_id").uuid().map(|id| ById { id: ImportJobId(id) })
    }
}
