//! The API: `/stripe/v1/…`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::books::{Books, Portal, Session};
use super::form::Form;
use super::refusal::{self, Answer};
use crate::reply;
use crate::world::World;

/// POST.
pub(super) async fn change(
    State(world): State<Arc<World>>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = authorize(&world, &headers) {
        return answer(Err(refused));
    }
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let form = Form::parse(&body);
    // Parameters are compared, not the order in which they stand.
    let asked = format!("{path} {form:?}");
    let mut books = world.stripe.books();
    if let Some((before, given)) = key.as_ref().and_then(|key| books.answers.get(key)) {
        if *before != asked {
            return answer(Err(refusal::other_request()));
        }
        let mut response = answer(given.clone());
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        return response;
    }
    let given = create(&world, &mut books, &path, &form);
    // What was refused before anything was done may be asked again.
    if let Some(key) = key
        && given.is_ok()
    {
        books.answers.insert(key, (asked, given.clone()));
    }
    answer(given)
}

/// GET.
pub(super) async fn read(
    State(world): State<Arc<World>>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(authorize(&world, &headers).and_then(|()| find(&world, &path)))
}

fn authorize(world: &World, headers: &HeaderMap) -> Result<(), refusal::Refusal> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = given.strip_prefix("Bearer ").unwrap_or_default();
    if key == world.config.stripe.secret_key { Ok(()) } else { Err(refusal::key(key)) }
}

fn answer(given: Answer) -> Response {
    match given {
        Ok(value) => reply::json(StatusCode::OK, &value),
        Err(refused) => reply::json(refused.status, &refused.body),
    }
}

fn create(world: &World, books: &mut Books, path: &str, form: &Form) -> Answer {
    let now = world.clock.now().timestamp();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["customers"] => customer(books, form, now),
        ["checkout", "sessions"] => session(world, books, form, now),
        ["checkout", "sessions", id, "expire"] => expire(world, books, id, now),
        ["billing_portal", "sessions"] => portal(world, books, form, now),
        _ => Err(refusal::address("POST", path)),
    }
}

fn find(world: &World, path: &str) -> Answer {
    let books = world.stripe.books();
    match path.split('/').collect::<Vec<_>>()[..] {
        ["customers", id] => {
            books.customers.get(id).cloned().ok_or_else(|| refusal::missing("customer", id, "id"))
        }
        ["checkout", "sessions", id] => {
            let session =
                books.sessions.get(id).ok_or_else(|| refusal::missing("checkout.session", id, "id"))?;
            Ok(books.session_json(session, &world.base_url))
        }
        ["subscriptions", id] => {
            let found = books.subscriptions.get(id);
            let found = found.ok_or_else(|| refusal::missing("subscription", id, "id"))?;
            Ok(found.json(world.config.stripe.old_periods))
        }
        ["events"] => Ok(json!({"object": "list", "url": "/v1/events", "has_more": false,
            "data": books.events.iter().rev().take(100).collect::<Vec<_>>()})),
        _ => Err(refusal::address("GET", path)),
    }
}

fn customer(books: &mut Books, form: &Form, now: i64) -> Answer {
    form.only(&["email", "name", "metadata["])?;
    let id = books.id("cus");
    let customer = json!({"id": id, "object": "customer", "email": form.text("email"), "created": now,
        "metadata": form.pairs("metadata"), "livemode": false});
    books.customers.insert(id, customer.clone());
    Ok(customer)
}

const SESSION: [&str; 13] = [
    "mode",
    "customer",
    "customer_email",
    "client_reference_id",
    "line_items[0][price]",
    "line_items[0][quantity]",
    "success_url",
    "cancel_url",
    "metadata[",
    "subscription_data[metadata][",
    "subscription_data[trial_period_days]",
    "payment_method_collection",
    "allow_promotion_codes",
];

fn session(world: &World, books: &mut Books, form: &Form, now: i64) -> Answer {
    form.only(&SESSION)?;
    if form.needed("mode")? != "subscription" {
        return Err(refusal::invalid(Some("mode"), "This world only has subscriptions."));
    }
    if form.text("customer").is_some() && form.text("customer_email").is_some() {
        return Err(refusal::invalid(Some("customer"), "You may only specify one of these parameters."));
    }
    let customer = form.needed("customer")?;
    if !books.customers.contains_key(customer) {
        return Err(refusal::missing("customer", customer, "customer"));
    }
    let price = form.needed("line_items[0][price]")?;
    if !world.config.stripe.prices.iter().any(|known| known == price) {
        return Err(refusal::missing("price", price, "line_items[0][price]"));
    }
    let trial = form.text("subscription_data[trial_period_days]").map(str::parse::<i64>).transpose();
    let trial_days = trial.ok().filter(|days| days.is_none_or(|days| days >= 1));
    let trial_days = trial_days.ok_or_else(|| {
        refusal::invalid(Some("subscription_data[trial_period_days]"), "It must be a whole number from 1.")
    })?;
    let session = Session {
        id: books.id("cs_test"),
        customer: customer.to_owned(),
        user: form.text("client_reference_id").map(str::to_owned),
        price: price.to_owned(),
        success_url: form.needed("success_url")?.to_owned(),
        cancel_url: form.text("cancel_url").unwrap_or_default().to_owned(),
        trial_days: trial_days.unwrap_or_default(),
        metadata: form.pairs("metadata"),
        subscription_metadata: form.pairs("subscription_data[metadata]"),
        status: "open",
        subscription: None,
        created: now,
    };
    let shown = books.session_json(&session, &world.base_url);
    books.sessions.insert(session.id.clone(), session);
    Ok(shown)
}

fn expire(world: &World, books: &mut Books, id: &str, now: i64) -> Answer {
    let Some(mut session) = books.sessions.get(id).cloned() else {
        return Err(refusal::missing("checkout.session", id, "id"));
    };
    if !session.is_open(now) {
        let message = format!("This Session's status is {}; only open ones can be expired.", session.status);
        return Err(refusal::invalid(None, &message));
    }
    session.status = "expired";
    let shown = books.session_json(&session, &world.base_url);
    books.sessions.insert(id.to_owned(), session);
    Ok(shown)
}

fn portal(world: &World, books: &mut Books, form: &Form, now: i64) -> Answer {
    form.only(&["customer", "return_url", "configuration", "locale"])?;
    let customer = form.needed("customer")?;
    if !books.customers.contains_key(customer) {
        return Err(refusal::missing("customer", customer, "customer"));
    }
    let id = books.id("bps");
    let back = form.text("return_url").map(str::to_owned);
    let url = format!("{}/stripe/portal/{id}", world.base_url);
    let shown: Value = json!({"id": id, "object": "billing_portal.session", "customer": customer,
        "return_url": back, "url": url, "created": now, "livemode": false});
    books.portals.insert(id, Portal { customer: customer.to_owned(), back });
    Ok(shown)
}
