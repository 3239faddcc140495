//! What is wrong with a configuration: all of it at once.

use std::fmt;

use super::Source;

/// Problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    /// Notes that the value of `key` is not allowed.
    pub(crate) fn not_allowed(&mut self, source: &Source, key: &str, shown: &str, allowed: &str) {
        self.0.push(format!("{source}: {key} = {shown} is not allowed; it takes {allowed}"));
    }

    /// Notes that there is no `key`; `KEYS` that are spelled much the same are named.
    pub(crate) fn unknown(&mut self, source: &Source, key: &str) {
        let near = super::keys::KEYS.iter().map(|known| (distance(key, known.name), known.name)).min();
        let advice = match near {
            Some((distance, name)) if distance <= 1 + key.len() / 3 => format!("; did you mean {name}?"),
            _ => "; `postroom config --reference` lists them".to_owned(),
        };
        self.0.push(format!("{source}: there is no setting {key}{advice}"));
    }

    /// Notes anything else.
    pub(crate) fn other(&mut self, source: &Source, what: impl fmt::Display) {
        self.0.push(format!("{source}: {what}"));
    }

    /// `value`, unless there is a problem.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// Edit distance (Levenshtein) of two short texts.
pub(super) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        let mut problems = Problems::default();
        problems.unknown(&Source::Option("--set"), "store.ulr");
        assert_eq!(problems.to_string(), "--set: there is no setting store.ulr; did you mean store.url?");
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
