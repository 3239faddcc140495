//! A temporary PostgreSQL cluster: a Unix socket and no TCP, durable settings as shipped, gone when we are.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::guard::{Guard, User};
use crate::problem::{Context, Result, fail};
use crate::process;

/// A running cluster. Dropping it stops the server and removes its folder.
pub struct Cluster {
    /// `postgresql://…`, as the `postgres` crate and libpq read it.
    pub url: String,
    /// Folder of `initdb`, `psql` and the others.
    pub programs: PathBuf,
    /// A script with one argument, `kill`, `start`, `stop`, `standby`, `fail-over` or `fail-back`, for tests that break
    /// the server.
    pub control: PathBuf,
    _guard: Guard,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

const SETTINGS: &str = "
listen_addresses = ''
max_connections = 300
shared_buffers = 64MB
# fsync, synchronous_commit and full_page_writes stay as shipped: on.
log_min_messages = warning
";

impl Cluster {
    /// Makes and starts a cluster with the programs in `programs`, its files below `files`.
    pub fn start(programs: &Path, files: &Path) -> Result<Cluster> {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        // Short, because the socket's whole path must fit into 107 bytes.
        let folder = files.join(format!("postroom-pg-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).context(|| format!("make {}", folder.display()))?;
        let shown = folder.display().to_string();
        let user = unprivileged_user()?;
        let stop = "for data in \"$1/data\" \"$1/standby-data\"; do
            if [ -d \"$data\" ]; then \"$2/pg_ctl\" -D \"$data\" -m immediate stop; fi
        done; rm -rf \"$1\"";
        let guard = Guard::new(stop, &[&shown, &programs.to_string_lossy()], user)?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))
            .context(|| format!("restrict {shown}"))?;
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).context(|| format!("give {shown} away"))?;
        }

        let as_user = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(programs.join(program));
            command.args(arguments).current_dir(&folder).process_group(0).env("LC_ALL", "C");
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            process::finish(command, program)
        };
        let data = format!("{shown}/data");
        let shape = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        as_user("initdb", &[&["--pgdata", &data], &shape[..]].concat())?;
        let file = folder.join("data/postgresql.auto.conf");
        let settings = format!("{SETTINGS}unix_socket_directories = '{shown}'\n");
        std::fs::write(&file, settings).context(|| format!("write {}", file.display()))?;
        let log = format!("{shown}/log");
        if let Err(problem) = as_user("pg_ctl", &["-D", &data, "-l", &log, "-w", "-t", "60", "start"]) {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            return fail(format!("{problem}\n{log}"));
        }
        let control = write_control(&folder, programs, user)?;
        let host = shown.replace('%', "%25").replace('/', "%2F");
        let url = format!("postgresql://postgres@{host}/postgres");
        Ok(Cluster { url, programs: programs.to_owned(), control, _guard: guard })
    }
}

/// `kill` ends the server and all its processes at once, as a power switch would; `start` waits until it answers.
/// `standby` makes a second server, in the folder `standby`, that has each commit before it is answered; `fail-over` kills
/// the first and promotes the second; `fail-back` removes the second and starts the first, as it was.
fn write_control(folder: &Path, programs: &Path, user: User) -> Result<PathBuf> {
    let become_user = match user {
        Some((uid, gid)) => format!("setpriv --reuid={uid} --regid={gid} --clear-groups "),
        None => String::new(),
    };
    let text = format!(
        r#"#!/bin/sh
# Breaks and mends this cluster: kill | start | stop | standby | fail-over | fail-back.
folder='{folder}'; pg_ctl='{programs}/pg_ctl'; standby="$folder/standby-data"
cd "$folder" || exit 1
ask() {{ {become_user}'{programs}/psql' -q -h "$folder" -U postgres -c "$1" >/dev/null; }}
break_off() {{
    server=$(head -n 1 "$folder/data/postmaster.pid")
    # Stopped first, so that it cannot start a process between the listing and the signal.
    kill -STOP "$server"
    kill -KILL $(cat "/proc/$server/task/$server/children") "$server"
    while kill -0 "$server" 2>/dev/null; do :; done
}}
case "$1" in
kill) break_off ;;
standby)
    {become_user}mkdir "$folder/standby" &&
    {become_user}'{programs}/pg_basebackup' -h "$folder" -U postgres -D "$standby" -X stream -c fast &&
    {become_user}touch "$standby/standby.signal" &&
    cat >>"$standby/postgresql.auto.conf" <<END &&
unix_socket_directories = '$folder/standby'
primary_conninfo = 'host=$folder user=postgres application_name=standby'
END
    {become_user}"$pg_ctl" -D "$standby" -l "$folder/standby-log" -w -t 60 start >/dev/null &&
    ask "ALTER SYSTEM SET synchronous_standby_names = 'standby'" && ask "SELECT pg_reload_conf()" ;;
fail-over) break_off; {become_user}"$pg_ctl" -D "$standby" -w -t 60 promote >/dev/null ;;
fail-back)
    {become_user}"$pg_ctl" -D "$standby" -m immediate -w stop >/dev/null
    rm -rf "$standby" "$folder/standby"
    sed -i /synchronous_standby_names/d "$folder/data/postgresql.auto.conf"
    {become_user}"$pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null ;;
start) {become_user}"$pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null ;;
stop) {become_user}"$pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null ;;
*) echo "usage: $0 kill|start|stop|standby|fail-over|fail-back" >&2; exit 2 ;;
esac
"#,
        folder = folder.display(),
        programs = programs.display(),
    );
    let control = folder.join("control");
    std::fs::write(&control, text).context(|| format!("write {}", control.display()))?;
    std::fs::set_permissions(&control, std::fs::Permissions::from_mode(0o755))
        .context(|| format!("make {} a program", control.display()))?;
    Ok(control)
}

/// PostgreSQL refuses to run as root; then `postgres`, or else `nobody`, runs it.
fn unprivileged_user() -> Result<User> {
    if !is_root()? {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").context(|| "read /etc/passwd".into())?;
    for name in ["postgres", "nobody"] {
        if let Some(ids) = ids_of(&users, name) {
            return Ok(Some(ids));
        }
    }
    fail("PostgreSQL does not run as root, and /etc/passwd has neither `postgres` nor `nobody`")
}

/// Whether we may install packages and change users.
pub fn is_root() -> Result<bool> {
    let said = process::output(Path::new("/"), &["id", "-u"])?;
    Ok(said.trim() == "0")
}

fn ids_of(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// The newest PostgreSQL server on this machine.
pub fn find_programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, programs)) = found.pop() {
        return Some(programs);
    }
    let path = std::env::var_os("PATH")?;
    let initdb =
        std::env::split_paths(&path).map(|folder| folder.join("initdb")).find(|file| file.exists())?;
    let initdb = initdb.canonicalize().ok()?;
    initdb.parent().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_from_a_user_list() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:n:/:/bin/false\n";
        assert_eq!(ids_of(users, "nobody"), Some((65534, 65533)));
        assert_eq!(ids_of(users, "postgres"), None);
    }
}
