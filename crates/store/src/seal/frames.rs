//! Sealed frames (the STREAM construction): a reader can tell a cut, a swap or a repeat of frames.

use std::io::{self, Read, Write};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::Secret;

/// Plain bytes in a frame that is not the last.
pub(crate) const FRAME_BYTES: usize = 64 * 1024;
/// What sealing adds to a frame.
pub(crate) const TAG_BYTES: usize = 16;
const LAST: u32 = 1 << 31;

/// Seals and opens the frames of one stream.
///
/// The key is used for one stream only, so the number of the frame makes a nonce that never repeats.
pub(crate) struct FrameCipher {
    key: LessSafeKey,
    /// Authenticated with each frame.
    bound_to: Vec<u8>,
}

impl FrameCipher {
    pub(crate) fn new(key: &Secret, bound_to: Vec<u8>) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.expose()).expect("the key has 32 bytes");
        Self { key: LessSafeKey::new(key), bound_to }
    }

    /// Seals `frame` in its place; the tag comes after it.
    pub(crate) fn seal(&self, number: u64, last: bool, frame: &mut Vec<u8>) {
        let sealed = self.key.seal_in_place_append_tag(nonce(number, last), self.authenticated(), frame);
        sealed.expect("a frame is far below the cipher's limit of 64 GiB");
    }

    /// Opens `frame` in its place; `None` when it is not the one that was sealed as `number`.
    pub(crate) fn open(&self, number: u64, last: bool, frame: &mut Vec<u8>) -> Option<()> {
        let size = self.key.open_in_place(nonce(number, last), self.authenticated(), frame).ok()?.len();
        frame.truncate(size);
        Some(())
    }

    fn authenticated(&self) -> Aad<&[u8]> {
        Aad::from(self.bound_to.as_slice())
    }
}

fn nonce(number: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[11] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written to it.
pub(crate) struct FrameWriter<W> {
    out: W,
    cipher: FrameCipher,
    number: u64,
    buffer: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    pub(crate) fn new(out: W, key: &Secret, header: Vec<u8>) -> Self {
        let cipher = FrameCipher::new(key, header);
        Self { out, cipher, number: 0, buffer: Vec::with_capacity(FRAME_BYTES + TAG_BYTES) }
    }

    /// Writes the last frame; without it the archive counts as cut short.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.out)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        self.cipher.seal(self.number, last, &mut self.buffer);
        let length = u32::try_from(self.buffer.len()).map_err(io::Error::other)?;
        self.out.write_all(&(length | if last { LAST } else { 0 }).to_be_bytes())?;
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        self.number += 1;
        Ok(())
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(FRAME_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        if self.buffer.len() == FRAME_BYTES {
            self.seal(false)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens frames one by one.
pub(crate) struct FrameReader<R> {
    from: R,
    cipher: FrameCipher,
    number: u64,
    plain: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> FrameReader<R> {
    pub(crate) fn new(from: R, key: &Secret, header: Vec<u8>) -> Self {
        Self {
            from,
            cipher: FrameCipher::new(key, header),
            number: 0,
            plain: Vec::new(),
            at: 0,
            ended: false,
        }
    }

    fn next_frame(&mut self) -> io::Result<()> {
        let mut prefix = [0; 4];
        self.from.read_exact(&mut prefix).map_err(|_| damaged("it is cut short", self.number))?;
        let word = u32::from_be_bytes(prefix);
        let (last, length) = (word & LAST != 0, (word & !LAST) as usize);
        if !(TAG_BYTES..=FRAME_BYTES + TAG_BYTES).contains(&length) {
            return Err(damaged("a frame has an impossible length", self.number));
        }
        self.plain.resize(length, 0);
        self.from.read_exact(&mut self.plain).map_err(|_| damaged("it is cut short", self.number))?;
        let opened = self.cipher.open(self.number, last, &mut self.plain);
        opened.ok_or_else(|| damaged("a frame does not open", self.number))?;
        (self.at, self.ended, self.number) = (0, last, self.number + 1);
        Ok(())
    }
}

impl<R: Read> Read for FrameReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.plain.len() {
            if self.ended {
                return Ok(0);
            }
            self.next_frame()?;
        }
        let taken = into.len().min(self.plain.len() - self.at);
        into[..taken].copy_from_slice(&self.plain[self.at..self.at + taken]);
        self.at += taken;
        Ok(taken)
    }
}

fn damaged(what: &str, frame: u64) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} (frame {frame})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut writer = FrameWriter::new(Vec::new(), &Secret::new([7; 32]), b"header".to_vec());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn opened(archive: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        FrameReader::new(archive, &Secret::new([7; 32]), b"header".to_vec()).read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_is_sealed_opens() {
        for size in [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            assert_eq!(opened(&sealed(&bytes)).unwrap(), bytes, "{size}");
        }
    }

    #[test]
    fn a_cut_a_change_and_a_swap_are_noticed() {
        let archive = sealed(&vec![9; 2 * FRAME_BYTES + 10]);
        for end in
            [0, 3, 100, archive.len() - 1, 4 + FRAME_BYTES + TAG_BYTES, 2 * (4 + FRAME_BYTES + TAG_BYTES)]
        {
            assert!(opened(&archive[..end]).is_err(), "cut at {end}");
        }
        for at in [0, 3, 4, 1000, archive.len() - 1] {
            let mut changed = archive.clone();
            changed[at] ^= 1;
            assert!(opened(&changed).is_err(), "changed at {at}");
        }
        let frame = 4 + FRAME_BYTES + TAG_BYTES;
        let swapped = [&archive[frame..2 * frame], &archive[..frame], &archive[2 * frame..]].concat();
        assert!(opened(&swapped).is_err());
    }
}
