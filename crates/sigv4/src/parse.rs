//! What a request says about itself: who signed it, when, and what.

use std::borrow::Cow;

use crate::canonical::{decoded, parameters};
use crate::refusal::quoted;
use crate::{DateTime, Form, Head, Limits, Refusal, Scope};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a request claims. Nothing in it is proven, except that it has the right shape.
#[derive(Clone)]
pub struct Claim<'a> {
    pub(crate) head: Head<'a>,
    pub(crate) form: Form,
    /// `key/date/region/service/terminator`, with the places of the four slashes.
    credential: Cow<'a, str>,
    slashes: [usize; 4],
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: [u8; 32],
    signed_at: DateTime,
    pub(crate) expires_seconds: Option<u64>,
    session_token: Option<Cow<'a, str>>,
    /// What the request says its payload's digest is (`x-amz-content-sha256`).
    pub(crate) payload_claim: Option<Cow<'a, str>>,
}

impl<'a> Claim<'a> {
    /// Reads the signature of a request, from the `Authorization` header or from the query.
    pub fn parse(head: &Head<'a>, limits: &Limits) -> Result<Self, Refusal> {
        over(head.headers.len(), "number of headers", limits.headers_max)?;
        over(head.path.len(), "bytes of the path", limits.path_bytes_max)?;
        over(head.query.len(), "bytes of the query", limits.query_bytes_max)?;
        over(parameters(head.query).count(), "number of query parameters", limits.query_parameters_max)?;
        let authorization = head.text("authorization")?.filter(|value| value.starts_with("AWS4-"));
        match (authorization, Fields::from_query(head, limits)?) {
            (Some(_), Some(_)) => Err(Refusal::SignedTwice),
            (Some(value), None) => Self::new(*head, Fields::from_header(head, value, limits)?, limits),
            (None, Some(fields)) => Self::new(*head, fields, limits),
            (None, None) => Err(Refusal::SignatureAbsent),
        }
    }

    fn new(head: Head<'a>, fields: Fields<'a>, limits: &Limits) -> Result<Self, Refusal> {
        let form = fields.form;
        let (Some(algorithm), Some(credential), Some(signed_headers), Some(signature), Some(date)) = (
            &fields.algorithm,
            fields.credential.clone(),
            fields.signed_headers.clone(),
            &fields.signature,
            &fields.date,
        ) else {
            return Err(fields.incomplete());
        };
        let expires_seconds = match (form, &fields.expires) {
            (Form::Header, _) => None,
            (Form::Query, Some(expires)) => Some(parse_expires(expires, limits)?),
            (Form::Query, None) => return Err(fields.incomplete()),
        };
        let signed_at = match fields.date_is_http {
            false => DateTime::parse(date),
            true => DateTime::parse_http_date(date),
        }
        .ok_or_else(|| Refusal::DateMalformed { date: quoted(date) })?;
        if algorithm != ALGORITHM {
            return Err(Refusal::UnsupportedAlgorithm { algorithm: quoted(algorithm) });
        }
        over(credential.len(), "bytes of the credential", limits.credential_bytes_max)?;
        let slashes = parse_credential(&credential)
            .ok_or_else(|| Refusal::CredentialMalformed { credential: quoted(&credential) })?;
        check_signed_headers(&signed_headers, limits)?;
        let signature = parse_hex(signature.as_bytes()).ok_or(Refusal::SignatureMismatch)?;
        let session_token = match fields.session_token {
            Some(token) => Some(token),
            None => head.text("x-amz-security-token")?.map(Cow::Borrowed),
        };
        let payload_claim = match head.text("x-amz-content-sha256")? {
            Some(claim) => Some(Cow::Borrowed(claim)),
            None => fields.payload_claim,
        };
        Ok(Self {
            head,
            form,
            credential,
            slashes,
            signed_headers,
            signature,
            signed_at,
            expires_seconds,
            session_token,
            payload_claim,
        })
    }

    /// The id of the access key that is said to have signed.
    pub fn access_key_id(&self) -> &str {
        self.part(0)
    }

