use serde_json::{Map, Value};
use sourcepilot_domain::ids::{ConnectionId, ImportJobId};
use sourcepilot_domain::import_job::ImportStatus;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::output::Stage;
use crate::http::csv;
use crate::http::validate::{Body, Input, Reader};
use crate::service::ImportFilter;
use crate::service::import_lists::{Entry, ImportList};
use crate::service::imports::{BulkRequest, ImportRequest};

const LONGEST_URL: usize = 2000;
const MOST_URLS: usize = 50;

/// A product to import.
#[derive(Debug, ToSchema)]
pub struct CreateImport {
    /// The product's page.
    #[schema(min_length = 1, max_length = 2000)]
    product_url: String,
    /// A supplier's id, such as `aliexpress`.
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
        let source = reader.body("source").text(0..=usize::MAX);
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
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 50)]
    pub product_urls: Urls,
    /// A supplier's id, such as `aliexpress`.
    source: String,
    /// Which shop; the default one when the imports run.
    store_id: Option<Uuid>,
    /// As for one import.
    #[schema(value_type = Option<Object>)]
    config: Option<Map<String, Value>>,
    /// Take what can be taken and report the rest, in place of all or none; also as
    /// `?partial=true`.
    #[schema(value_type = Option<bool>, default = false)]
    partial: (),
}

/// Addresses of a list.
#[derive(Debug)]
pub enum Urls {
    /// All are good.
    All(Vec<String>),
    /// Each with what is wrong with it.
    Each(Vec<Entry>),
}

fn entry((at, value): (usize, Value)) -> Entry {
    let (product_url, problem) = match value {
        Value::String(text) => {
            let problem = csv::problem(&text);
            (text, problem)
        }
        other => (other.to_string(), Some("This is not a text.".to_owned())),
    };
    Entry { position: at + 1, product_url, source: None, problem }
}

impl Input for CreateBulk {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let in_query = reader.query("partial").optional_bool();
        let in_body = reader.body("partial").optional_bool();
        let partial = in_query?.or(in_body?).unwrap_or(false);
        let product_urls = match partial {
            false => reader.body("product_urls").texts(1..=MOST_URLS, 0..=LONGEST_URL).map(Urls::All),
            true => reader
                .body("product_urls")
                .entries(1..=MOST_URLS)
                .map(|items| Urls::Each(items.into_iter().enumerate().map(entry).collect())),
        };
        let source = reader.body("source").text(0..=usize::MAX);
        let store_id = reader.body("store_id").optional_uuid();
        let config = reader.body("config").optional_object();
        Some(CreateBulk {
            product_urls: product_urls?,
            source: source?,
            store_id: store_id?,
            config: config?,
            partial: (),
        })
    }
}

/// What a list asks for.
#[derive(Debug)]
pub enum Bulk {
    /// All or none.
    Whole(BulkRequest),
    /// Each by itself.
    Parts(ImportList),
}

impl From<CreateBulk> for Bulk {
    fn from(input: CreateBulk) -> Self {
        let CreateBulk { product_urls, source, store_id, config, partial: () } = input;
        let (store_id, config) = (store_id.map(ConnectionId), config.map(Value::Object));
        match product_urls {
            Urls::All(product_urls) => Bulk::Whole(BulkRequest { product_urls, source, store_id, config }),
            Urls::Each(entries) => {
                let named = |entry| Entry { source: Some(source.clone()), ..entry };
                Bulk::Parts(ImportList {
                    entries: entries.into_iter().map(named).collect(),
                    store_id,
                    config,
                })
            }
        }
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

/// What holds for every product of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CsvImport {
    /// The supplier of lines that name none; without it the addresses tell.
    pub source: Option<String>,
    /// Which shop; the default one when the imports run.
    #[param(value_type = Option<Uuid>)]
    pub store_id: Option<ConnectionId>,
}

impl Input for CsvImport {
    fn read(reader: &mut Reader) -> Option<Self> {
        let source = reader.query("source").optional_text(0..=usize::MAX);
        let store_id = reader.query("store_id").optional_uuid();
        Some(CsvImport { source: source?, store_id: store_id?.map(ConnectionId) })
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
