//! How text beyond ASCII travels.

/// The form of mailbox names and quoted strings on this connection, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// IMAP4rev1: mailbox names in modified UTF-7, other text beyond ASCII in literals. RFC 3501 §5.1.3.
    #[default]
    SevenBit,
    /// After `ENABLE IMAP4rev2` or `ENABLE UTF8=ACCEPT`: UTF-8, in quoted strings too. RFC 9051 §5.1, RFC 6855 §3.
    Utf8,
}
