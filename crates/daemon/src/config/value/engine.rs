//! Which engine the store has.

use std::fmt;

use super::Setting;

/// Which engine the store has.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Engine {
    /// SQLite files in the data directory.
    Embedded,
    /// The PostgreSQL database at this URL, which may hold a password.
    Postgres(String),
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self))
    }
}

/// `store.url`
#[derive(Debug, Clone)]
pub(crate) struct StoreUrl(pub(crate) Engine);

impl Setting for StoreUrl {
    const SECRET: bool = true;

    fn allowed() -> String {
        "\"embedded\" or a URL \"postgres://user:password@host:port/database\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let text = value.as_str()?;
        let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        match text {
            "embedded" => Some(Self(Engine::Embedded)),
            _ if postgres => Some(Self(Engine::Postgres(text.to_owned()))),
            _ => None,
        }
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(shown(&self.0))
    }
}

/// The URL with stars for everything that may be a password: between the user's name and `@`, and in the query.
fn shown(engine: &Engine) -> String {
    let Engine::Postgres(url) = engine else { return "embedded".to_owned() };
    let (before, query) =
        url.split_once('?').map_or((url.as_str(), None), |(before, query)| (before, Some(query)));
    let (scheme, rest) = before.split_once("://").unwrap_or(("postgres", before));
    let place = match rest.rsplit_once('@') {
        Some((login, place)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:***@{place}"),
            None => format!("{login}@{place}"),
        },
        None => rest.to_owned(),
    };
    let secret = query.is_some_and(|query| query.to_ascii_lowercase().contains("pass"));
    let query = query.map_or_else(String::new, |query| format!("?{}", if secret { "***" } else { query }));
    format!("{scheme}://{place}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_stars() {
        let check =
            |url: &str, expected: &str| assert_eq!(shown(&Engine::Postgres(url.to_owned())), expected);
        check("postgres://a:b@h:1/d?x=y", "postgres://a:***@h:1/d?x=y");
        check("postgres://a:b:c@d@h/d", "postgres://a:***@h/d");
        check("postgres://a@h/d", "postgres://a@h/d");
        check("postgresql:///d?host=/run&user=a&password=b", "postgresql:///d?***");
    }
}
