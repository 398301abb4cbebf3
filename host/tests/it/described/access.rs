//! The access matrix: every route, every kind of caller. What is expected follows
//! from the description's security.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::document::Security;
use super::world::{self, Caller, NOBODY, World};
use super::{Document, Operation};
use crate::util::{Client, Reply};

/// The columns, in the order in which they are tried: who owns the thing comes last,
/// so that it is there to be found by the others.
const COLUMNS: [&str; 8] = [
    "no credentials",
    "alg none",
    "expired",
    "refresh as access",
    "wrong scope",
    "other's key",
    "other user",
    "owner",
];

/// The parts of a token, changed and signed again with the real key.
fn resigned(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut parts = token.split('.');
    let (head, claims) = (parts.next().expect("a head"), parts.next().expect("claims"));
    let mut claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON");
    change(&mut claims);
    let text = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(world::JWT_SECRET.as_bytes()).expect("a key");
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn unsigned(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("claims");
    format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#))
}

/// Who calls, by column.
struct Callers {
    nobody: Client,
    owner: Caller,
    other: Caller,
    /// A key of the other user with every scope, and one with none that counts.
    other_key: Option<String>,
    weak_key: Option<String>,
}

impl Callers {
    async fn new(world: &World, document: &Document) -> Self {
        let (owner, other) = (world.caller(true).await, world.caller(false).await);
        let has_keys = document.operation("post", "/api/v1/api-keys").is_some();
        let key = async |client: &Client, scopes: Value| {
            let made =
                client.post("/api-keys", &json!({"name": "Matrix", "scopes": scopes})).await.expect(201);
            made["key"].as_str().expect("a key").to_owned()
        };
        let (mut other_key, mut weak_key) = (None, None);
        if has_keys {
            other_key = Some(key(&other.client, json!(["read", "write", "admin"])).await);
            weak_key = Some(key(&owner.client, json!(["zork"])).await);
        }
        Callers { nobody: world.app.anonymous(), owner, other, other_key, weak_key }
    }

    async fn call(&self, column: &str, operation: Operation<'_>, id: &str) -> Reply {
        let bearer = |token: &str| format!("Bearer {token}");
        let key = |key: &Option<String>| key.clone().unwrap_or_else(|| format!("so_live_{}", "A".repeat(43)));
        let access = &self.owner.access;
        let (name, value) = match column {
            "alg none" => ("authorization", bearer(&unsigned(access))),
            "expired" => {
                ("authorization", bearer(&resigned(access, |claims| claims["exp"] = 1_700_000_000.into())))
            }
            "refresh as access" => ("authorization", bearer(&self.owner.refresh)),
            "wrong scope" => ("x-api-key", key(&self.weak_key)),
            "other's key" => ("x-api-key", key(&self.other_key)),
            "other user" => ("authorization", bearer(&self.other.access)),
            "owner" => ("authorization", bearer(access)),
            _ => ("x-nothing", "x".to_owned()),
        };
        let body = operation.body().map(|(_, example)| example);
        world::send(&self.nobody, operation.method, &operation.address(id), body, &[(name, &value)]).await
    }
}

/// What a cell must be.
#[derive(Debug, PartialEq, Eq)]
enum Cell {
    /// 401.
    Unknown,
    /// 401, or 403: no key opens this, however good.
    NoKey,
    /// 403 that names a scope or the right that is missing.
    Lacks,
    /// Exactly as an id that nobody has.
    Foreign,
    /// Let in: anything but 401, and 403 only for another reason.
    In,
    /// The same as without credentials: nobody is asked.
    Same,
}

fn expected(column: &str, security: &Security, has_id: bool, is_for_admins: bool) -> Cell {
    if security.is_public {
        return Cell::Same;
    }
    let inside = |own: bool| match (own, is_for_admins, has_id) {
        (false, true, _) => Cell::Lacks,
        (false, false, true) => Cell::Foreign,
        _ => Cell::In,
    };
    match column {
        "wrong scope" if security.key.is_some() => Cell::Lacks,
        // Only a service account's key has this one.
        "other's key" if security.key.as_ref().is_some_and(|scopes| scopes.contains("provision")) => {
            Cell::Lacks
        }
        "other's key" if security.key.is_some() => inside(false),
        "wrong scope" | "other's key" => Cell::NoKey,
        "other user" if security.jwt => inside(false),
        "owner" if security.jwt => inside(true),
        _ => Cell::Unknown,
    }
}

/// An answer without what differs from request to request.
fn comparable(reply: &Reply) -> (u16, String, Vec<(String, String)>) {
    let headers = reply.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"));
    let mut headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    headers.sort();
    (reply.status.as_u16(), reply.text.clone(), headers)
}

fn is_as_expected(cell: &Cell, reply: &Reply, unknown: &Reply, without: &Reply) -> bool {
    let status = reply.status.as_u16();
    match cell {
        Cell::Unknown => status == 401,
        Cell::NoKey => matches!(status, 401 | 403),
        Cell::Lacks => status == 403,
        Cell::Foreign => status == 404 && comparable(reply) == comparable(unknown),
        Cell::In => !(matches!(status, 401 | 500) || status == 403 && reply.detail().contains("scope")),
        Cell::Same => status == without.status.as_u16() || !(status >= 500 || matches!(status, 401 | 403)),
    }
}

#[tokio::test]
async fn every_route_opens_for_whom_the_description_says() {
    let document = Document::read();
    let world = World::open().await;
    let (mut table, mut wrong, mut cells) = (String::new(), Vec::new(), 0);
    writeln!(table, "{:<58} {}", "route", COLUMNS.join(" | ")).expect("written");
    for operation in document.operations() {
        let callers = Callers::new(&world, &document).await;
        let id = world::made(&world, &document, &callers.owner.client, operation.path).await;
        let has_id = id.is_some();
        let id = id.as_deref().unwrap_or(NOBODY);
        let is_for_admins = operation.path.starts_with("/api/v1/admin/");
        let without = callers.call("no credentials", operation, NOBODY).await;
        let mut row = Vec::new();
        for column in COLUMNS {
            // Some operations end the session that asks: without an id one call is enough.
            let first = callers.call(column, operation, NOBODY).await;
            let second = if has_id { Some(callers.call(column, operation, id).await) } else { None };
            let (unknown, reply) = (&first, second.as_ref().unwrap_or(&first));
            let cell = expected(column, &operation.security(), has_id, is_for_admins);
            let is_good = is_as_expected(&cell, reply, unknown, &without);
            if !is_good {
                let text: String = reply.text.chars().take(160).collect();
                wrong.push(format!(
                    "{} as {column}: {cell:?} expected: {} {text}",
                    operation.name(),
                    reply.status
                ));
            }
            row.push(format!("{:>3}{}", reply.status.as_u16(), if is_good { " " } else { "!" }));
            cells += 1;
        }
        writeln!(table, "{:<58} {}", operation.name(), row.join(" | ")).expect("written");
    }
    eprintln!("{table}{cells} cells over {} routes", document.operations().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(cells, document.operations().len() * COLUMNS.len());
}
