//! Parts beside each other: what each prints goes into a file of its own, and is shown when the part has ended.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Choice;
use super::parts::{PARTS, Part, Quick};
use super::report::{Outcome, Row};
use super::scratch::Scratch;
use crate::needs::{Need, Prepared};
use crate::problem::{Context, Result, fail};
use crate::process::{self, End, Environment, Terms};
use crate::tree::target_folder;

/// How far a part is.
#[derive(Debug, Clone, Copy)]
enum State {
    Waits,
    Runs,
    Ended(Row),
}

/// What the lanes share.
struct Parts {
    /// One for each of [`PARTS`].
    states: Vec<State>,
    /// A part has failed, and no other shall begin.
    stopped: bool,
}

/// One run of the gate.
struct Gate<'a> {
    root: &'a Path,
    choice: &'a Choice,
    /// Where files lie in memory, if they do.
    memory: Option<&'a Path>,
    /// Whoever holds it may prepare.
    prepared: Mutex<Prepared>,
    parts: Mutex<Parts>,
    moved: Condvar,
    /// Folder of what parts print; `None` when only one part runs at a time and may print at once.
    logs: Option<PathBuf>,
}

/// Runs the parts that `choice` does not leave out; a row for each of [`PARTS`].
pub fn run(root: &Path, choice: &Choice) -> Result<Vec<Row>> {
    let mut parts = Parts::new(choice);
    let chosen = parts.states.iter().filter(|state| matches!(state, State::Waits)).count();
    let lanes = choice.lanes.min(chosen);
    let logs = (lanes > 1).then(|| target_folder(root).join("gate"));
    if let Some(folder) = &logs {
        std::fs::create_dir_all(folder).context(|| format!("make {}", folder.display()))?;
    }
    let scratch = Scratch::new(root)?;
    let memory = scratch.as_ref().map(|scratch| scratch.folder.as_path());
    let files = memory.map_or_else(std::env::temp_dir, Path::to_path_buf);
    let prepared = Mutex::new(Prepared::with_files_in(files, root));
    let gate = Gate { root, choice, memory, prepared, parts: Mutex::new(parts), moved: Condvar::new(), logs };
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| gate.lane());
        }
        if gate.logs.is_some() {
            scope.spawn(|| gate.prepare_early());
        }
    });
    parts = gate.parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let row = |state: &State| match state {
        State::Ended(row) => *row,
        State::Waits | State::Runs => Row::without_run(Outcome::NotReached),
    };
    Ok(parts.states.iter().map(row).collect())
}

impl Parts {
    fn new(choice: &Choice) -> Parts {
        let state = |part: &Part| match choice.leaves_out(part) {
            Some(flag) => State::Ended(Row::without_run(Outcome::LeftOut(flag))),
            None => State::Waits,
        };
        Parts { states: PARTS.iter().map(state).collect(), stopped: false }
    }

    /// The first part that may begin.
    fn ready(&self) -> Option<usize> {
        let has_ended = |name: &&str| {
            PARTS
                .iter()
                .zip(&self.states)
                .all(|(part, state)| part.name != *name || matches!(state, State::Ended(_)))
        };
        let may_begin = |index: &usize| {
            matches!(self.states[*index], State::Waits) && PARTS[*index].after.iter().all(has_ended)
        };
        (0..PARTS.len()).find(may_begin)
    }

    /// Whether no part will begin any more.
    fn are_over(&self) -> bool {
        self.stopped || !self.states.iter().any(|state| matches!(state, State::Waits))
    }
}

