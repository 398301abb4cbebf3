//! A plugin that attacks its host, in a way chosen by the id of the product that
//! is asked for. Each attack has a test beside the runtime.

#![cfg(target_arch = "wasm32")]
#![expect(unsafe_code, reason = "generated exports and the manifest's section")]

mod attacks;
mod forms;
mod http;
mod products;

#[allow(
    clippy::allow_attributes,
    clippy::all,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    reason = "generated"
)]
mod bindings {
    wit_bindgen::generate!({
        inline: "
            package sourcepilot:hostile;
            world hostile {
                include sourcepilot:plugin/supplier@0.1.0;
                include sourcepilot:plugin/with-pricing@0.1.0;
            }
        ",
        path: "../../../../../wit",
        world: "sourcepilot:hostile/hostile",
        generate_all,
    });
}

use bindings::exports::sourcepilot::plugin::{catalog, connection, pricing};
use bindings::sourcepilot::plugin::types::{Context, Effect, ErrorKind, Failure, ProductRef};

const MANIFEST: &[u8] = include_bytes!("../plugin.toml");

#[used]
#[unsafe(link_section = "sourcepilot:manifest")]
static EMBEDDED: [u8; MANIFEST.len()] = {
    let mut bytes = [0; MANIFEST.len()];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = MANIFEST[at];
        at += 1;
    }
    bytes
};

struct Hostile;

fn failure(kind: ErrorKind, message: impl Into<String>) -> Failure {
    Failure {
        kind,
        effect: Effect::None,
        message: message.into(),
        code: None,
        retry_after_ms: None,
        details: vec![],
    }
}

impl connection::Guest for Hostile {
    fn check(ctx: Context) -> Result<connection::Account, Failure> {
        Ok(connection::Account {
            id: ctx.call_id,
            label: ctx.base_url.unwrap_or_default(),
            currency: Some(ctx.currency),
            canonical_url: None,
            scopes: vec![],
            warnings: vec![],
            extra: vec![],
        })
    }
}

impl catalog::Guest for Hostile {
    fn parse_url(url: String) -> Result<catalog::UrlMatch, Failure> {
        let path = url.strip_prefix("https://hostile.example/").unwrap_or_default();
        match path {
            "" => Err(failure(ErrorKind::Unsupported, "not ours")),
            "loop" => attacks::spin(),
            "network" => match http::get("https://api.hostile.example/") {
                Ok(_) => Ok(catalog::UrlMatch::Indirect("https://api.hostile.example/reached".into())),
                Err(error) => Err(failure(ErrorKind::Unavailable, error)),
            },
            id => Ok(catalog::UrlMatch::Product(ProductRef { id: id.into(), url: Some(url), variant: None })),
        }
    }

    fn resolve_url(_: Context, url: String) -> Result<ProductRef, Failure> {
        Ok(ProductRef { id: "resolved".into(), url: Some(url), variant: None })
    }

    fn get_product(ctx: Context, request: catalog::ProductRequest) -> Result<catalog::Product, Failure> {
        attacks::run(&ctx, &request.ref_.id)
    }
}

impl pricing::Guest for Hostile {
    fn get_prices(
        _: Context,
        refs: Vec<ProductRef>,
    ) -> Result<Vec<Result<pricing::Quote, Failure>>, Failure> {
        // One answer too few.
        Ok(refs.iter().skip(1).map(|_| Err(failure(ErrorKind::NotFound, "gone"))).collect())
    }
}

bindings::export!(Hostile with_types_in bindings);
