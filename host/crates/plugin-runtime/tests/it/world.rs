//! A runtime, the hostile guest, and a server that plays the internet.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sourcepilot_domain::product::{Product, ProductRef};
use sourcepilot_domain::{ErrorKind, Failure};
use sourcepilot_egress::{Egress, EgressConfig};
use sourcepilot_plugin_runtime::{
    Call, Grants, LoadError, Manifest, Outcome, Plugin, Policy, Runtime, RuntimeConfig, Supplier,
};

use crate::upstream::Upstream;

/// The value of the credential `secret`; it must not turn up anywhere.
pub(crate) const CANARY: &str = "canary-5f1c77d0a94e";

pub(crate) struct World {
    pub(crate) plugin: Arc<Plugin>,
    pub(crate) supplier: Supplier,
    pub(crate) upstream: Upstream,
}

pub(crate) fn hostile() -> Vec<u8> {
    std::fs::read(sourcepilot_test_components::guest("hostile")).unwrap()
}

pub(crate) fn granted(bytes: &[u8]) -> Policy {
    Policy { grants: Grants::as_asked(&Manifest::from_component(bytes).unwrap()), ..Policy::default() }
}

/// Compiled once for all test processes.
pub(crate) fn config() -> RuntimeConfig {
    let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("plugin-runtime-cache");
    RuntimeConfig { cache_dir: Some(cache), ..RuntimeConfig::default() }
}

pub(crate) fn egress(upstream: Option<&Upstream>) -> Egress {
    let mut config = EgressConfig::default();
    if let Some(upstream) = upstream {
        let address = upstream.address;
        config.allow_private = EgressConfig::parse_allow_private(&address.to_string()).unwrap();
        config.map = EgressConfig::parse_map(&format!(
            "https://api.hostile.example=http://{address},https://other.hostile.example=http://{address}"
        ))
        .unwrap();
    }
    Egress::new(config).unwrap()
}

pub(crate) async fn load(bytes: Vec<u8>, policy: Policy) -> Result<Arc<Plugin>, LoadError> {
    Runtime::new(config(), egress(None)).unwrap().load(bytes, policy).await
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: RuntimeConfig) -> Self {
        let upstream = Upstream::start().await;
        let runtime = Runtime::new(config, egress(Some(&upstream))).unwrap();
        let bytes = hostile();
        let plugin = runtime.load(bytes.clone(), granted(&bytes)).await.unwrap();
        let supplier = plugin.supplier().unwrap();
        World { plugin, supplier, upstream }
    }

    /// Ask for the product whose id is an attack.
    pub(crate) async fn attack(&self, id: &str) -> Outcome<Product> {
        self.attack_with(id, call()).await
    }

    pub(crate) async fn attack_with(&self, id: &str, call: Call) -> Outcome<Product> {
        self.supplier.get_product(call, reference(id), None).await
    }

    /// The failure that an attack must end in.
    pub(crate) async fn fails(&self, id: &str) -> Failure {
        self.attack(id).await.result.expect_err(id)
    }

    pub(crate) async fn title(&self, id: &str) -> String {
        self.attack(id).await.result.expect(id).title
    }

    /// Attack with a deadline, and work on for other merchants meanwhile, on the two
    /// threads of a small host. The attack must end in time and the others get on.
    pub(crate) async fn contained(&self, id: &str, deadline: Duration) -> Failure {
        let supplier = self.supplier.clone();
        let hostile_call = Call { deadline, ..call() };
        let id = id.to_owned();
        let asked = id.clone();
        let attack =
            tokio::spawn(async move { supplier.get_product(hostile_call, reference(&asked), None).await });
        let mut others = 0;
        while !attack.is_finished() {
            let other = Call { pool_key: "somebody-else".into(), ..call() };
            self.attack_with("ok", other).await.result.expect("another merchant's call");
            others += u32::from(!attack.is_finished());
        }
        let outcome = attack.await.unwrap();
        // What the runtime itself measured: this test shares its machine with much else.
        let took = outcome.usage.waited + outcome.usage.duration;
        assert!(took < deadline + Duration::from_secs(1), "{id} took {took:?}");
        assert!(others >= 1, "only {others} other calls during {id}, which took {took:?}");
        outcome.result.expect_err(&id)
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_790_000_000_123).unwrap()
}

pub(crate) fn call() -> Call {
    Call {
        pool_key: "merchant-1".into(),
        credentials: [("secret".to_owned(), SecretString::from(CANARY))].into(),
        ..Call::new("test-call", now())
    }
}

pub(crate) fn reference(id: &str) -> ProductRef {
    ProductRef { id: id.into(), url: None, variant: None }
}

#[track_caller]
pub(crate) fn assert_kind(failure: &Failure, kind: ErrorKind, words: &str) {
    assert_eq!(failure.kind, kind, "{failure:?}");
    assert!(failure.message.contains(words), "`{words}` is not in {failure:?}");
    assert!(!format!("{failure:?}").contains(CANARY), "{failure:?}");
}
