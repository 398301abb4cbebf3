//! The product as the gateway sends it, with its many shapes taken apart but
//! nothing decided yet. Field names are those of `aliexpress.ds.product.get`.

use crate::amount::Amount;
use crate::images::{image, images};
use crate::node::Node;

/// The `result` of a product answer.
#[derive(Debug, Default)]
pub(crate) struct Item {
    pub(crate) id: Option<String>,
    pub(crate) main_id: Option<String>,
    pub(crate) us_id: Option<String>,
    pub(crate) title: Option<String>,
    /// HTML.
    pub(crate) detail: Option<String>,
    /// HTML too, made of `mobile_detail`.
    pub(crate) mobile_detail: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) category_id: Option<String>,
    pub(crate) rating: Option<String>,
    pub(crate) reviews: Option<String>,
    pub(crate) sales: Option<String>,
    pub(crate) skus: Vec<Sku>,
    pub(crate) images: Vec<String>,
    pub(crate) video: Option<String>,
    /// Kilograms.
    pub(crate) weight: Option<Amount>,
    /// Centimetres: length, width, height.
    pub(crate) size: Option<[String; 3]>,
    pub(crate) delivery_days: Option<u32>,
    pub(crate) store: Store,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) wholesale: bool,
    /// Who answers for the product in the EU, as sent.
    pub(crate) manufacturer: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) described_rating: Option<String>,
    pub(crate) communication_rating: Option<String>,
    pub(crate) shipping_rating: Option<String>,
}

/// One thing that can be ordered.
#[derive(Debug, Default)]
pub(crate) struct Sku {
    pub(crate) id: Option<String>,
    /// `property:value#Name;…`, wanted by orders; empty for a product without choices.
    pub(crate) attributes: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) barcode: Option<String>,
    pub(crate) list_price: Option<Amount>,
    pub(crate) sale_price: Option<Amount>,
    pub(crate) bulk_price: Option<Amount>,
    pub(crate) bulk_from: Option<u64>,
    pub(crate) channel_price: Option<Amount>,
    /// The currency of every price of this SKU.
    pub(crate) currency: Option<String>,
    pub(crate) stock: Option<u32>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) tiers: Vec<Tier>,
    /// Further fields worth keeping, by their wire names.
    pub(crate) notes: Vec<(&'static str, String)>,
}

/// One property of a SKU.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    pub(crate) property_id: String,
    /// Which of the property's values: the platform's id, or its words.
    pub(crate) value_id: String,
    pub(crate) name: String,
    /// The platform's word, such as `Black`.
    pub(crate) value: String,
    /// The seller's word, such as `Night Black`; anything at all.
    pub(crate) label: Option<String>,
    pub(crate) image: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Tier {
    pub(crate) from: String,
    pub(crate) price: Option<Amount>,
    pub(crate) discount: Option<String>,
}

impl Item {
    pub(crate) fn read(result: Node<'_>) -> Item {
        let base = result.get("ae_item_base_info_dto");
        let media = result.get("ae_multimedia_info_dto");
        let package = result.get("package_info_dto");
        let converter = result.get("product_id_converter_result");
        Item {
            id: base.get("product_id").text(),
            main_id: converter.get("main_product_id").text(),
            us_id: converter
                .get("sub_product_id")
                .embedded()
                .and_then(|ids| Node::new(&ids).get("US").text()),
            title: base.get("subject").text(),
            detail: base.get("detail").text(),
            mobile_detail: crate::description::mobile(base.get("mobile_detail")),
            status: base.get("product_status_type").text(),
            category_id: base.get("category_id").text(),
            rating: base.get("avg_evaluation_rating").text(),
            reviews: base.get("evaluation_count").text(),
            sales: base.get("sales_count").text(),
            skus: result.get("ae_item_sku_info_dtos").list().into_iter().map(Sku::read).collect(),
            images: images(media.get("image_urls")),
            video: media
                .get("ae_video_dtos")
                .list()
                .into_iter()
                .find_map(|video| video.get("media_url").text()),
            weight: amount(package, "gross_weight"),
            size: size(package),
            delivery_days: result
                .get("logistics_info_dto")
                .get("delivery_time")
                .whole()
                .and_then(|n| n.try_into().ok()),
            store: Store::read(result.get("ae_store_info")),
            properties: result.get("ae_item_properties").list().into_iter().filter_map(property).collect(),
            wholesale: result.get("has_whole_sale").flag().unwrap_or(false),
            manufacturer: manufacturer(result.get("manufacturer_info")),
        }
    }
}

