//! Lines of a message as it is: they end in CRLF or in a bare LF. A bare CR ends no line.

/// Where the line that begins at `start` ends, its line end included.
pub fn line_end(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |found| start + found + 1)
}

/// `line` without its line end.
pub fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Where the line before the one at `start` ends, without its line end.
pub fn before_line_end(bytes: &[u8], start: usize) -> usize {
    match &bytes[..start] {
        [.., b'\r', b'\n'] => start - 2,
        [.., b'\n'] => start - 1,
        _ => start,
    }
}

/// How many lines `bytes` has; a last one without its end counts.
pub fn count(bytes: &[u8]) -> u64 {
    let ends = memchr::memchr_iter(b'\n', bytes).count() as u64;
    ends + u64::from(!bytes.is_empty() && !bytes.ends_with(b"\n"))
}

/// Space or tab.
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Space, tab, CR or LF.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// `bytes` without spaces and line ends around it.
pub fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !is_space(*byte)).unwrap_or(bytes.len());
    trim_end(&bytes[start..])
}

/// `bytes` without spaces and line ends at its end.
pub fn trim_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    &bytes[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_with_and_without_a_last_end() {
        for (text, lines) in [("", 0), ("a", 1), ("a\r\n", 1), ("a\nb", 2), ("\n\n", 2), ("a\rb", 1)] {
            assert_eq!(count(text.as_bytes()), lines, "{text:?}");
        }
    }

    #[test]
    fn a_line_end_is_crlf_or_lf() {
        assert_eq!(before_line_end(b"a\r\nb", 3), 1);
        assert_eq!(before_line_end(b"a\nb", 2), 1);
        assert_eq!(before_line_end(b"a\rb", 2), 2);
        assert_eq!(without_end(b"a\r\r\n"), b"a\r");
    }
}
