//! The running daemon: start, serve, drain.

mod administrator;
pub(crate) mod aws_files;
mod background;
mod bodies;
mod endpoints;
pub(crate) mod files;
mod issuer;
mod lock;
mod logging;
mod machine;
mod opened;
mod signals;

use std::sync::Arc;
use std::time::Duration;

use postroom_admin_api::{Api, Parts};
use postroom_imap_server::{Imap, Places, Room};
use postroom_mailbox::Mailboxes;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::cli::Format;
use crate::config::Config;
use crate::control;
use crate::demo::Demo;
use crate::listeners::{Kind, Listener, Proxies, Shared, http::Http, serve, tls::Certificates};
use crate::operator::{Daemon, Operator};
use crate::output;
use crate::problem::Problem;
pub(crate) use background::Background;
pub(crate) use lock::{Lock, NoLock};
pub(crate) use machine::keep_files_private;
pub(crate) use opened::Opened;
use signals::{Asked, Signals};

/// How often our own certificate is made anew.
const CERTIFICATES_READ_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Jobs that have not ended so long after the stop are given back: they are durable, and the next start repeats them.
/// What they wait for may be a name server that does not answer.
const JOBS_DRAIN_TIME_MAX: Duration = Duration::from_secs(1);

/// Whether there is something to try out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Serve what is there.
    Serve,
    /// With the organization `demo`; what there is to try is printed.
    Demo(Format),
}

/// Serves until SIGTERM or SIGINT, then finishes what is in flight and closes the store.
pub(crate) fn run(config: Config, mode: Mode) -> Result<(), Problem> {
    let config = Arc::new(config);
    logging::start(&config)?;
    machine::keep_files_private();
    machine::raise_descriptors(config.limits.connections);
    files::make_private_directory(&config.data)?;
    let _lock = Lock::take_soon(&config.data).map_err(|no_lock| no_lock.into_problem(&config.data))?;
    endpoints::remove(&config.data)?;
    let runtime = runtime()?;
    let opened = Opened::open(&config, &runtime)?;
    let served = runtime.block_on(serve_until_stopped(&config, mode, &opened));
    endpoints::remove(&config.data)?;
    // Tasks hold the store, too: they end first.
    runtime.shutdown_timeout(config.limits.drain_time_max);
    opened.store.close();
    served?;
    tracing::info!("stopped");
    Ok(())
}

/// The threads that sessions run on.
pub(crate) fn runtime() -> Result<Runtime, Problem> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| Problem::new("cannot start threads", error))
}

