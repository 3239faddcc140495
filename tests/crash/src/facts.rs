//! What an organization is known to hold, one fact a row: the model that the server is compared with.

use std::collections::{BTreeMap, BTreeSet};

/// A user, a group's member, an alias, a rule …
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fact {
    /// The id that the server minted; `None` when the answer with it was lost, or when there is none.
    pub id: Option<String>,
    /// What is known of it.
    pub fields: BTreeMap<&'static str, String>,
}

/// Facts by key: `kind/name`, or `kind/name/name` for what ties two together.
pub type Facts = BTreeMap<String, Fact>;

/// A change of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is so from now on.
    Put(String, Fact),
    /// It is gone.
    Remove(String),
}

impl Fact {
    /// A fact with these fields.
    pub fn of(fields: &[(&'static str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { id: None, fields }
    }

    /// The same with another value of a field.
    #[must_use]
    pub fn with(&self, field: &'static str, value: &str) -> Self {
        let mut fact = self.clone();
        fact.fields.insert(field, value.to_owned());
        fact
    }

    /// The same with an id.
    #[must_use]
    pub fn identified(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// The value of a field; empty when it has none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

/// `changes` made in `facts`.
pub fn changed(facts: &Facts, changes: &[Change]) -> Facts {
    let mut facts = facts.clone();
    for change in changes {
        match change {
            Change::Put(key, fact) => facts.insert(key.clone(), fact.clone()),
            Change::Remove(key) => facts.remove(key),
        };
    }
    facts
}

/// Removes everything that names `name` besides the fact `kind/name` itself.
pub fn forget_ties(facts: &Facts, name: &str) -> Vec<Change> {
    let tied =
        |key: &&String| key.split('/').skip(1).count() > 1 && key.split('/').skip(1).any(|part| part == name);
    facts.keys().filter(tied).cloned().map(Change::Remove).collect()
}

/// What the server shows.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// The facts.
    pub facts: Facts,
    /// Beginnings of keys that the server does not show now: members of a disabled group and the like.
    pub hidden: BTreeSet<String>,
    /// Names of entities by id.
    pub names: BTreeMap<String, String>,
}

impl Observed {
    /// Whose name has this id; the id itself when nobody's.
    pub fn name_of(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The part that belongs to the writer whose names begin with `prefix`.
    pub fn part(&self, prefix: &str) -> Self {
        let ours = |key: &String| belongs(key, prefix);
        Self {
            facts: self
                .facts
                .iter()
                .filter(|(key, _)| ours(key))
                .map(|(k, f)| (k.clone(), f.clone()))
                .collect(),
            hidden: self.hidden.iter().filter(|key| ours(key)).cloned().collect(),
            names: BTreeMap::new(),
        }
    }

    /// How this differs from `expected`; empty when it does not.
    pub fn differences(&self, expected: &Facts) -> Vec<String> {
        let shown = |key: &String| !self.hidden.iter().any(|hidden| key.starts_with(hidden.as_str()));
        let mut found = Vec::new();
        for (key, fact) in expected.iter().filter(|(key, _)| shown(key)) {
            match self.facts.get(key) {
                None => found.push(format!("{key} is missing: {}", text(fact))),
                Some(other) if !same(fact, other) => {
                    found.push(format!("{key} is {} instead of {}", text(other), text(fact)));
                }
                Some(_) => {}
            }
        }
        let strange = self.facts.iter().filter(|(key, _)| !expected.contains_key(*key));
        found.extend(strange.map(|(key, fact)| format!("{key} should not be there: {}", text(fact))));
        found
    }

    /// `expected` with the ids that the server has minted meanwhile.
    pub fn completed(&self, expected: &Facts) -> Facts {
        let mut facts = expected.clone();
        for (key, fact) in &mut facts {
            if fact.id.is_none() {
                fact.id = self.facts.get(key).and_then(|shown| shown.id.clone());
            }
        }
        facts
    }
}

/// Whether a key's first name begins with `prefix`.
pub fn belongs(key: &str, prefix: &str) -> bool {
    key.split('/').nth(1).is_some_and(|name| name.starts_with(prefix))
}

fn same(expected: &Fact, shown: &Fact) -> bool {
    expected.fields == shown.fields && (expected.id.is_none() || expected.id == shown.id)
}

fn text(fact: &Fact) -> String {
    let fields: Vec<String> = fact.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{} [{}]", fact.id.as_deref().unwrap_or("-"), fields.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(facts: &[(&str, Fact)]) -> Observed {
        let facts = facts.iter().map(|(key, fact)| ((*key).to_owned(), fact.clone())).collect();
        Observed { facts, ..Observed::default() }
    }

    #[test]
    fn what_is_missing_strange_or_different_is_found() {
        let fact = Fact::of(&[("state", "ENABLED")]).identified("1");
        let expected: Facts = [("user/a".to_owned(), fact.clone())].into();
        assert!(shown(&[("user/a", fact.clone())]).differences(&expected).is_empty());
        assert_eq!(shown(&[]).differences(&expected).len(), 1);
        assert_eq!(shown(&[("user/a", fact.with("state", "DISABLED"))]).differences(&expected).len(), 1);
        assert_eq!(shown(&[("user/a", fact.clone().identified("2"))]).differences(&expected).len(), 1);
        assert_eq!(shown(&[("user/a", fact.clone()), ("user/b", fact)]).differences(&expected).len(), 1);
    }

    #[test]
    fn an_id_that_nobody_heard_of_is_taken_over() {
        let expected: Facts = [("user/a".to_owned(), Fact::default())].into();
        let observed = shown(&[("user/a", Fact::default().identified("1"))]);
        assert!(observed.differences(&expected).is_empty());
        assert_eq!(observed.completed(&expected)["user/a"].id.as_deref(), Some("1"));
    }

    #[test]
    fn what_is_hidden_is_not_missed() {
        let expected: Facts = [("member/g/u".to_owned(), Fact::default())].into();
        let mut observed = shown(&[]);
        observed.hidden.insert("member/g/".to_owned());
        assert!(observed.differences(&expected).is_empty());
    }

    #[test]
    fn ties_go_with_either_end() {
        let keys = ["user/u", "member/g/u", "member/g/v", "override/u/d"];
        let facts: Facts = keys.iter().map(|key| ((*key).to_owned(), Fact::default())).collect();
        let gone = forget_ties(&facts, "u");
        assert_eq!(gone, ["member/g/u", "override/u/d"].map(|key| Change::Remove(key.to_owned())));
    }
}
