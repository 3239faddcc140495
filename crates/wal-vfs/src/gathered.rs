//! What was written to a log and is not in its file yet.

use std::ffi::c_int;

/// Bytes that are gathered; when more come, what is there is written first. SQLite's VFS for Unix takes at most 131,071 at
/// once (a page and its header are never more).
pub(crate) const GATHERED_BYTES_MAX: usize = 120 << 10;

/// The file of the log.
pub(crate) trait File {
    /// Writes all of `bytes` from the offset `at` on, or answers SQLite's code of an error.
    fn write(&mut self, bytes: &[u8], at: i64) -> Result<(), c_int>;
}

/// Bytes in one piece that are to be written, and where the file lacks what it should have.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    bytes: Vec<u8>,
    at: i64,
    gap: Option<Gap>,
}

/// Where bytes were lost since they could not be written: SQLite was told, and begins the transaction again or not.
///
/// Until they are written again from `at` on, nothing behind can be, and none of them can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    at: i64,
    end: i64,
    /// The code of the error.
    code: c_int,
}

/// What a read meets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'g> {
    /// All of it is here.
    Here(&'g [u8]),
    /// The file has it.
    InFile,
    /// A part is here and a part in the file.
    InBoth,
    /// It was lost; SQLite's code of the error.
    Lost(c_int),
}

impl Gathered {
    /// Takes `bytes` for the offset `at`.
    ///
    /// # Errors
    /// SQLite's code, when what was there could not be written or when this lies behind a gap; nothing was taken then.
    pub(crate) fn write(&mut self, file: &mut impl File, bytes: &[u8], at: i64) -> Result<(), c_int> {
        let end = end(at, bytes.len());
        if let Some(gap) = self.gap
            && at > gap.at
        {
            return Err(gap.code);
        }
        if at != self.end() || self.bytes.len() + bytes.len() > GATHERED_BYTES_MAX {
            self.flush(file)?;
        }
        if self.bytes.is_empty() {
            self.at = at;
        }
        self.bytes.extend_from_slice(bytes);
        self.fill_gap(end);
        if self.bytes.len() > GATHERED_BYTES_MAX { self.flush(file) } else { Ok(()) }
    }

    /// Where the `size` bytes from `at` on are.
    pub(crate) fn read(&self, size: usize, at: i64) -> Found<'_> {
        let (from, to) = (at.max(self.at), end(at, size).min(self.end()));
        if from < to {
            let inside = usize::try_from(at - self.at).ok().and_then(|skip| self.bytes.get(skip..));
            return inside.and_then(|rest| rest.get(..size)).map_or(Found::InBoth, Found::Here);
        }
        match self.gap {
            Some(gap) if at < gap.end && end(at, size) > gap.at => Found::Lost(gap.code),
            _ => Found::InFile,
        }
    }

    /// Writes what is here.
    ///
    /// # Errors
    /// SQLite's code: nothing is here then, and where it belongs is a gap.
    pub(crate) fn flush(&mut self, file: &mut impl File) -> Result<(), c_int> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let written = file.write(&self.bytes, self.at);
        if let Err(code) = written {
            let lost = Gap { at: self.at, end: self.end(), code };
            self.gap = Some(self.gap.map_or(lost, |gap| Gap {
                at: gap.at.min(lost.at),
                end: gap.end.max(lost.end),
                code,
            }));
        }
        self.bytes.clear();
        written
    }

    /// Forgets what lies from `size` on, where the file is about to end.
    pub(crate) fn truncate(&mut self, size: i64) {
        self.bytes.truncate(usize::try_from(size - self.at).unwrap_or(0));
        self.gap = self.gap.map(|gap| Gap { end: gap.end.min(size), ..gap }).filter(|gap| gap.at < gap.end);
    }

    /// What was lost is written again up to `end`.
    fn fill_gap(&mut self, end: i64) {
        self.gap = self.gap.map(|gap| Gap { at: gap.at.max(end), ..gap }).filter(|gap| gap.at < gap.end);
    }

    fn end(&self) -> i64 {
        end(self.at, self.bytes.len())
    }
}

/// The offset behind `size` bytes from `at` on.
fn end(at: i64, size: usize) -> i64 {
    at.saturating_add(i64::try_from(size).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
