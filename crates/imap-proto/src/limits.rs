//! How large commands may be.

/// Limits of a [`crate::Decoder`]. What is over one is refused with [`crate::Fault::OverLimit`] or
/// [`crate::Fault::TooBig`]; nothing is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecoderLimits {
    /// Before log-in.
    pub not_authenticated: StageLimits,
    /// After it.
    pub authenticated: StageLimits,
    /// Longest literal that is sent without waiting. Default: no limit of its own (LITERAL+); 4,096 bytes for LITERAL-,
    /// RFC 7888 §5.
    pub non_synchronizing_bytes_max: u64,
}

/// Limits of commands in one stage of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageLimits {
    /// Longest text of a command: its lines with CRLF, without the bytes of literals. Also the longest line of SASL.
    /// Default 16 KiB before log-in (a SASL token may come with AUTHENTICATE), 64 KiB after: clients send long sets
    /// of UIDs. RFC 9051 §4 asks for 8,192 at least.
    pub line_bytes_max: usize,
    /// Longest literal that is no message. Default 1 KiB before log-in, 64 KiB after.
    pub literal_bytes_max: u64,
    /// Longest message of APPEND and REPLACE. Default 0 before log-in, 25 MiB after, which the caller replaces by its own.
    pub message_bytes_max: u64,
    /// Most literals in a command. Default 4 before log-in, 128 after.
    pub literals_max: usize,
    /// Most bytes of a command, everything counted. Default 20 KiB before log-in, 64 MiB after.
    pub command_bytes_max: u64,
    /// Deepest nesting of search keys and lists. Default 4 before log-in, 100 after: some clients write a search for
    /// many words as OR within OR.
    pub depth_max: usize,
    /// Most elements of lists in a command: flags, keys, items, patterns. Default 64 before log-in, 2,048 after.
    pub elements_max: usize,
    /// Most ranges of sequence sets in a command. Default 16 before log-in, 32,768 after.
    pub ranges_max: usize,
    /// How much of a refused command is read and thrown away, so that the next one is found; a peer that announces
    /// or sends more is refused for good. Default 1 MiB.
    pub discarded_bytes_max: u64,
}

impl Default for DecoderLimits {
    fn default() -> Self {
        Self {
            not_authenticated: StageLimits {
                line_bytes_max: 16 << 10,
                literal_bytes_max: 1 << 10,
                message_bytes_max: 0,
                literals_max: 4,
                command_bytes_max: 20 << 10,
                depth_max: 4,
                elements_max: 64,
                ranges_max: 16,
                discarded_bytes_max: 1 << 20,
            },
            authenticated: StageLimits {
                line_bytes_max: 64 << 10,
                literal_bytes_max: 64 << 10,
                message_bytes_max: 25 << 20,
                literals_max: 128,
                command_bytes_max: 64 << 20,
                depth_max: 100,
                elements_max: 2048,
                ranges_max: 32_768,
                discarded_bytes_max: 1 << 20,
            },
            non_synchronizing_bytes_max: u64::MAX,
        }
    }
}
