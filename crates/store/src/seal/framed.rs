//! Large values, sealed in frames that open one by one.
//!
//! ```text
//! sealed: | version 2 | generation 4 | salt 32 | frame | frame | … |
//! frame:  AES-256-GCM of the zstd of 64 KiB (the last one: what is left); nonce: number and whether it is the last
//! map:    | version 2 | generation 4 | salt 32 | plain bytes 8 | sealed bytes of each frame, 4 each |
//! ```
//!
//! Numbers are big-endian. The key is HKDF of the data key with the salt, so nonces that count never repeat under it.
//! Authenticated with each frame: header, purpose and context. The map is kept where the value is named; a false one
//! makes frames that do not open.

use std::ops::Range;

use super::frames::{FRAME_BYTES, TAG_BYTES};
use super::{DataKey, Purpose, SealError};
use crate::Random;

pub(super) const VERSION: u8 = 2;
/// Version, generation and salt.
pub(super) const HEADER_BYTES: usize = 1 + 4 + 32;
/// Mail is mostly base 64 and text, where more effort gains little.
const LEVEL: i32 = 1;
/// Sealed bytes of a frame at most: zstd adds less to what it cannot make smaller.
const SEALED_FRAME_BYTES_MAX: u32 = (FRAME_BYTES + 1024 + TAG_BYTES) as u32;

/// A value that was sealed in frames.
pub struct Framed {
    /// How to find a range in it.
    pub map: FrameMap,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// Where the frames of a sealed value are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameMap {
    pub(super) header: [u8; HEADER_BYTES],
    size_bytes: u64,
    lengths: Vec<u32>,
}

/// Frames, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frames {
    /// Their numbers.
    pub numbers: Range<usize>,
    /// Their bytes in the sealed value.
    pub sealed: Range<u64>,
    /// Their bytes in the value.
    pub plain: Range<u64>,
}

impl FrameMap {
    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.to_vec();
        bytes.extend_from_slice(&self.size_bytes.to_be_bytes());
        self.lengths.iter().for_each(|length| bytes.extend_from_slice(&length.to_be_bytes()));
        bytes
    }

    /// The map that was kept as `bytes`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let (header, rest) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(SealError::NotAuthentic)?;
        let (size, rest) = rest.split_first_chunk::<8>().ok_or(SealError::NotAuthentic)?;
        let (lengths, odd) = rest.as_chunks::<4>();
        let map = Self {
            header: *header,
            size_bytes: u64::from_be_bytes(*size),
            lengths: lengths.iter().map(|length| u32::from_be_bytes(*length)).collect(),
        };
        let frames = map.size_bytes.div_ceil(FRAME_BYTES as u64).max(1);
        let sound = header[0] == VERSION
            && odd.is_empty()
            && frames == map.lengths.len() as u64
            && map.lengths.iter().all(|length| *length <= SEALED_FRAME_BYTES_MAX);
        if sound { Ok(map) } else { Err(SealError::NotAuthentic) }
    }

    /// Bytes of the value.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Bytes of the sealed value.
    pub fn sealed_bytes(&self) -> u64 {
        self.offset(self.lengths.len())
    }

    /// All frames.
    pub fn all(&self) -> Frames {
        self.covering(0..self.size_bytes)
    }

    /// The frames that have the bytes `range` of the value, as far as there are such bytes.
    pub fn covering(&self, range: Range<u64>) -> Frames {
        let frame = FRAME_BYTES as u64;
        let end = range.end.min(self.size_bytes);
        let start = range.start.min(end);
        let (first, after) = (start / frame, end.div_ceil(frame));
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(self.lengths.len());
        let (numbers, plain) = if self.size_bytes == 0 {
            // An empty value has an empty frame, which proves that it is.
            (0..1, 0..0)
        } else if start == end {
            (number(first)..number(first), start..start)
        } else {
            (number(first)..number(after), first * frame..(after * frame).min(self.size_bytes))
        };
        let sealed = self.offset(numbers.start)..self.offset(numbers.end);
        Frames { numbers, sealed, plain }
    }

    fn offset(&self, number: usize) -> u64 {
        HEADER_BYTES as u64 + self.lengths[..number].iter().map(|length| u64::from(*length)).sum::<u64>()
    }
}

impl DataKey {
    /// Seals `bytes` in frames: as [`DataKey::seal`], for what is too large to be read whole each time.
    pub fn seal_framed(
        &self,
        random: &dyn Random,
        purpose: Purpose,
        context: &[u8],
        bytes: &[u8],
    ) -> Result<Framed, std::io::Error> {
        let header = self.framed_header(&random.bytes());
        let cipher = self.frame_cipher(&header, purpose, context);
        let mut map = FrameMap { header, size_bytes: bytes.len() as u64, lengths: Vec::new() };
        let mut sealed = Vec::with_capacity(HEADER_BYTES + bytes.len());
        sealed.extend_from_slice(&header);
        let mut chunks = bytes.chunks(FRAME_BYTES).peekable();
        for number in 0.. {
            let chunk = chunks.next().unwrap_or_default();
            let last = chunks.peek().is_none();
            let mut frame = zstd::bulk::compress(chunk, LEVEL)?;
            cipher.seal(number, last, &mut frame);
            map.lengths.push(u32::try_from(frame.len()).map_err(std::io::Error::other)?);
            sealed.extend_from_slice(&frame);
            if last {
                break;
            }
        }
        Ok(Framed { map, sealed })
    }

