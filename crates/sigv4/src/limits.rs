//! How large a signed request may be and how long it is good for.

use std::time::Duration;

/// Limits of what is read and for how long a signature is accepted.
///
/// A request over a size limit is answered with [`crate::Refusal::OverLimit`]; nothing is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How far the signer's clock may be from ours, either way. Default 5 minutes, as AWS's JSON services print it.
    pub clock_skew: Duration,
    /// Longest life of a presigned request. Default 7 days, SigV4's maximum of `X-Amz-Expires`.
    pub expires_max: Duration,
    /// Longest `Authorization` header. Default 4,096 bytes; SDKs send about 300.
    pub authorization_bytes_max: usize,
    /// Longest `Credential`. Default 256 bytes: an access key id has at most 128 (IAM model), the rest is scope.
    pub credential_bytes_max: usize,
    /// Longest path. Default 2,048 bytes; the APIs here use `/` and `/messages/{id}`.
    pub path_bytes_max: usize,
    /// Longest query. Default 8,192 bytes: a presigned query with a session token of about 2,000 fits well.
    pub query_bytes_max: usize,
    /// Most parameters in a query. Default 64.
    pub query_parameters_max: usize,
    /// Most headers in a request, signed or not. Default 100.
    pub headers_max: usize,
    /// Most names in `SignedHeaders`. Default 50; SDKs sign five to twelve.
    pub signed_headers_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clock_skew: Duration::from_secs(5 * 60),
            expires_max: Duration::from_secs(7 * 24 * 60 * 60),
            authorization_bytes_max: 4096,
            credential_bytes_max: 256,
            path_bytes_max: 2048,
            query_bytes_max: 8192,
            query_parameters_max: 64,
            headers_max: 100,
            signed_headers_max: 50,
        }
    }
}
