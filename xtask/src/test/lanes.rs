//! Parts beside each other: what each prints goes into a file of its own, and is shown when the part has ended.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Choice;
use super::parts::{PARTS, Part, Quick};
use super::report::{Outcome, Row};
use crate::needs::Prepared;
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
    /// Whoever holds it may prepare, and print.
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
    let prepared = Mutex::new(Prepared::new(root));
    let gate = Gate { root, choice, prepared, parts: Mutex::new(parts), moved: Condvar::new(), logs };
    std::thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| gate.lane());
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

    fn run_part(&self, part: &Part) -> Row {
        let start = Instant::now();
        let mut cpu = Duration::ZERO;
        let ended = self
            .prepare(part)
            .and_then(|(environment, log)| self.run_commands(part, &environment, log.as_ref(), &mut cpu));
        let time = start.elapsed();
        let outcome = if ended.is_ok() { Outcome::Passed } else { Outcome::Failed };
        let printing = locked(&self.prepared);
        if let Some(place) = self.log_of(part) {
            println!("\n== {}: {} ==", part.name, part.about);
            if let Err(problem) = show(&place) {
                println!("{problem}");
            }
        }
        if let Err(problem) = ended {
            println!("{} failed: {problem}", part.name);
        }
        let (time_s, cpu_s) = (time.as_secs_f64(), cpu.as_secs_f64());
        println!("-- {} {} after {time_s:.1} s ({cpu_s:.1} s of the processors)", part.name, outcome.word());
        drop(printing);
        Row { time, cpu, outcome }
    }

    fn log_of(&self, part: &Part) -> Option<PathBuf> {
        self.logs.as_ref().map(|folder| folder.join(format!("{}.log", part.name)))
    }

    /// What the commands of `part` find around them, and where what they print goes.
    fn prepare(&self, part: &Part) -> Result<(Environment, Option<File>)> {
        let mut prepared = locked(&self.prepared);
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
        let mut without = Vec::new();
        for &need in part.needs {
            if self.choice.quick && part.quick == Quick::WithoutNeeds {
                without.extend(need.left_out());
                continue;
            }
            if let Err(problem) = prepared.provide(need) {
                return fail(format!("cannot run: {problem}\nTo go without: --skip {}", part.name));
            }
        }
        let mut environment = prepared.environment();
        let given = part.environment.iter().copied().chain(without);
        environment.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
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

/// Copies a log to our terminal.
fn show(place: &Path) -> Result<()> {
    let mut log = File::open(place).context(|| format!("read {}", place.display()))?;
    io::copy(&mut log, &mut io::stdout().lock()).context(|| format!("show {}", place.display()))?;
    Ok(())
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