    /// Opens the frames `frames` of `map`, whose sealed bytes are `sealed`: the bytes `frames.plain` of the value.
    pub fn open_frames(
        &self,
        purpose: Purpose,
        context: &[u8],
        map: &FrameMap,
        frames: &Frames,
        mut sealed: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        if map.header != self.framed_header(map.header.last_chunk().expect("a header ends with 32 bytes")) {
            return Err(SealError::NotAuthentic);
        }
        let cipher = self.frame_cipher(&map.header, purpose, context);
        let mut plain = Vec::with_capacity(frames.numbers.len() * FRAME_BYTES);
        for number in frames.numbers.clone() {
            let length = map.lengths.get(number).ok_or(SealError::NotAuthentic)?;
            let frame = sealed.split_off(..*length as usize).ok_or(SealError::NotAuthentic)?;
            let (mut frame, last) = (frame.to_vec(), number + 1 == map.lengths.len());
            cipher.open(number as u64, last, &mut frame).ok_or(SealError::NotAuthentic)?;
            let chunk = zstd::bulk::decompress(&frame, FRAME_BYTES).map_err(|_| SealError::NotAuthentic)?;
            plain.extend_from_slice(&chunk);
        }
        if plain.len() as u64 == frames.plain.end - frames.plain.start {
            Ok(plain)
        } else {
            Err(SealError::NotAuthentic)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandom;
    use crate::seal::Secret;

    const PURPOSE: Purpose = Purpose::new("test");
    const FRAME: u64 = FRAME_BYTES as u64;

    fn key() -> DataKey {
        DataKey::new(1, Secret::new([7; 32]))
    }

    /// Bytes that zstd cannot make smaller.
    fn noise(size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        crate::Random::fill(&SeededRandom::new(9), &mut bytes);
        bytes
    }

    fn seal(bytes: &[u8]) -> Framed {
        key().seal_framed(&SeededRandom::new(1), PURPOSE, b"row", bytes).unwrap()
    }

    fn read(key: &DataKey, context: &[u8], framed: &Framed, range: Range<u64>) -> Option<Vec<u8>> {
        let frames = framed.map.covering(range);
        let sealed = framed.sealed.get(frames.sealed.start as usize..frames.sealed.end as usize)?;
        key.open_frames(PURPOSE, context, &framed.map, &frames, sealed).ok()
    }

    #[test]
    fn ranges_open_from_the_frames_that_have_them() {
        for size in
            [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES, 3 * FRAME_BYTES + 5]
        {
            let bytes = noise(size);
            let framed = seal(&bytes);
            assert_eq!(framed.map.sealed_bytes(), framed.sealed.len() as u64);
            assert_eq!(FrameMap::from_bytes(&framed.map.to_bytes()).as_ref(), Ok(&framed.map));
            assert_eq!(read(&key(), b"row", &framed, 0..u64::MAX).as_deref(), Some(&bytes[..]), "{size}");
        }
        let bytes = noise(3 * FRAME_BYTES + 5);
        let framed = seal(&bytes);
        for (range, plain) in [
            (0..1, 0..FRAME),
            (FRAME - 1..FRAME, 0..FRAME),
            (FRAME - 1..FRAME + 1, 0..2 * FRAME),
            (2 * FRAME..2 * FRAME + 9, 2 * FRAME..3 * FRAME),
            (3 * FRAME + 1..u64::MAX, 3 * FRAME..3 * FRAME + 5),
        ] {
            assert_eq!(framed.map.covering(range.clone()).plain, plain);
            let expected = &bytes[plain.start as usize..plain.end as usize];
            assert_eq!(read(&key(), b"row", &framed, range).as_deref(), Some(expected));
        }
        assert_eq!(read(&key(), b"row", &framed, 9 * FRAME..10 * FRAME).as_deref(), Some(&b""[..]));
    }

    #[test]
    fn a_change_a_swap_a_cut_and_another_place_are_noticed() {
        let framed = seal(&noise(2 * FRAME_BYTES + 100));
        let whole = |framed: &Framed| read(&key(), b"row", framed, 0..u64::MAX);
        assert!(whole(&framed).is_some());
        assert!(read(&key(), b"another row", &framed, 0..u64::MAX).is_none());
        assert!(read(&DataKey::new(1, Secret::new([8; 32])), b"row", &framed, 0..u64::MAX).is_none());
        let with = |sealed: Vec<u8>| Framed { map: framed.map.clone(), sealed };
        for at in [HEADER_BYTES, HEADER_BYTES + 1000, framed.sealed.len() - 1] {
            let mut changed = framed.sealed.clone();
            changed[at] ^= 1;
            assert!(whole(&with(changed)).is_none(), "{at}");
        }
        let (first, second) =
            (framed.map.covering(0..1).sealed, framed.map.covering(FRAME..FRAME + 1).sealed);
        let part = |range: &Range<u64>| &framed.sealed[range.start as usize..range.end as usize];
        let rest = &framed.sealed[second.end as usize..];
        let swapped = [&framed.sealed[..HEADER_BYTES], part(&second), part(&first), rest].concat();
        assert!(whole(&with(swapped)).is_none());
        // Cut after a frame, with a map that says so: the last frame is missing.
        let lengths = framed.map.lengths[..2].to_vec();
        let map = FrameMap { header: framed.map.header, size_bytes: 2 * FRAME, lengths };
        let cut = Framed { map, sealed: framed.sealed[..second.end as usize].to_vec() };
        assert!(whole(&cut).is_none());
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_maps_are_refused_or_harmless(bytes in proptest::collection::vec(0u8.., 0..80)) {
            if let Ok(map) = FrameMap::from_bytes(&bytes) {
                let frames = map.covering(0..10);
                proptest::prop_assert!(key().open_frames(PURPOSE, b"", &map, &frames, &[]).is_err());
            }
        }
    }
}
