//! The command line.

mod access_key;
mod account;
mod api_model;
mod audit;
mod backup;
mod check_config;
mod command;
mod completions;
mod demo;
mod domain;
mod explain;
mod fsck;
mod global;
mod mailbox;
mod organization;
mod restore;
mod restore_all;
mod serve;
mod show_config;
mod status;
mod token;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::problem::Problem;
pub(crate) use global::Format;
use global::Global;

/// Mail and calendars that an organization runs itself, with Amazon WorkMail's API.
#[derive(Debug, Parser)]
#[command(name = "postroom", version, propagate_version = true, after_help = EXAMPLES)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  postroom demo
  postroom serve --data /var/lib/postroom
  postroom serve --config /etc/postroom.toml --set log.format=json
  postroom check-config --config /etc/postroom.toml
  postroom config --output json";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or SIGINT.
    Serve(serve::Serve),
    /// Serve with an organization to try things out in, and print what to try.
    Demo(demo::Demo),
    /// Say what is wrong with the configuration, without starting anything.
    CheckConfig(check_config::CheckConfig),
    /// Print the configuration in force and where each value came from.
    Config(show_config::ShowConfig),
    /// Make and list AWS accounts.
    Account(account::Account),
    /// Make, list, switch and delete access keys.
    AccessKey(access_key::AccessKey),
    /// Make personal access tokens.
    Token(token::Token),
    /// Show an organization; change settings that the API has no operation for.
    Organization(organization::Organization),
    /// List and show mail domains and the records to publish; change the keys that sign.
    Domain(domain::Domain),
    /// Show why rules decide as they do.
    Explain(explain::Explain),
    /// Show what administrators have changed.
    Audit(audit::Audit),
    /// Save everything, or some organizations, while everything goes on.
    Backup(backup::Backup),
    /// Restore everything or one organization from a backup.
    Restore(restore::Restore),
    /// Put back what was expunged from a mailbox; write one into files; bring mail in.
    Mailbox(mailbox::Mailbox),
    /// Check what is stored, and mend it.
    Fsck(fsck::Fsck),
    /// Print the service model of Postroom's own operations, for the AWS CLI.
    ApiModel(api_model::ApiModel),
    /// Say how the daemon is and where it listens.
    Status(status::Status),
    /// Have the daemon read its certificates again.
    Reload(status::Reload),
    /// Print the completions of a shell.
    Completions(completions::Completions),
}

/// Runs the program; 0: done, 1: it failed, 2: the command line or the configuration is wrong.
pub(crate) fn main() -> ExitCode {
    let CommandLine { global, command } = CommandLine::parse();
    match run(&global, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            crate::output::say(&problem);
            problem.exit_code()
        }
    }
}

fn run(global: &Global, command: Command) -> Result<(), Problem> {
    match command {
        Command::Serve(serve) => serve.run(global),
        Command::Demo(demo) => demo.run(global),
        Command::CheckConfig(check) => check.run(global),
        Command::Config(show) => show.run(global),
        Command::Account(account) => account.run(global),
        Command::AccessKey(access_key) => access_key.run(global),
        Command::Token(token) => token.run(global),
        Command::Organization(organization) => organization.run(global),
        Command::Domain(domain) => domain.run(global),
        Command::Explain(explain) => explain.run(global),
        Command::Audit(audit) => audit.run(global),
        Command::Backup(backup) => backup.run(global),
        Command::Restore(restore) => restore.run(global),
        Command::Mailbox(mailbox) => mailbox.run(global),
        Command::Fsck(fsck) => fsck.run(global),
        Command::ApiModel(model) => model.run(),
        Command::Status(status) => status.run(global),
        Command::Reload(reload) => reload.run(global),
        Command::Completions(completions) => completions.run(&mut CommandLine::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        CommandLine::command().debug_assert();
    }

    /// The words of our command lines among the lines of a help's end, as a shell sees them.
    fn examples(help: &str) -> Vec<Vec<String>> {
        let mut lines: Vec<_> = help
            .replace("\\\n", " ")
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .map(str::to_owned)
            .collect();
        lines.iter_mut().for_each(|line| line.truncate(line.find(['|', '>']).unwrap_or(line.len())));
        let words = |line: String| {
            let part = |(quoted, text): (usize, &str)| match quoted % 2 {
                0 => text.split_whitespace().map(str::to_owned).collect(),
                _ => vec![text.to_owned()],
            };
            line.split('"').enumerate().flat_map(part).collect()
        };
        lines.into_iter().map(words).filter(|words: &Vec<_>| words[0] == "postroom").collect()
    }

    fn check_examples(command: &clap::Command, path: &str) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = examples(&help);
        assert!(!examples.is_empty(), "`{path} --help` has no example");
        for words in examples {
            assert!(
                words.join(" ").starts_with(path),
                "`{path} --help` has an example of another: {words:?}"
            );
            if let Err(error) = CommandLine::try_parse_from(&words) {
                panic!("`{path} --help`: {words:?}: {error}");
            }
        }
        for inner in command.get_subcommands() {
            check_examples(inner, &format!("{path} {}", inner.get_name()));
        }
    }

    #[test]
    fn every_help_has_examples_that_are_right() {
        check_examples(&CommandLine::command(), "postroom");
    }
}
