use super::{NOBODY, Wire};

const HEADERS: [&str; 10] = [
    "x-request-id",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "strict-transport-security",
    "content-security-policy",
    "referrer-policy",
    "permissions-policy",
    "vary",
    "content-type",
];

#[tokio::test]
async fn headers_slashes_methods_and_cors() {
    let mut wire = Wire::merchant().await;
    wire.raw("GET", "/api/v1/health", &[], None, &HEADERS).await;
    wire.raw("GET", "/api/v1/health/", &[("x-request-id", "mine")], None, &["x-request-id", "location"])
        .await;
    wire.raw("POST", "/api/v1/price-watches/sync/", &[], None, &["location"]).await;
    for path in ["/api/v1/health", "/api/v1/imports", "/api/v1/auth/me"] {
        wire.raw("HEAD", path, &[], None, &["allow"]).await;
    }
    wire.raw("DELETE", "/api/v1/auth/login", &[], None, &["allow"]).await;
    wire.raw("GET", "/api/v1/zork", &[], None, &HEADERS).await;
    wire.raw("GET", "/health", &[], None, &[]).await;
    wire.raw("GET", &format!("/api/v1/connections/{NOBODY}"), &[], None, &["allow"]).await;

    let cors = [
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-max-age",
        "x-frame-options",
    ];
    for origin in ["http://localhost:3109", "https://evil.example"] {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization"),
        ];
        wire.raw("OPTIONS", "/api/v1/connections", &asked, None, &cors).await;
        wire.raw("GET", "/api/v1/health", &[("origin", origin)], None, &cors[..2]).await;
    }
    insta::assert_snapshot!(wire.record());
}

#[tokio::test]
async fn faults_of_requests() {
    let mut wire = Wire::merchant().await;
    for body in ["{", "[]", "null", "", "\"x\"", "{}"] {
        wire.raw("POST", "/api/v1/imports", &[], Some(body), &[]).await;
    }
    wire.raw("GET", "/api/v1/imports?skip=-1&limit=101&store_id=abc&status=zork", &[], None, &[]).await;
    wire.raw("GET", "/api/v1/imports?skip=x&limit=1.5&store_id=", &[], None, &[]).await;
    wire.raw("GET", "/api/v1/imports?limit=0&limit=2.0&status=", &[], None, &[]).await;
    wire.raw("GET", "/api/v1/imports/abc", &[], None, &[]).await;
    wire.raw("GET", "/api/v1/products/search", &[], None, &[]).await;
    wire.be(None);
    wire.raw("POST", "/api/v1/imports", &[], Some("{"), &[]).await;
    wire.raw("POST", "/api/v1/imports", &[], Some("{}"), &["www-authenticate"]).await;
    wire.be(Some("not.a.token"));
    wire.raw("GET", "/api/v1/imports", &[], None, &["www-authenticate"]).await;
    insta::assert_snapshot!(wire.record());
}
