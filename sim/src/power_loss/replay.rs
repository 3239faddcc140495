//! One image of a kept log, again.

use std::path::Path;

use super::expected::Expected;
use super::image::Survival;
use super::log::{self, Record};
use super::round::{Case, heard, scratch_folder};

/// Opens the image that `survival` leaves after `at` records of the log in `kept`; answers what is wrong with it.
///
/// `into`: where the image is left for a look, as it was before it was opened. `records`: also prints so many records
/// before the loss.
pub fn replay(
    kept: &Path,
    at: usize,
    survival: Survival,
    into: Option<&Path>,
    records: usize,
) -> Result<Result<(), String>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", kept.display());
    let case = std::fs::read_to_string(kept.join("case.json")).map_err(failed)?;
    let case: Case = serde_json::from_str(&case).map_err(|error| format!("{}: {error}", kept.display()))?;
    let log = log::read(&kept.join("log"))?;
    super::workload::silence_planned_panics();
    let (mut disk, mut expected) = (case.disk(), Expected::default());
    for (position, record) in (1..).zip(&log).take(at) {
        disk.apply(record)?;
        if let Some(mark) = heard(record)? {
            expected.hear(mark);
        }
        if position + records > at {
            println!("{position}: {}", shown(record));
        }
    }
    let image = disk.image(survival);
    if let Some(into) = into {
        image.write(into).map_err(|error| format!("{}: {error}", into.display()))?;
    }
    let scratch = scratch_folder()?;
    Ok(super::round::check_image(&image, &scratch.path().join("image"), &case, &expected))
}

fn shown(record: &Record) -> String {
    match record {
        Record::Mark(text) => String::from_utf8_lossy(text).into_owned(),
        Record::Write { inode, offset, data } => {
            format!("Write {{ inode: {inode}, offset: {offset}, bytes: {} }}", data.len())
        }
        other => format!("{other:?}"),
    }
}

/// Reads `everything`, `nothing` or `part:SEED`.
impl std::str::FromStr for Survival {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "everything" => Ok(Self::Everything),
            None if text == "nothing" => Ok(Self::Nothing),
            Some(("part", seed)) => {
                seed.parse().map(|seed| Self::Part { seed }).map_err(|_| format!("{seed} is no seed"))
            }
            _ => Err("everything, nothing or part:SEED".to_owned()),
        }
    }
}
