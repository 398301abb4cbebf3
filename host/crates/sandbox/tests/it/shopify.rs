//! The Shopify shop, as any client of its API meets it.

use serde_json::{Value, json};
use sourcepilot_sandbox::{Sandbox, SandboxConfig, ShopifyConfig, demo};

use crate::util::{client, world};

struct Api {
    world: Sandbox,
    token: &'static str,
}

impl Api {
    async fn new() -> Api {
        Api::with(ShopifyConfig::default()).await
    }

    async fn with(shop: ShopifyConfig) -> Api {
        let config = SandboxConfig { shopify: vec![shop], ..SandboxConfig::default() };
        Api { world: world(config).await, token: demo::SHOPIFY_ACCESS_TOKEN }
    }

    async fn send(&self, query: &str, variables: Value) -> (u16, Value) {
        let url = format!("{}/admin/api/2026-10/graphql.json", self.world.urls.base);
        let request = client().post(url).header("x-shopify-access-token", self.token);
        let answer =
            request.json(&json!({"query": query, "variables": variables})).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        let (status, body) = self.send(query, variables).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// What `productSet` says to an input.
    async fn set(&self, input: Value) -> Value {
        let query = "mutation($input: ProductSetInput!) { productSet(input: $input) { product { id handle variants(first: 5) { nodes { id inventoryItem { id } } } media(first: 5) { nodes { status mediaErrors { code } } } } userErrors { code field message } } }";
        self.ask(query, json!({"input": input})).await["data"]["productSet"].clone()
    }

    async fn codes(&self, input: Value) -> Vec<String> {
        let answer = self.set(input).await;
        let errors = answer["userErrors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["code"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

fn mug() -> Value {
    json!({
        "title": "Mug", "productOptions": [{"name": "Title", "values": [{"name": "Default Title"}]}],
        "variants": [{"price": "1", "optionValues": [{"optionName": "Title", "name": "Default Title"}]}],
    })
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_field_are_refused_as_shopify_does() {
    let api = Api { token: "shpat_wrong", ..Api::new().await };
    let (status, body) = api.send("{ shop { name } }", json!({})).await;
    assert_eq!(
        (status, body["errors"].as_str().map(|text| text.starts_with("[API] Invalid API key"))),
        (401, Some(true))
    );
    let api = Api::new().await;
    let body = api.ask("{ shop { colour } }", json!({})).await;
    assert!(
        body["data"].is_null()
            && body["errors"].as_array().is_some_and(|all| {
                all.iter().any(|one| one["message"].as_str().is_some_and(|text| text.contains("colour")))
            }),
        "{body}"
    );
    let body = api.ask("query($id: ID!) { product(id: $id) { id } }", json!({})).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID_VARIABLE");
}

#[tokio::test]
async fn what_a_token_may_not_see_is_denied_with_its_path() {
    let api = Api { token: demo::SHOPIFY_NARROW_TOKEN, ..Api::new().await };
    let body = api.ask("{ shop { name } location { id } }", json!({})).await;
    assert_eq!(
        (&body["data"]["location"], &body["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("ACCESS_DENIED"))
    );
    assert_eq!(body["errors"][0]["path"], json!(["location"]));
    let body = api.ask("{ shop { name } publications(first: 1) { nodes { id } } }", json!({})).await;
    assert!(body["data"].is_null(), "what the schema promises cannot be left out: {body}");
}

#[tokio::test]
async fn an_empty_allowance_throttles_with_status_200() {
    let api =
        Api::with(ShopifyConfig { points: 30.0, points_per_second: 1.0, ..ShopifyConfig::default() }).await;
    let query = "{ products(first: 20) { nodes { id } } }";
    let first = api.ask(query, json!({})).await;
    assert!(first["extensions"]["cost"]["actualQueryCost"].is_number(), "{first}");
    let second = api.ask(query, json!({})).await;
    assert_eq!(
        (&second["data"], &second["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("THROTTLED"))
    );
    assert_eq!(second["extensions"]["cost"]["throttleStatus"]["restoreRate"], 1.0);
    let large = api
        .ask("{ products(first: 250) { nodes { id variants(first: 250) { nodes { id } } } } }", json!({}))
        .await;
    assert_eq!(large["errors"][0]["extensions"]["code"], "MAX_COST_EXCEEDED");
}

#[tokio::test]
async fn products_obey_the_platforms_limits() {
    let api = Api::with(ShopifyConfig { max_variants: 2, ..ShopifyConfig::default() }).await;
    let with = |name: &str, value: Value| {
        let mut input = mug();
        input[name] = value;
        input
    };
    let options = |names: &[&str]| -> Value {
        names.iter().map(|name| json!({"name": name, "values": [{"name": "a"}]})).collect()
    };
    let variant =
        |value: &str| json!({"price": "1", "optionValues": [{"optionName": "Title", "name": value}]});
    let values = |values: &[&str]| json!([{"name": "Title", "values": values.iter().map(|value| json!({"name": value})).collect::<Vec<_>>()}]);
    assert_eq!(api.codes(mug()).await, Vec::<String>::new());
    for (code, input) in [
        ("INVALID_INPUT", with("title", json!(" "))),
        ("INVALID_INPUT", with("title", json!("x".repeat(256)))),
        ("INVALID_INPUT", with("tags", json!(["x".repeat(256)]))),
        ("OPTIONS_OVER_LIMIT", with("productOptions", options(&["A", "B", "C", "D"]))),
        ("DUPLICATED_OPTION_NAME", with("productOptions", options(&["Title", "title"]))),
        ("DUPLICATED_OPTION_VALUE", with("productOptions", values(&["Default Title", "default title"]))),
        ("OPTION_VALUE_DOES_NOT_EXIST", with("productOptions", values(&["Other"]))),
        ("INVALID_VARIANT", with("variants", json!([variant("Default Title"), variant("Default Title")]))),
        ("VARIANTS_OVER_LIMIT", with("variants", json!([variant("a"), variant("b"), variant("c")]))),
        ("HANDLE_NOT_UNIQUE", with("handle", json!("mug"))),
    ] {
        assert!(
            api.codes(input.clone()).await.contains(&code.to_owned()),
            "{code}: {:?}",
            api.codes(input).await
        );
    }
    let mut without = mug();
    without.as_object_mut().expect("an object").remove("productOptions");
    assert_eq!(api.codes(without).await, ["PRODUCT_OPTIONS_INPUT_MISSING"]);
    assert_eq!(api.set(mug()).await["product"]["handle"], "mug-1", "without an identifier there are two");
}

#[tokio::test]
async fn a_custom_id_needs_its_definition_and_makes_one_product() {
    let api = Api::new().await;
    let set = "mutation($id: ProductSetIdentifiers, $input: ProductSetInput!) { productSet(identifier: $id, input: $input) { product { id } userErrors { code } } }";
    let id = json!({"customId": {"namespace": "n", "key": "k", "value": "1"}});
    let mut input = mug();
    input["metafields"] = json!([{"namespace": "n", "key": "k", "type": "id", "value": "1"}]);
    let both = json!({"id": id, "input": input});
    assert_eq!(
        api.ask(set, both.clone()).await["data"]["productSet"]["userErrors"][0]["code"],
        "INVALID_METAFIELD"
    );
    let find = "query($id: ProductIdentifierInput!) { productByIdentifier(identifier: $id) { id } }";
    assert!(api.ask(find, json!({"id": id})).await["errors"].is_array());
    let define = "mutation($d: MetafieldDefinitionInput!) { metafieldDefinitionCreate(definition: $d) { userErrors { code } } }";
    let definition =
        json!({"d": {"name": "n", "namespace": "n", "key": "k", "type": "id", "ownerType": "PRODUCT"}});
    assert_eq!(
        api.ask(define, definition.clone()).await["data"]["metafieldDefinitionCreate"]["userErrors"],
        json!([])
    );
    assert_eq!(
        api.ask(define, definition).await["data"]["metafieldDefinitionCreate"]["userErrors"][0]["code"],
        "TAKEN"
    );
    let first = api.ask(set, both.clone()).await["data"]["productSet"]["product"]["id"].clone();
    assert_eq!(api.ask(set, both).await["data"]["productSet"]["product"]["id"], first);
    assert_eq!(api.ask(find, json!({"id": id})).await["data"]["productByIdentifier"]["id"], first);
    let other = json!({"id": id, "input": mug_with_entry("2")});
    assert_eq!(
        api.ask(set, other).await["data"]["productSet"]["userErrors"][0]["code"],
        "METAFIELD_MISMATCH"
    );
}

fn mug_with_entry(value: &str) -> Value {
    let mut input = mug();
    input["metafields"] = json!([{"namespace": "n", "key": "k", "type": "id", "value": value}]);
    input
}

#[tokio::test]
async fn stock_needs_a_key_and_what_it_was() {
    let api = Api::new().await;
    let mut input = mug();
    let location = "gid://shopify/Location/84000001";
    input["variants"][0]["inventoryQuantities"] =
        json!([{"locationId": location, "name": "available", "quantity": 5}]);
    let made = api.set(input).await;
    let item = made["product"]["variants"]["nodes"][0]["inventoryItem"]["id"].clone();
    let bare = "mutation($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { userErrors { code } } }";
    let keyed = "mutation($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }";
    let change = |quantity: i64, from: Value| json!({"name": "available", "reason": "correction", "quantities": [{"inventoryItemId": item, "locationId": location, "quantity": quantity, "changeFromQuantity": from}]});
    let code = |body: &Value| {
        body["data"]["inventorySetQuantities"]["userErrors"][0]["code"].as_str().map(str::to_owned)
    };
    let body = api.ask(bare, json!({"input": change(1, json!(5))})).await;
    assert!(body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("@idempotent")), "{body}");
    let mut absent = change(1, json!(5));
    absent["quantities"][0].as_object_mut().expect("an object").remove("changeFromQuantity");
    assert!(api.ask(keyed, json!({"input": absent, "key": "a"})).await["errors"].is_array());
    let stale = api.ask(keyed, json!({"input": change(1, json!(4)), "key": "b"})).await;
    assert_eq!(code(&stale).as_deref(), Some("CHANGE_FROM_QUANTITY_STALE"));
    for _ in 0..2 {
        assert_eq!(code(&api.ask(keyed, json!({"input": change(1, json!(5)), "key": "c"})).await), None);
    }
    let other = api.ask(keyed, json!({"input": change(2, json!(1)), "key": "c"})).await;
    assert_eq!(code(&other).as_deref(), Some("IDEMPOTENCY_KEY_PARAMETER_MISMATCH"));
    let shop = api.world.control().shopify(demo::SHOPIFY_DOMAIN).expect("a shop");
    assert_eq!(shop["products"][0]["variants"][0]["inventoryQuantity"], 1);
}

#[tokio::test]
async fn pictures_take_their_time_and_some_fail() {
    let api = Api::new().await;
    let mut input = mug();
    let file = |name: &str| json!({"originalSource": format!("{}/images/{name}.jpg", api.world.urls.base)});
    input["files"] = json!([file("a"), file("missing")]);
    let made = api.set(input).await;
    let statuses = |product: &Value| -> Vec<String> {
        let nodes = product["media"]["nodes"].as_array().cloned().unwrap_or_default();
        nodes.iter().map(|media| media["status"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(statuses(&made["product"]), ["PROCESSING", "PROCESSING"]);
    api.world.control().advance_clock(1);
    let query =
        "query($id: ID!) { product(id: $id) { media(first: 5) { nodes { status mediaErrors { code } } } } }";
    let later = api.ask(query, json!({"id": made["product"]["id"]})).await["data"]["product"].clone();
    assert_eq!(statuses(&later), ["READY", "FAILED"]);
    assert_eq!(later["media"]["nodes"][1]["mediaErrors"][0]["code"], "IMAGE_DOWNLOAD_FAILURE");
}
