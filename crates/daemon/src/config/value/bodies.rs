//! Where large bodies go.

use super::Setting;

/// `bodies.url`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodiesUrl {
    /// Beside the rows.
    BesideRows,
    /// A bucket, and what every key begins with.
    S3 {
        /// The bucket.
        bucket: String,
        /// What every key in it begins with; may be empty.
        prefix: String,
    },
}

impl Setting for BodiesUrl {
    fn allowed() -> String {
        "an empty text or a URL \"s3://bucket/prefix\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let text = value.as_str()?;
        if text.is_empty() {
            return Some(Self::BesideRows);
        }
        let (bucket, prefix) =
            text.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))?;
        let prefix = prefix.trim_end_matches('/');
        let plain = |byte: u8, more: &[u8]| {
            byte.is_ascii_alphanumeric() || b"-._".contains(&byte) || more.contains(&byte)
        };
        let named = (3..=63).contains(&bucket.len()) && bucket.bytes().all(|byte| plain(byte, b""));
        let below = prefix.len() <= 512
            && prefix.bytes().all(|byte| plain(byte, b"/"))
            && (prefix.is_empty() || prefix.split('/').all(|part| !["", ".", ".."].contains(&part)));
        (named && below).then(|| Self::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(match self {
            Self::BesideRows => String::new(),
            Self::S3 { bucket, prefix } => format!("s3://{bucket}/{prefix}"),
        })
    }
}

/// `http://…` or `https://…`, or nothing.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint(pub(crate) Option<String>);

impl Setting for Endpoint {
    fn allowed() -> String {
        "an empty text or a URL \"https://host:port\"".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        let text = value.as_str()?;
        if text.is_empty() {
            return Some(Self(None));
        }
        let uri: http::Uri = text.parse().ok()?;
        let fits = matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none();
        fits.then(|| Self(Some(text.trim_end_matches('/').to_owned())))
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone().unwrap_or_default())
    }
}

/// A word without blanks, or nothing.
#[derive(Debug, Clone)]
pub(crate) struct PlainWord(pub(crate) String);

impl Setting for PlainWord {
    fn allowed() -> String {
        "an empty text or a word without blanks, at most 128 characters".to_owned()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        word(value.as_str()?).map(Self)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(self.0.clone())
    }
}

/// A word that nobody is shown, or nothing.
#[derive(Clone)]
pub(crate) struct SecretWord(pub(crate) String);

impl std::fmt::Debug for SecretWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Setting for SecretWord {
    const SECRET: bool = true;

    fn allowed() -> String {
        PlainWord::allowed()
    }

    fn read(value: &toml::Value) -> Option<Self> {
        word(value.as_str()?).map(Self)
    }

    fn show(&self) -> toml::Value {
        toml::Value::String(if self.0.is_empty() { "" } else { "***" }.to_owned())
    }
}

fn word(text: &str) -> Option<String> {
    (text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_buckets_are_read() {
        let read = |text: &str| BodiesUrl::read(&toml::Value::String(text.to_owned()));
        let bucket = |bucket: &str, prefix: &str| {
            Some(BodiesUrl::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
        };
        assert_eq!(read(""), Some(BodiesUrl::BesideRows));
        assert_eq!(read("s3://mail"), bucket("mail", ""));
        assert_eq!(read("s3://mail/a/b/"), bucket("mail", "a/b"));
        for wrong in
            ["s3://", "s3://ab", "s3:///a", "s3://mail/../x", "s3://mail//x", "file:///x", "s3://m l/x"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn endpoints_have_a_host_and_nothing_else() {
        let read = |text: &str| Endpoint::read(&toml::Value::String(text.to_owned())).map(|read| read.0);
        assert_eq!(read(""), Some(None));
        assert_eq!(read("http://127.0.0.1:9000/"), Some(Some("http://127.0.0.1:9000".to_owned())));
        for wrong in ["127.0.0.1:9000", "ftp://a", "https://u:p@a", "https://a/b", "https://a?b"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
