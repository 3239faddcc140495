//! The power loss simulation in short, and that it notices what it is for.

#![allow(clippy::unwrap_used, reason = "a test ends this way")]

use std::path::PathBuf;
use std::time::Duration;

use sim::power_loss::{Options, Report, run};

fn options(seed: u64, rounds: u64, images: usize) -> Options {
    Options {
        program: PathBuf::from(env!("CARGO_BIN_EXE_sim")),
        seed,
        rounds,
        images,
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
    let report = check(&options(100, 4, 40));
    assert!(report.failure.is_none());
    assert_eq!(report.images, 160);
    assert!(report.acknowledged > 0 && report.syncs.0 > 0, "{report:?}");
}

/// A disk that does not do what it was told must be found out, whatever it leaves out.
#[test]
fn a_sync_that_is_left_out_is_noticed() {
    for class in ["wal", "database", "folder", "other"] {
        let report = check(&Options { drop_syncs: Some(class.to_owned()), ..options(200, 20, 60) });
        assert!(report.failure.is_some(), "nothing noticed that syncs of {class} were left out");
    }
}
