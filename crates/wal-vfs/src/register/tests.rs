//! The functions as SQLite calls them, over a VFS in memory: all of it runs under Miri.

use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;

use rusqlite::ffi::sqlite3_io_methods;

use super::*;

/// A file of the VFS below.
#[repr(C)]
struct Memory {
    /// As every `sqlite3_file` begins.
    methods: *const sqlite3_io_methods,
    bytes: Vec<u8>,
    writes: usize,
    syncs: usize,
}

/// A number of bytes that is no multiple of what a `Log` is aligned to would be filled up.
const MEMORY_BYTES: usize = size_of::<Memory>() + 3;

unsafe fn memory<'m>(file: *mut sqlite3_file) -> &'m mut Memory {
    // SAFETY: the tests open only these.
    unsafe { &mut *file.cast() }
}

unsafe extern "C" fn open(
    _vfs: *mut sqlite3_vfs,
    _name: ffi::sqlite3_filename,
    file: *mut sqlite3_file,
    _flags: c_int,
    _flags_out: *mut c_int,
) -> c_int {
    let made = Memory { methods: &METHODS, bytes: Vec::new(), writes: 0, syncs: 0 };
    // SAFETY: there is room for it.
    unsafe { file.cast::<Memory>().write(made) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: it was opened.
    CLOSED.with_borrow_mut(|closed| *closed = std::mem::take(unsafe { &mut memory(file).bytes }));
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, size: c_int, at: i64) -> c_int {
    // SAFETY: it is open.
    let memory = unsafe { memory(file) };
    let found = &memory.bytes[at as usize..][..size as usize];
    // SAFETY: the caller has room.
    unsafe { into.cast::<u8>().copy_from_nonoverlapping(found.as_ptr(), found.len()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, size: c_int, at: i64) -> c_int {
    // SAFETY: it is open.
    let memory = unsafe { memory(file) };
    if memory.bytes.len() > 100 {
        return ffi::SQLITE_FULL;
    }
    // SAFETY: the caller gives as many.
    let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), size as usize) };
    memory.bytes.resize(memory.bytes.len().max(at as usize + bytes.len()), 0);
    memory.bytes[at as usize..][..bytes.len()].copy_from_slice(bytes);
    memory.writes += 1;
    ffi::SQLITE_OK
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    // SAFETY: it is open.
    unsafe { memory(file) }.bytes.truncate(size as usize);
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: it is open.
    unsafe { memory(file) }.syncs += 1;
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: it is open.
    let bytes = unsafe { memory(file) }.bytes.len() as i64;
    // SAFETY: the caller has room for the number.
    unsafe { *size = bytes };
    ffi::SQLITE_OK
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: None,
    xUnlock: None,
    xCheckReservedLock: None,
    xFileControl: None,
    xSectorSize: None,
    xDeviceCharacteristics: None,
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

thread_local! {
    /// What the last file held when it was closed.
    static CLOSED: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// An open file, as SQLite has it.
struct Opened {
    room: Vec<u64>,
}

impl Opened {
    fn new(flags: c_int) -> Self {
        let own = sqlite3_vfs {
            iVersion: 3,
            szOsFile: MEMORY_BYTES as c_int,
            mxPathname: 512,
            pNext: ptr::null_mut(),
            zName: c"memory".as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(open),
            xDelete: None,
            xAccess: None,
            xFullPathname: None,
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: None,
            xSleep: None,
            xCurrentTime: None,
            xGetLastError: None,
            xCurrentTimeInt64: None,
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        };
        let (base, mut vfs) = derived(&own).unwrap();
        assert!(base.log_at >= MEMORY_BYTES && base.log_at.is_multiple_of(align_of::<Log>()));
        let _same_for_all = BASE.get_or_init(|| Ok(base));
        let mut opened = Self { room: vec![0; (vfs.szOsFile as usize).div_ceil(8)] };
        let (file, mut flags_out) = (opened.file(), 0);
        // SAFETY: there is room for the file.
        let code = unsafe { open_file(&raw mut vfs, c"a-wal".as_ptr(), file, flags, &raw mut flags_out) };
        assert_eq!(code, ffi::SQLITE_OK);
        opened
    }

    fn file(&mut self) -> *mut sqlite3_file {
        self.room.as_mut_ptr().cast()
    }

    fn methods(&mut self) -> sqlite3_io_methods {
        // SAFETY: it is open.
        let methods = unsafe { (*self.file()).pMethods };
        // SAFETY: those of an open file are there.
        unsafe { *methods }
    }

    fn below(&mut self) -> (usize, usize) {
        // SAFETY: it is open.
        let memory = unsafe { memory(self.file()) };
        (memory.writes, memory.syncs)
    }

    fn write(&mut self, bytes: &[u8], at: i64) -> c_int {
        let write = self.methods().xWrite.unwrap();
        // SAFETY: it is open.
        unsafe { write(self.file(), bytes.as_ptr().cast(), bytes.len() as c_int, at) }
    }

    fn read(&mut self, size: usize, at: i64) -> Result<Vec<u8>, c_int> {
        let (read, mut into) = (self.methods().xRead.unwrap(), Vec::with_capacity(size));
        // SAFETY: it is open, and there is room.
        let code = unsafe { read(self.file(), into.as_mut_ptr() as *mut c_void, size as c_int, at) };
        if code != ffi::SQLITE_OK {
            return Err(code);
        }
        // SAFETY: as many were written.
        unsafe { into.set_len(size) };
        Ok(into)
    }

    fn sync(&mut self) -> c_int {
        let sync = self.methods().xSync.unwrap();
        // SAFETY: it is open.
        unsafe { sync(self.file(), 0) }
    }

    fn size(&mut self) -> i64 {
        let (file_size, mut size) = (self.methods().xFileSize.unwrap(), 0);
        // SAFETY: it is open.
        assert_eq!(unsafe { file_size(self.file(), &raw mut size) }, ffi::SQLITE_OK);
        size
    }

    fn close(mut self) -> Vec<u8> {
        let close = self.methods().xClose.unwrap();
        // SAFETY: it is open, and nobody uses it afterwards.
        assert_eq!(unsafe { close(self.file()) }, ffi::SQLITE_OK);
        CLOSED.take()
    }
}

#[test]
fn a_log_is_written_when_it_is_synced() {
    let mut log = Opened::new(ffi::SQLITE_OPEN_WAL);
    assert_eq!(offset_of!(Memory, methods), 0);
    for (bytes, at) in [(&b"head"[..], 0), (b"page", 4), (b"head", 8), (b"page", 12)] {
        assert_eq!(log.write(bytes, at), ffi::SQLITE_OK);
    }
    assert_eq!(log.below(), (0, 0));
    assert_eq!(log.read(4, 4).unwrap(), b"page");
    assert_eq!(log.sync(), ffi::SQLITE_OK);
    assert_eq!(log.below(), (1, 1));
    assert_eq!(log.read(8, 4).unwrap(), b"pagehead");
    assert_eq!(log.write(b"HEAD", 8), ffi::SQLITE_OK);
    assert_eq!(log.read(8, 6).unwrap(), b"geHEADpa", "half of it was in the file");
    assert_eq!(log.close(), b"headpageHEADpage");
}

#[test]
fn sizes_and_ends_are_those_of_all_that_was_written() {
    let mut log = Opened::new(ffi::SQLITE_OPEN_WAL);
    assert_eq!(log.write(b"frames", 0), ffi::SQLITE_OK);
    assert_eq!(log.size(), 6);
    assert_eq!(log.write(b"frames", 6), ffi::SQLITE_OK);
    let truncate = log.methods().xTruncate.unwrap();
    // SAFETY: it is open.
    assert_eq!(unsafe { truncate(log.file(), 9) }, ffi::SQLITE_OK);
    assert_eq!(log.size(), 9);
    assert_eq!(log.write(b"more", 9), ffi::SQLITE_OK);
    assert_eq!(log.close(), b"framesfra", "what was not synced is of no commit");
}

#[test]
fn a_full_disk_is_told_when_the_log_is_synced() {
    let mut log = Opened::new(ffi::SQLITE_OPEN_WAL);
    assert_eq!(log.write(&[1; 101], 0), ffi::SQLITE_OK);
    assert_eq!(log.sync(), ffi::SQLITE_OK);
    assert_eq!(log.write(&[2; 50], 101), ffi::SQLITE_OK);
    assert_eq!(log.sync(), ffi::SQLITE_FULL);
    assert_eq!(log.read(9, 120), Err(ffi::SQLITE_FULL));
    assert_eq!(log.read(2, 99).unwrap(), [1; 2]);
    assert_eq!(log.write(&[3; 9], 151), ffi::SQLITE_FULL);
    assert_eq!(log.close(), [1; 101], "nothing of it is written later");
}

#[test]
fn another_file_is_left_alone() {
    let mut file = Opened::new(ffi::SQLITE_OPEN_MAIN_DB);
    assert_eq!(file.write(b"page", 0), ffi::SQLITE_OK);
    assert_eq!(file.below(), (1, 0));
    assert_eq!(file.close(), b"page");
}
