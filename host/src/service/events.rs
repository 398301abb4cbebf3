//! What merchants see happen while they look.

use serde_json::json;
use sourcepilot_domain::ids::UserId;
use sourcepilot_domain::import_job::ImportJob;

use crate::app::App;
use crate::db::price_watches::PriceWatch;
use crate::db::users::User;

/// The name of the event that says how an import is doing.
pub const IMPORT: &str = "import";

/// The name of the event that says which plan the merchant has.
pub const PLAN: &str = "plan";

/// Tell the merchant's open pages which plan there is now.
pub fn plan_changed(app: &App, user: &User) {
    app.events.publish(user.id, PLAN, json!({ "plan": user.plan }));
}

/// Tell the merchant's open pages how an import is doing, in words.
pub fn import_changed(app: &App, job: &ImportJob, message: &str) {
    let data = json!({
        "id": job.id,
        "status": job.status(),
        "progress_percent": job.progress_percent,
        "message": message,
        "error_message": job.error_message(),
    });
    app.events.publish(job.user_id, IMPORT, data);
}

/// The name of the event that says that a watched price has moved.
pub const PRICE_WATCH: &str = "price_watch";

/// Tell the merchant's open pages that a watched price has moved by its threshold.
pub fn price_changed(app: &App, watch: &PriceWatch) {
    let data = json!({
        "id": watch.id,
        "product_url": watch.product_url,
        "source": watch.source,
        "last_price": watch.price.last,
        "current_price": watch.price.current,
        "currency": watch.price.currency,
        "threshold_percent": watch.threshold.percent(),
    });
    app.events.publish(watch.user_id, PRICE_WATCH, data);
}

/// The name of the event that says what the platform told.
pub const PLATFORM: &str = "platform";

/// Tell the merchant's open pages what the platform has told about a thing of theirs.
pub fn platform_told(app: &App, user: UserId, event: &str, kind: Option<&str>, id: Option<&str>) {
    let data = json!({ "event": event, "resource_type": kind, "resource_id": id });
    app.events.publish(user, PLATFORM, data);
}
