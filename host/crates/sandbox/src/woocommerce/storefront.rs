//! The shop window: pages on which a person can look at what was imported.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::model::{Books, Product};
use super::{Shop, render, system, values};
use crate::reply::{self, escape};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8883;--soft:#8881;--accent:#7f54b3}\
*{box-sizing:border-box}body{font:16px/1.6 system-ui,sans-serif;margin:0}\
header{display:flex;gap:1rem;align-items:center;padding:1rem 1.5rem;border-bottom:1px solid var(--line)}\
header a{font-weight:700;color:inherit;text-decoration:none;font-size:1.15rem}\
.badge{background:#ffd54a;color:#222;padding:.1rem .6rem;border-radius:99px;font-size:.8rem;font-weight:700}\
.draft{background:#c5d3ff}main{max-width:70rem;margin:0 auto;padding:1.5rem}\
.grid{display:grid;gap:1.2rem;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));padding:0;list-style:none}\
.card{border:1px solid var(--line);border-radius:12px;overflow:hidden;height:100%}\
.card a{color:inherit;text-decoration:none;display:block}.card img{width:100%;aspect-ratio:1;object-fit:cover;display:block}\
.card div{padding:.8rem}.price{color:var(--accent);font-weight:700}del{opacity:.6;font-weight:400}\
.product{display:grid;gap:2rem;grid-template-columns:minmax(0,1fr) minmax(0,1fr)}\
@media(max-width:48rem){.product{grid-template-columns:1fr}}\
.gallery{display:grid;gap:.6rem;grid-template-columns:repeat(3,1fr)}.gallery img{width:100%;border-radius:8px}\
.gallery img:first-child{grid-column:1/-1}table{border-collapse:collapse;width:100%}\
.scroll{overflow-x:auto}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line)}\
td img{width:2.6rem;height:2.6rem;object-fit:cover;border-radius:6px}\
.description{margin-top:2rem;border-top:1px solid var(--line)}.description img{max-width:100%}\
.note{background:var(--soft);padding:.8rem 1rem;border-radius:8px}";

/// The page at a path, by the shop's own way of writing addresses.
pub(super) fn page(shop: &Shop, path: &str, query: &[(String, String)]) -> Response {
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let books = shop.books();
    let by_id = |text: &str| text.parse().ok().and_then(|id: u64| books.products.get(&id));
    let by_slug = |slug: &str| {
        let slug = slug.to_lowercase();
        books.products.values().find(|product| product.slug == slug && product.status == "publish")
    };
    let found = match path.trim_matches('/') {
        "" => match (value("p"), value("product")) {
            (Some(id), _) => by_id(id),
            (None, Some(slug)) => by_slug(slug),
            (None, None) => return reply::html(StatusCode::OK, catalogue(shop, &books)),
        },
        "shop" => return reply::html(StatusCode::OK, catalogue(shop, &books)),
        "wp-admin/post.php" => value("post").and_then(by_id),
        inner if inner.starts_with("wp-admin") || inner == "wp-login.php" => {
            let note = "<p class=\"note\">The demo shop has no administration; its contents are shown in the shop window.</p>";
            return reply::html(StatusCode::OK, frame(shop, "Administration", note));
        }
        inner => inner.strip_prefix("product/").and_then(by_slug),
    };
    match found.filter(|product| !product.trashed() && !product.is_variation()) {
        Some(product) => reply::html(StatusCode::OK, product_page(shop, &books, product)),
        None => reply::html(StatusCode::NOT_FOUND, frame(shop, "Not found", "<h1>Page not found</h1>")),
    }
}

fn frame(shop: &Shop, title: &str, body: &str) -> String {
    let (name, title) = (escape(&shop.config.name), escape(title));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - {name}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{STYLE}</style></head>\
         <body><header><a href=\"{}/\">{name}</a><span class=\"badge\">DEMO</span></header><main>{body}</main></body></html>",
        escape(&shop.home)
    )
}

fn catalogue(shop: &Shop, books: &Books) -> String {
    let cards: String = books
        .products
        .values()
        .rev()
        .filter(|product| !product.is_variation() && !product.trashed())
        .map(|product| {
            let image = product.images.first().and_then(|id| books.media.get(id));
            let image = image.map(|media| format!("<img alt=\"\" loading=\"lazy\" src=\"{}\">", escape(&shop.media_url(media))));
            format!(
                "<li class=\"card\"><a href=\"{}\">{}<div>{}{}<br><span class=\"price\">{}</span></div></a></li>",
                escape(&shop.permalink(product)),
                image.unwrap_or_default(),
                product.name,
                draft_badge(product),
                price_html(shop, books, product),
            )
        })
        .collect();
    let body = if cards.is_empty() {
        "<h1>Shop</h1><p class=\"note\">Nothing has been imported yet. Products appear here as soon as an import is done.</p>".to_owned()
    } else {
        format!("<h1>Shop</h1><ul class=\"grid\">{cards}</ul>")
    };
    frame(shop, "Shop", &body)
}