impl Store {
    fn read(store: Node<'_>) -> Store {
        Store {
            id: store.get("store_id").text(),
            name: store.get("store_name").text(),
            country: store.get("store_country_code").text(),
            described_rating: store.get("item_as_described_rating").text(),
            communication_rating: store.get("communication_rating").text(),
            shipping_rating: store.get("shipping_speed_rating").text(),
        }
    }
}

impl Sku {
    fn read(sku: Node<'_>) -> Sku {
        const NOTES: [&str; 6] = [
            "price_include_tax",
            "tax_amount",
            "tax_currency_code",
            "estimated_import_charges",
            "buy_amount_limit_set_by_promotion",
            "limit_strategy",
        ];
        Sku {
            id: sku.get("sku_id").text(),
            attributes: sku.first_text(&["sku_attr", "id"]),
            code: sku.get("sku_code").text(),
            barcode: sku.first_text(&["barcode", "ean_code"]),
            list_price: amount(sku, "sku_price"),
            sale_price: amount(sku, "offer_sale_price"),
            bulk_price: amount(sku, "offer_bulk_sale_price"),
            bulk_from: sku.get("sku_bulk_order").whole(),
            channel_price: amount(sku, "channel_discount_price"),
            currency: sku.get("currency_code").text(),
            stock: stock(sku),
            choices: sku.get("ae_sku_property_dtos").list().into_iter().filter_map(Choice::read).collect(),
            tiers: sku.get("wholesale_price_tiers").list().into_iter().filter_map(Tier::read).collect(),
            notes: NOTES.iter().filter_map(|name| Some((*name, sku.get(name).text()?))).collect(),
        }
    }
}

impl Choice {
    fn read(choice: Node<'_>) -> Option<Choice> {
        let label = choice.get("property_value_definition_name").text();
        let value = choice.get("sku_property_value").text().or_else(|| label.clone())?;
        let property_id = choice.get("sku_property_id").text().unwrap_or_default();
        let name = choice.get("sku_property_name").text().unwrap_or_else(|| format!("Option {property_id}"));
        let value_id = choice.get("property_value_id").text().unwrap_or_else(|| value.clone());
        Some(Choice {
            property_id,
            value_id,
            name,
            value,
            label,
            image: image(choice.get("sku_image").text()),
        })
    }
}

impl Tier {
    fn read(tier: Node<'_>) -> Option<Tier> {
        Some(Tier {
            from: tier.get("min_quantity").text()?,
            price: amount(tier, "wholesale_price"),
            discount: tier.get("discount").text(),
        })
    }
}

/// The current spelling, two older ones, and an even older flag whose `true` says
/// nothing about how many there are.
fn stock(sku: Node<'_>) -> Option<u32> {
    let counted = ["sku_available_stock", "s_k_u_available_stock", "ipm_sku_stock"]
        .iter()
        .find_map(|name| sku.get(name).whole());
    match counted {
        Some(count) => Some(u32::try_from(count).unwrap_or(u32::MAX)),
        None if sku.get("sku_stock").flag() == Some(false) => Some(0),
        None => None,
    }
}

fn amount(node: Node<'_>, name: &str) -> Option<Amount> {
    Amount::read(&node.get(name).text()?)
}

fn property(node: Node<'_>) -> Option<(String, String)> {
    Some((node.get("attr_name").text()?, node.get("attr_value").text()?))
}

fn size(package: Node<'_>) -> Option<[String; 3]> {
    let side = |name| package.get(name).text();
    Some([side("package_length")?, side("package_width")?, side("package_height")?])
}

fn manufacturer(info: Node<'_>) -> Option<String> {
    let value = info.embedded()?;
    (!value.as_object()?.is_empty()).then(|| value.to_string())
}
