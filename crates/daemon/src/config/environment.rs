//! The layer of environment variables.

use super::keys::KEYS;
use super::layers::Given;
use super::problems::distance;
use super::{Layers, Problems, Source};

/// Environment variables that give the first access key of a new store; they are no settings.
pub(crate) const ID_VARIABLE: &str = "POSTROOM_ACCESS_KEY_ID";
/// See [`ID_VARIABLE`].
pub(crate) const SECRET_VARIABLE: &str = "POSTROOM_SECRET_ACCESS_KEY";

/// Letters by which a variable may differ from one of ours and is still meant to be it.
const MISTYPED_LETTERS_MAX: usize = 2;

/// Puts what `variables` set. One that is ours but for a letter or two is a problem; others that begin as ours may be
/// there for other reasons (Kubernetes sets some for every service).
pub(super) fn read(variables: &[(String, String)], layers: &mut Layers, problems: &mut Problems) {
    let mut ours: Vec<String> = KEYS.iter().map(|key| key.variable()).collect();
    ours.extend([ID_VARIABLE, SECRET_VARIABLE].map(str::to_owned));
    for (name, text) in variables.iter().filter(|(name, _)| name.starts_with("POSTROOM_")) {
        if let Some(key) = KEYS.iter().find(|key| key.variable() == *name) {
            let source = Source::Environment(name.clone());
            layers.put(key.name, Given::Text(text.clone()), source, problems);
        } else if !ours.contains(name)
            && let Some(meant) = ours.iter().find(|known| distance(name, known) <= MISTYPED_LETTERS_MAX)
        {
            let source = Source::Environment(name.clone());
            problems.other(&source, format_args!("nothing is set by it; did you mean {meant}?"));
        }
    }
}
