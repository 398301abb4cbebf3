//! A small shop in memory that behaves as a real one was seen to, for the parts
//! that the connector uses. Faults are put in front of it.

mod exchange;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub(super) use exchange::{Reply, Seen};

type Matcher = Box<dyn Fn(&Seen) -> bool>;

/// Something that goes wrong with a request.
struct Fault {
    matches: Matcher,
    times: Cell<u32>,
    reply: Option<Reply>,
    /// The shop does the work before the answer is lost or replaced.
    works: bool,
}

/// The shop.
#[derive(Default)]
pub(super) struct FakeShop {
    pub products: RefCell<BTreeMap<u64, Map<String, Value>>>,
    pub variations: RefCell<BTreeMap<u64, Map<String, Value>>>,
    pub seen: RefCell<Vec<Seen>>,
    pub bad_images: RefCell<Vec<String>>,
    pub max_batch: Cell<usize>,
    faults: RefCell<Vec<Fault>>,
    categories: RefCell<BTreeMap<u64, String>>,
    next: Cell<u64>,
}

/// A shop that answers, or drops the connection.
pub(super) enum Outcome {
    Answer(Reply),
    Lost,
}

impl FakeShop {
    pub(super) fn new() -> FakeShop {
        let shop = FakeShop::default();
        shop.next.set(10);
        shop.max_batch.set(100);
        shop.categories.borrow_mut().insert(7, "Home &amp; Garden".to_owned());
        shop
    }

    /// Answer matching requests otherwise, so many times.
    pub(super) fn fail(&self, times: u32, reply: Reply, matches: impl Fn(&Seen) -> bool + 'static) {
        let fault =
            Fault { matches: Box::new(matches), times: Cell::new(times), reply: Some(reply), works: false };
        self.faults.borrow_mut().push(fault);
    }

    /// Do the work of the next matching request, but lose its answer.
    pub(super) fn lose(&self, works: bool, matches: impl Fn(&Seen) -> bool + 'static) {
        let fault = Fault { matches: Box::new(matches), times: Cell::new(1), reply: None, works };
        self.faults.borrow_mut().push(fault);
    }

    pub(super) fn count(&self, method: &str, path: &str) -> usize {
        self.seen.borrow().iter().filter(|seen| seen.method == method && seen.path.contains(path)).count()
    }

    pub(super) fn answer(&self, seen: &Seen) -> Outcome {
        self.seen.borrow_mut().push(seen.clone());
        let faults = self.faults.borrow();
        let fault = faults.iter().find(|fault| fault.times.get() > 0 && (fault.matches)(seen));
        if let Some(fault) = fault {
            fault.times.set(fault.times.get() - 1);
            if fault.works {
                self.work(seen);
            }
            return fault.reply.clone().map_or(Outcome::Lost, Outcome::Answer);
        }
        Outcome::Answer(self.work(seen))
    }

    fn id(&self) -> u64 {
        let id = self.next.get();
        self.next.set(id + 1);
        id
    }

