//! What the ids mean: `name` or `name:argument`.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use wasip2::clocks::monotonic_clock;
use wasip2::http::types::{Fields, Method};

use crate::bindings::exports::sourcepilot::plugin::catalog::Product;
use crate::bindings::sourcepilot::plugin::types::{Context, ErrorKind, Failure};
use crate::bindings::sourcepilot::plugin::{control, credentials, log};
use crate::{failure, http, products};

type Answer = Result<Product, Failure>;

/// Survives a call only if the instance does.
static CALLS: AtomicU32 = AtomicU32::new(0);

pub(crate) fn run(ctx: &Context, id: &str) -> Answer {
    let (name, argument) = id.split_once(':').unwrap_or((id, ""));
    match name {
        "ok" => Ok(products::titled("Fine")),
        "lie" => Ok(products::lie(argument)),
        "form" => Ok(crate::forms::form(argument)),
        "large" => Ok(products::largest(2048, argument.parse().unwrap_or(0))),
        "loop" => spin(),
        "sleep" => sleep(),
        "recurse" => Ok(products::titled(recurse(black_box(1)).to_string())),
        "panic" => panic!("on purpose"),
        "exit" => std::process::exit(3),
        "grow" => grow(),
        "counter" => Ok(products::titled((CALLS.fetch_add(1, Ordering::Relaxed) + 1).to_string())),
        "handles" => handles(),
        "headers" => headers(),
        "log-argument" => log_argument(),
        "log-flood" => log_flood(),
        "log-secret" => log_text(argument),
        "print" => print(),
        "surroundings" => surroundings(),
        "clock" => Ok(products::titled(wall_clock())),
        "cancel" => until_cancelled(),
        "get" => fetch(argument, &[]),
        "leak-header" => fetch(argument, &[("x-key", "{{credential:secret}}")]),
        "bare-auth" => fetch(argument, &[("authorization", "Bearer stolen")]),
        "gets" => many(argument),
        "post-big" => post_big(argument),
        "post-then" => post_then(argument),
        "sign" => sign(argument),
        _ => Err(failure(ErrorKind::NotFound, format!("no such attack for {}", ctx.locale))),
    }
}

pub(crate) fn spin() -> ! {
    let mut count = 0_u64;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

fn sleep() -> Answer {
    monotonic_clock::subscribe_duration(3_600_000_000_000).block();
    Ok(products::titled("Awake"))
}

#[expect(unconditional_recursion, reason = "the attack")]
fn recurse(depth: u64) -> u64 {
    black_box(depth) + recurse(black_box(depth + 1))
}

fn grow() -> Answer {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(black_box(vec![1; 1 << 20]));
    }
}

fn handles() -> Answer {
    let mut kept = Vec::new();
    loop {
        kept.push(Fields::new());
    }
}

fn headers() -> Answer {
    let fields = Fields::new();
    for index in 0..100_000_u32 {
        if let Err(error) = fields.append(&format!("x-bomb-{index}"), &vec![b'x'; 1000]) {
            return Err(failure(ErrorKind::Internal, format!("refused after {index}: {error:?}")));
        }
    }
    Ok(products::titled("No limit"))
}

fn log_argument() -> Answer {
    log::write(log::Level::Info, &"x".repeat(8 << 20), &[]);
    Ok(products::titled("Logged"))
}

fn log_flood() -> Answer {
    for index in 0..20_000_u32 {
        log::write(log::Level::Trace, &format!("line {index}\nforged\u{1b}[31m"), &[]);
    }
    Ok(products::titled("Logged"))
}

fn log_text(text: &str) -> Answer {
    log::write(log::Level::Error, text, &[]);
    Err(failure(ErrorKind::Internal, text))
}

fn print() -> Answer {
    for index in 0..5000_u32 {
        println!("printed {index}");
        eprintln!("{}", "no line feed for long".repeat(100));
    }
    Ok(products::titled("Printed"))
}

fn surroundings() -> Answer {
    let (variables, arguments) = (std::env::vars().count(), std::env::args().count());
    let input = std::io::stdin().lines().count();
    Ok(products::titled(format!("{variables} variables, {arguments} arguments, {input} lines")))
}

fn wall_clock() -> String {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or_else(|_| "before 1970".into(), |since| since.as_millis().to_string())
}

fn until_cancelled() -> Answer {
    for percent in 0..100 {
        control::report_progress(percent, "waiting\nfor the end");
        if control::is_cancelled() {
            return Err(failure(ErrorKind::Unavailable, format!("stopped at {percent}")));
        }
        monotonic_clock::subscribe_duration(10_000_000).block();
    }
    Ok(products::titled("Never cancelled"))
}

fn fetch(url: &str, headers: &[(&str, &str)]) -> Answer {
    match http::send(&Method::Get, url, headers, b"") {
        Ok(response) => Ok(describe(&response)),
        Err(error) => Err(failure(ErrorKind::Unavailable, error)),
    }
}

fn describe(response: &http::Response) -> Product {
    let location = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let location = location.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
    let body: String = String::from_utf8_lossy(&response.body).chars().take(300).collect();
    products::titled(format!("{} {location} {body}", response.status))
}

fn many(url: &str) -> Answer {
    for index in 1..=10 {
        if let Err(error) = http::get(url) {
            return Err(failure(ErrorKind::Unavailable, format!("request {index}: {error}")));
        }
    }
    Ok(products::titled("No budget"))
}

fn post_big(url: &str) -> Answer {
    match http::send(&Method::Post, url, &[], &vec![b'x'; 3 << 20]) {
        Ok(response) => Ok(describe(&response)),
        Err(error) => Err(failure(ErrorKind::Unavailable, error)),
    }
}

/// `panic|https://…`: write something, then end badly.
fn post_then(argument: &str) -> Answer {
    let (end, url) = argument.split_once('|').unwrap_or(("panic", argument));
    let sent = http::send(&Method::Post, url, &[], b"{}");
    match end {
        "loop" => spin(),
        "lie" => Ok(products::lie("price")),
        "none" => Err(failure(ErrorKind::InvalidInput, "it was refused")),
        _ => panic!("after {}", sent.map_or(0, |response| response.status)),
    }
}

fn sign(message: &str) -> Answer {
    let request = credentials::SignRequest {
        key: "secret".into(),
        key_suffix: String::new(),
        algorithm: credentials::Algorithm::HmacSha256,
        message: message.into(),
    };
    let signature = credentials::sign(&request)?;
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(products::titled(format!("{} {hex}", credentials::available("secret"))))
}
