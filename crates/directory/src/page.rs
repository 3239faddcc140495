//! Pages of a list in key order.

use postroom_types::EntityId;

use crate::DirectoryError;

/// What part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Only rows whose key is greater; empty for the first page.
    pub after: Vec<u8>,
    /// At most this many rows (1 to `limits::PAGE_ROWS_MAX`).
    pub rows_max: i64,
}

impl PageRequest {
    /// How many rows to ask the store for: one more than the page, to know whether another follows.
    pub fn probe(&self) -> i64 {
        self.rows_max + 1
    }

    /// Where the page begins, in a list whose keys are [`Cursor`]s; `None` for the first page.
    pub fn cursor(&self) -> Result<Option<Cursor>, DirectoryError> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let cursor = Cursor::decode(&self.after);
        cursor.map(Some).ok_or_else(|| DirectoryError::Invalid("NextToken is not of this list.".to_owned()))
    }
}

/// A row's place in a list that several rows of the same key may be in: its key, then its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The key that the list is ordered by.
    pub key: Vec<u8>,
    /// The id that tells rows of one key apart.
    pub id: EntityId,
}

impl Cursor {
    /// The bytes that [`PageRequest::after`] takes: the key's length (2 bytes, big endian), the key, the id.
    pub fn encode(&self) -> Vec<u8> {
        let length = u16::try_from(self.key.len()).unwrap_or(u16::MAX);
        [&length.to_be_bytes(), self.key.as_slice(), self.id.as_str().as_bytes()].concat()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (key, id) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let id = String::from_utf8(id.to_vec()).ok().filter(|id| !id.contains('\0'))?;
        Some(Self { key: key.to_vec(), id: EntityId::from_store(id) })
    }
}

/// The id that a page of a list in id order begins after; empty for the first.
pub(crate) fn after_id(request: &PageRequest) -> Result<&str, DirectoryError> {
    let id = std::str::from_utf8(&request.after).ok().filter(|id| !id.contains('\0'));
    id.ok_or_else(|| DirectoryError::Invalid("NextToken is not of this list.".to_owned()))
}

/// A page, and the key to go on after when another follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The key of the last row, when more rows follow.
    pub next: Option<Vec<u8>>,
}

impl<T> Page<T> {
    /// The page out of what [`PageRequest::probe`] rows brought; `key` tells a row's key.
    pub fn cut(mut rows: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> Vec<u8>) -> Self {
        let size = usize::try_from(request.rows_max).unwrap_or(0);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(key) } else { None };
        Self { rows, next }
    }

    /// The same page of other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(change).collect(), next: self.next }
    }
}

/// The page key of a row that is ordered by a number.
pub fn number_key(number: i64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

/// The number after which a page begins; below every number for the first page.
pub fn number_after(page: &PageRequest) -> i64 {
    <[u8; 8]>::try_from(page.after.as_slice()).map_or(i64::MIN, i64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_from_its_bytes() {
        let cursor = Cursor { key: b"\x00\xffkey".to_vec(), id: EntityId::mint([7; 16]) };
        let request = PageRequest { after: cursor.encode(), rows_max: 1 };
        assert_eq!(request.cursor(), Ok(Some(cursor)));
        assert_eq!(PageRequest { after: Vec::new(), rows_max: 1 }.cursor(), Ok(None));
        for bad in [&b"\x00"[..], b"\x00\x09key", b"\x00\x00\xff", b"\x00\x00a\0b"] {
            assert!(PageRequest { after: bad.to_vec(), rows_max: 1 }.cursor().is_err(), "{bad:?}");
        }
    }
}
