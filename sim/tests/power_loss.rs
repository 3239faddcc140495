//! The power loss simulation in short, and that it notices what it is for.

#![allow(clippy::unwrap_used, reason = "a test ends this way")]

use std::path::PathBuf;
use std::time::Duration;

use sim::power_loss::{Options, Report, Subject, run};

fn options(subject: Subject, seed: u64, rounds: u64, images: usize) -> Options {
    Options {
        program: PathBuf::from(env!("CARGO_BIN_EXE_sim")),
        subject: Some(subject),
        seed,
        rounds,
        images,
        every: false,
        time_max: Duration::from_secs(600),
        drop_syncs: None,
        keep: PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
        verbose: false,
    }
}

fn check(options: &Options) -> Report {
    let report = run(options).unwrap();
    if let Some(failure) = &report.failure {
        println!("{failure}");
    }
    report
}

#[test]
fn what_was_acknowledged_survives() {
    for subject in [Subject::Store, Subject::Mail] {
        let report = check(&options(subject, 100, 4, 40));
        assert!(report.failure.is_none(), "{subject}");
        assert_eq!(report.images, 160);
        assert!(report.acknowledged > 0 && report.syncs.0 > 0, "{report:?}");
        // SQLite's way of syncing the log is recorded.
        assert!(report.data_syncs > 0, "{report:?}");
    }
}

/// A disk that does not do what it was told must be found out, whatever it leaves out.
#[test]
fn a_sync_that_is_left_out_is_noticed() {
    for class in ["wal", "database", "folder", "other"] {
        let left_out = options(Subject::Store, 200, 20, 60);
        let report = check(&Options { drop_syncs: Some(class.to_owned()), ..left_out });
        assert!(report.failure.is_some(), "nothing noticed that syncs of {class} were left out");
    }
}

/// A body that is not on the disk before the row that names it is lost with the power, and so is one whose name is not.
#[test]
fn a_body_whose_sync_is_left_out_is_missed() {
    for class in ["body", "shelf", "wal"] {
        let left_out = options(Subject::Mail, 200, 20, 60);
        let report = check(&Options { drop_syncs: Some(class.to_owned()), ..left_out });
        let message = report.failure.map(|failure| failure.message).unwrap_or_default();
        assert!(!message.is_empty(), "nothing noticed that syncs of {class} were left out");
        assert!(class == "wal" || message.contains("LOST: the body of"), "{class}: {message}");
    }
}

/// One image of every state of the disk in a short round.
#[test]
fn no_state_of_the_disk_is_left_out_when_all_are_asked_for() {
    let every = Options { every: true, ..options(Subject::Mail, 6, 1, 0) };
    let report = check(&every);
    assert!(report.failure.is_none());
    assert!(report.images > report.records / 2, "{report:?}");
}
