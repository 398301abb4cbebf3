//! Ids of our own, one type per thing, so that none can stand in for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one. Ids made later sort later.
            #[must_use]
            pub fn generate() -> Self {
                $name(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map($name)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                $name(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )+};
}

id! {
    /// A merchant.
    UserId;
    /// An import, as the merchant sees it.
    ImportJobId;
    /// A merchant's shop.
    ConnectionId;
    /// A merchant's account with a supplier.
    SupplierAccountId;
    /// The installation's own account with a supplier.
    HouseAccountId;
    /// A key to the API.
    ApiKeyId;
    /// A product that we put into a shop: `created_product_id` of the HTTP API.
    StoreProductId;
    /// A supplier's product whose price a merchant watches.
    PriceWatchId;
    /// A subscription, as it is kept here.
    SubscriptionId;
    /// A secret with which another service signs for a merchant.
    WebhookSecretId;
}