fn draft_badge(product: &Product) -> String {
    match product.status.as_str() {
        "publish" => String::new(),
        other => format!(" <span class=\"badge draft\">{}</span>", escape(&other.to_uppercase())),
    }
}

fn product_page(shop: &Shop, books: &Books, product: &Product) -> String {
    let gallery: String = product
        .images
        .iter()
        .filter_map(|id| books.media.get(id))
        .map(|media| {
            format!("<img alt=\"{}\" src=\"{}\">", escape(&media.alt), escape(&shop.media_url(media)))
        })
        .collect();
    let names = |ids: &[u64], all: &std::collections::BTreeMap<u64, super::model::Term>| {
        ids.iter().filter_map(|id| all.get(id)).map(|term| term.name.clone()).collect::<Vec<_>>().join(", ")
    };
    let body = format!(
        "<div class=\"product\"><div class=\"gallery\">{gallery}</div><div><h1>{}{}</h1>\
         <p class=\"price\">{}</p>{}<p>SKU: {}<br>Categories: {}<br>Tags: {}</p>{}</div></div>\
         <div class=\"description\">{}</div>{}",
        product.name,
        draft_badge(product),
        price_html(shop, books, product),
        product.short_description,
        escape(&product.sku),
        names(&product.categories, &books.categories),
        names(&product.tags, &books.tags),
        variants(shop, books, product),
        product.description,
        json_ld(shop, books, product),
    );
    frame(shop, &values::unescaped(&product.name), &body)
}

fn variants(shop: &Shop, books: &Books, product: &Product) -> String {
    let rows: String = books
        .variations(product.id)
        .map(|variation| {
            let image = variation.images.first().and_then(|id| books.media.get(id));
            let image = image.map(|media| {
                format!("<img alt=\"\" loading=\"lazy\" src=\"{}\">", escape(&shop.media_url(media)))
            });
            let options: Vec<&str> = variation.selections.iter().map(|one| one.option.as_str()).collect();
            let stock = variation
                .stock_quantity
                .map_or_else(|| variation.stock_status.clone(), |count| count.to_string());
            format!(
                "<tr><td>{}</td><td>{}</td><td class=\"price\">{}</td><td>{}</td><td>{}</td></tr>",
                image.unwrap_or_default(),
                options.join(" / "),
                price_html(shop, books, variation),
                escape(&stock),
                escape(&variation.sku),
            )
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<div class=\"scroll\"><table><thead><tr><th></th><th>Variant</th><th>Price</th><th>Stock</th><th>SKU</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    )
}

fn price_html(shop: &Shop, books: &Books, product: &Product) -> String {
    let money = |amount: &str| format!("{}{}", system::symbol(&shop.config.currency), escape(amount));
    if product.kind == "variable" {
        return match render::price_range(books, product) {
            Some((low, high)) if low == high => money(&low.to_string()),
            Some((low, high)) => format!("{} – {}", money(&low.to_string()), money(&high.to_string())),
            None => String::new(),
        };
    }
    if product.sale_price.is_empty() {
        return if product.regular_price.is_empty() { String::new() } else { money(&product.regular_price) };
    }
    format!("<del>{}</del> {}", money(&product.regular_price), money(&product.sale_price))
}

fn json_ld(shop: &Shop, books: &Books, product: &Product) -> String {
    let (price, _) = render::shown_price(books, product);
    let images: Vec<String> = product
        .images
        .iter()
        .filter_map(|id| books.media.get(id))
        .map(|media| shop.media_url(media))
        .collect();
    let data = json!({
        "@context": "https://schema.org/",
        "@type": "Product",
        "name": values::unescaped(&product.name),
        "sku": product.sku,
        "image": images,
        "offers": {"@type": "Offer", "price": price, "priceCurrency": shop.config.currency, "url": shop.permalink(product)},
    });
    // A closing tag inside the data would end the script.
    format!("<script type=\"application/ld+json\">{}</script>", data.to_string().replace('<', "\\u003c"))
}
