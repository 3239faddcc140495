//! Pages of a list in key order.

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
