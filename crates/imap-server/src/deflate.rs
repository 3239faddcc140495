//! COMPRESS=DEFLATE (RFC 4978): what is sent and received once a client has asked for it.

use std::io;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::limits;

/// Compresses what is sent.
pub(crate) struct Deflater(Compress);

impl Deflater {
    pub(crate) fn new() -> Self {
        Self(Compress::new(Compression::fast(), false))
    }

    /// `plain`, compressed, up to a point from which all of it can be read.
    pub(crate) fn deflate(&mut self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let mut compressed = Vec::with_capacity(plain.len() / 2 + 64);
        let begin = self.0.total_in();
        loop {
            let used = usize::try_from(self.0.total_in() - begin).unwrap_or(plain.len());
            self.0.compress_vec(&plain[used..], &mut compressed, FlushCompress::Sync)?;
            let all = self.0.total_in() - begin == plain.len() as u64;
            if all && compressed.len() < compressed.capacity() {
                return Ok(compressed);
            }
            compressed.reserve(compressed.capacity());
        }
    }
}

/// Decompresses what is received.
pub(crate) struct Inflater {
    state: Decompress,
    /// What has come and was not decompressed yet.
    compressed: Vec<u8>,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self { state: Decompress::new(false), compressed: Vec::new() }
    }

    pub(crate) fn receive(&mut self, compressed: &[u8]) {
        self.compressed.extend_from_slice(compressed);
    }

    /// The next bytes, `limits::READ_BYTES` at most, however small they were; none when more must come. An error when
    /// what came is not compressed, or the client has ended its stream.
    pub(crate) fn inflate(&mut self) -> io::Result<Vec<u8>> {
        let mut plain = Vec::with_capacity(limits::READ_BYTES);
        let begin = self.state.total_in();
        let status = self.state.decompress_vec(&self.compressed, &mut plain, FlushDecompress::Sync)?;
        let used = usize::try_from(self.state.total_in() - begin).unwrap_or(self.compressed.len());
        self.compressed.drain(..used);
        if self.compressed.is_empty() {
            self.compressed = Vec::new();
        }
        plain.shrink_to_fit();
        match status {
            Status::StreamEnd if plain.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            Status::Ok | Status::BufError | Status::StreamEnd => Ok(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inflated(inflater: &mut Inflater) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let plain = inflater.inflate().expect("it was compressed");
            assert!(plain.len() <= limits::READ_BYTES);
            if plain.is_empty() {
                return all;
            }
            all.extend(plain);
        }
    }

    #[test]
    fn what_is_compressed_is_whole_after_each_piece() {
        let (mut deflater, mut inflater) = (Deflater::new(), Inflater::new());
        let noise: Vec<u8> =
            (0_u32..300_000).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
        for piece in [&b"* OK\r\n"[..], b"", &noise, &vec![b'x'; 1_000_000], b"a OK\r\n"] {
            let compressed = deflater.deflate(piece).expect("memory is written");
            for bytes in compressed.chunks(1000) {
                inflater.receive(bytes);
            }
            assert!(inflated(&mut inflater) == piece);
        }
    }

    #[test]
    fn what_is_not_compressed_is_an_error() {
        let mut inflater = Inflater::new();
        inflater.receive(b"\xff\xff a NOOP\r\n");
        assert!(inflater.inflate().is_err());
    }
}
