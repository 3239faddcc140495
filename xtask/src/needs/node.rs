//! The npm packages of `tests/node/package-lock.json`.

use std::path::Path;

use super::{debian, is_stamped, stamp, version_of};
use crate::problem::{Context, Result};
use crate::process;

/// Installs exactly what the lock file names, unless that is there already.
pub fn install(root: &Path, debian: &mut debian::Packages) -> Result<()> {
    let folder = root.join("tests/node");
    let lock = std::fs::read_to_string(folder.join("package-lock.json"))
        .context(|| "read tests/node/package-lock.json".into())?;
    if version_of(root, &["node", "--version"]).is_none() {
        debian.install(&["nodejs"])?;
    }
    if version_of(root, &["npm", "--version"]).is_none() {
        debian.install(&["npm"])?;
    }
    let version = version_of(root, &["node", "--version"]).unwrap_or_default();
    let modules = folder.join("node_modules");
    let mark = format!("{version}\n{lock}");
    if is_stamped(&modules, &mark) {
        println!("found: node {version} with the packages of tests/node/package-lock.json");
        return Ok(());
    }
    process::output(
        &folder,
        &["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    )?;
    stamp(&modules, &mark)?;
    let count = lock.matches("\"node_modules/").count();
    println!("installed: {count} npm packages for node {version}: {}", direct(&lock).join(", "));
    Ok(())
}

/// `name version` of what `package.json` asks for, as the lock file pins it.
fn direct(lock: &str) -> Vec<String> {
    let lock: serde_json::Value = serde_json::from_str(lock).unwrap_or_default();
    let asked = lock["packages"][""]["dependencies"].as_object().into_iter().flatten();
    let version =
        |name: &str| lock["packages"][format!("node_modules/{name}")]["version"].as_str().unwrap_or("?");
    asked.map(|(name, _)| format!("{name} {}", version(name))).collect()
}