    /// The date, region and service for which the signing key was made.
    pub fn scope(&self) -> Scope<'_> {
        Scope { date: self.part(1), region: self.part(2), service: self.part(3) }
    }

    /// `date/region/service/terminator`, as it is signed.
    pub(crate) fn scope_text(&self) -> &str {
        self.credential.get(self.slashes[0] + 1..).unwrap_or_default()
    }

    /// The last part of the credential, `aws4_request` if all is well.
    pub(crate) fn terminator(&self) -> &str {
        self.part(4)
    }

    fn part(&self, index: usize) -> &str {
        let from = if index == 0 { 0 } else { self.slashes[index - 1] + 1 };
        let to = self.slashes.get(index).copied().unwrap_or(self.credential.len());
        self.credential.get(from..to).unwrap_or_default()
    }

    /// When the request was signed.
    pub const fn signed_at(&self) -> DateTime {
        self.signed_at
    }

    /// How long a presigned request is good for; `None` in the header form.
    pub const fn expires_seconds(&self) -> Option<u64> {
        self.expires_seconds
    }

    /// Whether the signature is in the header or in the query.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The names of the signed headers, in lower case and sorted.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }

    /// The session token that came along, whether or not it is signed.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }
}

/// Prints no token and no signature.
impl std::fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claim")
            .field("form", &self.form)
            .field("credential", &self.credential)
            .field("signed_headers", &self.signed_headers)
            .field("signed_at", &self.signed_at)
            .field("expires_seconds", &self.expires_seconds)
            .field("session_token", &self.session_token.is_some())
            .finish_non_exhaustive()
    }
}

/// The parts of a signature as they were found, each of them perhaps missing.
struct Fields<'a> {
    form: Form,
    algorithm: Option<Cow<'a, str>>,
    credential: Option<Cow<'a, str>>,
    signed_headers: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    date: Option<Cow<'a, str>>,
    /// Whether `date` is from the `Date` header, which may have HTTP's own format.
    date_is_http: bool,
    expires: Option<Cow<'a, str>>,
    session_token: Option<Cow<'a, str>>,
    payload_claim: Option<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    const fn new(form: Form) -> Self {
        Self {
            form,
            algorithm: None,
            credential: None,
            signed_headers: None,
            signature: None,
            date: None,
            date_is_http: false,
            expires: None,
            session_token: None,
            payload_claim: None,
        }
    }

    /// Reads the `Authorization` header.
    ///
    /// ```text
    /// authorization = algorithm 1*WS parameter *( *WS "," *WS parameter )
    /// parameter     = name "=" value
    /// ```
    ///
    /// White space around commas may be missing or plenty, and a comma too many does no harm: SDKs differ.
    fn from_header(head: &Head<'a>, value: &'a str, limits: &Limits) -> Result<Self, Refusal> {
        over(value.len(), "bytes of the Authorization header", limits.authorization_bytes_max)?;
        let mut fields = Self::new(Form::Header);
        let (algorithm, rest) = value.split_once([' ', '\t']).unwrap_or((value, ""));
        fields.algorithm = Some(Cow::Borrowed(algorithm));
        for part in rest.split(',').map(str::trim_ascii).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(Refusal::NotKeyValue { part: quoted(part) });
            };
            let (what, field) = match name.trim_ascii_end() {
                "Credential" => ("Credential", &mut fields.credential),
                "SignedHeaders" => ("SignedHeaders", &mut fields.signed_headers),
                "Signature" => ("Signature", &mut fields.signature),
                other => return Err(Refusal::UnknownParameter { name: quoted(other) }),
            };
            if field.replace(Cow::Borrowed(value.trim_ascii_start())).is_some() {
                return Err(Refusal::Repeated { what });
            }
        }
        let amz_date = head.text("x-amz-date")?;
        fields.date_is_http = amz_date.is_none();
        fields.date = match amz_date {
            Some(date) => Some(Cow::Borrowed(date)),
            None => head.text("date")?.map(Cow::Borrowed),
        };
        Ok(fields)
    }

    /// Reads the query's signature; `None` if it has none.
    fn from_query(head: &Head<'a>, limits: &Limits) -> Result<Option<Self>, Refusal> {
        // Whether this is a signed query at all is decided by the names that cannot stand there by chance.
        let signs = |(name, _): (&str, &str)| matches!(name, "X-Amz-Algorithm" | "X-Amz-Signature");
        if !parameters(head.query).any(signs) {
            return Ok(None);
        }
        let mut fields = Self::new(Form::Query);
        for (name, value) in parameters(head.query) {
            let (what, field) = match name {
                "X-Amz-Algorithm" => ("X-Amz-Algorithm", &mut fields.algorithm),
                "X-Amz-Credential" => ("X-Amz-Credential", &mut fields.credential),
                "X-Amz-SignedHeaders" => ("X-Amz-SignedHeaders", &mut fields.signed_headers),
                "X-Amz-Signature" => ("X-Amz-Signature", &mut fields.signature),
                "X-Amz-Date" => ("X-Amz-Date", &mut fields.date),
                "X-Amz-Expires" => ("X-Amz-Expires", &mut fields.expires),
                "X-Amz-Security-Token" => ("X-Amz-Security-Token", &mut fields.session_token),
                "X-Amz-Content-Sha256" => ("X-Amz-Content-Sha256", &mut fields.payload_claim),
                _ => continue,
            };
            if field.replace(decoded(value).ok_or(Refusal::NotText { what })?).is_some() {
                return Err(Refusal::Repeated { what });
            }
        }
        if let Some(credential) = &fields.credential {
            over(credential.len(), "bytes of the credential", limits.credential_bytes_max)?;
        }
        Ok(Some(fields))
    }

    fn incomplete(&self) -> Refusal {
        let prefixed = |header: &'static str, query: &'static str| match self.form {
            Form::Header => header,
            Form::Query => query,
        };
        let parts = [
            (self.algorithm.is_none(), "X-Amz-Algorithm"),
            (self.credential.is_none(), prefixed("Credential", "X-Amz-Credential")),
            (self.signature.is_none(), prefixed("Signature", "X-Amz-Signature")),
            (self.signed_headers.is_none(), prefixed("SignedHeaders", "X-Amz-SignedHeaders")),
            (self.date.is_none(), "X-Amz-Date"),
            (self.form == Form::Query && self.expires.is_none(), "X-Amz-Expires"),
        ];
        let missing = parts.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| name).collect();
        Refusal::Incomplete { form: self.form, missing }
    }
}

