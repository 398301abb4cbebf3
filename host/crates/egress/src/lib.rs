//! The only way to the network, for the host and for plugins.
//!
//! A call is given a [`CallScope`]: which hosts it may reach, which secrets may
//! stand where, how much it may send and receive, and until when. Every request
//! goes through [`Egress::send`], which keeps this order:
//!
//! 1. budget and deadline
//! 2. one canonical spelling of method and address; no user names, no IP
//!    addresses, no ports of other services
//! 3. the allow list
//! 4. headers that a guest must not set
//! 5. known secrets in the open, which never leave
//! 6. the rate limit, then a free connection
//! 7. placeholders are replaced by secrets, if audience and use allow it
//! 8. the lease of the work; resolution; every address must be public; the
//!    connection goes to a checked address; the lease once more
//! 9. sending; nothing is followed or repeated
//! 10. time and size limits, measured on the decompressed body
//! 11. tokens are taken out, secrets hidden, session headers dropped
//!
//! Secrets are put into a buffer before the connection stands, and the buffer is
//! dropped when it does not come to stand: they leave only over a connection
//! whose address and certificate were checked.

//! [`OperatorClient`] is the one exception: for services whose addresses the
//! operator has set.

#![warn(missing_docs)]

mod address;
mod capture;
mod config;
mod credential;
mod egress;
mod encode;
mod error;
mod fence;
mod fill;
mod flight;
mod headers;
mod operator;
mod origin;
mod pattern;
mod placeholder;
mod pool;
mod rate;
mod resolve;
mod scope;
mod secrets;
mod sign;
mod target;
mod tls;
mod transport;

pub use address::is_public;
pub use capture::CaptureRule;
pub use config::{EgressConfig, OriginMap};
pub use credential::{Algorithm, Captured, Credential, CredentialSet, Use};
pub use egress::Egress;
pub use error::{ConfigError, EgressError, Phase};
pub use fence::{Fence, FenceLost};
pub use operator::{OperatorClient, OperatorError};
pub use origin::{HostPort, Origin, Scheme};
pub use pattern::{CONNECTION_ORIGIN, HostPattern, UrlPattern};
pub use rate::{RateBucket, RateLimit, RateRule};
pub use resolve::{Resolver, SystemResolver};
pub use scope::{CallScope, CallScopeBuilder, ScopeLimits, ScopeReport};
pub use sign::SignRequest;
