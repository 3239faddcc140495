//! `docs/coverage.md` says of every operation whether it is there, whether it is in force, and where it is tested.
//!
//! The page is generated: `POSTROOM_WRITE_DOCS=1 cargo test -p postroom-admin-api --test coverage` writes it anew.
#![allow(clippy::unwrap_used, reason = "a test ends that way")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use postroom_admin_api::IMPLEMENTED;
use postroom_admin_api::coverage::NOT_IN_FORCE;
use postroom_admin_api::extensions::POSTROOM;
use postroom_admin_api::operations::{MESSAGE_FLOW_OPERATIONS, OPERATIONS};

const HEAD: &str = "# Coverage

Generated from the tables of operations; a test keeps it true. *Stored*: the operation answers as WorkMail's does and
what it is told is durable. *In force*: something acts on it. An operation that is missing answers
`UnsupportedOperationException` with a message that says so. What WorkMail does not publish is chosen in
`compatibility.md`.

";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// boto3's name of an operation.
fn method(operation: &str) -> String {
    let mut method = String::new();
    let letters: Vec<char> = operation.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let begins_word = letter.is_ascii_uppercase() && at > 0;
        if begins_word
            && (letters[at - 1].is_ascii_lowercase()
                || letters.get(at + 1).is_some_and(char::is_ascii_lowercase))
        {
            method.push('_');
        }
        method.push(letter.to_ascii_lowercase());
    }
    method
}

/// The files of tests in boto3 with their texts.
fn tests() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(root().join("tests/python"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
        })
        .filter(|(name, _)| name.starts_with("test_") && name != "test_authorization.py")
        .collect();
    files.sort();
    files
}

fn tested_in(operation: &str, tests: &[(String, String)]) -> String {
    let method = method(operation);
    let named = |text: &str| {
        text.match_indices(&method).any(|(at, found)| {
            !text[at + found.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
        })
    };
    let files: Vec<&str> =
        tests.iter().filter(|(_, text)| named(text)).map(|(name, _)| name.as_str()).collect();
    files.first().map_or(String::new(), |first| format!("`{first}`"))
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let tests = tests();
    let there = OPERATIONS.iter().filter(|operation| IMPLEMENTED.contains(&operation.name)).count();
    let all = OPERATIONS.len() + MESSAGE_FLOW_OPERATIONS.len();
    writeln!(page, "{there} of {all} operations are there.\n").unwrap();
    page.push_str("| operation | stored | in force | tested in |\n| --- | --- | --- | --- |\n");
    for operation in OPERATIONS {
        let name = operation.name;
        if !IMPLEMENTED.contains(&name) {
            writeln!(page, "| {name} | **missing** | | |").unwrap();
            continue;
        }
        let force = NOT_IN_FORCE.iter().find(|(listed, _)| *listed == name).map_or("yes", |(_, force)| force);
        writeln!(page, "| {name} | yes | {force} | {} |", tested_in(name, &tests)).unwrap();
    }
    for (name, _, _) in MESSAGE_FLOW_OPERATIONS {
        writeln!(page, "| {name} (message flow) | **missing** | | |").unwrap();
    }
    page.push_str(
        "\n## Postroom's own\n\nWhat WorkMail has no API for; `postroom api-model` prints their model.\n\n",
    );
    page.push_str("| operation | what it does | tested in |\n| --- | --- | --- |\n");
    for operation in POSTROOM.operations {
        let text: Vec<&str> = operation.documentation.iter().map(|line| line.trim()).collect();
        let tested = tested_in(operation.name, &tests);
        assert!(!tested.is_empty(), "no test in boto3 names {}", operation.name);
        writeln!(page, "| {} | {} | {tested} |", operation.name, text.join(" ")).unwrap();
    }
    page
}

#[test]
fn the_page_is_true() {
    let (path, page) = (root().join("docs/coverage.md"), page());
    if std::env::var_os("POSTROOM_WRITE_DOCS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/coverage.md is out of date: see the head of this file");
}

#[test]
fn what_is_not_in_force_is_there() {
    for (name, _) in NOT_IN_FORCE {
        assert!(OPERATIONS.iter().any(|operation| operation.name == *name), "{name}");
    }
    assert!(NOT_IN_FORCE.is_sorted(), "in the order of the alphabet");
}

#[test]
fn boto3_names() {
    for (operation, expected) in [
        ("CreateUser", "create_user"),
        ("ListMobileDeviceAccessOverrides", "list_mobile_device_access_overrides"),
        ("DeregisterFromWorkMail", "deregister_from_work_mail"),
    ] {
        assert_eq!(method(operation), expected);
    }
}
