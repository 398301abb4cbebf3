//! Everything the simulators share.

use std::sync::Arc;

use crate::aliexpress::AliExpress;
use crate::cj::Cj;
use crate::clock::Clock;
use crate::config::SandboxConfig;
use crate::control::faults::Faults;
use crate::control::log::RequestLog;
use crate::control::presented::Presented;
use crate::images::Gallery;
use crate::llm::Llm;
use crate::shopify;
use crate::stripe::Stripe;
use crate::woocommerce::Shop;

/// The running demo world.
pub(crate) struct World {
    pub(crate) config: SandboxConfig,
    /// Without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) presented: Presented,
    pub(crate) gallery: Gallery,
    pub(crate) aliexpress: AliExpress,
    pub(crate) cj: Cj,
    pub(crate) stripe: Stripe,
    pub(crate) shops: Vec<Arc<Shop>>,
    /// Told apart by their host names.
    pub(crate) shopify: Vec<Arc<shopify::Shop>>,
    pub(crate) llm: Llm,
}

impl World {
    pub(crate) fn new(config: SandboxConfig, base_url: String) -> Self {
        let shops = config.shops.iter().map(|shop| Arc::new(Shop::new(shop.clone(), &base_url))).collect();
        let shopify =
            config.shopify.iter().map(|shop| Arc::new(shopify::Shop::new(shop.clone(), &base_url))).collect();
        Self {
            clock: Clock::default(),
            faults: Faults::new(config.faults.clone()),
            log: RequestLog::default(),
            presented: Presented::default(),
            gallery: Gallery::new(config.slow_image),
            aliexpress: AliExpress::default(),
            llm: Llm::default(),
            cj: Cj::default(),
            stripe: Stripe::default(),
            shops,
            shopify,
            base_url,
            config,
        }
    }

    /// The shop below this path.
    pub(crate) fn shop(&self, mount: &str) -> Option<&Arc<Shop>> {
        let wanted = mount.trim_matches('/');
        self.shops.iter().find(|shop| shop.config.mount.trim_matches('/') == wanted)
    }
}
