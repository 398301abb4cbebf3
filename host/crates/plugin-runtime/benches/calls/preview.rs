//! A whole preview: a product of the demo world's AliExpress through its plugin,
//! beside the same signed request and a plain reading of its JSON in Rust.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use secrecy::SecretString;
use sourcepilot_domain::product::{ProductRef, UrlMatch};
use sourcepilot_egress::{
    Algorithm, CallScope, Credential, CredentialSet, Egress, HostPattern, SignRequest, Use,
};
use sourcepilot_plugin_runtime::{Call, Plugin};
use sourcepilot_sandbox::demo;

use crate::measure::{row, timed};

const GATEWAY: &str = "https://api-sg.aliexpress.com";

/// Print the line; gives the processor time of one preview in plugin and runtime.
pub(crate) async fn run(plugin: &Arc<Plugin>, egress: &Egress, rounds: usize) -> Duration {
    let credentials: BTreeMap<String, SecretString> = demo::accounts()
        .into_iter()
        .filter(|account| account.platform == "aliexpress")
        .flat_map(|account| account.credentials)
        .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
        .collect();
    let url = demo::product_urls().swap_remove(0);
    let reference = id_of(plugin, &url).await;

    let spent = Cell::new((Duration::ZERO, 0_u32));
    let whole = timed(rounds, || async {
        let id = id_of(plugin, &url).await;
        let call = Call { credentials: credentials.clone(), ..Call::new("bench", Utc::now()) };
        let outcome = plugin.supplier().unwrap().get_product(call, id, None).await;
        let (sum, count) = spent.get();
        spent.set((sum + outcome.usage.cpu, count + 1));
        outcome.result.unwrap().variants.len()
    })
    .await;
    let native = timed(rounds, || natively(egress, &credentials, &reference.id)).await;
    row("whole preview | request and JSON", &whole, &native);
    let (sum, count) = spent.get();
    sum / count
}

async fn id_of(plugin: &Arc<Plugin>, url: &str) -> ProductRef {
    match plugin.supplier().unwrap().parse_url(url).await.unwrap() {
        UrlMatch::Product(reference) => reference,
        UrlMatch::Indirect(_) => unreachable!("a demo product has a plain address"),
    }
}

async fn natively(egress: &Egress, credentials: &BTreeMap<String, SecretString>, id: &str) -> usize {
    let mut set = CredentialSet::new();
    for (name, value) in credentials {
        let gateway = sourcepilot_egress::Origin::parse(GATEWAY).unwrap();
        let credential = Credential::new(value.clone()).audience([gateway]).uses([Use::Body, Use::Sign]);
        set.insert(name.clone(), credential.algorithms([Algorithm::HmacSha256]));
    }
    let scope = CallScope::builder()
        .pool_key("native")
        .allow(vec![HostPattern::parse(GATEWAY).unwrap()])
        .credentials(set)
        .build();
    let now = Utc::now().timestamp_millis().to_string();
    let mut params = BTreeMap::from([
        ("app_key", "{{credential:app_key}}"),
        ("method", "aliexpress.ds.product.get"),
        ("product_id", id),
        ("session", "{{credential:access_token}}"),
        ("ship_to_country", "US"),
        ("sign_method", "sha256"),
        ("target_currency", "USD"),
        ("target_language", "en"),
        ("timestamp", &now),
    ]);
    let message: String = params.iter().flat_map(|(name, value)| [*name, *value]).collect();
    let (key, algorithm) = ("app_secret".to_owned(), Algorithm::HmacSha256);
    let signature = scope.sign(&SignRequest { key, key_suffix: String::new(), algorithm, message }).unwrap();
    let signature = hex::encode_upper(signature);
    params.insert("sign", &signature);
    let form: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = http::Request::post(format!("{GATEWAY}/sync"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form.join("&")))
        .unwrap();
    let answer = egress.send(&scope, request).await.unwrap();
    let value: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert!(value.get("error_response").is_none(), "{value}");
    value.as_object().map_or(0, serde_json::Map::len)
}
