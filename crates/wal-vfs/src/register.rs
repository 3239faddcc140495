//! The VFS itself: SQLite's own for Unix, but for how it opens a log.

use std::ffi::{CStr, c_int};
use std::sync::OnceLock;

use rusqlite::ffi::{self, sqlite3_file, sqlite3_vfs};

use crate::methods::{self, Log};

const NAME: &CStr = c"postroom-wal";

/// SQLite's own VFS, as far as it is needed.
struct Base {
    open: Open,
    /// Where in a file a `Log` stands.
    log_at: usize,
}

type Open = unsafe extern "C" fn(
    *mut sqlite3_vfs,
    ffi::sqlite3_filename,
    *mut sqlite3_file,
    c_int,
    *mut c_int,
) -> c_int;

static BASE: OnceLock<Result<Base, NotRegistered>> = OnceLock::new();

/// SQLite does not know the VFS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRegistered(c_int);

impl std::fmt::Display for NotRegistered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SQLite does not take the VFS {NAME:?}: error {}", self.0)
    }
}

impl std::error::Error for NotRegistered {}

/// Makes the VFS known to SQLite, once for the process, and answers its name.
///
/// # Errors
/// When SQLite has no VFS of its own, or no memory.
pub fn register() -> Result<&'static CStr, NotRegistered> {
    match BASE.get_or_init(register_once) {
        Ok(_) => Ok(NAME),
        Err(error) => Err(*error),
    }
}

fn register_once() -> Result<Base, NotRegistered> {
    // SAFETY: no name asks for the default one.
    let own = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
    // SAFETY: SQLite's own VFS are never freed, and nobody changes this one: only the list that it is in.
    let own = unsafe { own.as_ref() }.ok_or(NotRegistered(ffi::SQLITE_ERROR))?;
    let (base, vfs) = derived(own)?;
    // SAFETY: it lives as long as the process, and its functions are those of SQLite's own and `open`.
    match unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0) } {
        ffi::SQLITE_OK => Ok(base),
        code => Err(NotRegistered(code)),
    }
}

/// `own` under another name, whose files have room for a `Log`. Its other functions look only at fields that are the same
/// here, as those of SQLite's own variants do (`unix-none`, `unix-excl`).
fn derived(own: &sqlite3_vfs) -> Result<(Base, sqlite3_vfs), NotRegistered> {
    let open = own.xOpen.ok_or(NotRegistered(ffi::SQLITE_ERROR))?;
    let log_at = usize::try_from(own.szOsFile)
        .map_err(|_| NotRegistered(ffi::SQLITE_ERROR))?
        .next_multiple_of(align_of::<Log>());
    let size = c_int::try_from(log_at + size_of::<Log>()).map_err(|_| NotRegistered(ffi::SQLITE_NOMEM))?;
    let vfs = sqlite3_vfs {
        szOsFile: size,
        pNext: std::ptr::null_mut(),
        zName: NAME.as_ptr(),
        xOpen: Some(open_file),
        ..*own
    };
    Ok((Base { open, log_at }, vfs))
}

unsafe extern "C" fn open_file(
    vfs: *mut sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let Some(Ok(base)) = BASE.get() else { return ffi::SQLITE_CANTOPEN };
    // SAFETY: what SQLite gave, for the function that it belongs to but for `vfs`, see `derived`.
    let opened = unsafe { (base.open)(vfs, name, file, flags, flags_out) };
    if opened != ffi::SQLITE_OK || flags & ffi::SQLITE_OPEN_WAL == 0 {
        return opened;
    }
    // SAFETY: `file` is open.
    let methods = unsafe { (*file).pMethods };
    // SAFETY: the tables of SQLite's own VFS are constants.
    let methods: Option<&'static ffi::sqlite3_io_methods> = unsafe { methods.as_ref() };
    // Older tables end earlier.
    if let Some(methods) = methods.filter(|methods| methods.iVersion >= 3) {
        // SAFETY: SQLite gives `szOsFile` bytes for a file, see `derived`.
        let log = unsafe { log_of(file) };
        // SAFETY: as above.
        unsafe { methods::begin(file, methods, log) };
    }
    opened
}

/// Where the `Log` of `file` stands.
///
/// # Safety
/// `file` is one of this VFS.
pub(crate) unsafe fn log_of(file: *mut sqlite3_file) -> *mut Log {
    // Files are opened by a VFS that is registered.
    let log_at = BASE.get().and_then(|base| base.as_ref().ok()).map_or(0, |base| base.log_at);
    // SAFETY: a file has that many bytes and a `Log`, see `derived`; SQLite aligns it to eight bytes.
    unsafe { file.byte_add(log_at) }.cast()
}

#[cfg(test)]
mod tests;
