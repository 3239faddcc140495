//! Rights as values: only a decision makes a [`Permitted`], and operations take one.

/// Leave to carry out one action; made by a decision, the local operator or a background job.
#[derive(Debug, Clone)]
pub struct Permitted {
    actor: String,
}

impl Permitted {
    /// Leave of the person at the machine's command line.
    pub fn operator(reason: &str) -> Self {
        Self { actor: format!("operator: {reason}") }
    }

    /// Leave of one of Postroom's own background jobs.
    pub fn system(reason: &str) -> Self {
        Self { actor: format!("system: {reason}") }
    }

    /// Who acts, for the audit record.
    pub fn actor(&self) -> &str {
        &self.actor
    }
}
