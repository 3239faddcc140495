//! Why a request is refused, and how AWS says so.
//!
//! Names and wording are those that clients of AWS's JSON services have recorded: DynamoDB (collected in the
//! comments of the `dynalite` emulator, with the order of the checks), EMR (aws-sdk-ruby issue 431), Cloud9
//! (cloud9-sync issue 10), Kinesis (smithy4s issue 387), Resource Groups Tagging (yet-another-cloudwatch-exporter
//! issue 169). Those answer `InvalidSignatureException` for a mismatch, for the clock and for the scope, where query
//! services say `SignatureDoesNotMatch` and S3 `RequestTimeTooSkewed`. SDKs correct their clock on
//! `InvalidSignatureException` (it is in the skew lists of the .NET, Java and JavaScript SDKs), and .NET's reads
//! our time out of the brackets of "Signature expired", so that wording is kept to the letter.
//!
//! Departures: AWS echoes the whole `Authorization` header, and after a mismatch its own canonical request; we do
//! not, since answers end up in logs. Text from the peer is cut to 64 characters, so no message is longer than 600.

use std::fmt;

use crate::{DateTime, Form};

/// Why a request is refused. The variants carry what is needed to answer and to log; [`fmt::Display`] is AWS's
/// message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The request carries no signature of this kind at all.
    SignatureAbsent,
    /// Parts of the signature are missing.
    Incomplete {
        /// Where the signature is.
        form: Form,
        /// The names of the missing parts.
        missing: Vec<&'static str>,
    },
    /// A part of the `Authorization` header has no `=`.
    NotKeyValue {
        /// The part.
        part: Box<str>,
    },
    /// The `Authorization` header has a parameter that SigV4 does not know.
    UnknownParameter {
        /// Its name.
        name: Box<str>,
    },
    /// A header or parameter that may come once came more often.
    Repeated {
        /// Its name.
        what: &'static str,
    },
    /// A header or parameter that must be text is not UTF-8.
    NotText {
        /// Its name.
        what: &'static str,
    },
    /// The request is larger than [`crate::Limits`] allow.
    OverLimit {
        /// What is too large.
        what: &'static str,
        /// The most that is accepted, in bytes or pieces.
        max: usize,
    },
    /// There is a signature in the header and one in the query.
    SignedTwice,
    /// The algorithm is not `AWS4-HMAC-SHA256`.
    UnsupportedAlgorithm {
        /// What was asked for.
        algorithm: Box<str>,
    },
    /// The credential is not `key/date/region/service/terminator`.
    CredentialMalformed {
        /// The credential.
        credential: Box<str>,
    },
    /// The time of the request cannot be read.
    DateMalformed {
        /// The time as sent.
        date: Box<str>,
    },
    /// `X-Amz-Expires` is no number between 1 and the limit.
    ExpiresOutOfRange {
        /// The value as sent.
        expires: Box<str>,
        /// The most that is accepted.
        max_seconds: u64,
    },
    /// `SignedHeaders` is not a sorted list of different lower-case header names.
    SignedHeadersMalformed,
    /// The request is too old, or its presigned life is over.
    Expired {
        /// When it was signed, by its own account.
        signed_at: DateTime,
        /// Our time.
        now: DateTime,
        /// How long a signature is good for.
        window_seconds: u64,
    },
    /// The request comes from the future.
    NotYetCurrent {
        /// When it was signed, by its own account.
        signed_at: DateTime,
        /// Our time.
        now: DateTime,
        /// How far a clock may be ahead of ours.
        window_seconds: u64,
    },
    /// A header that must be signed is not.
    HeaderNotSigned {
        /// Its name in lower case.
        name: Box<str>,
    },
    /// A header that was signed did not arrive.
    SignedHeaderAbsent {
        /// Its name.
        name: Box<str>,
    },
    /// The credential's scope is not one that is accepted here.
    Scope(Box<ScopeFaults>),
    /// The payload is not signed as a whole: `UNSIGNED-PAYLOAD` or a streaming form.
    PayloadNotSigned {
        /// The value of `x-amz-content-sha256`.
        form: Box<str>,
    },
    /// `x-amz-content-sha256` is not the digest of the body.
    PayloadMismatch,
    /// The signature is not ours. Also said of a signature that is no 64 lower-case hexadecimal digits.
    SignatureMismatch,
    /// No access key of this id is in force: unknown, switched off or deleted, which AWS does not tell apart.
    UnknownAccessKey,
    /// The request carries a session token, and no temporary credentials are issued here.
    SessionToken,
}

