//! SQLite's functions for an open log.
//!
//! ```text
//! sqlite3_file: | the file of SQLite's own VFS (szOsFile) | Log |
//! ```

use std::ffi::{c_int, c_void};
use std::slice;

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods};

use crate::gathered::{File, Found, Gathered};

/// What stands behind the file of SQLite's own VFS when that file is a log.
pub(crate) struct Log {
    /// The functions of SQLite's own VFS.
    base: &'static sqlite3_io_methods,
    /// The same with ours in place of some: what `pMethods` points to.
    ours: sqlite3_io_methods,
    gathered: Gathered,
}

/// The file as SQLite's own VFS sees it.
struct Below {
    file: *mut sqlite3_file,
    base: &'static sqlite3_io_methods,
}

impl File for Below {
    fn write(&mut self, bytes: &[u8], at: i64) -> Result<(), c_int> {
        let Some(write) = self.base.xWrite else { return Err(ffi::SQLITE_IOERR_WRITE) };
        let size = c_int::try_from(bytes.len()).map_err(|_| ffi::SQLITE_TOOBIG)?;
        // SAFETY: `file` was opened by the VFS whose function this is and is not closed; `size` bytes can be read.
        result(unsafe { write(self.file, bytes.as_ptr().cast(), size, at) })
    }
}

fn result(code: c_int) -> Result<(), c_int> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}

fn code(result: Result<(), c_int>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

/// Gives the open log `file` the functions below.
///
/// # Safety
/// `file` was opened by SQLite's own VFS with `base` as its functions; `log` points to room for a `Log` behind it, in
/// the same allocation, that nobody else uses.
pub(crate) unsafe fn begin(file: *mut sqlite3_file, base: &'static sqlite3_io_methods, log: *mut Log) {
    let ours = sqlite3_io_methods {
        xClose: Some(close),
        xRead: Some(read),
        xWrite: Some(write),
        xTruncate: Some(truncate),
        xSync: Some(sync),
        xFileSize: Some(file_size),
        ..*base
    };
    // SAFETY: there is room for it, as the caller says; what was there is no value.
    unsafe { log.write(Log { base, ours, gathered: Gathered::default() }) };
    // SAFETY: the value was written above.
    let ours = unsafe { &raw const (*log).ours };
    // SAFETY: `file` is open. What it points to now stays where it is until `close`.
    unsafe { (*file).pMethods = ours };
}

/// The log that `file` is, and the same as SQLite's own VFS sees it.
///
/// # Safety
/// `file` is a log that `begin` was called for and that is not closed, and the caller alone uses it.
unsafe fn log<'l>(file: *mut sqlite3_file) -> (&'l mut Log, Below) {
    // SAFETY: `begin` put it there.
    let log = unsafe { crate::register::log_of(file) };
    // SAFETY: SQLite calls no two functions of one file at once, as the caller says.
    let log = unsafe { &mut *log };
    let below = Below { file, base: log.base };
    (log, below)
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite calls this with a log that is open.
    let (log, Below { base, .. }) = unsafe { log(file) };
    // What is gathered belongs to no commit, since those are synced: nobody is going to read it.
    // SAFETY: it was written by `begin` and is not used any more: `pMethods` is another one from here on.
    unsafe { std::ptr::drop_in_place(log) };
    // SAFETY: `file` is open.
    unsafe { (*file).pMethods = base };
    // SAFETY: as above, and nobody uses `file` afterwards.
    base.xClose.map_or(ffi::SQLITE_OK, |close| unsafe { close(file) })
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, size: c_int, at: i64) -> c_int {
    let Ok(length) = usize::try_from(size) else { return ffi::SQLITE_MISUSE };
    // SAFETY: SQLite calls this with a log that is open.
    let (log, mut below) = unsafe { log(file) };
    match log.gathered.read(length, at) {
        Found::Here(bytes) => {
            // SAFETY: SQLite gives room for `size` bytes, as many as these, elsewhere.
            unsafe { into.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            return ffi::SQLITE_OK;
        }
        Found::Lost(code) => return code,
        Found::InFile => {}
        Found::InBoth => {
            if let Err(code) = log.gathered.flush(&mut below) {
                return code;
            }
            if let Found::Lost(code) = log.gathered.read(length, at) {
                return code;
            }
        }
    }
    // SAFETY: the function of the VFS that opened the file, with what SQLite gave.
    below.base.xRead.map_or(ffi::SQLITE_IOERR_READ, |read| unsafe { read(file, into, size, at) })
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, size: c_int, at: i64) -> c_int {
    let Ok(length) = usize::try_from(size) else { return ffi::SQLITE_MISUSE };
    // SAFETY: SQLite calls this with a log that is open.
    let (log, mut below) = unsafe { log(file) };
    // SAFETY: SQLite gives `size` bytes that can be read.
    let bytes = unsafe { slice::from_raw_parts(from.cast::<u8>(), length) };
    code(log.gathered.write(&mut below, bytes, at))
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    // SAFETY: SQLite calls this with a log that is open.
    let (log, mut below) = unsafe { log(file) };
    log.gathered.truncate(size);
    if let Err(code) = log.gathered.flush(&mut below) {
        return code;
    }
    // SAFETY: the function of the VFS that opened the file.
    below.base.xTruncate.map_or(ffi::SQLITE_IOERR_TRUNCATE, |truncate| unsafe { truncate(file, size) })
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite calls this with a log that is open.
    let (log, mut below) = unsafe { log(file) };
    if let Err(code) = log.gathered.flush(&mut below) {
        return code;
    }
    // SAFETY: the function of the VFS that opened the file.
    below.base.xSync.map_or(ffi::SQLITE_IOERR_FSYNC, |sync| unsafe { sync(file, flags) })
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: SQLite calls this with a log that is open.
    let (log, mut below) = unsafe { log(file) };
    if let Err(code) = log.gathered.flush(&mut below) {
        return code;
    }
    // SAFETY: the function of the VFS that opened the file, with what SQLite gave.
    below.base.xFileSize.map_or(ffi::SQLITE_IOERR_FSTAT, |file_size| unsafe { file_size(file, size) })
}
