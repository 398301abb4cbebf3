//! Every GraphQL document that the connector sends. Tests validate each of them
//! against Shopify's published schema of [`API_VERSION`].

/// The version of the Admin API; the only place where it is written. Each is served
/// for at least a year after it appeared.
pub const API_VERSION: &str = "2026-10";

/// The namespace of the entries that mark products as ours. It is one that every
/// app may use, so that a product is found again after a merchant connects the shop
/// through another app.
pub const NAMESPACE: &str = "sourcepilot";
/// The entry with the key of the import; of the type `id`, so it is unique.
pub const IMPORT_KEY: &str = "import_key";
/// The entry that says whether the product is complete.
pub const STATE: &str = "state";
/// More categories than this are left out.
pub const MAX_COLLECTIONS: usize = 10;

const PRODUCT_FIELDS: &str = include_str!("documents/product_fields.graphql");
const VARIANT_FIELDS: &str = include_str!("documents/variant_fields.graphql");
const SHOP_VARIANT_FIELDS: &str = include_str!("documents/shop_variant_fields.graphql");
const IMAGE_FIELDS: &str = include_str!("documents/image_fields.graphql");
const STOCK_FIELDS: &str = include_str!("documents/stock_fields.graphql");

/// A document and whether it changes the shop.
#[derive(Clone, Debug)]
pub struct Document {
    /// The operation's name.
    pub name: &'static str,
    /// The whole text.
    pub text: String,
    /// It is a mutation.
    pub writes: bool,
}

fn query(name: &'static str, parts: &[&str]) -> Document {
    Document { name, text: parts.concat(), writes: false }
}

fn mutation(name: &'static str, parts: &[&str]) -> Document {
    Document { name, text: parts.concat(), writes: true }
}

macro_rules! documents {
    ($($(#[$doc:meta])* $function:ident = $kind:ident $name:literal, $file:literal $(+ $fragment:ident)*;)*) => {
        $($(#[$doc])*
        pub fn $function() -> Document {
            $kind($name, &[include_str!(concat!("documents/", $file, ".graphql")) $(, $fragment)*])
        })*

        /// All of them, the made ones with few and with many collections.
        pub fn all() -> Vec<Document> {
            let mut all = vec![$($function()),*];
            all.extend([0, 1, MAX_COLLECTIONS].map(begin));
            all.extend([1, MAX_COLLECTIONS].map(make_collections));
            all.extend([1, MAX_COLLECTIONS].map(publish_collections));
            all
        }
    };
}

documents! {
    /// What the shop is, and what the token may do there.
    facts = query "Facts", "facts";
    /// The definition that makes keys unique.
    define_key = mutation "DefineKey", "define_key";
    /// The product, whole.
    product_set = mutation "ProductSet", "product_set" + PRODUCT_FIELDS + VARIANT_FIELDS;
    /// How far a product in the making is.
    operation = query "Operation", "operation";
    /// A page of variants.
    variants = query "Variants", "variants" + PRODUCT_FIELDS + VARIANT_FIELDS;
    /// How far the pictures are.
    media = query "Media", "media";
    /// Pictures of variants; reading them back would cost a point each.
    link_pictures = mutation "LinkPictures", "link_pictures";
    /// Prices and tracking of variants.
    variants_update = mutation "VariantsUpdate", "variants_update" + VARIANT_FIELDS;
    /// Status, publication and mark of completion.
    finish = mutation "Finish", "finish" + PRODUCT_FIELDS;
    /// The product with prices and stock.
    states = query "States", "states" + PRODUCT_FIELDS + VARIANT_FIELDS + STOCK_FIELDS;
    /// Prices and stock of some variants.
    stock = query "Stock", "stock" + VARIANT_FIELDS + STOCK_FIELDS;
    /// New stock.
    set_stock = mutation "SetStock", "set_stock";
    /// Stock at a location where there was none.
    activate_stock = mutation "ActivateStock", "activate_stock";
    /// Whose product it is.
    owner = query "Owner", "owner" + PRODUCT_FIELDS;
    /// Products, whoever made them.
    browse = query "Browse", "browse" + SHOP_VARIANT_FIELDS + IMAGE_FIELDS;
    /// More variants of one of them.
    browse_variants = query "BrowseVariants", "browse_variants" + SHOP_VARIANT_FIELDS + IMAGE_FIELDS;
    /// A collection by its handle.
    collection = query "Collection", "collection";
    /// The end of a product.
    delete = mutation "Delete", "delete";
}

/// What creation needs to know: whether the product is there already, and the
/// collections by their handles `$h0`, `$h1` and so on, in one request.
pub fn begin(collections: usize) -> Document {
    let handles: String = (0..collections).map(|at| format!(", $h{at}: String!")).collect();
    let lookups: String = (0..collections)
        .map(|at| format!("  c{at}: collectionByIdentifier(identifier: {{ handle: $h{at} }}) {{\n    id\n    title\n  }}\n"))
        .collect();
    let text = format!(
        "query Begin($namespace: String!, $key: String!, $value: String!{handles}) {{\n  shop {{\n    currencyCode\n    resourceLimits {{\n      maxProductVariants\n    }}\n  }}\n  \
         productByIdentifier(identifier: {{ customId: {{ namespace: $namespace, key: $key, value: $value }} }}) {{\n    ...ProductFields\n  }}\n{lookups}}}\n{PRODUCT_FIELDS}"
    );
    Document { name: "Begin", text, writes: false }
}

/// Several collections in one request, by `$c0`, `$c1` and so on.
pub fn make_collections(count: usize) -> Document {
    let variables: Vec<String> = (0..count).map(|at| format!("$c{at}: CollectionCreateInput!")).collect();
    let fields: String = (0..count)
        .map(|at| {
            format!("  c{at}: collectionCreate(collection: $c{at}) {{\n    collection {{\n      id\n    }}\n    userErrors {{\n      field\n      message\n    }}\n  }}\n")
        })
        .collect();
    let text = format!("mutation MakeCollections({}) {{\n{fields}}}\n", variables.join(", "));
    Document { name: "MakeCollections", text, writes: true }
}

/// Shows several collections in the online store, by `$p0`, `$p1` and so on.
pub fn publish_collections(count: usize) -> Document {
    let variables: String = (0..count).map(|at| format!("$p{at}: ID!, ")).collect();
    let fields: String = (0..count)
        .map(|at| {
            format!("  p{at}: publishablePublish(id: $p{at}, input: $publications) {{\n    userErrors {{\n      field\n      message\n    }}\n  }}\n")
        })
        .collect();
    let text = format!(
        "mutation PublishCollections({variables}$publications: [PublicationInput!]!) {{\n{fields}}}\n"
    );
    Document { name: "PublishCollections", text, writes: true }
}
