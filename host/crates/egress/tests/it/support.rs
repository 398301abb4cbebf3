//! A small HTTP/1.1 upstream that does exactly what a test says, and a resolver
//! that answers from a table.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request};
use secrecy::SecretString;
use sourcepilot_egress::{
    CallScope, CallScopeBuilder, Credential, CredentialSet, Egress, EgressConfig, HostPattern, Origin,
    Resolver, Use,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Counts connections from zero.
    pub(crate) connection: usize,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }
}

pub(crate) enum Reply {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A head, then one byte at a time.
    Drip(Duration),
    /// A head, then zeros until the client has enough.
    Endless,
    /// Nothing, for ever.
    Silence,
    /// The connection ends.
    HangUp,
}

pub(crate) fn ok(body: &str) -> Reply {
    with_headers("content-type: text/plain\r\n", body)
}

pub(crate) fn json(body: &str) -> Reply {
    with_headers("content-type: application/json\r\n", body)
}

pub(crate) fn with_headers(headers: &str, body: &str) -> Reply {
    Reply::Bytes(
        format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()).into_bytes(),
    )
}

#[derive(Default)]
pub(crate) struct Log {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    written: AtomicU64,
}

pub(crate) struct Upstream {
    pub(crate) addr: SocketAddr,
    log: Arc<Log>,
    task: JoinHandle<()>,
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Upstream {
    pub(crate) async fn start(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", reply).await
    }

    pub(crate) async fn start_at(at: &str, reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let log = Arc::new(Log::default());
        let (reply, kept) = (Arc::new(reply), Arc::clone(&log));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = kept.connections.fetch_add(1, Ordering::SeqCst);
                let (reply, log) = (Arc::clone(&reply), Arc::clone(&kept));
                tokio::spawn(async move { serve(stream, connection, &log, &*reply).await });
            }
        });
        Upstream { addr, log, task }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.log.seen.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn written(&self) -> u64 {
        self.log.written.load(Ordering::SeqCst)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }
}

pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    connection: usize,
    log: &Log,
    reply: &(dyn Fn(&Seen) -> Reply + Send + Sync),
) -> io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(seen) = next_request(&mut stream, &mut buffer, connection).await? {
        log.seen.lock().unwrap().push(seen.clone());
        match reply(&seen) {
            Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
            Reply::Silence => std::future::pending().await,
            Reply::HangUp => return Ok(()),
            Reply::Drip(pause) => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await?;
                loop {
                    stream.write_all(b"x").await?;
                    stream.flush().await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Reply::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n").await?;
                loop {
                    stream.write_all(&[0; 65536]).await?;
                    log.written.fetch_add(65536, Ordering::SeqCst);
                }
            }
        }
        stream.flush().await?;
    }
    Ok(())
}

async fn next_request<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
    connection: usize,
) -> io::Result<Option<Seen>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let mut seen = Seen { connection, head, body: String::new() };
            let length: usize = seen.header("content-length").map_or(0, |v| v.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                seen.body = String::from_utf8_lossy(&buffer[end + 4..end + 4 + length]).into_owned();
                buffer.drain(..end + 4 + length);
                return Ok(Some(seen));
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// Answers from a table, one row after the other and then the last for ever.
#[derive(Default)]
pub(crate) struct TableDns {
    rows: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    pub(crate) lookups: AtomicUsize,
}

impl TableDns {
    pub(crate) fn set(&self, host: &str, answers: &[&[&str]]) {
        let rows = answers.iter().map(|row| row.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        self.rows.lock().unwrap().insert(host.into(), rows);
    }
}

#[async_trait]
impl Resolver for TableDns {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let mut rows = self.rows.lock().unwrap();
        let answers = rows.get_mut(host).ok_or(io::ErrorKind::NotFound)?;
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
    }
}

/// A gate that sends each origin to the upstream beside it.
pub(crate) fn mapped(pairs: &[(&str, &Upstream)]) -> Egress {
    gate(EgressConfig { map: map_of(pairs), ..quick() })
}

pub(crate) fn map_of(pairs: &[(&str, &Upstream)]) -> Vec<sourcepilot_egress::OriginMap> {
    let text: Vec<_> = pairs.iter().map(|(from, to)| format!("{from}={}", to.origin())).collect();
    EgressConfig::parse_map(&text.join(",")).unwrap()
}

/// Settings whose waits are short enough for tests.
pub(crate) fn quick() -> EgressConfig {
    EgressConfig {
        connect_timeout: Duration::from_secs(2),
        first_byte_timeout: Duration::from_secs(3),
        idle_body_timeout: Duration::from_secs(3),
        ..EgressConfig::default()
    }
}

/// A gate whose resolver knows no name at all.
pub(crate) fn gate(config: EgressConfig) -> Egress {
    Egress::with_resolver(config, Arc::new(TableDns::default())).unwrap()
}

pub(crate) const API: &str = "https://api.example";
pub(crate) const OTHER: &str = "https://other.example";
pub(crate) const SECRET: &str = "s3cr3t/Value+with=odd&marks";
pub(crate) const PUBLIC: &str = "500001";

pub(crate) fn patterns(hosts: &[&str]) -> Vec<HostPattern> {
    hosts.iter().map(|host| HostPattern::parse(host).unwrap()).collect()
}

pub(crate) fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

/// `secret` and `app_key` for the API, usable everywhere; `user` beside them.
pub(crate) fn credentials() -> CredentialSet {
    let every = [Use::Header, Use::Query, Use::Body, Use::Sign];
    let of = |value: &str| Credential::new(SecretString::from(value)).audience([origin(API)]).uses(every);
    CredentialSet::new()
        .with("secret", of(SECRET))
        .with("user", of("ck_0123456789"))
        .with("app_key", of(PUBLIC).public(true))
}

/// May reach both test hosts and has the credentials above.
pub(crate) fn scope() -> CallScopeBuilder {
    CallScope::builder().pool_key("test").allow(patterns(&[API, OTHER])).credentials(credentials())
}

pub(crate) fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

pub(crate) fn post(url: &str, kind: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(Method::POST)
        .uri(url)
        .header("content-type", kind)
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

pub(crate) fn text(response: &http::Response<Bytes>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}
