//! Tokens that somebody made up. None of them opens anything.

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::util::{Setup, TestApp};

const SECRET: &str = "9f8b1c4d2e6a7f3b5c0d1e2f4a6b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b";

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn hs256(key: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

fn signed(key: &str, header: &Value, claims: &Value) -> String {
    let text = format!("{}.{}", part(header), part(claims));
    format!("{text}.{}", hs256(key.as_bytes(), &text))
}

/// Everything that is wrong in one way, each with what it is.
fn forged(good: &str, claims: &Value) -> Vec<(&'static str, String)> {
    let usual = json!({"alg": "HS256", "typ": "JWT"});
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        signed(SECRET, &usual, &changed)
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().expect("an object").remove(name);
        signed(SECRET, &usual, &changed)
    };
    let headed = |header: Value| signed(SECRET, &header, claims);
    let parts: Vec<&str> = good.split('.').collect();
    let (head, body, sign) = (parts[0], parts[1], parts[2]);
    let text = format!("{head}.{body}");
    let sign_bytes = URL_SAFE_NO_PAD.decode(sign).expect("base64");
    let sha512 = {
        let text = format!("{}.{body}", part(&json!({"alg": "HS512", "typ": "JWT"})));
        let mut mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).expect("a key");
        mac.update(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    };
    let sha384 = {
        let text = format!("{}.{body}", part(&json!({"alg": "HS384", "typ": "JWT"})));
        let mut mac = Hmac::<Sha384>::new_from_slice(SECRET.as_bytes()).expect("a key");
        mac.update(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    };
    let unsigned = |alg: &str| format!("{}.{body}.", part(&json!({"alg": alg, "typ": "JWT"})));
    let flipped = {
        let mut bytes = sign_bytes.clone();
        bytes[0] ^= 1;
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(bytes))
    };
    let admin =
        part(&json!({"sub": "00000000-0000-0000-0000-000000000000", "exp": claims["exp"], "type": "access"}));
    let kid = |kid: &str| signed("", &json!({"alg": "HS256", "typ": "JWT", "kid": kid}), claims);
    let duplicate = {
        let text = format!(
            "{head}.{}",
            URL_SAFE_NO_PAD.encode(format!(
                "{{\"sub\":{0},\"sub\":{0},\"exp\":1,\"type\":\"access\",\"exp\":{1}}}",
                claims["sub"], claims["exp"]
            ))
        );
        format!("{text}.{}", hs256(SECRET.as_bytes(), &text))
    };
    let jwk =
        json!({"alg": "HS256", "typ": "JWT", "jwk": {"kty": "oct", "k": URL_SAFE_NO_PAD.encode("mine")}});
    vec![
        ("alg none", unsigned("none")),
        ("alg None", unsigned("None")),
        ("alg NONE", unsigned("NONE")),
        ("alg empty", unsigned("")),
        ("alg HS256 without signature", format!("{text}.")),
        ("alg none with the old signature", format!("{}{sign}", unsigned("none"))),
        ("no algorithm", headed(json!({"typ": "JWT"}))),
        ("alg is a list", headed(json!({"alg": ["HS256"], "typ": "JWT"}))),
        ("alg in lower case", headed(json!({"alg": "hs256", "typ": "JWT"}))),
        ("HS512", sha512),
        ("HS384", sha384),
        ("RS256 with our key as a MAC key", headed(json!({"alg": "RS256", "typ": "JWT"}))),
        ("ES256 with our key as a MAC key", headed(json!({"alg": "ES256", "typ": "JWT"}))),
        ("EdDSA", headed(json!({"alg": "EdDSA", "typ": "JWT"}))),
        ("PS256", headed(json!({"alg": "PS256", "typ": "JWT"}))),
        ("another key", signed("another-key-another-key-another-key", &usual, claims)),
        ("the empty key", signed("", &usual, claims)),
        ("the key of old installations", signed("dev-secret-key-change-in-production", &usual, claims)),
        ("our key in upper case", signed(&SECRET.to_uppercase(), &usual, claims)),
        ("kid names an empty file", kid("/dev/null")),
        ("kid climbs out", kid("../../../../dev/null")),
        ("kid is SQL", kid("x' UNION SELECT ''--")),
        ("key inside the header", {
            let text = format!("{}.{body}", part(&jwk));
            format!("{text}.{}", hs256(b"mine", &text))
        }),
        ("no exp", without("exp")),
        ("exp null", with("exp", Value::Null)),
        ("exp with a fraction", with("exp", json!(claims["exp"].as_i64().expect("a number") as f64 + 0.5))),
        ("exp as text", with("exp", json!(claims["exp"].to_string()))),
        ("exp in the past", with("exp", json!(1))),
        ("exp negative", with("exp", json!(-1))),
        ("exp beyond all time", with("exp", json!(u64::MAX))),
        ("exp 1e300", with("exp", json!(1e300))),
        ("exp a list", with("exp", json!([claims["exp"]]))),
        ("exp true", with("exp", json!(true))),
        ("type refresh", with("type", json!("refresh"))),
        ("type in upper case", with("type", json!("ACCESS"))),
        ("type a list", with("type", json!(["access"]))),
        ("no type", without("type")),
        ("no sub", without("sub")),
        ("sub null", with("sub", Value::Null)),
        ("sub not an id", with("sub", json!("admin"))),
        ("sub a number", with("sub", json!(1))),
        ("sub with a blank", with("sub", json!(format!(" {}", claims["sub"].as_str().expect("text"))))),
        ("sub in upper case", with("sub", json!(claims["sub"].as_str().expect("text").to_uppercase()))),
        ("sub of nobody", with("sub", json!("00000000-0000-0000-0000-000000000000"))),
        ("somebody else's claims", format!("{head}.{admin}.{sign}")),
        ("one bit of the signature", flipped),
        ("half of the signature", format!("{text}.{}", &sign[..20])),
        ("claims are a list", signed(SECRET, &usual, &json!([claims]))),
        ("claims are text", signed(SECRET, &usual, &json!("access"))),
        ("names twice", duplicate),
        ("four parts", format!("{good}.{sign}")),
        ("two parts", text.clone()),
        ("a blank inside", format!("{head} .{body}.{sign}")),
        ("a blank in the signature", format!("{text}. {sign}")),
        (
            "padding",
            format!(
                "{}.{}.{}",
                URL_SAFE.encode(URL_SAFE_NO_PAD.decode(head).expect("base64")) + "=",
                body,
                sign
            ),
        ),
        ("ordinary base64", format!("{text}.{}+/", STANDARD.encode(&sign_bytes[..30]))),
        ("upper case", good.to_uppercase()),
        ("only dots", "..".to_owned()),
        ("long", format!("{text}.{}", "A".repeat(100_000))),
        ("JSON", claims.to_string()),
    ]
}

