//! Log lines, to standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::problem::Problem;

/// Starts logging as `config` says.
pub(crate) fn start(config: &Config) -> Result<(), Problem> {
    let problem = |cause: &dyn std::fmt::Display| {
        Problem::usage("cannot start logging", cause)
            .advise("`postroom config --reference` describes log.filter")
    };
    let filter = EnvFilter::try_new(&config.log_filter).map_err(|error| problem(&error))?;
    // Who reads the lines may go away (a closed pipe); to say so on the same stream would end the process.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    log_panics();
    match config.log_format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(colours).try_init().map_err(|error| problem(&error))
        }
        LogFormat::Json => lines.json().flatten_event(true).try_init().map_err(|error| problem(&error)),
    }
}

/// A panic is a bug of ours: it is logged like everything else. It ends one request or connection, not the process.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or_default();
        tracing::error!(place, thread, "a bug: {message}");
    }));
}
