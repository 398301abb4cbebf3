//! The macros that turn a type into a component.

/// Registers a supplier: exports it from the component and embeds the `plugin.toml`
/// that lies beside the plugin's `Cargo.toml`.
///
/// `features` names the optional interfaces in snake case: `search`, `pricing`,
/// `freight`, `feed`, `authorization`, `token_renewal`. They must be those of the manifest.
/// Natively the macro does nothing, so that the same crate runs its unit tests.
///
/// ```
/// # use sourcepilot_sdk::*;
/// struct Acme;
/// impl Supplier for Acme {
///     fn parse_url(url: &str) -> Result<UrlMatch> {
///         Err(Failure::unsupported(format!("{url} is not an Acme address.")))
///     }
///     fn resolve_url(call: &Call, url: &str) -> Result<ProductRef> {
///         Err(Failure::unsupported("Acme has no short links."))
///     }
///     fn get_product(call: &Call, request: ProductRequest) -> Result<Product> {
///         Err(Failure::not_found("Acme has no such product."))
///     }
///     fn check(call: &Call) -> Result<Account> {
///         Ok(Account::new("acme", "Acme"))
///     }
/// }
/// sourcepilot_sdk::register_supplier!(Acme);
/// ```
#[macro_export]
macro_rules! register_supplier {
    ($plugin:ident $(, features: [$($feature:ident),* $(,)?])? $(,)?) => {
        $crate::__register!($plugin, Supplier, catalog $($(, $feature)*)?);
    };
}

/// Registers a shop connector; see [`register_supplier!`](crate::register_supplier).
///
/// `features` names the optional interfaces: `upkeep`, `browse`, `authorization`,
/// `token_renewal`.
#[macro_export]
macro_rules! register_store {
    ($plugin:ident $(, features: [$($feature:ident),* $(,)?])? $(,)?) => {
        $crate::__register!($plugin, Store, listings $($(, $feature)*)?);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($plugin:ident, $kind:ident, $($interface:ident),*) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            impl $crate::bindings::connection::Guest for $plugin {
                fn check(context: $crate::Context) -> $crate::Result<$crate::Account> {
                    <$plugin as $crate::$kind>::check(&$crate::Call::from_host(context))
                }
            }
            $crate::bindings::connection::export!($plugin with_types_in $crate::bindings::connection);
            $($crate::bindings::$interface::export!($plugin with_types_in $crate::bindings::$interface);)*

            const LENGTH: usize = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.toml")).len();
            #[used]
            #[unsafe(link_section = "sourcepilot:manifest")]
            static MANIFEST: [u8; LENGTH] = *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.toml"));
        };
    };
}
