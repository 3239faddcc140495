//! The reference page and the sample file, printed from the table.

use std::fmt::Write as _;

use super::KEYS;

/// `docs/configuration.md`
pub(crate) fn reference() -> String {
    let mut page = HEAD.to_owned();
    for key in KEYS {
        let doc = text(key.doc);
        let (name, default, allowed, variable) = (key.name, key.default, (key.allowed)(), key.variable());
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "\n## `{name}`\n\n{doc}\n\n- Takes {allowed}.\n- Default: `{default}`\n- Environment: `{variable}`\n"
        );
    }
    page
}

/// A configuration file in which every setting stands as a comment with its default.
pub(crate) fn sample() -> String {
    let mut file =
        "# Postroom's configuration. Every line that is commented out shows the default.\n".to_owned();
    for key in KEYS {
        file.push('\n');
        for line in key.doc {
            let _ = writeln!(file, "#{line}");
        }
        let _ = writeln!(file, "# {} = {}", key.name, key.default);
    }
    file
}

fn text(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

const HEAD: &str = "\
# Configuration

<!-- Printed by `postroom config --reference` from the table in the program; a test compares. Do not edit. -->

Postroom runs without a configuration file. What belongs to the process is set here; what belongs to an organization is
changed over the API.

A setting is taken from the first of these that has it:

1. `--any-port`, `--set KEY=VALUE` (any setting, dotted; as often as needed) and `--data DIR` on the command line,
2. the environment variable that is named beside it,
3. the file that `--config FILE` names (TOML; `a.b = 1` and `b = 1` below `[a]` are the same),
4. the default.

A listener that is turned off with an empty list stays off with `--any-port`, too.

Lists may be given as one text with commas on the command line and in the environment: `--set
regions=us-east-1,eu-west-1`. A setting that does not exist, a value that is not allowed and a
variable that is one of ours but for a letter or two stop the start; `postroom check-config` says what is wrong with all of them at once. `postroom config` prints what is in force and where
each value came from. `postroom config --sample` prints a file to begin with.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_what_the_program_prints() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(committed, reference(), "run: cargo run -- config --reference > docs/configuration.md");
    }
}
