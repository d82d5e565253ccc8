//! The way to an API that is far off: TLS before the sandbox, and round trips before TLS.

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

/// What a stream may have waiting.
const BUFFER: usize = 64 << 10;

/// Listens on this machine as if it were `round_trip` away from the browser.
pub struct Relay {
    port: u16,
    way: Arc<Way>,
}

struct Way {
    /// `HOST:PORT` of the API.
    api: String,
    tls: TlsAcceptor,
    round_trip: Duration,
    /// By name, when the connection was opened through which the API was first asked, in ms since 1970.
    opened: Mutex<HashMap<String, f64>>,
}

impl Relay {
    pub async fn start(api: &str, round_trip: Duration) -> anyhow::Result<Self> {
        let made = rcgen::generate_simple_self_signed([name("*")])?;
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.into()], key)?;
        let tls = TlsAcceptor::from(Arc::new(tls));
        let way = Arc::new(Way { api: api.to_owned(), tls, round_trip, opened: Mutex::default() });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        tokio::spawn(accept(listener, way.clone()));
        Ok(Self { port, way })
    }

    pub fn distance(&self) -> String {
        format!("{} ms", self.way.round_trip.as_millis())
    }

    /// The address of the API under a name of its own.
    pub fn url(&self, label: &str) -> String {
        format!("https://{}:{}", name(label), self.port)
    }

    /// When the connection was opened through which the API was first asked under this name, in ms since 1970.
    pub fn opened(&self, label: &str) -> anyhow::Result<f64> {
        let opened = self.way.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.get(&name(label)).copied().with_context(|| format!("the API was not asked as {}", name(label)))
    }
}

/// Every browser takes it for this machine, and so does the sandbox, but no connection knows it.
fn name(label: &str) -> String {
    format!("{label}.localhost")
}

async fn accept(listener: TcpListener, way: Arc<Way>) {
    while let Ok((browser, _)) = listener.accept().await {
        let way = way.clone();
        tokio::spawn(async move {
            // A browser closes a connection as it likes; what is missing then shows in the page.
            let _ = way.carry(browser).await;
        });
    }
}

impl Way {
    async fn carry(&self, browser: TcpStream) -> io::Result<()> {
        let opened = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0;
        browser.set_nodelay(true)?;
        // On loopback a connection stands at once: what the browser sends before it could stand is sent when it could.
        let stands = Instant::now() + self.round_trip;
        let (near, far) = tokio::io::duplex(BUFFER);
        let (from_browser, to_browser) = browser.into_split();
        let (from_api, to_api) = tokio::io::split(near);
        let one_way = self.round_trip / 2;
        tokio::try_join!(
            later(from_browser, to_api, stands, one_way),
            later(from_api, to_browser, stands, one_way),
            self.answer(far, opened),
        )?;
        Ok(())
    }

    async fn answer(&self, connection: impl AsyncRead + AsyncWrite + Unpin, opened: f64) -> io::Result<()> {
        let tls = self.tls.accept(connection).await?;
        let name = tls.get_ref().1.server_name().unwrap_or_default().to_owned();
        let mut browser = BufReader::new(tls);
        // A connection that was only opened ahead ends here.
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

/// Copies all that comes, each piece `delay` after it came, or after `stands` if it came before: what comes together goes together.
async fn later(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    stands: Instant,
    delay: Duration,
) -> io::Result<()> {
    let (sender, mut on_the_way) = mpsc::unbounded_channel();
    let read = async move {
        let mut buffer = vec![0; BUFFER];
        loop {
            let length = from.read(&mut buffer).await?;
            let due = Instant::now().max(stands) + delay;
            if length == 0 || sender.send((due, buffer[..length].to_vec())).is_err() {
                return Ok(());
            }
        }
    };
    let write = async {
        while let Some((due, piece)) = on_the_way.recv().await {
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

    /// The clock stands still but for what is waited for, so the times are exact.
    #[tokio::test(start_paused = true)]
    async fn pieces_arrive_in_order_each_late_by_the_delay_alone() -> io::Result<()> {
        let begun = Instant::now();
        let (mut browser, from_browser) = tokio::io::duplex(BUFFER);
        let (to_api, mut api) = tokio::io::duplex(BUFFER);
        tokio::spawn(later(from_browser, to_api, begun + 2 * DELAY, DELAY));
        let mut arrived = vec![];
        for sent in [0, 10, 200, 210] {
            sleep_until(begun + Duration::from_millis(sent)).await;
            browser.write_u8(sent as u8).await?;
        }
        drop(browser);
        while let Ok(piece) = api.read_u8().await {
            arrived.push((piece, begun.elapsed().as_millis()));
        }
        assert_eq!(arrived, [(0, 225), (10, 225), (200, 275), (210, 285)]);
        Ok(())
    }
}
