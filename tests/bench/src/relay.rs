//! A relay to the sandbox that adds TLS and the round trips of a distant API.

use std::{
    collections::HashMap,
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

/// Bytes that may wait in a stream.
const BUFFER: usize = 64 << 10;

/// Listens on this machine as if it were `round_trip` away from the browser.
pub struct Relay {
    port: u16,
    route: Arc<Route>,
}

struct Route {
    /// `HOST:PORT` of the API.
    api: String,
    tls: TlsAcceptor,
    round_trip: Duration,
    /// By name, the time at which the connection of the first request was opened, in ms since 1970.
    opened: Mutex<HashMap<String, f64>>,
}

impl Relay {
    pub async fn start(api: &str, round_trip: Duration) -> anyhow::Result<Self> {
        let made = rcgen::generate_simple_self_signed([name("*")])?;
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.into()], key)?;
        let tls = TlsAcceptor::from(Arc::new(tls));
        let route = Arc::new(Route { api: api.to_owned(), tls, round_trip, opened: Mutex::default() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        tokio::spawn(accept(listener, route.clone()));
        Ok(Self { port, route })
    }

    pub fn distance(&self) -> String {
        format!("{} ms", self.route.round_trip.as_millis())
    }

    /// Returns an address of the API under a name of its own.
    pub fn url(&self, label: &str) -> String {
        format!("https://{}:{}", name(label), self.port)
    }

    /// Returns the time at which the connection of the first request under this name was opened, in ms since 1970.
    pub fn opened(&self, label: &str) -> anyhow::Result<f64> {
        let opened = self.route.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.get(&name(label)).copied().with_context(|| format!("no request was sent to {}", name(label)))
    }
}

/// Returns a host name that resolves to this machine and that no connection has used before.
fn name(label: &str) -> String {
    format!("{label}.localhost")
}

async fn accept(listener: TcpListener, route: Arc<Route>) {
    while let Ok((browser, _)) = listener.accept().await {
        let route = route.clone();
        tokio::spawn(async move {
            // Browsers close connections at any time. If a response is missing, the page reports it.
            let _ = route.forward(browser).await;
        });
    }
}

impl Route {
    async fn forward(&self, browser: TcpStream) -> io::Result<()> {
        let opened = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0;
        browser.set_nodelay(true)?;
        // On loopback a connection is open immediately. Bytes that the browser sends before a round trip has passed wait for it.
        let open_at = Instant::now() + self.round_trip;
        let (near, far) = tokio::io::duplex(BUFFER);
        let (from_browser, to_browser) = browser.into_split();
        let (from_api, to_api) = tokio::io::split(near);
        let one_way = self.round_trip / 2;
        tokio::try_join!(
            delayed(from_browser, to_api, open_at, one_way),
            delayed(from_api, to_browser, open_at, one_way),
            self.serve(far, opened),
        )?;
        Ok(())
    }

    async fn serve(&self, connection: impl AsyncRead + AsyncWrite + Unpin, opened: f64) -> io::Result<()> {
        let tls = self.tls.accept(connection).await?;
        let name = tls.get_ref().1.server_name().unwrap_or_default().to_owned();
        let mut browser = BufReader::new(tls);
        // A connection that is opened ahead and not used ends here.
        if browser.fill_buf().await?.is_empty() {
            return Ok(());
        }
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_insert(opened);
        let mut api = TcpStream::connect(&self.api).await?;
        api.set_nodelay(true)?;
        tokio::io::copy_bidirectional(&mut browser, &mut api).await?;
        Ok(())
    }
}

/// Copies a stream. Sends each piece `delay` after it arrived, or after `open_at` if it arrived before that. Pieces that arrive
/// together are sent together.
async fn delayed(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    open_at: Instant,
    delay: Duration,
) -> io::Result<()> {
    let (sender, mut in_transit) = mpsc::unbounded_channel();
    let read = async move {
        let mut buffer = vec![0; BUFFER];
        loop {
            let length = from.read(&mut buffer).await?;
            let due = Instant::now().max(open_at) + delay;
            if length == 0 || sender.send((due, buffer[..length].to_vec())).is_err() {
                return Ok(());
            }
        }
    };
    let write = async {
        while let Some((due, piece)) = in_transit.recv().await {
            sleep_until(due).await;
            to.write_all(&piece).await?;
        }
        to.shutdown().await
    };
    tokio::try_join!(read, write)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_millis(75);

    /// Uses a paused clock, so the times are exact.
    #[tokio::test(start_paused = true)]
    async fn delays_each_piece_and_keeps_the_order() -> io::Result<()> {
        let start = Instant::now();
        let (mut browser, from_browser) = tokio::io::duplex(BUFFER);
        let (to_api, mut api) = tokio::io::duplex(BUFFER);
        tokio::spawn(delayed(from_browser, to_api, start + 2 * DELAY, DELAY));
        let mut arrived = vec![];
        for sent in [0, 10, 200, 210] {
            sleep_until(start + Duration::from_millis(sent)).await;
            browser.write_u8(sent as u8).await?;
        }
        drop(browser);
        while let Ok(piece) = api.read_u8().await {
            arrived.push((piece, start.elapsed().as_millis()));
        }
        assert_eq!(arrived, [(0, 225), (10, 225), (200, 275), (210, 285)]);
        Ok(())
    }
}
