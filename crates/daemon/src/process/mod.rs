//! The running daemon: start, serve, drain.

mod administrator;
mod aws_files;
mod endpoints;
mod files;
mod problem;
mod signals;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use postroom_admin_api::{Api, Parts};
use postroom_directory::callers::unseal_with;
use postroom_store::seal::{Keyring, Purpose};
use postroom_store::{Options, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::listeners::{self, http::Http};
pub(crate) use problem::Problem;

/// What the daemon is started with.
pub(crate) struct Settings {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// Where HTTP in clear listens.
    pub(crate) http: SocketAddr,
    /// Regions that a signature may name.
    pub(crate) regions: Vec<String>,
}

/// Serves until SIGTERM or SIGINT, then finishes what is in flight and closes the store.
pub(crate) async fn run(settings: Settings) -> Result<(), Problem> {
    files::make_private_directory(&settings.data)?;
    endpoints::remove(&settings.data)?;
    let stop = signals::stop_requested()?;
    let modules = vec![postroom_directory::schema::DIRECTORY, postroom_directory::schema::ORGANIZATION];
    let store = Store::open(Options::embedded(&settings.data, modules))
        .map_err(|error| Problem::new("cannot open the store", error))?;
    let keyring = Keyring::open_with_file(store.clone(), &settings.data.join("master.key"))
        .await
        .map_err(|error| Problem::new("cannot open the store's secrets", error))?;
    administrator::make_first(&store, &keyring, &settings.data).await?;
    let http = TcpListener::bind(settings.http)
        .await
        .map_err(|error| Problem::new(format!("cannot listen on {}", settings.http), error))?;
    let bound = http.local_addr().map_err(|error| Problem::new("cannot read a listener's address", error))?;
    aws_files::write_config(&settings.data, bound, &settings.regions)?;
    let api = Api::new(Parts {
        store: store.clone(),
        regions: settings.regions,
        page_token_secret: *keyring.directory().derive(Purpose::PAGE_TOKENS).expose(),
        unseal: unseal_with(keyring.clone()),
    });
    let (draining, drain) = watch::channel(false);
    let served = tokio::spawn(listeners::serve(http, Arc::new(Http { api }), drain));
    endpoints::write(&settings.data, bound)?;
    tracing::info!(http = %bound, data = %settings.data.display(), "ready");
    stop.await;
    tracing::info!("draining");
    drop(draining.send(true));
    served.await.map_err(|error| Problem::new("a listener failed", error))?;
    endpoints::remove(&settings.data)?;
    store.close();
    tracing::info!("stopped");
    Ok(())
}
