//! `postroom serve`

use std::path::PathBuf;

use clap::Args;

use crate::process::{Problem, Settings, run};

/// Options of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The data directory; made when it is not there.
    #[arg(long, value_name = "DIR", default_value = "postroom-data")]
    data: PathBuf,
    /// Bind every listener to a free port of the loopback interface.
    #[arg(long)]
    any_port: bool,
}

impl Serve {
    pub(crate) fn run(self) -> Result<(), Problem> {
        tracing_subscriber::fmt().with_writer(std::io::stderr).init();
        let http = if self.any_port { 0 } else { 8080 };
        let settings = Settings {
            data: self.data,
            http: std::net::SocketAddr::from(([127, 0, 0, 1], http)),
            regions: ["us-east-1", "us-west-2", "eu-west-1"].map(str::to_owned).to_vec(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Problem::new("cannot start the runtime", error))?;
        runtime.block_on(run(settings))
    }
}
