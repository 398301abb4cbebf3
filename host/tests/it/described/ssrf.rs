//! Every field that takes an address, with every known spelling of a private one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::world::{self, World};
use super::{Document, Operation};
use crate::util::{Client, Reply};

#[path = "../../../crates/egress/tests/it/hostile_hosts.rs"]
mod hostile_hosts;

/// How many requests are under way at a time.
const AT_ONCE: usize = 16;

/// Counts whoever connects, on IPv4 and IPv6 loopback and on this machine's own address.
struct Listeners {
    port: u16,
    seen: Arc<AtomicUsize>,
}

impl Listeners {
    async fn start() -> Self {
        let seen = Arc::new(AtomicUsize::new(0));
        let first = TcpListener::bind("0.0.0.0:0").await.expect("a port");
        let port = first.local_addr().expect("an address").port();
        let v6 = TcpListener::bind(SocketAddr::from(([0u16; 8], port))).await;
        for listener in std::iter::once(first).chain(v6.ok()) {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    seen.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Listeners { port, seen }
    }

    fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

/// A place of a request where an address stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Body(&'a str, bool),
    Query(&'a str),
}

/// Whether a field takes an address, by its name or its format.
fn takes_address(name: &str, schema: &Value) -> bool {
    let format = schema["format"].as_str().or(schema["items"]["format"].as_str()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let words = name.split('_').any(|word| matches!(word, "url" | "urls" | "uri" | "link" | "endpoint"));
    words || matches!(format, "uri" | "url" | "iri")
}

fn places<'a>(operation: Operation<'a>) -> Vec<Place<'a>> {
    let body = operation.fields().into_iter().filter(|(name, schema)| takes_address(name, schema));
    let query = operation.parameters("query").into_iter();
    let query = query.filter(|parameter| {
        takes_address(parameter["name"].as_str().unwrap_or_default(), &parameter["schema"])
    });
    body.map(|(name, schema)| Place::Body(name, schema["type"] == "array"))
        .chain(query.map(|parameter| Place::Query(parameter["name"].as_str().expect("a name"))))
        .collect()
}

async fn send(client: &Client, operation: Operation<'_>, id: &str, place: Place<'_>, text: &str) -> Reply {
    let body = operation.body().map(|(_, example)| {
        let mut body = example.clone();
        // The supplier that reads any page asks the most dangerous questions.
        if body.get("source").is_some() {
            body["source"] = "manual".into();
        }
        match place {
            Place::Body(name, true) => body[name] = json!([text]),
            Place::Body(name, false) => body[name] = text.into(),
            Place::Query(_) => {}
        }
        body
    });
    let address = match place {
        Place::Query(name) => operation.address_with(id, &[(name, text.to_owned())]),
        Place::Body(..) => operation.address(id),
    };
    world::send(client, operation.method, &address, body.as_ref(), &[]).await
}

/// Ask the other side of everything that was made: the moment when it would be fetched.
async fn check_all(document: &Document, client: &Client) {
    for operation in document.operations().into_iter().filter(|one| one.path.ends_with("/check")) {
        let (collection, _) = operation.path.split_once("/{").expect("a collection");
        let list = world::send(client, "get", collection, None, &[]).await;
        let ids: Vec<String> = list.body["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item["id"].as_str().map(str::to_owned))
            .collect();
        stream::iter(&ids)
            .for_each_concurrent(AT_ONCE, |id| async move {
                let reply = world::call(client, operation, id).await;
                assert!(reply.status.as_u16() == 200 && reply.body["works"] == false, "{}", reply.text);
            })
            .await;
    }
}

/// Until no import of the merchant waits or runs; how many were completed.
async fn settled(client: &Client) -> u64 {
    let total = async |status: &str| {
        client.get(&format!("/imports?limit=1&status={status}")).await.expect(200)["total"]
            .as_u64()
            .unwrap_or(0)
    };
    let mut patience = 1200;
    while total("pending").await + total("running").await > 0 {
        patience -= 1;
        assert!(patience > 0, "the imports do not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    total("completed").await
}

#[tokio::test]
async fn no_field_leads_to_a_private_address() {
    let document = Document::read();
    let world = World::open().await;
    let listeners = Listeners::start().await;
    let forms = hostile_hosts::forms(listeners.port);
    assert!(forms.len() >= 120, "{}", forms.len());
    let (mut fields, mut requests, mut merchants) = (Vec::new(), 0, Vec::new());
    for operation in document.operations() {
        for place in places(operation) {
            let client = world.merchant().await;
            let id = world::made(&world, &document, &client, operation.path).await;
            let id = id.as_deref().unwrap_or(world::NOBODY);
            let (Place::Body(name, _) | Place::Query(name)) = place;
            fields.push(format!("{} {name}", operation.name()));
            requests += forms.len();
            let (fields, listeners, merchant) = (&fields, &listeners, &client);
            stream::iter(&forms)
                .for_each_concurrent(AT_ONCE, |text| async move {
                    let reply = send(merchant, operation, id, place, text).await;
                    let at = fields.last().expect("a field");
                    let is_ours = reply.status.as_u16() == 500;
                    assert!(!is_ours, "{at} = {text}: {} {}", reply.status, reply.text);
                    assert_eq!(listeners.seen(), 0, "{at} = {text} led to the listener");
                })
                .await;
            merchants.push(client);
        }
    }
    let mut completed = 0;
    for client in &merchants {
        check_all(&document, client).await;
        if document.operation("post", "/api/v1/price-watches/sync").is_some() {
            client.post_nothing("/price-watches/sync").await.expect(200);
        }
        completed += settled(client).await;
    }
    eprintln!("{} forms x {} fields = {requests} requests: {fields:#?}", forms.len(), fields.len());
    assert_eq!((listeners.seen(), completed), (0, 0), "connections to private addresses, imports completed");
    assert!(fields.len() >= 6, "{fields:?}");
    // The listeners would have seen one.
    tokio::net::TcpStream::connect(("127.0.0.1", listeners.port)).await.expect("a connection");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(listeners.seen(), 1);
}
