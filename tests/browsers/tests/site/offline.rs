use std::{io, net::Ipv4Addr};

use incode_test_support::Server;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A proxy to the server that can be disconnected. Pages at [`Proxy::url`], their backend and their API use it.
pub struct Proxy {
    port: u16,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Plugged,
    Pulled,
    /// Path whose requests are dropped.
    Without(&'static str),
}

impl Proxy {
    pub async fn to(server: &Server) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (sender, state) = watch::channel(State::Plugged);
        let server = server.url().trim_start_matches("http://").to_owned();
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let now = *state.borrow();
                match now {
                    State::Plugged => drop(tokio::spawn(forward(browser, server.clone(), state.clone()))),
                    // This closes the browser's connections.
                    State::Pulled => {}
                    State::Without(path) => drop(tokio::spawn(forward_one(browser, server.clone(), path))),
                }
            }
        });
        Ok(Self { port, state: sender })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn disconnect(&self) {
        self.state.send_replace(State::Pulled);
    }

    pub fn reconnect(&self) {
        self.state.send_replace(State::Plugged);
    }

    /// Drops requests to this path, on connections that are opened from now on.
    pub fn drop_path(&self, path: &'static str) {
        self.state.send_replace(State::Without(path));
    }
}

async fn forward(mut browser: TcpStream, server: String, mut state: watch::Receiver<State>) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    tokio::select! {
        _ = copy_bidirectional(&mut browser, &mut server) => {}
        _ = state.wait_for(|state| *state == State::Pulled) => {}
    }
    Ok(())
}

/// Forwards one request per connection, so that each of them is checked.
async fn forward_one(mut browser: TcpStream, server: String, lost: &str) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(browser.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    if head.split(' ').nth(1) == Some(lost) {
        return Ok(());
    }
    let mut server = TcpStream::connect(server).await?;
    let head = ["Connection", "connection"].into_iter().fold(head, |head, name| {
        head.replace(&format!("{name}: keep-alive"), "connection: close")
            .replace(&format!("{name}: Keep-Alive"), "connection: close")
    });
    server.write_all(head.as_bytes()).await?;
    copy_bidirectional(&mut browser, &mut server).await.map(drop)
}
