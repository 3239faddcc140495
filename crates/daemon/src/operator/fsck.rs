//! Going through everything that is stored.

use std::fmt;

use postroom_directory::fsck::{Finding, Look};
use serde::{Deserialize, Serialize};

use super::{Operator, Progress, named};
use crate::problem::Problem;

/// Looks for what breaks an invariant.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fsck {
    /// Only this organization: `m-…` or its alias.
    pub(crate) organization: Option<String>,
    /// Mend what can be mended.
    pub(crate) repair: bool,
    /// Read every large body, not only some.
    pub(crate) read_bodies: bool,
}

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    organizations: usize,
    findings: Vec<Found>,
    repair: bool,
}

/// Something that is wrong.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    /// Of which organization; none: of the directory, or of nobody.
    organization: Option<String>,
    must_hold: String,
    is_wrong: String,
    repaired: bool,
}

pub(super) async fn run(operator: &Operator, command: Fsck, progress: Progress) -> Result<Report, Problem> {
    let only = match &command.organization {
        Some(name) => Some(named::organization(operator, name).await?.id),
        None => None,
    };
    let look = Look { repair: command.repair, read_bodies: command.read_bodies };
    let report = operator.opened.fsck().look(only.as_ref(), look, progress).await;
    let report = report.map_err(|error| Problem::new("the check did not end", error))?;
    let findings = report.findings.into_iter().map(Found::from).collect();
    Ok(Report { organizations: report.organizations, findings, repair: command.repair })
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self {
            organization: finding.organization.map(|id| id.as_str().to_owned()),
            must_hold: finding.invariant,
            is_wrong: finding.what,
            repaired: finding.repaired,
        }
    }
}

impl Report {
    /// How many findings were not mended.
    pub(crate) fn left(&self) -> usize {
        self.findings.iter().filter(|found| !found.repaired).count()
    }

    /// What a person does about what is left.
    pub(crate) fn advice(&self) -> &'static str {
        if self.repair {
            "what is left needs a person: see \"What fsck says\" in docs/backup.md"
        } else {
            "`postroom fsck --repair` mends what can be mended; take a backup first"
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for found in &self.findings {
            let place = found.organization.as_deref().unwrap_or("directory");
            writeln!(f, "{place}: {}", found.is_wrong)?;
            writeln!(f, "  must hold: {}", found.must_hold)?;
            writeln!(f, "  {}", if found.repaired { "repaired" } else { "not repaired" })?;
        }
        let organizations = match self.organizations {
            1 => "1 organization was".to_owned(),
            count => format!("{count} organizations were"),
        };
        let repaired = self.findings.len() - self.left();
        match (self.findings.len(), self.left()) {
            (0, _) => writeln!(f, "{organizations} looked at: everything holds."),
            (found, left) => {
                writeln!(f, "{organizations} looked at: {found} found, {repaired} repaired, {left} left.")
            }
        }
    }
}
