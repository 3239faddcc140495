//! Dependencies between our crates point down the floors, as ARCHITECTURE.md draws them.

use super::manifest::Crate;
use super::{Findings, Project};

/// Where a crate stands: its floor, and its place among those of one floor that may build on each other.
///
/// Crates of one floor see each other only where `order` grows; 0 sees none of its floor.
struct Place {
    name: &'static str,
    floor: u8,
    order: u8,
}

const fn at(name: &'static str, floor: u8) -> Place {
    Place { name, floor, order: 0 }
}

const fn ordered(name: &'static str, floor: u8, order: u8) -> Place {
    Place { name, floor, order }
}

/// Every crate of the project. A new crate gets a line here, in the commit that brings it.
const PLACES: &[Place] = &[
    // 0: values
    at("types", 0),
    // 1: codecs and pure engines
    at("sigv4", 1),
    at("imap-proto", 1),
    at("wbxml", 1),
    at("xml", 1),
    at("mime", 1),
    at("oidc", 1),
    at("itip", 1),
    at("policy", 1),
    at("mail-routing", 1),
    at("recurrence", 1),
    at("wal-vfs", 1),
    // 2: store
    at("store", 2),
    // 3: capabilities
    ordered("directory", 3, 1),
    ordered("mailbox", 3, 2),
    ordered("mailflow", 3, 3),
    ordered("calendar", 3, 3),
    ordered("devices", 3, 3),
    ordered("governance", 3, 4),
    // 4: servers
    at("admin-api", 4),
    at("imap-server", 4),
    at("smtp-server", 4),
    at("eas-server", 4),
    at("ews-server", 4),
    at("dav-server", 4),
    at("jmap-server", 4),
    at("web", 4),
    // 5: program
    at("daemon", 5),
];

/// Beside the floors: they may see every crate, and no crate may see them, except in its tests.
const BESIDE: &[&str] = &["xtask", "bench", "sim", "tests", "crash"];

/// See the module.
pub fn check(project: &Project) -> Findings {
    let mut findings = Findings::default();
    for each in &project.crates {
        let manifest = format!("{}/Cargo.toml", each.folder);
        if BESIDE.contains(&each.name.as_str()) {
            continue;
        }
        let Some(from) = place(&each.name) else {
            findings.fault(
                manifest,
                format!("the crate {} has no floor; give it a line in arrows.rs", each.name),
            );
            continue;
        };
        for (to, only_tests) in own_dependencies(each, &project.crates) {
            if BESIDE.contains(&to.as_str()) && only_tests {
                continue;
            }
            if !place(&to).is_some_and(|to| may_see(from, to)) {
                findings.fault(
                    &manifest,
                    format!("{} must not depend on {to}: arrows point down only", each.name),
                );
            }
        }
    }
    findings
}

fn place(name: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == name)
}

fn may_see(from: &Place, to: &Place) -> bool {
    to.floor < from.floor || (to.floor == from.floor && 0 < to.order && to.order < from.order)
}

fn own_dependencies<'a>(each: &'a Crate, crates: &'a [Crate]) -> impl Iterator<Item = (String, bool)> + 'a {
    each.dependencies.iter().filter_map(|to| Some((to.own_name(crates)?, to.only_tests)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(crates: Vec<Crate>) -> usize {
        check(&Project::of(&[], crates)).faults.len()
    }

    #[test]
    fn down_is_allowed_up_and_sideways_are_not() {
        let types = || Crate::with("types", &[]);
        assert_eq!(faults(vec![types(), Crate::with("store", &["postroom-types", "serde"])]), 0);
        assert_eq!(faults(vec![Crate::with("types", &["postroom-store"]), Crate::with("store", &[])]), 1);
        assert_eq!(faults(vec![Crate::with("sigv4", &["postroom-policy"]), Crate::with("policy", &[])]), 1);
    }

    #[test]
    fn capabilities_build_on_each_other_in_one_order() {
        let pair = |from: &str, to: &str| {
            faults(vec![Crate::with(from, &[&format!("postroom-{to}")]), Crate::with(to, &[])])
        };
        assert_eq!(pair("mailbox", "directory"), 0);
        assert_eq!(pair("governance", "devices"), 0);
        assert_eq!(pair("directory", "mailbox"), 1);
        assert_eq!(pair("calendar", "mailflow"), 1);
    }

    #[test]
    fn a_crate_without_a_floor_is_a_fault() {
        assert_eq!(faults(vec![Crate::with("helpers", &[])]), 1);
    }

    #[test]
    fn what_stands_beside_is_seen_by_tests_only() {
        let mut store = Crate::with("store", &["postroom-sim"]);
        let sim = Crate::with("sim", &["postroom-store"]);
        assert_eq!(faults(vec![store.clone(), sim.clone()]), 1);
        store.dependencies[0].only_tests = true;
        assert_eq!(faults(vec![store, sim]), 0);
    }
}
