//! Names of folders as names of files: modified UTF-7 as in IMAP (RFC 3501 §5.1.3), and dots too, since in Maildir++ they
//! separate folders.

use postroom_imap_proto::{Encoding, MailboxName};

/// A dot in modified UTF-7.
const DOT: &str = "&AC4-";
/// What a Maildir consists of, and the same in modified UTF-7: folders that are called so are no parts of one.
const PARTS: [(&str, &str); 3] = [("cur", "&AGM-ur"), ("new", "&AG4-ew"), ("tmp", "&AHQ-mp")];

/// The name of a file for the folder `name`; it has neither dots nor slashes, and is none of a Maildir's parts.
pub(crate) fn encode(name: &str) -> String {
    if let Some((_, encoded)) = PARTS.iter().find(|(part, _)| *part == name) {
        return (*encoded).to_owned();
    }
    let encoded = MailboxName::new(name).map(|name| name.encode(Encoding::SevenBit).into_owned());
    encoded.unwrap_or_else(|| name.to_owned()).replace('.', DOT).replace('/', "&AC8-")
}

/// The name of the folder that a file is called `name` for; what is not encoded stands for itself.
pub(crate) fn decode(name: &str) -> String {
    let part = |part: &str| {
        let decoded = MailboxName::decode(part.as_bytes(), Encoding::SevenBit);
        decoded.map_or_else(|| part.to_owned(), |name| name.as_str().to_owned())
    };
    name.split(DOT).map(part).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for name in ["Work", "2026.11", "Entwürfe", "..", "R&D", "日本語 & co.", "&AC4-", "cur", "new", "tmp"]
        {
            let encoded = encode(name);
            assert!(encoded.is_ascii() && !encoded.contains(['.', '/']), "{encoded}");
            assert!(!["cur", "new", "tmp"].contains(&encoded.as_str()), "{encoded}");
            assert_eq!(decode(&encoded), name, "{encoded}");
        }
        assert_eq!(decode("Entwürfe"), "Entwürfe");
    }
}
