use sourcepilot_domain::ids::{ConnectionId, PriceWatchId};
use sourcepilot_domain::price_watch::Threshold;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::validate::{Body, Input, Reader};
use crate::service::price_watches::{NewWatch, WatchChange};

const USUAL_THRESHOLD: f64 = 10.0;

/// A product whose price shall be watched.
#[derive(Debug, ToSchema)]
pub struct CreateWatch {
    /// The product's page.
    #[schema(max_length = 2000)]
    product_url: String,
    /// A supplier's id, such as `aliexpress`.
    #[schema(max_length = 50)]
    source: String,
    /// From how many percent on a change is told; two decimals count.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999.99, default = 10.0)]
    threshold_percent: Threshold,
    /// The shop it is meant for.
    connection_id: Option<Uuid>,
}

impl Input for CreateWatch {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let product_url = reader.body("product_url").text(0..=2000);
        let source = reader.body("source").text(0..=50);
        let threshold = reader.body("threshold_percent").number_within(0.0..=Threshold::LARGEST_PERCENT);
        let connection_id = reader.body("connection_id").optional_uuid();
        Some(CreateWatch {
            product_url: product_url?,
            source: source?,
            threshold_percent: Threshold::from_percent(threshold?.unwrap_or(USUAL_THRESHOLD))?,
            connection_id: connection_id?,
        })
    }
}

impl From<CreateWatch> for NewWatch {
    fn from(input: CreateWatch) -> Self {
        let CreateWatch { product_url, source, threshold_percent, connection_id } = input;
        let store_id = connection_id.map(ConnectionId);
        NewWatch { product_url, source, threshold: threshold_percent, store_id }
    }
}

/// A change of a watch; what is absent or null stays.
#[derive(Debug, ToSchema)]
pub struct UpdateWatch {
    #[schema(ignore)]
    pub id: PriceWatchId,
    /// `false` pauses it.
    is_active: Option<bool>,
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999.99)]
    threshold_percent: Option<Threshold>,
}

impl Input for UpdateWatch {
    const BODY: Body = Body::Required;

    fn read(reader: &mut Reader) -> Option<Self> {
        let id = reader.path("watch_id").uuid();
        let is_active = reader.body("is_active").optional_bool();
        let threshold = reader.body("threshold_percent").optional_number(0.0..=Threshold::LARGEST_PERCENT);
        Some(UpdateWatch {
            id: PriceWatchId(id?),
            is_active: is_active?,
            threshold_percent: threshold?.and_then(Threshold::from_percent),
        })
    }
}

impl From<UpdateWatch> for WatchChange {
    fn from(input: UpdateWatch) -> Self {
        let UpdateWatch { id: _, is_active, threshold_percent } = input;
        WatchChange { threshold: threshold_percent, is_active }
    }
}

/// Which watches to show.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListWatches {
    /// Only for this shop.
    #[param(value_type = Option<Uuid>)]
    pub connection_id: Option<ConnectionId>,
}

impl Input for ListWatches {
    fn read(reader: &mut Reader) -> Option<Self> {
        let connection_id = reader.query("connection_id").optional_uuid();
        Some(ListWatches { connection_id: connection_id?.map(ConnectionId) })
    }
}

/// One watch.
#[derive(Debug)]
pub struct ById {
    pub id: PriceWatchId,
}

impl Input for ById {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.path("watch_id").uuid().map(|id| ById { id: PriceWatchId(id) })
    }
}
