//! Sockets and connections: listens, hands each request to the routes, and lets go of the connections at the end.
// axum::serve waits for a request's head for ever, and can close no connection without an answer: hyper itself it is.

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
use axum::extract::{ConnectInfo, Request};
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

/// In the extensions of an answer: send nothing, close the connection.
#[derive(Clone, Debug)]
pub struct CloseUnanswered;

/// What one connection may have waiting, the head of a request included.
const BUFFER: usize = 64 << 10;

/// Who answers, and how much clients may ask for.
pub struct Server {
    pub routes: Router,
    /// For the head of a request, for its body, and for taking a piece of the answer.
    pub patience: Duration,
    /// A permit for each connection.
    pub room: Arc<Semaphore>,
}

/// How long calls in flight may go on after the signal to stop. A fault that hangs must not hold the server up.
const FAREWELL: Duration = Duration::from_secs(1);

pub struct Listeners {
    pub address: SocketAddr,
    sockets: Vec<TcpListener>,
}

impl Listeners {
    /// On `127.0.0.1` it listens on `[::1]` too, where there is IPv6, so that `localhost` works whichever way it resolves.
    pub async fn bind(host: IpAddr, port: u16) -> Result<Self, String> {
        // With port 0 the free port of one family may be taken in the other: then another one is tried.
        for _ in 0..20 {
            let first = TcpListener::bind((host, port)).await;
            let first = first.map_err(|error| sentence(&error, host, port))?;
            let address = first.local_addr().map_err(|error| sentence(&error, host, port))?;
            if host != IpAddr::V4(Ipv4Addr::LOCALHOST) {
                return Ok(Self { address, sockets: vec![first] });
            }
            let second = IpAddr::V6(Ipv6Addr::LOCALHOST);
            match TcpListener::bind((second, address.port())).await {
                Ok(second) => return Ok(Self { address, sockets: vec![first, second] }),
                Err(error) if error.kind() != AddrInUse => return Ok(Self { address, sockets: vec![first] }),
                Err(_) if port == 0 => {}
                Err(error) => return Err(sentence(&error, second, port)),
            }
        }
        Err("No port is free on both 127.0.0.1 and ::1: choose one by --port.".to_owned())
    }

    /// Serves until `stop` is done, then a moment longer for the calls in flight.
    pub async fn serve(self, server: Server, stop: impl Future<Output = ()>) {
        let connections = GracefulShutdown::new();
        let server = Arc::new(server);
        let accepting = self.sockets.iter().map(|socket| server.accept(socket, &connections));
        tokio::select! {
            _ = futures_util::future::join_all(accepting) => {}
            () = stop => {}
        }
        drop(self.sockets);
        if timeout(FAREWELL, connections.shutdown()).await.is_err() {
            tracing::info!("Calls that were still open have been cut off");
        }
    }
}

fn sentence(error: &io::Error, host: IpAddr, port: u16) -> String {
    match error.kind() {
        AddrInUse => {
            format!("Port {port} on {host} is in use: stop the program that has it, or choose another one by --port.")
        }
        AddrNotAvailable => format!("{host} is no address of this machine: choose another one by --host."),
        PermissionDenied => format!("Port {port} on {host} needs more rights: choose one from 1024 by --port."),
        _ => format!("Cannot listen on port {port} of {host}: {error}."),
    }
}

impl Server {
    async fn accept(self: &Arc<Self>, socket: &TcpListener, connections: &GracefulShutdown) -> Infallible {
        loop {
            match socket.accept().await {
                Ok((stream, peer)) => {
                    let place = self.room.clone().acquire_owned().await;
                    let connection = connections.watch(self.clone().connection(stream, peer));
                    tokio::spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::trace!("A connection ended early: {error}");
                        }
                        drop(place);
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

    fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
    ) -> impl GracefulConnection<Error = hyper::Error> + 'static {
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.patience));
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.patience).max_buf_size(BUFFER);
        let service = service_fn(move |request| self.clone().answer(peer, request));
        builder.serve_connection(TokioIo::new(Box::pin(stream)), service)
    }

    async fn answer(self: Arc<Self>, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, &'static str> {
        let mut request = request.map(|body| Body::new(DeadlineBody::new(self.patience, body)));
        request.extensions_mut().insert(ConnectInfo(peer));
        let Ok(answer) = self.routes.clone().oneshot(request).await;
        // hyper closes the connection of a service that fails.
        match answer.extensions().get::<CloseUnanswered>() {
            Some(CloseUnanswered) => Err("closed without an answer, as asked"),
            None => Ok(answer),
        }
    }
}
