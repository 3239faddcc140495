//! `postroom serve`

use clap::Args;

use super::global::Global;
use crate::problem::Problem;
use crate::process::{self, Mode};

/// Options of `serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Bind every listener that is not turned off to a free port of the loopback interface; `endpoints.json` says which.
    #[arg(long)]
    any_port: bool,
}

const EXAMPLES: &str = "\
The first start makes an administrator's access key and writes `aws/config` and `aws/credentials` into the data
directory; POSTROOM_ACCESS_KEY_ID and POSTROOM_SECRET_ACCESS_KEY give the key. `endpoints.json` is there as long as
Postroom listens. SIGTERM ends it after what is in flight; SIGHUP reads the certificates again.

Examples:
  postroom serve --data /var/lib/postroom
  postroom serve --set store.url=postgres://postroom@db.example.com/postroom
  postroom serve --data /tmp/try --any-port";

impl Serve {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        process::run(global.load(self.any_port)?, Mode::Serve)
    }
}
