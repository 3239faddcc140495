//! Where an operator wants blobs.

use std::fmt;

/// Where new blobs go.
#[derive(Debug, Clone, Default)]
pub enum BlobPlace {
    /// Where the engine keeps them by itself: files in the organization's folder, or rows of PostgreSQL.
    #[default]
    BesideRows,
    /// A bucket of S3, or of what speaks its protocol.
    S3(S3Options),
}

impl fmt::Display for BlobPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::S3(S3Options { bucket, prefix, endpoint, .. }) = self else {
            return f.write_str("beside the rows");
        };
        write!(f, "s3://{bucket}/{prefix}")?;
        endpoint.as_ref().map_or(Ok(()), |endpoint| write!(f, " at {endpoint}"))
    }
}

/// A bucket of S3.
#[derive(Clone)]
pub struct S3Options {
    /// Its name.
    pub bucket: String,
    /// What every key begins with; may be empty.
    pub prefix: String,
    /// Its region.
    pub region: String,
    /// `http://…` or `https://…` of what speaks S3's protocol; `None`: AWS itself.
    pub endpoint: Option<String>,
    /// Access key id and secret; `None`: what the machine's role on AWS gives out.
    pub credentials: Option<(String, String)>,
}

impl fmt::Debug for S3Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bucket, prefix, region, endpoint, .. } = self;
        write!(f, "s3://{bucket}/{prefix} in {region} at {endpoint:?}")
    }
}