#[tokio::test]
async fn none_of_them_opens_anything() {
    let app = Setup::default().set("JWT_SECRET_KEY", SECRET).start().await;
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    let tokens = app.anonymous().post("/auth/register", &body).await.expect(201);
    let good = tokens["access_token"].as_str().expect("a token");
    let claims: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD.decode(good.split('.').nth(1).expect("claims")).expect("base64"),
    )
    .expect("JSON");
    // The forger's own way of signing is right, or nothing would be shown here.
    let header = json!({"alg": "HS256", "typ": "JWT"});
    app.anonymous().with_token(&signed(SECRET, &header, &claims)).get("/auth/me").await.expect(200);

    let forged = forged(good, &claims);
    assert!(forged.len() >= 40, "{}", forged.len());
    for (what, token) in &forged {
        let client = app.anonymous().with_token(token);
        for reply in [client.get("/auth/me").await, client.post("/api-keys", &json!({"name": "a"})).await] {
            assert_eq!(reply.status, 401, "{what}: {}", reply.text);
        }
        let as_refresh = app.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).await;
        // A refresh token with our signature is one, wherever it comes from.
        assert_eq!(as_refresh.status == 200, *what == "type refresh", "{what}: {}", as_refresh.text);
    }
    let refresh = app.anonymous().with_token(tokens["refresh_token"].as_str().expect("a token"));
    assert_eq!(refresh.get("/auth/me").await.detail(), "Invalid or expired token");
}

#[tokio::test]
async fn a_good_token_in_a_wrong_place_is_none() {
    let app = TestApp::start().await;
    let body = json!({"email": "anna@example.com", "password": "correct horse"});
    let tokens = app.anonymous().post("/auth/register", &body).await.expect(201);
    let good = tokens["access_token"].as_str().expect("a token");
    let bearer = format!("Bearer {good}");
    let ask = async |path: &str, headers: &[(&str, &str)]| {
        let request =
            headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        app.anonymous().request(request.body(Body::empty()).expect("a request")).await.status.as_u16()
    };
    let me = "/api/v1/auth/me";
    assert_eq!(ask(me, &[("authorization", &bearer)]).await, 200);
    for headers in [
        vec![("authorization", bearer.as_str()), ("authorization", &bearer)],
        vec![("authorization", good)],
        vec![("authorization", &format!("Token {good}"))],
        vec![("authorization", &format!("Bearer Bearer {good}"))],
        vec![("x-api-key", good)],
        vec![("cookie", &format!("sourcepilot_session={good}"))],
        vec![("cookie", &format!("access_token={good}"))],
        vec![("x-authorization", &bearer)],
    ] {
        assert_eq!(ask(me, &headers).await, 401, "{headers:?}");
    }
    assert_eq!(ask(&format!("{me}?access_token={good}"), &[]).await, 401);
    assert_eq!(ask(&format!("{me}?token={good}"), &[]).await, 401);
}
