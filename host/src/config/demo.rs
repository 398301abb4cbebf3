use serde::Serialize;

/// What a person or a script needs to use the demo world. None of it opens anything
/// else.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DemoFacts {
    pub login: DemoLogin,
    /// The API key of a service account, which may provision accounts.
    pub service_key: String,
    pub stores: Vec<DemoStore>,
    pub supplier_accounts: Vec<DemoAccount>,
    pub merchant_accounts: Vec<DemoMerchantAccount>,
    pub products: Vec<DemoProduct>,
}

/// An account that the demo world makes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DemoLogin {
    pub email: String,
    pub password: String,
}

/// A shop of the demo world.
#[derive(Clone, Debug, Serialize)]
pub struct DemoStore {
    pub platform: String,
    pub store_url: String,
    pub api_key: String,
}

/// An account with a supplier of the demo world.
#[derive(Clone, Debug, Serialize)]
pub struct DemoAccount {
    pub platform: String,
    pub credentials: serde_json::Map<String, serde_json::Value>,
}

/// An account of the demo merchant's own.
#[derive(Clone, Debug, Serialize)]
pub struct DemoMerchantAccount {
    pub platform: String,
    pub name: String,
    pub settings: serde_json::Map<String, serde_json::Value>,
}

/// A product of the demo world.
#[derive(Clone, Debug, Serialize)]
pub struct DemoProduct {
    pub source: String,
    pub url: String,
}
