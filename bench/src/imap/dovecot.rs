//! Dovecot as Debian has it, with a configuration, mail and sockets of its own in a temporary folder.
//!
//! What Dovecot's manual recommends for speed: mdbox, and log-in processes that serve many connections. `mail_fsync` is
//! its default, `optimized`: messages are synced before their OK, flags are not. Passwords are compared in clear.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::server::{PASSWORD, Server};
use crate::Problem;

const START_MAX: Duration = Duration::from_secs(20);
/// The user that Dovecot runs as when we are root: nobody.
const NOBODY: u32 = 65_534;

/// Dovecot, ended with this value.
pub(super) struct Dovecot {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // The master ends its children when it is told to end.
        let ended = Command::new("kill").arg(self.child.id().to_string()).status();
        if ended.is_err() {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

impl Dovecot {
    /// Starts it in `folder`, which is empty or was used before.
    pub(super) fn start(folder: &Path) -> Result<Self, Problem> {
        let program = Path::new("/usr/sbin/dovecot");
        if !program.exists() {
            return Err("there is no dovecot; on Debian: the package dovecot-imapd".into());
        }
        // Free now; nobody else takes ports of this machine one after the other.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let is_root = rustix::process::geteuid().is_root();
        let user = if is_root { "nobody".to_owned() } else { std::env::var("USER")? };
        fs::create_dir_all(folder)?;
        let settings = folder.join("dovecot.conf");
        fs::write(&settings, configuration(folder, address.port(), &user))?;
        let mut command = Command::new(program);
        command.arg("-F").arg("-c").arg(&settings).stdout(Stdio::null()).stderr(Stdio::null());
        if is_root {
            fs::set_permissions(folder.parent().ok_or("no folder")?, fs::Permissions::from_mode(0o755))?;
            chown(folder, Some(NOBODY), Some(NOBODY))?;
            command.uid(NOBODY).gid(NOBODY);
        }
        let child = command.spawn()?;
        let mut dovecot = Self { child, address, folder: folder.to_owned() };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if began.elapsed() > START_MAX || dovecot.child.try_wait()?.is_some() {
                let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
                return Err(format!("dovecot does not start: {log}").into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(dovecot)
    }
}

impl Server for Dovecot {
    fn name(&self) -> &'static str {
        "dovecot"
    }

    fn endpoint(&self) -> SocketAddr {
        self.address
    }

    fn user(&self, name: &str) -> String {
        name.to_owned()
    }

    /// The master and all its children.
    fn processes(&self) -> Result<Vec<u32>, Problem> {
        let mut all = vec![self.child.id()];
        for entry in fs::read_dir("/proc")? {
            let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            // A process may end while we look.
            let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
            let parent =
                stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
            if parent == Some(self.child.id()) {
                all.push(id);
            }
        }
        Ok(all)
    }

    /// Forgets what was kept of headers, so that they are read from the messages again.
    fn make_cold(&mut self) -> Result<(), Problem> {
        for name in ["large", "small"] {
            let cache = format!("mail/{name}/mailboxes/INBOX/dbox-Mails/dovecot.index.cache");
            drop(fs::remove_file(self.folder.join(cache)));
        }
        Ok(())
    }
}

fn configuration(folder: &Path, port: u16, user: &str) -> String {
    let folder = folder.display();
    format!(
        "base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = mdbox:{folder}/mail/%u
mail_fsync = optimized
mail_max_userip_connections = 10000
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
default_process_limit = 2000
default_client_limit = 20000
first_valid_uid = 1
imap_hibernate_timeout = 0
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 10000
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 2000
}}
",
        group = if user == "nobody" { "nogroup" } else { user },
    )
}