    fn work(&self, seen: &Seen) -> Reply {
        let parts: Vec<&str> = seen.path.trim_matches('/').split('/').collect();
        match (seen.method.as_str(), parts.as_slice()) {
            ("GET", [.., "wp-json"]) => Reply::json(
                200,
                &json!({ "name": "Tom &amp; Co", "home": origin(&seen.url), "namespaces": ["wp/v2", "wc/v3"] }),
            ),
            ("GET", ["data", ..]) => Reply::json(200, &json!({ "code": "EUR" })),
            ("GET", ["settings", _, "woocommerce_weight_unit"]) => {
                Reply::json(200, &json!({ "id": "woocommerce_weight_unit", "value": "kg" }))
            }
            ("GET", ["settings", _, id]) => Reply::json(200, &json!({ "id": id, "value": "2" })),
            ("GET", ["system_status"]) => Reply::json(
                200,
                &json!({ "environment": { "version": "9.9.5" }, "settings": { "number_of_decimals": 2 } }),
            ),
            ("GET", ["products"]) if seen.param("orderby") == "id" => self.list(seen),
            ("GET", ["products"]) => self.search(seen),
            ("POST", ["products"]) => self.create(&seen.body),
            ("POST", ["products", "batch"]) => self.delete_many(&seen.body["delete"]),
            ("GET", ["products", "tags"]) => Reply::json(200, &json!([{ "id": 1, "name": "spocket" }])),
            ("GET", ["products", "categories"]) => self.search_categories(seen.param("search")),
            ("POST", ["products", "categories"]) => self.create_category(&seen.body),
            ("POST", ["products", id, "variations", "batch"]) => self.batch(number(id), &seen.body),
            ("GET", ["products", id, "variations"]) => self.list_variations(number(id), seen),
            (method, ["products", id]) => self.product(method, number(id), seen),
            _ => Reply::error(404, "rest_no_route"),
        }
    }

    fn product(&self, method: &str, id: u64, seen: &Seen) -> Reply {
        if !self.products.borrow().contains_key(&id) {
            return Reply::error(404, "woocommerce_rest_product_invalid_id");
        }
        match method {
            "GET" => {}
            "PUT" | "POST" => {
                if let Err(reply) = self.change(id, &seen.body) {
                    return reply;
                }
            }
            "DELETE" => return Reply::json(200, &self.delete(id)),
            _ => return Reply::error(404, "rest_no_route"),
        }
        Reply::json(200, &Value::Object(self.products.borrow()[&id].clone()))
    }

    fn delete(&self, id: u64) -> Value {
        self.variations.borrow_mut().retain(|_, variation| variation["parent_id"] != id);
        match self.products.borrow_mut().remove(&id) {
            Some(removed) => Value::Object(removed),
            None => item_error(id, &Reply::error(400, "woocommerce_rest_product_invalid_id")),
        }
    }

