//! The running call: its context, the network, and what the host does for it.

use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::catalogue::Catalogue;
use crate::http::{Client, Transport};
use crate::{Account, Attribute, Context, Failure, Result, SignRequest};

/// What the host does for a plugin beside HTTP. Components talk to the real one;
/// tests bring their own (`sourcepilot_sdk::test`).
pub trait Host {
    /// True when the connection has a value for the credential.
    fn has_credential(&self, name: &str) -> bool;
    /// The raw bytes of a signature.
    ///
    /// # Errors
    /// `forbidden` when the manifest does not allow it, `auth-required` when the key
    /// has no value.
    fn sign(&self, request: &SignRequest) -> Result<Vec<u8>>;
    /// Tells how far the call is, 0 to 100.
    fn report_progress(&self, percent: u8, note: &str);
    /// True when the merchant has cancelled.
    fn is_cancelled(&self) -> bool;
}

/// Everything that one call can use. There is no other state.
#[derive(Clone)]
pub struct Call {
    /// For whom and when: settings, currency, country, deadline, the shop's address.
    pub context: Context,
    /// The way to the network.
    pub http: Client,
    host: Rc<dyn Host>,
    catalogue: Option<Rc<dyn Catalogue>>,
    began: Instant,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("call_id", &self.context.call_id).finish_non_exhaustive()
    }
}

impl Call {
    /// A call over a transport and host of one's own: what tests do.
    pub fn new(context: Context, transport: Rc<dyn Transport>, host: Rc<dyn Host>) -> Self {
        Call { context, http: Client::new(transport), host, catalogue: None, began: Instant::now() }
    }

    /// With a catalogue of one's own: what tests do.
    #[must_use]
    pub fn with_catalogue(mut self, catalogue: Rc<dyn Catalogue>) -> Self {
        self.catalogue = Some(catalogue);
        self
    }

    pub(crate) fn own_catalogue(&self) -> Option<Rc<dyn Catalogue>> {
        self.catalogue.clone()
    }

    /// The connection's settings.
    ///
    /// # Errors
    /// `invalid-input` when they do not fit `T`.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T> {
        let text = if self.context.settings.trim().is_empty() { "{}" } else { &self.context.settings };
        serde_json::from_str(text).map_err(|error| {
            Failure::invalid_input(format!("The settings of this connection do not fit: {error}."))
        })
    }

    /// The address of the connected shop or account, without a trailing slash.
    ///
    /// # Errors
    /// `invalid-input` when the connection has none.
    pub fn base_url(&self) -> Result<&str> {
        let url = self.context.base_url.as_deref().map(|url| url.trim_end_matches('/'));
        url.ok_or_else(|| Failure::invalid_input("This connection has no address: enter the shop's address."))
    }

    /// True when the connection has a value for this credential.
    pub fn has_credential(&self, name: &str) -> bool {
        self.host.has_credential(name)
    }

    /// The raw bytes of a signature by a key that only the host knows.
    ///
    /// # Errors
    /// `forbidden` when the manifest does not allow it, `auth-required` when the key
    /// has no value.
    pub fn sign(&self, request: &SignRequest) -> Result<Vec<u8>> {
        self.host.sign(request)
    }

    /// Tells the merchant how far the call is.
    pub fn report_progress(&self, percent: u8, note: &str) {
        self.host.report_progress(percent.min(100), note);
    }

    /// True when the merchant has cancelled: stop before the next write.
    pub fn is_cancelled(&self) -> bool {
        self.host.is_cancelled()
    }

    /// How much of the call's deadline is left: at its end the host drops the call and
    /// whatever it has found so far.
    pub fn time_left(&self) -> Duration {
        self.deadline().saturating_sub(self.began.elapsed())
    }

    /// True when more than 80 percent of the deadline are used up: answer what there is
    /// instead of beginning something new.
    pub fn is_late(&self) -> bool {
        self.began.elapsed() > self.deadline().mul_f32(0.8)
    }

    /// How long to wait for one answer: so long, but never until the host drops the call
    /// with all it has found.
    pub fn patience(&self, longest: Duration) -> Duration {
        longest.min(self.time_left().mul_f32(0.9))
    }

    fn deadline(&self) -> Duration {
        Duration::from_millis(u64::from(self.context.deadline_ms))
    }

    /// An unprefixed or plugin-prefixed value that the host gave along.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.context
            .extra
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }
}

impl Attribute {
    /// One named value. Names of a plugin's own begin with `x-<plugin id>.`.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Attribute { name: name.into(), value: value.into() }
    }
}

impl Account {
    /// An account with an id, a name for the merchant, and nothing else.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Account {
            id: id.into(),
            label: label.into(),
            currency: None,
            canonical_url: None,
            scopes: Vec::new(),
            warnings: Vec::new(),
            extra: Vec::new(),
        }
    }
}

impl crate::ProductRef {
    /// A reference by the supplier's own id.
    pub fn new(id: impl Into<String>) -> Self {
        crate::ProductRef { id: id.into(), url: None, variant: None }
    }

    /// With the address that a buyer would open.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// With the variant that the address pointed at.
    #[must_use]
    pub fn with_variant(mut self, variant: impl Into<String>) -> Self {
        self.variant = Some(variant.into());
        self
    }
}

#[cfg(target_arch = "wasm32")]
mod component {
    use super::*;
    use crate::bindings::host::{control, credentials};
    use crate::http::WasiTransport;

    struct RealHost;

    impl Host for RealHost {
        fn has_credential(&self, name: &str) -> bool {
            credentials::available(name)
        }
        fn sign(&self, request: &SignRequest) -> Result<Vec<u8>> {
            credentials::sign(request)
        }
        fn report_progress(&self, percent: u8, note: &str) {
            control::report_progress(percent, note);
        }
        fn is_cancelled(&self) -> bool {
            control::is_cancelled()
        }
    }

    impl Call {
        #[doc(hidden)]
        pub fn from_host(context: Context) -> Self {
            Call::new(context, Rc::new(WasiTransport), Rc::new(RealHost))
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Call {
    /// Outside a component nobody calls the exports; tests use [`Call::new`].
    #[doc(hidden)]
    pub fn from_host(_: Context) -> Self {
        unreachable!("the exports of a plugin are called in a component only")
    }
}

#[cfg(test)]
mod tests {
    use crate::test::{self, Recorded};
    use crate::{Attribute, ErrorKind};

    #[test]
    fn settings_are_typed_or_refused() {
        #[derive(serde::Deserialize, PartialEq, Debug)]
        struct Settings {
            country: Option<String>,
        }
        let mut call = test::call(&Recorded::new());
        for (text, country) in [("{}", None), ("", None), (r#"{"country": "FR", "other": 1}"#, Some("FR"))] {
            call.context.settings = text.into();
            assert_eq!(call.settings::<Settings>().unwrap().country.as_deref(), country);
        }
        call.context.settings = r#"{"country": 1}"#.into();
        assert_eq!(call.settings::<Settings>().unwrap_err().kind, ErrorKind::InvalidInput);
    }

    #[test]
    fn the_address_has_no_trailing_slash() {
        let mut call = test::call(&Recorded::new());
        assert_eq!(call.base_url().unwrap_err().kind, ErrorKind::InvalidInput);
        call.context.base_url = Some("https://shop.example/store/".into());
        assert_eq!(call.base_url().unwrap(), "https://shop.example/store");
        call.context.extra = vec![Attribute::new("x-shop.auth", "basic")];
        assert_eq!((call.extra("x-shop.auth"), call.extra("x-shop.other")), (Some("basic"), None));
    }
}
