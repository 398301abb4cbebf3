//! The demo world: faithful HTTP simulators of the outside services that
//! SourcePilot talks to, on one port.
//!
//! * `/sync`, `/rest/...`, `/oauth/authorize`: the AliExpress open platform, and
//!   `/item/...`, `/_m...`, `/e/...`: its product pages and short links.
//! * `/api2.0/v1/...`: the API of CJ Dropshipping.
//! * `/woocommerce/...`: a WordPress site with WooCommerce (several sites are
//!   possible, each below its own path).
//! * `/kf/...` and `/images/...`: generated product pictures.
//! * `/llm/...` and `/anthropic/...`: language models.
//! * `/pages/...`: ordinary product pages of various shop systems.
//! * `/stripe/...`: Stripe, with payment pages, and events on their way to the service.
//! * `/_sandbox/...`: what tests and demonstrations use to look inside and to
//!   break things.
//!
//! The same seed gives the same world. Every answer carries the header
//! `X-SourcePilot-Demo: 1` and every product title contains `(demo)`.
//!
//! The product does not know this crate: its egress layer maps the suppliers'
//! addresses here.
#![warn(missing_docs)]

mod aliexpress;
mod cj;
mod clock;
mod config;
mod control;
pub mod demo;
mod images;
mod llm;
mod pages;
mod reply;
mod seed;
mod server;
mod shopify;
mod spocket;
mod stripe;
mod woocommerce;
mod world;

pub use self::stripe::{Delivery, Mischief, StripeConfig, StripeControl, Turn};
pub use aliexpress::{ItemChange, special};
pub use cj::special as special_cj;
pub use config::{
    AliExpressConfig, ApiKey, CjConfig, KeyRights, Latency, Permalinks, SandboxConfig, ShopConfig, ShopRaces,
    ShopifyConfig,
};
pub use control::Control;
pub use control::faults::{FaultAction, FaultRule, When};
pub use control::log::Entry as LogEntry;
pub use llm::LlmAnswer;
pub use server::{Sandbox, StartError, Urls, start};
