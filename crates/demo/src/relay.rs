//! A way to Zoom that can be closed: while it is, connections are refused as when a service is
//! really down. The simulator itself stays up, so that it can still be asked what it holds.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub struct Relay {
    at: SocketAddr,
    to: SocketAddr,
    running: JoinSet<()>,
}

impl Relay {
    pub async fn open(at: SocketAddr, to: SocketAddr) -> anyhow::Result<Relay> {
        let mut relay = Relay {
            at,
            to,
            running: JoinSet::new(),
        };
        relay.comes_back().await?;
        Ok(relay)
    }

    pub fn at(&self) -> SocketAddr {
        self.at
    }

    /// Ends what is connected, and refuses the rest.
    pub async fn goes_down(&mut self) {
        self.running.shutdown().await;
    }

    pub async fn comes_back(&mut self) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.at).await?;
        let to = self.to;
        self.running.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut here, _)) = listener.accept().await {
                open.spawn(async move {
                    if let Ok(mut there) = TcpStream::connect(to).await {
                        // An end without words is what a closed connection looks like anyway.
                        drop(copy_bidirectional(&mut here, &mut there).await);
                    }
                });
            }
        });
        Ok(())
    }
}