/// Everything that is wrong with a scope; AWS names all faults at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeFaults {
    /// The region, if it is not accepted.
    pub region: Option<Box<str>>,
    /// The expected service, if another was named.
    pub service_expected: Option<Box<str>>,
    /// The terminator, if it is not `aws4_request`.
    pub terminator: Option<Box<str>>,
    /// The scope's date and the time of the request, if they are different days.
    pub date: Option<(Box<str>, DateTime)>,
}

impl ScopeFaults {
    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The AWS protocol in which a refusal is answered; it decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON 1.0 and 1.1.
    AwsJson,
    /// REST with JSON bodies.
    RestJson,
}

impl Refusal {
    /// The name of the error, as it stands in `__type` and `x-amzn-ErrorType`.
    pub const fn error_name(&self) -> &'static str {
        match self {
            Self::SignatureAbsent => "MissingAuthenticationTokenException",
            Self::Incomplete { .. }
            | Self::NotKeyValue { .. }
            | Self::UnknownParameter { .. }
            | Self::Repeated { .. }
            | Self::NotText { .. }
            | Self::OverLimit { .. }
            | Self::UnsupportedAlgorithm { .. }
            | Self::CredentialMalformed { .. }
            | Self::DateMalformed { .. }
            | Self::ExpiresOutOfRange { .. }
            | Self::SignedHeadersMalformed => "IncompleteSignatureException",
            Self::SignedTwice
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::HeaderNotSigned { .. }
            | Self::SignedHeaderAbsent { .. }
            | Self::Scope(_)
            | Self::PayloadNotSigned { .. }
            | Self::PayloadMismatch
            | Self::SignatureMismatch => "InvalidSignatureException",
            Self::UnknownAccessKey | Self::SessionToken => "UnrecognizedClientException",
        }
    }

    /// The HTTP status: 400 in the JSON protocols (recorded for EMR, Cloud9, DynamoDB), 403 in REST protocols
    /// (recorded for EKS, Lambda, Glacier), whatever the error.
    pub const fn http_status(&self, protocol: Protocol) -> u16 {
        match protocol {
            Protocol::AwsJson => 400,
            Protocol::RestJson => 403,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignatureAbsent => f.write_str("Request is missing Authentication Token"),
            Self::Incomplete { form, missing } => incomplete(f, *form, missing),
            Self::NotKeyValue { part } => {
                write!(f, "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header.")
            }
            Self::UnknownParameter { name } => {
                write!(f, "'{name}' is not a parameter of the Authorization header.")
            }
            Self::Repeated { what } => write!(f, "'{what}' may be given only once."),
            Self::NotText { what } => write!(f, "'{what}' must be UTF-8 text."),
            Self::OverLimit { what, max } => write!(f, "The {what} must not exceed {max}."),
            Self::SignedTwice => f.write_str(
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
            ),
            Self::UnsupportedAlgorithm { algorithm } => {
                write!(f, "Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). ")
            }
            Self::CredentialMalformed { credential } => write!(
                f,
                "Credential must have exactly 5 slash-delimited elements, \
                 e.g. keyid/date/region/service/term, got '{credential}'"
            ),
            Self::DateMalformed { date } => write!(
                f,
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ),
            Self::ExpiresOutOfRange { expires, max_seconds } => {
                write!(f, "'X-Amz-Expires' must be a number of seconds from 1 to {max_seconds}, got '{expires}'")
            }
            Self::SignedHeadersMalformed => {
                f.write_str("'SignedHeaders' must be a sorted list of different lower-case header names.")
            }
            Self::Expired { signed_at, now, window_seconds } => {
                expired(f, "Signature expired", "now earlier", *signed_at, *now, '-', *window_seconds)
            }
            Self::NotYetCurrent { signed_at, now, window_seconds } => {
                expired(f, "Signature not yet current", "still later", *signed_at, *now, '+', *window_seconds)
            }
            Self::HeaderNotSigned { name } if **name == *"host" => {
                f.write_str("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
            }
            Self::HeaderNotSigned { name } => {
                write!(f, "There were headers present in the request which were not signed: '{name}'")
            }
            Self::SignedHeaderAbsent { name } => {
                write!(f, "The header '{name}' is listed in 'SignedHeaders' but is not in the request.")
            }
            Self::Scope(faults) => scope(f, faults),
            Self::PayloadNotSigned { form } => {
                write!(f, "The payload must be signed as a whole; '{form}' is not accepted.")
            }
            Self::PayloadMismatch => f.write_str(
                "The value passed in 'x-amz-content-sha256' does not match the SHA-256 digest of the payload.",
            ),
            Self::SignatureMismatch => f.write_str(
                "The request signature we calculated does not match the signature you provided. \
                 Check your AWS Secret Access Key and signing method. \
                 Consult the service documentation for details.",
            ),
            Self::UnknownAccessKey => f.write_str("The security token included in the request is invalid."),
            Self::SessionToken => f.write_str(
                "The security token included in the request is invalid. \
                 No temporary credentials are issued here: use an access key without a session token.",
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// All missing parts in one message, each in a sentence of its own, as AWS does.
fn incomplete(f: &mut fmt::Formatter<'_>, form: Form, missing: &[&'static str]) -> fmt::Result {
    for name in missing {
        match (form, *name) {
            (Form::Header, "X-Amz-Date") => f.write_str(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
            )?,
            (Form::Header, name) => write!(f, "Authorization header requires '{name}' parameter. ")?,
            (Form::Query, name) => write!(f, "AWS query-string parameters must include '{name}'. ")?,
        }
    }
    match form {
        Form::Header => Ok(()),
        Form::Query => f.write_str("Re-examine the query-string parameters."),
    }
}

/// The clock's message: the time that was signed, the border it crossed, and in brackets how that was reckoned.
fn expired(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    relation: &str,
    signed_at: DateTime,
    now: DateTime,
    sign: char,
    window_seconds: u64,
) -> fmt::Result {
    let window = i64::try_from(window_seconds).unwrap_or(i64::MAX);
    let border = now.shifted(if sign == '-' { -window } else { window });
    write!(f, "{what}: {signed_at} is {relation} than {border} ({now} {sign} ")?;
    match window_seconds % 60 {
        0 => write!(f, "{} min.)", window_seconds / 60),
        _ => write!(f, "{window_seconds} sec.)"),
    }
}

fn scope(f: &mut fmt::Formatter<'_>, faults: &ScopeFaults) -> fmt::Result {
    if let Some(region) = &faults.region {
        write!(f, "Credential should be scoped to a valid region, not '{region}'. ")?;
    }
    if let Some(service) = &faults.service_expected {
        write!(f, "Credential should be scoped to correct service: '{service}'. ")?;
    }
    if let Some(terminator) = &faults.terminator {
        write!(
            f,
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. "
        )?;
    }
    if let Some((date, signed_at)) = &faults.date {
        write!(
            f,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{date}' != '{}', from '{signed_at}'.",
            signed_at.date()
        )?;
    }
    Ok(())
}

/// Text from the peer, made fit for a message and a log line: at most 64 characters, none of them invisible.
pub(crate) fn quoted(text: &str) -> Box<str> {
    const CHARACTERS_MAX: usize = 64;
    let mut short: String = text
        .chars()
        .take(CHARACTERS_MAX)
        .map(|character| if character.is_ascii_graphic() || character == ' ' { character } else { '?' })
        .collect();
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        short.push_str("...");
    }
    short.into_boxed_str()
}
