//! The listener, and connections that a fault can cut: before an answer, or in its middle.
//!
//! HTTP servers are built to answer; this is the one place that knows how not to.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Gate(TcpListener);

impl Gate {
    pub(crate) fn new(listener: TcpListener) -> Gate {
        Gate(listener)
    }
}

impl Listener for Gate {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, from) = Listener::accept(&mut self.0).await;
        (
            Wire {
                stream,
                knife: Knife::default(),
            },
            from,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// What a handler holds of its connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knife(Arc<AtomicU8>);

const WHOLE: u8 = 0;
const HALF: u8 = 1;
const CUT: u8 = 2;

impl Knife {
    /// Nothing more is written to this connection.
    pub(crate) fn cut(&self) {
        self.0.store(CUT, Ordering::SeqCst);
    }

    /// Of the next answer, only the head and half of the body are written.
    pub(crate) fn halve(&self) {
        self.0.store(HALF, Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, Gate>> for Knife {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Knife {
        stream.io().knife.clone()
    }
}

pub(crate) struct Wire {
    stream: TcpStream,
    knife: Knife,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.knife.0.load(Ordering::SeqCst) {
            WHOLE => Pin::new(&mut self.stream).poll_write(cx, bytes),
            HALF => {
                let written = Pin::new(&mut self.stream).poll_write(cx, half(bytes));
                if written.is_ready() {
                    self.knife.cut();
                }
                written
            }
            _ => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The head of the answer and half of its body.
fn half(bytes: &[u8]) -> &[u8] {
    let head = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map_or(0, |at| at + 4);
    &bytes[..head + (bytes.len() - head) / 2]
}
