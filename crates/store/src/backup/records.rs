//! Records: tables and rows as bytes. Lengths are little-endian u32, numbers little-endian i64.

use std::io::{self, Read, Write};

use crate::blobs::BlobId;
use crate::{Row, Value};

/// Longest text or byte string of a value; more is damage.
const VALUE_BYTES_MAX: usize = 1 << 30;
/// Most columns of a table.
const COLUMNS_MAX: usize = 256;
/// Longest name of a table or column.
const NAME_BYTES_MAX: usize = 128;

/// One record.
#[derive(Debug, PartialEq)]
pub(super) enum Record {
    /// The rows that follow are of this table.
    Table { name: String, columns: Vec<String> },
    /// A row.
    Row(Row),
    /// A blob that a row before names.
    Blob(BlobId, Vec<u8>),
    /// The end, with the number of rows.
    End(u64),
}

pub(super) fn write_table(out: &mut impl Write, name: &str, columns: &[String]) -> io::Result<()> {
    out.write_all(&[1])?;
    write_bytes(out, name.as_bytes())?;
    write_length(out, columns.len())?;
    columns.iter().try_for_each(|column| write_bytes(out, column.as_bytes()))
}

pub(super) fn write_row(out: &mut impl Write, row: &Row) -> io::Result<()> {
    out.write_all(&[2])?;
    for value in &row.0 {
        match value {
            Value::Null => out.write_all(&[0])?,
            Value::Integer(number) => {
                out.write_all(&[1])?;
                out.write_all(&number.to_le_bytes())?;
            }
            Value::Text(text) => {
                out.write_all(&[2])?;
                write_bytes(out, text.as_bytes())?;
            }
            Value::Bytes(bytes) => {
                out.write_all(&[3])?;
                write_bytes(out, bytes)?;
            }
        }
    }
    Ok(())
}

pub(super) fn write_blob(out: &mut impl Write, id: BlobId, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&[4])?;
    out.write_all(id.as_bytes())?;
    write_bytes(out, bytes)
}

pub(super) fn write_end(out: &mut impl Write, rows: u64) -> io::Result<()> {
    out.write_all(&[3])?;
    out.write_all(&rows.to_le_bytes())
}

/// The next record; `columns` is the number of columns of the current table.
pub(super) fn read_record(from: &mut impl Read, columns: usize) -> io::Result<Record> {
    match read_byte(from)? {
        1 => {
            let name = read_text(from, NAME_BYTES_MAX)?;
            let count = read_length(from, COLUMNS_MAX)?;
            let columns = (0..count).map(|_| read_text(from, NAME_BYTES_MAX)).collect::<io::Result<_>>()?;
            Ok(Record::Table { name, columns })
        }
        2 => Ok(Record::Row(Row((0..columns).map(|_| read_value(from)).collect::<io::Result<_>>()?))),
        3 => {
            let mut rows = [0; 8];
            from.read_exact(&mut rows)?;
            Ok(Record::End(u64::from_le_bytes(rows)))
        }
        4 => {
            let mut id = [0; 32];
            from.read_exact(&mut id)?;
            let id = BlobId::from_bytes(&id).expect("an id has 32 bytes");
            Ok(Record::Blob(id, read_bytes(from, VALUE_BYTES_MAX)?))
        }
        other => Err(damaged(&format!("a record of unknown kind {other}"))),
    }
}

fn read_value(from: &mut impl Read) -> io::Result<Value> {
    match read_byte(from)? {
        0 => Ok(Value::Null),
        1 => {
            let mut number = [0; 8];
            from.read_exact(&mut number)?;
            Ok(Value::Integer(i64::from_le_bytes(number)))
        }
        2 => read_text(from, VALUE_BYTES_MAX).map(Value::Text),
        3 => read_bytes(from, VALUE_BYTES_MAX).map(Value::Bytes),
        other => Err(damaged(&format!("a value of unknown kind {other}"))),
    }
}

fn write_length(out: &mut impl Write, length: usize) -> io::Result<()> {
    out.write_all(&u32::try_from(length).map_err(io::Error::other)?.to_le_bytes())
}

fn write_bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    write_length(out, bytes.len())?;
    out.write_all(bytes)
}

fn read_byte(from: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn read_length(from: &mut impl Read, max: usize) -> io::Result<usize> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > max { Err(damaged("an impossible length")) } else { Ok(length) }
}

fn read_bytes(from: &mut impl Read, max: usize) -> io::Result<Vec<u8>> {
    let length = read_length(from, max)?;
    let mut bytes = Vec::new();
    // Grows as the bytes come, so that a false length costs no memory.
    let read = from.take(length as u64).read_to_end(&mut bytes)?;
    if read == length { Ok(bytes) } else { Err(damaged("a value is cut short")) }
}

fn read_text(from: &mut impl Read, max: usize) -> io::Result<String> {
    String::from_utf8(read_bytes(from, max)?).map_err(|_| damaged("a text that is not UTF-8"))
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_round_trip() {
        let columns = ["a".to_owned(), "b".to_owned(), "c".to_owned(), "d".to_owned()];
        let row = Row(vec![
            Value::Null,
            Value::Integer(-5),
            Value::Text("ä".to_owned()),
            Value::Bytes(vec![0, 255]),
        ]);
        let mut bytes = Vec::new();
        write_table(&mut bytes, "t", &columns).unwrap();
        write_row(&mut bytes, &row).unwrap();
        let id = BlobId::from_bytes(&[7; 32]).unwrap();
        write_blob(&mut bytes, id, b"sealed").unwrap();
        write_end(&mut bytes, 1).unwrap();
        let from = &mut bytes.as_slice();
        let table = Record::Table { name: "t".to_owned(), columns: columns.to_vec() };
        assert_eq!(read_record(from, 0).unwrap(), table);
        assert_eq!(read_record(from, 4).unwrap(), Record::Row(row));
        assert_eq!(read_record(from, 4).unwrap(), Record::Blob(id, b"sealed".to_vec()));
        assert_eq!(read_record(from, 4).unwrap(), Record::End(1));
        assert!(read_record(from, 4).is_err());
    }

    #[test]
    fn a_false_length_is_damage() {
        let mut bytes = vec![2, 2];
        bytes.extend_from_slice(&u32::MAX.to_le_bytes());
        assert!(read_record(&mut bytes.as_slice(), 1).is_err());
        let mut bytes = vec![2, 3];
        bytes.extend_from_slice(&1000_u32.to_le_bytes());
        assert!(read_record(&mut bytes.as_slice(), 1).is_err());
    }
}