impl Gate<'_> {
    /// Runs one part after the other until none is left.
    fn lane(&self) {
        while let Some(index) = self.next() {
            let row = self.run_part(&PARTS[index]);
            let mut parts = locked(&self.parts);
            parts.states[index] = State::Ended(row);
            parts.stopped |= row.outcome == Outcome::Failed && !self.choice.keep_going;
            self.moved.notify_all();
        }
    }

    /// The part to run next, once there is one.
    fn next(&self) -> Option<usize> {
        let mut parts = locked(&self.parts);
        while !parts.are_over() {
            if let Some(index) = parts.ready() {
                parts.states[index] = State::Runs;
                return Some(index);
            }
            parts = self.moved.wait(parts).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Downloads and installs while the compilers work. What fails here fails again for the part that needs it, which
    /// then says so.
    fn prepare_early(&self) {
        let needs_of = |part: &'static Part| part.needs.iter().map(move |need| (part, *need));
        for (part, need) in PARTS.iter().flat_map(needs_of) {
            let waits = {
                let parts = locked(&self.parts);
                let states = PARTS.iter().zip(&parts.states);
                let mut ours = states.filter(|(other, _)| other.name == part.name);
                !parts.stopped && ours.any(|(_, state)| matches!(state, State::Waits))
            };
            // The program is built by the part `build`.
            if waits && need != Need::Binary && !self.goes_without(part) {
                drop(locked(&self.prepared).provide(need));
            }
        }
    }

    /// Whether the part's tests are told to go without its needs.
    fn goes_without(&self, part: &Part) -> bool {
        self.choice.quick && part.quick == Quick::WithoutNeeds
    }

    fn run_part(&self, part: &Part) -> Row {
        let start = Instant::now();
        let mut cpu = Duration::ZERO;
        let ended = self
            .prepare(part)
            .and_then(|(environment, log)| self.run_commands(part, &environment, log.as_ref(), &mut cpu));
        let time = start.elapsed();
        let outcome = if ended.is_ok() { Outcome::Passed } else { Outcome::Failed };
        if let Err(problem) = self.say(part, &ended, time, cpu) {
            eprintln!("{problem}");
        }
        Row { time, cpu, outcome }
    }

    /// Prints how the part ended, without another one's lines in between; and what it has printed, if nobody saw it.
    fn say(&self, part: &Part, ended: &Result<()>, time: Duration, cpu: Duration) -> Result<()> {
        let mut out = io::stdout().lock();
        let printing = || format!("print what {} has printed", part.name);
        if let Some(place) = self.log_of(part) {
            writeln!(out, "\n== {}: {} ==", part.name, part.about).context(printing)?;
            let mut log = File::open(&place).context(|| format!("read {}", place.display()))?;
            io::copy(&mut log, &mut out).context(printing)?;
        }
        if let Err(problem) = ended {
            writeln!(out, "{} failed: {problem}", part.name).context(printing)?;
        }
        let word = if ended.is_ok() { Outcome::Passed } else { Outcome::Failed }.word();
        let (time, cpu) = (time.as_secs_f64(), cpu.as_secs_f64());
        writeln!(out, "-- {} {word} after {time:.1} s ({cpu:.1} s of the processors)", part.name)
            .context(printing)
    }

    fn log_of(&self, part: &Part) -> Option<PathBuf> {
        self.logs.as_ref().map(|folder| folder.join(format!("{}.log", part.name)))
    }

    /// What the commands of `part` find around them, and where what they print goes.
    fn prepare(&self, part: &Part) -> Result<(Environment, Option<File>)> {
        let log = match self.log_of(part) {
            None => {
                println!("\n== {}: {} ==", part.name, part.about);
                None
            }
            Some(place) => {
                println!("{} begins", part.name);
                Some(File::create(&place).context(|| format!("write {}", place.display()))?)
            }
        };
        let mut of_part = part.environment();
        if let (true, Some(memory)) = (part.in_memory, self.memory) {
            of_part.push(("TMPDIR".to_owned(), memory.display().to_string()));
        }
        if part.needs.is_empty() {
            return Ok((of_part, log));
        }
        let mut prepared = locked(&self.prepared);
        let mut without = Vec::new();
        for &need in part.needs {
            if self.goes_without(part) {
                without.extend(need.left_out());
                continue;
            }
            if let Err(problem) = prepared.provide(need) {
                return fail(format!("cannot run: {problem}\nTo go without: --skip {}", part.name));
            }
        }
        let mut environment = prepared.environment();
        environment.extend(of_part);
        environment.extend(without.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok((environment, log))
    }

    /// Adds what the commands took of the processors to `cpu`.
    fn run_commands(
        &self,
        part: &Part,
        environment: &Environment,
        log: Option<&File>,
        cpu: &mut Duration,
    ) -> Result<()> {
        for words in part.commands {
            let said = format!("$ {}\n", words.join(" "));
            let written = match log {
                Some(mut log) => log.write_all(said.as_bytes()),
                None => io::stdout().write_all(said.as_bytes()),
            };
            written.context(|| "write what is run".into())?;
            let ended =
                process::run_watched(self.root, words, &Terms { environment, limit: part.limit(), log })?;
            *cpu += ended.cpu.unwrap_or_default();
            match ended.end {
                End::Exited(status) if status.success() => {}
                End::Exited(status) => return fail(format!("`{}` ended with {status}", words.join(" "))),
                End::OutOfTime => {
                    let minutes = part.minutes_max;
                    return fail(format!("`{}` was stopped after {minutes} minutes", words.join(" ")));
                }
            }
        }
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &str) -> usize {
        PARTS.iter().position(|part| part.name == name).expect("it is a part")
    }

    #[test]
    fn a_part_waits_for_those_it_comes_after() {
        let mut parts =
            Parts::new(&Choice { only: vec!["build".into(), "unit".into()], ..Choice::default() });
        assert_eq!(parts.ready(), Some(index("build")), "those left out are not waited for");
        parts.states[index("build")] = State::Runs;
        assert_eq!(parts.ready(), None);
        assert!(!parts.are_over());
        parts.states[index("build")] = State::Ended(Row::without_run(Outcome::Passed));
        assert_eq!(parts.ready(), Some(index("unit")));
        parts.stopped = true;
        assert!(parts.are_over());
    }

    #[test]
    fn every_part_is_reached() {
        let mut parts = Parts::new(&Choice::default());
        while let Some(index) = parts.ready() {
            parts.states[index] = State::Ended(Row::without_run(Outcome::Passed));
        }
        assert!(parts.are_over());
    }
}
