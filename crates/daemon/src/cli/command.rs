//! Carrying out a command of the operator: in the daemon when one runs, else here.

use std::path::Path;
use std::sync::Arc;

use super::global::{Format, Global};
use crate::config::{Config, Engine};
use crate::control::{self, Asked};
use crate::operator::{Command, Operator, Request};
use crate::output;
use crate::problem::Problem;
use crate::process::{self, Background, Lock, NoLock, Opened};

/// Carries out `command` and prints its answer.
pub(crate) fn run<C: Command>(global: &Global, command: C) -> Result<(), Problem> {
    run_and_answer(global, command).map(drop)
}

/// Carries out `command`, prints its answer and hands it on. How far it is goes to standard error.
pub(crate) fn run_and_answer<C: Command>(global: &Global, command: C) -> Result<C::Answer, Problem> {
    let answer = value(&global.load(false)?, command.into())?;
    if global.output == Format::Json {
        output::print_json(&answer)?;
        return understood::<C>(answer);
    }
    let answer = understood::<C>(answer)?;
    output::print(&answer.to_string())?;
    Ok(answer)
}

/// Carries out `command` and hands on its answer.
pub(crate) fn ask<C: Command>(global: &Global, command: C) -> Result<C::Answer, Problem> {
    understood::<C>(value(&global.load(false)?, command.into())?)
}

fn understood<C: Command>(answer: serde_json::Value) -> Result<C::Answer, Problem> {
    serde_json::from_value(answer).map_err(|error| {
        Problem::new("the running daemon's answer is not understood", error)
            .advise("it may be of another version: use its own `postroom`, or --output json")
    })
}

/// The answer to a command that is given again and again, of whoever serves; `None` while nobody does. On SQLite that is
/// the daemon alone: who takes the data directory now and then keeps one from starting.
pub(crate) fn ask_who_serves<C: Command>(global: &Global, command: C) -> Result<Option<C::Answer>, Problem> {
    let (config, request) = (global.load(false)?, command.into());
    let answer = match (control::ask(&config.data, &request, &tell)?, &config.engine) {
        (Asked::Answered(answer), _) => answer,
        (Asked::Nobody | Asked::Lost(_), Engine::Embedded) => return Ok(None),
        (Asked::Nobody | Asked::Lost(_), Engine::Postgres(_)) => value_here(&config, request)?,
    };
    understood::<C>(answer).map(Some)
}

/// The answer to `request`.
fn value(config: &Config, request: Request) -> Result<serde_json::Value, Problem> {
    match control::ask(&config.data, &request, &tell)? {
        Asked::Answered(answer) => Ok(answer),
        Asked::Nobody => value_here(config, request),
        Asked::Lost(problem) => Err(problem),
    }
}

/// The answer to `request`, which is carried out in this process.
fn value_here(config: &Config, request: Request) -> Result<serde_json::Value, Problem> {
    // A new store is made by `serve`, not by a slip in --data.
    if config.engine == Engine::Embedded && !config.data.join("directory.db").exists() {
        return Err(Problem::told(
            format!("there is no data in {}", config.data.display()),
            "nothing has been served from it yet",
        )
        .advise("name the data directory with --data, or make it with `postroom serve`"));
    }
    let _lock = match config.engine {
        Engine::Embedded => Some(lock(&config.data)?),
        Engine::Postgres(_) => None,
    };
    process::keep_files_private();
    let runtime = process::runtime()?;
    let opened = Opened::open(config, &runtime)?;
    let store = opened.store.clone();
    let answer = runtime.block_on(async {
        let api = process::api(config, &opened, &Background::new(config, &opened)?)?;
        Operator { opened, api, config: Arc::new(config.clone()), daemon: None }
            .run(request, Arc::new(tell))
            .await
    });
    drop(runtime);
    store.close();
    answer
}

/// Tells the person who waits how far a command is.
pub(super) fn tell(text: String) {
    output::say(text);
}

/// The store is ours while the lock lives.
pub(super) fn lock(data: &Path) -> Result<Lock, Problem> {
    Lock::take(data).map_err(|no_lock| match no_lock {
        NoLock::Held(holder) => Problem::told(
            format!("the data directory {} is in use", data.display()),
            format!(
                "{holder} has it and does not listen for commands (it starts, ends, or is another command)"
            ),
        )
        .advise("try again"),
        NoLock::Failed(problem) => problem,
    })
}
