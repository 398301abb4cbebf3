//! Delivery: `aliexpress.ds.freight.query` and the older method.

use serde_json::{Value, json};

use super::catalogue::{self, Item, Sku};
use super::errors::Refusal;
use super::params::{Params, member, need_member};
use super::shape::list;
use super::special::{self, Oddity};
use super::{money, product};
use crate::seed::Seeded;
use crate::world::World;

/// Nothing is delivered there.
const UNREACHABLE: [&str; 3] = ["AQ", "KP", "SY"];

struct Service {
    code: &'static str,
    company: &'static str,
    /// US cents for the first 100 grams.
    cents: u64,
    days: (u64, u64),
    tracked: bool,
}

const SERVICES: [Service; 4] = [
    Service {
        code: "CAINIAO_ECONOMY",
        company: "AliExpress Saver Shipping",
        cents: 99,
        days: (18, 35),
        tracked: false,
    },
    Service {
        code: "CAINIAO_STANDARD",
        company: "AliExpress standard shipping",
        cents: 199,
        days: (9, 18),
        tracked: true,
    },
    Service {
        code: "CAINIAO_PREMIUM",
        company: "AliExpress premium shipping",
        cents: 899,
        days: (5, 10),
        tracked: true,
    },
    Service { code: "FEDEX_IE", company: "Fedex IE", cents: 2199, days: (3, 7), tracked: true },
];

/// A delivery that can be had.
struct Offer {
    service: &'static Service,
    cents: u64,
    free: bool,
}

/// Answers the current method.
pub(super) fn query(world: &World, params: &Params) -> Result<Value, Refusal> {
    let request = params.need_object("queryDeliveryReq")?;
    let need = |name| need_member(&request, name);
    let (country, id, sku_id) = (need("shipToCountry")?, need("productId")?, need("selectedSkuId")?);
    let currency = money::known(&need("currency")?);
    need("language")?;
    need("locale")?;
    let quantity: u64 = need("quantity")?.parse().map_err(|_| Refusal::unsupported("quantity"))?;

    let item = catalogue::main_id(&id).map(|id| product::item(world, id));
    let found = item
        .as_ref()
        .and_then(|item| item.skus.iter().find(|sku| sku.id.to_string() == sku_id).map(|sku| (item, sku)));
    let Some((item, sku)) = found else {
        return Ok(json!({"result": {"success": false, "code": 500, "msg": "DELIVERY_INFO_EMPTY"}}));
    };
    let offers = offers(item, &country, quantity);
    if offers.is_empty() {
        let refused = json!({"success": false, "code": 505, "msg": "DELIVERY_NOT_AVAILABLE_TO_YOUR_ADDRESS"});
        return Ok(json!({"result": refused}));
    }
    let options = offers.iter().map(|offer| option(item, sku, offer, currency)).collect();
    Ok(json!({"result": {
        "success": true,
        "code": 200,
        "msg": "Call succeeds",
        "delivery_options": list("delivery_option_d_t_o", options),
    }}))
}

fn option(item: &Item, sku: &Sku, offer: &Offer, currency: &'static str) -> Value {
    let service = offer.service;
    let fee = money::amount(offer.cents, currency);
    json!({
        "code": service.code,
        "company": service.company,
        // An amount, not cents, whatever the name says.
        "shipping_fee_cent": fee,
        "shipping_fee_currency": currency,
        "shipping_fee_format": if offer.free { "Free Shipping".to_owned() } else { format!("{currency} {fee}") },
        "free_shipping": offer.free,
        "mayHavePFS": false,
        "min_delivery_days": service.days.0,
        "max_delivery_days": service.days.1,
        "guaranteed_delivery_days": service.days.1 + 20,
        "estimated_delivery_time": format!("{}-{}", service.days.0, service.days.1),
        "ship_from_country": item.ships_from(sku),
        "tracking": service.tracked,
        "available_stock": sku.stock.to_string(),
        "ddpIncludeVATTax": false,
    })
}

/// Answers the older method.
pub(super) fn calculate(world: &World, params: &Params) -> Result<Value, Refusal> {
    let request = params.need_object("param_aeop_freight_calculate_for_buyer_d_t_o")?;
    let country = need_member(&request, "country_code")?;
    let id = need_member(&request, "product_id")?;
    let quantity = need_member(&request, "product_num")?;
    let quantity: u64 = quantity.parse().map_err(|_| Refusal::unsupported("product_num"))?;
    let currency = money::known(&member(&request, "price_currency").unwrap_or_default());
    let item = catalogue::main_id(&id).map(|id| product::item(world, id));
    let offers = item.as_ref().map(|item| offers(item, &country, quantity)).unwrap_or_default();
    if offers.is_empty() {
        let refused =
            json!({"success": false, "error_desc": "queryShippingOptionForItem return not reachable"});
        return Ok(json!({"result": refused}));
    }
    let entries = offers.iter().map(|offer| {
        json!({
            "error_code": 0,
            "service_name": offer.service.code,
            "estimated_delivery_time": format!("{}-{}day", offer.service.days.0, offer.service.days.1),
            "tracking_available": offer.service.tracked.to_string(),
            "freight": {
                "amount": money::amount(offer.cents, currency),
                "cent": money::minor(offer.cents, currency),
                "currency_code": currency,
            },
        })
    });
    let wrapped = list("aeop_freight_calculate_result_for_buyer_dto", entries.collect());
    Ok(json!({"result": {"success": true, "aeop_freight_calculate_result_for_buyer_d_t_o_list": wrapped}}))
}

/// What can be had for a product: dearer with weight and quantity, the same every time.
fn offers(item: &Item, country: &str, quantity: u64) -> Vec<Offer> {
    let never = UNREACHABLE.contains(&country) || special::oddity(item.id) == Some(Oddity::NotDeliverable);
    if never || quantity == 0 || item.skus.is_empty() {
        return Vec::new();
    }
    let mut choices = Seeded::new(item.id, &["freight", country]);
    let count = choices.between(1, SERVICES.len() as u64) as usize;
    let zone = choices.between(90, 160);
    let hundreds = (item.grams * quantity.min(10_000)).div_ceil(100);
    let offers = choices.subset(&SERVICES, count).into_iter().map(|service| {
        let free = item.free_shipping && service.cents < 300;
        let cents = service.cents * zone / 100 + service.cents * (hundreds - 1) / 10;
        Offer { service, cents: if free { 0 } else { cents }, free }
    });
    let mut offers: Vec<Offer> = offers.collect();
    // What is advertised as free is offered for nothing.
    if item.free_shipping && !offers.iter().any(|offer| offer.free) {
        offers.insert(0, Offer { service: &SERVICES[1], cents: 0, free: true });
    }
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_shipping_is_free_and_some_places_are_out_of_reach() {
        let free = catalogue::item(1, special::FREE_SHIPPING);
        assert!(offers(&free, "DE", 1).iter().any(|offer| offer.free && offer.cents == 0));
        assert!(offers(&free, "AQ", 1).is_empty());
        assert!(offers(&catalogue::item(1, special::NOT_DELIVERABLE), "US", 1).is_empty());
    }

    #[test]
    fn more_pieces_cost_more() {
        let item = catalogue::item(
            1,
            (1005001000000000..).find(|id| !catalogue::item(1, *id).free_shipping).unwrap_or(0),
        );
        let cost = |quantity| offers(&item, "US", quantity).iter().map(|offer| offer.cents).sum::<u64>();
        assert!(cost(10) > cost(1));
        assert_eq!(cost(3), cost(3));
    }
}
