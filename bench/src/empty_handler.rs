//! An HTTP handler that answers nothing, behind the daemon's own code for connections: the floor of what a call can cost.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tokio::net::TcpListener;

use crate::Problem;

#[path = "../../crates/daemon/src/listeners/http1.rs"]
mod http1;
#[path = "../../crates/daemon/src/listeners/timed.rs"]
mod timed;

use http1::Limits;
use timed::Timed;

/// The daemon's own defaults of time; its limit of size.
const LIMITS: Limits = Limits {
    head_time_max: Duration::from_secs(60),
    body_time_max: Duration::from_secs(60),
    body_bytes_max: 1 << 20,
};

/// Serves on a free port, which it prints.
pub(crate) fn serve() -> Result<(), Problem> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        // Nothing is ever sent: this process is ended from outside.
        let (_stop, stopping) = tokio::sync::watch::channel(false);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let stream = Timed::new(stream, LIMITS.body_time_max);
            let mut stopping = stopping.clone();
            tokio::spawn(async move {
                let stopped = async { drop(stopping.wait_for(|stop| *stop).await) };
                http1::serve(stream, LIMITS, stopped, |_, _| async { Response::new(Bytes::new()) }).await
            });
        }
    })
}
