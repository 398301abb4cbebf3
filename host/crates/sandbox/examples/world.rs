//! The demo world by itself: `cargo run -p sourcepilot-sandbox --example world -- 8110`.

use std::net::{Ipv4Addr, SocketAddr};

use sourcepilot_sandbox::{SandboxConfig, demo, start};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let sandbox = start(SandboxConfig { bind, ..SandboxConfig::default() }).await?;
    eprintln!("demo world    {}/_sandbox", sandbox.urls.base);
    eprintln!("shop          {}", sandbox.urls.shops.join(" "));
    eprintln!("shop key      {}:{}", demo::SHOP_CONSUMER_KEY, demo::SHOP_CONSUMER_SECRET);
    eprintln!("app           {} {}", demo::ALIEXPRESS_APP_KEY, demo::ALIEXPRESS_APP_SECRET);
    eprintln!("access token  {}", demo::ALIEXPRESS_ACCESS_TOKEN);
    eprintln!("EGRESS_MAP={}", sandbox.egress_map());
    eprintln!("EGRESS_ALLOW_PRIVATE={}", sandbox.allow_private());
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
