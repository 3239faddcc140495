//! Commands out of their text.

/// `ATOM-CHAR`: RFC 9051 §9.
pub const fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}

/// `ASTRING-CHAR`: an atom's, or `]`.
pub const fn is_astring_char(byte: u8) -> bool {
    is_atom_char(byte) || byte == b']'
}
