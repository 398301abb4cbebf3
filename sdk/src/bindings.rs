//! What the contract generates. Not for plugins: they meet it through the traits
//! and re-exports of this crate, which may keep their shape when the contract grows.
//!
//! Every exported interface is generated from a world of its own. Only the worlds
//! whose `export!` a plugin expands leave their description in its component, so a
//! plugin exports exactly what it offers.

/// The imports, and the types that all interfaces share.
pub mod host {
    wit_bindgen::generate!({
        path: "wit",
        world: "host-imports",
        generate_all,
        generate_unused_types: true,
        additional_derives: [PartialEq],
    });
    pub use self::sourcepilot::plugin::{control, credentials, log, types};
}

/// The merchant's catalogue, which only suppliers that work from one import.
pub mod catalogue {
    wit_bindgen::generate!({
        path: "wit",
        world: "catalogue-imports",
        with: { "sourcepilot:plugin/types@0.1.0": crate::bindings::host::types },
        generate_unused_types: true,
        additional_derives: [PartialEq],
    });
    pub use self::sourcepilot::plugin::catalogue::*;
}

macro_rules! interface {
    ($module:ident, $world:literal, $at:literal) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: "wit",
                world: $world,
                with: { "sourcepilot:plugin/types@0.1.0": crate::bindings::host::types },
                generate_unused_types: true,
                additional_derives: [PartialEq],
                pub_export_macro: true,
                default_bindings_module: $at,
            });
            pub use self::exports::sourcepilot::plugin::$module::*;
        }
    };
}

interface!(connection, "with-connection", "::sourcepilot_sdk::bindings::connection");
interface!(catalog, "with-catalog", "::sourcepilot_sdk::bindings::catalog");
interface!(search, "with-search", "::sourcepilot_sdk::bindings::search");
interface!(pricing, "with-pricing", "::sourcepilot_sdk::bindings::pricing");
interface!(freight, "with-freight", "::sourcepilot_sdk::bindings::freight");
interface!(authorization, "with-authorization", "::sourcepilot_sdk::bindings::authorization");
interface!(token_renewal, "with-token-renewal", "::sourcepilot_sdk::bindings::token_renewal");
interface!(listings, "with-listings", "::sourcepilot_sdk::bindings::listings");
interface!(upkeep, "with-upkeep", "::sourcepilot_sdk::bindings::upkeep");
interface!(feed, "with-feed", "::sourcepilot_sdk::bindings::feed");
interface!(browse, "with-browse", "::sourcepilot_sdk::bindings::browse");