async fn serve_until_stopped(config: &Arc<Config>, mode: Mode, opened: &Opened) -> Result<(), Problem> {
    let mut signals = Signals::listen()?;
    clean_up(opened).await?;
    administrator::make_first(opened, &config.data).await?;
    let now = || opened.store.clock().now();
    let tls = Arc::new(Certificates::load(config, now())?);
    let (draining, drain) = watch::channel(false);
    let background = Background::new(config, opened)?;
    let api = api(config, opened, &background)?;
    let mailboxes = Mailboxes::new(opened.store.clone(), opened.keyring.clone());
    let shared = Arc::new(Shared {
        http: Http { api: Arc::clone(&api) },
        imap: Arc::new(Imap {
            log_ins: Arc::clone(&api.log_ins),
            mailboxes: mailboxes.clone(),
            places: Places::new(config.limits.connections_per_address, config.limits.connections_per_user),
            room: Room::new(config.limits.literals_bytes),
            log_in_time_max: config.limits.head_time_max,
            stall_time_max: config.limits.body_time_max,
        }),
        tls: Arc::clone(&tls),
        proxies: Proxies::new(config.trusted_proxies.clone(), config.forwarding_header),
        limits: config.limits,
        drain,
    });
    let listeners = bind(config).await?;
    let jobs = background.start().await?;
    let beside = work_beside(&api, mailboxes);
    aws_files::write_config(config, &listeners)?;
    let endpoints = endpoints::json(&listeners);
    let control = control::Server::bind(&config.data)?;
    let daemon = Daemon { endpoints: endpoints.clone(), started_at: now(), tls: Arc::clone(&tls) };
    let operator = Operator {
        opened: opened.clone(),
        api: Arc::clone(&api),
        config: Arc::clone(config),
        daemon: Some(daemon),
    };
    let demo = match mode {
        Mode::Serve => None,
        Mode::Demo(format) => Some((Demo::prepare(&api, &shared.imap.mailboxes, config).await?, format)),
    };
    let mut serving = JoinSet::new();
    serving.spawn(control.serve(Arc::new(operator), shared.drain.clone(), config.limits.drain_time_max));
    for listener in listeners {
        serving.spawn(serve(listener, Arc::clone(&shared)));
    }
    endpoints::write(&config.data, &endpoints)?;
    tracing::info!(%endpoints, data = %config.data.display(), "ready");
    match demo {
        None => {}
        Some((demo, Format::Text)) => output::print(&demo.page(config, &endpoints))?,
        Some((demo, Format::Json)) => output::print_json(&demo.json(config, &endpoints))?,
    }
    loop {
        // The certificate that we make ourselves is made anew long before it ends.
        let asked = tokio::time::timeout(CERTIFICATES_READ_EVERY, signals.next()).await;
        if asked == Ok(Asked::Stop) {
            break;
        }
        match tls.reload(config, now()) {
            Ok(()) => tracing::info!("the certificates were read again"),
            Err(problem) => tracing::error!(%problem, "the certificates stay as they were"),
        }
    }
    tracing::info!("stopping: no new connections, what is in flight is finished");
    draining.send_replace(true);
    while let Some(ended) = serving.join_next().await {
        ended.map_err(|error| Problem::new("a listener failed", error))?;
    }
    jobs.shutdown(JOBS_DRAIN_TIME_MAX.min(config.limits.drain_time_max)).await;
    beside.iter().for_each(JoinHandle::abort);
    api.calls.flush().await;
    api.log_ins.audit().finish().await;
    Ok(())
}

/// What goes on beside the servers until it is aborted: both audit trails, and the index of full-text search.
fn work_beside(api: &Api, mailboxes: Mailboxes) -> [JoinHandle<()>; 3] {
    let (calls, access) = (Arc::clone(&api.calls), Arc::clone(api.log_ins.audit()));
    [
        tokio::spawn(async move { calls.run().await }),
        tokio::spawn(async move { access.run().await }),
        tokio::spawn(async move { mailboxes.keep_index().await }),
    ]
}

/// Finishes or removes what restores have left that were cut off. A file store is ours alone, so they all were.
async fn clean_up(opened: &Opened) -> Result<(), Problem> {
    let left = opened.backups().clean_up(opened.store.is_embedded()).await;
    for left in left.map_err(|failed| Problem::new("a restore that was cut off cannot be ended", failed))? {
        let word = if left.finished { "finished" } else { "removed" };
        tracing::warn!("the restore of {} was cut off; it is {word} now", left.what);
    }
    Ok(())
}

async fn bind(config: &Config) -> Result<Vec<Listener>, Problem> {
    let mut listeners = Vec::new();
    for kind in Kind::ALL {
        let addresses = match kind {
            Kind::Http => &config.http,
            Kind::Https => &config.https,
            Kind::Imap => &config.imap,
            Kind::Imaps => &config.imaps,
        };
        for address in addresses {
            listeners.push(Listener::bind(kind, *address).await?);
        }
    }
    Ok(listeners)
}

/// The admin API over the open store.
pub(crate) fn api(config: &Config, opened: &Opened, background: &Background) -> Result<Arc<Api>, Problem> {
    let issuer = issuer::issuer(config)?;
    Ok(Api::new(Parts {
        store: opened.store.clone(),
        regions: config.regions.clone(),
        keyring: opened.keyring.clone(),
        lifecycle: background.lifecycle.clone(),
        domains: background.domains.clone(),
        calls_per_second: config.limits.calls_per_second,
        calls_burst: config.limits.calls_burst,
        calls_kept: config.audit.calls_kept,
        issuer,
    }))
}
