//! What a guest prints goes to the log, line by line.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use super::log::{Level, LogSink};

/// Bytes taken at a time.
const CHUNK: usize = 4096;

/// One of the two output streams of a call.
#[derive(Clone)]
pub(crate) struct LogStream {
    sink: Arc<LogSink>,
    level: Level,
    rest: Arc<Mutex<Vec<u8>>>,
}

impl LogStream {
    pub(crate) fn new(sink: Arc<LogSink>, level: Level) -> Self {
        LogStream { sink, level, rest: Arc::default() }
    }

    fn take(&self, bytes: &[u8]) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = CHUNK.saturating_sub(rest.len());
            rest.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                self.emit(&mut rest);
            }
        }
    }

    fn emit(&self, rest: &mut Vec<u8>) {
        let line = String::from_utf8_lossy(rest);
        let line = line.trim_end();
        if !line.is_empty() {
            self.sink.write(self.level, line, &[]);
        }
        rest.clear();
    }

    /// Write what did not end in a line feed.
    pub(crate) fn finish(&self) {
        self.emit(&mut self.rest.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl IsTerminal for LogStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LogStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for LogStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[async_trait::async_trait]
impl Pollable for LogStream {
    async fn ready(&mut self) {}
}

#[async_trait::async_trait]
impl OutputStream for LogStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(CHUNK)
    }
}