    fn delete_many(&self, ids: &Value) -> Reply {
        let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_u64);
        let gone: Vec<Value> = ids.map(|id| self.delete(id)).collect();
        Reply::json(200, &if gone.is_empty() { json!([]) } else { json!({ "delete": gone }) })
    }

    /// Products by their number, a page of them.
    fn list(&self, seen: &Seen) -> Reply {
        let (size, page): (usize, usize) =
            (seen.param("per_page").parse().unwrap_or(10), seen.param("page").parse().unwrap_or(1));
        let tag = seen.param("tag");
        let fits = |item: &&Map<String, Value>| {
            let tagged = |tags: &Vec<Value>| {
                tags.iter().any(|one| one["id"].as_u64().is_some_and(|id| id.to_string() == tag))
            };
            item["status"] != "trash" && (tag.is_empty() || item["tags"].as_array().is_some_and(tagged))
        };
        let products = self.products.borrow();
        let found = products.values().filter(fits).skip((page - 1) * size).take(size);
        Reply::json(200, &found.map(|item| Value::Object(item.clone())).collect())
    }

    fn search(&self, seen: &Seen) -> Reply {
        let trash = seen.param("status") == "trash";
        let found: Vec<Value> = self
            .products
            .borrow()
            .values()
            .chain(self.variations.borrow().values())
            .filter(|item| item["sku"] == seen.param("sku"))
            .filter(|item| (item.get("status").is_some_and(|status| status == "trash")) == trash)
            .map(|item| Value::Object(item.clone()))
            .collect();
        Reply::json(200, &Value::Array(found))
    }

    fn holder(&self, sku: &str) -> Option<(u64, bool)> {
        let products = self.products.borrow();
        let variations = self.variations.borrow();
        let all = products.iter().chain(variations.iter());
        let mut held = all.filter(|(_, item)| item["sku"] == sku);
        held.next().map(|(id, item)| (*id, item.get("status").is_some_and(|status| status == "trash")))
    }

    fn sku_error(&self, sku: &str) -> Option<Reply> {
        let (id, trashed) = self.holder(sku)?;
        Some(if trashed {
            Reply::error(400, "woocommerce_rest_product_not_created")
        } else {
            let data = json!({ "status": 400, "resource_id": id, "unique_sku": format!("{sku}-1") });
            Reply::error_with(400, "product_invalid_sku", &data)
        })
    }

    fn create(&self, body: &Value) -> Reply {
        if let Some(reply) = self.sku_error(body["sku"].as_str().unwrap_or_default()) {
            return reply;
        }
        let id = self.id();
        let base = json!({
            "id": id, "name": "Product", "type": "simple", "status": "publish", "sku": "", "price": "",
            "regular_price": "", "sale_price": "", "manage_stock": false, "stock_quantity": null,
            "permalink": format!("https://shop.example/?p={id}"), "images": [], "tags": [], "categories": [],
            "attributes": [], "meta_data": [], "parent_id": 0,
        });
        self.products.borrow_mut().insert(id, base.as_object().expect("an object").clone());
        if let Err(reply) = self.change(id, body) {
            self.products.borrow_mut().remove(&id);
            return reply;
        }
        Reply::json(201, &Value::Object(self.products.borrow()[&id].clone()))
    }

    fn change(&self, id: u64, body: &Value) -> Result<(), Reply> {
        let images = body.get("images").map(|images| self.fetch(images)).transpose()?;
        let mut products = self.products.borrow_mut();
        let product = products.get_mut(&id).expect("a product");
        for (name, value) in body.as_object().expect("an object") {
            match name.as_str() {
                "meta_data" => merge_meta(product, value),
                "images" => {}
                "name" => {
                    let text = value.as_str().unwrap_or_default().replace("& ", "&amp; ");
                    product.insert("name".into(), json!(text));
                }
                "tags" => {
                    let named = value
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|tag| json!({ "id": 1, "name": tag["name"] }));
                    product.insert("tags".into(), named.collect());
                }
                _ => {
                    product.insert(name.clone(), value.clone());
                }
            }
        }
        if let Some(images) = images {
            product.insert("images".into(), images);
        }
        drop_bad_sale(product);
        if product["type"] == "variable" {
            product.insert("regular_price".into(), json!(""));
        }
        Ok(())
    }

    fn fetch(&self, images: &Value) -> Result<Value, Reply> {
        images.as_array().into_iter().flatten().map(|image| self.fetch_one(image)).collect()
    }

    fn fetch_one(&self, image: &Value) -> Result<Value, Reply> {
        let Some(src) = image["src"].as_str() else {
            let known = self.products.borrow().values().find_map(|product| {
                product["images"].as_array()?.iter().find(|known| known["id"] == image["id"]).cloned()
            });
            return Ok(known.unwrap_or_else(|| image.clone()));
        };
        if self.bad_images.borrow().iter().any(|bad| bad == src) {
            return Err(Reply::error(400, "woocommerce_product_image_upload_error"));
        }
        Ok(
            json!({ "id": self.id(), "src": format!("https://shop.example/files/{}", self.next.get()), "name": image["name"] }),
        )
    }

    fn batch(&self, parent: u64, body: &Value) -> Reply {
        let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
        let (create, update) = (list("create"), list("update"));
        if create.len() + update.len() > self.max_batch.get() {
            return Reply::error(413, "woocommerce_rest_request_entity_too_large");
        }
        let created: Vec<Value> = create.iter().map(|item| self.create_variation(parent, item)).collect();
        let updated: Vec<Value> = update.iter().map(|item| self.update_variation(item)).collect();
        let mut answer = Map::new();
        if !create.is_empty() {
            answer.insert("create".into(), json!(created));
        }
        if !update.is_empty() {
            answer.insert("update".into(), json!(updated));
        }
        Reply::json(200, &Value::Object(answer))
    }

    fn create_variation(&self, parent: u64, item: &Value) -> Value {
        let sku = item["sku"].as_str().unwrap_or_default();
        if let Some(reply) = self.sku_error(sku) {
            return item_error(0, &reply);
        }
        let id = self.id();
        let base = json!({
            "id": id, "type": "variation", "parent_id": parent, "sku": "", "regular_price": "", "sale_price": "",
            "manage_stock": false, "stock_quantity": null, "image": null, "attributes": [],
        });
        self.variations.borrow_mut().insert(id, base.as_object().expect("an object").clone());
        let mut item = item.clone();
        item["id"] = json!(id);
        self.update_variation(&item)
    }

    fn update_variation(&self, item: &Value) -> Value {
        let id = item["id"].as_u64().unwrap_or_default();
        if !self.variations.borrow().contains_key(&id) {
            return item_error(id, &Reply::error(400, "woocommerce_rest_product_variation_invalid_id"));
        }
        let image = match item.get("image").map(|image| self.fetch_one(image)).transpose() {
            Ok(image) => image,
            Err(_) => return item_error(id, &Reply::error(400, "woocommerce_variation_image_upload_error")),
        };
        let mut variations = self.variations.borrow_mut();
        let variation = variations.get_mut(&id).expect("a variation");
        for (name, value) in item.as_object().expect("an object") {
            variation.insert(name.clone(), value.clone());
        }
        if let Some(image) = image {
            variation.insert("image".into(), image);
        }
        drop_bad_sale(variation);
        Value::Object(variation.clone())
    }

    fn list_variations(&self, parent: u64, seen: &Seen) -> Reply {
        let size: usize = seen.param("per_page").parse().unwrap_or(10);
        let page: usize = seen.param("page").parse().unwrap_or(1);
        let all = self.variations.borrow();
        let own = all.values().filter(|variation| variation["parent_id"] == parent);
        let found: Vec<Value> = own
            .skip((page - 1) * size)
            .take(size)
            .map(|variation| Value::Object(variation.clone()))
            .collect();
        Reply::json(200, &Value::Array(found))
    }

    fn search_categories(&self, words: &str) -> Reply {
        let found: Vec<Value> = self
            .categories
            .borrow()
            .iter()
            .filter(|(_, name)| name.contains(words))
            .map(|(id, name)| json!({ "id": id, "name": name }))
            .collect();
        Reply::json(200, &Value::Array(found))
    }

    fn create_category(&self, body: &Value) -> Reply {
        let name = body["name"].as_str().unwrap_or_default().replace("& ", "&amp; ");
        let known = self.categories.borrow().iter().find(|(_, known)| **known == name).map(|(id, _)| *id);
        if let Some(id) = known {
            return Reply::error_with(400, "term_exists", &json!({ "status": 400, "resource_id": id }));
        }
        let id = self.id();
        self.categories.borrow_mut().insert(id, name.clone());
        Reply::json(201, &json!({ "id": id, "name": name }))
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}

fn origin(url: &str) -> String {
    url.split("/wp-json").next().unwrap_or_default().trim_end_matches("/index.php").to_owned()
}

fn item_error(id: u64, reply: &Reply) -> Value {
    let error: Value = serde_json::from_slice(&reply.body).expect("an error");
    json!({ "id": id, "error": error })
}

fn merge_meta(product: &mut Map<String, Value>, value: &Value) {
    let list = product["meta_data"].as_array_mut().expect("a list");
    for entry in value.as_array().into_iter().flatten() {
        list.retain(|known| known["key"] != entry["key"]);
        list.push(entry.clone());
    }
}

/// A sale that is none disappears without a word.
fn drop_bad_sale(item: &mut Map<String, Value>) {
    let price = |name: &str| item[name].as_str().and_then(|text| text.parse::<f64>().ok());
    if let (Some(regular), Some(sale)) = (price("regular_price"), price("sale_price"))
        && sale >= regular
    {
        item.insert("sale_price".into(), json!(""));
    }
}
