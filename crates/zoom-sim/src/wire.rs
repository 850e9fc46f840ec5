//! The listener, and connections that a fault can cut: before an answer, or in its middle.
//!
//! HTTP servers are built to answer; this is the one place that knows how not to.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// Whether somebody listens. While nobody does, connections are refused, those that idle are
/// closed, and the port stays ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    Shut,
}

/// The way to the door: what is wanted, and what is so.
pub(crate) struct Doorman {
    wanted: watch::Sender<Door>,
    seen: watch::Receiver<Door>,
    connections: watch::Sender<usize>,
}

impl Doorman {
    /// Resolves once the door is so, and with a shut door once nobody is inside.
    pub(crate) async fn turn(&self, door: Door) {
        self.wanted.send_replace(door);
        let mut seen = self.seen.clone();
        // An error means that the server has stopped: nobody listens to it any more.
        if seen.wait_for(|now| *now == door).await.is_err() {
            return;
        }
        if door == Door::Shut {
            let mut connections = self.connections.subscribe();
            while *connections.borrow_and_update() > 0 && connections.changed().await.is_ok() {}
        }
    }
}

pub(crate) struct Gate {
    place: Place,
    address: SocketAddr,
    wanted: watch::Receiver<Door>,
    seen: watch::Sender<Door>,
    connections: watch::Sender<usize>,
}

enum Place {
    Listening(TcpListener),
    /// Bound but not listening: the system refuses whoever knocks.
    Reserved(TcpSocket),
    /// Between the two.
    Lost,
}

impl Gate {
    pub(crate) fn new(listener: TcpListener, address: SocketAddr) -> (Gate, Doorman) {
        let (want, wanted) = watch::channel(Door::Open);
        let (see, seen) = watch::channel(Door::Open);
        let connections = watch::Sender::new(0);
        let doorman = Doorman {
            wanted: want,
            seen,
            connections: connections.clone(),
        };
        let place = Place::Listening(listener);
        (
            Gate {
                place,
                address,
                wanted,
                seen: see,
                connections,
            },
            doorman,
        )
    }

    /// Makes the door what it should be.
    fn obey(&mut self) {
        let door = *self.wanted.borrow_and_update();
        self.place = match (door, std::mem::replace(&mut self.place, Place::Lost)) {
            (Door::Shut, Place::Listening(listener)) => {
                drop(listener);
                reserve(self.address).map_or(Place::Lost, Place::Reserved)
            }
            (Door::Open, Place::Reserved(socket)) => {
                socket.listen(BACKLOG).map_or(Place::Lost, Place::Listening)
            }
            (Door::Open, Place::Lost) => reserve(self.address)
                .and_then(|socket| socket.listen(BACKLOG))
                .map_or(Place::Lost, Place::Listening),
            (Door::Shut, place @ (Place::Reserved(_) | Place::Lost))
            | (Door::Open, place @ Place::Listening(_)) => place,
        };
        self.seen.send_replace(door);
    }
}

fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

impl Listener for Gate {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            let turned = match &mut self.place {
                Place::Listening(listener) => tokio::select! {
                    (stream, from) = Listener::accept(listener) => {
                        return (Wire::new(stream, &self.wanted, &self.connections), from);
                    }
                    turned = self.wanted.changed() => turned,
                },
                Place::Reserved(_) | Place::Lost => self.wanted.changed().await,
            };
            match turned {
                Ok(()) => self.obey(),
                // The handle is gone, and with it the server in a moment.
                Err(_) => std::future::pending().await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
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
    /// Resolves when the door is shut.
    shut: Pin<Box<dyn Future<Output = ()> + Send>>,
    closed: bool,
    connections: watch::Sender<usize>,
}

impl Wire {
    fn new(
        stream: TcpStream,
        wanted: &watch::Receiver<Door>,
        connections: &watch::Sender<usize>,
    ) -> Wire {
        connections.send_modify(|count| *count += 1);
        let mut wanted = wanted.clone();
        let shut = async move {
            // Without a handle nobody shuts the door.
            if wanted.wait_for(|door| *door == Door::Shut).await.is_err() {
                std::future::pending().await
            }
        };
        let knife = Knife::default();
        Wire {
            stream,
            knife,
            shut: Box::pin(shut),
            closed: false,
            connections: connections.clone(),
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.connections.send_modify(|count| *count -= 1);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.closed && self.shut.as_mut().poll(cx).is_ready() {
            self.closed = true;
            self.knife.cut();
        }
        if self.closed {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
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
