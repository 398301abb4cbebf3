use serde_json::json;

use super::Wire;

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn a_forgotten_password() {
    let mut wire = Wire::merchant().await;
    let email = wire.email();
    wire.be(None);
    wire.post_nothing(&format!("/auth/forgot-password?email={email}")).await;
    wire.post_nothing("/auth/forgot-password?email=nobody%40example.com").await;
    wire.post("/auth/forgot-password", &json!({"email": email})).await;
    wire.post_nothing("/auth/forgot-password").await;
    wire.post("/auth/forgot-password", &json!({"email": 5})).await;
    wire.post("/auth/reset-password", &json!({"token": "nonsense", "new_password": "battery staple"})).await;
    wire.post("/auth/reset-password", &json!({"token": "nonsense", "new_password": "short"})).await;
    // The link of the mail, where the mail can be read.
    let mut token = String::from("(no mail)");
    if let Some(app) = wire.app() {
        sourcepilot::service::auth::send_reset(&app.app, &email).await.expect("written");
        let folder = app.app.config.server.data_dir.join("mail");
        let file = std::fs::read_dir(folder).expect("a folder").flatten().next().expect("a mail");
        let mail = std::fs::read_to_string(file.path()).expect("a mail").replace("\r\n", "\n");
        let mail = mail.replace("=\n", "").replace("=3D", "=");
        let rest = mail.split("?token=").nth(1).expect("a link");
        let is_part = |letter: &char| letter.is_ascii_alphanumeric() || "-_".contains(*letter);
        token = rest.chars().take_while(is_part).collect();
        let reset = json!({"token": token, "new_password": "battery staple"});
        wire.post("/auth/reset-password", &reset).await;
        wire.post("/auth/reset-password", &reset).await;
        wire.post("/auth/login", &json!({"email": email, "password": "battery staple"})).await;
    }
    insta::assert_snapshot!(wire.record().replace(&token, "<token of the mail>"));
}

#[tokio::test]
async fn another_password_and_the_end_of_sessions() {
    let mut wire = Wire::merchant().await;
    let (email, path) = (wire.email(), "/auth/change-password");
    wire.post(path, &json!({"current_password": "wrong", "new_password": "battery staple"})).await;
    wire.post(path, &json!({"current_password": PASSWORD, "new_password": "short"})).await;
    wire.post(path, &json!({})).await;
    let tokens =
        wire.post(path, &json!({"current_password": PASSWORD, "new_password": "battery staple"})).await;
    wire.get("/auth/me").await;
    wire.be(tokens["access_token"].as_str());
    let renewed = wire.post("/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]})).await;
    wire.post("/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]})).await;
    wire.be(renewed["access_token"].as_str());
    wire.post("/auth/logout", &json!({"refresh_token": renewed["refresh_token"]})).await;
    let again = wire.post("/auth/login", &json!({"email": email, "password": "battery staple"})).await;
    wire.be(again["access_token"].as_str());
    wire.post_nothing("/auth/logout-all").await;
    wire.get("/auth/me").await;
    let mut record = wire.record();
    for token in [&tokens, &renewed, &again] {
        for name in ["access_token", "refresh_token"] {
            record = record.replace(token[name].as_str().unwrap_or("(none)"), "<token>");
        }
    }
    insta::assert_snapshot!(record);
}

#[tokio::test]
async fn sessions_of_browsers() {
    let mut wire = Wire::merchant().await;
    let (email, path) = (wire.email(), "/api/v1/auth/session");
    wire.be(None);
    wire.raw("POST", path, &[], Some(&json!({"email": email, "password": "wrong"}).to_string()), &[]).await;
    let login = json!({"email": email, "password": PASSWORD}).to_string();
    let begun = wire.raw("POST", path, &[], Some(&login), &["set-cookie"]).await;
    let cookie = wire.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let csrf = begun["csrf_token"].as_str().expect("a token").to_owned();
    let cookie_header = ("cookie", cookie.as_str());
    wire.raw("GET", path, &[cookie_header], None, &[]).await;
    wire.raw("GET", path, &[], None, &[]).await;
    wire.raw("DELETE", path, &[cookie_header], None, &[]).await;
    wire.raw("DELETE", path, &[cookie_header, ("x-csrf-token", &csrf)], None, &[]).await;
    wire.raw("GET", path, &[cookie_header], None, &[]).await;
    let value = cookie.split('=').nth(1).expect("a value");
    insta::assert_snapshot!(wire.record().replace(value, "<session>").replace(&csrf, "<token>"));
}
