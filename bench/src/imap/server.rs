//! What the servers that are compared have in common.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use super::session::Session;
use crate::Problem;

/// The password of every user.
pub(super) const PASSWORD: &str = "Wrong-Horse-17";

/// A server of IMAP that runs.
pub(super) trait Server {
    fn name(&self) -> &'static str;
    fn endpoint(&self) -> SocketAddr;
    /// What the user `name` logs in as.
    fn user(&self, name: &str) -> String;
    /// Every process that it consists of now.
    fn processes(&self) -> Result<Vec<u32>, Problem>;
    /// What is asked for first after this is as if it were never asked for.
    fn make_cold(&mut self) -> Result<(), Problem>;

    /// A session of `name`.
    fn session(&self, name: &str) -> Result<Session, Problem> {
        Session::log_in(self.endpoint(), &self.user(name), PASSWORD)
    }

    /// A session of `name` with its Inbox selected.
    fn inbox(&self, name: &str) -> Result<Session, Problem> {
        let mut session = self.session(name)?;
        session.command("SELECT INBOX")?;
        Ok(session)
    }

    /// Processor time so far, also of children that have ended.
    fn cpu(&self) -> Result<Duration, Problem> {
        let mut ticks = 0;
        for id in self.processes()? {
            let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
            // Fields 14 to 17, counted from the first; the name before may hold blanks.
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
            ticks += fields
                .get(11..15)
                .ok_or("short stat")?
                .iter()
                .flat_map(|field| field.parse::<u64>())
                .sum::<u64>();
        }
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Memory that the processes have together, each page counted once, in KiB.
    fn memory_kib(&self) -> Result<f64, Problem> {
        let mut sum = 0.0;
        for id in self.processes()? {
            let Ok(text) = fs::read_to_string(format!("/proc/{id}/smaps_rollup")) else { continue };
            let line = text.lines().find(|line| line.starts_with("Pss:")).ok_or("no Pss")?;
            sum += line.split_whitespace().nth(1).ok_or("no number")?.parse::<f64>()?;
        }
        Ok(sum)
    }
}
