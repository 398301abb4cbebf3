//! Listening, and answering until the process ends.

use std::net::SocketAddr;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::CliError;
use crate::config::{ConfigError, ServerConfig};

/// A port that is open.
#[derive(Debug)]
pub struct Port {
    listener: TcpListener,
    pub address: SocketAddr,
}

impl Port {
    /// Open a port. Port 0 takes a free one.
    ///
    /// # Errors
    /// When it cannot be had; the sentence names the variable.
    pub async fn open(server: &ServerConfig, port: u16, variable: &str) -> Result<Self, CliError> {
        let wanted = SocketAddr::new(server.host, port);
        let taken = |error: std::io::Error| {
            ConfigError::value(variable, format!("cannot listen on {wanted}: {error}"))
        };
        let listener = TcpListener::bind(wanted).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        Ok(Port { listener, address })
    }

    /// Where a browser on this machine finds it.
    pub fn url(&self) -> String {
        if self.address.ip().is_unspecified() {
            format!("http://127.0.0.1:{}", self.address.port())
        } else {
            format!("http://{}", self.address)
        }
    }

    /// Answer until `stop`, then finish what runs.
    ///
    /// # Errors
    /// When the port is lost.
    pub async fn serve(self, router: Router, stop: CancellationToken) -> std::io::Result<()> {
        let listener = self.listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its delay");
            }
        });
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
    }
}
