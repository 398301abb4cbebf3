//! Listening, and the handle on what listens.

use std::convert::Infallible;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use axum::middleware;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::config::SandboxConfig;
use crate::control::{self, Control};
use crate::reply::{self, CutConnection};
use crate::woocommerce::snapshot;
use crate::world::World;
use crate::{aliexpress, cj, images, llm, pages, shopify, spocket, stripe, woocommerce};

/// Why the demo world did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address could not be listened on.
    #[error("the demo world cannot listen on {address}: {source}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The snapshot exists but cannot be used.
    #[error("the demo world's snapshot cannot be read: {0}")]
    Snapshot(String),
}

/// Where the parts of the demo world are.
#[derive(Clone, Debug)]
pub struct Urls {
    /// The world itself, without a trailing slash.
    pub base: String,
    /// The shops, in the order of the configuration.
    pub shops: Vec<String>,
    /// The ordinary product pages.
    pub pages: String,
}

/// The running demo world; it ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where its parts are.
    pub urls: Urls,
    control: Control,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    /// Looking inside and breaking things, without HTTP.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The value of `EGRESS_MAP` that sends the suppliers' traffic here.
    #[must_use]
    pub fn egress_map(&self) -> String {
        let base = &self.urls.base;
        let shopify = self.control.shopify_domains();
        let origins = aliexpress::ORIGINS.iter().chain(&cj::ORIGINS).map(|origin| (*origin).to_owned());
        let all = origins.chain(shopify.iter().map(|domain| format!("https://{domain}")));
        all.map(|origin| format!("{origin}={base}")).collect::<Vec<_>>().join(",")
    }

    /// The value of `EGRESS_ALLOW_PRIVATE` that lets traffic come here.
    #[must_use]
    pub fn allow_private(&self) -> String {
        reachable(self.addr).to_string()
    }

    /// Stops listening, waits for running answers and keeps the snapshot.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Starts the demo world.
///
/// # Errors
/// When the address is taken or the snapshot is damaged.
pub async fn start(config: SandboxConfig) -> Result<Sandbox, StartError> {
    let address = config.bind;
    let listen = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let addr = listener.local_addr().map_err(listen)?;
    let base = match &config.public_base_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", reachable(addr)),
    };
    let world = Arc::new(World::new(config, base.clone()));
    snapshot::load(&world).await.map_err(StartError::Snapshot)?;

    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    tasks.spawn(snapshot::keep(world.clone(), stop.clone()));
    tasks.spawn(accept(listener, router(&world), stop.clone(), tasks.clone()));
    let urls = Urls {
        shops: world.shops.iter().map(|shop| shop.home.clone()).collect(),
        pages: format!("{base}/pages"),
        base,
    };
    Ok(Sandbox { addr, urls, control: Control::new(world), stop, tasks })
}

/// "Every address" is no address to go to.
fn reachable(mut addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    addr
}

fn router(world: &Arc<World>) -> Router {
    let mut router = Router::new()
        .merge(aliexpress::routes())
        .merge(cj::routes())
        .merge(images::routes())
        .merge(pages::routes())
        .merge(shopify::routes())
        .merge(spocket::routes())
        .merge(llm::routes())
        .merge(stripe::routes())
        .merge(control::routes());
    for shop in &world.shops {
        router = router.merge(woocommerce::routes(shop));
    }
    router
        .fallback(elsewhere)
        .layer(middleware::from_fn_with_state(world.clone(), control::observe::observe))
        .with_state(world.clone())
}

/// Short links, then the shop at the root when there is one.
async fn elsewhere(State(world): State<Arc<World>>, request: Request<Body>) -> Response<Body> {
    if let Some(response) = aliexpress::short_link(&world, request.uri().path()) {
        return response;
    }
    match world.shop("").cloned() {
        Some(shop) => woocommerce::serve(&world, &shop, request).await,
        None => reply::html(StatusCode::NOT_FOUND, "<h1>Not found (demo)</h1>"),
    }
}

async fn accept(listener: TcpListener, router: Router, stop: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _peer)) => {
                tasks.spawn(converse(stream, router.clone(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "demo world: a connection was not accepted");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }
}

/// One connection. An answer marked with [`CutConnection`] ends it without a byte.
async fn converse(stream: TcpStream, router: Router, stop: CancellationToken) {
    let answer = move |request: Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let response: Result<Response<Body>, Infallible> = router.oneshot(request.map(Body::new)).await;
            match response {
                Ok(response) if response.extensions().get::<CutConnection>().is_some() => {
                    Err(std::io::Error::other("cut by the demo world"))
                }
                Ok(response) => Ok(response),
                Err(never) => match never {},
            }
        }
    };
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), hyper::service::service_fn(answer));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            // A peer that keeps an idle or hanging connection does not keep the world alive.
            let patience = std::time::Duration::from_secs(2);
            tokio::time::timeout(patience, connection.as_mut()).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "demo world: a connection ended early");
    }
}
