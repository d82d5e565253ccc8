//! Sockets and connections. `axum::serve` has no timeout for a request's head and can't close a connection without a response,
//! so this uses hyper directly.

use std::convert::Infallible;
use std::io::{
    self,
    ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;
use tower_http::timeout::DeadlineBody;

/// Response extension: close the connection without sending anything.
#[derive(Clone, Debug)]
pub struct CloseUnanswered;

/// Request extension: the address that the client connected to.
#[derive(Clone, Copy, Debug)]
pub struct LocalAddress(pub IpAddr);

/// Each connection's read buffer, which includes a request's head, and its write buffer.
const BUFFER: usize = 16 << 10;
/// How long open calls may continue after a signal. A fault that hangs must not delay the exit.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);

pub struct Server {
    pub routes: Router,
    /// For a request's head, for its body, and for taking a piece of the response.
    pub client_timeout: Duration,
    /// One for each connection.
    pub permits: Arc<Semaphore>,
}

pub struct Listeners {
    pub address: SocketAddr,
    sockets: Vec<TcpListener>,
}

impl Listeners {
    /// Listens on both `127.0.0.1` and `[::1]` for either, so that `localhost` works however it resolves.
    pub async fn bind(host: IpAddr, port: u16) -> Result<Self, String> {
        const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        // A free port of one family may be taken in the other: try others.
        for _ in 0..20 {
            let first = TcpListener::bind((host, port)).await;
            let first = first.map_err(|error| bind_error(&error, host, port))?;
            let address = first.local_addr().map_err(|error| bind_error(&error, host, port))?;
            let second = match host {
                _ if host == LOOPBACK[0] => LOOPBACK[1],
                _ if host == LOOPBACK[1] => LOOPBACK[0],
                _ => return Ok(Self { address, sockets: vec![first] }),
            };
            match TcpListener::bind((second, address.port())).await {
                Ok(second) => return Ok(Self { address, sockets: vec![first, second] }),
                Err(error) if error.kind() != AddrInUse => return Ok(Self { address, sockets: vec![first] }),
                Err(_) if port == 0 => {}
                Err(error) => return Err(bind_error(&error, second, port)),
            }
        }
        Err("No port is free on both 127.0.0.1 and ::1: choose one with --port.".to_owned())
    }

    /// Serves until `stop` completes, then a moment longer for open calls.
    pub async fn serve(self, server: Server, stop: impl Future<Output = ()>) {
        let connections = GracefulShutdown::new();
        let server = Arc::new(server);
        let accepting = self.sockets.iter().map(|socket| server.accept(socket, &connections));
        tokio::select! {
            _ = futures_util::future::join_all(accepting) => {}
            () = stop => {}
        }
        drop(self.sockets);
        if timeout(SHUTDOWN_GRACE, connections.shutdown()).await.is_err() {
            tracing::info!("Closed the connections that were still open");
        }
    }
}

fn bind_error(error: &io::Error, host: IpAddr, port: u16) -> String {
    match error.kind() {
        AddrInUse => {
            format!("Port {port} on {host} is in use: stop the program that uses it, or choose another with --port.")
        }
        AddrNotAvailable => format!("{host} is not an address of this machine: choose another with --host."),
        PermissionDenied => {
            format!("Port {port} on {host} requires more privileges: choose one above 1023 with --port.")
        }
        _ => format!("Cannot listen on port {port} of {host}: {error}."),
    }
}

impl Server {
    async fn accept(self: &Arc<Self>, socket: &TcpListener, connections: &GracefulShutdown) -> Infallible {
        loop {
            match socket.accept().await {
                Ok((stream, _)) => {
                    let permit = self.permits.clone().acquire_owned().await;
                    let connection = connections.watch(self.clone().connection(stream));
                    tokio::spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::trace!("A connection ended early: {error}");
                        }
                        drop(permit);
                    });
                }
                Err(error) => {
                    // Most often too many open files: some will be closed soon.
                    tracing::warn!("A connection could not be accepted: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn connection(self: Arc<Self>, stream: TcpStream) -> impl GracefulConnection<Error = hyper::Error> + 'static {
        let _ = stream.set_nodelay(true);
        let local = stream.local_addr().map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip().to_canonical());
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.client_timeout));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.client_timeout).max_buf_size(BUFFER);
        let service = service_fn(move |request| self.clone().respond(LocalAddress(local), request));
        builder.serve_connection(TokioIo::new(Box::pin(stream)), service)
    }

    async fn respond(
        self: Arc<Self>,
        local: LocalAddress,
        request: Request<Incoming>,
    ) -> Result<Response, &'static str> {
        let mut request = request.map(|body| Body::new(DeadlineBody::new(self.client_timeout, body)));
        request.extensions_mut().insert(local);
        let Ok(mut response) = self.routes.clone().oneshot(request).await;
        if self.permits.available_permits() == 0 {
            // Others may be waiting for a connection: don't let this one idle.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        // hyper closes the connection of a service that fails.
        match response.extensions().get::<CloseUnanswered>() {
            Some(CloseUnanswered) => Err("closed without a response, as requested"),
            None => Ok(response),
        }
    }
}
