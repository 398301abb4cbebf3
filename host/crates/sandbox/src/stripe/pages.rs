//! The pages to which merchants are sent: paying, and managing payments.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::life::Turn;
use super::{deliver, form::Form};
use crate::reply::{self, escape};
use crate::world::World;

/// A payment page.
pub(super) async fn checkout(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let now = world.clock.now().timestamp();
    let page = world.stripe.books().sessions.get(&id).filter(|page| page.is_open(now)).cloned();
    let Some(page) = page else { return gone() };
    let trial = match page.trial_days {
        0 => String::new(),
        days => format!("<p>{days} days free, then every month.</p>"),
    };
    let text = format!("<p>Subscribe to <strong>{}</strong>.</p>{trial}", escape(&page.price));
    reply::html(StatusCode::OK, layout("Pay", &text, &[("pay", "Pay"), ("back", "Back")]))
}

/// What was chosen there.
pub(super) async fn pay(State(world): State<Arc<World>>, Path(id): Path<String>, body: String) -> Response {
    let now = world.clock.now().timestamp();
    let chosen = Form::parse(body.as_bytes());
    let old_periods = world.config.stripe.old_periods;
    let (page, paid) = {
        let mut books = world.stripe.books();
        let page = books.sessions.get(&id).cloned();
        let paid = chosen.text("choice") == Some("pay") && books.pay(&id, now, old_periods).is_some();
        (page, paid)
    };
    let Some(page) = page else { return gone() };
    if paid {
        deliver::as_it_happens(&world);
    }
    let back = if paid { page.success_url.replace("{CHECKOUT_SESSION_ID}", &id) } else { page.cancel_url };
    reply::redirect(StatusCode::SEE_OTHER, &back)
}

/// The page on which payments are managed.
pub(super) async fn portal(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let books = world.stripe.books();
    let Some(portal) = books.portals.get(&id) else { return gone() };
    let open: Vec<String> = books
        .subscriptions
        .values()
        .filter(|one| one.customer == portal.customer && one.status != "canceled")
        .map(|one| format!("<li>{} ({})</li>", escape(&one.price), one.status))
        .collect();
    let text = format!("<p>Your subscriptions:</p><ul>{}</ul>", open.concat());
    let choices = [("cancel", "Cancel at the end of the period"), ("end", "End now"), ("back", "Back")];
    reply::html(StatusCode::OK, layout("Payments", &text, &choices))
}

/// What was chosen there.
pub(super) async fn manage(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let now = world.clock.now().timestamp();
    let old_periods = world.config.stripe.old_periods;
    let turn = match Form::parse(body.as_bytes()).text("choice") {
        Some("cancel") => Some(Turn::CancelAt),
        Some("end") => Some(Turn::End),
        _ => None,
    };
    let portal = {
        let mut books = world.stripe.books();
        let Some(portal) = books.portals.get(&id).cloned() else { return gone() };
        let all = books.subscriptions.values().filter(|one| one.customer == portal.customer);
        let ids: Vec<String> = all.map(|one| one.id.clone()).collect();
        for (id, turn) in ids.iter().zip(std::iter::repeat(&turn)) {
            if let Some(turn) = turn {
                books.turn(id, turn, now, 1, old_periods);
            }
        }
        portal
    };
    deliver::as_it_happens(&world);
    reply::redirect(StatusCode::SEE_OTHER, portal.back.as_deref().unwrap_or("/"))
}

fn gone() -> Response {
    reply::html(StatusCode::NOT_FOUND, "<h1>This page is no longer open (demo)</h1>")
}

fn layout(title: &str, text: &str, choices: &[(&str, &str)]) -> String {
    let buttons: String = choices
        .iter()
        .map(|(value, label)| format!("<button name=\"choice\" value=\"{value}\">{label}</button> "))
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} (demo)</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <style>body{{font:16px/1.5 system-ui,sans-serif;background:#f4f4f6;display:grid;place-items:center;min-height:90vh}}\
         main{{background:#fff;padding:2rem;border-radius:12px;max-width:26rem}}\
         b{{background:#ffd54a;padding:.1rem .5rem;border-radius:4px}}button{{font:inherit;padding:.5rem 1rem}}</style></head>\
         <body><main><p><b>DEMO</b> No money moves.</p><h1>{title}</h1>{text}\
         <form method=\"post\">{buttons}</form></main></body></html>"
    )
}
