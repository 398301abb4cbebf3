//! The business methods: which there are, and which answers.

use axum::response::Response;
use serde_json::{Map, Value};

use super::errors::Refusal;
use super::params::Params;
use super::{category, freight, product, search};
use crate::world::World;

/// What a method answers.
pub(super) enum Answer {
    /// JSON with status 200.
    Json(Value),
    /// Something that the documents do not promise.
    Other(Response),
}

/// A method.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) needs_token: bool,
    which: Which,
}

#[derive(Clone, Copy, Debug)]
enum Which {
    Search,
    Product,
    Wholesale,
    Freight,
    OlderFreight,
    Category,
}

const METHODS: [Method; 6] = [
    Method { name: "aliexpress.ds.text.search", needs_token: true, which: Which::Search },
    Method { name: "aliexpress.ds.product.get", needs_token: true, which: Which::Product },
    Method { name: "aliexpress.ds.product.wholesale.get", needs_token: true, which: Which::Wholesale },
    Method { name: "aliexpress.ds.freight.query", needs_token: true, which: Which::Freight },
    Method {
        name: "aliexpress.logistics.buyer.freight.calculate",
        needs_token: true,
        which: Which::OlderFreight,
    },
    Method { name: "aliexpress.ds.category.get", needs_token: false, which: Which::Category },
];

/// The method with this name.
pub(super) fn method(name: &str) -> Option<Method> {
    METHODS.into_iter().find(|method| method.name == name)
}

/// Answers a call that passed the gateway.
pub(super) async fn answer(world: &World, method: Method, params: &Params) -> Result<Answer, Refusal> {
    match method.which {
        Which::Product => product::answer(world, method, params, product::Flavour::Plain).await,
        Which::Wholesale => product::answer(world, method, params, product::Flavour::Wholesale).await,
        Which::Search => search::answer(world, params).map(|data| {
            // Recorded with the request's number beside the root.
            let mut value = rooted(method, data);
            value["request_id"] = world.aliexpress.request_id().into();
            Answer::Json(value)
        }),
        Which::Freight => {
            freight::query(world, params).map(|data| Answer::Json(rooted(method, numbered(world, data))))
        }
        Which::OlderFreight => {
            freight::calculate(world, params).map(|data| Answer::Json(rooted(method, numbered(world, data))))
        }
        Which::Category => Ok(Answer::Json(rooted(method, numbered(world, category::answer(params))))),
    }
}

/// The answer below its root, which is the method's name with underscores.
pub(super) fn rooted(method: Method, data: Value) -> Value {
    let root = format!("{}_response", method.name.replace('.', "_"));
    Value::Object(Map::from_iter([(root, data)]))
}

fn numbered(world: &World, mut data: Value) -> Value {
    data["request_id"] = world.aliexpress.request_id().into();
    data
}
