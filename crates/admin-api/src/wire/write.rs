//! JSON written straight into the answer's bytes.

/// An object that is being written.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut Vec<u8>,
    separator: u8,
}

impl<'a> Object<'a> {
    /// Begins an object.
    pub fn open(out: &'a mut Vec<u8>) -> Self {
        Self { out, separator: b'{' }
    }

    /// Writes the key `name`, which needs no escapes, and lends the bytes for its value.
    pub fn key(&mut self, name: &'static str) -> &mut Vec<u8> {
        self.out.push(self.separator);
        self.separator = b',';
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Ends the object.
    pub fn close(self) {
        if self.separator == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }
}

/// Appends `text` as a JSON string. RFC 8259 §7.
pub fn text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    // Nearly every text stays as it is. All bytes are looked at, many at once.
    if text.bytes().fold(false, |found, byte| found | is_escaped(byte)) {
        escaped(text.as_bytes(), out);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn escaped(bytes: &[u8], out: &mut Vec<u8>) {
    let mut written = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if !is_escaped(byte) {
            continue;
        }
        out.extend_from_slice(&bytes[written..index]);
        written = index + 1;
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => out.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
    }
    out.extend_from_slice(&bytes[written..]);
}

/// Appends a number as Rust prints it: the shortest form that reads back equal.
///
/// JSON has no infinities; a value that is not finite is written as null, which clients take for absent.
pub fn double(number: f64, out: &mut Vec<u8>) {
    debug_assert!(number.is_finite(), "{number} has no JSON form");
    if number.is_finite() {
        out.extend_from_slice(number.to_string().as_bytes());
    } else {
        out.extend_from_slice(b"null");
    }
}
