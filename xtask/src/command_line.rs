//! Words of the command line to a [`Command`].

use crate::fuzz::Plan;
use crate::needs::Need;
use crate::problem::{Problem, Result, fail};
use crate::test::Choice;

/// What `--help` prints.
pub const USAGE: &str = "\
cargo xtask test [--quick] [--only PART]... [--skip PART]... [--keep-going] [--lanes N] [--list]
    The whole gate. --quick leaves out what needs another program, --list names the parts, --lanes 1 runs them one
    after the other and shows what they print at once.
cargo xtask tidy [--shrink]
    Checks that no compiler makes. --shrink lowers the entries of the growth list to today's sizes.
cargo xtask bench NAME [ARGUMENTS]
    Measures; see bench/README.md.
cargo xtask sim [ARGUMENTS]
    Simulations of power losses and failures; `cargo xtask sim --help` says more.
cargo xtask crash [--rounds N] [--engine embedded|postgres] [--proof NAME]...
    Kills, pauses and races the built program; see docs/reliability.md, and --help for all options.
cargo xtask fuzz [--minutes N] [--seed N]
    Damaged commands of IMAP and damaged messages, from a new seed each round, which it prints.
cargo xtask postgres -- COMMAND...
    Runs a command with a temporary PostgreSQL cluster, named in POSTROOM_TEST_POSTGRES.
cargo xtask with NEED[,NEED]... -- COMMAND...
    Runs a command with the surroundings of the gate: postgres, python, botocore, mail, mbsync, dovecot, node,
    binary.

Examples:
    cargo xtask test --quick
    cargo xtask test --only python
    cargo xtask postgres -- cargo test -p postroom-store
    cargo xtask with postgres,botocore,mail -- cargo test --workspace
";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Print [`USAGE`].
    Help,
    /// Run the gate or some of its parts.
    Test(Choice),
    /// Run the tidiness checks.
    Tidy {
        /// Rewrite the growth list to today's smaller sizes.
        shrink: bool,
    },
    /// Hand the words to the `bench` package.
    Bench(Vec<String>),
    /// Hand the words to the `sim` program.
    Sim(Vec<String>),
    /// Hand the words to the proofs of `tests/crash`.
    Crash(Vec<String>),
    /// Damaged input for long.
    Fuzz(Plan),
    /// Run `words` after providing `needs`.
    With {
        /// What the command wants to find.
        needs: Vec<Need>,
        /// The command and its arguments.
        words: Vec<String>,
    },
}

/// Reads the words after `cargo xtask`.
pub fn parse(words: &[String]) -> Result<Command> {
    let Some((name, rest)) = words.split_first() else { return Ok(Command::Help) };
    match name.as_str() {
        "help" | "--help" | "-h" => Ok(Command::Help),
        "test" => parse_test(rest).map(Command::Test),
        "tidy" => match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => Ok(Command::Tidy { shrink: false }),
            ["--shrink"] => Ok(Command::Tidy { shrink: true }),
            other => fail(format!("tidy takes only --shrink, not {other:?}")),
        },
        "bench" if rest.is_empty() => fail("bench needs a name; see bench/README.md"),
        "bench" => Ok(Command::Bench(rest.to_vec())),
        "sim" => Ok(Command::Sim(rest.to_vec())),
        "crash" => Ok(Command::Crash(rest.to_vec())),
        "fuzz" => parse_fuzz(rest).map(Command::Fuzz),
        "postgres" => Ok(Command::With { needs: vec![Need::Postgres], words: after_dashes(rest)? }),
        "with" => {
            let Some((list, rest)) = rest.split_first() else { return fail(format!("with what?\n{USAGE}")) };
            let needs = list.split(',').map(Need::by_name).collect::<Result<Vec<_>>>()?;
            Ok(Command::With { needs, words: after_dashes(rest)? })
        }
        other => fail(format!("no command is called {other}\n{USAGE}")),
    }
}

fn parse_fuzz(words: &[String]) -> Result<Plan> {
    let mut plan = Plan { minutes: 10, seed: None };
    for pair in words.chunks(2) {
        let [word, number] = pair else { return fail(format!("{} needs a number", pair.concat())) };
        let number = number.parse().map_err(|_| Problem(format!("{number} is no number")))?;
        match word.as_str() {
            "--minutes" => plan.minutes = number,
            "--seed" => plan.seed = Some(number),
            other => return fail(format!("fuzz does not know {other}\n{USAGE}")),
        }
    }
    Ok(plan)
}

fn after_dashes(words: &[String]) -> Result<Vec<String>> {
    match words.split_first() {
        Some((dashes, command)) if dashes == "--" && !command.is_empty() => Ok(command.to_vec()),
        _ => fail("the command to run comes after `--`, for example: cargo xtask postgres -- cargo test"),
    }
}

fn parse_test(words: &[String]) -> Result<Choice> {
    let mut choice = Choice::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => choice.quick = true,
            "--keep-going" => choice.keep_going = true,
            "--list" => choice.list = true,
            "--lanes" => match words.next().map(|number| number.parse()) {
                Some(Ok(number @ 1..=16)) => choice.lanes = number,
                _ => return fail("--lanes needs a number from 1 to 16"),
            },
            "--only" | "--skip" => {
                let Some(part) = words.next() else {
                    return fail(format!("{word} needs the name of a part"));
                };
                if word == "--only" { choice.only.push(part.clone()) } else { choice.skip.push(part.clone()) }
            }
            other => return fail(format!("test does not know {other}\n{USAGE}")),
        }
    }
    Ok(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn test_takes_its_flags_in_any_order() {
        let Ok(Command::Test(choice)) = parsed("test --only fmt --quick --only tidy --skip doc --lanes 1")
        else {
            panic!("not read as test")
        };
        assert_eq!(choice.only, ["fmt", "tidy"]);
        assert_eq!(choice.skip, ["doc"]);
        assert!(choice.quick && !choice.keep_going);
        assert_eq!(choice.lanes, 1);
    }

    #[test]
    fn a_command_is_found_after_the_dashes() {
        assert_eq!(
            parsed("postgres -- cargo test").ok(),
            Some(Command::With { needs: vec![Need::Postgres], words: vec!["cargo".into(), "test".into()] })
        );
        assert!(parsed("postgres cargo test").is_err());
        assert!(parsed("postgres --").is_err());
        assert!(parsed("with postgres,nothing -- true").is_err());
    }

    #[test]
    fn fuzz_takes_minutes_and_a_seed() {
        let plan = Plan { minutes: 3, seed: Some(9) };
        assert_eq!(parsed("fuzz --seed 9 --minutes 3").ok(), Some(Command::Fuzz(plan)));
        assert_eq!(parsed("fuzz").ok(), Some(Command::Fuzz(Plan { minutes: 10, seed: None })));
        assert!(parsed("fuzz --seed").is_err() && parsed("fuzz --minutes x").is_err());
    }

    #[test]
    fn unknown_words_are_refused() {
        for line in ["tests", "test --fast", "test --only", "test --lanes 0", "tidy --all", "bench"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
