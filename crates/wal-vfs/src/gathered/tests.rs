use proptest::prelude::*;

use super::*;

const FULL: c_int = 13;

/// A file that has room for so many more writes; the first that it refuses leaves half of its bytes.
struct Disk {
    bytes: Vec<u8>,
    writes: usize,
    room: usize,
}

impl Disk {
    fn new() -> Self {
        Self { bytes: Vec::new(), writes: 0, room: usize::MAX }
    }
}

impl File for Disk {
    fn write(&mut self, bytes: &[u8], at: i64) -> Result<(), c_int> {
        let has_room = self.room > 0;
        let bytes = if has_room { bytes } else { &bytes[..bytes.len() / 2] };
        self.room = self.room.saturating_sub(1);
        self.writes += 1;
        put(&mut self.bytes, bytes, at);
        if has_room { Ok(()) } else { Err(FULL) }
    }
}

fn put(file: &mut Vec<u8>, bytes: &[u8], at: i64) {
    let at = usize::try_from(at).unwrap();
    file.resize(file.len().max(at + bytes.len()), 0);
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

#[test]
fn what_follows_each_other_is_one_write() {
    let (mut gathered, mut disk) = (Gathered::default(), Disk::new());
    for (bytes, at) in [(&b"head"[..], 0), (b"page", 4), (b"head", 8)] {
        gathered.write(&mut disk, bytes, at).unwrap();
    }
    assert_eq!(disk.writes, 0);
    assert_eq!(gathered.read(4, 4), Found::Here(b"page"));
    assert_eq!(gathered.read(4, 12), Found::InFile);
    assert_eq!(gathered.read(4, 10), Found::InBoth);
    gathered.flush(&mut disk).unwrap();
    assert_eq!((disk.writes, &disk.bytes[..]), (1, &b"headpagehead"[..]));
    assert_eq!(gathered.read(4, 4), Found::InFile);
    gathered.write(&mut disk, b"HEAD", 0).unwrap();
    gathered.write(&mut disk, b"PAGE", 8).unwrap();
    assert_eq!(disk.writes, 2, "it lay elsewhere");
}

#[test]
fn only_so_much_is_gathered() {
    let (mut gathered, mut disk) = (Gathered::default(), Disk::new());
    let page = vec![7; GATHERED_BYTES_MAX / 2];
    for number in 0..3 {
        gathered.write(&mut disk, &page, number * (GATHERED_BYTES_MAX as i64) / 2).unwrap();
    }
    assert_eq!(disk.writes, 1);
    let huge = vec![8; GATHERED_BYTES_MAX + 1];
    gathered.write(&mut disk, &huge, GATHERED_BYTES_MAX as i64 * 2).unwrap();
    assert_eq!(disk.writes, 3);
    assert_eq!(disk.bytes.len(), GATHERED_BYTES_MAX * 3 + 1);
}

#[test]
fn what_was_lost_is_neither_read_nor_followed() {
    let (mut gathered, mut disk) = (Gathered::default(), Disk::new());
    gathered.write(&mut disk, b"old-old-", 0).unwrap();
    gathered.flush(&mut disk).unwrap();
    disk.room = 0;
    gathered.write(&mut disk, b"new-new-", 8).unwrap();
    assert_eq!(gathered.flush(&mut disk), Err(FULL));
    assert_eq!(gathered.flush(&mut disk), Ok(()), "it is not written later");
    assert_eq!(gathered.read(4, 4), Found::InFile);
    assert_eq!(gathered.read(4, 12), Found::Lost(FULL));
    disk.room = usize::MAX;
    assert_eq!(gathered.write(&mut disk, b"more", 16), Err(FULL), "it would stand behind the gap");
    gathered.write(&mut disk, b"again", 8).unwrap();
    assert_eq!(gathered.read(3, 13), Found::Lost(FULL));
    gathered.write(&mut disk, b"---more", 13).unwrap();
    gathered.flush(&mut disk).unwrap();
    assert_eq!(disk.bytes, b"old-old-again---more");
    assert_eq!(gathered.read(12, 8), Found::InFile);
}

#[test]
fn a_log_that_ends_earlier_lacks_nothing() {
    let (mut gathered, mut disk) = (Gathered::default(), Disk::new());
    gathered.write(&mut disk, b"frames", 4).unwrap();
    gathered.truncate(6);
    assert_eq!(gathered.read(2, 4), Found::Here(b"fr"));
    assert_eq!(gathered.read(2, 6), Found::InFile);
    gathered.truncate(3);
    gathered.flush(&mut disk).unwrap();
    assert_eq!(disk.writes, 0, "nobody wants it");
    disk.room = 0;
    gathered.write(&mut disk, b"frames", 4).unwrap();
    assert_eq!(gathered.flush(&mut disk), Err(FULL));
    gathered.truncate(6);
    assert_eq!(gathered.read(2, 4), Found::Lost(FULL));
    assert_eq!(gathered.read(2, 6), Found::InFile);
    gathered.truncate(0);
    assert_eq!(gathered.read(2, 4), Found::InFile);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 20 } else { 2_000 }, failure_persistence: None, ..ProptestConfig::default() })]

    /// As SQLite uses a log: transactions that go on where the last one ended, are synced or rolled back, read what they
    /// wrote, and are begun again when the disk is full.
    #[test]
    fn a_log_holds_what_was_synced(
        transactions in proptest::collection::vec((proptest::collection::vec(1_usize..600, 1..8), any::<bool>(), 0_usize..4), 1..12)
    ) {
        let (mut gathered, mut disk) = (Gathered::default(), Disk::new());
        let (mut synced, mut fill) = (Vec::new(), 0_u8);
        for (frames, commits, room) in transactions {
            // Three is as good as an endless disk here; the gathered bytes are written once or twice.
            disk.room = if room == 3 { usize::MAX } else { room };
            let mut log: Vec<u8> = synced.clone();
            let run = || -> Result<(), c_int> {
                for size in frames {
                    fill = fill.wrapping_add(1);
                    let (at, frame) = (log.len() as i64, vec![fill; size]);
                    gathered.write(&mut disk, &frame, at)?;
                    put(&mut log, &frame, at);
                    match gathered.read(size, at) {
                        Found::Here(bytes) => assert_eq!(bytes, frame),
                        other => panic!("{other:?}"),
                    }
                }
                if commits { gathered.flush(&mut disk) } else { Ok(()) }
            };
            if run().is_ok() && commits {
                synced = log;
            }
            if !synced.is_empty() {
                prop_assert!(matches!(gathered.read(synced.len(), 0), Found::InFile));
                prop_assert_eq!(&disk.bytes[..synced.len()], &synced[..]);
            }
        }
    }
}
