//! A Python environment with the pinned packages of `tests/python/requirements.txt`.

use std::path::{Path, PathBuf};

use super::{debian, folder, is_stamped, stamp, version_of};
use crate::problem::{Context, Result};
use crate::process;

/// Makes the environment unless it is there with the same packages; returns its folder.
pub fn install(root: &Path, debian: &mut debian::Packages) -> Result<PathBuf> {
    let lock = "tests/python/requirements.txt";
    let wanted = std::fs::read_to_string(root.join(lock)).context(|| format!("read {lock}"))?;
    if version_of(root, &["python3", "--version"]).is_none() {
        debian.install(&["python3", "python3-venv"])?;
    }
    let version = version_of(root, &["python3", "--version"]).unwrap_or_default();
    let place = folder(root, "xtask-venv");
    let shown = place.to_string_lossy().into_owned();
    // The programs in an environment name its folder, so a copied one is not the same.
    let mark = format!("{shown}\n{version}\n{wanted}");
    let python = place.join("bin/python").to_string_lossy().into_owned();
    if is_stamped(&place, &mark) && version_of(root, &[&python, "--version"]).is_some() {
        println!("found: {version} environment with the packages of {lock}");
        return Ok(place);
    }
    let make = ["python3", "-m", "venv", "--clear", &shown];
    if process::output(root, &make).is_err() {
        debian.install(&["python3-venv"])?;
        process::output(root, &make)?;
    }
    let pip = [
        python.as_str(),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--require-hashes",
    ];
    process::output(root, &[&pip[..], &["--no-deps", "-r", lock]].concat())?;
    stamp(&place, &mark)?;
    println!("installed: {version} packages {}", pinned(&wanted).join(", "));
    Ok(place)
}

/// The folder of an installed package.
pub fn package(root: &Path, place: &Path, name: &str) -> Result<PathBuf> {
    let python = place.join("bin/python").to_string_lossy().into_owned();
    let said = process::output(root, &[&python, "-c", &format!("import {name}; print({name}.__path__[0])")])?;
    Ok(PathBuf::from(said.trim()))
}

/// `name version` of every pinned package in a lock file.
fn pinned(lock: &str) -> Vec<String> {
    let lines = lock.lines().filter(|line| !line.starts_with([' ', '#']));
    lines
        .filter_map(|line| line.split_whitespace().next()?.split_once("=="))
        .map(|(n, v)| format!("{n} {v}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_packages_are_read_from_a_lock_file() {
        let lock = "# made\nsix==1.17.0 \\\n    --hash=sha256:00 \\\n    # via x==1\nrsa==4.7.2 ; x\n";
        assert_eq!(pinned(lock), ["six 1.17.0", "rsa 4.7.2"]);
    }
}
