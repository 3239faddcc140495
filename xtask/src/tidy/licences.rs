//! The licences of everything that is compiled, and packages that must not be.

use std::collections::BTreeSet;

use super::{Findings, Project};

/// Licences that may be part of the program without duties beyond naming them.
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    // Parts of aws-lc.
    "OpenSSL",
];

/// A second TLS or crypto library beside rustls with aws-lc-rs.
const BANNED: &[&str] = &["ring", "openssl-sys", "native-tls"];

/// See the module. What is looked at is what `cargo tree` says is compiled, so a package that only stands in
/// Cargo.lock behind a feature that nobody turns on is not a fault.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    let packages: BTreeSet<&str> =
        project.compiled.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let mut compiled = BTreeSet::new();
    for line in packages {
        let Some((package, licence)) = line.split_once('|') else { continue };
        let mut words = package.split_whitespace();
        let (name, version) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        compiled.insert((name, version));
        if BANNED.contains(&name) {
            findings.fault(
                name,
                "is compiled but banned; find with `cargo tree --workspace -i` what turns it on",
            );
        }
        if !is_allowed(licence) {
            findings.fault(name, format!("licence \"{licence}\" is not on the list in licences.rs"));
        }
    }
    findings.notes.push(format!("{} packages are compiled on this platform", compiled.len()));
    findings
}

/// Reads an SPDX expression: `OR` needs one side, `AND` both; `/` is the old way to write `OR`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) && rest.is_empty()
}

fn either(rest: &mut &[&str]) -> bool {
    let mut allowed = both(rest);
    while let Some(("OR", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        *rest = after;
        allowed |= both(rest);
    }
    allowed
}

fn both(rest: &mut &[&str]) -> bool {
    let mut allowed = one(rest);
    while let Some(("AND", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        *rest = after;
        allowed &= one(rest);
    }
    allowed
}

fn one(rest: &mut &[&str]) -> bool {
    let Some((&first, after)) = rest.split_first() else { return false };
    *rest = after;
    if first == "(" {
        let allowed = either(rest);
        let closed = rest.split_first().is_some_and(|(word, _)| *word == ")");
        *rest = rest.get(1..).unwrap_or_default();
        return allowed && closed;
    }
    if let ["WITH", exception, after @ ..] = rest {
        let whole = format!("{first} WITH {exception}");
        *rest = after;
        return ALLOWED.contains(&whole.as_str());
    }
    ALLOWED.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(compiled: &str) -> usize {
        check(&Project { compiled: compiled.into(), ..Project::of(&[], vec![]) }).faults.len()
    }

    #[test]
    fn expressions_are_read_as_spdx_says() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "ISC AND (Apache-2.0 OR ISC) AND OpenSSL",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in
            ["", "GPL-3.0-only", "MIT AND AGPL-3.0-only", "(MIT", "MIT Apache-2.0", "MIT WITH something"]
        {
            assert!(!is_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn a_banned_package_and_a_foreign_licence_are_faults() {
        assert_eq!(faults("serde v1.0.1|MIT OR Apache-2.0\nserde v1.0.1|MIT OR Apache-2.0 (*)\n"), 0);
        assert_eq!(faults("ring v0.17.0|ISC\n"), 1);
        assert_eq!(faults("sieve v1.0.0|AGPL-3.0-only\n"), 1);
    }
}
