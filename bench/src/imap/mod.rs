//! IMAP beside Dovecot: the same client, the same messages, in turns.

mod dovecot;
mod neighbours;
mod postroom;
mod reading;
mod server;
mod session;
mod waiting;
mod writing;

use std::time::{Duration, Instant};

use crate::Problem;
use crate::report::median;
use crate::search::message;

use dovecot::Dovecot;
use postroom::Postroom;
use server::Server;

/// Each thing is measured this often, one server after the other.
const TURNS: usize = 5;
/// How long a server that has come to rest did nothing.
const STILL: Duration = Duration::from_millis(500);
const SETTLING_MAX: Duration = Duration::from_secs(120);
/// The users: one with many messages, one with a tenth of them, one with few.
const USERS: [&str; 3] = ["large", "small", "other"];
/// Messages in one APPEND of the filling.
const SLICE: u64 = 100;
/// The parts, as `--only` names them.
const PARTS: [(&str, Part); 9] = [
    ("fetch", reading::fetch),
    ("bodies", reading::bodies),
    ("search", reading::search),
    ("append", writing::append),
    ("store", writing::store),
    ("growth", writing::growth),
    ("idle", waiting::idle),
    ("log-in", waiting::log_in),
    ("neighbours", neighbours::neighbours),
];

type Part = fn(&mut World) -> Result<(), Problem>;

/// Both servers with their messages.
struct World {
    ours: Postroom,
    theirs: Dovecot,
    /// Messages of the Inbox of `large`; `small` has a tenth.
    messages: u64,
    _folder: tempfile::TempDir,
}

/// What one turn took of an operation, in microseconds.
#[derive(Clone, Copy)]
struct Turn {
    time: f64,
    cpu: f64,
}

/// The medians of the turns of both.
struct Pair {
    ours: Turn,
    theirs: Turn,
}

/// Measures with `messages` in the large Inbox; only the part `only`, if one is named.
pub(crate) fn run(messages: u64, only: Option<&str>) -> Result<(), Problem> {
    if only.is_some_and(|only| PARTS.iter().all(|(name, _)| *name != only)) {
        return Err(format!("the parts are: {}", PARTS.map(|(name, _)| name).join(", ")).into());
    }
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let ours = Postroom::start(&folder.path().join("postroom"), &USERS)?;
    let theirs = Dovecot::start(&folder.path().join("dovecot"))?;
    let mut world = World { ours, theirs, messages, _folder: folder };
    for server in world.both() {
        fill(server, "large", messages)?;
        fill(server, "small", messages / 10)?;
    }
    for (name, part) in PARTS {
        if only.is_none_or(|only| only == name) {
            part(&mut world)?;
        }
    }
    Ok(())
}

fn fill(server: &mut dyn Server, user: &str, count: u64) -> Result<(), Problem> {
    let (mut session, began, cpu) = (server.session(user)?, Instant::now(), server.cpu()?);
    for from in (0..count).step_by(usize::try_from(SLICE)?) {
        let slice: Vec<String> =
            (from..count.min(from + SLICE)).map(|number| message(number, true)).collect();
        session.append("INBOX", &slice)?;
    }
    let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6 / count as f64;
    let (time, cpu) = (micros(began.elapsed()), micros(server.cpu()? - cpu));
    println!("{}: {count} messages, {time:.0} µs each, cpu {cpu:.0} µs", server.name());
    settle(server)
}

impl World {
    fn both(&mut self) -> [&mut dyn Server; 2] {
        [&mut self.ours, &mut self.theirs]
    }

    /// Has both servers do `work` in turns; it answers how many operations that were.
    fn pair(
        &mut self,
        mut work: impl FnMut(&mut dyn Server, usize) -> Result<u64, Problem>,
    ) -> Result<Pair, Problem> {
        let mut turns = [Vec::new(), Vec::new()];
        for number in 0..TURNS {
            for (server, turns) in self.both().into_iter().zip(&mut turns) {
                turns.push(turn(server, |server| work(server, number))?);
            }
        }
        for (server, turns) in self.both().into_iter().zip(&turns) {
            let times: Vec<String> = turns.iter().map(|turn| format!("{:.1}", turn.time)).collect();
            println!("{}: turns of {} µs", server.name(), times.join(", "));
        }
        let [ours, theirs] = turns.map(|turns| middle(&turns));
        Ok(Pair { ours, theirs })
    }
}

/// Runs `work`, which answers how many operations it was. What the server does for them later (an index, a cleaner) counts
/// as processor time, and is over before the next turn begins.
fn turn(
    server: &mut dyn Server,
    work: impl FnOnce(&mut dyn Server) -> Result<u64, Problem>,
) -> Result<Turn, Problem> {
    let (began, cpu) = (Instant::now(), server.cpu()?);
    let operations = work(server)?;
    let elapsed = began.elapsed();
    settle(server)?;
    let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6 / operations as f64;
    Ok(Turn { time: micros(elapsed), cpu: micros(server.cpu()?.saturating_sub(cpu)) })
}

/// Returns when `server` has done nothing for a while.
fn settle(server: &mut dyn Server) -> Result<(), Problem> {
    let (began, mut before) = (Instant::now(), server.cpu()?);
    while began.elapsed() < SETTLING_MAX {
        std::thread::sleep(STILL);
        let now = server.cpu()?;
        if now == before {
            return Ok(());
        }
        before = now;
    }
    Err(format!("{} does not come to rest", server.name()).into())
}

fn middle(turns: &[Turn]) -> Turn {
    let of = |what: fn(&Turn) -> f64| median(&mut turns.iter().map(what).collect::<Vec<f64>>());
    Turn { time: of(|turn| turn.time), cpu: of(|turn| turn.cpu) }
}

impl Pair {
    /// Prints both times and their ratio, ours ÷ Dovecot's, which may be at most `gate`.
    fn print(&self, name: &str, gate: f64) {
        let ratio = self.ours.time / self.theirs.time;
        let kept = if ratio <= gate { "kept" } else { "NOT KEPT" };
        println!(
            "{name:<36} {:>9.1} µs (cpu {:>8.1})  dovecot {:>9.1} µs (cpu {:>8.1})  time × {ratio:<6.3} gate ≤ {gate:<4} {kept}",
            self.ours.time, self.ours.cpu, self.theirs.time, self.theirs.cpu,
        );
    }
}

/// Prints a figure of ours that has a gate of its own, beside Dovecot's.
fn absolute(name: &str, unit: &str, ours: f64, theirs: f64, gate: f64) {
    let kept = if ours <= gate { "kept" } else { "NOT KEPT" };
    let theirs = if theirs.is_nan() { "not asked".to_owned() } else { format!("{theirs:>9.3} {unit}") };
    println!("{name:<36} {ours:>9.3} {unit}  dovecot {theirs}  gate ≤ {gate:.3} {unit} {kept}");
}

/// Some number of `0..below`, another one each time.
fn draw(seed: &mut u64, below: u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed % below
}

fn expect(what: &str, found: u64, wanted: u64) -> Result<(), Problem> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found} came, {wanted} are right").into()) }
}
