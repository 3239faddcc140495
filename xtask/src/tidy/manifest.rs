//! The workspace's packages, as `cargo metadata` tells them, and the lines of its root manifest.

use std::path::Path;

use serde_json::Value;

use crate::problem::{Context, Result};

/// One of our packages.
#[derive(Debug, Clone, Default)]
pub struct Crate {
    /// The last part of its folder: `store`, `daemon`.
    pub name: String,
    /// The package's name: `postroom-store`, `postroom`.
    pub package: String,
    /// Its folder, relative to the root.
    pub folder: String,
    /// What it depends on, of every kind.
    pub dependencies: Vec<Dependency>,
}

/// An entry under `[dependencies]` and the like.
#[derive(Debug, Clone, Default)]
pub struct Dependency {
    /// The package's full name.
    pub package: String,
    /// The name that the source uses, with `_`.
    pub identifier: String,
    /// Only tests, benches and examples see it.
    pub only_tests: bool,
}

impl Dependency {
    /// The short name, if this is one of our own crates.
    pub fn own_name(&self, crates: &[Crate]) -> Option<String> {
        crates.iter().find(|each| each.package == self.package).map(|each| each.name.clone())
    }
}

/// Reads `cargo metadata --no-deps`.
pub fn crates(root: &Path, metadata: &str) -> Result<Vec<Crate>> {
    let metadata: Value = serde_json::from_str(metadata).context(|| "read cargo's metadata".into())?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    Ok(packages.map(|package| one(root, package)).collect())
}

fn one(root: &Path, package: &Value) -> Crate {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let manifest = text(&package["manifest_path"]);
    let folder = Path::new(&manifest).parent().and_then(|folder| folder.strip_prefix(root).ok());
    let folder = folder.map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    let dependency = |each: &Value| {
        let package = text(&each["name"]);
        let identifier = each["rename"].as_str().unwrap_or(&package).replace('-', "_");
        Dependency { package, identifier, only_tests: each["kind"] == "dev" }
    };
    Crate {
        name: folder.rsplit('/').next().unwrap_or_default().to_owned(),
        package: text(&package["name"]),
        folder,
        dependencies: package["dependencies"].as_array().into_iter().flatten().map(dependency).collect(),
    }
}

/// A line of `[workspace.dependencies]`.
pub struct Declared<'a> {
    /// Where it stands in the file, from 1.
    pub line: usize,
    /// The key.
    pub name: &'a str,
    /// The text after `=`.
    pub value: &'a str,
    /// Whether a comment stands above it or above the group of lines it belongs to.
    pub commented: bool,
}

/// The lines of `[workspace.dependencies]` in the root manifest.
pub fn declared(manifest: &str) -> Vec<Declared<'_>> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut commented = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if line.is_empty() {
            commented = false;
        } else if line.starts_with('#') {
            commented = true;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| inside) {
            found.push(Declared { line: index + 1, name: name.trim(), value: value.trim(), commented });
        }
    }
    found
}

#[cfg(test)]
impl Crate {
    /// A crate below `crates/` with dependencies on packages of these names.
    pub fn with(name: &str, packages: &[&str]) -> Crate {
        let dependency = |package: &&str| Dependency {
            package: (*package).to_owned(),
            identifier: package.replace('-', "_"),
            only_tests: false,
        };
        Crate {
            name: name.into(),
            package: format!("postroom-{name}"),
            folder: format!("crates/{name}"),
            dependencies: packages.iter().map(dependency).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_dependencies_are_read() {
        let metadata = r#"{"packages":[{"name":"postroom-store","manifest_path":"/p/crates/store/Cargo.toml",
            "dependencies":[{"name":"aws-lc-rs","kind":null},{"name":"tempfile","kind":"dev"}]}]}"#;
        let crates = crates(Path::new("/p"), metadata).expect("valid");
        assert_eq!((crates[0].name.as_str(), crates[0].folder.as_str()), ("store", "crates/store"));
        assert_eq!(crates[0].dependencies[0].identifier, "aws_lc_rs");
        assert!(crates[0].dependencies[1].only_tests && !crates[0].dependencies[0].only_tests);
        assert_eq!(crates[0].dependencies[0].own_name(&crates), None);
    }

    #[test]
    fn a_comment_covers_the_lines_up_to_the_next_empty_one() {
        let manifest =
            "[workspace.dependencies]\n# why\nx = \"1\"\ny = \"1\"\n\nz = \"1\"\n[profile.dev]\nw = 1\n";
        let found: Vec<_> =
            declared(manifest).iter().map(|each| (each.line, each.name, each.commented)).collect();
        assert_eq!(found, [(3, "x", true), (4, "y", true), (6, "z", false)]);
    }
}