fn over(size: usize, what: &'static str, max: usize) -> Result<(), Refusal> {
    if size > max { Err(Refusal::OverLimit { what, max }) } else { Ok(()) }
}

/// The places of the four slashes of a credential whose parts all have at least one visible ASCII character.
fn parse_credential(credential: &str) -> Option<[usize; 4]> {
    let mut slashes = [0; 4];
    let mut found = 0;
    let mut part_from = 0;
    for (at, byte) in credential.bytes().enumerate() {
        if byte == b'/' {
            *slashes.get_mut(found)? = at;
            found += 1;
            if at == part_from {
                return None;
            }
            part_from = at + 1;
        } else if !byte.is_ascii_graphic() {
            return None;
        }
    }
    (found == 4 && part_from < credential.len()).then_some(slashes)
}

/// SigV4, "Create a canonical request": lower case, sorted, joined by semicolons.
fn check_signed_headers(list: &str, limits: &Limits) -> Result<(), Refusal> {
    let mut previous: &[u8] = b"";
    for (index, name) in list.as_bytes().split(|&byte| byte == b';').enumerate() {
        over(index + 1, "number of signed headers", limits.signed_headers_max)?;
        // RFC 9110 §5.6.2: the characters of a token; upper case is left out.
        let is_token = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'!' | b'#'..=b'\'' | b'*' | b'+' | b'.' | b'^'..=b'`' | b'|' | b'~');
        if name <= previous || !name.iter().copied().all(is_token) {
            return Err(Refusal::SignedHeadersMalformed);
        }
        previous = name;
    }
    Ok(())
}

fn parse_expires(text: &str, limits: &Limits) -> Result<u64, Refusal> {
    let max_seconds = limits.expires_max.as_secs();
    let refusal = || Refusal::ExpiresOutOfRange { expires: quoted(text), max_seconds };
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refusal());
    }
    match text.parse() {
        Ok(seconds) if (1..=max_seconds).contains(&seconds) => Ok(seconds),
        _ => Err(refusal()),
    }
}

/// 64 lower-case hexadecimal digits.
fn parse_hex(text: &[u8]) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.try_into().ok()?;
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
