//! The real program: how it starts, refuses and ends. Each test has processes and
//! ports of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const KEY: &str = "9f8b1c4d2e6a7f3b5c0d1e2f4a6b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b";

/// The program without any setting of this machine.
fn program(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sourcepilot"));
    command.args(arguments).env_clear().envs(variables.iter().copied());
    command
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    program(arguments, variables).stdin(Stdio::null()).output().expect("it runs")
}

/// A folder with a registry that has no plugins.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("registry.toml"), "").expect("written");
        Place(dir)
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let dir = self.0.path();
        vec![
            ("SOURCEPILOT_DATA_DIR", dir.join("data").display().to_string()),
            ("SOURCEPILOT_PLUGIN_REGISTRY", dir.join("registry.toml").display().to_string()),
            ("SERVICE_PORT", "0".to_owned()),
            ("DASHBOARD_PORT", "0".to_owned()),
        ]
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments, &[]);
        command.envs(self.variables());
        command
    }
}

/// A serving process; killed when a test ends early.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(place: &Place) -> Self {
        let mut child = place
            .command(&["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("output"));
        let url = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.strip_prefix("API ")?.trim().strip_prefix("http").map(|rest| format!("http{rest}"))
            })
            .expect("an address");
        Server { child, url }
    }

    /// Status code of a request without a library that the product does not use.
    fn get(&self, path: &str) -> Option<String> {
        let address = self.url.strip_prefix("http://")?;
        let mut stream = std::net::TcpStream::connect(address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
        let mut first = String::new();
        BufReader::new(stream).read_line(&mut first).ok()?;
        first.split(' ').nth(1).map(str::to_owned)
    }

    fn tell_to_end(&self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(told.success());
    }

    fn wait(&mut self, longest: Duration) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < longest {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already in every test that passes.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn production_without_secrets_ends_with_2_and_names_the_variable() {
    let good = [
        ("SOURCEPILOT_ENV", "production"),
        ("JWT_SECRET_KEY", KEY),
        ("SOURCEPILOT_ENCRYPTION_KEY", KEY),
        ("SOURCEPILOT_DATA_DIR", "/nonexistent/never"),
    ];
    for (name, value) in [
        ("JWT_SECRET_KEY", ""),
        ("SOURCEPILOT_ENCRYPTION_KEY", ""),
        ("EGRESS_MAP", "https://a.example=http://127.0.0.1:1"),
        ("SERVICE_PORT", "http"),
    ] {
        let mut variables: Vec<_> = good.into_iter().filter(|(known, _)| *known != name).collect();
        variables.push((name, value));
        let output = run(&["serve"], &variables);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(name) && !said.contains(KEY), "{name}: {said}");
    }
    let output = run(&["serve", "--demo"], &good);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_settings_file_is_read_and_its_mistakes_are_named_without_its_values() {
    let place = Place::new();
    let file = place.0.path().join("settings.toml");
    std::fs::write(&file, "[auth]\njwt_secret_kye = \"hunter2\"\n").expect("written");
    let output = place.command(&["migrate"]).env("SOURCEPILOT_CONFIG", &file).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("jwt_secret_kye") && !said.contains("hunter2"), "{said}");
}

#[test]
fn it_serves_until_it_is_told_to_end() {
    let place = Place::new();
    let mut server = Server::start(&place);
    assert_eq!(server.get("/api/v1/health").as_deref(), Some("200"));
    assert_eq!(server.get("/api/v1/health/ready").as_deref(), Some("200"));
    assert_eq!(server.get("/openapi.json").as_deref(), Some("200"));
    server.tell_to_end();
    assert_eq!(server.wait(Duration::from_secs(20)), Some(0));
    assert_eq!(server.get("/api/v1/health"), None);
}

#[test]
fn a_taken_port_ends_with_2_and_names_the_variable() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = Place::new().command(&["serve"]).env("SERVICE_PORT", &port).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("SERVICE_PORT"), "{said}");
}

#[test]
fn an_account_is_made_with_a_password_from_standard_input() {
    let place = Place::new();
    let create = |password: &[u8]| {
        let mut command = place.command(&["user", "create", "--email", "root@example.com", "--admin"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        child.stdin.take().expect("input").write_all(password).expect("written");
        child.wait_with_output().expect("it ends")
    };
    assert_eq!(create(b"short\n").status.code(), Some(1));
    let made = create(b"correct horse\n");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(String::from_utf8_lossy(&made.stdout).contains("root@example.com"));
    let again = create(b"correct horse\n");
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("already exists"));
}

#[test]
fn the_facts_of_the_demo_world_are_for_scripts() {
    let output = run(&["demo", "--json"], &[("SANDBOX_PORT", "8222")]);
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(facts["stores"][0]["store_url"], "http://127.0.0.1:8222/woocommerce");
    assert!(
        facts["stores"][0]["api_key"]
            .as_str()
            .is_some_and(|key| key.starts_with("ck_") && key.contains(":cs_"))
    );
    assert!(facts["service_key"].as_str().is_some_and(|key| key.starts_with("so_live_") && key.len() == 51));
    assert!(facts["login"]["email"].is_string() && facts["products"][0]["url"].is_string());
    assert!(facts["supplier_accounts"][0]["credentials"]["app_key"].is_string());
}

#[test]
fn a_service_account_is_made_once_and_its_key_is_printed() {
    let place = Place::new();
    let made = place.command(&["service-account", "create", "platform"]).output().expect("it runs");
    let key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    assert!(made.status.success() && key.starts_with("so_live_") && key.len() == 51, "{made:?}");
    assert!(!String::from_utf8_lossy(&made.stderr).contains(&key));
    let again = place.command(&["service-account", "create", "platform"]).output().expect("it runs");
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
}

#[test]
fn the_doctor_says_what_fails_and_what_to_do() {
    let place = Place::new();
    let healthy = place.command(&["doctor"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&healthy.stdout);
    assert!(healthy.status.success(), "{said}");
    for line in ["ok    settings", "warn  database", "ok    clock", "warn  mail", "warn  plugins"] {
        assert!(said.contains(line), "no `{line}` in {said}");
    }
    let ill = place.command(&["doctor"]).env("REDIS_URL", "redis://127.0.0.1:1").output().expect("it runs");
    let said = String::from_utf8_lossy(&ill.stdout);
    assert!(ill.status.code() == Some(1) && said.contains("fail  redis"), "{said}");
}

#[test]
fn there_may_be_no_secret_to_put_under_another_key() {
    let output = Place::new().command(&["secrets", "rewrap"]).output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("0 secrets"));
}
