use std::{io, net::Ipv4Addr};

use incode_browsers::Server;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A connection to the server that can be pulled out. Pages at [`Cable::url`], their backend and their API all go
/// through it.
pub struct Cable {
    port: u16,
    plugged: watch::Sender<bool>,
}

impl Cable {
    pub async fn to(server: &Server) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (plugged, state) = watch::channel(true);
        let server = server.url().trim_start_matches("http://").to_owned();
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                // Where it is not plugged, this closes what the browser has opened.
                if *state.borrow() {
                    tokio::spawn(carry(browser, server.clone(), state.clone()));
                }
            }
        });
        Ok(Self { port, plugged })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn pull(&self) {
        self.plugged.send_replace(false);
    }

    pub fn plug_in(&self) {
        self.plugged.send_replace(true);
    }
}

async fn carry(mut browser: TcpStream, server: String, mut state: watch::Receiver<bool>) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    tokio::select! {
        _ = copy_bidirectional(&mut browser, &mut server) => {}
        _ = state.wait_for(|plugged| !plugged) => {}
    }
    Ok(())
}
